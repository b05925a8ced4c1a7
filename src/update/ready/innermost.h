/*
 * What the innermost function of a stopped thread may still read of its short-lived storage.
 *
 * Functions keep no vector register for their caller and pass no pointers in them, and calls may
 * overwrite the red zone, the 128 bytes below the stack pointer (psABI 3.2.1, 3.2.2).  So what
 * these hold matters in the innermost function only, up to its next call or return.  The code is
 * followed from the program counter on, along all branches.
 */
#ifndef SU_UPDATE_READY_INNERMOST_H
#define SU_UPDATE_READY_INNERMOST_H

#include <sys/user.h>

#include "process/memory.h"

struct su_leaf {
	bool reads_vectors;
	bool reads_red_zone;
};

/* Both are true when the code cannot be followed, or there is too much of it. */
struct su_leaf su_leaf_of(const struct su_memory *memory, const struct user_regs_struct *regs);

#endif
