/*
 * Registers that count as live and yet bring nothing: part of derive.h.
 *
 * Liveness takes every call to read all registers that arguments may be in.  Where an activation
 * goes on right after a call that costs nothing, since they are spoilt there.  In the middle of a
 * function it does: a register with whatever was left in it would have to be derived.  So a
 * register is idle when a call has spoilt it (psABI 3.2.1: no caller reads such a value), or when
 * all that reads it from there on are calls of functions which take no argument in it.  rax brings
 * the number of vector registers to a variadic function; compilers write it as a constant, and
 * constants are derived.
 */
#include <stdlib.h>
#include <string.h>

#include "arch/abi.h"
#include "checkpoint/derive/derive_private.h"

/* ---- spoilt values ---- */

static bool is_spoilt(const struct su_values *values, uint32_t number, int depth)
{
	const struct su_value *value = su_value_get(values, number);
	bool spoilt = true;

	if (value->kind == SU_VAL_UNDEFINED)
		return true;
	if (value->kind == SU_VAL_DEF)
		return values->code->insns[value->where].opcode == SU_OPC_CALL &&
		       !su_abi_is_result(value->loc);
	if (value->kind != SU_VAL_PHI || value->loc >= SU_CELL_BASE || depth > 4)
		return false;
	const struct su_block *block = &values->code->blocks[value->where];
	uint32_t loc = value->loc;

	for (uint32_t p = 0; p < block->pred_count && spoilt; p++) {
		uint32_t in = values->out[block->pred[p]][loc];

		spoilt = in == number || is_spoilt(values, in, depth + 1);
	}
	return spoilt;
}

bool su_derive_is_idle(const struct su_point *point, uint32_t loc)
{
	const struct su_side *to = point->pair->to;

	if (!point->recipe->lands || loc >= SU_CELL_BASE)
		return false;
	return is_spoilt(to->values, point->to_state[loc], 0) ||
	       !su_side_reads_from(to, point->recipe->to_insn, loc);
}
