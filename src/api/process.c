/*
 * Check, apply, revert and status of a process, over update/update.h.
 *
 * A public report or status is one allocation that also holds the inner one: the strings that it
 * gives out are the inner one's.
 */
#include <math.h>
#include <stdlib.h>

#include "api/private.h"
#include "base/alloc.h"
#include "update/update.h"

struct report {
	struct strongupdate_report public; /* first: the address is given out */
	struct su_update_report inner;
	struct strongupdate_thread *threads;
};

struct status {
	struct strongupdate_status public; /* first: the address is given out */
	struct su_update_status inner;
	struct strongupdate_entry *entries;
};

static struct su_err *check_call(pid_t pid, const struct strongupdate_options *options,
				 struct su_update_options *ret)
{
	static const struct strongupdate_options defaults = STRONGUPDATE_OPTIONS_INIT;

	if (!options)
		options = &defaults;
	if (pid <= 0)
		return su_err_new(SU_E_USAGE, "%d is not a process id", (int)pid);
	if (!isfinite(options->timeout) || options->timeout < 0)
		return su_err_new(SU_E_USAGE, "the timeout is not a number of seconds");
	*ret = (struct su_update_options){
		.timeout = options->timeout,
		.progress = options->progress,
		.progress_ctx = options->progress_ctx,
	};
	return NULL;
}

static void publish_threads(struct report *report)
{
	const struct su_update_report *inner = &report->inner;

	report->threads = su_alloc(inner->threads_listed * sizeof(*report->threads));
	for (size_t i = 0; i < inner->threads_listed; i++) {
		const struct su_update_thread *thread = &inner->threads[i];

		report->threads[i] = (struct strongupdate_thread){
			.tid = thread->tid,
			.name = thread->name ? thread->name : "",
			.ready = thread->ready,
			.function = thread->function,
			.where = thread->where,
			.reason = thread->reason,
		};
	}
}

static struct strongupdate_report *publish(struct report *report, pid_t pid)
{
	const struct su_update_report *inner = &report->inner;

	publish_threads(report);
	report->public = (struct strongupdate_report){
		.pid = pid,
		.thread_count = inner->thread_count,
		.threads = report->threads,
		.threads_listed = inner->threads_listed,
		.pause_us = inner->pause_us,
		.wall_us = inner->wall_us,
		.stage_us = inner->stage_us,
		.stop_us = inner->stop_us,
		.ready_us = inner->ready_us,
		.commit_us = inner->commit_us,
		.resume_us = inner->resume_us,
		.rounds = inner->rounds,
		.activations_carried = inner->activations_carried,
		.activations_pending = inner->activations_pending,
		.patch_bytes_mapped = inner->patch_bytes_mapped,
	};
	return &report->public;
}

struct strongupdate_error *strongupdate_check(const struct strongupdate_patch *patch, pid_t pid,
					      const struct strongupdate_options *options,
					      struct strongupdate_report **ret_report)
{
	struct report *report = su_alloc(sizeof(*report));
	struct su_update_options inner;
	struct su_err *err = check_call(pid, options, &inner);

	if (!err)
		err = su_update_check(patch->patch, pid, &inner, &report->inner);
	*ret_report = publish(report, pid);
	return su_api_error(err);
}

struct strongupdate_error *strongupdate_apply(const struct strongupdate_patch *patch, pid_t pid,
					      const struct strongupdate_options *options,
					      struct strongupdate_report **ret_report)
{
	struct report *report = su_alloc(sizeof(*report));
	struct su_update_options inner;
	struct su_err *err = check_call(pid, options, &inner);

	if (!err)
		err = su_update_apply(patch->patch, pid, &inner, &report->inner);
	*ret_report = publish(report, pid);
	return su_api_error(err);
}

struct strongupdate_error *strongupdate_revert(pid_t pid,
					       const struct strongupdate_options *options,
					       struct strongupdate_report **ret_report)
{
	struct report *report = su_alloc(sizeof(*report));
	struct su_update_options inner;
	struct su_err *err = check_call(pid, options, &inner);

	if (!err)
		err = su_update_revert(pid, &inner, &report->inner);
	*ret_report = publish(report, pid);
	return su_api_error(err);
}

void strongupdate_report_free(struct strongupdate_report *report)
{
	struct report *whole = (struct report *)report;

	if (!whole)
		return;
	su_update_report_deinit(&whole->inner);
	free(whole->threads);
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
		.resumed = inner.resumed,
		.handler_removed = inner.handler_removed,
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
