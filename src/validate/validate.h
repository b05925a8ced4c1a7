/*
 * A second opinion on a finished patch: docs/soundness.md, "What is tried".
 *
 * Both versions of each changed function are run in an emulator, by themselves and mixed as the
 * patch mixes them, and what the mixed run does is compared with what both do.  This folder uses
 * nothing of the analysis that made the patch.
 */
#ifndef SU_VALIDATE_VALIDATE_H
#define SU_VALIDATE_VALIDATE_H

#include "dwarf/debuginfo.h"
#include "elf/image.h"
#include "patch/reader.h"

struct su_validate_input {
	const struct su_image *old_image;
	struct su_debug *old_debug, *new_debug; /* not used by other threads meanwhile */
	const struct su_patch *patch;
	bool thorough;	    /* several times the work for each function */
	const char *replay; /* an input to begin with, as a finding has it, or NULL */
};

/* A checkpoint that does what neither version does. */
struct su_finding {
	size_t checkpoint; /* index in the patch */
	char *text;	   /* what is wrong */
	char *input;	   /* the input that shows it */
};

struct su_validation {
	/* By checkpoint of the patch: on how many paths it was tried and found right. */
	uint32_t *paths;
	size_t tried, not_reached; /* checkpoints, without entries */
	uint64_t runs;
	SU_VEC(struct su_finding) findings; /* by checkpoint, one each */
};

struct su_err *su_validate(const struct su_validate_input *input,
			   struct su_validation **ret) SU_MUST_CHECK;
void su_validation_destroy(struct su_validation *validation); /* takes NULL */

#endif
