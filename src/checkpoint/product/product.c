/*
 * Exploring the product of two control-flow graphs: see product.h.
 *
 * Any choice of who runs is sound as long as every way of `from` is either followed or a loss
 * (product_ways.c); a good one keeps alike code together.  What the alignment paired is
 * brought together; beside that, code whose first telling instructions are equal is taken for a
 * copy.  Pairs that no activation comes to in step or after a loss (they cross others in order)
 * start afresh, with nothing known about how both got there.
 */
#include "checkpoint/product/product.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/walk.h"
#include "base/map.h"
#include "base/search.h"
#include "checkpoint/product/product_private.h"

#define MAX_CROSS 16 /* pairs of successors that are all followed */

/* ---- nodes and edges ---- */

uint32_t su_product_node_at(const struct su_product *product, uint32_t i, uint32_t j)
{
	const void *known = su_map_get_u64(product->by_place, (uint64_t)i << 32 | j);

	return known ? (uint32_t)((uintptr_t)known - 1) : SU_NO_NODE;
}

static uint32_t node_at(struct su_explorer *explorer, uint32_t i, uint32_t j)
{
	struct su_product *product = explorer->product;
	uint32_t known = su_product_node_at(explorer->product, i, j);

	if (known != SU_NO_NODE)
		return known;
	su_vec_push(&product->nodes, (struct su_product_node){ .i = i, .j = j });
	su_map_put_u64(product->by_place, (uint64_t)i << 32 | j,
		       (void *)(uintptr_t)product->nodes.len);
	return (uint32_t)product->nodes.len - 1;
}

void su_run_next(const struct su_function *code, uint32_t stop, uint32_t insn, su_run_nexts *ret)
{
	uint32_t block = code->block_of[insn];

	if (stop != su_run_end(code, insn)) {
		su_vec_push(ret, (struct su_run_next){ stop, SU_NO_BLOCK });
		return;
	}
	for (uint32_t s = 0; s < code->blocks[block].succ_count; s++)
		su_vec_push(ret, (struct su_run_next){
					 code->blocks[code->blocks[block].succ[s]].first, block });
}

static void add_edge(struct su_explorer *explorer, uint32_t source, struct su_run_next a,
		     struct su_run_next b)
{
	struct su_product_edge edge = { .source = source,
					.target = node_at(explorer, a.insn, b.insn),
					.from_pred = a.pred,
					.to_pred = b.pred };

	su_vec_push(&explorer->product->edges, edge);
}

static bool are_partners(const struct su_explorer *explorer, uint32_t i, uint32_t j)
{
	const uint32_t *new_of = explorer->alignment->new_of;
	uint32_t end_i = su_run_end(explorer->product->from, i);
	uint32_t end_j = su_run_end(explorer->product->to, j);

	for (uint32_t k = i; k < end_i; k++) {
		if (new_of[k] != SU_NO_INSN && new_of[k] >= j && new_of[k] < end_j)
			return true;
	}
	return false;
}

/* Branches that are not the same: each way of `from` goes with the way of `to` to its partner; one
 * without a partner there may go with any. */
static void add_crossed_edges(struct su_explorer *explorer, uint32_t node, const su_run_nexts *as,
			      const su_run_nexts *bs)
{
	bool few = as->len * bs->len <= MAX_CROSS;

	for (size_t a = 0; a < as->len; a++) {
		bool found = false;

		for (size_t b = 0; b < bs->len; b++) {
			if (!are_partners(explorer, as->at[a].insn, bs->at[b].insn))
				continue;
			found = true;
			add_edge(explorer, node, as->at[a], bs->at[b]);
		}
		for (size_t b = 0; b < bs->len && !found && few; b++)
			add_edge(explorer, node, as->at[a], bs->at[b]);
	}
}

/* One side waits for the other: when one of the ways leads to where it waits, it is that one.  A
 * side that is ahead has been threaded past the branch, or never had it. */
static void add_waiting_edges(struct su_explorer *explorer, uint32_t node, const su_run_nexts *as,
			      const su_run_nexts *bs)
{
	bool arrives = false;

	for (size_t n = 0; n < as->len * bs->len; n++)
		arrives |=
			are_partners(explorer, as->at[n / bs->len].insn, bs->at[n % bs->len].insn);
	for (size_t n = 0; n < as->len * bs->len; n++) {
		struct su_run_next a = as->at[n / bs->len], b = bs->at[n % bs->len];

		if (!arrives || are_partners(explorer, a.insn, b.insn))
			add_edge(explorer, node, a, b);
	}
}

static const struct su_run_next *at_vaddr(const struct su_function *code, const su_run_nexts *list,
					  uint64_t vaddr)
{
	for (size_t n = 0; n < list->len; n++) {
		if (code->insns[list->at[n].insn].vaddr == vaddr)
			return &list->at[n];
	}
	return NULL;
}

static void add_edge_between(struct su_explorer *explorer, uint32_t node, const su_run_nexts *as,
			     uint64_t a, const su_run_nexts *bs, uint64_t b)
{
	const struct su_run_next *in_a = at_vaddr(explorer->product->from, as, a);
	const struct su_run_next *in_b = at_vaddr(explorer->product->to, bs, b);

	if (in_a && in_b)
		add_edge(explorer, node, *in_a, *in_b);
}

/* Both run to the same branch: false when its ways do not correspond one by one. */
static bool match_branch(struct su_explorer *explorer, uint32_t node, const su_run_nexts *as,
			 const struct su_insn *a, const su_run_nexts *bs, const struct su_insn *b)
{
	uint64_t next_a = a->vaddr + a->length, next_b = b->vaddr + b->length;
	int cond_a = su_insn_condition(a), cond_b = su_insn_condition(b);

	if (a->flow != SU_FLOW_COND || b->flow != SU_FLOW_COND || cond_a < 0 || cond_b < 0 ||
	    (cond_a ^ cond_b) > 1 ||
	    !su_align_same_test(&explorer->aligner, a - explorer->product->from->insns,
				b - explorer->product->to->insns))
		return false;
	if (cond_a == cond_b) {
		add_edge_between(explorer, node, as, a->target, bs, b->target);
		add_edge_between(explorer, node, as, next_a, bs, next_b);
	} else {
		add_edge_between(explorer, node, as, a->target, bs, next_b);
		add_edge_between(explorer, node, as, next_a, bs, b->target);
	}
	return true;
}

static bool match_tables(struct su_explorer *explorer, uint32_t node, const su_run_nexts *as,
			 const struct su_insn *a, const su_run_nexts *bs, const struct su_insn *b)
{
	const struct su_function *from = explorer->product->from, *to = explorer->product->to;

	if (a->flow != SU_FLOW_JUMP_IND || b->flow != SU_FLOW_JUMP_IND ||
	    from->table_count != to->table_count)
		return false;
	for (size_t t = 0; t < from->table_count; t++) {
		const struct su_jump_table *x = &from->tables[t], *y = &to->tables[t];

		for (uint32_t n = 0; n < x->count && n < y->count; n++)
			add_edge_between(explorer, node, as, x->targets[n], bs, y->targets[n]);
	}
	return true;
}

static void add_edges(struct su_explorer *explorer, uint32_t node)
{
	const struct su_product_node *at = &explorer->product->nodes.at[node];
	const struct su_function *from = explorer->product->from, *to = explorer->product->to;
	bool ends_a = at->stop_i == su_run_end(from, at->i),
	     ends_b = at->stop_j == su_run_end(to, at->j);
	const struct su_insn *a = &from->insns[at->stop_i ? at->stop_i - 1 : 0];
	const struct su_insn *b = &to->insns[at->stop_j ? at->stop_j - 1 : 0];
	su_run_nexts as = { 0 }, bs = { 0 };

	if (at->mode == SU_PRODUCT_TO)
		su_vec_push(&as, (struct su_run_next){ at->i, SU_NO_BLOCK });
	else
		su_run_next(from, at->stop_i, at->i, &as);
	if (at->mode == SU_PRODUCT_FROM)
		su_vec_push(&bs, (struct su_run_next){ at->j, SU_NO_BLOCK });
	else
		su_run_next(to, at->stop_j, at->j, &bs);
	if (at->mode != SU_PRODUCT_TOGETHER)
		add_waiting_edges(explorer, node, &as, &bs);
	else if (!ends_a || !ends_b ||
		 (!match_branch(explorer, node, &as, a, &bs, b) &&
		  !match_tables(explorer, node, &as, a, &bs, b)))
		add_crossed_edges(explorer, node, &as, &bs);
	su_vec_deinit(&as);
	su_vec_deinit(&bs);
}

/* Both run up to the last pair.  What then is left of a block is run too, when it tells nothing or
 * was replaced by something else; a side that has more, or whose rest belongs elsewhere, stops. */
static void run_together(struct su_explorer *explorer, struct su_product_node *node,
			 uint32_t number)
{
	struct su_product *product = explorer->product;
	uint32_t end_i = su_run_end(product->from, node->i),
		 end_j = su_run_end(product->to, node->j);
	const struct su_product_pair *last = &explorer->run.at[explorer->run.len - 1];
	bool more_i = su_run_weight(explorer->aligner.a.items, last->i + 1, end_i) > 0;
	bool more_j = su_run_weight(explorer->aligner.b.items, last->j + 1, end_j) > 0;
	bool stop_i = more_i &&
		      (!more_j || su_run_has_pair(explorer->alignment->new_of, last->i + 1, end_i));
	bool stop_j = more_j &&
		      (!more_i || su_run_has_pair(explorer->alignment->old_of, last->j + 1, end_j));

	node->stop_i = stop_i ? last->i + 1 : end_i;
	node->stop_j = stop_j ? last->j + 1 : end_j;
	for (size_t n = 0; n < explorer->run.len; n++) {
		explorer->run.at[n].node = number;
		explorer->met[explorer->run.at[n].i] |=
			explorer->alignment->new_of[explorer->run.at[n].i] == explorer->run.at[n].j;
		su_vec_push(&product->pairs, explorer->run.at[n]);
	}
	su_explorer_pair_exchanged(explorer, node, number);
}

/* The start of the block when nothing before `insn` in it has a partner: merges belong to it. */
static uint32_t start_of(const struct su_function *code, const uint32_t *other_of, uint32_t insn)
{
	uint32_t first = code->blocks[code->block_of[insn]].first;

	return su_run_has_pair(other_of, first, insn) ? insn : first;
}

/* Where `to` is by the alignment when `from` is at `i`: at the partner of the first instruction
 * that has one.  SU_NO_INSN when none has. */
static uint32_t aligned_place(const struct su_explorer *explorer, uint32_t i)
{
	const uint32_t *new_of = explorer->alignment->new_of;
	uint32_t end = su_run_end(explorer->product->from, i);

	for (uint32_t k = i; k < end; k++) {
		if (new_of[k] != SU_NO_INSN)
			return start_of(explorer->product->to, explorer->alignment->old_of,
					new_of[k]);
	}
	return SU_NO_INSN;
}

uint32_t su_explorer_aligned_node(struct su_explorer *explorer, uint32_t i)
{
	uint32_t j = aligned_place(explorer, i);

	return j == SU_NO_INSN ? SU_NO_NODE : node_at(explorer, i, j);
}

void su_explorer_explore(struct su_explorer *explorer, uint32_t number)
{
	struct su_product *product = explorer->product;
	struct su_product_node *node = &product->nodes.at[number];

	if (node->explored)
		return;
	node->explored = true;
	node->mode = product->nodes.len > explorer->max_nodes
			     ? SU_PRODUCT_LOST
			     : (uint8_t)su_explorer_who_runs(explorer, node->i, node->j);
	node->stop_i = node->i;
	node->stop_j = node->j;
	if (node->mode == SU_PRODUCT_TOGETHER)
		run_together(explorer, node, number);
	else if (node->mode == SU_PRODUCT_FROM)
		node->stop_i = su_run_end(product->from, node->i);
	else if (node->mode == SU_PRODUCT_TO)
		node->stop_j = su_run_end(product->to, node->j);
	node->out = (uint32_t)product->edges.len;
	if (node->mode != SU_PRODUCT_LOST)
		add_edges(explorer, number);
	node = &product->nodes.at[number];
	node->out_count = (uint32_t)product->edges.len - node->out;
}

/* Pairs that are not reached in step are nodes as well, and what follows them. */
static void start_afresh(struct su_explorer *explorer)
{
	struct su_product *product = explorer->product;
	const struct su_alignment *alignment = explorer->alignment;
	uint32_t next = (uint32_t)product->nodes.len;

	for (uint32_t i = 0; i < product->from->insn_count; i++) {
		if (alignment->new_of[i] == SU_NO_INSN || explorer->met[i])
			continue;
		su_explorer_aligned_node(explorer, start_of(product->from, alignment->new_of, i));
		for (; next < product->nodes.len; next++)
			su_explorer_explore(explorer, next);
	}
}

static int compare_pairs(const void *x, const void *y)
{
	const struct su_product_pair *a = x, *b = y;

	if (a->i != b->i)
		return a->i < b->i ? -1 : 1;
	if (a->j != b->j)
		return a->j < b->j ? -1 : 1;
	return a->node < b->node ? -1 : a->node > b->node;
}

/* ---- all of it ---- */

/* Numbers the blocks that the entry leads to (padding between blocks is none) in reverse postorder,
 * from 1: an edge to a smaller or equal number closes a loop. */
static uint32_t *number_blocks(const struct su_function *code)
{
	uint32_t *numbers = su_alloc((code->block_count + 1) * sizeof(*numbers));
	size_t count;
	uint32_t *order = su_walk_order(code, &count);

	for (uint32_t i = 0; i < count; i++)
		numbers[order[i]] = i + 1;
	free(order);
	return numbers;
}

static void explorer_deinit(struct su_explorer *explorer)
{
	free(explorer->met);
	su_vec_deinit(&explorer->run);
}

struct su_product *su_product_create(const struct su_routine *from_routine,
				     const struct su_routine *to_routine,
				     const struct su_alignment *alignment)
{
	const struct su_function *from = from_routine->code, *to = to_routine->code;
	struct su_product *product = su_alloc(sizeof(*product));
	struct su_explorer explorer = {
		.aligner = { .a = { .routine = from_routine, .items = alignment->old_items },
			     .b = { .routine = to_routine, .items = alignment->new_items } },
		.alignment = alignment,
		.product = product,
		.met = su_alloc(from->insn_count + 1),
		.max_nodes = 4 * (from->block_count + to->block_count) + 64,
	};
	struct su_ways *walk;

	product->from = from;
	product->to = to;
	product->only_from = su_no_nodes(from->insn_count);
	product->only_to = su_no_nodes(to->insn_count);
	product->by_place = su_map_create();
	if (from->block_count && to->block_count) {
		product->order_from = number_blocks(from);
		product->order_to = number_blocks(to);
		node_at(&explorer, 0, 0);
		walk = su_explorer_find_ways(&explorer);
		start_afresh(&explorer);
		if (product->pairs.len)
			qsort(product->pairs.at, product->pairs.len, sizeof(*product->pairs.at),
			      compare_pairs);
		su_explorer_finish_ways(&explorer, walk);
	}
	explorer_deinit(&explorer);
	return product;
}

void su_product_destroy(struct su_product *product)
{
	if (!product)
		return;
	su_vec_deinit(&product->nodes);
	su_vec_deinit(&product->edges);
	su_vec_deinit(&product->pairs);
	su_vec_deinit(&product->arrivals);
	free(product->in_edges);
	free(product->only_from);
	free(product->only_to);
	free(product->order_from);
	free(product->order_to);
	su_map_destroy(product->by_place);
	free(product);
}

static bool is_pair_before(const void *pair, const void *i)
{
	return ((const struct su_product_pair *)pair)->i < *(const uint32_t *)i;
}

const struct su_product_pair *su_product_partners(const struct su_product *product, uint32_t i,
						  size_t *ret_count)
{
	size_t first = su_search(product->pairs.at, product->pairs.len, sizeof(*product->pairs.at),
				 &i, is_pair_before);
	size_t end = first;

	while (end < product->pairs.len && product->pairs.at[end].i == i)
		end++;
	*ret_count = end - first;
	return product->pairs.at + first;
}

const struct su_product_pair *su_product_pair_of(const struct su_product *product, uint32_t i,
						 uint32_t j)
{
	size_t count;
	const struct su_product_pair *pairs = su_product_partners(product, i, &count);

	for (size_t n = 0; n < count; n++) {
		if (pairs[n].j == j)
			return &pairs[n];
	}
	return NULL;
}

bool su_product_runs_together(const struct su_product *product, uint32_t node, uint32_t i,
			      uint32_t j)
{
	size_t count;
	const struct su_product_pair *pairs = su_product_partners(product, i, &count);

	for (size_t n = 0; n < count; n++) {
		if (pairs[n].j == j && pairs[n].node == node)
			return true;
	}
	return false;
}
