/*
 * Check, apply, revert and status of a process, over update/update.h.
 *
 * A public report or status is one allocation that also holds the inner one: the strings that it
 * gives out are the inner one's.
 */
#include <math.h>
#include <stdlib.h>

#include "api/api_private.h"
#include "base/alloc.h"
#include "update/update.h"

struct report {
	struct strongupdate_report public; /* first: the address is given out */
	struct su_update_report inner;
	struct strongupdate_process *processes;
	struct strongupdate_thread **threads; /* by process */
};

struct status {
	struct strongupdate_status public; /* first: the address is given out */
	struct su_update_status inner;
	struct strongupdate_entry *entries;
};

/* What a call was given, in the inner types. */
struct call {
	struct su_update_targets targets;
	struct su_update_options options;
	struct report *report;
};

static struct su_err *check_pids(const pid_t *pids, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (pids[i] <= 0)
			return su_err_new(SU_E_USAGE, "%d is not a process id", (int)pids[i]);
	return NULL;
}

static struct su_err *check_targets(const struct strongupdate_targets *targets,
				    struct su_update_targets *ret)
{
	SU_TRY(check_pids(targets->pids, targets->pid_count));
	SU_TRY(check_pids(targets->trees, targets->tree_count));
	if (!targets->pid_count && !targets->tree_count && !targets->all)
		return su_err_new(SU_E_USAGE, "no process is given");
	*ret = (struct su_update_targets){
		.pids = targets->pids,
		.pid_count = targets->pid_count,
		.trees = targets->trees,
		.tree_count = targets->tree_count,
		.all = targets->all,
	};
	return NULL;
}

static struct su_err *begin(const struct strongupdate_targets *targets,
			    const struct strongupdate_options *options, struct call *ret)
{
	static const struct strongupdate_options defaults = STRONGUPDATE_OPTIONS_INIT;

	ret->report = su_alloc(sizeof(*ret->report));
	if (!options)
		options = &defaults;
	SU_TRY(check_targets(targets, &ret->targets));
	if (!isfinite(options->timeout) || options->timeout < 0)
		return su_err_new(SU_E_USAGE, "the timeout is not a number of seconds");
	ret->options = (struct su_update_options){
		.timeout = options->timeout,
		.each = options->each,
		.scan_memory = options->scan_memory,
		.when = options->when,
		.when_count = options->when_count,
		.debug_dirs = options->debug_dirs,
		.debug_dir_count = options->debug_dir_count,
		.progress = options->progress,
		.progress_ctx = options->progress_ctx,
	};
	return NULL;
}

static struct strongupdate_thread *publish_threads(const struct su_update_process *inner)
{
	struct strongupdate_thread *threads = su_alloc(inner->threads_listed * sizeof(*threads));

	for (size_t i = 0; i < inner->threads_listed; i++) {
		const struct su_update_thread *thread = &inner->threads[i];

		threads[i] = (struct strongupdate_thread){
			.tid = thread->tid,
			.name = thread->name ? thread->name : "",
			.ready = thread->ready,
			.function = thread->function,
			.where = thread->where,
			.reason = thread->reason,
		};
	}
	return threads;
}

static enum strongupdate_outcome outcome_of(enum su_outcome outcome)
{
	switch (outcome) {
	case SU_OUTCOME_DONE:
		return STRONGUPDATE_UPDATED;
	case SU_OUTCOME_LEFT:
		return STRONGUPDATE_LEFT;
	case SU_OUTCOME_UNTOUCHED:
		break;
	}
	return STRONGUPDATE_UNTOUCHED;
}

static struct strongupdate_process publish_process(struct su_update_process *inner,
						   const struct strongupdate_thread *threads)
{
	return (struct strongupdate_process){
		.pid = inner->pid,
		.command = inner->command,
		.outcome = outcome_of(inner->outcome),
		.error = su_api_error(inner->err),
		.left = inner->left,
		.joined = inner->joined,
		.thread_count = inner->thread_count,
		.threads = threads,
		.threads_listed = inner->threads_listed,
		.pause_us = inner->pause_us,
		.stage_us = inner->stage_us,
		.stage_stop_us = inner->stage_stop_us,
		.activations_carried = inner->activations_carried,
		.activations_pending = inner->activations_pending,
		.patch_bytes_mapped = inner->patch_bytes_mapped,
	};
}

static struct strongupdate_report *publish(struct report *report)
{
	const struct su_update_report *inner = &report->inner;
	size_t count = inner->processes.len;

	report->processes = su_alloc(count * sizeof(*report->processes));
	report->threads = su_alloc(count * sizeof(*report->threads));
	for (size_t i = 0; i < count; i++) {
		report->threads[i] = publish_threads(inner->processes.at[i]);
		report->processes[i] = publish_process(inner->processes.at[i], report->threads[i]);
	}
	report->public = (struct strongupdate_report){
		.processes = report->processes,
		.process_count = count,
		.pause_us = inner->pause_us,
		.wall_us = inner->wall_us,
		.stop_us = inner->stop_us,
		.ready_us = inner->ready_us,
		.search_us = inner->search_us,
		.commit_us = inner->commit_us,
		.resume_us = inner->resume_us,
		.rounds = inner->rounds,
		.unreadable = inner->unreadable,
	};
	return &report->public;
}

struct strongupdate_error *strongupdate_check(const struct strongupdate_patch *patch,
					      const struct strongupdate_targets *targets,
					      const struct strongupdate_options *options,
					      struct strongupdate_report **ret_report)
{
	struct call call;
	struct su_err *err = begin(targets, options, &call);

	if (!err)
		err = su_update_check(patch->patch, &call.targets, &call.options,
				      &call.report->inner);
	*ret_report = publish(call.report);
	return su_api_error(err);
}

struct strongupdate_error *strongupdate_apply(const struct strongupdate_patch *patch,
					      const struct strongupdate_targets *targets,
					      const struct strongupdate_options *options,
					      struct strongupdate_report **ret_report)
{
	struct call call;
	struct su_err *err = begin(targets, options, &call);

	if (!err)
		err = su_update_apply(patch->patch, &call.targets, &call.options,
				      &call.report->inner);
	*ret_report = publish(call.report);
	return su_api_error(err);
}

struct strongupdate_error *strongupdate_revert(const struct strongupdate_patch *patch,
					       const struct strongupdate_targets *targets,
					       const struct strongupdate_options *options,
					       struct strongupdate_report **ret_report)
{
	struct call call;
	struct su_err *err = begin(targets, options, &call);

	if (!err)
		err = su_update_revert(patch ? patch->patch : NULL, &call.targets, &call.options,
				       &call.report->inner);
	*ret_report = publish(call.report);
	return su_api_error(err);
}

void strongupdate_report_free(struct strongupdate_report *report)
{
	struct report *whole = (struct report *)report;

	if (!whole)
		return;
	for (size_t i = 0; i < whole->public.process_count; i++)
		free(whole->threads[i]);
	su_update_report_deinit(&whole->inner);
	free(whole->threads);
	free(whole->processes);
	free(whole);
}

struct strongupdate_error *strongupdate_recover(pid_t pid, struct strongupdate_recovery *ret)
{
	struct su_recovery inner = { .pid = pid };
	struct su_err *err = pid > 0 ? su_update_recover(pid, &inner)
				     : su_err_new(SU_E_USAGE, "%d is not a process id", (int)pid);

	*ret = (struct strongupdate_recovery){
		.pid = pid,
		.rolled_back = inner.rolled_back,
		.completed = inner.completed,
		.resumed = inner.resumed,
		.handler_removed = inner.handler_removed,
		.masks_restored = inner.masks_restored,
		.mappings_removed = inner.mappings_removed,
	};
	return su_api_error(err);
}

static const char *state_name(enum su_update_state state)
{
	switch (state) {
	case SU_STATE_APPLIED:
		return "applied";
	case SU_STATE_REVERTED:
		return "reverted";
	case SU_STATE_UNUSED:
		return "unused";
	case SU_STATE_HALF_DONE:
		break;
	}
	return "half-done";
}

static void publish_entries(struct status *status)
{
	const struct su_update_status *inner = &status->inner;

	status->entries = su_alloc(inner->entry_count * sizeof(*status->entries));
	for (size_t i = 0; i < inner->entry_count; i++) {
		const struct su_update_entry *entry = &inner->entries[i];

		status->entries[i] = (struct strongupdate_entry){
			.state = state_name(entry->state),
			.image_name = entry->image_name ? entry->image_name : "",
			.old_build_id = entry->old_build_id,
			.new_build_id = entry->new_build_id,
			.mapped_at = entry->mapped_at,
			.bytes_mapped = entry->bytes_mapped,
			.since = entry->since,
			.activations_pending = entry->activations_pending,
		};
	}
}

struct strongupdate_error *strongupdate_list(const struct strongupdate_targets *targets,
					     pid_t **ret, size_t *ret_count)
{
	struct su_update_targets inner;
	struct su_err *err = check_targets(targets, &inner);

	return su_api_error(err ? err : su_update_list(&inner, ret, ret_count));
}

struct strongupdate_error *strongupdate_status(pid_t pid, struct strongupdate_status **ret)
{
	if (pid <= 0)
		return su_api_error(su_err_new(SU_E_USAGE, "%d is not a process id", (int)pid));

	struct status *status = su_alloc(sizeof(*status));
	struct su_err *err = su_update_status(pid, &status->inner);

	if (err) {
		free(status);
		return su_api_error(err);
	}
	publish_entries(status);
	status->public = (struct strongupdate_status){
		.pid = pid,
		.command = status->inner.command ? status->inner.command : "",
		.entries = status->entries,
		.entry_count = status->inner.entry_count,
		.needs_recovery = status->inner.needs_recovery,
		.has_leavings = status->inner.has_leavings,
	};
	*ret = &status->public;
	return NULL;
}

void strongupdate_status_free(struct strongupdate_status *status)
{
	struct status *whole = (struct status *)status;

	if (!whole)
		return;
	su_update_status_deinit(&whole->inner);
	free(whole->entries);
	free(whole);
}
