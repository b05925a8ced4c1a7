/*
 * What the user says of a function's activations (`build --spec`), where the code alone does not
 * tell.
 *
 * A *pair* says that an activation which waits in a call, or runs in a loop, goes on at a certain
 * place of the other version.  A *value* is what a variable starts with that the other version does
 * not have.  Neither is believed further than it goes: all other live values are derived as
 * anywhere else, and what can be known to be wrong is a contradiction, which refuses the build.
 */
#ifndef SU_CHECKPOINT_ASSERT_H
#define SU_CHECKPOINT_ASSERT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"

struct su_carry;
struct su_recipe;

struct su_asserted_pair {
	bool inside; /* from_insn is an instruction in a loop, not a call */
	bool lands;  /* to_insn is an instruction to go on before, not a call */
	uint32_t from_insn, to_insn;
	uint32_t number; /* of the assertion, in the specification */
};

struct su_asserted_value {
	uint32_t local; /* of `to`: index */
	int64_t number; /* as wide as the variable, the rest zero */
	uint32_t assertion;
};

/* Of one function in one direction. */
struct su_asserted {
	SU_VEC(struct su_asserted_pair) pairs;
	SU_VEC(struct su_asserted_value) values;
};

struct su_contradiction {
	const char *why; /* NULL: none */
	uint32_t assertion;
};

bool su_carry_is_asserted(const struct su_carry *carry, uint32_t from_insn);
/* The number of the assertion about it. */
uint32_t su_carry_assertion(const struct su_carry *carry, uint32_t from_insn);
/* Goes on where the user says. NULL, or why it cannot be. */
const char *su_carry_derive_asserted(struct su_carry *carry, struct su_recipe *recipe);
/* Adds recipes for the pairs that are in loops. */
void su_carry_derive_asserted_loops(struct su_carry *carry);

#endif
