/*
 * Unwind tables, read once for all processes of an update.
 *
 * Processes of one program map the same files.  A file is known by what the kernel says of it, when
 * it was changed, and the build-id that the process has in its memory; a patch by its bytes.
 */
#ifndef SU_UPDATE_READY_TABLES_H
#define SU_UPDATE_READY_TABLES_H

#include <elfutils/libdw.h>

#include "base/vec.h"
#include "patch/reader.h"
#include "process/proc.h"
#include "update/carried/locate.h"

struct su_table;

/* All zero: none has been read. */
struct su_tables {
	SU_VEC(struct su_table *) list;
};

void su_tables_deinit(struct su_tables *tables);

/* The tables belong to `tables`. NULL: there are none. */
Dwarf_CFI *su_tables_of_file(struct su_tables *tables, pid_t pid, const struct su_mapping *mapping,
			     const struct su_object *object);
Dwarf_CFI *su_tables_of_patch(struct su_tables *tables, const struct su_patch *patch);
/* Of an image in memory, which is taken. */
Dwarf_CFI *su_tables_of_image(struct su_tables *tables, uint8_t *image, size_t size);

#endif
