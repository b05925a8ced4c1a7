/* Is every thread at a place where the update may be committed: see ready.h. */
#include "update/ready/ready.h"

#include <stdlib.h>
#include <string.h>

#include "arch/abi.h"
#include "arch/code.h"
#include "base/alloc.h"
#include "update/plan/gaps.h"
#include "update/plan/seal.h"
#include "update/ready/innermost.h"

#define FIRST_BUFFER (64u << 10)
#define MOST_STACKS (16u << 10) /* are smaller than this */
#define MAX_STACK (16u << 20)
#define GROWING (1u << 20)		     /* a stack that is smaller is given room to grow */
#define MOST_STACK_BYTES (UINT64_C(2) << 30) /* that are kept of all threads */
#define PAGE 4096u
#define LAST_PAGE UINT64_C(0x7fffffffe000)

static void look_at_code(struct su_ready *ready)
{
	struct su_err *err = su_maps_read(&ready->maps, ready->session->pid);

	su_err_destroy(err); /* the process is gone: the next stop says so */
	su_restorers_find(su_session_texts(ready->session), &ready->session->memory, &ready->maps,
			  &ready->restorers);
	ready->trampoline = LAST_PAGE;
	for (size_t i = 0; i < ready->maps.list.len; i++)
		if (!strcmp(su_maps_name(&ready->maps, &ready->maps.list.at[i]), "[uprobes]"))
			ready->trampoline = ready->maps.list.at[i].start;
}

static void init_ready(struct su_ready *ready, struct su_session *session,
		       const struct su_plan *plan, struct su_unwinder *unwinder)
{
	memset(ready, 0, sizeof(*ready));
	ready->session = session;
	ready->plan = plan;
	ready->unwinder = unwinder;
}

void su_ready_init(struct su_ready *ready, struct su_session *session, const struct su_plan *plan,
		   struct su_unwinder *unwinder)
{
	init_ready(ready, session, plan, unwinder);
	look_at_code(ready);
	for (size_t i = 0; i < session->threads.len + 4; i++) {
		struct su_ready_thread *thread = su_vec_add(&ready->threads);

		thread->capacity = FIRST_BUFFER;
		thread->buffer = su_alloc(FIRST_BUFFER);
		/* The kernel gives the memory only now. */
		memset(thread->buffer, 1, MOST_STACKS);
	}
}

void su_ready_init_like(struct su_ready *ready, struct su_session *session,
			const struct su_ready *parent)
{
	init_ready(ready, session, parent->plan, parent->unwinder);
	ready->trampoline = parent->trampoline;
	su_restorers_copy(&parent->restorers, &ready->restorers);
}

void su_ready_deinit(struct su_ready *ready)
{
	for (size_t i = 0; i < ready->threads.len; i++)
		free(ready->threads.at[i].buffer);
	su_vec_deinit(&ready->threads);
	su_vec_deinit(&ready->pieces);
	su_restorers_deinit(&ready->restorers);
	su_maps_deinit(&ready->maps);
}

/* ---- one frame ---- */

struct examination {
	struct su_ready *ready;
	enum su_verdict verdict; /* READY until something is in the way */
	uint64_t where;
	uint64_t waiting;
	uint64_t own_low, own_high; /* the thread's own stack */
	bool own_seen;
	struct su_frame last;
	bool first;
	bool count_only; /* the threads run: only the snapshots are as they were */
};

/* A thread that has just returned to `addr` has it below its stack pointer still. One that came by
 * a jump may hold values that the checkpoint does not know of. */
static bool has_returned_to(const struct su_session *session, uint64_t sp, uint64_t addr)
{
	uint64_t word;

	return su_memory_try(&session->memory, sp - 8, &word, sizeof(word)) == sizeof(word) &&
	       word == addr;
}

bool su_ready_may_resume_at(const struct su_ready *ready, uint64_t pc, uint64_t sp)
{
	if (!su_plan_hazard_at(ready->plan, pc))
		return true;
	const struct su_safe *safe = su_plan_safe_at(ready->plan, pc);
	return safe &&
	       (!safe->is_return || safe->any_way || has_returned_to(ready->session, sp, pc));
}

/* Whether a frame may be returned to at `pc` after the commit. */
static bool may_return_to(const struct su_plan *plan, uint64_t pc, bool *ret_checkpoint)
{
	const struct su_hazard *hazard = su_plan_hazard_at(plan, pc - 1);
	const struct su_safe *safe = su_plan_safe_at(plan, pc);

	*ret_checkpoint = safe && safe->is_return;
	if (!hazard || hazard->kind == SU_HAZARD_ISLAND || *ret_checkpoint)
		return true;
	/* The call is the last instruction, so it never returns. */
	return hazard->kind == SU_HAZARD_DEAD && pc == hazard->high;
}

bool su_ready_blocks(const struct su_ready *ready, const struct su_frame *frame)
{
	bool checkpoint;

	return frame->is_return ? !may_return_to(ready->plan, frame->pc, &checkpoint)
				: !su_ready_may_resume_at(ready, frame->pc, frame->sp);
}

static bool examine_frame(void *ctx, const struct su_frame *frame)
{
	struct examination *exam = ctx;
	bool checkpoint = false, fine;

	exam->last = *frame;
	exam->own_seen |= frame->sp >= exam->own_low && frame->sp < exam->own_high;
	if (frame->is_return)
		fine = may_return_to(exam->ready->plan, frame->pc, &checkpoint);
	else
		fine = exam->count_only ||
		       su_ready_may_resume_at(exam->ready, frame->pc, frame->sp);
	exam->waiting += checkpoint;
	if (!exam->count_only && frame->pc - exam->ready->trampoline < PAGE) {
		exam->verdict = SU_VERDICT_HIDDEN;
		exam->where = frame->pc;
		return false;
	}
	if (!fine) {
		exam->verdict = frame->is_return ? SU_VERDICT_WAITING
				: exam->first	 ? SU_VERDICT_INSIDE
						 : SU_VERDICT_INTERRUPTED;
		exam->where = frame->pc;
	}
	exam->first = false;
	return fine || exam->count_only;
}

/* ---- one stack ---- */

static const struct su_mapping *own_stack(const struct su_ready *ready,
					  const struct su_thread *thread)
{
	if (thread->tid != ready->session->pid)
		return su_maps_at(&ready->maps, su_context_thread(&thread->regs));
	for (size_t i = ready->maps.list.len; i-- > 0;)
		if (!strcmp(su_maps_name(&ready->maps, &ready->maps.list.at[i]), "[stack]"))
			return &ready->maps.list.at[i];
	return NULL;
}

/* Where the stack that holds `sp` ends, and whether it is the thread's own: a stack may be several
 * mappings in a row. */
static uint64_t stack_end(const struct su_ready *ready, const struct su_mapping *at,
			  const struct su_mapping *own, bool *ret_own)
{
	const struct su_mapping *last = ready->maps.list.at + ready->maps.list.len - 1, *next = at;

	while (own && next < own && next < last && next[1].start == next->end && next[1].writable)
		next++;
	*ret_own = next == own;
	return next == own ? own->end : at->end;
}

struct word_scan {
	bool clean;	   /* no word is a suspect */
	bool may_wait;	   /* some word is a checkpoint's return address */
	bool may_move;	   /* ... of one that moves objects whose address may be held */
	bool signal_frame; /* some word is where a signal handler returns to */
	bool probed;	   /* some word is where a function with a uretprobe returns to */
};

/* Looks at every word. */
static struct word_scan scan_words(const struct su_ready *ready, const struct su_snapshot *stack)
{
	const struct su_plan *plan = ready->plan;
	struct word_scan scan = { .clean = true };

	for (size_t off = 0; off + 8 <= stack->size; off += 8) {
		uint64_t word;

		memcpy(&word, stack->bytes + off, sizeof(word));
		if (word < 0x10000)
			continue;
		scan.signal_frame |= su_restorers_have(&ready->restorers, word);
		scan.probed |= word == ready->trampoline;
		if (!su_plan_may_hazard(plan, word) || !su_plan_hazard_at(plan, word))
			continue;
		const struct su_safe *safe = su_plan_safe_at(plan, word);
		scan.may_wait |= safe && safe->is_return;
		scan.may_move |= safe && safe->unheld;
		scan.clean &= safe && !safe->unheld;
	}
	return scan;
}

static bool own_stack_is_clean(struct su_ready *ready, const struct su_mapping *own)
{
	size_t size = own->end - own->start;

	if (size > MAX_STACK)
		return false;
	uint8_t *bytes = su_alloc(size);
	bool read = su_memory_try(&ready->session->memory, own->start, bytes, size) == size;
	struct su_snapshot stack = { own->start, bytes, size };
	struct word_scan scan = scan_words(ready, &stack);
	free(bytes);
	return read && scan.clean && !scan.may_wait && !scan.probed;
}

/* Does the frame belong to the code that starts a thread, and ends that thread alone when it
 * returns? */
static bool starts_thread(const struct su_ready *ready, const struct su_frame *frame)
{
	uint8_t code[24];
	size_t size = su_memory_try(&ready->session->memory, frame->pc, code, sizeof(code));

	return frame->is_return && su_code_ends_thread(code, size);
}

/* A process that was forked by another thread than the first goes on on that thread's stack, and
 * what is called its stack holds nothing that is live.  `last`: where a walk to the start ended. */
static bool is_forked_thread(const struct su_ready *ready, const struct su_thread *thread,
			     const struct su_frame *last)
{
	const struct su_mapping *own = su_maps_at(&ready->maps, su_context_thread(&thread->regs));

	return thread->tid == ready->session->pid && own &&
	       own == su_maps_at(&ready->maps, su_context_sp(&thread->regs)) &&
	       own == su_maps_at(&ready->maps, last->sp - 8) && starts_thread(ready, last);
}

static void judge_by_frames(struct su_ready *ready, const struct su_thread *thread,
			    struct su_ready_thread *judged, const struct su_mapping *own,
			    bool on_own, bool clean)
{
	struct examination exam = { .ready = ready, .verdict = SU_VERDICT_READY, .first = true };

	if (own) {
		exam.own_low = own->start;
		exam.own_high = own->end;
	}
	bool whole =
		su_unwind(ready->unwinder, &ready->session->memory, &thread->regs, &judged->stack,
			  judged->stack.size ? 1 : 0, false, examine_frame, &exam);
	judged->verdict = exam.verdict;
	judged->where = exam.where;
	if (exam.verdict != SU_VERDICT_READY)
		return;
	if (whole &&
	    (on_own || exam.own_seen || !own || is_forked_thread(ready, thread, &exam.last)))
		return;
	/* The walk proves nothing of this stack, or not of the thread's own one. */
	if (!clean || on_own || !own || !own_stack_is_clean(ready, own)) {
		judged->verdict = SU_VERDICT_UNKNOWN;
		judged->where = su_context_pc(&thread->regs);
	}
}

struct stack_look {
	const struct su_mapping *own;
	struct word_scan words;
	bool on_own;
};

/* Makes room for the live part of the thread's stack, as ready->maps has it; judged->stack.size 0:
 * there is none, or too much. */
static struct stack_look place_stack(struct su_ready *ready, const struct su_thread *thread,
				     struct su_ready_thread *judged)
{
	uint64_t sp = su_context_sp(&thread->regs), low = (sp - SU_ABI_RED_ZONE) & ~UINT64_C(7),
		 end;
	const struct su_mapping *mapping = su_maps_at(&ready->maps, sp);
	struct stack_look look = { .own = own_stack(ready, thread) };

	judged->stack.size = 0;
	if (!mapping)
		return look;
	end = stack_end(ready, mapping, look.own, &look.on_own);
	if (low < mapping->start)
		low = mapping->start;
	size_t size = end - low;
	if (size > MAX_STACK)
		return look;
	if (size > judged->capacity) {
		size_t room = size < GROWING ? 2 * size : size;

		if (ready->stack_bytes + room > MOST_STACK_BYTES)
			return look;
		ready->stack_bytes += room - judged->capacity;
		judged->buffer = su_realloc(judged->buffer, room);
		judged->capacity = room;
		judged->has_been_read = false;
	}
	judged->stack = (struct su_snapshot){ low, judged->buffer, size };
	return look;
}

bool su_ready_is_late(const struct su_ready *ready)
{
	return ready->until > 0 && su_clock_us() > ready->until;
}

/* Reads the stacks of all threads in few system calls. */
static void read_stacks(struct su_ready *ready)
{
	const struct su_session *session = ready->session;

	ready->pieces.len = 0;
	for (size_t i = 0; i < session->threads.len; i++) {
		struct su_ready_thread *judged = &ready->threads.at[i];

		judged->stack.size = 0;
		if (session->threads.at[i].state == SU_THREAD_STOPPED)
			place_stack(ready, &session->threads.at[i], judged);
		if (judged->stack.size)
			su_vec_push(&ready->pieces,
				    (struct su_piece){ judged->stack.addr, judged->buffer,
						       judged->stack.size, 0 });
	}
	su_memory_try_pieces(&ready->session->memory, ready->pieces.at, ready->pieces.len);
	for (size_t i = 0, k = 0; i < session->threads.len; i++) {
		struct su_ready_thread *judged = &ready->threads.at[i];

		judged->has_been_read =
			judged->stack.size && ready->pieces.at[k].got == judged->stack.size;
		k += judged->stack.size != 0;
	}
}

/* Reads the thread's stack, unless that has been done, and looks at every word. */
static struct stack_look look_at_stack(struct su_ready *ready, const struct su_thread *thread,
				       struct su_ready_thread *judged)
{
	const struct su_snapshot before = judged->stack;
	struct stack_look look = place_stack(ready, thread, judged);
	const struct su_snapshot *stack = &judged->stack;

	judged->may_wait = false;
	judged->has_been_read &= stack->addr == before.addr && stack->size == before.size;
	if (!judged->has_been_read && su_memory_try(&ready->session->memory, stack->addr,
						    judged->buffer, stack->size) != stack->size)
		judged->stack.size = 0;
	if (!stack->size)
		return look;
	judged->has_been_read = true;
	look.words = scan_words(ready, stack);
	judged->may_wait = look.words.may_wait;
	judged->may_move |= look.words.may_move;
	return look;
}

bool su_ready_refresh_maps(struct su_ready *ready)
{
	struct su_err *err = su_maps_read(&ready->maps, ready->session->pid);
	bool done = !err;

	su_err_destroy(err); /* it is gone: the next call that matters says so */
	ready->maps_are_fresh = done;
	return done;
}

static void judge_stack(struct su_ready *ready, const struct su_thread *thread,
			struct su_ready_thread *judged)
{
	struct stack_look look = look_at_stack(ready, thread, judged);

	bool hidden =
		(look.words.probed || su_context_pc(&thread->regs) - ready->trampoline < PAGE) &&
		su_plan_leaves_gaps(ready->plan);
	if (look.words.clean && look.on_own && !look.words.signal_frame && !hidden) {
		judged->verdict = SU_VERDICT_READY;
		return;
	}
	if (!ready->maps_are_fresh) {
		su_ready_refresh_maps(ready);
		look = look_at_stack(ready, thread, judged);
	}
	judged->verdict = SU_VERDICT_UNKNOWN;
	if (ready->maps_are_fresh)
		judge_by_frames(ready, thread, judged, look.own, look.on_own, look.words.clean);
}

static void judge_thread(struct su_ready *ready, const struct su_thread *thread,
			 struct su_ready_thread *judged)
{
	judged->verdict = SU_VERDICT_GONE;
	judged->at_checkpoint = judged->may_wait = judged->may_move = false;
	if (thread->state != SU_THREAD_STOPPED)
		return;
	judged->where = su_context_pc(&thread->regs);
	judged->verdict = SU_VERDICT_INSIDE;
	if (!su_ready_may_resume_at(ready, su_context_pc(&thread->regs),
				    su_context_sp(&thread->regs)))
		return;
	judged->at_checkpoint =
		su_plan_hazard_at(ready->plan, su_context_pc(&thread->regs)) != NULL;
	const struct su_safe *safe =
		judged->at_checkpoint ? su_plan_safe_at(ready->plan, su_context_pc(&thread->regs))
				      : NULL;
	judged->may_move = safe && safe->unheld;
	judge_stack(ready, thread, judged);
}

void su_ready_judge(struct su_ready *ready, size_t index)
{
	ready->threads.at[index].has_been_read = false;
	ready->threads.at[index].stack.size = 0;
	judge_thread(ready, &ready->session->threads.at[index], &ready->threads.at[index]);
}

bool su_ready_all(const struct su_ready *ready)
{
	for (size_t i = 0; i < ready->session->threads.len; i++)
		if (i >= ready->threads.len || ready->threads.at[i].verdict < SU_VERDICT_READY)
			return false;
	return true;
}

struct su_err *su_ready_scan(struct su_ready *ready, bool *ret_all)
{
	ready->maps_are_fresh = false;
	while (ready->threads.len < ready->session->threads.len)
		su_vec_add(&ready->threads);
	read_stacks(ready);
	for (size_t i = 0; i < ready->session->threads.len; i++) {
		if (su_ready_is_late(ready))
			ready->threads.at[i].verdict = SU_VERDICT_UNKNOWN;
		else
			judge_thread(ready, &ready->session->threads.at[i], &ready->threads.at[i]);
	}
	*ret_all = su_ready_all(ready);
	return *ret_all || ready->maps_are_fresh ? NULL
						 : su_maps_read(&ready->maps, ready->session->pid);
}

/* ---- counting ---- */

static uint64_t count_words(const struct su_ready *ready, const struct su_snapshot *stack)
{
	uint64_t count = 0;

	for (size_t off = 0; off + 8 <= stack->size; off += 8) {
		uint64_t word;

		memcpy(&word, stack->bytes + off, sizeof(word));
		const struct su_safe *safe = su_plan_safe_at(ready->plan, word);
		count += safe && safe->is_return;
	}
	return count;
}

uint64_t su_ready_count_waiting(struct su_ready *ready)
{
	uint64_t count = 0;

	for (size_t i = 0; i < ready->session->threads.len && i < ready->threads.len; i++) {
		struct su_ready_thread *thread = &ready->threads.at[i];
		struct examination exam = { .ready = ready, .count_only = true };

		if (!thread->may_wait || !thread->stack.size)
			continue;
		if (su_unwind(ready->unwinder, &ready->session->memory,
			      &ready->session->threads.at[i].regs, &thread->stack, 1, true,
			      examine_frame, &exam))
			count += exam.waiting;
		else
			count += count_words(ready, &thread->stack);
	}
	return count;
}
