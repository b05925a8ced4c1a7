/* Filling in the report on an update: see report.h. */
#include "update/report.h"

#include "base/reason.h"
#include "update/plan/seal.h"

#include <stdlib.h>
#include <string.h>

/* ---- the whole ---- */

struct su_report *su_report_create(void)
{
	struct su_report *report = su_alloc(sizeof(*report));

	report->arena = su_arena_create();
	return report;
}

/* A public error is a `struct su_err` under another name. */
void su_report_drop(struct strongupdate_process *process)
{
	su_err_destroy((struct su_err *)process->error);
	process->error = NULL;
}

void su_report_clear(struct su_report *report)
{
	for (size_t i = 0; i < report->processes.len; i++)
		su_report_drop(&report->processes.at[i]);
	report->processes.len = 0;
	report->public.process_count = 0;
}

void su_report_destroy(struct su_report *report)
{
	if (!report)
		return;
	su_report_clear(report);
	su_vec_deinit(&report->processes);
	su_arena_destroy(report->arena);
	free(report);
}

void su_report_begin(struct su_report *report, pid_t pid, struct strongupdate_process *ret)
{
	char command[17];

	su_proc_comm(pid, pid, command);
	*ret = (struct strongupdate_process){
		.pid = pid,
		.command = su_arena_strdup(report->arena, command),
	};
}

void su_report_blame(struct strongupdate_process *process, const struct su_err *err)
{
	struct su_err *copy = su_err_copy(err);

	su_report_drop(process);
	process->error = (struct strongupdate_error *)copy;
}

void su_report_add(struct su_report *report, const struct strongupdate_process *process)
{
	su_vec_push(&report->processes, *process);
	report->public.processes = report->processes.at;
	report->public.process_count = report->processes.len;
}

/* ---- what is in the way ---- */

static const struct su_patch_missing *missing_at(const struct su_plan *plan, uint64_t addr)
{
	for (size_t i = 0; i < plan->patch->missing_count; i++) {
		const struct su_patch_missing *missing = &plan->patch->missing[i];
		uint64_t from;

		if (missing->direction == (uint32_t)plan->direction &&
		    su_sites_code(&plan->sites, missing->direction, missing->from, &from) &&
		    from == addr)
			return missing;
	}
	return NULL;
}

static const char *general_reason(const struct su_plan *plan, enum su_verdict verdict,
				  const struct su_hazard *hazard)
{
	const struct su_patch *patch = plan->patch;

	if (verdict == SU_VERDICT_UNKNOWN)
		return SU_WHY_NO_UNWIND;
	if (verdict == SU_VERDICT_HIDDEN)
		return SU_WHY_URETPROBE;
	if (hazard && hazard->kind != SU_HAZARD_DEAD)
		return SU_WHY_BETWEEN;
	if (verdict == SU_VERDICT_INTERRUPTED)
		return SU_WHY_INTERRUPTED;
	if (hazard && hazard->patch != patch)
		return SU_WHY_EARLIER_VERSION;
	if (hazard && patch->functions[hazard->function].opaque[plan->direction])
		return su_patch_string(patch,
				       patch->functions[hazard->function].opaque[plan->direction]);
	if (verdict == SU_VERDICT_INSIDE)
		return SU_WHY_RUNS_INSIDE;
	if (!plan->alone)
		return SU_WHY_NO_CHECKPOINT_CHAIN;
	return SU_WHY_NO_CHECKPOINT;
}

static void explain_thread(struct su_arena *arena, struct strongupdate_thread *thread,
			   const struct su_plan *plan, enum su_verdict verdict, uint64_t at)
{
	uint64_t back = verdict == SU_VERDICT_WAITING ? 1 : 0;
	const struct su_hazard *hazard = su_plan_hazard_at(plan, at - back);
	const struct su_patch_missing *missing = missing_at(plan, at);
	const char *guard = su_plan_guard_at(plan, at);

	if (hazard && hazard->kind == SU_HAZARD_DEAD)
		thread->function = su_arena_strdup(
			arena, su_patch_string(hazard->patch,
					       hazard->patch->functions[hazard->function].name));
	if (missing && missing->file)
		thread->where = su_arena_format(
			arena, "%s:%u", su_patch_string(plan->patch, missing->file), missing->line);
	if (guard)
		thread->reason = su_arena_format(arena, SU_WHY_WHEN_ACTIVE, guard);
	else
		thread->reason = su_arena_strdup(
			arena, missing ? su_patch_string(plan->patch, missing->reason)
				       : general_reason(plan, verdict, hazard));
}

static struct strongupdate_thread thread_of(struct su_arena *arena, pid_t pid, pid_t tid)
{
	char name[17];

	su_proc_comm(pid, tid, name);
	return (struct strongupdate_thread){ .tid = tid, .name = su_arena_strdup(arena, name) };
}

static struct strongupdate_thread *start_list(struct su_report *report,
					      struct strongupdate_process *process, size_t room)
{
	struct strongupdate_thread *threads =
		su_arena_alloc(report->arena, (room + 1) * sizeof(*threads));

	process->threads = threads;
	process->threads_listed = 0;
	return threads;
}

void su_report_threads(struct su_report *report, struct strongupdate_process *process,
		       const struct su_ready *ready)
{
	const struct su_session *session = ready->session;
	struct strongupdate_thread *threads = start_list(report, process, session->threads.len);

	for (size_t i = 0; i < session->threads.len && i < ready->threads.len; i++) {
		const struct su_ready_thread *judged = &ready->threads.at[i];

		if (judged->verdict == SU_VERDICT_GONE)
			continue;
		struct strongupdate_thread *thread = &threads[process->threads_listed++];
		*thread = thread_of(report->arena, process->pid, session->threads.at[i].tid);
		thread->ready = judged->verdict == SU_VERDICT_READY;
		if (!thread->ready)
			explain_thread(report->arena, thread, ready->plan, judged->verdict,
				       judged->where);
	}
}

void su_report_obstacles(struct su_report *report, struct strongupdate_process *process,
			 const struct su_plan *plan, const struct su_obstacle *list, size_t count)
{
	struct strongupdate_thread *threads = start_list(report, process, count);

	for (size_t i = 0; i < count; i++) {
		if (list[i].kind != SU_OBSTACLE_THREAD || list[i].pid != process->pid)
			continue;
		struct strongupdate_thread *thread = &threads[process->threads_listed++];
		*thread = thread_of(report->arena, process->pid, list[i].tid);
		explain_thread(report->arena, thread, plan, list[i].verdict, list[i].where);
	}
}

/* ---- as an error ---- */

static struct su_err *suspended_error(const struct su_plan *plan,
				      const struct su_obstacle *obstacle)
{
	const struct su_hazard *hazard = su_plan_hazard_at(plan, obstacle->where - 1);
	const struct su_patch_missing *missing = missing_at(plan, obstacle->where);
	const struct su_patch *patch = plan->patch;

	if (obstacle->suspended == SU_SUSPENDED_UNKNOWN)
		return su_refuse(SU_WHY_SEARCH_FAILED, (unsigned long)obstacle->where);
	if (!missing)
		return su_refuse(
			SU_WHY_SUSPENDED_SOMEWHERE,
			hazard && hazard->kind == SU_HAZARD_DEAD
				? su_patch_string(hazard->patch,
						  hazard->patch->functions[hazard->function].name)
				: "some function (a uretprobe hides which)");
	return su_refuse(SU_WHY_SUSPENDED,
			 su_patch_string(patch, patch->functions[missing->function].name),
			 missing->file ? su_patch_string(patch, missing->file) : "?", missing->line,
			 su_patch_string(patch, missing->reason));
}

/* The object that moves, and who holds its address. */
static struct su_err *held_error(const struct su_plan *plan, const struct su_held_report *what)
{
	const struct su_hazard *hazard = su_plan_hazard_at(plan, what->point - 1);
	bool named = what->object && *what->object;
	SU_FREE char *at =
		what->address ? su_format(" at %#lx", (unsigned long)what->address) : su_strdup("");

	if (what->held == SU_HELD_UNKNOWN)
		return su_refuse(plan->patch->moved_count ? SU_WHY_VARIABLE_MAY_BE_HELD
							  : SU_WHY_MAY_BE_HELD,
				 what->holder, at);
	if (!what->tid)
		return su_refuse(SU_WHY_VARIABLE_HELD, what->object, what->holder, at);
	return su_refuse(SU_WHY_HELD, named ? "'" : "", named ? what->object : "an object",
			 named ? "'" : "",
			 hazard && hazard->kind == SU_HAZARD_DEAD
				 ? su_patch_string(hazard->patch,
						   hazard->patch->functions[hazard->function].name)
				 : "a function",
			 what->tid, what->holder, at);
}

static struct su_err *thread_error(const struct su_plan *plan, const struct su_obstacle *obstacle)
{
	struct su_arena *arena = su_arena_create();
	struct strongupdate_thread thread = thread_of(arena, obstacle->pid, obstacle->tid);

	explain_thread(arena, &thread, plan, obstacle->verdict, obstacle->where);
	struct su_err *err = su_refuse(
		SU_WHY_NOT_AT_CHECKPOINT, thread.tid, thread.name, thread.function ? ", in " : "",
		thread.function ? thread.function : "", thread.where ? " (" : "",
		thread.where ? thread.where : "", thread.where ? ")" : "", thread.reason);
	su_arena_destroy(arena);
	return err;
}

struct su_err *su_report_busy(const struct su_plan *plan, const struct su_obstacle *obstacle)
{
	switch (obstacle->kind) {
	case SU_OBSTACLE_THREAD:
		return thread_error(plan, obstacle);
	case SU_OBSTACLE_SUSPENDED:
		return suspended_error(plan, obstacle);
	case SU_OBSTACLE_HELD:
		return held_error(plan, &obstacle->held);
	default:
		return su_refuse(SU_WHY_NOT_STOPPED);
	}
}
