/*
 * Applying an upgrade patch to a running process, and taking it back: see update.h.
 *
 * Each operation is a list of passes over one job (job.h).  Up to the seizing nothing of the target
 * is touched; up to the commit nothing in it points at what was staged.
 */
#include "update/update.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "update/imports.h"
#include "update/job.h"
#include "update/recover.h"
#include "update/stage.h"

static bool holds_patch(const struct su_job *job, const struct su_registry *registry)
{
	if (registry->patch_size != job->patch->size)
		return false;
	SU_FREE uint8_t *bytes = su_alloc(registry->patch_size + 1);
	return su_memory_try(&job->session->memory, registry->base + registry->patch_off, bytes,
			     registry->patch_size) == registry->patch_size &&
	       !memcmp(bytes, job->patch->bytes, registry->patch_size);
}

/* Whether the patch may be applied on what the process carries. job->registry becomes the
 * reverted mapping of the same patch, if there is one (base 0: none). */
static struct su_err *require_applicable(struct su_job *job)
{
	char old_id[129], new_id[129];

	memset(&job->registry, 0, sizeof(job->registry));
	for (size_t i = 0; i < job->registries.list.len; i++) {
		const struct su_registry *registry = &job->registries.list.at[i];

		if (registry->state == SU_REGISTRY_REVERTED && holds_patch(job, registry))
			job->registry = *registry;
		if (registry->state != SU_REGISTRY_APPLIED)
			continue;
		if (holds_patch(job, registry))
			return su_err_new(SU_E_STATE, "the patch is applied to process %d already",
					  job->session->pid);
		su_hex(registry->old_build_id, registry->old_build_id_size, old_id);
		su_hex(registry->new_build_id, registry->new_build_id_size, new_id);
		return su_err_new(SU_E_STATE,
				  "process %d has been updated from %.16s to %.16s: another patch "
				  "cannot be applied on top of that yet, revert it first",
				  job->session->pid, old_id, new_id);
	}
	return NULL;
}

/* Place, hazards and contents of the patch, as for a commit forward. */
static struct su_err *plan_forward(struct su_job *job)
{
	uint64_t base = job->registry.base;
	SU_FREE uint64_t *imports = su_alloc((job->patch->import_count + 1) * sizeof(*imports));

	if (!base)
		SU_TRY(su_stage_find_place(&job->maps, &job->image, su_stage_size(job->patch),
					   &base));
	SU_TRY(su_job_plan(job, SU_FORWARD, base));
	SU_TRY(su_imports_resolve(&job->session->memory, &job->maps, job->patch, imports));
	SU_TRY(su_plan_link(&job->plan, imports, &job->linked));
	return su_plan_spans(&job->plan, job->linked, job->image_code);
}

static struct su_err *look_and_verify(struct su_job *job)
{
	SU_TRY(require_applicable(job));
	SU_TRY(su_locate_image(&job->session->memory, &job->maps, job->patch, &job->image));
	return su_job_verify(job, false);
}

/* Mappings that an updater left behind which died before its commit. */
static struct su_err *remove_leftovers(struct su_job *job)
{
	for (size_t i = 0; i < job->registries.list.len; i++) {
		const struct su_registry *registry = &job->registries.list.at[i];

		if (registry->state == SU_REGISTRY_STAGED)
			SU_TRY(su_stage_unmap(job->session, &job->maps, registry->base,
					      registry->size));
	}
	return NULL;
}

static struct su_err *stage(struct su_job *job)
{
	bool fresh = !job->registry.base;
	uint64_t base = job->plan.patch_base;

	if (!fresh) {
		SU_TRY(su_stage_reset_data(&job->session->memory, &job->plan, job->linked));
		return su_plan_runs(&job->plan, &job->session->memory, false);
	}
	SU_TRY(su_stage_map(job->session, &job->maps, job->patch, base));
	/* From here on there is something to take away again. */
	job->registry.base = base;
	job->registry.size = su_stage_size(job->patch);
	job->registry.state = SU_REGISTRY_STAGED;
	SU_TRY(su_stage_fill(&job->session->memory, &job->plan, job->linked, &job->registry));
	return su_plan_runs(&job->plan, &job->session->memory, true);
}

static struct su_err *unstage(struct su_job *job, struct su_err *why)
{
	if (job->registry.state != SU_REGISTRY_STAGED || su_err_code(why) == SU_E_DAMAGED ||
	    su_session_is_gone(job->session))
		return why;
	struct su_err *err =
		su_stage_unmap(job->session, &job->maps, job->registry.base, job->registry.size);
	if (err)
		su_err_destroy(err); /* unused memory: the next apply takes it away */
	return why;
}

static struct su_err *apply(struct su_job *job)
{
	SU_TRY(su_recover_require_whole(job));
	SU_TRY(look_and_verify(job));
	su_job_progress(job, "seizing threads");
	SU_TRY(su_session_seize(job->session));
	/* Nobody else can update the process now: look again. */
	SU_TRY(su_job_look(job));
	SU_TRY(su_recover_require_whole(job));
	SU_TRY(look_and_verify(job));
	SU_TRY(remove_leftovers(job));
	SU_TRY(su_job_look(job));
	SU_TRY(plan_forward(job));
	su_job_progress(job, "staging");
	double start = su_clock_us();
	struct su_err *err = stage(job);
	job->report->stage_us = su_clock_us() - start;
	job->report->patch_bytes_mapped = su_stage_size(job->patch);
	if (!err) {
		su_job_progress(job, "stopping threads");
		err = su_job_commit(job, SU_REGISTRY_APPLIED);
	}
	return err ? unstage(job, err) : NULL;
}

struct su_err *su_update_apply(const struct su_patch *patch, pid_t pid,
			       const struct su_update_options *options,
			       struct su_update_report *ret)
{
	struct su_job job;
	struct su_err *err = su_job_open(&job, pid, options, ret);

	job.patch = patch;
	if (!err)
		err = apply(&job);
	su_job_close(&job);
	return err;
}

static struct su_err *check(struct su_job *job)
{
	SU_TRY(look_and_verify(job));
	SU_TRY(plan_forward(job));
	SU_TRY(su_session_seize(job->session));
	return su_job_try(job);
}

struct su_err *su_update_check(const struct su_patch *patch, pid_t pid,
			       const struct su_update_options *options,
			       struct su_update_report *ret)
{
	struct su_job job;
	struct su_err *err = su_job_open(&job, pid, options, ret);

	job.patch = patch;
	if (!err)
		err = check(&job);
	su_job_close(&job);
	return err;
}

/* ---- revert ---- */

/* The newest update that is in force. */
static struct su_err *find_newest(struct su_job *job)
{
	for (size_t i = job->registries.list.len; i-- > 0;) {
		const struct su_registry *registry = &job->registries.list.at[i];

		if (registry->state == SU_REGISTRY_APPLIED) {
			job->registry = *registry;
			return NULL;
		}
	}
	return su_err_new(SU_E_STATE, "process %d carries no update to revert", job->session->pid);
}

/* Nobody else can update the process now: is it still as it was found? */
static struct su_err *require_newest(struct su_job *job)
{
	const struct su_registry found = job->registry;

	SU_TRY(su_job_look(job));
	SU_TRY(su_recover_require_whole(job));
	SU_TRY(find_newest(job));
	if (memcmp(&found, &job->registry, sizeof(found)))
		return su_err_new(SU_E_STATE, "process %d has just been updated by someone else",
				  job->session->pid);
	return NULL;
}

static struct su_err *revert(struct su_job *job)
{
	SU_TRY(su_recover_require_whole(job));
	SU_TRY(find_newest(job));
	SU_TRY(su_registry_read_patch(&job->session->memory, &job->registry, &job->held_patch));
	job->patch = job->held_patch;
	SU_TRY(su_locate_image(&job->session->memory, &job->maps, job->patch, &job->image));
	if (job->image.base != job->registry.image_base)
		return su_err_new(SU_E_MISMATCH, "the image has moved since it was updated");
	SU_TRY(su_job_verify(job, true));
	SU_TRY(su_session_seize(job->session));
	SU_TRY(require_newest(job));
	SU_TRY(su_job_plan(job, SU_REVERSE, job->registry.base));
	SU_TRY(su_plan_link(&job->plan, NULL, &job->linked));
	SU_TRY(su_plan_spans(&job->plan, job->linked, job->image_code));
	SU_TRY(su_plan_runs(&job->plan, &job->session->memory, false));
	job->report->patch_bytes_mapped = job->registry.size;
	return su_job_commit(job, SU_REGISTRY_REVERTED);
}

struct su_err *su_update_revert(pid_t pid, const struct su_update_options *options,
				struct su_update_report *ret)
{
	struct su_job job;
	struct su_err *err = su_job_open(&job, pid, options, ret);

	if (!err)
		err = revert(&job);
	su_job_close(&job);
	return err;
}
