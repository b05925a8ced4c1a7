/*
 * What a type is called: as a reader of the source knows it, or as a part of a layout.
 *
 * A layout holds the names of what its pointers lead to, without typedefs and qualifiers; base types
 * by kind and size, arrays by their shape, and what has no name by its own layout.
 */
#include <dwarf.h>
#include <string.h>

#include "dwarf/dwarf_private.h"

#define NAME_LIMIT 400 /* longer texts end in "..." */
#define PART_LIMIT 4096
#define NAMING_DEPTH 16
#define NESTING_LIMIT 16 /* unnamed types behind pointers of unnamed types */

/* A text to be shown, or, when a layout is asked for, the hash of one of any length. */
struct text {
	const struct su_debug *layout_of; /* NULL: to be shown */
	uint64_t hash;			  /* of the layout's text */
	bool unknown;			  /* a part of it cannot be told */
	unsigned parts;
	char at[NAME_LIMIT + 8];
	size_t len;
	bool full;
};

static void put_name(struct text *text, const char *more)
{
	size_t size = strlen(more);

	if (text->layout_of)
		text->hash = su_hash(more, size, text->hash);
	text->unknown |= ++text->parts > PART_LIMIT;
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

static void put_type(struct text *text, Dwarf_Die *given, int depth);

static void put_number(struct text *text, const char *before, uint64_t number, const char *after)
{
	SU_FREE char *part = su_format("%s%llu%s", before, (unsigned long long)number, after);

	put_name(text, part);
}

/* In valid DWARF an unnamed type cannot lead to itself; in any other, not for ever. */
static void put_layout(struct text *text, Dwarf_Die *type)
{
	unsigned *nesting = &text->layout_of->cache->nesting;
	uint64_t hash = 0;

	if (*nesting < NESTING_LIMIT) {
		++*nesting;
		hash = su_dwarf_type_hash(text->layout_of, *type);
		--*nesting;
	}
	put_number(text, "", hash, "");
	text->unknown |= hash == 0;
}

/* "struct conn"; an unnamed one is known by the typedef on the way to it, else by what it is. */
static void put_tagged(struct text *text, const char *tag, Dwarf_Die *type, const char *alias)
{
	const char *name = dwarf_diename(type);
	uint64_t size = 0;

	if (!name && alias) {
		put_name(text, alias);
		return;
	}
	put_name(text, tag);
	if (name) {
		put_name(text, name);
		return;
	}
	su_dwarf_type_size(*type, &size);
	put_number(text, "{", size, "}");
	if (text->layout_of)
		put_layout(text, type);
}

static void put_base(struct text *text, Dwarf_Die *type)
{
	const char *name = dwarf_diename(type);
	int64_t encoding = 0;
	uint64_t size = 0;

	if (!text->layout_of && name) {
		put_name(text, name);
		return;
	}
	su_dwarf_const(type, DW_AT_encoding, &encoding);
	su_dwarf_type_size(*type, &size);
	put_number(text, "base", su_dwarf_encoding_kind(encoding), ".");
	put_number(text, "", size, "");
}

static void put_function(struct text *text, Dwarf_Die *type, int depth)
{
	Dwarf_Die child, result, parameter;
	const char *comma = "";

	put_type(text, su_dwarf_type_of(type, &result) ? &result : NULL, depth);
	put_name(text, " (");
	if (su_dwarf_child(type, &child)) {
		do {
			int tag = dwarf_tag(&child);
			if (tag != DW_TAG_formal_parameter && tag != DW_TAG_unspecified_parameters)
				continue;
			put_name(text, comma);
			comma = ", ";
			if (tag == DW_TAG_unspecified_parameters)
				put_name(text, "...");
			else
				put_type(text,
					 su_dwarf_type_of(&child, &parameter) ? &parameter : NULL,
					 depth);
		} while (su_dwarf_next(&child));
	}
	put_name(text, ")");
}

static void put_array(struct text *text, Dwarf_Die *type, int depth)
{
	struct su_dwarf_array array;
	Dwarf_Die element;

	put_type(text, su_dwarf_type_of(type, &element) ? &element : NULL, depth);
	if (!su_dwarf_array_read(*type, &array) || array.is_flexible)
		put_name(text, " []");
	else
		put_number(text, " [", array.count, "]");
	if (text->layout_of && su_dwarf_array_read(*type, &array)) /* [2][8] is not [4][4] */
		put_number(text, " ", array.shape, "");
}

static void put_pointer(struct text *text, Dwarf_Die *type, int depth)
{
	Dwarf_Die target;

	put_type(text, su_dwarf_type_of(type, &target) ? &target : NULL, depth);
	put_name(text, text->len && text->at[text->len - 1] == '*' ? "*" : " *");
}

/* Takes typedefs and qualifiers off `type`; the last typedef's name to *ret_alias. */
static bool strip_aliases(Dwarf_Die *type, bool is_shown, const char **ret_alias)
{
	for (int i = 0; i < SU_DWARF_CHAIN_LIMIT; i++) {
		int tag = dwarf_tag(type);
		if (tag == DW_TAG_typedef) {
			*ret_alias = dwarf_diename(type);
			if (is_shown && *ret_alias)
				return true;
		} else if (!su_dwarf_is_qualifier(tag)) {
			return !su_dwarf_ref(type, DW_AT_signature, type) || tag > 0;
		}
		if (!su_dwarf_type_of(type, type))
			return false;
	}
	return false;
}

static void put_type(struct text *text, Dwarf_Die *given, int depth)
{
	const char *alias = NULL;
	Dwarf_Die type;

	if (text->layout_of ? text->unknown : text->full)
		return;
	if (depth <= 0) {
		put_name(text, "?");
		text->unknown = true;
		return;
	}
	if (given)
		type = *given;
	if (!given || !strip_aliases(&type, !text->layout_of, &alias)) {
		put_name(text, "void");
		return;
	}
	switch (dwarf_tag(&type)) {
	case DW_TAG_typedef:
		put_name(text, alias ? alias : "?");
		break;
	case DW_TAG_base_type:
		put_base(text, &type);
		break;
	case DW_TAG_pointer_type:
		put_pointer(text, &type, depth - 1);
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
		put_array(text, &type, depth - 1);
		break;
	case DW_TAG_subroutine_type:
		put_function(text, &type, depth - 1);
		break;
	default:
		put_name(text, "?");
	}
}

char *su_dwarf_type_name(Dwarf_Die *type)
{
	struct text text = { 0 };

	put_type(&text, type, NAMING_DEPTH);
	return su_strdup(text.at);
}

uint64_t su_dwarf_hash_name(const struct su_debug *debug, uint64_t seed, Dwarf_Die *type)
{
	struct text text = { .layout_of = debug, .hash = seed };

	put_type(&text, type, NAMING_DEPTH);
	return text.unknown ? 0 : text.hash;
}
