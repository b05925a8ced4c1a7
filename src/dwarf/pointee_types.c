/*
 * What the variables of functions point to: memory that may be older than the code.
 *
 * A form is what a reader of the memory depends on: the width of numbers and whether they are floating, the
 * layout of records, and so on through pointers to pointers.  What a pointer to void, to a function
 * or to an incomplete type leads to is not said.
 */
#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "dwarf/dwarf_private.h"

#define DEPTH 4

struct pointees {
	const struct su_debug *debug;
	SU_VEC(struct su_pointee) list;
};

static uint64_t mix(uint64_t hash, uint64_t value)
{
	return su_hash(&value, sizeof(value), hash);
}

static uint64_t form_of(const struct su_debug *debug, Dwarf_Die type, int depth);

static uint64_t number_form(Dwarf_Die *type)
{
	int64_t encoding = 0;
	uint64_t size;

	if (!su_dwarf_type_size(*type, &size))
		return 0;
	su_dwarf_const(type, DW_AT_encoding, &encoding);
	return mix(mix(0, size), encoding == DW_ATE_float || encoding == DW_ATE_complex_float);
}

/* Of what `type`, a pointer or an array, is made of. */
static uint64_t inner_form(const struct su_debug *debug, Dwarf_Die *type, int depth)
{
	Dwarf_Die inner;

	return su_dwarf_type_of(type, &inner) ? form_of(debug, inner, depth - 1) : 0;
}

static uint64_t form_of(const struct su_debug *debug, Dwarf_Die type, int depth)
{
	uint64_t inner;

	if (depth == 0 || !su_dwarf_type_strip(type, &type))
		return 0;
	switch (dwarf_tag(&type)) {
	case DW_TAG_base_type:
	case DW_TAG_enumeration_type:
		return number_form(&type);
	case DW_TAG_pointer_type:
		inner = inner_form(debug, &type, depth);
		return inner ? mix(DW_TAG_pointer_type, inner) : 0;
	case DW_TAG_array_type:
		return inner_form(debug, &type, depth);
	case DW_TAG_structure_type:
	case DW_TAG_union_type:
		return su_dwarf_type_hash(debug, type);
	default:
		return 0;
	}
}

/* The record that the type leads to, through pointers and arrays, as it is listed. */
static const char *record_of(const struct su_debug *debug, Dwarf_Die type)
{
	const char *alias = NULL;

	for (int i = 0; i < SU_DWARF_CHAIN_LIMIT; i++) {
		int tag = dwarf_tag(&type);
		const char *name = dwarf_diename(&type);

		if (tag == DW_TAG_structure_type || tag == DW_TAG_union_type)
			return name ? su_arena_format(debug->arena, "%s %s",
						      tag == DW_TAG_union_type ? "union" : "struct",
						      name)
				    : alias;
		if (tag == DW_TAG_typedef)
			alias = name;
		if (tag == DW_TAG_subroutine_type || !su_dwarf_type_of(&type, &type))
			return NULL;
	}
	return NULL;
}

static void list_pointee(void *ctx, const struct su_dwarf_unit *unit, Dwarf_Die *die,
			 const char *function)
{
	struct pointees *found = ctx;
	int tag = dwarf_tag(die);
	const char *name = dwarf_diename(die);
	Dwarf_Die type, target;

	if (!function || !name || (tag != DW_TAG_variable && tag != DW_TAG_formal_parameter) ||
	    !su_dwarf_type_of(die, &type) || !su_dwarf_type_strip(type, &target) ||
	    dwarf_tag(&target) != DW_TAG_pointer_type)
		return;
	struct su_pointee one = { .name = name,
				  .unit = unit->name,
				  .function = function,
				  .form = inner_form(found->debug, &target, DEPTH) };
	if (!one.form)
		return;
	SU_FREE char *text = su_dwarf_type_name(&type);
	one.record = record_of(found->debug, target);
	one.type = su_arena_format(found->debug->arena, "%s", text);
	su_vec_push(&found->list, one);
}

struct su_pointee *su_debug_pointees(const struct su_debug *debug, size_t *ret_count)
{
	struct pointees found = { .debug = debug };

	su_dwarf_walk_units(debug, SU_IMPORTS_EACH, list_pointee, &found);
	*ret_count = found.list.len;
	return found.list.at;
}
