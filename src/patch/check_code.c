/*
 * Checking the records that say where code is written and where control goes: the ranges of dead
 * code, the jumps over it, the checkpoints that they serve.  Part of reader.h.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "arch/abi.h"
#include "arch/code.h"
#include "base/alloc.h"
#include "base/search.h"
#include "patch/patch_private.h"

#define ENDBR_SIZE 4

/* ---- ranges ---- */

static int compare_ranges(const void *a, const void *b)
{
	const struct su_patch_range *x = *(const struct su_patch_range *const *)a;
	const struct su_patch_range *y = *(const struct su_patch_range *const *)b;

	return (x->vaddr > y->vaddr) - (x->vaddr < y->vaddr);
}

static struct su_err *check_range(const struct su_patch *patch, const struct su_patch_range *range)
{
	if (range->direction > SU_REVERSE || range->function >= patch->function_count)
		return su_patch_bad("range of an unknown function");
	if (!range->size || !su_patch_is_code(patch, range->direction, range->vaddr, range->size))
		return su_patch_bad("range at 0x%" PRIx64 " is no code", range->vaddr);
	return su_patch_check_fields(patch, range);
}

/* Sorts the ranges of one direction into priv->ranges and checks that they are disjoint. */
static struct su_err *index_ranges(struct su_patch *patch, unsigned direction)
{
	const struct su_patch_range **sorted = su_alloc(patch->range_count * sizeof(*sorted));
	size_t count = 0;

	patch->priv->ranges[direction] = sorted;
	for (size_t i = 0; i < patch->range_count; i++) {
		if (patch->ranges[i].direction == direction)
			sorted[count++] = &patch->ranges[i];
	}
	patch->priv->range_counts[direction] = count;
	qsort(sorted, count, sizeof(*sorted), compare_ranges);
	for (size_t i = 1; i < count; i++) {
		if (sorted[i]->vaddr - sorted[i - 1]->vaddr < sorted[i - 1]->size)
			return su_patch_bad("ranges overlap at 0x%" PRIx64, sorted[i]->vaddr);
	}
	return NULL;
}

static bool starts_at_or_before(const void *range, const void *vaddr)
{
	return (*(const struct su_patch_range *const *)range)->vaddr <= *(const uint64_t *)vaddr;
}

const struct su_patch_range *su_patch_range_at(const struct su_patch *patch, unsigned direction,
					       uint64_t vaddr, uint64_t size)
{
	const struct su_patch_range **sorted = patch->priv->ranges[direction];
	size_t after = su_search(sorted, patch->priv->range_counts[direction], sizeof(*sorted),
				 &vaddr, starts_at_or_before);

	if (!after ||
	    !su_patch_within(vaddr, size, sorted[after - 1]->vaddr, sorted[after - 1]->size))
		return NULL;
	return sorted[after - 1];
}

/* ---- jumps ---- */

static bool is_jump_before(const void *jump, const void *wanted)
{
	const struct su_patch_jump *a = jump, *b = wanted;

	return a->direction < b->direction || (a->direction == b->direction && a->at < b->at);
}

/* The jumps have been found to be sorted. */
const struct su_patch_jump *su_patch_jump_at(const struct su_patch *patch, unsigned direction,
					     uint64_t at)
{
	struct su_patch_jump wanted = { .direction = (uint8_t)direction, .at = at };
	size_t i =
		su_search(patch->jumps, patch->jump_count, sizeof(wanted), &wanted, is_jump_before);

	if (i == patch->jump_count || patch->jumps[i].direction != direction ||
	    patch->jumps[i].at != at)
		return NULL;
	return &patch->jumps[i];
}

static struct su_err *check_jump(const struct su_patch *patch, const struct su_patch_jump *jump)
{
	if (jump->direction > SU_REVERSE || jump->kind > SU_JUMP_ISLAND ||
	    jump->to_space > SU_SPACE_PATCH || jump->function >= patch->function_count ||
	    !su_patch_is_zero(jump->reserved, sizeof(jump->reserved)))
		return su_patch_bad("unknown kind of jump at 0x%" PRIx64, jump->at);
	if (jump->size != SU_SHORT_JUMP && jump->size != SU_NEAR_JUMP)
		return su_patch_bad("impossible size of the jump at 0x%" PRIx64, jump->at);
	if (!su_patch_range_at(patch, jump->direction, jump->at, jump->size))
		return su_patch_bad("the jump at 0x%" PRIx64 " is not in dead code", jump->at);
	if (!su_patch_is_code(patch, jump->to_space, jump->to, 1))
		return su_patch_bad("the jump at 0x%" PRIx64 " leads nowhere", jump->at);
	return NULL;
}

/* A short jump leads to an island of its direction; long ones to live code. */
static struct su_err *check_jump_target(const struct su_patch *patch,
					const struct su_patch_jump *jump)
{
	if (jump->size == SU_NEAR_JUMP) {
		if (jump->to_space == jump->direction &&
		    su_patch_range_at(patch, jump->direction, jump->to, 1))
			return su_patch_bad("the jump at 0x%" PRIx64 " leads to dead code",
					    jump->at);
		return NULL;
	}

	int64_t distance = (int64_t)(jump->to - (jump->at + 2));
	const struct su_patch_jump *island = su_patch_jump_at(patch, jump->direction, jump->to);

	if (jump->to_space != jump->direction || distance < INT8_MIN || distance > INT8_MAX)
		return su_patch_bad("the short jump at 0x%" PRIx64 " does not reach", jump->at);
	if (!island || island->kind != SU_JUMP_ISLAND || island->size != SU_NEAR_JUMP)
		return su_patch_bad("the short jump at 0x%" PRIx64 " leads to no island", jump->at);
	return NULL;
}

static struct su_err *check_jumps(const struct su_patch *patch)
{
	for (size_t i = 0; i < patch->jump_count; i++) {
		const struct su_patch_jump *jump = &patch->jumps[i], *last = jump - 1;

		SU_TRY(check_jump(patch, jump));
		if (!i || jump->direction > last->direction)
			continue;
		if (jump->direction < last->direction || jump->at < last->at ||
		    jump->at - last->at < last->size)
			return su_patch_bad("jumps overlap or are not sorted at 0x%" PRIx64,
					    jump->at);
	}
	for (size_t i = 0; i < patch->jump_count; i++)
		SU_TRY(check_jump_target(patch, &patch->jumps[i]));
	return NULL;
}

/* ---- checkpoints ---- */

/*
 * The jump of a call-return checkpoint must lead, perhaps by an island, to its stub or its `to`.
 * That of an entry may stand behind an endbr64, here and there, and so lead past `to`.
 */
static struct su_err *check_landing(const struct su_patch *patch,
				    const struct su_patch_checkpoint *point)
{
	const struct su_patch_jump *jump = su_patch_jump_at(patch, point->direction, point->from);
	unsigned space = point->stub ? SU_SPACE_PATCH : 1u - point->direction;

	if (!jump && point->kind == SU_POINT_ENTRY)
		jump = su_patch_jump_at(patch, point->direction, point->from + ENDBR_SIZE);
	if (!jump)
		return su_patch_bad("no jump at the checkpoint 0x%" PRIx64, point->from);
	if (point->kind == SU_POINT_ENTRY)
		return NULL;
	if (jump->size == 2)
		jump = su_patch_jump_at(patch, point->direction, jump->to);
	if (jump->to_space != space || jump->to != (point->stub ? point->stub : point->to))
		return su_patch_bad("the jump at the checkpoint 0x%" PRIx64 " leads elsewhere",
				    point->from);
	return NULL;
}

static struct su_err *check_checkpoint(const struct su_patch *patch,
				       const struct su_patch_checkpoint *point)
{
	const unsigned known = SU_POINT_SEEDED | SU_POINT_PRISTINE | SU_POINT_SCRATCH |
			       SU_POINT_ANY_WAY | SU_POINT_ASSERTED | SU_POINT_UNHELD;
	const unsigned readable =
		point->kind == SU_POINT_ENTRY ? 0 : (1u << SU_ABI_SAVED_COUNT) - 1;

	if (point->direction > SU_REVERSE || point->kind > SU_POINT_INSIDE ||
	    (point->flags & ~known) || (point->reads & ~readable) ||
	    point->pairing >= SU_PAIRING_COUNT ||
	    (point->pairing && point->kind != SU_POINT_CALL_RETURN) ||
	    point->function >= patch->function_count)
		return su_patch_bad("unknown kind of checkpoint at 0x%" PRIx64, point->from);
	if (!su_patch_is_string(patch, point->old_file) ||
	    !su_patch_is_string(patch, point->new_file))
		return su_patch_bad("the checkpoint at 0x%" PRIx64 " has no file", point->from);
	if (!su_patch_within(point->first_value, point->value_count, 0, patch->value_count))
		return su_patch_bad("the checkpoint at 0x%" PRIx64 " has no values", point->from);
	if (!su_patch_range_at(patch, point->direction, point->from, 1) ||
	    !su_patch_is_code(patch, 1u - point->direction, point->to, 1) ||
	    (point->stub && !su_patch_in_text(patch, point->stub, 1)))
		return su_patch_bad("the checkpoint at 0x%" PRIx64 " is not in code", point->from);
	return check_landing(patch, point);
}

static struct su_err *check_checkpoints(const struct su_patch *patch)
{
	for (size_t i = 0; i < patch->checkpoint_count; i++) {
		const struct su_patch_checkpoint *point = &patch->checkpoints[i], *last = point - 1;

		SU_TRY(check_checkpoint(patch, point));
		if (i && (point->direction < last->direction ||
			  (point->direction == last->direction && point->from <= last->from)))
			return su_patch_bad("checkpoints are not sorted at 0x%" PRIx64,
					    point->from);
	}
	return NULL;
}

struct su_err *su_patch_check_code(struct su_patch *patch)
{
	for (size_t i = 0; i < patch->range_count; i++)
		SU_TRY(check_range(patch, &patch->ranges[i]));
	SU_TRY(index_ranges(patch, SU_FORWARD));
	SU_TRY(index_ranges(patch, SU_REVERSE));
	SU_TRY(check_jumps(patch));
	return check_checkpoints(patch);
}
