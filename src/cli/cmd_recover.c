/*
 * strongupdate recover: puts right what an update left that was cut off.
 *
 * Each process is recovered on its own; the exit status is the worst.
 */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "cli/cli.h"

struct outcome {
	struct strongupdate_recovery recovery;
	struct strongupdate_error *error;
};

static bool did_anything(const struct strongupdate_recovery *recovery)
{
	return recovery->rolled_back || recovery->completed || recovery->resumed ||
	       recovery->handler_removed || recovery->masks_restored || recovery->mappings_removed;
}

static void json_outcome(struct su_json *json, const struct outcome *outcome)
{
	const struct strongupdate_recovery *recovery = &outcome->recovery;

	su_json_object(json, NULL);
	su_json_int(json, "pid", recovery->pid);
	cli_json_result(json, did_anything(recovery) ? "recovered" : "nothing to recover",
			outcome->error);
	su_json_bool(json, "rolled_back", recovery->rolled_back);
	su_json_bool(json, "completed", recovery->completed);
	su_json_bool(json, "resumed", recovery->resumed);
	su_json_bool(json, "handler_removed", recovery->handler_removed);
	su_json_uint(json, "masks_restored", recovery->masks_restored);
	su_json_uint(json, "mappings_removed", recovery->mappings_removed);
	su_json_end(json);
}

static int say_json(const struct outcome *outcomes, int count, int status)
{
	struct su_json json = { 0 };
	const struct strongupdate_error *error = NULL;

	for (int i = 0; i < count && !error; i++)
		error = outcomes[i].error;
	su_json_object(&json, NULL);
	cli_json_result(&json, "recovered", error);
	su_json_array(&json, "processes");
	for (int i = 0; i < count; i++)
		json_outcome(&json, &outcomes[i]);
	su_json_end(&json);
	su_json_end(&json);
	return cli_json_finish(&json, status);
}

static void print_recovered(const struct strongupdate_recovery *recovery)
{
	int pid = (int)recovery->pid;

	if (recovery->rolled_back)
		printf("process %d: an update that was cut off has been taken back\n", pid);
	if (recovery->completed)
		printf("process %d: an update that was cut off has been completed, as in its other "
		       "processes\n",
		       pid);
	if (recovery->resumed)
		printf("process %d: had been left stopped, and runs again\n", pid);
	if (recovery->handler_removed)
		printf("process %d: a handler for SIGTRAP that was left has been removed\n", pid);
	if (recovery->masks_restored)
		printf("process %d: signals that had been left blocked are not any more\n", pid);
	if (recovery->mappings_removed)
		printf("process %d: unused memory of an update has been unmapped\n", pid);
	if (!did_anything(recovery))
		printf("process %d: nothing to recover\n", pid);
}

/* Of processes that were not named those only that an update has left something in are touched. */
static bool is_wanted(pid_t pid)
{
	struct strongupdate_status *process;
	struct strongupdate_error *error = strongupdate_status(pid, &process);

	/* One that says what cannot be is tried, and says why not. */
	bool damaged = error && strcmp(strongupdate_error_code(error), "format") == 0;

	strongupdate_error_free(error);
	if (error)
		return damaged;
	bool wanted = process->needs_recovery || process->has_leavings;
	strongupdate_status_free(process);
	return wanted;
}

static int recover_one(const struct cli_args *args, pid_t pid, struct outcome *outcome)
{
	outcome->error = strongupdate_recover(pid, &outcome->recovery, sizeof(outcome->recovery));
	cli_note_change();
	if (!args->json && (!outcome->error || did_anything(&outcome->recovery)))
		print_recovered(&outcome->recovery);
	if (!outcome->error)
		return STRONGUPDATE_DONE;
	cli_complain("%s", strongupdate_error_message(outcome->error));
	return (int)strongupdate_error_exit(outcome->error);
}

static int recover_all(const struct cli_args *args, const pid_t *pids, size_t count, bool named)
{
	SU_FREE struct outcome *outcomes = su_alloc(count * sizeof(*outcomes));
	int done = 0, status = STRONGUPDATE_DONE;

	for (size_t i = 0; i < count; i++) {
		if (!named && !is_wanted(pids[i]))
			continue;
		int here = recover_one(args, pids[i], &outcomes[done++]);
		status = here > status ? here : status;
	}
	if (!args->json && !done)
		puts("nothing to recover");
	status = args->json ? say_json(outcomes, done, status) : cli_finish(status);
	for (int i = 0; i < done; i++)
		strongupdate_error_free(outcomes[i].error);
	return status;
}

int cmd_recover(const struct cli_args *args)
{
	struct cli_targets targets;
	SU_FREE pid_t *pids = NULL;
	size_t count = 0;
	int status = cli_targets_init(&targets, args, 0);
	bool named = !targets.public.all && !args->trees.len;

	if (!status && named && !targets.pids.len)
		status = cli_usage(args->json, "recover: give process ids, --tree or --all");
	struct strongupdate_error *error =
		status ? NULL : strongupdate_list(&targets.public, &pids, &count);
	if (error)
		status = cli_fail(args->json, error);
	else if (!status)
		status = recover_all(args, pids, count, named);
	cli_targets_deinit(&targets);
	return status;
}
