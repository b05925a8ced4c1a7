/*
 * Aligning by control flow: see sequence.h.
 *
 * Two blocks that are paired and end in the same kind of branch lead to blocks that belong
 * together: where the branch goes, where it falls through to, the same entry of a jump table.  They
 * are paired when no instruction of either has a pair yet and at least half of the smaller one is
 * found in the other.  Compilers invert conditions when they lay out blocks in another order; then
 * the branch of the one belongs to the fall-through of the other.  A branch whose test is another
 * one leads on nowhere: it may be another branch altogether.
 */
#include <stdlib.h>

#include "checkpoint/align/sequence.h"

#define MAX_BLOCK_TABLE 250000u /* cells of the table for two blocks */

static const struct su_block *block_of(const struct su_sequence *side, uint32_t block)
{
	return &side->routine->code->blocks[block];
}

static const struct su_insn *last_of(const struct su_sequence *side, uint32_t block)
{
	const struct su_block *b = block_of(side, block);

	return &side->routine->code->insns[b->first + b->count - 1];
}

/* ---- likeness ---- */

static bool is_untouched(const struct su_sequence *side, uint32_t block, const uint32_t *other_of)
{
	const struct su_block *b = block_of(side, block);

	for (uint32_t i = 0; i < b->count; i++) {
		if (other_of[b->first + i] != SU_NO_INSN)
			return false;
	}
	return true;
}

static uint32_t weight_of(const struct su_sequence *side, uint32_t block)
{
	const struct su_block *b = block_of(side, block);
	uint32_t weight = 0;

	for (uint32_t i = 0; i < b->count; i++)
		weight += side->items[b->first + i].weight;
	return weight;
}

static bool are_alike(struct su_aligner *aligner, uint32_t a, uint32_t b, struct su_range range)
{
	uint32_t weight_a = weight_of(&aligner->a, a), weight_b = weight_of(&aligner->b, b);
	uint32_t smaller = weight_a < weight_b ? weight_a : weight_b;

	if ((uint64_t)(range.a1 - range.a0 + 1) * (range.b1 - range.b0 + 1) > MAX_BLOCK_TABLE)
		return false;
	return su_align_common(aligner, range, NULL) * 2 >= smaller;
}

static void pair_blocks(struct su_aligner *aligner, uint32_t a, uint32_t b)
{
	const struct su_block *in_a = block_of(&aligner->a, a), *in_b = block_of(&aligner->b, b);
	struct su_range range = { in_a->first, in_a->first + in_a->count, in_b->first,
				  in_b->first + in_b->count };

	if (aligner->new_block[a] != UINT32_MAX || aligner->old_block[b] != UINT32_MAX ||
	    !is_untouched(&aligner->a, a, aligner->new_of) ||
	    !is_untouched(&aligner->b, b, aligner->old_of) || !are_alike(aligner, a, b, range))
		return;
	aligner->new_block[a] = b;
	aligner->old_block[b] = a;
	su_align_common(aligner, range, su_align_pair);
}

/* ---- successors ---- */

static bool successor_at(const struct su_sequence *side, uint32_t block, uint64_t vaddr,
			 uint32_t *ret)
{
	const struct su_block *b = block_of(side, block);

	for (uint32_t i = 0; i < b->succ_count; i++) {
		const struct su_block *succ = block_of(side, b->succ[i]);

		if (side->routine->code->insns[succ->first].vaddr == vaddr) {
			*ret = b->succ[i];
			return true;
		}
	}
	return false;
}

static void pair_blocks_at(struct su_aligner *aligner, uint32_t a, uint64_t vaddr_a, uint32_t b,
			   uint64_t vaddr_b)
{
	uint32_t succ_a, succ_b;

	if (successor_at(&aligner->a, a, vaddr_a, &succ_a) &&
	    successor_at(&aligner->b, b, vaddr_b, &succ_b))
		pair_blocks(aligner, succ_a, succ_b);
}

static void pair_after_branch(struct su_aligner *aligner, uint32_t a, const struct su_insn *in_a,
			      uint32_t b, const struct su_insn *in_b)
{
	uint64_t next_a = in_a->vaddr + in_a->length, next_b = in_b->vaddr + in_b->length;
	int cond_a = su_insn_condition(in_a), cond_b = su_insn_condition(in_b);

	if (!su_align_same_test(aligner, in_a - aligner->a.routine->code->insns,
				in_b - aligner->b.routine->code->insns))
		return;
	if (cond_a >= 0 && cond_a == cond_b) {
		pair_blocks_at(aligner, a, in_a->target, b, in_b->target);
		pair_blocks_at(aligner, a, next_a, b, next_b);
	} else if (cond_a >= 0 && cond_b >= 0 && su_condition_is_inverse(cond_a, cond_b)) {
		pair_blocks_at(aligner, a, in_a->target, b, next_b);
		pair_blocks_at(aligner, a, next_a, b, in_b->target);
	}
}

static void pair_after_tables(struct su_aligner *aligner, uint32_t a, uint32_t b)
{
	const struct su_function *in_a = aligner->a.routine->code, *in_b = aligner->b.routine->code;

	if (in_a->table_count != in_b->table_count)
		return;
	for (size_t t = 0; t < in_a->table_count; t++) {
		const struct su_jump_table *x = &in_a->tables[t], *y = &in_b->tables[t];

		for (uint32_t i = 0; i < x->count && i < y->count; i++)
			pair_blocks_at(aligner, a, x->targets[i], b, y->targets[i]);
	}
}

static void pair_successors(struct su_aligner *aligner, uint32_t a, uint32_t b)
{
	const struct su_insn *in_a = last_of(&aligner->a, a), *in_b = last_of(&aligner->b, b);
	const struct su_block *from = block_of(&aligner->a, a), *to = block_of(&aligner->b, b);

	if (in_a->flow == SU_FLOW_COND && in_b->flow == SU_FLOW_COND)
		pair_after_branch(aligner, a, in_a, b, in_b);
	else if (in_a->flow == SU_FLOW_JUMP_IND && in_b->flow == SU_FLOW_JUMP_IND)
		pair_after_tables(aligner, a, b);
	else if (from->succ_count == 1 && to->succ_count == 1) /* by a jump or falling through */
		pair_blocks(aligner, from->succ[0], to->succ[0]);
}

void su_align_by_flow(struct su_aligner *aligner)
{
	const struct su_function *a = aligner->a.routine->code, *b = aligner->b.routine->code;
	size_t before, paired = 0;

	if (!a->block_count || !b->block_count)
		return;
	pair_blocks(aligner, 0, 0);
	do { /* each turn goes at least one block further */
		before = paired;
		paired = 0;
		for (uint32_t i = 0; i < a->block_count; i++) {
			const struct su_block *block = &a->blocks[i];
			uint32_t last = aligner->new_of[block->first + block->count - 1];
			uint32_t other = aligner->new_block[i];

			if (other == UINT32_MAX && last != SU_NO_INSN)
				other = b->block_of[last];
			if (other == UINT32_MAX)
				continue;
			paired++;
			pair_successors(aligner, i, other);
		}
	} while (paired != before);
}
