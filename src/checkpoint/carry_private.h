/* A carry-over in the making: private to the files of this folder. */
#ifndef SU_CHECKPOINT_CARRY_PRIVATE_H
#define SU_CHECKPOINT_CARRY_PRIVATE_H

#include "checkpoint/carry.h"
#include "checkpoint/derive/derive.h"
#include "checkpoint/relate/crossing.h"
#include "checkpoint/relate/halves.h"

/* What each room has found out about a pair, and what comes of it. */
struct su_carrier {
	const struct su_pair *pair;
	struct su_calls calls;
	struct su_prover prover;
	struct su_crossing crossing;
	struct su_halves halves;
	struct su_deriver deriver;
	struct su_carry *carry;
};

/* complete.c: fills in a recipe whose instructions and addresses are known. NULL, or why not. */
const char *su_complete_recipe(struct su_deriver *deriver, struct su_recipe *recipe,
			       const struct su_product_pair *at);
/* removed.c: goes on at what follows a call that `to` has not. NULL, or why it cannot be. */
const char *su_removed_derive(struct su_deriver *deriver, struct su_recipe *recipe);
/* loops.c: adds recipes for loops that an activation could stay in without coming to one. */
void su_loops_derive(struct su_carrier *carrier);

/* assert.c: whether the user says where an activation at the call goes on. */
bool su_assert_has_pair(const struct su_carry *carry, uint32_t from_insn);
/* Goes on where the user says. NULL, or why it cannot be. */
const char *su_assert_derive(struct su_carrier *carrier, struct su_recipe *recipe);
/* Adds recipes for the pairs that are in loops. */
void su_assert_derive_loops(struct su_carrier *carrier);

#endif
