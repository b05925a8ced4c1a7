/*
 * Carry-over stubs: a recipe as machine code.
 *
 * A stub runs at a return address in place of the old code: the stack pointer and the registers are
 * those after the call, all of the old frame is in place.  It computes every value into scratch
 * memory below both frames, moves objects, writes the values over the old frame, loads the
 * registers and jumps to the new function.  Every register that is no destination keeps its value
 * (unchanged callers of a function may rely on more than the ABI says it preserves).  A signal
 * handler may run at any point of it: the stack pointer is always below everything that counts.
 */
#ifndef SU_CHECKPOINT_STUB_H
#define SU_CHECKPOINT_STUB_H

#include "arch/emit.h"
#include "checkpoint/carry.h"

struct su_stub_fixup {
	size_t field;	/* offset of a 4-byte field in the code, relative to its end */
	bool is_resume; /* the address to go on at; else an address that vaddr means in `to` */
	uint64_t vaddr;
};

typedef SU_VEC(struct su_stub_fixup) su_stub_fixups;

/* Whether the recipe's objects can be moved in place: all up or all down. */
bool su_stub_can_move(const struct su_recipe *recipe);
/* Appends the stub of a recipe that is not an identity. */
void su_stub_emit(const struct su_recipe *recipe, struct su_emit *emit, su_stub_fixups *ret_fixups);

#endif
