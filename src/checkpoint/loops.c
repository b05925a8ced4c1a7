/*
 * Checkpoints between calls: part of carry_private.h.
 *
 * An activation that computes in a loop comes to no return address while it does.  So each loop
 * gets at least one place where it can be carried over within an iteration: the head of a paired
 * block, where the flags are dead and both versions have done the same to memory (relate/effects.c).
 * Blocks with the fewest live locations are tried first; a loop in which a call's return address or
 * an earlier choice is a checkpoint already needs none.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/walk.h"
#include "base/reason.h"
#include "checkpoint/carry_private.h"
#include "checkpoint/relate/effects.h"

#define MAX_TRIES 256 /* in one function */

struct loop_search {
	struct su_carrier *carrier;
	const struct su_function *code; /* of `from` */
	bool *left; /* by block: who comes to it has a checkpoint, or nothing can be done */
	const char **reasons; /* by block */
	unsigned tries;
};

/* ---- cycles ---- */

/* By block: whether it can be reached from the end of `start` through blocks that are not left. The
 * caller frees it. */
static bool *find_reachable(const struct loop_search *search, uint32_t start)
{
	const struct su_block *blocks = search->code->blocks;
	struct su_walk walk = su_walk_forward(search->code, start, blocks[start].first);

	while (su_walk_next(&walk)) {
		const struct su_block *block = &blocks[walk.block];

		for (uint32_t i = 0; i < block->succ_count; i++) {
			if (!search->left[block->succ[i]])
				su_walk_come_to(&walk, block->succ[i]);
		}
	}
	return su_walk_finish(&walk);
}

static bool leads_to(const struct loop_search *search, uint32_t start, uint32_t goal)
{
	bool *reached = find_reachable(search, start), found = reached[goal];

	free(reached);
	return found;
}

static bool is_in_loop(const struct loop_search *search, uint32_t block)
{
	return !search->left[block] && leads_to(search, block, block);
}

/* ---- one place ---- */

static unsigned count_live(const struct su_pair *pair, uint32_t to_block)
{
	const struct su_live *live = pair->to->live;
	const struct su_regset *regs = &live->in_regs[to_block];
	const struct su_live_set set = { .cells = live->in_cells[to_block] };
	unsigned count = (unsigned)__builtin_popcount(regs->vector);

	for (int i = 0; i < 16; i++)
		count += regs->gpr[i] != 0;
	for (size_t i = 0; i < live->values->cell_count; i++)
		count += su_live_cell_size(live, &set, i) > 0;
	return count;
}

static bool is_after_call(const struct su_function *code, uint32_t insn)
{
	return insn > 0 && code->insns[insn - 1].opcode == SU_OPC_CALL;
}

static struct su_recipe recipe_of(const struct loop_search *search, uint32_t block)
{
	uint32_t first = search->code->blocks[block].first;

	return (struct su_recipe){ .inside = true,
				   .lands = true,
				   .is_return = is_after_call(search->code, first),
				   .from_insn = first,
				   .from_vaddr = search->code->insns[first].vaddr };
}

/* The node in which both run from the starts of blocks on, and from this one, if that is one. */
static uint32_t node_at(const struct su_pair *pair, uint32_t block)
{
	const struct su_product *product = pair->product;
	uint32_t first = product->from->blocks[block].first, node = product->only_from[first];

	if (node == SU_NO_NODE || node >= product->reached)
		return SU_NO_NODE;
	const struct su_product_node *at = &product->nodes.at[node];
	if (at->mode != SU_PRODUCT_TOGETHER || at->i != first ||
	    product->to->blocks[product->to->block_of[at->j]].first != at->j)
		return SU_NO_NODE;
	return node;
}

static const char *try_block(struct loop_search *search, uint32_t block, struct su_recipe *recipe)
{
	const struct su_pair *pair = search->carrier->pair;
	const struct su_function *to = pair->to->routine->code;
	uint32_t node = node_at(pair, block);
	struct su_product_pair at = { .node = node };
	bool same_code = pair->alignment->differs != NULL;

	if (node == SU_NO_NODE && !same_code)
		return SU_WHY_LOOP_REMOVED;
	at.i = recipe->from_insn - 1; /* where both are: after these */
	recipe->to_insn = same_code ? recipe->from_insn : pair->product->nodes.at[node].j;
	at.j = recipe->to_insn - 1;
	recipe->to_vaddr = to->insns[recipe->to_insn].vaddr;
	if (!same_code &&
	    !su_effects_same(&search->carrier->prover, recipe->from_insn, recipe->to_insn))
		return SU_WHY_LOOP_ORDER;
	return su_complete_recipe(&search->carrier->deriver, recipe, &at);
}

/* ---- all loops ---- */

/* Blocks in which a call's return address is a checkpoint. */
static void leave_calls(struct loop_search *search)
{
	for (size_t i = 0; i < search->carrier->carry->recipes.len; i++) {
		const struct su_recipe *recipe = &search->carrier->carry->recipes.at[i];

		if (!recipe->reason)
			search->left[search->code->block_of[recipe->from_insn]] = true;
	}
}

/* A return address has a recipe already, good for those who return to it: the new one serves them,
 * too. */
static void put_recipe(struct su_carry *carry, const struct su_recipe *recipe)
{
	struct su_recipe *place = NULL;

	for (size_t i = 0; i < carry->recipes.len && recipe->is_return; i++) {
		if (carry->recipes.at[i].from_vaddr == recipe->from_vaddr)
			place = &carry->recipes.at[i];
	}
	if (place)
		su_vec_deinit(&place->moves);
	else
		place = su_vec_add(&carry->recipes);
	*place = *recipe;
}

static void add_recipe(struct loop_search *search, uint32_t block)
{
	struct su_recipe recipe = recipe_of(search, block);

	search->tries++;
	recipe.reason = try_block(search, block, &recipe);
	search->reasons[block] = recipe.reason;
	if (recipe.reason) {
		su_vec_deinit(&recipe.moves);
		return;
	}
	recipe.identity = su_recipe_is_identity(&recipe);
	put_recipe(search->carrier->carry, &recipe);
	search->left[block] = true;
}

static bool has_call(const struct loop_search *search, uint32_t block)
{
	const struct su_block *b = &search->code->blocks[block];

	for (uint32_t i = 0; i < b->count; i++) {
		if (search->code->insns[b->first + i].opcode == SU_OPC_CALL)
			return true;
	}
	return false;
}

/* Leaves the loop of `head`. False when it has calls: their return addresses are missing already.
 */
static bool leave_loop(struct loop_search *search, uint32_t head)
{
	size_t count = search->code->block_count;
	bool *loop = find_reachable(search, head), calls = false;

	for (uint32_t b = 0; b < count; b++)
		loop[b] = loop[b] && leads_to(search, b, head);
	for (uint32_t b = 0; b < count; b++) {
		search->left[b] |= loop[b];
		calls |= loop[b] && has_call(search, b);
	}
	free(loop);
	return !calls;
}

/* One record for each loop that stays without: that of its first block. */
static void add_missing(struct loop_search *search)
{
	for (uint32_t i = 1; i < search->code->block_count; i++) {
		struct su_recipe recipe = recipe_of(search, i);

		if (!search->reasons[i] || recipe.is_return || !is_in_loop(search, i))
			continue;
		recipe.reason = search->reasons[i];
		if (leave_loop(search, i))
			su_vec_push(&search->carrier->carry->recipes, recipe);
	}
}

struct candidate {
	uint32_t block;
	unsigned live;
};

static int compare_candidates(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->live != y->live)
		return x->live < y->live ? -1 : 1;
	return (x->block > y->block) - (x->block < y->block);
}

/* All blocks but the entry: fewest live locations first, at a return address last but for those
 * without counterpart. */
static size_t list_candidates(const struct loop_search *search, struct candidate *ret)
{
	const struct su_function *to = search->carrier->pair->to->routine->code;
	const struct su_product *product = search->carrier->pair->product;
	size_t count = 0;

	for (uint32_t i = 1; i < search->code->block_count; i++) {
		uint32_t node = node_at(search->carrier->pair, i);
		unsigned live = UINT32_MAX - 1;

		if (node == SU_NO_NODE)
			live = UINT32_MAX;
		else if (!is_after_call(search->code, search->code->blocks[i].first))
			live = count_live(search->carrier->pair,
					  to->block_of[product->nodes.at[node].j]);
		ret[count++] = (struct candidate){ i, live };
	}
	qsort(ret, count, sizeof(*ret), compare_candidates);
	return count;
}

void su_loops_derive(struct su_carrier *carrier)
{
	const struct su_function *code = carrier->pair->from->routine->code;
	struct loop_search search = { .carrier = carrier, .code = code };
	struct candidate *candidates;
	size_t count;

	if (carrier->pair->opaque)
		return;
	search.left = su_alloc(code->block_count + 1);
	search.reasons = su_alloc((code->block_count + 1) * sizeof(*search.reasons));
	candidates = su_alloc((code->block_count + 1) * sizeof(*candidates));
	leave_calls(&search);
	count = list_candidates(&search, candidates);
	for (size_t i = 0; i < count && search.tries < MAX_TRIES; i++) {
		if (is_in_loop(&search, candidates[i].block))
			add_recipe(&search, candidates[i].block);
	}
	add_missing(&search);
	free(candidates);
	free(search.left);
	free(search.reasons);
}
