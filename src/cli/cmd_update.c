/* strongupdate check, apply and revert: a patch, processes, one call, a report. */
#include "cli/cli.h"

struct operation {
	const char *success; /* the result's name */
	bool patch_required, changes;
	struct strongupdate_error *(*call)(const struct strongupdate_patch *patch,
					   const struct strongupdate_targets *targets,
					   const struct strongupdate_options *options,
					   struct strongupdate_report **ret_report);
};

static int update_processes(const struct cli_args *args, const struct operation *operation)
{
	struct strongupdate_patch *patch = NULL;
	struct strongupdate_report *report;
	struct cli_targets targets;
	struct su_progress progress;
	int status = cli_open(args, operation->patch_required, &patch, &targets);

	if (!status) {
		struct strongupdate_options options = cli_options_of(args, &progress);
		/* Whether it may be applied is the library's to say; here it is only told. */
		if (patch)
			strongupdate_error_free(strongupdate_patch_judge(patch, NULL));
		struct strongupdate_error *error =
			operation->call(patch, &targets.public, &options, &report);
		su_progress_stop(&progress);
		if (operation->changes)
			cli_note_change();
		status = cli_report(args, operation->success, patch, error, report);
	}
	strongupdate_patch_close(patch);
	cli_targets_deinit(&targets);
	return status;
}

int cmd_check(const struct cli_args *args)
{
	return update_processes(args,
				&(struct operation){ "ready", true, false, strongupdate_check });
}

int cmd_apply(const struct cli_args *args)
{
	return update_processes(args,
				&(struct operation){ "applied", true, true, strongupdate_apply });
}

int cmd_revert(const struct cli_args *args)
{
	return update_processes(
		args, &(struct operation){ "reverted", false, true, strongupdate_revert });
}
