/*
 * Addresses beyond their object.
 *
 * A loop over `int rows[4][8]` may keep a pointer to the row after the current one, and then ends
 * where that pointer is one row beyond the array.  The address of that bound means whatever
 * variable or constant the linker has put there, which lives elsewhere in the updated process: the
 * loop would run on.  Nothing in the instruction that names the address tells.
 *
 * What gives it away is the comparison: one side can only be an address in one object, the other
 * only an address in another, which no compiler leaves to be compared.  Such a function is refused.
 */
#include <stdlib.h>

#include "analysis/states.h"
#include "base/reason.h"
#include "base/vec.h"
#include "make/maker.h"

/* The addresses that a value may be, moved by arithmetic or not. */
struct roots {
	SU_VEC(uint32_t) seen;
	SU_VEC(uint64_t) named; /* as the code names them */
	bool unknown;		/* it may be something else */
};

static void add_root(struct roots *roots, uint32_t number)
{
	for (size_t i = 0; i < roots->seen.len; i++) {
		if (roots->seen.at[i] == number)
			return;
	}
	su_vec_push(&roots->seen, number);
}

static void add_merge(struct roots *roots, const struct su_values *values,
		      const struct su_value *merge)
{
	const struct su_block *block = &values->code->blocks[merge->where];

	roots->unknown |= merge->where == 0;
	for (uint32_t i = 0; i < block->pred_count; i++) {
		uint32_t input = values->out[block->pred[i]][merge->loc];

		if (input)
			add_root(roots, input);
	}
}

static void find_roots(struct roots *roots, const struct su_values *values, uint32_t number)
{
	add_root(roots, number);
	for (size_t i = 0; i < roots->seen.len && !roots->unknown; i++) {
		const struct su_value *value = su_value_get(values, roots->seen.at[i]);

		if (value->kind == SU_VAL_ADDR)
			su_vec_push(&roots->named,
				    (uint64_t)(value->imm - su_value_distance(value)));
		else if (value->kind == SU_VAL_PHI)
			add_merge(roots, values, value);
		else if (value->kind == SU_VAL_EXPR && value->op == SU_EXPR_SUM && !value->args[1])
			add_root(roots, value->args[0]);
		else
			roots->unknown = true;
	}
}

static bool is_data(const struct su_meaning *meaning)
{
	return meaning->kind == SU_MEANS_DATUM || meaning->kind == SU_MEANS_ANONYMOUS;
}

static bool same_object(const struct su_meaning *a, uint64_t at_a, const struct su_meaning *b,
			uint64_t at_b)
{
	if (!is_data(a) || !is_data(b)) /* functions, imports: bound by name */
		return true;
	if (a->datum && (a->datum == b->datum || a->datum == b->or_end_of))
		return true;
	if (b->datum && b->datum == a->or_end_of)
		return true;
	return !a->datum && !b->datum && at_a - (uint64_t)a->off == at_b - (uint64_t)b->off;
}

/* Whether the two sides may be in one object; false only when they certainly are not. */
static bool are_comparable(const struct su_program *program, const struct roots *a,
			   const struct roots *b)
{
	if (a->unknown || b->unknown)
		return true;
	for (size_t i = 0; i < a->named.len; i++) {
		struct su_meaning left = su_program_meaning(program, a->named.at[i]);

		for (size_t j = 0; j < b->named.len; j++) {
			struct su_meaning right = su_program_meaning(program, b->named.at[j]);

			if (same_object(&left, a->named.at[i], &right, b->named.at[j]))
				return true;
		}
	}
	return !a->named.len || !b->named.len;
}

static bool compares_pointers(const struct su_insn *insn)
{
	return insn->opcode == SU_OPC_CMP && insn->operand_count == 2 &&
	       insn->operands[0].kind == SU_OP_REG && insn->operands[1].kind == SU_OP_REG &&
	       insn->operands[0].size == 8 && insn->operands[0].reg < 16 &&
	       insn->operands[1].reg < 16;
}

static bool is_sound(const struct su_side *side, uint32_t index, uint32_t *state)
{
	const struct su_insn *insn = &side->routine->code->insns[index];
	struct roots left = { 0 }, right = { 0 };
	bool sound;

	su_values_before(side->values, index, state);
	find_roots(&left, side->values, state[insn->operands[0].reg]);
	find_roots(&right, side->values, state[insn->operands[1].reg]);
	sound = are_comparable(side->program, &left, &right);
	su_vec_deinit(&left.seen);
	su_vec_deinit(&left.named);
	su_vec_deinit(&right.seen);
	su_vec_deinit(&right.named);
	return sound;
}

struct su_err *su_maker_check_bounds(const struct su_side *side)
{
	const struct su_function *code = side->routine->code;
	struct su_err *err = NULL;
	uint32_t *state;

	if (side->values->unknown)
		return NULL;
	state = su_alloc(side->values->loc_count * sizeof(*state));
	for (uint32_t i = 0; i < code->insn_count && !err; i++) {
		if (compares_pointers(&code->insns[i]) && !is_sound(side, i, state))
			err = su_refuse(SU_WHY_COMPARES_TWO_OBJECTS,
					su_program_where(side->program, code->insns[i].vaddr));
	}
	free(state);
	return err;
}
