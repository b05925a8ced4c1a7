/*
 * Functions that a unit declares and does not define: what a call of an import is known by.
 *
 * Compilers describe the declaration of each function that the unit calls (DWARF 5, 3.3.1).  Units
 * may be compiled with different headers: what is said of a function is what all that declare it
 * agree upon.
 */
#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "dwarf/dwarf_private.h"

#include "base/search.h"

static int compare_declared(const void *a, const void *b)
{
	const struct su_dwarf_declared *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static void collect_declaration(void *ctx, const struct su_dwarf_unit *unit, Dwarf_Die *die,
				const char *function)
{
	struct su_dwarf_cache *cache = ctx;
	const char *name = dwarf_diename(die);

	(void)unit;
	(void)function;
	if (dwarf_tag(die) == DW_TAG_subprogram && name && su_dwarf_is_declaration(die))
		su_vec_push(&cache->declared, (struct su_dwarf_declared){ name, *die });
}

static bool is_named_before(const void *declared, const void *name)
{
	return strcmp(((const struct su_dwarf_declared *)declared)->name, name) < 0;
}

/* The first of the declarations of `name`, which stand together, and how many there are. */
static struct su_dwarf_declared *find_declared(const struct su_debug *debug, const char *name,
					       size_t *count)
{
	struct su_dwarf_cache *cache = debug->cache;
	size_t first;

	if (!cache->has_declared) {
		su_dwarf_walk_units(debug, SU_IMPORTS_ONCE, collect_declaration, cache);
		if (cache->declared.len)
			qsort(cache->declared.at, cache->declared.len, sizeof(*cache->declared.at),
			      compare_declared);
		cache->has_declared = true;
	}
	first = su_search(cache->declared.at, cache->declared.len, sizeof(*cache->declared.at),
			  name, is_named_before);
	*count = 0;
	while (first + *count < cache->declared.len &&
	       !strcmp(cache->declared.at[first + *count].name, name))
		++*count;
	return *count ? &cache->declared.at[first] : NULL;
}

bool su_debug_declared_result(const struct su_debug *debug, const char *name, uint64_t *ret_hash)
{
	size_t count;
	struct su_dwarf_declared *declared = find_declared(debug, name, &count);

	for (size_t i = 0; i < count; i++) {
		Dwarf_Die type;
		uint64_t hash = 0;

		if (su_dwarf_type_of(&declared[i].die, &type)) {
			hash = su_dwarf_type_hash(debug, type);
			if (!hash)
				return false;
		}
		if (i > 0 && hash != *ret_hash)
			return false;
		*ret_hash = hash;
	}
	return count > 0;
}

bool su_debug_declared_noreturn(const struct su_debug *debug, const char *name)
{
	size_t count;
	struct su_dwarf_declared *declared = find_declared(debug, name, &count);

	for (size_t i = 0; i < count; i++) {
		if (!su_dwarf_flag(&declared[i].die, DW_AT_noreturn))
			return false;
	}
	return count > 0;
}
