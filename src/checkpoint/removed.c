/*
 * Calls that are gone: `to` goes on at what follows, before anything of it has an effect.
 *
 * What `from` has done must be what `to` has done (relate/effects.c), and of the code that went,
 * nothing but the call may have an effect: a lock that was taken before it would never be released.
 */
#include "analysis/walk.h"
#include "base/reason.h"
#include "checkpoint/carry_private.h"
#include "checkpoint/relate/effects.h"

static bool has_partner(const struct su_pair *pair, uint32_t insn)
{
	const struct su_product_pair *pairs;
	bool has = false;
	size_t count;

	pairs = su_product_partners(pair->product, insn, &count);
	for (size_t n = 0; n < count; n++)
		has |= pairs[n].node < pair->product->reached;
	return has;
}

/* What the first effect of `from` in [first, end) in the direction of `step` is: 1 one that `to`
 * has as well, or the call; -1 one that is gone like the call; 0 there is none. */
static int first_effect(const struct su_pair *pair, uint32_t call, uint32_t first, uint32_t end,
			int step)
{
	for (uint32_t n = 0; n < end - first; n++) {
		uint32_t i = step > 0 ? first + n : end - 1 - n;

		if (i == call || (su_side_has_effect(pair->from, i) && has_partner(pair, i)))
			return 1;
		if (su_side_has_effect(pair->from, i))
			return -1;
	}
	return 0;
}

/* Whether on all ways from the call on (or back) no other effect is gone before one is met that is
 * not. */
static bool stands_alone(const struct su_pair *pair, uint32_t call, int step)
{
	const struct su_function *code = pair->from->routine->code;
	uint32_t block = code->block_of[call];
	struct su_walk walk = step > 0 ? su_walk_forward(code, block, call + 1)
				       : su_walk_backward(code, block, call);
	bool alone = true;

	while (alone && su_walk_next(&walk)) {
		int met = first_effect(pair, call, walk.first, walk.end, step);

		alone = met >= 0;
		if (!met)
			su_walk_go_on(&walk);
	}
	su_walk_deinit(&walk);
	return alone;
}

/* Where `to` may go on: before the first instruction of [*ret_first, *ret_end), or a later one, in
 * one block. False: it is not known where it is. */
static bool find_landing(const struct su_pair *pair, uint32_t call, uint32_t *ret_first,
			 uint32_t *ret_end)
{
	const struct su_product *product = pair->product;
	uint32_t number = product->only_from[call];
	const struct su_product_node *node;

	if (number >= product->reached) /* none, or many */
		return false;
	node = &product->nodes.at[number];
	*ret_first = node->j;
	*ret_end = node->mode == SU_PRODUCT_TOGETHER ? node->stop_j : node->j + 1;
	for (size_t n = 0; n < product->pairs.len && node->mode == SU_PRODUCT_TOGETHER; n++) {
		const struct su_product_pair *both = &product->pairs.at[n];

		if (both->node != number)
			continue;
		if (both->i < call && both->j >= *ret_first)
			*ret_first = both->j + 1;
		if (both->i > call && both->j + 1 < *ret_end)
			*ret_end = both->j + 1;
	}
	return node->mode != SU_PRODUCT_LOST && *ret_first < *ret_end;
}

/* Whether some way leads from behind instruction `x` to `y`. */
static bool leads_to(const struct su_function *code, uint32_t x, uint32_t y)
{
	struct su_walk walk = su_walk_forward(code, code->block_of[x], x + 1);
	bool found = false;

	while (!found && su_walk_next(&walk)) {
		found = y >= walk.first && y < walk.end;
		su_walk_go_on(&walk);
	}
	su_walk_deinit(&walk);
	return found;
}

/* What `to` does first in [first, end): 1 what `from` has still to do behind the call as well; -1
 * something else, in place of the call perhaps; 0 nothing. */
static int first_followed(const struct su_pair *pair, uint32_t call, uint32_t first, uint32_t end)
{
	const struct su_insn *insns = pair->to->routine->code->insns;

	for (uint32_t j = first; j < end; j++) {
		uint32_t partner = pair->alignment->old_of[j];

		if (!su_side_has_effect(pair->to, j))
			continue;
		if (partner != SU_NO_INSN)
			return leads_to(pair->from->routine->code, call, partner) ? 1 : -1;
		if (insns[j].opcode == SU_OPC_CALL)
			return -1;
	}
	return 0;
}

/* Whether something else may be called in place of the call: on some way from `first` on, `to`
 * makes a call that is new there, or one that `from` makes on another way only. */
static bool is_replaced(const struct su_pair *pair, uint32_t call, uint32_t first)
{
	const struct su_function *code = pair->to->routine->code;
	struct su_walk walk = su_walk_forward(code, code->block_of[first], first);
	bool replaced = false;

	while (!replaced && su_walk_next(&walk)) {
		int met = first_followed(pair, call, walk.first, walk.end);

		replaced = met < 0;
		if (!met)
			su_walk_go_on(&walk);
	}
	su_walk_deinit(&walk);
	return replaced;
}

const char *su_removed_derive(struct su_deriver *deriver, struct su_recipe *recipe)
{
	const struct su_pair *pair = deriver->pair;
	const struct su_insn *insns = pair->to->routine->code->insns;
	const char *reason = SU_WHY_CALL_REMOVED;
	uint32_t call = recipe->from_insn, first, end;

	if (su_calls_may_have_moved(pair, call, SU_NO_INSN) ||
	    !find_landing(pair, call, &first, &end) || is_replaced(pair, call, first))
		return reason;
	if (!stands_alone(pair, call, 1) || !stands_alone(pair, call, -1))
		return SU_WHY_CALL_REMOVED_AROUND;
	for (uint32_t to = first; to < end; to++) {
		struct su_product_pair at = { call, to - 1, pair->product->only_from[call] };

		if (to > first && su_side_has_effect(pair->to, to - 1))
			break;
		if (!su_effects_same(deriver->prover, call, to))
			return SU_WHY_CALL_REMOVED_ORDER;
		recipe->lands = true;
		recipe->pairing = SU_PAIRING_REMOVED;
		recipe->to_insn = to;
		recipe->to_vaddr = insns[to].vaddr;
		su_recipe_reset(recipe);
		const char *why = su_complete_recipe(deriver, recipe, &at);
		if (!why)
			return NULL;
		reason = to == first ? su_arena_format(pair->arena, SU_WHY_CALL_REMOVED_BEHIND, why)
				     : reason;
	}
	return reason;
}
