/*
 * Questions about values that look through merges: see values.h.
 *
 * A merge (PHI) has its inputs in the states at the ends of the block's predecessors.  Each
 * question walks the inputs with a list of what it has seen, and assumes of a merge what it is
 * proving, so that loops do not hinder it.
 *
 * Walks over what a value may be made of are for the few values that are made of frame addresses.
 * Which these are, and from which arguments a value comes, is found for all values at once by
 * spreading marks from the leaves: in a long function most values are made of most others.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/value_table.h"
#include "analysis/values.h"
#include "arch/abi.h"

/* ---- walks ---- */

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

static void for_inputs(struct su_values *values, const struct su_value *value,
		       void (*visit)(struct su_values *values, uint32_t input, void *ctx),
		       void *ctx)
{
	if (value->kind != SU_VAL_PHI) {
		for (uint8_t i = 0; i < value->arg_count; i++)
			visit(values, value->args[i], ctx);
		return;
	}
	const struct su_block *block = &values->code->blocks[value->where];
	for (uint32_t i = 0; i < block->pred_count; i++)
		visit(values, values->out[block->pred[i]][value->loc], ctx);
}

static void walk_on(struct su_values *values, uint32_t input, void *ctx)
{
	walk_to(values, input, ctx);
}

static void add_inputs(struct su_values *values, const struct su_value *value, number_list *list)
{
	for_inputs(values, value, walk_on, list);
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

/* ---- marks ---- */

/* What a value is or may be made of; below, a bit for each argument register. */
#define MARK_FRAME 0x40u   /* a frame address */
#define MARK_DYNAMIC 0x80u /* a stack pointer in the dynamic part */

static uint8_t own_mark(const struct su_values *values, uint32_t number)
{
	const struct su_value *value = su_value_get(values, number);
	uint8_t mark = su_values_is_dynamic(values, number) ? MARK_DYNAMIC : 0;

	if (value->kind == SU_VAL_FRAME)
		mark |= MARK_FRAME;
	if (value->kind == SU_VAL_ENTRY)
		mark |= su_abi_argument_bit(value->loc);
	return mark;
}

/* Which values are made of each, in one array: those of value v end at ends[v] and start at
 * ends[v - 1]. */
struct users {
	uint32_t *ends, *numbers;
	uint32_t user; /* whose inputs are being visited */
};

static void count_user(struct su_values *values, uint32_t input, void *ctx)
{
	struct users *users = ctx;

	(void)values;
	users->ends[input]++;
}

static void note_user(struct su_values *values, uint32_t input, void *ctx)
{
	struct users *users = ctx;

	(void)values;
	users->numbers[--users->ends[input]] = users->user;
}

static void for_users(struct su_values *values, struct users *users,
		      void (*visit)(struct su_values *values, uint32_t input, void *ctx))
{
	for (uint32_t v = 1; v < values->table.len; v++) {
		const struct su_value *value = su_value_get(values, v);

		users->user = v;
		if (is_made_of_others(values, value))
			for_inputs(values, value, visit, users);
	}
}

/* `ends` has one element more than there are values; afterwards they are starts. */
static void find_users(struct su_values *values, struct users *users)
{
	size_t count = values->table.len;

	users->ends = su_alloc((count + 1) * sizeof(*users->ends));
	for_users(values, users, count_user);
	for (size_t v = 1; v <= count; v++)
		users->ends[v] += users->ends[v - 1];
	users->numbers = su_alloc((users->ends[count] + 1) * sizeof(*users->numbers));
	for_users(values, users, note_user);
}

/* Each value is spread again when its mark has grown: at most once for each bit. */
static void spread_marks(struct su_values *values, const struct users *users)
{
	number_list list = { 0 };

	for (uint32_t v = 1; v < values->table.len; v++) {
		if (values->marks[v])
			su_vec_push(&list, v);
	}
	while (list.len) {
		uint32_t v = list.at[--list.len];

		for (uint32_t i = users->ends[v]; i < users->ends[v + 1]; i++) {
			uint8_t *mark = &values->marks[users->numbers[i]];

			if ((values->marks[v] & ~*mark) == 0)
				continue;
			*mark |= values->marks[v];
			su_vec_push(&list, users->numbers[i]);
		}
	}
	su_vec_deinit(&list);
}

static void mark_from(struct su_values *values, uint32_t input, void *ctx)
{
	uint8_t *mark = ctx;

	*mark |= values->marks[input];
}

/* Values that were made later than the others' marks are expressions over those. */
static void mark_later(struct su_values *values, size_t before)
{
	for (uint32_t v = (uint32_t)before; v < values->table.len; v++) {
		const struct su_value *value = su_value_get(values, v);

		su_assert(value->kind != SU_VAL_PHI);
		if (is_made_of_others(values, value))
			for_inputs(values, value, mark_from, &values->marks[v]);
	}
}

static uint8_t mark_of(struct su_values *values, uint32_t number)
{
	size_t before = values->marked_len;
	struct users users = { 0 };

	if (number < before)
		return values->marks[number];
	values->marked_len = values->table.len;
	values->marks = su_realloc(values->marks, values->marked_len);
	for (size_t v = before; v < values->marked_len; v++)
		values->marks[v] = own_mark(values, (uint32_t)v);
	if (before) {
		mark_later(values, before);
	} else {
		find_users(values, &users);
		spread_marks(values, &users);
		free(users.ends);
		free(users.numbers);
	}
	return values->marks[number];
}

void su_values_forget_marks(struct su_values *values)
{
	values->marked_len = 0;
}

/* ---- roots ---- */

/* All values that are or may be made of frame addresses among those that `number` may be made of,
 * itself first. A pointer into the dynamic part is made of where the fixed part ends, but does not
 * point there: it is looked through on demand only. */
static number_list mark_origins(struct su_values *values, uint32_t number, bool through_dynamic)
{
	number_list list = { 0 };

	if (!(mark_of(values, number) & MARK_FRAME))
		return list;
	start_walk(values, number, &list);
	for (size_t i = 0; i < list.len; i++) {
		struct su_value value = *su_value_get(values, list.at[i]);

		if (!(values->marks[list.at[i]] & MARK_FRAME))
			continue;
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
	number_list list = mark_origins(values, number, false);

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
	number_list list = mark_origins(values, number, true);
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
	return mark_of(values, number) & MARK_DYNAMIC;
}

uint8_t su_values_arguments_in(struct su_values *values, uint32_t number)
{
	return mark_of(values, number) & (uint8_t) ~(MARK_FRAME | MARK_DYNAMIC);
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

	bool same_base = x.kind == y.kind && (x.kind == SU_VAL_CONST || x.kind == SU_VAL_FRAME ||
					      x.kind == SU_VAL_ADDR);

	if (same_base || (sum_x && sum_y))
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
