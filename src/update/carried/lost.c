/* Updates whose image is gone: see lost.h. */
#include "update/carried/lost.h"

#include <stdlib.h>
#include <string.h>

#include "arch/code.h"
#include "base/alloc.h"
#include "base/map.h"
#include "update/carried/journal.h"
#include "update/carried/locate.h"

/* What the places hold at which a commit forward writes a jump into the update's mapping.  Short
 * jumps tell nothing: they stay in the image, and are alike in every update of it.  An update that
 * has no other place is known by the contents that it gave to constants. */
struct place_states {
	bool known; /* they have been looked at */
	bool jump;  /* one of them its jump */
	bool code;  /* one of them the image's code */
	bool other; /* one of them neither, or it is not mapped */
	bool words; /* there are constants alone */
};

static bool leads_into(const struct su_registry *registry, const struct su_registry_span *span)
{
	return span->kind == SU_SPAN_JUMP &&
	       su_journal_target(span) - registry->base < registry->size;
}

static void look_at_place(const struct su_memory *memory, const struct su_registry_span *span,
			  struct place_states *places)
{
	uint8_t bytes[sizeof(span->jump)];
	bool is_read = su_memory_try(memory, span->addr, bytes, span->size) == span->size;

	if (is_read && !memcmp(bytes, span->jump, span->size))
		places->jump = true;
	else if (is_read && !memcmp(bytes, span->code, span->size))
		places->code = true;
	else
		places->other = true;
}

static bool has_jumps(const struct su_registry *registry, const struct su_journal *journal)
{
	for (size_t i = 0; i < journal->count; i++)
		if (leads_into(registry, &journal->spans[i]))
			return true;
	return false;
}

static struct su_err *look_at_places(const struct su_memory *memory,
				     const struct su_registry *registry, struct place_states *ret)
{
	struct su_journal journal;

	SU_TRY(su_journal_read(memory, registry, &journal));
	*ret = (struct place_states){ .known = true, .words = !has_jumps(registry, &journal) };
	for (size_t i = 0; i < journal.count && !ret->jump; i++) {
		const struct su_registry_span *span = &journal.spans[i];

		if (span->direction == SU_FORWARD && (ret->words || leads_into(registry, span)))
			look_at_place(memory, span, ret);
	}
	su_journal_deinit(&journal);
	return NULL;
}

/* ---- which are lost ---- */

/* Everything is looked at once, and found by its address: what a process claims to carry, and where,
 * is its own choice. */
struct lost_search {
	const struct su_memory *memory;
	const struct su_maps *maps;
	const struct su_registries *registries;
	struct place_states *places; /* by index of the registries */
	bool *lost;		     /* the same */
	struct su_map *by_base;	     /* the registries */
	struct su_map *applied_on;   /* one in force, by the base of what it was applied on */
	struct su_map *images;	     /* by base of the image: a struct image */
	struct su_map *objects;	     /* that are mapped, by their base; NULL: not listed yet */
	struct su_arena *arena;
};

/* The updates of one place that were made on the image itself. */
struct image {
	SU_VEC(size_t) applied; /* indexes */
	bool known;		/* `in_force` is */
	bool in_force;		/* a jump of one of them stands */
};

static struct su_err *places_of(struct lost_search *search, size_t index)
{
	if (search->places[index].known)
		return NULL;
	return look_at_places(search->memory, &search->registries->list.at[index],
			      &search->places[index]);
}

static void list_objects(struct lost_search *search)
{
	struct su_object object;

	search->objects = su_map_create();
	for (size_t i = 0; i < search->maps->list.len; i++) {
		if (!search->maps->list.at[i].inode ||
		    !su_locate_mapped(search->memory, search->maps, &search->maps->list.at[i],
				      &object) ||
		    su_map_get_u64(search->objects, object.base))
			continue;
		struct su_object *kept = su_arena_alloc(search->arena, sizeof(*kept));
		*kept = object;
		su_map_put_u64(search->objects, object.base, kept);
	}
}

static bool is_image_of(const struct su_object *object, const struct su_registry *registry)
{
	return object->base == registry->image_base &&
	       object->build_id_size == registry->old_build_id_size &&
	       !memcmp(object->build_id, registry->old_build_id, object->build_id_size);
}

/* Whether the image that was updated is mapped where it was. */
static bool has_image(struct lost_search *search, const struct su_registry *registry)
{
	struct su_object object;

	/* Most images have their header at their base. */
	if (su_locate_object(search->memory, registry->image_base, &object) &&
	    object.base == registry->image_base)
		return is_image_of(&object, registry);
	if (!search->objects)
		list_objects(search);
	const struct su_object *found = su_map_get_u64(search->objects, registry->image_base);
	return found && is_image_of(found, registry);
}

/* Whether another update of that place is in force, made on the image as it was loaded again. The
 * one that asks has no jump that stands. */
static struct su_err *is_superseded(struct lost_search *search, const struct su_registry *registry,
				    bool *ret)
{
	struct image *image = su_map_get_u64(search->images, registry->image_base);

	for (size_t i = 0; i < image->applied.len && !image->known; i++) {
		size_t at = image->applied.at[i];

		SU_TRY(places_of(search, at));
		image->in_force |= search->places[at].jump;
	}
	image->known = true;
	*ret = image->in_force;
	return NULL;
}

/* Whether an update of the image itself, not one on top of another, is in force no more. */
static struct su_err *is_lost(struct lost_search *search, size_t at, bool *ret)
{
	const struct su_registry *registry = &search->registries->list.at[at];
	const struct place_states *places = &search->places[at];
	bool applied = registry->state == SU_REGISTRY_APPLIED;

	*ret = false;
	if (registry->below || registry->held || registry->mask_note.tid || registry->trap_note ||
	    (!applied && registry->state != SU_REGISTRY_REVERTED))
		return NULL;
	SU_TRY(places_of(search, at));
	if (places->jump)
		return NULL;
	/* Another update in force that stands on it may have written to the same constants. */
	bool overwritten = places->words && su_map_get_u64(search->applied_on, registry->base);
	*ret = (applied && places->code && !places->other && !overwritten) ||
	       !has_image(search, registry);
	if (applied && !*ret)
		SU_TRY(is_superseded(search, registry, ret));
	return NULL;
}

/* Those on top of lost ones, in any order. Each is asked for once: what is found of one holds for all
 * that were passed on the way down to it. */
static void lose_those_on_top(struct lost_search *search)
{
	const struct su_registries *registries = search->registries;
	SU_FREE bool *seen = su_alloc(registries->list.len + 1);

	for (size_t i = 0; i < registries->list.len; i++) {
		const struct su_registry *at = &registries->list.at[i], *first = at;
		bool lost;

		for (; at && !seen[at - registries->list.at];
		     at = at->below ? su_map_get_u64(search->by_base, at->below) : NULL) {
			seen[at - registries->list.at] = true;
			if (search->lost[at - registries->list.at])
				break;
		}
		lost = at && search->lost[at - registries->list.at];
		for (; lost && first != at; first = su_map_get_u64(search->by_base, first->below))
			search->lost[first - registries->list.at] = true;
	}
}

static struct su_err *find_lost(struct lost_search *search)
{
	for (size_t i = 0; i < search->registries->list.len; i++)
		SU_TRY(is_lost(search, i, &search->lost[i]));
	lose_those_on_top(search);
	return NULL;
}

/* ---- the search ---- */

static struct image *image_at(struct lost_search *search, uint64_t base)
{
	struct image *image = su_map_get_u64(search->images, base);

	if (!image) {
		image = su_arena_alloc(search->arena, sizeof(*image));
		su_map_put_u64(search->images, base, image);
	}
	return image;
}

static void index_registries(struct lost_search *search)
{
	for (size_t i = 0; i < search->registries->list.len; i++) {
		struct su_registry *registry = &search->registries->list.at[i];
		struct image *image = image_at(search, registry->image_base);

		su_map_put_u64(search->by_base, registry->base, registry);
		if (registry->state != SU_REGISTRY_APPLIED)
			continue;
		if (registry->below)
			su_map_put_u64(search->applied_on, registry->below, registry);
		else
			su_vec_push(&image->applied, i);
	}
}

static void deinit_search(struct lost_search *search)
{
	for (size_t i = 0; i < search->registries->list.len; i++)
		su_vec_deinit(
			&image_at(search, search->registries->list.at[i].image_base)->applied);
	su_map_destroy(search->by_base);
	su_map_destroy(search->applied_on);
	su_map_destroy(search->images);
	su_map_destroy(search->objects);
	su_arena_destroy(search->arena);
}

struct su_err *su_lost_drop(const struct su_memory *memory, const struct su_maps *maps,
			    struct su_registries *registries)
{
	size_t count = registries->list.len, kept = 0;
	SU_FREE bool *lost = su_alloc((count + 1) * sizeof(*lost));
	SU_FREE struct place_states *places = su_alloc((count + 1) * sizeof(*places));
	struct lost_search search = { .memory = memory,
				      .maps = maps,
				      .registries = registries,
				      .places = places,
				      .lost = lost,
				      .by_base = su_map_create(),
				      .applied_on = su_map_create(),
				      .images = su_map_create(),
				      .arena = su_arena_create() };

	index_registries(&search);
	struct su_err *err = find_lost(&search);
	deinit_search(&search);
	SU_TRY(err);
	for (size_t i = 0; i < count; i++)
		if (!lost[i])
			registries->list.at[kept++] = registries->list.at[i];
	registries->list.len = kept;
	return NULL;
}
