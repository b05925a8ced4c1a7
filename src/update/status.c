/* Which updates a process carries: see status.h. */
#include "update/status.h"

#include <stdlib.h>
#include <string.h>

#include "arch/abi.h"
#include "base/cursor.h"
#include "base/reason.h"
#include "base/text.h"
#include "process/apart.h"
#include "process/trap.h"
#include "update/carried/carried.h"
#include "update/carried/journal.h"
#include "update/carried/locate.h"
#include "update/seek.h"

#define MOST_STACK (UINT64_C(16) << 20) /* of one thread */
#define MOST_STACKS (UINT64_C(256) << 20)

/* ---- in the child: what the process says ---- */

/* What is handed back of each update. */
struct finding {
	struct su_registry registry;
	uint64_t waiting;
};

struct pads {
	SU_VEC(uint64_t) at; /* ascending */
};

/* Where activations wait that the update carries over: the jumps over code that is dead. */
static struct su_err *list_pads(const struct su_memory *memory, const struct su_registry *registry,
				struct pads *ret)
{
	enum su_direction direction =
		registry->state == SU_REGISTRY_APPLIED ? SU_FORWARD : SU_REVERSE;
	struct su_journal journal;

	ret->at.len = 0;
	SU_TRY(su_journal_read(memory, registry, &journal));
	for (size_t i = 0; i < journal.count; i++)
		if (journal.spans[i].kind == SU_SPAN_JUMP &&
		    journal.spans[i].direction == direction)
			su_vec_push(&ret->at, journal.spans[i].addr);
	su_journal_deinit(&journal);
	return NULL;
}

static int compare_addresses(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The words of a stack that lead to a jump. */
static uint64_t count_words(const struct su_memory *memory, uint64_t low, uint64_t size,
			    const struct pads *pads)
{
	SU_FREE uint64_t *words = su_alloc(size);
	size_t got = su_memory_try(memory, low, words, size) / sizeof(*words);
	uint64_t count = 0;

	for (size_t i = 0; i < got; i++)
		count += pads->at.len && words[i] >= pads->at.at[0] &&
			 bsearch(&words[i], pads->at.at, pads->at.len, sizeof(*pads->at.at),
				 compare_addresses);
	return count;
}

static uint64_t count_waiting(const struct su_glimpse *glimpse, const struct su_maps *maps,
			      const struct pads *pads)
{
	uint64_t count = 0, left = MOST_STACKS;

	for (size_t i = 0; i < glimpse->stacks.list.len && pads->at.len; i++) {
		uint64_t low = glimpse->stacks.list.at[i] & ~UINT64_C(7);
		const struct su_mapping *stack = su_maps_at(maps, low);

		if (!stack || stack->end - low > MOST_STACK || stack->end - low > left)
			continue;
		left -= stack->end - low;
		count += count_words(&glimpse->memory, low, stack->end - low, pads);
	}
	return count;
}

static bool has_run(const struct su_registry *registry)
{
	return registry->state == SU_REGISTRY_APPLIED || registry->state == SU_REGISTRY_REVERTED;
}

static struct su_err *find_updates(void *ctx, struct su_glimpse *glimpse, struct su_answer *ret)
{
	struct su_carried carried = { .maps = glimpse->maps };
	struct pads pads = { { 0 } };

	(void)ctx;
	SU_TRY(su_carried_scan(&carried, &glimpse->memory));
	for (size_t i = 0; i < carried.registries.list.len; i++) {
		struct finding finding = { .registry = carried.registries.list.at[i] };

		if (has_run(&finding.registry)) {
			SU_TRY(list_pads(&glimpse->memory, &finding.registry, &pads));
			finding.waiting = count_waiting(glimpse, &carried.maps, &pads);
		}
		su_answer_put(ret, &finding, sizeof(finding));
	}
	return NULL;
}

/* ---- the status ---- */

static const char *hex_text(struct su_arena *arena, const uint8_t *bytes, size_t size)
{
	char *text = su_arena_alloc(arena, 2 * size + 1);

	su_text_hex(bytes, size, text);
	return text;
}

static void add_entry(struct su_status *status, const struct finding *finding)
{
	static const char *const states[] = {
		[SU_REGISTRY_STAGED] = "unused",
		[SU_REGISTRY_COMMITTING] = "half-done",
		[SU_REGISTRY_APPLIED] = "applied",
		[SU_REGISTRY_REVERTED] = "reverted",
	};
	const struct su_registry *registry = &finding->registry;

	su_vec_push(&status->entries,
		    (struct strongupdate_entry){
			    .state = states[registry->state],
			    .image_name = su_arena_strdup(status->arena, registry->image_name),
			    .old_build_id = hex_text(status->arena, registry->old_build_id,
						     registry->old_build_id_size),
			    .new_build_id = hex_text(status->arena, registry->new_build_id,
						     registry->new_build_id_size),
			    .mapped_at = registry->base,
			    .bytes_mapped = registry->size,
			    .since = registry->since,
			    .activations_pending = finding->waiting,
		    });
	status->public.entries = status->entries.at;
	status->public.entry_count = status->entries.len;
	status->public.needs_recovery |= su_registry_is_cut_off(registry);
	status->public.has_leavings |=
		registry->state == SU_REGISTRY_STAGED || registry->mask_note.tid ||
		(registry->trap_note && su_trap_is_caught(status->public.pid));
}

/* The child's word is checked like that of the process. */
static struct su_err *add_entries(struct su_status *status, const struct su_answer *answer)
{
	struct su_cursor cursor = su_cursor_init(answer->bytes.at, answer->bytes.len);
	struct finding finding;

	while (su_cursor_read(&cursor, &finding, sizeof(finding))) {
		if (!su_registry_is_sound(&finding.registry, finding.registry.base) ||
		    status->entries.len == SU_REGISTRY_MOST)
			return su_err_new(SU_E_FORMAT,
					  "process %d has a damaged or unknown update registry",
					  status->public.pid);
		add_entry(status, &finding);
	}
	return NULL;
}

static struct su_err *look(struct su_status *status)
{
	pid_t pid = status->public.pid;
	struct su_answer answer = { { 0 } };
	char name[17];

	su_proc_comm(pid, pid, name);
	status->public.command = su_arena_strdup(status->arena, name);
	if (su_proc_status_number(pid, pid, "Kthread", 10, 0))
		return NULL;
	SU_TRY(su_apart(pid, find_updates, NULL, SU_APART_MOST, &answer));
	struct su_err *err = add_entries(status, &answer);
	su_answer_deinit(&answer);
	return err;
}

/* What an updater is about looks like what one has left. */
static struct su_err *require_nobody_at_work(const struct su_status *status)
{
	bool unfinished = status->public.needs_recovery || status->public.has_leavings;

	if (unfinished && su_proc_tracer(status->public.pid))
		return su_refuse(SU_WHY_BEING_UPDATED, status->public.pid);
	return NULL;
}

static struct su_status *create_status(pid_t pid)
{
	struct su_status *status = su_alloc(sizeof(*status));

	status->arena = su_arena_create();
	status->public.pid = pid;
	return status;
}

struct su_err *su_status_create(pid_t pid, struct su_status **ret)
{
	SU_TRY(su_proc_require_process(pid));
	struct su_status *status = create_status(pid);
	struct su_err *err = look(status);

	if (!err)
		err = require_nobody_at_work(status);
	if (err)
		su_status_destroy(status);
	else
		*ret = status;
	return err;
}

void su_status_destroy(struct su_status *status)
{
	if (!status)
		return;
	su_vec_deinit(&status->entries);
	su_arena_destroy(status->arena);
	free(status);
}

/* ---- which processes ---- */

struct su_err *su_status_list(const struct strongupdate_targets *targets, pid_t **ret,
			      size_t *ret_count)
{
	const struct su_group nobody = { 0 };
	struct su_tids tids = { 0 };
	struct su_seek search;
	struct su_err *err = su_seek_init(&search, targets);

	if (!err)
		err = su_seek_next(&search, &nobody, &tids);
	su_seek_deinit(&search);
	if (err) {
		su_vec_deinit(&tids.list);
		return err;
	}
	*ret = tids.list.at;
	*ret_count = tids.list.len;
	return NULL;
}
