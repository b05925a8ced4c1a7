/*
 * Our own peace while targets stand still: signals wait, and nobody comes before us.
 *
 * Several sessions may be open at a time.  What they ask for is counted, per thread of ours, so
 * that the first one changes our signal mask or priority and the last one puts it back.
 */
#ifndef SU_PROCESS_QUIET_H
#define SU_PROCESS_QUIET_H

#include <signal.h>
#include <stdbool.h>

/* The signals that would end us, and are not ignored. */
void su_quiet_endings(sigset_t *ret);

/* A session begins, or ends: the last end restores the signal mask that the first begin found. */
void su_quiet_begin(void);
void su_quiet_end(void);

/* SIGCHLD is to be waited for, not delivered.  From now on signals that would end us are put off, too,
 * until the last session ends. */
void su_quiet_await_children(void);
/* One of those has come (SIGINT, SIGTERM, SIGHUP, SIGQUIT): what can be undone is to be. */
bool su_quiet_is_interrupted(void);

/* All our signals wait while any holder asks for that. `*asked` is the holder's own state. */
void su_quiet_signals(bool *asked, bool wanted);
/* A real-time priority, where we may ask for that, while any holder asks for it. */
void su_quiet_hurry(bool *asked, bool wanted);

#endif
