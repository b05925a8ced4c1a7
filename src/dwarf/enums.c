/* The enumerators of an image's units. */
#include <dwarf.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dwarf/dwarf_private.h"

/* ---- counts ---- */

static bool is_word(const char *at, size_t length, const char *word)
{
	return strlen(word) == length && strncasecmp(at, word, length) == 0;
}

static bool is_count_word(const char *at, size_t length)
{
	static const char *const words[] = { "count", "counts", "cnt",	 "max",
					     "num",   "number", "n",	 "nr",
					     "last",  "end",	"total", "size",
					     "len",   "length", "limit", "sentinel" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (is_word(at, length, words[i]))
			return true;
	return false;
}

/* `STATES` of `enum state`. */
static bool is_plural_of(const char *at, size_t length, const char *tag)
{
	size_t singular = length && (at[length - 1] | 0x20) == 's' ? length - 1 : 0;
	size_t whole = tag ? strlen(tag) : 0;

	return singular && whole >= singular &&
	       strncasecmp(at, tag + whole - singular, singular) == 0;
}

/* A count of the others is not stored, and may move. Nothing but its name says that it is one. */
static bool is_count_name(const char *name, const char *tag)
{
	for (const char *at = name; *at;) {
		size_t length = strcspn(at, "_");

		if (is_count_word(at, length) || is_plural_of(at, length, tag))
			return true;
		at += length + strspn(at + length, "_");
	}
	return strncasecmp(name, "num", 3) == 0 || strncasecmp(name, "max", 3) == 0;
}

/* ---- the list ---- */

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
		found->list.at[i].is_count =
			found->list.at[i].value == greatest &&
			is_count_name(found->list.at[i].name, dwarf_diename(enumeration));
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
	return order ? order : a->is_count - b->is_count;
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
