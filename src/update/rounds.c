/*
 * The rounds of an update of several processes: stop, judge, let run, and at last commit.  See
 * batch.h.
 */
#include "process/catch.h"
#include "update/batch.h"
#include "update/report.h"

#define FIRST_STOP 20e3 /* microseconds that an attempt to stop all may take; doubles */
#define FOR_EACH 50.0	/* and more for each thread */
#define LONGEST_STOP 500e3

/* ---- stopping and judging ---- */

static struct su_err *judge_threads(struct su_driven *driven, bool step, bool *ret_all)
{
	SU_TRY(su_ready_scan(&driven->ready, ret_all));
	if (*ret_all || !step)
		return NULL;
	SU_TRY(su_drive_step(driven));
	*ret_all = su_ready_all(&driven->ready);
	return NULL;
}

/* All threads are ready. Whether nothing in the memory of the process is in the way. */
static bool search_memory(struct su_job *job)
{
	struct su_ready *ready = &job->driven.ready;

	job->suspended = SU_SUSPENDED_NONE;
	job->held.held = SU_HELD_NONE;
	if (job->scans_memory)
		job->suspended = su_suspended_find(ready, &job->suspended_at);
	if (job->suspended == SU_SUSPENDED_NONE && su_held_possible(ready))
		job->held = su_held_find(ready);
	return job->suspended == SU_SUSPENDED_NONE && job->held.held == SU_HELD_NONE;
}

static struct su_err *judge(struct su_job *job, bool step, bool *ret_all)
{
	su_catch_clear(job->session);
	SU_TRY(su_session_registers(job->session));
	SU_TRY(judge_threads(&job->driven, step, ret_all));
	if (*ret_all)
		*ret_all = search_memory(job);
	return NULL;
}

/* As judged last. */
static bool is_ready(const struct su_job *job)
{
	return su_ready_all(&job->driven.ready) && job->suspended == SU_SUSPENDED_NONE &&
	       job->held.held == SU_HELD_NONE;
}

/* Someone died while we looked: the next round does without him. */
static bool passes(struct su_batch *batch, struct su_job *job, struct su_err *err)
{
	if (!su_batch_has_left(batch, job) && su_err_code(err) != SU_E_GONE)
		return false;
	su_err_destroy(err);
	return true;
}

static size_t count_threads(const struct su_session *session)
{
	size_t count = 0;

	for (size_t i = 0; i < session->threads.len; i++)
		count += session->threads.at[i].state == SU_THREAD_STOPPED;
	return count;
}

static struct su_err *judge_all(struct su_batch *batch, bool step, bool *ret_all)
{
	batch->drive.processes.len = 0;
	*ret_all = true;
	for (size_t i = 0; i < batch->jobs.len; i++) {
		struct su_job *job = batch->jobs.at[i];
		bool all = false;

		if (!su_batch_is_active(job))
			continue;
		job->report->thread_count = count_threads(job->session);
		*ret_all &= job->prepared;
		if (!job->prepared)
			continue;
		struct su_err *err = judge(job, step, &all);
		if (err && !passes(batch, job, err))
			return su_batch_blame(batch, job, err);
		*ret_all &= all;
		if (!err)
			su_vec_push(&batch->drive.processes, &job->driven);
	}
	return NULL;
}

/* All threads run on, also those that were held. */
static void let_run(struct su_batch *batch)
{
	for (size_t i = 0; i < batch->group.sessions.len; i++)
		su_session_let_go(batch->group.sessions.at[i]);
	su_group_resume(&batch->group);
}

static bool anyone_left(const struct su_batch *batch)
{
	for (size_t i = 0; i < batch->jobs.len; i++)
		if (su_batch_is_active(batch->jobs.at[i]))
			return true;
	return false;
}

static struct su_err *require_someone(const struct su_batch *batch)
{
	if (anyone_left(batch))
		return NULL;
	if (batch->jobs.len > 1)
		return su_err_new(SU_E_GONE, "all processes of the update have exited");
	const struct su_job *job = batch->jobs.at[0];
	return su_err_new(SU_E_GONE, "process %d has %s", job->report->pid,
			  job->left ? job->left : su_session_has_left(job->session));
}

/* When the first thread was asked to stop. */
static double first_stopped_at(const struct su_batch *batch, double first)
{
	for (size_t i = 0; i < batch->group.sessions.len; i++) {
		const struct su_session *session = batch->group.sessions.at[i];

		if (session->stopping && session->stopped_at < first)
			first = session->stopped_at;
	}
	return first;
}

/* Stops all threads of all processes and judges them, with steps where wanted; on failure they run
 * again. *ret_stopped: when the last one had stopped. */
static struct su_err *stop_and_judge(struct su_batch *batch, double limit, bool step, bool *ret_all,
				     double *ret_stopped)
{
	batch->report->rounds++;
	SU_TRY(su_group_stop(&batch->group, su_clock_us() + limit));
	*ret_stopped = su_clock_us();
	batch->report->stop_us = *ret_stopped - first_stopped_at(batch, *ret_stopped);
	su_batch_look_who_left(batch);
	struct su_err *err = require_someone(batch);
	if (!err)
		err = su_batch_join_children(batch);
	if (!err)
		err = judge_all(batch, step, ret_all);
	if (err)
		let_run(batch);
	return err;
}

/* ---- committing ---- */

/* One pass over all processes. One that was killed is not missed. */
static struct su_err *pass(struct su_batch *batch, struct su_err *(*step)(struct su_commit *))
{
	for (size_t i = 0; i < batch->jobs.len; i++) {
		struct su_job *job = batch->jobs.at[i];

		if (!su_batch_is_active(job))
			continue;
		struct su_err *err = step(&job->commit);
		if (err && !su_batch_has_left(batch, job))
			return su_batch_blame(batch, job, err);
		su_err_destroy(err);
	}
	return NULL;
}

/* Takes back what was committed, last process first. What cannot be taken back is told instead of
 * the reason. */
static struct su_err *undo_all(struct su_batch *batch, struct su_err *why)
{
	for (size_t i = batch->jobs.len; i-- > 0;) {
		struct su_job *job = batch->jobs.at[i];

		if (!su_batch_is_active(job))
			continue;
		struct su_err *err = su_commit_undo(&job->commit);
		if (err && su_batch_has_left(batch, job)) {
			su_err_destroy(err);
			continue;
		}
		if (!err)
			continue;
		/* It stays stopped, and out of our hands. */
		su_session_release(job->session);
		err = su_batch_blame(batch, job, err);
		if (su_err_code(why) == SU_E_DAMAGED) {
			su_err_destroy(err);
		} else {
			su_err_destroy(why);
			why = err;
		}
	}
	return why;
}

static void begin(struct su_batch *batch)
{
	for (size_t i = 0; i < batch->jobs.len; i++) {
		struct su_job *job = batch->jobs.at[i];

		job->commit = (struct su_commit){
			.session = job->session,
			.plan = job->plan,
			.registry = &job->registry,
			.after = batch->operation->after,
			.order = su_registry_next_order(&job->registries),
			.update = batch->number,
		};
	}
}

static struct su_err *commit_all(struct su_batch *batch)
{
	begin(batch);
	struct su_err *err = pass(batch, su_commit_begin);
	if (!err)
		err = pass(batch, su_commit_write);
	if (!err)
		err = pass(batch, su_commit_seal);
	return err ? undo_all(batch, err) : NULL;
}

/* All are in the new version. */
static struct su_err *drop_all(struct su_batch *batch)
{
	struct su_err *first = NULL;

	for (size_t i = 0; i < batch->jobs.len; i++) {
		struct su_job *job = batch->jobs.at[i];
		pid_t pid = job->report->pid;
		struct su_err *err = su_batch_is_active(job) ? su_commit_drop(&job->commit) : NULL;

		if (err && !su_batch_has_left(batch, job) && !first)
			first = su_err_new(SU_E_DAMAGED,
					   "process %d has been updated, but may be left stopped: "
					   "run 'strongupdate recover %d' (%s)",
					   pid, pid, su_err_message(err));
		su_err_destroy(err);
	}
	return first;
}

static uint64_t count_carried(const struct su_ready *ready)
{
	uint64_t count = 0;

	for (size_t i = 0; i < ready->session->threads.len; i++)
		count += ready->threads.at[i].verdict == SU_VERDICT_READY &&
			 ready->threads.at[i].at_checkpoint;
	return count;
}

static void release_all(struct su_batch *batch)
{
	for (size_t i = 0; i < batch->jobs.len; i++) {
		struct su_job *job = batch->jobs.at[i];

		if (!su_batch_is_active(job))
			continue;
		job->report->outcome = SU_OUTCOME_DONE;
		su_session_release(job->session);
	}
}

static void finish_holds(struct su_batch *batch)
{
	for (size_t i = 0; i < batch->jobs.len; i++)
		su_hold_finish(&batch->jobs.at[i]->commit.hold);
}

/* The threads run again: from what was seen while they did not. */
static void count_activations(struct su_batch *batch)
{
	for (size_t i = 0; i < batch->jobs.len; i++) {
		struct su_job *job = batch->jobs.at[i];

		if (job->report->outcome != SU_OUTCOME_DONE)
			continue;
		job->report->activations_carried = count_carried(&job->driven.ready);
		job->report->activations_pending = su_ready_count_waiting(&job->driven.ready);
	}
}

/* All threads are stopped and ready. */
static struct su_err *commit_stopped(struct su_batch *batch)
{
	struct su_update_report *report = batch->report;
	double start = su_clock_us();
	struct su_err *err = commit_all(batch);

	if (err) {
		let_run(batch);
		finish_holds(batch);
		return err;
	}
	err = drop_all(batch);
	double committed = su_clock_us();
	release_all(batch);
	finish_holds(batch);
	report->commit_us = committed - start;
	report->resume_us = su_clock_us() - committed;
	count_activations(batch);
	return err;
}

/* ---- rounds ---- */

static struct su_err *finish_drive(struct su_batch *batch)
{
	struct su_err *first = NULL;

	for (size_t i = 0; i < batch->jobs.len; i++) {
		struct su_job *job = batch->jobs.at[i];

		if (!job->prepared || !su_batch_is_active(job))
			continue;
		struct su_err *err = su_drive_finish(&job->driven);
		if (err && !passes(batch, job, err) && !first)
			first = su_batch_blame(batch, job, err);
	}
	return first;
}

struct obstacle_list {
	SU_VEC(struct su_obstacle) of;
};

static void list_obstacles(const struct su_job *job, struct obstacle_list *ret)
{
	const struct su_ready *ready = &job->driven.ready;
	struct su_obstacle obstacle = { .pid = job->report->pid };

	if (!job->prepared) {
		su_vec_push(&ret->of, obstacle);
		return;
	}
	obstacle.kind = SU_OBSTACLE_THREAD;
	for (size_t i = 0; i < ready->session->threads.len && i < ready->threads.len; i++) {
		obstacle.tid = ready->session->threads.at[i].tid;
		obstacle.verdict = ready->threads.at[i].verdict;
		obstacle.where = ready->threads.at[i].where;
		if (obstacle.verdict < SU_VERDICT_READY)
			su_vec_push(&ret->of, obstacle);
	}
	if (!su_ready_all(ready))
		return;
	if (job->suspended != SU_SUSPENDED_NONE)
		su_vec_push(&ret->of, (struct su_obstacle){ .kind = SU_OBSTACLE_SUSPENDED,
							    .pid = obstacle.pid,
							    .suspended = job->suspended,
							    .where = job->suspended_at });
	else if (job->held.held != SU_HELD_NONE)
		su_vec_push(&ret->of, (struct su_obstacle){ .kind = SU_OBSTACLE_HELD,
							    .pid = obstacle.pid,
							    .tid = job->held.tid,
							    .held = job->held,
							    .where = job->held.point });
}

/* Keeps in mind what is in the way, of the round in which all have just been judged. */
static void note_obstacles(struct su_batch *batch)
{
	struct obstacle_list list = { 0 };
	/* Jobs are only added, and what has left does not come back. */
	size_t population = batch->jobs.len;

	for (size_t i = 0; i < batch->jobs.len; i++) {
		if (su_batch_is_active(batch->jobs.at[i]))
			list_obstacles(batch->jobs.at[i], &list);
		else
			population++;
	}
	su_obstacles_note(&batch->obstacles, population, list.of.at, list.of.len);
	su_vec_deinit(&list.of);
}

static struct su_job *job_of(const struct su_batch *batch, pid_t pid)
{
	for (size_t i = 0; i < batch->jobs.len; i++)
		if (batch->jobs.at[i]->report->pid == pid && su_batch_is_active(batch->jobs.at[i]))
			return batch->jobs.at[i];
	return NULL;
}

/* Says of each process what is in its way; what was met most is the error of all. */
static struct su_err *busy(struct su_batch *batch)
{
	const struct su_obstacles *obstacles = &batch->obstacles;
	struct su_err *first = NULL;

	for (size_t i = 0; i < obstacles->nearest.len; i++) {
		const struct su_obstacle *obstacle = &obstacles->nearest.at[i];
		struct su_job *job = job_of(batch, obstacle->pid);

		if (!job || job->report->err)
			continue;
		if (batch->operation->commits && job->prepared)
			su_report_obstacles(job->report, job->plan, obstacles->nearest.at,
					    obstacles->nearest.len);
		struct su_err *err =
			su_batch_blame(batch, job, su_report_busy(job->plan, obstacle));
		if (first)
			su_err_destroy(err);
		else
			first = err;
	}
	return first;
}

/* The deadline has passed, with all threads stopped: they go on. */
static struct su_err *give_up(struct su_batch *batch)
{
	struct su_err *err = finish_drive(batch);

	let_run(batch);
	if (!err)
		err = busy(batch);
	return err ? err
		   : su_err_new(SU_E_BUSY, "processes of the old version do not cease to appear");
}

/* The deadline has passed, and in the last round somebody did not stop in time. That may have been
 * an accident. */
static struct su_err *lasting(struct su_batch *batch, struct su_err *unstopped)
{
	struct su_err *err = NULL;

	if (batch->unstopped <= batch->obstacles.rounds)
		err = busy(batch);
	if (!err)
		return unstopped;
	su_err_destroy(unstopped);
	return err;
}

/* After an error, with all threads running. */
static struct su_err *leave(struct su_batch *batch, struct su_err *why)
{
	struct su_err *err = finish_drive(batch);

	if (!err)
		return why;
	su_err_destroy(why);
	return err;
}

/* Between two stops: whoever is new is prepared. */
static struct su_err *prepare_new(struct su_batch *batch, bool search)
{
	bool any = search;

	while (any)
		SU_TRY(su_batch_search(batch, &any));
	return su_batch_prepare(batch);
}

/* Nothing is said to the user while threads stand still. */
static bool is_holding(const struct su_batch *batch)
{
	for (size_t i = 0; i < batch->group.sessions.len; i++)
		if (batch->group.sessions.at[i]->held_at > 0)
			return true;
	return false;
}

static double first_limit(const struct su_batch *batch)
{
	double limit = FIRST_STOP;

	for (size_t i = 0; i < batch->group.sessions.len; i++)
		limit += FOR_EACH * (double)batch->group.sessions.at[i]->threads.len;
	return limit < LONGEST_STOP ? limit : LONGEST_STOP;
}

static double next_limit(double limit)
{
	return 2 * limit < LONGEST_STOP ? 2 * limit : LONGEST_STOP;
}

struct su_err *su_batch_commit(struct su_batch *batch)
{
	double limit = first_limit(batch);

	for (;; limit = next_limit(limit)) {
		bool all = false, anyone_new = false;
		double stopped = 0;
		struct su_err *err = stop_and_judge(batch, limit, true, &all, &stopped);
		bool late = su_clock_us() >= batch->deadline;

		if (err && su_err_code(err) != SU_E_BUSY)
			return leave(batch, err);
		batch->unstopped += err != NULL;
		if (err && late)
			return leave(batch, lasting(batch, err));
		double judged = su_clock_us();
		batch->report->ready_us = judged - stopped;
		if (!err && all)
			anyone_new = su_batch_anyone_new(batch);
		if (!err && all && !anyone_new) {
			err = finish_drive(batch);
			batch->report->search_us = su_clock_us() - judged;
			if (!err)
				return commit_stopped(batch);
			let_run(batch);
			return err;
		}
		if (!err)
			note_obstacles(batch);
		if (!err && late)
			return give_up(batch);
		if (err)
			su_group_pump(&batch->group, batch->drive.delay + 2 * limit);
		else if (all)
			let_run(batch);
		else
			su_drive_run(&batch->drive, batch->deadline);
		su_err_destroy(err);
		err = prepare_new(batch, anyone_new);
		if (err)
			return leave(batch, err);
		if (!is_holding(batch))
			su_batch_progress(batch, "waiting for threads to come to a checkpoint");
	}
}

struct su_err *su_batch_try(struct su_batch *batch)
{
	bool all = false;
	double stopped;

	SU_TRY(stop_and_judge(batch, LONGEST_STOP, false, &all, &stopped));
	batch->report->ready_us = su_clock_us() - stopped;
	let_run(batch);
	note_obstacles(batch);
	for (size_t i = 0; i < batch->jobs.len; i++) {
		struct su_job *job = batch->jobs.at[i];

		if (!job->prepared || !su_batch_is_active(job))
			continue;
		su_report_threads(job->report, &job->driven.ready);
		if (is_ready(job))
			job->report->outcome = SU_OUTCOME_DONE;
	}
	count_activations(batch);
	return busy(batch);
}
