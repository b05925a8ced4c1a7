/* An update from its beginning to its end: see conduct.h. */
#include "update/conduct.h"

#include <sodium.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "update/delegate.h"
#include "update/gather.h"
#include "update/rounds.h"

#define CLEARING 20e3 /* microseconds for the first stop; doubles */
#define CLEARINGS 6   /* rounds of taking away what children have a copy of */
#define LATE_TRIES 3  /* searches for processes that were started meanwhile */
#define MOST_DEPTH 256
#define LEAST_SHARE 100e3 /* microseconds that an update of several has at least */

/* ---- one batch ---- */

static struct su_err *run_passes(struct su_batch *batch)
{
	const struct su_operation *operation = batch->request.operation;

	su_batch_progress(batch, "looking for processes");
	SU_TRY(su_gather_all(batch));
	if (!batch->members.len)
		return batch->request.again ? NULL : su_refuse_plain(operation->nobody);
	su_batch_progress(batch, "staging");
	SU_TRY(su_gather_prepare(batch));
	su_batch_progress(batch, "stopping threads");
	su_alloc_keep_reserve();
	return operation->commits ? su_rounds_commit(batch) : su_rounds_try(batch);
}

static bool was_anything_staged(const struct su_batch *batch)
{
	for (size_t i = 0; i < batch->members.len; i++)
		if (batch->members.at[i]->job.plan)
			return true;
	return false;
}

/* Members that a fork has brought since the last time join, to be cleared as well. */
static void join_children(struct su_batch *batch, double limit)
{
	struct su_err *err = su_group_stop(&batch->group, su_clock_us() + limit);

	if (!err) {
		su_err_destroy(su_gather_children(batch));
		su_group_resume(&batch->group);
	}
	su_err_destroy(err);
	su_batch_look_who_left(batch);
}

/* A failure leaves no trace, in children born meanwhile neither. What cannot be taken away is
 * unused memory, which the next update or `recover` removes. */
static void clear_up(struct su_batch *batch)
{
	size_t cleared = 0;
	double limit = CLEARING;

	for (int tries = 0; tries < CLEARINGS && was_anything_staged(batch); tries++, limit *= 2) {
		join_children(batch, limit);
		if (cleared == batch->members.len)
			return;
		for (; cleared < batch->members.len; cleared++) {
			struct su_member *member = batch->members.at[cleared];

			if (su_batch_is_active(member) && member->job.session->seized)
				su_err_destroy(batch->request.operation->abandon(&member->job));
		}
	}
}

/* Hands the member's report on. A process that nobody named and that has left before anything was
 * done is of no interest. */
static void publish_member(struct su_batch *batch, struct su_member *member)
{
	struct strongupdate_report *report = &batch->report->public;
	struct strongupdate_process *process = &member->report;

	process->pause_us = member->job.session ? member->job.session->longest_stop : 0;
	if (process->pause_us > report->pause_us)
		report->pause_us = process->pause_us;
	if (member->left && !process->error && process->outcome == STRONGUPDATE_UNTOUCHED) {
		process->outcome = STRONGUPDATE_LEFT;
		process->left = member->left;
		if (!su_seek_is_named(&batch->search, process->pid)) {
			su_report_drop(process);
			return;
		}
	}
	su_report_add(batch->report, process);
}

static void close_member(struct su_member *member)
{
	if (member->prepared)
		su_ready_deinit(&member->driven.ready);
	su_job_close(&member->job);
	free(member);
}

static void end_batch(struct su_batch *batch)
{
	su_group_let_go(&batch->group);
	for (size_t i = 0; i < batch->members.len; i++)
		publish_member(batch, batch->members.at[i]);
	/* Children share what their parents own. */
	for (size_t i = batch->members.len; i-- > 0;)
		close_member(batch->members.at[i]);
	su_group_deinit(&batch->group);
	su_sharers_deinit(&batch->sharers);
	su_tables_deinit(&batch->tables);
	su_importers_deinit(&batch->importers);
	su_vec_deinit(&batch->members);
	su_drive_deinit(&batch->drive);
	su_obstacles_deinit(&batch->obstacles);
	su_seek_deinit(&batch->search);
	su_conditions_deinit(&batch->conditions);
}

/* The kernel says of a process that what an update has mapped is there still: it has not executed a
 * program since. */
static bool is_still_updated(const struct strongupdate_process *process)
{
	struct su_maps maps = { 0 };
	struct su_err *err = NULL;
	bool there = process->outcome == STRONGUPDATE_UPDATED && process->mapped_at;

	if (there)
		err = su_maps_read(&maps, process->pid);
	const struct su_mapping *mapping =
		there && !err ? su_maps_at(&maps, process->mapped_at) : NULL;
	there = mapping && mapping->start == process->mapped_at && !mapping->inode;
	su_err_destroy(err);
	su_maps_deinit(&maps);
	return there;
}

/* Nobody asks those of which it is known. */
static void pass_over_updated(struct su_batch *batch)
{
	const struct su_report *report = batch->report;

	for (size_t i = 0; i < report->processes.len; i++)
		if (is_still_updated(&report->processes.at[i]))
			su_seek_pass_over(&batch->search, report->processes.at[i].pid);
}

static struct su_err *run_here(const struct su_request *request, struct su_report *report)
{
	struct su_batch batch = { .request = *request,
				  .report = report,
				  .deadline = request->deadline };

	randombytes_buf(&batch.number, sizeof(batch.number));
	su_drive_init(&batch.drive, &batch.group);
	struct su_err *err = su_seek_init(&batch.search, request->targets);
	if (!err)
		err = su_conditions_parse(request->options, &batch.conditions);
	if (!err && request->again)
		pass_over_updated(&batch);
	if (!err)
		err = run_passes(&batch);
	double end = su_clock_us();
	if (err)
		clear_up(&batch);
	end_batch(&batch);
	report->public.after_us += su_clock_us() - end;
	return err;
}

static struct su_err *run_together(const struct su_request *request, struct su_report *report)
{
	return su_delegate(run_here, request, report);
}

/* Processes that others have started since the last look. */
static struct su_err *run_again(const struct su_request *request, struct su_report *report)
{
	const struct strongupdate_report first = report->public;
	double start = su_clock_us();
	struct su_request more = *request;
	struct su_err *err = NULL;
	size_t before;
	int tries = LATE_TRIES;

	more.again = true;
	do {
		before = report->processes.len;
		err = run_together(&more, report);
	} while (!err && report->processes.len > before && --tries);
	report->public.find_us = first.find_us;
	report->public.after_us = first.after_us + su_clock_us() - start;
	return su_err_context(err, "the others are updated; of those that were started meanwhile");
}

/* All as one. With all stopped nobody is looked for, so that is done once more. */
static struct su_err *run_as_one(const struct su_request *request, struct su_report *report)
{
	const struct strongupdate_targets *targets = request->targets;

	SU_TRY(run_together(request, report));
	if (!request->operation->commits || !request->patch ||
	    (!targets->all && !targets->tree_count))
		return NULL;
	return run_again(request, report);
}

/* ---- several updates ---- */

struct tally {
	size_t tried, failed;
	struct su_err *worst;
};

static int exit_status_of(const struct su_err *err)
{
	return su_code_exit_status(su_err_code(err));
}

static void count_result(struct tally *tally, struct su_err *err)
{
	tally->tried++;
	if (!err)
		return;
	tally->failed++;
	if (!tally->worst || exit_status_of(err) > exit_status_of(tally->worst)) {
		su_err_destroy(tally->worst);
		tally->worst = err;
	} else {
		su_err_destroy(err);
	}
}

/* A process that is an update of its own, or with `families` the first of some that are one. */
static void run_one(struct su_batch *batch, pid_t pid, double deadline, bool family,
		    struct tally *tally)
{
	const struct strongupdate_targets *all = batch->request.targets;
	const struct strongupdate_targets target = {
		.pids = &pid,
		.pid_count = !family,
		.trees = &pid,
		.tree_count = family,
		.except = all->except,
		.except_count = all->except_count,
	};
	struct su_request request = batch->request;

	request.targets = &target;
	request.deadline = deadline;
	count_result(tally, run_together(&request, batch->report));
}

/* Those that qualify, of which each is passed over from now on. */
static void choose(struct su_batch *batch, const struct su_tids *found, struct su_tids *ret,
		   struct tally *tally)
{
	ret->list.len = 0;
	for (size_t i = 0; i < found->list.len; i++) {
		pid_t pid = found->list.at[i];
		bool wanted = su_seek_is_named(&batch->search, pid);
		struct su_err *err = wanted ? NULL : su_batch_ask(batch, pid, &wanted);

		su_seek_pass_over(&batch->search, pid);
		if (err)
			count_result(tally, su_batch_accuse(batch, pid, err));
		else if (wanted)
			su_vec_push(&ret->list, pid);
	}
}

static bool is_among(const struct su_tids *tids, pid_t pid)
{
	for (size_t i = 0; i < tids->list.len; i++)
		if (tids->list.at[i] == pid)
			return true;
	return false;
}

/* A family is a process with all of its descendants that are concerned, however far down. */
static void keep_first_ones(struct su_tids *tids)
{
	size_t kept = 0;
	SU_FREE bool *first = su_alloc(tids->list.len + 1);

	for (size_t i = 0; i < tids->list.len; i++) {
		pid_t above = tids->list.at[i];

		first[i] = true;
		for (int depth = 0; above > 1 && depth < MOST_DEPTH && first[i]; depth++) {
			above = su_proc_task_stat(above, above).parent;
			first[i] = !is_among(tids, above);
		}
	}
	for (size_t i = 0; i < tids->list.len; i++)
		if (first[i])
			tids->list.at[kept++] = tids->list.at[i];
	tids->list.len = kept;
}

static struct su_err *run_each(struct su_batch *batch, bool families, struct tally *tally)
{
	const struct strongupdate_targets *targets = batch->request.targets;
	struct su_tids found = { 0 }, chosen = { 0 };
	struct su_err *err = NULL;
	size_t before;

	do {
		before = tally->tried;
		err = su_seek_next(&batch->search, &batch->group, &found);
		if (err)
			break;
		choose(batch, &found, &chosen, tally);
		if (families)
			keep_first_ones(&chosen);
		for (size_t i = 0; i < chosen.list.len; i++) {
			double now = su_clock_us(), left = batch->deadline - now;
			double share = left / (double)(chosen.list.len - i);

			run_one(batch, chosen.list.at[i],
				now + (share > LEAST_SHARE ? share : LEAST_SHARE), families, tally);
		}
	} while (tally->tried > before && (targets->all || targets->tree_count) &&
		 su_clock_us() < batch->deadline);
	su_vec_deinit(&found.list);
	su_vec_deinit(&chosen.list);
	return err;
}

static struct su_err *summarize_tally(const struct tally *tally,
				      const struct su_operation *operation)
{
	if (!tally->tried)
		return su_refuse_plain(operation->nobody);
	if (tally->tried == 1)
		return tally->worst;
	return su_err_context(tally->worst, "%zu of %zu updates failed", tally->failed,
			      tally->tried);
}

static struct su_err *run_separately(const struct su_request *request, bool families,
				     struct su_report *report)
{
	struct su_batch batch = { .request = *request,
				  .report = report,
				  .deadline = request->deadline };
	struct tally tally = { 0, 0, NULL };
	struct su_err *err = su_seek_init(&batch.search, request->targets);

	if (!err)
		err = run_each(&batch, families, &tally);
	su_seek_deinit(&batch.search);
	if (!err)
		return summarize_tally(&tally, request->operation);
	su_err_destroy(tally.worst);
	return err;
}

/* ---- the whole ---- */

struct su_err *su_run(const struct su_operation *operation, const struct su_patch *patch,
		      const struct strongupdate_targets *targets,
		      const struct strongupdate_options *options, const struct su_permit *permit,
		      struct su_report *report)
{
	double start = su_clock_us();
	struct su_packed packed = { 0 };
	const struct su_request request = {
		.operation = operation,
		.patch = patch,
		.packed = &packed,
		.targets = targets,
		.options = options,
		.permit = permit,
		.deadline = start + options->timeout * 1e6,
	};
	bool families = targets->all && patch && !options->together && !options->each;

	if (patch)
		su_pack(patch, &packed);
	struct su_err *err = options->each || families ? run_separately(&request, families, report)
						       : run_as_one(&request, report);
	su_pack_deinit(&packed);
	report->public.wall_us = su_clock_us() - start;
	return err;
}
