/*
 * Constants that the program has copied from the image.
 *
 * A program that names data of a library by its plain address has a place of its own for it (a copy
 * relocation): the loader copies the library's contents there at program start, and binds the name to
 * the copy for everybody.  A constant's new contents are written over the old ones in the library, which
 * then nobody reads by that name.
 */
#ifndef SU_UPDATE_PLAN_COPIES_H
#define SU_UPDATE_PLAN_COPIES_H

#include "process/proc.h"
#include "update/plan/plan.h"

/* Refuses constants that the patch changes and of which something has a copy. */
struct su_err *su_copies_check(const struct su_memory *memory, const struct su_maps *maps,
			       const struct su_plan *plan) SU_MUST_CHECK;

#endif
