/*
 * What a clone was made for: parameters that are constants in all of it.
 *
 * gcc keeps an entry for each parameter that it has taken away (.constprop), with its value: DWARF 5
 * section 4.1, DW_AT_const_value.  An address is a location and no constant: which one it is cannot
 * be said here, and the answer is that it is not known.
 */
#include <dwarf.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dwarf/dwarf_private.h"

#include "base/text.h"

/* A location that is not a place but a value, the same one everywhere. */
static bool is_unnamed_value(Dwarf_Die *die)
{
	Dwarf_Attribute attr;
	Dwarf_Op *ops;
	size_t count;

	return dwarf_attr(die, DW_AT_location, &attr) && dwarf_whatform(&attr) == DW_FORM_exprloc &&
	       dwarf_getlocation(&attr, &ops, &count) == 0 && count &&
	       (ops[count - 1].atom == DW_OP_stack_value ||
		ops[count - 1].atom == DW_OP_implicit_pointer ||
		ops[count - 1].atom == DW_OP_GNU_implicit_pointer);
}

static void append_pair(char **text, const char *name, const char *value)
{
	char *longer = su_format("%s%s%s=%s", *text, **text ? " " : "", name, value);

	free(*text);
	*text = longer;
}

static bool add_block(char **text, const char *name, Dwarf_Attribute *attr)
{
	char hex[2 * 64 + 1];
	Dwarf_Block block;

	if (dwarf_formblock(attr, &block) != 0 || block.length > 64)
		return false;
	su_text_hex(block.data, block.length, hex);
	append_pair(text, name, hex);
	return true;
}

/* False: it has a value that cannot be told. */
static bool add_parameter(char **text, Dwarf_Die *die)
{
	Dwarf_Die root = su_dwarf_root(*die);
	const char *name = dwarf_diename(&root);
	Dwarf_Attribute attr;
	char number[24];
	int64_t value;

	if (!name)
		name = "?";
	if (!dwarf_attr(die, DW_AT_const_value, &attr))
		return !is_unnamed_value(die);
	if (!su_dwarf_const(die, DW_AT_const_value, &value))
		return add_block(text, name, &attr);
	snprintf(number, sizeof(number), "%" PRId64, value);
	append_pair(text, name, number);
	return true;
}

/* Entries of parameters that were taken away stand behind those of variables: their order is that
 * of the root function's. */
static bool add_in_order(char **text, Dwarf_Die *function, Dwarf_Die *wanted)
{
	Dwarf_Die child;

	if (!su_dwarf_child(function, &child))
		return true;
	do {
		Dwarf_Die root = su_dwarf_root(child);

		if (dwarf_tag(&child) == DW_TAG_formal_parameter && root.addr == wanted->addr)
			return add_parameter(text, &child);
	} while (su_dwarf_next(&child));
	return true;
}

char *su_debug_specialised(const struct su_debug *debug, uint64_t entry)
{
	struct su_dwarf_subprogram *function = su_dwarf_subprogram_at(debug, entry);
	char *text = function && !function->shared ? su_strdup("") : NULL;
	Dwarf_Die root, child;
	bool known = true;

	if (!text)
		return NULL;
	root = su_dwarf_root(function->die);
	if (su_dwarf_child(&root, &child)) {
		do {
			if (dwarf_tag(&child) == DW_TAG_formal_parameter)
				known = add_in_order(&text, &function->die, &child);
		} while (known && su_dwarf_next(&child));
	}
	if (known)
		return text;
	free(text);
	return NULL;
}
