/* What calls are given, found once for all of them as a side is made: part of side.h. */
#include <stdlib.h>
#include <string.h>

#include "analysis/transfer.h"
#include "checkpoint/side/side.h"

/* What the cell at that distance from rsp holds at the call: 0 when there is no such cell, or one
 * that this function reads, which is a variable of its own. */
static uint32_t on_stack(const struct su_values *values, uint32_t insn, const uint32_t *state,
			 int64_t distance)
{
	uint32_t loc;
	bool exact;

	if (values->sp[insn] == SU_NO_OFF)
		return 0;
	loc = su_values_cell(values, values->sp[insn] + distance, 8, &exact);
	return loc == UINT32_MAX || !exact || values->cells[loc - SU_CELL_BASE].is_loaded
		       ? 0
		       : state[loc];
}

static void note_passed(const struct su_values *values, uint32_t insn, const uint32_t *state,
			uint32_t *ret)
{
	for (int i = 0; i < SU_ABI_ARGUMENT_COUNT; i++)
		ret[i] = state[su_abi_arguments[i]];
	for (int i = 0; i < SU_PASSED_ON_STACK; i++)
		ret[SU_ABI_ARGUMENT_COUNT + i] = on_stack(values, insn, state, 8 * i);
}

void su_passed_find(struct su_side *side, struct su_arena *arena)
{
	struct su_values *values = side->values;
	const struct su_function *code = values->code;
	size_t size = values->loc_count * sizeof(uint32_t);
	uint32_t *state = su_alloc(size);

	side->passed = su_arena_alloc(arena, (code->insn_count + 1) * sizeof(*side->passed));
	for (uint32_t b = 0; b < code->block_count; b++) {
		const struct su_block *block = &code->blocks[b];

		memcpy(state, values->in[b], size);
		for (uint32_t i = block->first; i < block->first + block->count; i++) {
			if (code->insns[i].opcode == SU_OPC_CALL ||
			    code->insns[i].flow == SU_FLOW_JUMP)
				note_passed(values, i, state, side->passed[i]);
			su_transfer(values, i, state);
		}
	}
	free(state);
}
