/* Putting right what a killed updater left: see recover.h. */
#include "update/commit/recover.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "process/trap.h"
#include "update/plan/stage.h"
#include "update/search.h"

#define STOP_LIMIT 10e6	 /* microseconds: nobody waits for anything else */
#define SETTLE_LIMIT 200 /* milliseconds until threads whose tracer has died have stopped */

static bool is_whole(const struct su_job *job)
{
	for (size_t i = 0; i < job->registries.list.len; i++)
		if (job->registries.list.at[i].held ||
		    job->registries.list.at[i].state == SU_REGISTRY_COMMITTING)
			return false;
	return true;
}

struct su_err *su_recover_require_whole(struct su_job *job)
{
	pid_t pid = job->session->pid;

	if (is_whole(job))
		return NULL;
	/* A living updater may be at work: then the process cannot be seized. */
	SU_TRY(su_session_seize(job->session));
	SU_TRY(su_job_look(job));
	if (is_whole(job))
		return su_err_new(SU_E_STATE, "process %d has just been updated by someone else",
				  pid);
	return su_err_new(SU_E_DAMAGED,
			  "process %d is stopped by an update that was cut off: run 'strongupdate "
			  "recover %d'",
			  pid, pid);
}

/* ---- the journal ---- */

static struct su_err *read_journal(const struct su_memory *memory,
				   const struct su_registry *registry,
				   struct su_registry_span **ret)
{
	size_t size = registry->span_count * sizeof(**ret);
	struct su_registry_span *spans = su_alloc(size + 1);
	struct su_err *err = su_memory_read(memory, registry->base + registry->span, spans, size);

	for (size_t i = 0; i < registry->span_count && !err; i++)
		if (spans[i].size > 8)
			err = su_err_new(SU_E_FORMAT, "the undo journal is damaged");
	if (err) {
		free(spans);
		return err;
	}
	*ret = spans;
	return NULL;
}

/* What the place held before the commit that was cut off. */
static const uint8_t *before(const struct su_registry *registry,
			     const struct su_registry_span *span)
{
	/* Before a first commit no place holds a jump. */
	bool fresh = registry->before == SU_REGISTRY_STAGED;

	return !fresh && span->direction != registry->direction ? span->jump : span->code;
}

static struct su_err *is_untouched(const struct su_memory *memory,
				   const struct su_registry *registry,
				   const struct su_registry_span *spans, bool *ret)
{
	uint8_t bytes[8];

	for (size_t i = 0; i < registry->span_count; i++) {
		SU_TRY(su_memory_read(memory, spans[i].addr, bytes, spans[i].size));
		if (memcmp(bytes, before(registry, &spans[i]), spans[i].size)) {
			*ret = false;
			return NULL;
		}
	}
	*ret = true;
	return NULL;
}

static struct su_err *restore(const struct su_memory *memory, const struct su_registry *registry,
			      const struct su_registry_span *span)
{
	const uint8_t *wanted = before(registry, span);
	uint8_t check[8];

	SU_TRY(su_memory_write(memory, span->addr, wanted, span->size));
	SU_TRY(su_memory_read(memory, span->addr, check, span->size));
	if (memcmp(check, wanted, span->size))
		return su_err_new(SU_E_IO, "the code at %#lx cannot be restored",
				  (unsigned long)span->addr);
	return NULL;
}

static struct su_err *roll_back(struct su_session *session, struct su_registry *registry)
{
	SU_FREE struct su_registry_span *spans = NULL;
	bool untouched;

	SU_TRY(read_journal(&session->memory, registry, &spans));
	SU_TRY(is_untouched(&session->memory, registry, spans, &untouched));
	if (!untouched && su_hold_is_needed(session))
		return su_err_new(SU_E_DAMAGED,
				  "process %d was let run on in the middle of an update, and its "
				  "code is of two versions: restart it",
				  session->pid);
	for (size_t i = registry->span_count; i-- > 0;)
		SU_TRY(restore(&session->memory, registry, &spans[i]));
	return NULL;
}

/* ---- the other processes of the update ---- */

static enum su_registry_state after(const struct su_registry *registry)
{
	return registry->direction == SU_FORWARD ? SU_REGISTRY_APPLIED : SU_REGISTRY_REVERTED;
}

static bool has_committed(pid_t pid, const struct su_registry *registry)
{
	struct su_sight sight;
	struct su_err *err = su_sight_open(&sight, pid);
	bool has = false;

	for (size_t i = 0; i < sight.registries.list.len && !err; i++)
		has |= sight.registries.list.at[i].update == registry->update &&
		       sight.registries.list.at[i].state == after(registry);
	su_err_destroy(err);
	su_sight_close(&sight);
	return has;
}

/* Is the commit done elsewhere? */
static struct su_err *is_decided(const struct su_registry *registry, bool *ret)
{
	struct su_tids all = { 0 };
	struct su_err *err = su_proc_list(&all);

	*ret = false;
	for (size_t i = 0; i < all.list.len && !err && !*ret; i++)
		*ret = has_committed(all.list.at[i], registry);
	su_vec_deinit(&all.list);
	return err;
}

/* Every place holds what it must hold after the commit. */
static struct su_err *require_written(const struct su_memory *memory,
				      const struct su_registry *registry)
{
	SU_FREE struct su_registry_span *spans = NULL;
	uint8_t bytes[8];

	SU_TRY(read_journal(memory, registry, &spans));
	for (size_t i = 0; i < registry->span_count; i++) {
		const struct su_registry_span *span = &spans[i];
		bool ours = span->direction == registry->direction;

		SU_TRY(su_memory_read(memory, span->addr, bytes, span->size));
		if (memcmp(bytes, ours ? span->jump : span->code, span->size))
			return su_err_new(SU_E_DAMAGED,
					  "process %d is not wholly in the version of the other "
					  "processes of its update: restart it",
					  memory->pid);
	}
	return NULL;
}

/* ---- recovery ---- */

static struct su_err *finish_commit(struct su_job *job, struct su_registry *registry,
				    struct su_recovery *recovery)
{
	bool decided;

	SU_TRY(is_decided(registry, &decided));
	if (decided) {
		SU_TRY(require_written(&job->session->memory, registry));
		registry->state = after(registry);
		registry->since = time(NULL);
		registry->order = su_registry_next_order(&job->registries);
		recovery->completed = true;
	} else {
		SU_TRY(roll_back(job->session, registry));
		registry->state = registry->before;
		recovery->rolled_back = true;
	}
	return su_memory_write(&job->session->memory, registry->base, registry, sizeof(*registry));
}

/* Code first, the registry last: a recovery that is cut off can be made again. */
static struct su_err *finish_commits(struct su_job *job, struct su_recovery *recovery,
				     bool *ret_held)
{
	for (size_t i = job->registries.list.len; i-- > 0;) {
		struct su_registry *registry = &job->registries.list.at[i];

		*ret_held |= registry->held;
		if (registry->state == SU_REGISTRY_COMMITTING)
			SU_TRY(finish_commit(job, registry, recovery));
	}
	return NULL;
}

static struct su_err *restore_masks(struct su_job *job, struct su_recovery *recovery)
{
	const struct su_memory *memory = &job->session->memory;

	for (size_t i = 0; i < job->registries.list.len; i++) {
		struct su_registry *registry = &job->registries.list.at[i];

		if (!registry->mask_note.tid)
			continue;
		recovery->masks_restored +=
			su_session_redeem_mask(job->session, &registry->mask_note);
		memset(&registry->mask_note, 0, sizeof(registry->mask_note));
		SU_TRY(su_memory_write(memory, registry->base, registry, sizeof(*registry)));
	}
	return NULL;
}

/* Lets go of the process for good: the registries say so only afterwards. */
static struct su_err *drop_hold(struct su_job *job, struct su_recovery *recovery,
				struct su_hold *hold)
{
	const struct su_memory *memory = &job->session->memory;

	su_hold_adopt(job->session, hold);
	SU_TRY(su_hold_drop(hold));
	recovery->resumed = true;
	for (size_t i = 0; i < job->registries.list.len; i++) {
		struct su_registry *registry = &job->registries.list.at[i];

		if (!registry->held)
			continue;
		registry->held = 0;
		SU_TRY(su_memory_write(memory, registry->base, registry, sizeof(*registry)));
	}
	return NULL;
}

/* With all threads stopped. */
static struct su_err *recover_stopped(struct su_job *job, struct su_recovery *recovery,
				      struct su_hold *hold)
{
	bool held = false;

	SU_TRY(su_session_registers(job->session));
	SU_TRY(finish_commits(job, recovery, &held));
	SU_TRY(restore_masks(job, recovery));
	SU_TRY(su_trap_guard_left(job->session, &job->maps, true, &recovery->handler_removed));
	return held ? drop_hold(job, recovery, hold) : NULL;
}

static struct su_err *remove_unused(struct su_job *job, struct su_recovery *recovery)
{
	SU_TRY(su_job_look(job));
	for (size_t i = 0; i < job->registries.list.len; i++) {
		const struct su_registry *registry = &job->registries.list.at[i];

		if (registry->state != SU_REGISTRY_STAGED)
			continue;
		SU_TRY(su_stage_unmap(job->session, &job->maps, registry->base, registry->size));
		recovery->mappings_removed++;
	}
	return NULL;
}

static bool all_stopped_by_signal(pid_t pid)
{
	struct su_tids tids = { 0 };
	struct su_err *err = su_proc_tasks(pid, &tids);
	bool all = !err;

	su_err_destroy(err);
	for (size_t i = 0; i < tids.list.len && all; i++) {
		struct su_task_stat stat = su_proc_task_stat(pid, tids.list.at[i]);

		all = !stat.exists || strchr("TZX", stat.state);
	}
	su_vec_deinit(&tids.list);
	return all;
}

/* The threads of an updater that has just died are on their way into the stop. */
static void let_settle(const struct su_job *job)
{
	const struct timespec span = { 0, 1000000 };

	for (int i = 0; i < SETTLE_LIMIT && !is_whole(job); i++) {
		if (all_stopped_by_signal(job->session->pid))
			return;
		nanosleep(&span, NULL);
	}
}

static struct su_err *recover(struct su_job *job, struct su_recovery *recovery)
{
	struct su_hold hold = { 0 };

	let_settle(job);
	SU_TRY(su_session_seize(job->session));
	SU_TRY(su_job_look(job));
	SU_TRY(su_session_stop(job->session, su_clock_us() + STOP_LIMIT));
	struct su_err *err = recover_stopped(job, recovery, &hold);
	su_session_resume(job->session);
	if (hold.session)
		su_hold_finish(&hold);
	return err ? err : remove_unused(job, recovery);
}

struct su_err *su_update_recover(pid_t pid, struct su_recovery *ret)
{
	struct su_recovery recovery = { .pid = pid };
	struct su_job job;
	struct su_err *err = su_job_open(&job, NULL, pid);

	if (!err)
		err = recover(&job, &recovery);
	su_job_close(&job);
	*ret = recovery;
	return su_err_context(err, "recovery");
}
