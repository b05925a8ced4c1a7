/*
 * What conditional branches decide by: see sequence.h.
 *
 * Every register and the flags hold a value in a block: what they held at its start, which is not
 * known, or what an instruction computed from such values.  A value is told by the keys of the
 * instructions that compute it; which registers they use does not count.  Compilers copy tests, and
 * load what is tested before the block or in it: so where it is from before one of the blocks, two
 * comparisons with the same number are one test.
 */
#include "checkpoint/align/sequence.h"

#include "arch/abi.h"
#include "diff/compare.h"

#define REGISTERS 32 /* general and vector */

struct held_values {
	uint64_t reg[REGISTERS]; /* 0: from before the block */
	uint64_t flags;
	uint64_t test;	     /* of the flags: what a number was compared with, or 0 */
	bool from_elsewhere; /* and that the number was in a register from before the block */
};

bool su_align_has_frame_pointer(const struct su_function *code)
{
	for (size_t i = 0; i < code->insn_count; i++) {
		const struct su_operand *to = &code->insns[i].operands[0], *from = to + 1;

		if (code->insns[i].operand_count >= 2 && to->kind == SU_OP_REG &&
		    to->reg == SU_REG_FP &&
		    (from->kind == SU_OP_REG ? from->reg : from->base) == SU_REG_SP)
			return true;
	}
	return false;
}

static bool is_in(const struct su_regset *set, unsigned int reg)
{
	return reg < SU_REG_VECTOR ? set->gpr[reg] != 0
				   : (set->vector >> (reg - SU_REG_VECTOR) & 1) != 0;
}

static bool is_copy(const struct su_insn *insn)
{
	return insn->opcode == SU_OPC_MOV && insn->operands[0].kind == SU_OP_REG &&
	       insn->operands[1].kind == SU_OP_REG && insn->operands[0].reg < REGISTERS &&
	       insn->operands[1].reg < REGISTERS;
}

/* The frames may differ: where they are is no part of a value. */
static uint64_t result_of(const struct held_values *values, const struct su_insn *insn,
			  uint64_t key)
{
	uint64_t parts[REGISTERS + 2] = { key };
	size_t count = 1;

	if (is_copy(insn))
		return values->reg[insn->operands[1].reg];
	for (unsigned int reg = 0; reg < REGISTERS; reg++) {
		if (is_in(&insn->reads, reg) && reg != SU_REG_SP)
			parts[count++] = values->reg[reg];
	}
	if (insn->reads.flags)
		parts[count++] = values->flags;
	return su_hash(parts, count * sizeof(*parts), 0);
}

/* A comparison with a number that says something: zero is what everything is compared with. */
static void note_test(struct held_values *values, const struct su_insn *insn)
{
	const struct su_operand *what = &insn->operands[0], *with = &insn->operands[1];
	uint64_t parts[] = { insn->mnemonic, (uint64_t)with->imm, what->size };

	values->test = 0;
	if (insn->operand_count != 2 || with->kind != SU_OP_IMM || !with->imm || what->written)
		return;
	values->from_elsewhere =
		what->kind == SU_OP_REG && what->reg < REGISTERS && !values->reg[what->reg];
	values->test = su_hash(parts, sizeof(parts), 0);
}

static void set_results(struct held_values *values, const struct su_insn *insn, uint64_t result)
{
	bool is_call = insn->flow == SU_FLOW_CALL || insn->flow == SU_FLOW_CALL_IND;

	for (unsigned int reg = 0; reg < REGISTERS; reg++) {
		if (is_in(&insn->writes, reg) || (is_call && !su_abi_callee_saved(reg)))
			values->reg[reg] = result;
	}
	if (insn->writes.flags || is_call)
		values->flags = result;
}

void su_align_note_values(const struct su_function *code, struct su_align_item *items)
{
	for (size_t b = 0; b < code->block_count; b++) {
		const struct su_block *block = &code->blocks[b];
		struct held_values values = { 0 };

		for (uint32_t i = block->first; i < block->first + block->count; i++) {
			const struct su_insn *insn = &code->insns[i];
			uint64_t result = result_of(&values, insn, items[i].key);

			items[i].value = insn->flow == SU_FLOW_COND ? values.flags : result;
			if (insn->flow == SU_FLOW_COND) {
				items[i].test = values.test;
				items[i].from_elsewhere = values.from_elsewhere;
			}
			if (insn->writes.flags || insn->opcode == SU_OPC_CALL)
				note_test(&values, insn);
			set_results(&values, insn, result);
		}
	}
}
