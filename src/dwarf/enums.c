/* The enumerators of an image's units. */
#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "dwarf/dwarf_private.h"

struct enumerators {
	SU_VEC(struct su_enumerator) list;
};

static void list_enumeration(void *ctx, const struct su_dwarf_unit *unit, Dwarf_Die *enumeration,
			     const char *function)
{
	struct enumerators *found = ctx;
	size_t first = found->list.len;
	int64_t greatest = INT64_MIN;
	Dwarf_Die child;

	if (dwarf_tag(enumeration) != DW_TAG_enumeration_type ||
	    !su_dwarf_child(enumeration, &child))
		return;
	do {
		struct su_enumerator one = { .name = dwarf_diename(&child),
					     .unit = unit->name,
					     .function = function };

		if (dwarf_tag(&child) != DW_TAG_enumerator || !one.name ||
		    !su_dwarf_const(&child, DW_AT_const_value, &one.value))
			continue;
		if (one.value > greatest)
			greatest = one.value;
		su_vec_push(&found->list, one);
	} while (su_dwarf_next(&child));
	for (size_t i = first; i < found->list.len; i++)
		found->list.at[i].greatest = found->list.at[i].value == greatest;
}

static int compare_enumerators(const void *left, const void *right)
{
	const struct su_enumerator *a = left, *b = right;
	int order = strcmp(a->name, b->name);

	if (!order)
		order = strcmp(a->unit, b->unit);
	if (!order)
		order = strcmp(a->function ? a->function : "", b->function ? b->function : "");
	if (!order)
		order = (a->value > b->value) - (a->value < b->value);
	return order ? order : a->greatest - b->greatest;
}

/* Several units may have one name, and a function several blocks. */
static size_t drop_repeated(struct su_enumerator *list, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (!kept || compare_enumerators(&list[kept - 1], &list[i]) != 0)
			list[kept++] = list[i];
	return kept;
}

struct su_enumerator *su_debug_enumerators(const struct su_debug *debug, size_t *ret_count)
{
	struct enumerators found = { 0 };

	su_dwarf_walk_units(debug, SU_IMPORTS_EACH, list_enumeration, &found);
	if (found.list.len)
		qsort(found.list.at, found.list.len, sizeof(*found.list.at), compare_enumerators);
	*ret_count = drop_repeated(found.list.at, found.list.len);
	return found.list.at;
}
