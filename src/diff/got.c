/*
 * See got.h.
 *
 *	lea here(%rip), B;  movabs $GOT - here, R;  add R, B;  movabs $thing - GOT, R
 *	lea GOT(%rip), B;  movabs $thing - GOT, R
 *
 * Source: psABI x86-64 3.5.2, "Position-Independent Code" of the medium and large code models; gcc and
 * clang.
 */
#include "diff/got.h"

#include <string.h>

#include "base/reason.h"

static uint64_t address_of_got(const struct su_image *image)
{
	for (size_t i = 0; i < image->symbol_count; i++)
		if (strcmp(image->symbols[i].name, "_GLOBAL_OFFSET_TABLE_") == 0)
			return image->symbols[i].vaddr;
	return 0;
}

/* Whether the function has `number` as an immediate. */
static bool has_number(const struct su_function *code, uint64_t number)
{
	for (size_t i = 0; i < code->insn_count; i++) {
		const struct su_insn *insn = &code->insns[i];

		if (insn->opcode == SU_OPC_MOV && insn->operand_count == 2 &&
		    insn->operands[1].kind == SU_OP_IMM &&
		    (uint64_t)insn->operands[1].imm == number)
			return true;
	}
	return false;
}

static bool counts_from(const struct su_function *code, uint64_t got)
{
	for (size_t i = 0; i < code->insn_count; i++) {
		const struct su_insn *insn = &code->insns[i];
		uint64_t at = (uint64_t)insn->operands[1].disp;

		if (insn->opcode != SU_OPC_LEA || insn->operands[1].base != SU_REG_PC)
			continue;
		if (at == got || (su_function_covers(code, at) && has_number(code, got - at)))
			return true;
	}
	return false;
}

struct su_err *su_got_check(const struct su_program *program)
{
	uint64_t got = address_of_got(program->image);

	for (size_t i = 0; i < program->routines.len && got; i++) {
		const struct su_routine *routine = &program->routines.at[i];

		if (!routine->startup && counts_from(routine->code, got))
			return su_refuse(SU_WHY_COUNTS_FROM_GOT, program->image->path,
					 routine->name, routine->unit);
	}
	return NULL;
}
