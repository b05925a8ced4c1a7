/* Catching a running thread at a place of its code: see catch.h. */
#include "process/catch.h"

#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arch/context.h"
#include "process/mask.h"
#include "process/proc.h"
#include "process/step.h"

#define COOKIE UINT64_C(0x53557064617465ca) /* in each signal of ours */
#define SI_TRAP_PERF 6			    /* TRAP_PERF, which glibc does not name */
#define SI_PERF_DATA 24			    /* offset in siginfo_t, likewise */
#define TRAP_BIT (UINT64_C(1) << (SIGTRAP - 1))

static int open_event(pid_t tid, uint64_t addr)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_BREAKPOINT,
		.size = sizeof(attr),
		.sample_period = 1,
		.bp_type = HW_BREAKPOINT_X,
		.bp_addr = addr,
		.bp_len = sizeof(long),
		.exclude_kernel = 1,
		.exclude_hv = 1,
		.remove_on_exec = 1,
		.sigtrap = 1,
		.sig_data = COOKIE,
	};

	return (int)syscall(SYS_perf_event_open, &attr, tid, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

static void remove_catches(struct su_thread *thread)
{
	while (thread->catch_count)
		close(thread->catches[--thread->catch_count].event);
}

bool su_catch_set(struct su_session *session, size_t index, const struct su_place *places,
		  unsigned count)
{
	struct su_thread *thread = &session->threads.at[index];
	uint64_t mask;

	su_assert(thread->state == SU_THREAD_STOPPED && !thread->catch_count);
	su_assert(count <= SU_MAX_CATCHES);
	if (!su_session_get_mask(thread, &mask) || mask & TRAP_BIT)
		return false;
	for (unsigned i = 0; i < count; i++) {
		int event = open_event(thread->tid, places[i].addr);

		if (event < 0)
			break;
		thread->catches[thread->catch_count++] = (struct su_catch){ places[i], event };
	}
	return thread->catch_count > 0;
}

static bool is_ours(const siginfo_t *info)
{
	uint64_t data;

	memcpy(&data, (const char *)info + SI_PERF_DATA, sizeof(data));
	return info->si_signo == SIGTRAP && info->si_code == SI_TRAP_PERF && data == COOKIE;
}

bool su_catch_is_ours(const struct su_thread *thread)
{
	siginfo_t info;

	return !ptrace(PTRACE_GETSIGINFO, thread->tid, 0, &info) && is_ours(&info);
}

bool su_catch_hit(const struct su_thread *thread)
{
	struct user_regs_struct regs;

	if (!thread->catch_count || ptrace(PTRACE_GETREGS, thread->tid, 0, &regs))
		return false;
	for (unsigned i = 0; i < thread->catch_count; i++) {
		const struct su_place *place = &thread->catches[i].place;

		if (place->addr == su_context_pc(&regs) &&
		    (!place->sp || place->sp == su_context_sp(&regs)))
			return true;
	}
	return false;
}

/* A thread that was interrupted on its way out of the trap has the signal queued still. */
static bool has_pending(const struct su_thread *thread)
{
	siginfo_t infos[16];

	for (uint64_t off = 0;; off += 16) {
		struct __ptrace_peeksiginfo_args args = { .off = off, .nr = 16 };
		long count = ptrace(PTRACE_PEEKSIGINFO, thread->tid, &args, infos);

		for (long i = 0; i < count; i++)
			if (is_ours(&infos[i]))
				return true;
		if (count < 16)
			return false;
	}
}

/* Runs the thread into the delivery of the pending signal, which is dropped: with no other signal
 * let through, no instruction of its runs. */
static void take_pending(struct su_session *session, size_t index)
{
	struct su_thread *thread = &session->threads.at[index];
	double deadline = su_clock_us() + 1e6;
	bool stop_seen = thread->group_stop;
	struct su_mask_note lent;
	int status;

	if (thread->owed_signal || !su_session_lend_mask(session, index, ~TRAP_BIT, &lent))
		return;
	for (int tries = 0; tries < 16; tries++) {
		if (ptrace(PTRACE_CONT, thread->tid, 0, 0))
			break;
		thread->state = SU_THREAD_RUNNING;
		if (!su_session_wait_thread(session, index, deadline, &status))
			break;
		thread->state = WIFSTOPPED(status) ? SU_THREAD_STOPPED : SU_THREAD_GONE;
		if (!WIFSTOPPED(status))
			break;
		stop_seen |= !(status >> 16) && WSTOPSIG(status) == SIGSTOP;
		if (!(status >> 16) && WSTOPSIG(status) == SIGTRAP)
			break;
	}
	su_err_destroy(
		su_session_settle(session, index)); /* gone: the registers' reading says so */
	su_session_return_mask(session, &lent);
	if (stop_seen)
		kill(session->pid, SIGSTOP);
}

void su_catch_clear_one(struct su_session *session, size_t index)
{
	struct su_thread *thread = &session->threads.at[index];

	if (!thread->catch_count)
		return;
	remove_catches(thread);
	if (thread->state == SU_THREAD_STOPPED && has_pending(thread))
		take_pending(session, index);
}

void su_catch_clear(struct su_session *session)
{
	for (size_t i = 0; i < session->threads.len; i++)
		su_catch_clear_one(session, i);
}
