/* Filling in the report on a process: see report.h. */
#include "update/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

static void free_threads(struct su_update_process *report)
{
	for (size_t i = 0; i < report->threads_listed; i++) {
		struct su_update_thread *thread = &report->threads[i];

		free((char *)thread->name);
		free((char *)thread->function);
		free((char *)thread->where);
		free((char *)thread->reason);
	}
	free(report->threads);
	report->threads = NULL;
	report->threads_listed = 0;
}

struct su_update_process *su_report_create(pid_t pid)
{
	struct su_update_process *report = su_alloc(sizeof(*report));

	report->pid = pid;
	su_proc_comm(pid, pid, report->command);
	return report;
}

void su_report_free(struct su_update_process *report)
{
	if (!report)
		return;
	free_threads(report);
	su_err_destroy(report->err);
	free(report);
}

void su_update_report_deinit(struct su_update_report *report)
{
	for (size_t i = 0; i < report->processes.len; i++)
		su_report_free(report->processes.at[i]);
	su_vec_deinit(&report->processes);
	memset(report, 0, sizeof(*report));
}

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
		return "its stack cannot be unwound to its start";
	if (verdict == SU_VERDICT_HIDDEN)
		return "a uretprobe hides where one of its functions returns to (remove the probe: "
		       "perf, bpftrace and the like set them)";
	if (hazard && hazard->kind != SU_HAZARD_DEAD)
		return "it is on its way between the versions";
	if (verdict == SU_VERDICT_INTERRUPTED)
		return "a signal interrupted the function where it has no checkpoint";
	if (hazard && hazard->patch != patch)
		return "it waits in the code of an earlier version at a call that has no checkpoint now";
	if (hazard && patch->functions[hazard->function].opaque[plan->direction])
		return su_patch_string(patch,
				       patch->functions[hazard->function].opaque[plan->direction]);
	if (verdict == SU_VERDICT_INSIDE)
		return "it runs in the function and does not come to a checkpoint";
	if (!plan->alone)
		return "the function waits at a call that has no checkpoint for a process that has been updated before";
	return "the function waits at a call that has no checkpoint";
}

static void explain(struct su_update_thread *thread, const struct su_plan *plan,
		    enum su_verdict verdict, uint64_t at)
{
	uint64_t back = verdict == SU_VERDICT_WAITING ? 1 : 0;
	const struct su_hazard *hazard = su_plan_hazard_at(plan, at - back);
	const struct su_patch_missing *missing = missing_at(plan, at);
	const char *guard = su_plan_guard_at(plan, at);

	if (hazard && hazard->kind == SU_HAZARD_DEAD)
		thread->function = su_strdup(su_patch_string(
			hazard->patch, hazard->patch->functions[hazard->function].name));
	if (missing && missing->file)
		thread->where = su_format("%s:%u", su_patch_string(plan->patch, missing->file),
					  missing->line);
	if (guard)
		thread->reason =
			su_format("%s is active, and the update is to wait until it is not", guard);
	else
		thread->reason = su_strdup(missing ? su_patch_string(plan->patch, missing->reason)
						   : general_reason(plan, verdict, hazard));
}

static struct su_update_thread *list_thread(struct su_update_process *report, pid_t tid)
{
	struct su_update_thread *thread = &report->threads[report->threads_listed++];
	char name[17];

	thread->tid = tid;
	su_proc_comm(report->pid, tid, name);
	thread->name = su_strdup(name);
	return thread;
}

void su_report_threads(struct su_update_process *report, const struct su_ready *ready)
{
	const struct su_session *session = ready->session;

	free_threads(report);
	report->threads = su_alloc((session->threads.len + 1) * sizeof(*report->threads));
	for (size_t i = 0; i < session->threads.len && i < ready->threads.len; i++) {
		const struct su_ready_thread *judged = &ready->threads.at[i];

		if (judged->verdict == SU_VERDICT_GONE)
			continue;
		struct su_update_thread *thread = list_thread(report, session->threads.at[i].tid);
		thread->ready = judged->verdict == SU_VERDICT_READY;
		if (!thread->ready)
			explain(thread, ready->plan, judged->verdict, judged->where);
	}
}

void su_report_obstacles(struct su_update_process *report, const struct su_plan *plan,
			 const struct su_obstacle *list, size_t count)
{
	free_threads(report);
	report->threads = su_alloc((count + 1) * sizeof(*report->threads));
	for (size_t i = 0; i < count; i++)
		if (list[i].kind == SU_OBSTACLE_THREAD && list[i].pid == report->pid)
			explain(list_thread(report, list[i].tid), plan, list[i].verdict,
				list[i].where);
}

static struct su_err *suspended(const struct su_plan *plan, const struct su_obstacle *obstacle)
{
	const struct su_hazard *hazard = su_plan_hazard_at(plan, obstacle->where - 1);
	const struct su_patch_missing *missing = missing_at(plan, obstacle->where);
	const struct su_patch *patch = plan->patch;

	if (obstacle->suspended == SU_SUSPENDED_UNKNOWN)
		return su_err_new(SU_E_BUSY,
				  "the memory at %#lx cannot be searched for suspended activations",
				  (unsigned long)obstacle->where);
	if (!missing)
		return su_err_new(
			SU_E_BUSY,
			"an activation of %s may be suspended (a coroutine's) where it has no checkpoint",
			hazard && hazard->kind == SU_HAZARD_DEAD
				? su_patch_string(hazard->patch,
						  hazard->patch->functions[hazard->function].name)
				: "some function (a uretprobe hides which)");
	return su_err_new(
		SU_E_BUSY,
		"an activation of %s may be suspended (a coroutine's) at %s:%u, where it has no checkpoint: %s",
		su_patch_string(patch, patch->functions[missing->function].name),
		missing->file ? su_patch_string(patch, missing->file) : "?", missing->line,
		su_patch_string(patch, missing->reason));
}

/* The object that moves, and who holds its address. */
static struct su_err *held(const struct su_plan *plan, const struct su_held_report *what)
{
	const struct su_hazard *hazard = su_plan_hazard_at(plan, what->point - 1);
	bool named = what->object && *what->object;
	SU_FREE char *at =
		what->address ? su_format(" at %#lx", (unsigned long)what->address) : su_strdup("");

	if (what->held == SU_HELD_UNKNOWN)
		return su_err_new(
			SU_E_BUSY,
			"a local variable moves in the frame of an active function, and %s may hold its address%s",
			what->holder, at);
	return su_err_new(
		SU_E_BUSY,
		"%s%s%s of %s, in which thread %d is, moves in the frame, and its address is held %s%s",
		named ? "'" : "", named ? what->object : "an object", named ? "'" : "",
		hazard && hazard->kind == SU_HAZARD_DEAD
			? su_patch_string(hazard->patch,
					  hazard->patch->functions[hazard->function].name)
			: "a function",
		what->tid, what->holder, at);
}

static struct su_err *in_the_way(const struct su_plan *plan, const struct su_obstacle *obstacle)
{
	struct su_update_process one = { .pid = obstacle->pid };

	su_report_obstacles(&one, plan, obstacle, 1);
	const struct su_update_thread *thread = &one.threads[0];
	struct su_err *err = su_err_new(
		SU_E_BUSY, "thread %d (%s) is not at a checkpoint%s%s%s%s%s: %s", thread->tid,
		thread->name, thread->function ? ", in " : "",
		thread->function ? thread->function : "", thread->where ? " (" : "",
		thread->where ? thread->where : "", thread->where ? ")" : "", thread->reason);
	free_threads(&one);
	return err;
}

struct su_err *su_report_busy(const struct su_plan *plan, const struct su_obstacle *obstacle)
{
	switch (obstacle->kind) {
	case SU_OBSTACLE_THREAD:
		return in_the_way(plan, obstacle);
	case SU_OBSTACLE_SUSPENDED:
		return suspended(plan, obstacle);
	case SU_OBSTACLE_HELD:
		return held(plan, &obstacle->held);
	default:
		return su_err_new(SU_E_BUSY, "the threads could not be stopped in time");
	}
}
