/* What stays in an updated process: see registry.h. */
#include "update/carried/registry.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "patch/pack.h"

static int compare_order(const void *a, const void *b)
{
	const struct su_registry *x = a, *y = b;

	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	return (x->base > y->base) - (x->base < y->base);
}

static bool is_sound(const struct su_registry *registry, uint64_t addr)
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
	       registry->patch_size <= limit && registry->old_build_id_size <= 64 &&
	       registry->new_build_id_size <= 64 &&
	       memchr(registry->image_name, 0, sizeof(registry->image_name));
}

struct su_err *su_registry_scan(const struct su_memory *memory, const struct su_maps *maps,
				struct su_registries *ret)
{
	ret->list.len = 0;
	for (size_t i = 0; i < maps->list.len; i++) {
		const struct su_mapping *mapping = &maps->list.at[i];
		struct su_registry registry;

		if (mapping->inode || mapping->shared || mapping->writable || mapping->executable ||
		    !mapping->readable ||
		    su_memory_try(memory, mapping->start, &registry, sizeof(registry)) !=
			    sizeof(registry) ||
		    memcmp(registry.magic, SU_REGISTRY_MAGIC, sizeof(registry.magic)))
			continue;
		if (!is_sound(&registry, mapping->start))
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
	return su_unpack(packed, registry->packed_size, registry->patch_size, ret);
}

struct su_err *su_registry_read_patch(const struct su_memory *memory,
				      const struct su_registry *registry, struct su_patch **ret)
{
	const char *origin = "the patch held by the process";
	uint8_t *bytes = NULL;
	struct su_err *err = su_registry_read_file(memory, registry, &bytes);

	if (err)
		return su_err_context(err, "%s", origin);
	return su_patch_parse(bytes, registry->patch_size, origin, ret);
}
