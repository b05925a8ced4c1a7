/*
 * Do the addresses that others hold of a function lead to the code that is meant to run?
 *
 * Pointers, symbols, PLT and GOT slots hold the oldest entry of a function that there is.  From it
 * jumps lead on, one for each update that changed the function.  They are followed in the process's
 * memory: before a commit they must come to the code that runs, after it to the other version's.
 */
#ifndef SU_UPDATE_PLAN_ENTRIES_H
#define SU_UPDATE_PLAN_ENTRIES_H

#include "process/memory.h"
#include "update/carried/sites.h"

/* Whether all functions that the patch redirects at their entry run in `space`: the image stands for
 * A, wherever that is. SU_E_MISMATCH names the first that does not. */
struct su_err *su_entries_check(const struct su_memory *memory, const struct su_sites *sites,
				enum su_space space) SU_MUST_CHECK;

#endif
