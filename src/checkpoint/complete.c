/*
 * One complete recipe: a source for everything that is live where an activation goes on.
 *
 * Results of a call pass through in the registers that the ABI returns them in; registers that the
 * call may write are dead otherwise.  Between calls there is more that a stub does not carry over.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/states.h"
#include "analysis/walk.h"
#include "arch/abi.h"
#include "base/reason.h"
#include "checkpoint/align/align.h"
#include "checkpoint/carry_private.h"
#include "checkpoint/side/reused.h"
#include "checkpoint/stub.h"

/* ---- one location ---- */

static const char *describe_location(struct su_point *point, uint32_t loc)
{
	struct su_arena *arena = point->pair->arena;
	const struct su_local *local = su_derive_variable_in(point, loc);
	const char *place;

	if (loc < SU_CELL_BASE)
		place = su_reg_name((uint8_t)loc);
	else
		place = su_arena_format(
			arena, "the frame at %s",
			su_frame_name(arena,
				      point->pair->to->values->cells[loc - SU_CELL_BASE].off));
	if (local)
		return su_arena_format(arena, "variable '%s' in %s", local->name, place);
	return su_arena_format(arena, "a temporary in %s", place);
}

/* Whether DWARF knows the registers of all parameters, and `reg` is none of them. rdi may hold
 * where a result goes that is returned in memory (psABI 3.2.3): that is no parameter to DWARF. */
static bool carries_nothing(const struct su_side *side, uint32_t reg)
{
	bool known = su_abi_is_argument(reg) && reg != SU_REG_RESULT_AT &&
		     !su_debug_is_variadic(side->program->debug, side->routine->vaddr);

	for (uint32_t i = 0; i < side->local_count && known; i++) {
		if (!su_local_is_own_parameter(&side->locals[i]))
			continue;
		struct su_loc loc = su_debug_local_at(side->program->debug, side->routine->vaddr, i,
						      su_function_start(side->routine->code));
		known = loc.kind == SU_LOC_REG && loc.reg != reg;
	}
	return known && side->local_count > 0;
}

/* What was never written on any path, or was in a register that brings nothing into the function
 * (psABI, figure 3.4: r11 is scratch, r10 is a static chain that C does not have): the pushes that
 * only align the stack. */
static bool is_garbage(const struct su_side *side, const struct su_value *value)
{
	if (value->kind == SU_VAL_UNDEFINED)
		return true;
	return value->kind == SU_VAL_ENTRY &&
	       (su_abi_is_linkage(value->loc) || carries_nothing(side, value->loc));
}

static const char *derive_location(struct su_point *point, uint32_t loc, uint8_t size)
{
	const struct su_pair *pair = point->pair;
	struct su_move move = { .size = size };
	uint32_t v = point->to_state[loc];

	if (is_garbage(pair->to, su_value_get(pair->to->values,
					      su_value_low_part(pair->to->values, v, size))))
		return NULL;
	if (su_reused_is(pair->to, v) || su_reused_later(pair->to, v, point->recipe->to_insn))
		return su_arena_format(pair->arena, SU_WHY_RESULT_KEPT,
				       describe_location(point, loc));
	move.source = su_derive_value(point, v, loc, size, &move);
	if (!move.source || (size > 8 && move.source->size != size)) /* a vector, as a whole */
		return su_arena_format(pair->arena, SU_WHY_NOT_DERIVED,
				       describe_location(point, loc));
	if (!move.name) {
		const struct su_local *local = su_derive_variable_in(point, loc);
		const struct su_value *value = su_value_get(pair->to->values, v);

		if (local)
			move.name = local->name;
		else if (value->kind == SU_VAL_ENTRY && su_abi_callee_saved((uint8_t)value->loc))
			move.name = su_arena_format(pair->arena, "saved %s",
						    su_reg_name((uint8_t)value->loc));
	}
	if (loc >= SU_CELL_BASE) {
		const struct su_cell *cell = &pair->to->values->cells[loc - SU_CELL_BASE];

		move.to_memory = true;
		move.off = su_frame_offset(pair, cell->off);
		if (!su_derive_reachable(point, move.off))
			return SU_WHY_FRAME_NOT_HELD;
	} else {
		move.reg = (uint8_t)loc;
		move.size = 8;
	}
	su_vec_push(&point->recipe->moves, move);
	return NULL;
}

static uint8_t live_size(uint8_t mask)
{
	uint8_t size = 8;

	while (size > 1 && !(mask >> (size / 2)))
		size /= 2;
	return size;
}

static const char *pass_result(struct su_point *point, uint8_t reg)
{
	const struct su_source *source = su_derive_result(point, reg);
	struct su_move *move;

	if (!source)
		return SU_WHY_RETURNS_FRAME_POINTER;
	move = su_vec_add(&point->recipe->moves);
	move->reg = reg;
	move->size = 8;
	move->derivation = SU_DERIVED_CALL_RESULT;
	move->source = source;
	return NULL;
}

static const char *derive_registers(struct su_point *point, const struct su_regset *live)
{
	const struct su_pair *pair = point->pair;
	const char *reason = NULL;
	struct su_regset clobbered;

	memset(&clobbered, 0, sizeof(clobbered));
	if (!point->recipe->lands)
		su_values_call_clobbers(pair->to->values,
					&pair->to->routine->code->insns[point->recipe->to_insn],
					&clobbered);
	for (uint8_t reg = 0; reg < 16 && !reason; reg++) {
		if (reg == SU_REG_SP || !live->gpr[reg])
			continue;
		if (!clobbered.gpr[reg])
			reason = derive_location(point, reg, live_size(live->gpr[reg]));
		else if (su_abi_is_result(reg))
			reason = pass_result(point, reg);
		if (reason && su_derive_is_idle(point, reg))
			reason = NULL;
	}
	point->last_try = true;
	for (uint8_t n = 0; n < 16 && !reason; n++) { /* vector registers stay where they are */
		uint32_t loc = SU_REG_VECTOR + n;

		if (!(live->vector >> n & 1) || clobbered.vector >> n & 1 ||
		    su_derive_is_idle(point, loc))
			continue;
		if (su_reused_is(pair->to, point->to_state[loc]))
			reason = su_arena_format(pair->arena, SU_WHY_RESULT_KEPT,
						 su_reg_name((uint8_t)loc));
		else if (!su_prover_related(point->deriver->prover, &point->at,
					    point->from_state[loc], point->to_state[loc]))
			reason = su_arena_format(pair->arena, SU_WHY_LIVE_ACROSS,
						 su_reg_name((uint8_t)loc));
		else if (!(point->from_live.regs.vector >> n & 1) &&
			 !su_derive_may_read_dead(point, NULL))
			reason = su_arena_format(pair->arena, SU_WHY_KEPT_BY_ONE,
						 su_reg_name((uint8_t)loc));
	}
	return reason;
}

/* A size that one instruction can load. */
static uint8_t whole_size(uint32_t size)
{
	uint8_t whole = 1;

	while (whole < size)
		whole *= 2;
	return whole;
}

static const char *derive_cells(struct su_point *point, const struct su_live_set *live)
{
	const struct su_values *values = point->pair->to->values;
	const char *reason = NULL;

	for (size_t i = 0; i < values->cell_count && !reason; i++) {
		const struct su_cell *cell = &values->cells[i];
		uint32_t size = su_live_cell_size(point->pair->to->live, live, i);

		if (cell->in_region || !size)
			continue;
		if (cell->size > 16 || (cell->size & (cell->size - 1)))
			reason = su_arena_format(point->pair->arena, SU_WHY_OVERLAPPING_ACCESSES,
						 su_frame_name(point->pair->arena, cell->off));
		else
			reason = derive_location(point, SU_CELL_BASE + (uint32_t)i,
						 whole_size(size));
	}
	return reason;
}

/* ---- what a stub does not carry over ---- */

static bool uses_other_state(const struct su_function *code)
{
	for (size_t i = 0; i < code->insn_count; i++) {
		if (code->insns[i].reads.other || code->insns[i].writes.other)
			return true;
	}
	return false;
}

/* Whether the instructions [first, end) change the x87 unit or a control register; or *ret_call:
 * one that comes after the last call that `partners` knows. */
static bool writes_other(const struct su_function *code, uint32_t first, uint32_t end,
			 const uint32_t *partners, bool *ret_call)
{
	*ret_call = false;
	while (end-- > first) {
		const struct su_insn *insn = &code->insns[end];

		if (insn->writes.other)
			return true;
		if (insn->opcode != SU_OPC_CALL)
			continue;
		*ret_call = partners[end] != SU_NO_INSN;
		return !*ret_call;
	}
	return false;
}

/* Whether something may have changed that state between the last call, or the entry, and `insn`.
 * Calls find and leave the x87 unit empty and control registers as they were (psABI 3.2.3), but for
 * a result; a call that the other version has, too, leaves that to both. */
static bool changes_other(const struct su_side *side, uint32_t insn, const uint32_t *partners)
{
	const struct su_function *code = side->routine->code;
	struct su_walk walk = su_walk_backward(code, code->block_of[insn], insn);
	bool changes = false, call;

	while (!changes && su_walk_next(&walk)) {
		changes = writes_other(code, walk.first, walk.end, partners, &call);
		if (!call)
			su_walk_go_on(&walk);
	}
	su_walk_deinit(&walk);
	return changes;
}

/* The direction flag is clear but in functions that set it (psABI 3.2.1). */
static bool sets_direction(const struct su_function *code)
{
	bool sets = false;

	for (size_t i = 0; i < code->insn_count && !sets; i++)
		sets = code->insns[i].writes.flags & SU_FLAG_DF;
	return sets;
}

/* Whether the flags are as they are to be, if nothing else has to be done. */
static bool keeps_flags(const struct su_point *point, uint8_t live)
{
	return !(live & ~(point->from_live.regs.flags & SU_STATUS_FLAGS)) &&
	       su_prover_related(point->deriver->prover, &point->at,
				 point->from_state[SU_LOC_FLAGS], point->to_state[SU_LOC_FLAGS]);
}

/* Between calls: what a stub does not carry over.  What neither version has touched is as callers
 * and callees left it, though it counts as live where a function returns, or clears it. */
static const char *find_other_state(const struct su_point *point, const struct su_regset *live)
{
	const struct su_pair *pair = point->pair;
	const struct su_recipe *recipe = point->recipe;

	if (live->flags & SU_FLAG_DF &&
	    (sets_direction(pair->from->routine->code) || sets_direction(pair->to->routine->code)))
		return "the direction flag is live";
	if (live->flags & SU_STATUS_FLAGS && !keeps_flags(point, live->flags & SU_STATUS_FLAGS))
		return SU_WHY_FLAGS_LIVE;
	if (live->other &&
	    (uses_other_state(pair->from->routine->code) ||
	     uses_other_state(pair->to->routine->code)) &&
	    (changes_other(pair->from, recipe->from_insn + !recipe->inside,
			   pair->alignment->new_of) ||
	     changes_other(pair->to, recipe->to_insn, pair->alignment->old_of)))
		return SU_WHY_X87_LIVE;
	return NULL;
}

/* ---- one place ---- */

/* What is live at a point: before an instruction inside of a loop, or where a call returns. */
static void live_at(const struct su_live *live, uint32_t insn, bool inside, struct su_live_set *ret)
{
	if (inside)
		su_live_before(live, insn, ret);
	else
		su_live_returned(live, insn, ret);
}

static const char *derive_point(struct su_point *point)
{
	const struct su_pair *pair = point->pair;
	struct su_recipe *recipe = point->recipe;
	const struct su_live *live = pair->to->live;
	struct su_live_set set = { 0 };
	const char *reason;

	set.cells = su_alloc((live->words + 1) * sizeof(*set.cells));
	live_at(live, recipe->to_insn, recipe->lands, &set);
	point->from_live.cells =
		su_alloc((pair->from->live->words + 1) * sizeof(*point->from_live.cells));
	live_at(pair->from->live, recipe->from_insn, recipe->inside, &point->from_live);
	point->last_try = true;
	reason = recipe->lands ? find_other_state(point, &set.regs) : NULL;
	if (!reason)
		reason = su_derive_stack(point);
	if (!reason)
		reason = su_derive_objects(point);
	if (!reason)
		reason = derive_registers(point, &set.regs);
	if (!reason)
		reason = derive_cells(point, &set);
	free(set.cells);
	free(point->from_live.cells);
	if (!reason && recipe->lands && set.regs.flags & SU_STATUS_FLAGS &&
	    !su_recipe_is_identity(recipe))
		reason = SU_WHY_FLAGS_LIVE;
	if (!reason && !su_stub_can_move(recipe))
		reason = SU_WHY_OBJECTS_CHANGE_PLACES;
	return reason;
}

static void read_states(struct su_point *point)
{
	struct su_values *from = point->pair->from->values, *to = point->pair->to->values;
	const struct su_recipe *recipe = point->recipe;

	if (recipe->inside)
		su_values_before(from, recipe->from_insn, point->from_state);
	else
		su_values_after(from, recipe->from_insn, point->from_state);
	if (recipe->lands)
		su_values_before(to, recipe->to_insn, point->to_state);
	else
		su_values_after(to, recipe->to_insn, point->to_state);
}

const char *su_complete_recipe(struct su_deriver *deriver, struct su_recipe *recipe,
			       const struct su_product_pair *at)
{
	struct su_point point = {
		.deriver = deriver, .pair = deriver->pair, .recipe = recipe, .at = *at
	};
	const char *reason;

	if (su_reused_chooses(point.pair->to, recipe->to_insn))
		return su_arena_format(point.pair->arena, SU_WHY_RESULT_KEPT, "a condition");
	point.from_vaddr = recipe->from_vaddr - !recipe->inside;
	point.to_vaddr = recipe->to_vaddr - !recipe->lands;
	point.from_state = su_alloc(point.pair->from->values->loc_count * sizeof(uint32_t));
	point.to_state = su_alloc(point.pair->to->values->loc_count * sizeof(uint32_t));
	read_states(&point);
	point.from_locs = su_derive_locations(point.pair->arena, point.pair->from, point.from_vaddr,
					      point.from_state);
	point.to_locs = su_derive_locations(point.pair->arena, point.pair->to, point.to_vaddr,
					    point.to_state);
	reason = derive_point(&point);
	for (size_t i = 0; i < point.asked.len && !reason; i++)
		su_vec_push(&deriver->asked, point.asked.at[i]);
	recipe->pristine |= point.asked.len > 0;
	su_derive_mark_asserted(recipe);
	su_vec_deinit(&point.asked);
	su_vec_deinit(&point.objects);
	free(point.from_state);
	free(point.to_state);
	return reason;
}
