/* What check, apply and revert have in common: a patch, processes, a report. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

struct strongupdate_options cli_options_of(const struct cli_args *args,
					   struct su_progress *progress)
{
	su_progress_start(progress);
	return (struct strongupdate_options){
		.size = sizeof(struct strongupdate_options),
		.timeout = args->timeout,
		.each = args->each,
		.together = args->together,
		.scan_memory = args->scan_memory,
		.when = args->when.at,
		.when_count = args->when.len,
		.debug_dirs = args->debug_dirs.at,
		.debug_dir_count = args->debug_dirs.len,
		.progress = su_progress_show,
		.progress_ctx = progress,
	};
}

/* ---- the command line ---- */

int cli_targets_init(struct cli_targets *targets, const struct cli_args *args, int first)
{
	*targets = (struct cli_targets){ 0 };
	for (int i = first; i < args->operand_count; i++) {
		pid_t pid;

		if (!cli_parse_pid(args->operands[i], &pid))
			return cli_usage(args->json, "'%s' is not a process id", args->operands[i]);
		su_vec_push(&targets->pids, pid);
	}
	if (args->all && (targets->pids.len || args->trees.len))
		return cli_usage(
			args->json,
			"--all takes every process: give it alone, or name processes without it");
	if (args->together && (args->each || !args->all))
		return cli_usage(args->json, "--together goes with --all, and not with --each");
	targets->public = (struct strongupdate_targets){
		.size = sizeof(targets->public),
		.pids = targets->pids.at,
		.pid_count = targets->pids.len,
		.trees = args->trees.at,
		.tree_count = args->trees.len,
		.all = args->all,
		.except = args->except.at,
		.except_count = args->except.len,
	};
	return STRONGUPDATE_DONE;
}

void cli_targets_deinit(struct cli_targets *targets)
{
	su_vec_deinit(&targets->pids);
}

int cli_open(const struct cli_args *args, bool patch_required,
	     struct strongupdate_patch **ret_patch, struct cli_targets *targets)
{
	pid_t pid;
	bool has_patch =
		args->operand_count && (patch_required || !cli_parse_pid(args->operands[0], &pid));
	int status = cli_targets_init(targets, args, has_patch ? 1 : 0);

	if (status)
		return status;
	if (!targets->pids.len && !args->trees.len && !args->all)
		return cli_usage(args->json, "no process: give process ids, --tree PID, or --all");
	if (!has_patch)
		return STRONGUPDATE_DONE;
	struct strongupdate_error *error =
		patch_required ? strongupdate_patch_open_to_apply(args->operands[0], ret_patch)
			       : strongupdate_patch_open(args->operands[0], ret_patch);
	return error ? cli_fail(args->json, error) : STRONGUPDATE_DONE;
}

/* ---- totals ---- */

struct totals {
	pid_t pid; /* of the last process */
	size_t done, left, threads;
	double stage_us, stage_stop_us;
	uint64_t carried, pending, mapped;
};

static struct totals add_up(const struct strongupdate_report *report)
{
	struct totals totals = { 0 };

	for (size_t i = 0; i < report->process_count; i++) {
		const struct strongupdate_process *process = &report->processes[i];

		totals.left += process->outcome == STRONGUPDATE_LEFT;
		totals.stage_us += process->stage_us;
		if (process->stage_stop_us > totals.stage_stop_us)
			totals.stage_stop_us = process->stage_stop_us;
		if (process->outcome == STRONGUPDATE_LEFT)
			continue;
		totals.threads += process->thread_count;
		totals.mapped += process->patch_bytes_mapped;
		totals.done += process->outcome == STRONGUPDATE_UPDATED;
		totals.pid = process->pid;
		totals.carried += process->activations_carried;
		totals.pending += process->activations_pending;
	}
	return totals;
}

/* What became of a process, in one word. */
static const char *result_of(const struct strongupdate_process *process, const char *success)
{
	if (process->outcome == STRONGUPDATE_UPDATED)
		return success;
	if (process->outcome == STRONGUPDATE_LEFT)
		return "left";
	if (process->outcome == STRONGUPDATE_UNCHANGED)
		return "unchanged";
	return process->error ? cli_result_of(process->error) : "untouched";
}

/* Nothing was to be done. */
static bool is_unchanged(const struct strongupdate_report *report)
{
	bool unchanged = report->process_count;

	for (size_t i = 0; i < report->process_count; i++)
		unchanged &= report->processes[i].outcome == STRONGUPDATE_UNCHANGED;
	return unchanged;
}

/* ---- JSON ---- */

static void json_threads(struct su_json *json, const struct strongupdate_process *process)
{
	su_json_array(json, "thread_list");
	for (size_t i = 0; i < process->threads_listed; i++) {
		const struct strongupdate_thread *thread = &process->threads[i];

		su_json_object(json, NULL);
		su_json_int(json, "tid", thread->tid);
		su_json_string(json, "name", thread->name);
		su_json_bool(json, "ready", thread->ready);
		su_json_string(json, "function", thread->function);
		su_json_string(json, "where", thread->where);
		cli_json_reason(json, thread->reason);
		su_json_end(json);
	}
	su_json_end(json);
}

static void json_process(struct su_json *json, const char *success,
			 const struct strongupdate_process *process)
{
	const struct strongupdate_error *error = process->error;

	su_json_object(json, NULL);
	su_json_int(json, "pid", process->pid);
	su_json_string(json, "command", process->command);
	su_json_string(json, "result", result_of(process, success));
	su_json_string(json, "code", error ? strongupdate_error_code(error) : NULL);
	su_json_string(json, "reason_id", error ? strongupdate_error_reason(error) : NULL);
	su_json_string(json, "reason", error ? strongupdate_error_message(error) : process->left);
	su_json_bool(json, "joined", process->joined);
	su_json_uint(json, "threads", process->thread_count);
	su_json_real(json, "pause_us", process->pause_us);
	su_json_real(json, "look_us", process->look_us);
	su_json_real(json, "stage_us", process->stage_us);
	su_json_real(json, "stage_stop_us", process->stage_stop_us);
	su_json_real(json, "ready_us", process->ready_us);
	su_json_real(json, "commit_us", process->commit_us);
	su_json_uint(json, "activations_carried", process->activations_carried);
	su_json_uint(json, "activations_pending", process->activations_pending);
	su_json_uint(json, "patch_bytes_mapped", process->patch_bytes_mapped);
	su_json_hex(json, "mapped_at", process->mapped_at);
	json_threads(json, process);
	su_json_end(json);
}

static int report_json(const char *success, const struct strongupdate_patch *patch,
		       const struct strongupdate_error *error,
		       const struct strongupdate_report *report)
{
	struct totals totals = add_up(report);
	struct su_json json = { 0 };

	su_json_object(&json, NULL);
	cli_json_result(&json, is_unchanged(report) ? "unchanged" : success, error);
	su_json_string(&json, "signed_by", patch ? cli_signer(patch) : NULL);
	su_json_uint(&json, "threads", totals.threads);
	su_json_real(&json, "pause_us", report->pause_us);
	su_json_real(&json, "wall_us", report->wall_us);
	su_json_uint(&json, "activations_carried", totals.carried);
	su_json_uint(&json, "activations_pending", totals.pending);
	su_json_uint(&json, "patch_bytes_mapped", totals.mapped);
	su_json_uint(&json, "unreadable", report->unreadable);
	su_json_object(&json, "phases");
	su_json_uint(&json, "rounds", report->rounds);
	su_json_real(&json, "find_us", report->find_us);
	su_json_real(&json, "stage_us", totals.stage_us);
	su_json_real(&json, "stage_stop_us", totals.stage_stop_us);
	su_json_real(&json, "stop_us", report->stop_us);
	su_json_real(&json, "ready_us", report->ready_us);
	su_json_real(&json, "search_us", report->search_us);
	su_json_real(&json, "commit_us", report->commit_us);
	su_json_real(&json, "resume_us", report->resume_us);
	su_json_real(&json, "after_us", report->after_us);
	su_json_end(&json);
	su_json_array(&json, "processes");
	for (size_t i = 0; i < report->process_count; i++)
		json_process(&json, success, &report->processes[i]);
	su_json_end(&json);
	su_json_end(&json);
	return cli_json_finish(&json, error ? (int)strongupdate_error_exit(error) : 0);
}

/* ---- text ---- */

static int name_width(const struct strongupdate_process *process)
{
	size_t width = 4;

	for (size_t i = 0; i < process->threads_listed; i++) {
		size_t length = strlen(cli_visible(process->threads[i].name));

		width = length > width ? length : width;
	}
	return (int)width;
}

static void print_threads(const struct strongupdate_process *process)
{
	int width = name_width(process);

	if (!process->threads_listed)
		return;
	printf("%8s  %-*s  %-9s  %s\n", "THREAD", width, "NAME", "READY", "WHERE");
	for (size_t i = 0; i < process->threads_listed; i++) {
		const struct strongupdate_thread *thread = &process->threads[i];

		printf("%8d  %-*s  %-9s  %s", (int)thread->tid, width, cli_visible(thread->name),
		       thread->ready ? "ready" : "not ready",
		       thread->function ? cli_visible(thread->function)
					: "outside of changed functions");
		if (thread->where)
			printf(" (%s)", cli_visible(thread->where));
		if (thread->reason)
			printf(": %s", cli_visible(thread->reason));
		putchar('\n');
	}
}

static void print_processes(const char *success, const struct strongupdate_report *report)
{
	char pause[32];

	printf("%8s  %-15s  %-9s  %7s  %9s\n", "PID", "COMMAND", "RESULT", "THREADS", "PAUSE");
	for (size_t i = 0; i < report->process_count; i++) {
		const struct strongupdate_process *process = &report->processes[i];

		printf("%8d  %-15s  %-9s  %7zu  %9s%s%s\n", (int)process->pid,
		       cli_visible(process->command), result_of(process, success),
		       process->thread_count, cli_format_us(process->pause_us, pause),
		       process->left ? "  " : "",
		       process->left	 ? process->left
		       : process->joined ? "  forked meanwhile"
					 : "");
	}
}

static void print_success(const char *success, const struct strongupdate_report *report)
{
	struct totals totals = add_up(report);
	char pause[32], wall[32];

	if (totals.done == 1)
		printf("process %d", (int)totals.pid);
	else
		printf("%zu processes", totals.done);
	printf(" %s: %zu thread%s paused for %s, %s in all\n", success, totals.threads,
	       cli_plural(totals.threads), cli_format_us(report->pause_us, pause),
	       cli_format_us(report->wall_us, wall));
	printf("  activations  %" PRIu64 " carried over, %" PRIu64 " carried when they resume\n",
	       totals.carried, totals.pending);
	printf("  memory       %" PRIu64 " bytes mapped\n", totals.mapped);
}

static void print_next(const struct strongupdate_report *report)
{
	struct totals totals = add_up(report);
	int pid = (int)totals.pid;

	if (totals.done == 1)
		printf("  next         'strongupdate status %d' shows it, 'strongupdate revert %d' "
		       "takes it back\n",
		       pid, pid);
	else
		printf("  next         'strongupdate status' shows it, 'strongupdate revert' with "
		       "the same processes takes it back\n");
}

static void print_signer(const struct strongupdate_patch *patch)
{
	const char *signer = cli_signer(patch);

	printf("  signature    %s\n", signer ? cli_visible(signer) : "none that is trusted");
}

static void report_text(const char *success, const struct strongupdate_patch *patch,
			const struct strongupdate_error *error,
			const struct strongupdate_report *report)
{
	if (report->process_count > 1)
		print_processes(success, report);
	for (size_t i = 0; i < report->process_count; i++)
		print_threads(&report->processes[i]);
	if (report->unreadable)
		printf("%zu process%s could not be looked at\n", report->unreadable,
		       report->unreadable == 1 ? "" : "es");
	if (error)
		return;
	if (is_unchanged(report)) {
		printf("unchanged: the new version runs already\n");
		return;
	}
	if (strcmp(success, "ready") == 0) {
		printf("ready: the update would apply now; next: strongupdate apply\n");
		return;
	}
	print_success(success, report);
	if (strcmp(success, "applied") != 0)
		return;
	print_signer(patch);
	print_next(report);
}

int cli_report(const struct cli_args *args, const char *success,
	       const struct strongupdate_patch *patch, struct strongupdate_error *error,
	       struct strongupdate_report *report)
{
	int status = error ? (int)strongupdate_error_exit(error) : STRONGUPDATE_DONE;

	if (!args->json)
		report_text(success, patch, error, report);
	if (error)
		cli_complain("%s", strongupdate_error_message(error));
	status = args->json ? report_json(success, patch, error, report) : cli_finish(status);
	strongupdate_error_free(error);
	strongupdate_report_free(report);
	return status;
}
