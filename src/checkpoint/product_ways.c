/*
 * How activations come to the nodes of a product: see product.h.
 */
#include <stdlib.h>
#include <string.h>

#include "checkpoint/product_private.h"

static void index_in_edges(struct su_product *product)
{
	uint32_t *next = su_alloc((product->nodes.len + 1) * sizeof(*next)), sum = 0;

	for (size_t e = 0; e < product->edges.len; e++)
		product->nodes.at[product->edges.at[e].target].in_count++;
	for (size_t n = 0; n < product->nodes.len; n++) {
		product->nodes.at[n].in = next[n] = sum;
		sum += product->nodes.at[n].in_count;
	}
	product->in_edges = su_alloc((product->edges.len + 1) * sizeof(*product->in_edges));
	for (uint32_t e = 0; e < product->edges.len; e++)
		product->in_edges[next[product->edges.at[e].target]++] = e;
	free(next);
}

/* Where `from` runs next after a node. */
struct runner {
	uint32_t node; /* SU_NO_NODE: nowhere; SU_MANY_NODES: it depends */
	bool lost;     /* it may be lost before */
};

static bool add_runner(struct runner *runner, const struct runner *next)
{
	struct runner before = *runner;

	if (next->node != SU_NO_NODE && runner->node != next->node)
		runner->node = runner->node == SU_NO_NODE ? next->node : SU_MANY_NODES;
	runner->lost |= next->lost;
	return runner->node != before.node || runner->lost != before.lost;
}

static struct runner *find_runners(struct explorer *explorer)
{
	const struct su_product *product = explorer->product;
	struct runner *runners = su_alloc((product->nodes.len + 1) * sizeof(*runners));
	bool changed = true;

	for (uint32_t n = 0; n < product->nodes.len; n++) {
		const struct su_product_node *node = &product->nodes.at[n];

		runners[n] = (struct runner){ .node = SU_NO_NODE };
		if (su_product_runs_from(node))
			runners[n].node = n;
		else if (node->mode == SU_PRODUCT_LOST)
			runners[n] = (struct runner){ su_explorer_aligned_node(explorer, node->i),
						      true };
	}
	while (changed) { /* a chain of waiting ends, from none to one to many */
		changed = false;
		for (size_t e = product->edges.len; e-- > 0;) {
			const struct su_product_edge *edge = &product->edges.at[e];

			if (product->nodes.at[edge->source].mode == SU_PRODUCT_TO)
				changed |=
					add_runner(&runners[edge->source], &runners[edge->target]);
		}
	}
	return runners;
}

/* Nodes by what they run of `from`: those that end a block, and those that stop within one. */
struct leavers {
	uint32_t *first; /* by block or instruction: index into nodes */
	uint32_t *nodes;
};

static bool leaves_at(const struct su_product *product, uint32_t node, bool within, uint32_t *ret)
{
	const struct su_product_node *n = &product->nodes.at[node];
	bool ends = n->stop_i == su_run_end(product->from, n->i);

	if (!su_product_runs_from(n) || ends == within)
		return false;
	*ret = within ? n->stop_i : product->from->block_of[n->i];
	return true;
}

static struct leavers group(const struct su_product *product, bool within, size_t groups)
{
	struct leavers leavers = {
		.first = su_alloc((groups + 2) * sizeof(uint32_t)),
		.nodes = su_alloc((product->nodes.len + 1) * sizeof(uint32_t)),
	};
	uint32_t *next = su_alloc((groups + 2) * sizeof(*next)), key;

	for (uint32_t n = 0; n < product->nodes.len; n++) {
		if (leaves_at(product, n, within, &key))
			leavers.first[key + 1]++;
	}
	for (size_t g = 0; g < groups; g++)
		leavers.first[g + 1] += leavers.first[g];
	memcpy(next, leavers.first, (groups + 1) * sizeof(*next));
	for (uint32_t n = 0; n < product->nodes.len; n++) {
		if (leaves_at(product, n, within, &key))
			leavers.nodes[next[key]++] = n;
	}
	free(next);
	return leavers;
}

struct ways {
	struct explorer *explorer;
	struct su_product *product;
	struct runner *runners;
	struct leavers ends, stops; /* by block; by instruction */
	bool *in_step;		    /* by block: every activation comes to its start in step */
};

/* How activations come to a node, beside those that come in step. */
struct comers {
	bool lost;	/* those that were lost before */
	bool elsewhere; /* others come to the same place, while `to` is elsewhere */
};

/* Adds how activations get from node `source` to instruction `i` and so to `node`. */
static void add_comers(const struct ways *ways, uint32_t source, uint32_t i, uint32_t node,
		       uint32_t aligned, struct comers *ret)
{
	const struct su_product_node *at = &ways->product->nodes.at[source];
	bool found = false;

	for (uint32_t e = at->out; e < at->out + at->out_count; e++) {
		uint32_t target = ways->product->edges.at[e].target;
		const struct runner *runner = &ways->runners[target];

		if (ways->product->nodes.at[target].i != i || runner->node == SU_NO_NODE)
			continue;
		found = true;
		ret->lost |= runner->lost && (runner->node == node || node == SU_NO_NODE);
		ret->elsewhere |= runner->node != node;
	}
	if (!found && !at->chooses) {
		ret->lost |= aligned == node || aligned == SU_NO_NODE || node == SU_NO_NODE;
		ret->elsewhere |= aligned != node && aligned != SU_NO_NODE;
	}
}

/* Those of all nodes that leave at `key`. `node` is SU_NO_NODE: any that `from` runs `i` in. */
static struct comers all_comers(const struct ways *ways, const struct leavers *leavers,
				uint32_t key, uint32_t i, uint32_t node)
{
	struct comers comers = { .lost = leavers->first[key] == leavers->first[key + 1] };
	uint32_t aligned = su_explorer_aligned_node(ways->explorer, i);

	for (uint32_t n = leavers->first[key]; n < leavers->first[key + 1]; n++)
		add_comers(ways, leavers->nodes[n], i, node, aligned, &comers);
	return comers;
}

static bool is_reached(const struct ways *ways, uint32_t block)
{
	return ways->product->order_from[block] != 0;
}

static void find_in_step(struct ways *ways)
{
	const struct su_function *from = ways->product->from;
	bool changed = true;

	memset(ways->in_step, true, from->block_count);
	while (changed) {
		changed = false;
		for (uint32_t b = 0; b < from->block_count; b++) {
			const struct su_block *block = &from->blocks[b];
			bool all = true;

			for (uint32_t p = 0; p < block->pred_count && all; p++) {
				if (is_reached(ways, block->pred[p]))
					all = ways->in_step[block->pred[p]] &&
					      !all_comers(ways, &ways->ends, block->pred[p],
							  block->first, SU_NO_NODE)
						       .lost;
			}
			changed |= ways->in_step[b] && !all;
			ways->in_step[b] = all;
		}
	}
}

static void list_arrival(struct ways *ways, struct su_product_node *node, struct comers comers,
			 uint32_t block, bool lost)
{
	struct su_product *product = ways->product;

	if (lost ? comers.lost : comers.elsewhere && !comers.lost)
		su_vec_push(&product->arrivals, block);
	node->in_step &= !comers.lost && !comers.elsewhere;
}

static void list_arrivals(struct ways *ways, uint32_t number, bool lost)
{
	struct su_product *product = ways->product;
	struct su_product_node *node = &product->nodes.at[number];
	uint32_t b = product->from->block_of[node->i];
	const struct su_block *block = &product->from->blocks[b];

	node->in_step &= ways->in_step[b];
	if (node->i != block->first) {
		list_arrival(ways, node, all_comers(ways, &ways->stops, node->i, node->i, number),
			     SU_NO_BLOCK, lost);
		return;
	}
	for (uint32_t p = 0; p < block->pred_count; p++) {
		uint32_t pred = block->pred[p];

		if (is_reached(ways, pred))
			list_arrival(ways, node,
				     all_comers(ways, &ways->ends, pred, node->i, number), pred,
				     lost);
	}
}

void su_explorer_find_ways(struct explorer *explorer)
{
	struct su_product *product = explorer->product;
	const struct su_function *from = product->from;
	struct ways ways = { .explorer = explorer,
			     .product = product,
			     .runners = find_runners(explorer),
			     .ends = group(product, false, from->block_count),
			     .stops = group(product, true, from->insn_count),
			     .in_step = su_alloc(from->block_count + 1) };

	index_in_edges(product);
	find_in_step(&ways);
	for (uint32_t n = 0; n < product->nodes.len; n++) {
		struct su_product_node *node = &product->nodes.at[n];

		if (!su_product_runs_from(node))
			continue;
		node->in_step = true;
		node->arrivals = (uint32_t)product->arrivals.len;
		list_arrivals(&ways, n, true);
		node->lost_count = (uint32_t)product->arrivals.len - node->arrivals;
		list_arrivals(&ways, n, false);
		node->arrival_count = (uint32_t)product->arrivals.len - node->arrivals;
	}
	free(ways.runners);
	free(ways.ends.first);
	free(ways.ends.nodes);
	free(ways.stops.first);
	free(ways.stops.nodes);
	free(ways.in_step);
}
