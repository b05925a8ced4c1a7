/*
 * The product of two control-flow graphs: the pairs of places that both functions reach in step.
 *
 * A node is a pair of instructions that are about to run, `i` of `from` and `j` of `to`.  From it
 * either both run on, to the end of their block or to where they cease to be alike, or one of them
 * runs while the other waits.  Which it is depends on the node alone: code that is alike runs
 * together; code that only one version has, or that comes earlier, runs by itself.  So code that a
 * compiler duplicated, merged, threaded or unrolled has several partners, each in the nodes that
 * reach it.
 *
 * Where both are too different to be followed any further, or `from` takes a way that `to` does
 * not, the activation is *lost*.  It is at a node again where it comes to an instruction with a
 * partner, and nothing may be assumed there about what `to` did meanwhile.  So each activation is
 * at one node or lost all the time.  A node lists the ways by which activations come to it after a
 * loss, and those by which others come to the same code of `from`, to run it at another node or
 * lost.
 */
#ifndef SU_CHECKPOINT_PRODUCT_PRODUCT_H
#define SU_CHECKPOINT_PRODUCT_PRODUCT_H

#include "base/vec.h"
#include "checkpoint/align/align.h"

#define SU_NO_NODE UINT32_MAX
#define SU_NO_BLOCK UINT32_MAX

enum su_product_mode {
	SU_PRODUCT_TOGETHER,
	SU_PRODUCT_FROM, /* `from` runs, `to` waits */
	SU_PRODUCT_TO,	 /* `to` runs, `from` waits */
	SU_PRODUCT_LOST, /* not in step any more */
};

struct su_product_edge {
	uint32_t source, target; /* nodes */
	/* The blocks that are left for the target's blocks, or SU_NO_BLOCK when that function does
	 * not enter a block. */
	uint32_t from_pred, to_pred;
};

struct su_product_node {
	uint32_t i, j;		 /* where both are */
	uint32_t stop_i, stop_j; /* the first instruction that is not run here; `i` when it waits */
	uint8_t mode;
	bool explored;
	/* Who comes here: activations that were in step all the time, and such as were lost. */
	bool after_entry, after_loss;
	bool in_step; /* whatever way an activation of `from` came to `i`, `to` is known to come to
		       * `j` in step */
	uint32_t in, in_count, out, out_count; /* of in_edges, edges */
	/* Of su_product.arrivals: the blocks from which activations that were lost come to this
	 * node, then those from which others come to `i` that are not at this node. */
	uint32_t arrivals, lost_count, arrival_count;
};

struct su_product_pair {
	uint32_t i, j, node;
};

struct su_product {
	const struct su_function *from, *to;
	/* Activations can be at the first `reached` only.  The others have pairs that never run
	 * together, and edges to one another. */
	SU_VEC(struct su_product_node) nodes;
	uint32_t reached;
	SU_VEC(struct su_product_edge) edges; /* by source */
	uint32_t *in_edges; /* edge numbers by target: of edges that activations may take */
	SU_VEC(struct su_product_pair) pairs; /* instructions that run together; by i, then j */
	SU_VEC(uint32_t) arrivals;	      /* blocks; SU_NO_BLOCK: from within the same block */
	/* By instruction: the only node that runs it, SU_NO_NODE: none, or SU_MANY_NODES: several,
	 * or lost activations.  Those that are reached count first. */
	uint32_t *only_from, *only_to;
	uint32_t *order_from, *order_to; /* of blocks: reverse postorder; 0: not reached */
	struct su_map *by_place;	 /* i << 32 | j -> node + 1 */
};

#define SU_MANY_NODES (UINT32_MAX - 1)

/* `alignment` is that of from to to. su_product_destroy() takes NULL. */
struct su_product *su_product_create(const struct su_routine *from, const struct su_routine *to,
				     const struct su_alignment *alignment);
void su_product_destroy(struct su_product *product);

/* The pairs of instruction i: *ret_count from the address given back on. */
const struct su_product_pair *su_product_partners(const struct su_product *product, uint32_t i,
						  size_t *ret_count);
/* The node at (i, j), or SU_NO_NODE. */
uint32_t su_product_node_at(const struct su_product *product, uint32_t i, uint32_t j);
/* A pair of instructions i and j, or NULL when they run together nowhere. */
const struct su_product_pair *su_product_pair_of(const struct su_product *product, uint32_t i,
						 uint32_t j);
/* Whether instructions i and j run together in `node`. */
bool su_product_runs_together(const struct su_product *product, uint32_t node, uint32_t i,
			      uint32_t j);

#endif
