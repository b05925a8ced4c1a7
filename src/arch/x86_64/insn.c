/*
 * Decoding with Zydis: see insn.h.
 *
 * Zydis names every operand, hidden ones included, with what the instruction does to it.  This file
 * turns that into sets of register bytes and corrects it where the architecture says more than the
 * tables do: merging SSE writes, idioms whose result does not depend on a register, system calls,
 * accesses whose extent an operand's size does not tell.
 *
 * Invariant: `writes` may be trusted to kill.  What an instruction writes only under a condition,
 * or only in part of a location that the sets hold as one, is in `reads` as well.
 */
#include "arch/x86_64/insn.h"

#include <Zydis/Zydis.h>
#include <string.h>

#include "base/err.h"

#define VECTORS_LOW 0xffffu /* xmm0..15: all that VEX can name */

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
	case SU_REG_RIP:
		return "rip";
	case SU_REG_FS:
		return "fs";
	case SU_REG_GS:
		return "gs";
	default:
		return "none";
	}
}

/* A register as this project names it. */
struct place {
	uint8_t reg;	/* as in su_operand */
	uint8_t bytes;	/* general registers: mask of the bytes it names */
	uint8_t vector; /* vector registers: 0..31 */
	bool is_gpr, is_vector, ignored;
};

static struct place gpr_place(unsigned reg, uint8_t bytes)
{
	return (struct place){ .reg = (uint8_t)reg, .bytes = bytes, .is_gpr = true };
}

static struct place gpr8_place(ZydisRegister reg)
{
	unsigned index =
		reg - ZYDIS_REGISTER_AL; /* al cl dl bl ah ch dh bh spl bpl sil dil r8b.. */

	if (index < 4)
		return gpr_place(index, 1);
	if (index < 8)
		return gpr_place(index - 4, 2);
	return gpr_place(index - 4, 1);
}

static struct place vector_place(ZydisRegister reg)
{
	uint8_t id = (uint8_t)ZydisRegisterGetId(reg);

	return (struct place){ .reg = id < 16 ? SU_XMM0 + id : SU_REG_OTHER,
			       .vector = id,
			       .is_vector = true };
}

static struct place place_of(ZydisRegister reg)
{
	switch (ZydisRegisterGetClass(reg)) {
	case ZYDIS_REGCLASS_GPR8:
		return gpr8_place(reg);
	case ZYDIS_REGCLASS_GPR16:
		return gpr_place(reg - ZYDIS_REGISTER_AX, 0x03);
	case ZYDIS_REGCLASS_GPR32:
		return gpr_place(reg - ZYDIS_REGISTER_EAX, 0x0f);
	case ZYDIS_REGCLASS_GPR64:
		return gpr_place(reg - ZYDIS_REGISTER_RAX, 0xff);
	case ZYDIS_REGCLASS_XMM:
	case ZYDIS_REGCLASS_YMM:
	case ZYDIS_REGCLASS_ZMM:
		return vector_place(reg);
	case ZYDIS_REGCLASS_IP:
	case ZYDIS_REGCLASS_FLAGS:
		return (struct place){ .reg = SU_REG_OTHER, .ignored = true };
	case ZYDIS_REGCLASS_INVALID:
		return (struct place){ .reg = SU_REG_NONE, .ignored = reg == ZYDIS_REGISTER_NONE };
	default:
		return (struct place){ .reg = SU_REG_OTHER };
	}
}

static void set_read(struct su_insn *insn, struct place place)
{
	if (place.ignored)
		return;
	if (place.is_gpr)
		insn->reads.gpr[place.reg] |= place.bytes;
	else if (place.is_vector)
		insn->reads.vector |= 1u << place.vector;
	else
		insn->reads.other = true;
}

static void set_written(struct su_insn *insn, struct place place)
{
	if (place.ignored)
		return;
	if (place.is_gpr)
		insn->writes.gpr[place.reg] |= place.bytes == 0x0f ? 0xff : place.bytes;
	else if (place.is_vector)
		insn->writes.vector |= 1u << place.vector;
	else
		insn->writes.other = insn->reads.other = true;
}

/* A register that keeps its old value when the write does not happen. */
static void set_kept(struct su_insn *insn, struct place place)
{
	if (place.is_gpr && place.bytes == 0x0f)
		place.bytes = 0xff;
	set_read(insn, place);
}

static bool is_cmov(const ZydisDecodedInstruction *in)
{
	return in->meta.category == ZYDIS_CATEGORY_CMOV;
}

/* Whether writing this vector operand leaves a part of the low 128 bits as it was. */
static bool merges(const ZydisDecodedInstruction *in, const ZydisDecodedOperand *op)
{
	if (in->encoding == ZYDIS_INSTRUCTION_ENCODING_EVEX && op->id == 0 &&
	    in->avx.mask.mode == ZYDIS_MASK_MODE_MERGING)
		return true;
	switch (in->mnemonic) {
	case ZYDIS_MNEMONIC_CVTPD2DQ: /* write 64 bits and zero the rest */
	case ZYDIS_MNEMONIC_CVTTPD2DQ:
	case ZYDIS_MNEMONIC_CVTPD2PS:
		return false;
	default:
		break;
	}
	bool legacy = in->encoding == ZYDIS_INSTRUCTION_ENCODING_LEGACY ||
		      in->encoding == ZYDIS_INSTRUCTION_ENCODING_3DNOW;
	return legacy && op->size < 128;
}

static bool keeps_when_zero(ZydisMnemonic mnemonic)
{
	switch (mnemonic) {
	case ZYDIS_MNEMONIC_BSF: /* a zero source leaves the destination */
	case ZYDIS_MNEMONIC_BSR:
	case ZYDIS_MNEMONIC_RDSSPD: /* a no-op without shadow stacks */
	case ZYDIS_MNEMONIC_RDSSPQ:
		return true;
	default:
		return false;
	}
}

/* Whether the operand may hold some of its old value after it has been written. */
static bool keeps_old(const ZydisDecodedInstruction *in, const ZydisDecodedOperand *op)
{
	if (!(op->actions & ZYDIS_OPERAND_ACTION_MASK_WRITE))
		return false;
	if (op->actions & ZYDIS_OPERAND_ACTION_CONDWRITE || keeps_when_zero(in->mnemonic))
		return true;
	return op->type == ZYDIS_OPERAND_TYPE_REGISTER && place_of(op->reg.value).is_vector &&
	       merges(in, op);
}

static void reg_effects(struct su_insn *insn, const ZydisDecodedInstruction *in,
			const ZydisDecodedOperand *op)
{
	struct place place = place_of(op->reg.value);

	if (op->actions & ZYDIS_OPERAND_ACTION_MASK_READ)
		set_read(insn, place);
	if (op->actions & ZYDIS_OPERAND_ACTION_MASK_WRITE)
		set_written(insn, place);
	if (is_cmov(in))
		set_read(insn, place); /* a 32-bit cmov clears the upper half either way */
	else if (keeps_old(in, op))
		set_kept(insn, place);
}

static void mem_effects(struct su_insn *insn, const ZydisDecodedOperand *op)
{
	set_read(insn, place_of(op->mem.base));
	set_read(insn, place_of(op->mem.index));
}

static uint8_t flag_bits(ZydisAccessedFlagsMask mask)
{
	return (uint8_t)((mask & ZYDIS_CPUFLAG_CF ? SU_FLAG_CF : 0) |
			 (mask & ZYDIS_CPUFLAG_PF ? SU_FLAG_PF : 0) |
			 (mask & ZYDIS_CPUFLAG_AF ? SU_FLAG_AF : 0) |
			 (mask & ZYDIS_CPUFLAG_ZF ? SU_FLAG_ZF : 0) |
			 (mask & ZYDIS_CPUFLAG_SF ? SU_FLAG_SF : 0) |
			 (mask & ZYDIS_CPUFLAG_OF ? SU_FLAG_OF : 0) |
			 (mask & ZYDIS_CPUFLAG_DF ? SU_FLAG_DF : 0));
}

static bool is_shift(const ZydisDecodedInstruction *in)
{
	return in->meta.category == ZYDIS_CATEGORY_SHIFT ||
	       in->meta.category == ZYDIS_CATEGORY_ROTATE;
}

/* A count of zero changes no flag. */
static bool shifts_by_zero(const ZydisDecodedInstruction *in, const ZydisDecodedOperand *ops)
{
	unsigned last = in->operand_count_visible;
	uint64_t mask = in->operand_width == 64 ? 63 : 31;

	return is_shift(in) && last >= 2 && ops[last - 1].type == ZYDIS_OPERAND_TYPE_IMMEDIATE &&
	       (ops[last - 1].imm.value.u & mask) == 0;
}

static void flag_effects(struct su_insn *insn, const ZydisDecodedInstruction *in,
			 const ZydisDecodedOperand *ops)
{
	const ZydisAccessedFlags *flags = in->cpu_flags;

	if (!flags || insn->is_syscall || in->meta.category == ZYDIS_CATEGORY_INTERRUPT)
		return;
	insn->reads.flags = flag_bits(flags->tested);
	if (shifts_by_zero(in, ops))
		return;
	insn->writes.flags =
		flag_bits(flags->modified | flags->set_0 | flags->set_1 | flags->undefined);
	for (unsigned i = 0; i < in->operand_count; i++) {
		if (ops[i].type == ZYDIS_OPERAND_TYPE_REGISTER &&
		    ops[i].reg.value == ZYDIS_REGISTER_RFLAGS &&
		    (ops[i].actions & ZYDIS_OPERAND_ACTION_CONDWRITE))
			insn->reads.flags |= insn->writes.flags;
	}
}

/* ---- explicit operands ---- */

static void convert_mem(struct su_operand *ret, const ZydisDecodedInstruction *in,
			const ZydisDecodedOperand *op, uint64_t next)
{
	bool narrow = in->address_width != 64; /* 32-bit registers: an address that is truncated */

	ret->base = narrow && op->mem.base != ZYDIS_REGISTER_NONE ? SU_REG_OTHER
		    : op->mem.base == ZYDIS_REGISTER_RIP	  ? SU_REG_RIP
								  : place_of(op->mem.base).reg;
	ret->index = narrow && op->mem.index != ZYDIS_REGISTER_NONE ? SU_REG_OTHER
								    : place_of(op->mem.index).reg;
	ret->scale = op->mem.scale;
	ret->segment = op->mem.segment == ZYDIS_REGISTER_FS   ? SU_REG_FS
		       : op->mem.segment == ZYDIS_REGISTER_GS ? SU_REG_GS
							      : SU_REG_NONE;
	ret->disp = op->mem.disp.value;
	if (ret->base == SU_REG_RIP)
		ret->disp = (int64_t)(next + (uint64_t)op->mem.disp.value);
	if (op->mem.type == ZYDIS_MEMOP_TYPE_AGEN) {
		ret->size = 0;
		ret->read = ret->written = false;
	}
}

static int64_t sign_extended(uint64_t value, unsigned bits)
{
	if (bits == 0 || bits >= 64)
		return (int64_t)value;
	return (int64_t)(value << (64 - bits)) >> (64 - bits);
}

static void convert_reg(struct su_operand *ret, const ZydisDecodedOperand *op)
{
	struct place place = place_of(op->reg.value);

	ret->reg = place.reg;
	ret->high_byte = place.is_gpr && place.bytes == 2;
}

static void convert_operand(struct su_insn *insn, const ZydisDecodedInstruction *in,
			    const ZydisDecodedOperand *op)
{
	struct su_operand *ret = &insn->operands[insn->operand_count++];
	uint64_t next = insn->vaddr + insn->length;

	*ret = (struct su_operand){ .base = SU_REG_NONE,
				    .index = SU_REG_NONE,
				    .reg = SU_REG_NONE,
				    .segment = SU_REG_NONE };
	ret->size = (uint8_t)(op->size / 8 > 255 ? 255 : op->size / 8);
	ret->read = op->actions & ZYDIS_OPERAND_ACTION_MASK_READ || keeps_old(in, op);
	ret->written = op->actions & ZYDIS_OPERAND_ACTION_MASK_WRITE;
	switch (op->type) {
	case ZYDIS_OPERAND_TYPE_REGISTER:
		ret->kind = SU_OP_REG;
		convert_reg(ret, op);
		break;
	case ZYDIS_OPERAND_TYPE_MEMORY:
		ret->kind = SU_OP_MEM;
		convert_mem(ret, in, op, next);
		break;
	case ZYDIS_OPERAND_TYPE_IMMEDIATE:
		ret->kind = SU_OP_IMM;
		ret->imm = op->imm.is_relative ? (int64_t)(next + op->imm.value.u)
					       : sign_extended(op->imm.value.u, op->size);
		break;
	default:
		ret->kind = SU_OP_NONE;
		break;
	}
}

static bool is_unused_mask(const ZydisDecodedOperand *op)
{
	return op->type == ZYDIS_OPERAND_TYPE_REGISTER && op->reg.value == ZYDIS_REGISTER_K0 &&
	       op->encoding == ZYDIS_OPERAND_ENCODING_MASK;
}

static void take_operands(struct su_insn *insn, const ZydisDecodedInstruction *in,
			  const ZydisDecodedOperand *ops)
{
	for (unsigned i = 0; i < in->operand_count; i++) {
		const ZydisDecodedOperand *op = &ops[i];
		bool explicit = op->visibility != ZYDIS_OPERAND_VISIBILITY_HIDDEN;

		if (is_unused_mask(op))
			continue;
		if (op->type == ZYDIS_OPERAND_TYPE_REGISTER)
			reg_effects(insn, in, op);
		if (op->type == ZYDIS_OPERAND_TYPE_MEMORY)
			mem_effects(insn, op);
		if (explicit && insn->operand_count < 4)
			convert_operand(insn, in, op);
		else if (op->type == ZYDIS_OPERAND_TYPE_MEMORY)
			insn->implicit_memory = true;
	}
}

/* ---- control flow and address fields ---- */

static uint8_t flow_of(const ZydisDecodedInstruction *in, const ZydisDecodedOperand *ops)
{
	bool direct = in->operand_count_visible && ops[0].type == ZYDIS_OPERAND_TYPE_IMMEDIATE &&
		      ops[0].imm.is_relative;

	switch (in->mnemonic) {
	case ZYDIS_MNEMONIC_UD0:
	case ZYDIS_MNEMONIC_UD1:
	case ZYDIS_MNEMONIC_UD2:
	case ZYDIS_MNEMONIC_HLT:
		return SU_FLOW_STOP;
	case ZYDIS_MNEMONIC_XABORT: /* go on, outside of a transaction */
	case ZYDIS_MNEMONIC_XEND:
		return SU_FLOW_NEXT;
	default:
		break;
	}
	switch (in->meta.category) {
	case ZYDIS_CATEGORY_CALL:
		return direct ? SU_FLOW_CALL : SU_FLOW_CALL_IND;
	case ZYDIS_CATEGORY_UNCOND_BR:
		return direct ? SU_FLOW_JUMP : SU_FLOW_JUMP_IND;
	case ZYDIS_CATEGORY_COND_BR:
		return SU_FLOW_COND;
	case ZYDIS_CATEGORY_RET:
	case ZYDIS_CATEGORY_SYSRET:
		return SU_FLOW_RET;
	default:
		return SU_FLOW_NEXT;
	}
}

static void add_field(struct su_insn *insn, uint8_t off, uint8_t bits, uint64_t target)
{
	struct su_field *field = insn->fields[0].size ? &insn->fields[1] : &insn->fields[0];

	*field = (struct su_field){
		.off = off, .size = bits / 8, .pc_relative = true, .target = target
	};
}

static void find_fields(struct su_insn *insn, const ZydisDecodedInstruction *in,
			const ZydisDecodedOperand *ops)
{
	uint64_t next = insn->vaddr + insn->length;

	for (unsigned i = 0; i < in->operand_count_visible; i++) {
		const ZydisDecodedOperand *op = &ops[i];

		if (op->type == ZYDIS_OPERAND_TYPE_IMMEDIATE && op->imm.is_relative) {
			insn->target = next + op->imm.value.u;
			add_field(insn, in->raw.imm[0].offset, in->raw.imm[0].size, insn->target);
		}
		if (op->type == ZYDIS_OPERAND_TYPE_MEMORY && op->mem.base == ZYDIS_REGISTER_RIP)
			add_field(insn, in->raw.disp.offset, in->raw.disp.size,
				  next + (uint64_t)op->mem.disp.value);
	}
}

/* ---- meanings ---- */

static uint8_t opcode_of(const ZydisDecodedInstruction *in)
{
	switch (in->meta.category) {
	case ZYDIS_CATEGORY_CMOV:
		return SU_OPC_CMOV;
	case ZYDIS_CATEGORY_SETCC:
		return SU_OPC_SETCC;
	case ZYDIS_CATEGORY_CALL:
		return SU_OPC_CALL;
	default:
		break;
	}
	switch (in->mnemonic) {
	case ZYDIS_MNEMONIC_NOP:
	case ZYDIS_MNEMONIC_ENDBR32:
	case ZYDIS_MNEMONIC_ENDBR64:
	case ZYDIS_MNEMONIC_PAUSE:
		return SU_OPC_NOP;
	case ZYDIS_MNEMONIC_MOV:
	case ZYDIS_MNEMONIC_MOVNTI:
	case ZYDIS_MNEMONIC_MOVAPS:
	case ZYDIS_MNEMONIC_MOVAPD:
	case ZYDIS_MNEMONIC_MOVUPS:
	case ZYDIS_MNEMONIC_MOVUPD:
	case ZYDIS_MNEMONIC_MOVDQA:
	case ZYDIS_MNEMONIC_MOVDQU:
	case ZYDIS_MNEMONIC_VMOVAPS:
	case ZYDIS_MNEMONIC_VMOVAPD:
	case ZYDIS_MNEMONIC_VMOVUPS:
	case ZYDIS_MNEMONIC_VMOVUPD:
	case ZYDIS_MNEMONIC_VMOVDQA:
	case ZYDIS_MNEMONIC_VMOVDQU:
		return SU_OPC_MOV;
	case ZYDIS_MNEMONIC_MOVZX:
		return SU_OPC_MOVZX;
	case ZYDIS_MNEMONIC_MOVSX:
	case ZYDIS_MNEMONIC_MOVSXD:
		return SU_OPC_MOVSX;
	case ZYDIS_MNEMONIC_LEA:
		return SU_OPC_LEA;
	case ZYDIS_MNEMONIC_ADD:
		return SU_OPC_ADD;
	case ZYDIS_MNEMONIC_SUB:
		return SU_OPC_SUB;
	case ZYDIS_MNEMONIC_AND:
		return SU_OPC_AND;
	case ZYDIS_MNEMONIC_OR:
		return SU_OPC_OR;
	case ZYDIS_MNEMONIC_XOR:
		return SU_OPC_XOR;
	case ZYDIS_MNEMONIC_SHL:
		return SU_OPC_SHL;
	case ZYDIS_MNEMONIC_SHR:
		return SU_OPC_SHR;
	case ZYDIS_MNEMONIC_SAR:
		return SU_OPC_SAR;
	case ZYDIS_MNEMONIC_IMUL: /* one operand: the result is in rdx:rax */
		return in->operand_count_visible > 1 ? SU_OPC_IMUL : SU_OPC_OTHER;
	case ZYDIS_MNEMONIC_NEG:
		return SU_OPC_NEG;
	case ZYDIS_MNEMONIC_NOT:
		return SU_OPC_NOT;
	case ZYDIS_MNEMONIC_INC:
		return SU_OPC_INC;
	case ZYDIS_MNEMONIC_DEC:
		return SU_OPC_DEC;
	case ZYDIS_MNEMONIC_PUSH:
		return SU_OPC_PUSH;
	case ZYDIS_MNEMONIC_POP:
		return SU_OPC_POP;
	case ZYDIS_MNEMONIC_LEAVE:
		return SU_OPC_LEAVE;
	case ZYDIS_MNEMONIC_JMP:
		return SU_OPC_JMP;
	case ZYDIS_MNEMONIC_RET:
		return SU_OPC_RET;
	case ZYDIS_MNEMONIC_CMP:
		return SU_OPC_CMP;
	case ZYDIS_MNEMONIC_TEST:
		return SU_OPC_TEST;
	case ZYDIS_MNEMONIC_XCHG:
		return SU_OPC_XCHG;
	case ZYDIS_MNEMONIC_CBW:
	case ZYDIS_MNEMONIC_CWDE:
	case ZYDIS_MNEMONIC_CDQE:
		return SU_OPC_CDQE;
	case ZYDIS_MNEMONIC_CWD:
	case ZYDIS_MNEMONIC_CDQ:
	case ZYDIS_MNEMONIC_CQO:
		return SU_OPC_CQO;
	default:
		return SU_OPC_OTHER;
	}
}

static bool is_flag_jump(const ZydisDecodedInstruction *in)
{
	return in->meta.category == ZYDIS_CATEGORY_COND_BR && in->cpu_flags &&
	       in->cpu_flags->tested && in->mnemonic != ZYDIS_MNEMONIC_LOOPE &&
	       in->mnemonic != ZYDIS_MNEMONIC_LOOPNE;
}

static void find_opcode(struct su_insn *insn, const ZydisDecodedInstruction *in)
{
	insn->opcode = is_flag_jump(in) ? SU_OPC_JCC : opcode_of(in);
	if (in->meta.branch_type == ZYDIS_BRANCH_TYPE_FAR)
		insn->opcode = SU_OPC_OTHER;
	for (unsigned i = 0; i < insn->operand_count; i++) {
		const struct su_operand *op = &insn->operands[i];

		/* segment, control and debug registers, and what the operands cannot express */
		if (insn->opcode != SU_OPC_NOP && op->kind == SU_OP_REG && op->reg == SU_REG_OTHER)
			insn->opcode = SU_OPC_OTHER;
	}
}

/* Two-register forms that give the same result whatever the register holds. */
static bool is_constant_idiom(ZydisMnemonic mnemonic)
{
	switch (mnemonic) {
	case ZYDIS_MNEMONIC_XOR:
	case ZYDIS_MNEMONIC_SUB:
	case ZYDIS_MNEMONIC_SBB: /* of the register, that is: it reads the carry */
	case ZYDIS_MNEMONIC_PXOR:
	case ZYDIS_MNEMONIC_XORPS:
	case ZYDIS_MNEMONIC_XORPD:
	case ZYDIS_MNEMONIC_PSUBB:
	case ZYDIS_MNEMONIC_PSUBW:
	case ZYDIS_MNEMONIC_PSUBD:
	case ZYDIS_MNEMONIC_PSUBQ:
	case ZYDIS_MNEMONIC_PCMPEQB:
	case ZYDIS_MNEMONIC_PCMPEQW:
	case ZYDIS_MNEMONIC_PCMPEQD:
	case ZYDIS_MNEMONIC_PCMPGTB:
	case ZYDIS_MNEMONIC_PCMPGTW:
	case ZYDIS_MNEMONIC_PCMPGTD:
	case ZYDIS_MNEMONIC_VPXOR:
	case ZYDIS_MNEMONIC_VXORPS:
	case ZYDIS_MNEMONIC_VXORPD:
	case ZYDIS_MNEMONIC_VPSUBB:
	case ZYDIS_MNEMONIC_VPSUBW:
	case ZYDIS_MNEMONIC_VPSUBD:
	case ZYDIS_MNEMONIC_VPSUBQ:
	case ZYDIS_MNEMONIC_VPCMPEQB:
	case ZYDIS_MNEMONIC_VPCMPEQW:
	case ZYDIS_MNEMONIC_VPCMPEQD:
		return true;
	default:
		return false;
	}
}

static bool same_register(const ZydisDecodedOperand *a, const ZydisDecodedOperand *b)
{
	return a->type == ZYDIS_OPERAND_TYPE_REGISTER && b->type == ZYDIS_OPERAND_TYPE_REGISTER &&
	       a->reg.value == b->reg.value;
}

/* or $-1 and and $0, which compilers use as short constants */
static bool is_constant_mask(const ZydisDecodedInstruction *in, const ZydisDecodedOperand *ops)
{
	if (in->operand_count_visible != 2 || ops[0].type != ZYDIS_OPERAND_TYPE_REGISTER ||
	    ops[1].type != ZYDIS_OPERAND_TYPE_IMMEDIATE)
		return false;
	int64_t mask = sign_extended(ops[1].imm.value.u, ops[1].size);
	return (in->mnemonic == ZYDIS_MNEMONIC_OR && mask == -1) ||
	       (in->mnemonic == ZYDIS_MNEMONIC_AND && mask == 0);
}

static void drop_constant_reads(struct su_insn *insn, const ZydisDecodedInstruction *in,
				const ZydisDecodedOperand *ops)
{
	bool plain = in->encoding == ZYDIS_INSTRUCTION_ENCODING_LEGACY ||
		     in->encoding == ZYDIS_INSTRUCTION_ENCODING_VEX;
	unsigned last = in->operand_count_visible;
	bool twice = (last == 2 || last == 3) && is_constant_idiom(in->mnemonic) &&
		     same_register(&ops[last - 2], &ops[last - 1]);

	if (!plain || !(twice || is_constant_mask(in, ops)))
		return;
	memset(insn->reads.gpr, 0, sizeof(insn->reads.gpr));
	insn->reads.vector = 0;
	for (unsigned i = 0; i < insn->operand_count; i++) {
		if (insn->operands[i].kind == SU_OP_REG)
			insn->operands[i].read = false;
	}
}

/* ---- what the tables do not say ---- */

static void system_call_effects(struct su_insn *insn)
{
	static const uint8_t arguments[] = { SU_RAX, SU_RDI, SU_RSI, SU_RDX, SU_R10, SU_R8, SU_R9 };

	for (size_t i = 0; i < sizeof(arguments); i++)
		insn->reads.gpr[arguments[i]] = 0xff;
	insn->reads.other = insn->writes.other = false; /* cs and ss */
	insn->writes.gpr[SU_RAX] = insn->writes.gpr[SU_RCX] = insn->writes.gpr[SU_R11] = 0xff;
	insn->implicit_memory = true;
}

/* int 0x80 and other software interrupts: whatever the kernel makes of them. */
static void interrupt_effects(struct su_insn *insn)
{
	memset(insn->reads.gpr, 0xff, sizeof(insn->reads.gpr));
	insn->writes.gpr[SU_RAX] = 0xff;
	insn->implicit_memory = insn->is_syscall = true;
}

static bool saves_state(const ZydisDecodedInstruction *in)
{
	return in->meta.category == ZYDIS_CATEGORY_XSAVE ||
	       in->meta.category == ZYDIS_CATEGORY_XSAVEOPT ||
	       in->mnemonic == ZYDIS_MNEMONIC_FXSAVE || in->mnemonic == ZYDIS_MNEMONIC_FXSAVE64 ||
	       in->mnemonic == ZYDIS_MNEMONIC_FXRSTOR || in->mnemonic == ZYDIS_MNEMONIC_FXRSTOR64;
}

static bool is_bit_test(ZydisMnemonic mnemonic)
{
	return mnemonic == ZYDIS_MNEMONIC_BT || mnemonic == ZYDIS_MNEMONIC_BTS ||
	       mnemonic == ZYDIS_MNEMONIC_BTR || mnemonic == ZYDIS_MNEMONIC_BTC;
}

/* Memory operands whose size does not say which bytes are accessed. */
static bool has_unknown_extent(const ZydisDecodedInstruction *in, const ZydisDecodedOperand *ops)
{
	if (is_bit_test(in->mnemonic) && ops[0].type == ZYDIS_OPERAND_TYPE_MEMORY &&
	    ops[1].type == ZYDIS_OPERAND_TYPE_REGISTER)
		return true; /* the bit's number may lead anywhere */
	for (unsigned i = 0; i < in->operand_count_visible; i++) {
		if (ops[i].type != ZYDIS_OPERAND_TYPE_MEMORY)
			continue;
		if (ops[i].mem.type == ZYDIS_MEMOP_TYPE_VSIB || ops[i].size / 8 > 64)
			return true;
		if (ops[i].size == 0 && ops[i].mem.type == ZYDIS_MEMOP_TYPE_MEM)
			return true;
	}
	return false;
}

static void special_effects(struct su_insn *insn, const ZydisDecodedInstruction *in)
{
	if (insn->is_syscall)
		system_call_effects(insn);
	if (in->mnemonic == ZYDIS_MNEMONIC_INT)
		interrupt_effects(insn);
	if (saves_state(in)) {
		insn->reads.vector = insn->writes.vector = UINT32_MAX;
		insn->reads.other = insn->writes.other = true;
	}
	if (in->meta.isa_ext == ZYDIS_ISA_EXT_X87 || in->meta.isa_ext == ZYDIS_ISA_EXT_MMX)
		insn->reads.other = insn->writes.other = true;
	if (in->mnemonic == ZYDIS_MNEMONIC_VZEROALL)
		insn->writes.vector |= VECTORS_LOW;
	if (insn->opcode == SU_OPC_LEAVE) /* rsp becomes rbp + 8 */
		insn->reads.gpr[SU_RSP] = 0;
	if (insn->opcode == SU_OPC_NOP) {
		memset(&insn->reads, 0, sizeof(insn->reads));
		for (unsigned i = 0; i < insn->operand_count; i++)
			insn->operands[i].read = insn->operands[i].written = false;
	}
}

static bool decode(const uint8_t *code, size_t size, ZydisDecodedInstruction *ret,
		   ZydisDecodedOperand *ret_ops)
{
	ZydisDecoder decoder;

	return ZYAN_SUCCESS(ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64,
					     ZYDIS_STACK_WIDTH_64)) &&
	       ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder, code, size, ret, ret_ops));
}

bool su_insn_decode(const uint8_t *code, size_t size, uint64_t vaddr, struct su_insn *ret)
{
	ZydisDecodedInstruction in;
	ZydisDecodedOperand ops[ZYDIS_MAX_OPERAND_COUNT];

	if (!decode(code, size, &in, ops))
		return false;
	*ret = (struct su_insn){
		.vaddr = vaddr,
		.bytes = code,
		.length = in.length,
		.mnemonic = (uint16_t)in.mnemonic,
		.flow = flow_of(&in, ops),
		.is_endbr = in.mnemonic == ZYDIS_MNEMONIC_ENDBR64,
		.is_syscall = in.mnemonic == ZYDIS_MNEMONIC_SYSCALL ||
			      in.mnemonic == ZYDIS_MNEMONIC_SYSENTER,
		.is_string = in.meta.category == ZYDIS_CATEGORY_STRINGOP ||
			     in.meta.category == ZYDIS_CATEGORY_IOSTRINGOP,
	};
	take_operands(ret, &in, ops);
	find_fields(ret, &in, ops);
	find_opcode(ret, &in);
	flag_effects(ret, &in, ops);
	drop_constant_reads(ret, &in, ops);
	special_effects(ret, &in);
	if (ret->opcode != SU_OPC_NOP && has_unknown_extent(&in, ops))
		ret->is_string = true;
	return true;
}

bool su_insn_is_arithmetic(const struct su_insn *insn)
{
	switch (insn->opcode) {
	case SU_OPC_ADD:
	case SU_OPC_SUB:
	case SU_OPC_AND:
	case SU_OPC_OR:
	case SU_OPC_XOR:
	case SU_OPC_SHL:
	case SU_OPC_SHR:
	case SU_OPC_SAR:
	case SU_OPC_IMUL:
	case SU_OPC_NEG:
	case SU_OPC_NOT:
	case SU_OPC_INC:
	case SU_OPC_DEC:
		return true;
	default:
		return false;
	}
}

/* ---- forms ---- */

static bool is_prefix(uint8_t byte)
{
	static const uint8_t prefixes[] = { 0xf0, 0xf2, 0xf3, 0x66, 0x67, 0x26,
					    0x2e, 0x36, 0x3e, 0x64, 0x65 };

	return memchr(prefixes, byte, sizeof(prefixes)) != NULL;
}

/* lock and the like: not in the mnemonic. */
static bool same_prefixes(const struct su_insn *a, const struct su_insn *b)
{
	uint8_t n = 0;

	while (is_prefix(a->bytes[n]) && a->bytes[n] == b->bytes[n])
		n++;
	return !is_prefix(a->bytes[n]) && !is_prefix(b->bytes[n]);
}

static bool same_operand_form(const struct su_operand *a, const struct su_operand *b)
{
	if (a->kind != b->kind || a->size != b->size || a->read != b->read ||
	    a->written != b->written)
		return false;
	if (a->kind == SU_OP_REG)
		return a->reg == b->reg && a->high_byte == b->high_byte;
	if (a->kind != SU_OP_MEM)
		return true;
	return a->base == b->base && a->index == b->index && a->scale == b->scale &&
	       a->segment == b->segment && (a->base == SU_REG_RIP || a->disp == b->disp);
}

bool su_insn_same_form(const struct su_insn *a, const struct su_insn *b)
{
	bool same = a->mnemonic == b->mnemonic && a->flow == b->flow &&
		    a->operand_count == b->operand_count && same_prefixes(a, b);

	for (uint8_t i = 0; i < a->operand_count && same; i++)
		same = same_operand_form(&a->operands[i], &b->operands[i]);
	for (int f = 0; f < 2 && same; f++)
		same = !a->fields[f].size == !b->fields[f].size;
	return same;
}

const char *su_insn_format(const struct su_insn *insn, char *buffer, size_t size)
{
	ZydisDecodedInstruction in;
	ZydisDecodedOperand ops[ZYDIS_MAX_OPERAND_COUNT];
	ZydisFormatter formatter;

	su_assert(size > 0);
	buffer[0] = '\0';
	if (!decode(insn->bytes, insn->length, &in, ops) ||
	    !ZYAN_SUCCESS(ZydisFormatterInit(&formatter, ZYDIS_FORMATTER_STYLE_ATT)) ||
	    !ZYAN_SUCCESS(ZydisFormatterFormatInstruction(&formatter, &in, ops,
							  in.operand_count_visible, buffer, size,
							  insn->vaddr, NULL)))
		buffer[0] = '\0';
	return buffer;
}
