/*
 * What Zydis's tables do not say: idioms whose result does not depend on a register, system calls,
 * accesses whose extent an operand's size does not tell.  Source: Intel SDM.
 */
#include <string.h>

#include "arch/x86_64/insn_private.h"

#define VECTORS_LOW 0xffffu /* xmm0..15: all that VEX can name */

int64_t su_insn_sign_extended(uint64_t value, unsigned bits)
{
	if (bits == 0 || bits >= 64)
		return (int64_t)value;
	return (int64_t)(value << (64 - bits)) >> (64 - bits);
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
	int64_t mask = su_insn_sign_extended(ops[1].imm.value.u, ops[1].size);
	return (in->mnemonic == ZYDIS_MNEMONIC_OR && mask == -1) ||
	       (in->mnemonic == ZYDIS_MNEMONIC_AND && mask == 0);
}

void su_insn_drop_constant_reads(struct su_insn *insn, const ZydisDecodedInstruction *in,
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

bool su_insn_clears_vector(const struct su_insn *insn)
{
	const struct su_operand *a = &insn->operands[insn->operand_count - 2], *b = a + 1;

	switch (insn->mnemonic) {
	case ZYDIS_MNEMONIC_PXOR:
	case ZYDIS_MNEMONIC_XORPS:
	case ZYDIS_MNEMONIC_XORPD:
	case ZYDIS_MNEMONIC_VPXOR:
	case ZYDIS_MNEMONIC_VXORPS:
	case ZYDIS_MNEMONIC_VXORPD:
		return a->kind == SU_OP_REG && b->kind == SU_OP_REG && a->reg == b->reg &&
		       a->reg >= SU_REG_VECTOR && a->reg <= SU_REG_VECTOR_LAST;
	default:
		return false;
	}
}

bool su_insn_stores_low(const struct su_insn *insn)
{
	switch (insn->mnemonic) {
	case ZYDIS_MNEMONIC_MOVD:
	case ZYDIS_MNEMONIC_MOVQ:
	case ZYDIS_MNEMONIC_MOVSS:
	case ZYDIS_MNEMONIC_MOVSD:
	case ZYDIS_MNEMONIC_MOVLPS:
	case ZYDIS_MNEMONIC_MOVLPD:
		break;
	default:
		if (insn->opcode != SU_OPC_MOV)
			return false;
	}
	return insn->operand_count == 2 && insn->operands[0].kind == SU_OP_MEM &&
	       insn->operands[1].kind == SU_OP_REG && !insn->operands[1].high_byte;
}

static bool is_register(const struct su_operand *operand, bool vector)
{
	return operand->kind == SU_OP_REG && operand->reg <= SU_REG_VECTOR_LAST &&
	       (operand->reg >= SU_REG_VECTOR) == vector;
}

bool su_insn_takes_general(const struct su_insn *insn)
{
	return insn->mnemonic == ZYDIS_MNEMONIC_MOVQ && is_register(&insn->operands[0], true) &&
	       is_register(&insn->operands[1], false);
}

bool su_insn_joins_halves(const struct su_insn *insn)
{
	return (insn->mnemonic == ZYDIS_MNEMONIC_PUNPCKLQDQ ||
		insn->mnemonic == ZYDIS_MNEMONIC_MOVLHPS) &&
	       is_register(&insn->operands[0], true) && is_register(&insn->operands[1], true);
}

/* Prefixes stand in any order before the opcode. */
static bool has_rep(const struct su_insn *insn)
{
	return insn->bytes[0] == 0xf3 || (insn->bytes[0] == 0x66 && insn->bytes[1] == 0xf3);
}

enum su_repeat su_insn_repeats(const struct su_insn *insn, uint8_t *ret_unit)
{
	static const struct {
		ZydisMnemonic mnemonic;
		uint8_t unit;
		enum su_repeat repeat;
	} known[] = {
		{ ZYDIS_MNEMONIC_STOSB, 1, SU_REPEAT_STORE },
		{ ZYDIS_MNEMONIC_STOSD, 4, SU_REPEAT_STORE },
		{ ZYDIS_MNEMONIC_STOSQ, 8, SU_REPEAT_STORE },
		{ ZYDIS_MNEMONIC_MOVSB, 1, SU_REPEAT_COPY },
		{ ZYDIS_MNEMONIC_MOVSD, 4, SU_REPEAT_COPY },
		{ ZYDIS_MNEMONIC_MOVSQ, 8, SU_REPEAT_COPY },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known) && insn->is_string; i++) {
		if (insn->mnemonic != known[i].mnemonic || !has_rep(insn))
			continue;
		*ret_unit = known[i].unit;
		return known[i].repeat;
	}
	return SU_REPEAT_NONE;
}

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

void su_insn_take_special(struct su_insn *insn, const ZydisDecodedInstruction *in,
			  const ZydisDecodedOperand *ops)
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
	if (insn->opcode != SU_OPC_NOP && has_unknown_extent(in, ops))
		insn->is_string = true;
}
