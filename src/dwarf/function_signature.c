/* The type of a function: see su_debug_signature_at(). */
#include <dwarf.h>
#include <string.h>

#include "dwarf/dwarf_private.h"

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
		*hash = su_hash_u64(*hash, one);
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
	ret->whole = su_hash_u64(0, ret->result);
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

bool su_debug_returns_record(const struct su_debug *debug, uint64_t entry)
{
	struct su_dwarf_subprogram *function = su_dwarf_subprogram_at(debug, entry);
	Dwarf_Die root, type;
	int tag;

	if (!function || function->shared)
		return true;
	root = su_dwarf_root(function->die);
	if (!su_dwarf_type_of(&root, &type))
		return false;
	if (!su_dwarf_type_strip(type, &type))
		return true;
	tag = dwarf_tag(&type);
	return tag != DW_TAG_base_type && tag != DW_TAG_enumeration_type &&
	       tag != DW_TAG_pointer_type;
}

bool su_debug_heeds_no_callee(const struct su_debug *debug, uint64_t entry)
{
	struct su_dwarf_subprogram *function = su_dwarf_subprogram_at(debug, entry);
	const char *producer = NULL;
	Dwarf_Attribute attr;
	Dwarf_Die unit;

	if (function && dwarf_diecu(&function->die, &unit, NULL, NULL) &&
	    dwarf_attr(&unit, DW_AT_producer, &attr))
		producer = dwarf_formstring(&attr);
	return producer && strstr(producer, "clang version");
}
