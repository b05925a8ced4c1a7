/* The dead man's handle: see hold.h. */
#include "process/hold.h"

#include <errno.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/proc.h"

#define BIT(sig) (UINT64_C(1) << ((sig)-1))
#define STOP_SIGNALS (BIT(SIGSTOP) | BIT(SIGTSTP) | BIT(SIGTTIN) | BIT(SIGTTOU))

static struct su_signals note_pending(struct su_hold *hold)
{
	struct su_signals signals = su_proc_signals(hold->session->pid);

	hold->lost |= signals.pending & (STOP_SIGNALS | BIT(SIGCONT));
	return signals;
}

bool su_hold_is_needed(const struct su_session *session)
{
	for (size_t i = 0; i < session->threads.len; i++)
		if (session->threads.at[i].state == SU_THREAD_STOPPED &&
		    session->threads.at[i].group_stop)
			return false;
	return true;
}

struct su_err *su_hold_take(struct su_session *session, struct su_hold *ret)
{
	*ret = (struct su_hold){ .session = session };
	if (!su_hold_is_needed(session))
		return NULL;
	note_pending(ret);
	ret->held = true;
	for (size_t i = 0; i < session->threads.len; i++) {
		pid_t tid = session->threads.at[i].tid;

		if (session->threads.at[i].state != SU_THREAD_STOPPED)
			continue;
		if (!syscall(SYS_tgkill, session->pid, tid, SIGSTOP) || errno == ESRCH)
			continue;
		struct su_err *err =
			su_err_errno(SU_E_PERMISSION, errno, "cannot signal thread %d", tid);
		if (i)
			su_err_destroy(su_hold_drop(ret));
		return err;
	}
	return NULL;
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

struct su_err *su_hold_drop(struct su_hold *hold)
{
	struct su_session *session = hold->session;
	size_t index = 0;
	uint64_t mask = 0;

	if (!hold->held)
		return NULL;
	struct su_signals signals = note_pending(hold);
	hold->held = false;
	struct su_thread *thread = choose_thread(session, &index, &mask);
	if (!thread)
		return su_err_new(SU_E_GONE, "process %d has exited", session->pid);
	bool blocked = mask & BIT(SIGCONT);
	struct su_mask_note lent;
	if (blocked && !su_session_lend_mask(session, index, mask & ~BIT(SIGCONT), &lent))
		return su_err_new(SU_E_GONE, "the signal mask of thread %d cannot be changed",
				  thread->tid);
	if (syscall(SYS_tgkill, session->pid, thread->tid, SIGCONT)) {
		struct su_err *gone =
			su_err_errno(SU_E_GONE, errno, "cannot signal thread %d", thread->tid);
		if (blocked)
			su_session_return_mask(session, &lent);
		return gone;
	}
	for (size_t i = 0; i < session->threads.len; i++)
		session->threads.at[i].group_stop = false;
	if (!blocked && !(signals.caught & BIT(SIGCONT)))
		return NULL; /* a running process does nothing when it gets the signal */
	struct su_err *err = take_back(session, index);
	if (blocked)
		su_session_return_mask(session, &lent);
	return err;
}

void su_hold_adopt(struct su_session *session, struct su_hold *ret)
{
	*ret = (struct su_hold){ .session = session, .held = true };
}

void su_hold_finish(struct su_hold *hold)
{
	for (int sig = 1; sig < 64; sig++)
		if (hold->lost & BIT(sig))
			kill(hold->session->pid, sig);
	hold->lost = 0;
}
