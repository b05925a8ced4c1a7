/* Steering: see steer.h. */
#include "validate/steer.h"

#include <string.h>

#define MOST_ORIGINS 6 /* of one value */
#define SELDOM 8       /* comparisons that had each outcome are followed so often */
#define MOST_TRIES 3

/* Outcomes: a < b without and with a sign are two things. */
enum { EQUAL = 0, LESS, LESS_BELOW, MORE, MORE_BELOW, VALID };
#define ALL_OF_COMPARISON (1u << EQUAL | 1u << LESS | 1u << MORE)

void su_steering_init(struct su_steering *steering, struct su_emulator *emulator)
{
	steering->emulator = emulator;
	steering->branches = su_map_create();
	steering->arena = su_arena_create();
}

void su_steering_deinit(struct su_steering *steering)
{
	su_vec_deinit(&steering->wanted);
	su_map_destroy(steering->branches);
	su_arena_destroy(steering->arena);
}

static struct su_branch *branch_at(struct su_steering *steering, uint64_t addr)
{
	struct su_branch *branch = su_map_get_u64(steering->branches, addr);

	if (!branch) {
		branch = su_arena_alloc(steering->arena, sizeof(*branch));
		su_map_put_u64(steering->branches, addr, branch);
	}
	return branch;
}

bool su_want_is_open(const struct su_want *want)
{
	return !(want->branch->seen >> want->outcome & 1) &&
	       want->branch->tries[want->outcome] < MOST_TRIES;
}

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

uint64_t su_steering_address(struct su_steering *steering, const struct su_operand *operand)
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
		    !su_emulator_read(steering->emulator, su_steering_address(steering, operand),
				      &value, operand->size))
			return false;
		break;
	default:
		return false;
	}
	*ret = value & low_mask(operand->size);
	return true;
}

static void want_outcome(struct su_steering *steering, struct su_origin origin, uint64_t value,
			 struct su_branch *branch, uint8_t outcome)
{
	struct su_want want = { { origin, value }, branch, outcome };

	if (steering->wanted.len < 64)
		su_vec_push(&steering->wanted, want);
}

static int64_t with_sign(uint64_t value, unsigned size)
{
	unsigned shift = size >= 8 ? 0 : 64 - size * 8;

	return (int64_t)(value << shift) >> shift;
}

static uint8_t outcome_of(uint64_t a, uint64_t b, unsigned size)
{
	bool below = with_sign(a, size) < with_sign(b, size);

	if (a == b)
		return EQUAL;
	return a < b ? (below ? LESS_BELOW : LESS) : (below ? MORE_BELOW : MORE);
}

/* A comparison of `a` and `b`; of a test, `a` is what the bits `mask` of it leave, and `b` 0. */
struct comparison {
	struct su_branch *branch;
	uint64_t a, b, mask;
	unsigned size;
};

/* The newest value whose low bytes are `value`; SIZE_MAX: none. */
static size_t find_recent(const struct su_steering *steering, uint64_t value, unsigned size)
{
	size_t count = steering->recent_count < SU_RECENT ? steering->recent_count : SU_RECENT;

	for (size_t i = 1; i <= count; i++) {
		size_t at = (steering->recent_count - i) % SU_RECENT;

		if ((steering->recent[at].value & low_mask(size)) == value)
			return at;
	}
	return SIZE_MAX;
}

/* Inputs in which the one side, whose value is `value`, is like `target`, or next to it. A value that
 * no one has may have been made from the low half of one. */
static void want_like(struct su_steering *steering, const struct comparison *comparison,
		      uint64_t value, uint64_t target, bool is_a)
{
	unsigned size = comparison->size;
	size_t at = find_recent(steering, value, size);

	for (; at == SIZE_MAX && size > 1 && value <= low_mask(size / 2); size /= 2)
		at = find_recent(steering, value, size / 2);
	for (int step = -1; step <= 1 && at != SIZE_MAX; step++) {
		uint64_t mask = low_mask(size), wanted = (target + (uint64_t)(int64_t)step) & mask;
		uint8_t outcome = is_a ? outcome_of(wanted & comparison->mask, comparison->b,
						    comparison->size)
				       : outcome_of(comparison->a, wanted, comparison->size);

		want_outcome(steering, steering->recent[at].origin,
			     (steering->recent[at].value & ~mask) | wanted, comparison->branch,
			     outcome);
	}
}

static bool read_comparison(struct su_steering *steering, const struct su_insn *insn,
			    struct comparison *ret)
{
	ret->size = insn->operands[0].size;
	if (!value_of(steering, &insn->operands[0], &ret->a) ||
	    !value_of(steering, &insn->operands[1], &ret->b))
		return false;
	ret->b &= low_mask(ret->size);
	ret->mask = low_mask(ret->size);
	ret->branch = branch_at(steering, insn->vaddr);
	return true;
}

/* Notes what came of it; whether other outcomes are still looked for. */
static bool see_outcome(struct su_steering *steering, const struct su_insn *insn,
			struct su_branch *branch, uint8_t outcome)
{
	steering->fresh |= !(branch->seen >> outcome & 1);
	branch->seen |= (uint8_t)(1u << outcome);
	steering->random = su_world_mix(steering->random, insn->vaddr);
	return (branch->seen & ALL_OF_COMPARISON) != ALL_OF_COMPARISON ||
	       steering->random % SELDOM == 0;
}

/* Bits of one value are looked at: all of them are set, or none. */
static void want_bits(struct su_steering *steering, struct comparison *comparison)
{
	uint64_t value = comparison->a;

	comparison->mask = comparison->b;
	comparison->b = 0;
	want_like(steering, comparison, value, value & ~comparison->mask, true);
	want_like(steering, comparison, value, value | comparison->mask, true);
}

void su_steering_compares(struct su_steering *steering, const struct su_insn *insn)
{
	struct comparison comparison;
	bool test = insn->opcode == SU_OPC_TEST;

	if (!read_comparison(steering, insn, &comparison))
		return;
	uint64_t a = comparison.a, b = comparison.b;
	uint8_t outcome = outcome_of(test ? a & b : a, test ? 0 : b, comparison.size);

	if (!see_outcome(steering, insn, comparison.branch, outcome))
		return;
	if (test && a != b) {
		want_bits(steering, &comparison);
		return;
	}
	want_like(steering, &comparison, a, test ? 0 : b, true);
	if (insn->operands[1].kind != SU_OP_IMM && !test)
		want_like(steering, &comparison, b, a, false);
}

/* Whatever was `value` may have been meant as a pointer: small numbers come from many places. */
static void want_pointers(struct su_steering *steering, uint64_t value, uint64_t random,
			  struct su_branch *branch)
{
	size_t count = steering->recent_count < SU_RECENT ? steering->recent_count : SU_RECENT;
	unsigned wanted = 0;

	for (size_t i = 1; i <= count && wanted < MOST_ORIGINS; i++) {
		size_t at = (steering->recent_count - i) % SU_RECENT;

		if (steering->recent[at].value != value)
			continue;
		want_outcome(steering, steering->recent[at].origin, su_world_pointer(random + i),
			     branch, VALID);
		wanted++;
	}
}

void su_steering_fault(struct su_steering *steering, const struct su_insn *insn, uint64_t random)
{
	for (uint8_t i = 0; i < insn->operand_count; i++) {
		const struct su_operand *operand = &insn->operands[i];

		if (operand->kind == SU_OP_MEM && operand->base < 16)
			want_pointers(steering, su_emulator_reg(steering->emulator, operand->base),
				      random, branch_at(steering, insn->vaddr));
	}
}
