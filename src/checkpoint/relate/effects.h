/* What both versions have done by the time that they come to a place. */
#ifndef SU_CHECKPOINT_RELATE_EFFECTS_H
#define SU_CHECKPOINT_RELATE_EFFECTS_H

#include "checkpoint/relate/prover.h"

/* Whether what `from` has done to memory and to others before instruction `from_insn` is what `to`
 * has done before `to_insn`, on every aligned path. */
bool su_effects_same(struct su_prover *prover, uint32_t from_insn, uint32_t to_insn);

#endif
