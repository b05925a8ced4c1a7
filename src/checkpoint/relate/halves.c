/*
 * What comes in pairs is not cut in the middle: see halves.h and docs/soundness.md, rule 6.
 *
 * `wait();` became `lock(); wait(); unlock();`.  An activation that waits goes on behind the call
 * in `to`, and would release what it has not taken.  On the way back it would keep what it has.
 *
 * Two effects that only one version has belong together when they change the same memory: a number
 * that is counted up and down, bits that are set and cleared, an exchange and what undoes it, or two
 * functions that are called with one object or keep one variable.  That a function is called twice (to write to a log) is no pair; nor are two values that
 * a variable gets.  What only the version that is left did to memory that the other one does not
 * have is of no interest any more.
 */
#include "checkpoint/relate/halves.h"

#include <stdlib.h>

#include "checkpoint/product/product.h"
#include "checkpoint/relate/around.h"
#include "checkpoint/relate/touched.h"

static bool is_call(const struct su_side *side, uint32_t insn)
{
	return side->routine->code->insns[insn].opcode == SU_OPC_CALL;
}

/* Both set bits, or both clear some. */
static bool are_alike(const struct su_side *side, uint32_t a, uint32_t b)
{
	const struct su_insn *insns = side->routine->code->insns;

	return insns[a].mnemonic == insns[b].mnemonic && su_insn_is_arithmetic(&insns[a]);
}

static bool are_halves(const struct su_side *side, const struct su_touched *a,
		       const struct su_touched *b)
{
	if (a->step && b->step)
		return (a->step > 0) != (b->step > 0);
	if (!is_call(side, a->insn) && !is_call(side, b->insn))
		return (a->mixes || b->mixes) && !are_alike(side, a->insn, b->insn);
	return !is_call(side, a->insn) || !is_call(side, b->insn) ||
	       !su_touched_same_callee(side, a->insn, b->insn);
}

static int compare_places(const void *a, const void *b)
{
	return su_touched_compare(a, b);
}

/* Of the places in `list` that are the same one. */
static void find_in_run(const struct su_side *side, const struct su_touched *run, size_t count,
			su_half_list *ret)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = i + 1; k < count; k++)
			if (run[i].insn != run[k].insn && are_halves(side, &run[i], &run[k]))
				su_vec_push(ret, (struct su_half){ run[i].insn, run[k].insn });
}

static void find_halves(const struct su_side *side, struct su_arena *arena, const su_insns *own,
			bool is_left, su_half_list *ret)
{
	su_touched_list places = { 0 };
	size_t end;

	for (size_t i = 0; i < own->len; i++)
		su_touched_by(side, arena, own->at[i], &places);
	if (places.len)
		qsort(places.at, places.len, sizeof(*places.at), compare_places);
	for (size_t start = 0; start < places.len; start = end) {
		const struct su_touched *first = &places.at[start];

		for (end = start + 1; end < places.len; end++)
			if (su_touched_compare(first, &places.at[end]))
				break;
		if (!is_left || !first->datum || first->datum->peer)
			find_in_run(side, first, end - start, ret);
	}
	su_vec_deinit(&places);
}

static void look(struct su_halves *halves)
{
	const struct su_pair *pair = halves->pair;

	if (halves->known)
		return;
	halves->known = true;
	su_crossing_look(halves->crossing);
	find_halves(pair->from, pair->arena, &halves->crossing->own_from, true, &halves->from);
	find_halves(pair->to, pair->arena, &halves->crossing->own_to, false, &halves->to);
}

static bool any_cut(const su_half_list *list, const struct su_function *code, const uint32_t *order,
		    uint32_t insn, bool lands)
{
	bool cut = false;

	if (!list->len)
		return false;
	struct su_around around = su_around_find(code, order, insn, lands);
	for (size_t i = 0; i < list->len && !cut; i++) {
		const struct su_half *half = &list->at[i];

		cut = (su_around_before(&around, half->one) &&
		       su_around_after(&around, half->other)) ||
		      (su_around_before(&around, half->other) &&
		       su_around_after(&around, half->one));
	}
	su_around_deinit(&around);
	return cut;
}

bool su_halves_are_cut(struct su_halves *halves, const struct su_cut *at)
{
	const struct su_product *product = halves->pair->product;

	look(halves);
	return any_cut(&halves->from, product->from, product->order_from, at->from,
		       at->from_lands) ||
	       any_cut(&halves->to, product->to, product->order_to, at->to, at->to_lands);
}

void su_halves_deinit(struct su_halves *halves)
{
	su_vec_deinit(&halves->from);
	su_vec_deinit(&halves->to);
}
