/* Writing the update: see commit.h. */
#include "update/commit.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"

static struct su_err *write_registry(const struct su_memory *memory,
				     const struct su_registry *registry)
{
	struct su_registry check;

	SU_TRY(su_memory_write(memory, registry->base, registry, sizeof(*registry)));
	SU_TRY(su_memory_read(memory, registry->base, &check, sizeof(check)));
	if (memcmp(&check, registry, sizeof(check)))
		return su_err_new(SU_E_IO, "the update registry cannot be written");
	return NULL;
}

/* Reads all runs and compares them with what they must hold. */
static struct su_err *check_runs(const struct su_plan *plan, const struct su_memory *memory,
				 bool after)
{
	SU_TRY(su_memory_read_pieces(memory, plan->checks.at, plan->checks.len));
	for (size_t i = 0; i < plan->runs.len; i++) {
		const struct su_run *run = &plan->runs.at[i];

		if (memcmp(run->check, after ? run->after : run->before, run->size))
			return su_err_new(after ? SU_E_IO : SU_E_MISMATCH, "the code at %#lx %s",
					  (unsigned long)run->addr,
					  after ? "does not keep what was written"
						: "has changed since it was verified");
	}
	return NULL;
}

static struct su_err *write_runs(const struct su_plan *plan, const struct su_memory *memory,
				 size_t *ret_tried)
{
	for (size_t i = 0; i < plan->runs.len; i++) {
		const struct su_run *run = &plan->runs.at[i];

		*ret_tried = i + 1;
		SU_TRY(su_memory_write(memory, run->addr, run->after, run->size));
	}
	return check_runs(plan, memory, true);
}

static struct su_err *undo_runs(const struct su_plan *plan, const struct su_memory *memory,
				size_t tried)
{
	while (tried-- > 0) {
		const struct su_run *run = &plan->runs.at[tried];

		SU_TRY(su_memory_write(memory, run->addr, run->before, run->size));
	}
	return check_runs(plan, memory, false);
}

static struct su_err *damaged(struct su_err *why, pid_t pid)
{
	struct su_err *err = su_err_new(
		SU_E_DAMAGED,
		"process %d is left stopped by an update: run 'strongupdate recover %d' (%s)", pid,
		pid, su_err_message(why));

	su_err_destroy(why);
	return err;
}

/* Lets go of the handle, and says so in the registry. */
static struct su_err *drop(struct su_session *session, struct su_registry *registry,
			   struct su_hold *hold)
{
	SU_TRY(su_hold_drop(hold));
	registry->held = 0;
	return write_registry(&session->memory, registry);
}

static struct su_err *undo(struct su_session *session, const struct su_plan *plan,
			   struct su_registry *registry, size_t tried, struct su_hold *hold,
			   struct su_err *why)
{
	struct su_err *err = undo_runs(plan, &session->memory, tried);

	if (!err) {
		registry->state = registry->before;
		err = write_registry(&session->memory, registry);
	}
	if (err) {
		su_err_destroy(why);
		return damaged(err, session->pid);
	}
	err = drop(session, registry, hold);
	if (err && !su_session_is_gone(session)) {
		su_err_destroy(why);
		return damaged(err, session->pid);
	}
	su_err_destroy(err);
	return why;
}

struct su_err *su_commit(struct su_session *session, struct su_plan *plan,
			 struct su_registry *registry, enum su_registry_state after,
			 struct su_hold *hold)
{
	size_t tried = 0;

	SU_TRY(check_runs(plan, &session->memory, false));
	/* Written first: a roll-back before the first code is written changes nothing. */
	registry->before = registry->state;
	registry->state = SU_REGISTRY_COMMITTING;
	registry->direction = plan->direction;
	registry->held = su_hold_is_needed(session);
	struct su_err *err = write_registry(&session->memory, registry);
	if (!err)
		err = su_hold_take(session, hold);
	if (!err)
		err = write_runs(plan, &session->memory, &tried);
	if (err)
		return undo(session, plan, registry, tried, hold, err);
	/* From here on the process is in the new version. */
	registry->state = after;
	registry->since = time(NULL);
	err = write_registry(&session->memory, registry);
	if (err)
		return undo(session, plan, registry, tried, hold, err);
	err = drop(session, registry, hold);
	if (!err)
		return NULL;
	if (!su_session_is_gone(session))
		return damaged(err, session->pid);
	su_err_destroy(err);
	return su_err_new(SU_E_GONE, "process %d exited while it was updated", session->pid);
}
