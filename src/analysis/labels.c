/*
 * See labels.h.
 *
 * A target is followed back to where it comes from: the address of a label, an entry of a constant
 * table, or the sum of an address and an entry.  Stack slots are followed by all stores to them,
 * whatever their order.  What is anything else may have been kept.
 */
#include "analysis/labels.h"

#include <string.h>

#include "analysis/reaching.h"

struct origin {
	const struct su_image *image;
	const struct su_function *function;
	bool *seen; /* per instruction: followed as a definition */
};

static bool is_kept(struct origin *origin, uint32_t use, uint8_t reg);

/* Nobody writes there once the loader is done. */
static bool is_constant_at(const struct su_image *image, uint64_t vaddr)
{
	const struct su_section *section = su_image_section_at(image, vaddr);

	return section &&
	       (!(section->flags & SHF_WRITE) || strncmp(section->name, ".data.rel.ro", 12) == 0);
}

static bool is_address(const struct su_insn *insn)
{
	return insn->opcode == SU_OPC_LEA && insn->operands[1].base == SU_REG_PC;
}

/* Whether `reg` before `use` is always an address that the code names, of a constant or a label. */
static bool is_own_address(const struct origin *origin, uint32_t use, uint8_t reg)
{
	struct su_definitions defs = su_definitions_of(origin->function, use, reg);
	bool own = !defs.unknown && defs.insns.len > 0;

	for (size_t i = 0; i < defs.insns.len && own; i++) {
		const struct su_insn *insn = &origin->function->insns[defs.insns.at[i]];

		own = is_address(insn) &&
		      is_constant_at(origin->image, (uint64_t)insn->operands[1].disp);
	}
	su_vec_deinit(&defs.insns);
	return own;
}

static bool is_constant_load(const struct origin *origin, uint32_t use, const struct su_operand *op)
{
	if (op->segment != SU_REG_NONE)
		return false;
	if (op->base == SU_REG_PC)
		return is_constant_at(origin->image, (uint64_t)op->disp);
	return (op->base < 16 && is_own_address(origin, use, op->base)) ||
	       (op->index < 16 && op->scale == 1 && is_own_address(origin, use, op->index));
}

static bool has_frame_pointer(const struct su_function *function)
{
	bool has = false;

	for (size_t i = 0; i < function->insn_count; i++) {
		const struct su_insn *insn = &function->insns[i];
		const struct su_operand *to = &insn->operands[0], *from = &insn->operands[1];

		if (insn->opcode == SU_OPC_MOV && to->kind == SU_OP_REG && to->reg == SU_REG_FP)
			has |= from->kind == SU_OP_REG && from->reg == SU_REG_SP;
	}
	return has;
}

static bool is_in_frame(const struct origin *origin, const struct su_operand *op)
{
	return op->kind == SU_OP_MEM && op->segment == SU_REG_NONE &&
	       (op->base == SU_REG_SP ||
		(op->base == SU_REG_FP && has_frame_pointer(origin->function)));
}

/* What is loaded from the frame is what the function has stored there: in one slot, or in an array
 * of labels. */
static bool is_kept_in_frame(struct origin *origin, const struct su_operand *slot)
{
	for (uint32_t i = 0; i < origin->function->insn_count; i++) {
		const struct su_insn *insn = &origin->function->insns[i];
		const struct su_operand *to = &insn->operands[0], *from = &insn->operands[1];

		if (insn->opcode != SU_OPC_MOV || !is_in_frame(origin, to) || to->size != 8 ||
		    to->base != slot->base ||
		    (slot->index == SU_REG_NONE && to->disp != slot->disp))
			continue;
		if (slot->index == SU_REG_NONE && from->kind == SU_OP_REG && from->reg < 16 &&
		    is_kept(origin, i, from->reg))
			return true;
	}
	return false;
}

static bool is_kept_in(struct origin *origin, uint32_t use, const struct su_operand *op)
{
	if (op->kind == SU_OP_REG && op->reg < 16)
		return is_kept(origin, use, op->reg);
	if (op->kind == SU_OP_IMM)
		return false;
	if (is_in_frame(origin, op))
		return is_kept_in_frame(origin, op);
	return op->kind != SU_OP_MEM || !is_constant_load(origin, use, op);
}

/* The two terms that `insn` adds, or copies one of. */
static bool is_kept_by(struct origin *origin, uint32_t insn)
{
	const struct su_insn *at = &origin->function->insns[insn];
	const struct su_operand *to = &at->operands[0], *from = &at->operands[1];

	switch (at->opcode) {
	case SU_OPC_LEA:
		if (is_address(at))
			return false;
		return from->base >= 16 || from->index >= 16 || from->scale != 1 ||
		       is_kept(origin, insn, from->base) || is_kept(origin, insn, from->index);
	case SU_OPC_ADD:
	case SU_OPC_CMOV:
		return is_kept_in(origin, insn, to) || is_kept_in(origin, insn, from);
	case SU_OPC_MOV:
	case SU_OPC_MOVSX:
	case SU_OPC_MOVZX:
		return is_kept_in(origin, insn, from);
	case SU_OPC_CDQE:
		return is_kept(origin, insn, SU_REG_RESULT);
	default:
		return true;
	}
}

static bool is_kept(struct origin *origin, uint32_t use, uint8_t reg)
{
	struct su_definitions defs = su_definitions_of(origin->function, use, reg);
	bool kept = defs.unknown || !defs.insns.len;

	for (size_t i = 0; i < defs.insns.len && !kept; i++) {
		uint32_t def = defs.insns.at[i];

		if (!origin->seen[def]) {
			origin->seen[def] = true;
			kept = is_kept_by(origin, def);
		}
	}
	su_vec_deinit(&defs.insns);
	return kept;
}

uint32_t su_function_kept_label(const struct su_image *image, const struct su_function *function)
{
	SU_FREE bool *seen = su_alloc(function->insn_count + 1);
	struct origin origin = { .image = image, .function = function, .seen = seen };

	for (uint32_t i = 0; i < function->insn_count && function->label_count; i++) {
		const struct su_insn *insn = &function->insns[i];

		if (insn->flow == SU_FLOW_JUMP_IND && is_kept_in(&origin, i, &insn->operands[0]))
			return i;
	}
	return SU_NO_INSN;
}
