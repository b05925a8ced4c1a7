/*
 * The effect of one instruction on a state of value numbers: see transfer.h.
 *
 * Copies, frame loads and stores, address arithmetic and simple integer arithmetic have a meaning;
 * everything else makes a DEF of each location that it writes, with what it read as inputs.
 */
#include "analysis/transfer.h"

#include <string.h>

#include "analysis/define.h"
#include "analysis/escape.h"
#include "analysis/value_table.h"
#include "arch/abi.h"
#include "base/search.h"

/* The `loc` of what a memory operand held: no location of its own. */
#define LOADED UINT32_MAX

static bool is_gpr(uint8_t reg)
{
	return reg < 16;
}

static bool is_vector(uint8_t reg)
{
	return reg >= SU_REG_VECTOR && reg <= SU_REG_VECTOR_LAST;
}

/* An address made of 32-bit registers, which su_transfer_address() does not know. */
static bool is_truncated(const struct su_operand *operand)
{
	return operand->kind == SU_OP_MEM &&
	       (operand->base == SU_REG_OTHER || operand->index == SU_REG_OTHER);
}

/* Slots that are filled at start, and never again: not those of lazy PLT entries. */
static bool is_import_slot(const struct su_values *values, const struct su_operand *operand,
			   uint32_t address)
{
	const struct su_value *value = su_value_get(values, address);
	const struct su_dynreloc *reloc;
	size_t count;

	if (value->kind != SU_VAL_ADDR || operand->size != 8 || operand->segment != SU_REG_NONE)
		return false;
	reloc = su_image_relocs_in(values->image, (uint64_t)value->imm, 8, &count);
	return count == 1 && reloc->type == R_X86_64_GLOB_DAT &&
	       reloc->vaddr == (uint64_t)value->imm;
}

/* ---- operands with a meaning ---- */

/* The operand's value, zero-extended from its size; 0 when it has no simple one. */
static uint32_t read_operand(struct su_values *values, uint32_t index,
			     const struct su_operand *operand, const uint32_t *state)
{
	bool exact;
	int64_t off;

	if (operand->kind == SU_OP_IMM)
		return su_value_const(values, operand->imm);
	if (operand->kind == SU_OP_REG) {
		if (is_vector(operand->reg))
			return state[operand->reg];
		if (!is_gpr(operand->reg) || operand->high_byte)
			return 0;
		return su_value_zx(values, state[operand->reg], operand->size);
	}
	if (operand->kind != SU_OP_MEM || is_truncated(operand))
		return 0;
	if (operand->segment == SU_REG_THREAD && operand->base == SU_REG_NONE &&
	    operand->index == SU_REG_NONE && operand->disp == SU_ABI_CANARY_OFFSET)
		return su_value_leaf(values, SU_VAL_CANARY, 0, 0, 0);
	uint32_t address = su_transfer_address(values, operand, state);
	if (is_import_slot(values, operand, address))
		return su_value_leaf(values, SU_VAL_SLOT, 0, su_value_get(values, address)->imm, 0);
	if (operand->segment == SU_REG_NONE && su_is_frame_address(values, address, &off)) {
		uint32_t cell = su_values_cell(values, off, operand->size, &exact);

		if (cell != UINT32_MAX && exact)
			return state[cell];
		if (cell != UINT32_MAX && su_is_low_part(values, cell, off, (uint8_t)operand->size))
			return su_value_zx(values, state[cell], (uint8_t)operand->size);
		if (cell != UINT32_MAX)
			return su_value_def(values, index, LOADED, SU_ROLE_PART_READ,
					    operand->size < 8 ? operand->size : 0, &state[cell], 1);
	}
	uint32_t inputs[2] = { address, su_value_const(values, operand->segment) };
	return su_value_def(values, index, LOADED, SU_ROLE_LOADED,
			    operand->size < 8 ? operand->size : 0, inputs, 2);
}

static bool write_operand(struct su_values *values, uint32_t index,
			  const struct su_operand *operand, uint32_t number, uint32_t *state)
{
	int64_t off;

	if (operand->kind == SU_OP_REG && is_vector(operand->reg)) {
		state[operand->reg] = number;
		return true;
	}
	if (operand->kind == SU_OP_REG && is_gpr(operand->reg)) {
		if (operand->size < 4) { /* into what the register held */
			number = su_value_insert(values, number, state[operand->reg],
						 (uint8_t)operand->size);
			state[operand->reg] = number;
			return number != 0;
		}
		state[operand->reg] = su_value_zx(values, number, operand->size);
		return true;
	}
	if (operand->kind != SU_OP_MEM)
		return false;
	if (operand->segment == SU_REG_NONE &&
	    su_is_frame_address(values, su_transfer_address(values, operand, state), &off)) {
		struct su_inputs inputs = { .args = { number }, .count = 1 };

		su_define_cell(values, index, off, operand->size, number, &inputs, state);
	}
	return true;
}

static uint32_t transfer_shift(struct su_values *values, const struct su_insn *insn, uint32_t a,
			       uint32_t by)
{
	const struct su_value *amount = su_value_get(values, by);
	uint8_t size = insn->operands[0].size;

	if (amount->kind != SU_VAL_CONST || size < 4)
		return 0;
	int64_t count = amount->imm & (size == 8 ? 63 : 31);
	if (insn->opcode == SU_OPC_SHL)
		return su_value_unary(values, SU_EXPR_SHL, a, 0, count);
	if (insn->opcode == SU_OPC_SHR)
		return su_value_unary(values, SU_EXPR_SHR, a, 0, count);
	return su_value_unary(values, SU_EXPR_SAR, su_value_sx(values, a, size), 0, count);
}

/* `or $-1` and `and $0` are short ways to write a constant. */
static bool is_constant_mask(const struct su_values *values, uint16_t opcode, uint32_t mask)
{
	const struct su_value *value = su_value_get(values, mask);

	return value->kind == SU_VAL_CONST && ((opcode == SU_OPC_OR && value->imm == -1) ||
					       (opcode == SU_OPC_AND && value->imm == 0));
}

static uint32_t transfer_binary(struct su_values *values, const struct su_insn *insn, uint32_t a,
				uint32_t b)
{
	if (is_constant_mask(values, insn->opcode, b))
		return b;
	switch (insn->opcode) {
	case SU_OPC_ADD:
		return su_value_sum(values, a, b, 1, 0);
	case SU_OPC_SUB:
		return su_value_binary(values, SU_EXPR_SUB, a, b);
	case SU_OPC_AND:
		return su_value_binary(values, SU_EXPR_AND, a, b);
	case SU_OPC_OR:
		return su_value_binary(values, SU_EXPR_OR, a, b);
	case SU_OPC_XOR:
		return su_value_binary(values, SU_EXPR_XOR, a, b);
	case SU_OPC_IMUL:
		return su_value_binary(values, SU_EXPR_MUL, a, b);
	default:
		return transfer_shift(values, insn, a, b);
	}
}

static bool zeroes_register(const struct su_insn *insn)
{
	return (insn->opcode == SU_OPC_XOR || insn->opcode == SU_OPC_SUB) &&
	       insn->operand_count == 2 && insn->operands[0].kind == SU_OP_REG &&
	       insn->operands[1].kind == SU_OP_REG &&
	       insn->operands[0].reg == insn->operands[1].reg && is_gpr(insn->operands[0].reg) &&
	       insn->operands[0].size >= 4;
}

bool su_transfer_realigns(const struct su_values *values, const struct su_insn *insn,
			  const uint32_t *state)
{
	const struct su_operand *to = &insn->operands[0], *by = &insn->operands[1];
	const struct su_value *rsp = su_value_get(values, state[SU_REG_SP]);

	return insn->opcode == SU_OPC_AND && to->kind == SU_OP_REG && to->reg == SU_REG_SP &&
	       to->size == 8 && by->kind == SU_OP_IMM && by->imm < 0 &&
	       (by->imm & -by->imm) == -by->imm && rsp->kind == SU_VAL_FRAME &&
	       su_frame_base(rsp->imm) == SU_FRAME_CFA;
}

/* Two-operand integer arithmetic; false when it has to be an opaque definition. */
static bool transfer_arithmetic(struct su_values *values, uint32_t index, uint32_t *state)
{
	const struct su_insn *insn = &values->code->insns[index];
	const struct su_operand *target = &insn->operands[0];
	bool three = insn->opcode == SU_OPC_IMUL && insn->operand_count == 3;

	if (su_transfer_realigns(values, insn, state)) {
		state[SU_REG_SP] = su_value_leaf(values, SU_VAL_FRAME, 0, SU_ALIGNED_BASE, 0);
		return true;
	}
	if (zeroes_register(insn))
		return write_operand(values, index, target, su_value_const(values, 0), state);
	if (target->size < 4 || target->segment != SU_REG_NONE ||
	    (target->kind == SU_OP_REG && !is_gpr(target->reg)))
		return false;
	if (insn->operand_count < 2) /* shift by one, one-operand multiplication */
		return false;
	uint32_t a = read_operand(values, index, &insn->operands[three ? 1 : 0], state);
	uint32_t b = read_operand(values, index, &insn->operands[three ? 2 : 1], state);
	uint32_t result = a && b ? transfer_binary(values, insn, a, b) : 0;
	if (!result)
		return false;
	return write_operand(values, index, target, su_value_zx(values, result, target->size),
			     state);
}

static bool transfer_unary(struct su_values *values, uint32_t index, uint32_t *state)
{
	const struct su_insn *insn = &values->code->insns[index];
	const struct su_operand *target = &insn->operands[0];
	uint32_t a, result;

	if (target->size < 4)
		return false;
	a = read_operand(values, index, target, state);
	if (!a)
		return false;
	if (insn->opcode == SU_OPC_INC || insn->opcode == SU_OPC_DEC)
		result = su_value_sum(values, a, 0, 0, insn->opcode == SU_OPC_INC ? 1 : -1);
	else
		result = su_value_unary(
			values, insn->opcode == SU_OPC_NEG ? SU_EXPR_NEG : SU_EXPR_NOT, a, 0, 0);
	return write_operand(values, index, target, su_value_zx(values, result, target->size),
			     state);
}

static bool transfer_move(struct su_values *values, uint32_t index, uint32_t *state)
{
	const struct su_insn *insn = &values->code->insns[index];
	const struct su_operand *to = &insn->operands[0], *from = &insn->operands[1];
	uint32_t number;

	if (insn->operand_count != 2)
		return false;
	if (to->kind == SU_OP_REG && is_gpr(to->reg) && to->high_byte)
		return false;
	if (to->kind == SU_OP_REG && !is_gpr(to->reg) && !is_vector(to->reg))
		return false;
	if (from->kind == SU_OP_REG && is_vector(from->reg) != (to->size >= 16))
		return false; /* between register files, or part of a vector */
	if (to->size >= 16 && from->kind == SU_OP_REG && !is_vector(from->reg))
		return false;
	number = read_operand(values, index, from, state);
	if (!number)
		return false;
	if (insn->opcode == SU_OPC_MOVSX)
		number = su_value_sx(values, number, from->size);
	return write_operand(values, index, to, number, state);
}

/* One of two values, by the flags. */
static bool conditional_move(struct su_values *values, uint32_t index, uint32_t *state)
{
	const struct su_insn *insn = &values->code->insns[index];
	const struct su_operand *to = &insn->operands[0];
	struct su_inputs inputs = { 0 };

	if (to->kind != SU_OP_REG || !is_gpr(to->reg) || to->size < 4)
		return false;
	for (uint8_t i = 0; i < 2; i++) {
		uint32_t number = read_operand(values, index, &insn->operands[i], state);

		if (!number)
			return false;
		su_inputs_add(&inputs, number);
	}
	su_inputs_add(&inputs, state[SU_LOC_FLAGS]);
	state[to->reg] = su_define(values, index, to->reg, 0, to->size == 4 ? 4 : 0, &inputs);
	return true;
}

/* ---- the stack ---- */

static void transfer_push(struct su_values *values, uint32_t index, uint32_t *state)
{
	const struct su_insn *insn = &values->code->insns[index];
	uint32_t pushed =
		insn->operand_count ? read_operand(values, index, &insn->operands[0], state) : 0;
	int64_t off;

	state[SU_REG_SP] = su_value_sum(values, state[SU_REG_SP], 0, 0, -8);
	if (su_is_frame_address(values, state[SU_REG_SP], &off)) {
		struct su_inputs none = { .count = SU_VALUE_ARGS + 1 };

		su_define_cell(values, index, off, 8, pushed, &none, state);
	}
}

static uint32_t popped_value(struct su_values *values, uint32_t index, uint32_t *state)
{
	struct su_operand top = { .kind = SU_OP_MEM,
				  .size = 8,
				  .base = SU_REG_SP,
				  .index = SU_REG_NONE,
				  .segment = SU_REG_NONE };
	uint32_t number = read_operand(values, index, &top, state);

	state[SU_REG_SP] = su_value_sum(values, state[SU_REG_SP], 0, 0, 8);
	return number;
}

static bool transfer_pop(struct su_values *values, uint32_t index, uint32_t *state)
{
	const struct su_operand *target = &values->code->insns[index].operands[0];

	if (target->kind != SU_OP_REG || !is_gpr(target->reg) || target->size != 8)
		return false;
	uint32_t number = popped_value(values, index, state);
	state[target->reg] = number;
	return true;
}

static void transfer_leave(struct su_values *values, uint32_t index, uint32_t *state)
{
	state[SU_REG_SP] = state[SU_REG_FP];
	state[SU_REG_FP] = popped_value(values, index, state);
}

/* The arguments of a call that its result may be made from. */
static struct su_inputs pointers_in(const uint32_t *state, uint8_t arguments)
{
	struct su_inputs inputs = { 0 };

	for (int i = 0; i < SU_ABI_ARGUMENT_COUNT; i++) {
		if (arguments >> i & 1)
			su_inputs_add(&inputs, state[su_abi_arguments[i]]);
	}
	return inputs;
}

static void transfer_call(struct su_values *values, uint32_t index, uint32_t *state)
{
	const struct su_insn *insn = &values->code->insns[index];
	struct su_regset clobbered;

	struct su_escape escape;
	uint32_t before[16];

	memcpy(before, state, sizeof(before));
	su_values_call_clobbers(values, insn, &clobbered);
	escape = su_escapes_by(values->escapes, values->image, insn);
	for (uint8_t reg = 0; reg < 16; reg++) {
		struct su_inputs inputs = { 0 };

		if (reg == SU_REG_RESULT || reg == SU_REG_RESULT_HIGH)
			inputs = pointers_in(before, escape.returned[reg == SU_REG_RESULT_HIGH]);
		if (clobbered.gpr[reg] && reg != SU_REG_SP)
			state[reg] =
				su_define(values, index, reg, (uint16_t)(16 + reg), 0, &inputs);
	}
	for (uint32_t reg = SU_REG_VECTOR; reg <= SU_REG_VECTOR_LAST; reg++) {
		if (clobbered.vector >> (reg - SU_REG_VECTOR) & 1)
			state[reg] =
				su_value_def(values, index, reg, (uint16_t)(16 + reg), 0, NULL, 0);
	}
}

/* Cells that are the dynamic part's from here on. */
static void forget_below(struct su_values *values, uint32_t index, int64_t end, uint32_t *state)
{
	for (size_t i = 0; i < values->cell_count && values->cells[i].off < end; i++) {
		struct su_inputs none = { .count = SU_VALUE_ARGS + 1 };

		state[SU_CELL_BASE + i] = su_define(values, index, SU_CELL_BASE + (uint32_t)i,
						    (uint16_t)(64 + i % 1024), 0, &none);
	}
}

/* ---- flags ---- */

/* Whether all operands have a simple value each, which are then the inputs. */
static bool read_operands(struct su_values *values, uint32_t index, const uint32_t *state,
			  struct su_inputs *ret)
{
	const struct su_insn *insn = &values->code->insns[index];
	bool simple = insn->operand_count > 0;

	for (uint8_t i = 0; i < insn->operand_count && simple; i++) {
		const struct su_operand *operand = &insn->operands[i];
		uint32_t number = operand->kind == SU_OP_IMM || operand->read
					  ? read_operand(values, index, operand, state)
					  : 0;

		simple = number != 0;
		su_inputs_add(ret, number);
	}
	return simple;
}

/* The flags after the instruction, which writes some, from the state before it. */
static uint32_t flags_after(struct su_values *values, uint32_t index, const uint32_t *state)
{
	const struct su_insn *insn = &values->code->insns[index];
	struct su_inputs inputs = { 0 };

	if (insn->opcode == SU_OPC_CALL)
		inputs.count = SU_VALUE_ARGS + 1;
	else if ((insn->opcode != SU_OPC_CMP && insn->opcode != SU_OPC_TEST) ||
		 !read_operands(values, index, state, &inputs))
		inputs = su_inputs_of(values, insn, state);
	if ((insn->writes.flags & SU_STATUS_FLAGS) != SU_STATUS_FLAGS &&
	    !(insn->reads.flags & SU_STATUS_FLAGS))
		su_inputs_add(&inputs, state[SU_LOC_FLAGS]);
	return su_define(values, index, SU_LOC_FLAGS, (uint16_t)(16 + SU_LOC_FLAGS), 0, &inputs);
}

static void transfer_insn(struct su_values *values, uint32_t index, uint32_t *state)
{
	const struct su_insn *insn = &values->code->insns[index];
	bool done = false;

	switch (insn->opcode) {
	case SU_OPC_NOP:
	case SU_OPC_CMP:
	case SU_OPC_TEST:
	case SU_OPC_JCC:
	case SU_OPC_JMP:
	case SU_OPC_RET:
		done = true;
		break;
	case SU_OPC_MOV:
	case SU_OPC_MOVZX:
	case SU_OPC_MOVSX:
		done = transfer_move(values, index, state);
		break;
	case SU_OPC_LEA:
		done = insn->operands[0].size >= 4 && !is_truncated(&insn->operands[1]) &&
		       write_operand(values, index, &insn->operands[0],
				     su_transfer_address(values, &insn->operands[1], state), state);
		break;
	case SU_OPC_ADD:
	case SU_OPC_SUB:
	case SU_OPC_AND:
	case SU_OPC_OR:
	case SU_OPC_XOR:
	case SU_OPC_SHL:
	case SU_OPC_SHR:
	case SU_OPC_SAR:
	case SU_OPC_IMUL:
		done = transfer_arithmetic(values, index, state);
		break;
	case SU_OPC_NEG:
	case SU_OPC_NOT:
	case SU_OPC_INC:
	case SU_OPC_DEC:
		done = transfer_unary(values, index, state);
		break;
	case SU_OPC_CMOV:
		done = conditional_move(values, index, state);
		break;
	case SU_OPC_PUSH:
		transfer_push(values, index, state);
		done = true;
		break;
	case SU_OPC_POP:
		done = transfer_pop(values, index, state);
		break;
	case SU_OPC_LEAVE:
		transfer_leave(values, index, state);
		done = true;
		break;
	case SU_OPC_CALL:
		transfer_call(values, index, state);
		done = true;
		break;
	default:
		break;
	}
	if (!done)
		su_define_all(values, index, state);
	if (values->fixed_end[index] != SU_NO_OFF)
		forget_below(values, index, values->fixed_end[index], state);
}

void su_transfer(struct su_values *values, uint32_t index, uint32_t *state)
{
	const struct su_insn *insn = &values->code->insns[index];
	bool writes = insn->writes.flags || insn->opcode == SU_OPC_CALL;
	uint32_t flags = writes ? flags_after(values, index, state) : state[SU_LOC_FLAGS];

	transfer_insn(values, index, state);
	state[SU_LOC_FLAGS] = flags;
}
