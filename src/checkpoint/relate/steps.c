/*
 * Values that count together: an index and a pointer, lines and lines + 1, what is done and what is
 * left.
 *
 * Two merges at the heads of loops that run together start as u0 and v0 and are stepped by du and
 * dv.  Where each round through the product steps both the same number of times, there is a number k
 * with
 *
 *	u = u0 + k * du    and    v = v0 + k * dv + ahead
 *
 * in the arithmetic of their widths, and the one tells the other (derive/counting.c).  v is ahead, or
 * behind, where it is stepped earlier or later in the round than u.  That is proved like equality, by
 * going back to where the values come from: goals are pairs of values, of which it is asked that
 *
 *	u = u0 + k * du    and    v = v0 + k * dv + ahead + apart
 *
 * with what the steps in between have put them apart.  One pair at one place has one distance;
 * and where the starts are come to, `ahead` is what they say, each time the same.
 */
#include <stdlib.h>

#include "analysis/value_table.h"
#include "analysis/walk.h"
#include "checkpoint/relate/prover_private.h"

#define MAX_STEPS 64 /* at once: in an unrolled loop */

struct su_linear su_linear_of(const struct su_values *values, uint32_t number, uint8_t size)
{
	struct su_linear ret = { .base = su_value_low_part(values, number, size) };
	const struct su_value *value = su_value_get(values, ret.base);

	while (value->kind == SU_VAL_EXPR && value->op == SU_EXPR_SUM && !value->args[1]) {
		ret.add = (int64_t)((uint64_t)ret.add + (uint64_t)value->imm);
		ret.base = su_value_low_part(values, value->args[0], size);
		value = su_value_get(values, ret.base);
	}
	if (value->kind == SU_VAL_CONST) {
		ret.add = (int64_t)((uint64_t)ret.add + (uint64_t)value->imm);
		ret.base = 0;
	}
	if (size < 8)
		ret.add = (int32_t)(uint32_t)ret.add;
	return ret;
}

/* The difference of two numbers of `size` bytes. */
static int64_t apart(int64_t a, int64_t b, uint8_t size)
{
	uint64_t difference = (uint64_t)a - (uint64_t)b;

	return size < 8 ? (int32_t)(uint32_t)difference : (int64_t)difference;
}

/* Whether the distance is a number of steps of u; how far v goes in these. */
static bool count_steps(const struct su_steps *steps, int64_t distance, int64_t *ret)
{
	int64_t k = steps->du ? distance / steps->du : 0;

	*ret = k * steps->dv;
	return k >= -MAX_STEPS && k <= MAX_STEPS && k * steps->du == distance;
}

/* Where both have come to their starts: what v is ahead follows, or is known and must be that. */
static bool check_starts(struct su_query *query, int64_t u, int64_t v)
{
	const struct su_steps *steps = query->steps;
	int64_t stepped, ahead;

	if (!count_steps(steps, u, &stepped))
		return false;
	ahead = apart(v - stepped, query->apart, steps->v_size);
	if (query->ahead_is_known)
		return query->ahead == ahead;
	query->ahead = ahead;
	query->ahead_is_known = true;
	return true;
}

bool su_steps_relate(struct su_query *query, struct su_goal_place place, uint32_t number_u,
		     uint32_t number_v)
{
	const struct su_steps *steps = query->steps;
	const struct su_pair *pair = query->prover->pair;
	struct su_linear u = su_linear_of(pair->from->values, number_u, steps->u_size);
	struct su_linear v = su_linear_of(pair->to->values, number_v, steps->v_size);

	int64_t stepped;

	if (u.base == steps->u0.base && v.base == steps->v0.base)
		return check_starts(query, apart(u.add, steps->u0.add, steps->u_size),
				    apart(v.add, steps->v0.add, steps->v_size));
	if (u.base && v.base && su_value_get(pair->from->values, u.base)->kind == SU_VAL_PHI &&
	    su_value_get(pair->to->values, v.base)->kind == SU_VAL_PHI &&
	    count_steps(steps, apart(u.add, 0, steps->u_size), &stepped)) {
		query->apart = apart(query->apart + stepped, v.add, steps->v_size);
		return su_query_relate_merges(query, place, u.base, v.base);
	}
	return su_query_look_back(query, place, number_u, number_v);
}

/* ---- what a loop steps ---- */

struct loop {
	struct su_values *values;
	const uint32_t
		*order; /* of the blocks: an edge to an earlier or the same one closes a loop */
	uint32_t head;
	bool *inside; /* by block */
};

static bool closes_loop(const struct loop *loop, uint32_t pred, uint32_t block)
{
	return loop->order[pred] >= loop->order[block];
}

/* All blocks that lead back to the head without leaving by it. */
static void find_blocks(struct loop *loop)
{
	const struct su_function *code = loop->values->code;
	struct su_walk walk = su_walk_backward(code, loop->head, code->blocks[loop->head].first);

	while (su_walk_next(&walk)) {
		const struct su_block *block = &code->blocks[walk.block];

		for (uint32_t p = 0; p < block->pred_count; p++) {
			if (walk.block != loop->head ||
			    closes_loop(loop, block->pred[p], loop->head))
				su_walk_come_to(&walk, block->pred[p]);
		}
	}
	loop->inside = su_walk_finish(&walk);
	loop->inside[loop->head] = true;
}

/* Whether the value stays the same while the loop runs. */
static bool is_invariant(const struct loop *loop, uint32_t number, int depth)
{
	const struct su_value *value = su_value_get(loop->values, number);
	bool invariant = depth < 8;

	switch (value->kind) {
	case SU_VAL_CONST:
	case SU_VAL_ADDR:
	case SU_VAL_FRAME:
	case SU_VAL_ENTRY:
	case SU_VAL_INCOMING:
		return true;
	case SU_VAL_DEF:
		return !loop->inside[loop->values->code->block_of[value->where]];
	case SU_VAL_PHI:
		return !loop->inside[value->where];
	case SU_VAL_EXPR:
		for (uint8_t i = 0; i < value->arg_count && invariant; i++)
			invariant =
				!value->args[i] || is_invariant(loop, value->args[i], depth + 1);
		return invariant;
	default:
		return false;
	}
}

/* The step by which the merge differs from what comes back to it, the first that is found. */
static int64_t find_step(const struct loop *loop, uint32_t merge, uint8_t size)
{
	struct su_linear seen[16] = { { .base = merge } };
	size_t count = 1;

	for (size_t at = 0; at < count; at++) {
		const struct su_value *phi = su_value_get(loop->values, seen[at].base);
		const struct su_block *block = &loop->values->code->blocks[phi->where];
		uint32_t loc = phi->loc;

		for (uint32_t p = 0; p < block->pred_count; p++) {
			struct su_linear in = su_linear_of(
				loop->values, loop->values->out[block->pred[p]][loc], size);
			bool known = false;

			in.add = apart(in.add + seen[at].add, 0, size);
			if (in.base == merge && in.add)
				return in.add;
			for (size_t i = 0; i < count; i++)
				known |= seen[i].base == in.base;
			if (!known && count < 16 && in.base && loop->inside[block->pred[p]] &&
			    su_value_get(loop->values, in.base)->kind == SU_VAL_PHI &&
			    !is_invariant(loop, in.base, 0))
				seen[count++] = in;
		}
	}
	return 0;
}

/* Whether the merge starts as one value, *ret, that the loop leaves alone. */
static bool find_start(const struct loop *loop, uint32_t merge, uint8_t size, struct su_linear *ret,
		       uint32_t *ret_number)
{
	const struct su_value *phi = su_value_get(loop->values, merge);
	const struct su_block *block = &loop->values->code->blocks[phi->where];
	bool found = false;

	for (uint32_t p = 0; p < block->pred_count; p++) {
		uint32_t number = loop->values->out[block->pred[p]][phi->loc];
		struct su_linear in = su_linear_of(loop->values, number, size);

		if (closes_loop(loop, block->pred[p], loop->head) || !number)
			continue;
		if (found && (in.base != ret->base || in.add != ret->add))
			return false;
		*ret = in;
		*ret_number = number;
		found = true;
	}
	return found && is_invariant(loop, *ret_number, 0);
}

static bool find_counting(struct su_values *values, const uint32_t *order, uint32_t merge,
			  uint8_t size, struct su_linear *ret_start, uint32_t *ret_number,
			  int64_t *ret_step)
{
	struct loop loop = { .values = values,
			     .order = order,
			     .head = su_value_get(values, merge)->where };
	bool found;

	find_blocks(&loop);
	found = find_start(&loop, merge, size, ret_start, ret_number);
	*ret_step = found ? find_step(&loop, merge, size) : 0;
	free(loop.inside);
	return *ret_step != 0;
}

bool su_prover_count_together(struct su_prover *prover, const struct su_product_pair *at,
			      uint32_t u, uint32_t v, struct su_steps *ret)
{
	const struct su_pair *pair = prover->pair;

	return find_counting(pair->from->values, pair->product->order_from, u, ret->u_size,
			     &ret->u0, &ret->u0_number, &ret->du) &&
	       find_counting(pair->to->values, pair->product->order_to, v, ret->v_size, &ret->v0,
			     &ret->v0_number, &ret->dv) &&
	       su_prover_steps_hold(prover, at, u, v, ret);
}
