/*
 * What a library function writes through the pointers that it is given.
 *
 * POSIX and ISO C say so of the functions that are listed by name.  Of all others the worst is
 * assumed.
 */
#ifndef SU_ANALYSIS_LIBRARY_H
#define SU_ANALYSIS_LIBRARY_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/function.h"

/* The name of the library function that a call or a jump leads to; NULL: it leads elsewhere, or it
 * cannot be told where. */
const char *su_library_callee(const struct su_image *image, const struct su_insn *insn);

/* Which memory a function writes. Bit i stands for su_abi_arguments[i]. */
struct su_library_writes {
	uint8_t through; /* pointers that it may write through */
	/* A buffer that it fills from the start on, as far as there is something to be put there: the
	 * numbers of the arguments with its address and its size.  What is behind that has no
	 * meaning. */
	bool fills;
	uint8_t buffer, size;
	uint8_t unit; /* of the size, in bytes */
	bool leaves;  /* where it fails, what the buffer holds has its meaning (fgets at the end) */
	bool tells_all; /* its result may be larger than the size: what there was to be put there */
};

/* False when nothing is known of it. */
bool su_library_writes(const char *name, struct su_library_writes *ret);

#endif
