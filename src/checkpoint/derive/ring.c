/*
 * Whether an array may be used as a ring: part of derive_private.h.
 *
 * One that is has positions of its own, and they begin anew at its end.  In a larger array the end is
 * elsewhere, and what stands before and behind it for the old version does not for the new one.  So
 * it is looked whether the function puts something into places of the array that it computes, and
 * takes something from such places.  Ends of texts (constants that are stored) and counts (what is
 * added to an element) do not make a ring.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/define.h"
#include "analysis/library.h"
#include "analysis/transfer.h"
#include "arch/abi.h"
#include "checkpoint/derive/derive_private.h"

struct uses {
	bool stores, takes;
};

static bool is_computed(struct su_values *values, uint32_t address, const struct su_region *region)
{
	int64_t off;

	return !su_is_frame_address(values, address, &off) &&
	       su_derive_points_into(values, address, region);
}

/* What a call has left in rdx, which hardly any function returns something in. */
static bool is_left_over(const struct su_values *values, uint32_t number)
{
	const struct su_value *value = su_value_get(values, number);

	return value->kind == SU_VAL_DEF && value->loc == SU_REG_RESULT_HIGH &&
	       values->code->insns[value->where].opcode == SU_OPC_CALL;
}

static void note_call(const struct su_point *point, uint32_t index, const uint32_t *state,
		      const struct su_region *region, struct uses *uses)
{
	const struct su_side *to = point->pair->to;
	const char *name = su_library_callee(to->values->image, &to->values->code->insns[index]);
	struct su_library_writes writes;
	bool known = name && su_library_writes(name, &writes);
	uint8_t taken = su_calls_taken(point->deriver->prover->calls, to, index);

	for (int i = 0; i < SU_ABI_ARGUMENT_COUNT; i++) {
		uint32_t number = state[su_abi_arguments[i]];

		if (!(taken >> i & 1) || is_left_over(to->values, number) ||
		    !is_computed(to->values, number, region))
			continue;
		uses->stores |= !known || writes.through >> i & 1;
		uses->takes |= !known || !(writes.through >> i & 1);
	}
}

static bool stores_constant(const struct su_insn *insn, const struct su_values *values,
			    const uint32_t *state)
{
	const struct su_operand *what = &insn->operands[1];

	return insn->opcode == SU_OPC_MOV &&
	       (what->kind == SU_OP_IMM ||
		(what->kind == SU_OP_REG && what->reg < 16 &&
		 su_value_get(values, state[what->reg])->kind == SU_VAL_CONST));
}

static void note_operands(struct su_values *values, uint32_t index, const uint32_t *state,
			  const struct su_region *region, struct uses *uses)
{
	const struct su_insn *insn = &values->code->insns[index];

	for (uint8_t i = 0; i < insn->operand_count; i++) {
		const struct su_operand *operand = &insn->operands[i];

		if (operand->kind != SU_OP_MEM || !(operand->read || operand->written) ||
		    !is_computed(values, su_transfer_address(values, operand, state), region))
			continue;
		uses->takes |= operand->read && !operand->written;
		uses->stores |= operand->written && !stores_constant(insn, values, state);
	}
	if (insn->is_string) {
		uses->takes |= is_computed(values, state[SU_REG_COPY_FROM], region);
		uses->stores |= is_computed(values, state[SU_REG_COPY_TO], region);
	}
}

static void note_uses(const struct su_point *point, uint32_t index, const uint32_t *state,
		      const struct su_region *region, struct uses *uses)
{
	struct su_values *values = point->pair->to->values;

	if (values->code->insns[index].opcode == SU_OPC_CALL)
		note_call(point, index, state, region, uses);
	else if (!su_derive_updates(values, index, state, region))
		note_operands(values, index, state, region, uses);
}

bool su_derive_may_be_ring(const struct su_point *point, const struct su_region *region)
{
	struct su_values *values = point->pair->to->values;
	const struct su_function *code = values->code;
	uint32_t *state = su_alloc(values->loc_count * sizeof(*state));
	struct uses uses = { 0 };

	for (size_t b = 0; b < code->block_count; b++) {
		const struct su_block *block = &code->blocks[b];

		memcpy(state, values->in[b], values->loc_count * sizeof(*state));
		for (uint32_t i = block->first; i < block->first + block->count && state[SU_REG_SP];
		     i++) {
			note_uses(point, i, state, region, &uses);
			su_transfer(values, i, state);
		}
	}
	free(state);
	return uses.stores && uses.takes;
}
