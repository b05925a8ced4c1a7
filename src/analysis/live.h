/*
 * Which locations of a function are live: their value may still be read on some path.
 *
 * Backward over the blocks, on bytes of registers and of cells.  Exact where the machine code is:
 * partial registers, implicit operands, what a call may clobber.  Calls are taken to read every
 * argument register and returns every result register: too much rather than too little.  Regions
 * (objects accessed through pointers) are not in the sets: they count as live everywhere.
 */
#ifndef SU_ANALYSIS_LIVE_H
#define SU_ANALYSIS_LIVE_H

#include "analysis/values.h"

/* Something that is read beside the code: just before instruction `insn`. */
struct su_live_use {
	uint32_t insn;
	uint8_t reg, mask; /* register and its bytes; mask 0: memory */
	int64_t off;	   /* CFA offset */
	uint64_t size;
};

struct su_live {
	const struct su_values *values;
	size_t *first;			      /* by cell: its first byte's number in cell sets */
	size_t words;			      /* of a cell set */
	struct su_regset *in_regs, *out_regs; /* by block */
	uint64_t **in_cells, **out_cells;
	const struct su_live_use *uses; /* by insn */
	size_t use_count;
};

struct su_live_set {
	struct su_regset regs;
	uint64_t *cells; /* a bit for each byte of a cell; `words` words, the caller's memory */
};

/* `values` must be without `unknown`. Belongs to the arena of `values`. */
struct su_live *su_live_create(const struct su_values *values);
/* Counts `uses` in, instead of those before. Takes over nothing; sorts them. */
void su_live_set_uses(struct su_live *live, struct su_live_use *uses, size_t count);
/* What is live just before instruction `insn`. ret->cells has room for `words` words. */
void su_live_before(const struct su_live *live, uint32_t insn, struct su_live_set *ret);
/* What is live where the call at `call` returns: of it only what the callee had to leave alone. */
void su_live_returned(const struct su_live *live, uint32_t call, struct su_live_set *ret);
/* How many of the low bytes of a cell are needed to have all that are live; 0: none. */
uint32_t su_live_cell_size(const struct su_live *live, const struct su_live_set *set, size_t cell);
/* Whether all of the cell's bytes in [off, off + size), from the CFA, are live. */
bool su_live_has_bytes(const struct su_live *live, const struct su_live_set *set, size_t cell,
		       int64_t off, uint64_t size);

#endif
