/*
 * Frame objects at a checkpoint: what is accessed through pointers stays in place, or is copied.
 *
 * Every region of `to` that may hold something at the point needs its counterpart in `from`: the
 * same variable with the same layout, or, without a name, the same bytes of the frame.  An object
 * may move only when its address cannot be held by anyone but the activation itself; where it may
 * be, the updater has to look for holders while all stand still (update/ready/held.h).  An object that
 * has no counterpart is no obstacle when its contents do not matter (contents.c).
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/states.h"
#include "arch/abi.h"
#include "base/reason.h"
#include "checkpoint/align/align.h"
#include "checkpoint/derive/derive_private.h"

/* ---- objects that share their place ---- */

/* A compiler keeps variables of different scopes in one place, and its address in one register: then
 * the region has the name of one of them.  Whether variable `index`, which is in the frame at `at`, is
 * in such a region and has none of its own: *ret. */
static bool is_unlisted(const struct su_side *side, uint32_t index, struct su_loc at,
			struct su_region *ret)
{
	*ret = (struct su_region){ .off = at.off,
				   .size = side->locals[index].size,
				   .local = (int32_t)index };
	bool shares = false;

	for (size_t i = 0; i < side->values->regions.len && at.kind == SU_LOC_FRAME; i++) {
		const struct su_region *region = &side->values->regions.at[i];

		if (region->local == (int32_t)index)
			return false;
		if (region->local < 0 || region->off >= ret->off + (int64_t)ret->size ||
		    ret->off >= region->off + (int64_t)region->size)
			continue;
		shares = true;
		ret->retained |= region->retained;
	}
	return shares;
}

/* ---- counterparts ---- */

static const struct su_region *find_counterpart(const struct su_point *point,
						const struct su_region *wanted)
{
	const struct su_side *from = point->pair->from, *to = point->pair->to;
	const struct su_region *found = NULL;

	for (size_t i = 0; i < from->values->regions.len; i++) {
		const struct su_region *region = &from->values->regions.at[i];

		if (wanted->local < 0 && region->local < 0 &&
		    region->off == su_frame_offset(point->pair, wanted->off) &&
		    region->size == wanted->size)
			return region;
		if (wanted->local >= 0 && region->local >= 0 &&
		    strcmp(from->locals[region->local].key, to->locals[wanted->local].key) == 0)
			found = region;
	}
	return found;
}

/* The same variable in `from`, in memory but never accessed through a pointer there. */
static bool counterpart_in_memory(const struct su_point *point, const struct su_region *wanted,
				  struct su_region *ret)
{
	const struct su_side *from = point->pair->from, *to = point->pair->to;
	const struct su_local *local = wanted->local >= 0 ? &to->locals[wanted->local] : NULL;

	for (size_t i = 0; local && i < from->local_count; i++) {
		struct su_loc at = point->from_locs[i];

		if (strcmp(from->locals[i].key, local->key) != 0 || at.kind != SU_LOC_FRAME)
			continue;
		is_unlisted(from, (uint32_t)i, at, ret);
		return true;
	}
	return false;
}

/* ---- objects without a name ---- */

static bool accesses_region(const struct su_values *values, uint32_t insn,
			    const struct su_region *region)
{
	int64_t off = values->frame_off[insn];

	return off != SU_NO_OFF && su_derive_is_inside(region, off);
}

static int64_t save_of(struct su_values *values, uint32_t index)
{
	uint32_t *state = su_alloc(values->loc_count * sizeof(*state));
	int64_t off;

	su_values_before(values, index, state);
	off = su_derive_saves_at(values, index, state);
	free(state);
	return off;
}

/* Whether `a` saves a register in the region, and `b` has something else there. */
static bool saves_alone(struct su_values *a, struct su_values *b, const uint32_t *partner,
			const struct su_region *region)
{
	for (uint32_t i = 0; i < a->code->insn_count; i++) {
		int64_t off = a->code->insns[i].opcode == SU_OPC_PUSH ? save_of(a, i) : SU_NO_OFF;

		if (off != SU_NO_OFF && su_derive_is_inside(region, off) &&
		    (partner[i] == SU_NO_INSN || save_of(b, partner[i]) != off))
			return true;
	}
	return false;
}

static bool writes_memory(const struct su_insn *insn)
{
	bool found = false;

	for (uint8_t i = 0; i < insn->operand_count; i++)
		found |= insn->operands[i].kind == SU_OP_MEM && insn->operands[i].written;
	return found;
}

/* What register operands hold at two paired accesses. */
static bool same_inputs(struct su_prover *prover, uint32_t from_insn, uint32_t to_insn)
{
	struct su_values *from = prover->pair->from->values, *to = prover->pair->to->values;
	uint32_t *from_state = su_alloc(from->loc_count * sizeof(*from_state));
	uint32_t *to_state = su_alloc(to->loc_count * sizeof(*to_state));
	const struct su_insn *a = &from->code->insns[from_insn], *b = &to->code->insns[to_insn];
	bool same = a->operand_count == b->operand_count;

	su_values_after(from, from_insn, from_state);
	su_values_after(to, to_insn, to_state);
	for (uint8_t i = 0; i < a->operand_count && same; i++) {
		const struct su_operand *x = &a->operands[i], *y = &b->operands[i];

		same = x->kind == y->kind && x->size == y->size;
		if (same && x->kind == SU_OP_REG && x->read && !x->written)
			same = x->reg <= SU_REG_VECTOR_LAST && y->reg <= SU_REG_VECTOR_LAST &&
			       su_prover_related(prover,
						 su_product_pair_of(prover->pair->product,
								    from_insn, to_insn),
						 from_state[x->reg], to_state[y->reg]);
	}
	free(from_state);
	free(to_state);
	return same;
}

/* A region without a name goes up to the next thing known, and spill slots may lie in it.  The
 * bytes are the same on both sides only if they are accessed in the same way: what `to` accesses
 * directly `from` does too, and what `from` writes directly `to` does too. */
static bool is_used_alike(const struct su_point *point, const struct su_region *region)
{
	const struct su_pair *pair = point->pair;
	struct su_values *from = pair->from->values, *to = pair->to->values;

	if (saves_alone(from, to, pair->alignment->new_of, region) ||
	    saves_alone(to, from, pair->alignment->old_of, region))
		return false;
	for (uint32_t i = 0; i < to->code->insn_count; i++) {
		uint32_t other = pair->alignment->old_of[i];

		if (!accesses_region(to, i, region))
			continue;
		if (other == SU_NO_INSN || from->frame_off[other] != to->frame_off[i] ||
		    (writes_memory(&to->code->insns[i]) &&
		     !same_inputs(point->deriver->prover, other, i)))
			return false;
	}
	for (uint32_t i = 0; i < from->code->insn_count; i++) {
		uint32_t other = pair->alignment->new_of[i];

		if (accesses_region(from, i, region) && writes_memory(&from->code->insns[i]) &&
		    (other == SU_NO_INSN || to->frame_off[other] != from->frame_off[i]))
			return false;
	}
	return true;
}

/* ---- moves ---- */

static const char *object_name(const struct su_point *point, const struct su_region *region)
{
	const struct su_side *to = point->pair->to;

	if (region->local >= 0)
		return to->locals[region->local].name;
	return su_arena_format(point->pair->arena, "the unnamed frame object at %s",
			       su_frame_name(point->pair->arena, region->off));
}

static void add_move(struct su_point *point, const struct su_region *from,
		     const struct su_region *to)
{
	struct su_move *move = su_vec_add(&point->recipe->moves);
	int64_t off = su_frame_offset(point->pair, to->off);

	su_vec_push(&point->objects, (struct su_moved_object){ from->off, off, to->size });
	move->to_memory = true;
	move->off = off;
	move->from_off = from->off;
	move->size = (uint32_t)to->size;
	move->derivation = SU_DERIVED_OBJECT;
	move->name = to->local >= 0 ? object_name(point, to) : NULL;
	move->text = from->off == off ? "object, stays in place" : "object, moved";
}

static bool same_layout(const struct su_point *point, const struct su_region *from,
			const struct su_region *to)
{
	if (from->size != to->size)
		return false;
	if (from->local < 0 || to->local < 0)
		return true;
	return point->pair->from->locals[from->local].type_hash ==
	       point->pair->to->locals[to->local].type_hash;
}

/* Whether `from` holds the object whatever way the activation came to it. */
static bool is_kept(struct su_point *point, const struct su_region *from)
{
	const struct su_side *side = point->pair->from;
	struct su_region shared;

	if (from->local >= 0 && !su_debug_local_in_scope(side->program->debug, side->routine->vaddr,
							 (uint32_t)from->local, point->from_vaddr))
		return su_derive_may_read_dead(point, NULL);
	if (from->local >= 0 &&
	    is_unlisted(side, (uint32_t)from->local, point->from_locs[from->local], &shared))
		return true; /* by derive_unlisted(), where an activation was carried to there */
	return su_derive_may_read_memory(point, from->off, from->size);
}

/* Whether an updater that knows where the frame is knows where the object is, and so can look for
 * those who hold its address. */
static bool has_findable_address(const struct su_point *point, const struct su_region *from,
				 const struct su_region *to)
{
	return su_frame_base(from->off) == SU_FRAME_CFA &&
	       su_frame_base(su_frame_offset(point->pair, to->off)) == SU_FRAME_CFA;
}

/* What both have of an array is in the same place in both. */
static bool same_elements(const struct su_point *point, const struct su_region *from,
			  const struct su_region *to)
{
	const struct su_local *old, *new;

	if (from->local < 0 || to->local < 0)
		return false;
	old = &point->pair->from->locals[from->local];
	new = &point->pair->to->locals[to->local];
	return old->element_hash && old->element_hash == new->element_hash &&
	       old->size == from->size &&new->size == to->size;
}

/* NULL, and in *ret what of the object is copied, if anything; or why it cannot be carried over. */
static const char *fit_layout(struct su_point *point, const struct su_region *from,
			      const struct su_region *to, struct su_region *ret)
{
	*ret = *to;
	if (same_layout(point, from, to))
		return NULL;
	ret->size = 0;
	if (su_derive_is_unused(point, to) || su_derive_is_replaced(point, to))
		return NULL;
	if (same_elements(point, from, to)) {
		ret->size = from->size < to->size ? from->size : to->size;
		if (ret->size == to->size ? su_derive_is_overwritten(point, to)
					  : su_derive_tail(point, to, ret->size))
			return NULL;
	}
	return su_arena_format(point->pair->arena, SU_WHY_OBJECT_LAYOUT, object_name(point, to));
}

static const char *derive_object(struct su_point *point, const struct su_region *region)
{
	const struct su_pair *pair = point->pair;
	struct su_region in_memory, kept;
	const char *reason;
	const struct su_region *from = find_counterpart(point, region);

	if (region->local >= 0 &&
	    !su_debug_local_in_scope(pair->to->program->debug, pair->to->routine->vaddr,
				     (uint32_t)region->local, point->to_vaddr))
		return NULL;
	if (!from && counterpart_in_memory(point, region, &in_memory))
		from = &in_memory;
	if (from && su_derive_is_put_off(point, from, region))
		from = NULL;
	if (from && region->local < 0 && !point->pair->alignment->differs &&
	    !is_used_alike(point, region))
		from = NULL;
	if (!from) {
		if (su_derive_asserted_object(point, region))
			return NULL;
		if (!su_derive_contents_matter(point, region) ||
		    su_derive_scalar_object(point, region) ||
		    su_derive_filled_object(point, region))
			return NULL;
		return su_arena_format(pair->arena, SU_WHY_OBJECT_REMOVED,
				       object_name(point, region));
	}
	reason = fit_layout(point, from, region, &kept);
	if (reason || !kept.size)
		return reason;
	if (!is_kept(point, from))
		return su_arena_format(pair->arena, SU_WHY_OBJECT_KEPT_BY_ONE,
				       object_name(point, region));
	if (!su_derive_reachable(point, from->off) ||
	    !su_derive_reachable(point, su_frame_offset(pair, region->off)))
		return SU_WHY_FRAME_NOT_HELD;
	if (from->off != su_frame_offset(pair, region->off) &&
	    (from->retained || region->retained)) {
		if (!has_findable_address(point, from, region))
			return su_arena_format(pair->arena, SU_WHY_OBJECT_MOVES,
					       object_name(point, region));
		point->recipe->unheld = true;
	}
	add_move(point, from, &kept);
	return NULL;
}

static const char *derive_unlisted(struct su_point *point)
{
	const struct su_side *to = point->pair->to;
	const char *reason = NULL;
	struct su_region region;

	for (uint32_t i = 0; i < to->local_count && !reason; i++) {
		if (is_unlisted(to, i, point->to_locs[i], &region) &&
		    !su_derive_is_unused(point, &region))
			reason = derive_object(point, &region);
	}
	return reason;
}

const char *su_derive_objects(struct su_point *point)
{
	const struct su_values *values = point->pair->to->values;

	for (size_t i = 0; i < values->regions.len; i++) {
		const char *reason = derive_object(point, &values->regions.at[i]);

		if (reason)
			return reason;
	}
	return derive_unlisted(point);
}
