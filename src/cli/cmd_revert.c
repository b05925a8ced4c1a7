/* strongupdate revert: takes back the newest update of processes. */
#include "cli/cli.h"

int cmd_revert(const struct cli_args *args)
{
	struct strongupdate_patch *patch = NULL;
	struct strongupdate_report *report;
	struct cli_targets targets;
	struct su_progress progress;
	int status = cli_open(args, false, &patch, &targets);

	if (!status) {
		struct strongupdate_options options = cli_options(args, &progress);
		struct strongupdate_error *error =
			strongupdate_revert(patch, &targets.public, &options, &report);
		su_progress_stop(&progress);
		status = cli_report(args, "reverted", error, report);
	}
	strongupdate_patch_close(patch);
	cli_targets_deinit(&targets);
	return status;
}
