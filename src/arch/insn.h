/*
 * One machine instruction, decoded.
 *
 * A decoded instruction says everything that the analyses need: where control goes, which locations it reads
 * and writes (implicit operands included), what its explicit operands are, and which fields of its
 * bytes refer to an address.
 */
#ifndef SU_ARCH_INSN_H
#define SU_ARCH_INSN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/registers.h"

/* A set of register bytes: general registers by byte, the others whole, and the flags by bit. */
struct su_regset {
	uint8_t gpr[16]; /* bit n: byte n of the register */
	uint32_t vector; /* bit n: xmm n (any part) */
	uint8_t flags;	 /* SU_FLAG_* */
	bool other;	 /* SU_REG_OTHER */
};

enum {
	SU_FLAG_CF = 1,
	SU_FLAG_PF = 2,
	SU_FLAG_AF = 4,
	SU_FLAG_ZF = 8,
	SU_FLAG_SF = 16,
	SU_FLAG_OF = 32,
	SU_FLAG_DF = 64,
	SU_STATUS_FLAGS = 63, /* those that say how an operation ended */
};

enum su_flow {
	SU_FLOW_NEXT = 0, /* falls through */
	SU_FLOW_JUMP,	  /* to `target` */
	SU_FLOW_COND,	  /* to `target` or falls through (loop, jrcxz too) */
	SU_FLOW_CALL,	  /* calls `target`, then falls through if it returns */
	SU_FLOW_CALL_IND,
	SU_FLOW_JUMP_IND,
	SU_FLOW_RET,
	SU_FLOW_STOP, /* ud2, hlt: never goes on */
};

enum su_operand_kind { SU_OP_NONE = 0, SU_OP_REG, SU_OP_MEM, SU_OP_IMM };

struct su_operand {
	uint8_t kind; /* enum su_operand_kind */
	uint8_t size; /* bytes; 0 for lea's memory operand */
	bool read : 1, written : 1;
	bool high_byte : 1; /* ah, bh, ch, dh */
	uint8_t reg;	    /* SU_OP_REG: general or vector register, SU_REG_OTHER for the rest */
	uint8_t base, index, scale; /* SU_OP_MEM: SU_REG_NONE when absent; base may be SU_REG_PC;
				     * SU_REG_OTHER for a 32-bit register (address truncated) */
	uint8_t segment;	    /* SU_REG_THREAD, SU_REG_SEGMENT or SU_REG_NONE */
	union {
		int64_t disp; /* SU_OP_MEM; for base rip: the absolute vaddr that is meant */
		int64_t imm;  /* SU_OP_IMM: sign-extended to 64 bits; for direct branches the target
			       */
	};
};

/* A field in the instruction's bytes that holds an address. */
struct su_field {
	uint8_t off, size; /* in the instruction; size 0: no such field */
	bool pc_relative;
	uint64_t target; /* vaddr */
};

/* What an instruction does, as far as value analysis gives it a meaning. */
enum su_opcode {
	SU_OPC_OTHER = 0,
	SU_OPC_NOP, /* also endbr64 */
	SU_OPC_MOV, /* mov; also movabs and vector moves of whole registers */
	SU_OPC_MOVZX,
	SU_OPC_MOVSX, /* movsxd too */
	SU_OPC_LEA,
	SU_OPC_ADD,
	SU_OPC_SUB,
	SU_OPC_AND,
	SU_OPC_OR,
	SU_OPC_XOR,
	SU_OPC_SHL,
	SU_OPC_SHR,
	SU_OPC_SAR,
	SU_OPC_IMUL,
	SU_OPC_NEG,
	SU_OPC_NOT,
	SU_OPC_INC,
	SU_OPC_DEC,
	SU_OPC_PUSH,
	SU_OPC_POP,
	SU_OPC_LEAVE,
	SU_OPC_CALL,
	SU_OPC_JMP,
	SU_OPC_JCC,
	SU_OPC_RET,
	SU_OPC_CMP,
	SU_OPC_TEST,
	SU_OPC_CMOV,
	SU_OPC_SETCC,
	SU_OPC_XCHG,
	SU_OPC_CDQE, /* cbw, cwde, cdqe */
	SU_OPC_CQO,  /* cwd, cdq, cqo */
};

struct su_insn {
	uint64_t vaddr;
	const uint8_t *bytes; /* borrowed from the code buffer */
	uint8_t length;
	uint8_t flow;	       /* enum su_flow */
	uint8_t opcode;	       /* enum su_opcode */
	uint8_t operand_count; /* explicit ones */
	uint16_t mnemonic;     /* the decoder's own number, for equality only */
	bool is_endbr;
	bool is_string; /* rep movs, stos, ...: memory operands are implicit, of unknown extent;
			 * also bts %r,(m), gathers, fxsave: extent not told by the operand's size
			 */
	bool is_syscall;
	bool implicit_memory; /* accesses memory by operands that are not explicit (push, call, ...)
			       */
	uint64_t target;      /* direct branches: vaddr */
	struct su_operand operands[4];
	struct su_field fields[2];	/* rip-relative displacements and branch targets only */
	struct su_regset reads, writes; /* registers and flags; a write to a 32-bit register writes
			 * all 8 bytes; conditional writes (cmov) also count as reads;
			 * addresses' base and index registers are reads. xor r,r and
			 * sub r,r of equal registers read nothing (so too or $-1, and $0;
			 * sbb r,r reads the carry). `other` is never only written.
			 * Calls: only what the instruction itself does (rsp). */
};

/* Decodes the instruction at `code` (at most `size` bytes), which is at `vaddr`. False when it is
 * no valid 64-bit instruction or runs over the end. */
bool su_insn_decode(const uint8_t *code, size_t size, uint64_t vaddr, struct su_insn *ret);

/* String instructions that repeat one operation: so often as SU_REG_COPY_COUNT says, upwards, *ret_unit bytes at
 * a time. */
enum su_repeat {
	SU_REPEAT_NONE = 0,
	SU_REPEAT_STORE, /* the low bytes of SU_REG_RESULT to where SU_REG_COPY_TO points */
	SU_REPEAT_COPY,	 /* from where SU_REG_COPY_FROM points */
};

enum su_repeat su_insn_repeats(const struct su_insn *insn, uint8_t *ret_unit);
/* Whether it does nothing but store the lowest bytes of a register. */
bool su_insn_stores_low(const struct su_insn *insn);
/* Whether it sets the low half of a vector register to a general register's value, and the rest to 0. */
bool su_insn_takes_general(const struct su_insn *insn);
/* Whether it puts the low half of its second vector register behind that of its first one. */
bool su_insn_joins_halves(const struct su_insn *insn);
/* Whether it sets all of a vector register to zero. */
bool su_insn_clears_vector(const struct su_insn *insn);

/* When a conditional jump by flags is taken: unsigned comparisons and equality have names. */
enum su_jump_condition {
	SU_COND_NONE = -1, /* no such jump */
	SU_COND_BELOW = 2,
	SU_COND_ABOVE_EQUAL,
	SU_COND_EQUAL,
	SU_COND_NOT_EQUAL,
	SU_COND_BELOW_EQUAL,
	SU_COND_ABOVE,
};

int su_insn_condition(const struct su_insn *insn); /* enum su_jump_condition, or another one */
bool su_condition_is_inverse(int a, int b);	   /* of conditions that are not SU_COND_NONE */

/* Integer arithmetic and logic that writes its whole result to its first operand: add, sub, and,
 * or, xor, shifts, imul, neg, not, inc, dec.  No carry goes in. */
bool su_insn_is_arithmetic(const struct su_insn *insn);

/* Whether both do the same operation on the same registers, widths, frame and structure offsets: all but
 * the values of immediates, and what addresses and branch targets refer to. */
bool su_insn_same_form(const struct su_insn *a, const struct su_insn *b);

/* AT&T text for reports and tests; returns `buffer`. */
const char *su_insn_format(const struct su_insn *insn, char *buffer, size_t size);

#endif
