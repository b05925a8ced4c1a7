/* Decoding with Zydis 4: see insn.h and insn_private.h. Source: Intel SDM. */
#include "arch/x86_64/insn_private.h"

#include <string.h>

#include "base/err.h"

/* ---- address fields ---- */

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

static bool decode_insn(const uint8_t *code, size_t size, ZydisDecodedInstruction *ret,
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

	if (!decode_insn(code, size, &in, ops))
		return false;
	*ret = (struct su_insn){
		.vaddr = vaddr,
		.bytes = code,
		.length = in.length,
		.mnemonic = (uint16_t)in.mnemonic,
		.flow = su_insn_flow_of(&in, ops),
		.is_endbr = in.mnemonic == ZYDIS_MNEMONIC_ENDBR64,
		.is_syscall = in.mnemonic == ZYDIS_MNEMONIC_SYSCALL ||
			      in.mnemonic == ZYDIS_MNEMONIC_SYSENTER,
		.is_string = in.meta.category == ZYDIS_CATEGORY_STRINGOP ||
			     in.meta.category == ZYDIS_CATEGORY_IOSTRINGOP,
	};
	su_insn_take_operands(ret, &in, ops);
	if (ret->flow == SU_FLOW_STOP)
		ret->operand_count = 0; /* ud1: a signature of rseq, a number for a handler */
	else
		find_fields(ret, &in, ops);
	su_insn_find_opcode(ret, &in);
	su_insn_take_flags(ret, &in, ops);
	su_insn_drop_constant_reads(ret, &in, ops);
	su_insn_take_special(ret, &in, ops);
	return true;
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
	       a->segment == b->segment && (a->base == SU_REG_PC || a->disp == b->disp);
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
	if (!decode_insn(insn->bytes, insn->length, &in, ops) ||
	    !ZYAN_SUCCESS(ZydisFormatterInit(&formatter, ZYDIS_FORMATTER_STYLE_ATT)) ||
	    !ZYAN_SUCCESS(ZydisFormatterFormatInstruction(&formatter, &in, ops,
							  in.operand_count_visible, buffer, size,
							  insn->vaddr, NULL)))
		buffer[0] = '\0';
	return buffer;
}
