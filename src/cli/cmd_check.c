/* strongupdate check: would the patch apply now? */
#include "cli/cli.h"

int cmd_check(const struct cli_args *args)
{
	struct strongupdate_patch *patch = NULL;
	struct strongupdate_report *report;
	struct cli_targets targets;
	struct su_progress progress;
	int status = cli_open(args, true, &patch, &targets);

	if (!status) {
		struct strongupdate_options options = cli_options(args, &progress);
		struct strongupdate_error *error =
			strongupdate_check(patch, &targets.public, &options, &report);
		su_progress_stop(&progress);
		status = cli_report(args, "ready", error, report);
	}
	strongupdate_patch_close(patch);
	cli_targets_deinit(&targets);
	return status;
}
