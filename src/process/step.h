/*
 * One stopped thread by itself: a single step, and the ways back to rest.
 *
 * A thread that has been let go for an instant reports at once, or is late.  A late one that is
 * runnable only waits for its turn on a processor, and a busy machine is no reason to give it up;
 * one that sleeps is.
 */
#ifndef SU_PROCESS_STEP_H
#define SU_PROCESS_STEP_H

#include "process/session.h"

/* One instruction of a stopped thread. False when anything else than the step happened (a signal,
 * an exit); the thread is then stopped or gone. The signal is owed: the next step or resume
 * delivers it. */
bool su_session_step(struct su_session *session, size_t index);
/* After the last step: our death would leave the step's SIGTRAP to the thread. It comes to rest
 * where it is, unless a signal is owed to it. */
void su_session_end_steps(struct su_session *session, size_t index);

/* Waits until the thread reports, handling nothing; false at the deadline, or later when
 * all that the thread waits for is a processor. */
bool su_session_wait_thread(struct su_session *session, size_t index, double deadline_us,
			    int *ret_status);
/* Brings a thread that runs, or is in another kind of ptrace stop, to PTRACE_EVENT_STOP. It makes no
 * system call on its way. */
struct su_err *su_session_settle(struct su_session *session, size_t index) SU_MUST_CHECK;

#endif
