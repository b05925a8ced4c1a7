/* Several processes, updated as one: see batch.h. */
#include "update/batch.h"

#include <sodium.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "update/report.h"

#define DEFAULT_TIMEOUT 10.0
#define DYING 20      /* milliseconds that a killed process may take */
#define CLEARING 20e3 /* microseconds for the first stop; doubles */
#define CLEARINGS 6   /* rounds of taking away what children have a copy of */

void su_batch_progress(const struct su_batch *batch, const char *what)
{
	if (batch->options && batch->options->progress)
		batch->options->progress(batch->options->progress_ctx, what);
}

static bool is_only_one(const struct su_batch *batch)
{
	const struct su_update_targets *targets = batch->search.targets;

	return !targets->all && !targets->tree_count && targets->pid_count == 1 &&
	       batch->jobs.len == 1;
}

static struct su_err *copy_error(const struct su_err *err)
{
	return su_err_new(su_err_code(err), "%s", su_err_message(err));
}

struct su_err *su_batch_blame(const struct su_batch *batch, struct su_job *job, struct su_err *err)
{
	if (!err)
		return NULL;
	job->damaged |= su_err_code(err) == SU_E_DAMAGED;
	su_err_destroy(job->report->err);
	job->report->err = copy_error(err);
	return is_only_one(batch) ? err : su_err_context(err, "process %d", job->report->pid);
}

/* ---- who is there ---- */

bool su_batch_is_active(const struct su_job *job)
{
	return job->session && !job->left && !job->damaged && !su_session_has_left(job->session);
}

void su_batch_look_who_left(struct su_batch *batch)
{
	for (size_t i = 0; i < batch->jobs.len; i++) {
		struct su_job *job = batch->jobs.at[i];

		if (job->session && job->session->seized && !job->left)
			job->left = su_session_has_left(job->session);
	}
}

/* ---- finding ---- */

/* Does a process that was not named qualify? One that may not be read is counted, once. */
static bool qualifies(struct su_batch *batch, pid_t pid)
{
	struct su_sight sight;
	struct su_err *err = su_sight_open(&sight, pid);
	bool wanted = !err && batch->operation->qualifies(&sight, batch->patch);

	su_sight_close(&sight);
	/* A kernel thread has no memory that might matter. */
	if (err && su_err_code(err) != SU_E_GONE &&
	    su_proc_status_number(pid, pid, "VmSize", 10, 0))
		batch->report->unreadable++;
	su_err_destroy(err);
	if (!wanted)
		su_search_pass_over(&batch->search, pid);
	return wanted;
}

static void find_out_whether_left(struct su_batch *batch, struct su_job *job)
{
	su_group_pump(&batch->group, 0);
	su_batch_look_who_left(batch);
	if (job->left)
		return;
	if (!su_proc_living_task(job->report->pid))
		job->left = "exited";
	else if (!su_search_is_named(&batch->search, job->report->pid) &&
		 !qualifies(batch, job->report->pid))
		job->left = "executed another program";
}

bool su_batch_has_left(struct su_batch *batch, struct su_job *job)
{
	const struct timespec span = { 0, 1000000 };

	find_out_whether_left(batch, job);
	for (int i = 0; i < DYING && !job->left; i++) {
		nanosleep(&span, NULL);
		find_out_whether_left(batch, job);
	}
	return job->left;
}

static struct su_err *open_and_look(struct su_batch *batch, struct su_job *job, pid_t pid)
{
	struct su_err *err = su_job_open(job, &batch->group, pid);

	job->report = su_report_create(pid);
	job->patch = batch->patch;
	job->packed = batch->packed;
	SU_TRY(err);
	SU_TRY(batch->operation->look(job));
	return su_conditions_resolve(&batch->conditions, job);
}

static struct su_err *admit(struct su_batch *batch, pid_t pid)
{
	bool named = su_search_is_named(&batch->search, pid);

	if (!named && !qualifies(batch, pid))
		return NULL;
	struct su_job *job = su_alloc(sizeof(*job));
	struct su_err *err = open_and_look(batch, job, pid);
	su_vec_push(&batch->jobs, job);
	if (!err || named || !su_batch_has_left(batch, job))
		return su_batch_blame(batch, job, err);
	su_err_destroy(err);
	return NULL;
}

static struct su_err *seize(struct su_batch *batch, struct su_job *job)
{
	if (job->left || job->session->seized)
		return NULL;
	struct su_err *err = su_session_seize(job->session);
	if (!err || !su_batch_has_left(batch, job))
		return su_batch_blame(batch, job, err);
	su_err_destroy(err);
	return NULL;
}

struct su_err *su_batch_search(struct su_batch *batch, bool *ret_any)
{
	struct su_tids tids = { 0 };
	size_t before = batch->jobs.len;
	struct su_err *err = su_search_next(&batch->search, &batch->group, &tids);

	for (size_t i = 0; i < tids.list.len && !err; i++)
		err = admit(batch, tids.list.at[i]);
	su_vec_deinit(&tids.list);
	if (!err && batch->operation->agree)
		err = batch->operation->agree(batch);
	for (size_t i = before; i < batch->jobs.len && !err; i++)
		err = seize(batch, batch->jobs.at[i]);
	*ret_any = batch->jobs.len > before;
	return err;
}

bool su_batch_anyone_new(struct su_batch *batch)
{
	struct su_tids tids = { 0 };
	bool any = false;

	if (!batch->search.targets->all && !batch->search.targets->tree_count)
		return false;
	/* A failure to list is found and told by the next search. */
	struct su_err *err = su_search_next(&batch->search, &batch->group, &tids);
	any = err;
	su_err_destroy(err);
	for (size_t i = 0; i < tids.list.len && !any; i++)
		any = qualifies(batch, tids.list.at[i]);
	su_vec_deinit(&tids.list);
	return any;
}

/* ---- preparing ---- */

/* The job has its place in the process, and its threads may be judged and moved on. */
static void set_prepared(struct su_job *job)
{
	const struct su_registry *registry = &job->registry;

	if (registry->base)
		job->session->mask_note = registry->base + offsetof(struct su_registry, mask_note);
	job->prepared = true;
}

/* A process outside of the group that shares the memory of `pid`, or 0. */
static struct su_err *find_sharer(struct su_batch *batch, pid_t pid, pid_t *ret)
{
	struct su_tids sharers = { 0 };
	struct su_err *err = su_proc_sharers(pid, &sharers);

	*ret = 0;
	for (size_t i = 0; i < sharers.list.len && !*ret; i++)
		if (!su_group_find(&batch->group, sharers.list.at[i]))
			*ret = sharers.list.at[i];
	su_vec_deinit(&sharers.list);
	return err;
}

/* A child of vfork() that was born before the parent was seized goes its way in a moment. Later
 * ones are seen by the group. */
static struct su_err *wait_for_sharers(struct su_batch *batch, pid_t pid)
{
	pid_t sharer;

	for (double delay = 500;; delay *= 1.5) {
		SU_TRY(find_sharer(batch, pid, &sharer));
		if (!sharer)
			return NULL;
		if (su_clock_us() + delay > batch->deadline || !batch->operation->commits)
			return su_group_sharing_error(pid, sharer);
		su_group_pump(&batch->group, delay);
	}
}

static struct su_err *prepare(struct su_batch *batch, struct su_job *job)
{
	struct su_err *err = wait_for_sharers(batch, job->report->pid);

	if (!err)
		err = batch->operation->prepare(job);

	if (err && su_batch_has_left(batch, job)) {
		su_err_destroy(err);
		return NULL;
	}
	SU_TRY(su_batch_blame(batch, job, err));
	su_conditions_guard(&batch->conditions, job);
	job->scans_memory = su_suspended_possible(job->plan, &job->session->memory, &job->maps,
						  batch->options && batch->options->scan_memory);
	su_ready_init(&job->driven.ready, job->session, job->plan, job->unwinder);
	su_trap_guard_init(&job->driven.guard, job->session, &job->driven.ready.maps);
	set_prepared(job);
	return NULL;
}

struct su_err *su_batch_prepare(struct su_batch *batch)
{
	for (size_t i = 0; i < batch->jobs.len; i++) {
		struct su_job *job = batch->jobs.at[i];

		su_group_pump(&batch->group, 0);
		su_batch_look_who_left(batch);
		if (!job->prepared && su_batch_is_active(job))
			SU_TRY(prepare(batch, job));
	}
	return NULL;
}

/* ---- children ---- */

static struct su_job *job_of(const struct su_batch *batch, const struct su_session *session)
{
	for (size_t i = 0; i < batch->jobs.len && session; i++)
		if (batch->jobs.at[i]->session == session)
			return batch->jobs.at[i];
	return NULL;
}

/* The handler of the parent, if it was set before the fork, is to be taken back in the child. */
static void inherit_guard(struct su_trap_guard *guard, const struct su_trap_guard *parent)
{
	*guard = *parent;
	guard->tried = guard->safe = false;
}

static struct su_err *inherit(struct su_batch *batch, struct su_job *job,
			      const struct su_job *parent)
{
	bool whole = false;

	if (!parent || !parent->prepared)
		return NULL;
	su_job_share_plan(job, parent);
	SU_TRY(batch->operation->inherit(job, &whole));
	if (!whole)
		return NULL;
	job->scans_memory = parent->scans_memory;
	su_ready_init_like(&job->driven.ready, job->session, &parent->driven.ready);
	inherit_guard(&job->driven.guard, &parent->driven.guard);
	set_prepared(job);
	return NULL;
}

static struct su_err *join(struct su_batch *batch, struct su_session *session)
{
	const struct su_job *parent = job_of(batch, session->parent);
	struct su_job *job = su_alloc(sizeof(*job));
	struct su_err *err = su_job_adopt(job, session);

	su_vec_push(&batch->jobs, job);
	job->report = su_report_create(session->pid);
	job->report->joined = true;
	job->patch = batch->patch;
	job->packed = batch->packed;
	if (!err)
		err = inherit(batch, job, parent);
	if (!err || !su_batch_has_left(batch, job))
		return su_batch_blame(batch, job, err);
	su_err_destroy(err);
	return NULL;
}

struct su_err *su_batch_join_children(struct su_batch *batch)
{
	for (size_t i = 0; i < batch->group.sessions.len; i++) {
		struct su_session *session = batch->group.sessions.at[i];

		if (session->seized && !su_session_has_left(session) && !session->shares_memory &&
		    !job_of(batch, session))
			SU_TRY(join(batch, session));
	}
	return NULL;
}

/* ---- the whole ---- */

static struct su_err *work(struct su_batch *batch)
{
	bool any = true;

	su_batch_progress(batch, "looking for processes");
	while (any)
		SU_TRY(su_batch_search(batch, &any));
	if (!batch->jobs.len)
		return su_err_new(SU_E_MISMATCH, "%s", batch->operation->nobody);
	su_batch_progress(batch, "staging");
	SU_TRY(su_batch_prepare(batch));
	su_batch_progress(batch, "stopping threads");
	return batch->operation->commits ? su_batch_commit(batch) : su_batch_try(batch);
}

static bool was_anything_staged(const struct su_batch *batch)
{
	for (size_t i = 0; i < batch->jobs.len; i++)
		if (batch->jobs.at[i]->plan)
			return true;
	return false;
}

/* A failure leaves no trace, in children born meanwhile neither. What cannot be taken away is
 * unused memory, which the next update or `recover` removes. */
static void clear_up(struct su_batch *batch)
{
	size_t cleared = 0;
	double limit = CLEARING;

	for (int tries = 0; tries < CLEARINGS && was_anything_staged(batch); tries++, limit *= 2) {
		struct su_err *err = su_group_stop(&batch->group, su_clock_us() + limit);

		if (!err) {
			su_err_destroy(su_batch_join_children(batch));
			su_group_resume(&batch->group);
		}
		su_err_destroy(err);
		su_batch_look_who_left(batch);
		if (cleared == batch->jobs.len)
			return;
		for (; cleared < batch->jobs.len; cleared++)
			if (su_batch_is_active(batch->jobs.at[cleared]) &&
			    batch->jobs.at[cleared]->session->seized)
				su_err_destroy(batch->operation->abandon(batch->jobs.at[cleared]));
	}
}

/* Hands the job's report on. A process that nobody named and that has left before anything was done
 * is of no interest. */
static void publish(struct su_batch *batch, struct su_job *job)
{
	struct su_update_process *process = job->report;
	double pause = job->session ? job->session->longest_stop : 0;

	process->pause_us = pause;
	if (pause > batch->report->pause_us)
		batch->report->pause_us = pause;
	if (job->left && !process->err && process->outcome == SU_OUTCOME_UNTOUCHED) {
		process->outcome = SU_OUTCOME_LEFT;
		process->left = job->left;
		if (!su_search_is_named(&batch->search, process->pid)) {
			su_report_free(process);
			return;
		}
	}
	su_vec_push(&batch->report->processes, process);
}

static struct su_err *run_together(const struct su_operation *operation,
				   const struct su_patch *patch, const struct su_packed *packed,
				   const struct su_update_targets *targets,
				   const struct su_update_options *options,
				   struct su_update_report *report)
{
	double timeout = options ? options->timeout : DEFAULT_TIMEOUT;
	struct su_batch batch = { .operation = operation,
				  .patch = patch,
				  .packed = packed,
				  .options = options,
				  .report = report,
				  .deadline = su_clock_us() + timeout * 1e6 };

	randombytes_buf(&batch.number, sizeof(batch.number));
	su_drive_init(&batch.drive, &batch.group);
	struct su_err *err = su_search_init(&batch.search, targets);
	if (!err && options)
		err = su_conditions_parse(options, &batch.conditions);
	if (!err)
		err = work(&batch);
	if (err)
		clear_up(&batch);
	su_group_let_go(&batch.group);
	for (size_t i = 0; i < batch.jobs.len; i++)
		publish(&batch, batch.jobs.at[i]);
	/* Children share what their parents own. */
	for (size_t i = batch.jobs.len; i-- > 0; free(batch.jobs.at[i]))
		su_job_close(batch.jobs.at[i]);
	su_group_deinit(&batch.group);
	su_vec_deinit(&batch.jobs);
	su_drive_deinit(&batch.drive);
	su_obstacles_deinit(&batch.obstacles);
	su_search_deinit(&batch.search);
	su_conditions_deinit(&batch.conditions);
	return err;
}

/* ---- each by itself ---- */

struct tally {
	size_t tried, failed;
	struct su_err *worst;
};

static void count(struct tally *tally, struct su_err *err)
{
	tally->tried++;
	if (!err)
		return;
	tally->failed++;
	if (!tally->worst || su_code_exit_status(su_err_code(err)) >
				     su_code_exit_status(su_err_code(tally->worst))) {
		su_err_destroy(tally->worst);
		tally->worst = err;
	} else {
		su_err_destroy(err);
	}
}

static struct su_err *run_each(struct su_batch *batch, struct tally *tally)
{
	struct su_tids tids = { 0 };
	struct su_err *err = NULL;
	size_t before;

	do {
		before = tally->tried;
		err = su_search_next(&batch->search, &batch->group, &tids);
		for (size_t i = 0; i < tids.list.len && !err; i++) {
			const pid_t pid = tids.list.at[i];
			const struct su_update_targets one = { .pids = &pid, .pid_count = 1 };

			if (!su_search_is_named(&batch->search, pid) && !qualifies(batch, pid))
				continue;
			count(tally, run_together(batch->operation, batch->patch, batch->packed,
						  &one, batch->options, batch->report));
			su_search_pass_over(&batch->search, pid);
		}
	} while (!err && tally->tried > before &&
		 (batch->search.targets->all || batch->search.targets->tree_count));
	su_vec_deinit(&tids.list);
	return err;
}

static struct su_err *run_separately(const struct su_operation *operation,
				     const struct su_patch *patch, const struct su_packed *packed,
				     const struct su_update_targets *targets,
				     const struct su_update_options *options,
				     struct su_update_report *report)
{
	struct su_batch batch = { .operation = operation,
				  .patch = patch,
				  .packed = packed,
				  .options = options,
				  .report = report };
	struct tally tally = { 0, 0, NULL };
	struct su_err *err = su_search_init(&batch.search, targets);

	if (!err)
		err = run_each(&batch, &tally);
	if (!err && !tally.tried)
		err = su_err_new(SU_E_MISMATCH, "%s", operation->nobody);
	su_search_deinit(&batch.search);
	if (err) {
		su_err_destroy(tally.worst);
		return err;
	}
	if (tally.tried == 1)
		return tally.worst;
	return su_err_context(tally.worst, "%zu of %zu processes failed", tally.failed,
			      tally.tried);
}

struct su_err *su_batch_run(const struct su_operation *operation, const struct su_patch *patch,
			    const struct su_update_targets *targets,
			    const struct su_update_options *options,
			    struct su_update_report *report)
{
	double start = su_clock_us();
	struct su_packed packed = { 0 };

	if (patch)
		su_pack(patch, &packed);
	struct su_err *err =
		options && options->each
			? run_separately(operation, patch, &packed, targets, options, report)
			: run_together(operation, patch, &packed, targets, options, report);
	su_pack_deinit(&packed);
	report->wall_us = su_clock_us() - start;
	return err;
}
