/* Putting right what a killed updater left: see recover.h. */
#include "update/commit/recover.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/reason.h"
#include "process/hold.h"
#include "process/mask.h"
#include "process/trap.h"
#include "process/worker.h"
#include "update/carried/journal.h"
#include "update/plan/stage.h"

#define DEADLINE 60e6	 /* microseconds */
#define STOP_LIMIT 10e6	 /* nobody waits for anything else */
#define SETTLE_LIMIT 200 /* milliseconds until threads whose tracer has died have stopped */

struct su_err *su_recover_require_whole(struct su_session *session, struct su_carried *carried)
{
	pid_t pid = session->pid;

	if (su_carried_is_whole(carried))
		return NULL;
	/* A living updater may be at work: then the process cannot be seized. */
	SU_TRY(su_session_seize(session));
	SU_TRY(su_carried_read(carried, &session->memory));
	if (su_carried_is_whole(carried))
		return su_refuse(SU_WHY_UPDATED_MEANWHILE, pid);
	return su_refuse(SU_WHY_CUT_OFF, pid, pid);
}

/* ---- the journal ---- */

/* Whether every place holds what `wanted` says. */
static struct su_err *compare_places(const struct su_memory *memory,
				     const struct su_registry *registry,
				     const struct su_journal *journal,
				     const uint8_t *(*wanted)(const struct su_registry *,
							      const struct su_registry_span *),
				     bool *ret)
{
	bool same = true;

	for (size_t i = 0; i < journal->count && same; i++) {
		const struct su_registry_span *span = &journal->spans[i];
		uint8_t bytes[sizeof(span->code)];

		SU_TRY(su_memory_read(memory, span->addr, bytes, span->size));
		same = !memcmp(bytes, wanted(registry, span), span->size);
	}
	*ret = same;
	return NULL;
}

static struct su_err *restore_place(const struct su_memory *memory,
				    const struct su_registry *registry,
				    const struct su_registry_span *span)
{
	const uint8_t *wanted = su_journal_before(registry, span);
	uint8_t check[sizeof(span->code)];

	SU_TRY(su_memory_write(memory, span->addr, wanted, span->size));
	SU_TRY(su_memory_read(memory, span->addr, check, span->size));
	if (memcmp(check, wanted, span->size))
		return su_err_new(SU_E_IO, "the code at %#lx cannot be restored",
				  (unsigned long)span->addr);
	return NULL;
}

static struct su_err *restore_places(struct su_session *session, const struct su_registry *registry,
				     const struct su_journal *journal)
{
	bool untouched;

	SU_TRY(compare_places(&session->memory, registry, journal, su_journal_before, &untouched));
	if (!untouched && su_hold_is_needed(session))
		return su_refuse(SU_WHY_TWO_VERSIONS, session->pid);
	for (size_t i = journal->count; i-- > 0;)
		SU_TRY(restore_place(&session->memory, registry, &journal->spans[i]));
	return NULL;
}

static struct su_err *roll_back(struct su_session *session, const struct su_registry *registry)
{
	struct su_journal journal;

	SU_TRY(su_journal_read(&session->memory, registry, &journal));
	struct su_err *err = restore_places(session, registry, &journal);
	su_journal_deinit(&journal);
	return err;
}

/* Every place holds what it must hold after the commit. */
static struct su_err *require_written(const struct su_memory *memory,
				      const struct su_registry *registry)
{
	struct su_journal journal;
	bool written = false;

	SU_TRY(su_journal_read(memory, registry, &journal));
	struct su_err *err = compare_places(memory, registry, &journal, su_journal_after, &written);
	su_journal_deinit(&journal);
	if (err || written)
		return err;
	return su_refuse(SU_WHY_SPLIT_UPDATE, memory->pid);
}

/* ---- the other processes of the update ---- */

static enum su_registry_state state_after(const struct su_registry *registry)
{
	return registry->direction == SU_FORWARD ? SU_REGISTRY_APPLIED : SU_REGISTRY_REVERTED;
}

static bool has_committed(const void *ctx, const struct su_sight *sight)
{
	const struct su_registry *registry = ctx;
	bool has = false;

	for (size_t i = 0; i < sight->carried.registries.list.len; i++)
		has |= sight->carried.registries.list.at[i].update == registry->update &&
		       sight->carried.registries.list.at[i].state == state_after(registry);
	return has;
}

/* Is the commit done elsewhere? One that cannot be looked at says nothing. */
static struct su_err *is_decided(const struct su_registry *registry, bool *ret)
{
	struct su_tids all = { 0 };
	struct su_err *err = su_proc_list(&all);

	*ret = false;
	for (size_t i = 0; i < all.list.len && !err && !*ret; i++)
		su_err_destroy(su_sight_ask(all.list.at[i], has_committed, registry, ret));
	su_vec_deinit(&all.list);
	return err;
}

/* ---- recovery ---- */

struct patient {
	struct su_session *session;
	struct su_carried carried;
	uint64_t decided; /* the update that is done in another process, or 0 */
};

/* While the process runs, or stands still by itself: others are looked at. Of the updates that were
 * cut off all but one have been made whole before the next was begun. */
static struct su_err *look_at_others(struct patient *patient)
{
	for (size_t i = 0; i < patient->carried.registries.list.len; i++) {
		const struct su_registry *registry = &patient->carried.registries.list.at[i];
		bool decided = false;

		if (registry->state == SU_REGISTRY_COMMITTING)
			SU_TRY(is_decided(registry, &decided));
		if (decided)
			patient->decided = registry->update;
	}
	return NULL;
}

static struct su_err *finish_commit(struct patient *patient, struct su_registry *registry,
				    struct strongupdate_recovery *recovery)
{
	if (patient->decided && patient->decided == registry->update) {
		SU_TRY(require_written(&patient->session->memory, registry));
		registry->state = state_after(registry);
		registry->since = time(NULL);
		registry->order = su_registry_next_order(&patient->carried.registries);
		recovery->completed = true;
	} else {
		SU_TRY(roll_back(patient->session, registry));
		registry->state = registry->before;
		recovery->rolled_back = true;
	}
	return su_memory_write(&patient->session->memory, registry->base, registry,
			       sizeof(*registry));
}

/* Code first, the registry last: a recovery that is cut off can be made again. */
static struct su_err *finish_commits(struct patient *patient,
				     struct strongupdate_recovery *recovery, bool *ret_held)
{
	for (size_t i = patient->carried.registries.list.len; i-- > 0;) {
		struct su_registry *registry = &patient->carried.registries.list.at[i];

		*ret_held |= registry->held;
		if (registry->state == SU_REGISTRY_COMMITTING)
			SU_TRY(finish_commit(patient, registry, recovery));
	}
	return NULL;
}

static struct su_err *restore_masks(struct patient *patient, struct strongupdate_recovery *recovery)
{
	const struct su_memory *memory = &patient->session->memory;

	for (size_t i = 0; i < patient->carried.registries.list.len; i++) {
		struct su_registry *registry = &patient->carried.registries.list.at[i];

		if (!registry->mask_note.tid)
			continue;
		recovery->masks_restored +=
			su_session_redeem_mask(patient->session, &registry->mask_note);
		memset(&registry->mask_note, 0, sizeof(registry->mask_note));
		SU_TRY(su_memory_write(memory, registry->base, registry, sizeof(*registry)));
	}
	return NULL;
}

/* Lets go of the process for good: the registries say so only afterwards. */
static struct su_err *drop_hold(struct patient *patient, struct strongupdate_recovery *recovery,
				struct su_hold *hold)
{
	const struct su_memory *memory = &patient->session->memory;

	su_hold_adopt(patient->session, hold);
	SU_TRY(su_hold_drop(hold));
	recovery->resumed = true;
	for (size_t i = 0; i < patient->carried.registries.list.len; i++) {
		struct su_registry *registry = &patient->carried.registries.list.at[i];

		if (!registry->held)
			continue;
		registry->held = 0;
		SU_TRY(su_memory_write(memory, registry->base, registry, sizeof(*registry)));
	}
	return NULL;
}

/* What the notes say of the handler is done. */
static struct su_err *clear_trap_notes(struct patient *patient)
{
	const struct su_memory *memory = &patient->session->memory;

	for (size_t i = 0; i < patient->carried.registries.list.len; i++) {
		struct su_registry *registry = &patient->carried.registries.list.at[i];

		if (!registry->trap_note)
			continue;
		registry->trap_note = 0;
		SU_TRY(su_memory_write(memory, registry->base, registry, sizeof(*registry)));
	}
	return NULL;
}

/* With all threads stopped. */
static struct su_err *recover_stopped(struct patient *patient,
				      struct strongupdate_recovery *recovery, struct su_hold *hold)
{
	bool held = false;

	SU_TRY(su_session_registers(patient->session));
	SU_TRY(finish_commits(patient, recovery, &held));
	SU_TRY(restore_masks(patient, recovery));
	SU_TRY(su_trap_guard_remove_left(patient->session, &patient->carried.maps,
					 &recovery->handler_removed));
	SU_TRY(clear_trap_notes(patient));
	return held ? drop_hold(patient, recovery, hold) : NULL;
}

static struct su_err *remove_unused(struct patient *patient, struct strongupdate_recovery *recovery)
{
	SU_TRY(su_carried_read(&patient->carried, &patient->session->memory));
	for (size_t i = 0; i < patient->carried.registries.list.len; i++) {
		const struct su_registry *registry = &patient->carried.registries.list.at[i];

		if (registry->state != SU_REGISTRY_STAGED)
			continue;
		SU_TRY(su_stage_unmap(patient->session, &patient->carried.maps, registry->base,
				      registry->size));
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
static void let_settle(const struct patient *patient)
{
	const struct timespec span = { 0, 1000000 };

	for (int i = 0; i < SETTLE_LIMIT && !su_carried_is_whole(&patient->carried); i++) {
		if (all_stopped_by_signal(patient->session->pid))
			return;
		nanosleep(&span, NULL);
	}
}

static struct su_err *recover_process(struct patient *patient,
				      struct strongupdate_recovery *recovery)
{
	struct su_hold hold = { 0 };

	let_settle(patient);
	SU_TRY(su_session_seize(patient->session));
	SU_TRY(su_carried_read(&patient->carried, &patient->session->memory));
	SU_TRY(look_at_others(patient));
	SU_TRY(su_session_stop(patient->session, su_clock_us() + STOP_LIMIT));
	struct su_err *err = recover_stopped(patient, recovery, &hold);
	su_session_resume(patient->session);
	if (hold.session)
		su_hold_finish(&hold);
	return err ? err : remove_unused(patient, recovery);
}

static struct su_err *recover_here(pid_t pid, struct strongupdate_recovery *ret)
{
	struct patient patient = { 0 };
	struct su_err *err = su_session_open(pid, &patient.session);

	if (!err)
		err = su_carried_read(&patient.carried, &patient.session->memory);
	if (!err)
		err = recover_process(&patient, ret);
	su_session_close(patient.session);
	su_carried_deinit(&patient.carried);
	return su_err_context(err, "recovery");
}

/* ---- in a worker ---- */

static void work_on_it(void *ctx, struct su_answer *answer)
{
	struct strongupdate_recovery *recovery = ctx;
	struct su_err *err = recover_here(recovery->pid, recovery);

	su_answer_put(answer, recovery, sizeof(*recovery));
	su_answer_put_error(answer, err);
}

/* It can be made again. */
static struct su_err *was_cut_off(void *ctx, const struct su_traces *traces, struct su_err *why)
{
	const struct strongupdate_recovery *recovery = ctx;

	if (!traces->writes)
		return why;
	struct su_err *err =
		su_refuse(SU_WHY_NOT_TAKEN_BACK, recovery->pid, recovery->pid, su_err_message(why));
	su_err_destroy(why);
	return err;
}

static struct su_err *take_recovery(const struct su_answer *answer,
				    struct strongupdate_recovery *ret)
{
	struct su_cursor cursor = su_cursor_init(answer->bytes.at, answer->bytes.len);
	struct su_err *err = NULL;

	if (su_cursor_read(&cursor, ret, sizeof(*ret)) && su_answer_take_error(&cursor, &err))
		return err;
	return su_err_new(SU_E_INTERNAL, "the report on the recovery is damaged");
}

struct su_err *su_recover(pid_t pid, struct strongupdate_recovery *ret)
{
	const struct su_work work = { .how = work_on_it,
				      .died = was_cut_off,
				      .ctx = ret,
				      .deadline = su_clock_us() + DEADLINE };
	struct su_answer answer = { { 0 } };

	*ret = (struct strongupdate_recovery){ .pid = pid };
	SU_TRY(su_worker_run(&work, &answer));
	struct su_err *err = take_recovery(&answer, ret);
	su_answer_deinit(&answer);
	return err;
}
