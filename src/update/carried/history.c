/* The updates that a process carries: see history.h. */
#include "update/carried/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "process/apart.h"

void su_history_deinit(struct su_history *history)
{
	for (size_t i = 0; i < history->list.len; i++) {
		su_patch_close(history->list.at[i]->patch);
		free(history->list.at[i]);
	}
	su_vec_deinit(&history->list);
}

static struct su_generation *generation_at(const struct su_history *history, uint64_t base)
{
	for (size_t i = 0; i < history->list.len; i++)
		if (history->list.at[i]->registry.base == base)
			return history->list.at[i];
	return NULL;
}

static bool follows_on(const struct su_generation *generation, const struct su_generation *below)
{
	const struct su_registry *a = &below->registry, *b = &generation->registry;

	return a->image_base == b->image_base && a->new_build_id_size == b->old_build_id_size &&
	       !memcmp(a->new_build_id, b->old_build_id, a->new_build_id_size);
}

/* Every way down must end at an image. */
static bool ends_at_image(const struct su_history *history, const struct su_generation *generation)
{
	size_t steps = 0;

	for (; generation; generation = generation->below)
		if (steps++ > history->list.len)
			return false;
	return true;
}

static struct su_err *connect_generations(pid_t pid, const struct su_history *history)
{
	bool sound = true;

	for (size_t i = 0; i < history->list.len; i++) {
		struct su_generation *generation = history->list.at[i];
		uint64_t below = generation->registry.below;

		generation->below = below ? generation_at(history, below) : NULL;
		if (below && (!generation->below || !follows_on(generation, generation->below)))
			sound = false;
	}
	for (size_t i = 0; i < history->list.len && sound; i++)
		sound = ends_at_image(history, history->list.at[i]);
	if (sound)
		return NULL;
	return su_err_new(SU_E_FORMAT, "the updates that process %d carries contradict each other",
			  pid);
}

/* The generation with a patch that was read before, or NULL. */
static struct su_generation *known_generation(const struct su_history *known,
					      const struct su_registry *registry)
{
	struct su_generation *generation = generation_at(known, registry->base);

	if (generation && generation->patch &&
	    generation->registry.patch_off == registry->patch_off &&
	    generation->registry.patch_size == registry->patch_size)
		return generation;
	return NULL;
}

static bool was_committed(const struct su_registry *registry)
{
	return registry->state != SU_REGISTRY_STAGED;
}

/* ---- patches ---- */

struct su_err *su_history_unpack(const struct su_memory *memory,
				 const struct su_registries *registries, struct su_answer *ret)
{
	for (size_t i = 0; i < registries->list.len; i++) {
		const struct su_registry *registry = &registries->list.at[i];
		SU_FREE uint8_t *bytes = NULL;

		SU_TRY(su_registry_read_file(memory, registry, &bytes));
		su_answer_put(ret, bytes, registry->patch_size);
	}
	return NULL;
}

static struct su_err *unpack_apart(void *ctx, struct su_glimpse *glimpse, struct su_answer *ret)
{
	return su_history_unpack(&glimpse->memory, ctx, ret);
}

/* The unpacked patches that are not known, one behind the other.  What the process has packed is unpacked
 * without rights. */
static struct su_err *fetch_patches(pid_t pid, const struct su_registries *registries,
				    const struct su_history *known, struct su_answer *ret)
{
	struct su_registries unknown = { 0 };
	struct su_err *err = NULL;
	uint64_t size = 0;

	for (size_t i = 0; i < registries->list.len; i++) {
		const struct su_registry *registry = &registries->list.at[i];

		if (!was_committed(registry) || known_generation(known, registry))
			continue;
		su_vec_push(&unknown.list, *registry);
		size += registry->patch_size;
	}
	if (unknown.list.len)
		err = su_apart(pid, unpack_apart, &unknown, size, ret);
	su_vec_deinit(&unknown.list);
	return err;
}

/* What a process holds is believed before it is looked into. */
static struct su_err *take_patch(pid_t pid, const struct su_registry *registry,
				 const struct su_permit *permit, struct su_cursor *fetched,
				 struct su_patch **ret)
{
	uint8_t *bytes = su_alloc(registry->patch_size + 1);
	struct su_err *err = NULL;

	if (!su_cursor_read(fetched, bytes, registry->patch_size))
		err = su_err_new(SU_E_FORMAT, "process %d has a damaged update registry", pid);
	if (!err)
		err = su_permit_held(permit, pid, bytes, registry->patch_size);
	if (!err)
		return su_patch_parse(bytes, registry->patch_size, "the patch held by the process",
				      ret);
	free(bytes);
	return err;
}

static struct su_err *add_generation(pid_t pid, const struct su_registry *registry,
				     const struct su_permit *permit, struct su_history *known,
				     struct su_cursor *fetched, struct su_history *history)
{
	struct su_generation *before = known_generation(known, registry);
	struct su_patch *patch = before ? before->patch : NULL;

	if (before)
		before->patch = NULL;
	else
		SU_TRY(take_patch(pid, registry, permit, fetched, &patch));
	struct su_generation *generation = su_alloc(sizeof(*generation));
	*generation = (struct su_generation){ .registry = *registry, .patch = patch };
	su_vec_push(&history->list, generation);
	if (patch->head->span <= registry->span)
		return NULL;
	return su_err_new(SU_E_FORMAT, "process %d has a damaged update registry at %#lx", pid,
			  (unsigned long)registry->base);
}

struct su_err *su_history_take(pid_t pid, const struct su_registries *registries,
			       const struct su_permit *permit, const struct su_answer *fetched,
			       struct su_history *history)
{
	struct su_cursor cursor = su_cursor_init(fetched->bytes.at, fetched->bytes.len);
	struct su_history known = *history;
	struct su_err *err = NULL;

	*history = (struct su_history){ 0 };
	for (size_t i = 0; i < registries->list.len && !err; i++)
		if (was_committed(&registries->list.at[i]))
			err = add_generation(pid, &registries->list.at[i], permit, &known, &cursor,
					     history);
	if (!err)
		err = connect_generations(pid, history);
	su_history_deinit(&known);
	return err;
}

struct su_err *su_history_read(pid_t pid, const struct su_registries *registries,
			       const struct su_permit *permit, struct su_history *history)
{
	struct su_answer fetched = { { 0 } };

	SU_TRY(fetch_patches(pid, registries, history, &fetched));
	struct su_err *err = su_history_take(pid, registries, permit, &fetched, history);
	su_answer_deinit(&fetched);
	return err;
}

const struct su_generation *su_history_at(const struct su_history *history, uint64_t addr)
{
	for (size_t i = 0; i < history->list.len; i++) {
		const struct su_registry *registry = &history->list.at[i]->registry;

		if (addr - registry->base < registry->size)
			return history->list.at[i];
	}
	return NULL;
}

/* ---- where things are ---- */

/* The function of A whose new body begins at patch address `addr`; 0: it is new. */
static uint64_t replaced_by(const struct su_patch *patch, uint64_t addr)
{
	for (size_t i = 0; i < patch->function_count; i++)
		if (patch->functions[i].patch_vaddr == addr)
			return patch->functions[i].old_vaddr;
	return 0;
}

/* What the user was in A. *ret_new: its code is the patch's. */
static uint64_t user_below(const struct su_patch *patch, uint64_t user, bool *ret_new)
{
	const struct su_patch_map *entry = user ? su_patch_map_at(patch, SU_MAP_CODE, user) : NULL;

	*ret_new = !entry || entry->space == SU_SPACE_PATCH;
	if (!entry)
		return 0;
	uint64_t addr = entry->addr + (user - entry->vaddr);
	return *ret_new ? replaced_by(patch, addr) : addr;
}

static const struct su_patch_map *look_up(const struct su_patch *patch, struct su_thing *thing)
{
	const struct su_patch_map *entry;
	bool by_new_code;
	uint64_t user = thing->user;

	switch (thing->home) {
	case SU_HOME_ENTRY:
		entry = su_patch_map_at(patch, SU_MAP_ENTRY, thing->vaddr);
		return entry ? entry : su_patch_map_at(patch, SU_MAP_CODE, thing->vaddr);
	case SU_HOME_CODE:
		return su_patch_map_at(patch, SU_MAP_CODE, thing->vaddr);
	case SU_HOME_DATA:
		break;
	}
	thing->user = user_below(patch, user, &by_new_code);
	entry = su_patch_map_at(patch, by_new_code ? SU_MAP_DATA_NEW : SU_MAP_DATA, thing->vaddr);
	return entry ? entry
		     : su_patch_map_at(patch, by_new_code ? SU_MAP_DATA : SU_MAP_DATA_NEW,
				       thing->vaddr);
}

bool su_history_find(const struct su_generation *top, uint64_t image_base, struct su_thing thing,
		     uint64_t *ret_addr, uint64_t *ret_size)
{
	*ret_size = UINT64_MAX;
	for (; top; top = top->below) {
		const struct su_patch_map *entry = look_up(top->patch, &thing);

		if (!entry)
			return false;
		uint64_t off = thing.vaddr - entry->vaddr, size = entry->size - off;
		if (size < *ret_size)
			*ret_size = size;
		thing.vaddr = entry->addr + off;
		if (entry->space == SU_SPACE_PATCH) {
			*ret_addr = top->registry.base + thing.vaddr;
			return true;
		}
	}
	*ret_addr = image_base + thing.vaddr;
	return true;
}
