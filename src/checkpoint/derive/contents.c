/*
 * Whether what a frame object holds at a point can matter: part of derive.h.
 *
 * Only for objects of `to` without a counterpart, whose contents no source is known for.  They do
 * not matter where nothing has touched the object before, on any path; nor where what is done with
 * it next fills it.  That is known of the place which is the first to touch the object on every path
 * from the entry: it finds there what no one has written, so it cannot ask for it, the second time
 * as little as the first.  That some path touches nothing says less: it may be one that no run takes.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/define.h"
#include "analysis/transfer.h"
#include "analysis/walk.h"
#include "arch/abi.h"
#include "base/map.h"
#include "checkpoint/derive/derive_private.h"

bool su_derive_is_inside(const struct su_region *region, int64_t off)
{
	return off >= region->off && off < region->off + (int64_t)region->size;
}

int64_t su_derive_saves_at(const struct su_values *values, uint32_t index, const uint32_t *state)
{
	const struct su_insn *insn = &values->code->insns[index];
	const struct su_operand *operand = &insn->operands[0];

	if (insn->opcode != SU_OPC_PUSH || values->sp[index] == SU_NO_OFF ||
	    operand->kind != SU_OP_REG || !su_abi_callee_saved(operand->reg) ||
	    su_value_get(values, state[operand->reg])->kind != SU_VAL_ENTRY)
		return SU_NO_OFF;
	return values->sp[index] - 8;
}

static bool restores_from(const struct su_values *values, uint32_t index,
			  const struct su_region *region)
{
	const struct su_insn *insn = &values->code->insns[index];
	int64_t sp = values->sp[index];

	return insn->opcode == SU_OPC_POP && sp != SU_NO_OFF && su_derive_is_inside(region, sp) &&
	       insn->operands[0].kind == SU_OP_REG && su_abi_callee_saved(insn->operands[0].reg);
}

/* ---- touches ---- */

struct touch_search {
	const struct su_values *values;
	const struct su_region *region;
	bool found;
};

static bool begins_at(const struct su_values *values, int64_t off)
{
	bool begins = false;

	for (size_t i = 0; i < values->regions.len; i++)
		begins |= values->regions.at[i].off == off;
	return begins;
}

/* A pointer to its end is one into it, unless another object begins there. */
static void visit_root(void *ctx, int64_t off)
{
	struct touch_search *search = ctx;
	const struct su_region *region = search->region;

	search->found |=
		su_derive_is_inside(region, off) ||
		(off == region->off + (int64_t)region->size && !begins_at(search->values, off));
}

bool su_derive_points_into(struct su_values *values, uint32_t number,
			   const struct su_region *region)
{
	struct touch_search search = { .values = values, .region = region };

	su_values_visit_roots(values, number, visit_root, &search);
	return search.found;
}

/* What the memory operands do in the region. */
static enum su_touch touch_by_operands(struct su_values *values, uint32_t index,
				       const uint32_t *state, const struct su_region *region)
{
	const struct su_insn *insn = &values->code->insns[index];
	int64_t off = values->frame_off[index];
	enum su_touch touch = SU_TOUCH_NONE;

	for (uint8_t i = 0; i < insn->operand_count; i++) {
		const struct su_operand *operand = &insn->operands[i];

		if (operand->kind != SU_OP_MEM || !(operand->read || operand->written) ||
		    !(off != SU_NO_OFF
			      ? su_derive_is_inside(region, off)
			      : su_derive_points_into(values,
						      su_transfer_address(values, operand, state),
						      region)))
			continue;
		if (operand->read)
			return SU_TOUCH_READS;
		touch = SU_TOUCH_FILLS;
	}
	return touch;
}

static bool writes_memory(const struct su_insn *insn)
{
	bool writes = insn->opcode == SU_OPC_PUSH;

	for (uint8_t i = 0; i < insn->operand_count; i++)
		writes |= insn->operands[i].kind == SU_OP_MEM && insn->operands[i].written;
	return writes;
}

/* Whether it only keeps a value where the function itself loads it again. */
static bool spills(const struct su_values *values, uint32_t index)
{
	const struct su_insn *insn = &values->code->insns[index];
	int64_t off = values->frame_off[index];
	bool exact = false;
	uint32_t cell = insn->opcode == SU_OPC_MOV && off != SU_NO_OFF
				? su_values_cell(values, off, 8, &exact)
				: UINT32_MAX;

	return exact && cell != UINT32_MAX && values->cells[cell - SU_CELL_BASE].is_loaded;
}

/* Whether it stores or passes an address in the region. Only computing it does not count. */
static bool gives_address(struct su_values *values, uint32_t index, const uint32_t *state,
			  const struct su_region *region)
{
	const struct su_insn *insn = &values->code->insns[index];
	bool stores = writes_memory(insn) && !spills(values, index), gives = false;

	for (uint8_t i = 0; i < insn->operand_count && stores; i++) {
		const struct su_operand *operand = &insn->operands[i];

		if (operand->kind == SU_OP_REG && operand->reg < 16 && operand->read)
			gives |= su_derive_points_into(
				values,
				su_value_low_part(values, state[operand->reg],
						  operand->size < 8 ? (uint8_t)operand->size : 8),
				region);
	}
	for (int i = 0; i < SU_ABI_ARGUMENT_COUNT && insn->opcode == SU_OPC_CALL; i++)
		gives |= su_derive_points_into(values, state[su_abi_arguments[i]], region);
	return gives;
}

enum su_touch su_derive_touch(struct su_values *values, uint32_t index, const uint32_t *state,
			      const struct su_region *region)
{
	const struct su_insn *insn = &values->code->insns[index];
	int64_t save = su_derive_saves_at(values, index, state);
	enum su_touch touch = touch_by_operands(values, index, state, region);

	if (touch)
		return touch;
	if (restores_from(values, index, region) ||
	    (insn->is_string && su_derive_points_into(values, state[SU_REG_COPY_FROM], region)))
		return SU_TOUCH_READS;
	if ((save != SU_NO_OFF && su_derive_is_inside(region, save)) ||
	    (insn->is_string && su_derive_points_into(values, state[SU_REG_COPY_TO], region)) ||
	    gives_address(values, index, state, region))
		return SU_TOUCH_FILLS;
	return SU_TOUCH_NONE;
}

/* The first instruction of [first, end) in the block that touches the region, or `end`. */
static uint32_t first_touch(struct su_values *values, uint32_t block, uint32_t first, uint32_t end,
			    const struct su_region *region, enum su_touch *ret)
{
	uint32_t *state = su_alloc(values->loc_count * sizeof(*state));
	uint32_t at = values->code->blocks[block].first;

	memcpy(state, values->in[block], values->loc_count * sizeof(*state));
	*ret = SU_TOUCH_NONE;
	for (; at < end && state[SU_REG_SP]; at++) {
		if (at >= first &&
		    (*ret = su_derive_touch(values, at, state, region)) != SU_TOUCH_NONE)
			break;
		su_transfer(values, at, state);
	}
	free(state);
	return at;
}

/* ---- paths ---- */

/* The instructions of the block from `at` on come after the point. */
struct place {
	uint32_t block, at;
};

static bool is_touched_before(struct su_values *values, struct place place,
			      const struct su_region *region)
{
	struct su_walk walk = su_walk_backward(values->code, place.block, place.at);
	enum su_touch touch = SU_TOUCH_NONE;

	while (!touch && su_walk_next(&walk)) {
		first_touch(values, walk.block, walk.first, walk.end, region, &touch);
		su_walk_go_on(&walk);
	}
	su_walk_deinit(&walk);
	return touch;
}

/* Whether all that touches the region on paths from there on, as the first, is one instruction that
 * fills it: *ret, or SU_NO_INSN when nothing does. */
static bool is_filled_next(struct su_values *values, struct place place,
			   const struct su_region *region, uint32_t *ret)
{
	struct su_walk walk = su_walk_forward(values->code, place.block, place.at);
	bool filled = true;

	*ret = SU_NO_INSN;
	while (filled && su_walk_next(&walk)) {
		enum su_touch touch;
		uint32_t at = first_touch(values, walk.block, walk.first, walk.end, region, &touch);

		if (!touch) {
			su_walk_go_on(&walk);
			continue;
		}
		filled = touch == SU_TOUCH_FILLS && (*ret == SU_NO_INSN || *ret == at);
		*ret = at;
	}
	su_walk_deinit(&walk);
	return filled;
}

/* By block, whether a path from the entry comes to its start without touching the region. */
static bool *find_untouched(struct su_values *values, const struct su_region *region)
{
	struct su_walk walk = su_walk_forward(values->code, 0, 0);

	while (su_walk_next(&walk)) {
		enum su_touch touch;

		first_touch(values, walk.block, walk.first, walk.end, region, &touch);
		if (!touch)
			su_walk_go_on(&walk);
	}
	return su_walk_finish(&walk);
}

/* The same, found once. */
static const bool *know_untouched(const struct su_point *point, struct su_values *values,
				  const struct su_region *region)
{
	const struct {
		const struct su_values *values;
		int64_t off;
		uint64_t size;
	} key = { values, region->off, region->size };
	struct su_map **known = &point->deriver->untouched;

	if (!*known)
		*known = su_map_create();
	bool *found = su_map_get(*known, &key, sizeof(key));
	if (found)
		return found;
	bool *untouched = find_untouched(values, region);
	found = su_arena_copy(point->pair->arena, untouched, values->code->block_count);
	free(untouched);
	su_map_put(*known, &key, sizeof(key), found);
	return found;
}

/* Whether a path from the entry comes there without touching the region. */
static bool may_be_untouched(const struct su_point *point, struct su_values *values,
			     struct place place, const struct su_region *region)
{
	enum su_touch touch;

	if (place.block && !know_untouched(point, values, region)[place.block])
		return false;
	first_touch(values, place.block, values->code->blocks[place.block].first, place.at, region,
		    &touch);
	return !touch;
}

static struct place place_in_to(const struct su_point *point)
{
	const struct su_recipe *recipe = point->recipe;

	return (struct place){ point->pair->to->values->code->block_of[recipe->to_insn],
			       recipe->to_insn + !recipe->lands };
}

static struct place place_in_from(const struct su_point *point)
{
	uint32_t insn = point->recipe->from_insn;

	return (struct place){ point->pair->from->values->code->block_of[insn],
			       su_derive_resume_insn(point) };
}

bool su_derive_is_unwritten(const struct su_point *point, int64_t off, uint64_t size)
{
	const struct su_region region = { .off = off, .size = size };
	struct su_values *values = point->pair->from->values;
	struct place place = place_in_from(point);

	return may_be_untouched(point, values, place, &region) &&
	       !is_touched_before(values, place, &region);
}

bool su_derive_is_put_off(const struct su_point *point, const struct su_region *from,
			  const struct su_region *to)
{
	struct su_values *values = point->pair->from->values;
	struct place place = place_in_from(point);

	return may_be_untouched(point, values, place, from) &&
	       !may_be_untouched(point, point->pair->to->values, place_in_to(point), to);
}

bool su_derive_next_touches(const struct su_point *point, const struct su_region *region,
			    su_touch_test *holds)
{
	struct su_values *values = point->pair->to->values;
	struct place place = place_in_to(point);
	struct su_walk walk = su_walk_forward(values->code, place.block, place.at);
	bool all = true;

	while (all && su_walk_next(&walk)) {
		enum su_touch touch;
		uint32_t at = first_touch(values, walk.block, walk.first, walk.end, region, &touch);

		if (touch)
			all = holds(point, region, at);
		else
			su_walk_go_on(&walk);
	}
	su_walk_deinit(&walk);
	return all;
}

bool su_derive_is_unused(const struct su_point *point, const struct su_region *region)
{
	struct su_values *values = point->pair->to->values;
	struct place place = place_in_to(point);
	uint32_t filler;

	return !is_touched_before(values, place, region) ||
	       (is_filled_next(values, place, region, &filler) && filler == SU_NO_INSN &&
		!region->retained);
}

bool su_derive_contents_matter(const struct su_point *point, const struct su_region *region)
{
	struct su_values *values = point->pair->to->values;
	struct place entry = { 0, 0 }, place = place_in_to(point);
	uint32_t filler, first;

	if (!is_touched_before(values, place, region))
		return false;
	if (!is_filled_next(values, place, region, &filler))
		return true;
	if (filler == SU_NO_INSN && !region->retained)
		return false;
	if (!may_be_untouched(point, values, place, region))
		return true;
	return filler != SU_NO_INSN &&
	       !(is_filled_next(values, entry, region, &first) && first == filler);
}
