/*
 * Rule "seeded": a variable that `from` does not have starts as the new program starts it.
 */
#include "checkpoint/derive_private.h"

/* The merges that a variable goes through, and the constant that it starts from. */
struct history {
	SU_VEC(uint32_t) merges;
	int64_t start;
	bool started, broken;
	bool narrowed; /* went through a 32-bit copy */
};

/* What a copy between registers of a 32-bit variable copies. */
static uint32_t copied(const struct su_point *point, struct history *history, uint32_t v)
{
	const struct su_value *value = su_derive_to_value(point, v);

	while (value->kind == SU_VAL_EXPR && value->op == SU_EXPR_ZX && value->size == 4) {
		history->narrowed = true;
		v = value->args[0];
		value = su_derive_to_value(point, v);
	}
	return v;
}

static bool is_listed(const struct history *history, uint32_t v)
{
	for (size_t i = 0; i < history->merges.len; i++) {
		if (history->merges.at[i] == v)
			return true;
	}
	return false;
}

static bool shares_location(const struct su_point *point, const struct history *history,
			    uint32_t loc)
{
	for (size_t i = 0; i < history->merges.len; i++) {
		if (su_derive_to_value(point, history->merges.at[i])->loc == loc)
			return true;
	}
	return false;
}

/* Whether the value is made of its operands.  What a call returns may be made of its arguments, but
 * what a variable starts with says nothing about it. */
static bool is_computed(const struct su_point *point, const struct su_value *value)
{
	const struct su_function *code = point->carry->to->values->code;

	return value->kind == SU_VAL_EXPR ||
	       (value->kind == SU_VAL_DEF && code->insns[value->where].opcode != SU_OPC_CALL);
}

static bool is_update(const struct su_point *point, struct history *history, uint32_t v, int depth);

/* A merge of nothing but the variable: in an inner loop that keeps it in another register. */
static bool merges_updates(const struct su_point *point, struct history *history, uint32_t v,
			   int depth)
{
	const struct su_values *values = point->carry->to->values;
	const struct su_value *phi = su_derive_to_value(point, v);
	const struct su_block *block = &values->code->blocks[phi->where];
	size_t known = history->merges.len;

	su_vec_push(&history->merges, v);
	for (uint32_t p = 0; p < block->pred_count; p++) {
		uint32_t in = values->out[block->pred[p]][phi->loc];

		if (in && su_derive_to_value(point, in)->kind != SU_VAL_UNDEFINED &&
		    !is_update(point, history, in, depth + 1)) {
			history->merges.len = known;
			return false;
		}
	}
	return true;
}

/* Whether `v` is computed from the variable itself: `count + 1`, `total + length`. */
static bool is_update(const struct su_point *point, struct history *history, uint32_t v, int depth)
{
	struct su_value value = *su_derive_to_value(point, v);
	bool update = is_listed(history, v);

	if (!update && value.kind == SU_VAL_PHI && shares_location(point, history, value.loc)) {
		su_vec_push(&history->merges, v);
		update = true;
	}
	if (!update && value.kind == SU_VAL_PHI && depth <= SU_DERIVE_DEPTH)
		return merges_updates(point, history, v, depth);
	if (!is_computed(point, &value) || depth > SU_DERIVE_DEPTH)
		return update;
	for (uint8_t i = 0; i < value.arg_count; i++)
		update |= is_update(point, history, value.args[i], depth + 1);
	return update;
}

static void add_input(const struct su_point *point, struct history *history, uint32_t v)
{
	const struct su_value *value;

	v = copied(point, history, v);
	value = su_derive_to_value(point, v);
	if (!v || value->kind == SU_VAL_UNDEFINED || is_listed(history, v))
		return;
	if (value->kind == SU_VAL_PHI) {
		su_vec_push(&history->merges, v);
	} else if (value->kind == SU_VAL_CONST) {
		history->broken |= history->started && history->start != value->imm;
		history->start = value->imm;
		history->started = true;
	} else {
		history->broken |= !is_update(point, history, v, 0);
	}
}

/* The merge that `v` is, or updates: preferably one of location `loc`. 0: none. */
static uint32_t merge_in(const struct su_point *point, uint32_t v, uint32_t loc, int depth)
{
	struct su_value value = *su_derive_to_value(point, v);
	uint32_t found = 0;

	if (value.kind == SU_VAL_PHI)
		return v;
	if (!is_computed(point, &value) || depth > SU_DERIVE_DEPTH)
		return 0;
	for (uint8_t i = 0; i < value.arg_count; i++) {
		uint32_t merge = merge_in(point, value.args[i], loc, depth + 1);

		if (merge && (!found || su_derive_to_value(point, merge)->loc == loc))
			found = merge;
	}
	return found;
}

/* The variable starts as one constant and is then only updated from itself. */
static const struct su_source *seeded(struct su_point *point, uint32_t v)
{
	const struct su_values *values = point->carry->to->values;
	struct history history = { 0 };

	su_vec_push(&history.merges, v);
	for (size_t i = 0; i < history.merges.len && !history.broken; i++) {
		const struct su_value *phi = su_derive_to_value(point, history.merges.at[i]);
		const struct su_block *block = &values->code->blocks[phi->where];

		for (uint32_t p = 0; p < block->pred_count; p++)
			add_input(point, &history, values->out[block->pred[p]][phi->loc]);
	}
	su_vec_deinit(&history.merges);
	if (!history.started || history.broken ||
	    (history.narrowed && (history.start < 0 || history.start > UINT32_MAX)))
		return NULL;
	return su_source_new(point,
			     (struct su_source){ .kind = SU_SOURCE_CONST, .imm = history.start });
}

/* A new variable's value: seeded, or computed from what is seeded or derived. */
static const struct su_source *seed_tree(struct su_point *point, uint32_t v, struct su_move *move,
					 int depth)
{
	struct su_value value = *su_derive_to_value(point, v);
	struct su_source source = {
		.kind = SU_SOURCE_OP, .op = value.op, .size = value.size, .imm = value.imm
	};

	if (value.kind == SU_VAL_PHI)
		return seeded(point, v);
	if (!su_derive_computable(&value) || depth >= SU_DERIVE_DEPTH)
		return su_source_constant(point, v);
	source.a = seed_tree(point, value.args[0], move, depth + 1);
	if (source.a && value.args[1])
		source.b = seed_tree(point, value.args[1], move, depth + 1);
	return source.a && !source.b == !value.args[1] ? su_source_new(point, source) : NULL;
}

/* What a new variable starts with: its value if that can be computed from its start, else (it was
 * just updated in a way that cannot) its start. */
const struct su_source *su_derive_seed(struct su_point *point, uint32_t v, uint32_t loc,
				       struct su_move *move)
{
	const struct su_source *source = seed_tree(point, v, move, 0);
	uint32_t merge = source ? 0 : merge_in(point, v, loc, 0);

	return merge ? seeded(point, merge) : source;
}
