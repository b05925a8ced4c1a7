/* One update of one process under way: see job.h. */
#include "update/job.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "process/catch.h"
#include "update/drive.h"
#include "update/report.h"

#define STOP_LIMIT 1e6 /* microseconds that one attempt to stop all may take */
#define DEFAULT_TIMEOUT 5.0

void su_job_progress(const struct su_job *job, const char *what)
{
	if (job->options && job->options->progress)
		job->options->progress(job->options->progress_ctx, what);
}

struct su_err *su_job_look(struct su_job *job)
{
	SU_TRY(su_maps_read(&job->maps, job->session->pid));
	SU_TRY(su_registry_find(&job->session->memory, &job->maps, &job->registries));
	return NULL;
}

struct su_err *su_job_open(struct su_job *job, pid_t pid, const struct su_update_options *options,
			   struct su_update_report *report)
{
	double timeout = options ? options->timeout : DEFAULT_TIMEOUT;

	memset(job, 0, sizeof(*job));
	job->options = options;
	job->report = report;
	job->started = su_clock_us();
	job->deadline = job->started + timeout * 1e6;
	if (report) {
		memset(report, 0, sizeof(*report));
		report->pid = pid;
	}
	SU_TRY(su_session_open(pid, &job->session));
	return su_job_look(job);
}

void su_job_close(struct su_job *job)
{
	double longest = job->session ? job->session->longest_stop : 0;

	su_session_close(job->session);
	su_unwinder_destroy(job->unwinder);
	if (job->has_plan)
		su_plan_deinit(&job->plan);
	for (size_t i = 0; i < job->others.len; i++)
		su_patch_close(job->others.at[i]);
	su_vec_deinit(&job->others);
	su_patch_close(job->held_patch);
	su_maps_deinit(&job->maps);
	su_vec_deinit(&job->registries.list);
	free(job->linked);
	free(job->image_code);
	if (job->report) {
		job->report->pause_us = longest;
		job->report->wall_us = su_clock_us() - job->started;
	}
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
		if (job->registries.list.at[i].state != SU_REGISTRY_STAGED)
			return false;
	}
	return true;
}

struct su_err *su_job_plan(struct su_job *job, enum su_direction direction, uint64_t base)
{
	if (job->has_plan)
		su_plan_deinit(&job->plan);
	su_plan_init(&job->plan, job->patch, direction, job->image.base, base, is_pristine(job));
	job->has_plan = true;
	su_unwinder_destroy(job->unwinder);
	job->unwinder = su_unwinder_create(&job->session->memory, &job->maps);
	su_unwinder_add_patch(job->unwinder, job->patch, base);
	for (size_t i = 0; i < job->registries.list.len; i++) {
		const struct su_registry *other = &job->registries.list.at[i];
		struct su_patch *patch;

		if (other->base == base || other->state == SU_REGISTRY_STAGED)
			continue;
		SU_TRY(su_registry_read_patch(&job->session->memory, other, &patch));
		su_vec_push(&job->others, patch);
		su_plan_avoid(&job->plan, other->base, other->base + other->span);
		su_unwinder_add_patch(job->unwinder, patch, other->base);
	}
	su_plan_seal(&job->plan);
	return NULL;
}

/* ---- rounds ---- */

static void take_times(struct su_update_report *report, double stopped, double judged,
		       double committed, double resumed)
{
	report->ready_us = judged - stopped;
	report->commit_us = committed - judged;
	report->resume_us = resumed - committed;
}

static uint64_t count_carried(const struct su_ready *ready)
{
	uint64_t count = 0;

	for (size_t i = 0; i < ready->session->threads.len; i++)
		count += ready->threads.at[i].verdict == SU_VERDICT_READY &&
			 ready->threads.at[i].at_checkpoint;
	return count;
}

static size_t count_threads(const struct su_session *session)
{
	size_t count = 0;

	for (size_t i = 0; i < session->threads.len; i++)
		count += session->threads.at[i].state == SU_THREAD_STOPPED;
	return count;
}

/* All threads run on, also those that were held. */
static void let_run(struct su_session *session)
{
	su_session_let_go(session);
	su_session_resume(session);
}

/* Stops all threads and judges them, after stepping with `drive`; on failure they run again.
 * *ret_stopped: when the last one had stopped. */
static struct su_err *stop_and_judge(struct su_job *job, struct su_ready *ready,
				     struct su_drive *drive, bool *ret_all, double *ret_stopped)
{
	double start = su_clock_us(), limit = start + STOP_LIMIT;
	bool all = false;

	job->report->rounds++;
	struct su_err *err = su_session_stop(job->session, limit);
	if (!err) {
		su_catch_clear(job->session);
		*ret_stopped = su_clock_us();
		job->report->stop_us = *ret_stopped - start;
		job->report->thread_count = count_threads(job->session);
		err = su_session_registers(job->session);
	}
	if (!err)
		err = su_ready_scan(ready, &all);
	if (!err && !all && drive) {
		err = su_drive_step(drive, ready);
		all = su_ready_all(ready);
	}
	if (err)
		let_run(job->session);
	else
		*ret_all = all;
	return err;
}

/* All threads are stopped and ready. */
static struct su_err *commit_stopped(struct su_job *job, struct su_ready *ready,
				     enum su_registry_state after, double stopped)
{
	struct su_hold hold = { 0 };
	double judged = su_clock_us();
	struct su_err *err = su_commit(job->session, &job->plan, &job->registry, after, &hold);
	double committed = su_clock_us();

	if (err && su_err_code(err) != SU_E_DAMAGED && job->registry.state != after)
		let_run(job->session); /* still ours: the mapping has to go */
	else
		su_session_release(job->session);
	if (hold.session)
		su_hold_finish(&hold);
	take_times(job->report, stopped, judged, committed, su_clock_us());
	if (err)
		return err;
	job->report->activations_carried = count_carried(ready);
	job->report->activations_pending = su_ready_count_waiting(ready);
	return NULL;
}

/* The deadline has passed, with all threads stopped: they go on. */
static struct su_err *give_up(struct su_job *job, struct su_ready *ready, struct su_drive *drive)
{
	struct su_err *err = su_drive_finish(drive, ready);

	let_run(job->session);
	if (err)
		return err;
	su_report_threads(job->report, ready, false);
	return su_report_busy(job->report);
}

/* After an error, with all threads running. */
static struct su_err *leave(struct su_ready *ready, struct su_drive *drive, struct su_err *why)
{
	if (su_session_is_gone(ready->session))
		return why;
	struct su_err *err = su_drive_finish(drive, ready);
	if (!err)
		return why;
	su_err_destroy(why);
	return err;
}

static struct su_err *run_rounds(struct su_job *job, struct su_ready *ready,
				 enum su_registry_state after)
{
	struct su_drive drive;

	su_drive_init(&drive, ready);
	for (;;) {
		bool all = false;
		double stopped = 0;
		struct su_err *err = stop_and_judge(job, ready, &drive, &all, &stopped);
		bool late = su_clock_us() >= job->deadline;

		if (err && (late || su_err_code(err) != SU_E_BUSY))
			return leave(ready, &drive, err);
		if (!err && all) {
			err = su_drive_finish(&drive, ready);
			if (!err)
				return commit_stopped(job, ready, after, stopped);
			let_run(job->session);
			return err;
		}
		if (late)
			return give_up(job, ready, &drive);
		if (err)
			su_session_pump(job->session, drive.delay);
		else
			su_drive_run(&drive, ready, job->deadline);
		su_err_destroy(err);
		if (job->session->held_at <= 0)
			su_job_progress(job, "waiting for threads to come to a checkpoint");
	}
}

struct su_err *su_job_commit(struct su_job *job, enum su_registry_state after)
{
	struct su_ready ready;

	su_ready_init(&ready, job->session, &job->plan, job->unwinder);
	struct su_err *err = run_rounds(job, &ready, after);
	su_ready_deinit(&ready);
	return err;
}

struct su_err *su_job_try(struct su_job *job)
{
	struct su_ready ready;
	bool all = false;
	double stopped;

	su_ready_init(&ready, job->session, &job->plan, job->unwinder);
	struct su_err *err = stop_and_judge(job, &ready, NULL, &all, &stopped);
	if (!err) {
		su_session_release(job->session);
		job->report->activations_carried = count_carried(&ready);
		job->report->activations_pending = su_ready_count_waiting(&ready);
		su_report_threads(job->report, &ready, true);
		if (!all)
			err = su_report_busy(job->report);
	}
	su_ready_deinit(&ready);
	return err;
}
