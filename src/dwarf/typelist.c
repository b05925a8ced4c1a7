/*
 * The named types of an image, the type of a function, and how two types differ in words.
 *
 * Only complete types at the top level of a unit are listed.  Comparison is by layout hash; the
 * words are found member by member, and say at least that the layout differs.
 */
#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "dwarf/dwarf_private.h"

#define DIFFERENCE_LIMIT 8
#define NESTING_LIMIT 4

/* ---- the list ---- */

struct listed {
	struct su_type type;
	Dwarf_Die die;
	size_t index;
};

struct list {
	const struct su_debug *debug;
	SU_VEC(struct listed) found;
};

static bool is_record(int tag)
{
	return tag == DW_TAG_structure_type || tag == DW_TAG_union_type;
}

/* The name that `die` is listed under, "" when it is not. */
static const char *listed_name(struct su_arena *arena, Dwarf_Die *die, Dwarf_Die *ret)
{
	const char *name = dwarf_diename(die);
	int tag = dwarf_tag(die);

	*ret = *die;
	if (!name)
		return "";
	if (is_record(tag) && !su_dwarf_is_declaration(die))
		return su_arena_format(arena, "%s %s",
				       tag == DW_TAG_union_type ? "union" : "struct", name);
	if (tag == DW_TAG_typedef && su_dwarf_type_of(die, ret) && is_record(dwarf_tag(ret)) &&
	    !dwarf_diename(ret))
		return name;
	return "";
}

static void list_type(struct list *list, const char *unit, Dwarf_Die *die)
{
	struct listed entry = { .type.unit = unit, .index = list->found.len };

	entry.type.name = listed_name(list->debug->arena, die, &entry.die);
	if (!*entry.type.name || !su_dwarf_type_size(entry.die, &entry.type.size))
		return;
	entry.type.hash = su_dwarf_type_hash(list->debug, entry.die);
	su_vec_push(&list->found, entry);
}

static int compare_listed(const void *left, const void *right)
{
	const struct listed *a = left, *b = right;
	int order = strcmp(a->type.name, b->type.name);

	if (!order)
		order = strcmp(a->type.unit, b->type.unit);
	return order ? order : (a->index > b->index) - (a->index < b->index);
}

static void read_types(const struct su_debug *debug)
{
	struct list list = { .debug = debug };
	struct su_dwarf_cache *cache = debug->cache;
	Dwarf_Die child;

	for (size_t i = 0; i < debug->units.len; i++) {
		if (!su_dwarf_child(&debug->units.at[i].die, &child))
			continue;
		do {
			int tag = dwarf_tag(&child);
			if (is_record(tag) || tag == DW_TAG_typedef)
				list_type(&list, debug->units.at[i].name, &child);
		} while (su_dwarf_next(&child));
	}
	if (list.found.len)
		qsort(list.found.at, list.found.len, sizeof(*list.found.at), compare_listed);
	cache->types = su_alloc((list.found.len + 1) * sizeof(*cache->types));
	cache->type_dies = su_alloc((list.found.len + 1) * sizeof(*cache->type_dies));
	cache->type_count = list.found.len;
	for (size_t i = 0; i < list.found.len; i++) {
		cache->types[i] = list.found.at[i].type;
		cache->type_dies[i] = list.found.at[i].die;
	}
	su_vec_deinit(&list.found);
	cache->has_types = true;
}

const struct su_type *su_debug_types(const struct su_debug *debug, size_t *ret_count)
{
	if (!debug->cache->has_types)
		read_types(debug);
	*ret_count = debug->cache->type_count;
	return debug->cache->types;
}

/* ---- differences ---- */

struct sentence {
	char *text; /* NULL while empty */
	int parts;
};

static void say(struct sentence *sentence, const char *fmt, ...) SU_PRINTF(2, 3);

static void say(struct sentence *sentence, const char *fmt, ...)
{
	char *joined;
	va_list args;

	if (sentence->parts++ >= DIFFERENCE_LIMIT)
		return;
	va_start(args, fmt);
	joined = su_vformat(fmt, args);
	va_end(args);
	if (sentence->text) {
		SU_FREE char *part = joined, *before = sentence->text;
		joined = su_format("%s, %s", before, part);
	}
	sentence->text = joined;
}

struct members {
	SU_VEC(struct su_dwarf_member) list;
};

static struct members read_members(Dwarf_Die *record)
{
	struct members members = { 0 };
	struct su_dwarf_member member;
	Dwarf_Die child;

	if (!su_dwarf_child(record, &child))
		return members;
	do {
		if (dwarf_tag(&child) == DW_TAG_member && su_dwarf_member_read(&child, &member))
			su_vec_push(&members.list, member);
	} while (su_dwarf_next(&child));
	return members;
}

/* The member named `name`; the `nth` one of those without a name. */
static const struct su_dwarf_member *find_member(const struct members *members, const char *name,
						 size_t nth)
{
	for (size_t i = 0; i < members->list.len; i++) {
		const struct su_dwarf_member *member = &members->list.at[i];
		if (strcmp(member->name, name) == 0 && (*name || nth-- == 0))
			return member;
	}
	return NULL;
}

/* The two images and how deep in nested records the comparison is. */
struct pair {
	const struct su_debug *a, *b;
	const char *path; /* "" or "outer." */
	int depth;
};

static void compare_records(struct sentence *sentence, const struct pair *pair, Dwarf_Die *old_die,
			    Dwarf_Die *new_die);

static void compare_member_types(struct sentence *sentence, const struct pair *pair,
				 const struct su_dwarf_member *old,
				 const struct su_dwarf_member *new)
{
	SU_FREE char *old_name = NULL, *new_name = NULL, *path = NULL;
	Dwarf_Die old_die, new_die;
	int before = sentence->parts;

	if (su_dwarf_type_hash(pair->a, old->type) == su_dwarf_type_hash(pair->b, new->type))
		return;
	if (pair->depth < NESTING_LIMIT && su_dwarf_type_strip(old->type, &old_die) &&
	    su_dwarf_type_strip(new->type, &new_die) && is_record(dwarf_tag(&old_die)) &&
	    dwarf_tag(&old_die) == dwarf_tag(&new_die)) {
		path = su_format("%s%s%s", pair->path, old->name, *old->name ? "." : "");
		struct pair inner = { pair->a, pair->b, path, pair->depth + 1 };
		compare_records(sentence, &inner, &old_die, &new_die);
		if (sentence->parts > before)
			return;
	}
	old_name = su_dwarf_type_name((Dwarf_Die *)&old->type, SU_NAMING_SHOWN);
	new_name = su_dwarf_type_name((Dwarf_Die *)&new->type, SU_NAMING_SHOWN);
	if (strcmp(old_name, new_name) == 0)
		say(sentence, "the type '%s' of member '%s%s' differs", old_name, pair->path,
		    old->name);
	else
		say(sentence, "member '%s%s' was '%s' and is '%s'", pair->path, old->name, old_name,
		    new_name);
}

static void compare_members(struct sentence *sentence, const struct pair *pair,
			    const struct su_dwarf_member *old, const struct su_dwarf_member *new)
{
	if (old->bit_off != new->bit_off && (old->bit_off | new->bit_off) % 8 == 0)
		say(sentence, "member '%s%s' moved from offset %llu to %llu", pair->path, old->name,
		    (unsigned long long)old->bit_off / 8, (unsigned long long)new->bit_off / 8);
	else if (old->bit_off != new->bit_off)
		say(sentence, "member '%s%s' moved from bit %llu to %llu", pair->path, old->name,
		    (unsigned long long)old->bit_off, (unsigned long long)new->bit_off);
	if (old->bit_size != new->bit_size)
		say(sentence, "member '%s%s' was %llu and is %llu bits wide", pair->path, old->name,
		    (unsigned long long)old->bit_size, (unsigned long long)new->bit_size);
	compare_member_types(sentence, pair, old, new);
}

static void compare_old_members(struct sentence *sentence, const struct pair *pair,
				const struct members *old, const struct members *new)
{
	size_t unnamed = 0;

	for (size_t i = 0; i < old->list.len; i++) {
		const struct su_dwarf_member *member = &old->list.at[i];
		const struct su_dwarf_member *match = find_member(new, member->name, unnamed);
		unnamed += !*member->name;
		if (match)
			compare_members(sentence, pair, member, match);
		else
			say(sentence, "member '%s%s' is gone", pair->path, member->name);
	}
}

static void name_new_members(struct sentence *sentence, const struct pair *pair,
			     const struct members *old, const struct members *new)
{
	size_t unnamed = 0;

	for (size_t i = 0; i < new->list.len; i++) {
		const struct su_dwarf_member *member = &new->list.at[i];
		if (!find_member(old, member->name, unnamed))
			say(sentence, "member '%s%s' is new at offset %llu", pair->path,
			    member->name, (unsigned long long)member->bit_off / 8);
		unnamed += !*member->name;
	}
}

static void compare_records(struct sentence *sentence, const struct pair *pair, Dwarf_Die *old_die,
			    Dwarf_Die *new_die)
{
	struct members old = read_members(old_die), new = read_members(new_die);
	uint64_t old_size = 0, new_size = 0;

	name_new_members(sentence, pair, &old, &new);
	compare_old_members(sentence, pair, &old, &new);
	su_dwarf_type_size(*old_die, &old_size);
	su_dwarf_type_size(*new_die, &new_size);
	if (old_size != new_size && pair->depth == 0)
		say(sentence, "size %llu -> %llu", (unsigned long long)old_size,
		    (unsigned long long)new_size);
	su_vec_deinit(&old.list);
	su_vec_deinit(&new.list);
}

char *su_debug_types_differ(const struct su_debug *a, const struct su_type *old_type,
			    const struct su_debug *b, const struct su_type *new_type)
{
	struct sentence sentence = { 0 };
	struct pair pair = { a, b, "", 0 };
	Dwarf_Die *old_die = &a->cache->type_dies[old_type - a->cache->types];
	Dwarf_Die *new_die = &b->cache->type_dies[new_type - b->cache->types];

	compare_records(&sentence, &pair, old_die, new_die);
	if (sentence.parts > DIFFERENCE_LIMIT) {
		SU_FREE char *before = sentence.text;
		return su_format("%s, and %d more", before, sentence.parts - DIFFERENCE_LIMIT);
	}
	return sentence.text ? sentence.text : su_strdup("the layout differs");
}

/* ---- function types ---- */

static uint64_t mix(uint64_t hash, uint64_t value)
{
	return su_hash(&value, sizeof(value), hash);
}

/* Mixes the parameters' layouts into *hash; false when one is unknown. */
static bool hash_parameters(const struct su_debug *debug, Dwarf_Die *function, uint64_t *hash)
{
	Dwarf_Die child, type;

	if (!su_dwarf_child(function, &child))
		return true;
	do {
		int tag = dwarf_tag(&child);
		uint64_t one = 1;
		if (tag != DW_TAG_formal_parameter && tag != DW_TAG_unspecified_parameters)
			continue;
		if (tag == DW_TAG_formal_parameter)
			one = su_dwarf_type_of(&child, &type) ? su_dwarf_type_hash(debug, type) : 0;
		if (one == 0)
			return false;
		*hash = mix(*hash, one);
	} while (su_dwarf_next(&child));
	return true;
}

static bool read_signature(const struct su_debug *debug, struct su_dwarf_subprogram *function,
			   struct su_dwarf_signature *ret)
{
	Dwarf_Die root, type;
	int64_t convention;

	if (function->shared)
		return false;
	root = su_dwarf_root(function->die);
	if (su_dwarf_const(&function->die, DW_AT_calling_convention, &convention) &&
	    convention != DW_CC_normal)
		return false;
	if (su_dwarf_type_of(&root, &type)) {
		ret->result = su_dwarf_type_hash(debug, type);
		if (ret->result == 0)
			return false;
	}
	ret->whole = mix(0, ret->result);
	return hash_parameters(debug, &root, &ret->whole);
}

bool su_debug_signature_at(const struct su_debug *debug, uint64_t entry, uint64_t *ret_result_hash,
			   uint64_t *ret_hash)
{
	struct su_dwarf_subprogram *function = su_dwarf_subprogram_at(debug, entry);
	struct su_dwarf_signature signature = { 0 };

	if (!function)
		return false;
	if (!function->signature) {
		signature.known = read_signature(debug, function, &signature);
		function->signature = su_arena_copy(debug->arena, &signature, sizeof(signature));
	}
	if (!function->signature->known)
		return false;
	*ret_result_hash = function->signature->result;
	*ret_hash = function->signature->whole;
	return true;
}

bool su_debug_is_variadic(const struct su_debug *debug, uint64_t entry)
{
	struct su_dwarf_subprogram *function = su_dwarf_subprogram_at(debug, entry);
	Dwarf_Die root, child;

	if (!function || function->shared)
		return true;
	root = su_dwarf_root(function->die);
	if (!su_dwarf_child(&root, &child))
		return false;
	do {
		if (dwarf_tag(&child) == DW_TAG_unspecified_parameters)
			return true;
	} while (su_dwarf_next(&child));
	return false;
}
