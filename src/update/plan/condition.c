/* Conditions on what may be active: see condition.h. */
#include "update/plan/condition.h"

#include "base/text.h"
#include "update/plan/seal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/reason.h"

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

static bool parse_condition(const char *given, struct su_condition *ret)
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

struct su_err *su_conditions_parse(const struct strongupdate_options *options,
				   struct su_conditions *ret)
{
	*ret = (struct su_conditions){ .debug_dirs = options->debug_dirs,
				       .debug_dir_count = options->debug_dir_count };
	for (size_t i = 0; i < options->when_count; i++) {
		bool fine = parse_condition(options->when[i], su_vec_add(&ret->list));

		if (!fine)
			return su_err_new(
				SU_E_USAGE,
				"'%s' is no condition: write 'FUNCTION inactive', 'FILE:LINE inactive' or 'FILE:FIRST-LAST inactive'",
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

/* The first mapping of the image, or NULL. */
static const struct su_mapping *image_mapping(const struct su_running *running)
{
	for (size_t i = 0; i < running->maps->list.len; i++) {
		const struct su_mapping *mapping = &running->maps->list.at[i];

		if (mapping->start >= running->image->low &&
		    mapping->start < running->image->high && mapping->inode)
			return mapping;
	}
	return NULL;
}

/* By its build-id below a directory, as debuggers look for programs. */
static char *path_by_build_id(const char *dir, const struct su_patch_head *head)
{
	char hex[2 * sizeof(head->old_build_id) + 1];

	su_text_hex(head->old_build_id, head->old_build_id_size, hex);
	return su_format("%s/.build-id/%.2s/%s", dir, hex, hex + 2);
}

/* Opens `path`, if that is the version that the patch is for. */
static struct su_err *open_version(const struct su_conditions *conditions, const char *path,
				   const struct su_patch_head *head, struct su_image **ret)
{
	struct su_image *image;

	SU_TRY(su_image_open(path, conditions->debug_dirs, conditions->debug_dir_count, &image));
	if (image->build_id_size == head->old_build_id_size &&
	    !memcmp(image->build_id, head->old_build_id, image->build_id_size)) {
		*ret = image;
		return NULL;
	}
	su_image_close(image);
	return su_refuse(SU_WHY_FILE_OTHER_BUILD, path);
}

/* The file of the version that the process runs by its updates. It is mapped nowhere. */
static struct su_err *open_updated(const struct su_conditions *conditions,
				   const struct su_running *running,
				   const struct su_mapping *mapping, struct su_image **ret)
{
	const struct su_patch_head *head = running->head;
	SU_FREE char *present = su_maps_present_file(running->pid, running->maps, mapping);
	struct su_err *err = open_version(conditions, present, head, ret);

	for (size_t i = 0; i < conditions->debug_dir_count && err; i++) {
		su_err_destroy(err);
		SU_FREE char *path = path_by_build_id(conditions->debug_dirs[i], head);
		err = open_version(conditions, path, head, ret);
	}
	if (!err)
		return NULL;
	char hex[2 * sizeof(head->old_build_id) + 1];
	su_text_hex(head->old_build_id, head->old_build_id_size, hex);
	struct su_err *all =
		su_refuse(SU_WHY_OLD_FILE_NEEDED, hex, hex, hex + 2, su_err_message(err));
	su_err_destroy(err);
	return all;
}

static struct su_err *open_running(const struct su_conditions *conditions,
				   const struct su_running *running, struct su_image **ret)
{
	const struct su_mapping *mapping = image_mapping(running);

	if (!mapping)
		return su_refuse(SU_WHY_FILE_UNKNOWN);
	if (running->is_updated)
		return open_updated(conditions, running, mapping, ret);
	SU_FREE char *path = su_maps_file(running->pid, mapping);
	return open_version(conditions, path, running->head, ret);
}

static struct su_err *resolve_one(struct su_condition *condition, const struct su_debug *debug)
{
	if (condition->lines.file)
		su_debug_code_of_lines(debug, &condition->lines, &condition->code);
	else
		su_debug_code_of_function(debug, condition->text, &condition->code);
	if (condition->code.list.len)
		return NULL;
	return su_refuse(SU_WHY_WHEN_NO_CODE, condition->text);
}

static struct su_err *resolve_in(struct su_conditions *conditions, const struct su_image *image)
{
	struct su_debug *debug;

	if (!image->dwarf_elf)
		return su_refuse(SU_WHY_WHEN_NO_DEBUG, image->path);
	SU_TRY(su_debug_open(image, &debug));
	struct su_err *err = NULL;
	for (size_t i = 0; i < conditions->list.len && !err; i++)
		err = resolve_one(&conditions->list.at[i], debug);
	su_debug_close(debug);
	return err;
}

struct su_err *su_conditions_resolve(struct su_conditions *conditions,
				     const struct su_running *running)
{
	struct su_image *image;

	if (!conditions->list.len || conditions->resolved)
		return NULL;
	struct su_err *err = open_running(conditions, running, &image);
	if (!err) {
		err = resolve_in(conditions, image);
		su_image_close(image);
	}
	conditions->resolved = !err;
	return su_err_context(err, "--when cannot be looked up for process %d", running->pid);
}

/* ---- guarding ---- */

/* Code of the version that runs may be in the image and in the bodies of several updates. */
static void guard_range(struct su_plan *plan, const struct su_code_range *range, const char *what)
{
	uint64_t size = 1;

	for (uint64_t vaddr = range->low; vaddr < range->high; vaddr += size) {
		struct su_thing thing = { .home = SU_HOME_CODE, .vaddr = vaddr };
		uint64_t addr;

		size = 1;
		/* What is nowhere in the process cannot be active. */
		if (!su_history_find(plan->sites.below, plan->image_base, thing, &addr, &size)) {
			size = 1;
			continue;
		}
		if (size > range->high - vaddr)
			size = range->high - vaddr;
		su_plan_guard(plan, addr, addr + size, what);
	}
}

void su_conditions_guard(const struct su_conditions *conditions, struct su_plan *plan)
{
	if (!conditions->list.len)
		return;
	for (size_t i = 0; i < conditions->list.len; i++) {
		const struct su_condition *condition = &conditions->list.at[i];

		for (size_t k = 0; k < condition->code.list.len; k++)
			guard_range(plan, &condition->code.list.at[k], condition->text);
	}
	su_plan_seal(plan);
}
