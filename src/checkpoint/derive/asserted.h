/*
 * What the user says of a function's activations (`build --spec`), where the code alone does not
 * tell.
 *
 * A *pair* says that an activation which waits in a call, or runs in a loop, goes on at a certain
 * place of the other version.  A *value* is what a variable starts with that the other version does
 * not have.  Neither is believed further than it goes: all other live values are derived as
 * anywhere else, and what can be known to be wrong is a contradiction, which refuses the build.
 */
#ifndef SU_CHECKPOINT_DERIVE_ASSERTED_H
#define SU_CHECKPOINT_DERIVE_ASSERTED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"

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

#endif
