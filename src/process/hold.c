/* The dead man's handle: see hold.h. */
#include "process/hold.h"

#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/reason.h"
#include "process/mask.h"
#include "process/proc.h"
#include "process/step.h"
#include "process/worker.h"

#define BIT(sig) (UINT64_C(1) << ((sig)-1))
#define QUEUE_PART 16 /* signals that are asked for at once */
#define FEW 128	      /* threads: to signal each takes time in proportion to the square of them */
#define STOP_SIGNALS (BIT(SIGSTOP) | BIT(SIGTSTP) | BIT(SIGTTIN) | BIT(SIGTTOU))

/* Signals that are pending for the process, not for one of its threads.  The kernel's queue is
 * asked by way of any stopped thread, which takes a fraction of reading /proc/PID/status.  A signal
 * for which it had no memory is not in the queue. */
static uint64_t pending_signals(const struct su_session *session)
{
	siginfo_t found[QUEUE_PART];
	struct __ptrace_peeksiginfo_args part = { .flags = PTRACE_PEEKSIGINFO_SHARED,
						  .nr = QUEUE_PART };
	uint64_t signals = 0;
	long got;

	do {
		got = ptrace(PTRACE_PEEKSIGINFO, session->memory.stopped, &part, found);
		if (got < 0)
			return su_proc_signals(session->pid, session->status).pending;
		for (long i = 0; i < got; i++)
			if (found[i].si_signo > 0 && found[i].si_signo <= 64)
				signals |= BIT(found[i].si_signo);
		part.off += (uint64_t)got;
	} while (got == QUEUE_PART);
	return signals;
}

static void note_lost(struct su_hold *hold, uint64_t signals)
{
	hold->lost |= signals & (STOP_SIGNALS | BIT(SIGCONT));
}

bool su_hold_is_needed(const struct su_session *session)
{
	for (size_t i = 0; i < session->threads.len; i++)
		if (session->threads.at[i].state == SU_THREAD_STOPPED &&
		    session->threads.at[i].group_stop)
			return false;
	return true;
}

static size_t count_stopped(const struct su_session *session)
{
	size_t count = 0;

	for (size_t i = 0; i < session->threads.len; i++)
		count += session->threads.at[i].state == SU_THREAD_STOPPED;
	return count;
}

static struct su_err *stop_each(struct su_hold *hold)
{
	const struct su_session *session = hold->session;

	for (size_t i = 0; i < session->threads.len; i++) {
		pid_t tid = session->threads.at[i].tid;

		if (session->threads.at[i].state != SU_THREAD_STOPPED)
			continue;
		if (!syscall(SYS_tgkill, session->pid, tid, SIGSTOP) || errno == ESRCH)
			continue;
		struct su_err *err = su_refuse_errno(errno, SU_WHY_THREAD_SIGNAL, tid);
		if (i)
			su_err_destroy(su_hold_drop(hold));
		return err;
	}
	return NULL;
}

struct su_err *su_hold_take(struct su_session *session, struct su_hold *ret)
{
	*ret = (struct su_hold){ .session = session };
	su_worker_writes();
	if (!su_hold_is_needed(session))
		return NULL;
	note_lost(ret, pending_signals(session));
	ret->held = true;
	ret->whole = count_stopped(session) > FEW;
	if (!ret->whole)
		return stop_each(ret);
	if (!kill(session->pid, SIGSTOP) || errno == ESRCH)
		return NULL;
	ret->held = false;
	return su_refuse_errno(errno, SU_WHY_PROCESS_SIGNAL, session->pid);
}

/* Lets the thread run into the delivery of our SIGCONT, and takes it from there. Signals that come
 * first are delivered: none of the thread's instructions runs between them. */
static struct su_err *take_back(struct su_session *session, size_t index)
{
	struct su_thread *thread = &session->threads.at[index];
	double deadline = su_clock_us() + 1e6;
	int status, sig = thread->owed_signal;
	siginfo_t info;

	thread->owed_signal = 0;
	for (int tries = 0; tries < 128; tries++) {
		if (ptrace(PTRACE_CONT, thread->tid, 0, sig) ||
		    !su_session_wait_thread(session, index, deadline, &status))
			break;
		if (!WIFSTOPPED(status)) {
			thread->state = SU_THREAD_GONE;
			break;
		}
		sig = status >> 16 ? 0 : WSTOPSIG(status);
		/* Somebody else's stop, since none of ours is left: it has removed our SIGCONT. */
		if (sig > 0 && BIT(sig) & STOP_SIGNALS) {
			thread->owed_signal = sig;
			return NULL;
		}
		if (sig != SIGCONT)
			continue;
		/* Somebody else's thread-directed SIGCONT swallowed ours: it is theirs to have. */
		if (!ptrace(PTRACE_GETSIGINFO, thread->tid, 0, &info) && info.si_pid &&
		    info.si_pid != getpid()) {
			thread->owed_signal = SIGCONT;
			return NULL;
		}
		/* Whatever lets the thread run on from here drops the signal. */
		return NULL;
	}
	return su_err_new(SU_E_GONE, "thread %d is gone", thread->tid);
}

/* A stopped thread that takes SIGCONT as it is, or else any stopped one. */
static struct su_thread *choose_thread(struct su_session *session, size_t *ret_index,
				       uint64_t *ret_mask)
{
	struct su_thread *any = NULL;

	for (size_t i = 0; i < session->threads.len; i++) {
		struct su_thread *thread = &session->threads.at[i];

		if (thread->state != SU_THREAD_STOPPED || !su_session_get_mask(thread, ret_mask))
			continue;
		any = thread;
		*ret_index = i;
		if (!(*ret_mask & BIT(SIGCONT)))
			break;
	}
	return any;
}

/* Our SIGCONT takes every stop signal away.  One of somebody else that is pending is noted right before:
 * what comes between the two calls is lost. */
static bool continue_thread(struct su_hold *hold, const struct su_thread *thread,
			    uint64_t *ret_caught)
{
	const struct su_session *session = hold->session;
	struct su_signals signals = su_proc_signals(session->pid, session->status);
	bool sent = !syscall(SYS_tgkill, session->pid, thread->tid, SIGCONT);
	int errnum = errno;

	/* Ours is among them, and may be somebody else's as well. */
	note_lost(hold, signals.pending & ~(hold->whole ? BIT(SIGSTOP) : 0));
	*ret_caught = signals.caught;
	errno = errnum;
	return sent;
}

struct su_err *su_hold_drop(struct su_hold *hold)
{
	struct su_session *session = hold->session;
	size_t index = 0;
	uint64_t mask = 0, caught;

	if (!hold->held)
		return NULL;
	hold->held = false;
	struct su_thread *thread = choose_thread(session, &index, &mask);
	if (!thread)
		return su_err_new(SU_E_GONE, "process %d has exited", session->pid);
	bool blocked = mask & BIT(SIGCONT);
	struct su_mask_note lent;
	if (blocked && !su_session_lend_mask(session, index, mask & ~BIT(SIGCONT), &lent))
		return su_err_new(SU_E_GONE, "the signal mask of thread %d cannot be changed",
				  thread->tid);
	if (!continue_thread(hold, thread, &caught)) {
		struct su_err *gone =
			su_err_errno(SU_E_GONE, errno, "cannot signal thread %d", thread->tid);
		if (blocked)
			su_session_return_mask(session, &lent);
		return gone;
	}
	for (size_t i = 0; i < session->threads.len; i++)
		session->threads.at[i].group_stop = false;
	if (!blocked && !(caught & BIT(SIGCONT)))
		return NULL; /* a running process does nothing when it gets the signal */
	struct su_err *err = take_back(session, index);
	if (blocked)
		su_session_return_mask(session, &lent);
	return err;
}

void su_hold_adopt(struct su_session *session, struct su_hold *ret)
{
	*ret = (struct su_hold){ .session = session, .held = true, .whole = true };
}

void su_hold_finish(struct su_hold *hold)
{
	for (int sig = 1; sig < 64; sig++)
		if (hold->lost & BIT(sig))
			kill(hold->session->pid, sig);
	hold->lost = 0;
}
