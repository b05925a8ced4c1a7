/*
 * Where records are used: as variables with static storage, and in all other ways.
 *
 * What points to a record, contains it, passes or returns it, or keeps it in a frame may stand for
 * objects that no symbol names. A use counts by the names that lead to the record, also where a unit
 * only declares it. gcc says nothing of `((struct t *)memory)->member`: nothing but that there is a
 * struct t.
 */
#include <dwarf.h>
#include <string.h>

#include "dwarf/dwarf_private.h"

struct use_walk {
	const struct su_debug *debug;
	struct su_map *in_statics, *elsewhere; /* names */
};

static bool is_record(int tag)
{
	return tag == DW_TAG_structure_type || tag == DW_TAG_union_type;
}

static void note_name(struct use_walk *walk, struct su_map *names, const char *prefix,
		      const char *name)
{
	char *kept = su_arena_format(walk->debug->arena, "%s%s", prefix, name);

	su_map_put_str(names, kept, kept);
}

/* Notes all names of the record that the type of `die` leads to, by value and through arrays. */
static void note_record(struct use_walk *walk, Dwarf_Die *die, struct su_map *names)
{
	Dwarf_Die at = *die;

	for (int i = 0; i < SU_DWARF_CHAIN_LIMIT; i++) {
		if ((!i || !is_record(dwarf_tag(&at))) && !su_dwarf_type_of(&at, &at))
			return;
		su_dwarf_ref(&at, DW_AT_signature, &at);
		const char *name = dwarf_diename(&at);
		int tag = dwarf_tag(&at);

		if (tag == DW_TAG_typedef && name)
			note_name(walk, names, "", name);
		if (is_record(tag) && name)
			note_name(walk, names, tag == DW_TAG_union_type ? "union " : "struct ",
				  name);
		if (is_record(tag) || (tag != DW_TAG_typedef && tag != DW_TAG_array_type &&
				       !su_dwarf_is_qualifier(tag)))
			return;
	}
}

static bool is_at_address(Dwarf_Die *die)
{
	Dwarf_Attribute attr;
	Dwarf_Op *ops;
	size_t count;
	uint64_t vaddr;

	return dwarf_attr_integrate(die, DW_AT_location, &attr) &&
	       dwarf_getlocation(&attr, &ops, &count) == 0 && count == 1 &&
	       su_dwarf_op_address(&attr, &ops[0], &vaddr);
}

static bool is_imported(const struct use_walk *walk, const char *name)
{
	const struct su_image *image = walk->debug->image;

	for (size_t i = 0; name && i < image->symbol_count; i++)
		if (image->symbols[i].shndx == SHN_UNDEF &&
		    strcmp(image->symbols[i].name, name) == 0)
			return true;
	return false;
}

/* A declaration at file scope is of a variable that another unit defines. */
static bool is_static(const struct use_walk *walk, Dwarf_Die *die, const char *function)
{
	if (!function && su_dwarf_is_declaration(die))
		return !is_imported(walk, dwarf_diename(die));
	return is_at_address(die);
}

static void note_use(void *ctx, const struct su_dwarf_unit *unit, Dwarf_Die *die,
		     const char *function)
{
	struct use_walk *walk = ctx;
	int tag = dwarf_tag(die);

	(void)unit;
	switch (tag) {
	case DW_TAG_typedef:
	case DW_TAG_array_type:
	case DW_TAG_enumeration_type:
		return;
	case DW_TAG_variable:
		note_record(walk, die,
			    is_static(walk, die, function) ? walk->in_statics : walk->elsewhere);
		return;
	default:
		if (!su_dwarf_is_qualifier(tag) && !is_record(tag))
			note_record(walk, die, walk->elsewhere);
	}
}

struct su_type_uses {
	struct use_walk walk;
	bool known; /* of every unit */
};

struct su_type_uses *su_debug_type_uses(const struct su_debug *debug)
{
	struct su_type_uses *uses = su_alloc(sizeof(*uses));
	const char *unit;

	uses->walk.debug = debug;
	uses->walk.in_statics = su_map_create();
	uses->walk.elsewhere = su_map_create();
	su_dwarf_walk_units(debug, SU_IMPORTS_EACH, note_use, &uses->walk);
	uses->known = !su_debug_lack(debug, &unit);
	return uses;
}

void su_debug_type_uses_free(struct su_type_uses *uses)
{
	su_map_destroy(uses->walk.in_statics);
	su_map_destroy(uses->walk.elsewhere);
	free(uses);
}

bool su_debug_only_in_statics(const struct su_type_uses *uses, const char *name)
{
	return uses->known && su_map_get_str(uses->walk.in_statics, name) &&
	       !su_map_get_str(uses->walk.elsewhere, name);
}
