/* What an instruction is: where control goes, and which meaning values have in it. */
#include "arch/x86_64/insn_private.h"

uint8_t su_insn_flow_of(const ZydisDecodedInstruction *in, const ZydisDecodedOperand *ops)
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

void su_insn_find_opcode(struct su_insn *insn, const ZydisDecodedInstruction *in)
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

int su_insn_condition(const struct su_insn *insn)
{
	if (insn->opcode != SU_OPC_JCC)
		return SU_COND_NONE;
	if (insn->bytes[0] == 0x0f && insn->length == 6) /* 0f 8x: near */
		return insn->bytes[1] & 15;
	return insn->length == 2 && (insn->bytes[0] & 0xf0) == 0x70 ? insn->bytes[0] & 15
								    : SU_COND_NONE;
}

bool su_condition_is_inverse(int a, int b)
{
	return a != SU_COND_NONE && b != SU_COND_NONE && (a ^ b) == 1;
}
