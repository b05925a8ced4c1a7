/* strongupdate build: makes a patch out of two builds. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "cli/cli.h"

/* What the library says of how the patch was made. */
struct notes {
	SU_VEC(char *) texts;
};

static void take_note(void *ctx, const char *text)
{
	struct notes *notes = ctx;

	su_vec_push(&notes->texts, su_strdup(text));
}

static void notes_deinit(struct notes *notes)
{
	for (size_t i = 0; i < notes->texts.len; i++)
		free(notes->texts.at[i]);
	su_vec_deinit(&notes->texts);
}

struct totals {
	size_t changed, added, removed, opaque, seeded, asserted;
	size_t tried, reached, wrong; /* in both directions */
	uint64_t returns, derived;
};

static struct totals count_points(const struct strongupdate_patch *patch)
{
	const struct strongupdate_patch_info *info = strongupdate_patch_info(patch);
	struct totals ret = { 0 };

	for (size_t i = 0; i < info->function_count; i++) {
		struct strongupdate_function function = strongupdate_patch_function(patch, i);

		ret.changed += strcmp(function.change, "changed") == 0;
		ret.added += strcmp(function.change, "added") == 0;
		ret.removed += strcmp(function.change, "removed") == 0;
		ret.opaque += function.opaque[STRONGUPDATE_APPLY] != NULL;
		ret.returns += function.call_returns[STRONGUPDATE_APPLY];
		ret.derived += function.call_returns_derived[STRONGUPDATE_APPLY];
	}
	for (size_t i = 0; i < info->checkpoint_count; i++) {
		struct strongupdate_checkpoint point = strongupdate_patch_checkpoint(patch, i);

		ret.seeded += point.seeded && point.direction == STRONGUPDATE_APPLY;
		ret.asserted += point.asserted && point.direction == STRONGUPDATE_APPLY;
		ret.tried += point.tried;
		ret.reached += point.tried && point.paths;
	}
	for (size_t i = 0; i < info->missing_count; i++)
		ret.wrong +=
			strcmp(strongupdate_reason_id(strongupdate_patch_missing(patch, i).reason),
			       "validation") == 0;
	return ret;
}

/* Equal code and data, if perhaps under another build-id: there is nothing to update. */
static bool is_empty(const struct strongupdate_patch_info *info)
{
	return !info->function_count && !info->variable_count;
}

static int say_json(const struct cli_args *args, const struct strongupdate_patch *patch,
		    const struct notes *notes)
{
	const struct strongupdate_patch_info *info = strongupdate_patch_info(patch);
	struct totals totals = count_points(patch);
	struct su_json json = { 0 };

	su_json_object(&json, NULL);
	cli_json_result(&json, is_empty(info) ? "unchanged" : "built", NULL);
	su_json_string(&json, "patch", args->output);
	su_json_uint(&json, "file_bytes", info->file_size);
	su_json_string(&json, "image", info->image_name);
	su_json_string(&json, "old_build_id", info->old_build_id);
	su_json_string(&json, "new_build_id", info->new_build_id);
	su_json_uint(&json, "functions_changed", totals.changed);
	su_json_uint(&json, "functions_added", totals.added);
	su_json_uint(&json, "functions_removed", totals.removed);
	su_json_uint(&json, "functions_opaque", totals.opaque);
	su_json_uint(&json, "call_returns", totals.returns);
	su_json_uint(&json, "call_returns_derived", totals.derived);
	su_json_uint(&json, "checkpoints_seeded", totals.seeded);
	su_json_uint(&json, "checkpoints_asserted", totals.asserted);
	su_json_bool(&json, "validated", !args->no_validate);
	su_json_uint(&json, "checkpoints_validated", totals.reached);
	su_json_uint(&json, "checkpoints_not_reached", totals.tried - totals.reached);
	su_json_uint(&json, "checkpoints_wrong", totals.wrong);
	su_json_uint(&json, "assertions", info->assertion_count);
	su_json_uint(&json, "variables", info->variable_count);
	su_json_array(&json, "notes");
	for (size_t i = 0; i < notes->texts.len; i++)
		su_json_string(&json, NULL, notes->texts.at[i]);
	su_json_end(&json);
	su_json_end(&json);
	return cli_json_finish(&json, STRONGUPDATE_DONE);
}

static int say_text(const struct cli_args *args, const struct strongupdate_patch *patch,
		    const struct notes *notes)
{
	const struct strongupdate_patch_info *info = strongupdate_patch_info(patch);
	struct totals totals = count_points(patch);

	printf("%s: %s %.12s -> %.12s, %zu bytes\n", cli_visible(args->output),
	       cli_visible(info->image_name), info->old_build_id, info->new_build_id,
	       info->file_size);
	for (size_t i = 0; i < notes->texts.len; i++)
		printf("  note         %s\n", cli_visible(notes->texts.at[i]));
	if (is_empty(info)) {
		printf("  the two builds do not differ: there is nothing to update\n");
		return cli_finish(STRONGUPDATE_DONE);
	}
	printf("  functions    %zu changed, %zu added, %zu removed\n", totals.changed, totals.added,
	       totals.removed);
	printf("  variables    %zu\n", info->variable_count);
	printf("  checkpoints  %" PRIu64 " of %" PRIu64 " call returns", totals.derived,
	       totals.returns);
	if (totals.seeded)
		printf(", %zu with a seeded value", totals.seeded);
	if (totals.asserted)
		printf(", %zu asserted", totals.asserted);
	if (totals.opaque)
		printf("; %zu function%s cannot be updated while active", totals.opaque,
		       cli_plural(totals.opaque));
	if (args->no_validate)
		printf("\n  validated    no: what a wrong derivation would do is not noticed");
	else
		printf("\n  validated    %zu of %zu checkpoints both ways, %zu not reached",
		       totals.reached, totals.tried, totals.tried - totals.reached);
	if (totals.wrong)
		printf("; %zu found wrong and taken away", totals.wrong);
	printf("\n  next         'strongupdate inspect %s' shows all, "
	       "'strongupdate check %s PID' tries it\n",
	       cli_visible(args->output), cli_visible(args->output));
	return cli_finish(STRONGUPDATE_DONE);
}

/* Debian keeps debug files in packages of their own: names that of the build. */
static void advise_package(const char *path)
{
	SU_FREE char *package = cli_package_of(path);

	if (package)
		cli_complain("the debug file of %s may be had by: apt install %s-dbgsym", path,
			     package);
}

/* Takes `error`. */
static int fail_build(const struct cli_args *args, const char *old_path,
		      struct strongupdate_error *error)
{
	const char *reason = strongupdate_error_reason(error);

	if (!args->json &&
	    (strcmp(reason, "no-debug-information") == 0 || strcmp(reason, "no-symbols") == 0)) {
		advise_package(old_path);
		advise_package(args->operands[1]);
	}
	return cli_fail(args->json, error);
}

/* Operand OLD may be a process: its file that NEW is another build of. */
static struct strongupdate_error *find_old(const struct cli_args *args, char **ret)
{
	const struct strongupdate_file *file;
	struct strongupdate_files *files;
	pid_t pid;

	if (access(args->operands[0], F_OK) == 0 || !cli_parse_pid(args->operands[0], &pid)) {
		*ret = su_strdup(args->operands[0]);
		return NULL;
	}
	struct strongupdate_error *error = strongupdate_files(pid, &files);
	if (error)
		return error;
	error = strongupdate_file_for(files, args->operands[1], &file);
	if (!error)
		*ret = su_strdup(file->mapped);
	strongupdate_files_free(files);
	return error;
}

static struct strongupdate_error *build_patch(const struct cli_args *args, const char *old_path,
					      struct notes *notes, struct strongupdate_patch **ret)
{
	struct su_progress progress;
	struct strongupdate_options options = cli_options_of(args, &progress);

	options.spec = args->spec;
	options.no_validate = args->no_validate;
	options.note = take_note;
	options.note_ctx = notes;
	struct strongupdate_error *error =
		strongupdate_build(old_path, args->operands[1], args->output, &options);
	su_progress_stop(&progress);
	return error ? error : strongupdate_patch_open(args->output, ret);
}

int cmd_build(const struct cli_args *args)
{
	struct strongupdate_patch *patch = NULL;
	struct notes notes = { 0 };
	SU_FREE char *old_path = NULL;
	struct strongupdate_error *error = find_old(args, &old_path);
	int status;

	if (!error)
		error = build_patch(args, old_path, &notes, &patch);
	if (error)
		status = fail_build(args, old_path ? old_path : args->operands[0], error);
	else
		status = args->json ? say_json(args, patch, &notes) : say_text(args, patch, &notes);
	strongupdate_patch_close(patch);
	notes_deinit(&notes);
	return status;
}
