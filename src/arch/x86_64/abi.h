/*
 * The System V x86-64 calling convention (psABI 1.0, 3.2).
 */
#ifndef SU_ARCH_ABI_H
#define SU_ARCH_ABI_H

#include <stdbool.h>
#include <stdint.h>

#include "arch/x86_64/insn.h"

#define SU_ABI_CANARY_OFFSET 0x28 /* of the stack protector's canary from %fs (glibc) */
#define SU_ABI_ARGUMENT_COUNT 6
#define SU_ABI_SAVED_COUNT 6

extern const uint8_t su_abi_arguments[SU_ABI_ARGUMENT_COUNT]; /* rdi, rsi, rdx, rcx, r8, r9 */
extern const uint8_t su_abi_saved[SU_ABI_SAVED_COUNT];	      /* rbx, rbp, r12..r15 */

bool su_abi_is_argument(uint32_t reg);	   /* carries an integer argument */
uint8_t su_abi_argument_bit(uint32_t reg); /* 1 << its index in su_abi_arguments; 0: none */
bool su_abi_callee_saved(uint8_t reg);	   /* rbx, rbp, r12..r15; rsp not */
uint8_t su_abi_saved_bit(uint32_t reg);	   /* 1 << its index in su_abi_saved; 0: none */
/* What any function may write: all caller-saved registers and the flags. */
void su_abi_caller_saved(struct su_regset *ret);
/* What a call may read as arguments: argument registers, r10 (static chain), rax (vector count),
 * xmm0..7. */
void su_abi_call_reads(struct su_regset *ret);
/* What the caller may read after a return: results, callee-saved registers, rsp. */
void su_abi_return_reads(struct su_regset *ret);

#endif
