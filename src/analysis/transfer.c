/*
 * The effect of one instruction on a state of value numbers: see transfer.h.
 *
 * Copies, frame loads and stores, address arithmetic and simple integer arithmetic have a meaning;
 * everything else makes a DEF of each location that it writes, with what it read as inputs.
 */
#include "analysis/transfer.h"

#include <string.h>

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

uint32_t su_transfer_address(struct su_values *values, const struct su_operand *operand,
			     const uint32_t *state)
{
	uint32_t address;

	if (operand->base == SU_REG_PC)
		return su_value_leaf(values, SU_VAL_ADDR, 0, operand->disp, 0);
	if (is_gpr(operand->base))
		address = su_value_sum(values, state[operand->base], 0, 0, operand->disp);
	else
		address = su_value_const(values, operand->disp);
	if (is_gpr(operand->index))
		address = su_value_sum(values, address, state[operand->index], operand->scale, 0);
	return address;
}

/* An address made of 32-bit registers, which su_transfer_address() does not know. */
static bool is_truncated(const struct su_operand *operand)
{
	return operand->kind == SU_OP_MEM &&
	       (operand->base == SU_REG_OTHER || operand->index == SU_REG_OTHER);
}

/* ---- cells ---- */

static bool frame_offset(const struct su_values *values, uint32_t address, int64_t *ret)
{
	const struct su_value *value = su_value_get(values, address);

	if (value->kind != SU_VAL_FRAME)
		return false;
	*ret = value->imm;
	return true;
}

static bool ends_at_or_before(const void *cell, const void *off)
{
	const struct su_cell *it = cell;

	return it->off + (int64_t)it->size <= *(const int64_t *)off;
}

size_t su_values_cells_from(const struct su_values *values, int64_t off)
{
	return su_search(values->cells, values->cell_count, sizeof(*values->cells), &off,
			 ends_at_or_before);
}

uint32_t su_values_cell(const struct su_values *values, int64_t off, uint64_t size, bool *ret_exact)
{
	size_t at = su_values_cells_from(values, off);

	if (at == values->cell_count)
		return UINT32_MAX;
	const struct su_cell *cell = &values->cells[at];
	if (cell->in_region || cell->off > off ||
	    off + (int64_t)size > cell->off + (int64_t)cell->size)
		return UINT32_MAX;
	*ret_exact = cell->off == off && cell->size == size;
	return SU_CELL_BASE + (uint32_t)at;
}

/* Whether the access is to the low bytes of a cell that fits into a register. */
static bool is_low_part(const struct su_values *values, uint32_t cell, int64_t off, uint8_t size)
{
	const struct su_cell *whole = &values->cells[cell - SU_CELL_BASE];

	return whole->off == off && whole->size <= 8 && size < whole->size;
}

/* ---- generic definitions ---- */

struct inputs {
	uint32_t args[8];
	size_t count;
};

static void add_input(struct inputs *inputs, uint32_t number)
{
	if (inputs->count < sizeof(inputs->args) / sizeof(*inputs->args))
		inputs->args[inputs->count] = number;
	inputs->count++;
}

bool su_transfer_is_explicit(const struct su_insn *insn, uint8_t reg)
{
	for (uint8_t i = 0; i < insn->operand_count; i++) {
		const struct su_operand *operand = &insn->operands[i];

		if ((operand->kind == SU_OP_REG && operand->reg == reg) ||
		    (operand->kind == SU_OP_MEM && (operand->base == reg || operand->index == reg)))
			return true;
	}
	return false;
}

/* All that the result is made of: addresses of memory operands and registers, read implicitly or
 * only overwritten in part too, in a fixed order. */
static struct inputs inputs_of(struct su_values *values, const struct su_insn *insn,
			       const uint32_t *state)
{
	struct inputs inputs = { 0 };

	for (uint8_t i = 0; i < insn->operand_count; i++) {
		const struct su_operand *operand = &insn->operands[i];
		bool exact;
		int64_t off;

		if (operand->kind == SU_OP_REG && operand->read && operand->reg < SU_REG_OTHER)
			add_input(&inputs, state[operand->reg]);
		if (operand->kind != SU_OP_MEM)
			continue;
		uint32_t address = su_transfer_address(values, operand, state);
		uint32_t cell = frame_offset(values, address, &off) && operand->read
					? su_values_cell(values, off, operand->size, &exact)
					: UINT32_MAX;
		add_input(&inputs, cell != UINT32_MAX ? state[cell] : address);
	}
	for (uint8_t reg = 0; reg < 16; reg++) {
		bool kept = insn->writes.gpr[reg] && insn->writes.gpr[reg] != 0xff;

		if (kept || (insn->reads.gpr[reg] && !su_transfer_is_explicit(insn, reg)))
			add_input(&inputs, state[reg]);
	}
	if (insn->reads.flags & SU_STATUS_FLAGS)
		add_input(&inputs, state[SU_LOC_FLAGS]);
	if (insn->reads.flags & SU_FLAG_DF ||
	    insn->reads.other) /* not followed: equal to nothing */
		inputs.count = SU_VALUE_ARGS + 1;
	return inputs;
}

static uint16_t role_of(const struct su_insn *insn, uint8_t reg)
{
	for (uint8_t i = 0; i < insn->operand_count; i++) {
		if (insn->operands[i].kind == SU_OP_REG && insn->operands[i].written &&
		    insn->operands[i].reg == reg)
			return i;
	}
	return (uint16_t)(16 + reg);
}

static uint8_t narrow_write(const struct su_insn *insn, uint8_t reg)
{
	for (uint8_t i = 0; i < insn->operand_count; i++) {
		const struct su_operand *operand = &insn->operands[i];

		if (operand->kind == SU_OP_REG && operand->reg == reg && operand->written)
			return operand->size == 4 ? 4 : 0;
	}
	return 0;
}

static uint32_t define(struct su_values *values, uint32_t index, uint32_t loc, uint16_t role,
		       uint8_t narrow, const struct inputs *inputs)
{
	return su_value_def(values, index, loc, role, narrow, inputs->args, inputs->count);
}

static void write_cell(struct su_values *values, uint32_t index, int64_t off, uint8_t size,
		       uint32_t number, const struct inputs *inputs, uint32_t *state)
{
	bool exact = false;
	uint32_t cell = size ? su_values_cell(values, off, size, &exact) : UINT32_MAX;

	if (cell != UINT32_MAX && exact && number) {
		state[cell] = size < 8 ? su_value_zx(values, number, size) : number;
		return;
	}
	if (cell == UINT32_MAX) { /* no single cell holds it: every one that it touches */
		for (size_t i = 0; i < values->cell_count; i++) {
			const struct su_cell *touched = &values->cells[i];

			if (touched->off < off + (int64_t)size &&
			    off < touched->off + (int64_t)touched->size)
				state[SU_CELL_BASE + i] =
					define(values, index, SU_CELL_BASE + (uint32_t)i,
					       (uint16_t)(64 + i % 1024), 0,
					       &(struct inputs){ .count = SU_VALUE_ARGS + 1 });
		}
		return;
	}
	if (number && is_low_part(values, cell, off, size)) {
		state[cell] = su_value_insert(values, number, state[cell], size);
		return;
	}
	struct inputs merged = *inputs;
	if (!exact)
		add_input(&merged, state[cell]);
	state[cell] = define(values, index, cell, exact ? SU_ROLE_CELL : SU_ROLE_PART_WRITTEN,
			     values->cells[cell - SU_CELL_BASE].size < 8
				     ? (uint8_t)values->cells[cell - SU_CELL_BASE].size
				     : 0,
			     &merged);
}

static void define_all(struct su_values *values, uint32_t index, uint32_t *state)
{
	const struct su_insn *insn = &values->code->insns[index];
	struct inputs inputs = inputs_of(values, insn, state);
	uint32_t fresh[SU_CELL_BASE] = { 0 };
	int64_t off;

	for (uint8_t reg = 0; reg < 16; reg++) {
		if (insn->writes.gpr[reg])
			fresh[reg] = define(values, index, reg, role_of(insn, reg),
					    narrow_write(insn, reg), &inputs);
	}
	for (uint8_t reg = SU_REG_VECTOR; reg <= SU_REG_VECTOR_LAST; reg++) {
		if (insn->writes.vector >> (reg - SU_REG_VECTOR) & 1)
			fresh[reg] = define(values, index, reg, role_of(insn, reg), 0, &inputs);
	}
	for (uint8_t i = 0; i < insn->operand_count; i++) {
		const struct su_operand *operand = &insn->operands[i];

		if (operand->kind == SU_OP_MEM && operand->written &&
		    frame_offset(values, su_transfer_address(values, operand, state), &off))
			write_cell(values, index, off, operand->size, 0, &inputs, state);
	}
	for (uint32_t loc = 0; loc < SU_CELL_BASE; loc++) {
		if (fresh[loc])
			state[loc] = fresh[loc];
	}
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
	if (operand->segment == SU_REG_NONE && frame_offset(values, address, &off)) {
		uint32_t cell = su_values_cell(values, off, operand->size, &exact);

		if (cell != UINT32_MAX && exact)
			return state[cell];
		if (cell != UINT32_MAX && is_low_part(values, cell, off, (uint8_t)operand->size))
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
		if (operand->size < 4)
			return false;
		state[operand->reg] = su_value_zx(values, number, operand->size);
		return true;
	}
	if (operand->kind != SU_OP_MEM)
		return false;
	if (operand->segment == SU_REG_NONE &&
	    frame_offset(values, su_transfer_address(values, operand, state), &off)) {
		struct inputs inputs = { .args = { number }, .count = 1 };

		write_cell(values, index, off, operand->size, number, &inputs, state);
	}
	return true;
}

static uint32_t shifted(struct su_values *values, const struct su_insn *insn, uint32_t a,
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

static uint32_t combined(struct su_values *values, const struct su_insn *insn, uint32_t a,
			 uint32_t b)
{
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
		return shifted(values, insn, a, b);
	}
}

static bool zeroes(const struct su_insn *insn)
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
static bool arithmetic(struct su_values *values, uint32_t index, uint32_t *state)
{
	const struct su_insn *insn = &values->code->insns[index];
	const struct su_operand *target = &insn->operands[0];
	bool three = insn->opcode == SU_OPC_IMUL && insn->operand_count == 3;

	if (su_transfer_realigns(values, insn, state)) {
		state[SU_REG_SP] = su_value_leaf(values, SU_VAL_FRAME, 0, SU_ALIGNED_BASE, 0);
		return true;
	}
	if (zeroes(insn))
		return write_operand(values, index, target, su_value_const(values, 0), state);
	if (target->size < 4 || target->segment != SU_REG_NONE ||
	    (target->kind == SU_OP_REG && !is_gpr(target->reg)))
		return false;
	if (insn->operand_count < 2) /* shift by one, one-operand multiplication */
		return false;
	uint32_t a = read_operand(values, index, &insn->operands[three ? 1 : 0], state);
	uint32_t b = read_operand(values, index, &insn->operands[three ? 2 : 1], state);
	uint32_t result = a && b ? combined(values, insn, a, b) : 0;
	if (!result)
		return false;
	return write_operand(values, index, target, su_value_zx(values, result, target->size),
			     state);
}

static bool unary(struct su_values *values, uint32_t index, uint32_t *state)
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

static bool move(struct su_values *values, uint32_t index, uint32_t *state)
{
	const struct su_insn *insn = &values->code->insns[index];
	const struct su_operand *to = &insn->operands[0], *from = &insn->operands[1];
	uint32_t number;

	if (insn->operand_count != 2)
		return false;
	if (to->kind == SU_OP_REG && is_gpr(to->reg) && (to->size < 4 || to->high_byte))
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
	struct inputs inputs = { 0 };

	if (to->kind != SU_OP_REG || !is_gpr(to->reg) || to->size < 4)
		return false;
	for (uint8_t i = 0; i < 2; i++) {
		uint32_t number = read_operand(values, index, &insn->operands[i], state);

		if (!number)
			return false;
		add_input(&inputs, number);
	}
	add_input(&inputs, state[SU_LOC_FLAGS]);
	state[to->reg] = define(values, index, to->reg, 0, to->size == 4 ? 4 : 0, &inputs);
	return true;
}

/* ---- the stack ---- */

static void push(struct su_values *values, uint32_t index, uint32_t *state)
{
	const struct su_insn *insn = &values->code->insns[index];
	uint32_t pushed =
		insn->operand_count ? read_operand(values, index, &insn->operands[0], state) : 0;
	int64_t off;

	state[SU_REG_SP] = su_value_sum(values, state[SU_REG_SP], 0, 0, -8);
	if (frame_offset(values, state[SU_REG_SP], &off)) {
		struct inputs none = { .count = SU_VALUE_ARGS + 1 };

		write_cell(values, index, off, 8, pushed, &none, state);
	}
}

static uint32_t popped(struct su_values *values, uint32_t index, uint32_t *state)
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

static bool pop(struct su_values *values, uint32_t index, uint32_t *state)
{
	const struct su_operand *target = &values->code->insns[index].operands[0];

	if (target->kind != SU_OP_REG || !is_gpr(target->reg) || target->size != 8)
		return false;
	uint32_t number = popped(values, index, state);
	state[target->reg] = number;
	return true;
}

static void leave(struct su_values *values, uint32_t index, uint32_t *state)
{
	state[SU_REG_SP] = state[SU_REG_FP];
	state[SU_REG_FP] = popped(values, index, state);
}

/* The arguments of a call that its result may be made from. */
static struct inputs pointers_in(const uint32_t *state, uint8_t arguments)
{
	struct inputs inputs = { 0 };

	for (int i = 0; i < SU_ABI_ARGUMENT_COUNT; i++) {
		if (arguments >> i & 1)
			add_input(&inputs, state[su_abi_arguments[i]]);
	}
	return inputs;
}

static void call(struct su_values *values, uint32_t index, uint32_t *state)
{
	const struct su_insn *insn = &values->code->insns[index];
	struct su_regset clobbered;

	struct su_escape escape;
	uint32_t before[16];

	memcpy(before, state, sizeof(before));
	su_values_call_clobbers(values, insn, &clobbered);
	escape = su_escapes_by(values->escapes, values->image, insn);
	for (uint8_t reg = 0; reg < 16; reg++) {
		struct inputs inputs = { 0 };

		if (reg == SU_REG_RESULT || reg == SU_REG_RESULT_HIGH)
			inputs = pointers_in(before, escape.returned[reg == SU_REG_RESULT_HIGH]);
		if (clobbered.gpr[reg] && reg != SU_REG_SP)
			state[reg] = define(values, index, reg, (uint16_t)(16 + reg), 0, &inputs);
	}
	for (uint8_t reg = SU_REG_VECTOR; reg <= SU_REG_VECTOR_LAST; reg++) {
		if (clobbered.vector >> (reg - SU_REG_VECTOR) & 1)
			state[reg] =
				su_value_def(values, index, reg, (uint16_t)(16 + reg), 0, NULL, 0);
	}
}

/* Cells that are the dynamic part's from here on. */
static void forget_below(struct su_values *values, uint32_t index, int64_t end, uint32_t *state)
{
	for (size_t i = 0; i < values->cell_count && values->cells[i].off < end; i++) {
		struct inputs none = { .count = SU_VALUE_ARGS + 1 };

		state[SU_CELL_BASE + i] = define(values, index, SU_CELL_BASE + (uint32_t)i,
						 (uint16_t)(64 + i % 1024), 0, &none);
	}
}

/* ---- flags ---- */

/* Whether all operands have a simple value each, which are then the inputs. */
static bool read_operands(struct su_values *values, uint32_t index, const uint32_t *state,
			  struct inputs *ret)
{
	const struct su_insn *insn = &values->code->insns[index];
	bool simple = insn->operand_count > 0;

	for (uint8_t i = 0; i < insn->operand_count && simple; i++) {
		const struct su_operand *operand = &insn->operands[i];
		uint32_t number = operand->kind == SU_OP_IMM || operand->read
					  ? read_operand(values, index, operand, state)
					  : 0;

		simple = number != 0;
		add_input(ret, number);
	}
	return simple;
}

/* The flags after the instruction, which writes some, from the state before it. */
static uint32_t flags_after(struct su_values *values, uint32_t index, const uint32_t *state)
{
	const struct su_insn *insn = &values->code->insns[index];
	struct inputs inputs = { 0 };

	if (insn->opcode == SU_OPC_CALL)
		inputs.count = SU_VALUE_ARGS + 1;
	else if (insn->opcode != SU_OPC_CMP && insn->opcode != SU_OPC_TEST)
		inputs = inputs_of(values, insn, state);
	else if (!read_operands(values, index, state, &inputs))
		inputs = inputs_of(values, insn, state);
	if ((insn->writes.flags & SU_STATUS_FLAGS) != SU_STATUS_FLAGS &&
	    !(insn->reads.flags & SU_STATUS_FLAGS))
		add_input(&inputs, state[SU_LOC_FLAGS]);
	return define(values, index, SU_LOC_FLAGS, (uint16_t)(16 + SU_LOC_FLAGS), 0, &inputs);
}

static void transfer(struct su_values *values, uint32_t index, uint32_t *state)
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
		done = move(values, index, state);
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
		done = arithmetic(values, index, state);
		break;
	case SU_OPC_NEG:
	case SU_OPC_NOT:
	case SU_OPC_INC:
	case SU_OPC_DEC:
		done = unary(values, index, state);
		break;
	case SU_OPC_CMOV:
		done = conditional_move(values, index, state);
		break;
	case SU_OPC_PUSH:
		push(values, index, state);
		done = true;
		break;
	case SU_OPC_POP:
		done = pop(values, index, state);
		break;
	case SU_OPC_LEAVE:
		leave(values, index, state);
		done = true;
		break;
	case SU_OPC_CALL:
		call(values, index, state);
		done = true;
		break;
	default:
		break;
	}
	if (!done)
		define_all(values, index, state);
	if (values->fixed_end[index] != SU_NO_OFF)
		forget_below(values, index, values->fixed_end[index], state);
}

void su_transfer(struct su_values *values, uint32_t index, uint32_t *state)
{
	const struct su_insn *insn = &values->code->insns[index];
	bool writes = insn->writes.flags || insn->opcode == SU_OPC_CALL;
	uint32_t flags = writes ? flags_after(values, index, state) : state[SU_LOC_FLAGS];

	transfer(values, index, state);
	state[SU_LOC_FLAGS] = flags;
}
