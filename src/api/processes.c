/*
 * Check, apply, revert, recover and status of processes.  What update/ fills in is handed out as it
 * is.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "api/guard.h"
#include "api/sized.h"
#include "base/reason.h"
#include "process/proc.h"
#include "update/commit/recover.h"
#include "update/files.h"
#include "update/settled.h"
#include "update/status.h"
#include "update/update.h"

static struct su_err *check_pids(const pid_t *pids, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (pids[i] <= 0)
			return su_err_new(SU_E_USAGE, "%d is not a process id", (int)pids[i]);
	return NULL;
}

static struct su_err *take_targets(const struct strongupdate_targets *given,
				   struct strongupdate_targets *targets)
{
	SU_TRY(su_api_targets(given, targets));
	SU_TRY(check_pids(targets->pids, targets->pid_count));
	SU_TRY(check_pids(targets->trees, targets->tree_count));
	if (!targets->pid_count && !targets->tree_count && !targets->all)
		return su_err_new(SU_E_USAGE, "no process is given");
	return NULL;
}

static struct su_err *take_options(const struct strongupdate_options *given,
				   struct strongupdate_options *options)
{
	SU_TRY(su_api_options(given, options));
	if (!isfinite(options->timeout) || options->timeout < 0)
		return su_err_new(SU_E_USAGE, "the timeout is not a number of seconds");
	return NULL;
}

typedef struct su_err *update(const struct su_patch *patch,
			      const struct strongupdate_targets *targets,
			      const struct strongupdate_options *options,
			      const struct su_permit *permit, struct su_report *report);

struct command {
	const char *name;
	update *how;
	bool commits;
};

/* What is applied is kept before: a process is not to hold the only copy. */
static struct su_err *keep_patch(const struct su_guard *guard,
				 const struct strongupdate_patch *patch)
{
	return su_state_keep(&guard->state, patch->patch->bytes, patch->patch->size,
			     patch->signatures.text);
}

static struct su_err *require_permitted(const struct su_guard *guard, const struct command *command,
					const struct strongupdate_patch *patch,
					const struct strongupdate_options *options)
{
	SU_TRY(su_guard_permits_time(guard, options->timeout));
	if (!patch)
		return NULL;
	/* To take back is permitted for what was applied, also when it counts no more since. */
	if (command->how == su_update_revert)
		return su_permit_held(&guard->permit, 0, patch->patch->bytes, patch->patch->size);
	SU_TRY(su_guard_permits(guard, patch->hash, &patch->signatures, patch->info.image_name));
	return command->commits ? keep_patch(guard, patch) : NULL;
}

static struct su_err *run_guarded(const struct command *command,
				  const struct strongupdate_patch *patch,
				  const struct strongupdate_targets *targets,
				  const struct strongupdate_options *options,
				  struct su_report *report)
{
	struct su_guard guard;
	struct su_err *err = su_guard_open(&guard);

	if (!err)
		err = require_permitted(&guard, command, patch, options);
	if (!err)
		err = command->how(patch ? patch->patch : NULL, targets, options, &guard.permit,
				   report);
	if (command->commits)
		su_guard_log(&guard, command->name, patch, err, &report->public);
	su_guard_close(&guard);
	return err;
}

/* ---- processes that need no update ---- */

static bool is_refused_for(const void *error, const char *message)
{
	const char *reason = error ? su_err_reason((const struct su_err *)error) : "";

	return strcmp(reason, su_reason_of_message(message)->id) == 0;
}

/* It could not be updated because it runs the new version: by this patch, or as it was started. */
static bool is_settled(const struct strongupdate_process *process,
		       const struct strongupdate_patch *patch)
{
	return is_refused_for(process->error, SU_WHY_APPLIED_ALREADY) ||
	       (is_refused_for(process->error, SU_WHY_NOT_MAPPED) &&
		su_settled_is(patch->patch, process->pid));
}

/* Takes those of the report out of the processes that are named; true: there were some. */
static bool take_settled(struct su_report *report, const struct strongupdate_patch *patch,
			 struct su_tids *named, struct su_report *settled)
{
	size_t before = named->list.len;

	for (size_t i = 0; i < report->processes.len; i++) {
		size_t kept = 0;

		if (!is_settled(&report->processes.at[i], patch))
			continue;
		for (size_t k = 0; k < named->list.len; k++)
			if (named->list.at[k] != report->processes.at[i].pid)
				named->list.at[kept++] = named->list.at[k];
		if (kept == named->list.len)
			continue;
		named->list.len = kept;
		su_settled_add(settled, report->processes.at[i].pid);
	}
	return named->list.len < before;
}

/* Where nobody runs the old version, some may run the new one. */
static struct su_err *find_settled(struct su_err *err, const struct strongupdate_patch *patch,
				   const struct strongupdate_targets *rest,
				   struct su_report *settled)
{
	if (!is_refused_for(err, SU_WHY_NOBODY_RUNS_IT))
		return err;
	size_t before = settled->processes.len;
	struct su_err *failed = su_settled_find(patch->patch, rest, settled);

	if (!failed && settled->processes.len == before)
		return err;
	su_err_destroy(err);
	return failed;
}

static void move_processes(struct su_report *from, struct su_report *to)
{
	for (size_t i = 0; i < from->processes.len; i++) {
		struct strongupdate_process *process = &from->processes.at[i];

		process->command = su_arena_strdup(to->arena, process->command);
		su_report_add(to, process);
	}
	su_report_destroy(from);
}

/* Those that run the new version already are left alone, and the others updated: who asks for a state
 * asks for it again and again. */
static struct su_err *run_unsettled(const struct command *command,
				    const struct strongupdate_patch *patch,
				    const struct strongupdate_targets *targets,
				    const struct strongupdate_options *options,
				    struct su_report *report)
{
	struct su_report *settled = su_report_create();
	struct strongupdate_targets rest = *targets;
	struct su_tids named = { 0 };
	struct su_err *err = run_guarded(command, patch, &rest, options, report);

	for (size_t i = 0; i < targets->pid_count; i++)
		su_vec_push(&named.list, targets->pids[i]);
	while (err && command->how != su_update_revert &&
	       take_settled(report, patch, &named, settled)) {
		su_err_destroy(err);
		err = NULL;
		su_report_clear(report);
		rest.pids = named.list.at;
		rest.pid_count = named.list.len;
		if (rest.pid_count || rest.tree_count || rest.all)
			err = run_guarded(command, patch, &rest, options, report);
	}
	if (err && command->how != su_update_revert)
		err = find_settled(err, patch, &rest, settled);
	move_processes(settled, report);
	su_vec_deinit(&named.list);
	return err;
}

static struct strongupdate_error *make_update(const struct command *command,
					      const struct strongupdate_patch *patch,
					      const struct strongupdate_targets *targets,
					      const struct strongupdate_options *options,
					      struct strongupdate_report **ret_report)
{
	struct su_report *report = su_report_create();
	struct strongupdate_targets meant;
	struct strongupdate_options wanted;
	struct su_err *err = take_targets(targets, &meant);

	if (!err)
		err = take_options(options, &wanted);
	if (!err)
		err = run_unsettled(command, patch, &meant, &wanted, report);
	*ret_report = &report->public;
	return su_api_error(err);
}

struct strongupdate_error *strongupdate_check(const struct strongupdate_patch *patch,
					      const struct strongupdate_targets *targets,
					      const struct strongupdate_options *options,
					      struct strongupdate_report **ret_report)
{
	static const struct command check = { "check", su_update_check, false };

	return make_update(&check, patch, targets, options, ret_report);
}

struct strongupdate_error *strongupdate_apply(const struct strongupdate_patch *patch,
					      const struct strongupdate_targets *targets,
					      const struct strongupdate_options *options,
					      struct strongupdate_report **ret_report)
{
	static const struct command apply = { "apply", su_update_apply, true };

	return make_update(&apply, patch, targets, options, ret_report);
}

struct strongupdate_error *strongupdate_revert(const struct strongupdate_patch *patch,
					       const struct strongupdate_targets *targets,
					       const struct strongupdate_options *options,
					       struct strongupdate_report **ret_report)
{
	static const struct command revert = { "revert", su_update_revert, true };

	return make_update(&revert, patch, targets, options, ret_report);
}

const struct strongupdate_process *
strongupdate_report_process(const struct strongupdate_report *report, size_t index)
{
	return index < report->process_count ? &report->processes[index] : NULL;
}

const struct strongupdate_thread *
strongupdate_process_thread(const struct strongupdate_process *process, size_t index)
{
	return index < process->threads_listed ? &process->threads[index] : NULL;
}

void strongupdate_report_free(struct strongupdate_report *report)
{
	su_report_destroy((struct su_report *)report);
}

static struct su_err *check_pid(pid_t pid)
{
	return check_pids(&pid, 1);
}

struct strongupdate_error *strongupdate_recover(pid_t pid, struct strongupdate_recovery *ret,
						size_t ret_size)
{
	struct strongupdate_recovery recovery = { .pid = pid };
	struct su_err *err = check_pid(pid);

	if (!err) {
		err = su_recover(pid, &recovery);
		su_guard_log_recovery(pid, err, &recovery);
	}
	su_api_give(ret, ret_size, &recovery, sizeof(recovery));
	return su_api_error(err);
}

struct strongupdate_error *strongupdate_list(const struct strongupdate_targets *targets,
					     pid_t **ret, size_t *ret_count)
{
	struct strongupdate_targets meant;
	struct su_err *err = take_targets(targets, &meant);

	return su_api_error(err ? err : su_status_list(&meant, ret, ret_count));
}

struct strongupdate_error *strongupdate_status(pid_t pid, struct strongupdate_status **ret)
{
	struct su_status *status;
	struct su_err *err = check_pid(pid);

	if (!err)
		err = su_status_create(pid, &status);
	if (!err)
		*ret = &status->public;
	return su_api_error(err);
}

const struct strongupdate_entry *strongupdate_status_entry(const struct strongupdate_status *status,
							   size_t index)
{
	return index < status->entry_count ? &status->entries[index] : NULL;
}

void strongupdate_status_free(struct strongupdate_status *status)
{
	su_status_destroy((struct su_status *)status);
}

struct strongupdate_error *strongupdate_files(pid_t pid, struct strongupdate_files **ret)
{
	struct su_files *files;
	struct su_err *err = check_pid(pid);

	if (!err)
		err = su_files_create(pid, &files);
	if (!err)
		*ret = &files->public;
	return su_api_error(err);
}

const struct strongupdate_file *strongupdate_files_file(const struct strongupdate_files *files,
							size_t index)
{
	return index < files->file_count ? &files->files[index] : NULL;
}

struct strongupdate_error *strongupdate_file_for(const struct strongupdate_files *files,
						 const char *new_path,
						 const struct strongupdate_file **ret)
{
	return su_api_error(su_files_choose(files, new_path, ret));
}

void strongupdate_files_free(struct strongupdate_files *files)
{
	su_files_destroy((struct su_files *)files);
}
