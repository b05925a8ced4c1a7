/*
 * How the activations of one changed function are carried over, in one direction.
 *
 * For each return address in `from` there is either a recipe, which says for every location that is
 * live at the paired address of `to` how to make it from the state in `from`, or a reason why there
 * is none.  Loops that an activation could stay in without coming to one have recipes of their own.
 *
 * Soundness: a recipe is complete (every live location has a source) or it does not exist.
 */
#ifndef SU_CHECKPOINT_CARRY_H
#define SU_CHECKPOINT_CARRY_H

#include "checkpoint/align/align.h"
#include "checkpoint/assert.h"
#include "checkpoint/derive/recipe.h"
#include "checkpoint/side/pair.h"

struct su_carry {
	struct su_pair pair;
	const struct su_asserted *asserted; /* what the user says of it, or NULL */
	/* What was found out. */
	SU_VEC(struct su_recipe) recipes; /* one for each return address of `from`, then `inside` */
	const char *unsafe; /* why the function must not be replaced at all, or NULL: a jmp_buf that
			     * no stack shows may lead back to a place without a recipe */
	struct su_contradiction contradiction; /* of what the user says */
};

/* Both directions of a function, such that they may follow each other. What the reverse direction
 * reads, the forward one makes: it counts as live in the new version (su_live_set_uses), unless
 * that would cost a forward checkpoint. Both are zeroed but for `asserted` and, of the pair, arena,
 * from, to, alignment, reverse. */
void su_carry_derive_both(struct su_carry *forward, struct su_carry *reverse);
void su_carry_deinit(struct su_carry *carry);

#endif
