/*
 * Whose the pages of a mapping are.
 *
 * A page of a private mapping that the process has not written to is the file's own page, the same
 * for all who map it: what one process has there another has as well.  A file is known by what the
 * kernel says of it, and when it was changed.  A process may write to its memory, and give the page
 * up again, while it is looked at: what is kept for others is read from the file.
 *
 * Source: proc(5), pagemap (Documentation/admin-guide/mm/pagemap.rst).
 */
#ifndef SU_PROCESS_PAGES_H
#define SU_PROCESS_PAGES_H

#include <stdbool.h>
#include <stdint.h>

#include "process/proc.h"

/* A part of a file as it is. */
struct su_file_part {
	struct su_file_id file;
	uint64_t offset, size;
};

/* What is mapped there, but for pages that the process has written to. False: it is no private mapping
 * of a file that is not written to, or it cannot be told. */
bool su_pages_part(pid_t pid, const struct su_mapping *mapping, struct su_file_part *ret);
bool su_pages_same_part(const struct su_file_part *one, const struct su_file_part *other);
/* Reads that part from the file itself: free() it; a zero follows. NULL: it cannot be read whole. */
uint8_t *su_pages_read_part(pid_t pid, const struct su_mapping *mapping);

/* Which pages of the mapping the process has for itself. False: the kernel does not say. */
bool su_pages_own(pid_t pid, const struct su_mapping *mapping, bool *ret);
/* Whether none is. */
bool su_pages_none_own(pid_t pid, const struct su_mapping *mapping);

#endif
