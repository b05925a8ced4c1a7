/*
 * Catching a running thread at a place of its code.
 *
 * A hardware breakpoint of the thread alone, made as a perf event that sends SIGTRAP to the thread
 * and is ours: no code is written, other threads do not see it, and it goes away with us should we
 * die (one made through PTRACE_POKEUSER would stay and kill the thread).  The session takes the
 * signal before its delivery (handle_status() in session.c): where address and stack pointer are
 * those of a place the thread is held, otherwise it runs on.  The event carries a number of ours,
 * so that no other SIGTRAP is mistaken for one.
 *
 * Killed between a trap and our answer to it we leave the signal to the thread: see trap.h. Signals
 * that can be blocked wait while there are catches.
 *
 * A thread that blocks SIGTRAP cannot be caught: the signal would stay pending.
 *
 * Source: perf_event_open(2) (PERF_TYPE_BREAKPOINT, sigtrap, sig_data), Linux 5.13 or later;
 * kernel/events/core.c.
 */
#ifndef SU_PROCESS_CATCH_H
#define SU_PROCESS_CATCH_H

#include "process/session.h"

/* Stopped thread `index` is to be caught at any of the places, or at the first ones where the
 * kernel has not room for all. False: it, or the thread's signal mask, allows none. */
bool su_catch_set(struct su_session *session, size_t index, const struct su_place *places,
		  unsigned count);
/* Removes the catches of one thread that is held. */
void su_catch_clear_one(struct su_session *session, size_t index);
/* Removes all catches, and what they left pending, of stopped threads. Held threads stay so. */
void su_catch_clear(struct su_session *session);

/* For session.c, of a thread that stops before the delivery of SIGTRAP: is it from a catch? */
bool su_catch_is_ours(const struct su_thread *thread);
/* And is the thread at a place of its catches? */
bool su_catch_hit(const struct su_thread *thread);

#endif
