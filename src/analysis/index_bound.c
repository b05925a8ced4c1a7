/* The bound that an index is checked against: see index_bound.h. */
#include "analysis/index_bound.h"

#define MAX_STRAIGHT_BLOCKS 16

/* A value as it is followed back: a register, or a stack slot. */
struct followed {
	uint8_t reg; /* SU_REG_NONE: in memory */
	uint8_t base, size;
	int64_t disp;
};

static bool is_slot(const struct su_operand *op)
{
	return op->kind == SU_OP_MEM && (op->base == SU_REG_FP || op->base == SU_REG_SP) &&
	       op->index == SU_REG_NONE && op->segment == SU_REG_NONE;
}

static bool holds_index(const struct followed *value, const struct su_operand *op)
{
	if (value->reg != SU_REG_NONE)
		return op->kind == SU_OP_REG && op->reg == value->reg && !op->high_byte;
	return is_slot(op) && op->base == value->base && op->disp == value->disp;
}

static bool take_source(struct followed *value, const struct su_operand *from)
{
	value->size = from->size < value->size ? from->size : value->size;
	if (from->kind == SU_OP_REG && from->reg < 16 && !from->high_byte) {
		value->reg = from->reg;
		return true;
	}
	if (!is_slot(from))
		return false;
	value->reg = SU_REG_NONE;
	value->base = from->base;
	value->disp = from->disp;
	return true;
}

static bool writes_memory(const struct su_insn *insn)
{
	if (insn->implicit_memory || insn->is_string)
		return true;
	for (unsigned i = 0; i < insn->operand_count; i++) {
		if (insn->operands[i].kind == SU_OP_MEM && insn->operands[i].written)
			return true;
	}
	return false;
}

/* Whether `insn` gives its destination the value of its source, for all values that matter to an
 * unsigned bound. */
static bool passes_on(const struct su_insn *insn)
{
	if (insn->operand_count < 2 || insn->operands[0].kind != SU_OP_REG ||
	    insn->operands[0].size < 4)
		return false;
	return insn->opcode == SU_OPC_MOV || insn->opcode == SU_OPC_MOVZX ||
	       (insn->opcode == SU_OPC_MOVSX && insn->operands[1].size >= 4);
}

/* Follows `value` from after `insn` to before it. False: it is computed there. */
static bool follow_back(struct followed *value, const struct su_insn *insn)
{
	if (value->reg == SU_REG_NONE)
		return !writes_memory(insn) && !insn->writes.gpr[value->base];
	if (!insn->writes.gpr[value->reg])
		return insn->flow != SU_FLOW_CALL && insn->flow != SU_FLOW_CALL_IND;
	if (insn->opcode == SU_OPC_CDQE && insn->length == 2) {
		value->size = 4;
		return true;
	}
	return passes_on(insn) && take_source(value, &insn->operands[1]);
}

/* How many index values get from the jump `jcc` after `cmp` to the block `to`; 0: no bound. */
static uint32_t values_let_through(const struct su_function *function, const struct su_insn *cmp,
				   uint32_t jcc, uint32_t to)
{
	const struct su_insn *insn = &function->insns[jcc];
	bool taken = insn->target == function->insns[function->blocks[to].first].vaddr;
	int64_t limit = cmp->operands[1].imm;

	if (cmp->operands[1].kind != SU_OP_IMM || limit < 0 || limit >= SU_INDEX_BOUND_MAX)
		return 0;
	switch (su_insn_condition(insn)) {
	case SU_COND_ABOVE:
		return taken ? 0 : (uint32_t)limit + 1;
	case SU_COND_BELOW_EQUAL:
		return taken ? (uint32_t)limit + 1 : 0;
	case SU_COND_ABOVE_EQUAL:
		return taken ? 0 : (uint32_t)limit;
	case SU_COND_BELOW:
		return taken ? (uint32_t)limit : 0;
	default:
		return 0;
	}
}

/* Whether `insn` compares the whole of `value` with a constant. */
static bool compares_index(const struct su_insn *insn, const struct followed *value)
{
	const struct su_operand *op = &insn->operands[0];

	return insn->opcode == SU_OPC_CMP && holds_index(value, op) &&
	       (op->size >= 4 || op->size >= value->size);
}

/* Follows `value` back through `block`, which ends in a jump to block `to`. Returns its bound, or
 * 0; *ret_on says whether to go on before this block. */
static uint32_t bound_in_block(const struct su_function *function, uint32_t block, uint32_t to,
			       struct followed *value, bool *ret_on)
{
	const struct su_block *b = &function->blocks[block];
	uint32_t last = b->first + b->count - 1;
	bool flags_kept = true; /* those that the last instruction tests */

	*ret_on = false;
	for (uint32_t i = last + 1; i-- > b->first;) {
		const struct su_insn *insn = &function->insns[i];

		if (i < last && flags_kept && compares_index(insn, value)) {
			uint32_t bound = values_let_through(function, insn, last, to);

			if (bound)
				return bound;
		}
		if (insn->writes.flags)
			flags_kept = false;
		if (!follow_back(value, insn))
			return 0;
	}
	*ret_on = true;
	return 0;
}

/* The number of values that `reg` may have before instruction `use`, by a check that dominates it;
 * 0 when none was found. */
uint32_t su_index_bound(const struct su_function *function, uint32_t use, uint8_t reg)
{
	struct followed value = { .reg = reg, .size = 8 };
	uint32_t block = function->block_of[use];

	for (uint32_t i = use; i-- > function->blocks[block].first;) {
		if (!follow_back(&value, &function->insns[i]))
			return 0;
	}
	for (unsigned n = 0; n < MAX_STRAIGHT_BLOCKS; n++) {
		const struct su_block *b = &function->blocks[block];
		bool on;

		if (b->pred_count != 1 || block == 0)
			return 0;
		uint32_t bound = bound_in_block(function, b->pred[0], block, &value, &on);
		if (bound || !on)
			return bound;
		block = b->pred[0];
	}
	return 0;
}
