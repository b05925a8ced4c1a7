/* The effect of one instruction on a state of value numbers. Part of numbering.c. */
#ifndef SU_ANALYSIS_TRANSFER_H
#define SU_ANALYSIS_TRANSFER_H

#include "analysis/values.h"

/* Changes `state` (loc_count numbers) from before instruction `index` to after it. */
void su_transfer(struct su_values *values, uint32_t index, uint32_t *state);
/* Whether it is and $-N,%rsp: after that rsp is the frame's aligned base. */
bool su_transfer_realigns(const struct su_values *values, const struct su_insn *insn,
			  const uint32_t *state);
#endif
