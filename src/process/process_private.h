/*
 * What session.c and group.c share.
 */
#ifndef SU_PROCESS_PROCESS_PRIVATE_H
#define SU_PROCESS_PROCESS_PRIVATE_H

#include "process/session.h"

/* We trace the thread. */
bool su_session_is_ours(pid_t pid, pid_t tid);
/* That is not gone; NULL: there is none. */
struct su_thread *su_session_find(struct su_session *session, pid_t tid);
bool su_session_is_stop_signal(int sig);
/* A thread that is late can run on, and waits for its turn on a processor, for not too long yet. */
bool su_session_waits_for_turn(const struct su_session *session, const struct su_thread *thread,
			       double since_us);
struct su_thread *su_session_adopt(struct su_session *session, pid_t tid);

/* Reads what one running thread has to report. False when there was nothing. */
bool su_session_poll(struct su_session *session, size_t index);
/* Reads what running threads have to report, of all sessions of the group. True when there was
 * anything. */
bool su_session_sweep(struct su_session *session);
/* Until something is reported, but not for long. True: something was. */
bool su_session_sleep(double microseconds);

void su_session_begin_stop(struct su_session *session);
void su_session_interrupt(struct su_thread *thread);
/* Zombie leaders and threads that die while they stop never report. */
void su_session_drop_dead(struct su_session *session);

/* Any thread that runs, or NULL. */
const struct su_thread *su_session_still_running(const struct su_session *session);
bool su_session_any_stopped(const struct su_session *session);
bool su_session_any_held(const struct su_session *session);
/* A running thread has catches. */
bool su_session_any_to_catch(const struct su_session *session);

#endif
