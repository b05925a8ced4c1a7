/*
 * Where the stack pointers of both functions are at a checkpoint, and what follows from that.
 *
 * Fixed frames: rsp is a constant from the CFA on both sides.
 *
 * Realigned frames: rsp is a constant from an aligned base S on both sides.  Nothing but rsp knows
 * where S is, so `to` may have it anywhere that is aligned and below CFA + aligned_from: where it
 * is in `from`, or a constant lower when `to` needs more room above it (su_frame_offset()).
 *
 * The dynamic part (alloca, variable-length arrays) stays where it is, with all that it holds: rsp
 * keeps its value.  Both versions must have their fixed parts end at the same place, since code may
 * find an object again from there.  Which object is which follows from how rsp was computed: in the
 * same way, by instructions that are paired, from the same sizes.
 */
#include "arch/abi.h"
#include "base/reason.h"
#include "checkpoint/derive/derive_private.h"

/* ---- registers that hold a base ---- */

static void find_anchor(struct su_point *point, enum su_frame_base base)
{
	struct su_anchor *anchor = &point->recipe->anchors[base];
	const struct su_values *values = point->pair->from->values;

	for (uint8_t reg = 0; reg < 16 && !anchor->known; reg++) {
		const struct su_value *value = su_value_get(values, point->from_state[reg]);

		if (value->kind != SU_VAL_FRAME || su_frame_base(value->imm) != base ||
		    !su_abi_callee_saved(reg) || point->from_live.regs.gpr[reg] != 0xff)
			continue;
		*anchor = (struct su_anchor){ .known = true, .reg = reg, .off = value->imm };
	}
}

bool su_derive_reachable(const struct su_point *point, int64_t off)
{
	const struct su_recipe *recipe = point->recipe;
	enum su_frame_base base = su_frame_base(off);

	return base == su_frame_base(recipe->from_sp) ||
	       (base != SU_FRAME_DYNAMIC && recipe->anchors[base].known);
}

/* ---- the dynamic part ---- */

/* Whether the function uses the frame in [low, high). */
static bool is_used(const struct su_values *values, int64_t low, int64_t high)
{
	bool used = false;

	for (size_t i = 0; i < values->cell_count; i++) {
		const struct su_cell *cell = &values->cells[i];

		used |= cell->off < high && low < cell->off + (int64_t)cell->size;
	}
	for (size_t i = 0; i < values->regions.len; i++) {
		const struct su_region *region = &values->regions.at[i];

		used |= region->off < high && low < region->off + (int64_t)region->size;
	}
	return used;
}

static const char *check_dynamic(struct su_point *point, uint32_t u, uint32_t v)
{
	struct su_values *from = point->pair->from->values, *to = point->pair->to->values;
	int64_t low, high, to_low, to_high;

	if (!su_values_stack_bounds(from, u, &low, &high) ||
	    !su_values_stack_bounds(to, v, &to_low, &to_high) || low != high || to_low != to_high ||
	    low != to_low || from->dynamic_slack != to->dynamic_slack || point->pair->shift ||
	    is_used(to, high, high + from->dynamic_slack))
		return SU_WHY_DYNAMIC_BELOW;
	if (!su_prover_related(point->deriver->prover, &point->at, u, v))
		return SU_WHY_DYNAMIC_SIZES;
	return NULL;
}

/* rsp in `state`: *ret_base is 0 or the value in the dynamic part that it counts from. */
static int64_t stack_pointer(const struct su_side *side, const uint32_t *state, uint32_t *ret_base)
{
	const struct su_value *sp = su_value_get(side->values, state[SU_REG_SP]);
	int64_t distance;

	*ret_base = 0;
	if (sp->kind == SU_VAL_FRAME)
		return sp->imm;
	if (!su_values_is_dynamic(side->values, state[SU_REG_SP]))
		return SU_NO_OFF;
	*ret_base = su_values_dynamic_base(side->values, state[SU_REG_SP], &distance);
	return SU_DYNAMIC_BASE + distance;
}

const char *su_derive_stack(struct su_point *point)
{
	struct su_recipe *recipe = point->recipe;
	uint32_t to_base;

	recipe->from_sp = stack_pointer(point->pair->from, point->from_state, &point->dynamic_base);
	recipe->to_sp = stack_pointer(point->pair->to, point->to_state, &to_base);
	if (recipe->from_sp == SU_NO_OFF || recipe->to_sp == SU_NO_OFF)
		return SU_WHY_NO_PATH;
	recipe->to_sp = su_frame_offset(point->pair, recipe->to_sp);
	if (su_frame_base(recipe->from_sp) != su_frame_base(recipe->to_sp))
		return SU_WHY_ONE_DYNAMIC;
	find_anchor(point, SU_FRAME_CFA);
	find_anchor(point, SU_FRAME_ALIGNED);
	return point->dynamic_base ? check_dynamic(point, point->dynamic_base, to_base) : NULL;
}

const struct su_source *su_derive_in_dynamic(struct su_point *point, const struct su_want *want,
					     struct su_move *move)
{
	(void)move;
	if (!point->dynamic_base || !su_values_is_dynamic(point->pair->to->values, want->v) ||
	    !su_prover_related(point->deriver->prover, &point->at, point->dynamic_base, want->v))
		return NULL;
	return su_source_new(point,
			     (struct su_source){ .kind = SU_SOURCE_FRAME, .imm = SU_DYNAMIC_BASE });
}
