/*
 * strongupdate live: brings processes to what is on disk.
 *
 * Processes with the same outdated build of the same file are one update: its patch is taken from the
 * cache, or built, and applied to all of them as one.  Different updates are made one after the
 * other; one that is refused does not keep the others back.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "cli/cache.h"
#include "cli/cli.h"

/* One file from one build to another, and the processes that need it. */
struct update {
	char *path, *name; /* of the file; its last part */
	char *old_id, *new_id;
	char *old_path, *new_path; /* that open both builds */
	SU_VEC(pid_t) pids;
	bool was_kept; /* the patch */
	char *patch_path;
	struct strongupdate_error *error;
	struct strongupdate_report *report; /* NULL: it did not come to that */
};

/* Why a file of a process is left as it is. */
struct obstacle {
	pid_t pid;
	char *path;
	const char *reason;
};

struct work {
	const struct cli_args *args;
	char *cache;
	SU_VEC(struct update) updates;
	SU_VEC(struct obstacle) obstacles;
	size_t unreadable, looked_at;
	int status; /* the worst so far */
};

static void live_worsen(struct work *work, const struct strongupdate_error *error)
{
	int status = error ? (int)strongupdate_error_exit(error) : STRONGUPDATE_DONE;

	work->status = status > work->status ? status : work->status;
}

/* ---- what is to be done ---- */

static struct update *find_update(struct work *work, const struct strongupdate_file *file)
{
	for (size_t i = 0; i < work->updates.len; i++) {
		struct update *update = &work->updates.at[i];

		if (strcmp(update->old_id, file->running_build_id) == 0 &&
		    strcmp(update->new_id, file->present_build_id) == 0)
			return update;
	}
	return NULL;
}

/* The build that the process runs: the file that it has mapped, or what an update led to. */
static char *old_path_of(const struct work *work, const struct strongupdate_file *file,
			 const char *name)
{
	if (strcmp(file->build_id, file->running_build_id) == 0)
		return su_strdup(file->mapped);
	return cli_cache_build(work->cache, file->running_build_id, name);
}

static struct update *new_update(struct work *work, const struct strongupdate_file *file)
{
	const char *slash = strrchr(file->path, '/'), *name = slash ? slash + 1 : file->path;
	char *old_path = old_path_of(work, file, name);

	if (!old_path)
		return NULL;
	su_vec_push(&work->updates,
		    (struct update){
			    .path = su_strdup(file->path),
			    .name = su_strdup(name),
			    .old_id = su_strdup(file->running_build_id),
			    .new_id = su_strdup(file->present_build_id),
			    .old_path = old_path,
			    .new_path = su_strdup(file->present),
			    .patch_path = cli_cache_patch(work->cache, file->running_build_id,
							  file->present_build_id),
		    });
	return &work->updates.at[work->updates.len - 1];
}

/* False: the file of the build that runs is nowhere. */
static bool add_file(struct work *work, pid_t pid, const struct strongupdate_file *file)
{
	struct update *update = find_update(work, file);

	if (!update)
		update = new_update(work, file);
	if (update)
		su_vec_push(&update->pids, pid);
	return update != NULL;
}

static void add_obstacle(struct work *work, pid_t pid, const struct strongupdate_file *file,
			 const char *reason)
{
	cli_complain("process %d: %s: %s", (int)pid, file->path, reason);
	su_vec_push(&work->obstacles, (struct obstacle){ pid, su_strdup(file->path), reason });
	work->status = STRONGUPDATE_REFUSED;
}

static void add_files(struct work *work, const struct strongupdate_files *process)
{
	for (size_t i = 0; i < process->file_count; i++) {
		const struct strongupdate_file *file = &process->files[i];
		const char *obstacle = cli_obstacle_of(file);

		if (!file->is_outdated)
			continue;
		if (obstacle || !add_file(work, process->pid, file))
			add_obstacle(work, process->pid, file,
				     obstacle ? obstacle
					      : "it was updated, and that build is not kept: "
						"name it to 'strongupdate build'");
	}
}

/* "nginx" is nginx.service. */
static bool is_unit(const char *unit, const char *wanted)
{
	size_t len = strlen(wanted);

	return strncmp(unit, wanted, len) == 0 &&
	       (!unit[len] || strcmp(unit + len, ".service") == 0);
}

static struct strongupdate_error *look_at(struct work *work, pid_t pid, bool is_named)
{
	const char *unit = work->args->unit;
	struct strongupdate_files *process;
	struct strongupdate_error *error = strongupdate_files(pid, &process);

	if (error && is_named)
		return error;
	if (error) {
		work->unreadable += strcmp(strongupdate_error_code(error), "permission") == 0;
		strongupdate_error_free(error);
		return NULL;
	}
	if (!unit || is_unit(process->unit, unit)) {
		add_files(work, process);
		work->looked_at++;
	}
	strongupdate_files_free(process);
	return NULL;
}

static struct strongupdate_error *live_look(struct work *work, const struct cli_targets *targets)
{
	SU_FREE pid_t *pids = NULL;
	size_t count = 0;
	struct strongupdate_error *error = strongupdate_list(&targets->public, &pids, &count);

	for (size_t i = 0; !error && i < count; i++)
		error = look_at(work, pids[i], targets->pids.len > 0);
	return error;
}

/* ---- doing it ---- */

static bool is_of(const struct strongupdate_patch *patch, const struct update *update)
{
	const struct strongupdate_patch_info *info = strongupdate_patch_info(patch);

	return strcmp(info->old_build_id, update->old_id) == 0 &&
	       strcmp(info->new_build_id, update->new_id) == 0;
}

/* What nobody signed is made anew where it is to be signed. */
static bool is_signed(const struct work *work, const struct strongupdate_patch *patch)
{
	return !work->args->key || strongupdate_patch_info(patch)->signature_count;
}

/* The patch of the cache; NULL: it has none that can be used. */
static struct strongupdate_patch *kept_patch(const struct work *work, const struct update *update)
{
	struct strongupdate_patch *patch = NULL;
	struct strongupdate_error *error = strongupdate_patch_open(update->patch_path, &patch);

	strongupdate_error_free(error);
	if (patch && is_of(patch, update) && is_signed(work, patch))
		return patch;
	strongupdate_patch_close(patch);
	return NULL;
}

/* Signatures that lie there are of another one. */
static struct strongupdate_error *sign_patch(const struct work *work, const struct update *update)
{
	const struct strongupdate_statement nothing = { .size = sizeof(nothing) };
	SU_FREE char *beside = su_format("%s.sig", update->patch_path);

	unlink(beside);
	if (!work->args->key)
		return NULL;
	return strongupdate_sign(update->patch_path, work->args->key, &nothing);
}

static struct strongupdate_error *live_build(const struct work *work, const struct update *update,
					     const struct strongupdate_options *options,
					     struct strongupdate_patch **ret)
{
	struct strongupdate_error *error =
		strongupdate_build(update->old_path, update->new_path, update->patch_path, options);

	if (!error)
		error = sign_patch(work, update);
	if (!error)
		error = strongupdate_patch_open(update->patch_path, ret);
	if (!error)
		cli_cache_keep(work->cache, update->new_id, update->name, update->new_path);
	return error;
}

static bool is_empty(const struct strongupdate_patch *patch)
{
	const struct strongupdate_patch_info *info = strongupdate_patch_info(patch);

	return !info->function_count && !info->variable_count;
}

static void do_update(struct work *work, struct update *update)
{
	struct su_progress progress;
	struct strongupdate_options options = cli_options_of(work->args, &progress);
	struct strongupdate_targets targets = { .size = sizeof(targets),
						.pids = update->pids.at,
						.pid_count = update->pids.len };
	struct strongupdate_patch *patch = kept_patch(work, update);

	update->was_kept = patch != NULL;
	if (!patch)
		update->error = live_build(work, update, &options, &patch);
	if (!update->error && !is_empty(patch))
		update->error = (work->args->dry_run ? strongupdate_check : strongupdate_apply)(
			patch, &targets, &options, &update->report);
	su_progress_stop(&progress);
	strongupdate_patch_close(patch);
	live_worsen(work, update->error);
}

/* ---- saying it ---- */

static const char *success_of(const struct work *work, const struct update *update)
{
	if (!update->report)
		return "unchanged";
	return work->args->dry_run ? "ready" : "applied";
}

static void json_update(const struct work *work, struct su_json *json, const struct update *update)
{
	su_json_object(json, NULL);
	cli_json_result(json, success_of(work, update), update->error);
	su_json_string(json, "path", update->path);
	su_json_string(json, "old_build_id", update->old_id);
	su_json_string(json, "new_build_id", update->new_id);
	su_json_string(json, "patch", update->patch_path);
	su_json_bool(json, "from_cache", update->was_kept);
	su_json_array(json, "pids");
	for (size_t i = 0; i < update->pids.len; i++)
		su_json_int(json, NULL, update->pids.at[i]);
	su_json_end(json);
	su_json_real(json, "pause_us", update->report ? update->report->pause_us : 0);
	su_json_end(json);
}

static const struct strongupdate_error *first_error(const struct work *work)
{
	for (size_t i = 0; i < work->updates.len; i++)
		if (work->updates.at[i].error)
			return work->updates.at[i].error;
	return NULL;
}

static void json_summary(const struct work *work, struct su_json *json)
{
	const struct strongupdate_error *error = first_error(work);
	const char *success = !work->updates.len    ? "unchanged"
			      : work->args->dry_run ? "ready"
						    : "applied";

	if (error || !work->obstacles.len) {
		cli_json_result(json, success, error);
		return;
	}
	su_json_string(json, "result", "refused");
	su_json_string(json, "code", "mismatch");
	su_json_string(json, "reason_id", "mismatch");
	su_json_string(json, "reason", work->obstacles.at[0].reason);
}

static int say_json(const struct work *work)
{
	struct su_json json = { 0 };

	su_json_object(&json, NULL);
	json_summary(work, &json);
	su_json_uint(&json, "unreadable", work->unreadable);
	su_json_array(&json, "obstacles");
	for (size_t i = 0; i < work->obstacles.len; i++) {
		su_json_object(&json, NULL);
		su_json_int(&json, "pid", work->obstacles.at[i].pid);
		su_json_string(&json, "path", work->obstacles.at[i].path);
		su_json_string(&json, "reason", work->obstacles.at[i].reason);
		su_json_end(&json);
	}
	su_json_end(&json);
	su_json_array(&json, "updates");
	for (size_t i = 0; i < work->updates.len; i++)
		json_update(work, &json, &work->updates.at[i]);
	su_json_end(&json);
	su_json_end(&json);
	return cli_json_finish(&json, work->status);
}

/* Before anything is done to its processes. */
static void print_update(const struct update *update)
{
	printf("%s: %.12s -> %.12s, %zu process%s\n", cli_visible(update->path), update->old_id,
	       update->new_id, update->pids.len, update->pids.len == 1 ? "" : "es");
}

static void print_result(const struct work *work, const struct update *update)
{
	char pause[32];

	if (update->error) {
		cli_complain("%s: %s", update->path, strongupdate_error_message(update->error));
		return;
	}
	if (!update->report) {
		printf("  the two builds do not differ: there is nothing to update\n");
		return;
	}
	printf("  patch        %s (%s)\n", cli_visible(update->patch_path),
	       update->was_kept ? "from the cache" : "built");
	if (work->args->dry_run)
		printf("  ready        it would apply now\n");
	else
		printf("  applied      paused for %s; next: 'strongupdate status' shows it, "
		       "'strongupdate revert' takes it back\n",
		       cli_format_us(update->report->pause_us, pause));
}

static int live_run(struct work *work)
{
	if (!work->updates.len && !work->status && !work->args->json)
		printf("nothing to do: no process among these runs what is no longer on disk\n");
	for (size_t i = 0; i < work->updates.len; i++) {
		struct update *update = &work->updates.at[i];

		if (!work->args->json)
			print_update(update);
		do_update(work, update);
		if (!work->args->json)
			print_result(work, update);
	}
	return work->args->json ? say_json(work) : cli_finish(work->status);
}

static void work_deinit(struct work *work)
{
	for (size_t i = 0; i < work->updates.len; i++) {
		struct update *update = &work->updates.at[i];

		free(update->path);
		free(update->name);
		free(update->old_id);
		free(update->new_id);
		free(update->old_path);
		free(update->new_path);
		free(update->patch_path);
		su_vec_deinit(&update->pids);
		strongupdate_error_free(update->error);
		strongupdate_report_free(update->report);
	}
	su_vec_deinit(&work->updates);
	for (size_t i = 0; i < work->obstacles.len; i++)
		free(work->obstacles.at[i].path);
	su_vec_deinit(&work->obstacles);
	free(work->cache);
}

static int live_start(struct work *work, const struct cli_targets *targets)
{
	work->cache = cli_cache_open();
	if (!work->cache)
		return cli_usage(work->args->json, "there is no cache to keep patches in");
	struct strongupdate_error *error = live_look(work, targets);
	if (error)
		return cli_fail(work->args->json, error);
	if (work->args->unit && !work->looked_at)
		return cli_usage(work->args->json, "no process is of a unit '%s'",
				 work->args->unit);
	return live_run(work);
}

int cmd_live(const struct cli_args *args)
{
	struct work work = { .args = args };
	struct cli_targets targets;
	int status = cli_targets_init(&targets, args, 0);

	targets.public.all |= args->unit != NULL;
	if (!status && !targets.pids.len && !args->trees.len && !targets.public.all)
		status =
			cli_usage(args->json,
				  "no process: give process ids, --tree PID, --unit UNIT or --all");
	if (!status)
		status = live_start(&work, &targets);
	work_deinit(&work);
	cli_targets_deinit(&targets);
	return status;
}
