/*
 * The registers of x86-64, and the roles that the rest of the code knows them by.
 *
 * Source: Intel SDM (encoding); psABI x86-64 1.0, 3.2 (roles).
 */
#ifndef SU_ARCH_X86_64_REGISTERS_H
#define SU_ARCH_X86_64_REGISTERS_H

/* By hardware encoding; vector registers follow (xmm/ymm/zmm n is one register). */
enum {
	SU_RAX,
	SU_RCX,
	SU_RDX,
	SU_RBX,
	SU_RSP,
	SU_RBP,
	SU_RSI,
	SU_RDI,
	SU_R8,
	SU_R9,
	SU_R10,
	SU_R11,
	SU_R12,
	SU_R13,
	SU_R14,
	SU_R15,
	SU_XMM0 = 16,
	SU_XMM15 = 31,
};

enum { SU_DWARF_SP = 7, SU_DWARF_RETURN = 16, SU_DWARF_COUNT = 17 };

/* What arch/registers.h asks for. */
enum {
	SU_REG_SP = SU_RSP,
	SU_REG_FP = SU_RBP,
	SU_REG_GENERAL_LAST = SU_R15,
	SU_REG_VECTOR = SU_XMM0,
	SU_REG_VECTOR_LAST = SU_XMM15,
	SU_REG_OTHER = 32, /* x87, mmx, k, segment, control registers */
	SU_REG_RESULT = SU_RAX,
	SU_REG_RESULT_HIGH = SU_RDX,
	SU_REG_RESULT_AT = SU_RDI,
	SU_REG_ARGUMENT_1 = SU_RDI,
	SU_REG_ARGUMENT_2 = SU_RSI,
	SU_REG_ARGUMENT_3 = SU_RDX,
	SU_REG_ARGUMENT_4 = SU_RCX,
	SU_REG_VECTOR_COUNT = SU_RAX,
	SU_REG_STUB_VALUE = SU_RAX,
	SU_REG_STUB_OPERAND = SU_RCX,
	SU_REG_COPY_TO = SU_RDI,
	SU_REG_COPY_FROM = SU_RSI,
	SU_REG_COPY_COUNT = SU_RCX,
};

#endif
