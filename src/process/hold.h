/*
 * The dead man's handle: while held, our death leaves the process stopped instead of running.
 *
 * Every stopped thread gets a pending SIGSTOP.  When a tracer dies the kernel lets its threads run,
 * and each takes the signal before its next instruction.
 *
 * The kernel looks through all threads for each stop signal that is sent, so of many threads the
 * process gets one signal instead.  That holds them as well: a thread that comes from a ptrace stop
 * passes get_signal(), under the lock of the process's signals, before it returns to its own code.
 * The first one there takes the signal and, before it gives up the lock, asks all others to stop,
 * those that are still traced included; they keep that when they are let go.  The price is that a
 * SIGSTOP which somebody else sends to the process in that instant cannot be told from ours.
 *
 * Dropping the handle sends one SIGCONT, which removes all pending stop signals of a process at
 * once.  Where the process would notice that SIGCONT, it is taken back from its thread before it is
 * delivered.
 *
 * Sending stop signals removes pending SIGCONTs and the other way round; what was pending for the
 * process before is sent again afterwards.
 *
 * Source: kernel/signal.c, prepare_signal(), get_signal(), do_signal_stop(); kernel/ptrace.c,
 * __ptrace_unlink().
 */
#ifndef SU_PROCESS_HOLD_H
#define SU_PROCESS_HOLD_H

#include "process/session.h"

struct su_hold {
	struct su_session *session;
	bool held;
	bool whole;    /* by a signal to the process, not to each thread */
	uint64_t lost; /* signals to be sent again */
};

/* All threads are stopped. A process that is stopped by a signal already needs no handle. */
bool su_hold_is_needed(const struct su_session *session);
/* All threads must be stopped. Does nothing where it is not needed. */
struct su_err *su_hold_take(struct su_session *session, struct su_hold *ret) SU_MUST_CHECK;
/* All threads are still stopped, and stay so. Does nothing when it is not held. */
struct su_err *su_hold_drop(struct su_hold *hold) SU_MUST_CHECK;
/* The handle of an updater that was killed, taken over: all threads are stopped again. */
void su_hold_adopt(struct su_session *session, struct su_hold *ret);
/* After the threads were released: sends again what the handle removed. */
void su_hold_finish(struct su_hold *hold);

#endif
