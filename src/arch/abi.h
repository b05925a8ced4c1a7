/*
 * The calling convention: who may hold what at a call, at a return and between.
 *
 * These are the only statements about it: nothing else lists registers.
 */
#ifndef SU_ARCH_ABI_H
#define SU_ARCH_ABI_H

#include <stdbool.h>
#include <stdint.h>

#include "arch/insn.h"

#define SU_ABI_RED_ZONE 128	  /* bytes below the stack pointer that are the function's own */
#define SU_ABI_CANARY_OFFSET 0x28 /* of the stack protector's canary, from SU_REG_THREAD (glibc) */
#define SU_ABI_ARGUMENT_COUNT 6
#define SU_ABI_SYSCALL_ARGUMENT_COUNT 6
#define SU_ABI_SAVED_COUNT 6
#define SU_ABI_SCRATCH_COUNT 9

extern const uint8_t su_abi_arguments[SU_ABI_ARGUMENT_COUNT]; /* rdi, rsi, rdx, rcx, r8, r9 */
extern const uint8_t su_abi_syscall_arguments[SU_ABI_SYSCALL_ARGUMENT_COUNT];
extern const uint8_t su_abi_saved[SU_ABI_SAVED_COUNT]; /* rbx, rbp, r12..r15 */
extern const uint8_t
	su_abi_scratch[SU_ABI_SCRATCH_COUNT]; /* the others, but for the stack pointer */

bool su_abi_is_argument(uint32_t reg);	   /* carries an integer argument */
uint8_t su_abi_argument_bit(uint32_t reg); /* 1 << its index in su_abi_arguments; 0: none */
bool su_abi_callee_saved(uint8_t reg);	   /* is in su_abi_saved */
uint8_t su_abi_saved_bit(uint32_t reg);	   /* 1 << its index in su_abi_saved; 0: none */
bool su_abi_is_scratch(uint32_t reg);	   /* a general register that any call may write */
/* What only code between caller and callee uses: the static chain, and what the linker's code
 * for imports takes. */
bool su_abi_is_linkage(uint32_t reg);
/* The location, a general or vector register, may carry a call's result or a part of it. */
bool su_abi_is_result(uint32_t reg);
/* The first of an integer or floating result: what a result of one register is in. */
bool su_abi_is_first_result(uint32_t reg);
bool su_abi_has_result(const struct su_regset *set); /* one of those is in the set */

/* What any function may write: all caller-saved registers and the flags. */
void su_abi_caller_saved(struct su_regset *ret);
/* What a call may read as arguments: argument registers, the static chain, the count of vectors,
 * the vector registers of arguments. */
void su_abi_call_reads(struct su_regset *ret);
/* What the caller may read after a return: results, callee-saved registers, the stack pointer. */
void su_abi_return_reads(struct su_regset *ret);

#endif
