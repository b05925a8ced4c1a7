/* The rounds of an update: see rounds.h. */
#include "update/rounds.h"

#include "base/reason.h"
#include "process/catch.h"
#include "process/quiet.h"
#include "update/gather.h"
#include "update/ready/conversion.h"
#include "update/transaction.h"

#define FIRST_STOP 20e3 /* microseconds that an attempt to stop all may take; doubles */
#define FOR_EACH 50.0	/* and more for each thread */
#define LONGEST_STOP 500e3
#define LEAST_JUDGING 2e6 /* that may be taken for a look also at the deadline */

/* ---- judging ---- */

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
static bool search_memory(struct su_member *member)
{
	struct su_ready *ready = &member->driven.ready;

	member->suspended = SU_SUSPENDED_NONE;
	member->held.held = SU_HELD_NONE;
	if (member->scans_memory)
		member->suspended = su_suspended_find(ready, &member->suspended_at);
	if (member->suspended == SU_SUSPENDED_NONE && su_held_possible(ready))
		member->held = su_held_find(ready);
	return member->suspended == SU_SUSPENDED_NONE && member->held.held == SU_HELD_NONE;
}

/* An address that is held on a stack is dead when the thread has come back to whom it will be carried
 * over with: it is driven there. */
static struct su_err *send_home(struct su_driven *driven, const struct su_held_report *held)
{
	struct su_ready_thread *thread = &driven->ready.threads.at[held->index];

	if (held->held != SU_HELD_FOUND || !held->home.addr)
		return NULL;
	thread->verdict = SU_VERDICT_KEEPS;
	thread->home = held->home;
	return su_drive_step(driven);
}

static struct su_err *judge_member(struct su_member *member, bool step, bool *ret_ready)
{
	double start = su_clock_us();

	member->held.held = SU_HELD_NONE;
	su_catch_clear(member->job.session);
	SU_TRY(su_session_registers(member->job.session));
	SU_TRY(judge_threads(&member->driven, step, ret_ready));
	if (!*ret_ready)
		return NULL;
	SU_TRY(su_moved_check(&member->driven.ready));
	*ret_ready = search_memory(member);
	member->report.ready_us = su_clock_us() - start;
	return step ? send_home(&member->driven, &member->held) : NULL;
}

/* As judged last. */
static bool is_ready(const struct su_member *member)
{
	return su_ready_all(&member->driven.ready) && member->suspended == SU_SUSPENDED_NONE &&
	       member->held.held == SU_HELD_NONE;
}

/* Of one process as one of the batch. Someone died while we looked: the next round does without
 * him. */
static struct su_err *blame_the_living(struct su_batch *batch, struct su_member *member,
				       struct su_err *err)
{
	if (err && !su_batch_has_left(batch, member) && su_err_code(err) != SU_E_GONE)
		return su_batch_convict(batch, member, err);
	su_err_destroy(err);
	return NULL;
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
	for (struct su_member *member = NULL; (member = su_batch_next(batch, member));) {
		bool ready = false;

		member->report.thread_count = count_threads(member->job.session);
		*ret_all &= member->prepared;
		if (!member->prepared)
			continue;
		member->driven.ready.until = batch->until;
		struct su_err *err = judge_member(member, step, &ready);
		*ret_all &= ready;
		if (err)
			SU_TRY(blame_the_living(batch, member, err));
		else
			su_vec_push(&batch->drive.processes, &member->driven);
	}
	return NULL;
}

/* ---- stopping ---- */

static struct su_err *require_someone(const struct su_batch *batch)
{
	if (su_batch_next(batch, NULL))
		return NULL;
	if (batch->members.len > 1)
		return su_err_new(SU_E_GONE, "all processes of the update have exited");
	const struct su_member *member = batch->members.at[0];
	return su_err_new(SU_E_GONE, "process %d has %s", member->report.pid,
			  member->left ? member->left : su_session_has_left(member->job.session));
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

/* What a stop has found. With an error all run again. */
struct round {
	struct su_err *err;
	bool all_ready;
	double judged_at;
};

static struct su_err *judge_stopped(struct su_batch *batch, bool step, bool *ret_all)
{
	su_batch_look_who_left(batch);
	SU_TRY(require_someone(batch));
	SU_TRY(su_gather_children(batch));
	return judge_all(batch, step, ret_all);
}

/* Whoever wants us to end is heeded up to the commit. */
static struct su_err *require_calm(void)
{
	return su_quiet_is_interrupted() ? su_refuse(SU_WHY_ENDED_BY_SIGNAL) : NULL;
}

/* Stops all threads of all processes and judges them, with steps where wanted. */
static struct round play_round(struct su_batch *batch, double limit, bool step)
{
	struct strongupdate_report *report = &batch->report->public;
	double start = su_clock_us();
	struct round round = { .err = require_calm() };

	if (round.err)
		return round;
	round.err = su_group_stop(&batch->group, start + limit);
	double stopped = su_clock_us();

	report->rounds++;
	batch->drive.slowness = stopped - start;
	if (round.err)
		return round;
	report->stop_us = stopped - first_stopped_at(batch, stopped);
	batch->until = stopped + LEAST_JUDGING > batch->deadline ? stopped + LEAST_JUDGING
								 : batch->deadline;
	round.err = judge_stopped(batch, step, &round.all_ready);
	round.judged_at = su_clock_us();
	report->ready_us = round.judged_at - stopped;
	if (!round.err)
		round.err = require_calm();
	if (round.err)
		su_batch_let_run(batch);
	return round;
}

static struct su_err *finish_drive(struct su_batch *batch)
{
	struct su_err *first = NULL;

	for (struct su_member *member = NULL; (member = su_batch_next(batch, member));) {
		if (!member->prepared)
			continue;
		struct su_err *err = su_drive_finish(&member->driven);
		if (first)
			su_err_destroy(err);
		else
			first = blame_the_living(batch, member, err);
	}
	return first;
}

/* ---- what is in the way ---- */

struct obstacle_list {
	SU_VEC(struct su_obstacle) of;
};

static void list_threads(const struct su_member *member, struct obstacle_list *ret)
{
	const struct su_ready *ready = &member->driven.ready;

	for (size_t i = 0; i < ready->session->threads.len && i < ready->threads.len; i++)
		if (ready->threads.at[i].verdict < SU_VERDICT_READY)
			su_vec_push(&ret->of,
				    (struct su_obstacle){ .kind = SU_OBSTACLE_THREAD,
							  .pid = member->report.pid,
							  .tid = ready->session->threads.at[i].tid,
							  .verdict = ready->threads.at[i].verdict,
							  .where = ready->threads.at[i].where });
}

static void list_obstacles(const struct su_member *member, struct obstacle_list *ret)
{
	const pid_t pid = member->report.pid;

	if (!member->prepared)
		su_vec_push(&ret->of, (struct su_obstacle){ .pid = pid });
	else if (member->held.held != SU_HELD_NONE)
		su_vec_push(&ret->of, (struct su_obstacle){ .kind = SU_OBSTACLE_HELD,
							    .pid = pid,
							    .tid = member->held.tid,
							    .held = member->held,
							    .where = member->held.point });
	else if (!su_ready_all(&member->driven.ready))
		list_threads(member, ret);
	else if (member->suspended != SU_SUSPENDED_NONE)
		su_vec_push(&ret->of, (struct su_obstacle){ .kind = SU_OBSTACLE_SUSPENDED,
							    .pid = pid,
							    .suspended = member->suspended,
							    .where = member->suspended_at });
}

/* Keeps in mind what is in the way, of the round in which all have just been judged. */
static void note_obstacles(struct su_batch *batch)
{
	struct obstacle_list list = { 0 };
	size_t active = 0;

	for (struct su_member *member = NULL; (member = su_batch_next(batch, member)); active++)
		list_obstacles(member, &list);
	/* Members are only added, and what has left does not come back. */
	su_obstacles_note(&batch->obstacles, 2 * batch->members.len - active, list.of.at,
			  list.of.len);
	su_vec_deinit(&list.of);
}

static struct su_member *member_of(const struct su_batch *batch, pid_t pid)
{
	struct su_member *member = NULL;

	while ((member = su_batch_next(batch, member)) && member->report.pid != pid)
		;
	return member;
}

/* Says of each process what is in its way; what was met most is the error of all. */
static struct su_err *blame_obstacles(struct su_batch *batch)
{
	const struct su_obstacles *obstacles = &batch->obstacles;
	struct su_err *first = NULL;

	for (size_t i = 0; i < obstacles->nearest.len; i++) {
		const struct su_obstacle *obstacle = &obstacles->nearest.at[i];
		struct su_member *member = member_of(batch, obstacle->pid);

		if (!member || member->report.error)
			continue;
		const struct su_plan *plan = member->job.plan;
		if (batch->request.operation->commits && member->prepared)
			su_report_obstacles(batch->report, &member->report, plan,
					    obstacles->nearest.at, obstacles->nearest.len);
		struct su_err *err =
			su_batch_convict(batch, member, su_report_busy(plan, obstacle));
		if (first)
			su_err_destroy(err);
		else
			first = err;
	}
	return first;
}

/* ---- ends ---- */

static struct su_err *commit_stopped(struct su_batch *batch, const struct round *round)
{
	struct su_err *err = finish_drive(batch);

	batch->report->public.search_us = su_clock_us() - round->judged_at;
	if (!err)
		return su_transaction_make(batch);
	su_batch_let_run(batch);
	return err;
}

/* The deadline has passed, with all threads stopped: they go on. */
static struct su_err *give_up(struct su_batch *batch)
{
	struct su_err *err = finish_drive(batch);

	su_batch_let_run(batch);
	if (!err)
		err = blame_obstacles(batch);
	return err ? err : su_refuse(SU_WHY_MEMBERS_APPEAR);
}

/* After an error, with all threads running. */
static struct su_err *fail_running(struct su_batch *batch, struct su_err *why)
{
	struct su_err *err = finish_drive(batch);

	if (!err)
		return why;
	su_err_destroy(why);
	return err;
}

/* Of one process it is known who did not stop. */
static struct su_err *convict_only_one(struct su_batch *batch, struct su_err *unstopped)
{
	struct su_member *member = su_batch_next(batch, NULL);

	if (!member || su_batch_next(batch, member))
		return unstopped;
	return su_batch_convict(batch, member, unstopped);
}

/* The deadline has passed, and in the last round somebody did not stop in time. That may have been
 * an accident: then what was in the way before is told. */
static struct su_err *fail_unstopped(struct su_batch *batch, struct su_err *unstopped)
{
	struct su_err *err = NULL;

	if (batch->unstopped <= batch->obstacles.rounds)
		err = blame_obstacles(batch);
	if (!err)
		return fail_running(batch, convict_only_one(batch, unstopped));
	su_err_destroy(unstopped);
	return fail_running(batch, err);
}

/* ---- rounds ---- */

/* What is done after a round. */
enum decision {
	DECIDE_COMMIT,	  /* all are ready */
	DECIDE_DRIVE,	  /* some are not ready: they are brought on */
	DECIDE_WAIT,	  /* somebody did not stop in time, and all run again */
	DECIDE_GIVE_UP,	  /* the deadline has passed, with all stopped */
	DECIDE_UNSTOPPED, /* the deadline has passed, and somebody did not stop */
	DECIDE_FAIL,	  /* an error, and all run again */
};

static enum decision decide_on_round(struct su_batch *batch, const struct round *round)
{
	bool late = su_clock_us() >= batch->deadline;

	if (round->err && su_err_code(round->err) != SU_E_BUSY)
		return DECIDE_FAIL;
	if (round->err) {
		batch->unstopped++;
		return late ? DECIDE_UNSTOPPED : DECIDE_WAIT;
	}
	if (round->all_ready)
		return DECIDE_COMMIT;
	note_obstacles(batch);
	return late ? DECIDE_GIVE_UP : DECIDE_DRIVE;
}

/* Between two stops: whoever is new is prepared. */
static struct su_err *prepare_new(struct su_batch *batch)
{
	if (su_gather_is_due(batch))
		SU_TRY(su_gather_all(batch));
	return su_gather_prepare(batch);
}

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

struct su_err *su_rounds_commit(struct su_batch *batch)
{
	for (double limit = first_limit(batch);; limit = next_limit(limit)) {
		struct round round = play_round(batch, limit, true);

		switch (decide_on_round(batch, &round)) {
		case DECIDE_COMMIT:
			return commit_stopped(batch, &round);
		case DECIDE_GIVE_UP:
			return give_up(batch);
		case DECIDE_UNSTOPPED:
			return fail_unstopped(batch, round.err);
		case DECIDE_FAIL:
			return fail_running(batch, round.err);
		case DECIDE_DRIVE:
			su_drive_run(&batch->drive, batch->deadline);
			break;
		case DECIDE_WAIT:
			su_err_destroy(round.err);
			su_group_pump(&batch->group, batch->drive.delay + 2 * limit);
			break;
		}
		struct su_err *err = prepare_new(batch);
		if (err)
			return fail_running(batch, err);
		/* Nothing is said to the user while threads stand still. */
		if (!is_holding(batch))
			su_batch_progress(batch, "waiting for threads to come to a checkpoint");
	}
}

struct su_err *su_rounds_try(struct su_batch *batch)
{
	struct round round = play_round(batch, LONGEST_STOP, false);

	if (round.err)
		return round.err;
	su_batch_let_run(batch);
	note_obstacles(batch);
	for (struct su_member *member = NULL; (member = su_batch_next(batch, member));) {
		if (!member->prepared)
			continue;
		su_report_threads(batch->report, &member->report, &member->driven.ready);
		if (is_ready(member))
			member->report.outcome = STRONGUPDATE_UPDATED;
	}
	su_transaction_count(batch);
	return blame_obstacles(batch);
}
