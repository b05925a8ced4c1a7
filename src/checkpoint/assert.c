/*
 * Checkpoints that the user's specification asserts: see assert.h.
 *
 * Of an asserted pair of places it is not known how both functions came there, so only values are
 * related that do not depend on it (a node that is none in relate.c); and as the user speaks of
 * source lines, variables are what DWARF says that they are, also where no call has returned.
 */
#include "checkpoint/derive/derive_private.h"

static const struct su_asserted_pair *pair_of(const struct su_carry *carry, uint32_t from_insn)
{
	for (size_t i = 0; carry->asserted && i < carry->asserted->pairs.len; i++) {
		const struct su_asserted_pair *pair = &carry->asserted->pairs.at[i];

		if (pair->from_insn == from_insn)
			return pair;
	}
	return NULL;
}

bool su_carry_is_asserted(const struct su_carry *carry, uint32_t from_insn)
{
	return pair_of(carry, from_insn) != NULL;
}

uint32_t su_carry_assertion(const struct su_carry *carry, uint32_t from_insn)
{
	return pair_of(carry, from_insn)->number;
}

static void contradict(struct su_carry *carry, uint32_t assertion, const char *why)
{
	if (!carry->contradiction.why)
		carry->contradiction = (struct su_contradiction){ why, assertion };
}

/* Whether the call is known to be elsewhere in `to`, reached in step. */
static bool is_elsewhere(const struct su_carry *carry, const struct su_recipe *recipe)
{
	const struct su_product_pair *pairs;
	bool elsewhere = false;
	size_t count;

	pairs = su_product_partners(carry->product, recipe->from_insn, &count);
	for (size_t i = 0; i < count; i++) {
		if (pairs[i].j == recipe->to_insn)
			return false;
		elsewhere |= carry->product->nodes.at[pairs[i].node].in_step;
	}
	return elsewhere;
}

/* What speaks against going on after that call. */
static const char *doubt_call(struct su_carry *carry, const struct su_recipe *recipe)
{
	const struct su_insn *a = &carry->from->routine->code->insns[recipe->from_insn];
	const struct su_insn *b = &carry->to->routine->code->insns[recipe->to_insn];

	if (!su_carry_may_return(carry->to->routine->code, recipe->to_insn))
		return "the call there does not return";
	if (is_elsewhere(carry, recipe))
		return "the call is at another line of the other version, and can be told from "
		       "this one";
	if (!su_carry_same_result_type(carry, a, b))
		return "the result of this call changed its type";
	if (su_carry_has_better_partner(carry, recipe->from_insn, recipe->to_insn))
		return "the constants that both calls pass differ, and another call passes the "
		       "same ones";
	return NULL;
}

static enum su_pairing pairing_of(const struct su_carry *carry, const struct su_asserted_pair *pair)
{
	if (pair->inside)
		return SU_PAIRING_SAME;
	if (pair->lands)
		return SU_PAIRING_REMOVED;
	return su_carry_same_callee(carry, pair->from_insn, pair->to_insn)
		       ? SU_PAIRING_SAME
		       : SU_PAIRING_CALLEE_CHANGED;
}

static const char *derive(struct su_carry *carry, struct su_recipe *recipe,
			  const struct su_asserted_pair *pair)
{
	const struct su_insn *to = &carry->to->routine->code->insns[pair->to_insn];
	struct su_product_pair at = { pair->from_insn, pair->to_insn, SU_NO_NODE };
	const char *reason = carry->opaque;

	recipe->asserted = true;
	recipe->lands = pair->lands;
	recipe->pairing = pairing_of(carry, pair);
	recipe->to_insn = pair->to_insn;
	recipe->to_vaddr = to->vaddr + (pair->lands ? 0 : to->length);
	if (!reason && !pair->lands)
		reason = doubt_call(carry, recipe);
	if (!reason)
		reason = su_carry_derive_recipe(carry, recipe, &at);
	if (reason)
		contradict(carry, pair->number, reason);
	return reason;
}

const char *su_carry_derive_asserted(struct su_carry *carry, struct su_recipe *recipe)
{
	return derive(carry, recipe, pair_of(carry, recipe->from_insn));
}

void su_carry_derive_asserted_loops(struct su_carry *carry)
{
	const struct su_insn *insns = carry->from->routine->code->insns;

	for (size_t i = 0; carry->asserted && i < carry->asserted->pairs.len; i++) {
		const struct su_asserted_pair *pair = &carry->asserted->pairs.at[i];
		struct su_recipe recipe = { .inside = true,
					    .from_insn = pair->from_insn,
					    .from_vaddr = insns[pair->from_insn].vaddr };

		if (!pair->inside)
			continue;
		recipe.reason = derive(carry, &recipe, pair);
		recipe.identity = !recipe.reason && su_recipe_is_identity(&recipe);
		su_vec_push(&carry->recipes, recipe);
	}
}

/* ---- values ---- */

static const struct su_asserted_value *value_of(const struct su_point *point, uint32_t local)
{
	const struct su_asserted *asserted = point->carry->asserted;

	for (size_t i = 0; asserted && i < asserted->values.len; i++) {
		if (asserted->values.at[i].local == local)
			return &asserted->values.at[i];
	}
	return NULL;
}

static const struct su_source *asserted(struct su_point *point, const struct su_local *local,
					struct su_move *move)
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

const struct su_source *su_derive_by_assertion(struct su_point *point, uint32_t v, uint32_t loc,
					       uint8_t size, struct su_move *move)
{
	int64_t distance = 0;
	const struct su_local *local = su_derive_new_local_in(point, v, loc, size, &distance);
	const struct su_source *source = local ? asserted(point, local, move) : NULL;

	source = su_source_sum(point, source, distance);
	if (source && distance)
		source = su_source_extended(point, source, (uint8_t)local->size, false);
	return source;
}

bool su_derive_asserted_object(struct su_point *point, const struct su_region *region)
{
	const struct su_side *to = point->carry->to;
	int64_t off = su_carry_place(point->carry, region->off);
	struct su_move move = { .to_memory = true, .off = off, .size = (uint32_t)region->size };

	if (region->local < 0 || to->locals[region->local].size != region->size ||
	    !su_source_is_load_size(region->size) || region->size > 8 ||
	    !su_derive_reachable(point, off))
		return false;
	move.source = asserted(point, &to->locals[region->local], &move);
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
