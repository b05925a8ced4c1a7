/* What check, apply and revert have in common: a patch, a process, a report. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

struct strongupdate_options cli_options(const struct cli_args *args, struct su_progress *progress)
{
	su_progress_start(progress);
	return (struct strongupdate_options){
		.timeout = args->timeout,
		.progress = su_progress_show,
		.progress_ctx = progress,
	};
}

static void json_threads(struct su_json *json, const struct strongupdate_report *report)
{
	su_json_array(json, "thread_list");
	for (size_t i = 0; i < report->threads_listed; i++) {
		const struct strongupdate_thread *thread = &report->threads[i];

		su_json_object(json, NULL);
		su_json_int(json, "tid", thread->tid);
		su_json_string(json, "name", thread->name);
		su_json_bool(json, "ready", thread->ready);
		su_json_string(json, "function", thread->function);
		su_json_string(json, "where", thread->where);
		su_json_string(json, "reason", thread->reason);
		su_json_end(json);
	}
	su_json_end(json);
}

static int report_json(const char *success, const struct strongupdate_error *error,
		       const struct strongupdate_report *report)
{
	struct su_json json = { 0 };

	su_json_object(&json, NULL);
	cli_json_result(&json, success, error);
	su_json_int(&json, "pid", report->pid);
	su_json_uint(&json, "threads", report->thread_count);
	su_json_real(&json, "pause_us", report->pause_us);
	su_json_real(&json, "wall_us", report->wall_us);
	su_json_uint(&json, "activations_carried", report->activations_carried);
	su_json_uint(&json, "activations_pending", report->activations_pending);
	su_json_uint(&json, "patch_bytes_mapped", report->patch_bytes_mapped);
	su_json_object(&json, "phases");
	su_json_uint(&json, "rounds", report->rounds);
	su_json_real(&json, "stage_us", report->stage_us);
	su_json_real(&json, "stop_us", report->stop_us);
	su_json_real(&json, "ready_us", report->ready_us);
	su_json_real(&json, "commit_us", report->commit_us);
	su_json_real(&json, "resume_us", report->resume_us);
	su_json_end(&json);
	json_threads(&json, report);
	su_json_end(&json);
	return cli_json_finish(&json, error ? (int)strongupdate_error_exit(error) : 0);
}

static int name_width(const struct strongupdate_report *report)
{
	size_t width = 4;

	for (size_t i = 0; i < report->threads_listed; i++) {
		size_t length = strlen(report->threads[i].name);

		width = length > width ? length : width;
	}
	return (int)width;
}

static void print_threads(const struct strongupdate_report *report)
{
	int width = name_width(report);

	if (!report->threads_listed)
		return;
	printf("%8s  %-*s  %-9s  %s\n", "THREAD", width, "NAME", "READY", "WHERE");
	for (size_t i = 0; i < report->threads_listed; i++) {
		const struct strongupdate_thread *thread = &report->threads[i];

		printf("%8d  %-*s  %-9s  %s", (int)thread->tid, width, thread->name,
		       thread->ready ? "ready" : "not ready",
		       thread->function ? thread->function : "outside of changed functions");
		if (thread->where)
			printf(" (%s)", thread->where);
		if (thread->reason)
			printf(": %s", thread->reason);
		putchar('\n');
	}
}

static void print_success(const char *success, const struct strongupdate_report *report)
{
	char pause[32], wall[32];

	printf("process %d %s: %zu thread%s paused for %s, %s in all\n", (int)report->pid, success,
	       report->thread_count, cli_plural(report->thread_count),
	       cli_format_us(report->pause_us, pause), cli_format_us(report->wall_us, wall));
	printf("  activations  %" PRIu64 " carried over, %" PRIu64 " carried when they resume\n",
	       report->activations_carried, report->activations_pending);
	printf("  memory       %" PRIu64 " bytes mapped\n", report->patch_bytes_mapped);
}

static void print_next(const char *success, const struct strongupdate_report *report)
{
	int pid = (int)report->pid;

	if (strcmp(success, "applied") == 0)
		printf("  next         'strongupdate status %d' shows it, 'strongupdate revert %d' "
		       "takes it back\n",
		       pid, pid);
}

static void report_text(const char *success, const struct strongupdate_error *error,
			const struct strongupdate_report *report)
{
	print_threads(report);
	if (error)
		return;
	if (strcmp(success, "ready") == 0) {
		printf("process %d is ready: the update would apply now; next: strongupdate "
		       "apply\n",
		       (int)report->pid);
		return;
	}
	print_success(success, report);
	print_next(success, report);
}

static int say(const struct cli_args *args, const char *success,
	       const struct strongupdate_error *error, const struct strongupdate_report *report)
{
	int status = error ? (int)strongupdate_error_exit(error) : STRONGUPDATE_DONE;

	if (!args->json)
		report_text(success, error, report);
	if (error)
		cli_complain("%s", strongupdate_error_message(error));
	return args->json ? report_json(success, error, report) : cli_finish(status);
}

int cli_open_patch_and_pid(const struct cli_args *args, struct strongupdate_patch **ret_patch,
			   pid_t *ret_pid)
{
	if (!cli_parse_pid(args->operands[1], ret_pid))
		return cli_usage(args->json, "'%s' is not a process id", args->operands[1]);
	struct strongupdate_error *error = strongupdate_patch_open(args->operands[0], ret_patch);
	if (!error)
		return STRONGUPDATE_DONE;
	const struct strongupdate_report none = { .pid = *ret_pid };
	int status = say(args, NULL, error, &none);
	strongupdate_error_free(error);
	return status;
}

int cli_report(const struct cli_args *args, const char *success, struct strongupdate_error *error,
	       struct strongupdate_report *report)
{
	int status = say(args, success, error, report);

	strongupdate_error_free(error);
	strongupdate_report_free(report);
	return status;
}
