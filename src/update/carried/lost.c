/* Updates whose image is gone: see lost.h. */
#include "update/carried/lost.h"

#include <stdlib.h>
#include <string.h>

#include "arch/code.h"
#include "base/alloc.h"
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

	if (su_memory_try(memory, span->addr, bytes, span->size) != span->size)
		places->other = true;
	else if (!memcmp(bytes, span->jump, span->size))
		places->jump = true;
	else if (!memcmp(bytes, span->code, span->size))
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

/* Everything is looked at once: what a process claims to carry, and where, is its own choice. */
struct lost_search {
	const struct su_memory *memory;
	const struct su_maps *maps;
	const struct su_registries *registries;
	struct place_states *places;	  /* by index of the registries */
	SU_VEC(struct su_object) objects; /* that are mapped, once `has_objects` */
	bool has_objects;
	bool *lost; /* by index */
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

	for (size_t i = 0; i < search->maps->list.len && !search->has_objects; i++)
		if (search->maps->list.at[i].inode &&
		    su_locate_mapped(search->memory, search->maps, &search->maps->list.at[i],
				     &object))
			su_vec_push(&search->objects, object);
	search->has_objects = true;
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
	list_objects(search);
	for (size_t i = 0; i < search->objects.len; i++)
		if (search->objects.at[i].base == registry->image_base)
			return is_image_of(&search->objects.at[i], registry);
	return false;
}

/* Whether another update of that place is in force, made on the image as it was loaded again. */
static struct su_err *is_superseded(struct lost_search *search, size_t at, bool *ret)
{
	const struct su_registries *registries = search->registries;
	bool superseded = false;

	for (size_t i = 0; i < registries->list.len && !superseded; i++) {
		const struct su_registry *other = &registries->list.at[i];

		if (i == at || other->below || other->state != SU_REGISTRY_APPLIED ||
		    other->image_base != registries->list.at[at].image_base)
			continue;
		SU_TRY(places_of(search, i));
		superseded = search->places[i].jump;
	}
	*ret = superseded;
	return NULL;
}

/* Whether another update in force stands on it: that one may have written to the same constants. */
static bool is_below(const struct su_registries *registries, const struct su_registry *registry)
{
	for (size_t i = 0; i < registries->list.len; i++)
		if (registries->list.at[i].state == SU_REGISTRY_APPLIED &&
		    registries->list.at[i].below == registry->base)
			return true;
	return false;
}

/* Whether an update of the image itself, not one on top of another, is in force no more. */
static struct su_err *is_lost(struct lost_search *search, size_t at, bool *ret)
{
	const struct su_registry *registry = &search->registries->list.at[at];
	const struct place_states *places = &search->places[at];
	bool applied = registry->state == SU_REGISTRY_APPLIED;

	*ret = false;
	if (registry->below || registry->held || registry->mask_note.tid ||
	    (!applied && registry->state != SU_REGISTRY_REVERTED))
		return NULL;
	SU_TRY(places_of(search, at));
	if (places->jump)
		return NULL;
	bool overwritten = places->words && is_below(search->registries, registry);
	*ret = (applied && places->code && !places->other && !overwritten) ||
	       !has_image(search, registry);
	if (applied && !*ret)
		SU_TRY(is_superseded(search, at, ret));
	return NULL;
}

/* Those on top of lost ones, in any order; whether there was another. */
static bool lose_those_on_top(const struct su_registries *registries, bool *lost)
{
	bool another = false;

	for (size_t i = 0; i < registries->list.len; i++) {
		for (size_t k = 0; k < registries->list.len && !lost[i]; k++) {
			lost[i] = lost[k] && registries->list.at[i].below &&
				  registries->list.at[i].below == registries->list.at[k].base;
			another |= lost[i];
		}
	}
	return another;
}

static struct su_err *find_lost(struct lost_search *search)
{
	for (size_t i = 0; i < search->registries->list.len; i++)
		SU_TRY(is_lost(search, i, &search->lost[i]));
	while (lose_those_on_top(search->registries, search->lost))
		;
	return NULL;
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
				      .lost = lost };
	struct su_err *err = find_lost(&search);

	su_vec_deinit(&search.objects);
	SU_TRY(err);
	for (size_t i = 0; i < count; i++)
		if (!lost[i])
			registries->list.at[kept++] = registries->list.at[i];
	registries->list.len = kept;
	return NULL;
}
