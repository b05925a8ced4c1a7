/*
 * What calls are given that is not constant: part of calls.h.
 *
 * Where another call of the same function could be meant, two calls are one only if they are given
 * the same.  Which registers bring something is told by DWARF for functions of this image, and by
 * what calls leave in registers for all.
 */
#include "checkpoint/calls/calls.h"

#define MAX_MERGES 4 /* that are looked through, one behind the other */

void su_calls_read_arguments(const struct su_side *side, uint32_t call, uint32_t *ret)
{
	for (int i = 0; i < SU_ABI_ARGUMENT_COUNT; i++)
		ret[i] = side->passed[call][i];
}

/* Whether a call has left the value in a register, on some path at least. */
static bool is_spoilt(const struct su_values *values, uint32_t number, int depth)
{
	const struct su_value *value = su_value_get(values, number);
	bool spoilt = false;

	if (value->kind == SU_VAL_DEF)
		return values->code->insns[value->where].opcode == SU_OPC_CALL &&
		       !su_abi_is_result(value->loc);
	if (value->kind != SU_VAL_PHI || value->loc >= SU_CELL_BASE || depth >= MAX_MERGES)
		return false;
	const struct su_block *block = &values->code->blocks[value->where];
	uint32_t loc = value->loc;

	for (uint32_t p = 0; p < block->pred_count && !spoilt; p++) {
		uint32_t in = values->out[block->pred[p]][loc];

		spoilt = in && in != number && is_spoilt(values, in, depth + 1);
	}
	return spoilt;
}

/* Argument registers that may bring something to the call.  No program passes what a call may have
 * left in a register (psABI 3.2.1). */
static uint8_t find_passed(const struct su_side *side, uint32_t insn)
{
	uint8_t bits = 0;

	for (int i = 0; i < SU_ABI_ARGUMENT_COUNT; i++) {
		uint32_t number = side->passed[insn][i];

		if (su_value_get(side->values, number)->kind != SU_VAL_UNDEFINED &&
		    !is_spoilt(side->values, number, 0))
			bits |= (uint8_t)(1u << i);
	}
	return bits;
}

/* Those that a function of this image takes: DWARF says that it has a parameter there, or may have,
 * and all calls of it here could pass one. */
static uint8_t find_taken(const struct su_side *side, uint32_t insn)
{
	const struct su_function *code = side->routine->code;
	const struct su_insn *call = &code->insns[insn];
	uint8_t bits = 0;

	for (int i = 0; i < SU_ABI_ARGUMENT_COUNT; i++)
		if (su_side_takes_argument(side, call->target, su_abi_arguments[i]))
			bits |= (uint8_t)(1u << i);
	if (su_debug_is_variadic(side->program->debug, call->target))
		return bits;
	for (uint32_t i = 0; i < code->insn_count && bits; i++)
		if (su_calls_is_other(code, call, i))
			bits &= find_passed(side, i);
	return bits;
}

/* What `find` says of the call; of all calls with the same key. */
static uint8_t recall_arguments(struct su_calls *calls, const struct su_side *side, uint32_t insn,
				uint64_t key, uint8_t (*find)(const struct su_side *, uint32_t))
{
	uint64_t full = key << 1 | (side == calls->pair->to);
	uint32_t known;

	if (!su_memo_get(&calls->bits, full, &known))
		known = su_memo_put(&calls->bits, full, find(side, insn));
	return (uint8_t)known;
}

uint8_t su_calls_taken(struct su_calls *calls, const struct su_side *side, uint32_t insn)
{
	const struct su_insn *call = &side->routine->code->insns[insn];
	/* An instruction's number and an address in the image are told apart by the top bit. */
	uint8_t bits = recall_arguments(calls, side, insn, UINT64_C(1) << 62 | insn, find_passed);

	if (bits && call->flow == SU_FLOW_CALL)
		bits &= recall_arguments(calls, side, insn, call->target & (UINT64_MAX >> 2),
					 find_taken);
	return bits;
}

/* Whether the function has another call that could be this one. */
static uint8_t find_twin(const struct su_side *side, uint32_t insn)
{
	const struct su_function *code = side->routine->code;

	for (uint32_t i = 0; i < code->insn_count; i++)
		if (su_calls_is_other(code, &code->insns[insn], i))
			return true;
	return false;
}

static bool has_twin(struct su_calls *calls, const struct su_side *side, uint32_t insn)
{
	return recall_arguments(calls, side, insn, UINT64_C(1) << 61 | insn, find_twin);
}

size_t su_calls_all_arguments(struct su_calls *calls, uint32_t from_insn, uint32_t to_insn,
			      uint32_t ret[][2])
{
	const struct su_side *from = calls->pair->from, *to = calls->pair->to;
	size_t count = 0;
	uint8_t bits;

	bits = su_calls_taken(calls, from, from_insn) | su_calls_taken(calls, to, to_insn);
	for (int i = 0; i < SU_ABI_ARGUMENT_COUNT; i++) {
		if (!(bits & (1u << i)))
			continue;
		ret[count][0] = from->passed[from_insn][i];
		ret[count++][1] = to->passed[to_insn][i];
	}
	return count;
}

size_t su_calls_arguments(struct su_calls *calls, uint32_t from_insn, uint32_t to_insn,
			  uint32_t ret[][2])
{
	const struct su_pair *pair = calls->pair;

	if ((!has_twin(calls, pair->from, from_insn) && !has_twin(calls, pair->to, to_insn)) ||
	    su_calls_pass_own_constant(calls, from_insn, to_insn))
		return 0;
	return su_calls_all_arguments(calls, from_insn, to_insn, ret);
}
