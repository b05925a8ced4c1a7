/* Making values: hash-consing and the algebra that keeps equal values equal. Part of numbering.c. */
#ifndef SU_ANALYSIS_VALUE_TABLE_H
#define SU_ANALYSIS_VALUE_TABLE_H

#include "analysis/values.h"

#define SU_UNDEFINED 1u

/* Roles of definitions that are no operand's. */
enum {
	SU_ROLE_LOADED = 12,	   /* what was in memory that is no cell */
	SU_ROLE_PART_READ = 13,	   /* a part of a cell */
	SU_ROLE_PART_WRITTEN = 14, /* a cell of which a part was written */
	SU_ROLE_CELL = 15,
};

void su_value_table_init(struct su_values *values);
uint32_t su_value_const(struct su_values *values, int64_t number);
uint32_t su_value_leaf(struct su_values *values, enum su_value_kind kind, uint32_t loc, int64_t imm,
		       uint8_t size);
uint32_t su_value_phi(struct su_values *values, uint32_t block, uint32_t loc);
/* The output of an instruction; inputs are set anew at each call. */
uint32_t su_value_def(struct su_values *values, uint32_t insn, uint32_t loc, uint16_t role,
		      uint8_t narrow_size, const uint32_t *args, size_t arg_count);
uint32_t su_value_sum(struct su_values *values, uint32_t a, uint32_t b, uint8_t scale, int64_t imm);
uint32_t su_value_binary(struct su_values *values, enum su_expr_op op, uint32_t a, uint32_t b);
uint32_t su_value_unary(struct su_values *values, enum su_expr_op op, uint32_t a, uint8_t size,
			int64_t imm);
uint32_t su_value_zx(struct su_values *values, uint32_t a, uint8_t size);
uint32_t su_value_sx(struct su_values *values, uint32_t a, uint8_t size);
/* The low `size` bytes of `a`, and the rest of `b`. */
uint32_t su_value_insert(struct su_values *values, uint32_t a, uint32_t b, uint8_t size);

#endif
