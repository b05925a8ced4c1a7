/*
 * From where records of certain names can be reached: see su_debug_type_reach().
 *
 * Records are marked from the inside out: first those of the names, then those with a member that is or
 * points to a marked one, until there are no more. By their entries, of which every unit has its own.
 */
#include <dwarf.h>
#include <string.h>

#include "dwarf/dwarf_private.h"

struct su_type_reach {
	const struct su_debug *debug;
	const struct su_map *names;
	struct su_map *marked;	/* records, by entry */
	struct su_map *statics; /* variables from which pointers lead to one, by vaddr */
	SU_VEC(Dwarf_Die) records;
	SU_VEC(Dwarf_Die) calls; /* types of functions, and declarations of them */
};

/* ---- records ---- */

static bool is_record(int tag)
{
	return tag == DW_TAG_structure_type || tag == DW_TAG_union_type;
}

static uint64_t key_of(const Dwarf_Die *die)
{
	return (uint64_t)(uintptr_t)die->addr;
}

static bool is_named(const struct su_type_reach *reach, Dwarf_Die *record)
{
	const char *name = dwarf_diename(record);
	SU_FREE char *whole =
		su_format("%s%s", dwarf_tag(record) == DW_TAG_union_type ? "union " : "struct ",
			  name ? name : "");

	return name && su_map_get_str(reach->names, whole);
}

/* Whether the type of `die` leads to a marked record. `*ret_pointers`: by how many pointers. */
static bool leads_there(const struct su_type_reach *reach, Dwarf_Die *die, int *ret_pointers)
{
	Dwarf_Die at = *die;

	*ret_pointers = 0;
	for (int i = 0; i < SU_DWARF_CHAIN_LIMIT && su_dwarf_type_of(&at, &at); i++) {
		int tag = dwarf_tag(&at);
		const char *name = dwarf_diename(&at);

		if (tag == DW_TAG_typedef && name && su_map_get_str(reach->names, name))
			return true;
		if (is_record(tag)) {
			su_dwarf_ref(&at, DW_AT_signature, &at);
			return su_map_get_u64(reach->marked, key_of(&at)) || is_named(reach, &at);
		}
		if (tag == DW_TAG_subroutine_type)
			return false;
		*ret_pointers += tag == DW_TAG_pointer_type;
	}
	return false;
}

static bool has_marked_member(const struct su_type_reach *reach, Dwarf_Die *record)
{
	Dwarf_Die child;
	int pointers;

	if (!su_dwarf_child(record, &child))
		return false;
	do {
		if (dwarf_tag(&child) == DW_TAG_member && leads_there(reach, &child, &pointers))
			return true;
	} while (su_dwarf_next(&child));
	return false;
}

static void collect(void *ctx, const struct su_dwarf_unit *unit, Dwarf_Die *die,
		    const char *function)
{
	struct su_type_reach *reach = ctx;

	(void)unit;
	(void)function;
	int tag = dwarf_tag(die);

	if (is_record(tag))
		su_vec_push(&reach->records, *die);
	if (tag == DW_TAG_subroutine_type ||
	    (tag == DW_TAG_subprogram && su_dwarf_is_declaration(die)))
		su_vec_push(&reach->calls, *die);
}

static bool mark_more(struct su_type_reach *reach)
{
	bool any = false;

	for (size_t i = 0; i < reach->records.len; i++) {
		Dwarf_Die *record = &reach->records.at[i];

		if (su_map_get_u64(reach->marked, key_of(record)) ||
		    (!is_named(reach, record) && !has_marked_member(reach, record)))
			continue;
		su_map_put_u64(reach->marked, key_of(record), reach);
		any = true;
	}
	return any;
}

/* ---- functions and variables ---- */

/* A declaration of what another unit of the image defines. */
static bool is_defined(const struct su_type_reach *reach, Dwarf_Die *die)
{
	const struct su_image *image = reach->debug->image;
	const char *name = dwarf_diename(die);

	for (size_t i = 0; name && i < image->symbol_count; i++)
		if (image->symbols[i].shndx != SHN_UNDEF &&
		    strcmp(image->symbols[i].name, name) == 0)
			return true;
	return false;
}

static bool holds_any(const struct su_type_reach *reach, Dwarf_Die *scope, int depth);

/* What is inlined has what its source has, also where nothing of that is left. */
static bool source_holds_any(const struct su_type_reach *reach, Dwarf_Die *die, int depth)
{
	Dwarf_Die root = su_dwarf_root(*die);

	return root.addr != die->addr && holds_any(reach, &root, depth - 1);
}

static bool entry_holds_any(const struct su_type_reach *reach, Dwarf_Die *die, int depth)
{
	int pointers;

	switch (dwarf_tag(die)) {
	case DW_TAG_formal_parameter:
	case DW_TAG_variable:
		return leads_there(reach, die, &pointers);
	case DW_TAG_inlined_subroutine:
		return source_holds_any(reach, die, depth) || holds_any(reach, die, depth - 1);
	case DW_TAG_lexical_block:
		return holds_any(reach, die, depth - 1);
	default:
		return false;
	}
}

static bool holds_any(const struct su_type_reach *reach, Dwarf_Die *scope, int depth)
{
	Dwarf_Die child;

	if (depth <= 0)
		return true;
	if (!su_dwarf_child(scope, &child))
		return false;
	do {
		if (entry_holds_any(reach, &child, depth))
			return true;
	} while (su_dwarf_next(&child));
	return false;
}

bool su_debug_function_reaches(const struct su_type_reach *reach, uint64_t entry)
{
	struct su_dwarf_subprogram *function = su_dwarf_subprogram_at(reach->debug, entry);
	Dwarf_Die die;

	if (!function)
		return false;
	die = function->die;
	return function->shared || source_holds_any(reach, &die, SU_DWARF_DEPTH_LIMIT) ||
	       holds_any(reach, &die, SU_DWARF_DEPTH_LIMIT);
}

static void find_statics(struct su_type_reach *reach)
{
	size_t count;
	const struct su_static *statics = su_debug_statics(reach->debug, &count);

	for (size_t i = 0; i < count; i++) {
		int pointers;

		if (statics[i].is_tls || !statics[i].entry)
			continue;
		Dwarf_Die variable = *(const Dwarf_Die *)statics[i].entry;
		if (leads_there(reach, &variable, &pointers) && pointers)
			su_map_put_u64(reach->statics, statics[i].vaddr, reach);
	}
}

bool su_debug_result_reaches(const struct su_type_reach *reach, uint64_t entry)
{
	struct su_dwarf_subprogram *function = su_dwarf_subprogram_at(reach->debug, entry);
	Dwarf_Die die;
	int pointers;

	if (!function)
		return false;
	die = function->die;
	return leads_there(reach, &die, &pointers);
}

bool su_debug_calls_reach(const struct su_type_reach *reach)
{
	for (size_t i = 0; i < reach->calls.len; i++) {
		Dwarf_Die die = reach->calls.at[i];
		int pointers;

		if (leads_there(reach, &die, &pointers) && !is_defined(reach, &die))
			return true;
	}
	return false;
}

bool su_debug_static_reaches(const struct su_type_reach *reach, uint64_t vaddr)
{
	return su_map_get_u64(reach->statics, vaddr);
}

struct su_type_reach *su_debug_type_reach(const struct su_debug *debug, const struct su_map *names)
{
	struct su_type_reach *reach = su_alloc(sizeof(*reach));

	*reach = (struct su_type_reach){ .debug = debug, .names = names };
	reach->marked = su_map_create();
	reach->statics = su_map_create();
	su_dwarf_walk_units(debug, SU_IMPORTS_EACH, collect, reach);
	while (mark_more(reach))
		;
	find_statics(reach);
	return reach;
}

void su_debug_type_reach_free(struct su_type_reach *reach)
{
	su_map_destroy(reach->marked);
	su_map_destroy(reach->statics);
	su_vec_deinit(&reach->records);
	su_vec_deinit(&reach->calls);
	free(reach);
}
