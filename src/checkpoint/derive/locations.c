/*
 * Where DWARF says that the variables are, as far as it is believed: part of derive.h.
 *
 * While a call is under way the look-up is for an address in it, like in a debugger of a caller's
 * frame: at the return address begins what the source does after the call, as far as no instruction
 * is left of it (i++ in an unrolled loop).
 *
 * A register that is said to hold a variable wherever that is in scope (an expression, and no list
 * of ranges) is believed when the register serves nothing else: clang 14 says so of registers that
 * are used again, and gcc without -fvar-tracking of all.  All that is written to the register must
 * then belong to one history: what merges with the value at the place, and what is computed from
 * it.
 */
#include <stdlib.h>

#include "analysis/states.h"
#include "checkpoint/derive/derive.h"

#define MAX_HISTORY 64

struct register_history {
	const struct su_values *values;
	uint32_t loc;
	SU_VEC(uint32_t) members;
};

static bool is_member(const struct register_history *history, uint32_t number)
{
	for (size_t i = 0; i < history->members.len; i++) {
		if (history->members.at[i] == number)
			return true;
	}
	return false;
}

static void add_member(struct register_history *history, uint32_t number)
{
	if (number && !is_member(history, number))
		su_vec_push(&history->members, number);
}

static void add_inputs(struct register_history *history, const struct su_value *value)
{
	const struct su_values *values = history->values;

	if (value->kind == SU_VAL_PHI && value->loc == history->loc) {
		const struct su_block *block = &values->code->blocks[value->where];

		for (uint32_t p = 0; p < block->pred_count; p++)
			add_member(history, values->out[block->pred[p]][value->loc]);
	}
	for (uint8_t i = 0; i < value->arg_count; i++) {
		const struct su_value *arg = su_value_get(values, value->args[i]);

		if (arg->kind == SU_VAL_PHI && arg->loc == history->loc)
			add_member(history, value->args[i]);
	}
}

/* Whether a write that only gives the caller its register back. */
static bool restores_entry(const struct su_values *values, uint32_t number, uint8_t reg)
{
	const struct su_value *value = su_value_get(values, number);

	return value->kind == SU_VAL_ENTRY && value->loc == reg;
}

static bool all_belong(const struct su_side *side, const struct register_history *history,
		       uint8_t reg)
{
	const struct su_function *code = side->values->code;
	uint32_t *state = su_alloc(side->values->loc_count * sizeof(*state));
	bool belong = true;

	for (uint32_t i = 0; i < code->insn_count && belong; i++) {
		if (!code->insns[i].writes.gpr[reg])
			continue;
		su_values_after(side->values, i, state);
		belong = is_member(history, state[reg]) ||
			 restores_entry(side->values, state[reg], reg);
	}
	free(state);
	return belong;
}

static bool serves_one(const struct su_side *side, uint8_t reg, const uint32_t *state)
{
	struct register_history history = { .values = side->values, .loc = reg };
	bool one;

	add_member(&history, state[reg]);
	for (size_t i = 0; i < history.members.len && history.members.len < MAX_HISTORY; i++) {
		struct su_value value = *su_value_get(side->values, history.members.at[i]);

		add_inputs(&history, &value);
	}
	one = history.members.len < MAX_HISTORY && all_belong(side, &history, reg);
	su_vec_deinit(&history.members);
	return one;
}

static bool is_doubtful(const struct su_side *side, const struct su_loc *loc, const uint32_t *state)
{
	if (!loc->everywhere || (loc->kind != SU_LOC_REG && loc->kind != SU_LOC_SUM) ||
	    loc->reg == SU_REG_SP)
		return false;
	return loc->reg >= 16 || !serves_one(side, loc->reg, state);
}

struct su_loc *su_derive_locations(struct su_arena *arena, const struct su_side *side,
				   uint64_t vaddr, const uint32_t *state)
{
	struct su_loc *locs = su_arena_alloc(arena, (side->local_count + 1) * sizeof(*locs));

	for (uint32_t i = 0; i < side->local_count; i++) {
		locs[i] = su_debug_local_at(side->program->debug, side->routine->vaddr, i, vaddr);
		if (is_doubtful(side, &locs[i], state))
			locs[i].kind = SU_LOC_COMPLEX;
		locs[i] = su_values_location(side->values, state, locs[i]);
	}
	return locs;
}
