/*
 * The variables and inlined calls of one out-of-line function.
 *
 * One walk over the function's entries collects both as nodes in a tree of inlined calls; lexical
 * blocks only narrow the scope.  Nodes of equal name under the same inlined call are then numbered
 * in source order (line and column of the declaration or call), which is the same in two builds of
 * the same source, whatever order the optimiser left the code in; ties go by address.  Keys are
 * put together from the numbers.
 */
#include <dwarf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arch/insn.h"
#include "dwarf/dwarf_private.h"

#define NO_PARENT UINT32_MAX
#define NODE_LIMIT 200000
#define SAME_LIMIT 256

/* A variable or an inlined call. */
struct node {
	Dwarf_Die die;
	const char *name;
	uint32_t parent;  /* index of the inlined call that it stands in, or NO_PARENT */
	uint32_t ordinal; /* from 1 */
	uint32_t index;	  /* in walking order */
	int64_t line, column;
	uint64_t low;
	uint32_t depth;
	struct su_dwarf_scope scope;
	const char *key;
	struct node *same; /* the one before it of the same variable and inlined call */
	bool contested;
};

struct walk {
	const struct su_debug *debug;
	uint64_t budget;
	SU_VEC(struct node) locals;
	SU_VEC(struct node) inlines;
};

/* Where a walk stands. */
struct spot {
	struct su_dwarf_scope scope;
	uint32_t parent, depth;
};

static void walk_children(struct walk *walk, Dwarf_Die *die, struct spot spot);

static struct node node_of(Dwarf_Die *die, const struct spot *spot, size_t index)
{
	struct node node = { .die = *die,
			     .name = dwarf_diename(die),
			     .parent = spot->parent,
			     .index = (uint32_t)index,
			     .depth = spot->depth,
			     .scope = spot->scope,
			     .low = UINT64_MAX };

	for (size_t i = 0; i < spot->scope.count; i++) {
		if (spot->scope.ranges[i].lo < node.low)
			node.low = spot->scope.ranges[i].lo;
	}
	return node;
}

static void add_local(struct walk *walk, Dwarf_Die *die, const struct spot *spot)
{
	struct node node = node_of(die, spot, walk->locals.len);

	if (!node.name || walk->locals.len >= NODE_LIMIT || su_dwarf_is_declaration(die))
		return;
	su_dwarf_const(die, DW_AT_decl_line, &node.line);
	su_dwarf_const(die, DW_AT_decl_column, &node.column);
	su_vec_push(&walk->locals, node);
}

static void add_inline(struct walk *walk, Dwarf_Die *die, struct spot spot)
{
	struct node node;

	spot.scope = su_dwarf_scope_read(walk->debug, die);
	node = node_of(die, &spot, walk->inlines.len);
	if (!node.name || walk->inlines.len >= NODE_LIMIT)
		return;
	su_dwarf_const(die, DW_AT_call_line, &node.line);
	su_dwarf_const(die, DW_AT_call_column, &node.column);
	spot.parent = node.index;
	su_vec_push(&walk->inlines, node);
	walk_children(walk, die, spot);
}

static void walk_one(struct walk *walk, Dwarf_Die *die, struct spot spot)
{
	switch (dwarf_tag(die)) {
	case DW_TAG_formal_parameter:
	case DW_TAG_variable:
		add_local(walk, die, &spot);
		break;
	case DW_TAG_lexical_block:
		spot.scope = su_dwarf_scope_read(walk->debug, die);
		walk_children(walk, die, spot);
		break;
	case DW_TAG_inlined_subroutine:
		add_inline(walk, die, spot);
		break;
	}
}

static void walk_children(struct walk *walk, Dwarf_Die *die, struct spot spot)
{
	Dwarf_Die child;

	if (++spot.depth > SU_DWARF_DEPTH_LIMIT || !su_dwarf_child(die, &child))
		return;
	do {
		if (walk->budget == 0)
			return;
		walk->budget--;
		walk_one(walk, &child, spot);
	} while (su_dwarf_next(&child));
}

static int compare_u64(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_group(const struct node *a, const struct node *b)
{
	int order = compare_u64(a->parent, b->parent);

	return order ? order : strcmp(a->name, b->name);
}

static int compare_nodes(const void *left, const void *right)
{
	const struct node *a = *(const struct node *const *)left;
	const struct node *b = *(const struct node *const *)right;
	int order = compare_group(a, b);

	if (!order)
		order = compare_u64((uint64_t)a->line, (uint64_t)b->line);
	if (!order)
		order = compare_u64((uint64_t)a->column, (uint64_t)b->column);
	if (!order)
		order = compare_u64(a->low, b->low);
	if (!order)
		order = compare_u64(a->depth, b->depth);
	return order ? order : compare_u64(a->index, b->index);
}

static void number_nodes(struct node *nodes, size_t count)
{
	struct node **sorted = su_alloc((count + 1) * sizeof(*sorted));

	for (size_t i = 0; i < count; i++)
		sorted[i] = &nodes[i];
	qsort(sorted, count, sizeof(*sorted), compare_nodes);
	for (size_t i = 0; i < count; i++) {
		bool follows = i > 0 && compare_group(sorted[i - 1], sorted[i]) == 0;
		sorted[i]->ordinal = follows ? sorted[i - 1]->ordinal + 1 : 1;
	}
	free(sorted);
}

static void make_key(struct walk *walk, struct node *node)
{
	bool nested = node->parent != NO_PARENT;
	const char *chain = nested ? walk->inlines.at[node->parent].key : "";
	char number[16] = "";

	if (node->ordinal > 1)
		snprintf(number, sizeof(number), "#%u", node->ordinal);
	node->key = su_arena_format(walk->debug->arena, "%s%s%s%s", chain, nested ? ">" : "",
				    node->name, number);
}

static bool ranges_overlap(const struct su_dwarf_scope *a, const struct su_dwarf_scope *b)
{
	if (a->ranges == b->ranges)
		return a->count > 0;
	for (size_t i = 0; i < a->count; i++) {
		for (size_t k = 0; k < b->count; k++) {
			if (a->ranges[i].lo < b->ranges[k].hi && b->ranges[k].lo < a->ranges[i].hi)
				return true;
		}
	}
	return false;
}

/*
 * gcc 12 may describe one parameter twice: where it is, and as the constant that it was in a clone
 * that no longer is one. Which of the two is true is not said, so neither is believed.
 */
static void mark_contested(struct walk *walk)
{
	struct su_map *by_root = su_map_create();

	for (size_t i = 0; i < walk->locals.len; i++) {
		struct node *node = &walk->locals.at[i], *other;
		uint64_t where[2] = { (uintptr_t)su_dwarf_root(node->die).addr, node->parent };
		uint64_t key = su_hash(where, sizeof(where), 0);
		int limit = SAME_LIMIT;
		node->same = su_map_get_u64(by_root, key);
		su_map_put_u64(by_root, key, node);
		for (other = node->same; other && limit-- > 0; other = other->same) {
			if (ranges_overlap(&other->scope, &node->scope))
				other->contested = node->contested = true;
		}
		if (other)
			node->contested = true;
	}
	su_map_destroy(by_root);
}

static void make_keys(struct walk *walk)
{
	number_nodes(walk->inlines.at, walk->inlines.len);
	number_nodes(walk->locals.at, walk->locals.len);
	for (size_t i = 0; i < walk->inlines.len; i++)
		make_key(walk, &walk->inlines.at[i]);
	for (size_t i = 0; i < walk->locals.len; i++)
		make_key(walk, &walk->locals.at[i]);
}

static const char *arena_take(struct su_arena *arena, char *text)
{
	const char *copy = su_arena_strdup(arena, text);

	free(text);
	return copy;
}

static bool is_integer(Dwarf_Die *plain)
{
	Dwarf_Attribute attr;
	Dwarf_Word encoding;

	if (dwarf_tag(plain) != DW_TAG_base_type)
		return dwarf_tag(plain) == DW_TAG_enumeration_type ||
		       dwarf_tag(plain) == DW_TAG_pointer_type;
	if (!dwarf_attr_integrate(plain, DW_AT_encoding, &attr) ||
	    dwarf_formudata(&attr, &encoding) != 0)
		return false;
	return encoding == DW_ATE_boolean || encoding == DW_ATE_signed ||
	       encoding == DW_ATE_unsigned || encoding == DW_ATE_signed_char ||
	       encoding == DW_ATE_unsigned_char;
}

/* The layout hash of the elements of an array of one dimension; else 0. */
static uint64_t hash_of_elements(const struct su_debug *debug, Dwarf_Die *plain, uint64_t size)
{
	uint64_t element_size = 0;
	struct su_dwarf_array array;
	Dwarf_Die element;

	if (dwarf_tag(plain) != DW_TAG_array_type || !su_dwarf_array_read(*plain, &array) ||
	    array.dimension_count != 1 || !su_dwarf_type_of(plain, &element) ||
	    !su_dwarf_type_size(element, &element_size) || element_size * array.count != size)
		return 0;
	return su_dwarf_type_hash(debug, element);
}

static void describe_type(const struct su_debug *debug, Dwarf_Die *die, struct su_local *ret)
{
	Dwarf_Die type, plain;
	int tag;

	if (!su_dwarf_type_of(die, &type)) {
		ret->type_name = "void";
		return;
	}
	ret->type_name = arena_take(debug->arena, su_dwarf_type_name(&type));
	ret->type_hash = su_dwarf_type_hash(debug, type);
	su_dwarf_type_size(type, &ret->size);
	ret->is_signed = su_dwarf_type_signed(type);
	if (!su_dwarf_type_strip(type, &plain))
		return;
	tag = dwarf_tag(&plain);
	ret->is_integer = is_integer(&plain);
	ret->element_hash = hash_of_elements(debug, &plain, ret->size);
	ret->is_aggregate = tag == DW_TAG_structure_type || tag == DW_TAG_union_type ||
			    tag == DW_TAG_array_type || tag == DW_TAG_class_type;
}

static bool all_static(const struct su_dwarf_locations *locations)
{
	for (size_t i = 0; i < locations->count; i++) {
		if (locations->at[i].base != SU_BASE_PLAIN ||
		    locations->at[i].loc.kind != SU_LOC_STATIC)
			return false;
	}
	return locations->count > 0;
}

static struct su_dwarf_locations unknown_locations(void)
{
	static const struct su_dwarf_location unknown = { .hi = UINT64_MAX,
							  .loc.kind = SU_LOC_COMPLEX };

	return (struct su_dwarf_locations){ &unknown, 1 };
}

static void finish_local(const struct su_debug *debug, struct su_dwarf_detail *detail,
			 struct node *node)
{
	struct su_local *local = &detail->locals[node->index];

	local->name = node->name;
	local->key = node->key;
	local->index = node->index;
	local->is_parameter = dwarf_tag(&node->die) == DW_TAG_formal_parameter;
	describe_type(debug, &node->die, local);
	detail->scopes[node->index] = node->scope;
	detail->locations[node->index] =
		su_dwarf_locations_read(debug, &node->die, DW_AT_location, local);
	if (node->contested)
		detail->locations[node->index] = unknown_locations();
	local->is_static = all_static(&detail->locations[node->index]);
}

static void finish_locals(struct walk *walk, struct su_dwarf_detail *detail)
{
	struct su_arena *arena = walk->debug->arena;
	size_t count = walk->locals.len;

	detail->local_count = count;
	detail->locals = su_arena_alloc(arena, (count + 1) * sizeof(*detail->locals));
	detail->scopes = su_arena_alloc(arena, (count + 1) * sizeof(*detail->scopes));
	detail->locations = su_arena_alloc(arena, (count + 1) * sizeof(*detail->locations));
	for (size_t i = 0; i < count; i++)
		finish_local(walk->debug, detail, &walk->locals.at[i]);
	detail->inline_count = walk->inlines.len;
	detail->inlines = su_arena_alloc(arena, (walk->inlines.len + 1) * sizeof(*detail->inlines));
	for (size_t i = 0; i < walk->inlines.len; i++) {
		detail->inlines[i].name = walk->inlines.at[i].name;
		detail->inlines[i].scope = walk->inlines.at[i].scope;
	}
}

/* The end of the range that holds `entry`. */
static uint64_t body_end(const struct su_dwarf_scope *scope, uint64_t entry)
{
	for (size_t i = 0; i < scope->count; i++) {
		if (entry >= scope->ranges[i].lo && entry < scope->ranges[i].hi)
			return scope->ranges[i].hi;
	}
	return entry;
}

static void read_frame_base(const struct su_debug *debug, struct su_dwarf_subprogram *function,
			    const struct su_dwarf_scope *scope)
{
	struct su_dwarf_detail *detail = function->detail;
	uint64_t entry = function->pub.entry, vaddr;
	struct su_frame_row row;

	detail->frame_base = su_dwarf_locations_read(debug, &function->die, DW_AT_frame_base, NULL);
	detail->base_is_register =
		detail->frame_base.count == 1 && detail->frame_base.at[0].loc.kind == SU_LOC_REG;
	if (!detail->base_is_register)
		return;
	vaddr = su_dwarf_prologue_end(debug, entry, body_end(scope, entry));
	if (vaddr && su_dwarf_frame_row(debug, vaddr, &row) && row.cfa_known &&
	    row.cfa_reg == SU_REG_SP)
		detail->body_off = row.cfa_off;
}

static void read_detail(const struct su_debug *debug, struct su_dwarf_subprogram *function)
{
	struct walk walk = { .debug = debug, .budget = debug->die_budget };
	struct spot spot = { .parent = NO_PARENT };

	function->detail = su_arena_alloc(debug->arena, sizeof(*function->detail));
	if (function->shared)
		return;
	spot.scope = su_dwarf_scope_read(debug, &function->die);
	walk_children(&walk, &function->die, spot);
	make_keys(&walk);
	mark_contested(&walk);
	finish_locals(&walk, function->detail);
	read_frame_base(debug, function, &spot.scope);
	su_vec_deinit(&walk.locals);
	su_vec_deinit(&walk.inlines);
}

struct su_dwarf_detail *su_dwarf_detail(const struct su_debug *debug,
					struct su_dwarf_subprogram *function)
{
	if (!function->detail)
		read_detail(debug, function);
	return function->detail;
}

bool su_local_is_own_parameter(const struct su_local *local)
{
	return local->is_parameter && !strchr(local->key, '>');
}

struct su_err *su_debug_locals(struct su_debug *debug, uint64_t entry, const struct su_local **ret,
			       size_t *ret_count)
{
	struct su_dwarf_subprogram *function = su_dwarf_subprogram_at(debug, entry);
	struct su_dwarf_detail *detail = function ? su_dwarf_detail(debug, function) : NULL;

	*ret = detail ? detail->locals : NULL;
	*ret_count = detail ? detail->local_count : 0;
	return NULL;
}

size_t su_debug_inlined_at(const struct su_debug *debug, uint64_t vaddr, const char **ret,
			   size_t max)
{
	const struct su_dwarf_span *span =
		su_dwarf_span_at(debug->function_spans.at, debug->function_spans.len, vaddr);
	const struct su_dwarf_detail *detail;
	size_t found = 0;

	if (!span)
		return 0;
	detail = su_dwarf_detail(debug, &debug->functions.at[span->index]);
	for (size_t i = 0; i < detail->inline_count; i++) {
		if (!su_dwarf_scope_covers(&detail->inlines[i].scope, vaddr))
			continue;
		if (found < max)
			ret[found] = detail->inlines[i].name;
		found++;
	}
	return found;
}
