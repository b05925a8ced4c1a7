/*
 * Which instruction of the old function is which one of the new function.
 *
 * The alignment keeps order and pairs instructions of the same form: the same operation, the same
 * callee, variable, constant and structure offset; registers, frame offsets and branch targets do
 * not count.  Calls and references to things weigh more than plain instructions, so that they
 * anchor the rest.  Instructions of different inlined functions never pair.
 */
#ifndef SU_CHECKPOINT_ALIGN_ALIGN_H
#define SU_CHECKPOINT_ALIGN_ALIGN_H

#include "checkpoint/align/sequence.h"

struct su_alignment {
	/* Both are one code: the same instructions in the same places, but for constants and for what
	 * they refer to. `differs` tells, by instruction, which have another one; else it is NULL. */
	const bool *differs;
	const struct su_align_item *old_items, *new_items;
	const uint32_t *new_of; /* by old instruction: the new one, or SU_NO_INSN */
	const uint32_t *old_of; /* by new instruction */
};

/* Belongs to `arena`. */
struct su_alignment *su_align(struct su_arena *arena, const struct su_program *old_program,
			      const struct su_routine *old_routine,
			      const struct su_program *new_program,
			      const struct su_routine *new_routine);
/* The alignment as it is seen from the new side. */
struct su_alignment *su_align_reverse(struct su_arena *arena, const struct su_alignment *alignment);

/* Whether both are one code at instruction `i` of the old function and `j` of the new one: the same
 * instruction, unchanged. */
static inline bool su_alignment_is_same_place(const struct su_alignment *alignment, uint32_t i,
					      uint32_t j)
{
	return alignment->differs && i == j && !alignment->differs[i];
}

#endif
