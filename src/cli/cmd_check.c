/* strongupdate check: would the patch apply now? */
#include "cli/cli.h"

int cmd_check(const struct cli_args *args)
{
	struct strongupdate_patch *patch = NULL;
	struct strongupdate_report *report;
	struct su_progress progress;
	pid_t pid = 0;
	int status = cli_open_patch_and_pid(args, &patch, &pid);

	if (status)
		return status;
	struct strongupdate_options options = cli_options(args, &progress);
	struct strongupdate_error *error = strongupdate_check(patch, pid, &options, &report);
	su_progress_stop(&progress);
	strongupdate_patch_close(patch);
	return cli_report(args, "ready", error, report);
}
