/*
 * Helpers: functions that do nothing but make one call, and hand on what it returns.  Part of
 * calls.h.
 *
 * Where the new version calls such a function in the place of what it calls, the wait moved into
 * it: for the caller nothing changed.
 */
#include <stdlib.h>

#include "analysis/states.h"
#include "checkpoint/calls/calls.h"
#include "checkpoint/side/leaf.h"

static bool same_target(const struct su_pair *pair, const struct su_insn *call,
			const struct su_insn *in_helper)
{
	if (call->flow != SU_FLOW_CALL || in_helper->flow != SU_FLOW_CALL)
		return false;
	return su_leaf_same_meaning(pair, call->target, in_helper->target);
}

/* Whether it leaves all memory outside of its own frame alone, and calls nothing but once the
 * function that the call calls: *ret_call, SU_NO_INSN when nothing. */
static bool only_calls(const struct su_pair *pair, const struct su_side *helper,
		       const struct su_insn *call, uint32_t *ret_call)
{
	const struct su_function *code = helper->routine->code;

	*ret_call = SU_NO_INSN;
	for (uint32_t i = 0; i < code->insn_count; i++) {
		if (!su_side_has_effect(helper, i) || helper->values->frame_off[i] != SU_NO_OFF)
			continue;
		if (code->insns[i].opcode != SU_OPC_CALL)
			return false;
		if (!su_side_may_return(helper, i))
			continue; /* of the stack protector */
		if (*ret_call != SU_NO_INSN || !same_target(pair, call, &code->insns[i]))
			return false;
		*ret_call = i;
	}
	return true;
}

/* Whether the helper leaves by jumping to what the call calls, and in no other way. */
static bool jumps_to(const struct su_pair *pair, const struct su_side *helper,
		     const struct su_insn *call)
{
	const struct su_function *code = helper->routine->code;
	bool jumps = false;

	for (size_t b = 0; b < code->block_count; b++) {
		const struct su_block *block = &code->blocks[b];
		struct su_insn last = code->insns[block->first + block->count - 1];

		if (!block->leaves)
			continue;
		if (last.flow != SU_FLOW_JUMP)
			return false;
		last.flow = SU_FLOW_CALL; /* a tail call is one */
		jumps = same_target(pair, call, &last);
		if (!jumps)
			return false;
	}
	return jumps;
}

static bool is_result_of(const struct su_values *values, uint32_t number, uint32_t call, int depth)
{
	struct su_value value = *su_value_get(values, number);
	bool is = depth < 4;

	if (value.kind == SU_VAL_DEF)
		return value.where == call && value.loc == SU_REG_RESULT;
	if (value.kind == SU_VAL_EXPR && (value.op == SU_EXPR_ZX || value.op == SU_EXPR_SX))
		return is && is_result_of(values, value.args[0], call, depth + 1);
	if (value.kind != SU_VAL_PHI)
		return false;
	const struct su_block *block = &values->code->blocks[value.where];

	for (uint32_t p = 0; p < block->pred_count && is; p++) {
		uint32_t in = values->out[block->pred[p]][value.loc];

		is = in == number || is_result_of(values, in, call, depth + 1);
	}
	return is;
}

/* Whether the function ends by returning only. */
static bool only_returns(const struct su_function *code)
{
	for (size_t b = 0; b < code->block_count; b++) {
		const struct su_block *block = &code->blocks[b];
		const struct su_insn *last = &code->insns[block->first + block->count - 1];

		if (block->leaves && last->flow != SU_FLOW_RET && last->opcode != SU_OPC_CALL)
			return false;
	}
	return true;
}

static bool hands_on(const struct su_side *helper, uint32_t call)
{
	const struct su_function *code = helper->routine->code;
	uint32_t *state = su_alloc(helper->values->loc_count * sizeof(*state));
	bool all = true;

	for (uint32_t i = 0; i < code->insn_count && all; i++) {
		if (code->insns[i].flow != SU_FLOW_RET)
			continue;
		su_values_before(helper->values, i, state);
		all = is_result_of(helper->values, state[SU_REG_RESULT], call, 0);
	}
	free(state);
	return all;
}

static bool find_helper(const struct su_pair *pair, uint32_t from_insn, uint32_t to_insn)
{
	const struct su_program *program = pair->to->program;
	const struct su_insn *a = &pair->from->routine->code->insns[from_insn];
	const struct su_insn *b = &pair->to->routine->code->insns[to_insn];
	const struct su_routine *routine =
		b->flow == SU_FLOW_CALL ? su_program_routine_at(program, b->target) : NULL;
	struct su_side helper = { 0 };
	bool is = false;

	if (!routine || routine->vaddr != b->target)
		return false;
	struct su_err *err = su_side_init(&helper, pair->arena, program, routine);
	if (!err && !helper.values->unknown) {
		uint32_t call;

		if (!only_calls(pair, &helper, a, &call))
			is = false;
		else if (call == SU_NO_INSN)
			is = jumps_to(pair, &helper, a);
		else
			is = only_returns(routine->code) &&
			     (hands_on(&helper, call) || !su_side_uses_result(pair->to, to_insn));
	}
	su_err_destroy(err);
	su_side_deinit(&helper);
	return is;
}

bool su_calls_is_helper(struct su_calls *calls, uint32_t from_insn, uint32_t to_insn)
{
	uint64_t key = su_memo_key(from_insn, to_insn);
	uint32_t known;

	if (!su_memo_get(&calls->helpers, key, &known))
		known = su_memo_put(&calls->helpers, key,
				    find_helper(calls->pair, from_insn, to_insn));
	return known;
}
