/* Both functions as sequences of items that are paired: what align.c and product/ compare by. */
#ifndef SU_CHECKPOINT_ALIGN_SEQUENCE_H
#define SU_CHECKPOINT_ALIGN_SEQUENCE_H

#include <stddef.h>

#include "diff/program.h"

/* One instruction: equal keys say equal form; the weight says how much an instruction tells (0:
 * nothing; no-ops and plain jumps).  Equal values say that the blocks compute what the instructions
 * give, or conditional branches decide by, in the same form. */
struct su_align_item {
	uint64_t key, value;
	uint32_t weight;
	bool from_elsewhere; /* conditional branches: see align_values.c */
	uint64_t test;
};

struct su_sequence {
	const struct su_program *program;
	const struct su_routine *routine;
	const struct su_align_item *items;
	uint32_t count;
	bool has_frame_pointer;
};

struct su_aligner {
	struct su_sequence a, b;
	uint32_t *new_of, *old_of;
	uint32_t *new_block, *old_block; /* blocks paired by control flow, or UINT32_MAX */
};

/* Instructions [a0, a1) of the old function and [b0, b1) of the new one. */
struct su_range {
	uint32_t a0, a1, b0, b1;
};

/* Pairs two instructions, unless they are no-ops. */
void su_align_pair(struct su_aligner *aligner, uint32_t old_insn, uint32_t new_insn);
static inline bool su_align_equal(const struct su_aligner *aligner, uint32_t i, uint32_t j)
{
	return aligner->a.items[i].key == aligner->b.items[j].key;
}
/* Longest common subsequence by weight: calls `found` for each pair and returns the weight of all.
 */
uint32_t su_align_common(struct su_aligner *aligner, struct su_range range,
			 void (*found)(struct su_aligner *aligner, uint32_t i, uint32_t j));

/* Whether two conditional branches decide by the same test, as far as their blocks tell. */
static inline bool su_align_same_test(const struct su_aligner *aligner, ptrdiff_t i, ptrdiff_t j)
{
	const struct su_align_item *a = &aligner->a.items[i], *b = &aligner->b.items[j];

	return a->value == b->value ||
	       (a->test && a->test == b->test && (a->from_elsewhere || b->from_elsewhere));
}
/* Whether rbp is made from the stack pointer: else it is a register like others. */
bool su_align_has_frame_pointer(const struct su_function *code);
/* align_values.c: fills in items[].value. */
void su_align_note_values(const struct su_function *code, struct su_align_item *items);
/* same_code.c: by instruction, whether it differs in a constant or in what it refers to; NULL when
 * the two functions are not one code. Belongs to `arena`. */
const bool *su_align_same_code(struct su_arena *arena, const struct su_aligner *aligner);
/* align_flow.c: follows the control flow of both functions in step from the entry and from blocks
 * that are paired, and pairs the blocks that it meets together when they are alike. */
void su_align_by_flow(struct su_aligner *aligner);

#endif
