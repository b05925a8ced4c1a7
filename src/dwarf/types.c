/*
 * Types: size, name, and a hash of the layout.
 *
 * The hash of a type depends on what its bytes mean and on nothing else: typedefs and qualifiers do
 * not count, base types count by kind and size, members by name, position and type, by-value
 * members through and through, pointers by the name of what they point to.  So it is the same in
 * every unit and every build, and a list node that points to itself is no circle.  A type that
 * contains itself by value is malformed and unknown (0), as is one whose size is not a constant.
 * The values of an enumeration's names are no layout (enums.c has them).
 * DWARF 5 chapter 5.
 */
#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "dwarf/dwarf_private.h"

#define DIMENSION_LIMIT 64
#define MEMBER_LIMIT 100000

static uint64_t hash_at(const struct su_debug *debug, Dwarf_Die type, int depth);

bool su_dwarf_type_of(Dwarf_Die *die, Dwarf_Die *ret)
{
	Dwarf_Attribute attr;

	return dwarf_attr_integrate(die, DW_AT_type, &attr) && dwarf_formref_die(&attr, ret);
}

bool su_dwarf_is_qualifier(int tag)
{
	return tag == DW_TAG_const_type || tag == DW_TAG_volatile_type ||
	       tag == DW_TAG_restrict_type || tag == DW_TAG_atomic_type;
}

bool su_dwarf_type_strip(Dwarf_Die type, Dwarf_Die *ret)
{
	for (int i = 0; i < SU_DWARF_CHAIN_LIMIT; i++) {
		int tag = dwarf_tag(&type);
		if (su_dwarf_is_qualifier(tag) || tag == DW_TAG_typedef) {
			if (!su_dwarf_type_of(&type, &type))
				return false;
		} else if (!su_dwarf_ref(&type, DW_AT_signature, &type)) {
			*ret = type;
			return tag > 0;
		}
	}
	return false;
}

static bool is_record(int tag)
{
	return tag == DW_TAG_structure_type || tag == DW_TAG_union_type || tag == DW_TAG_class_type;
}

/* ---- sizes ---- */

/* One DW_TAG_subrange_type: elements, UINT64_MAX when it gives none; false when not constant. */
static bool read_dimension(Dwarf_Die *die, uint64_t *ret)
{
	int64_t count, lower = 0;

	if (dwarf_hasattr(die, DW_AT_count)) {
		if (!su_dwarf_const(die, DW_AT_count, &count) || count < 0)
			return false;
		*ret = (uint64_t)count;
		return true;
	}
	if (!dwarf_hasattr(die, DW_AT_upper_bound)) {
		*ret = UINT64_MAX;
		return true;
	}
	if (dwarf_hasattr(die, DW_AT_lower_bound) &&
	    !su_dwarf_const(die, DW_AT_lower_bound, &lower))
		return false;
	if (!su_dwarf_const(die, DW_AT_upper_bound, &count) || lower != 0)
		return false;
	if (count < -1 || count == INT64_MAX)
		return false;
	*ret = (uint64_t)(count + 1);
	return true;
}

bool su_dwarf_array_read(Dwarf_Die array, struct su_dwarf_array *ret)
{
	struct su_dwarf_array result = { .count = 1 };
	int limit = DIMENSION_LIMIT;
	Dwarf_Die child;
	uint64_t one;

	if (!su_dwarf_child(&array, &child))
		return false;
	do {
		if (dwarf_tag(&child) != DW_TAG_subrange_type)
			continue;
		if (limit-- == 0 || !read_dimension(&child, &one))
			return false;
		result.shape = su_hash(&one, sizeof(one), result.shape);
		result.dimension_count++;
		if (one == UINT64_MAX) {
			result.is_flexible = true;
			one = 0;
		}
		if (__builtin_mul_overflow(result.count, one, &result.count))
			return false;
	} while (su_dwarf_next(&child));
	*ret = result;
	return true;
}

bool su_dwarf_type_size(Dwarf_Die type, uint64_t *ret)
{
	struct su_dwarf_array array;
	uint64_t count = 1;
	int64_t size;

	for (int i = 0; i < DIMENSION_LIMIT; i++) {
		if (!su_dwarf_type_strip(type, &type) || su_dwarf_is_declaration(&type))
			return false;
		if (su_dwarf_const(&type, DW_AT_byte_size, &size))
			return size >= 0 && !__builtin_mul_overflow(count, (uint64_t)size, ret);
		switch (dwarf_tag(&type)) {
		case DW_TAG_pointer_type:
			return !__builtin_mul_overflow(count, 8, ret);
		case DW_TAG_array_type:
			if (!su_dwarf_array_read(type, &array) ||
			    __builtin_mul_overflow(count, array.count, &count) ||
			    !su_dwarf_type_of(&type, &type))
				return false;
			break;
		default:
			return false;
		}
	}
	return false;
}

/* The kinds of base types that differ in what their bytes mean. */
unsigned su_dwarf_encoding_kind(int64_t encoding)
{
	switch (encoding) {
	case DW_ATE_signed_char:
		return DW_ATE_signed;
	case DW_ATE_unsigned_char:
	case DW_ATE_UTF:
		return DW_ATE_unsigned;
	default:
		return (unsigned)encoding;
	}
}

bool su_dwarf_type_signed(Dwarf_Die type)
{
	int64_t encoding;

	if (!su_dwarf_type_strip(type, &type))
		return false;
	if (dwarf_tag(&type) == DW_TAG_enumeration_type &&
	    (!su_dwarf_type_of(&type, &type) || !su_dwarf_type_strip(type, &type)))
		return false;
	return dwarf_tag(&type) == DW_TAG_base_type &&
	       su_dwarf_const(&type, DW_AT_encoding, &encoding) &&
	       su_dwarf_encoding_kind(encoding) == DW_ATE_signed;
}

/* ---- layout ---- */

/* A number, or what DWARF 2 says for it: "plus that number". */
static bool member_location(Dwarf_Die *die, int64_t *ret)
{
	Dwarf_Attribute attr;
	Dwarf_Op *ops;
	size_t count;

	if (su_dwarf_const(die, DW_AT_data_member_location, ret))
		return true;
	if (!dwarf_attr(die, DW_AT_data_member_location, &attr) ||
	    dwarf_getlocation(&attr, &ops, &count) != 0 || count != 1 ||
	    ops[0].atom != DW_OP_plus_uconst || ops[0].number > INT64_MAX / 8)
		return false;
	*ret = (int64_t)ops[0].number;
	return true;
}

bool su_dwarf_member_read(Dwarf_Die *die, struct su_dwarf_member *ret)
{
	struct su_dwarf_member member = { .name = dwarf_diename(die) };
	int64_t location = 0, number;
	uint64_t unit;

	if (!member.name)
		member.name = "";
	if (!su_dwarf_type_of(die, &member.type))
		return false;
	if (dwarf_hasattr(die, DW_AT_data_member_location) && !member_location(die, &location))
		return false;
	member.bit_off = (uint64_t)location * 8;
	if (su_dwarf_const(die, DW_AT_bit_size, &number))
		member.bit_size = (uint64_t)number;
	if (su_dwarf_const(die, DW_AT_data_bit_offset, &number)) {
		member.bit_off = (uint64_t)number;
	} else if (su_dwarf_const(die, DW_AT_bit_offset, &number)) {
		/* DWARF 2: counted from the most significant bit of the storage unit. */
		int64_t bytes;
		if (su_dwarf_const(die, DW_AT_byte_size, &bytes))
			unit = (uint64_t)bytes;
		else if (!su_dwarf_type_size(member.type, &unit))
			return false;
		member.bit_off += unit * 8 - (uint64_t)number - member.bit_size;
	}
	*ret = member;
	return true;
}

static uint64_t mix_text(uint64_t hash, const char *text)
{
	return su_hash(text, strlen(text), hash);
}

/* Mixes one member into *hash; false when its layout is unknown. */
static bool hash_member(const struct su_debug *debug, Dwarf_Die *die, int depth, uint64_t *hash)
{
	struct su_dwarf_member member;
	uint64_t type;

	if (!su_dwarf_member_read(die, &member))
		return false;
	type = hash_at(debug, member.type, depth - 1);
	*hash = mix_text(*hash, member.name);
	*hash = su_hash_u64(su_hash_u64(su_hash_u64(*hash, member.bit_off), member.bit_size), type);
	return type != 0;
}

static uint64_t hash_record(const struct su_debug *debug, Dwarf_Die *type, int depth)
{
	Dwarf_Die child;
	uint64_t size, hash = su_hash_u64(0, (uint64_t)dwarf_tag(type));
	int limit = MEMBER_LIMIT;

	if (!su_dwarf_type_size(*type, &size))
		return 0;
	hash = su_hash_u64(hash, size);
	if (!su_dwarf_child(type, &child))
		return hash;
	do {
		if (dwarf_tag(&child) != DW_TAG_member)
			continue;
		if (limit-- == 0 || !hash_member(debug, &child, depth, &hash))
			return 0;
	} while (su_dwarf_next(&child));
	return hash;
}

struct su_dwarf_hash {
	uint64_t hash; /* 0: unknown, or being computed */
};

/* Kept by entry: the note that is made before the members are looked at ends circles. */
static uint64_t hash_record_cached(const struct su_debug *debug, Dwarf_Die *type, int depth)
{
	uint64_t where = (uint64_t)(uintptr_t)type->addr;
	struct su_dwarf_hash *known = su_map_get_u64(debug->cache->type_hashes, where);

	if (known)
		return known->hash;
	known = su_arena_alloc(debug->arena, sizeof(*known));
	su_map_put_u64(debug->cache->type_hashes, where, known);
	known->hash = hash_record(debug, type, depth);
	return known->hash;
}

static uint64_t hash_array(const struct su_debug *debug, Dwarf_Die *type, int depth)
{
	struct su_dwarf_array array;
	Dwarf_Die element;
	uint64_t inner;

	if (!su_dwarf_array_read(*type, &array) || !su_dwarf_type_of(type, &element))
		return 0;
	inner = hash_at(debug, element, depth - 1);
	return inner ? su_hash_u64(su_hash_u64(su_hash_u64(0, DW_TAG_array_type), array.shape),
				   inner)
		     : 0;
}

static uint64_t hash_scalar(const struct su_debug *debug, Dwarf_Die *type)
{
	uint64_t size, hash = su_hash_u64(0, (uint64_t)dwarf_tag(type));
	int64_t encoding;
	Dwarf_Die target;

	if (!su_dwarf_type_size(*type, &size))
		return 0;
	hash = su_hash_u64(hash, size);
	switch (dwarf_tag(type)) {
	case DW_TAG_base_type:
		if (!su_dwarf_const(type, DW_AT_encoding, &encoding))
			return 0;
		return su_hash_u64(hash, su_dwarf_encoding_kind(encoding));
	case DW_TAG_enumeration_type:
		return su_hash_u64(hash, su_dwarf_type_signed(*type));
	default:
		return su_dwarf_hash_name(debug, hash,
					  su_dwarf_type_of(type, &target) ? &target : NULL);
	}
}

static uint64_t hash_plain(const struct su_debug *debug, Dwarf_Die *type, int depth)
{
	int tag = dwarf_tag(type);

	if (is_record(tag))
		return hash_record_cached(debug, type, depth);
	switch (tag) {
	case DW_TAG_array_type:
		return hash_array(debug, type, depth);
	case DW_TAG_base_type:
	case DW_TAG_enumeration_type:
	case DW_TAG_pointer_type:
		return hash_scalar(debug, type);
	case DW_TAG_subroutine_type:
		return su_dwarf_hash_name(debug, su_hash_u64(0, DW_TAG_subroutine_type), type);
	default:
		return 0;
	}
}

static uint64_t hash_at(const struct su_debug *debug, Dwarf_Die type, int depth)
{
	if (depth <= 0 || !su_dwarf_type_strip(type, &type) || su_dwarf_is_declaration(&type))
		return 0;
	return hash_plain(debug, &type, depth);
}

uint64_t su_dwarf_type_hash(const struct su_debug *debug, Dwarf_Die type)
{
	return hash_at(debug, type, SU_DWARF_DEPTH_LIMIT);
}
