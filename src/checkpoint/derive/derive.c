/*
 * Deriving one value at a checkpoint: the rules, strongest first.
 *
 * constant: the value is a constant, an address, a frame address or the canary in `to` alone.
 * relation: some location of `from` holds a value that relate/prover.c proves equal.
 * variable: DWARF says which source variable the value is, and where that is in `from`.
 * recomputed: it is an expression over values that can be derived.
 * seeded: it is a variable that `from` does not have, and it starts from a constant.
 */
#include "checkpoint/derive/derive_private.h"

#define MAX_EFFORT 200 /* values tried for one location */

/* ---- relation ---- */

/* Whether the low `size` bytes of what location `loc` of `from` holds are those of `v`. */
static bool is_usable(struct su_point *point, uint32_t loc, uint32_t v, uint8_t size)
{
	uint32_t u = point->from_state[loc];

	if (!su_derive_survives(point, loc))
		return false;
	if (!su_prover_related_part(point->deriver->prover, &point->at, u, v, size))
		return false;
	return !su_derive_points_into_moved(point, u) && su_derive_may_read(point, loc, size);
}

/* The location of `from` that corresponds to `loc` of `to` by number or place. */
static uint32_t same_location(const struct su_point *point, uint32_t loc)
{
	const struct su_cell *cell;
	const struct su_values *from = point->pair->from->values;
	int64_t place;
	bool exact;
	uint32_t found;

	if (loc < SU_CELL_BASE)
		return loc;
	cell = &point->pair->to->values->cells[loc - SU_CELL_BASE];
	place = su_frame_place(point->pair, cell->off);
	found = su_values_cell(from, place, 1, &exact);
	return found != UINT32_MAX && from->cells[found - SU_CELL_BASE].off == place ? found
										     : UINT32_MAX;
}

static const struct su_source *derive_related(struct su_point *point, uint32_t v, uint32_t loc,
					      uint8_t size)
{
	const struct su_values *values = point->pair->from->values;
	uint32_t same = loc == UINT32_MAX ? UINT32_MAX : same_location(point, loc);
	uint8_t kind =
		su_derive_to_value(point, su_value_low_part(point->pair->to->values, v, size))
			->kind;

	if (kind == SU_VAL_UNDEFINED || kind == SU_VAL_NONE)
		return NULL;
	if (same != UINT32_MAX && is_usable(point, same, v, size))
		return su_source_location(point, same, size);
	for (uint32_t l = 0; l < values->loc_count; l++) {
		uint32_t u = su_value_low_part(values, point->from_state[l], size);

		if (su_value_get(values, u)->kind == kind && is_usable(point, l, v, size))
			return su_source_location(point, l, size);
	}
	return NULL;
}

/* ---- all rules ---- */

static const struct su_source *derive_by_rules(struct su_point *point, uint32_t v, uint32_t loc,
					       uint8_t size, struct su_move *move, int depth);

/* What a stub can compute: see stub.c. */
bool su_derive_computable(const struct su_value *value)
{
	if (value->kind != SU_VAL_EXPR || value->op == SU_EXPR_INSERT)
		return false;
	return value->op != SU_EXPR_SUM || su_source_fits_int32(value->imm);
}

static const struct su_source *derive_recomputed(struct su_point *point, uint32_t v, uint8_t size,
						 struct su_move *move, int depth)
{
	struct su_value value = *su_derive_to_value(point, v);
	struct su_source source = {
		.kind = SU_SOURCE_OP, .op = value.op, .size = value.size, .imm = value.imm
	};

	if (!su_derive_computable(&value) || depth >= SU_DERIVE_DEPTH)
		return NULL;
	size = su_value_needed_size(&value, size);
	source.a = derive_by_rules(point, value.args[0], UINT32_MAX, size, move, depth + 1);
	if (!source.a)
		return NULL;
	if (value.args[1]) {
		source.b = derive_by_rules(point, value.args[1], UINT32_MAX, size, move, depth + 1);
		if (!source.b)
			return NULL;
	}
	return su_source_new(point, source);
}

/* A merge that runs in step with another one: `v` = other + constant (strength reduction). */
static const struct su_source *derive_in_step(struct su_point *point, uint32_t v,
					      struct su_move *move, int depth)
{
	struct su_values *values = point->pair->to->values;
	struct su_value value = *su_derive_to_value(point, v);
	int64_t distance;

	if (value.kind != SU_VAL_PHI || depth >= SU_DERIVE_DEPTH)
		return NULL;
	for (uint32_t l = 0; l < values->loc_count; l++) {
		uint32_t other = values->in[value.where][l];

		if (l == value.loc || su_derive_to_value(point, other)->kind != SU_VAL_PHI ||
		    !su_values_in_step(values, v, other, &distance) ||
		    !su_source_fits_int32(distance))
			continue;
		const struct su_source *a =
			derive_by_rules(point, other, UINT32_MAX, 8, move, SU_DERIVE_DEPTH);
		if (a)
			return distance ? su_source_sum(point, a, distance) : a;
	}
	return NULL;
}

static const struct su_source *derive_by_rules(struct su_point *point, uint32_t v, uint32_t loc,
					       uint8_t size, struct su_move *move, int depth)
{
	const struct su_local *local = NULL;
	const struct su_source *source;

	if (point->effort++ > MAX_EFFORT)
		return NULL;
	source = su_source_constant(point, v);
	if (source) {
		move->derivation = SU_DERIVED_CONSTANT;
		return source;
	}
	source = derive_related(point, v, loc, size);
	if (source) {
		move->derivation = SU_DERIVED_RELATION;
		return source;
	}
	/* Between calls a variable may stand before an assignment in the one version, and after it
	 * in the other. */
	source = point->recipe->lands && !point->recipe->asserted
			 ? NULL
			 : su_derive_by_variable(point, v, loc, size, &local);
	if (source) {
		move->derivation = SU_DERIVED_VARIABLE;
		move->name = move->name ? move->name : local->name;
		return source;
	}
	if (su_values_from_dynamic(point->pair->to->values, v)) {
		move->derivation = SU_DERIVED_RELATION;
		return su_derive_in_dynamic(point, v); /* where it is, not where it would be */
	}
	source = derive_recomputed(point, v, size, move, depth);
	if (!source)
		source = derive_in_step(point, v, move, depth);
	if (source) {
		move->derivation = SU_DERIVED_RECOMPUTED;
		return source;
	}
	if (point->last_try && (source = su_derive_by_assertion(point, v, loc, size, move)) != NULL)
		return source;
	if (depth == 0 && point->last_try &&
	    (local = su_derive_new_variable(point, v, loc, size)) != NULL &&
	    (source = su_derive_seed(point, v, loc, size, move)) != NULL) {
		move->derivation = SU_DERIVED_SEEDED;
		move->name = local->name;
		point->recipe->seeded = true;
		return source;
	}
	return NULL;
}

const struct su_source *su_derive_value(struct su_point *point, uint32_t v, uint32_t loc,
					uint8_t size, struct su_move *move)
{
	const struct su_source *source;

	for (int try = 0; try < 2; try++) {
		point->effort = 0;
		point->last_try = try > 0;
		source = derive_by_rules(point, v, loc, size, move, 0);
		if (source)
			return source;
	}
	return NULL;
}

void su_deriver_deinit(struct su_deriver *deriver)
{
	su_names_destroy(deriver->to_names);
	su_histories_destroy(deriver->to_histories);
	su_vec_deinit(&deriver->asked);
}
