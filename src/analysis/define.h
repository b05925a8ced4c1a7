/*
 * What an instruction without a meaning makes of the locations that it writes: one definition of
 * each, with what it read as inputs.  Part of numbering.c.
 */
#ifndef SU_ANALYSIS_DEFINE_H
#define SU_ANALYSIS_DEFINE_H

#include "analysis/values.h"

struct su_inputs {
	uint32_t args[8];
	size_t count;
};

void su_inputs_add(struct su_inputs *inputs, uint32_t number);
/* All that the result is made of: addresses of memory operands and registers, read implicitly or
 * only overwritten in part too, in a fixed order. */
struct su_inputs su_inputs_of(struct su_values *values, const struct su_insn *insn,
			      const uint32_t *state);

/* The value of the address that memory operand `operand` stands for, segment not counted. */
uint32_t su_transfer_address(struct su_values *values, const struct su_operand *operand,
			     const uint32_t *state);
/* Whether the register is an operand of the instruction, or in the address of one. */
bool su_transfer_is_explicit(const struct su_insn *insn, uint8_t reg);

bool su_is_frame_address(const struct su_values *values, uint32_t address, int64_t *ret);
/* Whether the access is to the low bytes of a cell that fits into a register. */
bool su_is_low_part(const struct su_values *values, uint32_t cell, int64_t off, uint8_t size);

/* The definition of one location. */
uint32_t su_define(struct su_values *values, uint32_t index, uint32_t loc, uint16_t role,
		   uint8_t narrow, const struct su_inputs *inputs);
/* A store to the frame; `number` 0: of what is not known. */
void su_define_cell(struct su_values *values, uint32_t index, int64_t off, uint8_t size,
		    uint32_t number, const struct su_inputs *inputs, uint32_t *state);
/* Of all that the instruction writes. */
void su_define_all(struct su_values *values, uint32_t index, uint32_t *state);

#endif
