/*
 * Walking DIEs: the few steps that every reader here takes, with their limits.
 *
 * libdw checks that an entry lies in its unit and that DW_AT_sibling points forward; references
 * (abstract origins, types) may still form a circle, so every chain of them is counted.
 */
#include <dwarf.h>

#include "dwarf/dwarf_private.h"

#include "base/search.h"

#define RANGE_LIMIT 65536

bool su_dwarf_child(Dwarf_Die *die, Dwarf_Die *ret)
{
	return dwarf_child(die, ret) == 0;
}

bool su_dwarf_next(Dwarf_Die *die)
{
	Dwarf_Die next;

	if (dwarf_siblingof(die, &next) != 0)
		return false;
	*die = next;
	return true;
}

bool su_dwarf_ref(Dwarf_Die *die, unsigned name, Dwarf_Die *ret)
{
	Dwarf_Attribute attr;
	Dwarf_Die found;

	if (!dwarf_attr(die, name, &attr) || !dwarf_formref_die(&attr, &found))
		return false;
	*ret = found;
	return true;
}

Dwarf_Die su_dwarf_root(Dwarf_Die die)
{
	for (int i = 0; i < SU_DWARF_CHAIN_LIMIT; i++) {
		if (!su_dwarf_ref(&die, DW_AT_abstract_origin, &die) &&
		    !su_dwarf_ref(&die, DW_AT_specification, &die))
			break;
	}
	return die;
}

bool su_dwarf_flag(Dwarf_Die *die, unsigned name)
{
	Dwarf_Attribute attr;
	bool set = false;

	return dwarf_attr_integrate(die, name, &attr) && dwarf_formflag(&attr, &set) == 0 && set;
}

bool su_dwarf_is_declaration(Dwarf_Die *die)
{
	Dwarf_Attribute attr;
	bool set = false;

	return dwarf_attr(die, DW_AT_declaration, &attr) && dwarf_formflag(&attr, &set) == 0 && set;
}

bool su_dwarf_const(Dwarf_Die *die, unsigned name, int64_t *ret)
{
	Dwarf_Attribute attr;
	Dwarf_Sword number;
	Dwarf_Word word;

	if (!dwarf_attr_integrate(die, name, &attr))
		return false;
	switch (dwarf_whatform(&attr)) {
	case DW_FORM_sdata:
	case DW_FORM_implicit_const:
		if (dwarf_formsdata(&attr, &number) != 0)
			return false;
		*ret = number;
		return true;
	case DW_FORM_data1:
	case DW_FORM_data2:
	case DW_FORM_data4:
	case DW_FORM_data8:
	case DW_FORM_udata:
		if (dwarf_formudata(&attr, &word) != 0)
			return false;
		*ret = (int64_t)word;
		return true;
	default:
		return false;
	}
}

const char *su_dwarf_unit_name(Dwarf_Die *die, Dwarf_Die *root)
{
	Dwarf_Die unit;
	const char *name = dwarf_diecu(root, &unit, NULL, NULL) ? dwarf_diename(&unit) : NULL;

	if (!name && dwarf_diecu(die, &unit, NULL, NULL))
		name = dwarf_diename(&unit);
	return name ? name : "";
}

uint64_t su_dwarf_unit_id(Dwarf_Die *die, Dwarf_Die *instance)
{
	Dwarf_Die unit;

	if (dwarf_diecu(die, &unit, NULL, NULL) && dwarf_tag(&unit) == DW_TAG_compile_unit)
		return dwarf_dieoffset(&unit);
	return dwarf_diecu(instance, &unit, NULL, NULL) ? dwarf_dieoffset(&unit) : 0;
}

const struct su_dwarf_span *su_dwarf_span_at(const struct su_dwarf_span *spans, size_t count,
					     uint64_t vaddr)
{
	size_t after = su_search_until(spans, count, lo, vaddr);

	return after && vaddr < spans[after - 1].hi ? &spans[after - 1] : NULL;
}

struct su_dwarf_scope su_dwarf_scope_read(const struct su_debug *debug, Dwarf_Die *die)
{
	SU_VEC(struct su_dwarf_range) ranges = { 0 };
	struct su_dwarf_scope scope = { 0 };
	Dwarf_Addr base, lo, hi;
	ptrdiff_t off = 0;

	while (ranges.len < RANGE_LIMIT && (off = dwarf_ranges(die, off, &base, &lo, &hi)) > 0) {
		if (lo < hi)
			su_vec_push(&ranges, (struct su_dwarf_range){ lo, hi });
	}
	if (off == 0 && ranges.len) {
		scope.ranges =
			su_arena_copy(debug->arena, ranges.at, ranges.len * sizeof(*ranges.at));
		scope.count = ranges.len;
	}
	su_vec_deinit(&ranges);
	return scope;
}

bool su_dwarf_scope_covers(const struct su_dwarf_scope *scope, uint64_t vaddr)
{
	for (size_t i = 0; i < scope->count; i++) {
		if (vaddr >= scope->ranges[i].lo && vaddr < scope->ranges[i].hi)
			return true;
	}
	return false;
}
