/*
 * What a value may be made from: sources in the state of `from`. See derive.h for what makes one
 * good.
 */
#include "checkpoint/derive/derive_private.h"

#include "arch/abi.h"

const struct su_source *su_source_new(struct su_point *point, struct su_source source)
{
	return su_arena_copy(point->pair->arena, &source, sizeof(source));
}

const struct su_source *su_source_sum(struct su_point *point, const struct su_source *a,
				      int64_t imm)
{
	if (!a || !imm)
		return a;
	if (!su_source_fits_int32(imm))
		return NULL;
	return su_source_new(
		point,
		(struct su_source){ .kind = SU_SOURCE_OP, .op = SU_EXPR_SUM, .imm = imm, .a = a });
}

/* ---- constant ---- */

static const struct su_source *address_source(struct su_point *point, const struct su_value *value)
{
	int64_t distance = su_value_distance(value);
	struct su_source named = { .kind = SU_SOURCE_ADDR, .imm = value->imm - distance };

	return su_source_sum(point, su_source_new(point, named), distance);
}

static const struct su_source *frame_address(struct su_point *point, int64_t off)
{
	if (!su_derive_reachable(point, off))
		return NULL;
	return su_source_new(point, (struct su_source){ .kind = SU_SOURCE_FRAME, .imm = off });
}

static const struct su_source *slot_source(struct su_point *point, const struct su_value *value)
{
	struct su_source source = { .kind = SU_SOURCE_SLOT, .size = 8, .imm = value->imm };
	struct su_import import;

	if (!su_image_import_at(point->pair->to->values->image, (uint64_t)value->imm, &import))
		return NULL;
	source.name = import.symbol->name;
	return su_source_new(point, source);
}

const struct su_source *su_source_constant(struct su_point *point, uint32_t v)
{
	const struct su_value *value = su_derive_to_value(point, v);

	switch (value->kind) {
	case SU_VAL_CONST:
		return su_source_new(
			point, (struct su_source){ .kind = SU_SOURCE_CONST, .imm = value->imm });
	case SU_VAL_ADDR:
		return address_source(point, value);
	case SU_VAL_FRAME:
		return frame_address(point, su_frame_offset(point->pair, value->imm));
	case SU_VAL_CANARY:
		return su_source_new(point, (struct su_source){ .kind = SU_SOURCE_CANARY });
	case SU_VAL_SLOT:
		return slot_source(point, value);
	default:
		return NULL;
	}
}

const struct su_source *su_derive_constant(struct su_point *point, const struct su_want *want,
					   struct su_move *move)
{
	(void)move;
	return su_source_constant(point, want->v);
}

/* ---- what survives the call ---- */

/* What the source of `from` calls what is in the location at the point, or NULL. */
static const char *name_in(const struct su_point *point, uint32_t loc)
{
	const struct su_side *from = point->pair->from;

	for (uint32_t i = 0; i < from->local_count; i++) {
		if (point->from_locs[i].kind != SU_LOC_SUM &&
		    su_derive_location_of(from, i, point->from_locs[i]) == loc)
			return from->locals[i].name;
	}
	return NULL;
}

const struct su_source *su_source_location(struct su_point *point, uint32_t loc, uint8_t size)
{
	const struct su_values *values = point->pair->from->values;
	const char *name = name_in(point, loc);

	if (loc < 16)
		return su_source_new(point, (struct su_source){ .kind = SU_SOURCE_REG,
								.reg = (uint8_t)loc,
								.size = 8,
								.name = name });
	const struct su_cell *cell = &values->cells[loc - SU_CELL_BASE];
	return su_source_new(
		point, (struct su_source){ .kind = SU_SOURCE_MEMORY,
					   .imm = cell->off,
					   .size = cell->size < size ? (uint8_t)cell->size : size,
					   .name = name });
}

/* Whether the callee of the call, finished in the other version, may write the register. */
static bool other_callee_writes(const struct su_point *point, uint8_t reg)
{
	uint32_t call = su_recipe_call(point->recipe);

	return call != SU_NO_INSN && su_calls_other_callee_writes(point->pair, call, reg);
}

bool su_derive_survives(const struct su_point *point, uint32_t loc)
{
	if (loc == SU_REG_SP)
		return false;
	if (loc < SU_CELL_BASE)
		return loc < SU_REG_VECTOR && !other_callee_writes(point, (uint8_t)loc);
	const struct su_cell *cell = &point->pair->from->values->cells[loc - SU_CELL_BASE];
	return !cell->in_region && cell->is_read && su_derive_memory_survives(point, cell->off) &&
	       su_source_is_load_size(cell->size);
}

bool su_derive_register_survives(const struct su_point *point, uint8_t reg)
{
	const struct su_function *code = point->pair->from->routine->code;
	struct su_regset clobbered;

	if (reg < 16 && other_callee_writes(point, reg))
		return false;
	if (point->recipe->inside)
		return reg < 16 && reg != SU_REG_SP;
	if (su_abi_callee_saved(reg))
		return true;
	su_values_call_clobbers(point->pair->from->values, &code->insns[point->recipe->from_insn],
				&clobbered);
	return reg < 16 && reg != SU_REG_SP && !clobbered.gpr[reg];
}

bool su_derive_memory_survives(const struct su_point *point, int64_t off)
{
	return off >= point->recipe->from_sp - (point->recipe->inside ? SU_ABI_RED_ZONE : 0) &&
	       su_derive_reachable(point, off);
}

const struct su_source *su_source_extended(struct su_point *point, const struct su_source *a,
					   uint8_t size, bool is_signed)
{
	if (!a || size >= 8)
		return a;
	return su_source_new(point, (struct su_source){ .kind = SU_SOURCE_OP,
							.op = is_signed ? SU_EXPR_SX : SU_EXPR_ZX,
							.size = size,
							.a = a });
}

/* ---- what may be read ---- */

bool su_derive_may_read_dead(struct su_point *point, const struct su_live_use *what)
{
	if (!point->last_try)
		return false;
	if (!point->pair->reverse) {
		point->recipe->pristine = true;
		return true;
	}
	if (!what || !point->deriver->may_ask)
		return false;
	su_vec_push(&point->asked, *what);
	return true;
}

bool su_derive_may_read_register(struct su_point *point, uint8_t reg, uint8_t size)
{
	uint8_t needed = size >= 8 ? 0xff : (uint8_t)((1 << size) - 1);
	struct su_live_use what = { .insn = su_derive_resume_insn(point),
				    .reg = reg,
				    .mask = needed };

	if (!point->recipe->inside && su_abi_is_result(reg)) /* the call's results */
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
	const struct su_values *values = point->pair->from->values;
	const struct su_live *from = point->pair->from->live;
	struct su_live_use what = { .insn = su_derive_resume_insn(point),
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
		live &= su_live_has_bytes(from, &point->from_live, i, off, size);
	}
	return (live && covered == size) ||
	       su_derive_may_read_dead(point, covered == size ? &what : NULL);
}

bool su_derive_may_read(struct su_point *point, uint32_t loc, uint8_t size)
{
	const struct su_cell *cells = point->pair->from->values->cells;

	if (loc < SU_CELL_BASE)
		return su_derive_may_read_register(point, (uint8_t)loc, size);
	return su_derive_may_read_memory(
		point, cells[loc - SU_CELL_BASE].off,
		size < cells[loc - SU_CELL_BASE].size ? size : cells[loc - SU_CELL_BASE].size);
}
