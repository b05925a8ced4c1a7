/*
 * Rule "seeded" for objects: one that `from` does not have starts as the new program starts it, if
 * that is constant (bytes.c).
 */
#include <stdlib.h>

#include "checkpoint/derive/derive_private.h"

#define RUN 32 /* so many equal bytes are one value */

static bool is_constant(uint64_t byte)
{
	return byte != SU_BYTE_UNWRITTEN && byte != SU_BYTE_UNKNOWN;
}

/* Byte of an address. */
static bool is_piece(uint64_t byte)
{
	return byte & 0x1000;
}

static bool all_constant(const uint64_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (!is_constant(bytes[i]))
			return false;
	}
	return true;
}

/* How many bytes from `at` on equal it. */
static size_t run_length(const uint64_t *bytes, size_t at, size_t size)
{
	size_t end = at;

	while (end < size && bytes[end] == bytes[at])
		end++;
	return end - at;
}

static bool is_whole_piece(const uint64_t *bytes, size_t at, size_t size)
{
	for (unsigned i = 0; i < 8; i++) {
		if (at + i >= size || bytes[at + i] != bytes[at] + i)
			return false;
	}
	return (bytes[at] & 0xfff) == 0;
}

/* The value of the bytes from `at` on, as many as one can be made of; NULL: not in one. */
static const struct su_source *source_at(struct su_point *point, const uint64_t *bytes, size_t at,
					 size_t size, uint32_t *ret_size)
{
	struct su_source source = { .kind = SU_SOURCE_CONST };
	size_t run = run_length(bytes, at, size), left = size - at;

	*ret_size = 8;
	if (is_piece(bytes[at]))
		return is_whole_piece(bytes, at, size)
			       ? su_source_constant(point, (uint32_t)(bytes[at] >> 16))
			       : NULL;
	if (run >= RUN) {
		*ret_size = (uint32_t)(run & ~(size_t)7);
		source.imm = (int64_t)((bytes[at] & 0xff) * 0x0101010101010101);
		return su_source_new(point, source);
	}
	while (*ret_size > left)
		*ret_size /= 2;
	for (uint32_t i = 0; i < *ret_size; i++) {
		if (is_piece(bytes[at + i]))
			return NULL;
		source.imm |= (int64_t)((bytes[at + i] & 0xff) << 8 * i);
	}
	return su_source_new(point, source);
}

/* The bytes from `at` on that are constant have their values, as far as one can be made. */
static size_t add_value(struct su_point *point, const struct su_region *region,
			const uint64_t *bytes, size_t at)
{
	struct su_move move = { .to_memory = true,
				.off = su_frame_offset(point->pair, region->off + (int64_t)at),
				.derivation = SU_DERIVED_SEEDED,
				.name = point->pair->to->locals[region->local].name };

	move.source = source_at(point, bytes, at, region->size, &move.size);
	if (!move.source)
		return 0;
	su_vec_push(&point->recipe->moves, move);
	return move.size;
}

static bool add_values(struct su_point *point, const struct su_region *region,
		       const uint64_t *bytes, size_t first)
{
	size_t before = point->recipe->moves.len, size;

	for (size_t at = first; at < region->size; at += size) {
		size = add_value(point, region, bytes, at);
		if (!size) {
			point->recipe->moves.len = before;
			return false;
		}
	}
	point->recipe->seeded = true;
	return true;
}

/* Whether nothing has ever been written from byte `first` on. */
static bool all_unwritten(const uint64_t *bytes, size_t first, size_t size)
{
	while (first < size && bytes[first] == SU_BYTE_UNWRITTEN)
		first++;
	return first == size;
}

bool su_derive_filled(struct su_point *point, const struct su_region *region, size_t first,
		      su_passes_by *passes_by)
{
	uint64_t *bytes;
	bool filled;

	if (region->size > SU_MAX_FILLED ||
	    !su_derive_reachable(point, su_frame_offset(point->pair, region->off)))
		return false;
	bytes = su_alloc(region->size * sizeof(*bytes));
	filled = su_derive_bytes(point, region, passes_by, bytes) &&
		 ((first && all_unwritten(bytes, first, region->size)) ||
		  (all_constant(bytes + first, region->size - first) &&
		   add_values(point, region, bytes, first)));
	free(bytes);
	return filled;
}

bool su_derive_filled_object(struct su_point *point, const struct su_region *region)
{
	const struct su_pair *pair = point->pair;
	const struct su_local *local = region->local >= 0 ? &pair->to->locals[region->local] : NULL;

	return local && local->size == region->size && !local->is_parameter &&
	       !su_side_local(pair->from, local->key) && !su_derive_may_be_renamed(point, local) &&
	       su_derive_filled(point, region, 0, NULL);
}
