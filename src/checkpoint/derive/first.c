/*
 * What a new variable holds when `to` comes to the place for the first time: part of rule "seeded".
 *
 * A variable that is set anew in each round (last = n) has no history that starts as a constant and
 * goes on from itself (seed.c).  But before the first round it has what the new program starts it
 * with, if that is one constant whatever way the place is come to: ways that have passed the place
 * already do not count.
 */
#include <stdlib.h>

#include "analysis/walk.h"
#include "base/vec.h"
#include "checkpoint/derive/derive_private.h"

#define MAX_MERGES 64

struct first {
	const struct su_values *values;
	const bool
		*before; /* by block: an execution may come to it that has not been at the place */
	uint32_t place;	 /* the block of that */
	uint8_t size;
	SU_VEC(uint32_t) merges;
};

/* The blocks that the entry leads to without passing the place. The caller frees it. */
static bool *blocks_before(const struct su_function *code, uint32_t place)
{
	struct su_walk walk = su_walk_forward(code, 0, 0);

	su_walk_come_to(&walk, 0);
	while (su_walk_next(&walk)) {
		if (walk.block != place)
			su_walk_go_on(&walk);
	}
	return su_walk_finish(&walk);
}

/* The values that come into a merge, by ways that count, are listed behind it, or are `constant`. */
static bool take_input(struct first *first, uint32_t number, uint32_t *constant)
{
	number = su_value_low_part(first->values, number, first->size);
	switch (su_value_get(first->values, number)->kind) {
	case SU_VAL_NONE:
		return true;
	case SU_VAL_CONST:
		if (*constant && *constant != number)
			return false;
		*constant = number;
		return true;
	case SU_VAL_PHI:
		for (size_t i = 0; i < first->merges.len; i++) {
			if (first->merges.at[i] == number)
				return true;
		}
		su_vec_push(&first->merges, number);
		return first->merges.len <= MAX_MERGES;
	default:
		return false;
	}
}

static uint32_t find_constant(struct first *first, uint32_t number)
{
	const struct su_values *values = first->values;
	uint32_t constant = 0;
	bool holds = take_input(first, number, &constant);

	for (size_t i = 0; i < first->merges.len && holds; i++) {
		const struct su_value *phi = su_value_get(values, first->merges.at[i]);
		const struct su_block *block = &values->code->blocks[phi->where];

		for (uint32_t p = 0; p < block->pred_count && holds; p++) {
			uint32_t pred = block->pred[p];

			holds = !first->before[pred] || pred == first->place ||
				take_input(first, values->out[pred][phi->loc], &constant);
		}
	}
	return holds ? constant : 0;
}

const struct su_source *su_derive_first_value(struct su_point *point, uint32_t v, uint8_t size)
{
	const struct su_values *values = point->pair->to->values;
	uint32_t place = values->code->block_of[point->recipe->to_insn];
	bool *before = blocks_before(values->code, place);
	struct first first = {
		.values = values, .before = before, .place = place, .size = size < 8 ? size : 8
	};
	uint32_t constant = find_constant(&first, v);

	free(before);
	su_vec_deinit(&first.merges);
	return constant ? su_source_constant(point, constant) : NULL;
}
