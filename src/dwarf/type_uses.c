/*
 * Where records are used: as variables with static storage, in frames, in each other, and behind pointers
 * that memory holds.
 *
 * A use counts by the names that lead to the record, also where a unit only declares it. What a function
 * has in its frame, or is given the address of, is gone when it has returned. What memory points to,
 * what another image is given or gives, and what is in a union or an unnamed record may be an object that no
 * symbol names. gcc says nothing of `((struct t *)memory)->member`: nothing but that there is a
 * struct t. clang says that there is a pointer to it, which nothing has.
 */
#include <dwarf.h>
#include <string.h>

#include "dwarf/dwarf_private.h"

struct use_walk {
	const struct su_debug *debug;
	struct su_map *uses; /* name -> enum su_type_use, together */
	SU_VEC(Dwarf_Die) pointers;
	struct su_map *referred_to; /* pointers that something is of the type of, by entry */
	struct su_map *exported, *imported; /* names of dynamic symbols */
};

static bool is_record(int tag)
{
	return tag == DW_TAG_structure_type || tag == DW_TAG_union_type;
}

static void note_name(struct use_walk *walk, const char *prefix, const char *name, unsigned use)
{
	char *kept = su_arena_format(walk->debug->arena, "%s%s", prefix, name);
	uintptr_t known = (uintptr_t)su_map_get_str(walk->uses, kept);

	su_map_put_str(walk->uses, kept, (void *)(known | use));
}

static uint64_t key_of(const Dwarf_Die *die)
{
	return (uint64_t)(uintptr_t)die->addr;
}

/* The record that the type of `die` leads to, by value and through arrays, and all of its names. */
static void note_record(struct use_walk *walk, Dwarf_Die *die, unsigned use)
{
	Dwarf_Die at = *die;

	for (int i = 0; i < SU_DWARF_CHAIN_LIMIT && su_dwarf_type_of(&at, &at); i++) {
		const char *name = dwarf_diename(&at);
		int tag = dwarf_tag(&at);

		if (tag == DW_TAG_typedef && name)
			note_name(walk, "", name, use);
		if (is_record(tag)) {
			su_dwarf_ref(&at, DW_AT_signature, &at);
			name = dwarf_diename(&at);
			if (name)
				note_name(walk, tag == DW_TAG_union_type ? "union " : "struct ",
					  name, use);
			return;
		}
		if (tag != DW_TAG_typedef && tag != DW_TAG_array_type &&
		    !su_dwarf_is_qualifier(tag))
			return;
	}
}

/* The first pointer that the type of `die` leads to, before any record. */
static bool find_pointer(Dwarf_Die *die, Dwarf_Die *ret)
{
	Dwarf_Die at = *die;

	for (int i = 0; i < SU_DWARF_CHAIN_LIMIT && su_dwarf_type_of(&at, &at); i++) {
		int tag = dwarf_tag(&at);

		if (tag == DW_TAG_pointer_type) {
			*ret = at;
			return true;
		}
		if (tag != DW_TAG_typedef && tag != DW_TAG_array_type &&
		    !su_dwarf_is_qualifier(tag))
			return false;
	}
	return false;
}

/* What is of the type of `die` is used so; what it points to so; what that points to is held by memory. */
static void note_type(struct use_walk *walk, Dwarf_Die *die, unsigned by_value, unsigned by_pointer)
{
	Dwarf_Die pointer;
	unsigned use = by_pointer;

	note_record(walk, die, by_value);
	for (int i = 0; i < SU_DWARF_CHAIN_LIMIT && find_pointer(die, &pointer); i++) {
		su_map_put_u64(walk->referred_to, key_of(&pointer), walk);
		note_record(walk, &pointer, use);
		use |= SU_TYPE_HELD;
		die = &pointer;
	}
}

/* ---- what has a type ---- */

static bool is_at_address(Dwarf_Die *die)
{
	Dwarf_Attribute attr;
	Dwarf_Op *ops;
	size_t count;
	uint64_t vaddr;

	return dwarf_attr_integrate(die, DW_AT_location, &attr) &&
	       dwarf_getlocation(&attr, &ops, &count) == 0 && count == 1 &&
	       su_dwarf_op_address(&attr, &ops[0], &vaddr);
}

/* Whether the place of a variable is said by an address, be it all of it or a part, or of a thread's own
 * storage. */
static bool names_address(Dwarf_Die *die)
{
	Dwarf_Attribute attr;
	Dwarf_Op *ops;
	size_t count;

	if (!dwarf_attr_integrate(die, DW_AT_location, &attr) ||
	    dwarf_getlocation(&attr, &ops, &count) != 0)
		return false;
	for (size_t i = 0; i < count; i++) {
		int atom = ops[i].atom;

		if (atom == DW_OP_addr || atom == DW_OP_addrx || atom == DW_OP_constx ||
		    atom == DW_OP_form_tls_address || atom == DW_OP_GNU_push_tls_address)
			return true;
	}
	return false;
}

static struct su_map *dynamic_symbols(const struct su_debug *debug, bool imported)
{
	struct su_map *names = su_map_create();

	for (size_t i = 0; i < debug->image->symbol_count; i++) {
		const struct su_symbol *symbol = &debug->image->symbols[i];

		if (symbol->shndx == SHN_UNDEF ? imported : !imported && symbol->dynamic)
			su_map_put_str(names, symbol->name, names);
	}
	return names;
}

static bool is_one_of(const struct su_map *names, Dwarf_Die *die)
{
	Dwarf_Die root = su_dwarf_root(*die);
	const char *name = dwarf_diename(&root);

	return name && su_map_get_str(names, name);
}

/* A declaration at file scope is of a variable that another unit defines. */
static void note_variable(struct use_walk *walk, Dwarf_Die *die, const char *function)
{
	bool declared = !function && su_dwarf_is_declaration(die);

	if (declared ? !is_one_of(walk->imported, die) : is_at_address(die))
		note_type(walk, die, SU_TYPE_IN_STATICS, SU_TYPE_HELD);
	else if (function && !names_address(die))
		note_type(walk, die, SU_TYPE_IN_FRAMES, SU_TYPE_IN_FRAMES);
	else
		note_type(walk, die, SU_TYPE_ELSEWHERE, SU_TYPE_HELD);
}

/* In a record with a name of its own: that one's name is known wherever it is used. */
static void note_members(struct use_walk *walk, Dwarf_Die *record)
{
	bool is_plain = dwarf_tag(record) == DW_TAG_structure_type && dwarf_diename(record);
	Dwarf_Die child;

	if (!su_dwarf_child(record, &child))
		return;
	do {
		if (dwarf_tag(&child) == DW_TAG_member)
			note_type(walk, &child, is_plain ? SU_TYPE_IN_RECORDS : SU_TYPE_ELSEWHERE,
				  SU_TYPE_HELD);
	} while (su_dwarf_next(&child));
}

static void note_parameters(struct use_walk *walk, Dwarf_Die *function, unsigned use)
{
	Dwarf_Die child;

	if (!su_dwarf_child(function, &child))
		return;
	do {
		if (dwarf_tag(&child) == DW_TAG_formal_parameter)
			note_type(walk, &child, SU_TYPE_ELSEWHERE, use);
	} while (su_dwarf_next(&child));
}

/* What other images are given, or give. */
static void note_function(struct use_walk *walk, Dwarf_Die *die)
{
	bool is_foreign = is_one_of(walk->imported, die) || is_one_of(walk->exported, die);

	note_type(walk, die, SU_TYPE_ELSEWHERE, SU_TYPE_ELSEWHERE);
	note_parameters(walk, die, is_foreign ? SU_TYPE_ELSEWHERE : SU_TYPE_IN_FRAMES);
}

static void note_use(void *ctx, const struct su_dwarf_unit *unit, Dwarf_Die *die,
		     const char *function)
{
	struct use_walk *walk = ctx;
	int tag = dwarf_tag(die);

	(void)unit;
	switch (tag) {
	case DW_TAG_typedef:
	case DW_TAG_array_type:
	case DW_TAG_enumeration_type:
	case DW_TAG_member:	      /* note_members() */
	case DW_TAG_formal_parameter: /* note_parameters() */
		break;
	case DW_TAG_pointer_type:
		su_vec_push(&walk->pointers, *die);
		break;
	case DW_TAG_structure_type:
	case DW_TAG_union_type:
		note_members(walk, die);
		break;
	case DW_TAG_variable:
		note_variable(walk, die, function);
		break;
	case DW_TAG_subprogram:
		note_function(walk, die);
		break;
	case DW_TAG_subroutine_type:
		note_type(walk, die, SU_TYPE_ELSEWHERE, SU_TYPE_ELSEWHERE);
		note_parameters(walk, die, SU_TYPE_HELD);
		break;
	default:
		if (!su_dwarf_is_qualifier(tag))
			note_type(walk, die, SU_TYPE_ELSEWHERE, SU_TYPE_ELSEWHERE);
	}
}

/* Pointers that nothing has are those of casts. */
static void note_casts(struct use_walk *walk)
{
	for (size_t i = 0; i < walk->pointers.len; i++)
		if (!su_map_get_u64(walk->referred_to, key_of(&walk->pointers.at[i])))
			note_record(walk, &walk->pointers.at[i], SU_TYPE_ELSEWHERE);
}

struct su_type_uses {
	struct su_map *uses;
	bool known; /* of every unit */
};

struct su_type_uses *su_debug_type_uses(const struct su_debug *debug)
{
	struct su_type_uses *uses = su_alloc(sizeof(*uses));
	struct use_walk walk = { .debug = debug,
				 .uses = su_map_create(),
				 .referred_to = su_map_create(),
				 .exported = dynamic_symbols(debug, false),
				 .imported = dynamic_symbols(debug, true) };
	const char *unit;

	su_dwarf_walk_units(debug, SU_IMPORTS_EACH, note_use, &walk);
	note_casts(&walk);
	uses->uses = walk.uses;
	uses->known = !su_debug_lack(debug, &unit);
	su_map_destroy(walk.referred_to);
	su_map_destroy(walk.exported);
	su_map_destroy(walk.imported);
	su_vec_deinit(&walk.pointers);
	return uses;
}

void su_debug_type_uses_free(struct su_type_uses *uses)
{
	su_map_destroy(uses->uses);
	free(uses);
}

unsigned su_debug_uses_of(const struct su_type_uses *uses, const char *name)
{
	return uses->known ? (unsigned)(uintptr_t)su_map_get_str(uses->uses, name)
			   : SU_TYPE_ELSEWHERE;
}
