/* Trying a finished patch: the files it was made from are opened, src/validate does the rest. */
#include <stdlib.h>
#include <string.h>

#include "api/api_private.h"
#include "api/sized.h"
#include "base/alloc.h"
#include "base/reason.h"
#include "validate/validate.h"

struct file {
	struct su_image *image;
	struct su_debug *debug;
};

static void file_close(struct file *file)
{
	su_debug_close(file->debug);
	su_image_close(file->image);
}

static struct su_err *file_open(struct file *file, const char *path, const uint8_t *build_id,
				size_t build_id_size, const struct strongupdate_options *options)
{
	SU_TRY(su_image_open(path, options->debug_dirs, options->debug_dir_count, &file->image));
	if (file->image->build_id_size != build_id_size ||
	    memcmp(file->image->build_id, build_id, build_id_size) != 0)
		return su_refuse(SU_WHY_NOT_MADE_FROM, path);
	return su_debug_open(file->image, &file->debug);
}

struct verification {
	struct strongupdate_verification public;
	struct su_validation *validation;
};

static struct strongupdate_verification *publish_verification(struct su_validation *validation)
{
	struct verification *ret = su_alloc(sizeof(*ret));
	size_t count = validation->findings.len;
	struct strongupdate_finding *findings = su_alloc((count + 1) * sizeof(*findings));

	for (size_t i = 0; i < count; i++) {
		const struct su_finding *finding = &validation->findings.at[i];

		findings[i] = (struct strongupdate_finding){ finding->checkpoint, finding->text,
							     finding->input };
	}
	ret->validation = validation;
	ret->public = (struct strongupdate_verification){ .paths = validation->paths,
							  .tried = validation->tried,
							  .not_reached = validation->not_reached,
							  .findings = findings,
							  .finding_count = count };
	return &ret->public;
}

static struct su_err *verify_files(const struct strongupdate_patch *patch, struct file files[2],
				   const char *const paths[2],
				   const struct strongupdate_options *options,
				   struct su_validation **ret)
{
	const struct su_patch_head *head = patch->patch->head;
	struct su_validate_input input = { .patch = patch->patch,
					   .thorough = true,
					   .replay = options->replay };

	SU_TRY(file_open(&files[0], paths[0], head->old_build_id, head->old_build_id_size,
			 options));
	SU_TRY(file_open(&files[1], paths[1], head->new_build_id, head->new_build_id_size,
			 options));
	input.old_image = files[0].image;
	input.old_debug = files[0].debug;
	input.new_debug = files[1].debug;
	return su_validate(&input, ret);
}

struct strongupdate_error *strongupdate_verify(const struct strongupdate_patch *patch,
					       const char *old_path, const char *new_path,
					       const struct strongupdate_options *options,
					       struct strongupdate_verification **ret)
{
	const char *const paths[2] = { old_path, new_path };
	struct file files[2] = { 0 };
	struct su_validation *validation = NULL;
	struct strongupdate_options taken;
	struct su_err *err = su_api_options(options, &taken);

	if (!err)
		err = verify_files(patch, files, paths, &taken, &validation);
	file_close(&files[0]);
	file_close(&files[1]);
	if (!err)
		*ret = publish_verification(validation);
	return su_api_error(err);
}

const struct strongupdate_finding *
strongupdate_verification_finding(const struct strongupdate_verification *verification,
				  size_t index)
{
	return index < verification->finding_count ? &verification->findings[index] : NULL;
}

void strongupdate_verification_free(struct strongupdate_verification *verification)
{
	struct verification *whole = (struct verification *)verification;

	if (!verification)
		return;
	free((void *)verification->findings);
	su_validation_destroy(whole->validation);
	free(whole);
}
