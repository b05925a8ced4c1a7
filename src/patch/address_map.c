/*
 * What a patch says of code and data that is not where a file has it: the address map, and the
 * references in the code that is replaced.  See format.h; nothing is trusted, as in reader.c.
 */
#include <inttypes.h>

#include "base/search.h"
#include "patch/patch_private.h"

#define MAX_INSN 15

/* ---- references ---- */

static bool is_field(const struct su_patch_field *field)
{
	return (field->size == 1 || field->size == 4) && field->home <= SU_HOME_DATA &&
	       field->to_end >= field->size && field->to_end <= MAX_INSN && !field->reserved;
}

struct su_err *su_patch_check_fields(const struct su_patch *patch,
				     const struct su_patch_range *range)
{
	uint64_t end = range->vaddr;

	if (range->code_size > range->size || range->reserved ||
	    !su_patch_within(range->first_field, range->field_count, 0, patch->field_count))
		return su_patch_bad("the range at 0x%" PRIx64 " has no fields", range->vaddr);
	for (uint32_t i = 0; i < range->field_count; i++) {
		const struct su_patch_field *field = &patch->fields[range->first_field + i];

		if (!is_field(field))
			return su_patch_bad("unknown kind of field at 0x%" PRIx64, field->at);
		if (field->at < end ||
		    !su_patch_within(field->at, field->size, range->vaddr, range->code_size))
			return su_patch_bad("the field at 0x%" PRIx64 " is not in its range",
					    field->at);
		end = field->at + field->size;
	}
	return NULL;
}

/* ---- the address map ---- */

static struct su_err *check_map_entry(const struct su_patch *patch,
				      const struct su_patch_map *entry)
{
	bool known = entry->kind <= SU_MAP_DATA_NEW && entry->space <= SU_SPACE_PATCH;

	if (!known || !entry->size || !su_patch_within(entry->vaddr, entry->size, 0, MAX_ADDRESS))
		return su_patch_bad("unknown kind of place of 0x%" PRIx64, entry->vaddr);
	if (entry->space == SU_SPACE_IMAGE ? !su_patch_in_image(patch, entry->addr, entry->size)
	    : entry->kind <= SU_MAP_ENTRY
		    ? !su_patch_in_text(patch, entry->addr, entry->size)
		    : !su_patch_within(entry->addr, entry->size, 0, patch->head->span))
		return su_patch_bad("0x%" PRIx64 " of the new version lives nowhere", entry->vaddr);
	return NULL;
}

struct su_err *su_patch_check_map(const struct su_patch *patch)
{
	for (size_t i = 0; i < patch->map_count; i++) {
		const struct su_patch_map *entry = &patch->map[i], *last = entry - 1;

		SU_TRY(check_map_entry(patch, entry));
		if (i && (entry->kind < last->kind ||
			  (entry->kind == last->kind && (entry->vaddr < last->vaddr ||
							 entry->vaddr - last->vaddr < last->size))))
			return su_patch_bad("the address map is not sorted at 0x%" PRIx64,
					    entry->vaddr);
	}
	return NULL;
}

static bool is_entry_before(const void *entry, const void *wanted)
{
	const struct su_patch_map *a = entry, *b = wanted;

	return a->kind < b->kind || (a->kind == b->kind && a->vaddr <= b->vaddr);
}

const struct su_patch_map *su_patch_map_at(const struct su_patch *patch, enum su_map_kind kind,
					   uint64_t vaddr)
{
	struct su_patch_map wanted = { .kind = (uint8_t)kind, .vaddr = vaddr };
	size_t after =
		su_search(patch->map, patch->map_count, sizeof(wanted), &wanted, is_entry_before);
	if (!after || patch->map[after - 1].kind != kind ||
	    vaddr - patch->map[after - 1].vaddr >= patch->map[after - 1].size)
		return NULL;
	return &patch->map[after - 1];
}
