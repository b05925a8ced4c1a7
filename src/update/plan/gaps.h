/*
 * What a plan leaves open.
 */
#ifndef SU_UPDATE_PLAN_GAPS_H
#define SU_UPDATE_PLAN_GAPS_H

#include "update/plan/plan.h"

/* Whether some return address in dead code is no checkpoint, or one only where nobody holds the
 * address of an object: then each that there is must be seen. */
bool su_plan_leaves_gaps(const struct su_plan *plan);

#endif
