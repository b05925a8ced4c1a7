/* A product in the making: private to product.c, product_runs.c and product_ways.c. */
#ifndef SU_CHECKPOINT_PRODUCT_PRIVATE_H
#define SU_CHECKPOINT_PRODUCT_PRIVATE_H

#include "checkpoint/align_private.h"
#include "checkpoint/product.h"

struct explorer {
	struct aligner aligner; /* first: su_align_common gives it to `found` */
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

/* The node at which those go on that are lost when `from` is at `i`, or SU_NO_NODE. */
uint32_t su_explorer_aligned_node(const struct explorer *explorer, uint32_t i);

/* product_runs.c: who runs when the functions are at `i` and `j`; for both, explorer->run says
 * which of their instructions belong together. */
enum su_product_mode su_explorer_who_runs(struct explorer *explorer, uint32_t i, uint32_t j);

/* product_ways.c: how activations come to the nodes: in_step, arrivals. */
void su_explorer_find_ways(struct explorer *explorer);

#endif
