/* Two things that belong together, which one version does alone. */
#ifndef SU_CHECKPOINT_RELATE_HALVES_H
#define SU_CHECKPOINT_RELATE_HALVES_H

#include "checkpoint/relate/crossing.h"

/* The first and the second, in no order. */
struct su_half {
	uint32_t one, other;
};

typedef SU_VEC(struct su_half) su_half_list;

struct su_halves {
	const struct su_pair *pair;
	struct su_crossing *crossing;
	bool known;	       /* what follows is found */
	su_half_list from, to; /* that the version does, and the other one does not */
};

/* A zeroed one but for `pair` and `crossing` has found out nothing yet. */
void su_halves_deinit(struct su_halves *halves);

/* A place in each version: the return address of a call, or an instruction that is still to run. */
struct su_cut {
	uint32_t from, to;
	bool from_lands, to_lands; /* it is an instruction */
};

/* Whether one of them lies before the place, in either version, and the other one behind it. */
bool su_halves_are_cut(struct su_halves *halves, const struct su_cut *at);

#endif
