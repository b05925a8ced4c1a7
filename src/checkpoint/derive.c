/*
 * Deriving one value at a checkpoint: the rules, strongest first.
 *
 * constant: the value is a constant, an address, a frame address or the canary in `to` alone.
 * relation: some location of `from` holds a value that relate.c proves equal.
 * variable: DWARF says which source variable the value is, and where that is in `from`.
 * recomputed: it is an expression over values that can be derived.
 * seeded: it is a variable that `from` does not have, and it starts from a constant.
 */
#include "checkpoint/derive.h"

#include <string.h>

#include "analysis/value_table.h"
#include "arch/x86_64/abi.h"

#define MAX_DEPTH 16
#define MAX_EFFORT 200 /* values tried for one location */

static const struct su_source *new_source(struct su_point *point, struct su_source source)
{
	return su_arena_copy(point->carry->arena, &source, sizeof(source));
}

static bool fits_int32(int64_t number)
{
	return number == (int32_t)number;
}

static const struct su_value *to_value(const struct su_point *point, uint32_t v)
{
	return su_value_get(point->carry->to->values, v);
}

static const struct su_source *sum_source(struct su_point *point, const struct su_source *a,
					  int64_t imm)
{
	if (!a || !imm)
		return a;
	if (!fits_int32(imm))
		return NULL;
	return new_source(
		point,
		(struct su_source){ .kind = SU_SOURCE_OP, .op = SU_EXPR_SUM, .imm = imm, .a = a });
}

/* ---- constant ---- */

static const struct su_source *address(struct su_point *point, const struct su_value *value)
{
	int64_t distance = su_value_distance(value);
	struct su_source named = { .kind = SU_SOURCE_ADDR, .imm = value->imm - distance };

	return sum_source(point, new_source(point, named), distance);
}

static const struct su_source *constant(struct su_point *point, uint32_t v)
{
	const struct su_value *value = to_value(point, v);

	switch (value->kind) {
	case SU_VAL_CONST:
		return new_source(point,
				  (struct su_source){ .kind = SU_SOURCE_CONST, .imm = value->imm });
	case SU_VAL_ADDR:
		return address(point, value);
	case SU_VAL_FRAME:
		return new_source(point,
				  (struct su_source){ .kind = SU_SOURCE_FRAME, .imm = value->imm });
	case SU_VAL_CANARY:
		return new_source(point, (struct su_source){ .kind = SU_SOURCE_CANARY });
	default:
		return NULL;
	}
}

/* ---- pointers into objects that move ---- */

struct moved_search {
	const struct su_point *point;
	bool found;
};

static void check_root(void *ctx, int64_t off)
{
	struct moved_search *search = ctx;

	for (size_t i = 0; i < search->point->objects.len; i++) {
		const struct su_moved_object *object = &search->point->objects.at[i];

		if (object->from_off != object->to_off && off >= object->from_off &&
		    off <= object->from_off + (int64_t)object->size)
			search->found = true;
	}
}

bool su_derive_points_into_moved(const struct su_point *point, uint32_t u)
{
	struct moved_search search = { .point = point };

	su_values_visit_roots(point->carry->from->values, u, check_root, &search);
	return search.found;
}

/* ---- relation ---- */

static const struct su_source *location_source(struct su_point *point, uint32_t loc)
{
	const struct su_values *values = point->carry->from->values;

	if (loc < 16)
		return new_source(point, (struct su_source){ .kind = SU_SOURCE_REG,
							     .reg = (uint8_t)loc,
							     .size = 8 });
	const struct su_cell *cell = &values->cells[loc - SU_CELL_BASE];
	return new_source(point, (struct su_source){ .kind = SU_SOURCE_MEMORY,
						     .imm = cell->off,
						     .size = (uint8_t)cell->size });
}

static bool is_load_size(uint64_t size)
{
	return size == 1 || size == 2 || size == 4 || size == 8 || size == 16;
}

/* What the call has not destroyed: everything but vector registers and memory below the stack
 * pointer. */
static bool survives(const struct su_point *point, uint32_t loc)
{
	if (loc == SU_RSP)
		return false;
	if (loc < SU_CELL_BASE)
		return loc < SU_XMM0 &&
		       !su_carry_other_callee_writes(point->carry, point->recipe->from_insn,
						     (uint8_t)loc);
	const struct su_cell *cell = &point->carry->from->values->cells[loc - SU_CELL_BASE];
	return !cell->in_region && cell->is_read && cell->off >= point->recipe->from_sp &&
	       is_load_size(cell->size);
}

/* ---- what may be read ---- */

bool su_derive_may_read_dead(struct su_point *point, const struct su_live_use *what)
{
	if (!point->last_try)
		return false;
	if (!point->carry->reverse) {
		point->recipe->pristine = true;
		return true;
	}
	if (!what || !point->carry->may_ask)
		return false;
	su_vec_push(&point->asked, *what);
	return true;
}

bool su_derive_may_read_register(struct su_point *point, uint8_t reg, uint8_t size)
{
	uint8_t needed = size >= 8 ? 0xff : (uint8_t)((1 << size) - 1);
	struct su_live_use what = { .insn = point->recipe->from_insn + 1,
				    .reg = reg,
				    .mask = needed };

	if (reg == SU_RAX || reg == SU_RDX) /* the call's results */
		return true;
	return (point->from_live.regs.gpr[reg] & needed) == needed ||
	       su_derive_may_read_dead(point, &what);
}

static bool in_object(const struct su_values *values, int64_t off, uint64_t size)
{
	for (size_t i = 0; i < values->regions.len; i++) {
		const struct su_region *region = &values->regions.at[i];

		if (off >= region->off &&
		    off + (int64_t)size <= region->off + (int64_t)region->size)
			return true;
	}
	return false;
}

bool su_derive_may_read_memory(struct su_point *point, int64_t off, uint64_t size)
{
	const struct su_values *values = point->carry->from->values;
	struct su_live_use what = { .insn = point->recipe->from_insn + 1,
				    .off = off,
				    .size = size };
	uint64_t covered = 0;
	bool live = true;

	if (in_object(values, off, size))
		return true;
	for (size_t i = 0; i < values->cell_count; i++) {
		const struct su_cell *cell = &values->cells[i];
		int64_t low = cell->off > off ? cell->off : off;
		int64_t high = cell->off + (int64_t)cell->size, end = off + (int64_t)size;

		high = high < end ? high : end;
		if (high <= low)
			continue;
		covered += (uint64_t)(high - low);
		live &= su_live_has_cell(&point->from_live, i);
	}
	return (live && covered == size) ||
	       su_derive_may_read_dead(point, covered == size ? &what : NULL);
}

static bool may_read(struct su_point *point, uint32_t loc, uint8_t size)
{
	const struct su_cell *cells = point->carry->from->values->cells;

	if (loc < SU_CELL_BASE)
		return su_derive_may_read_register(point, (uint8_t)loc, size);
	return su_derive_may_read_memory(point, cells[loc - SU_CELL_BASE].off,
					 cells[loc - SU_CELL_BASE].size);
}

/* The value without extensions that leave its low `size` bytes as they are. */
static uint32_t low_part(const struct su_values *values, uint32_t number, uint8_t size)
{
	const struct su_value *value = su_value_get(values, number);

	while (value->kind == SU_VAL_EXPR && (value->op == SU_EXPR_ZX || value->op == SU_EXPR_SX) &&
	       value->size >= size) {
		number = value->args[0];
		value = su_value_get(values, number);
	}
	return number;
}

/* Whether the low `size` bytes of what location `loc` of `from` holds are those of `v`. */
static bool usable(struct su_point *point, uint32_t loc, uint32_t v, uint8_t size)
{
	struct su_carry *carry = point->carry;
	uint32_t u = point->from_state[loc];

	if (!survives(point, loc) || su_derive_points_into_moved(point, u))
		return false;
	if (!su_carry_related(carry, u, v) &&
	    (size >= 8 || !su_carry_related(carry, low_part(carry->from->values, u, size),
					    low_part(carry->to->values, v, size))))
		return false;
	return may_read(point, loc, size);
}

/* The location of `from` that corresponds to `loc` of `to` by number or place. */
static uint32_t same_location(const struct su_point *point, uint32_t loc)
{
	const struct su_cell *cell;
	bool exact = false;
	uint32_t found;

	if (loc < SU_CELL_BASE)
		return loc;
	cell = &point->carry->to->values->cells[loc - SU_CELL_BASE];
	found = su_values_cell(point->carry->from->values, cell->off, cell->size, &exact);
	return exact ? found : UINT32_MAX;
}

static const struct su_source *related(struct su_point *point, uint32_t v, uint32_t loc,
				       uint8_t size)
{
	const struct su_values *values = point->carry->from->values;
	uint32_t same = loc == UINT32_MAX ? UINT32_MAX : same_location(point, loc);
	uint8_t kind = to_value(point, low_part(point->carry->to->values, v, size))->kind;

	if (kind == SU_VAL_UNDEFINED || kind == SU_VAL_NONE)
		return NULL;
	if (same != UINT32_MAX && usable(point, same, v, size))
		return location_source(point, same);
	for (uint32_t l = 0; l < values->loc_count; l++) {
		uint32_t u = low_part(values, point->from_state[l], size);

		if (su_value_get(values, u)->kind == kind && usable(point, l, v, size))
			return location_source(point, l);
	}
	return NULL;
}

/* ---- source variable ---- */

static bool local_is_in(const struct su_point *point, uint32_t index, uint32_t loc)
{
	const struct su_side *to = point->carry->to;
	struct su_loc at = point->to_locs[index];

	if (loc < SU_CELL_BASE)
		return (at.kind == SU_LOC_REG || at.kind == SU_LOC_SUM) && at.reg == loc;
	const struct su_cell *cell = &to->values->cells[loc - SU_CELL_BASE];
	return at.kind == SU_LOC_FRAME && at.off == cell->off &&
	       to->locals[index].size <= cell->size;
}

const struct su_local *su_derive_variable_in(const struct su_point *point, uint32_t loc)
{
	const struct su_side *to = point->carry->to;

	for (size_t i = 0; i < to->local_count; i++) {
		if (to->locals[i].size && to->locals[i].size <= 8 && !to->locals[i].is_aggregate &&
		    local_is_in(point, (uint32_t)i, loc))
			return &to->locals[i];
	}
	return NULL;
}

static const struct su_local *same_local(const struct su_point *point,
					 const struct su_local *wanted)
{
	const struct su_side *from = point->carry->from;

	for (size_t i = 0; i < from->local_count; i++) {
		if (strcmp(from->locals[i].key, wanted->key) == 0)
			return &from->locals[i];
	}
	return NULL;
}

static bool is_plain_integer(const struct su_local *local)
{
	return local->type_name && !strstr(local->type_name, "float") &&
	       !strstr(local->type_name, "double") && !local->is_aggregate && local->size <= 8;
}

static bool convertible(const struct su_local *from, const struct su_local *to)
{
	if (from->type_hash == to->type_hash && from->size == to->size)
		return true;
	return is_plain_integer(from) && is_plain_integer(to) && to->size >= from->size;
}

static bool register_survives(const struct su_point *point, uint8_t reg)
{
	const struct su_function *code = point->carry->from->routine->code;
	struct su_regset clobbered;

	if (reg < 16 && su_carry_other_callee_writes(point->carry, point->recipe->from_insn, reg))
		return false;
	if (su_abi_callee_saved(reg))
		return true;
	su_values_call_clobbers(point->carry->from->values, &code->insns[point->recipe->from_insn],
				&clobbered);
	return reg < 16 && reg != SU_RSP && !clobbered.gpr[reg];
}

static const struct su_source *entry_source(struct su_point *point, uint8_t reg)
{
	const struct su_values *values = point->carry->from->values;

	for (uint32_t loc = 0; loc < values->loc_count; loc++) {
		const struct su_value *value = su_value_get(values, point->from_state[loc]);

		if (value->kind == SU_VAL_ENTRY && value->loc == reg && survives(point, loc) &&
		    may_read(point, loc, 8))
			return location_source(point, loc);
	}
	return NULL;
}

static bool memory_survives(const struct su_point *point, int64_t off)
{
	return off >= point->recipe->from_sp;
}

static const struct su_source *extended_source(struct su_point *point, const struct su_source *a,
					       uint8_t size, bool is_signed)
{
	if (!a || size >= 8)
		return a;
	return new_source(point, (struct su_source){ .kind = SU_SOURCE_OP,
						     .op = is_signed ? SU_EXPR_SX : SU_EXPR_ZX,
						     .size = size,
						     .a = a });
}

static int64_t zero_extend(int64_t number, uint8_t size)
{
	unsigned shift = size < 8 ? 64 - size * 8u : 0;

	return (int64_t)((uint64_t)number << shift >> shift);
}

/* Where the variable is in `from`: its value, zero-extended from its size. */
static const struct su_source *variable_source(struct su_point *point, const struct su_local *local)
{
	struct su_loc at = point->from_locs[local->index];
	struct su_source source = { .size = (uint8_t)local->size };

	switch (at.kind) {
	case SU_LOC_REG:
	case SU_LOC_SUM:
		if (at.reg >= 16 || !register_survives(point, at.reg) ||
		    su_derive_points_into_moved(point, point->from_state[at.reg]) ||
		    !su_derive_may_read_register(
			    point, at.reg, at.kind == SU_LOC_REG || !at.off ? source.size : 8))
			return NULL;
		source.kind = SU_SOURCE_REG;
		source.reg = at.reg;
		if (at.kind == SU_LOC_REG || !at.off)
			return new_source(point, source);
		source.size = 8;
		return extended_source(point, sum_source(point, new_source(point, source), at.off),
				       (uint8_t)local->size, false);
	case SU_LOC_FRAME:
		if (!memory_survives(point, at.off) ||
		    !su_derive_may_read_memory(point, at.off, source.size))
			return NULL;
		source.kind = SU_SOURCE_MEMORY;
		source.imm = at.off;
		return new_source(point, source);
	case SU_LOC_CONST:
		source = (struct su_source){ .kind = SU_SOURCE_CONST,
					     .imm = zero_extend(at.off, (uint8_t)local->size) };
		return new_source(point, source);
	case SU_LOC_ENTRY: /* above its size, a register brings anything (psABI 3.2.3) */
		return extended_source(point, entry_source(point, at.reg), (uint8_t)local->size,
				       false);
	default:
		return NULL;
	}
}

static bool cell_points_into_moved(const struct su_point *point, const struct su_source *source)
{
	bool exact = false;

	if (source->kind != SU_SOURCE_MEMORY)
		return false;
	uint32_t cell =
		su_values_cell(point->carry->from->values, source->imm, source->size, &exact);
	return cell != UINT32_MAX && su_derive_points_into_moved(point, point->from_state[cell]);
}

/* The value of `local`, zero-extended from its size, from the variable of the same key in `from`.
 */
static const struct su_source *variable(struct su_point *point, const struct su_local *local)
{
	const struct su_local *old = same_local(point, local);
	const struct su_source *source;

	if (!old || !convertible(old, local) || !is_load_size(old->size))
		return NULL;
	source = variable_source(point, old);
	if (!source || cell_points_into_moved(point, source))
		return NULL;
	if (local->size > old->size && old->is_signed)
		source = extended_source(point,
					 extended_source(point, source, (uint8_t)old->size, true),
					 (uint8_t)local->size, false);
	return source;
}

/* Whether knowing `local` is knowing the low `size` bytes of value `v`. */
static bool covers(const struct su_point *point, const struct su_local *local, uint32_t v,
		   uint8_t size)
{
	return local->size >= size ||
	       su_values_narrow(point->carry->to->values, v, (uint8_t)local->size);
}

/* The location of `to` that variable `index` is in (or a constant away from), or UINT32_MAX. */
static uint32_t location_of_local(const struct su_point *point, uint32_t index)
{
	const struct su_side *to = point->carry->to;
	struct su_loc at = point->to_locs[index];
	bool exact;

	if (!to->locals[index].size || to->locals[index].size > 8 || to->locals[index].is_aggregate)
		return UINT32_MAX;
	if ((at.kind == SU_LOC_REG || at.kind == SU_LOC_SUM) && at.reg < SU_XMM0)
		return at.reg;
	if (at.kind == SU_LOC_FRAME)
		return su_values_cell(to->values, at.off, to->locals[index].size, &exact);
	return UINT32_MAX;
}

/* Whether the low `size` bytes of value `v`, wanted in `loc`, are variable `index` of `to` plus a
 * constant. */
static bool tells(const struct su_point *point, uint32_t index, uint32_t v, uint32_t loc,
		  uint8_t size, int64_t *ret_distance)
{
	struct su_values *values = point->carry->to->values;
	const struct su_local *local = &point->carry->to->locals[index];
	struct su_loc at = point->to_locs[index];
	uint32_t place = location_of_local(point, index), held;
	uint8_t known = (uint8_t)local->size;

	if (place == UINT32_MAX || !covers(point, local, v, size))
		return false;
	held = point->to_state[place];
	v = low_part(values, v, known);
	*ret_distance = 0;
	if (at.kind == SU_LOC_SUM) {
		if (low_part(values, su_value_sum(values, held, 0, 0, at.off), known) == v)
			return true;
		*ret_distance = (int64_t)(0 - (uint64_t)at.off);
	}
	return place == loc || low_part(values, held, known) == v;
}

static const struct su_source *by_variable(struct su_point *point, uint32_t v, uint32_t loc,
					   uint8_t size, const struct su_local **ret_local)
{
	const struct su_side *to = point->carry->to;
	int64_t distance;

	for (uint32_t i = 0; i < to->local_count; i++) {
		const struct su_local *local = &to->locals[i];
		const struct su_source *source;

		if (!tells(point, i, v, loc, size, &distance))
			continue;
		source = sum_source(point, variable(point, local), distance);
		if (source && distance)
			source = extended_source(point, source, (uint8_t)local->size, false);
		if (source) {
			*ret_local = local;
			return source;
		}
	}
	return NULL;
}

/* ---- seeded ---- */

/* The merges that a variable goes through, and the constant that it starts from. */
struct history {
	SU_VEC(uint32_t) merges;
	int64_t start;
	bool started, broken;
};

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
		if (to_value(point, history->merges.at[i])->loc == loc)
			return true;
	}
	return false;
}

/* Whether `v` is computed from the variable itself: `count + 1`, `total + length`. */
static bool is_update(const struct su_point *point, struct history *history, uint32_t v, int depth)
{
	struct su_value value = *to_value(point, v);
	bool update = is_listed(history, v);

	if (!update && value.kind == SU_VAL_PHI && shares_location(point, history, value.loc)) {
		su_vec_push(&history->merges, v);
		update = true;
	}
	if ((value.kind != SU_VAL_EXPR && value.kind != SU_VAL_DEF) || depth > MAX_DEPTH)
		return update;
	for (uint8_t i = 0; i < value.arg_count; i++)
		update |= is_update(point, history, value.args[i], depth + 1);
	return update;
}

static void add_input(const struct su_point *point, struct history *history, uint32_t v)
{
	const struct su_value *value = to_value(point, v);

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
	struct su_value value = *to_value(point, v);
	uint32_t found = 0;

	if (value.kind == SU_VAL_PHI)
		return v;
	if ((value.kind != SU_VAL_EXPR && value.kind != SU_VAL_DEF) || depth > MAX_DEPTH)
		return 0;
	for (uint8_t i = 0; i < value.arg_count; i++) {
		uint32_t merge = merge_in(point, value.args[i], loc, depth + 1);

		if (merge && (!found || to_value(point, merge)->loc == loc))
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
		const struct su_value *phi = to_value(point, history.merges.at[i]);
		const struct su_block *block = &values->code->blocks[phi->where];

		for (uint32_t p = 0; p < block->pred_count; p++)
			add_input(point, &history, values->out[block->pred[p]][phi->loc]);
	}
	su_vec_deinit(&history.merges);
	if (!history.started || history.broken)
		return NULL;
	return new_source(point,
			  (struct su_source){ .kind = SU_SOURCE_CONST, .imm = history.start });
}

/* The variable that `v` is and that `from` does not have, or NULL. */
static const struct su_local *new_local_in(const struct su_point *point, uint32_t v, uint32_t loc,
					   uint8_t size)
{
	const struct su_side *to = point->carry->to;
	int64_t distance;

	for (uint32_t i = 0; i < to->local_count; i++) {
		if (tells(point, i, v, loc, size, &distance))
			return same_local(point, &to->locals[i]) ? NULL : &to->locals[i];
	}
	return NULL;
}

/* ---- all rules ---- */

static const struct su_source *derive(struct su_point *point, uint32_t v, uint32_t loc,
				      uint8_t size, struct su_move *move, int depth);

/* What a stub can compute: see stub.c. */
static bool computable(const struct su_value *value)
{
	if (value->kind != SU_VAL_EXPR)
		return false;
	return value->op != SU_EXPR_SUM || fits_int32(value->imm);
}

/* A new variable's value: seeded, or computed from what is seeded or derived. */
static const struct su_source *seed_tree(struct su_point *point, uint32_t v, struct su_move *move,
					 int depth)
{
	struct su_value value = *to_value(point, v);
	struct su_source source = {
		.kind = SU_SOURCE_OP, .op = value.op, .size = value.size, .imm = value.imm
	};

	if (value.kind == SU_VAL_PHI)
		return seeded(point, v);
	if (!computable(&value) || depth >= MAX_DEPTH)
		return constant(point, v);
	source.a = seed_tree(point, value.args[0], move, depth + 1);
	if (source.a && value.args[1])
		source.b = seed_tree(point, value.args[1], move, depth + 1);
	return source.a && !source.b == !value.args[1] ? new_source(point, source) : NULL;
}

/* What a new variable starts with: its value if that can be computed from its start, else (it was
 * just updated in a way that cannot) its start. */
static const struct su_source *seed(struct su_point *point, uint32_t v, uint32_t loc,
				    struct su_move *move)
{
	const struct su_source *source = seed_tree(point, v, move, 0);
	uint32_t merge = source ? 0 : merge_in(point, v, loc, 0);

	return merge ? seeded(point, merge) : source;
}

/* How many low bytes of an expression's operands its low `size` bytes depend on. */
static uint8_t needed_size(const struct su_value *value, uint8_t size)
{
	switch (value->op) {
	case SU_EXPR_ZX:
	case SU_EXPR_SX:
		return value->size < size ? value->size : size;
	case SU_EXPR_SHR:
	case SU_EXPR_SAR:
		return 8;
	default: /* carries go up only */
		return size;
	}
}

static const struct su_source *recomputed(struct su_point *point, uint32_t v, uint8_t size,
					  struct su_move *move, int depth)
{
	struct su_value value = *to_value(point, v);
	struct su_source source = {
		.kind = SU_SOURCE_OP, .op = value.op, .size = value.size, .imm = value.imm
	};

	if (!computable(&value) || depth >= MAX_DEPTH)
		return NULL;
	size = needed_size(&value, size);
	source.a = derive(point, value.args[0], UINT32_MAX, size, move, depth + 1);
	if (!source.a)
		return NULL;
	if (value.args[1]) {
		source.b = derive(point, value.args[1], UINT32_MAX, size, move, depth + 1);
		if (!source.b)
			return NULL;
	}
	return new_source(point, source);
}

/* A merge that runs in step with another one: `v` = other + constant (strength reduction). */
static const struct su_source *in_step(struct su_point *point, uint32_t v, struct su_move *move,
				       int depth)
{
	struct su_values *values = point->carry->to->values;
	struct su_value value = *to_value(point, v);
	int64_t distance;

	if (value.kind != SU_VAL_PHI || depth >= MAX_DEPTH)
		return NULL;
	for (uint32_t l = 0; l < values->loc_count; l++) {
		uint32_t other = values->in[value.where][l];

		if (l == value.loc || to_value(point, other)->kind != SU_VAL_PHI ||
		    !su_values_in_step(values, v, other, &distance) || !fits_int32(distance))
			continue;
		const struct su_source *a = derive(point, other, UINT32_MAX, 8, move, MAX_DEPTH);
		if (a)
			return distance ? sum_source(point, a, distance) : a;
	}
	return NULL;
}

static const struct su_source *derive(struct su_point *point, uint32_t v, uint32_t loc,
				      uint8_t size, struct su_move *move, int depth)
{
	const struct su_local *local = NULL;
	const struct su_source *source;

	if (point->effort++ > MAX_EFFORT)
		return NULL;
	source = constant(point, v);
	if (source) {
		move->derivation = SU_DERIVED_CONSTANT;
		return source;
	}
	source = related(point, v, loc, size);
	if (source) {
		move->derivation = SU_DERIVED_RELATION;
		return source;
	}
	source = by_variable(point, v, loc, size, &local);
	if (source) {
		move->derivation = SU_DERIVED_VARIABLE;
		move->name = move->name ? move->name : local->name;
		return source;
	}
	source = recomputed(point, v, size, move, depth);
	if (!source)
		source = in_step(point, v, move, depth);
	if (source) {
		move->derivation = SU_DERIVED_RECOMPUTED;
		return source;
	}
	if (depth == 0 && point->last_try && (local = new_local_in(point, v, loc, size)) != NULL &&
	    (source = seed(point, v, loc, move)) != NULL) {
		move->derivation = SU_DERIVED_SEEDED;
		move->name = local->name;
		point->recipe->seeded = true;
		return source;
	}
	return NULL;
}

const struct su_source *su_derive_value(struct su_point *point, uint32_t v, uint32_t loc,
					uint8_t size, struct su_move *move)
{
	const struct su_source *source;

	for (int try = 0; try < 2; try++) {
		point->effort = 0;
		point->last_try = try > 0;
		source = derive(point, v, loc, size, move, 0);
		if (source)
			return source;
	}
	return NULL;
}
