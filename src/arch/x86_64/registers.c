/* Names and numbers of registers: see arch/registers.h. Source: psABI x86-64, figure 3.36. */
#include "arch/registers.h"

static const char *const reg_names[SU_REG_COUNT] = {
	"rax",	 "rcx",	  "rdx",   "rbx",   "rsp",   "rbp",   "rsi",  "rdi",  "r8",
	"r9",	 "r10",	  "r11",   "r12",   "r13",   "r14",   "r15",  "xmm0", "xmm1",
	"xmm2",	 "xmm3",  "xmm4",  "xmm5",  "xmm6",  "xmm7",  "xmm8", "xmm9", "xmm10",
	"xmm11", "xmm12", "xmm13", "xmm14", "xmm15", "other",
};

const char *su_reg_name(uint8_t reg)
{
	if (reg < SU_REG_COUNT)
		return reg_names[reg];
	switch (reg) {
	case SU_REG_PC:
		return "rip";
	case SU_REG_THREAD:
		return "fs";
	case SU_REG_SEGMENT:
		return "gs";
	default:
		return "none";
	}
}

/* Its first eight; the others are numbered as the hardware does. */
static const uint8_t general[8] = {
	SU_RAX, SU_RDX, SU_RCX, SU_RBX, SU_RSI, SU_RDI, SU_RBP, SU_RSP
};

uint8_t su_reg_to_dwarf(uint32_t reg)
{
	for (uint8_t number = 0; number < 8; number++) {
		if (general[number] == reg)
			return number;
	}
	return (uint8_t)reg;
}

uint8_t su_reg_of_dwarf(uint64_t number)
{
	if (number < 8)
		return general[number];
	if (number < 16)
		return (uint8_t)number;
	if (number >= 17 && number <= 32)
		return (uint8_t)(number - 17 + SU_XMM0);
	return SU_REG_NONE;
}
