/*
 * Deriving one value at a checkpoint: the rules, strongest first (`rules` below is the table).
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

/* Location `loc` of `from`, if the low `size` bytes of what it holds are those of `v`; what points into
 * an object that moves is moved with it. */
static const struct su_source *use(struct su_point *point, uint32_t loc, uint32_t v, uint8_t size)
{
	const struct su_source *source;
	uint32_t u = point->from_state[loc];

	if (!su_derive_survives(point, loc) ||
	    !su_prover_related_part(point->deriver->prover, &point->at, u, v, size))
		return NULL;
	source = su_source_forwarded(point, su_source_location(point, loc, size), u);
	return source && su_derive_may_read(point, loc, size) ? source : NULL;
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
	place = su_frame_offset(point->pair, cell->off);
	found = su_values_cell(from, place, 1, &exact);
	return found != UINT32_MAX && from->cells[found - SU_CELL_BASE].off == place ? found
										     : UINT32_MAX;
}

static const struct su_source *derive_related(struct su_point *point, const struct su_want *want,
					      struct su_move *move)
{
	uint32_t v = want->v, loc = want->loc;
	uint8_t size = want->size;
	const struct su_values *values = point->pair->from->values;
	const struct su_source *source;
	uint32_t same = loc == UINT32_MAX ? UINT32_MAX : same_location(point, loc);
	uint8_t kind =
		su_derive_to_value(point, su_value_low_part(point->pair->to->values, v, size))
			->kind;

	(void)move;
	if (kind == SU_VAL_UNDEFINED || kind == SU_VAL_NONE)
		return NULL;
	source = same != UINT32_MAX ? use(point, same, v, size) : NULL;
	for (uint32_t l = 0; l < values->loc_count && !source; l++) {
		uint32_t u = su_value_low_part(values, point->from_state[l], size);

		if (su_value_get(values, u)->kind == kind)
			source = use(point, l, v, size);
	}
	return source;
}

/* ---- made of other values ---- */

static const struct su_source *derive_by_rules(struct su_point *point, const struct su_want *want,
					       struct su_move *move);

/* What a stub can compute: see stub.c. */
bool su_derive_computable(const struct su_value *value)
{
	if (value->kind != SU_VAL_EXPR || value->op == SU_EXPR_INSERT)
		return false;
	return value->op != SU_EXPR_SUM || su_source_fits_int32(value->imm);
}

const struct su_source *su_derive_part(struct su_point *point, const struct su_want *want,
				       uint32_t v, uint8_t size, struct su_move *move)
{
	return derive_by_rules(point, &(struct su_want){ v, UINT32_MAX, size, want->depth + 1 },
			       move);
}

static const struct su_source *derive_recomputed(struct su_point *point, const struct su_want *want,
						 struct su_move *move)
{
	struct su_value value = *su_derive_to_value(point, want->v);
	struct su_source source = {
		.kind = SU_SOURCE_OP, .op = value.op, .size = value.size, .imm = value.imm
	};
	uint8_t size = su_value_needed_size(&value, want->size);

	if (!su_derive_computable(&value) || want->depth >= SU_DERIVE_DEPTH)
		return NULL;
	source.a = su_derive_part(point, want, value.args[0], size, move);
	if (!source.a)
		return NULL;
	if (value.args[1]) {
		source.b = su_derive_part(point, want, value.args[1], size, move);
		if (!source.b)
			return NULL;
	}
	return su_source_new(point, source);
}

/* A merge that runs in step with another one: `v` = other + constant (strength reduction). */
static const struct su_source *derive_in_step(struct su_point *point, const struct su_want *want,
					      struct su_move *move)
{
	struct su_values *values = point->pair->to->values;
	struct su_value value = *su_derive_to_value(point, want->v);
	int64_t distance;

	if (value.kind != SU_VAL_PHI || want->depth >= SU_DERIVE_DEPTH)
		return NULL;
	for (uint32_t l = 0; l < values->loc_count; l++) {
		uint32_t other = values->in[value.where][l];

		if (l == value.loc || su_derive_to_value(point, other)->kind != SU_VAL_PHI ||
		    !su_values_in_step(values, want->v, other, &distance) ||
		    !su_source_fits_int32(distance))
			continue;
		struct su_want wanted = { other, UINT32_MAX, 8, SU_DERIVE_DEPTH };
		const struct su_source *a = derive_by_rules(point, &wanted, move);

		if (a)
			return distance ? su_source_sum(point, a, distance) : a;
	}
	return NULL;
}

/* ---- all rules ---- */

struct rule {
	enum su_derivation derivation;
	su_rule *derive;
	bool computes; /* what is in the dynamic part is taken from where it is, never computed */
	bool is_last;  /* it is asked only when no rule has found anything that is live */
};

static const struct rule rules[] = {
	{ SU_DERIVED_CONSTANT, su_derive_constant },
	{ SU_DERIVED_RELATION, derive_related },
	{ SU_DERIVED_VARIABLE, su_derive_variable },
	{ SU_DERIVED_RELATION, su_derive_in_dynamic },
	{ SU_DERIVED_RECOMPUTED, derive_recomputed, .computes = true },
	{ SU_DERIVED_RECOMPUTED, derive_in_step, .computes = true },
	{ SU_DERIVED_RECOMPUTED, su_derive_counting, .computes = true },
	{ SU_DERIVED_ASSERTED, su_derive_asserted, .computes = true, .is_last = true },
	{ SU_DERIVED_SEEDED, su_derive_seeded, .computes = true, .is_last = true },
};

static const struct su_source *derive_by_rules(struct su_point *point, const struct su_want *want,
					       struct su_move *move)
{
	const struct su_source *source = NULL;

	if (point->effort++ > MAX_EFFORT)
		return NULL;
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules) && !source; i++) {
		const struct rule *rule = &rules[i];

		if ((rule->is_last && !point->last_try) ||
		    (rule->computes && su_values_from_dynamic(point->pair->to->values, want->v)))
			continue;
		source = rule->derive(point, want, move);
		if (source)
			move->derivation = rule->derivation;
	}
	return source;
}

const struct su_source *su_derive_value(struct su_point *point, uint32_t v, uint32_t loc,
					uint8_t size, struct su_move *move)
{
	const struct su_source *source;

	for (int try = 0; try < 2; try++) {
		point->effort = 0;
		point->last_try = try > 0;
		source = derive_by_rules(point, &(struct su_want){ v, loc, size, 0 }, move);
		if (source)
			return source;
	}
	return NULL;
}

void su_deriver_deinit(struct su_deriver *deriver)
{
	su_names_destroy(deriver->to_names);
	su_histories_destroy(deriver->to_histories);
	su_map_destroy(deriver->untouched);
	su_vec_deinit(&deriver->asked);
}
