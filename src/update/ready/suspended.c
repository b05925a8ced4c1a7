/* Activations on stacks that no thread runs on: see suspended.h. */
#include "update/ready/suspended.h"

#include <string.h>

#include "update/plan/gaps.h"
#include "update/plan/seal.h"
#include "update/ready/sweep.h"

/* ---- is there anything to find? ---- */

/* What leads to another stack, and what leads there together with another stack for signals. */
static const char *const imports[] = {
	"makecontext", "swapcontext", "setcontext", "sigaltstack",
	"longjmp",     "_longjmp",    "siglongjmp", "__longjmp_chk"
};
enum { SWITCHES = 0x7, SIGNAL_STACK = 0x8, JUMPS = 0xf0 };

bool su_suspended_possible(const struct su_plan *plan, struct su_importers *importers,
			   const struct su_memory *memory, const struct su_maps *maps, bool asked)
{
	if (!su_plan_leaves_gaps(plan))
		return false;
	if (asked)
		return true;
	unsigned imported =
		su_imported(importers, memory, maps, imports, sizeof(imports) / sizeof(*imports));
	return (imported & SWITCHES) || ((imported & SIGNAL_STACK) && (imported & JUMPS));
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
