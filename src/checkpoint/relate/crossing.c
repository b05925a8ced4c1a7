/*
 * Calls and stores that changed their order: see crossing.h.
 *
 * An activation that waits in a call goes on behind the same call in `to`.  What `from` would have
 * done after the call must then lie behind it in `to` as well, and what it has done already before
 * it.  Where a call is made before in the one version and after in the other, it would be made
 * twice, or not at all: `lock(); log();` became `log(); lock();`.  Which of the two stayed where it
 * was is the alignment's guess.  So a pair is doubted when there is a call in `from` and one in
 * `to` that may be the same one, that run together nowhere, and that lie on different sides of it.
 * Stores to a variable are the same: `log(); total += n;` became `total += n; log();`.
 *
 * The same holds for an effect that both versions have, when `to` has it on the other side only.
 *
 * Order is that of paths without back edges: what comes in a loop's next turn is neither before nor
 * after.
 */
#include "checkpoint/relate/crossing.h"

#include <stdlib.h>

#include "analysis/walk.h"
#include "checkpoint/align/align.h"
#include "checkpoint/product/product.h"
#include "diff/moving.h"

#define MIN_TELLING 6u /* weight of an instruction that names a variable (align.c) */

/* ---- what runs together with no other ---- */

static bool is_store(const struct su_side *side, uint32_t i)
{
	return side->routine->code->insns[i].opcode != SU_OPC_CALL && su_side_has_effect(side, i);
}

static bool is_call(const struct su_side *side, uint32_t i)
{
	const struct su_function *code = side->routine->code;

	return code->insns[i].opcode == SU_OPC_CALL && su_side_may_return(side, i);
}

static struct su_meaning named_by(const struct su_side *side, const struct su_insn *insn)
{
	int f = insn->fields[0].size ? 0 : 1;

	return insn->fields[f].size ? su_program_meaning(side->program, insn->fields[f].target)
				    : (struct su_meaning){ 0 };
}

/* Stores to one place of a variable that is converted, whatever widths it has. */
static bool stores_converted(const struct su_crossing *crossing, uint32_t i, uint32_t j)
{
	const struct su_side *from = crossing->pair->from, *to = crossing->pair->to;
	struct su_meaning a = named_by(from, &from->routine->code->insns[i]);
	struct su_meaning b = named_by(to, &to->routine->code->insns[j]);

	return is_store(to, j) && su_moving_same_place(&a, &b);
}

/* Calls that may be the same one; stores of one form that name what they write, or compute it and
 * its address in the same form. */
static bool may_be_same(struct su_crossing *crossing, uint32_t i, uint32_t j)
{
	const struct su_align_item *from = &crossing->pair->alignment->old_items[i];
	const struct su_align_item *to = &crossing->pair->alignment->new_items[j];

	if (is_call(crossing->pair->from, i))
		return is_call(crossing->pair->to, j) &&
		       su_calls_may_be_same(crossing->calls, i, j);
	if (stores_converted(crossing, i, j))
		return true;
	return from->key == to->key && is_store(crossing->pair->to, j) &&
	       (from->weight >= MIN_TELLING || from->value == to->value);
}

/* Two calls that run together, though what they pass says that they belong to others, are no pair:
 * `log("a"); log("b");` became `log("b"); log("a");`. */
static bool is_paired(struct su_crossing *crossing, const struct su_product_pair *pair)
{
	return pair->node < crossing->pair->product->reached &&
	       !(is_call(crossing->pair->from, pair->i) &&
		 su_calls_has_better_partner(crossing->calls, pair->i, pair->j));
}

static void find_paired(struct su_crossing *crossing, bool *from_paired, bool *to_paired)
{
	const struct su_product *product = crossing->pair->product;

	for (size_t n = 0; n < product->pairs.len; n++) {
		const struct su_product_pair *pair = &product->pairs.at[n];

		if (!is_paired(crossing, pair))
			continue;
		from_paired[pair->i] = true;
		to_paired[pair->j] = true;
	}
}

/* All pairs of instructions, one of each version, that may be the same one though they are not
 * paired. */
static void find_strays(struct su_crossing *crossing)
{
	const struct su_product *product = crossing->pair->product;
	const struct su_function *from = product->from, *to = product->to;
	bool *from_paired = su_alloc(from->insn_count + 1);
	bool *to_paired = su_alloc(to->insn_count + 1);

	find_paired(crossing, from_paired, to_paired);
	for (uint32_t i = 0; i < from->insn_count; i++) {
		if (from_paired[i] ||
		    !(is_call(crossing->pair->from, i) || is_store(crossing->pair->from, i)))
			continue;
		for (uint32_t j = 0; j < to->insn_count; j++) {
			if (!to_paired[j] && may_be_same(crossing, i, j))
				su_vec_push(&crossing->strays, (struct su_stray){ i, j });
		}
	}
	free(from_paired);
	free(to_paired);
}

/* ---- before and after ---- */

/* Blocks on the paths without back edges that lead from, or to, one block. */
static bool *find_reached(const struct su_function *code, const uint32_t *order, uint32_t start,
			  bool forward)
{
	struct su_walk walk = su_walk_forward(code, start, code->blocks[start].first);

	while (su_walk_next(&walk)) {
		const struct su_block *block = &code->blocks[walk.block];
		uint32_t count = forward ? block->succ_count : block->pred_count;

		for (uint32_t e = 0; e < count; e++) {
			uint32_t next = forward ? block->succ[e] : block->pred[e];

			if ((order[next] > order[walk.block]) == forward)
				su_walk_come_to(&walk, next);
		}
	}
	return su_walk_finish(&walk);
}

struct surroundings {
	const struct su_function *code;
	uint32_t insn;
	bool *before, *after; /* by block */
};

static struct surroundings find_surroundings(const struct su_function *code, const uint32_t *order,
					     uint32_t insn)
{
	return (struct surroundings){
		.code = code,
		.insn = insn,
		.before = find_reached(code, order, code->block_of[insn], false),
		.after = find_reached(code, order, code->block_of[insn], true)
	};
}

static bool lies_before(const struct surroundings *around, uint32_t insn)
{
	uint32_t block = around->code->block_of[insn];

	if (block == around->code->block_of[around->insn])
		return insn < around->insn;
	return around->before[block];
}

static bool lies_after(const struct surroundings *around, uint32_t insn)
{
	uint32_t block = around->code->block_of[insn];

	if (block == around->code->block_of[around->insn])
		return insn > around->insn;
	return around->after[block];
}

static bool lies_crosswise(const struct surroundings *u, const struct surroundings *v, uint32_t i,
			   uint32_t j)
{
	return (lies_before(u, i) && lies_after(v, j)) || (lies_after(u, i) && lies_before(v, j));
}

/* Whether an effect that both versions have is on the other side, wherever `to` has it. */
static bool pairs_cross(const struct su_pair *pair, const struct surroundings *u,
			const struct surroundings *v)
{
	const struct su_product *product = pair->product;
	bool all = true, any = false;

	for (size_t n = 0; n < product->pairs.len; n++) {
		const struct su_product_pair *effect = &product->pairs.at[n];

		if (effect->node < product->reached) {
			all &= lies_crosswise(u, v, effect->i, effect->j);
			any = true;
		}
		if (n + 1 < product->pairs.len && product->pairs.at[n + 1].i == effect->i)
			continue;
		if (any && all && su_side_has_effect(pair->from, effect->i))
			return true;
		all = true;
		any = false;
	}
	return false;
}

bool su_crossing_is_possible(struct su_crossing *crossing, uint32_t from_insn, uint32_t to_insn)
{
	const struct su_product *product = crossing->pair->product;
	struct surroundings u = find_surroundings(product->from, product->order_from, from_insn);
	struct surroundings v = find_surroundings(product->to, product->order_to, to_insn);
	bool crosses = pairs_cross(crossing->pair, &u, &v);

	if (!crossing->known)
		find_strays(crossing);
	crossing->known = true;
	for (size_t n = 0; n < crossing->strays.len && !crosses; n++)
		crosses =
			lies_crosswise(&u, &v, crossing->strays.at[n].i, crossing->strays.at[n].j);
	free(u.before);
	free(u.after);
	free(v.before);
	free(v.after);
	return crosses;
}

void su_crossing_deinit(struct su_crossing *crossing)
{
	su_vec_deinit(&crossing->strays);
}
