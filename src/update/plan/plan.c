/* A patch against one process: see plan.h. */
#include "update/plan/plan.h"

#include <stdlib.h>
#include <string.h>

#include "arch/code.h"
#include "base/alloc.h"
#include "base/reason.h"

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
	su_vec_deinit(&plan->carried);
	su_vec_deinit(&plan->onward);
	su_vec_deinit(&plan->slots);
	su_sites_deinit(&plan->sites);
}

static int compare_spans(const void *a, const void *b)
{
	const struct su_registry_span *x = a, *y = b;

	return (x->addr > y->addr) - (x->addr < y->addr);
}

static int compare_u64(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* ---- hazards ---- */

static void add_dead(struct su_plan *plan, const struct su_sites *sites,
		     enum su_direction direction)
{
	const struct su_patch *patch = sites->patch;

	for (size_t i = 0; i < patch->range_count; i++) {
		if (patch->ranges[i].direction == direction)
			su_vec_push(&plan->hazards,
				    (struct su_hazard){ sites->ranges[i].low, sites->ranges[i].high,
							SU_HAZARD_DEAD, patch->ranges[i].function,
							patch });
	}
}

static void add_islands(struct su_plan *plan)
{
	const struct su_patch *patch = plan->patch;
	unsigned other = 1u - plan->direction;

	for (size_t i = 0; i < patch->jump_count; i++) {
		const struct su_patch_jump *jump = &patch->jumps[i];
		uint64_t at = plan->sites.jump_at[i];

		if (jump->direction == other && jump->kind == SU_JUMP_ISLAND && at)
			su_vec_push(&plan->hazards,
				    (struct su_hazard){ at, at + jump->size, SU_HAZARD_ISLAND, 0,
							patch });
	}
}

/* The patch's text without the new bodies, which are the ranges of the reverse direction. */
static void add_stubs(struct su_plan *plan, const struct su_sites *sites)
{
	const struct su_patch *patch = sites->patch;
	SU_VEC(struct su_extent) bodies = { 0 };

	for (size_t i = 0; i < patch->range_count; i++)
		if (patch->ranges[i].direction == SU_REVERSE)
			su_vec_push(&bodies, sites->ranges[i]);
	su_vec_sort(&bodies, compare_u64); /* by `low`, which is the first member */
	for (size_t i = 0; i < patch->segment_count; i++) {
		const struct su_patch_segment *segment = &patch->segments[i];
		uint64_t at = sites->patch_base + segment->vaddr, end = at + segment->memsz;

		if (!(segment->flags & 1))
			continue;
		for (size_t j = 0; j <= bodies.len; j++) {
			uint64_t stop = j < bodies.len ? bodies.at[j].low : end;

			if (stop > at)
				su_vec_push(
					&plan->hazards,
					(struct su_hazard){ at, stop, SU_HAZARD_STUB, 0, patch });
			at = j < bodies.len ? bodies.at[j].high : end;
		}
	}
	su_vec_deinit(&bodies);
}

/* ---- safe addresses ---- */

static void add_safe_entries(struct su_plan *plan, const struct su_sites *sites,
			     enum su_direction direction)
{
	const struct su_patch *patch = sites->patch;

	for (size_t i = 0; i < patch->jump_count; i++) {
		const struct su_patch_jump *jump = &patch->jumps[i];
		const struct su_patch_function *function = &patch->functions[jump->function];
		uint64_t entry =
			direction == SU_FORWARD ? function->old_vaddr : function->patch_vaddr;
		uint64_t at = sites->jump_at[i];

		if (jump->direction != direction || jump->kind != SU_JUMP_ENTRY || !at)
			continue;
		su_vec_push(&plan->safe, (struct su_safe){ .addr = at, .is_entry = true });
		/* Nothing but endbr64 stands between an entry and its jump. */
		if (jump->at - entry == 4)
			su_vec_push(&plan->safe,
				    (struct su_safe){ .addr = at - 4, .is_entry = true });
	}
}

/* Whether activations may have been carried into the function, in the code that is left. */
static bool was_carried_into(const struct su_plan *plan, uint32_t function)
{
	const struct su_patch *patch = plan->patch;

	for (size_t i = 0; i < patch->range_count; i++) {
		const struct su_extent *extent = &plan->sites.ranges[i];

		if (patch->ranges[i].function != function ||
		    patch->ranges[i].direction != (uint32_t)plan->direction)
			continue;
		for (size_t j = 0; j < plan->carried.len; j++)
			if (plan->carried.at[j] - extent->low < extent->high - extent->low)
				return true;
	}
	return false;
}

/* What is dead in an activation is as its code left it only where all of it was in this code. A
 * register that calls do not preserve may also be spoilt by another version of a callee. */
static bool is_usable(const struct su_plan *plan, const struct su_patch_checkpoint *point)
{
	if (!(point->flags & SU_POINT_PRISTINE) || plan->alone)
		return true;
	return point->kind == SU_POINT_CALL_RETURN && !(point->flags & SU_POINT_SCRATCH) &&
	       !was_carried_into(plan, point->function);
}

static struct su_safe safe_at_point(const struct su_patch_checkpoint *point, uint64_t from)
{
	return (struct su_safe){ .addr = from,
				 .is_return = point->kind == SU_POINT_CALL_RETURN,
				 .any_way = point->flags & SU_POINT_ANY_WAY,
				 .unheld = point->flags & SU_POINT_UNHELD,
				 .point = point };
}

void su_plan_find_safe(struct su_plan *plan)
{
	const struct su_patch *patch = plan->patch;

	add_safe_entries(plan, &plan->sites, plan->direction);
	for (size_t i = 0; i < patch->checkpoint_count; i++) {
		const struct su_patch_checkpoint *point = &patch->checkpoints[i];
		uint64_t from = plan->sites.point_from[i];

		if (point->direction == plan->direction && point->kind != SU_POINT_ENTRY && from &&
		    is_usable(plan, point))
			su_vec_push(&plan->safe, safe_at_point(point, from));
	}
}

/* ---- the parts ---- */

/* Where checkpoints of `direction` other than entries lead. */
static void add_carried(struct su_plan *plan, const struct su_sites *sites,
			enum su_direction direction)
{
	for (size_t i = 0; i < sites->patch->checkpoint_count; i++) {
		const struct su_patch_checkpoint *point = &sites->patch->checkpoints[i];

		if (point->direction == direction && point->kind != SU_POINT_ENTRY)
			su_vec_push(&plan->carried, sites->point_to[i]);
	}
}

struct su_err *su_plan_init(struct su_plan *plan, const struct su_patch *patch,
			    enum su_direction direction, const struct su_generation *below,
			    uint64_t image_base, uint64_t patch_base)
{
	memset(plan, 0, sizeof(*plan));
	plan->alone = true;
	plan->patch = patch;
	plan->direction = direction;
	plan->image_base = image_base;
	plan->patch_base = patch_base;
	SU_TRY(su_sites_init(&plan->sites, patch, below, image_base, patch_base));
	add_dead(plan, &plan->sites, direction);
	add_islands(plan);
	add_stubs(plan, &plan->sites);
	return NULL;
}

void su_plan_know_own(struct su_plan *plan, const struct su_registry *registry)
{
	/* On the way back, what it reads was made on the way there. */
	if (plan->direction != SU_FORWARD || !registry->was_reverted)
		return;
	plan->alone = false;
	add_carried(plan, &plan->sites, SU_REVERSE);
}

static void add_onward(struct su_plan *plan, const struct su_sites *sites,
		       enum su_direction direction)
{
	for (size_t i = 0; i < sites->patch->checkpoint_count; i++) {
		const struct su_patch_checkpoint *point = &sites->patch->checkpoints[i];
		struct su_onward onward = { .from = safe_at_point(point, sites->point_from[i]),
					    .to = sites->point_to[i] };

		/* Yet another version of the callee may spoil the register. */
		bool spoilt =
			(point->flags & SU_POINT_SCRATCH) && sites->image_base == plan->image_base;

		if (point->direction != direction || point->kind == SU_POINT_ENTRY || spoilt ||
		    !onward.from.addr)
			continue;
		onward.from.is_onward = true;
		onward.from.unheld =
			false; /* that was seen to when this generation was committed */
		onward.from.point = NULL;
		su_vec_push(&plan->onward, onward);
	}
}

struct su_err *su_plan_add_other(struct su_plan *plan, const struct su_generation *other)
{
	const struct su_patch *patch = other->patch;
	enum su_direction direction =
		other->registry.state == SU_REGISTRY_REVERTED ? SU_REVERSE : SU_FORWARD;
	struct su_sites sites;

	SU_TRY(su_sites_init(&sites, patch, other->below, other->registry.image_base,
			     other->registry.base));
	if (sites.image_base == plan->image_base)
		plan->alone = false;
	add_dead(plan, &sites, direction);
	add_stubs(plan, &sites);
	add_safe_entries(plan, &sites, direction);
	add_carried(plan, &sites, SU_FORWARD);
	if (other->registry.was_reverted)
		add_carried(plan, &sites, SU_REVERSE);
	add_onward(plan, &sites, direction);
	su_sites_deinit(&sites);
	return NULL;
}

/* ---- the journal ---- */

static struct su_err *encode_jump(uint64_t to, struct su_registry_span *span)
{
	if (su_code_jump(span->jump, span->size, span->addr, to))
		return NULL;
	if (span->size == SU_NEAR_JUMP)
		return su_refuse(SU_WHY_OUT_OF_REACH, (unsigned long)to, (unsigned long)span->addr);
	return su_err_new(SU_E_FORMAT, "a short jump does not reach its island");
}

struct su_err *su_plan_spans(struct su_plan *plan, const uint8_t *linked,
			     const struct su_originals *originals)
{
	const struct su_patch *patch = plan->patch;

	plan->spans.len = 0;
	for (size_t i = 0; i < patch->jump_count; i++) {
		const struct su_patch_jump *jump = &patch->jumps[i];
		struct su_registry_span span = { .addr = plan->sites.jump_at[i],
						 .size = jump->size,
						 .direction = jump->direction };

		if (!span.addr)
			continue;
		if (jump->direction == SU_FORWARD)
			memcpy(span.code, originals->code[i], span.size);
		else
			memcpy(span.code, linked + jump->at, span.size);
		SU_TRY(encode_jump(plan->sites.jump_to[i], &span));
		su_vec_push(&plan->spans, span);
	}
	for (size_t i = 0; i < patch->word_count; i++) {
		const struct su_patch_word *word = &patch->words[i];
		struct su_registry_span span = { .addr = plan->sites.word_at[i],
						 .size = word->size,
						 .direction = SU_FORWARD,
						 .kind = SU_SPAN_WORD };

		memcpy(span.code, originals->words[i], span.size);
		memcpy(span.jump, linked + word->from, span.size);
		su_vec_push(&plan->spans, span);
	}
	su_vec_sort(&plan->spans, compare_spans);
	return NULL;
}

/* ---- variables that move ---- */

static struct su_extent moved_in(const struct su_plan *plan, size_t index, bool old)
{
	const struct su_patch_moved *moved = &plan->patch->moved[index];
	uint64_t low = old ? plan->sites.moved_at[index] : plan->patch_base + moved->to;

	return (struct su_extent){ low, low + (old ? moved->size : moved->to_size) };
}

struct su_extent su_plan_moved_from(const struct su_plan *plan, size_t index)
{
	return moved_in(plan, index, plan->direction == SU_FORWARD);
}

struct su_extent su_plan_moved_to(const struct su_plan *plan, size_t index)
{
	return moved_in(plan, index, plan->direction == SU_REVERSE);
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
			return su_refuse(SU_WHY_UPDATED_CODE_CHANGED, (unsigned long)span->addr);
		memcpy(run->after + off, ours ? span->jump : span->code, span->size);
	}
	return NULL;
}

/* Between jumps there is code, which does not change; a constant's neighbours may be variables. */
static bool joins_hazard(const struct su_run *run, bool of_words,
			 const struct su_registry_span *span)
{
	bool is_word = span->kind == SU_SPAN_WORD;

	return of_words == is_word &&
	       span->addr - (run->addr + run->size) <= (is_word ? 0 : RUN_GAP);
}

struct su_err *su_plan_runs(struct su_plan *plan, const struct su_memory *memory, bool fresh)
{
	struct su_run *run = NULL;
	bool of_words = false;

	for (size_t i = 0; i < plan->spans.len; i++) {
		const struct su_registry_span *span = &plan->spans.at[i];

		if (!is_written(plan, span, fresh))
			continue;
		if (!run || !joins_hazard(run, of_words, span)) {
			run = su_vec_add(&plan->runs);
			run->addr = span->addr;
			of_words = span->kind == SU_SPAN_WORD;
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
