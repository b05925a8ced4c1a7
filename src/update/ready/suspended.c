/* Activations on stacks that no thread runs on: see suspended.h. */
#include "update/ready/suspended.h"

#include <string.h>

#include "update/plan/bind_imports.h"
#include "update/plan/gaps.h"
#include "update/plan/seal.h"
#include "update/ready/sweep.h"

/* ---- is there anything to find? ---- */

bool su_suspended_possible(const struct su_plan *plan, const struct su_memory *memory,
			   const struct su_maps *maps, bool asked)
{
	static const char *const switches[] = { "makecontext", "swapcontext", "setcontext" };
	static const char *const stack[] = { "sigaltstack" };
	static const char *const jumps[] = { "longjmp", "_longjmp", "siglongjmp", "__longjmp_chk" };

	if (!su_plan_leaves_gaps(plan))
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
