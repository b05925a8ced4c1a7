/* The commit of all processes of an update: see transaction.h. */
#include "update/transaction.h"

#include "base/reason.h"
#include "process/worker.h"
#include "update/ready/conversion.h"

static struct su_err *make_step(struct su_member *member,
				struct su_err *(*step)(struct su_commit *))
{
	double start = su_clock_us();
	struct su_err *err = step(&member->commit);

	member->report.commit_us += su_clock_us() - start;
	return err;
}

/* One pass over all processes. One that was killed is not missed. */
static struct su_err *make_pass(struct su_batch *batch, struct su_err *(*step)(struct su_commit *))
{
	for (struct su_member *member = NULL; (member = su_batch_next(batch, member));)
		SU_TRY(su_batch_blame(batch, member, make_step(member, step)));
	return NULL;
}

static void begin_all(struct su_batch *batch)
{
	for (struct su_member *member = NULL; (member = su_batch_next(batch, member));)
		member->commit = (struct su_commit){
			.session = member->job.session,
			.plan = member->job.plan,
			.registry = &member->job.registry,
			.after = batch->request.operation->after,
			.order = su_registry_next_order(&member->job.carried.registries),
			.update = batch->number,
		};
}

/* The graver one of two errors, which takes both. */
static struct su_err *graver_of(struct su_err *err, struct su_err *other)
{
	if (su_err_code(err) == SU_E_DAMAGED) {
		su_err_destroy(other);
		return err;
	}
	su_err_destroy(err);
	return other;
}

static struct su_err *undo_member(struct su_batch *batch, struct su_member *member)
{
	struct su_err *err = su_commit_undo(&member->commit);

	if (!err)
		return NULL;
	err = su_batch_blame(batch, member, err);
	/* It stays stopped, and out of our hands. */
	if (err)
		su_session_release(member->job.session);
	return err;
}

/* Takes back what was committed, last process first. What cannot be taken back is told instead of
 * the reason. */
static struct su_err *undo_all(struct su_batch *batch, struct su_err *why)
{
	for (struct su_member *member = NULL; (member = su_batch_previous(batch, member));) {
		struct su_err *err = undo_member(batch, member);

		if (err)
			why = graver_of(why, err);
	}
	return why;
}

/* The places are nobody's yet: there is nothing to undo. */
static struct su_err *convert_all(struct su_batch *batch)
{
	for (struct su_member *member = NULL; (member = su_batch_next(batch, member));)
		SU_TRY(su_batch_blame(batch, member, su_moved_convert(&member->driven.ready)));
	return NULL;
}

static struct su_err *commit_all(struct su_batch *batch)
{
	begin_all(batch);
	struct su_err *err = convert_all(batch);
	if (!err)
		err = make_pass(batch, su_commit_begin);
	if (!err)
		err = make_pass(batch, su_commit_write);
	if (!err)
		err = make_pass(batch, su_commit_seal);
	return err ? undo_all(batch, err) : NULL;
}

/* All are in the new version. */
static struct su_err *drop_all(struct su_batch *batch)
{
	struct su_err *first = NULL;

	for (struct su_member *member = NULL; (member = su_batch_next(batch, member));) {
		pid_t pid = member->report.pid;
		struct su_err *err = make_step(member, su_commit_drop);

		if (err && !su_batch_has_left(batch, member) && !first)
			first = su_refuse(SU_WHY_MAY_BE_STOPPED, pid, pid, su_err_message(err));
		su_err_destroy(err);
	}
	return first;
}

static void release_all(struct su_batch *batch)
{
	for (struct su_member *member = NULL; (member = su_batch_next(batch, member));) {
		member->report.outcome = STRONGUPDATE_UPDATED;
		member->report.mapped_at = member->job.registry.base;
		su_session_release(member->job.session);
	}
}

static void finish_holds(struct su_batch *batch)
{
	for (size_t i = 0; i < batch->members.len; i++)
		su_hold_finish(&batch->members.at[i]->commit.hold);
}

static uint64_t count_carried(const struct su_ready *ready)
{
	uint64_t count = 0;

	for (size_t i = 0; i < ready->session->threads.len; i++)
		count += ready->threads.at[i].verdict == SU_VERDICT_READY &&
			 ready->threads.at[i].at_checkpoint;
	return count;
}

void su_transaction_count(struct su_batch *batch)
{
	for (size_t i = 0; i < batch->members.len; i++) {
		struct su_member *member = batch->members.at[i];

		if (member->report.outcome != STRONGUPDATE_UPDATED)
			continue;
		member->report.activations_carried = count_carried(&member->driven.ready);
		member->report.activations_pending = su_ready_count_waiting(&member->driven.ready);
	}
}

struct su_err *su_transaction_make(struct su_batch *batch)
{
	struct strongupdate_report *report = &batch->report->public;
	double start = su_clock_us();

	su_worker_commits();
	struct su_err *err = commit_all(batch);

	if (err) {
		su_batch_let_run(batch);
		finish_holds(batch);
		return err;
	}
	err = drop_all(batch);
	double committed = su_clock_us();
	release_all(batch);
	finish_holds(batch);
	report->commit_us = committed - start;
	report->resume_us = su_clock_us() - committed;
	su_transaction_count(batch);
	return err;
}
