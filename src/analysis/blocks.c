/*
 * Basic blocks and edges: see build.h.
 *
 * A block starts at a part's first instruction, at every target, and after every instruction that
 * does not simply go on.  Calls are inside blocks, except those that never return.
 */
#include <string.h>

#include "analysis/analysis_private.h"

#include "base/reason.h"

static bool ends_block(const struct su_build *build, uint32_t i)
{
	switch (build->function->insns[i].flow) {
	case SU_FLOW_NEXT:
	case SU_FLOW_CALL:
	case SU_FLOW_CALL_IND:
		return build->ends[i];
	default:
		return true;
	}
}

/* Whether control goes from instruction `i` to the one after it. */
static bool falls_through(const struct su_build *build, uint32_t i)
{
	switch (build->function->insns[i].flow) {
	case SU_FLOW_NEXT:
	case SU_FLOW_COND:
	case SU_FLOW_CALL:
	case SU_FLOW_CALL_IND:
		return !build->ends[i];
	default:
		return false;
	}
}

/* Whether instruction `i` has its successor in memory as its successor in the array. */
static bool has_next(const struct su_function *function, uint32_t i)
{
	const struct su_insn *insn = &function->insns[i];

	return i + 1 < function->insn_count && insn[1].vaddr == insn->vaddr + insn->length;
}

static void mark_leader(const struct su_function *function, bool *leaders, uint64_t vaddr)
{
	uint32_t insn = su_function_insn_at(function, vaddr);

	if (insn != SU_NO_INSN)
		leaders[insn] = true;
}

static bool is_direct(const struct su_insn *insn)
{
	return insn->flow == SU_FLOW_JUMP || insn->flow == SU_FLOW_COND;
}

static void mark_leaders(const struct su_build *build, bool *leaders)
{
	const struct su_function *function = build->function;

	for (uint32_t i = 0; i < function->insn_count; i++) {
		if (i == 0 || !has_next(function, i - 1) || ends_block(build, i - 1))
			leaders[i] = true;
		if (is_direct(&function->insns[i]))
			mark_leader(function, leaders, function->insns[i].target);
	}
	for (size_t i = 0; i < function->part_count; i++)
		mark_leader(function, leaders, function->parts[i].vaddr);
	for (size_t i = 0; i < build->labels.len; i++)
		mark_leader(function, leaders, build->labels.at[i]);
	for (size_t i = 0; i < build->tables.len; i++) {
		for (uint32_t k = 0; k < build->tables.at[i].count; k++)
			mark_leader(function, leaders, build->tables.at[i].targets[k]);
	}
}

/* What follows a call that never returns is reached in another way, perhaps through a table that is
 * not known yet. That is so after exit() and its kin. A function that is merely found not to return
 * may wait for ever, and be another one in the other version: only where nothing else can be meant
 * its calls are final. */
static void find_final_calls(struct su_build *build, bool *leaders)
{
	const struct su_function *function = build->function;

	for (uint32_t i = 0; i < function->insn_count; i++) {
		const struct su_insn *insn = &function->insns[i];
		bool call = insn->flow == SU_FLOW_CALL || insn->flow == SU_FLOW_CALL_IND;

		if (!call || build->asked[i])
			continue;
		bool behind =
			!has_next(function, i) || leaders[i + 1] || insn[1].opcode == SU_OPC_NOP;
		/* What is behind may turn out to be a leader in a later round. */
		build->asked[i] = behind;
		build->ends[i] =
			behind ? su_build_never_returns(build, insn) : su_build_exits(build, insn);
		if (build->ends[i] && has_next(function, i))
			leaders[i + 1] = true;
	}
}

static void partition_blocks(struct su_build *build, const bool *leaders)
{
	struct su_function *function = build->function;
	size_t count = 0;
	uint32_t *block_of = su_arena_alloc(build->arena, function->insn_count * sizeof(*block_of));

	for (size_t i = 0; i < function->insn_count; i++)
		count += leaders[i];
	function->blocks = su_arena_alloc(build->arena, count * sizeof(*function->blocks));
	function->block_count = count;
	for (uint32_t i = 0, block = 0; i < function->insn_count; i++) {
		if (leaders[i] && i > 0)
			block++;
		if (leaders[i])
			function->blocks[block].first = i;
		function->blocks[block].count++;
		block_of[i] = block;
	}
	function->block_of = block_of;
}

typedef SU_VEC(uint32_t) edge_vec;

static void add_edge(edge_vec *edges, uint32_t to)
{
	for (size_t i = 0; i < edges->len; i++) {
		if (edges->at[i] == to)
			return;
	}
	su_vec_push(edges, to);
}

/* An edge to `vaddr`, which may leave the function. */
static void add_target(struct su_build *build, struct su_block *block, edge_vec *edges,
		       uint64_t vaddr)
{
	const struct su_function *function = build->function;
	uint32_t insn = su_function_insn_at(function, vaddr);

	if (insn != SU_NO_INSN) {
		add_edge(edges, function->block_of[insn]);
		return;
	}
	block->leaves = true;
	if (su_function_covers(function, vaddr))
		su_build_opaque(build, SU_WHY_JUMP_BETWEEN, false);
}

static const struct su_dispatch *dispatch_at(const struct su_build *build, uint32_t insn)
{
	for (size_t i = 0; i < build->dispatches.len; i++) {
		if (build->dispatches.at[i].insn == insn)
			return &build->dispatches.at[i];
	}
	return NULL;
}

static void add_dispatch(struct su_build *build, struct su_block *block, edge_vec *edges,
			 const struct su_dispatch *dispatch)
{
	if (dispatch->kind == SU_DISPATCH_TAIL || dispatch->kind == SU_DISPATCH_LABELS)
		block->leaves = true;
	if (dispatch->kind == SU_DISPATCH_LABELS) {
		for (size_t i = 0; i < build->labels.len; i++)
			add_target(build, block, edges, build->labels.at[i]);
	}
	for (size_t i = 0; i < dispatch->tables.len; i++) {
		const struct su_jump_table *table = &build->tables.at[dispatch->tables.at[i]];

		for (uint32_t k = 0; k < table->count; k++)
			add_target(build, block, edges, table->targets[k]);
	}
}

static void add_edges(struct su_build *build, struct su_block *block)
{
	const struct su_function *function = build->function;
	uint32_t last = block->first + block->count - 1;
	const struct su_insn *insn = &function->insns[last];
	edge_vec edges = { 0 };

	if (falls_through(build, last) && has_next(function, last))
		add_edge(&edges, function->block_of[last + 1]);
	else if (falls_through(build, last) || insn->flow == SU_FLOW_RET ||
		 insn->flow == SU_FLOW_STOP || build->ends[last])
		block->leaves = true;
	if (is_direct(insn))
		add_target(build, block, &edges, insn->target);
	if (insn->flow == SU_FLOW_JUMP_IND)
		add_dispatch(build, block, &edges, dispatch_at(build, last));
	block->succ = su_arena_copy(build->arena, edges.at, edges.len * sizeof(*edges.at));
	block->succ_count = (uint32_t)edges.len;
	su_vec_deinit(&edges);
}

static void reverse_edges(struct su_build *build)
{
	struct su_function *function = build->function;

	for (size_t i = 0; i < function->block_count; i++) {
		for (uint32_t k = 0; k < function->blocks[i].succ_count; k++)
			function->blocks[function->blocks[i].succ[k]].pred_count++;
	}
	for (size_t i = 0; i < function->block_count; i++) {
		struct su_block *block = &function->blocks[i];

		block->pred = su_arena_alloc(build->arena, block->pred_count * sizeof(uint32_t));
		block->pred_count = 0;
	}
	for (size_t i = 0; i < function->block_count; i++) {
		for (uint32_t k = 0; k < function->blocks[i].succ_count; k++) {
			struct su_block *to = &function->blocks[function->blocks[i].succ[k]];

			to->pred[to->pred_count++] = (uint32_t)i;
		}
	}
}

void su_build_blocks(struct su_build *build)
{
	bool *leaders = su_alloc(build->function->insn_count);

	mark_leaders(build, leaders);
	find_final_calls(build, leaders);
	partition_blocks(build, leaders);
	for (size_t i = 0; i < build->function->block_count; i++)
		add_edges(build, &build->function->blocks[i]);
	reverse_edges(build);
	free(leaders);
}
