/* Activations on stacks that no thread runs on: see suspended.h. */
#include "update/ready/suspended.h"

#include <string.h>

#include "update/plan/bind_imports.h"
#include "update/ready/sweep.h"

/* ---- is there anything to find? ---- */

bool su_suspended_leaves_gaps(const struct su_plan *plan)
{
	const struct su_patch *patch = plan->patch;

	for (size_t i = 0; i < patch->missing_count; i++)
		if (patch->missing[i].direction == (uint32_t)plan->direction)
			return true;
	for (size_t i = 0; i < patch->range_count; i++)
		if (patch->ranges[i].direction == (uint32_t)plan->direction &&
		    patch->functions[patch->ranges[i].function].opaque[plan->direction])
			return true;
	for (size_t i = 0; i < patch->checkpoint_count; i++)
		if (patch->checkpoints[i].direction == (uint32_t)plan->direction &&
		    patch->checkpoints[i].kind == SU_POINT_CALL_RETURN &&
		    !su_plan_safe_at(plan, plan->sites.point_from[i]))
			return true; /* not for a process that was updated before, or guarded */
	for (size_t i = 0; i < plan->onward.len; i++)
		if (!plan->onward.at[i].found)
			return true;
	for (size_t i = 0; i < plan->safe.len; i++)
		if (plan->safe.at[i].unheld)
			return true; /* where its frame is must be known */
	return false;
}

bool su_suspended_possible(const struct su_plan *plan, const struct su_memory *memory,
			   const struct su_maps *maps, bool asked)
{
	static const char *const switches[] = { "makecontext", "swapcontext", "setcontext" };
	static const char *const stack[] = { "sigaltstack" };
	static const char *const jumps[] = { "longjmp", "_longjmp", "siglongjmp", "__longjmp_chk" };

	if (!su_suspended_leaves_gaps(plan))
		return false;
	return asked || su_imports_any(memory, maps, switches, 3) ||
	       (su_imports_any(memory, maps, stack, 1) && su_imports_any(memory, maps, jumps, 4));
}

/* ---- finding it ---- */

struct suspended_search {
	const struct su_plan *plan;
	uint64_t trampoline; /* of uretprobes: it may stand for any return address */
	uint64_t word;	     /* what was found, or 0 */
};

static bool look_at_words(void *ctx, uint64_t addr, const uint8_t *bytes, size_t size)
{
	struct suspended_search *search = ctx;

	(void)addr;
	for (size_t off = 0; off + 8 <= size; off += 8) {
		uint64_t word;

		memcpy(&word, bytes + off, sizeof(word));
		if (word == search->trampoline) {
			search->word = word;
			return false;
		}
		if (!su_plan_may_hazard(search->plan, word) ||
		    !su_plan_hazard_at(search->plan, word))
			continue;
		const struct su_safe *safe = su_plan_safe_at(search->plan, word);
		if (safe && !safe->unheld) /* where its frame is is not known */
			continue;
		search->word = word;
		return false;
	}
	return true;
}

enum su_suspended su_suspended_find(struct su_ready *ready, uint64_t *ret_word)
{
	struct suspended_search search = { .plan = ready->plan, .trampoline = ready->trampoline };

	switch (su_sweep(ready, false, look_at_words, &search, ret_word)) {
	case SU_SWEEP_ENDED:
		return SU_SUSPENDED_NONE;
	case SU_SWEEP_STOPPED:
		*ret_word = search.word;
		return SU_SUSPENDED_FOUND;
	default:
		return SU_SUSPENDED_UNKNOWN;
	}
}
