/*
 * strongupdate recover: puts right what an update left that was cut off.
 *
 * Each process is recovered on its own; the exit status is the worst.
 */
#include <stdio.h>

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

static void print(const struct strongupdate_recovery *recovery)
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

int cmd_recover(const struct cli_args *args)
{
	int count = args->operand_count, status = STRONGUPDATE_DONE;
	pid_t pid;

	for (int i = 0; i < count; i++)
		if (!cli_parse_pid(args->operands[i], &pid))
			return cli_usage(args->json, "'%s' is not a process id", args->operands[i]);
	SU_FREE struct outcome *outcomes = su_alloc((size_t)count * sizeof(*outcomes));
	for (int i = 0; i < count; i++) {
		struct outcome *outcome = &outcomes[i];

		cli_parse_pid(args->operands[i], &pid);
		outcome->error = strongupdate_recover(pid, &outcome->recovery);
		int here = outcome->error ? (int)strongupdate_error_exit(outcome->error) : 0;
		status = here > status ? here : status;
		if (!args->json && (!outcome->error || did_anything(&outcome->recovery)))
			print(&outcome->recovery);
		if (outcome->error)
			cli_complain("%s", strongupdate_error_message(outcome->error));
	}
	status = args->json ? say_json(outcomes, count, status) : cli_finish(status);
	for (int i = 0; i < count; i++)
		strongupdate_error_free(outcomes[i].error);
	return status;
}
