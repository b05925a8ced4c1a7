/* Conditions on what may be active: see condition.h. */
#include "update/condition.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define SUFFIX " inactive"

/* ---- parsing ---- */

/* LINE or FIRST-LAST, up to the end of the text. */
static bool parse_lines(const char *text, struct su_lines *ret)
{
	int end = 0;

	if (sscanf(text, "%d%n-%d%n", &ret->first, &end, &ret->last, &end) == 1)
		ret->last = ret->first;
	return end && !text[end] && ret->first > 0 && ret->last >= ret->first;
}

static bool parse(const char *given, struct su_condition *ret)
{
	size_t len = strlen(given), suffix = strlen(SUFFIX);

	*ret = (struct su_condition){ 0 };
	if (len <= suffix || strcmp(given + len - suffix, SUFFIX) != 0)
		return false;
	ret->text = su_strdup(given);
	ret->text[len - suffix] = 0;
	char *colon = strrchr(ret->text, ':');
	if (!colon)
		return !strpbrk(ret->text, " \t/");
	if (colon == ret->text || !parse_lines(colon + 1, &ret->lines))
		return false;
	ret->lines.file = ret->file = su_format("%.*s", (int)(colon - ret->text), ret->text);
	return true;
}

struct su_err *su_conditions_parse(const struct su_update_options *options,
				   struct su_conditions *ret)
{
	*ret = (struct su_conditions){ .debug_dirs = options->debug_dirs,
				       .debug_dir_count = options->debug_dir_count };
	for (size_t i = 0; i < options->when_count; i++) {
		bool fine = parse(options->when[i], su_vec_add(&ret->list));

		if (!fine)
			return su_err_new(SU_E_USAGE,
					  "'%s' is no condition: write 'FUNCTION inactive', "
					  "'FILE:LINE inactive' or 'FILE:FIRST-LAST inactive'",
					  options->when[i]);
	}
	return NULL;
}

void su_conditions_deinit(struct su_conditions *conditions)
{
	for (size_t i = 0; i < conditions->list.len; i++) {
		struct su_condition *condition = &conditions->list.at[i];

		free(condition->text);
		free(condition->file);
		su_vec_deinit(&condition->code.list);
	}
	su_vec_deinit(&conditions->list);
}

/* ---- resolving ---- */

/* The file behind the first mapping of the image, also when it has been deleted or replaced, or is
 * in another mount namespace. */
static char *image_path(const struct su_job *job)
{
	for (size_t i = 0; i < job->maps.list.len; i++) {
		const struct su_mapping *mapping = &job->maps.list.at[i];

		if (mapping->start >= job->image.low && mapping->start < job->image.high &&
		    mapping->inode)
			return su_format("/proc/%d/map_files/%lx-%lx", job->session->pid,
					 (unsigned long)mapping->start,
					 (unsigned long)mapping->end);
	}
	return NULL;
}

static struct su_err *resolve_one(struct su_condition *condition, const struct su_debug *debug)
{
	if (condition->lines.file)
		su_debug_code_of_lines(debug, &condition->lines, &condition->code);
	else
		su_debug_code_of_function(debug, condition->text, &condition->code);
	if (condition->code.list.len)
		return NULL;
	return su_err_new(SU_E_UNSUPPORTED, "the old version has no code for '%s'",
			  condition->text);
}

static struct su_err *resolve_in(struct su_conditions *conditions, const struct su_image *image,
				 const struct su_object *mapped)
{
	struct su_debug *debug;

	if (image->build_id_size != mapped->build_id_size ||
	    memcmp(image->build_id, mapped->build_id, image->build_id_size))
		return su_err_new(SU_E_MISMATCH, "its file has another build-id");
	if (!image->dwarf_elf)
		return su_err_new(SU_E_UNSUPPORTED, "it has no debug information");
	SU_TRY(su_debug_open(image, &debug));
	struct su_err *err = NULL;
	for (size_t i = 0; i < conditions->list.len && !err; i++)
		err = resolve_one(&conditions->list.at[i], debug);
	su_debug_close(debug);
	return err;
}

static bool has_been_updated(const struct su_job *job)
{
	for (size_t i = 0; i < job->registries.list.len; i++)
		if (job->registries.list.at[i].state == SU_REGISTRY_APPLIED)
			return true;
	return false;
}

struct su_err *su_conditions_resolve(struct su_conditions *conditions, const struct su_job *job)
{
	struct su_image *image;

	if (!conditions->list.len)
		return NULL;
	if (has_been_updated(job))
		return su_err_new(
			SU_E_UNSUPPORTED,
			"--when needs a process that runs the version it was started from: "
			"process %d has been updated",
			job->session->pid);
	if (conditions->resolved)
		return NULL;
	SU_FREE char *path = image_path(job);
	if (!path)
		return su_err_new(SU_E_UNSUPPORTED, "the image's file is not known");
	struct su_err *err =
		su_image_open(path, conditions->debug_dirs, conditions->debug_dir_count, &image);
	if (!err) {
		err = resolve_in(conditions, image, &job->image);
		su_image_close(image);
	}
	conditions->resolved = !err;
	return su_err_context(err, "--when cannot be looked up in the image of process %d",
			      job->session->pid);
}

void su_conditions_guard(const struct su_conditions *conditions, struct su_job *job)
{
	if (!conditions->list.len)
		return;
	for (size_t i = 0; i < conditions->list.len; i++) {
		const struct su_condition *condition = &conditions->list.at[i];

		for (size_t k = 0; k < condition->code.list.len; k++) {
			const struct su_code_range *range = &condition->code.list.at[k];

			su_plan_guard(job->plan, job->image.base + range->low,
				      job->image.base + range->high, condition->text);
		}
	}
	su_plan_seal(job->plan);
}
