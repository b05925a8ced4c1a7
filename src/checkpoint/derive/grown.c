/*
 * An array that has more elements in `to`, or fewer: part of derive_private.h.
 *
 * The elements that both have are copied.  What `to` has behind them, the *tail*, is known in three
 * cases.  The array is overwritten as a whole before it is read: all that touches it next are
 * library functions that fill a buffer, which are given all of it.  Or one call fills it first and
 * next, whatever way was taken (contents.c), and cannot know that it has been made before: it is given
 * constants and arrays, and neither it nor what it calls names a variable.  Or the tail is at the place what
 * the new version starts it with (bytes.c): constants, or nothing, if no execution of `to` that did
 * what `from` has done can have written there.  Then each instruction that may have written to the
 * array
 * - adds to an element (rule "seeded"), or
 * - is a library function that does not write through what it is given, or
 * - fills the array from its start, as `from` does at the same call; what is behind what that tells
 *   has no meaning, and what it tells has found room in `from`, or
 * - runs together with one of `from` that is given the same: a store to the same element, a call of
 *   one function that has not changed.  What `from` does is within its array.
 * A ring may be filled like that, too; but where it begins again is another place in a larger one,
 * so what it holds is not where the new version looks for it (ring.c).
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/define.h"
#include "analysis/library.h"
#include "analysis/states.h"
#include "arch/abi.h"
#include "checkpoint/align/align.h"
#include "checkpoint/derive/derive_private.h"
#include "checkpoint/side/callees.h"
#include "checkpoint/side/leaf.h"

/* ---- library functions ---- */

static bool writes_of(const struct su_side *side, uint32_t index, struct su_library_writes *ret)
{
	const struct su_insn *insn = &side->routine->code->insns[index];
	const char *name =
		insn->opcode == SU_OPC_CALL ? su_library_callee(side->values->image, insn) : NULL;

	return name && su_library_writes(name, ret);
}

/* Whether the call is given the start of the object to fill it. */
static bool fills_from_start(const struct su_side *side, uint32_t index, int64_t start,
			     struct su_library_writes *ret, uint32_t *ret_arguments)
{
	int64_t off;

	if (!writes_of(side, index, ret) || !ret->fills)
		return false;
	su_calls_read_arguments(side, index, ret_arguments);
	return su_is_frame_address(side->values, ret_arguments[ret->buffer], &off) && off == start;
}

static bool fills_all(const struct su_point *point, const struct su_region *region, uint32_t index)
{
	const struct su_side *to = point->pair->to;
	uint32_t arguments[SU_ABI_ARGUMENT_COUNT];
	struct su_library_writes writes;
	const struct su_value *size;

	if (!fills_from_start(to, index, region->off, &writes, arguments))
		return false;
	size = su_value_get(to->values, arguments[writes.size]);
	return size->kind == SU_VAL_CONST && size->imm > 0 && size->imm <= SU_MAX_FILLED &&
	       (uint64_t)size->imm * writes.unit + 1 >= region->size;
}

/* ---- what fills anew ---- */

/* Whether the argument brings nothing of what was done before: a constant, or an array. */
static bool brings_no_past(const struct su_side *side, uint32_t number)
{
	int64_t off;

	if (su_leaf_is_constant(side, number))
		return true;
	if (!su_is_frame_address(side->values, number, &off))
		return false;
	for (size_t i = 0; i < side->values->regions.len; i++) {
		const struct su_region *region = &side->values->regions.at[i];

		if (region->off == off && region->local >= 0 &&
		    side->locals[region->local].element_hash)
			return true;
	}
	return false;
}

/* Whether the call is of a function that is given the array's start and nothing by which it could
 * know that it has been called before. */
static bool fills_anew(const struct su_point *point, const struct su_region *region, uint32_t index)
{
	const struct su_side *to = point->pair->to;
	const struct su_insn *call = &to->routine->code->insns[index];
	uint8_t taken;
	uint32_t arguments[SU_ABI_ARGUMENT_COUNT];
	bool given = false, anew = true;
	int64_t off;

	if (call->flow != SU_FLOW_CALL || su_library_callee(to->values->image, call) ||
	    !su_callees_hold_nothing(to->program, call->target))
		return false;
	taken = su_calls_taken(point->deriver->prover->calls, to, index);
	su_calls_read_arguments(to, index, arguments);
	for (int i = 0; i < SU_ABI_ARGUMENT_COUNT && anew; i++) {
		if (!(taken >> i & 1))
			continue;
		given |= su_is_frame_address(to->values, arguments[i], &off) && off == region->off;
		anew = brings_no_past(to, arguments[i]);
	}
	return given && anew;
}

static bool is_filled_anew(const struct su_point *point, const struct su_region *region)
{
	return !su_derive_contents_matter(point, region) &&
	       su_derive_next_touches(point, region, fills_anew);
}

static bool replaces_all(const struct su_point *point, const struct su_region *region,
			 uint32_t index)
{
	uint32_t arguments[SU_ABI_ARGUMENT_COUNT];
	struct su_library_writes writes;

	return fills_all(point, region, index) &&
	       fills_from_start(point->pair->to, index, region->off, &writes, arguments) &&
	       !writes.leaves;
}

bool su_derive_is_replaced(const struct su_point *point, const struct su_region *region)
{
	return !region->retained && su_derive_next_touches(point, region, replaces_all);
}

bool su_derive_is_overwritten(const struct su_point *point, const struct su_region *region)
{
	return !region->retained && su_derive_next_touches(point, region, fills_all);
}

/* ---- what runs together ---- */

/* Whether all executions of instruction `index` of `to` are in step with one of its partner. */
static bool find_partner(const struct su_pair *pair, uint32_t index, struct su_product_pair *ret)
{
	const struct su_product *product = pair->product;
	uint32_t partner = pair->alignment->old_of[index];
	const struct su_product_pair *found =
		partner == SU_NO_INSN ? NULL : su_product_pair_of(product, partner, index);

	if (!found)
		return false;
	*ret = *found;
	return (pair->alignment->differs && partner == index) ||
	       (product->only_to[index] == found->node &&
		product->only_from[partner] == found->node);
}

static bool is_given_the_same(const struct su_point *point, const struct su_product_pair *at)
{
	const struct su_pair *pair = point->pair;
	const struct su_insn *call = &pair->to->routine->code->insns[at->j];
	uint32_t arguments[SU_ABI_ARGUMENT_COUNT][2];
	size_t count;

	if (!su_calls_same_callee(pair, at->i, at->j) ||
	    (!su_library_callee(pair->to->values->image, call) &&
	     (call->flow != SU_FLOW_CALL || !su_callees_stay(pair->to->program, call->target))))
		return false;
	count = su_calls_all_arguments(point->deriver->prover->calls, at->i, at->j, arguments);
	for (size_t i = 0; i < count; i++) {
		if (!su_prover_related(point->deriver->prover, at, arguments[i][0],
				       arguments[i][1]))
			return false;
	}
	return count > 0;
}

/* Whether both store to the same place. */
static bool stores_alike(const struct su_point *point, const struct su_product_pair *at,
			 const uint32_t *state)
{
	struct su_values *from = point->pair->from->values, *to = point->pair->to->values;
	const struct su_insn *a = &from->code->insns[at->i], *b = &to->code->insns[at->j];
	const struct su_operand *there = su_side_stored(a), *here = su_side_stored(b);
	uint32_t *from_state, u;

	if (!there || !here || su_side_stores_oddly(a) || su_side_stores_oddly(b) ||
	    there->size != here->size)
		return false;
	from_state = su_alloc(from->loc_count * sizeof(*from_state));
	su_values_before(from, at->i, from_state);
	u = su_transfer_address(from, there, from_state);
	free(from_state);
	return su_prover_related(point->deriver->prover, at, u,
				 su_transfer_address(to, here, state));
}

/* ---- the tail ---- */

static const struct su_region *counterpart_of(const struct su_pair *pair,
					      const struct su_region *region)
{
	const char *key = pair->to->locals[region->local].key;
	const struct su_values *from = pair->from->values;

	for (size_t i = 0; i < from->regions.len; i++) {
		int32_t local = from->regions.at[i].local;

		if (local >= 0 && strcmp(pair->from->locals[local].key, key) == 0)
			return &from->regions.at[i];
	}
	return NULL;
}

/* Whether `from` fills its array at the same call, from the start as well. */
static bool is_filled_alike(const struct su_point *point, const struct su_region *region,
			    const struct su_product_pair *at)
{
	const struct su_pair *pair = point->pair;
	const struct su_region *from = counterpart_of(pair, region);
	uint32_t arguments[SU_ABI_ARGUMENT_COUNT];
	struct su_library_writes writes;

	return from && su_calls_same_callee(pair, at->i, at->j) &&
	       fills_from_start(pair->to, at->j, region->off, &writes, arguments) &&
	       !writes.tells_all &&
	       fills_from_start(pair->from, at->i, from->off, &writes, arguments);
}

/* Whether the call is given no pointer into the array that it may write through. */
static bool only_reads(const struct su_point *point, const struct su_region *region, uint32_t index)
{
	const struct su_side *to = point->pair->to;
	uint8_t may_write = su_calls_taken(point->deriver->prover->calls, to, index);
	uint32_t arguments[SU_ABI_ARGUMENT_COUNT];
	struct su_library_writes writes;
	bool reads = true;

	if (writes_of(to, index, &writes))
		may_write &= writes.through;
	su_calls_read_arguments(to, index, arguments);
	for (int i = 0; i < SU_ABI_ARGUMENT_COUNT && reads; i++)
		reads = !(may_write >> i & 1) ||
			!su_derive_points_into(to->values, arguments[i], region);
	return reads;
}

static bool leaves_tail(const struct su_point *point, const struct su_region *region,
			uint32_t index, const uint32_t *state)
{
	bool calls = point->pair->to->routine->code->insns[index].opcode == SU_OPC_CALL;
	struct su_product_pair at;

	if (calls && only_reads(point, region, index))
		return true;
	if (!find_partner(point->pair, index, &at))
		return false;
	return calls ? is_given_the_same(point, &at) || is_filled_alike(point, region, &at)
		     : stores_alike(point, &at, state);
}

bool su_derive_tail(struct su_point *point, const struct su_region *region, size_t first)
{
	if (region->retained)
		return false;
	return su_derive_is_overwritten(point, region) || is_filled_anew(point, region) ||
	       (!su_derive_may_be_ring(point, region) &&
		su_derive_filled(point, region, first, leaves_tail));
}
