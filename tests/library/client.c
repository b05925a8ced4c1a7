/*
 * A user of the installed library: what strongupdate.h promises beyond what the command does.
 *
 * usage: client OLD NEW PID		PID runs OLD
 *
 * Says on standard error what is not as promised, and exits with 1 then.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <strongupdate.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static int failures;

#define EXPECT(condition)                                                                          \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);    \
			failures++;                                                                \
		}                                                                                  \
	} while (0)

/* Frees it. */
static void expect_error(struct strongupdate_error *error, enum strongupdate_exit status,
			 const char *reason)
{
	EXPECT(strongupdate_error_exit(error) == status);
	EXPECT(error && strcmp(strongupdate_error_reason(error), reason) == 0);
	if (error && strcmp(strongupdate_error_reason(error), reason) != 0)
		fprintf(stderr, "%s\n", strongupdate_error_message(error));
	strongupdate_error_free(error);
}

static void expect_success(struct strongupdate_error *error)
{
	EXPECT(!error);
	if (error)
		fprintf(stderr, "%s\n", strongupdate_error_message(error));
	strongupdate_error_free(error);
}

static bool yes(void *ctx)
{
	++*(int *)ctx;
	return true;
}

/* Not at once. */
static bool soon(void *ctx)
{
	return ++*(int *)ctx == 3;
}

/* ---- what a call must leave as it was ---- */

struct surroundings {
	mode_t mask;
	sigset_t blocked;
	void (*handlers[32])(int);
	int flags[32];
	char folder[4096];
	int policy, files, environment;
	struct rlimit limits[RLIM_NLIMITS];
};

static int count_files(void)
{
	DIR *open_files = opendir("/proc/self/fd");
	int count = 0;

	while (open_files && readdir(open_files))
		count++;
	closedir(open_files);
	return count;
}

static struct surroundings look_around(void)
{
	struct surroundings now = { 0 };

	now.mask = umask(0);
	umask(now.mask);
	sigprocmask(SIG_SETMASK, NULL, &now.blocked);
	for (int sig = 1; sig < 32; sig++) {
		struct sigaction action;

		sigaction(sig, NULL, &action);
		now.handlers[sig] = action.sa_handler;
		now.flags[sig] = action.sa_flags;
	}
	EXPECT(getcwd(now.folder, sizeof(now.folder)));
	now.policy = sched_getscheduler(0);
	now.files = count_files();
	for (char **at = environ; *at; at++)
		now.environment++;
	for (int i = 0; i < RLIM_NLIMITS; i++)
		getrlimit(i, &now.limits[i]);
	return now;
}

/* ---- structures of other sizes ---- */

/* The options of a caller that was compiled when they ended with `together`. */
static void older_caller(const struct strongupdate_patch *patch,
			 const struct strongupdate_targets *targets)
{
	struct strongupdate_options options = strongupdate_options_init();
	struct strongupdate_report *report;

	options.size = offsetof(struct strongupdate_options, scan_memory);
	options.when_count = 1 << 20; /* beyond what it knows: not read */
	expect_success(strongupdate_check(patch, targets, &options, &report));
	EXPECT(report->process_count == 1);
	strongupdate_report_free(report);
}

/* A caller that was compiled with a later header. */
static void newer_caller(const struct strongupdate_patch *patch,
			 const struct strongupdate_targets *targets)
{
	struct {
		struct strongupdate_options options;
		long unknown;
	} later = { strongupdate_options_init(), 0 };
	struct strongupdate_report *report;
	struct {
		struct strongupdate_function function;
		long unknown;
	} function;

	later.options.size = sizeof(later);
	expect_success(strongupdate_check(patch, targets, &later.options, &report));
	strongupdate_report_free(report);
	later.unknown = 1; /* asks for what this library has not */
	expect_error(strongupdate_check(patch, targets, &later.options, &report),
		     STRONGUPDATE_USAGE, "usage");
	strongupdate_report_free(report);

	memset(&function, 0xff, sizeof(function));
	EXPECT(strongupdate_patch_get_function(patch, 0, &function.function, sizeof(function)));
	EXPECT(function.unknown == 0);
}

static void mistaken_caller(const struct strongupdate_patch *patch)
{
	const struct strongupdate_patch_info *info = strongupdate_patch_info(patch);
	struct strongupdate_targets targets = strongupdate_targets_init();
	struct strongupdate_report *report;
	struct strongupdate_function function;
	const pid_t nobody = -1;

	EXPECT(!strongupdate_patch_get_function(patch, info->function_count, &function,
						sizeof(function)));
	EXPECT(!strongupdate_patch_function(patch, SIZE_MAX).name);
	EXPECT(!strongupdate_patch_signature(patch, 0).key_id);
	expect_error(strongupdate_check(patch, &targets, NULL, &report), STRONGUPDATE_USAGE,
		     "usage");
	strongupdate_report_free(report);
	targets.pids = &nobody;
	targets.pid_count = 1;
	expect_error(strongupdate_apply(patch, &targets, NULL, &report), STRONGUPDATE_USAGE,
		     "usage");
	EXPECT(!strongupdate_report_process(report, 0));
	strongupdate_report_free(report);
	targets.size = 0;
	expect_error(strongupdate_apply(patch, &targets, NULL, &report), STRONGUPDATE_USAGE,
		     "usage");
	strongupdate_report_free(report);
	strongupdate_report_free(NULL);
	strongupdate_patch_close(NULL);
	strongupdate_error_free(NULL);
}

/* ---- memory, and ends before the end ---- */

static struct strongupdate_patch *build_in_memory(const char *old_path, const char *new_path)
{
	struct strongupdate_options options = strongupdate_options_init();
	struct strongupdate_patch *patch = NULL;
	void *bytes = NULL;
	size_t size = 0;
	int asked = 0;

	options.is_cancelled = yes;
	options.is_cancelled_ctx = &asked;
	expect_error(strongupdate_build_bytes(old_path, new_path, &options, &bytes, &size),
		     STRONGUPDATE_REFUSED, "cancelled");
	EXPECT(asked == 1 && !bytes);

	expect_success(strongupdate_build_bytes(old_path, new_path, NULL, &bytes, &size));
	expect_success(strongupdate_patch_open_bytes(bytes, size, &patch));
	struct strongupdate_patch *half = NULL;
	EXPECT(strongupdate_error_exit(strongupdate_patch_open_bytes(bytes, size / 2, &half)) !=
	       STRONGUPDATE_DONE);
	EXPECT(!half);
	free(bytes); /* it was copied */
	return patch;
}

static void cancel(const struct strongupdate_patch *patch,
		   const struct strongupdate_targets *targets)
{
	struct strongupdate_options options = strongupdate_options_init();
	struct strongupdate_report *report;
	struct strongupdate_status *status = NULL;
	int asked = 0;

	options.is_cancelled = yes;
	options.is_cancelled_ctx = &asked;
	expect_error(strongupdate_apply(patch, targets, &options, &report), STRONGUPDATE_REFUSED,
		     "cancelled");
	EXPECT(asked == 1);
	strongupdate_report_free(report);

	/* main() is on the stack until it ends: the update waits. */
	const char *const never = "main inactive";
	options.when = &never;
	options.when_count = 1;
	options.timeout = 20;
	options.is_cancelled = soon;
	asked = 0;
	expect_error(strongupdate_apply(patch, targets, &options, &report), STRONGUPDATE_REFUSED,
		     "cancelled");
	EXPECT(asked == 3 && report->wall_us < 10e6);
	strongupdate_report_free(report);
	expect_success(strongupdate_status(targets->pids[0], &status));
	EXPECT(status->entry_count == 0 && !status->has_leavings);
	strongupdate_status_free(status);
}

/* An update and back. */
static void update(const struct strongupdate_patch *patch,
		   const struct strongupdate_targets *targets)
{
	struct strongupdate_report *report;
	struct strongupdate_status *status = NULL;
	struct strongupdate_recovery recovery;

	expect_success(strongupdate_apply(patch, targets, NULL, &report));
	const struct strongupdate_process *process = strongupdate_report_process(report, 0);
	EXPECT(process && process->outcome == STRONGUPDATE_UPDATED);
	EXPECT(!strongupdate_report_process(report, 1));
	EXPECT(process && !strongupdate_process_thread(process, process->threads_listed));
	strongupdate_report_free(report);

	expect_success(strongupdate_status(targets->pids[0], &status));
	const struct strongupdate_entry *entry = strongupdate_status_entry(status, 0);
	EXPECT(entry && strcmp(entry->state, "applied") == 0);
	EXPECT(!strongupdate_status_entry(status, 1));
	strongupdate_status_free(status);

	expect_success(strongupdate_revert(NULL, targets, NULL, &report));
	strongupdate_report_free(report);
	expect_success(strongupdate_recover(targets->pids[0], &recovery, sizeof(recovery)));
	EXPECT(recovery.pid == targets->pids[0] && !recovery.rolled_back);
}

int main(int argc, char **argv)
{
	if (argc != 4)
		return 2;

	const pid_t pid = atoi(argv[3]);
	struct strongupdate_targets targets = strongupdate_targets_init();
	targets.pids = &pid;
	targets.pid_count = 1;

	struct strongupdate_patch *patch = build_in_memory(argv[1], argv[2]);
	if (!patch)
		return 1;
	cancel(patch, &targets);
	update(patch, &targets); /* the C library may keep its way to the log open from now on */
	struct surroundings before = look_around();
	older_caller(patch, &targets);
	newer_caller(patch, &targets);
	mistaken_caller(patch);
	update(patch, &targets);
	strongupdate_patch_close(build_in_memory(argv[1], argv[2]));
	struct surroundings after = look_around();
	EXPECT(before.mask == after.mask && before.policy == after.policy);
	EXPECT(memcmp(&before.blocked, &after.blocked, sizeof(before.blocked)) == 0);
	EXPECT(memcmp(before.handlers, after.handlers, sizeof(before.handlers)) == 0);
	EXPECT(memcmp(before.flags, after.flags, sizeof(before.flags)) == 0);
	EXPECT(memcmp(before.limits, after.limits, sizeof(before.limits)) == 0);
	EXPECT(strcmp(before.folder, after.folder) == 0);
	EXPECT(before.files == after.files && before.environment == after.environment);
	strongupdate_patch_close(patch);
	return failures != 0;
}
