/*
 * One version of a function: see side.h.
 */
#include "checkpoint/side/side.h"

#include "analysis/numbering.h"
#include "arch/abi.h"

#include <stdlib.h>
#include <string.h>

struct su_err *su_side_init(struct su_side *side, struct su_arena *arena,
			    const struct su_program *program, const struct su_routine *routine)
{
	*side = (struct su_side){ .program = program, .routine = routine };
	SU_TRY(su_debug_locals(program->debug, routine->vaddr, &side->locals, &side->local_count));
	side->heeds_no_callee = su_debug_heeds_no_callee(program->debug, routine->vaddr);
	side->values = su_values_create(arena, program->image, program->debug, program->clobbers,
					program->escapes, routine->vaddr, routine->code);
	if (!side->values->unknown)
		side->live = su_live_create(side->values);
	if (side->live)
		su_passed_find(side, arena);
	if (side->live && su_reused_may_be(program, routine))
		su_reused_find(side);
	return NULL;
}

void su_side_deinit(struct su_side *side)
{
	su_values_deinit(side->values);
	su_vec_deinit(&side->reused);
	su_vec_deinit(&side->chosen_loops);
	su_vec_deinit(&side->left_over);
}

const struct su_local *su_side_local(const struct su_side *side, const char *key)
{
	for (size_t i = 0; i < side->local_count; i++) {
		if (strcmp(side->locals[i].key, key) == 0)
			return &side->locals[i];
	}
	return NULL;
}

/* ---- calls ---- */

uint32_t su_side_after_call(const struct su_side *side, uint32_t index)
{
	const struct su_function *code = side->routine->code;
	const struct su_insn *call = &code->insns[index];

	if (index + 1 >= code->insn_count ||
	    code->insns[index + 1].vaddr != call->vaddr + call->length)
		return SU_NO_INSN;
	return index + 1;
}

bool su_side_may_return(const struct su_side *side, uint32_t index)
{
	const struct su_function *code = side->routine->code;
	const struct su_block *block = &code->blocks[code->block_of[index]];

	if (su_side_after_call(side, index) == SU_NO_INSN)
		return false;
	return index + 1 < block->first + block->count || block->succ_count > 0;
}

bool su_side_uses_result(const struct su_side *side, uint32_t call)
{
	struct su_live_set set = { .cells = su_alloc((side->live->words + 1) * sizeof(uint64_t)) };
	bool uses;

	su_live_returned(side->live, call, &set);
	uses = su_abi_has_result(&set.regs);
	free(set.cells);
	return uses;
}

/* ---- effects ---- */

const struct su_operand *su_side_stored(const struct su_insn *insn)
{
	for (uint8_t i = 0; i < insn->operand_count; i++) {
		if (insn->operands[i].kind == SU_OP_MEM && insn->operands[i].written)
			return &insn->operands[i];
	}
	return NULL;
}

bool su_side_stores_oddly(const struct su_insn *insn)
{
	if (insn->opcode == SU_OPC_PUSH || insn->opcode == SU_OPC_POP ||
	    insn->opcode == SU_OPC_LEAVE || insn->opcode == SU_OPC_CALL ||
	    insn->flow == SU_FLOW_RET)
		return false;
	return insn->is_syscall || insn->is_string || insn->implicit_memory;
}

static bool is_cell(const struct su_values *values, uint32_t index, uint64_t size)
{
	bool exact;

	return values->frame_off[index] != SU_NO_OFF &&
	       su_values_cell(values, values->frame_off[index], size, &exact) != UINT32_MAX;
}

bool su_side_has_effect(const struct su_side *side, uint32_t index)
{
	const struct su_insn *insn = &side->values->code->insns[index];
	const struct su_operand *to = su_side_stored(insn);

	return insn->opcode == SU_OPC_CALL || su_side_stores_oddly(insn) ||
	       (to && !is_cell(side->values, index, to->size));
}
