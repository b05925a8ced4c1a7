/* One update of one process under way: see job.h. */
#include "update/job.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

struct su_err *su_job_look(struct su_job *job)
{
	SU_TRY(su_maps_read(&job->maps, job->session->pid));
	SU_TRY(su_registry_find(&job->session->memory, &job->maps, &job->registries));
	return NULL;
}

struct su_err *su_job_open(struct su_job *job, struct su_group *group, pid_t pid)
{
	memset(job, 0, sizeof(*job));
	if (group)
		SU_TRY(su_group_open(group, pid, &job->session));
	else
		SU_TRY(su_session_open(pid, &job->session));
	return su_job_look(job);
}

struct su_err *su_job_adopt(struct su_job *job, struct su_session *session)
{
	memset(job, 0, sizeof(*job));
	job->session = session;
	SU_TRY(su_group_join(session));
	return su_job_look(job);
}

static void free_plan(struct su_job *job)
{
	if (!job->parent) {
		su_unwinder_destroy(job->unwinder);
		if (job->plan)
			su_plan_deinit(job->plan);
		free(job->plan);
		free(job->linked);
	}
	job->unwinder = NULL;
	job->plan = NULL;
	job->linked = NULL;
	job->parent = NULL;
}

void su_job_close(struct su_job *job)
{
	if (job->session && !job->session->group)
		su_session_close(job->session);
	if (job->prepared)
		su_ready_deinit(&job->driven.ready);
	free_plan(job);
	for (size_t i = 0; i < job->others.len; i++)
		su_patch_close(job->others.at[i]);
	su_vec_deinit(&job->others);
	su_patch_close(job->held_patch);
	su_maps_deinit(&job->maps);
	su_vec_deinit(&job->registries.list);
	free(job->image_code);
}

/* ---- verification ---- */

/* Puts the code that the jumps cover back into a copy of the image's bytes at `addr`. */
static void uncover(const struct su_registry_span *spans, size_t count, uint64_t addr,
		    uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < count; i++)
		if (spans[i].direction == SU_FORWARD && spans[i].addr >= addr &&
		    spans[i].addr - addr + spans[i].size <= size)
			memcpy(bytes + (spans[i].addr - addr), spans[i].code, spans[i].size);
}

static struct su_err *verify_range(const struct su_job *job, const struct su_patch_range *range,
				   const struct su_registry_span *spans, size_t span_count)
{
	uint64_t addr = job->image.base + range->vaddr;
	SU_FREE uint8_t *bytes = su_alloc(range->size);
	uint8_t hash[SU_PATCH_CODE_HASH_SIZE];

	SU_TRY(su_memory_read(&job->session->memory, addr, bytes, range->size));
	uncover(spans, span_count, addr, bytes, range->size);
	crypto_generichash(hash, sizeof(hash), bytes, range->size, NULL, 0);
	if (memcmp(hash, range->hash, sizeof(hash)))
		return su_err_new(
			SU_E_MISMATCH,
			"the code of function %s in process %d is not that of the build "
			"the patch was made for",
			su_patch_string(job->patch, job->patch->functions[range->function].name),
			job->session->pid);
	return NULL;
}

/* Remembers the code under each forward jump. */
static struct su_err *read_image_code(struct su_job *job, const struct su_registry_span *spans,
				      size_t span_count)
{
	const struct su_patch *patch = job->patch;

	free(job->image_code);
	job->image_code = su_alloc((patch->jump_count + 1) * sizeof(*job->image_code));
	for (size_t i = 0; i < patch->jump_count; i++) {
		const struct su_patch_jump *jump = &patch->jumps[i];
		uint64_t addr = job->image.base + jump->at;

		if (jump->direction != SU_FORWARD)
			continue;
		SU_TRY(su_memory_read(&job->session->memory, addr, job->image_code[i], jump->size));
		uncover(spans, span_count, addr, job->image_code[i], jump->size);
	}
	return NULL;
}

static int compare_spans(const void *a, const void *b)
{
	const struct su_registry_span *x = a, *y = b;

	return (x->addr > y->addr) - (x->addr < y->addr);
}

static struct su_err *read_spans(const struct su_job *job, struct su_registry_span **ret)
{
	const struct su_registry *registry = &job->registry;
	size_t size = registry->span_count * sizeof(**ret);
	struct su_registry_span *spans = su_alloc(size + 1);
	struct su_err *err =
		su_memory_read(&job->session->memory, registry->base + registry->span, spans, size);

	for (size_t i = 0; i < registry->span_count && !err; i++)
		if (spans[i].size > 8)
			err = su_err_new(SU_E_FORMAT, "the undo journal is damaged");
	if (err) {
		free(spans);
		return err;
	}
	qsort(spans, registry->span_count, sizeof(*spans), compare_spans);
	*ret = spans;
	return NULL;
}

/* The spans that can matter in [addr, addr + size), of a sorted list. */
static const struct su_registry_span *spans_in(const struct su_registry_span *spans, size_t count,
					       uint64_t addr, uint64_t size, size_t *ret_count)
{
	size_t first = 0, last;

	while (first < count && spans[first].addr < addr)
		first++;
	for (last = first; last < count && spans[last].addr < addr + size;)
		last++;
	*ret_count = last - first;
	return spans ? spans + first : NULL;
}

struct su_err *su_job_verify(struct su_job *job, bool applied)
{
	SU_FREE struct su_registry_span *spans = NULL;
	size_t span_count = applied ? job->registry.span_count : 0;

	if (applied)
		SU_TRY(read_spans(job, &spans));
	for (size_t i = 0; i < job->patch->range_count; i++) {
		const struct su_patch_range *range = &job->patch->ranges[i];
		size_t here = 0;

		if (range->direction != SU_FORWARD)
			continue;
		const struct su_registry_span *in = spans_in(
			spans, span_count, job->image.base + range->vaddr, range->size, &here);
		SU_TRY(verify_range(job, range, in, here));
	}
	return read_image_code(job, spans, span_count);
}

/* ---- planning ---- */

static bool is_pristine(const struct su_job *job)
{
	for (size_t i = 0; i < job->registries.list.len; i++) {
		const struct su_registry *registry = &job->registries.list.at[i];

		if (registry->state != SU_REGISTRY_STAGED &&
		    registry->image_base == job->image.base)
			return false;
	}
	return true;
}

struct su_err *su_job_plan(struct su_job *job, enum su_direction direction, uint64_t base)
{
	free_plan(job);
	job->plan = su_alloc(sizeof(*job->plan));
	su_plan_init(job->plan, job->patch, direction, job->image.base, base, is_pristine(job));
	job->unwinder = su_unwinder_create(&job->session->memory, &job->maps);
	su_unwinder_add_patch(job->unwinder, job->patch, base);
	for (size_t i = 0; i < job->registries.list.len; i++) {
		const struct su_registry *other = &job->registries.list.at[i];
		struct su_patch *patch;

		if (other->base == base || other->state == SU_REGISTRY_STAGED)
			continue;
		SU_TRY(su_registry_read_patch(&job->session->memory, other, &patch));
		su_vec_push(&job->others, patch);
		/* Code for another program or library of the process may be running. */
		if (other->image_base == job->image.base)
			su_plan_avoid(job->plan, other->base, other->base + other->span);
		su_unwinder_add_patch(job->unwinder, patch, other->base);
	}
	su_plan_seal(job->plan);
	return NULL;
}

void su_job_share_plan(struct su_job *job, const struct su_job *parent)
{
	free_plan(job);
	/* What the parent itself has from another is that one's. */
	job->parent = parent->parent ? parent->parent : parent;
	job->plan = parent->plan;
	job->unwinder = parent->unwinder;
	job->linked = parent->linked;
	job->patch = parent->patch;
	job->image = parent->image;
	job->registry = parent->registry;
}
