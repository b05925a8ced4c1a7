/*
 * Applying an upgrade patch to running processes, and taking it back: see update.h.
 *
 * What is done with several processes is in batch.h; here is what each operation does with one.  Up
 * to the seizing nothing of it is touched; up to the commit nothing in it points at what was
 * staged.
 */
#include "update/update.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/reason.h"
#include "base/text.h"
#include "update/commit/recover.h"
#include "update/conduct.h"
#include "update/plan/bind_imports.h"
#include "update/plan/copies.h"
#include "update/plan/entries.h"
#include "update/plan/slots.h"
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
	for (size_t i = 0; i < job->carried.registries.list.len; i++) {
		const struct su_registry *registry = &job->carried.registries.list.at[i];

		if (registry->state == SU_REGISTRY_REVERTED && registry->below == job->below &&
		    registry->image_base == job->image.base &&
		    holds_patch(&job->session->memory, registry, job->patch))
			job->registry = *registry;
	}
}

/* The patch is for a version that the process does not run: because of the patch itself? */
static struct su_err *not_applicable(const struct su_job *job, struct su_err *why)
{
	if (!is_applied(&job->session->memory, &job->carried.registries, job->patch))
		return why;
	su_err_destroy(why);
	return su_refuse(SU_WHY_APPLIED_ALREADY, job->session->pid);
}

/* Place, hazards and contents of the patch, as for a commit forward. */
static struct su_err *plan_forward(struct su_job *job)
{
	uint64_t base = job->registry.base;
	SU_FREE uint64_t *imports = su_alloc((job->patch->import_count + 1) * sizeof(*imports));

	if (!base)
		SU_TRY(su_registry_require_room(&job->carried.registries, job->patch->size));
	if (!base)
		SU_TRY(su_stage_find_place(&job->carried.maps, &job->image,
					   &job->carried.registries,
					   su_stage_size(job->patch, job->packed), &base));
	SU_TRY(su_job_plan(job, SU_FORWARD, base));
	SU_TRY(su_imports_resolve(&job->session->memory, &job->carried.maps, job->image.base,
				  job->patch, imports));
	SU_TRY(su_entries_check_before(&job->session->memory, job->plan));
	SU_TRY(su_slots_find(&job->session->memory, &job->carried.maps, job->plan));
	SU_TRY(su_copies_check(&job->session->memory, &job->carried.maps, job->plan));
	SU_TRY(su_sites_link(&job->plan->sites, imports, &job->linked));
	return su_plan_spans(job->plan, job->linked, &job->originals);
}

static struct su_err *look_and_verify(struct su_job *job)
{
	struct su_err *err =
		su_locate_image(&job->session->memory, &job->carried.maps, &job->carried.registries,
				job->patch, &job->image, &job->below);

	if (err)
		return not_applicable(job, err);
	find_own_mapping(job);
	return su_job_verify(job, false);
}

/* Mappings that an updater left behind which died before its commit. */
static struct su_err *remove_leftovers(struct su_job *job)
{
	bool any = false;

	for (size_t i = 0; i < job->carried.registries.list.len; i++) {
		const struct su_registry *registry = &job->carried.registries.list.at[i];

		if (registry->state != SU_REGISTRY_STAGED)
			continue;
		any = true;
		SU_TRY(su_stage_unmap(job->session, &job->carried.maps, registry->base,
				      registry->size));
	}
	return any ? su_job_look(job) : NULL;
}

static struct su_err *stage_patch(struct su_job *job)
{
	bool fresh = !job->registry.base;
	uint64_t base = job->plan->patch_base;

	job->registry.below = job->below;
	if (!fresh) {
		SU_TRY(su_stage_reset_data(&job->session->memory, job->plan, job->linked));
		return su_plan_runs(job->plan, &job->session->memory, false);
	}
	SU_TRY(su_stage_map(job->session, &job->carried.maps, job->patch, job->packed, base));
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
	struct su_err *err = su_locate_image(&sight->memory, &sight->carried.maps,
					     &sight->carried.registries, patch, &image, &below);
	/* Mapped more than once, or the like: to be refused, not to be passed over. */
	bool runs = !err || su_err_code(err) != SU_E_MISMATCH;

	su_err_destroy(err);
	return runs;
}

static struct su_err *look_to_apply(struct su_job *job)
{
	SU_TRY(su_recover_require_whole(job->session, &job->carried));
	return look_and_verify(job);
}

static struct su_err *prepare_to_apply(struct su_member *member)
{
	struct su_job *job = &member->job;

	/* Nobody else can update the process now: look again. */
	SU_TRY(su_job_look(job));
	SU_TRY(look_to_apply(job));
	SU_TRY(remove_leftovers(job));
	SU_TRY(plan_forward(job));
	SU_TRY(stage_patch(job));
	member->report.stage_stop_us = job->session->longest_stop;
	member->report.patch_bytes_mapped = su_stage_size(job->patch, job->packed);
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
static struct su_err *inherit_staged(struct su_member *member, const struct su_member *parent,
				     bool *ret)
{
	struct su_job *job = &member->job;
	const struct su_memory *memory = &job->session->memory;
	struct su_maps maps = { 0 };

	member->report.patch_bytes_mapped = su_stage_size(job->patch, job->packed);
	SU_TRY(su_maps_read(&maps, parent->job.session->pid));
	*ret = same_mappings(&job->carried.maps, &maps, job->registry.base,
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
			       const struct strongupdate_targets *targets,
			       const struct strongupdate_options *options,
			       const struct su_permit *permit, struct su_report *report)
{
	static const struct su_operation apply = {
		.commits = true,
		.after = SU_REGISTRY_APPLIED,
		.qualifies = runs_old_version,
		.look = look_to_apply,
		.prepare = prepare_to_apply,
		.inherit = inherit_staged,
		.abandon = abandon_staged,
		.nobody = SU_WHY_NOBODY_RUNS_IT,
	};

	return su_run(&apply, patch, targets, options, permit, report);
}

/* ---- check ---- */

static struct su_err *prepare_to_check(struct su_member *member)
{
	SU_TRY(look_and_verify(&member->job));
	return plan_forward(&member->job);
}

static struct su_err *inherit_plan(struct su_member *member, const struct su_member *parent,
				   bool *ret)
{
	member->report.patch_bytes_mapped = parent->report.patch_bytes_mapped;
	*ret = true;
	return NULL;
}

static struct su_err *leave_alone(struct su_job *job)
{
	(void)job;
	return NULL;
}

struct su_err *su_update_check(const struct su_patch *patch,
			       const struct strongupdate_targets *targets,
			       const struct strongupdate_options *options,
			       const struct su_permit *permit, struct su_report *report)
{
	static const struct su_operation check = {
		.qualifies = runs_old_version,
		.look = look_and_verify,
		.prepare = prepare_to_check,
		.inherit = inherit_plan,
		.abandon = leave_alone,
		.nobody = SU_WHY_NOBODY_RUNS_IT,
	};

	return su_run(&check, patch, targets, options, permit, report);
}

/* ---- revert ---- */

/* The newest update in force, or NULL. */
static const struct su_registry *newest_applied(const struct su_registries *registries)
{
	for (size_t i = registries->list.len; i-- > 0;)
		if (registries->list.at[i].state == SU_REGISTRY_APPLIED)
			return &registries->list.at[i];
	return NULL;
}

/* Is there something to revert, or to refuse? */
static bool carries_update(const struct su_sight *sight, const struct su_patch *patch)
{
	for (size_t i = 0; i < sight->carried.registries.list.len; i++) {
		const struct su_registry *cut_off = &sight->carried.registries.list.at[i];

		if (su_registry_is_cut_off(cut_off) &&
		    (!patch || holds_patch(&sight->memory, cut_off, patch)))
			return true;
	}
	if (!patch)
		return newest_applied(&sight->carried.registries) != NULL;
	return is_applied(&sight->memory, &sight->carried.registries, patch);
}

static struct su_err *find_newest(struct su_job *job)
{
	const struct su_registry *registry = newest_applied(&job->carried.registries);

	if (!registry)
		return su_refuse(SU_WHY_NOTHING_TO_REVERT, job->session->pid);
	job->registry = *registry;
	return NULL;
}

static bool are_alike(const struct su_registry *one, const struct su_registry *other)
{
	return !memcmp(one->old_build_id, other->old_build_id, sizeof(one->old_build_id)) &&
	       !memcmp(one->new_build_id, other->new_build_id, sizeof(one->new_build_id));
}

/* Without a patch only one kind of update is taken back at a time, unless processes were named. */
static struct su_err *require_alike(const struct su_batch *batch)
{
	const struct strongupdate_targets *targets = batch->request.targets;
	const struct su_member *first = su_batch_next(batch, NULL);

	if (batch->request.patch || (!targets->all && !targets->tree_count))
		return NULL;
	for (const struct su_member *member = first; member;
	     member = su_batch_next(batch, member)) {
		const struct su_registry *one = &first->job.registry;
		const struct su_registry *other = &member->job.registry;

		if (!are_alike(one, other))
			return su_refuse(SU_WHY_DIFFERENT_UPDATES, one->image_name,
					 other->image_name);
	}
	return NULL;
}

/* Updates are taken back in the opposite order: later ones were built on the earlier. */
static struct su_err *not_newest(const struct su_job *job)
{
	const struct su_registry *registry = &job->registry;
	char old_id[129], new_id[129];

	su_text_hex(registry->old_build_id, registry->old_build_id_size, old_id);
	su_text_hex(registry->new_build_id, registry->new_build_id_size, new_id);
	if (is_applied(&job->session->memory, &job->carried.registries, job->patch))
		return su_refuse(SU_WHY_NEWER_UPDATE, registry->image_name, old_id, new_id,
				 job->session->pid);
	return su_refuse(SU_WHY_NOT_NEWEST, job->session->pid, registry->image_name, old_id,
			 new_id);
}

static struct su_err *look_to_revert(struct su_job *job)
{
	SU_TRY(su_recover_require_whole(job->session, &job->carried));
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
	SU_TRY(su_recover_require_whole(job->session, &job->carried));
	SU_TRY(find_newest(job));
	if (memcmp(&found, &job->registry, sizeof(found)))
		return su_refuse(SU_WHY_UPDATED_MEANWHILE, job->session->pid);
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

static struct su_err *prepare_to_revert(struct su_member *member)
{
	struct su_job *job = &member->job;
	const struct su_generation *newest;

	/* A process that was forked from a member is looked at for the first time. */
	if (job->registry.base)
		SU_TRY(require_newest(job));
	else
		SU_TRY(look_to_revert(job));
	SU_TRY(su_job_generation(job, job->registry.base, &newest));
	job->patch = newest->patch;
	job->below = job->registry.below;
	SU_TRY(su_locate_base(&job->session->memory, &job->carried.maps, job->registry.image_base,
			      &job->image));
	SU_TRY(su_job_verify(job, true));
	SU_TRY(su_job_plan(job, SU_REVERSE, job->registry.base));
	SU_TRY(su_entries_check_before(&job->session->memory, job->plan));
	SU_TRY(su_slots_find(&job->session->memory, &job->carried.maps, job->plan));
	SU_TRY(su_sites_link(&job->plan->sites, NULL, &job->linked));
	SU_TRY(adopt_imports(job));
	SU_TRY(su_plan_spans(job->plan, job->linked, &job->originals));
	SU_TRY(su_plan_runs(job->plan, &job->session->memory, false));
	member->report.patch_bytes_mapped = job->registry.size;
	job->registry.was_reverted = 1;
	return NULL;
}

struct su_err *su_update_revert(const struct su_patch *patch,
				const struct strongupdate_targets *targets,
				const struct strongupdate_options *options,
				const struct su_permit *permit, struct su_report *report)
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
		.nobody = SU_WHY_NOBODY_CARRIES_IT,
	};

	return su_run(&revert, patch, targets, options, permit, report);
}
