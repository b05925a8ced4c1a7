/*
 * Shapes of types: see shape.h.
 *
 * Every type is read once for each place that it stands in, so a shape is a tree. What contains
 * itself, or more than anybody writes, is malformed and has no shape.
 */
#include "dwarf/shape.h"

#include <dwarf.h>

#include "dwarf/dwarf_private.h"

#define MEMBER_LIMIT 20000 /* of one shape, all records in it together */

struct reading {
	const struct su_debug *debug;
	struct su_arena *arena;
	unsigned members;
};

static const struct su_shape *read_shape(struct reading *reading, Dwarf_Die type, int depth);

typedef SU_VEC(struct su_shape_member) member_list;

static bool read_member(struct reading *reading, Dwarf_Die *die, int depth, member_list *list)
{
	struct su_dwarf_member member;

	if (reading->members++ > MEMBER_LIMIT || !su_dwarf_member_read(die, &member))
		return false;
	struct su_shape_member read = { .name = member.name,
					.bit_off = member.bit_off,
					.bit_size = member.bit_size,
					.shape = read_shape(reading, member.type, depth - 1) };

	su_vec_push(list, read);
	return read.shape != NULL;
}

static bool read_members(struct reading *reading, Dwarf_Die *type, int depth,
			 struct su_shape *shape)
{
	member_list list = { 0 };
	bool known = true;
	Dwarf_Die child;

	if (su_dwarf_child(type, &child)) {
		do {
			if (dwarf_tag(&child) == DW_TAG_member)
				known = read_member(reading, &child, depth, &list);
		} while (known && su_dwarf_next(&child));
	}
	shape->members = su_arena_copy(reading->arena, list.at, list.len * sizeof(*list.at));
	shape->member_count = list.len;
	su_vec_deinit(&list);
	return known;
}

static bool read_elements(struct reading *reading, Dwarf_Die *type, int depth,
			  struct su_shape *shape)
{
	struct su_dwarf_array array;
	Dwarf_Die element;

	if (!su_dwarf_array_read(*type, &array) || array.is_flexible ||
	    !su_dwarf_type_of(type, &element))
		return false;
	shape->count = array.count;
	shape->dimensions = array.shape;
	shape->element = read_shape(reading, element, depth - 1);
	return shape->element != NULL;
}

static bool read_number(Dwarf_Die *type, struct su_shape *shape)
{
	int64_t encoding;

	if (!su_dwarf_const(type, DW_AT_encoding, &encoding))
		return false;
	unsigned kind = su_dwarf_encoding_kind(encoding);
	bool is_whole = kind == DW_ATE_signed || kind == DW_ATE_unsigned;

	shape->kind = is_whole && shape->size <= 8 ? SU_SHAPE_NUMBER : SU_SHAPE_OTHER;
	shape->is_signed = kind == DW_ATE_signed;
	return true;
}

static bool read_parts(struct reading *reading, Dwarf_Die *type, int depth, struct su_shape *shape)
{
	switch (dwarf_tag(type)) {
	case DW_TAG_structure_type:
		shape->kind = SU_SHAPE_RECORD;
		return read_members(reading, type, depth, shape);
	case DW_TAG_array_type:
		shape->kind = SU_SHAPE_ARRAY;
		return read_elements(reading, type, depth, shape);
	case DW_TAG_base_type:
		return read_number(type, shape);
	case DW_TAG_pointer_type:
		shape->kind = SU_SHAPE_POINTER;
		return true;
	default:
		shape->kind = SU_SHAPE_OTHER;
		return true;
	}
}

static const struct su_shape *read_shape(struct reading *reading, Dwarf_Die type, int depth)
{
	struct su_shape *shape = su_arena_alloc(reading->arena, sizeof(*shape));

	if (depth <= 0 || !su_dwarf_type_strip(type, &type) || su_dwarf_is_declaration(&type) ||
	    !su_dwarf_type_size(type, &shape->size))
		return NULL;
	shape->hash = su_dwarf_type_hash(reading->debug, type);
	return shape->hash && read_parts(reading, &type, depth, shape) ? shape : NULL;
}

const struct su_shape *su_debug_static_shape(const struct su_debug *debug, uint64_t vaddr,
					     struct su_arena *arena)
{
	struct reading reading = { .debug = debug, .arena = arena };
	const struct su_static *statics;
	Dwarf_Die variable, type;
	size_t count, at = 0;

	statics = su_debug_statics(debug, &count);
	while (at < count && (statics[at].vaddr < vaddr || statics[at].is_tls))
		at++;
	if (at == count || statics[at].vaddr != vaddr || !statics[at].entry)
		return NULL;
	variable = *(const Dwarf_Die *)statics[at].entry;
	return su_dwarf_type_of(&variable, &type) ? read_shape(&reading, type, SU_DWARF_DEPTH_LIMIT)
						  : NULL;
}
