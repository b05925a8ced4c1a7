/*
 * Frames that grow while the function runs: alloca(), variable-length arrays, probe loops.
 *
 * From the states as they are now: which values of rsp are no fixed distance from a base of the
 * frame, and where each instruction that makes one ends the fixed part.  Memory below that belongs
 * to objects that are only known by their pointers, so what the cells there held is gone.
 *
 * Compilers address the fixed part by another register meanwhile, and use rsp for the dynamic
 * objects and for arguments on the stack only.  The arguments' area may lie between rsp and the
 * object: then the object ends as much higher.  How much is not known exactly, but no more than the
 * largest distance from rsp that the code forms.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/cells.h"
#include "analysis/transfer.h"
#include "base/reason.h"

uint32_t su_values_dynamic_base(const struct su_values *values, uint32_t number, int64_t *ret)
{
	const struct su_value *value = su_value_get(values, number);

	*ret = 0;
	while (value->kind == SU_VAL_EXPR && value->op == SU_EXPR_SUM && !value->args[1]) {
		*ret += value->imm;
		number = value->args[0];
		value = su_value_get(values, number);
	}
	return number;
}

static bool is_frame_address(struct su_values *values, uint32_t number)
{
	int64_t low, high;

	return su_values_stack_bounds(values, number, &low, &high);
}

/* What rsp holds, and what that was made of as far as it is a stack pointer, too. */
static void mark_dynamic(struct su_values *values, uint32_t number)
{
	struct su_value value = *su_value_get(values, number);

	if (!number || value.kind == SU_VAL_FRAME || su_values_is_dynamic(values, number))
		return;
	if ((value.kind != SU_VAL_EXPR && value.kind != SU_VAL_PHI) ||
	    !is_frame_address(values, number)) {
		values->unknown = SU_WHY_STACK_FROM_ELSEWHERE;
		return;
	}
	values->dynamic[number] = true;
	if (value.kind == SU_VAL_PHI) {
		const struct su_block *block = &values->code->blocks[value.where];

		for (uint32_t i = 0; i < block->pred_count; i++)
			mark_dynamic(values, values->out[block->pred[i]][value.loc]);
		return;
	}
	for (uint8_t i = 0; i < value.arg_count; i++) {
		if (is_frame_address(values, value.args[i]))
			mark_dynamic(values, value.args[i]);
	}
}

/* The furthest from a stack pointer that is marked, rounded down to the stack's alignment. */
static int64_t find_slack(const struct su_values *values)
{
	int64_t slack = 0;

	for (uint32_t i = 0; i < values->table.len; i++) {
		const struct su_value *value = &values->table.at[i];

		if (value->kind == SU_VAL_EXPR && value->op == SU_EXPR_SUM && value->imm > slack &&
		    (su_values_is_dynamic(values, value->args[0]) ||
		     su_values_is_dynamic(values, value->args[1])))
			slack = value->imm;
	}
	return slack & -16;
}

static bool rsp_jumps(const struct su_values *values, uint32_t before, uint32_t after)
{
	int64_t from, to;

	return su_value_get(values, after)->kind != SU_VAL_FRAME &&
	       su_values_dynamic_base(values, before, &from) !=
		       su_values_dynamic_base(values, after, &to);
}

static void visit_all(struct su_values *values,
		      void (*visit)(struct su_values *values, uint32_t insn, uint32_t before,
				    uint32_t after))
{
	uint32_t *state = su_alloc(values->loc_count * sizeof(*state));

	for (uint32_t b = 0; b < values->code->block_count; b++) {
		const struct su_block *block = &values->code->blocks[b];

		memcpy(state, values->in[b], values->loc_count * sizeof(*state));
		for (uint32_t i = 0; i < block->count && state[SU_REG_SP]; i++) {
			uint32_t before = state[SU_REG_SP];

			su_transfer(values, block->first + i, state);
			visit(values, block->first + i, before, state[SU_REG_SP]);
		}
	}
	free(state);
}

static void mark_rsp(struct su_values *values, uint32_t insn, uint32_t before, uint32_t after)
{
	(void)insn;
	mark_dynamic(values, before);
	mark_dynamic(values, after);
}

static void note_end(struct su_values *values, uint32_t insn, uint32_t before, uint32_t after)
{
	int64_t low, high;

	values->fixed_end[insn] = SU_NO_OFF;
	if (rsp_jumps(values, before, after) && su_values_stack_bounds(values, after, &low, &high))
		values->fixed_end[insn] = high + values->dynamic_slack;
}

void su_dynamic_find(struct su_values *values)
{
	values->dynamic_count = (uint32_t)values->table.len;
	values->dynamic = su_arena_alloc(values->arena, values->dynamic_count);
	visit_all(values, mark_rsp);
	values->dynamic_slack = find_slack(values);
	visit_all(values, note_end);
	su_values_forget_marks(values);
}
