/*
 * Activations that wait on a stack which no thread runs on: suspended coroutines.
 *
 * Their return addresses stay where they are, and one that is a checkpoint carries its activation
 * over when it is resumed, however long after the update.  One that is no checkpoint would go on in
 * dead code.  The scan of the threads' stacks does not see it.  So where the patch leaves such
 * addresses, and the process may have other stacks, all writable memory is looked at while the
 * process is stopped, word by word (sweep.h).
 *
 * A process may have other stacks when an object in it imports makecontext(3) or its kin, or
 * sigaltstack(2) together with siglongjmp(3).  A library that switches stacks by code of its own is
 * not noticed: for that the scan can be asked for.
 *
 * A stale word, in memory that was freed, looks like a live one: the update is refused, as long as
 * it is there.
 */
#ifndef SU_UPDATE_READY_SUSPENDED_H
#define SU_UPDATE_READY_SUSPENDED_H

#include "update/plan/importers.h"
#include "update/ready/ready.h"

/* Whether an activation could be resumed after the commit in code that is dead then. `asked`: the
 * process has other stacks for all we know. It may be running. */
bool su_suspended_possible(const struct su_plan *plan, struct su_importers *importers,
			   const struct su_memory *memory, const struct su_maps *maps, bool asked);

enum su_suspended {
	SU_SUSPENDED_UNKNOWN = 0, /* some memory could not be read */
	SU_SUSPENDED_FOUND,
	SU_SUSPENDED_NONE,
};

/* Looks at all writable memory but the threads' own stacks, which have been judged. All threads are
 * stopped. *ret_word is the return address, or where memory could not be read. */
enum su_suspended su_suspended_find(struct su_ready *ready, uint64_t *ret_word);

#endif
