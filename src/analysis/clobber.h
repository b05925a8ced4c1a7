/*
 * Which caller-saved registers a call may write.
 *
 * Compilers know it for the functions of their unit (gcc -fipa-ra) and keep values in registers
 * that the psABI lets a callee destroy.  The answer for a function is what its instructions write,
 * and what the functions write that it calls or jumps to.  Imports, calls through pointers and code
 * that is not fully known may write every caller-saved register.
 */
#ifndef SU_ANALYSIS_CLOBBER_H
#define SU_ANALYSIS_CLOBBER_H

#include "analysis/function.h"

struct su_clobbers;

/* `functions[i]` starts at `entries[i]`; both are only read here. The result belongs to `arena`. */
struct su_clobbers *su_clobbers_create(struct su_arena *arena,
				       const struct su_function *const *functions,
				       const uint64_t *entries, size_t count);

/* What a call of `vaddr` may write of the caller-saved registers: rax, rcx, rdx, rsi, rdi, r8 to
 * r11, all vector registers, the flags, x87 and the like. Everything when no function is known to
 * start at `vaddr`. Callee-saved registers are never in the answer: they hold their values. */
void su_clobbers_of(const struct su_clobbers *clobbers, uint64_t vaddr, struct su_regset *ret);

#endif
