/* Definitions of locations by instructions without a meaning: see define.h. */
#include "analysis/define.h"

#include "analysis/value_table.h"

static bool is_gpr(uint8_t reg)
{
	return reg < 16;
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

bool su_is_frame_address(const struct su_values *values, uint32_t address, int64_t *ret)
{
	const struct su_value *value = su_value_get(values, address);

	if (value->kind != SU_VAL_FRAME)
		return false;
	*ret = value->imm;
	return true;
}

bool su_is_low_part(const struct su_values *values, uint32_t cell, int64_t off, uint8_t size)
{
	const struct su_cell *whole = &values->cells[cell - SU_CELL_BASE];

	return whole->off == off && whole->size <= 8 && size < whole->size;
}

void su_inputs_add(struct su_inputs *inputs, uint32_t number)
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

struct su_inputs su_inputs_of(struct su_values *values, const struct su_insn *insn,
			      const uint32_t *state)
{
	struct su_inputs inputs = { 0 };

	for (uint8_t i = 0; i < insn->operand_count; i++) {
		const struct su_operand *operand = &insn->operands[i];
		bool exact;
		int64_t off;

		if (operand->kind == SU_OP_REG && operand->read && operand->reg < SU_REG_OTHER)
			su_inputs_add(&inputs, state[operand->reg]);
		if (operand->kind != SU_OP_MEM)
			continue;
		uint32_t address = su_transfer_address(values, operand, state);
		uint32_t cell = su_is_frame_address(values, address, &off) && operand->read
					? su_values_cell(values, off, operand->size, &exact)
					: UINT32_MAX;
		su_inputs_add(&inputs, cell != UINT32_MAX ? state[cell] : address);
	}
	for (uint8_t reg = 0; reg < 16; reg++) {
		bool kept = insn->writes.gpr[reg] && insn->writes.gpr[reg] != 0xff;

		if (kept || (insn->reads.gpr[reg] && !su_transfer_is_explicit(insn, reg)))
			su_inputs_add(&inputs, state[reg]);
	}
	if (insn->reads.flags & SU_STATUS_FLAGS)
		su_inputs_add(&inputs, state[SU_LOC_FLAGS]);
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

uint32_t su_define(struct su_values *values, uint32_t index, uint32_t loc, uint16_t role,
		   uint8_t narrow, const struct su_inputs *inputs)
{
	return su_value_def(values, index, loc, role, narrow, inputs->args, inputs->count);
}

void su_define_cell(struct su_values *values, uint32_t index, int64_t off, uint8_t size,
		    uint32_t number, const struct su_inputs *inputs, uint32_t *state)
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
				state[SU_CELL_BASE + i] = su_define(
					values, index, SU_CELL_BASE + (uint32_t)i,
					(uint16_t)(64 + i % 1024), 0,
					&(struct su_inputs){ .count = SU_VALUE_ARGS + 1 });
		}
		return;
	}
	if (number && su_is_low_part(values, cell, off, size)) {
		state[cell] = su_value_insert(values, number, state[cell], size);
		return;
	}
	struct su_inputs merged = *inputs;
	if (!exact)
		su_inputs_add(&merged, state[cell]);
	state[cell] = su_define(values, index, cell, exact ? SU_ROLE_CELL : SU_ROLE_PART_WRITTEN,
				values->cells[cell - SU_CELL_BASE].size < 8
					? (uint8_t)values->cells[cell - SU_CELL_BASE].size
					: 0,
				&merged);
}

void su_define_all(struct su_values *values, uint32_t index, uint32_t *state)
{
	const struct su_insn *insn = &values->code->insns[index];
	struct su_inputs inputs = su_inputs_of(values, insn, state);
	uint32_t fresh[SU_CELL_BASE] = { 0 };
	int64_t off;

	for (uint8_t reg = 0; reg < 16; reg++) {
		if (insn->writes.gpr[reg])
			fresh[reg] = su_define(values, index, reg, role_of(insn, reg),
					       narrow_write(insn, reg), &inputs);
	}
	for (uint32_t reg = SU_REG_VECTOR; reg <= SU_REG_VECTOR_LAST; reg++) {
		if (insn->writes.vector >> (reg - SU_REG_VECTOR) & 1)
			fresh[reg] = su_define(values, index, reg, role_of(insn, (uint8_t)reg), 0,
					       &inputs);
	}
	for (uint8_t i = 0; i < insn->operand_count; i++) {
		const struct su_operand *operand = &insn->operands[i];

		if (operand->kind == SU_OP_MEM && operand->written &&
		    su_is_frame_address(values, su_transfer_address(values, operand, state), &off))
			su_define_cell(values, index, off, operand->size, 0, &inputs, state);
	}
	for (uint32_t loc = 0; loc < SU_CELL_BASE; loc++) {
		if (fresh[loc])
			state[loc] = fresh[loc];
	}
}
