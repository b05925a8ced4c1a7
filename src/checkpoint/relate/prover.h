/*
 * The simulation relation: which value of the one version equals which value of the other wherever
 * both are in step.
 */
#ifndef SU_CHECKPOINT_RELATE_PROVER_H
#define SU_CHECKPOINT_RELATE_PROVER_H

#include "checkpoint/calls/calls.h"
#include "checkpoint/product/product.h"
#include "patch/format.h"

/* A pair, and what was proved and refuted of it. */
struct su_prover {
	const struct su_pair *pair;
	struct su_calls *calls;
	struct su_memo related; /* by goal */
};

/* A zeroed one but for `pair` and `calls` has proved nothing yet. */
void su_prover_deinit(struct su_prover *prover);

/* Whether value `u` of `from` and value `v` of `to` are equal after the instructions `at`, which run
 * together, on all paths that lead there.  `at` is NULL when it is not known how both got there:
 * then values are compared that do not depend on it. */
bool su_prover_related(struct su_prover *prover, const struct su_product_pair *at, uint32_t u,
		       uint32_t v);
/* Whether their low `size` bytes are equal in that sense; 8 and more: the whole. */
bool su_prover_related_part(struct su_prover *prover, const struct su_product_pair *at, uint32_t u,
			    uint32_t v, uint8_t size);

/* ---- same_call.c ---- */

/* Whether two paired calls may be the same one, as far as these values tell; constants are compared
 * by su_calls_has_better_partner(). */
bool su_prover_same_arguments(struct su_prover *prover, const struct su_product_pair *at);
/* Whether two paired calls are given different things, and a call of the same function that is nobody's
 * partner is given what one of them is: it is that one, and would be made twice, or not at all. */
bool su_prover_has_better_arguments(struct su_prover *prover, const struct su_product_pair *at);
/* NULL and what a pair of exchanged calls is, or why it is none. */
const char *su_prover_check_exchange(struct su_prover *prover, const struct su_product_pair *at,
				     enum su_pairing *ret);

#endif
