/*
 * A plan made ready to be asked about addresses: hazards in order, checkpoints of other generations
 * whose way ends in code that lives on, and what the user wants to be inactive.
 */
#ifndef SU_UPDATE_PLAN_SEAL_H
#define SU_UPDATE_PLAN_SEAL_H

#include "update/plan/plan.h"

/* Code that must be inactive by a condition (condition.h): nothing in it is safe. `what`, which the
 * condition names, must outlive the plan. To be sealed again. */
void su_plan_guard(struct su_plan *plan, uint64_t low, uint64_t high, const char *what);
/* After su_plan_find_safe(), or the last su_plan_guard(). */
void su_plan_seal(struct su_plan *plan);

/* What must be inactive at `addr`, or where an activation that waits there will be carried; NULL:
 * nothing. */
const char *su_plan_guard_at(const struct su_plan *plan, uint64_t addr);

/* The hazard that covers `addr`, or NULL. */
const struct su_hazard *su_plan_hazard_at(const struct su_plan *plan, uint64_t addr);
const struct su_safe *su_plan_safe_at(const struct su_plan *plan, uint64_t addr);
/* A quick "certainly no hazard" for words of a stack. */
static inline bool su_plan_may_hazard(const struct su_plan *plan, uint64_t word)
{
	return word - plan->low[0] < plan->high[0] - plan->low[0] ||
	       word - plan->low[1] < plan->high[1] - plan->low[1];
}

#endif
