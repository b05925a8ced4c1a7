/*
 * The named types of an image, and how two of them differ, in words.
 *
 * Complete types are listed by the name under which memory may hold objects of them: records, those
 * that only a typedef names, and other typedefs that something points to.  Comparison is by layout
 * hash; the words are found member by member, and say at least that the layout differs.
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
};

struct list {
	const struct su_debug *debug;
	const char *unit;
	SU_VEC(struct listed) found;
	SU_VEC(struct listed) plain; /* typedefs of numbers, pointers and arrays of these */
	struct su_map *referred_to;  /* typedefs that something else is declared by */
};

static bool is_record(int tag)
{
	return tag == DW_TAG_structure_type || tag == DW_TAG_union_type;
}

static void list_type(struct list *list, const char *name, Dwarf_Die *die, const char *function)
{
	struct listed entry = {
		.type.name = name, .type.unit = list->unit, .type.function = function, .die = *die
	};

	if (!su_dwarf_type_size(entry.die, &entry.type.size))
		return;
	entry.type.hash = su_dwarf_type_hash(list->debug, entry.die);
	su_vec_push(&list->found, entry);
}

static void list_record(struct list *list, Dwarf_Die *die, const char *function)
{
	const char *name = dwarf_diename(die);

	if (name && !su_dwarf_is_declaration(die))
		list_type(list,
			  su_arena_format(list->debug->arena, "%s %s",
					  dwarf_tag(die) == DW_TAG_union_type ? "union" : "struct",
					  name),
			  die, function);
}

/* What a typedef stands for, when that has no name of its own: an unnamed record, or an array. */
static bool unnamed_target(Dwarf_Die *alias, Dwarf_Die *ret)
{
	Dwarf_Die at = *alias;

	for (int i = 0; i < SU_DWARF_CHAIN_LIMIT && su_dwarf_type_of(&at, &at); i++) {
		int tag = dwarf_tag(&at);

		if (i == 0 || tag != DW_TAG_array_type)
			*ret = at;
		if (is_record(tag))
			return !dwarf_diename(&at);
		if (tag != DW_TAG_array_type && tag != DW_TAG_const_type &&
		    tag != DW_TAG_volatile_type)
			return false;
	}
	return false;
}

static bool points_to_function(Dwarf_Die type)
{
	return dwarf_tag(&type) == DW_TAG_pointer_type && su_dwarf_type_of(&type, &type) &&
	       su_dwarf_type_strip(type, &type) && dwarf_tag(&type) == DW_TAG_subroutine_type;
}

/* A record has a name of its own, or is listed by unnamed_target(); a function's type is no layout.
 */
static bool is_plain_typedef(Dwarf_Die *die)
{
	Dwarf_Die plain;

	return dwarf_tag(die) == DW_TAG_typedef && dwarf_diename(die) &&
	       su_dwarf_type_strip(*die, &plain) && !is_record(dwarf_tag(&plain)) &&
	       dwarf_tag(&plain) != DW_TAG_subroutine_type && !points_to_function(plain);
}

static void list_typedef(struct list *list, Dwarf_Die *die, const char *function)
{
	const char *name = dwarf_diename(die);
	Dwarf_Die target;

	if (name && unnamed_target(die, &target))
		list_type(list, name, &target, function);
	else if (is_plain_typedef(die))
		su_vec_push(&list->plain, (struct listed){ .type.unit = list->unit,
							   .type.function = function,
							   .die = *die });
}

/* Memory may hold objects of a type that is pointed to, known there by a typedef's name alone: the
 * elements of `count_t *counts`. */
static void list_pointed(struct list *list, Dwarf_Die *pointer, const char *function)
{
	Dwarf_Die at = *pointer;

	for (int i = 0; i < SU_DWARF_CHAIN_LIMIT && su_dwarf_type_of(&at, &at); i++) {
		int tag = dwarf_tag(&at);

		if (is_plain_typedef(&at))
			list_type(list, dwarf_diename(&at), &at, function);
		if (tag == DW_TAG_pointer_type || is_record(tag) || tag == DW_TAG_subroutine_type)
			return;
	}
}

static void note_reference(struct list *list, Dwarf_Die *die)
{
	Dwarf_Die type;

	if (su_dwarf_ref(die, DW_AT_type, &type) && dwarf_tag(&type) == DW_TAG_typedef)
		su_map_put_u64(list->referred_to, (uint64_t)(uintptr_t)type.addr, list);
}

/* gcc says of `((count_t *)memory)[n]` nothing but that there is a count_t. */
static void list_cast_to(struct list *list)
{
	for (size_t i = 0; i < list->plain.len; i++) {
		struct listed *alias = &list->plain.at[i];

		if (su_map_get_u64(list->referred_to, (uint64_t)(uintptr_t)alias->die.addr))
			continue;
		list->unit = alias->type.unit;
		list_type(list, dwarf_diename(&alias->die), &alias->die, alias->type.function);
	}
}

static void list_entry(void *ctx, const struct su_dwarf_unit *unit, Dwarf_Die *die,
		       const char *function)
{
	struct list *list = ctx;

	list->unit = unit->name;
	note_reference(list, die);
	switch (dwarf_tag(die)) {
	case DW_TAG_structure_type:
	case DW_TAG_union_type:
		list_record(list, die, function);
		break;
	case DW_TAG_typedef:
		list_typedef(list, die, function);
		break;
	case DW_TAG_pointer_type:
		list_pointed(list, die, function);
		break;
	}
}

static int compare_places(const struct su_type *a, const struct su_type *b)
{
	int order = strcmp(a->name, b->name);

	if (!order)
		order = strcmp(a->unit, b->unit);
	return order ? order
		     : strcmp(a->function ? a->function : "", b->function ? b->function : "");
}

static int compare_listed(const void *left, const void *right)
{
	const struct listed *a = left, *b = right;
	int order = compare_places(&a->type, &b->type);

	return order ? order : (a->die.addr > b->die.addr) - (a->die.addr < b->die.addr);
}

/* A typedef is met at each pointer to it: once in each unit is enough. */
static bool is_repeated(const struct listed *entry, const struct listed *before)
{
	return compare_listed(entry, before) == 0;
}

static void read_types(const struct su_debug *debug)
{
	struct list list = { .debug = debug };
	struct su_dwarf_cache *cache = debug->cache;
	size_t kept = 0;

	list.referred_to = su_map_create();
	su_dwarf_walk_units(debug, SU_IMPORTS_EACH, list_entry, &list);
	list_cast_to(&list);
	su_map_destroy(list.referred_to);
	if (list.found.len)
		qsort(list.found.at, list.found.len, sizeof(*list.found.at), compare_listed);
	cache->types = su_alloc((list.found.len + 1) * sizeof(*cache->types));
	cache->type_dies = su_alloc((list.found.len + 1) * sizeof(*cache->type_dies));
	for (size_t i = 0; i < list.found.len; i++) {
		const struct listed *entry = &list.found.at[i];

		if (i && is_repeated(entry, entry - 1))
			continue;
		cache->types[kept] = entry->type;
		cache->type_dies[kept++] = entry->die;
	}
	cache->type_count = kept;
	su_vec_deinit(&list.found);
	su_vec_deinit(&list.plain);
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

static void say_difference(struct sentence *sentence, const char *fmt, ...) SU_PRINTF(2, 3);

static void say_difference(struct sentence *sentence, const char *fmt, ...)
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
	old_name = su_dwarf_type_name((Dwarf_Die *)&old->type);
	new_name = su_dwarf_type_name((Dwarf_Die *)&new->type);
	if (strcmp(old_name, new_name) == 0)
		say_difference(sentence, "the type '%s' of member '%s%s' differs", old_name,
			       pair->path, old->name);
	else
		say_difference(sentence, "member '%s%s' was '%s' and is '%s'", pair->path,
			       old->name, old_name, new_name);
}

static void compare_members(struct sentence *sentence, const struct pair *pair,
			    const struct su_dwarf_member *old, const struct su_dwarf_member *new)
{
	if (old->bit_off != new->bit_off && (old->bit_off | new->bit_off) % 8 == 0)
		say_difference(sentence, "member '%s%s' moved from offset %llu to %llu", pair->path,
			       old->name, (unsigned long long)old->bit_off / 8,
			       (unsigned long long)new->bit_off / 8);
	else if (old->bit_off != new->bit_off)
		say_difference(sentence, "member '%s%s' moved from bit %llu to %llu", pair->path,
			       old->name, (unsigned long long)old->bit_off,
			       (unsigned long long)new->bit_off);
	if (old->bit_size != new->bit_size)
		say_difference(sentence, "member '%s%s' was %llu and is %llu bits wide", pair->path,
			       old->name, (unsigned long long)old->bit_size,
			       (unsigned long long)new->bit_size);
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
			say_difference(sentence, "member '%s%s' is gone", pair->path, member->name);
	}
}

static void name_new_members(struct sentence *sentence, const struct pair *pair,
			     const struct members *old, const struct members *new)
{
	size_t unnamed = 0;

	for (size_t i = 0; i < new->list.len; i++) {
		const struct su_dwarf_member *member = &new->list.at[i];
		if (!find_member(old, member->name, unnamed))
			say_difference(sentence, "member '%s%s' is new at offset %llu", pair->path,
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
		say_difference(sentence, "size %llu -> %llu", (unsigned long long)old_size,
			       (unsigned long long)new_size);
	su_vec_deinit(&old.list);
	su_vec_deinit(&new.list);
}

bool su_debug_types_alike(const struct su_debug *a, const struct su_type *old_type,
			  const struct su_debug *b, const struct su_type *new_type)
{
	Dwarf_Die *old_die = &a->cache->type_dies[old_type - a->cache->types];
	Dwarf_Die *new_die = &b->cache->type_dies[new_type - b->cache->types];
	size_t common = 0, fewer;

	if (!is_record(dwarf_tag(old_die)) || !is_record(dwarf_tag(new_die)))
		return false;
	struct members old = read_members(old_die), new = read_members(new_die);
	for (size_t i = 0; i < old.list.len; i++)
		common += *old.list.at[i].name && find_member(&new, old.list.at[i].name, 0);
	fewer = old.list.len < new.list.len ? old.list.len : new.list.len;
	su_vec_deinit(&old.list);
	su_vec_deinit(&new.list);
	return common * 2 > fewer;
}

static void compare_targets(struct sentence *sentence, Dwarf_Die *old_die, Dwarf_Die *new_die)
{
	Dwarf_Die old_type = *old_die, new_type = *new_die;

	su_dwarf_type_strip(*old_die, &old_type);
	su_dwarf_type_strip(*new_die, &new_type);
	SU_FREE char *old_name = su_dwarf_type_name(&old_type);
	SU_FREE char *new_name = su_dwarf_type_name(&new_type);
	say_difference(sentence, "it was '%s' and is '%s'", old_name, new_name);
}

char *su_debug_types_differ(const struct su_debug *a, const struct su_type *old_type,
			    const struct su_debug *b, const struct su_type *new_type)
{
	struct sentence sentence = { 0 };
	struct pair pair = { a, b, "", 0 };
	Dwarf_Die *old_die = &a->cache->type_dies[old_type - a->cache->types];
	Dwarf_Die *new_die = &b->cache->type_dies[new_type - b->cache->types];

	if (is_record(dwarf_tag(old_die)) && is_record(dwarf_tag(new_die)))
		compare_records(&sentence, &pair, old_die, new_die);
	else
		compare_targets(&sentence, old_die, new_die);
	if (sentence.parts > DIFFERENCE_LIMIT) {
		SU_FREE char *before = sentence.text;
		return su_format("%s, and %d more", before, sentence.parts - DIFFERENCE_LIMIT);
	}
	return sentence.text ? sentence.text : su_strdup("the layout differs");
}
