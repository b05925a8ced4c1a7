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

#include "checkpoint/align/align.h"
#include "checkpoint/product/product.h"
#include "checkpoint/relate/around.h"
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

static bool is_effect(const struct su_side *side, uint32_t i)
{
	return is_call(side, i) || is_store(side, i);
}

static void keep_own(const struct su_side *side, const bool *paired, const bool *strays,
		     su_insns *ret)
{
	for (uint32_t i = 0; i < side->routine->code->insn_count; i++)
		if (!paired[i] && !strays[i] && is_effect(side, i))
			su_vec_push(ret, i);
}

/* All pairs of instructions, one of each version, that may be the same one though they are not
 * paired, and those of which the other version has none. */
static void find_strays(struct su_crossing *crossing)
{
	const struct su_pair *pair = crossing->pair;
	const struct su_function *from = pair->product->from, *to = pair->product->to;
	bool *from_paired = su_alloc(from->insn_count + 1),
	     *to_paired = su_alloc(to->insn_count + 1);
	bool *from_stray = su_alloc(from->insn_count + 1), *to_stray = su_alloc(to->insn_count + 1);

	find_paired(crossing, from_paired, to_paired);
	for (uint32_t i = 0; i < from->insn_count; i++) {
		if (from_paired[i] || !is_effect(pair->from, i))
			continue;
		for (uint32_t j = 0; j < to->insn_count; j++) {
			if (to_paired[j] || !may_be_same(crossing, i, j))
				continue;
			su_vec_push(&crossing->strays, (struct su_stray){ i, j });
			from_stray[i] = to_stray[j] = true;
		}
	}
	keep_own(pair->from, from_paired, from_stray, &crossing->own_from);
	keep_own(pair->to, to_paired, to_stray, &crossing->own_to);
	free(from_paired);
	free(to_paired);
	free(from_stray);
	free(to_stray);
}

void su_crossing_look(struct su_crossing *crossing)
{
	if (!crossing->known)
		find_strays(crossing);
	crossing->known = true;
}

/* ---- before and behind ---- */

static bool lies_crosswise(const struct su_around *u, const struct su_around *v, uint32_t i,
			   uint32_t j)
{
	return (su_around_before(u, i) && su_around_after(v, j)) ||
	       (su_around_after(u, i) && su_around_before(v, j));
}

/* Whether an effect that both versions have is on the other side, wherever `to` has it. */
static bool pairs_cross(const struct su_pair *pair, const struct su_around *u,
			const struct su_around *v)
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
	struct su_around u = su_around_find(product->from, product->order_from, from_insn, false);
	struct su_around v = su_around_find(product->to, product->order_to, to_insn, false);
	bool crosses = pairs_cross(crossing->pair, &u, &v);

	su_crossing_look(crossing);
	for (size_t n = 0; n < crossing->strays.len && !crosses; n++)
		crosses =
			lies_crosswise(&u, &v, crossing->strays.at[n].i, crossing->strays.at[n].j);
	su_around_deinit(&u);
	su_around_deinit(&v);
	return crosses;
}

void su_crossing_deinit(struct su_crossing *crossing)
{
	su_vec_deinit(&crossing->strays);
	su_vec_deinit(&crossing->own_from);
	su_vec_deinit(&crossing->own_to);
}
