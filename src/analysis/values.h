/*
 * What every location of a function holds, symbolically: value numbering over machine code.
 *
 * A *location* is a general register (0..15), a vector register (16..31) or a *cell*: a range of
 * bytes at a fixed distance from the CFA that is only ever accessed directly (spills, saved
 * registers, scalar locals).  A *value* is a constant, an address, a frame address, what a register
 * held on entry, the result of an instruction (DEF), a merge of several (PHI), or a pure expression
 * over others.  Two locations with the same value number hold the same bits on every path.
 *
 * Frame memory whose address is taken or that is indexed forms *regions*; nothing in a region is a
 * cell.  The assumption, which compilers guarantee for their own spill slots: a pointer that was
 * made from the address of one object never reaches another one.
 *
 * Everything is offline and about link-time code; an optimistic fixpoint over the blocks in the
 * style of value numbering by partitioning, with merges as explicit PHI values.
 */
#ifndef SU_ANALYSIS_VALUES_H
#define SU_ANALYSIS_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/clobber.h"
#include "analysis/escape.h"
#include "analysis/function.h"
#include "base/alloc.h"
#include "base/map.h"
#include "base/vec.h"
#include "dwarf/debuginfo.h"

enum su_value_kind {
	SU_VAL_NONE = 0,  /* no path reaches here (value number 0) */
	SU_VAL_UNDEFINED, /* frame memory before its first write (value number 1) */
	SU_VAL_CONST,	  /* imm */
	SU_VAL_ADDR,	 /* vaddr imm; the code names imm - su_value_distance() and adds the rest */
	SU_VAL_FRAME,	 /* CFA + imm */
	SU_VAL_ENTRY,	 /* what register `loc` held on entry */
	SU_VAL_INCOMING, /* what the `size` bytes at CFA + imm (stack arguments) held on entry */
	SU_VAL_CANARY,	 /* %fs:0x28 */
	SU_VAL_DEF,	 /* output `role` of instruction `where`; args are its inputs */
	SU_VAL_PHI,	 /* what `loc` holds at the start of block `where` */
	SU_VAL_EXPR,	 /* op(args, imm), on 64 bits */
};

enum su_expr_op {
	SU_EXPR_SUM, /* args[0] + args[1] * size + imm; args[1] may be 0 (none) */
	SU_EXPR_SUB, /* args[0] - args[1] */
	SU_EXPR_AND,
	SU_EXPR_OR,
	SU_EXPR_XOR, /* args[1] 0: imm */
	SU_EXPR_SHL,
	SU_EXPR_SHR,
	SU_EXPR_SAR, /* by imm */
	SU_EXPR_MUL, /* args[1] 0: imm */
	SU_EXPR_NEG,
	SU_EXPR_NOT,
	SU_EXPR_ZX,
	SU_EXPR_SX, /* zero- or sign-extended from `size` bytes */
};

#define SU_VALUE_ARGS 4

struct su_value {
	uint8_t kind, op, size;
	uint8_t arg_count;
	uint16_t role; /* DEF: which output; explicit operand i: i; implicit register r: 16 + r */
	bool narrow;   /* known to be zero above the low `size` bytes (cells, 32-bit results) */
	bool overflow; /* DEF: more inputs than args hold: equal to nothing */
	uint32_t loc;
	uint32_t where;
	int64_t imm;
	uint32_t args[SU_VALUE_ARGS];
};

struct su_cell {
	int64_t off; /* from the CFA */
	uint32_t size;
	bool in_region;
	bool is_read; /* by this function; else it may be an argument of a call, and the callee's */
	bool is_loaded; /* read, and not only by popping it */
};

/* An object in the frame that is accessed through pointers or by index. */
struct su_region {
	int64_t off;
	uint64_t size;
	int32_t local; /* index of the DWARF variable, -1: none known */
	bool retained; /* its address may outlive the call that it was passed to */
};

#define SU_CELL_BASE 32u
#define SU_NO_OFF INT64_MIN

struct su_values {
	struct su_arena *arena;
	const struct su_image *image;
	struct su_debug *debug;
	const struct su_clobbers *clobbers;
	struct su_escapes *escapes;
	uint64_t entry;
	const struct su_function *code;
	SU_VEC(struct su_value) table;
	struct su_map *numbers;
	struct su_cell *cells; /* by off, disjoint */
	size_t cell_count;
	SU_VEC(struct su_region) regions;
	uint32_t loc_count;	 /* SU_CELL_BASE + cell_count */
	uint32_t **in, **out;	 /* by block, loc_count value numbers each */
	int64_t *frame_off;	 /* by instruction: its memory operand's CFA offset, or SU_NO_OFF */
	int64_t *sp;		 /* by instruction: rsp before it, from the CFA, or SU_NO_OFF */
	struct su_escape escape; /* what becomes of pointers in the argument registers */
	const char *unknown;	 /* why the frame is not understood, or NULL */
};

struct su_err;

/* `clobbers` and `escapes` may be NULL: nothing is known of callees then.
 * Never fails: a frame that is not understood is said in `unknown`. The result belongs to `arena`
 * except for its vectors: su_values_deinit() frees those. */
struct su_values *su_values_create(struct su_arena *arena, const struct su_image *image,
				   struct su_debug *debug, const struct su_clobbers *clobbers,
				   struct su_escapes *escapes, uint64_t entry,
				   const struct su_function *code);
void su_values_deinit(struct su_values *values);

/* The state before instruction `insn`, or after it (for calls: at the return address); `ret` holds
 * loc_count value numbers. */
void su_values_before(struct su_values *values, uint32_t insn, uint32_t *ret);
void su_values_after(struct su_values *values, uint32_t insn, uint32_t *ret);

const struct su_value *su_value_get(const struct su_values *values, uint32_t number);
/* Of SU_VAL_ADDR: how far arithmetic has moved it.  Loop bounds lie beyond their object, where the
 * address alone would mean another one. */
static inline int64_t su_value_distance(const struct su_value *value)
{
	return (int32_t)value->loc;
}
/* Whether the value is certainly zero above its low `size` bytes. */
bool su_value_is_narrow(const struct su_values *values, uint32_t number, uint8_t size);
/* The same through merges; only once the values are final. */
bool su_values_narrow(struct su_values *values, uint32_t number, uint8_t size);
/* Whether merges `a` and `b` of one block always differ by the same constant: a = b + *ret. */
bool su_values_in_step(struct su_values *values, uint32_t a, uint32_t b, int64_t *ret);
/* The location number of the cell with exactly this range, or of the one that contains it (with
 * *ret_exact false); UINT32_MAX when there is none outside of regions. */
uint32_t su_values_cell(const struct su_values *values, int64_t off, uint64_t size,
			bool *ret_exact);
/* The frame addresses that value `number` may be computed from: calls `visit` with the CFA offset
 * of each, through merges and expressions. */
void su_values_visit_roots(struct su_values *values, uint32_t number,
			   void (*visit)(void *ctx, int64_t off), void *ctx);
/* The argument registers whose value on entry `number` may be computed from, as in su_escape. */
uint8_t su_values_arguments_in(struct su_values *values, uint32_t number);
/* The registers that the call at `insn` may write. */
void su_values_call_clobbers(const struct su_values *values, const struct su_insn *insn,
			     struct su_regset *ret);
bool su_reg_is_callee_saved(uint8_t reg);

#endif
