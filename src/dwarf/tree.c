/*
 * A walk over what units declare: at their top level, in their functions and their blocks, and in the
 * units that they import.
 *
 * `dwz` moves entries that several units have in common to partial units, of the same file or of
 * another one, and leaves an import in each.  With -fdebug-types-section a type stands in a unit of
 * its own, and is referred to by a signature.  A walk shows all of these as if they stood in the
 * unit itself, each once.  A unit of which not all could be shown is marked: of its types not all is
 * known.
 * DWARF 5 sections 3.1.1, 3.2.5 (imported units) and 3.1.4 (type units).
 */
#include <dwarf.h>

#include "dwarf/dwarf_private.h"

#define IMPORT_FACTOR 64 /* how often imported entries may be met, over all units */

struct walk {
	const struct su_dwarf_unit *unit;
	su_dwarf_visit *visit;
	void *ctx;
	struct su_map *seen; /* imported units */
	uint64_t budget;     /* of entries */
	bool lost;	     /* the walk was cut short, or an import leads nowhere */
};

static void walk_children(struct walk *walk, Dwarf_Die *parent, const char *function, int depth);

static bool is_new(struct walk *walk, const Dwarf_Die *die)
{
	uint64_t where = (uint64_t)(uintptr_t)die->addr;

	if (su_map_get_u64(walk->seen, where))
		return false;
	su_map_put_u64(walk->seen, where, walk);
	return true;
}

/* An import of a whole unit (gcc -flto) is not followed: that unit is walked by itself. */
static void follow_import(struct walk *walk, Dwarf_Die *import, int depth)
{
	Dwarf_Die unit;

	if (!su_dwarf_ref(import, DW_AT_import, &unit))
		walk->lost = true;
	else if (dwarf_tag(&unit) == DW_TAG_partial_unit && is_new(walk, &unit))
		walk_children(walk, &unit, NULL, depth);
}

/* The type that `die` names by a signature. */
static void follow_signature(struct walk *walk, Dwarf_Die *die, int depth)
{
	Dwarf_Attribute attr;
	Dwarf_Die type, unit;

	if (!dwarf_attr(die, DW_AT_signature, &attr) &&
	    (!dwarf_attr(die, DW_AT_type, &attr) || dwarf_whatform(&attr) != DW_FORM_ref_sig8))
		return;
	if (!dwarf_formref_die(&attr, &type) || !dwarf_diecu(&type, &unit, NULL, NULL))
		walk->lost = true;
	else if (is_new(walk, &unit))
		walk_children(walk, &unit, NULL, depth);
}

static void walk_entry(struct walk *walk, Dwarf_Die *die, const char *function, int depth)
{
	Dwarf_Die root;

	walk->visit(walk->ctx, walk->unit, die, function);
	switch (dwarf_tag(die)) {
	case DW_TAG_imported_unit:
		follow_import(walk, die, depth);
		break;
	case DW_TAG_subprogram:
		root = su_dwarf_root(*die);
		walk_children(walk, die, dwarf_diename(&root), depth);
		break;
	case DW_TAG_lexical_block:
	case DW_TAG_structure_type:
	case DW_TAG_union_type:
		walk_children(walk, die, function, depth);
		break;
	}
	follow_signature(walk, die, depth);
}

static void walk_children(struct walk *walk, Dwarf_Die *parent, const char *function, int depth)
{
	Dwarf_Die child;

	if (depth == 0 || !su_dwarf_child(parent, &child))
		return;
	do {
		if (walk->budget == 0) {
			walk->lost = true;
			return;
		}
		walk->budget--;
		walk_entry(walk, &child, function, depth - 1);
	} while (su_dwarf_next(&child));
}

static void walk_unit(struct walk *walk, struct su_dwarf_unit *unit)
{
	Dwarf_Die die = unit->die;

	walk->unit = unit;
	walk->lost = false;
	walk_children(walk, &die, NULL, SU_DWARF_DEPTH_LIMIT);
	unit->is_cut |= walk->lost;
}

void su_dwarf_walk_units(const struct su_debug *debug, enum su_dwarf_imports imports,
			 su_dwarf_visit *visit, void *ctx)
{
	struct walk walk = { .visit = visit, .ctx = ctx, .seen = su_map_create() };

	walk.budget = debug->die_budget * IMPORT_FACTOR;
	for (size_t i = 0; i < debug->units.len; i++) {
		if (debug->units.at[i].imported)
			continue;
		walk_unit(&walk, &debug->units.at[i]);
		if (imports == SU_IMPORTS_ONCE)
			continue;
		su_map_destroy(walk.seen);
		walk.seen = su_map_create();
	}
	su_map_destroy(walk.seen);
}
