/* Writing the update: see commit.h. */
#include "update/commit/commit.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/reason.h"
#include "update/plan/entries.h"

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

		if (!memcmp(run->check, after ? run->after : run->before, run->size))
			continue;
		if (after)
			return su_err_new(SU_E_IO,
					  "the code at %#lx does not keep what was written",
					  (unsigned long)run->addr);
		return su_refuse(SU_WHY_CODE_RACE, (unsigned long)run->addr);
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

		/* What could not be written need not be, and cannot be, put back. */
		SU_TRY(su_memory_read(memory, run->addr, run->check, run->size));
		if (memcmp(run->check, run->before, run->size))
			SU_TRY(su_memory_write(memory, run->addr, run->before, run->size));
	}
	return check_runs(plan, memory, false);
}

struct su_err *su_commit_begin(struct su_commit *commit)
{
	struct su_registry *registry = commit->registry;

	SU_TRY(check_runs(commit->plan, &commit->session->memory, false));
	/* Written first: a roll-back before the first code is written changes nothing. */
	commit->registry_before = *registry;
	registry->before = registry->state;
	registry->update = commit->update;
	registry->state = SU_REGISTRY_COMMITTING;
	registry->direction = commit->plan->direction;
	registry->held = su_hold_is_needed(commit->session);
	commit->begun = true;
	SU_TRY(write_registry(&commit->session->memory, registry));
	return su_hold_take(commit->session, &commit->hold);
}

struct su_err *su_commit_write(struct su_commit *commit)
{
	const struct su_memory *memory = &commit->session->memory;

	SU_TRY(write_runs(commit->plan, memory, &commit->tried));
	return su_entries_check_after(memory, commit->plan);
}

struct su_err *su_commit_seal(struct su_commit *commit)
{
	commit->registry->state = commit->after;
	commit->registry->since = time(NULL);
	commit->registry->order = commit->order;
	return write_registry(&commit->session->memory, commit->registry);
}

struct su_err *su_commit_drop(struct su_commit *commit)
{
	SU_TRY(su_hold_drop(&commit->hold));
	commit->registry->held = 0;
	return write_registry(&commit->session->memory, commit->registry);
}

static struct su_err *undo_commit(struct su_commit *commit)
{
	SU_TRY(undo_runs(commit->plan, &commit->session->memory, commit->tried));
	commit->registry_before.held = commit->registry->held;
	*commit->registry = commit->registry_before;
	return write_registry(&commit->session->memory, commit->registry);
}

struct su_err *su_commit_undo(struct su_commit *commit)
{
	pid_t pid = commit->session->pid;

	if (!commit->begun)
		return NULL;
	commit->begun = false;
	struct su_err *err = undo_commit(commit);
	if (!err)
		err = su_commit_drop(commit);
	if (!err)
		return NULL;
	struct su_err *damaged = su_refuse(SU_WHY_LEFT_STOPPED, pid, pid, su_err_message(err));
	su_err_destroy(err);
	return damaged;
}
