/*
 * Registers, as the rest of the code knows them: by number, and by role.
 *
 * General registers are 0 to SU_REG_GENERAL_LAST, vector registers SU_REG_VECTOR to
 * SU_REG_VECTOR_LAST, and SU_REG_OTHER is one location for all others.  An architecture's registers.h
 * gives those and
 *
 *	SU_REG_SP               the stack pointer
 *	SU_REG_FP               the frame pointer, in functions that have one
 *	SU_REG_RESULT, _HIGH    where a call's result is
 *	SU_REG_RESULT_AT        holds, at a call, the address of a result that is returned in memory
 *	SU_REG_ARGUMENT_1 ...   the first arguments
 *	SU_REG_VECTOR_COUNT     tells a variadic function of vector arguments
 *	SU_REG_STUB_...         stubs compute in these, and save them before
 *	SU_REG_COPY_...         what instructions that copy memory take implicitly
 *	SU_DWARF_SP, _RETURN    DWARF's numbers of the stack pointer and of the return address; call
 *	                        frame information has _COUNT columns for general registers and that
 */
#ifndef SU_ARCH_REGISTERS_H
#define SU_ARCH_REGISTERS_H

#include <stdint.h>

#include "arch/x86_64/registers.h"

enum {
	SU_REG_COUNT = SU_REG_OTHER + 1,
	SU_REG_NONE = 0xff,
	SU_REG_PC = 0xfe,      /* as a base of addresses */
	SU_REG_THREAD = 0xfd,  /* the base of thread-local storage, and of the canary */
	SU_REG_SEGMENT = 0xfc, /* another segment's base */
};

const char *su_reg_name(uint8_t reg); /* "rax", "xmm3", "other" */

/* The register of a number in DWARF, or SU_REG_NONE. */
uint8_t su_reg_of_dwarf(uint64_t number);
/* The number in DWARF of a general register. */
uint8_t su_reg_to_dwarf(uint32_t reg);

#endif
