#include "analysis/walk.h"

#include <stdlib.h>

static struct su_walk walk_from(const struct su_function *code, uint32_t block, uint32_t start,
				bool backward)
{
	struct su_walk walk = { .code = code, .backward = backward, .start = start };

	walk.seen = su_alloc(code->block_count + 1);
	su_vec_push(&walk.queue, block);
	return walk;
}

struct su_walk su_walk_forward(const struct su_function *code, uint32_t block, uint32_t start)
{
	return walk_from(code, block, start, false);
}

struct su_walk su_walk_backward(const struct su_function *code, uint32_t block, uint32_t end)
{
	return walk_from(code, block, end, true);
}

void su_walk_deinit(struct su_walk *walk)
{
	free(su_walk_finish(walk));
}

bool *su_walk_finish(struct su_walk *walk)
{
	bool *seen = walk->seen;

	su_vec_deinit(&walk->queue);
	walk->seen = NULL;
	return seen;
}

bool su_walk_next(struct su_walk *walk)
{
	const struct su_block *block;
	bool is_start = walk->next == 0;

	if (walk->next == walk->queue.len)
		return false;
	walk->block = walk->queue.at[walk->next++];
	block = &walk->code->blocks[walk->block];
	walk->first = is_start && !walk->backward ? walk->start : block->first;
	walk->end = is_start && walk->backward ? walk->start : block->first + block->count;
	return true;
}

void su_walk_come_to(struct su_walk *walk, uint32_t block)
{
	if (!walk->seen[block])
		su_vec_push(&walk->queue, block);
	walk->seen[block] = true;
}

void su_walk_go_on(struct su_walk *walk)
{
	const struct su_block *block = &walk->code->blocks[walk->block];
	uint32_t count = walk->backward ? block->pred_count : block->succ_count;

	for (uint32_t i = 0; i < count; i++)
		su_walk_come_to(walk, walk->backward ? block->pred[i] : block->succ[i]);
}

uint32_t *su_walk_order(const struct su_function *code, size_t *ret_count)
{
	uint32_t *order = su_alloc((code->block_count + 1) * sizeof(*order));
	uint32_t *stack = su_alloc((code->block_count + 1) * sizeof(*stack));
	uint32_t *next = su_alloc((code->block_count + 1) * sizeof(*next));
	bool *seen = su_alloc(code->block_count + 1);
	size_t depth = 0, count = 0;

	stack[depth++] = 0;
	seen[0] = true;
	while (depth) {
		const struct su_block *block = &code->blocks[stack[depth - 1]];

		if (next[stack[depth - 1]] == block->succ_count) {
			order[count++] = stack[--depth];
			continue;
		}
		uint32_t succ = block->succ[next[stack[depth - 1]]++];

		if (!seen[succ])
			stack[depth++] = succ;
		seen[succ] = true;
	}
	for (size_t i = 0; i < count / 2; i++) {
		uint32_t block = order[i];

		order[i] = order[count - 1 - i];
		order[count - 1 - i] = block;
	}
	free(stack);
	free(next);
	free(seen);
	*ret_count = count;
	return order;
}
