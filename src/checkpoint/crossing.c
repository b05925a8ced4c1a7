/*
 * Calls that changed their order: part of carry.h.
 *
 * An activation that waits in a call goes on behind the same call in `to`.  What `from` would have
 * done after the call must then lie behind it in `to` as well, and what it has done already before
 * it.  Where a call is made before in the one version and after in the other, it would be made
 * twice, or not at all: `lock(); log();` became `log(); lock();`.  Which of the two stayed where it
 * was is the alignment's guess.  So a pair is doubted when there is a call in `from` and one in
 * `to` that may be the same one, that run together nowhere, and that lie on different sides of it.
 *
 * Order is that of paths without back edges: what comes in a loop's next turn is neither before nor
 * after.
 */
#include <stdlib.h>

#include "checkpoint/carry.h"

/* ---- calls that run together with no other ---- */

static bool is_single(const struct su_function *code, const bool *paired, uint32_t i)
{
	return code->insns[i].opcode == SU_OPC_CALL && !paired[i] && su_carry_may_return(code, i);
}

/* All pairs of calls, one of each version, that may be the same one though they are not paired. */
static void find_strays(struct su_carry *carry)
{
	const struct su_product *product = carry->product;
	const struct su_function *from = product->from, *to = product->to;
	bool *from_paired = su_alloc(from->insn_count + 1);
	bool *to_paired = su_alloc(to->insn_count + 1);

	for (size_t n = 0; n < product->pairs.len; n++) {
		const struct su_product_pair *pair = &product->pairs.at[n];

		if (pair->node >= product->reached)
			continue;
		from_paired[pair->i] = true;
		to_paired[pair->j] = true;
	}
	for (uint32_t i = 0; i < from->insn_count; i++) {
		for (uint32_t j = 0; j < to->insn_count && is_single(from, from_paired, i); j++) {
			if (is_single(to, to_paired, j) && su_carry_may_be_same_call(carry, i, j))
				su_vec_push(&carry->strays, (struct su_stray){ i, j });
		}
	}
	free(from_paired);
	free(to_paired);
}

/* ---- before and after ---- */

/* Blocks on the paths without back edges that lead from, or to, one block. */
static bool *reach(const struct su_function *code, const uint32_t *order, uint32_t start,
		   bool forward)
{
	bool *seen = su_alloc(code->block_count + 1);
	SU_VEC(uint32_t) queue = { 0 };

	su_vec_push(&queue, start);
	for (size_t n = 0; n < queue.len; n++) {
		uint32_t at = queue.at[n];
		const struct su_block *block = &code->blocks[at];
		uint32_t count = forward ? block->succ_count : block->pred_count;

		for (uint32_t e = 0; e < count; e++) {
			uint32_t next = forward ? block->succ[e] : block->pred[e];

			if (seen[next] || (order[next] > order[at]) != forward)
				continue;
			seen[next] = true;
			su_vec_push(&queue, next);
		}
	}
	su_vec_deinit(&queue);
	return seen;
}

struct surroundings {
	const struct su_function *code;
	uint32_t insn;
	bool *before, *after; /* by block */
};

static struct surroundings around(const struct su_function *code, const uint32_t *order,
				  uint32_t insn)
{
	return (struct surroundings){ .code = code,
				      .insn = insn,
				      .before = reach(code, order, code->block_of[insn], false),
				      .after = reach(code, order, code->block_of[insn], true) };
}

static bool lies_before(const struct surroundings *around, uint32_t insn)
{
	uint32_t block = around->code->block_of[insn];

	return around->before[block] ||
	       (block == around->code->block_of[around->insn] && insn < around->insn);
}

static bool lies_after(const struct surroundings *around, uint32_t insn)
{
	uint32_t block = around->code->block_of[insn];

	return around->after[block] ||
	       (block == around->code->block_of[around->insn] && insn > around->insn);
}

bool su_carry_crosses(struct su_carry *carry, uint32_t from_insn, uint32_t to_insn)
{
	const struct su_product *product = carry->product;
	bool crosses = false;

	if (!carry->strays_known)
		find_strays(carry);
	carry->strays_known = true;
	if (!carry->strays.len)
		return false;
	struct surroundings u = around(product->from, product->order_from, from_insn);
	struct surroundings v = around(product->to, product->order_to, to_insn);

	for (size_t n = 0; n < carry->strays.len && !crosses; n++) {
		const struct su_stray *stray = &carry->strays.at[n];

		crosses = (lies_before(&u, stray->i) && lies_after(&v, stray->j)) ||
			  (lies_after(&u, stray->i) && lies_before(&v, stray->j));
	}
	free(u.before);
	free(u.after);
	free(v.before);
	free(v.after);
	return crosses;
}
