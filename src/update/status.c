/* Which updates a process carries: see update.h. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "process/trap.h"
#include "update/job.h"
#include "update/search.h"
#include "update/update.h"

#define PATIENCE 10e6 /* microseconds, for threads that are slow to stop */

static void describe(const struct su_registry *registry, struct su_update_entry *entry)
{
	static const enum su_update_state states[] = {
		[SU_REGISTRY_STAGED] = SU_STATE_UNUSED,
		[SU_REGISTRY_COMMITTING] = SU_STATE_HALF_DONE,
		[SU_REGISTRY_APPLIED] = SU_STATE_APPLIED,
		[SU_REGISTRY_REVERTED] = SU_STATE_REVERTED,
	};

	entry->state = states[registry->state];
	su_hex(registry->old_build_id, registry->old_build_id_size, entry->old_build_id);
	su_hex(registry->new_build_id, registry->new_build_id_size, entry->new_build_id);
	entry->image_name = su_strdup(registry->image_name);
	entry->mapped_at = registry->base;
	entry->bytes_mapped = registry->size;
	entry->since = registry->since;
}

/* Stops all threads for a look at their stacks. Nobody is in anybody's way here. */
static struct su_err *count_waiting(struct su_job *job, const struct su_registry *registry,
				    uint64_t *ret)
{
	enum su_direction direction =
		registry->state == SU_REGISTRY_APPLIED ? SU_FORWARD : SU_REVERSE;
	const struct su_generation *generation;
	struct su_ready ready;
	bool all;

	SU_TRY(su_job_generation(job, registry->base, &generation));
	job->patch = generation->patch;
	job->below = registry->below;
	job->image.base = registry->image_base;
	SU_TRY(su_job_plan_own(job, direction, registry->base));
	su_ready_init(&ready, job->session, job->plan, job->unwinder);
	struct su_err *err = su_session_stop_gently(job->session, su_clock_us() + PATIENCE);
	if (!err) {
		err = su_session_registers(job->session);
		if (!err)
			err = su_ready_scan(&ready, &all);
		su_session_resume(job->session);
	}
	if (!err)
		*ret = su_ready_count_waiting(&ready);
	su_ready_deinit(&ready);
	return err;
}

static struct su_err *look_for_handler(struct su_job *job, struct su_update_status *ret)
{
	bool left = false;

	SU_TRY(su_session_stop_gently(job->session, su_clock_us() + PATIENCE));
	struct su_err *err = su_trap_guard_left(job->session, &job->maps, false, &left);
	su_session_resume(job->session);
	ret->has_leavings |= left;
	return err;
}

static struct su_err *list(struct su_job *job, struct su_update_status *ret)
{
	size_t count = job->registries.list.len;

	if (!count)
		return NULL;
	ret->entries = su_alloc(count * sizeof(*ret->entries));
	SU_TRY(su_session_seize(job->session));
	SU_TRY(su_job_look(job));
	if (count != job->registries.list.len)
		return su_err_new(SU_E_BUSY, "process %d is being updated", ret->pid);
	for (size_t i = 0; i < count; i++) {
		const struct su_registry *registry = &job->registries.list.at[i];

		struct su_update_entry *entry = &ret->entries[ret->entry_count++];
		describe(registry, entry);
		ret->needs_recovery |= registry->held || registry->state == SU_REGISTRY_COMMITTING;
		ret->has_leavings |=
			registry->state == SU_REGISTRY_STAGED || registry->mask_note.tid;
		if (registry->state != SU_REGISTRY_COMMITTING &&
		    registry->state != SU_REGISTRY_STAGED)
			SU_TRY(count_waiting(job, registry, &entry->activations_pending));
	}
	return look_for_handler(job, ret);
}

struct su_err *su_update_list(const struct su_update_targets *targets, pid_t **ret,
			      size_t *ret_count)
{
	const struct su_group nobody = { 0 };
	struct su_tids tids = { 0 };
	struct su_search search;
	struct su_err *err = su_search_init(&search, targets);

	if (!err)
		err = su_search_next(&search, &nobody, &tids);
	su_search_deinit(&search);
	if (err) {
		su_vec_deinit(&tids.list);
		return err;
	}
	*ret = tids.list.at;
	*ret_count = tids.list.len;
	return NULL;
}

struct su_err *su_update_status(pid_t pid, struct su_update_status *ret)
{
	struct su_update_status status = { .pid = pid };
	struct su_job job;
	char name[17];
	struct su_err *err = su_job_open(&job, NULL, pid);

	if (!err) {
		su_proc_comm(pid, pid, name);
		status.command = su_strdup(name);
		err = list(&job, &status);
	}
	su_job_close(&job);
	if (err)
		su_update_status_deinit(&status);
	else
		*ret = status;
	return err;
}

void su_update_status_deinit(struct su_update_status *status)
{
	for (size_t i = 0; i < status->entry_count; i++)
		free(status->entries[i].image_name);
	free(status->entries);
	free(status->command);
	memset(status, 0, sizeof(*status));
}
