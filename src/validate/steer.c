/* Steering: see steer.h. */
#include "validate/steer.h"

#include <string.h>

#define MOST_ORIGINS 6 /* of one value */

#define SELDOM 8 /* comparisons that went each way are followed so often */

enum { LESS = 1, EQUAL = 2, MORE = 4 };

void su_steering_note(struct su_steering *steering, struct su_origin origin, uint64_t value)
{
	size_t at = steering->recent_count++ % SU_RECENT;

	steering->recent[at].origin = origin;
	steering->recent[at].value = value;
}

static uint64_t low_mask(unsigned size)
{
	return size >= 8 ? UINT64_MAX : (UINT64_C(1) << size * 8) - 1;
}

static uint64_t address_of(struct su_steering *steering, const struct su_operand *operand)
{
	uint64_t addr = (uint64_t)operand->disp;

	if (operand->base < 16)
		addr += su_emulator_reg(steering->emulator, operand->base);
	if (operand->index < 16)
		addr += su_emulator_reg(steering->emulator, operand->index) * operand->scale;
	return addr;
}

static bool value_of(struct su_steering *steering, const struct su_operand *operand, uint64_t *ret)
{
	uint64_t value = 0;

	switch (operand->kind) {
	case SU_OP_IMM:
		value = (uint64_t)operand->imm;
		break;
	case SU_OP_REG:
		if (operand->reg >= 16 || operand->high_byte)
			return false;
		value = su_emulator_reg(steering->emulator, operand->reg);
		break;
	case SU_OP_MEM:
		if (operand->segment != SU_REG_NONE || operand->size > 8 ||
		    !su_emulator_read(steering->emulator, address_of(steering, operand), &value,
				      operand->size))
			return false;
		break;
	default:
		return false;
	}
	*ret = value & low_mask(operand->size);
	return true;
}

static void want_outcome(struct su_steering *steering, const struct su_exception *exception)
{
	if (steering->wanted.len < 64)
		su_vec_push(&steering->wanted, *exception);
}

/* Inputs in which what was `value` is `target`, or next to it. */
static void want_like(struct su_steering *steering, uint64_t value, uint64_t target, unsigned size)
{
	size_t count = steering->recent_count < SU_RECENT ? steering->recent_count : SU_RECENT;

	for (size_t i = 1; i <= count; i++) {
		size_t at = (steering->recent_count - i) % SU_RECENT;
		uint64_t mask = low_mask(size), whole = steering->recent[at].value;

		if ((whole & mask) != value)
			continue;
		for (int step = -1; step <= 1; step++) {
			uint64_t wanted = (target + (uint64_t)(int64_t)step) & mask;

			want_outcome(steering, &(struct su_exception){ steering->recent[at].origin,
								       (whole & ~mask) | wanted });
		}
		return;
	}
}

void su_steering_compares(struct su_steering *steering, const struct su_insn *insn)
{
	unsigned size = insn->operands[0].size;
	uint64_t a, b;

	if (!value_of(steering, &insn->operands[0], &a) ||
	    !value_of(steering, &insn->operands[1], &b))
		return;
	b &= low_mask(size);
	if (insn->opcode == SU_OPC_TEST) {
		a &= b;
		b = 0;
	}
	uintptr_t outcome = a < b ? LESS : a == b ? EQUAL : MORE;
	uintptr_t seen = (uintptr_t)su_map_get_u64(steering->outcomes, insn->vaddr);

	steering->fresh |= !(seen & outcome);
	su_map_put_u64(steering->outcomes, insn->vaddr, (void *)(seen | outcome));
	steering->random = su_world_mix(steering->random, insn->vaddr);
	if ((seen | outcome) == (LESS | EQUAL | MORE) && steering->random % SELDOM)
		return;
	want_like(steering, a, b, size);
	if (insn->operands[1].kind != SU_OP_IMM && insn->opcode == SU_OPC_CMP)
		want_like(steering, b, a, size);
}

/* Whatever was `value` may have been meant as a pointer: small numbers come from many places. */
static void want_pointers(struct su_steering *steering, uint64_t value, uint64_t random)
{
	size_t count = steering->recent_count < SU_RECENT ? steering->recent_count : SU_RECENT;
	unsigned wanted = 0;

	for (size_t i = 1; i <= count && wanted < MOST_ORIGINS; i++) {
		size_t at = (steering->recent_count - i) % SU_RECENT;

		if (steering->recent[at].value != value)
			continue;
		want_outcome(steering, &(struct su_exception){ steering->recent[at].origin,
							       su_world_pointer(random + i) });
		wanted++;
	}
}

void su_steering_fault(struct su_steering *steering, const struct su_insn *insn, uint64_t random)
{
	for (uint8_t i = 0; i < insn->operand_count; i++) {
		const struct su_operand *operand = &insn->operands[i];

		if (operand->kind == SU_OP_MEM && operand->base < 16)
			want_pointers(steering, su_emulator_reg(steering->emulator, operand->base),
				      random);
	}
}
