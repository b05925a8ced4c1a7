/* Finding, seizing and preparing the processes of an update: see gather.h. */
#include "update/gather.h"

#include <stddef.h>

#include "base/reason.h"
#include "process/quiet.h"

#define OUTDATED 100e3 /* microseconds after which a search is made again */

/* ---- finding ---- */

static struct su_err *resolve_conditions(struct su_batch *batch, const struct su_job *job)
{
	const struct su_running running = {
		.pid = job->session->pid,
		.maps = &job->carried.maps,
		.image = &job->image,
		.is_updated = job->below != 0,
		.head = job->patch ? job->patch->head : NULL,
	};

	return su_conditions_resolve(&batch->conditions, &running);
}

static struct su_err *open_and_look(struct su_batch *batch, struct su_job *job, pid_t pid)
{
	SU_TRY(su_permit_process(batch->request.permit, pid));
	SU_TRY(su_permit_count(batch->request.permit, batch->members.len));
	SU_TRY(su_job_open(job, &batch->group, pid));
	SU_TRY(batch->request.operation->look(job));
	return resolve_conditions(batch, job);
}

static struct su_err *admit_process(struct su_batch *batch, pid_t pid)
{
	double start = su_clock_us();
	bool named = su_seek_is_named(&batch->search, pid), wanted = named;

	if (!named) {
		struct su_err *unknown = su_batch_ask(batch, pid, &wanted);
		if (unknown)
			return su_batch_accuse(batch, pid, unknown);
	}
	if (!wanted)
		return NULL;
	struct su_member *member = su_batch_add(batch, pid);
	struct su_err *err = open_and_look(batch, &member->job, pid);
	member->report.look_us = su_clock_us() - start;
	if (err && named)
		return su_batch_convict(batch, member, err);
	return su_batch_blame(batch, member, err);
}

static struct su_err *seize_member(struct su_batch *batch, struct su_member *member)
{
	struct su_session *session = member->job.session;

	if (member->left || session->seized)
		return NULL;
	double start = su_clock_us();
	struct su_err *err = su_session_seize(session);
	member->report.look_us += su_clock_us() - start;
	return su_batch_blame(batch, member, err);
}

static struct su_err *gather_next(struct su_batch *batch, bool *ret_any)
{
	const struct su_operation *operation = batch->request.operation;
	struct su_tids tids = { 0 };
	size_t before = batch->members.len;
	struct su_err *err = su_seek_next(&batch->search, &batch->group, &tids);

	for (size_t i = 0; i < tids.list.len && !err; i++) {
		err = su_quiet_is_interrupted() ? su_refuse(SU_WHY_ENDED_BY_SIGNAL)
						: admit_process(batch, tids.list.at[i]);
	}
	su_vec_deinit(&tids.list);
	if (!err && operation->agree)
		err = operation->agree(batch);
	for (size_t i = before; i < batch->members.len && !err; i++)
		err = seize_member(batch, batch->members.at[i]);
	*ret_any = batch->members.len > before;
	return err;
}

/* One that has executed a program may have done so with the old version, and is to be found anew. */
static size_t count_left(const struct su_batch *batch)
{
	size_t count = 0;

	for (size_t i = 0; i < batch->members.len; i++)
		count += batch->members.at[i]->left != NULL;
	return count;
}

struct su_err *su_gather_all(struct su_batch *batch)
{
	double start = su_clock_us();
	bool any = true;

	while (any)
		SU_TRY(gather_next(batch, &any));
	batch->searched_at = su_clock_us();
	batch->report->public.find_us += batch->searched_at - start;
	batch->had_left = count_left(batch);
	return NULL;
}

bool su_gather_is_due(const struct su_batch *batch)
{
	return su_batch_searches(batch) && (su_clock_us() > batch->searched_at + OUTDATED ||
					    count_left(batch) != batch->had_left);
}

/* ---- preparing ---- */

static void set_notes(struct su_session *session, uint64_t registry)
{
	session->mask_note = registry + offsetof(struct su_registry, mask_note);
	session->trap_note = registry + offsetof(struct su_registry, trap_note);
}

/* It has its place in the process, and its threads may be judged and moved on. */
static void set_prepared(struct su_member *member)
{
	const struct su_registry *registry = &member->job.registry;

	if (registry->base)
		set_notes(member->job.session, registry->base);
	member->prepared = true;
}

/* A child of vfork() that was born before the parent was seized goes its way in a moment. Later
 * ones are seen by the group. */
static struct su_err *wait_for_sharers(struct su_batch *batch, pid_t pid)
{
	pid_t sharer;

	for (double delay = 500;; delay *= 1.5) {
		SU_TRY(su_sharers_find(&batch->sharers, &batch->group, pid, &sharer));
		if (!sharer)
			return NULL;
		su_sharers_forget(&batch->sharers);
		if (su_quiet_is_interrupted())
			return su_refuse(SU_WHY_ENDED_BY_SIGNAL);
		if (su_clock_us() + delay > batch->deadline || !batch->request.operation->commits)
			return su_group_sharing_error(pid, sharer);
		su_group_pump(&batch->group, delay);
	}
}

static struct su_err *make_plan(struct su_batch *batch, struct su_member *member)
{
	SU_TRY(wait_for_sharers(batch, member->report.pid));
	return batch->request.operation->prepare(member);
}

static struct su_err *prepare_member(struct su_batch *batch, struct su_member *member)
{
	struct su_job *job = &member->job;
	struct su_ready *ready = &member->driven.ready;
	double start = su_clock_us();
	struct su_err *err = make_plan(batch, member);

	if (err)
		return su_batch_blame(batch, member, err);
	su_conditions_guard(&batch->conditions, job->plan);
	member->scans_memory =
		su_suspended_possible(job->plan, &batch->importers, &job->session->memory,
				      &job->carried.maps, batch->request.options->scan_memory);
	su_ready_init(ready, job->session, job->plan, job->unwinder);
	su_trap_guard_init(&member->driven.guard, job->session, &ready->maps);
	set_prepared(member);
	member->report.stage_us = su_clock_us() - start;
	return NULL;
}

struct su_err *su_gather_prepare(struct su_batch *batch)
{
	su_sharers_forget(&batch->sharers);
	for (struct su_member *member = NULL; (member = su_batch_next(batch, member));) {
		su_group_pump(&batch->group, 0);
		su_batch_look_who_left(batch);
		if (!member->prepared && su_batch_is_active(member))
			SU_TRY(prepare_member(batch, member));
	}
	return NULL;
}

/* ---- children ---- */

static struct su_member *member_of(const struct su_batch *batch, const struct su_session *session)
{
	for (size_t i = 0; i < batch->members.len && session; i++)
		if (batch->members.at[i]->job.session == session)
			return batch->members.at[i];
	return NULL;
}

/* The handler of the parent, if it was set before the fork, is to be taken back in the child. */
static void inherit_guard(struct su_trap_guard *guard, const struct su_trap_guard *parent)
{
	*guard = *parent;
	guard->tried = guard->safe = false;
}

static struct su_err *inherit_plan_of(struct su_batch *batch, struct su_member *member,
				      const struct su_member *parent)
{
	bool whole = false;

	if (!parent || !parent->prepared)
		return NULL;
	su_job_share_plan(&member->job, &parent->job);
	SU_TRY(batch->request.operation->inherit(member, parent, &whole));
	if (!whole)
		return NULL;
	member->scans_memory = parent->scans_memory;
	su_ready_init_like(&member->driven.ready, member->job.session, &parent->driven.ready);
	inherit_guard(&member->driven.guard, &parent->driven.guard);
	set_prepared(member);
	return NULL;
}

static struct su_err *join_child(struct su_batch *batch, struct su_session *session)
{
	const struct su_member *parent = member_of(batch, session->parent);
	struct su_member *member = su_batch_add(batch, session->pid);
	struct su_err *err = su_job_adopt(&member->job, session);

	member->report.joined = true;
	if (!err)
		err = inherit_plan_of(batch, member, parent);
	return su_batch_blame(batch, member, err);
}

struct su_err *su_gather_children(struct su_batch *batch)
{
	for (size_t i = 0; i < batch->group.sessions.len; i++) {
		struct su_session *session = batch->group.sessions.at[i];

		if (!session->seized || su_session_has_left(session) || session->shares_memory ||
		    member_of(batch, session))
			continue;
		if (batch->until > 0 && su_clock_us() > batch->until)
			return su_refuse(SU_WHY_MEMBERS_APPEAR);
		SU_TRY(join_child(batch, session));
	}
	return NULL;
}
