/*
 * Walking over the blocks of a function, each once.
 *
 *	struct su_walk walk = su_walk_forward(code, code->block_of[insn], insn);
 *
 *	while (su_walk_next(&walk)) {
 *		... instructions [walk.first, walk.end) ...
 *		su_walk_go_on(&walk); // unless nothing beyond this block counts
 *	}
 *	su_walk_deinit(&walk);
 *
 * A walk begins within a block, at an instruction.  A loop may lead to that block again: then it is
 * walked over once more, as a whole.
 */
#ifndef SU_ANALYSIS_WALK_H
#define SU_ANALYSIS_WALK_H

#include "analysis/function.h"
#include "base/vec.h"

struct su_walk {
	const struct su_function *code;
	bool backward;
	uint32_t block, first, end; /* at hand */
	bool *seen;		    /* by block: the walk has come to its start, or its end */
	SU_VEC(uint32_t) queue;
	size_t next;
	uint32_t start; /* instruction */
};

/* From instruction `start` of the block on (which may be its end). */
struct su_walk su_walk_forward(const struct su_function *code, uint32_t block, uint32_t start);
/* From instruction `end` of the block back, without that one. */
struct su_walk su_walk_backward(const struct su_function *code, uint32_t block, uint32_t end);
void su_walk_deinit(struct su_walk *walk);

/* Takes the next block; false when there is none. */
bool su_walk_next(struct su_walk *walk);
/* The walk is to come to all successors of the block at hand; backward: to all predecessors. */
void su_walk_go_on(struct su_walk *walk);
/* It is to come to this block. */
void su_walk_come_to(struct su_walk *walk, uint32_t block);
/* Ends the walk, and gives `seen` to the caller, who frees it. */
bool *su_walk_finish(struct su_walk *walk);

/* The blocks that the entry leads to in reverse postorder: an edge to an earlier or the same one
 * closes a loop.  The caller frees it. */
uint32_t *su_walk_order(const struct su_function *code, size_t *ret_count);

#endif
