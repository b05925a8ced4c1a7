/*
 * Things that a program declares under a name in some place (a unit, or a function of it), and which
 * of them another version has no longer.
 */
#ifndef SU_DIFF_PLACES_H
#define SU_DIFF_PLACES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"

struct su_placed {
	const char *name, *unit;
	const char *function; /* or NULL */
	uint64_t what;	      /* equal numbers stand for the same definition */
	bool may_move;	      /* against another one that may: any number will do */
	const void *thing;
};

struct su_places {
	SU_VEC(struct su_placed) list;
};

void su_places_add(struct su_places *places, struct su_placed thing);
void su_places_deinit(struct su_places *places);

/* Whether something of `a` is not in `b`, where `b` has the name: the first such thing, and what
 * `b` has instead. Sorts both, and takes units of one file name for one where `a` and `b` call
 * them by different paths. */
bool su_places_lost(struct su_places *a, struct su_places *b, struct su_placed *ret_old,
		    struct su_placed *ret_new);

#endif
