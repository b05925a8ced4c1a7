/*
 * Whether a unit says all of its types, and if not, how it can be made to.
 *
 * A unit says nothing of them when it has line tables only (gcc and clang -g1: no type, and functions
 * without parameters), when it is the skeleton of one in a .dwo file, and when it imports from a
 * file that is not there.  A unit whose functions take and keep nothing has no types to say.  An
 * assembler's units have none either.
 */
#include <dwarf.h>
#include <string.h>
#include <unistd.h>

#include "dwarf/dwarf_private.h"

static bool is_type(int tag)
{
	switch (tag) {
	case DW_TAG_base_type:
	case DW_TAG_pointer_type:
	case DW_TAG_structure_type:
	case DW_TAG_union_type:
	case DW_TAG_enumeration_type:
	case DW_TAG_array_type:
	case DW_TAG_typedef:
		return true;
	default:
		return false;
	}
}

static void look_at_die(void *ctx, const struct su_dwarf_unit *given, Dwarf_Die *die,
			const char *function)
{
	const struct su_debug *debug = ctx;
	struct su_dwarf_unit *unit = &debug->units.at[given - debug->units.at];
	int tag = dwarf_tag(die);

	(void)function;
	unit->has_types |= is_type(tag);
	if (tag != DW_TAG_subprogram)
		return;
	unit->has_functions = true;
	unit->has_plain |= !su_dwarf_flag(die, DW_AT_prototyped);
}

static bool is_assembly(const struct su_dwarf_unit *unit)
{
	Dwarf_Die die = unit->die;
	int64_t language;

	return su_dwarf_const(&die, DW_AT_language, &language) &&
	       language == DW_LANG_Mips_Assembler;
}

/* The package that `dwp` makes of a program's .dwo files; libdw reads none before 0.191. */
static const char *package_of(const struct su_debug *debug)
{
	const char *path = su_arena_format(debug->arena, "%s.dwp", debug->image->path);

	return access(path, F_OK) == 0 ? path : NULL;
}

static const char *split_lack(const struct su_debug *debug, const struct su_dwarf_unit *unit)
{
	const char *package = package_of(debug);

	if (package)
		return su_arena_format(
			debug->arena,
			"they are in '%s', and packages are not read: put '%s' where "
			"it was compiled, or compile without -gsplit-dwarf",
			package, unit->split_name);
	return su_arena_format(debug->arena,
			       "they are in '%s', which is not where it was compiled: put it "
			       "there again, or compile without -gsplit-dwarf",
			       unit->split_name);
}

static const char *lack_of(const struct su_debug *debug, const struct su_dwarf_unit *unit)
{
	const struct su_image *image = debug->image;

	if (unit->split_name)
		return split_lack(debug, unit);
	if (unit->is_cut && image->alt_wanted && !image->alt_path)
		return su_arena_format(debug->arena,
				       "they are in the dwz file '%s', which is not there: install "
				       "it, or give the directory that has it as .dwz/ or below "
				       ".build-id/ with --debug-dir (%s)",
				       image->alt_wanted, image->alt_tried);
	if (unit->is_cut)
		return "its debugging information refers to what is not there";
	if (unit->has_types || is_assembly(unit) || (unit->has_functions && !unit->has_plain))
		return NULL;
	return "it has line tables only: compile it with -g, not with -g1 or -gline-tables-only";
}

static const struct su_dwarf_unit *unit_of(const struct su_debug *debug, Dwarf_Die *die)
{
	Dwarf_Die unit;
	uintptr_t index = 0;

	if (dwarf_diecu(die, &unit, NULL, NULL))
		index = (uintptr_t)su_map_get_u64(debug->unit_of, (uint64_t)(uintptr_t)unit.addr);
	return index ? &debug->units.at[index - 1] : NULL;
}

/* The unit whose source the code at `vaddr` comes from. */
static const struct su_dwarf_unit *unit_at(const struct su_debug *debug, uint64_t vaddr)
{
	const struct su_dwarf_span *span =
		su_dwarf_span_at(debug->function_spans.at, debug->function_spans.len, vaddr);
	const struct su_dwarf_unit *unit = NULL;

	if (span) {
		Dwarf_Die die = debug->functions.at[span->index].die, root = su_dwarf_root(die);

		unit = unit_of(debug, &root);
		if (!unit || unit->imported)
			unit = unit_of(debug, &die);
		return unit;
	}
	span = su_dwarf_span_at(debug->unit_spans.at, debug->unit_spans.len, vaddr);
	return span ? &debug->units.at[span->index] : NULL;
}

/* Code that a unit's assembler statements made is in none of its ranges. */
static const struct su_dwarf_unit *unit_named(const struct su_debug *debug, const char *name)
{
	for (size_t i = 0; i < debug->units.len; i++) {
		const char *unit = debug->units.at[i].name, *slash = strrchr(unit, '/');

		if (*name && (!strcmp(unit, name) || (slash && !strcmp(slash + 1, name))))
			return &debug->units.at[i];
	}
	return NULL;
}

static void look_at_all(const struct su_debug *debug)
{
	if (debug->cache->has_completeness)
		return;
	su_dwarf_walk_units(debug, SU_IMPORTS_EACH, look_at_die, (void *)debug);
	debug->cache->has_completeness = true;
}

const char *su_debug_lack_at(const struct su_debug *debug, uint64_t vaddr, const char *name)
{
	const struct su_dwarf_unit *unit = unit_at(debug, vaddr);

	look_at_all(debug);
	if (!unit)
		unit = unit_named(debug, name);
	return unit ? lack_of(debug, unit) : "it has no debug information: compile it with -g";
}

const char *su_debug_lack(const struct su_debug *debug, const char **ret_unit)
{
	look_at_all(debug);
	for (size_t i = 0; i < debug->units.len; i++) {
		const char *lack =
			debug->units.at[i].imported ? NULL : lack_of(debug, &debug->units.at[i]);

		if (lack) {
			*ret_unit = debug->units.at[i].name;
			return lack;
		}
	}
	return NULL;
}
