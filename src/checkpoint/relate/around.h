/*
 * What lies before an instruction and what behind it, on paths without back edges: what comes in a
 * loop's next turn is neither.
 */
#ifndef SU_CHECKPOINT_RELATE_AROUND_H
#define SU_CHECKPOINT_RELATE_AROUND_H

#include "analysis/function.h"

struct su_around {
	const struct su_function *code;
	uint32_t insn;
	bool lands;	      /* the instruction is still to run: it lies behind */
	bool *before, *after; /* by block */
};

/* `order`: of the blocks (product.h). */
struct su_around su_around_find(const struct su_function *code, const uint32_t *order,
				uint32_t insn, bool lands);
void su_around_deinit(struct su_around *around);

bool su_around_before(const struct su_around *around, uint32_t insn);
bool su_around_after(const struct su_around *around, uint32_t insn);

#endif
