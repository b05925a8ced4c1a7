/* A plan made ready to be asked: see seal.h. */
#include "update/plan/seal.h"

#include <stdlib.h>
#include <string.h>

#include "base/search.h"

static int compare_hazards(const void *a, const void *b)
{
	const struct su_hazard *x = a, *y = b;

	return (x->low > y->low) - (x->low < y->low);
}

static int compare_safe(const void *a, const void *b)
{
	const struct su_safe *x = a, *y = b;

	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	return x->is_return - y->is_return;
}

/* ---- questions ---- */

const struct su_hazard *su_plan_hazard_at(const struct su_plan *plan, uint64_t addr)
{
	size_t at = su_search_until(plan->hazards.at, plan->hazards.len, high, addr);

	if (at == plan->hazards.len || plan->hazards.at[at].low > addr)
		return NULL;
	return &plan->hazards.at[at];
}

const struct su_safe *su_plan_safe_at(const struct su_plan *plan, uint64_t addr)
{
	size_t at = su_search_below(plan->safe.at, plan->safe.len, addr, addr);

	if (at == plan->safe.len || plan->safe.at[at].addr != addr)
		return NULL;
	return &plan->safe.at[at];
}

const char *su_plan_guard_at(const struct su_plan *plan, uint64_t addr)
{
	const struct su_hazard *hazard = su_plan_hazard_at(plan, addr);

	/* A way has no more steps than there are. */
	for (size_t i = 0; i < 2 * plan->onward.len && hazard && hazard->kind != SU_HAZARD_GUARDED;
	     i++) {
		const struct su_onward *onward = &plan->onward.at[i % plan->onward.len];

		if (onward->from.addr != addr)
			continue;
		addr = onward->to;
		hazard = su_plan_hazard_at(plan, addr);
	}
	return hazard && hazard->kind == SU_HAZARD_GUARDED ? hazard->guard : NULL;
}

/* ---- conditions ---- */

static void drop_safe(struct su_plan *plan, uint64_t low, uint64_t high)
{
	size_t kept = 0;

	for (size_t i = 0; i < plan->safe.len; i++) {
		const struct su_safe *safe = &plan->safe.at[i];

		/* A call may be the last instruction. */
		if (safe->addr - safe->is_return < low || safe->addr - safe->is_return >= high)
			plan->safe.at[kept++] = *safe;
	}
	plan->safe.len = kept;
}

void su_plan_guard(struct su_plan *plan, uint64_t low, uint64_t high, const char *what)
{
	size_t count = plan->hazards.len;

	drop_safe(plan, low, high);
	high++; /* where a call returns to that is the last instruction */
	for (size_t i = 0; i < count; i++) {
		struct su_hazard *hazard = &plan->hazards.at[i];
		struct su_hazard behind = *hazard;

		if (hazard->low >= high || hazard->high <= low)
			continue;
		behind.low = high;
		hazard->high = hazard->low < low ? low : hazard->low;
		if (behind.low < behind.high)
			su_vec_push(&plan->hazards, behind);
	}
	su_vec_push(&plan->hazards,
		    (struct su_hazard){
			    .low = low, .high = high, .kind = SU_HAZARD_GUARDED, .guard = what });
}

/* ---- checkpoints of other generations ---- */

/* Whether an activation that comes to `to` from a checkpoint may go on there after the commit. One
 * that had not returned from a call does not hold the call's results. */
static bool leads_on(const struct su_plan *plan, const struct su_onward *onward)
{
	const struct su_safe *safe = su_plan_safe_at(plan, onward->to);

	if (!su_plan_hazard_at(plan, onward->to))
		return true;
	/* What moves there is not in the frame as it is now. */
	if (!safe || safe->is_entry || safe->unheld)
		return false;
	return onward->from.is_return ? safe->is_return : !safe->is_return || safe->any_way;
}

/* Checkpoints of other generations from which the way leads to code that lives on: those that lead
 * there at once, those that lead to one of these, and so on. */
static void add_safe_onward(struct su_plan *plan)
{
	SU_VEC(struct su_safe) added = { 0 };

	for (size_t i = 0; i < plan->onward.len; i++)
		plan->onward.at[i].found = false;
	do {
		for (size_t i = 0; i < added.len; i++)
			su_vec_push(&plan->safe, added.at[i]);
		su_vec_sort(&plan->safe, compare_safe);
		added.len = 0;
		for (size_t i = 0; i < plan->onward.len; i++) {
			struct su_onward *onward = &plan->onward.at[i];

			if (onward->found || !leads_on(plan, onward))
				continue;
			onward->found = true;
			su_vec_push(&added, onward->from);
		}
	} while (added.len);
	su_vec_deinit(&added);
}

/* ---- sealing ---- */

static void drop_empty(struct su_plan *plan)
{
	size_t kept = 0;

	for (size_t i = 0; i < plan->hazards.len; i++)
		if (plan->hazards.at[i].low < plan->hazards.at[i].high)
			plan->hazards.at[kept++] = plan->hazards.at[i];
	plan->hazards.len = kept;
}

/* Two boxes: the widest gap between neighbours (image to patch) lies between them. */
static void bound_hazards(struct su_plan *plan)
{
	size_t split = plan->hazards.len;
	uint64_t widest = 0;

	memset(plan->low, 0, sizeof(plan->low));
	memset(plan->high, 0, sizeof(plan->high));
	for (size_t i = 1; i < plan->hazards.len; i++) {
		uint64_t gap = plan->hazards.at[i].low - plan->hazards.at[i - 1].high;

		if (gap > widest) {
			widest = gap;
			split = i;
		}
	}
	for (size_t i = 0; i < plan->hazards.len; i++) {
		unsigned box = i >= split;

		if (!plan->high[box])
			plan->low[box] = plan->hazards.at[i].low;
		plan->high[box] = plan->hazards.at[i].high;
	}
}

static void drop_onward(struct su_plan *plan)
{
	size_t kept = 0;

	for (size_t i = 0; i < plan->safe.len; i++)
		if (!plan->safe.at[i].is_onward)
			plan->safe.at[kept++] = plan->safe.at[i];
	plan->safe.len = kept;
}

void su_plan_seal(struct su_plan *plan)
{
	drop_empty(plan);
	drop_onward(plan);
	su_vec_sort(&plan->hazards, compare_hazards);
	bound_hazards(plan);
	add_safe_onward(plan);
}
