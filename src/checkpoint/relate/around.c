/* Before and behind an instruction: see around.h. */
#include "checkpoint/relate/around.h"

#include <stdlib.h>

#include "analysis/walk.h"

/* Blocks on the paths without back edges that lead from, or to, one block. */
static bool *find_reached(const struct su_function *code, const uint32_t *order, uint32_t start,
			  bool forward)
{
	struct su_walk walk = su_walk_forward(code, start, code->blocks[start].first);

	while (su_walk_next(&walk)) {
		const struct su_block *block = &code->blocks[walk.block];
		uint32_t count = forward ? block->succ_count : block->pred_count;

		for (uint32_t e = 0; e < count; e++) {
			uint32_t next = forward ? block->succ[e] : block->pred[e];

			if ((order[next] > order[walk.block]) == forward)
				su_walk_come_to(&walk, next);
		}
	}
	return su_walk_finish(&walk);
}

struct su_around su_around_find(const struct su_function *code, const uint32_t *order,
				uint32_t insn, bool lands)
{
	return (struct su_around){ .code = code,
				   .insn = insn,
				   .lands = lands,
				   .before = find_reached(code, order, code->block_of[insn], false),
				   .after = find_reached(code, order, code->block_of[insn], true) };
}

void su_around_deinit(struct su_around *around)
{
	free(around->before);
	free(around->after);
}

bool su_around_before(const struct su_around *around, uint32_t insn)
{
	uint32_t block = around->code->block_of[insn];

	if (block == around->code->block_of[around->insn])
		return insn < around->insn;
	return around->before[block];
}

bool su_around_after(const struct su_around *around, uint32_t insn)
{
	uint32_t block = around->code->block_of[insn];

	if (block == around->code->block_of[around->insn])
		return insn > around->insn || (around->lands && insn == around->insn);
	return around->after[block];
}
