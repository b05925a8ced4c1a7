/* strongupdate apply: brings processes to the new version. */
#include "cli/cli.h"

int cmd_apply(const struct cli_args *args)
{
	struct strongupdate_patch *patch = NULL;
	struct strongupdate_report *report;
	struct cli_targets targets;
	struct su_progress progress;
	int status = cli_open(args, true, &patch, &targets);

	if (!status) {
		struct strongupdate_options options = cli_options(args, &progress);
		struct strongupdate_error *error =
			strongupdate_apply(patch, &targets.public, &options, &report);
		su_progress_stop(&progress);
		status = cli_report(args, "applied", error, report);
	}
	strongupdate_patch_close(patch);
	cli_targets_deinit(&targets);
	return status;
}
