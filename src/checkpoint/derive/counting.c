/*
 * Rule "recomputed" for what counts together with something else (relate/steps.h): an index from a
 * pointer, lines + 1 from lines, what is left from what is done.
 *
 * With u = u0 + k * du and v = v0 + k * dv + ahead, v follows from u as far as u tells k:
 *
 *	- dv is a multiple of du: v = v0 + ahead + (u - u0) * (dv / du), in any width that u has;
 *	- else u - u0 is divided by du: exact when k * du fits into 64 bits, with its sign.  k is a
 *	  number of rounds of one activation.  With |du| at most 64 these would be 2^57, which takes
 *	  years at a nanosecond each.  Of 32 bits of v the low 32 of k are enough.
 *	- u of 32 bits tells k of a 64-bit v only when the source says that it is a signed integer:
 *	  one that overflowed has no meaning, so it did not.
 */
#include "analysis/value_table.h"
#include "checkpoint/derive/derive_private.h"
#include "checkpoint/relate/steps.h"
#include "checkpoint/side/leaf.h"

#define MAX_DIVISOR 64

static const struct su_source *operation(struct su_point *point, enum su_expr_op op,
					 const struct su_source *a, const struct su_source *b,
					 uint8_t size, int64_t imm)
{
	return su_source_new(point, (struct su_source){ .kind = SU_SOURCE_OP,
							.op = (uint8_t)op,
							.size = size,
							.imm = imm,
							.a = a,
							.b = b });
}

static const struct su_source *times(struct su_point *point, const struct su_source *a,
				     int64_t factor)
{
	return factor == 1 ? a : operation(point, SU_EXPR_MUL, a, NULL, 8, factor);
}

/* The number that `odd` times it is 1, in 64 bits: five rounds of Newton's method. */
static int64_t inverse_of(int64_t odd)
{
	uint64_t a = (uint64_t)odd, x = a;

	for (int i = 0; i < 5; i++)
		x *= 2 - a * x;
	return (int64_t)x;
}

/* What `to` calls the variable of the program at this address of `from`: memory that is written is
 * kept where it is. */
static const struct su_source *kept_address(struct su_point *point, uint32_t u0)
{
	const struct su_pair *pair = point->pair;
	const struct su_value *u = su_value_get(pair->from->values, u0);
	const struct su_section *section =
		su_image_section_at(pair->from->program->image, (uint64_t)u->imm);

	if (!section || !(section->flags & SHF_WRITE))
		return NULL;
	for (uint32_t n = 0; n < pair->to->values->table.len; n++) {
		const struct su_value *v = su_value_get(pair->to->values, n);

		if (v->kind == SU_VAL_ADDR && su_value_distance(u) == su_value_distance(v) &&
		    su_leaf_same(pair, u, v, 8))
			return su_source_constant(point, n);
	}
	return NULL;
}

/* What `base` of `from` is, from where it is at the point. */
static const struct su_source *held(struct su_point *point, uint32_t base, uint8_t size)
{
	const struct su_values *values = point->pair->from->values;

	for (uint32_t l = 0; l < values->loc_count; l++) {
		struct su_linear in = su_linear_of(values, point->from_state[l], size);

		if (in.base == base && su_derive_survives(point, l) &&
		    !su_derive_points_into_moved(point, point->from_state[l]) &&
		    su_derive_may_read(point, l, size))
			return su_source_sum(point, su_source_location(point, l, size), -in.add);
	}
	return NULL;
}

static const struct su_source *start_of(struct su_point *point, const struct su_steps *steps)
{
	const struct su_values *values = point->pair->from->values;
	const struct su_source *source = held(point, steps->u0.base, steps->u_size);

	if (source)
		return su_source_sum(point, source, steps->u0.add);
	return su_value_get(values, steps->u0_number)->kind == SU_VAL_ADDR
		       ? kept_address(point, steps->u0_number)
		       : NULL;
}

/* Whether DWARF says that location `loc` of `from` holds a signed integer of 32 bits. */
static bool is_signed(const struct su_point *point, uint32_t loc)
{
	const struct su_side *from = point->pair->from;

	for (uint32_t i = 0; i < from->local_count; i++) {
		const struct su_local *local = &from->locals[i];

		if (local->size == 4 && local->is_signed && local->is_integer &&
		    su_derive_location_of(from, i, point->from_locs[i]) == loc)
			return true;
	}
	return false;
}

/* k * du, from location `loc`, which holds u + add. */
static const struct su_source *distance_from(struct su_point *point, uint32_t loc, int64_t add,
					     const struct su_steps *steps)
{
	const struct su_source *u = su_source_location(point, loc, steps->u_size), *start;

	if (steps->u_size < 8)
		u = su_source_extended(point, u, 4, true);
	if (!steps->u0.base)
		return su_source_sum(point, u,
				     (int64_t)(0 - (uint64_t)add - (uint64_t)steps->u0.add));
	start = start_of(point, steps);
	u = su_source_sum(point, u, -add);
	return start && u ? operation(point, SU_EXPR_SUB, u, start, 8, 0) : NULL;
}

/* k * dv from k * du. */
static const struct su_source *scaled(struct su_point *point, const struct su_source *distance,
				      const struct su_steps *steps)
{
	int shift = __builtin_ctzll((uint64_t)steps->du);
	int64_t odd = steps->du >> shift;

	if (steps->dv % steps->du == 0)
		return times(point, distance, steps->dv / steps->du);
	if (steps->u_size < 8 || steps->du > MAX_DIVISOR || steps->du < -MAX_DIVISOR)
		return NULL;
	if (shift)
		distance = operation(point, SU_EXPR_SAR, distance, NULL, 8, shift);
	distance = times(point, distance, inverse_of(odd));
	return times(point, distance, steps->dv);
}

static const struct su_source *source_from(struct su_point *point, const struct su_want *want,
					   uint32_t loc, struct su_steps *steps,
					   struct su_move *move)
{
	const struct su_values *values = point->pair->from->values;
	struct su_linear in = su_linear_of(values, point->from_state[loc], steps->u_size);
	const struct su_source *distance, *start;

	if (!in.base || su_value_get(values, in.base)->kind != SU_VAL_PHI ||
	    !su_derive_survives(point, loc) ||
	    (steps->u_size < steps->v_size && !(is_signed(point, loc) && !point->recipe->lands)) ||
	    !su_prover_count_together(point->deriver->prover, &point->at, in.base, want->v, steps))
		return NULL;
	if (steps->u_size < steps->v_size && steps->u0.base)
		return NULL;
	distance = distance_from(point, loc, in.add, steps);
	distance = distance ? scaled(point, distance, steps) : NULL;
	if (distance && steps->v0.base) {
		start = su_derive_part(point, want, steps->v0_number, steps->v_size, move);
		distance = start ? operation(point, SU_EXPR_SUM, start, distance, 1, 0) : NULL;
		distance = su_source_sum(point, distance, steps->ahead);
	} else {
		distance = su_source_sum(point, distance, steps->v0.add + steps->ahead);
	}
	return distance && su_derive_may_read(point, loc, steps->u_size) ? distance : NULL;
}

const struct su_source *su_derive_counting(struct su_point *point, const struct su_want *want,
					   struct su_move *move)
{
	struct su_values *to = point->pair->to->values;
	const struct su_values *from = point->pair->from->values;
	bool narrow = want->size <= 4 || su_values_narrow(to, want->v, 4);
	struct su_steps steps = { .v_size = narrow ? 4 : 8 };

	if (su_derive_to_value(point, want->v)->kind != SU_VAL_PHI || want->depth > 4)
		return NULL;
	for (steps.u_size = 8; steps.u_size >= 4; steps.u_size -= 4) {
		for (uint32_t l = 0; l < from->loc_count; l++) {
			const struct su_source *source =
				l < 16 || l >= SU_CELL_BASE
					? source_from(point, want, l, &steps, move)
					: NULL;

			if (source)
				return narrow && want->size > 4
					       ? su_source_extended(point, source, 4, false)
					       : source;
		}
	}
	return NULL;
}
