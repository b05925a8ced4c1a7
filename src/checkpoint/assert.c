/*
 * Checkpoints that the user's specification asserts: see derive/asserted.h.
 *
 * Of an asserted pair of places it is not known how both functions came there, so only values are
 * related that do not depend on it (a node that is none for relate/prover.c); and as the user speaks of
 * source lines, variables are what DWARF says that they are, also where no call has returned.
 */
#include "checkpoint/carry_private.h"

#include "base/reason.h"

static const struct su_asserted_pair *pair_of(const struct su_carry *carry, uint32_t from_insn)
{
	for (size_t i = 0; carry->asserted && i < carry->asserted->pairs.len; i++) {
		const struct su_asserted_pair *pair = &carry->asserted->pairs.at[i];

		if (pair->from_insn == from_insn)
			return pair;
	}
	return NULL;
}

bool su_assert_has_pair(const struct su_carry *carry, uint32_t from_insn)
{
	return pair_of(carry, from_insn) != NULL;
}

uint32_t su_assert_number(const struct su_carry *carry, uint32_t from_insn)
{
	return pair_of(carry, from_insn)->number;
}

static void note_contradiction(struct su_carry *carry, uint32_t assertion, const char *why)
{
	if (!carry->contradiction.why)
		carry->contradiction = (struct su_contradiction){ why, assertion };
}

/* Whether the call is known to be elsewhere in `to`, reached in step. */
static bool is_elsewhere(const struct su_pair *pair, const struct su_recipe *recipe)
{
	const struct su_product_pair *pairs;
	bool elsewhere = false;
	size_t count;

	pairs = su_product_partners(pair->product, recipe->from_insn, &count);
	for (size_t i = 0; i < count; i++) {
		if (pairs[i].j == recipe->to_insn)
			return false;
		elsewhere |= pair->product->nodes.at[pairs[i].node].in_step;
	}
	return elsewhere;
}

/* What speaks against going on after that call. */
static const char *doubt_call(struct su_carrier *carrier, const struct su_recipe *recipe)
{
	const struct su_pair *pair = carrier->pair;
	const struct su_insn *a = &pair->from->routine->code->insns[recipe->from_insn];
	const struct su_insn *b = &pair->to->routine->code->insns[recipe->to_insn];

	if (!su_side_may_return(pair->to, recipe->to_insn))
		return SU_WHY_SPEC_NO_RETURN;
	if (is_elsewhere(pair, recipe))
		return SU_WHY_SPEC_OTHER_LINE;
	if (!su_calls_same_result_type(pair, a, b))
		return SU_WHY_RESULT_TYPE;
	if (su_calls_has_better_partner(&carrier->calls, recipe->from_insn, recipe->to_insn))
		return SU_WHY_SPEC_CONSTANTS;
	return NULL;
}

static enum su_pairing pairing_of(const struct su_pair *versions,
				  const struct su_asserted_pair *pair)
{
	if (pair->inside)
		return SU_PAIRING_SAME;
	if (pair->lands)
		return SU_PAIRING_REMOVED;
	return su_calls_same_callee(versions, pair->from_insn, pair->to_insn)
		       ? SU_PAIRING_SAME
		       : SU_PAIRING_CALLEE_CHANGED;
}

static const char *derive_pair(struct su_carrier *carrier, struct su_recipe *recipe,
			       const struct su_asserted_pair *pair)
{
	const struct su_insn *to = &carrier->pair->to->routine->code->insns[pair->to_insn];
	struct su_product_pair at = { pair->from_insn, pair->to_insn, SU_NO_NODE };
	const char *reason = carrier->pair->opaque;

	recipe->asserted = true;
	recipe->lands = pair->lands;
	recipe->pairing = pairing_of(carrier->pair, pair);
	recipe->to_insn = pair->to_insn;
	recipe->to_vaddr = to->vaddr + (pair->lands ? 0 : to->length);
	if (!reason && !pair->lands)
		reason = doubt_call(carrier, recipe);
	if (!reason)
		reason = su_complete_recipe(&carrier->deriver, recipe, &at);
	if (reason)
		note_contradiction(carrier->carry, pair->number, reason);
	return reason;
}

const char *su_assert_derive(struct su_carrier *carrier, struct su_recipe *recipe)
{
	return derive_pair(carrier, recipe, pair_of(carrier->carry, recipe->from_insn));
}

void su_assert_derive_loops(struct su_carrier *carrier)
{
	struct su_carry *carry = carrier->carry;
	const struct su_insn *insns = carrier->pair->from->routine->code->insns;

	for (size_t i = 0; carry->asserted && i < carry->asserted->pairs.len; i++) {
		const struct su_asserted_pair *pair = &carry->asserted->pairs.at[i];
		struct su_recipe recipe = { .inside = true,
					    .from_insn = pair->from_insn,
					    .from_vaddr = insns[pair->from_insn].vaddr };

		if (!pair->inside)
			continue;
		recipe.reason = derive_pair(carrier, &recipe, pair);
		recipe.identity = !recipe.reason && su_recipe_is_identity(&recipe);
		su_vec_push(&carry->recipes, recipe);
	}
}
