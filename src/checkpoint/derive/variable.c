/*
 * Rule "variable": DWARF says which source variable a value of `to` is, and where that variable is
 * in `from`.
 */
#include <string.h>

#include "analysis/value_table.h"
#include "checkpoint/derive/derive_private.h"

static bool local_is_in(const struct su_point *point, uint32_t index, uint32_t loc)
{
	const struct su_side *to = point->pair->to;
	struct su_loc at = point->to_locs[index];

	if (loc < SU_CELL_BASE)
		return (at.kind == SU_LOC_REG || at.kind == SU_LOC_SUM) && at.reg == loc;
	const struct su_cell *cell = &to->values->cells[loc - SU_CELL_BASE];
	return at.kind == SU_LOC_FRAME && at.off == cell->off &&
	       to->locals[index].size <= cell->size;
}

const struct su_local *su_derive_variable_in(const struct su_point *point, uint32_t loc)
{
	const struct su_side *to = point->pair->to;

	for (size_t i = 0; i < to->local_count; i++) {
		if (to->locals[i].size && to->locals[i].size <= 8 && !to->locals[i].is_aggregate &&
		    local_is_in(point, (uint32_t)i, loc))
			return &to->locals[i];
	}
	return NULL;
}

static bool is_plain_integer(const struct su_local *local)
{
	return local->type_name && !strstr(local->type_name, "float") &&
	       !strstr(local->type_name, "double") && !local->is_aggregate && local->size <= 8;
}

static bool is_convertible(const struct su_local *from, const struct su_local *to)
{
	if (from->type_hash == to->type_hash && from->size == to->size)
		return true;
	return is_plain_integer(from) && is_plain_integer(to) && to->size >= from->size;
}

static const struct su_source *entry_source(struct su_point *point, uint8_t reg)
{
	const struct su_values *values = point->pair->from->values;

	for (uint32_t loc = 0; loc < values->loc_count; loc++) {
		const struct su_value *value = su_value_get(values, point->from_state[loc]);

		if (value->kind == SU_VAL_ENTRY && value->loc == reg &&
		    su_derive_survives(point, loc) && su_derive_may_read(point, loc, 8))
			return su_source_location(point, loc, 8);
	}
	return NULL;
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
	struct su_source source = {
		.size = (uint8_t)local->size,
		.name = at.kind == SU_LOC_SUM && at.off ? NULL : local->name,
	};

	switch (at.kind) {
	case SU_LOC_REG:
	case SU_LOC_SUM:
		if (at.reg >= 16 || !su_derive_register_survives(point, at.reg) ||
		    su_derive_points_into_moved(point, point->from_state[at.reg]) ||
		    !su_derive_may_read_register(point, at.reg, source.size))
			return NULL;
		source.kind = SU_SOURCE_REG;
		source.reg = at.reg;
		if (at.kind == SU_LOC_REG || !at.off)
			return su_source_new(point, source);
		return su_source_extended(
			point, su_source_sum(point, su_source_new(point, source), at.off),
			(uint8_t)local->size, false);
	case SU_LOC_FRAME:
		if (!su_derive_memory_survives(point, at.off) ||
		    !su_derive_may_read_memory(point, at.off, source.size) ||
		    su_derive_is_unwritten(point, at.off, source.size))
			return NULL;
		source.kind = SU_SOURCE_MEMORY;
		source.imm = at.off;
		return su_source_new(point, source);
	case SU_LOC_CONST:
		source = (struct su_source){ .kind = SU_SOURCE_CONST,
					     .imm = zero_extend(at.off, (uint8_t)local->size) };
		return su_source_new(point, source);
	case SU_LOC_ENTRY: /* above its size, a register brings anything (psABI 3.2.3) */
		return su_source_extended(point, entry_source(point, at.reg), (uint8_t)local->size,
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
		su_values_cell(point->pair->from->values, source->imm, source->size, &exact);
	return cell != UINT32_MAX && su_derive_points_into_moved(point, point->from_state[cell]);
}

/* The value of `local`, zero-extended from its size, from the variable of the same key in `from`.
 */
static const struct su_source *source_of_variable(struct su_point *point,
						  const struct su_local *local)
{
	const struct su_local *old = su_side_local(point->pair->from, local->key);
	const struct su_source *source;

	if (!old || !is_convertible(old, local) || !su_source_is_load_size(old->size))
		return NULL;
	source = variable_source(point, old);
	if (!source || cell_points_into_moved(point, source))
		return NULL;
	if (local->size > old->size && old->is_signed)
		source = su_source_extended(
			point, su_source_extended(point, source, (uint8_t)old->size, true),
			(uint8_t)local->size, false);
	return source;
}

bool su_derive_covers(const struct su_point *point, const struct su_local *local, uint32_t v,
		      uint8_t size)
{
	return local->size >= size ||
	       su_values_narrow(point->pair->to->values, v, (uint8_t)local->size);
}

uint32_t su_derive_location_of(const struct su_side *side, uint32_t index, struct su_loc at)
{
	const struct su_local *local = &side->locals[index];
	uint32_t cell;
	bool exact;

	if (!local->size || local->size > 8 || local->is_aggregate)
		return UINT32_MAX;
	if ((at.kind == SU_LOC_REG || at.kind == SU_LOC_SUM) && at.reg < SU_REG_VECTOR)
		return at.reg;
	if (at.kind != SU_LOC_FRAME)
		return UINT32_MAX;
	cell = su_values_cell(side->values, at.off, local->size, &exact);
	return cell != UINT32_MAX && side->values->cells[cell - SU_CELL_BASE].off == at.off
		       ? cell
		       : UINT32_MAX;
}

/* Whether the low `size` bytes of value `v`, wanted in `loc`, are variable `index` of `to` plus a
 * constant. */
static bool tells_variable(const struct su_point *point, uint32_t index, uint32_t v, uint32_t loc,
			   uint8_t size, int64_t *ret_distance)
{
	struct su_values *values = point->pair->to->values;
	const struct su_local *local = &point->pair->to->locals[index];
	struct su_loc at = point->to_locs[index];
	uint32_t place = su_derive_location_of(point->pair->to, index, at), held;
	uint8_t known = (uint8_t)local->size;

	if (place == UINT32_MAX || !su_derive_covers(point, local, v, size))
		return false;
	held = point->to_state[place];
	v = su_value_low_part(values, v, known);
	*ret_distance = 0;
	if (at.kind == SU_LOC_SUM) {
		if (su_value_low_part(values, su_value_sum(values, held, 0, 0, at.off), known) == v)
			return true;
		*ret_distance = (int64_t)(0 - (uint64_t)at.off);
	}
	return place == loc || su_value_low_part(values, held, known) == v;
}

/* Between calls a variable may stand before an assignment in the one version, and after it in the
 * other. */
static bool is_told(const struct su_recipe *recipe)
{
	return !recipe->lands || recipe->asserted;
}

const struct su_source *su_derive_variable(struct su_point *point, const struct su_want *want,
					   struct su_move *move)
{
	const struct su_side *to = point->pair->to;
	int64_t distance;

	for (uint32_t i = 0; i < to->local_count && is_told(point->recipe); i++) {
		const struct su_local *local = &to->locals[i];
		const struct su_source *source;

		if (!tells_variable(point, i, want->v, want->loc, want->size, &distance))
			continue;
		source = su_source_sum(point, source_of_variable(point, local), distance);
		if (source && distance)
			source = su_source_extended(point, source, (uint8_t)local->size, false);
		if (source) {
			move->name = move->name ? move->name : local->name;
			return source;
		}
	}
	return NULL;
}

/* DWARF must say that the variable is there, and not in a register for now. */
bool su_derive_scalar_object(struct su_point *point, const struct su_region *region)
{
	const struct su_local *local =
		region->local >= 0 ? &point->pair->to->locals[region->local] : NULL;
	struct su_move move = { .to_memory = true,
				.off = su_frame_offset(point->pair, region->off),
				.size = (uint32_t)region->size,
				.derivation = SU_DERIVED_VARIABLE };

	if (!local || local->size != region->size || local->is_aggregate ||
	    !su_source_is_load_size(region->size) || region->size > 8 || !is_told(point->recipe) ||
	    !su_derive_reachable(point, move.off) ||
	    point->to_locs[region->local].kind != SU_LOC_FRAME ||
	    point->to_locs[region->local].off != region->off)
		return false;
	move.name = local->name;
	move.source = source_of_variable(point, local);
	if (move.source)
		su_vec_push(&point->recipe->moves, move);
	return move.source != NULL;
}

const struct su_local *su_derive_new_local_in(const struct su_point *point, uint32_t v,
					      uint32_t loc, uint8_t size, int64_t *ret_distance)
{
	const struct su_side *to = point->pair->to;

	for (uint32_t i = 0; i < to->local_count; i++) {
		if (tells_variable(point, i, v, loc, size, ret_distance))
			return su_side_local(point->pair->from, to->locals[i].key) ? NULL
										   : &to->locals[i];
	}
	return NULL;
}
