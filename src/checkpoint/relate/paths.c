#include "checkpoint/relate/paths.h"

#include "analysis/value_table.h"

/* The expression over other operands. */
static uint32_t remake_paths(struct su_values *values, const struct su_value *value, uint32_t a,
			     uint32_t b)
{
	switch (value->op) {
	case SU_EXPR_SUM:
		return su_value_sum(values, a, b, value->size, value->imm);
	case SU_EXPR_ZX:
		return su_value_zx(values, a, value->size);
	case SU_EXPR_SX:
		return su_value_sx(values, a, value->size);
	case SU_EXPR_INSERT:
		return su_value_insert(values, a, b, value->size);
	case SU_EXPR_SUB:
	case SU_EXPR_AND:
	case SU_EXPR_OR:
	case SU_EXPR_XOR:
	case SU_EXPR_MUL:
		return su_value_binary(values, value->op, a,
				       b ? b : su_value_const(values, value->imm));
	default:
		return su_value_unary(values, value->op, a, value->size, value->imm);
	}
}

static bool is_made_in(const struct su_values *values, uint32_t number, uint32_t first,
		       uint32_t stop, int depth)
{
	const struct su_value *value = su_value_get(values, number);
	bool found = value->kind == SU_VAL_DEF && value->where >= first && value->where < stop;

	if (value->kind != SU_VAL_EXPR)
		return found;
	for (uint8_t i = 0; i < value->arg_count && !found; i++)
		found = depth >= SU_PATH_DEPTH ||
			is_made_in(values, value->args[i], first, stop, depth + 1);
	return found;
}

bool su_path_makes(const struct su_values *values, uint32_t number, uint32_t first, uint32_t stop)
{
	return is_made_in(values, number, first, stop, 0);
}

static uint32_t before_entering(struct su_values *values, uint32_t number, uint32_t block,
				uint32_t pred, int depth)
{
	struct su_value value = *su_value_get(values, number);
	uint32_t args[2] = { 0 };

	if (value.kind == SU_VAL_PHI && value.where == block)
		return values->out[pred][value.loc];
	if (value.kind != SU_VAL_EXPR)
		return number;
	for (uint8_t i = 0; i < 2; i++) {
		if (!value.args[i])
			continue;
		args[i] = depth < SU_PATH_DEPTH
				  ? before_entering(values, value.args[i], block, pred, depth + 1)
				  : 0;
		if (!args[i])
			return 0;
	}
	if (args[0] == value.args[0] && args[1] == value.args[1])
		return number;
	return remake_paths(values, &value, args[0], args[1]);
}

uint32_t su_path_before(struct su_values *values, uint32_t number, uint32_t block, uint32_t pred)
{
	return before_entering(values, number, block, pred, 0);
}
