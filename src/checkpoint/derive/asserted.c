/*
 * Values that the user's specification asserts: see asserted.h.
 */
#include "checkpoint/derive/derive_private.h"

static const struct su_asserted_value *value_of(const struct su_point *point, uint32_t local)
{
	const struct su_asserted *asserted = point->deriver->asserted;

	for (size_t i = 0; asserted && i < asserted->values.len; i++) {
		if (asserted->values.at[i].local == local)
			return &asserted->values.at[i];
	}
	return NULL;
}

static const struct su_source *
source_of_assertion(struct su_point *point, const struct su_local *local, struct su_move *move)
{
	const struct su_asserted_value *value = value_of(point, local->index);

	if (!value)
		return NULL;
	move->derivation = SU_DERIVED_ASSERTED;
	move->name = local->name;
	return su_source_new(point, (struct su_source){ .kind = SU_SOURCE_CONST,
							.imm = value->number,
							.assertion = value->assertion + 1 });
}

const struct su_source *su_derive_asserted(struct su_point *point, const struct su_want *want,
					   struct su_move *move)
{
	int64_t distance = 0;
	const struct su_local *local =
		su_derive_new_local_in(point, want->v, want->loc, want->size, &distance);
	const struct su_source *source = local ? source_of_assertion(point, local, move) : NULL;

	source = su_source_sum(point, source, distance);
	if (source && distance)
		source = su_source_extended(point, source, (uint8_t)local->size, false);
	return source;
}

bool su_derive_asserted_object(struct su_point *point, const struct su_region *region)
{
	const struct su_side *to = point->pair->to;
	int64_t off = su_frame_offset(point->pair, region->off);
	struct su_move move = { .to_memory = true, .off = off, .size = (uint32_t)region->size };

	if (region->local < 0 || to->locals[region->local].size != region->size ||
	    !su_source_is_load_size(region->size) || region->size > 8 ||
	    !su_derive_reachable(point, off))
		return false;
	move.source = source_of_assertion(point, &to->locals[region->local], &move);
	if (move.source)
		su_vec_push(&point->recipe->moves, move);
	return move.source != NULL;
}

static bool is_asserted(const struct su_source *source)
{
	if (!source || source->kind != SU_SOURCE_OP)
		return source && source->assertion;
	return is_asserted(source->a) || is_asserted(source->b);
}

void su_derive_mark_asserted(struct su_recipe *recipe)
{
	for (size_t i = 0; i < recipe->moves.len; i++) {
		if (!is_asserted(recipe->moves.at[i].source))
			continue;
		recipe->moves.at[i].derivation = SU_DERIVED_ASSERTED;
		recipe->asserted_value = true;
	}
}
