/*
 * What an updater leaves in a process when it is killed, and how that is put right.
 *
 *	left behind			the process		recovery
 *	registry "committing"		stopped, code mixed	every place gets what it held
 *							before, or the commit is completed
 *							(see below)
 *	final state, "held" set		stopped, code whole	it runs on
 *	note of a lent signal mask	runs			the thread gets its own back
 *	handler for SIGTRAP (trap.h)	runs			taken away
 *	registry "staged"		runs			unmapped
 *
 * A commit that was cut off is taken back rather than completed: what stood before is in the
 * journal, byte for byte, and no thread has run since, so none can be in the way.  That last is
 * only true while the process is stopped; where somebody let it run on with its code mixed, nothing
 * can be proved any more.
 *
 * Of several processes that are updated as one, no registry gets its final state before the code of
 * all has been written (commit.h).  So when one of them has it, the code of the others is complete:
 * they get their final state, too, and all are in the same version whoever is recovered first.
 *
 * Whoever has seized the process and finds one of these knows that the updater is dead, since a
 * living one would be the tracer.
 */
#ifndef SU_UPDATE_COMMIT_RECOVER_H
#define SU_UPDATE_COMMIT_RECOVER_H

#include "process/session.h"
#include "strongupdate.h"
#include "update/carried/carried.h"

/* Refuses a process in which an updater was cut off (SU_E_DAMAGED, with what to do). Seizes it
 * where that is needed to know. */
struct su_err *su_recover_require_whole(struct su_session *session,
					struct su_carried *carried) SU_MUST_CHECK;

/* Puts right what an updater left that was killed; nothing to do is no error. A living updater is
 * SU_E_PERMISSION, which names it. `ret` says what was done, also on failure. */
struct su_err *su_recover(pid_t pid, struct strongupdate_recovery *ret) SU_MUST_CHECK;

#endif
