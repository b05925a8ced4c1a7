/*
 * Questions about values that look through merges: see values.h.
 *
 * A merge (PHI) has its inputs in the states at the ends of the block's predecessors.  Each
 * question walks the inputs with a list of what it has seen, and assumes of a merge what it is
 * proving, so that loops do not hinder it.
 */
#include <string.h>

#include "analysis/value_table.h"
#include "analysis/values.h"
#include "arch/x86_64/abi.h"

/* ---- roots ---- */

typedef SU_VEC(uint32_t) number_list;

/* Starts a walk with `number`. */
static void start_walk(struct su_values *values, uint32_t number, number_list *list)
{
	size_t before = values->walked_len;

	if (before < values->table.len) {
		values->walked_len = values->table.len + values->table.len / 2;
		values->walked =
			su_realloc(values->walked, values->walked_len * sizeof(*values->walked));
		memset(values->walked + before, 0,
		       (values->walked_len - before) * sizeof(*values->walked));
	}
	values->walks++;
	values->walked[number] = values->walks;
	su_vec_push(list, number);
}

/* Goes on to `number`, if the walk has not been there. */
static void walk_to(struct su_values *values, uint32_t number, number_list *list)
{
	if (!number || values->walked[number] == values->walks)
		return;
	values->walked[number] = values->walks;
	su_vec_push(list, number);
}

static void add_inputs(struct su_values *values, const struct su_value *value, number_list *list)
{
	if (value->kind != SU_VAL_PHI) {
		for (uint8_t i = 0; i < value->arg_count; i++)
			walk_to(values, value->args[i], list);
		return;
	}
	const struct su_block *block = &values->code->blocks[value->where];
	for (uint32_t i = 0; i < block->pred_count; i++)
		walk_to(values, values->out[block->pred[i]][value->loc], list);
}

/* Of whole registers or halves: what goes in is part of what comes out. */
static bool is_arithmetic(const struct su_insn *insn)
{
	return su_insn_is_arithmetic(insn) && insn->operand_count && insn->operands[0].size >= 4;
}

/* Results of calls are made of the pointers that they return a part of; conditional moves,
 * arithmetic and what is read from or written to a part of a cell, of what went in. */
static bool is_made_of_others(const struct su_values *values, const struct su_value *value)
{
	if (value->kind != SU_VAL_DEF)
		return value->kind == SU_VAL_PHI || value->kind == SU_VAL_EXPR;
	const struct su_insn *insn = &values->code->insns[value->where];
	if (value->role == SU_ROLE_LOADED)
		return false;
	return insn->opcode == SU_OPC_CALL || insn->opcode == SU_OPC_CMOV || is_arithmetic(insn) ||
	       value->role == SU_ROLE_PART_READ || value->role == SU_ROLE_PART_WRITTEN;
}

/* All values that `number` may be made of, itself first. A pointer into the dynamic part is made of
 * where the fixed part ends, but does not point there: it is looked through on demand only. */
static number_list origins(struct su_values *values, uint32_t number, bool through_dynamic)
{
	number_list list = { 0 };

	start_walk(values, number, &list);
	for (size_t i = 0; i < list.len; i++) {
		struct su_value value = *su_value_get(values, list.at[i]);

		if (!through_dynamic && su_values_is_dynamic(values, list.at[i]))
			continue;
		if (is_made_of_others(values, &value))
			add_inputs(values, &value, &list);
	}
	return list;
}

void su_values_visit_roots(struct su_values *values, uint32_t number,
			   void (*visit)(void *ctx, int64_t off), void *ctx)
{
	number_list list = origins(values, number, false);

	for (size_t i = 0; i < list.len; i++) {
		const struct su_value *value = su_value_get(values, list.at[i]);

		if (value->kind == SU_VAL_FRAME)
			visit(ctx, value->imm);
	}
	su_vec_deinit(&list);
}

bool su_values_stack_bounds(struct su_values *values, uint32_t number, int64_t *ret_low,
			    int64_t *ret_high)
{
	number_list list = origins(values, number, true);
	bool found = false;

	for (size_t i = 0; i < list.len; i++) {
		const struct su_value *value = su_value_get(values, list.at[i]);

		if (value->kind != SU_VAL_FRAME)
			continue;
		*ret_low = !found || value->imm < *ret_low ? value->imm : *ret_low;
		*ret_high = !found || value->imm > *ret_high ? value->imm : *ret_high;
		found = true;
	}
	su_vec_deinit(&list);
	return found;
}

bool su_values_from_dynamic(struct su_values *values, uint32_t number)
{
	number_list list = origins(values, number, false);
	bool found = false;

	for (size_t i = 0; i < list.len && !found; i++)
		found = su_values_is_dynamic(values, list.at[i]);
	su_vec_deinit(&list);
	return found;
}

uint8_t su_values_arguments_in(struct su_values *values, uint32_t number)
{
	number_list list = origins(values, number, true);
	uint8_t arguments = 0;

	for (size_t i = 0; i < list.len; i++) {
		const struct su_value *value = su_value_get(values, list.at[i]);

		if (value->kind == SU_VAL_ENTRY)
			arguments |= su_abi_argument_bit(value->loc);
	}
	su_vec_deinit(&list);
	return arguments;
}

/* ---- narrow values ---- */

/* A merge is narrow when all that flows into it is, itself not counted. */
bool su_values_narrow(struct su_values *values, uint32_t number, uint8_t size)
{
	number_list list = { 0 };
	bool narrow = true;

	start_walk(values, number, &list);
	for (size_t i = 0; i < list.len && narrow; i++) {
		struct su_value value = *su_value_get(values, list.at[i]);

		if (su_value_is_narrow(values, list.at[i], size))
			continue;
		narrow = value.kind == SU_VAL_PHI && value.where != 0;
		if (narrow)
			add_inputs(values, &value, &list);
	}
	su_vec_deinit(&list);
	return narrow;
}

/* ---- merges in step ---- */

struct step_pair {
	uint32_t a, b;
};

typedef SU_VEC(struct step_pair) step_list;

static bool listed_pair(const step_list *list, uint32_t a, uint32_t b)
{
	for (size_t i = 0; i < list->len; i++) {
		if (list->at[i].a == a && list->at[i].b == b)
			return true;
	}
	return false;
}

/* a = b + constant without looking through merges. */
static bool constant_apart(struct su_values *values, uint32_t a, uint32_t b, int64_t *ret)
{
	struct su_value x = *su_value_get(values, a), y = *su_value_get(values, b);
	bool sum_x = x.kind == SU_VAL_EXPR && x.op == SU_EXPR_SUM;
	bool sum_y = y.kind == SU_VAL_EXPR && y.op == SU_EXPR_SUM;

	if (x.kind == y.kind &&
	    (x.kind == SU_VAL_CONST || x.kind == SU_VAL_FRAME || x.kind == SU_VAL_ADDR))
		*ret = (int64_t)((uint64_t)x.imm - (uint64_t)y.imm);
	else if (sum_x && sum_y)
		*ret = (int64_t)((uint64_t)x.imm - (uint64_t)y.imm);
	else if (sum_x)
		*ret = x.imm;
	else if (sum_y)
		*ret = (int64_t)(0 - (uint64_t)y.imm);
	else
		*ret = 0;
	return su_value_sum(values, b, 0, 0, *ret) == a;
}

static bool add_edges(struct su_values *values, uint32_t a, uint32_t b, step_list *list)
{
	struct su_value x = *su_value_get(values, a), y = *su_value_get(values, b);
	const struct su_block *block = &values->code->blocks[x.where];

	if (x.kind != SU_VAL_PHI || y.kind != SU_VAL_PHI || x.where != y.where || x.where == 0)
		return false;
	for (uint32_t i = 0; i < block->pred_count; i++) {
		struct step_pair pair = { values->out[block->pred[i]][x.loc],
					  values->out[block->pred[i]][y.loc] };

		if (pair.a && pair.b && !listed_pair(list, pair.a, pair.b))
			su_vec_push(list, pair);
	}
	return true;
}

bool su_values_in_step(struct su_values *values, uint32_t a, uint32_t b, int64_t *ret)
{
	step_list list = { 0 };
	bool holds = true, known = false;
	int64_t distance = 0, here;

	su_vec_push(&list, (struct step_pair){ a, b });
	for (size_t i = 0; i < list.len && holds; i++) {
		struct step_pair pair = list.at[i];

		if (constant_apart(values, pair.a, pair.b, &here)) {
			holds = !known || here == distance;
			distance = here;
			known = true;
		} else {
			holds = add_edges(values, pair.a, pair.b, &list);
		}
	}
	su_vec_deinit(&list);
	*ret = distance;
	return holds && known;
}
