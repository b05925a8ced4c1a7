/* What stays in an updated process: see registry.h. */
#include "update/carried/registry.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/reason.h"
#include "patch/pack.h"

static int compare_order(const void *a, const void *b)
{
	const struct su_registry *x = a, *y = b;

	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	return (x->base > y->base) - (x->base < y->base);
}

/* So much a patch can be unpacked to: its segments are mapped as they are, and tables do not shrink
 * beyond measure. What a process says takes no more memory of ours than it has spent. */
static uint64_t most_of_patch(const struct su_registry *registry)
{
	return registry->span + 256 * registry->packed_size + (UINT64_C(1) << 20);
}

bool su_registry_is_sound(const struct su_registry *registry, uint64_t addr)
{
	const uint64_t limit = UINT64_C(1) << 32;

	return registry->version == SU_REGISTRY_VERSION && registry->base == addr &&
	       registry->state >= SU_REGISTRY_STAGED && registry->state <= SU_REGISTRY_REVERTED &&
	       registry->before <= SU_REGISTRY_REVERTED && registry->direction <= SU_REVERSE &&
	       registry->size <= limit && registry->span <= registry->size &&
	       registry->span_count <= registry->size / sizeof(struct su_registry_span) &&
	       registry->patch_off <= registry->size &&
	       registry->patch_off - registry->span >=
		       registry->span_count * sizeof(struct su_registry_span) &&
	       registry->packed_size <= registry->size - registry->patch_off &&
	       registry->patch_size <= most_of_patch(registry) &&
	       registry->old_build_id_size <= 64 && registry->new_build_id_size <= 64 &&
	       memchr(registry->image_name, 0, sizeof(registry->image_name));
}

/* Whether a registry may lie at the start of the mapping. */
static bool may_hold_registry(const struct su_mapping *mapping)
{
	return !mapping->inode && !mapping->shared && !mapping->writable && !mapping->executable &&
	       mapping->readable;
}

/* The process has all that the registry says is its mapping, and that is memory of its own. */
static bool is_mapped(const struct su_maps *maps, const struct su_registry *registry)
{
	uint64_t end = registry->base + registry->size;
	const struct su_mapping *mapping = su_maps_at(maps, registry->base);
	const struct su_mapping *last = maps->list.at + maps->list.len;
	uint64_t at = registry->base;

	for (; mapping && mapping < last && at < end && mapping->start <= at; mapping++) {
		if (mapping->inode || mapping->shared)
			return false;
		at = mapping->end;
	}
	return at >= end;
}

/* What a process claims costs no more than what it has: registries do not overlap, are not many, and
 * the patches are of a size that is possible. */
struct claims {
	uint64_t end; /* of the registry before */
	uint64_t patches;
};

static bool is_believable(const struct su_registries *before, const struct su_maps *maps,
			  const struct su_registry *registry, struct claims *claims)
{
	if (before->list.len == SU_REGISTRY_MOST || registry->base < claims->end ||
	    !is_mapped(maps, registry))
		return false;
	claims->end = registry->base + registry->size;
	claims->patches += registry->patch_size;
	return claims->patches <= SU_REGISTRY_MOST_BYTES;
}

static bool read_registry(const struct su_memory *memory, const struct su_mapping *mapping,
			  struct su_registry *ret)
{
	return may_hold_registry(mapping) &&
	       su_memory_try(memory, mapping->start, ret, sizeof(*ret)) == sizeof(*ret) &&
	       !memcmp(ret->magic, SU_REGISTRY_MAGIC, sizeof(ret->magic));
}

struct su_err *su_registry_scan(const struct su_memory *memory, const struct su_maps *maps,
				struct su_registries *ret)
{
	struct claims claims = { 0, 0 };

	ret->list.len = 0;
	for (size_t i = 0; i < maps->list.len; i++) {
		const struct su_mapping *mapping = &maps->list.at[i];
		struct su_registry registry;

		if (!read_registry(memory, mapping, &registry))
			continue;
		if (!su_registry_is_sound(&registry, mapping->start) ||
		    !is_believable(ret, maps, &registry, &claims))
			return su_err_new(
				SU_E_FORMAT,
				"process %d has a damaged or unknown update registry at %#lx",
				memory->pid, (unsigned long)mapping->start);
		su_vec_push(&ret->list, registry);
	}
	if (ret->list.len)
		qsort(ret->list.at, ret->list.len, sizeof(*ret->list.at), compare_order);
	return NULL;
}

struct su_err *su_registry_require_room(const struct su_registries *registries, uint64_t patch_size)
{
	uint64_t bytes = patch_size;

	for (size_t i = 0; i < registries->list.len; i++)
		bytes += registries->list.at[i].patch_size;
	if (registries->list.len < SU_REGISTRY_MOST && bytes <= SU_REGISTRY_MOST_BYTES)
		return NULL;
	return su_refuse(SU_WHY_TOO_MANY_UPDATES, registries->list.len, (unsigned long)bytes);
}

bool su_registry_is_cut_off(const struct su_registry *registry)
{
	return registry->held || registry->state == SU_REGISTRY_COMMITTING;
}

uint32_t su_registry_next_order(const struct su_registries *registries)
{
	size_t count = registries->list.len;

	return count ? registries->list.at[count - 1].order + 1 : 1;
}

const struct su_registry *su_registry_top(const struct su_registries *registries,
					  uint64_t image_base)
{
	for (size_t i = registries->list.len; i-- > 0;) {
		const struct su_registry *registry = &registries->list.at[i];

		if (registry->state == SU_REGISTRY_APPLIED && registry->image_base == image_base)
			return registry;
	}
	return NULL;
}

struct su_err *su_registry_read_file(const struct su_memory *memory,
				     const struct su_registry *registry, uint8_t **ret)
{
	SU_FREE uint8_t *packed = su_alloc(registry->packed_size + 1);

	SU_TRY(su_memory_read(memory, registry->base + registry->patch_off, packed,
			      registry->packed_size));
	return su_err_context(su_unpack(packed, registry->packed_size, registry->patch_size, ret),
			      "the patch held by the process");
}
