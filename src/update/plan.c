/* A patch against one process: see plan.h. */
#include "update/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define RUN_GAP 256 /* places closer than this are written together */

void su_plan_deinit(struct su_plan *plan)
{
	for (size_t i = 0; i < plan->runs.len; i++)
		free(plan->runs.at[i].before);
	su_vec_deinit(&plan->hazards);
	su_vec_deinit(&plan->safe);
	su_vec_deinit(&plan->spans);
	su_vec_deinit(&plan->runs);
	su_vec_deinit(&plan->checks);
}

static uint64_t code_base(const struct su_plan *plan, unsigned space)
{
	return space == SU_SPACE_IMAGE ? plan->image_base : plan->patch_base;
}

static int compare_hazards(const void *a, const void *b)
{
	const struct su_hazard *x = a, *y = b;

	return (x->low > y->low) - (x->low < y->low);
}

static int compare_safe(const void *a, const void *b)
{
	const struct su_safe *x = a, *y = b;

	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	return x->is_return - y->is_return;
}

static int compare_spans(const void *a, const void *b)
{
	const struct su_registry_span *x = a, *y = b;

	return (x->addr > y->addr) - (x->addr < y->addr);
}

/* ---- hazards ---- */

static void add_dead(struct su_plan *plan)
{
	const struct su_patch *patch = plan->patch;
	uint64_t base = code_base(plan, plan->direction);

	for (size_t i = 0; i < patch->range_count; i++) {
		const struct su_patch_range *range = &patch->ranges[i];

		if (range->direction == plan->direction)
			su_vec_push(&plan->hazards,
				    (struct su_hazard){ base + range->vaddr,
							base + range->vaddr + range->size,
							SU_HAZARD_DEAD, range->function });
	}
}

static void add_islands(struct su_plan *plan)
{
	const struct su_patch *patch = plan->patch;
	unsigned other = 1u - plan->direction;

	for (size_t i = 0; i < patch->jump_count; i++) {
		const struct su_patch_jump *jump = &patch->jumps[i];
		uint64_t at = code_base(plan, other) + jump->at;

		if (jump->direction == other && jump->kind == SU_JUMP_ISLAND)
			su_vec_push(&plan->hazards,
				    (struct su_hazard){ at, at + jump->size, SU_HAZARD_ISLAND, 0 });
	}
}

/* The patch's text without the new bodies, which are the ranges of the reverse direction. */
static void add_stubs(struct su_plan *plan)
{
	const struct su_patch *patch = plan->patch;
	SU_VEC(struct su_hazard) bodies = { 0 };

	for (size_t i = 0; i < patch->range_count; i++)
		if (patch->ranges[i].direction == SU_REVERSE)
			su_vec_push(&bodies, (struct su_hazard){ .low = patch->ranges[i].vaddr,
								 .high = patch->ranges[i].vaddr +
									 patch->ranges[i].size });
	if (bodies.len)
		qsort(bodies.at, bodies.len, sizeof(*bodies.at), compare_hazards);
	for (size_t i = 0; i < patch->segment_count; i++) {
		const struct su_patch_segment *segment = &patch->segments[i];
		uint64_t at = segment->vaddr, end = at + segment->memsz;

		if (!(segment->flags & 1))
			continue;
		for (size_t j = 0; j <= bodies.len; j++) {
			uint64_t stop = j < bodies.len ? bodies.at[j].low : end;

			if (stop > at)
				su_vec_push(&plan->hazards,
					    (struct su_hazard){ plan->patch_base + at,
								plan->patch_base + stop,
								SU_HAZARD_STUB, 0 });
			at = j < bodies.len ? bodies.at[j].high : end;
		}
	}
	su_vec_deinit(&bodies);
}

static void add_point(struct su_plan *plan, uint64_t base, const struct su_patch_checkpoint *point)
{
	struct su_safe safe = { .addr = base + point->from,
				.is_return = point->kind == SU_POINT_CALL_RETURN,
				.any_way = point->flags & SU_POINT_ANY_WAY };

	su_vec_push(&plan->safe, safe);
}

static void add_safe(struct su_plan *plan)
{
	const struct su_patch *patch = plan->patch;
	uint64_t base = code_base(plan, plan->direction);

	for (size_t i = 0; i < patch->checkpoint_count; i++) {
		const struct su_patch_checkpoint *point = &patch->checkpoints[i];

		if (point->direction == plan->direction && point->kind != SU_POINT_ENTRY &&
		    (plan->pristine || !(point->flags & SU_POINT_PRISTINE)))
			add_point(plan, base, point);
	}
	for (size_t i = 0; i < patch->jump_count; i++) {
		const struct su_patch_jump *jump = &patch->jumps[i];
		const struct su_patch_function *function = &patch->functions[jump->function];
		uint64_t entry =
			plan->direction == SU_FORWARD ? function->old_vaddr : function->patch_vaddr;

		if (jump->direction != plan->direction || jump->kind != SU_JUMP_ENTRY)
			continue;
		su_vec_push(&plan->safe,
			    (struct su_safe){ .addr = base + jump->at, .is_entry = true });
		/* Nothing but endbr64 stands between an entry and its jump. */
		if (jump->at - entry == 4)
			su_vec_push(&plan->safe,
				    (struct su_safe){ .addr = base + entry, .is_entry = true });
	}
}

void su_plan_init(struct su_plan *plan, const struct su_patch *patch, enum su_direction direction,
		  uint64_t image_base, uint64_t patch_base, bool pristine)
{
	memset(plan, 0, sizeof(*plan));
	plan->pristine = pristine;
	plan->patch = patch;
	plan->direction = direction;
	plan->image_base = image_base;
	plan->patch_base = patch_base;
	add_dead(plan);
	add_islands(plan);
	add_stubs(plan);
	add_safe(plan);
}

void su_plan_avoid(struct su_plan *plan, uint64_t low, uint64_t high)
{
	su_vec_push(&plan->hazards, (struct su_hazard){ low, high, SU_HAZARD_STUB, 0 });
}

static void drop_safe(struct su_plan *plan, uint64_t low, uint64_t high)
{
	size_t kept = 0;

	for (size_t i = 0; i < plan->safe.len; i++) {
		const struct su_safe *safe = &plan->safe.at[i];

		/* A call may be the last instruction. */
		if (safe->addr - safe->is_return < low || safe->addr - safe->is_return >= high)
			plan->safe.at[kept++] = *safe;
	}
	plan->safe.len = kept;
}

void su_plan_guard(struct su_plan *plan, uint64_t low, uint64_t high, const char *what)
{
	size_t count = plan->hazards.len;

	drop_safe(plan, low, high);
	high++; /* where a call returns to that is the last instruction */
	for (size_t i = 0; i < count; i++) {
		struct su_hazard *hazard = &plan->hazards.at[i];
		struct su_hazard behind = *hazard;

		if (hazard->low >= high || hazard->high <= low)
			continue;
		behind.low = high;
		hazard->high = hazard->low < low ? low : hazard->low;
		if (behind.low < behind.high)
			su_vec_push(&plan->hazards, behind);
	}
	su_vec_push(&plan->hazards,
		    (struct su_hazard){
			    .low = low, .high = high, .kind = SU_HAZARD_GUARDED, .guard = what });
}

static void drop_empty(struct su_plan *plan)
{
	size_t kept = 0;

	for (size_t i = 0; i < plan->hazards.len; i++)
		if (plan->hazards.at[i].low < plan->hazards.at[i].high)
			plan->hazards.at[kept++] = plan->hazards.at[i];
	plan->hazards.len = kept;
}

void su_plan_seal(struct su_plan *plan)
{
	drop_empty(plan);
	memset(plan->low, 0, sizeof(plan->low));
	memset(plan->high, 0, sizeof(plan->high));
	if (plan->hazards.len)
		qsort(plan->hazards.at, plan->hazards.len, sizeof(*plan->hazards.at),
		      compare_hazards);
	if (plan->safe.len)
		qsort(plan->safe.at, plan->safe.len, sizeof(*plan->safe.at), compare_safe);
	/* Two boxes: the widest gap between neighbours (image to patch) lies between them. */
	size_t split = plan->hazards.len;
	uint64_t widest = 0;
	for (size_t i = 1; i < plan->hazards.len; i++) {
		uint64_t gap = plan->hazards.at[i].low - plan->hazards.at[i - 1].high;

		if (gap > widest) {
			widest = gap;
			split = i;
		}
	}
	for (size_t i = 0; i < plan->hazards.len; i++) {
		unsigned box = i >= split;

		if (!plan->high[box])
			plan->low[box] = plan->hazards.at[i].low;
		plan->high[box] = plan->hazards.at[i].high;
	}
}

const struct su_hazard *su_plan_hazard_at(const struct su_plan *plan, uint64_t addr)
{
	size_t low = 0, high = plan->hazards.len;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (plan->hazards.at[middle].high <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == plan->hazards.len || plan->hazards.at[low].low > addr)
		return NULL;
	return &plan->hazards.at[low];
}

const struct su_safe *su_plan_safe_at(const struct su_plan *plan, uint64_t addr)
{
	size_t low = 0, high = plan->safe.len;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (plan->safe.at[middle].addr < addr)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == plan->safe.len || plan->safe.at[low].addr != addr)
		return NULL;
	return &plan->safe.at[low];
}

/* ---- contents ---- */

static struct su_err *put_rel32(uint8_t *at, uint64_t from, uint64_t to)
{
	int64_t distance = (int64_t)(to - from);
	int32_t field = (int32_t)distance;

	if (field != distance)
		return su_err_new(SU_E_UNSUPPORTED, "%#lx is out of reach of %#lx",
				  (unsigned long)to, (unsigned long)from);
	memcpy(at, &field, sizeof(field));
	return NULL;
}

static struct su_err *relocate(const struct su_plan *plan, uint8_t *linked)
{
	const struct su_patch *patch = plan->patch;

	for (size_t i = 0; i < patch->reloc_count; i++) {
		const struct su_patch_reloc *reloc = &patch->relocs[i];
		uint64_t target =
			code_base(plan, reloc->space) + reloc->target + (uint64_t)reloc->addend;

		if (reloc->type == SU_RELOC_ABS64)
			memcpy(linked + reloc->at, &target, sizeof(target));
		else
			SU_TRY(put_rel32(linked + reloc->at, plan->patch_base + reloc->at, target));
	}
	return NULL;
}

struct su_err *su_plan_link(const struct su_plan *plan, const uint64_t *imports, uint8_t **ret)
{
	const struct su_patch *patch = plan->patch;
	uint8_t *linked = su_alloc(patch->head->span);

	for (size_t i = 0; i < patch->segment_count; i++)
		memcpy(linked + patch->segments[i].vaddr, patch->segments[i].bytes,
		       patch->segments[i].filesz);
	for (size_t i = 0; i < patch->import_count && imports; i++)
		memcpy(linked + patch->imports[i].slot, &imports[i], sizeof(imports[i]));
	struct su_err *err = relocate(plan, linked);
	if (err) {
		free(linked);
		return err;
	}
	*ret = linked;
	return NULL;
}

static struct su_err *encode_jump(const struct su_plan *plan, const struct su_patch_jump *jump,
				  struct su_registry_span *span)
{
	uint64_t to = code_base(plan, jump->to_space) + jump->to;

	if (jump->size == 5) {
		span->jump[0] = 0xe9;
		return put_rel32(span->jump + 1, span->addr + 5, to);
	}
	int64_t distance = (int64_t)(to - (span->addr + 2));
	if (distance != (int8_t)distance)
		return su_err_new(SU_E_FORMAT, "a short jump does not reach its island");
	span->jump[0] = 0xeb;
	span->jump[1] = (uint8_t)distance;
	return NULL;
}

struct su_err *su_plan_spans(struct su_plan *plan, const uint8_t *linked,
			     const uint8_t (*image_code)[8])
{
	const struct su_patch *patch = plan->patch;

	plan->spans.len = 0;
	for (size_t i = 0; i < patch->jump_count; i++) {
		const struct su_patch_jump *jump = &patch->jumps[i];
		struct su_registry_span span = { .addr = code_base(plan, jump->direction) +
							 jump->at,
						 .size = jump->size,
						 .direction = jump->direction };

		if (jump->direction == SU_FORWARD)
			memcpy(span.code, image_code[i], span.size);
		else
			memcpy(span.code, linked + jump->at, span.size);
		SU_TRY(encode_jump(plan, jump, &span));
		su_vec_push(&plan->spans, span);
	}
	if (plan->spans.len)
		qsort(plan->spans.at, plan->spans.len, sizeof(*plan->spans.at), compare_spans);
	return NULL;
}

/* ---- runs ---- */

static bool is_written(const struct su_plan *plan, const struct su_registry_span *span, bool fresh)
{
	return !fresh || span->direction == plan->direction;
}

static struct su_err *fill_run(struct su_plan *plan, const struct su_memory *memory,
			       struct su_run *run, bool fresh)
{
	run->before = su_alloc(3 * run->size);
	run->after = run->before + run->size;
	run->check = run->after + run->size;
	SU_TRY(su_memory_read(memory, run->addr, run->before, run->size));
	memcpy(run->after, run->before, run->size);
	for (size_t i = 0; i < plan->spans.len; i++) {
		const struct su_registry_span *span = &plan->spans.at[i];
		bool ours = span->direction == plan->direction;

		if (span->addr < run->addr || span->addr >= run->addr + run->size ||
		    !is_written(plan, span, fresh))
			continue;
		uint64_t off = span->addr - run->addr;
		if (memcmp(run->before + off, ours ? span->code : span->jump, span->size))
			return su_err_new(SU_E_MISMATCH,
					  "the code at %#lx is not what the update left there",
					  (unsigned long)span->addr);
		memcpy(run->after + off, ours ? span->jump : span->code, span->size);
	}
	return NULL;
}

struct su_err *su_plan_runs(struct su_plan *plan, const struct su_memory *memory, bool fresh)
{
	struct su_run *run = NULL;

	for (size_t i = 0; i < plan->spans.len; i++) {
		const struct su_registry_span *span = &plan->spans.at[i];

		if (!is_written(plan, span, fresh))
			continue;
		if (!run || span->addr - (run->addr + run->size) > RUN_GAP) {
			run = su_vec_add(&plan->runs);
			run->addr = span->addr;
		}
		run->size = span->addr + span->size - run->addr;
	}
	for (size_t i = 0; i < plan->runs.len; i++) {
		run = &plan->runs.at[i];
		SU_TRY(fill_run(plan, memory, run, fresh));
		su_vec_push(&plan->checks, (struct su_piece){ run->addr, run->check, run->size });
	}
	return NULL;
}
