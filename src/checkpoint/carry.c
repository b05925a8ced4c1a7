/*
 * Checkpoints of one function: see carry.h.
 *
 * The call whose return address an activation waits at pairs with a call of the other version that
 * it runs together with, the aligned one first; what is live after that one is derived location by
 * location (complete.c).
 */
#include "checkpoint/carry.h"

#include <stdlib.h>
#include <string.h>

#include "arch/abi.h"
#include "base/reason.h"
#include "checkpoint/carry_private.h"

/* ---- copies ---- */

/* What tells calls of one place in the source from others, whatever the version. */
struct call_site {
	uint64_t target;
	int line;
	const char *inlined[16];
	size_t inlined_count;
};

static struct call_site call_site(const struct su_side *side, const struct su_insn *call)
{
	struct call_site site = { .target = call->flow == SU_FLOW_CALL ? call->target : 0 };
	const char *file;

	if (!su_debug_line_at(side->program->debug, call->vaddr, &file, &site.line))
		site.line = 0;
	site.inlined_count =
		su_debug_inlined_at(side->program->debug, call->vaddr, site.inlined, 16);
	return site;
}

static bool same_site(const struct call_site *a, const struct call_site *b)
{
	if (a->target != b->target || a->line != b->line || a->inlined_count != b->inlined_count)
		return false;
	for (size_t i = 0; i < a->inlined_count && i < 16; i++) {
		if (strcmp(a->inlined[i], b->inlined[i]) != 0)
			return false;
	}
	return true;
}

/* How many calls the compiler made of the one in the source. */
static size_t count_copies(const struct su_side *side, const struct su_insn *call)
{
	const struct su_function *code = side->routine->code;
	struct call_site wanted = call_site(side, call);
	size_t count = 0;

	for (size_t i = 0; i < code->insn_count && wanted.line; i++) {
		const struct su_insn *other = &code->insns[i];

		if (other->opcode != SU_OPC_CALL || other->flow != call->flow)
			continue;
		struct call_site site = call_site(side, other);
		count += same_site(&site, &wanted);
	}
	return count;
}

/* ---- one return address ---- */

/* Whether what the call returns is read. */
static bool uses_result(const struct su_side *to, const struct su_recipe *recipe)
{
	uint32_t next = recipe->to_insn + 1;

	for (size_t i = 0; i < recipe->moves.len; i++) {
		const struct su_move *move = &recipe->moves.at[i];

		if (move->derivation == SU_DERIVED_CALL_RESULT && !move->to_memory &&
		    su_abi_is_first_result(move->reg) && su_side_reads_from(to, next, move->reg))
			return true;
	}
	return false;
}

static const char *derive_pair(struct su_carrier *carrier, struct su_recipe *recipe,
			       const struct su_product_pair *at)
{
	const struct su_pair *pair = carrier->pair;
	const struct su_function *from = pair->from->routine->code, *to = pair->to->routine->code;
	const struct su_insn *a = &from->insns[recipe->from_insn], *b;
	bool certain = su_alignment_is_same_place(pair->alignment, at->i, at->j);

	recipe->to_insn = at->j;
	recipe->pairing = SU_PAIRING_SAME;
	if (!su_side_may_return(pair->to, recipe->to_insn))
		return SU_WHY_COUNTERPART_NO_RETURN;
	b = &to->insns[recipe->to_insn];
	recipe->to_vaddr = b->vaddr + b->length;
	if (!certain && !pair->product->nodes.at[at->node].in_step &&
	    count_copies(pair->from, a) != count_copies(pair->to, b))
		return SU_WHY_CALL_COPIES;
	if (su_calls_is_exchanged(pair, at->i, at->j)) {
		const char *why = su_prover_check_exchange(&carrier->prover, at, &recipe->pairing);

		return why ? why : su_complete_recipe(&carrier->deriver, recipe, at);
	}
	if (!su_calls_same_result_type(pair, a, b))
		return SU_WHY_RESULT_TYPE;
	if (certain)
		return su_complete_recipe(&carrier->deriver, recipe, at);
	if (su_calls_has_better_partner(&carrier->calls, recipe->from_insn, recipe->to_insn))
		return SU_WHY_CONSTANTS_DIFFER;
	if (su_crossing_is_possible(&carrier->crossing, recipe->from_insn, recipe->to_insn))
		return SU_WHY_DONE_AROUND;
	const char *reason = su_complete_recipe(&carrier->deriver, recipe, at);
	if (!reason &&
	    (su_prover_has_better_arguments(&carrier->prover, at) ||
	     (uses_result(pair->to, recipe) && !su_prover_same_arguments(&carrier->prover, at))))
		reason = SU_WHY_VALUES_DIFFER;
	return reason;
}

/* The call in the same place of the same code. */
static const char *derive_in_place(struct su_carrier *carrier, struct su_recipe *recipe)
{
	const struct su_product *product = carrier->pair->product;
	const struct su_product_pair *known =
		su_product_pair_of(product, recipe->from_insn, recipe->from_insn);
	struct su_product_pair at = { recipe->from_insn, recipe->from_insn, SU_NO_NODE };

	if (known && known->node < product->reached)
		at = *known;
	return derive_pair(carrier, recipe, &at);
}

/* The first of the partners that can be reached.  That which the alignment chose comes first.  One
 * that it chose across the order of other code is none: when `from` is at the one call, `to` never
 * is at the other, and what lies between would be done twice or not at all. */
static const char *derive_recipe(struct su_carrier *carrier, struct su_recipe *recipe)
{
	const struct su_pair *pair = carrier->pair;
	uint32_t aligned = pair->alignment->new_of[recipe->from_insn];
	const struct su_product_pair *pairs;
	const char *reason = NULL;
	size_t count;

	if (su_assert_has_pair(carrier->carry, recipe->from_insn))
		return su_assert_derive(carrier, recipe);
	if (pair->opaque)
		return pair->opaque;
	if (su_alignment_is_same_place(pair->alignment, recipe->from_insn, recipe->from_insn))
		return derive_in_place(carrier, recipe);
	pairs = su_product_partners(pair->product, recipe->from_insn, &count);
	for (int round = 0; round < 2; round++) {
		for (size_t n = 0; n < count; n++) {
			if ((pairs[n].j == aligned) != (round == 0) ||
			    pairs[n].node >= pair->product->reached)
				continue;
			su_recipe_reset(recipe);
			reason = derive_pair(carrier, recipe, &pairs[n]);
			if (!reason)
				return NULL;
		}
	}
	return reason ? reason : su_removed_derive(&carrier->deriver, recipe);
}

/* ---- calls that return twice ---- */

static bool returns_twice(const struct su_side *from, uint32_t index)
{
	static const char *const names[] = { "setjmp",	   "_setjmp", "sigsetjmp", "__sigsetjmp",
					     "getcontext", "savectx", "vfork",	   "__vfork" };
	const struct su_image *image = from->program->image;
	const struct su_insn *call = &from->routine->code->insns[index];
	uint64_t target = call->flow == SU_FLOW_CALL ? call->target : call->fields[0].target;
	struct su_import import;

	if (call->opcode != SU_OPC_CALL ||
	    (call->flow == SU_FLOW_CALL_IND && !call->fields[0].size) ||
	    !su_image_import_at(image, target, &import))
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(import.symbol->name, names[i]) == 0)
			return true;
	}
	return false;
}

/* A second return finds the registers of the first one, but the frame as it is by then: carried
 * over already, perhaps.  That only works when carrying over does not change the frame. */
static void check_second_returns(struct su_carry *carry)
{
	bool twice = false, changes = false;

	for (size_t i = 0; i < carry->recipes.len; i++) {
		const struct su_recipe *recipe = &carry->recipes.at[i];

		twice |= !recipe->inside && returns_twice(carry->pair.from, recipe->from_insn);
		changes |= !recipe->reason && !su_recipe_leaves_memory(recipe);
	}
	for (size_t i = 0; i < carry->recipes.len && twice; i++) {
		struct su_recipe *recipe = &carry->recipes.at[i];

		if (!recipe->reason && changes)
			recipe->reason = SU_WHY_SETJMP_FRAME;
		if (recipe->reason && !recipe->inside &&
		    returns_twice(carry->pair.from, recipe->from_insn))
			carry->unsafe = recipe->reason;
	}
}

/* ---- calls that never return ---- */

static bool has_recipe_at(const struct su_carry *carry, uint64_t vaddr)
{
	for (size_t i = 0; i < carry->recipes.len; i++) {
		if (carry->recipes.at[i].from_vaddr == vaddr)
			return true;
	}
	return false;
}

/* An activation that waits at a call that never returns is no obstacle when the other version makes
 * that call too, and it does not return there either: its callee, old or carried over, never comes
 * back.  It needs no value, and nothing is done when it is landed on. */
static void derive_final(struct su_carry *carry, uint32_t call)
{
	const struct su_pair *pair = &carry->pair;
	const struct su_function *from = pair->from->routine->code, *to = pair->to->routine->code;
	uint32_t next = su_side_after_call(pair->from, call), other = pair->alignment->new_of[call];
	uint32_t beyond = other == SU_NO_INSN ? SU_NO_INSN : su_side_after_call(pair->to, other);

	if (next == SU_NO_INSN || beyond == SU_NO_INSN || su_side_may_return(pair->to, other) ||
	    from->insns[call].flow != SU_FLOW_CALL || to->insns[other].flow != SU_FLOW_CALL ||
	    !su_calls_same_callee(pair, call, other) ||
	    has_recipe_at(carry, from->insns[next].vaddr))
		return;
	struct su_recipe *recipe = su_vec_add(&carry->recipes);
	recipe->from_insn = call;
	recipe->to_insn = other;
	recipe->is_return = true;
	recipe->from_vaddr = from->insns[next].vaddr;
	recipe->to_vaddr = to->insns[beyond].vaddr;
	recipe->pairing = SU_PAIRING_SAME;
	recipe->identity = true;
}

static void derive_final_calls(struct su_carry *carry)
{
	const struct su_function *code = carry->pair.from->routine->code;

	for (uint32_t i = 0; i < code->insn_count && !carry->pair.from->routine->touches; i++) {
		if (code->insns[i].opcode == SU_OPC_CALL &&
		    !su_side_may_return(carry->pair.from, i))
			derive_final(carry, i);
	}
}

/* ---- one direction ---- */

static const char *find_opaque(struct su_pair *pair)
{
	if (pair->from->values->unknown)
		return pair->from->values->unknown;
	if (pair->to->values->unknown)
		return pair->to->values->unknown;
	if (pair->from->routine->touches)
		return SU_WHY_TOUCHES_TYPE;
	return su_frame_find_shift(pair->from, pair->to, &pair->shift);
}

static void complete_pair(struct su_pair *pair)
{
	pair->opaque = find_opaque(pair);
	pair->product = su_product_create(pair->from->routine, pair->to->routine, pair->alignment);
}

static void carrier_init(struct su_carrier *carrier, struct su_carry *carry)
{
	const struct su_pair *pair = &carry->pair;

	*carrier = (struct su_carrier){ .pair = pair, .carry = carry };
	carrier->calls.pair = carrier->prover.pair = pair;
	carrier->crossing.pair = carrier->halves.pair = carrier->deriver.pair = pair;
	carrier->halves.crossing = &carrier->crossing;
	carrier->prover.calls = carrier->crossing.calls = &carrier->calls;
	carrier->deriver.prover = &carrier->prover;
	carrier->deriver.asserted = carry->asserted;
}

static void carrier_deinit(struct su_carrier *carrier)
{
	su_calls_deinit(&carrier->calls);
	su_prover_deinit(&carrier->prover);
	su_crossing_deinit(&carrier->crossing);
	su_halves_deinit(&carrier->halves);
	su_deriver_deinit(&carrier->deriver);
}

static void derive_calls(struct su_carrier *carrier)
{
	const struct su_side *from = carrier->pair->from;
	const struct su_function *code = from->routine->code;

	for (uint32_t i = 0; i < code->insn_count; i++) {
		if (code->insns[i].opcode != SU_OPC_CALL || !su_side_may_return(from, i))
			continue;
		struct su_recipe *recipe = su_vec_add(&carrier->carry->recipes);
		recipe->from_insn = i;
		recipe->is_return = true;
		recipe->from_vaddr = code->insns[i].vaddr + code->insns[i].length;
		recipe->reason = derive_recipe(carrier, recipe);
		recipe->identity = !recipe->reason && su_recipe_is_identity(recipe);
	}
}

/* No activation goes on between two things that belong together, of which it has done none. */
static void keep_halves_together(struct su_carrier *carrier)
{
	for (size_t i = 0; i < carrier->carry->recipes.len; i++) {
		struct su_recipe *recipe = &carrier->carry->recipes.at[i];
		const struct su_cut at = { recipe->from_insn, recipe->to_insn, recipe->inside,
					   recipe->lands };

		if (!recipe->reason && !recipe->asserted &&
		    su_halves_are_cut(&carrier->halves, &at))
			recipe->reason = SU_WHY_HALVES_CUT;
	}
}

static void derive_all(struct su_carrier *carrier)
{
	derive_calls(carrier);
	su_assert_derive_loops(carrier);
	su_loops_derive(carrier);
	keep_halves_together(carrier);
	derive_final_calls(carrier->carry);
	check_second_returns(carrier->carry);
}

/* ---- both directions ---- */

static void forget_recipes(struct su_carry *carry)
{
	for (size_t i = 0; i < carry->recipes.len; i++)
		su_vec_deinit(&carry->recipes.at[i].moves);
	su_vec_deinit(&carry->recipes);
	carry->unsafe = NULL;
	carry->contradiction = (struct su_contradiction){ 0 };
}

static void derive_again(struct su_carrier *carrier)
{
	struct su_carry *carry = carrier->carry;

	carrier_deinit(carrier);
	carrier_init(carrier, carry);
	forget_recipes(carry);
	derive_all(carrier);
}

static size_t count_derived(const struct su_carry *carry)
{
	size_t count = 0;

	for (size_t i = 0; i < carry->recipes.len; i++)
		count += !carry->recipes.at[i].reason;
	return count;
}

/* Derives the forward direction once more, such that it makes what the reverse one has asked for:
 * unless that costs one of its checkpoints. */
static void keep_asked(struct su_carrier *forward, struct su_carrier *reverse)
{
	struct su_live *live = forward->pair->to->live;
	size_t derived = count_derived(forward->carry);

	su_live_set_uses(live, reverse->deriver.asked.at, reverse->deriver.asked.len);
	derive_again(forward);
	if (count_derived(forward->carry) >= derived)
		return;
	su_live_set_uses(live, NULL, 0);
	derive_again(forward);
	derive_again(reverse);
}

void su_carry_derive_both(struct su_carry *forward, struct su_carry *reverse)
{
	struct su_carrier there, back;

	complete_pair(&forward->pair);
	complete_pair(&reverse->pair);
	carrier_init(&there, forward);
	carrier_init(&back, reverse);
	back.deriver.may_ask = true;
	derive_all(&there);
	derive_all(&back);
	if (back.deriver.asked.len) {
		keep_asked(&there, &back);
		su_live_set_uses(forward->pair.to->live, NULL, 0);
	}
	carrier_deinit(&there);
	carrier_deinit(&back);
}

void su_carry_deinit(struct su_carry *carry)
{
	forget_recipes(carry);
	su_product_destroy(carry->pair.product);
}
