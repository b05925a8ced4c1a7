/*
 * Do the addresses that others hold of a function lead to the code that is meant to run?
 *
 * Pointers and symbols hold the oldest entry of a function that there is.  From it jumps lead on, one
 * for each update that changed the function.  They are followed in the process's memory: before a
 * commit they must come to the code that runs, after it to the other version's.  So must, after it,
 * what GOT and PLT slots hold (slots.h).
 */
#ifndef SU_UPDATE_PLAN_ENTRIES_H
#define SU_UPDATE_PLAN_ENTRIES_H

#include "process/memory.h"
#include "update/plan/plan.h"

/* Whether all functions that the patch redirects at their entry run in the version that the plan's
 * commit leaves. SU_E_MISMATCH names the first that does not. */
struct su_err *su_entries_check_before(const struct su_memory *memory,
				       const struct su_plan *plan) SU_MUST_CHECK;
/* Whether they run in the one that it leads to, by their entries and by all slots. */
struct su_err *su_entries_check_after(const struct su_memory *memory,
				      const struct su_plan *plan) SU_MUST_CHECK;

#endif
