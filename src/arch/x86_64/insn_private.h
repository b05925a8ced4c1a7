/*
 * What the files that decode share.  Only these include Zydis.
 *
 * insn.c decodes and finds the fields; insn_operands.c says which locations are read and written;
 * insn_meaning.c what the instruction is; insn_special.c corrects both where the architecture says
 * more than Zydis's tables do.
 */
#ifndef SU_ARCH_X86_64_INSN_PRIVATE_H
#define SU_ARCH_X86_64_INSN_PRIVATE_H

#include <Zydis/Zydis.h>

#include "arch/insn.h"

/* ---- insn_operands.c ---- */

/* Explicit operands, and the registers that all of them read and write. */
void su_insn_take_operands(struct su_insn *insn, const ZydisDecodedInstruction *in,
			   const ZydisDecodedOperand *ops);
void su_insn_take_flags(struct su_insn *insn, const ZydisDecodedInstruction *in,
			const ZydisDecodedOperand *ops);

/* ---- insn_meaning.c ---- */

uint8_t su_insn_flow_of(const ZydisDecodedInstruction *in, const ZydisDecodedOperand *ops);
/* Sets `opcode`; operands are known. */
void su_insn_find_opcode(struct su_insn *insn, const ZydisDecodedInstruction *in);

/* ---- insn_special.c ---- */

int64_t su_insn_sign_extended(uint64_t value, unsigned bits);
/* Drops the reads of what the result does not depend on. */
void su_insn_drop_constant_reads(struct su_insn *insn, const ZydisDecodedInstruction *in,
				 const ZydisDecodedOperand *ops);
/* System calls, saved state, x87: what operands do not tell. */
void su_insn_take_special(struct su_insn *insn, const ZydisDecodedInstruction *in,
			  const ZydisDecodedOperand *ops);

#endif
