/* Calls and stores that changed their order. */
#ifndef SU_CHECKPOINT_RELATE_CROSSING_H
#define SU_CHECKPOINT_RELATE_CROSSING_H

#include "base/vec.h"
#include "checkpoint/calls/calls.h"

/* A call or store of `from` and one of `to` that may be the same one and run together nowhere. */
struct su_stray {
	uint32_t i, j;
};

typedef SU_VEC(uint32_t) su_insns;

struct su_crossing {
	const struct su_pair *pair;
	struct su_calls *calls;
	bool known; /* what follows is found */
	SU_VEC(struct su_stray) strays;
	su_insns own_from, own_to; /* calls and stores of which the other version has none */
};

/* A zeroed one but for `pair` and `calls` has found out nothing yet. */
void su_crossing_deinit(struct su_crossing *crossing);

/* Finds them, once. */
void su_crossing_look(struct su_crossing *crossing);
/* Whether a call or store may lie before the pair of calls in the one version, and behind it in the
 * other: it would be done twice, or not at all. */
bool su_crossing_is_possible(struct su_crossing *crossing, uint32_t from_insn, uint32_t to_insn);

#endif
