/*
 * One function's code: its instructions, basic blocks and edges.
 *
 * A function is a list of parts: its body, and the split `.cold` part that gcc moves elsewhere.
 * Instructions of all parts stand in one array, part after part, ascending in each.
 */
#ifndef SU_ANALYSIS_FUNCTION_H
#define SU_ANALYSIS_FUNCTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/insn.h"
#include "base/alloc.h"
#include "base/err.h"
#include "dwarf/debuginfo.h"
#include "elf/image.h"

struct su_part {
	uint64_t vaddr, size;
};

struct su_jump_table {
	uint64_t vaddr;	    /* of the first entry */
	uint32_t count;	    /* entries that point into the function, on instruction boundaries */
	uint8_t entry_size; /* 4: int32 relative to `vaddr` (PIC); 8: absolute (ET_EXEC only) */
	const uint64_t *targets; /* vaddrs, `count` of them */
};

struct su_block {
	uint32_t first, count; /* instructions */
	uint32_t *succ, succ_count;
	uint32_t *pred, pred_count;
	bool leaves; /* ends in ret, tail call, or a call that never returns */
};

struct su_function {
	const struct su_part *parts;
	size_t part_count;
	const struct su_insn *insns;
	size_t insn_count;
	struct su_block *blocks; /* blocks[0] is the entry */
	size_t block_count;
	const uint32_t *block_of; /* instruction index -> block index */
	const struct su_jump_table *tables;
	size_t table_count;
	const uint64_t *labels; /* instructions whose address is taken (computed goto) */
	size_t label_count;
	/* Why control flow is not fully known, in words, or NULL: an indirect jump that could not
	 * be resolved, labels whose address is taken, bytes that do not decode. Such a function is
	 * opaque: it can be replaced while inactive, but nothing in it can be trusted. */
	const char *opaque;
	bool relocatable; /* false: it cannot even be copied elsewhere (undecodable bytes, an
			   * indirect jump through a table that was not understood) */
};

/* Decodes and partitions the function with these parts. Never fails on odd code: it says opaque.
 * A direct jump or fall-through that leaves the parts is a tail call (leaves = true). All memory
 * belongs to `arena`. `debug` may be NULL; it says which imports do not return. */
struct su_function *su_function_create(struct su_arena *arena, const struct su_image *image,
				       const struct su_debug *debug, const struct su_part *parts,
				       size_t part_count);

#define SU_NO_INSN UINT32_MAX
/* Index of the instruction that starts at `vaddr`, or SU_NO_INSN. */
uint32_t su_function_insn_at(const struct su_function *function, uint64_t vaddr);
/* The first instruction that does anything: behind endbr64 and no-ops the parameters are still where the
 * caller put them, and clang's location lists start only there. */
uint64_t su_function_start(const struct su_function *function);
/* The jump table of the function at `vaddr`, or NULL. */
const struct su_jump_table *su_function_table_at(const struct su_function *function,
						 uint64_t vaddr);
/* Whether `vaddr` is in one of the parts. */
bool su_function_covers(const struct su_function *function, uint64_t vaddr);

#endif
