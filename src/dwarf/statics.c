/*
 * Variables with static storage: those of a unit, and those that functions own.  And those that
 * have a name but no plain storage, because the compiler took it away, or left a part of it.
 *
 * A variable that a function owns may be described by several entries: the abstract one and one
 * for each inlined copy.  All lead to one root (su_dwarf_root), which stands for the variable.  Its
 * ordinal counts the variables of that name that stand before it in the root's function, those
 * without storage included: they are listed in every build, whatever became of them.
 * DWARF 5 sections 2.6.1.1.4 (DW_OP_form_tls_address) and 4.1.
 */
#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "dwarf/dwarf_private.h"

struct walk {
	const struct su_debug *debug;
	uint64_t budget;
	struct su_map *seen;   /* root entry's address */
	struct su_map *pieced; /* of those whose pieces are among those found */
	SU_VEC(struct su_static) found;
	SU_VEC(struct su_static) bare; /* vaddr: address of the root entry, until all are read */
};

/* A count of the variables named `name` in a function's entries, up to the entry at `stop`. */
struct count {
	const char *name;
	const void *stop;
	uint64_t budget;
	uint32_t before;
};

/* True when `stop` has been reached. */
static bool count_before(struct count *count, Dwarf_Die *parent, int depth)
{
	Dwarf_Die child;
	const char *name;

	if (depth == 0 || !su_dwarf_child(parent, &child))
		return false;
	do {
		if (child.addr == count->stop || count->budget-- == 0)
			return true;
		if (dwarf_tag(&child) == DW_TAG_lexical_block) {
			if (count_before(count, &child, depth - 1))
				return true;
		} else if (dwarf_tag(&child) == DW_TAG_variable &&
			   !su_dwarf_is_declaration(&child)) {
			name = dwarf_diename(&child);
			count->before += name && strcmp(name, count->name) == 0;
		}
	} while (su_dwarf_next(&child));
	return false;
}

static uint32_t ordinal_of(const struct walk *walk, Dwarf_Die *owner, Dwarf_Die *root)
{
	struct count count = { .name = dwarf_diename(root),
			       .stop = root->addr,
			       .budget = walk->debug->die_budget };
	Dwarf_Die function = su_dwarf_root(*owner);

	count_before(&count, &function, SU_DWARF_DEPTH_LIMIT);
	return count.before;
}

static bool in_image(const struct su_image *image, const struct su_static *variable)
{
	uint64_t vaddr = variable->vaddr;

	if (variable->is_tls)
		return image->tls && vaddr < image->tls->memsz;
	for (size_t i = 0; i < image->section_count; i++) {
		const struct su_section *section = &image->sections[i];
		if ((section->flags & SHF_ALLOC) && !(section->flags & SHF_TLS) &&
		    vaddr >= section->vaddr && vaddr - section->vaddr < section->size)
			return true;
	}
	return false;
}

/* Cheap test before libdw parses and keeps the expression: the first operation. A variable in pieces
 * may have lost its first one. */
static bool starts_static(Dwarf_Attribute *attr)
{
	Dwarf_Block block;

	if (dwarf_formblock(attr, &block) != 0 || block.length == 0)
		return false;
	switch (block.data[0]) {
	case DW_OP_addr:
	case DW_OP_addrx:
	case DW_OP_GNU_addr_index:
	case DW_OP_const4u:
	case DW_OP_const8u:
	case DW_OP_constu:
	case DW_OP_piece:
		return true;
	default:
		return false;
	}
}

/* The storage that a location gives to a variable; false when it is not all in one place. */
static bool read_storage(Dwarf_Attribute *attr, struct su_static *ret)
{
	Dwarf_Op *ops;
	size_t count;

	if (!starts_static(attr) || dwarf_getlocation(attr, &ops, &count) != 0)
		return false;
	if (su_dwarf_op_address(attr, &ops[0], &ret->vaddr)) {
		if (count == 2 && ops[1].atom == DW_OP_plus_uconst)
			ret->vaddr += ops[1].number;
		else if (count != 1)
			return false;
		return true;
	}
	if (count != 2 ||
	    (ops[1].atom != DW_OP_form_tls_address && ops[1].atom != DW_OP_GNU_push_tls_address))
		return false;
	ret->vaddr = ops[0].number;
	ret->is_tls = true;
	return true;
}

/*
 * The function that owns a static: the name of its entry. clang 14 puts the statics of a function
 * that it inlined everywhere under an entry without a name; its symbols are named
 * "function.variable" or "function.variable.N". NULL when neither says.
 */
static const char *owner_name(const struct walk *walk, Dwarf_Die *owner,
			      const struct su_static *variable)
{
	const char *name = dwarf_diename(owner);
	const struct su_symbol *symbol;
	size_t length, size = strlen(variable->name);

	if (name || variable->is_tls)
		return name;
	symbol = su_image_symbol_at(walk->debug->image, variable->vaddr);
	if (!symbol || symbol->vaddr != variable->vaddr || !strchr(symbol->name, '.'))
		return NULL;
	length = (size_t)(strchr(symbol->name, '.') - symbol->name);
	name = symbol->name + length + 1;
	if (length == 0 || strncmp(name, variable->name, size) != 0 ||
	    (name[size] != '\0' && name[size] != '.'))
		return NULL;
	return su_arena_format(walk->debug->arena, "%.*s", (int)length, symbol->name);
}

static bool is_scalar(Dwarf_Die type)
{
	if (!su_dwarf_type_strip(type, &type))
		return false;
	switch (dwarf_tag(&type)) {
	case DW_TAG_base_type:
	case DW_TAG_enumeration_type:
	case DW_TAG_pointer_type:
		return true;
	default:
		return false;
	}
}

static void describe_static(const struct walk *walk, Dwarf_Die *die, struct su_static *ret)
{
	Dwarf_Die type;

	ret->is_external = su_dwarf_flag(die, DW_AT_external);
	if (su_dwarf_type_of(die, &type)) {
		su_dwarf_type_size(type, &ret->size);
		ret->is_scalar = is_scalar(type);
		ret->type_hash = su_dwarf_type_hash(walk->debug, type);
	}
}

static bool is_constant(Dwarf_Die *die, Dwarf_Attribute *location)
{
	Dwarf_Attribute attr;
	Dwarf_Op *ops;
	size_t count;

	if (!location)
		return dwarf_attr_integrate(die, DW_AT_const_value, &attr) != NULL;
	return dwarf_getlocation(location, &ops, &count) == 0 && count == 2 &&
	       ops[1].atom == DW_OP_stack_value && ops[0].atom != DW_OP_addr &&
	       ops[0].atom != DW_OP_addrx && ops[0].atom != DW_OP_GNU_addr_index;
}

static bool is_address(Dwarf_Attribute *location, Dwarf_Op *op)
{
	uint64_t vaddr;

	return su_dwarf_op_address(location, op, &vaddr);
}

static bool has_address(Dwarf_Attribute *location)
{
	Dwarf_Op *ops;
	size_t count;

	if (!starts_static(location) || dwarf_getlocation(location, &ops, &count) != 0)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (is_address(location, &ops[i]))
			return true;
	}
	return ops[0].atom != DW_OP_piece;
}

/* Whether a variable without plain storage may have static storage by its source: a function's own
 * may as well be an automatic one, of which nothing is left. */
static bool may_be_bare(Dwarf_Die *die, Dwarf_Die *owner)
{
	Dwarf_Attribute attr;
	Dwarf_Attribute *location = dwarf_attr_integrate(die, DW_AT_location, &attr);

	if (su_dwarf_is_declaration(die) || is_constant(die, location))
		return false;
	return !owner || !location || has_address(location);
}

/* "A byte, times 1, plus 0": all of a location but where the byte is. */
static uint64_t form_of(Dwarf_Die *die)
{
	Dwarf_Attribute attr;
	Dwarf_Attribute *location = dwarf_attr_integrate(die, DW_AT_location, &attr);
	uint64_t vaddr, form = 1;
	Dwarf_Op *ops;
	size_t count;

	if (!location || !starts_static(location) ||
	    dwarf_getlocation(location, &ops, &count) != 0 ||
	    !su_dwarf_op_address(location, &ops[0], &vaddr))
		return 0;
	for (size_t i = 1; i < count; i++) {
		uint64_t words[] = { ops[i].atom, ops[i].number, ops[i].number2 };

		form = su_hash(words, sizeof(words), form);
	}
	return form;
}

static void add_piece(struct walk *walk, struct su_static variable, uint64_t at, uint64_t size)
{
	uint64_t what[] = { variable.type_hash, at };

	variable.name =
		su_arena_format(walk->debug->arena, "%s+%lu", variable.name, (unsigned long)at);
	variable.is_piece = true;
	variable.size = size;
	variable.is_scalar = false;
	variable.type_hash = variable.type_hash ? su_hash(what, sizeof(what), 1) : 0;
	variable.form = 0;
	if (in_image(walk->debug->image, &variable))
		su_vec_push(&walk->found, variable);
}

/* clang makes variables of their own of an array's elements, or of a structure's members, and leaves
 * out those that are never written. DWARF 5 section 2.6.1.2. */
static void add_pieces(struct walk *walk, Dwarf_Die *die, struct su_static variable)
{
	Dwarf_Attribute attr;
	Dwarf_Attribute *location = dwarf_attr_integrate(die, DW_AT_location, &attr);
	Dwarf_Op *ops;
	size_t count;
	uint64_t at = 0;

	if (su_map_get_u64(walk->pieced, variable.vaddr) || !location || !has_address(location) ||
	    dwarf_getlocation(location, &ops, &count) != 0)
		return;
	su_map_put_u64(walk->pieced, variable.vaddr, walk);
	for (size_t i = 0; i < count; i++) {
		if (ops[i].atom != DW_OP_piece)
			continue;
		if (i && su_dwarf_op_address(location, &ops[i - 1], &variable.vaddr) &&
		    (i == 1 || ops[i - 2].atom == DW_OP_piece))
			add_piece(walk, variable, at, ops[i].number);
		at += ops[i].number;
	}
}

static void add_bare(struct walk *walk, Dwarf_Die *die, Dwarf_Die *owner)
{
	struct su_static variable = { 0 };
	Dwarf_Die root = su_dwarf_root(*die);

	variable.name = dwarf_diename(&root);
	if (!variable.name || !may_be_bare(die, owner))
		return;
	variable.unit = su_dwarf_unit_name(die, &root);
	variable.unit_id = su_dwarf_unit_id(&root, die);
	variable.vaddr = (uint64_t)(uintptr_t)root.addr;
	variable.function = owner ? dwarf_diename(owner) : NULL;
	if (owner && !variable.function)
		return;
	variable.ordinal = owner ? ordinal_of(walk, owner, &root) : 0;
	variable.form = form_of(die);
	describe_static(walk, die, &variable);
	su_vec_push(&walk->bare, variable);
	add_pieces(walk, die, variable);
}

/* Another entry of the same variable may say where it is. */
static void drop_placed(struct walk *walk)
{
	size_t kept = 0;

	for (size_t i = 0; i < walk->bare.len; i++) {
		if (su_map_get_u64(walk->seen, walk->bare.at[i].vaddr))
			continue;
		walk->bare.at[kept] = walk->bare.at[i];
		walk->bare.at[kept++].vaddr = 0;
	}
	walk->bare.len = kept;
}

/* `owner` is the subprogram or inlined call that the entry stands in, or NULL. */
static void add_variable(struct walk *walk, Dwarf_Die *die, Dwarf_Die *owner)
{
	struct su_static variable = { 0 };
	Dwarf_Attribute attr;
	Dwarf_Die root;

	if (!dwarf_attr_integrate(die, DW_AT_location, &attr) || !read_storage(&attr, &variable) ||
	    !in_image(walk->debug->image, &variable)) {
		add_bare(walk, die, owner);
		return;
	}
	root = su_dwarf_root(*die);
	if (su_map_get_u64(walk->seen, (uint64_t)(uintptr_t)root.addr))
		return;
	variable.name = dwarf_diename(&root);
	if (!variable.name)
		return;
	variable.unit = su_dwarf_unit_name(die, &root);
	variable.unit_id = su_dwarf_unit_id(&root, die);
	if (owner) {
		variable.function = owner_name(walk, owner, &variable);
		if (!variable.function)
			return;
		variable.ordinal = ordinal_of(walk, owner, &root);
	}
	describe_static(walk, die, &variable);
	variable.entry = su_arena_copy(walk->debug->arena, die, sizeof(*die));
	su_map_put_u64(walk->seen, (uint64_t)(uintptr_t)root.addr, walk);
	su_vec_push(&walk->found, variable);
}

static void walk_children(struct walk *walk, Dwarf_Die *parent, Dwarf_Die *owner, int depth)
{
	Dwarf_Die child;

	if (depth == 0 || !su_dwarf_child(parent, &child))
		return;
	do {
		if (walk->budget == 0)
			return;
		walk->budget--;
		switch (dwarf_tag(&child)) {
		case DW_TAG_variable:
			add_variable(walk, &child, owner);
			break;
		case DW_TAG_lexical_block:
			walk_children(walk, &child, owner, depth - 1);
			break;
		case DW_TAG_inlined_subroutine:
		case DW_TAG_subprogram:
			walk_children(walk, &child, &child, depth - 1);
			break;
		}
	} while (su_dwarf_next(&child));
}

static int compare_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int compare_statics(const void *left, const void *right)
{
	const struct su_static *a = left, *b = right;
	int order;

	if (a->vaddr != b->vaddr)
		return a->vaddr < b->vaddr ? -1 : 1;
	if (a->is_tls != b->is_tls)
		return a->is_tls ? 1 : -1;
	order = compare_text(a->unit, b->unit);
	if (!order)
		order = compare_text(a->function, b->function);
	if (!order)
		order = compare_text(a->name, b->name);
	return order ? order : (a->ordinal > b->ordinal) - (a->ordinal < b->ordinal);
}

static void read_statics(const struct su_debug *debug)
{
	struct walk walk = { .debug = debug, .budget = debug->die_budget };

	walk.seen = su_map_create();
	walk.pieced = su_map_create();
	for (size_t i = 0; i < debug->units.len; i++)
		walk_children(&walk, &debug->units.at[i].die, NULL, SU_DWARF_DEPTH_LIMIT);
	drop_placed(&walk);
	su_map_destroy(walk.seen);
	su_map_destroy(walk.pieced);
	if (walk.found.len)
		qsort(walk.found.at, walk.found.len, sizeof(*walk.found.at), compare_statics);
	debug->cache->statics = walk.found.at;
	debug->cache->static_count = walk.found.len;
	debug->cache->bare = walk.bare.at;
	debug->cache->bare_count = walk.bare.len;
	debug->cache->has_statics = true;
}

const struct su_static *su_debug_statics(const struct su_debug *debug, size_t *ret_count)
{
	if (!debug->cache->has_statics)
		read_statics(debug);
	*ret_count = debug->cache->static_count;
	return debug->cache->statics;
}

const struct su_static *su_debug_bare_statics(const struct su_debug *debug, size_t *ret_count)
{
	if (!debug->cache->has_statics)
		read_statics(debug);
	*ret_count = debug->cache->bare_count;
	return debug->cache->bare;
}
