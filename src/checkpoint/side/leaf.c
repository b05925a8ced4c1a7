/*
 * Values that need no proof: see leaf.h.
 */
#include "checkpoint/side/leaf.h"

#include <string.h>

#include "arch/abi.h"
#include "checkpoint/side/frame.h"
#include "diff/compare.h"
#include "diff/constants.h"

/* ---- addresses ---- */

bool su_leaf_same_meaning(const struct su_pair *pair, uint64_t u, uint64_t v)
{
	const struct su_program *from = pair->from->program, *to = pair->to->program;

	return pair->reverse ? su_same_meaning(to, v, from, u, 0)
			     : su_same_meaning(from, u, to, v, 0);
}

/* Whether both addresses are in the same variable, v by `apart` further in. */
static bool same_object(const struct su_pair *pair, int64_t u, int64_t v, int64_t apart)
{
	struct su_meaning in_u = su_program_meaning(pair->from->program, (uint64_t)u);
	struct su_meaning in_v = su_program_meaning(pair->to->program, (uint64_t)v);

	return in_u.kind == SU_MEANS_DATUM && in_v.kind == SU_MEANS_DATUM && !in_u.or_end_of &&
	       !in_v.or_end_of && in_u.datum->peer == in_v.datum && su_datum_stays(in_v.datum) &&
	       in_v.off - in_u.off == apart;
}

/* Whether what the code names is the same, moved equally far. */
static bool same_address(const struct su_pair *pair, const struct su_value *u_value,
			 const struct su_value *v_value)
{
	int64_t u = u_value->imm - su_value_distance(u_value);
	int64_t v = v_value->imm - su_value_distance(v_value);

	if (su_function_table_at(pair->from->routine->code, (uint64_t)u) ||
	    su_function_table_at(pair->to->routine->code, (uint64_t)v))
		return false; /* each version has its own, also where they are equal */
	if (su_value_distance(u_value) != su_value_distance(v_value))
		return same_object(pair, u, v,
				   su_value_distance(u_value) - su_value_distance(v_value));
	if (su_function_covers(pair->from->routine->code, (uint64_t)u) ||
	    su_function_covers(pair->to->routine->code, (uint64_t)v))
		return (uint64_t)u == pair->from->routine->vaddr &&
		       (uint64_t)v == pair->to->routine->vaddr;
	return su_leaf_same_meaning(pair, (uint64_t)u, (uint64_t)v);
}

/* ---- parameters ---- */

static const struct su_local *parameter_in(const struct su_side *side, uint8_t reg)
{
	for (size_t i = 0; i < side->local_count; i++) {
		if (!su_local_is_own_parameter(&side->locals[i]))
			continue;
		struct su_loc loc =
			su_debug_local_at(side->program->debug, side->routine->vaddr, (uint32_t)i,
					  su_function_start(side->routine->code));
		if (loc.kind == SU_LOC_REG && loc.reg == reg)
			return &side->locals[i];
	}
	return NULL;
}

/* Whether a parameter is nowhere on entry: something else may come in its place, a member of what
 * it points to (gcc's .isra clones, clang's argument promotion), which no DWARF tells. */
static bool lacks_parameter(const struct su_side *side)
{
	for (uint32_t i = 0; i < side->local_count; i++) {
		if (!su_local_is_own_parameter(&side->locals[i]))
			continue;
		if (su_debug_local_at(side->program->debug, side->routine->vaddr, i,
				      su_function_start(side->routine->code))
			    .kind == SU_LOC_NONE)
			return true;
	}
	return false;
}

static bool same_signature(const struct su_pair *pair)
{
	uint64_t result, u, v;

	return su_debug_signature_at(pair->from->program->debug, pair->from->routine->vaddr,
				     &result, &u) &&
	       su_debug_signature_at(pair->to->program->debug, pair->to->routine->vaddr, &result,
				     &v) &&
	       u == v;
}

static bool same_entry(const struct su_pair *pair, uint32_t reg_u, uint32_t reg_v)
{
	if (su_abi_callee_saved((uint8_t)reg_u) || su_abi_callee_saved((uint8_t)reg_v))
		return reg_u == reg_v;
	const struct su_local *p = parameter_in(pair->from, (uint8_t)reg_u);
	const struct su_local *q = parameter_in(pair->to, (uint8_t)reg_v);

	if (p && q)
		return strcmp(p->name, q->name) == 0 && p->type_hash == q->type_hash;
	return !p && !q && reg_u == reg_v && same_signature(pair) && !lacks_parameter(pair->from) &&
	       !lacks_parameter(pair->to);
}

/* ---- frame addresses ---- */

/* The object that the place is in; else the one that ends there. */
static const struct su_local *object_at(const struct su_side *side, int64_t off,
					int64_t *ret_inside)
{
	const struct su_local *found = NULL;

	for (size_t i = 0; i < side->values->regions.len; i++) {
		const struct su_region *region = &side->values->regions.at[i];
		int64_t inside = off - region->off;

		if (region->local < 0 || inside < 0 || inside > (int64_t)region->size ||
		    (found && inside == (int64_t)region->size))
			continue;
		found = &side->locals[region->local];
		*ret_inside = inside;
	}
	return found;
}

static bool same_frame_address(const struct su_pair *pair, int64_t u, int64_t v)
{
	int64_t inside_u = 0, inside_v = 0;
	const struct su_local *p = object_at(pair->from, u, &inside_u);
	const struct su_local *q = object_at(pair->to, v, &inside_v);

	if (p && q)
		return strcmp(p->key, q->key) == 0 && inside_u == inside_v;
	return !p && !q && u == su_frame_offset(pair, v);
}

/* ---- leaves ---- */

bool su_leaf_is(const struct su_value *value)
{
	return value->kind != SU_VAL_DEF && value->kind != SU_VAL_PHI && value->kind != SU_VAL_EXPR;
}

bool su_leaf_same(const struct su_pair *pair, const struct su_value *u, const struct su_value *v,
		  uint8_t size)
{
	if (u->kind != v->kind)
		return false;
	switch (u->kind) {
	case SU_VAL_UNDEFINED:
	case SU_VAL_CANARY:
		return true;
	case SU_VAL_CONST:
		return (uint64_t)(u->imm ^ v->imm) << (64 - 8 * size) == 0;
	case SU_VAL_ADDR:
		return same_address(pair, u, v);
	case SU_VAL_SLOT:
		return su_leaf_same_meaning(pair, (uint64_t)u->imm, (uint64_t)v->imm);
	case SU_VAL_FRAME:
		return same_frame_address(pair, u->imm, v->imm);
	case SU_VAL_ENTRY:
		return same_entry(pair, u->loc, v->loc);
	case SU_VAL_INCOMING:
		return u->imm == v->imm && u->size == v->size && same_signature(pair);
	default:
		return false;
	}
}

bool su_leaf_is_constant(const struct su_side *side, uint32_t number)
{
	enum su_value_kind kind = su_value_get(side->values, number)->kind;

	return kind == SU_VAL_CONST || kind == SU_VAL_ADDR;
}

bool su_leaf_same_constant(const struct su_pair *pair, uint32_t u, uint32_t v)
{
	return su_leaf_is_constant(pair->from, u) && su_leaf_is_constant(pair->to, v) &&
	       su_leaf_same(pair, su_value_get(pair->from->values, u),
			    su_value_get(pair->to->values, v), 8);
}
