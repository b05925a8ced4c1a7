/*
 * The steps of a patch that convert a variable which gets another place, over bytes in memory of ours.
 */
#ifndef SU_PATCH_CONVERT_STEPS_H
#define SU_PATCH_CONVERT_STEPS_H

#include <stdbool.h>

#include "patch/reader.h"

struct su_converted {
	bool reverse;
	/* What the variable holds, and what its version starts it with; what the other version's place
	 * holds, which becomes what it is to hold. */
	uint8_t *old, *initial, *new;
	uint64_t at; /* bytes from its start: of the step that was taken last */
};

enum su_convert_end {
	SU_CONVERT_DONE = 0,
	SU_CONVERT_WRITTEN,   /* something was written to that had to be as it starts */
	SU_CONVERT_TOO_LARGE, /* a number does not fit */
};

enum su_convert_end su_patch_convert(const struct su_patch *patch,
				     const struct su_patch_moved *moved,
				     struct su_converted *converted);

#endif
