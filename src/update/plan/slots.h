/*
 * Which words of a process the loader has bound to code that an update makes dead.
 *
 * GOT and PLT slots of all that is mapped, and pointers that name a symbol.  The loader binds them to
 * entries, and the jump there leads on; but a program may write to its slots, as tools do that put
 * themselves before a function.  What slots hold is looked at before an update is staged, and, of those
 * that lead to the update's functions, once more after its commit (entries.h).  A slot that is bound
 * later holds what a name stands for, which is an entry.
 */
#ifndef SU_UPDATE_PLAN_SLOTS_H
#define SU_UPDATE_PLAN_SLOTS_H

#include "process/proc.h"
#include "update/plan/plan.h"

/* Finds the slots, for a sealed plan. Refuses one that leads to dead code where no entry's jump will
 * be, of this update or an earlier one. */
struct su_err *su_slots_find(const struct su_memory *memory, const struct su_maps *maps,
			     struct su_plan *plan) SU_MUST_CHECK;

/* The function whose code the plan's direction leaves and that has a body to go on in, around `addr`; or
 * NULL. */
const struct su_patch_function *su_slots_function(const struct su_plan *plan, uint64_t addr);

/* The refusal of a slot that does not lead to the function's other body. */
struct su_err *su_slots_lead_aside(const struct su_memory *memory, uint64_t slot,
				   const char *function);

#endif
