/*
 * Building a patch into a file or into memory.
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
#include "api/sized.h"
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

static struct su_err *build_bytes(const char *const paths[2],
				  const struct strongupdate_options *given, const char *name,
				  uint8_t **ret, size_t *ret_size)
{
	struct strongupdate_options options;
	uint8_t *bytes = NULL;
	size_t size = 0;

	SU_TRY(su_api_options(given, &options));
	const struct su_make_input input = { .old_path = paths[0],
					     .new_path = paths[1],
					     .debug_dirs = options.debug_dirs,
					     .debug_dir_count = options.debug_dir_count,
					     .spec_path = options.spec,
					     .no_validate = options.no_validate,
					     .progress = options.progress,
					     .progress_ctx = options.progress_ctx,
					     .note = options.note,
					     .note_ctx = options.note_ctx,
					     .is_cancelled = options.is_cancelled,
					     .is_cancelled_ctx = options.is_cancelled_ctx };
	struct su_err *err = su_make_patch(&input, &bytes, &size);
	if (!err)
		err = check_patch(bytes, size, name);
	if (err) {
		free(bytes);
		return err;
	}
	*ret = bytes;
	*ret_size = size;
	return NULL;
}

static struct su_err *build_into_file(const char *const paths[2], const char *patch_path,
				      const struct strongupdate_options *options)
{
	SU_FREE uint8_t *bytes = NULL;
	size_t size = 0;

	SU_TRY(check_output(patch_path, paths));
	SU_TRY(build_bytes(paths, options, patch_path, &bytes, &size));
	return su_output_write(patch_path, bytes, size, 0666);
}

struct strongupdate_error *strongupdate_build(const char *old_path, const char *new_path,
					      const char *patch_path,
					      const struct strongupdate_options *options)
{
	const char *const paths[] = { old_path, new_path };

	return su_api_error(build_into_file(paths, patch_path, options));
}

struct strongupdate_error *strongupdate_build_bytes(const char *old_path, const char *new_path,
						    const struct strongupdate_options *options,
						    void **ret, size_t *ret_size)
{
	const char *const paths[] = { old_path, new_path };
	uint8_t *bytes = NULL;
	struct su_err *err = build_bytes(paths, options, "the patch in memory", &bytes, ret_size);

	if (!err)
		*ret = bytes;
	return su_api_error(err);
}
