/* The System V calling convention of x86-64: see abi.h. Source: psABI 1.0, 3.2 and appendix A. */
#include "arch/abi.h"

#define VECTOR_RESULTS 3u      /* xmm0, xmm1 */
#define VECTOR_ARGUMENTS 0xffu /* xmm0..7 */

const uint8_t su_abi_arguments[SU_ABI_ARGUMENT_COUNT] = { SU_RDI, SU_RSI, SU_RDX,
							  SU_RCX, SU_R8,  SU_R9 };

const uint8_t su_abi_syscall_arguments[SU_ABI_SYSCALL_ARGUMENT_COUNT] = { SU_RDI, SU_RSI, SU_RDX,
									  SU_R10, SU_R8,  SU_R9 };

const uint8_t su_abi_saved[SU_ABI_SAVED_COUNT] = { SU_RBX, SU_RBP, SU_R12, SU_R13, SU_R14, SU_R15 };

const uint8_t su_abi_scratch[SU_ABI_SCRATCH_COUNT] = { SU_RAX, SU_RCX, SU_RDX, SU_RSI, SU_RDI,
						       SU_R8,  SU_R9,  SU_R10, SU_R11 };

uint8_t su_abi_argument_bit(uint32_t reg)
{
	for (int i = 0; i < SU_ABI_ARGUMENT_COUNT; i++) {
		if (su_abi_arguments[i] == reg)
			return (uint8_t)(1 << i);
	}
	return 0;
}

bool su_abi_is_argument(uint32_t reg)
{
	return su_abi_argument_bit(reg) != 0;
}

uint8_t su_abi_saved_bit(uint32_t reg)
{
	for (int i = 0; i < SU_ABI_SAVED_COUNT; i++) {
		if (su_abi_saved[i] == reg)
			return (uint8_t)(1 << i);
	}
	return 0;
}

bool su_abi_callee_saved(uint8_t reg)
{
	return su_abi_saved_bit(reg) != 0;
}

bool su_abi_is_scratch(uint32_t reg)
{
	return reg <= SU_R15 && reg != SU_RSP && !su_abi_callee_saved((uint8_t)reg);
}

bool su_abi_is_linkage(uint32_t reg)
{
	return reg == SU_R10 || reg == SU_R11;
}

bool su_abi_is_result(uint32_t reg)
{
	return reg == SU_RAX || reg == SU_RDX || reg == SU_XMM0 || reg == SU_XMM0 + 1;
}

bool su_abi_is_first_result(uint32_t reg)
{
	return reg == SU_RAX || reg == SU_XMM0;
}

bool su_abi_has_result(const struct su_regset *set)
{
	return set->gpr[SU_RAX] || set->gpr[SU_RDX] || set->vector & VECTOR_RESULTS;
}

void su_abi_caller_saved(struct su_regset *ret)
{
	*ret = (struct su_regset){ .vector = 0xffffffff, .flags = 0x3f, .other = true };
	for (int i = 0; i < SU_ABI_SCRATCH_COUNT; i++)
		ret->gpr[su_abi_scratch[i]] = 0xff;
}

void su_abi_call_reads(struct su_regset *ret)
{
	*ret = (struct su_regset){ .vector = VECTOR_ARGUMENTS };
	for (int i = 0; i < SU_ABI_ARGUMENT_COUNT; i++)
		ret->gpr[su_abi_arguments[i]] = 0xff;
	ret->gpr[SU_RAX] = 0xff;
	ret->gpr[SU_R10] = 0xff;
	ret->gpr[SU_RSP] = 0xff;
}

void su_abi_return_reads(struct su_regset *ret)
{
	*ret = (struct su_regset){ .vector = VECTOR_RESULTS, .other = true };
	ret->gpr[SU_RAX] = ret->gpr[SU_RDX] = ret->gpr[SU_RSP] = 0xff;
	for (int i = 0; i < SU_ABI_SAVED_COUNT; i++)
		ret->gpr[su_abi_saved[i]] = 0xff;
}
