/*
 * Which instructions may have given a register its value: a search back over all edges, copies
 * included.
 */
#ifndef SU_ANALYSIS_REACHING_H
#define SU_ANALYSIS_REACHING_H

#include "analysis/function.h"
#include "base/vec.h"

struct su_definitions {
	SU_VEC(uint32_t) insns;
	bool unknown; /* or the caller, or a callee */
};

/* What may define `reg` as it is before instruction `use`. Deinit the result's `insns`. */
struct su_definitions su_definitions_of(const struct su_function *function, uint32_t use,
					uint8_t reg);

/* The only definition, or SU_NO_INSN. */
uint32_t su_definition_of(const struct su_function *function, uint32_t use, uint8_t reg);

#endif
