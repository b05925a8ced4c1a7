/*
 * The least sets that satisfy all calls, by iteration over the call graph: see clobber.h.
 *
 * Source: psABI x86-64, figure 3.4 (register usage).
 */
#include "analysis/clobber.h"

#include <stdlib.h>
#include <string.h>

#include "arch/abi.h"
#include "base/vec.h"

struct node {
	uint64_t entry;
	struct su_regset writes;
	size_t *callees; /* indexes of nodes */
	size_t callee_count;
};

struct su_clobbers {
	struct node *nodes; /* sorted by entry */
	size_t count;
};

static void add_all(struct su_regset *set)
{
	for (size_t i = 0; i < SU_ABI_SCRATCH_COUNT; i++)
		set->gpr[su_abi_scratch[i]] = 0xff;
	set->vector = UINT32_MAX;
	set->flags = 0x7f;
	set->other = true;
}

/* Adds the caller-saved part of `from`; true when that changed `set`. */
static bool add_clobbers(struct su_regset *set, const struct su_regset *from)
{
	struct su_regset old = *set;

	for (size_t i = 0; i < SU_ABI_SCRATCH_COUNT; i++)
		set->gpr[su_abi_scratch[i]] |= from->gpr[su_abi_scratch[i]];
	set->vector |= from->vector;
	set->flags |= from->flags;
	set->other |= from->other;
	return memcmp(old.gpr, set->gpr, sizeof(old.gpr)) != 0 || old.vector != set->vector ||
	       old.flags != set->flags || old.other != set->other;
}

/* ---- the nodes ---- */

static int compare_nodes(const void *a, const void *b)
{
	const struct node *x = a, *y = b;

	return x->entry < y->entry ? -1 : x->entry > y->entry;
}

static const struct node *node_at(const struct su_clobbers *clobbers, uint64_t vaddr)
{
	struct node key = { .entry = vaddr };

	if (!clobbers->count)
		return NULL;
	return bsearch(&key, clobbers->nodes, clobbers->count, sizeof(key), compare_nodes);
}

/* ---- what one function does ---- */

typedef SU_VEC(size_t) callee_vec;

static void add_callee(const struct su_clobbers *clobbers, struct node *node, callee_vec *callees,
		       uint64_t target)
{
	const struct node *callee = node_at(clobbers, target);

	if (callee)
		su_vec_push(callees, (size_t)(callee - clobbers->nodes));
	else
		add_all(&node->writes);
}

/* A call that ends a path does not return, so what it writes is seen by no one. */
static bool is_final_call(const struct su_function *function, uint32_t i)
{
	const struct su_block *block = &function->blocks[function->block_of[i]];

	return i + 1 == block->first + block->count && block->succ_count == 0;
}

static bool leaves_from(const struct su_function *function, uint32_t i)
{
	const struct su_block *block = &function->blocks[function->block_of[i]];

	return i + 1 == block->first + block->count && block->leaves;
}

static bool is_reachable(const struct su_function *function, uint32_t i)
{
	uint32_t block = function->block_of[i];

	return block == 0 || function->blocks[block].pred_count > 0;
}

static void add_insn(const struct su_clobbers *clobbers, struct node *node, callee_vec *callees,
		     const struct su_function *function, uint32_t i)
{
	const struct su_insn *insn = &function->insns[i];

	add_clobbers(&node->writes, &insn->writes);
	switch (insn->flow) {
	case SU_FLOW_CALL:
		if (!is_final_call(function, i))
			add_callee(clobbers, node, callees, insn->target);
		break;
	case SU_FLOW_CALL_IND:
		if (!is_final_call(function, i))
			add_all(&node->writes);
		break;
	case SU_FLOW_JUMP:
	case SU_FLOW_COND:
		if (!su_function_covers(function, insn->target))
			add_callee(clobbers, node, callees, insn->target);
		else if (insn->flow == SU_FLOW_COND && leaves_from(function, i))
			add_all(&node->writes); /* falls off the end */
		break;
	case SU_FLOW_JUMP_IND:
	case SU_FLOW_NEXT:
		if (leaves_from(function, i) && is_reachable(function, i))
			add_all(&node->writes);
		break;
	default:
		break;
	}
}

static void scan_clobbers(struct su_arena *arena, const struct su_clobbers *clobbers,
			  struct node *node, const struct su_function *function)
{
	callee_vec callees = { 0 };

	for (size_t i = 0; i < node->callee_count; i++) /* the same entry was given twice */
		su_vec_push(&callees, node->callees[i]);
	if (function->opaque || !function->insn_count)
		add_all(&node->writes);
	for (uint32_t i = 0; i < function->insn_count; i++)
		add_insn(clobbers, node, &callees, function, i);
	node->callee_count = callees.len;
	node->callees = su_arena_copy(arena, callees.at, callees.len * sizeof(*callees.at));
	su_vec_deinit(&callees);
}

/* ---- the fixpoint ---- */

static bool pull_from_callees(struct su_clobbers *clobbers, struct node *node)
{
	bool changed = false;

	for (size_t i = 0; i < node->callee_count; i++)
		changed |= add_clobbers(&node->writes, &clobbers->nodes[node->callees[i]].writes);
	return changed;
}

static void solve_clobbers(struct su_clobbers *clobbers)
{
	bool changed = true;

	while (changed) {
		changed = false;
		for (size_t i = 0; i < clobbers->count; i++)
			changed |= pull_from_callees(clobbers, &clobbers->nodes[i]);
	}
}

struct su_clobbers *su_clobbers_create(struct su_arena *arena,
				       const struct su_function *const *functions,
				       const uint64_t *entries, size_t count)
{
	struct su_clobbers *clobbers = su_arena_alloc(arena, sizeof(*clobbers));

	clobbers->nodes = su_arena_alloc(arena, count * sizeof(*clobbers->nodes));
	clobbers->count = count;
	for (size_t i = 0; i < count; i++)
		clobbers->nodes[i].entry = entries[i];
	if (count)
		qsort(clobbers->nodes, count, sizeof(*clobbers->nodes), compare_nodes);
	for (size_t i = 0; i < count; i++) {
		const struct node *found = node_at(clobbers, entries[i]);
		struct node *node = &clobbers->nodes[found - clobbers->nodes];

		scan_clobbers(arena, clobbers, node, functions[i]);
	}
	solve_clobbers(clobbers);
	return clobbers;
}

void su_clobbers_of(const struct su_clobbers *clobbers, uint64_t vaddr, struct su_regset *ret)
{
	const struct node *node = node_at(clobbers, vaddr);

	memset(ret, 0, sizeof(*ret));
	if (node)
		*ret = node->writes;
	else
		add_all(ret);
}
