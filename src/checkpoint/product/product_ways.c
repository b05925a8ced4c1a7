/*
 * How activations come to the nodes of a product: see product.h.
 *
 * Every path of `from` is followed from the entry.  An activation is *at a node* while both
 * functions are followed in step, or *lost*: where `to` does not go on, or no edge says where it
 * is. A lost one is at a node again as soon as it comes to a place with a partner, and runs by
 * itself until then.  A way is how an activation comes to an instruction: the block that it left
 * for the instruction's block, or SU_NO_BLOCK within a block.
 *
 * What this visits are the nodes that activations can be at.  Others may be explored beside them,
 * since alignment pairs instructions that never run together: no activation comes from those.
 */
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/search.h"
#include "checkpoint/product/product_private.h"

/* An activation that comes to instruction i, to run it in `node` or, SU_NO_NODE, lost. */
struct way {
	uint32_t i, node, pred;
	bool lost; /* or was lost before */
};

struct su_ways {
	struct su_explorer *explorer;
	struct su_map *seen;
	SU_VEC(struct way) ways; /* those before `next` are done */
	size_t next;
	SU_VEC(struct way) runs;  /* who runs what: a node or, SU_NO_NODE, a lost one by itself */
	SU_VEC(struct way) joins; /* the lost ones that are at a node again */
	bool *alone;		  /* by instruction: a lost one may run it */
};

static void come_to(struct su_ways *walk, struct way way)
{
	uint64_t place = way.node == SU_NO_NODE ? way.i : way.node;
	uint64_t key = (uint64_t)(way.node == SU_NO_NODE) << 63 | place << 33 |
		       (uint64_t)way.lost << 32 | way.pred;

	if (su_map_get_u64(walk->seen, key))
		return;
	su_map_put_u64(walk->seen, key, walk);
	su_vec_push(&walk->ways, way);
}

static void come_lost(struct su_ways *walk, uint32_t i, uint32_t pred)
{
	come_to(walk, (struct way){ .i = i, .node = SU_NO_NODE, .pred = pred, .lost = true });
}

/* ---- following activations ---- */

static void run_lost(struct su_ways *walk, struct way way)
{
	struct su_explorer *explorer = walk->explorer;
	const struct su_function *from = explorer->product->from;
	uint32_t node = su_explorer_aligned_node(explorer, way.i), end = su_run_end(from, way.i);
	su_run_nexts nexts = { 0 };

	if (node != SU_NO_NODE) {
		su_explorer_explore(explorer, node);
		way.node = node;
	}
	if (node != SU_NO_NODE && explorer->product->nodes.at[node].mode != SU_PRODUCT_LOST) {
		su_vec_push(&walk->joins, way);
		come_to(walk, way);
		return;
	}
	way.node = SU_NO_NODE;
	su_vec_push(&walk->runs, way);
	memset(walk->alone + way.i, true, end - way.i);
	su_run_next(from, end, way.i, &nexts);
	for (size_t n = 0; n < nexts.len; n++)
		come_lost(walk, nexts.at[n].insn, nexts.at[n].pred);
	su_vec_deinit(&nexts);
}

/* `from` has run in the node: by each of its ways on, it is at the targets of the edges that go
 * that way.  Ways without an edge are not followed in step. */
static void leave_node(struct su_ways *walk, uint32_t number, bool lost)
{
	const struct su_product *product = walk->explorer->product;
	const struct su_product_node *node = &product->nodes.at[number];
	su_run_nexts nexts = { 0 };

	su_run_next(product->from, node->stop_i, node->i, &nexts);
	for (size_t n = 0; n < nexts.len; n++) {
		struct su_run_next next = nexts.at[n];
		bool found = false;

		for (uint32_t e = node->out; e < node->out + node->out_count; e++) {
			uint32_t target = product->edges.at[e].target;

			if (product->nodes.at[target].i != next.insn)
				continue;
			found = true;
			come_to(walk, (struct way){ next.insn, target, next.pred, lost });
		}
		if (!found)
			come_lost(walk, next.insn, next.pred);
	}
	su_vec_deinit(&nexts);
}

static void wait_at_node(struct su_ways *walk, struct way way)
{
	const struct su_product *product = walk->explorer->product;
	const struct su_product_node *node = &product->nodes.at[way.node];

	for (uint32_t e = node->out; e < node->out + node->out_count; e++) {
		way.node = product->edges.at[e].target;
		come_to(walk, way);
	}
	if (!node->out_count)
		come_lost(walk, way.i, way.pred);
}

static void run_at_node(struct su_ways *walk, struct way way)
{
	struct su_product *product = walk->explorer->product;
	struct su_product_node *node;
	bool fresh;

	su_explorer_explore(walk->explorer, way.node);
	node = &product->nodes.at[way.node];
	fresh = way.lost ? !node->after_loss : !node->after_entry;
	node->after_loss |= way.lost;
	node->after_entry |= !way.lost;
	if (node->mode == SU_PRODUCT_LOST) {
		come_lost(walk, way.i, way.pred);
	} else if (node->mode == SU_PRODUCT_TO) {
		wait_at_node(walk, way);
	} else {
		su_vec_push(&walk->runs, way);
		if (fresh)
			leave_node(walk, way.node, way.lost);
	}
}

/* ---- who runs an instruction ---- */

static void note_runner(uint32_t *only, uint32_t first, uint32_t stop, uint32_t node)
{
	for (uint32_t i = first; i < stop; i++)
		only[i] = only[i] == SU_NO_NODE ? node : SU_MANY_NODES;
}

/* Of the nodes from `first` on. */
static void note_runners(const struct su_product *product, uint32_t first, uint32_t *only_from,
			 uint32_t *only_to)
{
	for (uint32_t n = first; n < product->nodes.len; n++) {
		const struct su_product_node *node = &product->nodes.at[n];

		note_runner(only_from, node->i, node->stop_i, n);
		note_runner(only_to, node->j, node->stop_j, n);
	}
}

struct su_ways *su_explorer_find_ways(struct su_explorer *explorer)
{
	struct su_product *product = explorer->product;
	const struct su_function *from = product->from;
	struct su_ways *walk = su_alloc(sizeof(*walk));

	walk->explorer = explorer;
	walk->seen = su_map_create();
	walk->alone = su_alloc(from->insn_count + 1);
	come_to(walk, (struct way){ .pred = SU_NO_BLOCK });
	while (walk->next < walk->ways.len) {
		struct way way = walk->ways.at[walk->next++];

		if (way.node == SU_NO_NODE)
			run_lost(walk, way);
		else
			run_at_node(walk, way);
	}
	product->reached = (uint32_t)product->nodes.len;
	note_runners(product, 0, product->only_from, product->only_to);
	for (uint32_t i = 0; i < from->insn_count; i++) {
		if (walk->alone[i])
			product->only_from[i] = SU_MANY_NODES;
	}
	return walk;
}

/* ---- what comes to a node ---- */

static int compare_ways(const void *x, const void *y)
{
	const struct way *a = x, *b = y;

	if (a->i != b->i)
		return a->i < b->i ? -1 : 1;
	if (a->node != b->node)
		return a->node < b->node ? -1 : 1;
	return a->pred < b->pred ? -1 : a->pred > b->pred;
}

static bool is_way_before(const void *way, const void *i)
{
	return ((const struct way *)way)->i < *(const uint32_t *)i;
}

static size_t first_way_to(const struct way *ways, size_t count, uint32_t i)
{
	return su_search(ways, count, sizeof(*ways), &i, is_way_before);
}

static void add_arrival(struct su_product *product, const struct su_product_node *node,
			uint32_t pred)
{
	for (size_t n = node->arrivals; n < product->arrivals.len; n++) {
		if (product->arrivals.at[n] == pred)
			return;
	}
	su_vec_push(&product->arrivals, pred);
}

static void list_lost(const struct su_ways *walk, uint32_t number)
{
	struct su_product *product = walk->explorer->product;
	struct su_product_node *node = &product->nodes.at[number];
	size_t n = first_way_to(walk->joins.at, walk->joins.len, node->i);

	for (; n < walk->joins.len && walk->joins.at[n].i == node->i; n++) {
		if (walk->joins.at[n].node == number)
			add_arrival(product, node, walk->joins.at[n].pred);
	}
}

/* Those that run what the node runs, but are not at it.  While `from` waits they come to the nodes
 * after it. */
static void list_elsewhere(const struct su_ways *walk, uint32_t number)
{
	struct su_product *product = walk->explorer->product;
	struct su_product_node *node = &product->nodes.at[number];
	bool reached = number < product->reached;
	size_t n = first_way_to(walk->runs.at, walk->runs.len, node->i);

	if (reached && (!su_product_runs_from(node) || product->only_from[node->i] == number))
		return;
	if (node->i != product->from->blocks[product->from->block_of[node->i]].first)
		add_arrival(product, node, SU_NO_BLOCK);
	for (; n < walk->runs.len && walk->runs.at[n].i == node->i; n++) {
		if (walk->runs.at[n].node != number)
			add_arrival(product, node, walk->runs.at[n].pred);
	}
}

/* No activation comes to a node from one that none is at. */
static bool is_followed(const struct su_product *product, const struct su_product_edge *edge)
{
	return edge->source < product->reached || edge->target >= product->reached;
}

static void index_in_edges(struct su_product *product)
{
	uint32_t *next = su_alloc((product->nodes.len + 1) * sizeof(*next)), sum = 0;

	for (size_t e = 0; e < product->edges.len; e++)
		product->nodes.at[product->edges.at[e].target].in_count +=
			is_followed(product, &product->edges.at[e]);
	for (size_t n = 0; n < product->nodes.len; n++) {
		product->nodes.at[n].in = next[n] = sum;
		sum += product->nodes.at[n].in_count;
	}
	product->in_edges = su_alloc((product->edges.len + 1) * sizeof(*product->in_edges));
	for (uint32_t e = 0; e < product->edges.len; e++) {
		if (is_followed(product, &product->edges.at[e]))
			product->in_edges[next[product->edges.at[e].target]++] = e;
	}
	free(next);
}

/* What only nodes run that no activation is at has its only node, too. */
static void add_unreached_runners(struct su_product *product)
{
	uint32_t *from = su_no_nodes(product->from->insn_count);
	uint32_t *to = su_no_nodes(product->to->insn_count);

	note_runners(product, product->reached, from, to);
	for (uint32_t i = 0; i < product->from->insn_count; i++) {
		if (product->only_from[i] == SU_NO_NODE)
			product->only_from[i] = from[i];
	}
	for (uint32_t j = 0; j < product->to->insn_count; j++) {
		if (product->only_to[j] == SU_NO_NODE)
			product->only_to[j] = to[j];
	}
	free(from);
	free(to);
}

void su_explorer_finish_ways(struct su_explorer *explorer, struct su_ways *walk)
{
	struct su_product *product = explorer->product;

	if (walk->runs.len)
		qsort(walk->runs.at, walk->runs.len, sizeof(struct way), compare_ways);
	if (walk->joins.len)
		qsort(walk->joins.at, walk->joins.len, sizeof(struct way), compare_ways);
	for (uint32_t n = 0; n < product->nodes.len; n++) {
		struct su_product_node *node = &product->nodes.at[n];

		node->arrivals = (uint32_t)product->arrivals.len;
		list_lost(walk, n);
		node->lost_count = (uint32_t)product->arrivals.len - node->arrivals;
		list_elsewhere(walk, n);
		node->arrival_count = (uint32_t)product->arrivals.len - node->arrivals;
		node->in_step = n < product->reached && !node->after_loss && !node->arrival_count;
	}
	index_in_edges(product);
	add_unreached_runners(product);
	su_map_destroy(walk->seen);
	su_vec_deinit(&walk->ways);
	su_vec_deinit(&walk->runs);
	su_vec_deinit(&walk->joins);
	free(walk->alone);
	free(walk);
}
