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

#define NAME_LIMIT 400 /* longer texts end in "..." */
#define DIMENSION_LIMIT 64
#define MEMBER_LIMIT 100000

static uint64_t hash_at(const struct su_debug *debug, Dwarf_Die type, int depth);

bool su_dwarf_type_of(Dwarf_Die *die, Dwarf_Die *ret)
{
	Dwarf_Attribute attr;

	return dwarf_attr_integrate(die, DW_AT_type, &attr) && dwarf_formref_die(&attr, ret);
}

static bool is_qualifier(int tag)
{
	return tag == DW_TAG_const_type || tag == DW_TAG_volatile_type ||
	       tag == DW_TAG_restrict_type || tag == DW_TAG_atomic_type;
}

bool su_dwarf_type_strip(Dwarf_Die type, Dwarf_Die *ret)
{
	for (int i = 0; i < SU_DWARF_CHAIN_LIMIT; i++) {
		int tag = dwarf_tag(&type);
		if (is_qualifier(tag) || tag == DW_TAG_typedef) {
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
static bool dimension(Dwarf_Die *die, uint64_t *ret)
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
		if (limit-- == 0 || !dimension(&child, &one))
			return false;
		result.shape = su_hash(&one, sizeof(one), result.shape);
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
static unsigned encoding_kind(int64_t encoding)
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
	       encoding_kind(encoding) == DW_ATE_signed;
}

/* ---- names ---- */

struct text {
	char at[NAME_LIMIT + 8];
	size_t len;
	bool full;
};

static void put(struct text *text, const char *more)
{
	size_t size = strlen(more);

	if (text->full)
		return;
	if (text->len + size > NAME_LIMIT) {
		more = "...";
		size = 3;
		text->full = true;
	}
	memcpy(text->at + text->len, more, size + 1);
	text->len += size;
}

static void put_type(struct text *text, Dwarf_Die *given, enum su_dwarf_naming naming, int depth);

static void put_number(struct text *text, const char *before, uint64_t number, const char *after)
{
	SU_FREE char *part = su_format("%s%llu%s", before, (unsigned long long)number, after);

	put(text, part);
}

/* "struct conn"; an unnamed one is known by the typedef on the way to it. */
static void put_tagged(struct text *text, const char *tag, Dwarf_Die *type, const char *alias)
{
	const char *name = dwarf_diename(type);
	uint64_t size = 0;

	if (!name && alias) {
		put(text, alias);
		return;
	}
	put(text, tag);
	if (name) {
		put(text, name);
		return;
	}
	su_dwarf_type_size(*type, &size);
	put_number(text, "{", size, "}");
}

static void put_base(struct text *text, Dwarf_Die *type, enum su_dwarf_naming naming)
{
	const char *name = dwarf_diename(type);
	int64_t encoding = 0;
	uint64_t size = 0;

	if (naming == SU_NAMING_SHOWN && name) {
		put(text, name);
		return;
	}
	su_dwarf_const(type, DW_AT_encoding, &encoding);
	su_dwarf_type_size(*type, &size);
	put_number(text, "base", encoding_kind(encoding), ".");
	put_number(text, "", size, "");
}

static void put_function(struct text *text, Dwarf_Die *type, enum su_dwarf_naming naming, int depth)
{
	Dwarf_Die child, result, parameter;
	const char *comma = "";

	put_type(text, su_dwarf_type_of(type, &result) ? &result : NULL, naming, depth);
	put(text, " (");
	if (su_dwarf_child(type, &child)) {
		do {
			int tag = dwarf_tag(&child);
			if (tag != DW_TAG_formal_parameter && tag != DW_TAG_unspecified_parameters)
				continue;
			put(text, comma);
			comma = ", ";
			if (tag == DW_TAG_unspecified_parameters)
				put(text, "...");
			else
				put_type(text,
					 su_dwarf_type_of(&child, &parameter) ? &parameter : NULL,
					 naming, depth);
		} while (!text->full && su_dwarf_next(&child));
	}
	put(text, ")");
}

static void put_array(struct text *text, Dwarf_Die *type, enum su_dwarf_naming naming, int depth)
{
	struct su_dwarf_array array;
	Dwarf_Die element;

	put_type(text, su_dwarf_type_of(type, &element) ? &element : NULL, naming, depth);
	if (!su_dwarf_array_read(*type, &array) || array.is_flexible)
		put(text, " []");
	else
		put_number(text, " [", array.count, "]");
}

static void put_pointer(struct text *text, Dwarf_Die *type, enum su_dwarf_naming naming, int depth)
{
	Dwarf_Die target;

	put_type(text, su_dwarf_type_of(type, &target) ? &target : NULL, naming, depth);
	put(text, text->len && text->at[text->len - 1] == '*' ? "*" : " *");
}

/* Takes typedefs and qualifiers off `type`; the last typedef's name to *ret_alias. */
static bool unalias(Dwarf_Die *type, enum su_dwarf_naming naming, const char **ret_alias)
{
	for (int i = 0; i < SU_DWARF_CHAIN_LIMIT; i++) {
		int tag = dwarf_tag(type);
		if (tag == DW_TAG_typedef) {
			*ret_alias = dwarf_diename(type);
			if (naming == SU_NAMING_SHOWN && *ret_alias)
				return true;
		} else if (!is_qualifier(tag)) {
			return !su_dwarf_ref(type, DW_AT_signature, type) || tag > 0;
		}
		if (!su_dwarf_type_of(type, type))
			return false;
	}
	return false;
}

static void put_type(struct text *text, Dwarf_Die *given, enum su_dwarf_naming naming, int depth)
{
	const char *alias = NULL;
	Dwarf_Die type;

	if (text->full)
		return;
	if (depth <= 0) {
		put(text, "?");
		return;
	}
	if (given)
		type = *given;
	if (!given || !unalias(&type, naming, &alias)) {
		put(text, "void");
		return;
	}
	switch (dwarf_tag(&type)) {
	case DW_TAG_typedef:
		put(text, alias ? alias : "?");
		break;
	case DW_TAG_base_type:
		put_base(text, &type, naming);
		break;
	case DW_TAG_pointer_type:
		put_pointer(text, &type, naming, depth - 1);
		break;
	case DW_TAG_structure_type:
	case DW_TAG_class_type:
		put_tagged(text, "struct ", &type, alias);
		break;
	case DW_TAG_union_type:
		put_tagged(text, "union ", &type, alias);
		break;
	case DW_TAG_enumeration_type:
		put_tagged(text, "enum ", &type, alias);
		break;
	case DW_TAG_array_type:
		put_array(text, &type, naming, depth - 1);
		break;
	case DW_TAG_subroutine_type:
		put_function(text, &type, naming, depth - 1);
		break;
	default:
		put(text, "?");
	}
}

char *su_dwarf_type_name(Dwarf_Die *type, enum su_dwarf_naming naming)
{
	struct text text = { 0 };

	put_type(&text, type, naming, 16);
	return su_strdup(text.at);
}

/* ---- layout ---- */

bool su_dwarf_member_read(Dwarf_Die *die, struct su_dwarf_member *ret)
{
	struct su_dwarf_member member = { .name = dwarf_diename(die) };
	int64_t location = 0, number;
	uint64_t unit;

	if (!member.name)
		member.name = "";
	if (!su_dwarf_type_of(die, &member.type))
		return false;
	if (dwarf_hasattr(die, DW_AT_data_member_location) &&
	    !su_dwarf_const(die, DW_AT_data_member_location, &location))
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

static uint64_t mix(uint64_t hash, uint64_t value)
{
	return su_hash(&value, sizeof(value), hash);
}

static uint64_t mix_text(uint64_t hash, const char *text)
{
	return su_hash(text, strlen(text), hash);
}

static uint64_t hash_name(uint64_t hash, Dwarf_Die *type)
{
	SU_FREE char *name = su_dwarf_type_name(type, SU_NAMING_LAYOUT);

	return mix_text(hash, name);
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
	*hash = mix(mix(mix(*hash, member.bit_off), member.bit_size), type);
	return type != 0;
}

static uint64_t hash_record(const struct su_debug *debug, Dwarf_Die *type, int depth)
{
	Dwarf_Die child;
	uint64_t size, hash = mix(0, (uint64_t)dwarf_tag(type));
	int limit = MEMBER_LIMIT;

	if (!su_dwarf_type_size(*type, &size))
		return 0;
	hash = mix(hash, size);
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
	return inner ? mix(mix(mix(0, DW_TAG_array_type), array.shape), inner) : 0;
}

static uint64_t hash_scalar(Dwarf_Die *type)
{
	uint64_t size, hash = mix(0, (uint64_t)dwarf_tag(type));
	int64_t encoding;
	Dwarf_Die target;

	if (!su_dwarf_type_size(*type, &size))
		return 0;
	hash = mix(hash, size);
	switch (dwarf_tag(type)) {
	case DW_TAG_base_type:
		if (!su_dwarf_const(type, DW_AT_encoding, &encoding))
			return 0;
		return mix(hash, encoding_kind(encoding));
	case DW_TAG_enumeration_type:
		return mix(hash, su_dwarf_type_signed(*type));
	default:
		return hash_name(hash, su_dwarf_type_of(type, &target) ? &target : NULL);
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
		return hash_scalar(type);
	case DW_TAG_subroutine_type:
		return hash_name(mix(0, DW_TAG_subroutine_type), type);
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
