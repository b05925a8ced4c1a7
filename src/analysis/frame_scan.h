/*
 * What a function's code does with addresses in its frame: see values.h for regions and cells.
 *
 * Every use of a frame address that is not a direct access makes a root: storing it, passing it,
 * indexing from it, computing with it in a way that is not followed.
 */
#ifndef SU_ANALYSIS_FRAME_SCAN_H
#define SU_ANALYSIS_FRAME_SCAN_H

#include "analysis/values.h"
#include "base/vec.h"

struct su_frame_root {
	int64_t off;
	uint32_t insn; /* the first that was seen */
	bool retained;
};

struct su_frame_scan {
	struct su_values *values;
	uint32_t *state;
	SU_VEC(struct su_frame_root) roots;
	SU_VEC(struct su_cell) accesses;
	SU_VEC(int64_t) saved_offs;
};

/* Goes over all instructions with the states as they are now. `state` has room for one. */
void su_frame_scan(struct su_frame_scan *scan);

#endif
