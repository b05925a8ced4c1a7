/* Which updates a process carries: see status.h. */
#include "update/status.h"

#include <stdlib.h>

#include "base/reason.h"
#include "process/trap.h"
#include "update/job.h"
#include "update/ready/ready.h"
#include "update/search.h"

#define PATIENCE 10e6 /* microseconds, for threads that are slow to stop */

static const char *hex_text(struct su_arena *arena, const uint8_t *bytes, size_t size)
{
	char *text = su_arena_alloc(arena, 2 * size + 1);

	su_hex(bytes, size, text);
	return text;
}

static struct strongupdate_entry *add_entry(struct su_status *status,
					    const struct su_registry *registry)
{
	static const char *const states[] = {
		[SU_REGISTRY_STAGED] = "unused",
		[SU_REGISTRY_COMMITTING] = "half-done",
		[SU_REGISTRY_APPLIED] = "applied",
		[SU_REGISTRY_REVERTED] = "reverted",
	};
	struct strongupdate_entry *entry = su_vec_add(&status->entries);

	*entry = (struct strongupdate_entry){
		.state = states[registry->state],
		.image_name = su_arena_strdup(status->arena, registry->image_name),
		.old_build_id = hex_text(status->arena, registry->old_build_id,
					 registry->old_build_id_size),
		.new_build_id = hex_text(status->arena, registry->new_build_id,
					 registry->new_build_id_size),
		.mapped_at = registry->base,
		.bytes_mapped = registry->size,
		.since = registry->since,
	};
	status->public.entries = status->entries.at;
	status->public.entry_count = status->entries.len;
	return entry;
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

static struct su_err *look_for_handler(struct su_job *job, struct su_status *status)
{
	bool left = false;

	SU_TRY(su_session_stop_gently(job->session, su_clock_us() + PATIENCE));
	struct su_err *err = su_trap_guard_left(job->session, &job->carried.maps, false, &left);
	su_session_resume(job->session);
	status->public.has_leavings |= left;
	return err;
}

static struct su_err *list_update(struct su_job *job, const struct su_registry *registry,
				  struct su_status *status)
{
	struct strongupdate_entry *entry = add_entry(status, registry);
	bool staged = registry->state == SU_REGISTRY_STAGED;

	status->public.needs_recovery |= su_registry_is_cut_off(registry);
	status->public.has_leavings |= staged || registry->mask_note.tid;
	if (staged || registry->state == SU_REGISTRY_COMMITTING)
		return NULL;
	return count_waiting(job, registry, &entry->activations_pending);
}

static struct su_err *list_updates(struct su_job *job, struct su_status *status)
{
	const struct su_registries *registries = &job->carried.registries;
	size_t count = registries->list.len;

	if (!count)
		return NULL;
	SU_TRY(su_session_seize(job->session));
	SU_TRY(su_job_look(job));
	if (count != registries->list.len)
		return su_refuse(SU_WHY_BEING_UPDATED, status->public.pid);
	for (size_t i = 0; i < count; i++)
		SU_TRY(list_update(job, &registries->list.at[i], status));
	return look_for_handler(job, status);
}

struct su_err *su_status_list(const struct strongupdate_targets *targets, pid_t **ret,
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

struct su_err *su_status_create(pid_t pid, struct su_status **ret)
{
	struct su_status *status = su_alloc(sizeof(*status));
	struct su_job job = { 0 };
	char name[17];

	status->arena = su_arena_create();
	struct su_err *err = su_job_open(&job, NULL, pid);
	if (!err) {
		su_proc_comm(pid, pid, name);
		status->public.pid = pid;
		status->public.command = su_arena_strdup(status->arena, name);
		err = list_updates(&job, status);
	}
	su_job_close(&job);
	if (err)
		su_status_destroy(status);
	else
		*ret = status;
	return err;
}

void su_status_destroy(struct su_status *status)
{
	if (!status)
		return;
	su_vec_deinit(&status->entries);
	su_arena_destroy(status->arena);
	free(status);
}
