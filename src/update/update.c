/*
 * Applying an upgrade patch to running processes, and taking it back: see update.h.
 *
 * What is done with several processes is in batch.c; here is what each operation does with one.  Up
 * to the seizing nothing of it is touched; up to the commit nothing in it points at what was
 * staged.
 */
#include "update/update.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "update/batch.h"
#include "update/commit/recover.h"
#include "update/plan/bind_imports.h"
#include "update/plan/entries.h"
#include "update/plan/stage.h"

static bool holds_patch(const struct su_memory *memory, const struct su_registry *registry,
			const struct su_patch *patch)
{
	if (registry->patch_size != patch->size)
		return false;
	SU_FREE uint8_t *bytes = NULL;
	struct su_err *err = su_registry_read_file(memory, registry, &bytes);
	bool holds = !err && !memcmp(bytes, patch->bytes, registry->patch_size);
	su_err_destroy(err);
	return holds;
}

static bool is_applied(const struct su_memory *memory, const struct su_registries *registries,
		       const struct su_patch *patch)
{
	for (size_t i = 0; i < registries->list.len; i++)
		if (registries->list.at[i].state == SU_REGISTRY_APPLIED &&
		    holds_patch(memory, &registries->list.at[i], patch))
			return true;
	return false;
}

/* ---- apply ---- */

/* The mapping that the patch was reverted in, on the same version of the same image: it is used
 * again. Base 0: there is none. */
static void find_own_mapping(struct su_job *job)
{
	memset(&job->registry, 0, sizeof(job->registry));
	for (size_t i = 0; i < job->registries.list.len; i++) {
		const struct su_registry *registry = &job->registries.list.at[i];

		if (registry->state == SU_REGISTRY_REVERTED && registry->below == job->below &&
		    registry->image_base == job->image.base &&
		    holds_patch(&job->session->memory, registry, job->patch))
			job->registry = *registry;
	}
}

/* The patch is for a version that the process does not run: because of the patch itself? */
static struct su_err *not_applicable(const struct su_job *job, struct su_err *why)
{
	if (!is_applied(&job->session->memory, &job->registries, job->patch))
		return why;
	su_err_destroy(why);
	return su_err_new(SU_E_STATE, "the patch is applied to process %d already",
			  job->session->pid);
}

/* Place, hazards and contents of the patch, as for a commit forward. */
static struct su_err *plan_forward(struct su_job *job)
{
	uint64_t base = job->registry.base;
	SU_FREE uint64_t *imports = su_alloc((job->patch->import_count + 1) * sizeof(*imports));

	if (!base)
		SU_TRY(su_stage_find_place(&job->maps, &job->image, &job->registries,
					   su_stage_size(job->patch, job->packed), &base));
	SU_TRY(su_job_plan(job, SU_FORWARD, base));
	SU_TRY(su_imports_resolve(&job->session->memory, &job->maps, job->image.base, job->patch,
				  imports));
	SU_TRY(su_entries_check(&job->session->memory, &job->plan->sites, SU_SPACE_IMAGE));
	SU_TRY(su_sites_link(&job->plan->sites, imports, &job->linked));
	return su_plan_spans(job->plan, job->linked, &job->originals);
}

static struct su_err *look_and_verify(struct su_job *job)
{
	struct su_err *err = su_locate_image(&job->session->memory, &job->maps, &job->registries,
					     job->patch, &job->image, &job->below);

	if (err)
		return not_applicable(job, err);
	find_own_mapping(job);
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
	uint64_t base = job->plan->patch_base;

	job->registry.below = job->below;
	if (!fresh) {
		SU_TRY(su_stage_reset_data(&job->session->memory, job->plan, job->linked));
		return su_plan_runs(job->plan, &job->session->memory, false);
	}
	SU_TRY(su_stage_map(job->session, &job->maps, job->patch, job->packed, base));
	/* From here on there is something to take away again. */
	job->registry.base = base;
	job->registry.size = su_stage_size(job->patch, job->packed);
	job->registry.state = SU_REGISTRY_STAGED;
	SU_TRY(su_stage_fill(&job->session->memory, job->plan, job->linked, job->packed,
			     &job->registry));
	return su_plan_runs(job->plan, &job->session->memory, true);
}

/* Does the process run the patch's old version? */
static bool runs_old_version(const struct su_sight *sight, const struct su_patch *patch)
{
	struct su_object image;
	uint64_t below;
	struct su_err *err = su_locate_image(&sight->memory, &sight->maps, &sight->registries,
					     patch, &image, &below);
	/* Mapped more than once, or the like: to be refused, not to be passed over. */
	bool runs = !err || su_err_code(err) != SU_E_MISMATCH;

	su_err_destroy(err);
	return runs;
}

static struct su_err *look_to_apply(struct su_job *job)
{
	SU_TRY(su_recover_require_whole(job));
	return look_and_verify(job);
}

static struct su_err *prepare_to_apply(struct su_job *job)
{
	double start = su_clock_us();

	/* Nobody else can update the process now: look again. */
	SU_TRY(su_job_look(job));
	SU_TRY(look_to_apply(job));
	SU_TRY(remove_leftovers(job));
	SU_TRY(su_job_look(job));
	SU_TRY(plan_forward(job));
	SU_TRY(stage(job));
	job->report->stage_us = su_clock_us() - start;
	job->report->stage_stop_us = job->session->longest_stop;
	job->report->patch_bytes_mapped = su_stage_size(job->patch, job->packed);
	return NULL;
}

/* The same mappings at [low, high)? */
static bool same_mappings(const struct su_maps *maps, const struct su_maps *others, uint64_t low,
			  uint64_t high)
{
	uint64_t at = low;

	while (at < high) {
		const struct su_mapping *one = su_maps_at(maps, at);
		const struct su_mapping *other = su_maps_at(others, at);

		if (!one || !other || one->readable != other->readable ||
		    one->writable != other->writable || one->executable != other->executable)
			return false;
		at = one->end < other->end ? one->end : other->end;
	}
	return true;
}

/* The fork may have come before the last write of the staging, so all is written again. */
static struct su_err *inherit_staged(struct su_job *job, bool *ret)
{
	const struct su_memory *memory = &job->session->memory;
	struct su_maps maps = { 0 };

	job->report->patch_bytes_mapped = su_stage_size(job->patch, job->packed);
	SU_TRY(su_maps_read(&maps, job->parent->session->pid));
	*ret = same_mappings(&job->maps, &maps, job->registry.base,
			     job->registry.base + job->registry.size);
	su_maps_deinit(&maps);
	if (!*ret)
		return NULL;
	if (job->registry.state != SU_REGISTRY_STAGED)
		return su_stage_reset_data(memory, job->plan, job->linked);
	return su_stage_fill(memory, job->plan, job->linked, job->packed, &job->registry);
}

static struct su_err *abandon_staged(struct su_job *job)
{
	SU_TRY(su_job_look(job));
	return remove_leftovers(job);
}

struct su_err *su_update_apply(const struct su_patch *patch,
			       const struct su_update_targets *targets,
			       const struct su_update_options *options,
			       struct su_update_report *ret)
{
	static const struct su_operation apply = {
		.commits = true,
		.after = SU_REGISTRY_APPLIED,
		.qualifies = runs_old_version,
		.look = look_to_apply,
		.prepare = prepare_to_apply,
		.inherit = inherit_staged,
		.abandon = abandon_staged,
		.nobody = "no process runs the version that the patch is for",
	};

	return su_batch_run(&apply, patch, targets, options, ret);
}

/* ---- check ---- */

static struct su_err *prepare_to_check(struct su_job *job)
{
	SU_TRY(look_and_verify(job));
	return plan_forward(job);
}

static struct su_err *inherit_plan(struct su_job *job, bool *ret)
{
	job->report->patch_bytes_mapped = job->parent->report->patch_bytes_mapped;
	*ret = true;
	return NULL;
}

static struct su_err *leave_alone(struct su_job *job)
{
	(void)job;
	return NULL;
}

struct su_err *su_update_check(const struct su_patch *patch,
			       const struct su_update_targets *targets,
			       const struct su_update_options *options,
			       struct su_update_report *ret)
{
	static const struct su_operation check = {
		.qualifies = runs_old_version,
		.look = look_and_verify,
		.prepare = prepare_to_check,
		.inherit = inherit_plan,
		.abandon = leave_alone,
		.nobody = "no process runs the version that the patch is for",
	};

	return su_batch_run(&check, patch, targets, options, ret);
}

/* ---- revert ---- */

/* The newest update in force, or NULL. */
static const struct su_registry *newest(const struct su_registries *registries)
{
	for (size_t i = registries->list.len; i-- > 0;)
		if (registries->list.at[i].state == SU_REGISTRY_APPLIED)
			return &registries->list.at[i];
	return NULL;
}

/* Is there something to revert, or to refuse? */
static bool carries_update(const struct su_sight *sight, const struct su_patch *patch)
{
	for (size_t i = 0; i < sight->registries.list.len; i++) {
		const struct su_registry *cut_off = &sight->registries.list.at[i];

		if ((cut_off->state == SU_REGISTRY_COMMITTING || cut_off->held) &&
		    (!patch || holds_patch(&sight->memory, cut_off, patch)))
			return true;
	}
	if (!patch)
		return newest(&sight->registries) != NULL;
	return is_applied(&sight->memory, &sight->registries, patch);
}

static struct su_err *find_newest(struct su_job *job)
{
	const struct su_registry *registry = newest(&job->registries);

	if (!registry)
		return su_err_new(SU_E_STATE, "process %d carries no update to revert",
				  job->session->pid);
	job->registry = *registry;
	return NULL;
}

/* Without a patch only one kind of update is taken back at a time, unless processes were named. */
static struct su_err *require_alike(const struct su_batch *batch)
{
	const struct su_registry *first = NULL;

	if (batch->patch || (!batch->search.targets->all && !batch->search.targets->tree_count))
		return NULL;
	for (size_t i = 0; i < batch->jobs.len; i++) {
		const struct su_job *job = batch->jobs.at[i];
		const struct su_registry *registry = &job->registry;

		if (!su_batch_is_active(job))
			continue;
		if (!first)
			first = registry;
		if (memcmp(first->old_build_id, registry->old_build_id,
			   sizeof(first->old_build_id)) ||
		    memcmp(first->new_build_id, registry->new_build_id,
			   sizeof(first->new_build_id)))
			return su_err_new(
				SU_E_STATE,
				"there are different updates in force, of %s and of %s: give the patch that is to be reverted",
				first->image_name, registry->image_name);
	}
	return NULL;
}

/* Updates are taken back in the opposite order: later ones were built on the earlier. */
static struct su_err *not_newest(const struct su_job *job)
{
	const struct su_registry *registry = &job->registry;
	char old_id[129], new_id[129];

	su_hex(registry->old_build_id, registry->old_build_id_size, old_id);
	su_hex(registry->new_build_id, registry->new_build_id_size, new_id);
	if (is_applied(&job->session->memory, &job->registries, job->patch))
		return su_err_new(SU_E_STATE,
				  "the update of %s from %.12s to %.12s was applied to process %d "
				  "on top of that of the patch: revert it first",
				  registry->image_name, old_id, new_id, job->session->pid);
	return su_err_new(
		SU_E_STATE,
		"the newest update of process %d, of %s from %.12s to %.12s, is not that of the patch",
		job->session->pid, registry->image_name, old_id, new_id);
}

static struct su_err *look_to_revert(struct su_job *job)
{
	SU_TRY(su_recover_require_whole(job));
	SU_TRY(find_newest(job));
	if (job->patch && !holds_patch(&job->session->memory, &job->registry, job->patch))
		return not_newest(job);
	return NULL;
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

/* The addresses that were found when the patch was applied. */
static struct su_err *adopt_imports(struct su_job *job)
{
	const struct su_patch *patch = job->patch;

	for (size_t i = 0; i < patch->import_count; i++)
		SU_TRY(su_memory_read(&job->session->memory,
				      job->registry.base + patch->imports[i].slot,
				      job->linked + patch->imports[i].slot, 8));
	return NULL;
}

static struct su_err *prepare_to_revert(struct su_job *job)
{
	const struct su_generation *newest;

	/* A process that was forked from a member is looked at for the first time. */
	if (job->registry.base)
		SU_TRY(require_newest(job));
	else
		SU_TRY(look_to_revert(job));
	SU_TRY(su_job_generation(job, job->registry.base, &newest));
	job->patch = newest->patch;
	job->below = job->registry.below;
	SU_TRY(su_locate_base(&job->session->memory, &job->maps, job->registry.image_base,
			      &job->image));
	SU_TRY(su_job_verify(job, true));
	SU_TRY(su_job_plan(job, SU_REVERSE, job->registry.base));
	SU_TRY(su_entries_check(&job->session->memory, &job->plan->sites, SU_SPACE_PATCH));
	SU_TRY(su_sites_link(&job->plan->sites, NULL, &job->linked));
	SU_TRY(adopt_imports(job));
	SU_TRY(su_plan_spans(job->plan, job->linked, &job->originals));
	SU_TRY(su_plan_runs(job->plan, &job->session->memory, false));
	job->report->patch_bytes_mapped = job->registry.size;
	job->registry.was_reverted = 1;
	return NULL;
}

struct su_err *su_update_revert(const struct su_patch *patch,
				const struct su_update_targets *targets,
				const struct su_update_options *options,
				struct su_update_report *ret)
{
	static const struct su_operation revert = {
		.commits = true,
		.after = SU_REGISTRY_REVERTED,
		.qualifies = carries_update,
		.look = look_to_revert,
		.agree = require_alike,
		.prepare = prepare_to_revert,
		.inherit = inherit_plan,
		.abandon = leave_alone,
		.nobody = "no process carries an update to revert",
	};

	return su_batch_run(&revert, patch, targets, options, ret);
}
