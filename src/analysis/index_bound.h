/*
 * How many values the index of a jump table may have: the comparison that lets it through.
 */
#ifndef SU_ANALYSIS_INDEX_BOUND_H
#define SU_ANALYSIS_INDEX_BOUND_H

#include "analysis/function.h"

#define SU_INDEX_BOUND_MAX (1u << 16)

/* A bound of what `reg` may be before instruction `use`, from 0 on; 0: none is known. */
uint32_t su_index_bound(const struct su_function *function, uint32_t use, uint8_t reg);

#endif
