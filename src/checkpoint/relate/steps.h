/* Values of both versions that count together: see steps.c. */
#ifndef SU_CHECKPOINT_RELATE_STEPS_H
#define SU_CHECKPOINT_RELATE_STEPS_H

#include "checkpoint/relate/prover.h"

/* A value as another one plus a constant; base 0: a constant. */
struct su_linear {
	uint32_t base;
	int64_t add;
};

/* Of the low `size` bytes. */
struct su_linear su_linear_of(const struct su_values *values, uint32_t number, uint8_t size);

/* u = u0 + k * du and v = v0 + k * dv + ahead, in u_size and v_size bytes (4 or 8), with one k. */
struct su_steps {
	uint8_t u_size, v_size;
	struct su_linear u0, v0;
	uint32_t u0_number, v0_number; /* the same, as values */
	int64_t du, dv, ahead;
};

/* Whether merges `u` of `from` and `v` of `to` count together wherever both are after `at`; fills
 * in *ret but for the sizes.  Both starts stay what they are as long as the loops run. */
bool su_prover_count_together(struct su_prover *prover, const struct su_product_pair *at,
			      uint32_t u, uint32_t v, struct su_steps *ret);

#endif
