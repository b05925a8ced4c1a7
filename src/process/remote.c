/* System calls made by a stopped thread of the target: see remote.h. */
#include "process/remote.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arch/code.h"
#include "base/alloc.h"
#include "base/reason.h"
#include "process/mask.h"
#include "process/step.h"
#include "process/worker.h"

/* Microseconds. One instruction leads to the entry; where it does not, the code is not what it was. */
#define TO_ENTRY 300e3
#define TO_EXIT 2e6

/* Without the right to suspend seccomp, a filtered thread could be killed by our calls. */
static struct su_err *set_options(const struct su_session *session, pid_t tid)
{
	long options = su_session_options(session) | PTRACE_O_TRACESYSGOOD;

	if (!ptrace(PTRACE_SETOPTIONS, tid, 0, options | PTRACE_O_SUSPEND_SECCOMP))
		return NULL;
	if (su_proc_status_number(session->pid, tid, "Seccomp", 10, 1))
		return su_refuse(SU_WHY_SECCOMP, tid);
	if (ptrace(PTRACE_SETOPTIONS, tid, 0, options))
		return su_err_errno(SU_E_GONE, errno, "cannot trace thread %d", tid);
	return NULL;
}

/* Registers with which the thread, left alone, goes home; without an escape, for a call. */
static void set_base(const struct su_remote *remote, struct user_regs_struct *regs)
{
	*regs = remote->saved;
	su_context_rest(regs, remote->gadgets.call + su_code_syscall.size, remote->sp);
}

struct su_err *su_remote_begin(struct su_session *session, size_t index,
			       const struct su_gadgets *gadgets, const struct su_maps *maps,
			       struct su_remote *ret)
{
	struct su_thread *thread = &session->threads.at[index];
	struct su_remote remote = { .session = session, .index = index, .gadgets = *gadgets };
	struct user_regs_struct regs;

	su_assert(thread->state == SU_THREAD_STOPPED);
	if (session->calls_hang)
		return su_refuse(SU_WHY_OTHER_CALL, thread->tid);
	if (!gadgets->call)
		return su_refuse(SU_WHY_NO_SYSTEM_CALL, session->pid);
	if (ptrace(PTRACE_GETREGS, thread->tid, 0, &remote.saved) ||
	    !su_session_get_mask(thread, &remote.saved_mask))
		return su_err_errno(SU_E_GONE, errno, "thread %d is gone", thread->tid);
	su_worker_writes();
	remote.sp = su_context_sp(&remote.saved);
	if (gadgets->restorer && !su_way_home_prepare(session, index, gadgets, maps, &remote.saved,
						      remote.saved_mask, &remote.sp))
		return su_refuse(SU_WHY_NO_STACK_ROOM, thread->tid);
	SU_TRY(set_options(session, thread->tid));
	/* In this order: from the first change on there is a way back. */
	if (gadgets->restorer) {
		set_base(&remote, &regs);
		if (ptrace(PTRACE_SETREGS, thread->tid, 0, &regs))
			return su_err_errno(SU_E_GONE, errno, "thread %d is gone", thread->tid);
	}
	su_session_set_mask(thread, ~UINT64_C(0));
	*ret = remote;
	return NULL;
}

/* Runs to the next system call stop. Only SIGSTOP can come between: it is sent again at the end. */
static struct su_err *to_syscall_stop(struct su_remote *remote, double limit)
{
	struct su_session *session = remote->session;
	struct su_thread *thread = &session->threads.at[remote->index];
	double deadline = su_clock_us() + limit;
	int status;

	for (;;) {
		if (ptrace(PTRACE_SYSCALL, thread->tid, 0, 0))
			return su_err_errno(SU_E_GONE, errno, "thread %d is gone", thread->tid);
		if (!su_session_wait_thread(session, remote->index, deadline, &status)) {
			session->calls_hang = true;
			thread->state = SU_THREAD_RUNNING;
			return su_refuse(SU_WHY_CALL_HANGS, thread->tid);
		}
		if (!WIFSTOPPED(status)) {
			thread->state = SU_THREAD_GONE;
			return su_err_new(SU_E_GONE, "thread %d has exited", thread->tid);
		}
		if (status >> 8 == (SIGTRAP | 0x80))
			return NULL;
		if (status >> 16)
			continue;
		if (WSTOPSIG(status) != SIGSTOP)
			return su_err_new(SU_E_INTERNAL, "signal %d in an injected system call",
					  WSTOPSIG(status));
		remote->stop_signal_seen = true;
	}
}

/* Nothing has happened yet where that does not end. */
static struct su_err *to_entry(struct su_remote *remote)
{
	struct su_err *err = to_syscall_stop(remote, TO_ENTRY);

	if (!err || !remote->session->calls_hang)
		return err;
	su_err_destroy(err);
	return su_refuse(SU_WHY_OTHER_CALL, remote->session->threads.at[remote->index].tid);
}

/* The thread is about to make a call, without seccomp. The process, or another one, may have changed
 * the code that it stands on: any other call than ours becomes none. */
static struct su_err *check_entry(struct su_remote *remote, const struct user_regs_struct *asked)
{
	pid_t tid = remote->session->threads.at[remote->index].tid;
	struct __ptrace_syscall_info call;
	struct user_regs_struct now;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, tid, sizeof(call), &call) <= 0 ||
	    ptrace(PTRACE_GETREGS, tid, 0, &now))
		return su_err_errno(SU_E_GONE, errno, "cannot read registers of thread %d", tid);
	if (su_context_makes_syscall(&call, asked))
		return NULL;
	su_context_drop_syscall(&now);
	if (ptrace(PTRACE_SETREGS, tid, 0, &now))
		return su_err_errno(SU_E_GONE, errno, "cannot set registers of thread %d", tid);
	SU_TRY(to_syscall_stop(remote, TO_EXIT));
	return su_refuse(SU_WHY_OTHER_CALL, tid);
}

struct su_err *su_remote_call(struct su_remote *remote, long number, const uint64_t args[6],
			      int64_t *ret_value)
{
	pid_t tid = remote->session->threads.at[remote->index].tid;
	struct user_regs_struct regs, asked;

	set_base(remote, &regs);
	su_context_put_syscall(&regs, remote->gadgets.call, (uint64_t)number, args);
	asked = regs;
	if (ptrace(PTRACE_SETREGS, tid, 0, &regs))
		return su_err_errno(SU_E_GONE, errno, "cannot set registers of thread %d", tid);
	SU_TRY(to_entry(remote));
	SU_TRY(check_entry(remote, &asked));
	SU_TRY(to_syscall_stop(remote, TO_EXIT));
	if (ptrace(PTRACE_GETREGS, tid, 0, &regs))
		return su_err_errno(SU_E_GONE, errno, "cannot read registers of thread %d", tid);
	if (su_context_pc(&regs) != remote->gadgets.call + su_code_syscall.size)
		return su_err_new(SU_E_INTERNAL, "an injected system call ended elsewhere");
	*ret_value = su_context_syscall_result(&regs);
	return NULL;
}

struct su_err *su_remote_end(struct su_remote *remote)
{
	struct su_session *session = remote->session;
	struct su_thread *thread = &session->threads.at[remote->index];

	if (thread->state == SU_THREAD_GONE)
		return su_err_new(SU_E_GONE, "thread %d has exited", thread->tid);
	SU_TRY(su_session_settle(session, remote->index));
	if (!su_session_set_mask(thread, remote->saved_mask) ||
	    ptrace(PTRACE_SETREGS, thread->tid, 0, &remote->saved) ||
	    ptrace(PTRACE_SETOPTIONS, thread->tid, 0, su_session_options(session)))
		return su_refuse_errno(errno, SU_WHY_THREAD_NOT_RESTORED, thread->tid);
	if (remote->stop_signal_seen)
		kill(session->pid, SIGSTOP);
	return NULL;
}
