/* One stopped thread by itself: see step.h. */
#include "process/step.h"

#include <errno.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arch/context.h"
#include "process/proc.h"
#include "process/process_private.h"

#define LATE 200.0 /* microseconds between two looks at a thread that is late */
#define TURN 10e6  /* microseconds that a thread may wait for a processor */
#define SPIN 100e3 /* that one which is late may still run: it has had its turn */

/* Microseconds that a thread has run. */
static double time_run(const struct su_session *session, const struct su_thread *thread)
{
	return (double)su_proc_task_stat(session->pid, thread->tid).run_time * 1e6 /
	       (double)sysconf(_SC_CLK_TCK);
}

bool su_session_waits_for_turn(const struct su_session *session, const struct su_thread *thread,
			       double since_us)
{
	return su_clock_us() < since_us + TURN &&
	       su_proc_task_stat(session->pid, thread->tid).state == 'R';
}

bool su_session_wait_thread(struct su_session *session, size_t index, double deadline_us,
			    int *ret_status)
{
	struct su_thread *thread = &session->threads.at[index];
	double run = -1; /* when it was late first */

	for (;;) {
		pid_t got = waitpid(thread->tid, ret_status, __WALL | WNOHANG);

		if (got == thread->tid)
			return true;
		if (got < 0 && errno == ECHILD) {
			*ret_status = 0;
			return true;
		}
		/* To ask again and again would keep the thread from this processor, where it may
		 * be. */
		double now = su_clock_us();
		if (now >= deadline_us && run < 0)
			run = time_run(session, thread);
		if (now >= deadline_us &&
		    (!su_session_waits_for_turn(session, thread, deadline_us) ||
		     time_run(session, thread) > run + SPIN))
			return false;
		su_session_sleep(now < deadline_us ? deadline_us - now : LATE);
	}
}

bool su_session_step(struct su_session *session, size_t index)
{
	struct su_thread *thread = &session->threads.at[index];
	int status;

	if (ptrace(PTRACE_SINGLESTEP, thread->tid, 0, thread->owed_signal))
		return false;
	thread->owed_signal = 0;
	thread->state = SU_THREAD_RUNNING;
	if (!su_session_wait_thread(session, index, su_clock_us() + 1e6, &status))
		return false;
	if (!WIFSTOPPED(status)) {
		thread->state = SU_THREAD_GONE;
		return false;
	}
	thread->state = SU_THREAD_STOPPED;
	if (ptrace(PTRACE_GETREGS, thread->tid, 0, &thread->regs))
		return false;
	if (status >> 8 == SIGTRAP)
		return true;
	/* A fault, or a stop of the whole process: it is delivered when the thread runs on. */
	if (!(status >> 16))
		thread->owed_signal = WSTOPSIG(status);
	return false;
}

void su_session_end_steps(struct su_session *session, size_t index)
{
	const struct su_thread *thread = &session->threads.at[index];

	/* One that is gone is found to be. */
	if (thread->state == SU_THREAD_STOPPED && !thread->owed_signal)
		su_err_destroy(su_session_settle(session, index));
}

/* What a stop on the way is to go on with.  A call that the thread has come to is none of ours: it is
 * not made. */
static int signal_of(pid_t tid, int status)
{
	struct __ptrace_syscall_info call;
	struct user_regs_struct regs;

	if (status >> 16)
		return 0;
	if (status >> 8 != (SIGTRAP | 0x80))
		return WSTOPSIG(status);
	if (ptrace(PTRACE_GET_SYSCALL_INFO, tid, sizeof(call), &call) > 0 &&
	    call.op == PTRACE_SYSCALL_INFO_ENTRY && !ptrace(PTRACE_GETREGS, tid, 0, &regs)) {
		su_context_drop_syscall(&regs);
		ptrace(PTRACE_SETREGS, tid, 0, &regs);
	}
	return 0;
}

struct su_err *su_session_settle(struct su_session *session, size_t index)
{
	struct su_thread *thread = &session->threads.at[index];
	double deadline = su_clock_us() + 1e6;
	bool stopped = thread->state == SU_THREAD_STOPPED, reports;
	int status;

	/* What runs is interrupted where it is: to let it run on would cancel that. */
	if (ptrace(PTRACE_INTERRUPT, thread->tid, 0, 0) ||
	    (stopped && ptrace(PTRACE_CONT, thread->tid, 0, thread->owed_signal)))
		return su_err_errno(SU_E_GONE, errno, "thread %d is gone", thread->tid);
	if (stopped)
		thread->owed_signal = 0;
	while ((reports = su_session_wait_thread(session, index, deadline, &status)) &&
	       WIFSTOPPED(status)) {
		if (status >> 16 == PTRACE_EVENT_STOP) {
			thread->state = SU_THREAD_STOPPED;
			thread->group_stop = su_session_is_stop_signal(WSTOPSIG(status));
			return NULL;
		}
		/* This stop has cancelled the one that was asked for. */
		ptrace(PTRACE_INTERRUPT, thread->tid, 0, 0);
		ptrace(PTRACE_CONT, thread->tid, 0, signal_of(thread->tid, status));
	}
	thread->state = reports ? SU_THREAD_GONE : SU_THREAD_RUNNING;
	return su_err_new(SU_E_GONE, "thread %d does not come back to rest", thread->tid);
}
