/*
 * Who runs at a place of the product: see product_private.h.
 *
 * A run goes from an instruction to the end of its block.  Two runs that are alike run together.
 * Where they are not, code that no alignment pairs runs by itself; and when both have their
 * partners elsewhere, the one that has less to do to get to the other's place.
 */
#include "checkpoint/product/product_private.h"

#define MAX_RUN_TABLE 250000u /* cells of the table for two runs */
#define MAX_WAIT 40u	      /* weight of what may run while the other side waits */
#define MAX_NEAR 128	      /* blocks that are looked at for that */
#define MIN_COPY 8u	      /* what copies must have in common */

/* ---- likeness of two runs ---- */

static void found_pair(struct su_aligner *aligner, uint32_t i, uint32_t j)
{
	struct su_explorer *explorer = (struct su_explorer *)aligner;

	if (aligner->a.items[i].weight)
		su_vec_push(&explorer->run, (struct su_product_pair){ .i = i, .j = j });
}

static uint32_t pair_as_aligned(struct su_explorer *explorer, struct su_range range)
{
	const uint32_t *new_of = explorer->alignment->new_of;
	uint32_t next = range.b0, sum = 0;

	for (uint32_t i = range.a0; i < range.a1; i++) {
		if (new_of[i] == SU_NO_INSN || new_of[i] < next || new_of[i] >= range.b1)
			continue;
		su_vec_push(&explorer->run, (struct su_product_pair){ .i = i, .j = new_of[i] });
		next = new_of[i] + 1;
		sum += explorer->aligner.a.items[i].weight;
	}
	return sum;
}

static uint32_t first_telling(const struct su_align_item *items, uint32_t first, uint32_t end)
{
	while (first < end && !items[first].weight)
		first++;
	return first;
}

static bool start_alike(const struct su_aligner *aligner, struct su_range range)
{
	uint32_t a = first_telling(aligner->a.items, range.a0, range.a1);
	uint32_t b = first_telling(aligner->b.items, range.b0, range.b1);

	return a < range.a1 && b < range.b1 && su_align_equal(aligner, a, b);
}

/* Finds which instructions of both runs belong together: explorer->run.  Those that are aligned,
 * unless the runs have more in common; or, where none is, runs that start alike and have at least
 * half of the smaller one in common: copies. */
static bool pair_runs(struct su_explorer *explorer, uint32_t i, uint32_t j)
{
	struct su_range range = { i, su_run_end(explorer->product->from, i), j,
				  su_run_end(explorer->product->to, j) };
	uint32_t weight_a = su_run_weight(explorer->aligner.a.items, range.a0, range.a1);
	uint32_t weight_b = su_run_weight(explorer->aligner.b.items, range.b0, range.b1);
	uint32_t smaller = weight_a < weight_b ? weight_a : weight_b, aligned, common;

	explorer->run.len = 0;
	aligned = pair_as_aligned(explorer, range);
	if (aligned == smaller || (!aligned && !start_alike(&explorer->aligner, range)) ||
	    (uint64_t)(range.a1 - range.a0 + 1) * (range.b1 - range.b0 + 1) > MAX_RUN_TABLE)
		return aligned > 0;
	common = su_align_common(&explorer->aligner, range, NULL);
	if (aligned ? common <= aligned : common * 2 < smaller || common < MIN_COPY)
		return aligned > 0;
	explorer->run.len = 0;
	su_align_common(&explorer->aligner, range, found_pair);
	return true;
}

/* ---- who runs ---- */

/* A block that can be reached, and the weight of all that has to run before. */
struct ahead {
	uint32_t block, cost;
	bool done;
};

struct outlook {
	struct ahead blocks[MAX_NEAR];
	size_t count;
};

static void add_ahead(struct outlook *search, uint32_t block, uint32_t cost)
{
	for (size_t n = 0; n < search->count; n++) {
		struct ahead *known = &search->blocks[n];

		if (known->block == block) {
			known->cost = cost < known->cost ? cost : known->cost;
			return;
		}
	}
	if (search->count < MAX_NEAR && cost < MAX_WAIT)
		search->blocks[search->count++] = (struct ahead){ .block = block, .cost = cost };
}

static struct ahead *nearest_ahead(struct outlook *search)
{
	struct ahead *best = NULL;

	for (size_t n = 0; n < search->count; n++) {
		struct ahead *one = &search->blocks[n];

		if (!one->done && (!best || one->cost < best->cost))
			best = one;
	}
	return best;
}

/* The weight of what `side` has to run from `insn` to reach a block with a partner of an
 * instruction in [first, end) of the other side; MAX_WAIT when it is not near. */
static uint32_t distance_to_partner(const struct su_sequence *side, uint32_t insn,
				    const uint32_t *other_of, uint32_t first, uint32_t end)
{
	const struct su_function *code = side->routine->code;
	struct outlook search = { .count = 0 };
	struct ahead *at;

	add_ahead(&search, code->block_of[insn], 0);
	for (bool start = true; (at = nearest_ahead(&search)) != NULL; start = false) {
		const struct su_block *block = &code->blocks[at->block];
		uint32_t from = start ? insn : block->first;

		for (uint32_t k = first; k < end; k++) {
			if (other_of[k] != SU_NO_INSN && other_of[k] >= from &&
			    other_of[k] < block->first + block->count)
				return at->cost;
		}
		at->done = true;
		for (uint32_t s = 0; s < block->succ_count; s++)
			add_ahead(&search, block->succ[s],
				  at->cost + su_run_weight(side->items, from,
							   block->first + block->count));
	}
	return MAX_WAIT;
}

enum su_product_mode su_explorer_who_runs(struct su_explorer *explorer, uint32_t i, uint32_t j)
{
	const struct su_function *from = explorer->product->from, *to = explorer->product->to;
	const uint32_t *new_of = explorer->alignment->new_of, *old_of = explorer->alignment->old_of;
	uint32_t end_i = su_run_end(from, i), end_j = su_run_end(to, j), ahead_from, ahead_to;

	if (!su_run_weight(explorer->aligner.a.items, i, end_i))
		return SU_PRODUCT_FROM;
	if (!su_run_weight(explorer->aligner.b.items, j, end_j))
		return SU_PRODUCT_TO;
	if (pair_runs(explorer, i, j))
		return SU_PRODUCT_TOGETHER;
	if (!su_run_has_pair(new_of, i, end_i))
		return SU_PRODUCT_FROM;
	if (!su_run_has_pair(old_of, j, end_j))
		return SU_PRODUCT_TO;
	ahead_to = distance_to_partner(&explorer->aligner.b, j, new_of, i, end_i);
	ahead_from = distance_to_partner(&explorer->aligner.a, i, old_of, j, end_j);
	if (ahead_to == MAX_WAIT && ahead_from == MAX_WAIT)
		return SU_PRODUCT_LOST;
	return ahead_to <= ahead_from ? SU_PRODUCT_TO : SU_PRODUCT_FROM;
}

/* ---- calls that were exchanged ---- */

/* The only call in [first, end) that the alignment has no partner for; SU_NO_INSN: none or more. */
static uint32_t lone_call(const struct su_function *code, const uint32_t *other_of, uint32_t first,
			  uint32_t end)
{
	uint32_t found = SU_NO_INSN;

	for (uint32_t i = first; i < end; i++) {
		if (code->insns[i].opcode != SU_OPC_CALL || other_of[i] != SU_NO_INSN)
			continue;
		if (found != SU_NO_INSN)
			return SU_NO_INSN;
		found = i;
	}
	return found;
}

void su_explorer_pair_exchanged(struct su_explorer *explorer, const struct su_product_node *node,
				uint32_t number)
{
	struct su_product *product = explorer->product;
	uint32_t i = node->i, j = node->j;

	for (size_t n = 0; n <= explorer->run.len; n++) {
		bool last = n == explorer->run.len;
		uint32_t end_i = last ? node->stop_i : explorer->run.at[n].i;
		uint32_t end_j = last ? node->stop_j : explorer->run.at[n].j;
		uint32_t a = lone_call(product->from, explorer->alignment->new_of, i, end_i);
		uint32_t b = lone_call(product->to, explorer->alignment->old_of, j, end_j);

		if (a != SU_NO_INSN && b != SU_NO_INSN)
			su_vec_push(&product->pairs, (struct su_product_pair){ a, b, number });
		i = end_i + 1;
		j = end_j + 1;
	}
}
