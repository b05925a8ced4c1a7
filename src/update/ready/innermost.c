/* What the innermost function may still read: see innermost.h. */
#include "update/ready/innermost.h"

#include <string.h>

#include "arch/abi.h"
#include "arch/context.h"
#include "arch/insn.h"

#define REACH 2048u /* bytes before and behind the program counter */
#define MAX_STEPS 512

struct follow {
	uint64_t low;
	uint8_t code[2 * REACH];
	size_t size;
	uint32_t seen[2 * REACH];   /* registers that had not been written here, by any way */
	uint16_t todo[2 * REACH];   /* offsets in `code`, each once */
	uint8_t waiting[2 * REACH]; /* is among them */
	size_t todo_count;
	unsigned steps;
	struct su_leaf leaf;
};

/* The code at `addr` may be come to with `held` as they were. False: it is out of reach. */
static bool come_to(struct follow *follow, uint64_t addr, uint32_t held)
{
	uint64_t off = addr - follow->low;

	if (off >= follow->size)
		return false;
	if ((held & ~follow->seen[off]) == 0)
		return true;
	follow->seen[off] |= held;
	if (!follow->waiting[off])
		follow->todo[follow->todo_count++] = (uint16_t)off;
	follow->waiting[off] = true;
	return true;
}

static bool is_in_red_zone(const struct su_operand *operand)
{
	return operand->kind == SU_OP_MEM && operand->disp < 0 &&
	       (operand->base == SU_REG_SP || operand->base == SU_REG_FP);
}

/* Whether it may read the red zone, or make it a part of the frame. */
static bool reads_red_zone(const struct su_insn *insn)
{
	bool any = insn->writes.gpr[SU_REG_SP] && insn->opcode == SU_OPC_SUB;

	for (uint8_t i = 0; i < insn->operand_count; i++)
		any |= is_in_red_zone(&insn->operands[i]);
	return any;
}

/* False: the code cannot be followed. */
static bool follow_insn(struct follow *follow, size_t off)
{
	struct su_insn insn;
	uint32_t held = follow->seen[off];

	if (++follow->steps > MAX_STEPS ||
	    !su_insn_decode(follow->code + off, follow->size - off, follow->low + off, &insn))
		return false;
	follow->leaf.reads_vectors |= (insn.reads.vector & held) != 0;
	follow->leaf.reads_red_zone |= reads_red_zone(&insn);
	held &= ~insn.writes.vector;
	uint64_t next = insn.vaddr + insn.length;

	switch ((enum su_flow)insn.flow) {
	case SU_FLOW_NEXT:
		return come_to(follow, next, held);
	case SU_FLOW_JUMP:
		return come_to(follow, insn.target, held);
	case SU_FLOW_COND:
		return come_to(follow, next, held) && come_to(follow, insn.target, held);
	case SU_FLOW_JUMP_IND:
		return false;
	default: /* a call, a return, or the end of it */
		return true;
	}
}

static bool follow_all(struct follow *follow, uint64_t pc)
{
	if (!come_to(follow, pc, UINT32_MAX))
		return false;
	while (follow->todo_count) {
		size_t off = follow->todo[--follow->todo_count];

		follow->waiting[off] = false;
		if (!follow_insn(follow, off))
			return false;
	}
	return true;
}

/* Whether a register points there: to a variable of a function without a frame. */
static bool has_pointer_to_red_zone(const struct user_regs_struct *regs)
{
	uint64_t values[SU_CONTEXT_GENERAL], low = su_context_sp(regs) - SU_ABI_RED_ZONE;
	bool any = false;

	su_context_general(regs, values);
	for (size_t i = 0; i < SU_CONTEXT_GENERAL; i++)
		any |= values[i] - low < SU_ABI_RED_ZONE;
	return any;
}

struct su_leaf su_leaf_of(const struct su_memory *memory, const struct user_regs_struct *regs)
{
	uint64_t pc = su_context_pc(regs);
	struct follow follow = { .low = pc - REACH };

	follow.size = su_memory_try(memory, follow.low, follow.code, sizeof(follow.code));
	if (follow.size <= REACH) { /* the start of a mapping */
		follow.low = pc;
		follow.size = su_memory_try(memory, pc, follow.code, REACH);
	}
	if (!follow_all(&follow, pc))
		return (struct su_leaf){ true, true };
	follow.leaf.reads_red_zone |= has_pointer_to_red_zone(regs);
	return follow.leaf;
}
