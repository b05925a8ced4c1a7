/* What came of what the user says of a function's activations: see derive/asserted.h. */
#ifndef SU_CHECKPOINT_ASSERT_H
#define SU_CHECKPOINT_ASSERT_H

#include "checkpoint/derive/asserted.h"

struct su_carry;

struct su_contradiction {
	const char *why; /* NULL: none */
	uint32_t assertion;
};

/* The number of the assertion about the call or loop at `from_insn`. */
uint32_t su_assert_number(const struct su_carry *carry, uint32_t from_insn);

#endif
