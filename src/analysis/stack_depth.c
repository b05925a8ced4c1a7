/*
 * How far the stack has grown at an instruction: see build.h.
 *
 * A forward pass over the blocks with two numbers, the depth of rsp and that of rbp where it is a
 * frame pointer.  Whatever is not a constant change makes a number unknown; so do paths that meet
 * with different numbers.  It is used to tell a tail call through a pointer, which must have given
 * back its frame, from a jump inside the function, so unknown is the safe answer.
 */
#include "analysis/analysis_private.h"

struct depth {
	int32_t rsp, rbp;
};

static int32_t depth_plus(int32_t depth, int64_t change)
{
	if (depth == SU_DEPTH_UNKNOWN || change > 1 << 28 || change < -(1 << 28))
		return SU_DEPTH_UNKNOWN;
	int64_t sum = depth + change;
	return sum > 1 << 28 || sum < -(1 << 28) ? SU_DEPTH_UNKNOWN : (int32_t)sum;
}

static int32_t depth_of(struct depth at, uint8_t reg)
{
	if (reg == SU_REG_SP)
		return at.rsp;
	return reg == SU_REG_FP ? at.rbp : SU_DEPTH_UNKNOWN;
}

/* The depth that `insn` gives to the register that it writes by its first operand. */
static int32_t written_depth(struct depth at, const struct su_insn *insn)
{
	const struct su_operand *to = &insn->operands[0], *from = &insn->operands[1];

	if (insn->operand_count < 2 || to->kind != SU_OP_REG || to->size != 8)
		return SU_DEPTH_UNKNOWN;
	if (insn->opcode == SU_OPC_MOV && from->kind == SU_OP_REG)
		return depth_of(at, from->reg);
	if (insn->opcode == SU_OPC_LEA && from->index == SU_REG_NONE)
		return depth_plus(depth_of(at, from->base), -from->disp);
	if (from->kind != SU_OP_IMM)
		return SU_DEPTH_UNKNOWN;
	if (insn->opcode == SU_OPC_SUB)
		return depth_plus(depth_of(at, to->reg), from->imm);
	if (insn->opcode == SU_OPC_ADD)
		return depth_plus(depth_of(at, to->reg), -from->imm);
	return SU_DEPTH_UNKNOWN;
}

static bool writes_by_first_operand(const struct su_insn *insn, uint8_t reg)
{
	return insn->operand_count && insn->operands[0].kind == SU_OP_REG &&
	       insn->operands[0].written && insn->operands[0].reg == reg;
}

/* push and pop move eight bytes, but for the 16-bit forms that no compiler emits. */
static int64_t slot_of(const struct su_insn *insn)
{
	const struct su_operand *op = &insn->operands[0];

	return insn->operand_count && op->kind != SU_OP_IMM && op->size == 2 ? 2 : 8;
}

static struct depth depth_after(struct depth at, const struct su_insn *insn)
{
	struct depth next = at;

	switch (insn->opcode) {
	case SU_OPC_PUSH:
		next.rsp = depth_plus(at.rsp, slot_of(insn));
		return next;
	case SU_OPC_POP:
		next.rsp = writes_by_first_operand(insn, SU_REG_SP)
				   ? SU_DEPTH_UNKNOWN
				   : depth_plus(at.rsp, -slot_of(insn));
		if (writes_by_first_operand(insn, SU_REG_FP))
			next.rbp = SU_DEPTH_UNKNOWN;
		return next;
	case SU_OPC_LEAVE:
		return (struct depth){ .rsp = depth_plus(at.rbp, -8), .rbp = SU_DEPTH_UNKNOWN };
	case SU_OPC_CALL:
		return next;
	default:
		break;
	}
	if (insn->writes.gpr[SU_REG_SP])
		next.rsp = writes_by_first_operand(insn, SU_REG_SP) ? written_depth(at, insn)
								    : SU_DEPTH_UNKNOWN;
	if (insn->writes.gpr[SU_REG_FP])
		next.rbp = writes_by_first_operand(insn, SU_REG_FP) ? written_depth(at, insn)
								    : SU_DEPTH_UNKNOWN;
	return next;
}

/* Meets `from` into `*into`; true when that changed it. */
static bool depth_meet(struct depth *into, bool *reached, struct depth from)
{
	struct depth old = *into;

	if (!*reached) {
		*into = from;
		return *reached = true;
	}
	if (into->rsp != from.rsp)
		into->rsp = SU_DEPTH_UNKNOWN;
	if (into->rbp != from.rbp)
		into->rbp = SU_DEPTH_UNKNOWN;
	return into->rsp != old.rsp || into->rbp != old.rbp;
}

static struct depth depth_through_block(const struct su_function *function,
					const struct su_block *block, struct depth at, uint32_t end)
{
	for (uint32_t i = block->first; i < end; i++)
		at = depth_after(at, &function->insns[i]);
	return at;
}

/* One round over all blocks; true when some block's entry changed. */
static bool propagate_depth(const struct su_function *function, struct depth *in, bool *reached)
{
	bool changed = false;

	for (size_t i = 0; i < function->block_count; i++) {
		const struct su_block *block = &function->blocks[i];

		if (!reached[i])
			continue;
		struct depth out =
			depth_through_block(function, block, in[i], block->first + block->count);
		for (uint32_t k = 0; k < block->succ_count; k++)
			changed |= depth_meet(&in[block->succ[k]], &reached[block->succ[k]], out);
	}
	return changed;
}

int32_t su_build_depth_at(const struct su_build *build, uint32_t insn)
{
	const struct su_function *function = build->function;
	struct depth *in = su_alloc(function->block_count * sizeof(*in));
	bool *reached = su_alloc(function->block_count);
	uint32_t block = function->block_of[insn];

	reached[0] = true;
	in[0] = (struct depth){ .rsp = 0, .rbp = SU_DEPTH_UNKNOWN };
	while (propagate_depth(function, in, reached))
		continue;
	int32_t depth = SU_DEPTH_UNKNOWN;
	if (reached[block])
		depth = depth_through_block(function, &function->blocks[block], in[block], insn)
				.rsp;
	free(in);
	free(reached);
	return depth;
}
