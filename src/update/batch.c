/* Who belongs to an update: see batch.h. */
#include "update/batch.h"

#include <time.h>

#include "base/alloc.h"

#define DYING 20 /* milliseconds that a killed process may take */

void su_batch_progress(const struct su_batch *batch, const char *what)
{
	const struct strongupdate_options *options = batch->request.options;

	if (options->progress)
		options->progress(options->progress_ctx, what);
}

/* ---- members ---- */

struct su_member *su_batch_add(struct su_batch *batch, pid_t pid)
{
	struct su_member *member = su_alloc(sizeof(*member));

	su_report_begin(batch->report, pid, &member->report);
	member->job.patch = batch->request.patch;
	member->job.packed = batch->request.packed;
	member->job.permit = batch->request.permit;
	member->job.tables = &batch->tables;
	member->index = batch->members.len;
	su_vec_push(&batch->members, member);
	return member;
}

bool su_batch_is_active(const struct su_member *member)
{
	return member->job.session && !member->left && !member->damaged &&
	       !su_session_has_left(member->job.session);
}

struct su_member *su_batch_next(const struct su_batch *batch, const struct su_member *member)
{
	for (size_t i = member ? member->index + 1 : 0; i < batch->members.len; i++)
		if (su_batch_is_active(batch->members.at[i]))
			return batch->members.at[i];
	return NULL;
}

struct su_member *su_batch_previous(const struct su_batch *batch, const struct su_member *member)
{
	for (size_t i = member ? member->index : batch->members.len; i-- > 0;)
		if (su_batch_is_active(batch->members.at[i]))
			return batch->members.at[i];
	return NULL;
}

void su_batch_let_run(struct su_batch *batch)
{
	for (size_t i = 0; i < batch->group.sessions.len; i++)
		su_session_let_go(batch->group.sessions.at[i]);
	su_group_resume(&batch->group);
}

/* ---- leaving ---- */

static bool is_wanted(const void *ctx, const struct su_sight *sight)
{
	const struct su_request *request = ctx;

	return request->operation->qualifies(sight, request->patch);
}

struct su_err *su_batch_ask(struct su_batch *batch, pid_t pid, bool *ret)
{
	bool wanted = false;
	struct su_err *err = su_sight_ask(pid, is_wanted, &batch->request, &wanted);

	/* One that the policy leaves out is not meant. */
	struct su_err *denied = wanted ? su_permit_process(batch->request.permit, pid) : NULL;
	wanted = wanted && !denied;
	su_err_destroy(denied);
	if (!wanted)
		su_seek_pass_over(&batch->search, pid);
	if (!err) {
		*ret = wanted;
		return NULL;
	}
	/* A kernel thread has no memory that might matter. */
	bool gone =
		su_err_code(err) == SU_E_GONE || !su_proc_status_number(pid, pid, "VmSize", 10, 0);
	if (!gone && su_err_code(err) != SU_E_PERMISSION)
		return err;
	batch->report->public.unreadable += !gone;
	su_err_destroy(err);
	*ret = false;
	return NULL;
}

struct su_err *su_batch_accuse(struct su_batch *batch, pid_t pid, struct su_err *err)
{
	struct strongupdate_process process = { 0 };

	su_report_begin(batch->report, pid, &process);
	su_report_blame(&process, err);
	su_report_add(batch->report, &process);
	return err;
}

bool su_batch_searches(const struct su_batch *batch)
{
	return batch->request.targets->all || batch->request.targets->tree_count;
}

void su_batch_look_who_left(struct su_batch *batch)
{
	for (size_t i = 0; i < batch->members.len; i++) {
		struct su_member *member = batch->members.at[i];
		const struct su_session *session = member->job.session;

		if (session && session->seized && !member->left)
			member->left = su_session_has_left(session);
	}
}

/* It was looked for, and is not wanted any more. */
static bool has_changed(struct su_batch *batch, pid_t pid)
{
	bool wanted = true;

	if (!su_seek_is_named(&batch->search, pid))
		su_err_destroy(su_batch_ask(batch, pid, &wanted));
	return !wanted;
}

static void find_out_whether_left(struct su_batch *batch, struct su_member *member)
{
	pid_t pid = member->report.pid;

	su_group_pump(&batch->group, 0);
	su_batch_look_who_left(batch);
	if (member->left)
		return;
	if (!su_proc_living_task(pid))
		member->left = "exited";
	else if (has_changed(batch, pid))
		member->left = "executed another program";
}

bool su_batch_has_left(struct su_batch *batch, struct su_member *member)
{
	const struct timespec span = { 0, 1000000 };

	find_out_whether_left(batch, member);
	for (int i = 0; i < DYING && !member->left; i++) {
		nanosleep(&span, NULL);
		find_out_whether_left(batch, member);
	}
	return member->left;
}

/* ---- errors ---- */

static bool is_only_one(const struct su_batch *batch)
{
	const struct strongupdate_targets *targets = batch->request.targets;

	return !targets->all && !targets->tree_count && targets->pid_count == 1 &&
	       batch->members.len == 1;
}

struct su_err *su_batch_convict(const struct su_batch *batch, struct su_member *member,
				struct su_err *err)
{
	member->damaged |= su_err_code(err) == SU_E_DAMAGED;
	su_report_blame(&member->report, err);
	return is_only_one(batch) ? err : su_err_context(err, "process %d", member->report.pid);
}

struct su_err *su_batch_blame(struct su_batch *batch, struct su_member *member, struct su_err *err)
{
	if (!err)
		return NULL;
	if (!su_batch_has_left(batch, member))
		return su_batch_convict(batch, member, err);
	su_err_destroy(err);
	return NULL;
}
