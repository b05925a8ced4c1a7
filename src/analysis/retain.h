/*
 * What a library function does with the pointers that it is given.
 *
 * POSIX and ISO C say of many functions that they do not keep their arguments beyond their return
 * (read, write, memcpy, poll, snprintf, ...); they are listed by name.  Of all others the worst is
 * assumed.
 */
#ifndef SU_ANALYSIS_RETAIN_H
#define SU_ANALYSIS_RETAIN_H

#include <stdbool.h>

#include "analysis/function.h"

/* Where the pointers in a call's argument registers may go. Bit i stands for su_abi_arguments[i];
 * arguments on the stack are not followed: who stores them there gives them away. */
struct su_escape {
	uint8_t kept;	     /* may be held somewhere after the return */
	uint8_t returned[2]; /* rax, rdx may hold a pointer made from it */
};

#define SU_ESCAPE_ALL 0x3f

/* For a call of, or a jump to, a library function; false when `insn` goes elsewhere or it cannot be
 * told where. */
bool su_retain_by_import(const struct su_image *image, const struct su_insn *insn,
			 struct su_escape *ret);

#endif
