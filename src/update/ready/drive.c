/* Bringing threads to where the update may be committed: see drive.h. */
#include "update/ready/drive.h"

#include "update/plan/seal.h"

#include <math.h>
#include <sodium.h>
#include <sys/syscall.h>

#include "arch/code.h"
#include "process/catch.h"
#include "process/futex.h"
#include "process/mask.h"
#include "process/step.h"

#define FIRST_DELAY 500.0 /* microseconds between two attempts; grows */
#define LONGEST_DELAY 50e3
#define PATIENCE 30e3	  /* for threads of which each is to be caught */
#define FIRST_HOLD 4000.0 /* that a caught thread waits for the others; grows */
#define LONGEST_HOLD 30e3
#define ALONE 2000.0	 /* for which ready threads wait for the others */
#define LOOK 100.0	 /* between two looks at whom these wait for */
#define STEPS_AT_STOP 64 /* while all stand still */
#define STEPS_ALONE 1000 /* while one does */
#define LONGEST_STEPPING 2000.0
#define BURST 8 /* attempts, then the target runs freely for a while */

/* ---- stepping ---- */

static bool may_step(const struct su_session *session, uint64_t pc)
{
	uint8_t code[3] = { 0 };

	return su_memory_try(&session->memory, pc, code, sizeof(code)) >= 2 &&
	       su_code_may_step(code);
}

static bool is_fault(int sig)
{
	return sig == SIGSEGV || sig == SIGBUS || sig == SIGILL || sig == SIGFPE ||
	       sig == SIGTRAP || sig == SIGSYS;
}

/* After a signal came instead of a step: blocks signals, so that the kernel queues it again and the
 * steps go on. Only then, since that costs two writes. */
static bool block_signals(struct su_session *session, size_t index, struct su_mask_note *lent)
{
	const struct su_thread *thread = &session->threads.at[index];

	return thread->state == SU_THREAD_STOPPED && thread->owed_signal &&
	       !is_fault(thread->owed_signal) && !lent->tid &&
	       su_session_lend_mask(session, index, ~(UINT64_C(1) << (SIGTRAP - 1)), lent);
}

static void step_thread(struct su_ready *ready, size_t index, unsigned *budget, double end)
{
	struct su_session *session = ready->session;
	uint64_t mask;
	struct su_thread *thread = &session->threads.at[index];
	struct su_mask_note lent = { 0 };

	/* Inside of an interrupted system call a step would run the whole call. */
	if (su_context_syscall(&thread->regs) >= 0 || !su_session_get_mask(thread, &mask))
		return;
	/* A blocked SIGTRAP that a step forces would be unblocked, and lose its handler. */
	if (mask & (UINT64_C(1) << (SIGTRAP - 1)))
		return;
	unsigned before = *budget;
	while (*budget && su_clock_us() < end &&
	       !su_ready_may_resume_at(ready, su_context_pc(&thread->regs),
				       su_context_sp(&thread->regs)) &&
	       may_step(session, su_context_pc(&thread->regs))) {
		--*budget;
		if (!su_session_step(session, index) && !block_signals(session, index, &lent))
			break;
	}
	if (lent.tid)
		su_session_return_mask(session, &lent);
	if (*budget < before)
		su_session_end_steps(session, index);
}

/* An ignored SIGTRAP that a step forces would be reset to its default action. */
static bool may_step_at_all(const struct su_session *session)
{
	uint64_t ignored = su_proc_status_number(session->pid, session->pid, "SigIgn", 16, ~0ull);

	return !(ignored & (UINT64_C(1) << (SIGTRAP - 1)));
}

struct su_err *su_drive_step(struct su_driven *driven)
{
	struct su_ready *ready = &driven->ready;
	struct su_session *session = ready->session;
	unsigned budget = STEPS_AT_STOP;

	SU_TRY(su_trap_guard_take(&driven->guard, session, &ready->maps));
	if (!driven->guard.safe || !may_step_at_all(session))
		return NULL;
	double end = su_clock_us() + LONGEST_STEPPING;
	for (size_t i = 0; i < session->threads.len; i++) {
		if (ready->threads.at[i].verdict != SU_VERDICT_INSIDE)
			continue;
		step_thread(ready, i, &budget, end);
		su_ready_judge(ready, i);
	}
	return NULL;
}

/* ---- catching ---- */

struct blocking_search {
	const struct su_ready *ready;
	struct su_frame blocking; /* the outermost so far */
	bool innermost;		  /* it is the thread's innermost frame */
	bool any, want_caller;
	struct su_place home; /* where the blocking frame's caller goes on */
	unsigned depth;
};

static bool look_at_frame(void *ctx, const struct su_frame *frame)
{
	struct blocking_search *search = ctx;

	if (search->want_caller)
		search->home = (struct su_place){ frame->pc, frame->sp };
	search->want_caller = su_ready_blocks(search->ready, frame);
	if (search->want_caller) {
		search->blocking = *frame;
		search->innermost = !search->depth;
		search->any = true;
	}
	search->depth++;
	return true;
}

/* Adds a checkpoint between the ends of a hazard; duplicates are not. */
static unsigned add_place(const struct su_hazard *hazard, const struct su_safe *safe,
			  struct su_place *ret, unsigned count)
{
	if (safe->is_entry || safe->addr <= hazard->low || safe->addr >= hazard->high)
		return count;
	for (unsigned i = 0; i < count; i++) {
		if (ret[i].addr == safe->addr)
			return count;
	}
	ret[count] = (struct su_place){ safe->addr, 0 };
	return count + 1;
}

/* The next checkpoints of the function that holds `pc`. */
static unsigned checkpoints_ahead(const struct su_plan *plan, uint64_t pc, struct su_place *ret,
				  unsigned room)
{
	const struct su_hazard *hazard = su_plan_hazard_at(plan, pc);
	unsigned count = 0;

	/* A thread in a long loop comes to no other than the loop's own: those around it first. */
	for (size_t i = 0; hazard && i < plan->safe.len; i++) {
		const struct su_safe *safe = &plan->safe.at[i];

		if (safe->is_return && !safe->any_way)
			continue;
		if (safe->addr <= pc) {
			count = room && add_place(hazard, safe, ret, 0);
		} else if (count < room) {
			count = add_place(hazard, safe, ret, count);
			break;
		}
	}
	/* Then those after it, then from the start of the function: it may be in a loop. */
	for (size_t i = 0; hazard && i < 2 * plan->safe.len && count < room; i++) {
		const struct su_safe *safe = &plan->safe.at[i % plan->safe.len];

		if ((safe->addr > pc) == (i < plan->safe.len))
			count = add_place(hazard, safe, ret, count);
	}
	return count;
}

/* Waits for the thread where its outermost blocking frame has returned, and at the checkpoints
 * ahead of it. With `exact` also where that frame goes on: from there it can be followed along the
 * way that it takes, which is slow. */
static bool aim_at_thread(struct su_ready *ready, size_t index, bool exact)
{
	const struct su_ready_thread *judged = &ready->threads.at[index];
	const struct su_thread *thread = &ready->session->threads.at[index];
	struct blocking_search search = { .ready = ready };
	struct su_place places[SU_MAX_CATCHES];
	unsigned count = 0;

	if (judged->verdict == SU_VERDICT_KEEPS)
		return su_catch_set(ready->session, index, &judged->home, 1);
	if (!su_unwind(ready->unwinder, &ready->session->memory, &thread->regs, &judged->stack,
		       judged->stack.size ? 1 : 0, false, look_at_frame, &search) ||
	    !search.any)
		return false;
	if (!search.want_caller)
		places[count++] = search.home;
	/* Where it is already it has been stepped from, unless a system call forbade that. */
	if (exact && (!search.innermost || su_context_syscall(&thread->regs) >= 0))
		places[count++] = (struct su_place){ search.blocking.pc, search.blocking.sp };
	count += checkpoints_ahead(ready->plan, search.blocking.pc, places + count,
				   SU_MAX_CATCHES - count);
	return count && su_catch_set(ready->session, index, places, count);
}

/* *ret_others: some threads are not ready and cannot be caught either. */
static bool aim_at_all(struct su_ready *ready, bool exact, bool *ret_others)
{
	bool any = false, others = false;

	for (size_t i = 0; i < ready->session->threads.len; i++) {
		if (ready->threads.at[i].verdict >= SU_VERDICT_READY)
			continue;
		ready->session->threads.at[i].held = false;
		bool aimed = aim_at_thread(ready, i, exact);
		any |= aimed;
		others |= !aimed;
	}
	*ret_others = others;
	return any;
}

/* A thread was caught: steps it to a checkpoint, or follows it to where it goes next. */
static void follow_thread(struct su_ready *ready, size_t index, bool exact)
{
	struct su_session *session = ready->session;
	unsigned budget = STEPS_ALONE;

	su_catch_clear_one(session, index);
	if (!su_session_held_registers(session, index))
		return;
	su_ready_judge(ready, index);
	if (ready->threads.at[index].verdict == SU_VERDICT_INSIDE && may_step_at_all(session)) {
		step_thread(ready, index, &budget, su_clock_us() + LONGEST_STEPPING);
		su_ready_judge(ready, index);
	}
	if (ready->threads.at[index].verdict >= SU_VERDICT_READY)
		return;
	aim_at_thread(ready, index, exact);
	su_session_run_on(session, index);
}

static void follow_caught(struct su_drive *drive, bool exact)
{
	for (size_t k = 0; k < drive->processes.len; k++) {
		struct su_ready *ready = &drive->processes.at[k]->ready;
		struct su_session *session = ready->session;

		for (size_t i = 0; i < session->threads.len; i++)
			if (session->threads.at[i].held && session->threads.at[i].catch_count &&
			    session->threads.at[i].state == SU_THREAD_STOPPED)
				follow_thread(ready, i, exact);
	}
}

static double longer_span(double span, double other)
{
	return span > other ? span : other;
}

/* ---- alone ---- */

/* Whether the threads that are not ready may come without the others: none of them is in a system
 * call other than for a lock. */
static bool may_come_alone(const struct su_ready *ready)
{
	for (size_t i = 0; i < ready->session->threads.len; i++) {
		const struct su_thread *thread = &ready->session->threads.at[i];

		if (ready->threads.at[i].verdict < SU_VERDICT_READY &&
		    su_context_syscall(&thread->regs) >= 0 &&
		    su_context_syscall(&thread->regs) != SYS_futex)
			return false;
	}
	return true;
}

/* Lets the holders run for which threads wait that are to be caught. False: nobody can come. */
static bool run_holders(struct su_session *session)
{
	bool any = false;
	size_t holder;

	for (size_t i = 0; i < session->threads.len; i++) {
		const struct su_thread *thread = &session->threads.at[i];

		if (!thread->catch_count || thread->state != SU_THREAD_RUNNING)
			continue;
		enum su_wait wait = su_futex_wait(session, i, &holder);
		if (wait == SU_WAIT_THREAD && session->threads.at[holder].held)
			su_session_run_on(session, holder);
		any |= wait != SU_WAIT_UNKNOWN;
	}
	return any;
}

/* Whether some thread that is to be caught can come yet. */
static bool run_all_holders(struct su_drive *drive)
{
	bool any = false;

	for (size_t i = 0; i < drive->processes.len; i++)
		any |= run_holders(drive->processes.at[i]->ready.session);
	return any;
}

/* The threads that are not ready are aimed at, and all are stopped. */
static void run_alone(struct su_drive *drive, bool exact)
{
	double now, end = su_clock_us() + longer_span(ALONE, drive->slowness);

	for (size_t i = 0; i < drive->processes.len; i++)
		su_session_hold_others(drive->processes.at[i]->ready.session);
	su_group_resume(drive->group);
	while ((now = su_clock_us()) < end) {
		if (su_group_await_catch(drive->group, now + LOOK, INFINITY))
			follow_caught(drive, exact);
		else if (!run_all_holders(drive))
			break;
	}
}

/* ---- rounds ---- */

void su_drive_init(struct su_drive *drive, struct su_group *group)
{
	*drive = (struct su_drive){ .group = group, .delay = FIRST_DELAY, .hold = FIRST_HOLD };
}

void su_drive_deinit(struct su_drive *drive)
{
	su_vec_deinit(&drive->processes);
}

struct su_err *su_drive_finish(struct su_driven *driven)
{
	struct su_session *session = driven->ready.session;
	size_t index;

	if (!driven->guard.set)
		return NULL;
	if (session->stopping)
		return su_trap_guard_drop(&driven->guard, session, &driven->ready.maps);
	SU_TRY(su_session_stop_one(session, &index));
	struct su_err *err = su_trap_guard_drop(&driven->guard, session, &driven->ready.maps);
	su_session_resume(session);
	return err;
}

static double grown_span(double value, double longest)
{
	return value * 1.6 < longest ? value * 1.6 : longest;
}

static double next_delay(struct su_drive *drive, double deadline)
{
	double jitter = 0.75 + 0.5 * (double)randombytes_uniform(1024) / 1024;
	double left = deadline - su_clock_us(), delay = drive->delay * jitter;

	drive->delay = grown_span(drive->delay, LONGEST_DELAY);
	return delay < left ? delay : left;
}

/* What the threads that are not ready allow, of all processes. */
struct aims {
	bool any;	/* some are to be caught */
	bool others;	/* some cannot be */
	bool may_alone; /* all may come without the ready ones */
};

static struct aims aim_everywhere(struct su_drive *drive, bool exact)
{
	struct aims aims = { .may_alone = true };

	for (size_t i = 0; i < drive->processes.len; i++) {
		struct su_driven *driven = drive->processes.at[i];
		bool others = false;

		if (driven->guard.safe)
			aims.any |= aim_at_all(&driven->ready, exact, &others);
		else
			others = !su_ready_all(&driven->ready);
		aims.others |= others;
		aims.may_alone &= may_come_alone(&driven->ready);
	}
	return aims;
}

static void let_all_go(struct su_drive *drive)
{
	for (size_t i = 0; i < drive->processes.len; i++)
		su_session_let_go(drive->processes.at[i]->ready.session);
}

/* Who has not come may wait for one that is held. */
static bool held_in_vain(const struct su_drive *drive)
{
	bool missing = false, held = false;

	for (size_t i = 0; i < drive->processes.len; i++) {
		const struct su_session *session = drive->processes.at[i]->ready.session;

		held |= session->held_at > 0;
		for (size_t k = 0; k < session->threads.len; k++)
			missing |= session->threads.at[k].catch_count &&
				   session->threads.at[k].state == SU_THREAD_RUNNING;
	}
	return missing && held;
}

void su_drive_run(struct su_drive *drive, double deadline)
{
	double delay = next_delay(drive, deadline), left = deadline - su_clock_us();
	bool rest = drive->expired || ++drive->attempts % BURST == 0;
	bool exact = drive->attempts % 4 >= 2;
	struct aims aims = { false, false, false };

	if (drive->alone)
		let_all_go(drive);
	if (!rest)
		aims = aim_everywhere(drive, exact);
	drive->alone = aims.any && !aims.others && drive->attempts % 2 && aims.may_alone;
	drive->expired = false;
	if (drive->alone) {
		run_alone(drive, exact);
		return;
	}
	if (!aims.any)
		let_all_go(drive);
	su_group_resume(drive->group);
	if (!aims.any) {
		su_group_pump(drive->group, delay);
		return;
	}
	if (!aims.others)
		delay = longer_span(delay, PATIENCE);
	delay = longer_span(delay, drive->slowness);
	for (double end = su_clock_us() + (delay < left ? delay : left);
	     su_group_await_catch(drive->group, end, longer_span(drive->hold, drive->slowness));)
		follow_caught(drive, exact);
	drive->expired = held_in_vain(drive);
	if (drive->expired)
		drive->hold = grown_span(drive->hold, LONGEST_HOLD);
}
