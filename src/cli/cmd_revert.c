/* strongupdate revert: takes back the newest update of a process. */
#include "cli/cli.h"

int cmd_revert(const struct cli_args *args)
{
	struct strongupdate_report *report;
	struct su_progress progress;
	pid_t pid;

	if (!cli_parse_pid(args->operands[0], &pid))
		return cli_usage(args->json, "'%s' is not a process id", args->operands[0]);
	struct strongupdate_options options = cli_options(args, &progress);
	struct strongupdate_error *error = strongupdate_revert(pid, &options, &report);
	su_progress_stop(&progress);
	return cli_report(args, "reverted", error, report);
}
