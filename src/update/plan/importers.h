/*
 * Which of some names the objects of a process import.
 *
 * An object imports what its relocations name and it does not define.  Where its tables are the file's
 * own pages (process/pages.h), they are read from the file, once for all processes.
 *
 * Source: System V gABI (dynamic linking).
 */
#ifndef SU_UPDATE_PLAN_IMPORTERS_H
#define SU_UPDATE_PLAN_IMPORTERS_H

#include "base/vec.h"
#include "process/memory.h"
#include "process/pages.h"
#include "process/proc.h"

/* What is known of the tables of files. All zero: nothing yet. It is asked for the same names always. */
struct su_importers {
	SU_VEC(struct su_importer) list;
};

void su_importers_deinit(struct su_importers *importers);

/* Bit N: some object imports names[N], or whether it does cannot be told. */
unsigned su_imported(struct su_importers *importers, const struct su_memory *memory,
		     const struct su_maps *maps, const char *const *names, size_t count);

#endif
