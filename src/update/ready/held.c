/* Who holds the address of an object that is about to move: see held.h. */
#include "update/ready/held.h"

#include <stdlib.h>
#include <string.h>

#include "arch/abi.h"
#include "base/search.h"
#include "process/kept.h"
#include "update/plan/seal.h"
#include "update/ready/innermost.h"
#include "update/ready/sweep.h"

#define NO_ACTIVATION UINT32_MAX
#define NO_THREAD SIZE_MAX

/* An object that moves: of one activation, or a variable. */
struct moving {
	uint64_t low, high; /* high: its end, which a pointer may point to */
	const char *name;
	uint32_t activation;
};

struct activation {
	size_t thread; /* index */
	uint64_t at, sp;
	uint64_t ignored[SU_ABI_SAVED_COUNT]; /* words that it overwrites; 0: none */
	uint8_t ignored_registers;	      /* of the thread, by su_abi_saved_bit() */
};

struct held_search {
	struct su_ready *ready;
	SU_VEC(struct moving) moving; /* ascending once all are known */
	SU_VEC(struct activation) activations;
	uint64_t longest; /* high - low of the longest */
	size_t stack_of;  /* the thread whose stack is looked at, or NO_THREAD */
	struct su_held_report report;
};

/* ---- what moves ---- */

static void add_moving(struct held_search *search, struct moving moving)
{
	if (moving.high - moving.low > search->longest)
		search->longest = moving.high - moving.low;
	su_vec_push(&search->moving, moving);
}

/* Constants lie close together: what is behind one is mostly meant as itself. And the loader holds the
 * address of .dynamic, which follows them. */
static bool is_constant(const struct held_search *search, uint64_t addr)
{
	const struct su_mapping *mapping = su_maps_at(&search->ready->maps, addr);

	return mapping && !mapping->writable;
}

static void add_variables(struct held_search *search)
{
	const struct su_plan *plan = search->ready->plan;

	for (size_t i = 0; i < plan->patch->moved_count; i++) {
		const struct su_patch_moved *moved = &plan->patch->moved[i];
		struct su_extent place = su_plan_moved_from(plan, i);

		add_moving(search,
			   (struct moving){ place.low, place.high - is_constant(search, place.low),
					    su_patch_string(plan->patch, moved->name),
					    NO_ACTIVATION });
	}
}

struct frame_visit {
	struct held_search *search;
	size_t thread;
	const struct su_patch_checkpoint *point; /* of the frame before, or NULL */
	struct su_frame frame;			 /* that frame */
};

static bool moves_object(const struct su_patch_value *value)
{
	return value->derivation == SU_DERIVED_OBJECT && value->from_offset != value->to_offset;
}

static void add_activation(struct frame_visit *visit, uint64_t cfa)
{
	struct held_search *search = visit->search;
	const struct su_patch *patch = search->ready->plan->patch;
	const struct su_patch_checkpoint *point = visit->point;
	struct activation activation = { .thread = visit->thread,
					 .at = visit->frame.pc,
					 .sp = visit->frame.sp };

	for (int i = 0; i < SU_ABI_SAVED_COUNT; i++) {
		uint64_t where = visit->frame.saved[i];

		if (point->reads & (1u << i) || where == SU_FRAME_NOWHERE)
			continue;
		if (where == SU_FRAME_IN_REGISTER)
			activation.ignored_registers |= (uint8_t)(1u << i);
		else
			activation.ignored[i] = where;
	}
	for (uint32_t i = 0; i < point->value_count; i++) {
		const struct su_patch_value *value = &patch->values[point->first_value + i];
		uint64_t low = cfa + (uint64_t)value->from_offset;

		if (moves_object(value))
			add_moving(search, (struct moving){ low, low + value->size,
							    su_patch_string(patch, value->name),
							    (uint32_t)search->activations.len });
	}
	su_vec_push(&search->activations, activation);
}

/* The next frame out tells where the CFA of the one before it is. */
static bool visit_frame(void *ctx, const struct su_frame *frame)
{
	struct frame_visit *visit = ctx;
	const struct su_plan *plan = visit->search->ready->plan;

	if (visit->point)
		add_activation(visit, frame->sp);
	const struct su_safe *safe = su_plan_hazard_at(plan, frame->pc - frame->is_return)
					     ? su_plan_safe_at(plan, frame->pc)
					     : NULL;
	visit->point = safe ? safe->point : NULL;
	visit->frame = *frame;
	return true;
}

static int compare_moving(const void *a, const void *b)
{
	const struct moving *x = a, *y = b;

	return (x->low > y->low) - (x->low < y->low);
}

/* Finds what moves on the stack of thread `index`. False: it could not be walked through, and nothing
 * of it counts. */
static bool walk_thread(struct held_search *search, size_t index)
{
	struct su_ready *ready = search->ready;
	struct frame_visit visit = { .search = search, .thread = index };
	size_t moving = search->moving.len, activations = search->activations.len;

	if (su_unwind(ready->unwinder, &ready->session->memory,
		      &ready->session->threads.at[index].regs, &ready->threads.at[index].stack, 1,
		      false, visit_frame, &visit) &&
	    !visit.point)
		return true;
	search->moving.len = moving;
	search->activations.len = activations;
	return false;
}

/* False: some stack could not be walked through. Where no frame object moves on it, that does not
 * matter: what is dead in its frames counts then. */
static bool find_moving(struct held_search *search)
{
	struct su_ready *ready = search->ready;

	add_variables(search);
	for (size_t i = 0; i < ready->session->threads.len; i++) {
		const struct su_ready_thread *judged = &ready->threads.at[i];

		if (judged->verdict != SU_VERDICT_READY ||
		    !(judged->may_move || search->moving.len) || walk_thread(search, i) ||
		    !judged->may_move)
			continue;
		search->report.tid = ready->session->threads.at[i].tid;
		search->report.holder = "a stack that cannot be unwound to its start";
		return false;
	}
	qsort(search->moving.at, search->moving.len, sizeof(*search->moving.at), compare_moving);
	return true;
}

/* ---- who points there ---- */

/* A word that may be a pointer, and where it is. */
struct word {
	uint64_t value;
	const char *holder; /* a constant, for the report */
	uint64_t address;   /* 0: in no memory */
	uint64_t before;    /* the word before it in memory, or 0 */
	size_t thread;	    /* in a register of that thread, if `bit` */
	uint8_t bit;	    /* su_abi_saved_bit(), or 0 */
};

static bool overwrites(const struct activation *activation, const struct word *word)
{
	if (word->bit && activation->thread == word->thread)
		return activation->ignored_registers & word->bit;
	for (int i = 0; i < SU_ABI_SAVED_COUNT; i++)
		if (word->address && activation->ignored[i] == word->address)
			return true;
	return false;
}

/* The variable that moves and that the word is in, or NULL. */
static const struct su_patch_moved *variable_of(const struct su_plan *plan, const struct word *word)
{
	for (size_t i = 0; i < plan->patch->moved_count; i++) {
		struct su_extent place = su_plan_moved_from(plan, i);

		if (word->address - place.low < place.high - place.low)
			return &plan->patch->moved[i];
	}
	return NULL;
}

/* What the patch brings along points to the places that it brings, or is left when it is reverted. A
 * variable that is not converted has been seen to hold what it starts with: that is made anew. */
static bool is_made_anew(const struct su_plan *plan, const struct word *word)
{
	const struct su_patch_moved *moved = variable_of(plan, word);

	return moved ? !moved->step_count
		     : word->address - plan->patch_base < plan->patch->head->span;
}

/* The loader notes where each image starts and ends: behind its last variable. */
static bool is_end_of_image(const struct su_plan *plan, const struct moving *moving,
			    const struct word *word)
{
	return word->value == moving->high &&
	       word->before == plan->image_base + plan->patch->head->image_low;
}

static bool is_ignored(const struct held_search *search, const struct moving *moving,
		       const struct word *word)
{
	const struct su_plan *plan = search->ready->plan;

	if (moving->activation != NO_ACTIVATION)
		return overwrites(&search->activations.at[moving->activation], word);
	for (size_t i = 0; i < search->activations.len; i++)
		if (overwrites(&search->activations.at[i], word))
			return true;
	return word->address && (is_made_anew(plan, word) || is_end_of_image(plan, moving, word));
}

/* The innermost activation that is carried over and has called what has the word on its stack. */
static void find_home(struct held_search *search, const struct word *word)
{
	struct su_held_report *report = &search->report;

	for (size_t i = 0; i < search->activations.len && word->address; i++) {
		const struct activation *activation = &search->activations.at[i];

		if (activation->thread != search->stack_of || activation->sp <= word->address)
			continue;
		report->home = (struct su_place){ activation->at, activation->sp };
		report->index = activation->thread;
		return;
	}
}

static void report_found(struct held_search *search, const struct moving *moving,
			 const struct word *word)
{
	struct su_held_report *report = &search->report;

	*report = (struct su_held_report){ .held = SU_HELD_FOUND,
					   .object = moving->name,
					   .holder = word->holder,
					   .address = word->address };
	find_home(search, word);
	if (moving->activation == NO_ACTIVATION)
		return;
	const struct activation *activation = &search->activations.at[moving->activation];

	report->tid = search->ready->session->threads.at[activation->thread].tid;
	report->point = activation->at;
}

/* The first object that may reach up to `word`. */
static size_t first_near(const struct held_search *search, uint64_t word)
{
	uint64_t lowest = word > search->longest ? word - search->longest : 0;

	return su_search_below(search->moving.at, search->moving.len, low, lowest);
}

/* Whether it is a pointer that counts. */
static bool points_into_moving(struct held_search *search, const struct word *word)
{
	const struct moving *all = search->moving.at;
	uint64_t to = word->value;

	if (to < all[0].low || to > all[search->moving.len - 1].low + search->longest)
		return false;
	for (size_t i = first_near(search, to); i < search->moving.len && all[i].low <= to; i++) {
		if (to > all[i].high || is_ignored(search, &all[i], word))
			continue;
		report_found(search, &all[i], word);
		return true;
	}
	return false;
}

/* For su_kept_visit. */
static bool look_at_kept(void *ctx, uint64_t value, const char *holder)
{
	struct word word = { .value = value, .holder = holder };

	return !points_into_moving(ctx, &word);
}

/* What kept.h has found. */
static bool is_kept(struct held_search *search, enum su_kept kept,
		    const struct su_kept_visit *visit)
{
	if (kept == SU_KEPT_UNKNOWN)
		search->report.holder = visit->unknown;
	return kept != SU_KEPT_ENDED;
}

static bool look_at_words(void *ctx, uint64_t addr, const uint8_t *bytes, size_t size)
{
	struct word word = { .holder = "in memory" };

	for (size_t off = 0; off + 8 <= size; off += 8) {
		memcpy(&word.value, bytes + off, sizeof(word.value));
		word.address = addr + off;
		if (off)
			memcpy(&word.before, bytes + off - 8, sizeof(word.before));
		if (points_into_moving(ctx, &word))
			return false;
	}
	return true;
}

/* What moves data may hold pointers in vector registers. */
static bool is_in_vectors(struct held_search *search, const struct su_thread *thread)
{
	struct su_kept_visit visit = { .look = look_at_kept, .ctx = search };

	return is_kept(search, su_kept_in_vectors(thread, &visit), &visit);
}

static bool is_in_registers(struct held_search *search, size_t index)
{
	const struct user_regs_struct *regs = &search->ready->session->threads.at[index].regs;
	uint64_t values[SU_CONTEXT_GENERAL];

	su_context_general(regs, values);
	for (uint32_t reg = 0; reg < SU_CONTEXT_GENERAL; reg++) {
		struct word word = { .value = values[reg],
				     .holder = "in a register",
				     .thread = index,
				     .bit = su_abi_saved_bit(reg) };

		if (reg != SU_REG_SP && points_into_moving(search, &word))
			return true;
	}
	return false;
}

static bool is_in_thread(struct held_search *search, size_t index)
{
	const struct su_ready *ready = search->ready;
	const struct su_thread *thread = &ready->session->threads.at[index];
	const struct su_snapshot *stack = &ready->threads.at[index].stack;
	struct su_leaf leaf = su_leaf_of(&ready->session->memory, &thread->regs);
	uint64_t live =
		leaf.reads_red_zone ? stack->addr : su_context_sp(&thread->regs) & ~UINT64_C(7);
	uint64_t dead = live > stack->addr ? live - stack->addr : 0;

	search->stack_of = index;
	if (!stack->size) {
		search->report.holder = "a stack that cannot be read";
		return true;
	}
	return is_in_registers(search, index) ||
	       (leaf.reads_vectors && is_in_vectors(search, thread)) ||
	       (dead < stack->size &&
		!look_at_words(search, live, stack->bytes + dead, stack->size - dead));
}

static bool is_in_threads(struct held_search *search)
{
	bool any = false;

	for (size_t i = 0; i < search->ready->session->threads.len && !any; i++)
		any = search->ready->threads.at[i].verdict == SU_VERDICT_READY &&
		      is_in_thread(search, i);
	return any;
}

static bool is_in_memory(struct held_search *search)
{
	uint64_t unreadable = 0;

	search->stack_of = NO_THREAD;
	switch (su_sweep(search->ready, true, look_at_words, search, &unreadable)) {
	case SU_SWEEP_ENDED:
		return false;
	case SU_SWEEP_STOPPED:
		return true;
	case SU_SWEEP_LATE:
		search->report.holder = "more memory than can be looked at in time";
		return true;
	default:
		search->report.holder = "memory that cannot be read";
		search->report.address = unreadable;
		return true;
	}
}

/* ---- what the kernel keeps ---- */

static bool is_with_kernel(struct held_search *search)
{
	struct su_kept_visit visit = { .look = look_at_kept, .ctx = search };

	return is_kept(search, su_kept_by_kernel(search->ready->session, &visit), &visit);
}

static bool has_requests(struct held_search *search)
{
	const struct su_maps *maps = &search->ready->maps;

	for (size_t i = 0; i < maps->list.len; i++) {
		if (strcmp(su_maps_name(maps, &maps->list.at[i]), "/[aio]"))
			continue;
		search->report.holder = "an aio context";
		return true;
	}
	return false;
}

/* ---- all of it ---- */

bool su_held_possible(const struct su_ready *ready)
{
	if (ready->plan->patch->moved_count)
		return true;
	for (size_t i = 0; i < ready->session->threads.len && i < ready->threads.len; i++)
		if (ready->threads.at[i].verdict == SU_VERDICT_READY &&
		    ready->threads.at[i].may_move)
			return true;
	return false;
}

struct su_held_report su_held_find(struct su_ready *ready)
{
	struct held_search search = { .ready = ready, .report = { .object = "", .holder = "" } };

	if (find_moving(&search) &&
	    (!search.moving.len || (!is_in_threads(&search) && !is_in_memory(&search) &&
				    !has_requests(&search) && !is_with_kernel(&search))))
		search.report.held = SU_HELD_NONE;
	su_vec_deinit(&search.moving);
	su_vec_deinit(&search.activations);
	return search.report;
}
