/* strongupdate verify: tries the checkpoints of a finished patch in an emulator. */
#include <inttypes.h>
#include <stdio.h>

#include "base/alloc.h"
#include "cli/cli.h"

static void place_of(const struct strongupdate_patch *patch,
		     const struct strongupdate_checkpoint *point, FILE *out)
{
	struct strongupdate_function function = strongupdate_patch_function(patch, point->function);
	bool revert = point->direction == STRONGUPDATE_REVERT;
	const char *file = revert ? point->new_file : point->old_file;

	fprintf(out, "%s, 0x%" PRIx64, function.name, point->from);
	if (file)
		fprintf(out, " (%s:%" PRIu32 ")", file, revert ? point->new_line : point->old_line);
	if (revert)
		fprintf(out, ", revert");
}

static int say_text(const struct strongupdate_patch *patch,
		    const struct strongupdate_verification *verification, int status)
{
	printf("%zu checkpoint%s: %zu validated, %zu not reached, %zu wrong\n", verification->tried,
	       cli_plural(verification->tried),
	       verification->tried - verification->not_reached - verification->finding_count,
	       verification->not_reached, verification->finding_count);
	for (size_t i = 0; i < verification->finding_count; i++) {
		const struct strongupdate_finding *finding = &verification->findings[i];
		struct strongupdate_checkpoint point =
			strongupdate_patch_checkpoint(patch, finding->checkpoint);

		printf("  ");
		place_of(patch, &point, stdout);
		printf(": %s\n    %s\n", finding->text, finding->input);
	}
	return cli_finish(status);
}

static void json_point(struct su_json *json, const struct strongupdate_patch *patch, size_t index)
{
	struct strongupdate_checkpoint point = strongupdate_patch_checkpoint(patch, index);

	su_json_string(json, "function", strongupdate_patch_function(patch, point.function).name);
	su_json_string(json, "direction",
		       point.direction == STRONGUPDATE_REVERT ? "revert" : "apply");
	su_json_hex(json, "from", point.from);
}

static int say_json(const struct strongupdate_patch *patch,
		    const struct strongupdate_verification *verification, int status)
{
	const struct strongupdate_patch_info *info = strongupdate_patch_info(patch);
	struct su_json json = { 0 };

	su_json_object(&json, NULL);
	su_json_string(&json, "result", status ? "refused" : "verified");
	su_json_string(&json, "code", status ? "unsupported" : NULL);
	su_json_string(&json, "reason_id", status ? "validation" : NULL);
	su_json_string(&json, "reason",
		       status ? "a checkpoint does what neither version does" : NULL);
	su_json_uint(&json, "checkpoints", verification->tried);
	su_json_uint(&json, "not_reached", verification->not_reached);
	su_json_array(&json, "paths");
	for (size_t i = 0; i < info->checkpoint_count; i++) {
		if (!verification->paths[i])
			continue;
		su_json_object(&json, NULL);
		json_point(&json, patch, i);
		su_json_uint(&json, "paths", verification->paths[i]);
		su_json_end(&json);
	}
	su_json_end(&json);
	su_json_array(&json, "findings");
	for (size_t i = 0; i < verification->finding_count; i++) {
		su_json_object(&json, NULL);
		json_point(&json, patch, verification->findings[i].checkpoint);
		su_json_string(&json, "text", verification->findings[i].text);
		su_json_string(&json, "input", verification->findings[i].input);
		su_json_end(&json);
	}
	su_json_end(&json);
	su_json_end(&json);
	return cli_json_finish(&json, status);
}

int cmd_verify(const struct cli_args *args)
{
	struct strongupdate_verification *verification = NULL;
	struct strongupdate_patch *patch = NULL;
	struct su_progress progress;
	struct strongupdate_options options = cli_options_of(args, &progress);
	struct strongupdate_error *error = strongupdate_patch_open(args->operands[0], &patch);
	int status;

	options.replay = args->replay;
	if (!error)
		error = strongupdate_verify(patch, args->old_path, args->new_path, &options,
					    &verification);
	su_progress_stop(&progress);
	if (error) {
		status = cli_fail(args->json, error);
	} else {
		status = verification->finding_count ? STRONGUPDATE_REFUSED : STRONGUPDATE_DONE;
		status = args->json ? say_json(patch, verification, status)
				    : say_text(patch, verification, status);
	}
	strongupdate_verification_free(verification);
	strongupdate_patch_close(patch);
	return status;
}
