/* Updates whose image is gone: see lost.h. */
#include "update/carried/lost.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "update/carried/journal.h"
#include "update/carried/locate.h"

/* What the places hold at which a commit forward writes a jump into the update's mapping.  Short
 * jumps tell nothing: they stay in the image, and are alike in every update of it.  An update that
 * has no other place is known by the contents that it gave to constants. */
struct places {
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
			  struct places *places)
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
				     const struct su_registry *registry, struct places *ret)
{
	struct su_journal journal;

	SU_TRY(su_journal_read(memory, registry, &journal));
	*ret = (struct places){ .words = !has_jumps(registry, &journal) };
	for (size_t i = 0; i < journal.count && !ret->jump; i++) {
		const struct su_registry_span *span = &journal.spans[i];

		if (span->direction == SU_FORWARD && (ret->words || leads_into(registry, span)))
			look_at_place(memory, span, ret);
	}
	su_journal_deinit(&journal);
	return NULL;
}

/* Whether the image that was updated is mapped where it was. */
static bool has_image(const struct su_memory *memory, const struct su_maps *maps,
		      const struct su_registry *registry)
{
	struct su_object object;

	/* Most images have their header at their base. */
	if (!su_locate_object(memory, registry->image_base, &object) ||
	    object.base != registry->image_base) {
		struct su_err *err = su_locate_base(memory, maps, registry->image_base, &object);

		if (err) {
			su_err_destroy(err);
			return false;
		}
	}
	return object.build_id_size == registry->old_build_id_size &&
	       !memcmp(object.build_id, registry->old_build_id, object.build_id_size);
}

/* Whether another update of that place is in force, made on the image as it was loaded again. */
static struct su_err *is_superseded(const struct su_memory *memory,
				    const struct su_registries *registries, size_t at, bool *ret)
{
	const struct su_registry *registry = &registries->list.at[at];
	struct places places = { 0 };

	for (size_t i = 0; i < registries->list.len && !places.jump; i++) {
		const struct su_registry *other = &registries->list.at[i];

		if (i != at && !other->below && other->state == SU_REGISTRY_APPLIED &&
		    other->image_base == registry->image_base)
			SU_TRY(look_at_places(memory, other, &places));
	}
	*ret = places.jump;
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
static struct su_err *is_lost(const struct su_memory *memory, const struct su_maps *maps,
			      const struct su_registries *registries, size_t at, bool *ret)
{
	const struct su_registry *registry = &registries->list.at[at];
	bool applied = registry->state == SU_REGISTRY_APPLIED;
	struct places places;

	*ret = false;
	if (registry->below || registry->held || registry->mask_note.tid ||
	    (!applied && registry->state != SU_REGISTRY_REVERTED))
		return NULL;
	SU_TRY(look_at_places(memory, registry, &places));
	if (places.jump)
		return NULL;
	bool overwritten = places.words && is_below(registries, registry);
	*ret = (applied && places.code && !places.other && !overwritten) ||
	       !has_image(memory, maps, registry);
	if (applied && !*ret)
		SU_TRY(is_superseded(memory, registries, at, ret));
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

struct su_err *su_lost_drop(const struct su_memory *memory, const struct su_maps *maps,
			    struct su_registries *registries)
{
	SU_FREE bool *lost = su_alloc((registries->list.len + 1) * sizeof(*lost));
	size_t kept = 0;

	for (size_t i = 0; i < registries->list.len; i++)
		SU_TRY(is_lost(memory, maps, registries, i, &lost[i]));
	while (lose_those_on_top(registries, lost))
		;
	for (size_t i = 0; i < registries->list.len; i++) {
		if (!lost[i])
			registries->list.at[kept++] = registries->list.at[i];
	}
	registries->list.len = kept;
	return NULL;
}
