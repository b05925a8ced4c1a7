/*
 * Building a patch into a file.
 *
 * The patch is read back by the same reader that apply uses before it is written, so that a patch
 * which this build would refuse is never left behind.  It goes to a temporary file in the same
 * directory and is renamed when it is complete and on the disk: at no time does the wanted name
 * hold a part of a patch.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/api_private.h"
#include "base/alloc.h"
#include "base/input.h"
#include "make/make.h"

/* Refuses an output name that stands for one of the inputs or for something that is no file. */
static struct su_err *check_output(const char *path, const char *const inputs[2])
{
	struct stat output, input;

	if (stat(path, &output) < 0)
		return errno == ENOENT ? NULL
				       : su_err_errno(SU_E_IO, errno, "cannot write %s", path);
	if (!S_ISREG(output.st_mode))
		return su_err_new(SU_E_USAGE, "%s is not a regular file, the patch goes elsewhere",
				  path);
	for (size_t i = 0; i < 2; i++) {
		if (stat(inputs[i], &input) == 0 && input.st_dev == output.st_dev &&
		    input.st_ino == output.st_ino)
			return su_err_new(SU_E_USAGE, "%s is an input, the patch goes elsewhere",
					  path);
	}
	return NULL;
}

static struct su_err *check_patch(const uint8_t *bytes, size_t size, const char *path)
{
	struct su_patch *patch = NULL;
	uint8_t *copy = su_alloc(size);

	memcpy(copy, bytes, size);
	struct su_err *err = su_patch_parse(copy, size, path, &patch);
	su_patch_close(patch);
	if (!err)
		return NULL;
	struct su_err *defect = su_err_new(SU_E_INTERNAL, "the patch made is not a valid one: %s",
					   su_err_message(err));
	su_err_destroy(err);
	return defect;
}

static struct su_err *build_into_file(const char *old_path, const char *new_path,
				      const char *const *debug_dirs, size_t debug_dir_count,
				      const char *patch_path,
				      const struct strongupdate_options *options)
{
	const char *const inputs[] = { old_path, new_path };
	struct su_make_input input = { .old_path = old_path,
				       .new_path = new_path,
				       .debug_dirs = debug_dirs,
				       .debug_dir_count = debug_dir_count };

	if (options) {
		input.spec_path = options->spec;
		input.no_validate = options->no_validate;
		input.progress = options->progress;
		input.progress_ctx = options->progress_ctx;
		input.note = options->note;
		input.note_ctx = options->note_ctx;
	}
	SU_FREE uint8_t *bytes = NULL;
	size_t size = 0;

	SU_TRY(check_output(patch_path, inputs));
	SU_TRY(su_make_patch(&input, &bytes, &size));
	SU_TRY(check_patch(bytes, size, patch_path));
	return su_output_write(patch_path, bytes, size, 0666);
}

struct strongupdate_error *strongupdate_build(const char *old_path, const char *new_path,
					      const char *const *debug_dirs, size_t debug_dir_count,
					      const char *patch_path,
					      const struct strongupdate_options *options)
{
	return su_api_error(build_into_file(old_path, new_path, debug_dirs, debug_dir_count,
					    patch_path, options));
}
