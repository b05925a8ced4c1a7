/* What a plan leaves open: see gaps.h. */
#include "update/plan/gaps.h"

#include "update/plan/seal.h"

/* Some call that an activation can wait in has no checkpoint in the patch. */
static bool patch_leaves_gaps(const struct su_patch *patch, uint32_t direction)
{
	for (size_t i = 0; i < patch->missing_count; i++)
		if (patch->missing[i].direction == direction)
			return true;
	for (size_t i = 0; i < patch->range_count; i++)
		if (patch->ranges[i].direction == direction &&
		    patch->functions[patch->ranges[i].function].opaque[direction])
			return true;
	return false;
}

bool su_plan_leaves_gaps(const struct su_plan *plan)
{
	const struct su_patch *patch = plan->patch;

	if (patch_leaves_gaps(patch, plan->direction))
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
