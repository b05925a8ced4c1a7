/*
 * One machine instruction, decoded.
 *
 * Source: Intel SDM through Zydis 4 (the only file that includes Zydis is insn.c).  A decoded
 * instruction says everything that the analyses need: where control goes, which locations it reads
 * and writes (implicit operands included), what its explicit operands are, and which fields of its
 * bytes refer to an address.
 */
#ifndef SU_ARCH_INSN_H
#define SU_ARCH_INSN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Registers by hardware encoding; vector registers follow (xmm/ymm/zmm n is one register). */
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
	SU_REG_OTHER = 32, /* x87, mmx, k, segment, control registers: one location for all */
	SU_REG_COUNT,
	SU_REG_NONE = 0xff,
	SU_REG_RIP = 0xfe,
	SU_REG_FS = 0xfd, /* segment base of %fs: thread-local storage, the canary */
	SU_REG_GS = 0xfc,
};

const char *su_reg_name(uint8_t reg); /* "rax", "xmm3", "other" */

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
	uint8_t base, index, scale; /* SU_OP_MEM: SU_REG_NONE when absent; base may be SU_REG_RIP;
				     * SU_REG_OTHER for a 32-bit register (address truncated) */
	uint8_t segment;	    /* SU_REG_FS, SU_REG_GS or SU_REG_NONE */
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

/* Integer arithmetic and logic that writes its whole result to its first operand: add, sub, and,
 * or, xor, shifts, imul, neg, not, inc, dec.  No carry goes in. */
bool su_insn_is_arithmetic(const struct su_insn *insn);

/* Whether both do the same operation on the same registers, widths, frame and structure offsets: all but
 * the values of immediates, and what addresses and branch targets refer to. */
bool su_insn_same_form(const struct su_insn *a, const struct su_insn *b);

/* AT&T text for reports and tests; returns `buffer`. */
const char *su_insn_format(const struct su_insn *insn, char *buffer, size_t size);

#endif
