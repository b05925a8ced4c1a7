/* What each location holds at an instruction: the state of its block, carried on to there. */
#ifndef SU_ANALYSIS_STATES_H
#define SU_ANALYSIS_STATES_H

#include "analysis/values.h"

/* The state before instruction `insn`, or after it (for calls: at the return address); `ret` holds
 * loc_count value numbers. */
void su_values_before(struct su_values *values, uint32_t insn, uint32_t *ret);
void su_values_after(struct su_values *values, uint32_t insn, uint32_t *ret);

#endif
