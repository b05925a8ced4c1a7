/*
 * Hash-consed values: see value_table.h.
 *
 * Invariant: two expressions that this algebra can show to be equal have one number.  Sums are
 * folded into constants, addresses and frame addresses where possible.
 */
#include "analysis/value_table.h"

#include <string.h>

/* What makes two values the same. */
struct key {
	uint8_t kind, op, size, pad;
	uint32_t loc, where, args[2];
	int64_t imm;
};

const struct su_value *su_value_get(const struct su_values *values, uint32_t number)
{
	return &values->table.at[number];
}

void su_value_table_init(struct su_values *values)
{
	values->numbers = su_map_create();
	values->table.len = 0;
	su_vec_push(&values->table, (struct su_value){ .kind = SU_VAL_NONE });
	su_vec_push(&values->table, (struct su_value){ .kind = SU_VAL_UNDEFINED });
}

static uint32_t intern_value(struct su_values *values, const struct su_value *value)
{
	struct key key = { .kind = value->kind, .op = value->op, .size = value->size };

	key.loc = value->loc;
	key.where = value->where;
	key.imm = value->imm;
	if (value->kind == SU_VAL_EXPR)
		memcpy(key.args, value->args, sizeof(key.args));
	uintptr_t known = (uintptr_t)su_map_get(values->numbers, &key, sizeof(key));
	if (known)
		return (uint32_t)known;
	uint32_t number = (uint32_t)values->table.len;
	su_vec_push(&values->table, *value);
	su_map_put(values->numbers, su_arena_copy(values->arena, &key, sizeof(key)), sizeof(key),
		   (void *)(uintptr_t)number);
	return number;
}

uint32_t su_value_const(struct su_values *values, int64_t number)
{
	return intern_value(values, &(struct su_value){ .kind = SU_VAL_CONST, .imm = number });
}

uint32_t su_value_leaf(struct su_values *values, enum su_value_kind kind, uint32_t loc, int64_t imm,
		       uint8_t size)
{
	return intern_value(
		values,
		&(struct su_value){ .kind = (uint8_t)kind, .loc = loc, .imm = imm, .size = size });
}

uint32_t su_value_phi(struct su_values *values, uint32_t block, uint32_t loc)
{
	struct su_value phi = { .kind = SU_VAL_PHI, .loc = loc, .where = block };

	if (loc >= SU_CELL_BASE) {
		uint32_t size = values->cells[loc - SU_CELL_BASE].size;

		phi.narrow = size < 8;
		phi.size = size < 8 ? (uint8_t)size : 0;
	}
	return intern_value(values, &phi);
}

uint32_t su_value_def(struct su_values *values, uint32_t insn, uint32_t loc, uint16_t role,
		      uint8_t narrow_size, const uint32_t *args, size_t arg_count)
{
	struct su_value def = { .kind = SU_VAL_DEF, .loc = loc, .where = insn };

	uint32_t number = intern_value(values, &def);
	struct su_value *value = &values->table.at[number];
	value->role = role;
	value->narrow = narrow_size != 0;
	value->size = narrow_size;
	value->overflow = arg_count > SU_VALUE_ARGS;
	value->arg_count = value->overflow ? SU_VALUE_ARGS : (uint8_t)arg_count;
	for (size_t i = 0; i < value->arg_count; i++)
		value->args[i] = args[i];
	return number;
}

static uint32_t make_expression(struct su_values *values, enum su_expr_op op, uint32_t a,
				uint32_t b, uint8_t size, int64_t imm)
{
	struct su_value value = {
		.kind = SU_VAL_EXPR, .op = (uint8_t)op, .size = size, .imm = imm
	};

	value.args[0] = a;
	value.args[1] = b;
	value.arg_count = b ? 2 : 1;
	return intern_value(values, &value);
}

static bool is_const(const struct su_values *values, uint32_t number, int64_t *ret)
{
	const struct su_value *value = su_value_get(values, number);

	if (value->kind != SU_VAL_CONST)
		return false;
	*ret = value->imm;
	return true;
}

static int64_t wrap_add(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a + (uint64_t)b);
}

/* a + imm where a is one value */
static uint32_t add_imm(struct su_values *values, uint32_t a, int64_t imm)
{
	struct su_value value = *su_value_get(values, a);

	if (imm == 0)
		return a;
	if (value.kind == SU_VAL_CONST || value.kind == SU_VAL_FRAME)
		return su_value_leaf(values, value.kind, 0, wrap_add(value.imm, imm), 0);
	if (value.kind == SU_VAL_ADDR) {
		int64_t distance = wrap_add(su_value_distance(&value), imm);

		if (distance == (int32_t)distance)
			return su_value_leaf(values, SU_VAL_ADDR, (uint32_t)distance,
					     wrap_add(value.imm, imm), 0);
	}
	if (value.kind == SU_VAL_EXPR && value.op == SU_EXPR_SUM) {
		if (wrap_add(value.imm, imm) == 0 && !value.args[1])
			return value.args[0];
		return make_expression(values, SU_EXPR_SUM, value.args[0], value.args[1],
				       value.size, wrap_add(value.imm, imm));
	}
	return make_expression(values, SU_EXPR_SUM, a, 0, 0, imm);
}

/* What `number` is the negative of; 0: nothing known. */
static uint32_t negated_value(const struct su_values *values, uint32_t number)
{
	const struct su_value *value = su_value_get(values, number);

	return value->kind == SU_VAL_EXPR && value->op == SU_EXPR_NEG ? value->args[0] : 0;
}

uint32_t su_value_sum(struct su_values *values, uint32_t a, uint32_t b, uint8_t scale, int64_t imm)
{
	int64_t number;

	if (!b)
		return add_imm(values, a, imm);
	if (is_const(values, b, &number))
		return add_imm(values, a, wrap_add((int64_t)((uint64_t)number * scale), imm));
	if (is_const(values, a, &number) && scale == 1)
		return add_imm(values, b, wrap_add(number, imm));
	if (scale == 1 && negated_value(values, b))
		return add_imm(values,
			       su_value_binary(values, SU_EXPR_SUB, a, negated_value(values, b)),
			       imm);
	if (scale == 1 && negated_value(values, a))
		return add_imm(values,
			       su_value_binary(values, SU_EXPR_SUB, b, negated_value(values, a)),
			       imm);
	const struct su_value *left = su_value_get(values, a);
	if (left->kind == SU_VAL_EXPR && left->op == SU_EXPR_SUM && !left->args[1])
		return su_value_sum(values, left->args[0], b, scale, wrap_add(left->imm, imm));
	if (scale == 1 && b < a) /* addition commutes: one order */
		return make_expression(values, SU_EXPR_SUM, b, a, 1, imm);
	return make_expression(values, SU_EXPR_SUM, a, b, scale, imm);
}

static int64_t fold_constants(enum su_expr_op op, int64_t a, int64_t b)
{
	switch (op) {
	case SU_EXPR_SUB:
		return (int64_t)((uint64_t)a - (uint64_t)b);
	case SU_EXPR_AND:
		return a & b;
	case SU_EXPR_OR:
		return a | b;
	case SU_EXPR_XOR:
		return a ^ b;
	default:
		return (int64_t)((uint64_t)a * (uint64_t)b);
	}
}

uint32_t su_value_binary(struct su_values *values, enum su_expr_op op, uint32_t a, uint32_t b)
{
	int64_t x, y;
	bool const_a = is_const(values, a, &x), const_b = is_const(values, b, &y);

	if (const_a && const_b)
		return su_value_const(values, fold_constants(op, x, y));
	if (op == SU_EXPR_SUB && const_b)
		return add_imm(values, a, (int64_t)(0 - (uint64_t)y));
	if (op == SU_EXPR_SUB)
		return make_expression(values, op, a, b, 0, 0);
	if (const_b)
		return make_expression(values, op, a, 0, 0, y);
	if (const_a)
		return make_expression(values, op, b, 0, 0, x);
	return a < b ? make_expression(values, op, a, b, 0, 0)
		     : make_expression(values, op, b, a, 0, 0);
}

uint32_t su_value_unary(struct su_values *values, enum su_expr_op op, uint32_t a, uint8_t size,
			int64_t imm)
{
	return make_expression(values, op, a, 0, size, imm);
}

static int64_t zero_extend(int64_t number, uint8_t size)
{
	return size >= 8 ? number : (int64_t)((uint64_t)number & ((1ull << (size * 8)) - 1));
}

/* Whether its low `size` bytes are those of its first operand. */
static bool leaves_low_part(const struct su_value *value, uint8_t size)
{
	return value->kind == SU_VAL_EXPR && value->size >= size &&
	       (value->op == SU_EXPR_ZX || value->op == SU_EXPR_SX || value->op == SU_EXPR_INSERT);
}

uint32_t su_value_zx(struct su_values *values, uint32_t a, uint8_t size)
{
	struct su_value value = *su_value_get(values, a);

	if (size >= 8 || value.kind == SU_VAL_UNDEFINED || value.kind == SU_VAL_NONE)
		return a;
	if (value.kind == SU_VAL_CONST)
		return su_value_const(values, zero_extend(value.imm, size));
	if (leaves_low_part(&value, size))
		return su_value_zx(values, value.args[0], size);
	if (su_value_is_narrow(values, a, size))
		return a;
	return make_expression(values, SU_EXPR_ZX, a, 0, size, 0);
}

uint32_t su_value_sx(struct su_values *values, uint32_t a, uint8_t size)
{
	struct su_value value = *su_value_get(values, a);
	int shift = 64 - size * 8;

	if (size >= 8 || value.kind == SU_VAL_UNDEFINED || value.kind == SU_VAL_NONE)
		return a;
	if (value.kind == SU_VAL_CONST)
		return su_value_const(values, (int64_t)((uint64_t)value.imm << shift) >> shift);
	if (leaves_low_part(&value, size))
		return su_value_sx(values, value.args[0], size);
	return make_expression(values, SU_EXPR_SX, a, 0, size, 0);
}

uint32_t su_value_low_part(const struct su_values *values, uint32_t number, uint8_t size)
{
	while (leaves_low_part(su_value_get(values, number), size))
		number = su_value_get(values, number)->args[0];
	return number;
}

uint8_t su_value_needed_size(const struct su_value *expression, uint8_t size)
{
	switch (expression->op) {
	case SU_EXPR_ZX:
	case SU_EXPR_SX:
	case SU_EXPR_INSERT:
		return expression->size < size ? expression->size : size;
	case SU_EXPR_SHR:
	case SU_EXPR_SAR:
		return 8;
	default: /* carries go up only */
		return size;
	}
}

uint32_t su_value_insert(struct su_values *values, uint32_t a, uint32_t b, uint8_t size)
{
	const struct su_value *rest = su_value_get(values, b);

	if (!a || !b)
		return 0;
	if (rest->kind == SU_VAL_EXPR && rest->op == SU_EXPR_INSERT && rest->size <= size)
		b = rest->args[1];
	return make_expression(values, SU_EXPR_INSERT, su_value_low_part(values, a, size), b, size,
			       0);
}

bool su_value_is_narrow(const struct su_values *values, uint32_t number, uint8_t size)
{
	const struct su_value *value = su_value_get(values, number);

	if (size >= 8)
		return true;
	switch (value->kind) {
	case SU_VAL_CONST:
		return zero_extend(value->imm, size) == value->imm;
	case SU_VAL_DEF:
	case SU_VAL_PHI:
		return value->narrow && value->size <= size;
	case SU_VAL_INCOMING:
		return value->size <= size;
	case SU_VAL_EXPR:
		if (value->op == SU_EXPR_ZX)
			return value->size <= size;
		if (value->op == SU_EXPR_AND && !value->args[1])
			return zero_extend(value->imm, size) == value->imm;
		if (value->op == SU_EXPR_SHR)
			return su_value_is_narrow(values, value->args[0], size);
		return false;
	default:
		return false;
	}
}
