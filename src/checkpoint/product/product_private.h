/* A product in the making: private to product.c, product_runs.c and product_ways.c. */
#ifndef SU_CHECKPOINT_PRODUCT_PRODUCT_PRIVATE_H
#define SU_CHECKPOINT_PRODUCT_PRODUCT_PRIVATE_H

#include <stdlib.h>
#include <string.h>

#include "checkpoint/align/sequence.h"
#include "checkpoint/product/product.h"

struct su_explorer {
	struct su_aligner aligner; /* first: su_align_common gives it to `found` */
	const struct su_alignment *alignment;
	struct su_product *product;
	SU_VEC(struct su_product_pair) run; /* pairs of the two runs at hand */
	bool *met;			    /* by instruction of `from`: runs with its partner */
	size_t max_nodes;
};

/* From an instruction to the end of its block. */
static inline uint32_t su_run_end(const struct su_function *code, uint32_t insn)
{
	const struct su_block *block = &code->blocks[code->block_of[insn]];

	return block->first + block->count;
}

static inline uint32_t su_run_weight(const struct su_align_item *items, uint32_t first,
				     uint32_t end)
{
	uint32_t sum = 0;

	for (uint32_t i = first; i < end; i++)
		sum += items[i].weight;
	return sum;
}

static inline bool su_run_has_pair(const uint32_t *other_of, uint32_t first, uint32_t end)
{
	for (uint32_t i = first; i < end; i++) {
		if (other_of[i] != SU_NO_INSN)
			return true;
	}
	return false;
}

/* Whether `from` runs in the node. */
static inline bool su_product_runs_from(const struct su_product_node *node)
{
	return node->mode == SU_PRODUCT_TOGETHER || node->mode == SU_PRODUCT_FROM;
}

/* Where a side can be after a node: in the middle of its block, or at a successor. */
struct su_run_next {
	uint32_t insn, pred;
};

typedef SU_VEC(struct su_run_next) su_run_nexts;

/* Appends where a side can be after it has run up to `stop` in the block of `insn`. */
void su_run_next(const struct su_function *code, uint32_t stop, uint32_t insn, su_run_nexts *ret);

/* The node at which those go on that are lost when `from` is at `i`, new perhaps; or SU_NO_NODE. */
uint32_t su_explorer_aligned_node(struct su_explorer *explorer, uint32_t i);
/* Finds out who runs in the node and where both go on, the first time. */
void su_explorer_explore(struct su_explorer *explorer, uint32_t number);

/* product_runs.c: who runs when the functions are at `i` and `j`; for both, explorer->run says
 * which of their instructions belong together. */
enum su_product_mode su_explorer_who_runs(struct su_explorer *explorer, uint32_t i, uint32_t j);

static inline uint32_t *su_no_nodes(size_t count)
{
	uint32_t *only = su_alloc((count + 1) * sizeof(*only));

	memset(only, 0xff, (count + 1) * sizeof(*only));
	return only;
}

/* product_ways.c: explores what activations of `from` come to, and how: su_product.reached,
 * in_step, arrivals, only_from, only_to. */
struct su_ways;
struct su_ways *su_explorer_find_ways(struct su_explorer *explorer);
/* When all nodes are known: lists how activations pass by those that none is at, and all edges by
 * target.  Takes the walk. */
void su_explorer_finish_ways(struct su_explorer *explorer, struct su_ways *walk);

/* product_runs.c: pairs the calls that are alone between two pairs of explorer->run. */
void su_explorer_pair_exchanged(struct su_explorer *explorer, const struct su_product_node *node,
				uint32_t number);

#endif
