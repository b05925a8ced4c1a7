/*
 * Things that a program declares under a name in some scope (a unit, or a function of it), and which
 * of them another version has no longer.
 */
#ifndef SU_DIFF_SCOPES_H
#define SU_DIFF_SCOPES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"

struct su_scoped {
	const char *name, *unit;
	const char *function; /* or NULL */
	uint64_t what;	      /* equal numbers stand for the same definition */
	bool may_move;	      /* against another one that may: any number will do */
	const void *thing;
};

struct su_scopes {
	SU_VEC(struct su_scoped) list;
};

void su_scopes_add(struct su_scopes *scopes, struct su_scoped thing);
void su_scopes_deinit(struct su_scopes *scopes);

/* Whether something of `a` is not in `b`, where `b` has the name: the first such thing, and what
 * `b` has instead. Sorts both, and takes units of one file name for one where `a` and `b` call
 * them by different paths. */
bool su_scopes_lost(struct su_scopes *a, struct su_scopes *b, struct su_scoped *ret_old,
		    struct su_scoped *ret_new);

#endif
