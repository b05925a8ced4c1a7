/*
 * strongupdate status: which processes carry which updates.
 *
 * Named processes must exist and be readable.  Without names every process is looked at, or those
 * of a tree, and those that may not be read, or end meanwhile, are passed over.  One whose updates
 * contradict each other is named all the same.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "cli/cli.h"

struct found {
	SU_VEC(struct strongupdate_status *) processes;
	int status; /* exit status so far: the worst */
	SU_VEC(struct strongupdate_error *) errors;
	SU_VEC(pid_t) error_pids;
};

/* One that has ended, may not be read, or is in the middle of an update, says nothing. One that says
 * what cannot be is told. */
static bool is_passed_over(const struct strongupdate_error *error)
{
	const char *code = strongupdate_error_code(error);

	return strcmp(code, "gone") == 0 || strcmp(code, "permission") == 0 ||
	       strcmp(code, "usage") == 0 ||
	       strcmp(strongupdate_error_reason(error), "being-updated") == 0;
}

static void look_at(struct found *found, pid_t pid, bool named)
{
	struct strongupdate_status *process;
	struct strongupdate_error *error = strongupdate_status(pid, &process);
	int status = STRONGUPDATE_DONE;

	if (error && !named && is_passed_over(error)) {
		strongupdate_error_free(error);
		return;
	}
	if (error) {
		status = strongupdate_error_exit(error);
		su_vec_push(&found->errors, error);
		su_vec_push(&found->error_pids, pid);
	} else if (!named && !process->entry_count) {
		strongupdate_status_free(process);
	} else {
		if (process->needs_recovery)
			status = STRONGUPDATE_DAMAGED;
		su_vec_push(&found->processes, process);
	}
	found->status = status > found->status ? status : found->status;
}

static void json_entry(struct su_json *json, const struct strongupdate_entry *entry)
{
	su_json_object(json, NULL);
	su_json_string(json, "state", entry->state);
	su_json_string(json, "image", entry->image_name);
	su_json_string(json, "old_build_id", entry->old_build_id);
	su_json_string(json, "new_build_id", entry->new_build_id);
	su_json_int(json, "since", entry->since);
	su_json_uint(json, "activations_pending", entry->activations_pending);
	su_json_hex(json, "mapped_at", entry->mapped_at);
	su_json_uint(json, "bytes_mapped", entry->bytes_mapped);
	su_json_end(json);
}

static int say_json(const struct found *found)
{
	struct su_json json = { 0 };
	const struct strongupdate_error *error = found->errors.len ? found->errors.at[0] : NULL;

	su_json_object(&json, NULL);
	cli_json_result(&json, "ok", error);
	su_json_array(&json, "processes");
	for (size_t i = 0; i < found->processes.len; i++) {
		const struct strongupdate_status *process = found->processes.at[i];

		su_json_object(&json, NULL);
		su_json_int(&json, "pid", process->pid);
		su_json_string(&json, "command", process->command);
		su_json_bool(&json, "needs_recovery", process->needs_recovery);
		su_json_bool(&json, "has_leavings", process->has_leavings);
		su_json_array(&json, "updates");
		for (size_t k = 0; k < process->entry_count; k++)
			json_entry(&json, &process->entries[k]);
		su_json_end(&json);
		su_json_end(&json);
	}
	for (size_t i = 0; i < found->errors.len; i++) {
		su_json_object(&json, NULL);
		su_json_int(&json, "pid", found->error_pids.at[i]);
		cli_json_result(&json, NULL, found->errors.at[i]);
		su_json_end(&json);
	}
	su_json_end(&json);
	su_json_end(&json);
	return cli_json_finish(&json, found->status);
}

static void print_entry(const struct strongupdate_status *process,
			const struct strongupdate_entry *entry)
{
	time_t since = (time_t)entry->since;
	char when[32] = "?";
	struct tm tm;

	if (localtime_r(&since, &tm))
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S", &tm);
	printf("%8d  %-15s  %-9s  %.12s -> %.12s  %-19s  %7" PRIu64 "  %s\n", (int)process->pid,
	       cli_visible(process->command), entry->state, entry->old_build_id,
	       entry->new_build_id, when, entry->activations_pending,
	       cli_visible(entry->image_name));
}

static void print_process(const struct strongupdate_status *process)
{
	if (!process->entry_count)
		printf("%8d  %-15s  no update\n", (int)process->pid, cli_visible(process->command));
	for (size_t i = 0; i < process->entry_count; i++)
		print_entry(process, &process->entries[i]);
	if (process->needs_recovery)
		cli_complain("process %d is stopped by an update that was cut off: run "
			     "'strongupdate recover %d'",
			     (int)process->pid, (int)process->pid);
	else if (process->has_leavings)
		cli_complain("process %d runs, with something in it that an update left which was "
			     "cut off: 'strongupdate recover %d' takes it away",
			     (int)process->pid, (int)process->pid);
}

static int say_text(const struct found *found, bool all)
{
	if (found->processes.len)
		printf("%8s  %-15s  %-9s  %-28s  %-19s  %7s  %s\n", "PID", "COMMAND", "STATE",
		       "BUILD", "SINCE", "PENDING", "IMAGE");
	else if (all)
		printf("no process carries an update\n");
	for (size_t i = 0; i < found->processes.len; i++)
		print_process(found->processes.at[i]);
	return cli_finish(found->status);
}

static void found_deinit(struct found *found)
{
	for (size_t i = 0; i < found->processes.len; i++)
		strongupdate_status_free(found->processes.at[i]);
	for (size_t i = 0; i < found->errors.len; i++)
		strongupdate_error_free(found->errors.at[i]);
	su_vec_deinit(&found->processes);
	su_vec_deinit(&found->errors);
	su_vec_deinit(&found->error_pids);
}

static bool is_named(const struct cli_targets *targets, pid_t pid)
{
	for (size_t i = 0; i < targets->pids.len; i++)
		if (targets->pids.at[i] == pid)
			return true;
	return false;
}

static struct strongupdate_error *status_look(struct found *found, struct cli_targets *targets)
{
	SU_FREE pid_t *pids = NULL;
	size_t count;
	struct strongupdate_error *error = strongupdate_list(&targets->public, &pids, &count);

	for (size_t i = 0; !error && i < count; i++)
		look_at(found, pids[i], is_named(targets, pids[i]));
	return error;
}

int cmd_status(const struct cli_args *args)
{
	struct found found = { 0 };
	struct cli_targets targets;
	int status = cli_targets_init(&targets, args, 0);

	targets.public.all |= !targets.pids.len && !args->trees.len;
	struct strongupdate_error *error = status ? NULL : status_look(&found, &targets);
	if (error)
		status = cli_fail(args->json, error);
	if (!status) {
		for (size_t i = 0; i < found.errors.len; i++)
			cli_complain("%s", strongupdate_error_message(found.errors.at[i]));
		status = args->json ? say_json(&found) : say_text(&found, !targets.pids.len);
	}
	found_deinit(&found);
	cli_targets_deinit(&targets);
	return status;
}
