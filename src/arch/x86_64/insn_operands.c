/*
 * What an instruction reads and writes, by its operands: see insn_private.h.
 *
 * Zydis names every operand, hidden ones included, with what the instruction does to it.
 *
 * Invariant: `writes` may be trusted to kill.  What an instruction writes only under a condition,
 * or only in part of a location that the sets hold as one, is in `reads` as well.
 */
#include "arch/x86_64/insn_private.h"

/* A register as this project names it. */
struct reg_place {
	uint8_t reg;	/* as in su_operand */
	uint8_t bytes;	/* general registers: mask of the bytes it names */
	uint8_t vector; /* vector registers: 0..31 */
	bool is_gpr, is_vector, ignored;
};

static struct reg_place gpr_place(unsigned reg, uint8_t bytes)
{
	return (struct reg_place){ .reg = (uint8_t)reg, .bytes = bytes, .is_gpr = true };
}

static struct reg_place gpr8_place(ZydisRegister reg)
{
	unsigned index =
		reg - ZYDIS_REGISTER_AL; /* al cl dl bl ah ch dh bh spl bpl sil dil r8b.. */

	if (index < 4)
		return gpr_place(index, 1);
	if (index < 8)
		return gpr_place(index - 4, 2);
	return gpr_place(index - 4, 1);
}

static struct reg_place vector_place(ZydisRegister reg)
{
	uint8_t id = (uint8_t)ZydisRegisterGetId(reg);

	return (struct reg_place){ .reg = id < 16 ? SU_XMM0 + id : SU_REG_OTHER,
				   .vector = id,
				   .is_vector = true };
}

static struct reg_place place_of(ZydisRegister reg)
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
		return (struct reg_place){ .reg = SU_REG_OTHER, .ignored = true };
	case ZYDIS_REGCLASS_INVALID:
		return (struct reg_place){ .reg = SU_REG_NONE,
					   .ignored = reg == ZYDIS_REGISTER_NONE };
	default:
		return (struct reg_place){ .reg = SU_REG_OTHER };
	}
}

static void note_read(struct su_insn *insn, struct reg_place place)
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

static void note_written(struct su_insn *insn, struct reg_place place)
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
static void note_kept(struct su_insn *insn, struct reg_place place)
{
	if (place.is_gpr && place.bytes == 0x0f)
		place.bytes = 0xff;
	note_read(insn, place);
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
	struct reg_place place = place_of(op->reg.value);

	if (op->actions & ZYDIS_OPERAND_ACTION_MASK_READ)
		note_read(insn, place);
	if (op->actions & ZYDIS_OPERAND_ACTION_MASK_WRITE)
		note_written(insn, place);
	if (is_cmov(in))
		note_read(insn, place); /* a 32-bit cmov clears the upper half either way */
	else if (keeps_old(in, op))
		note_kept(insn, place);
}

static void mem_effects(struct su_insn *insn, const ZydisDecodedOperand *op)
{
	note_read(insn, place_of(op->mem.base));
	note_read(insn, place_of(op->mem.index));
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

void su_insn_take_flags(struct su_insn *insn, const ZydisDecodedInstruction *in,
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
		    : op->mem.base == ZYDIS_REGISTER_RIP	  ? SU_REG_PC
								  : place_of(op->mem.base).reg;
	ret->index = narrow && op->mem.index != ZYDIS_REGISTER_NONE ? SU_REG_OTHER
								    : place_of(op->mem.index).reg;
	ret->scale = op->mem.scale;
	ret->segment = op->mem.segment == ZYDIS_REGISTER_FS   ? SU_REG_THREAD
		       : op->mem.segment == ZYDIS_REGISTER_GS ? SU_REG_SEGMENT
							      : SU_REG_NONE;
	ret->disp = op->mem.disp.value;
	if (ret->base == SU_REG_PC)
		ret->disp = (int64_t)(next + (uint64_t)op->mem.disp.value);
	if (op->mem.type == ZYDIS_MEMOP_TYPE_AGEN) {
		ret->size = 0;
		ret->read = ret->written = false;
	}
}

static void convert_reg(struct su_operand *ret, const ZydisDecodedOperand *op)
{
	struct reg_place place = place_of(op->reg.value);

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
					       : su_insn_sign_extended(op->imm.value.u, op->size);
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

void su_insn_take_operands(struct su_insn *insn, const ZydisDecodedInstruction *in,
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
