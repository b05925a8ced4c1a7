/*
 * Making an upgrade patch out of two builds: all of the thinking, offline.
 *
 * Loads both builds, disassembles and matches their functions, compares them, binds the changed
 * and added ones to what lives in a process that runs OLD, derives the checkpoints of both
 * directions with their carry-over stubs, and encodes the patch.
 */
#ifndef SU_MAKE_MAKE_H
#define SU_MAKE_MAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct su_make_input {
	const char *old_path, *new_path; /* the builds */
	const char *spec_path;		 /* the user's specification (spec.h), or NULL */
	const char *const *debug_dirs;	 /* where separate debug files are looked up by build-id */
	size_t debug_dir_count;
	bool no_validate; /* checkpoints are not tried */
	/* NULL, or called with each stage's name as the stage begins. */
	void (*progress)(void *ctx, const char *what);
	void *progress_ctx;
	/* NULL, or called with what a person should know of how the patch was made. */
	void (*note)(void *ctx, const char *text);
	void *note_ctx;
	/* NULL, or asked as each stage begins: true ends the work. */
	bool (*is_cancelled)(void *ctx);
	void *is_cancelled_ctx;
};

/*
 * Builds the patch that takes a process from the old build to the new one.
 *
 * *ret_patch is the whole .sup file, free() it.  Fails with SU_E_UNSUPPORTED when the difference
 * holds something that cannot be updated soundly, and says what; with SU_E_USAGE when the
 * specification is wrong; with SU_E_FORMAT or SU_E_IO when an input cannot be read.
 */
struct su_err *su_make_patch(const struct su_make_input *input, uint8_t **ret_patch,
			     size_t *ret_size) SU_MUST_CHECK;

#endif
