/* The System V x86-64 calling convention: see abi.h. */
#include "arch/x86_64/abi.h"

const uint8_t su_abi_arguments[SU_ABI_ARGUMENT_COUNT] = { SU_RDI, SU_RSI, SU_RDX,
							  SU_RCX, SU_R8,  SU_R9 };

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

const uint8_t su_abi_saved[SU_ABI_SAVED_COUNT] = { SU_RBX, SU_RBP, SU_R12, SU_R13, SU_R14, SU_R15 };

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

void su_abi_caller_saved(struct su_regset *ret)
{
	*ret = (struct su_regset){ .vector = 0xffffffff, .flags = 0x3f, .other = true };
	for (uint8_t reg = 0; reg < 16; reg++) {
		if (reg != SU_RSP && !su_abi_callee_saved(reg))
			ret->gpr[reg] = 0xff;
	}
}

void su_abi_call_reads(struct su_regset *ret)
{
	*ret = (struct su_regset){ .vector = 0xff };
	for (int i = 0; i < SU_ABI_ARGUMENT_COUNT; i++)
		ret->gpr[su_abi_arguments[i]] = 0xff;
	ret->gpr[SU_RAX] = 0xff;
	ret->gpr[SU_R10] = 0xff;
	ret->gpr[SU_RSP] = 0xff;
}

void su_abi_return_reads(struct su_regset *ret)
{
	*ret = (struct su_regset){ .vector = 3, .other = true };
	ret->gpr[SU_RAX] = ret->gpr[SU_RDX] = ret->gpr[SU_RSP] = 0xff;
	for (uint8_t reg = 0; reg < 16; reg++) {
		if (su_abi_callee_saved(reg))
			ret->gpr[reg] = 0xff;
	}
}
