/*
 * What every location of a function holds, symbolically: value numbering over machine code.
 *
 * A *location* is a general register (0..15), a vector register (16..31), the status flags (32) or a
 * *cell*: a range of bytes at a fixed distance from the CFA that is only ever accessed directly (spills, saved
 * registers, scalar locals).  A *value* is a constant, an address, a frame address, what a register
 * held on entry, the result of an instruction (DEF), a merge of several (PHI), or a pure expression
 * over others.  Two locations with the same value number hold the same bits on every path.
 *
 * Frame offsets count from the CFA.  A function that aligns its stack pointer has a second base,
 * the aligned address, whose distance from the CFA is known at run time only: offsets from it are
 * counted from SU_ALIGNED_BASE, far below all others.  Nothing overlaps across bases.  Where rsp is
 * no fixed distance from either (alloca, variable-length arrays), what it points at is the *dynamic
 * part*: no cells, no regions, only objects that are known by their pointers.
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
	SU_VAL_SLOT,	 /* the address of an import, which the loader put into the slot at imm */
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
	SU_EXPR_SX,	/* zero- or sign-extended from `size` bytes */
	SU_EXPR_INSERT, /* the low `size` bytes of args[0], and the rest of args[1] */
};

#define SU_VALUE_ARGS SU_ESCAPE_FOLLOWED

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

#define SU_LOC_FLAGS 32u /* the status flags, as one location */
#define SU_CELL_BASE 33u
#define SU_NO_OFF INT64_MIN

enum su_frame_base { SU_FRAME_CFA, SU_FRAME_ALIGNED, SU_FRAME_DYNAMIC };

#define SU_ALIGNED_BASE (-((int64_t)1 << 40))
#define SU_DYNAMIC_BASE (-((int64_t)1 << 44)) /* of offsets from a value that rsp had */

static inline enum su_frame_base su_frame_base(int64_t off)
{
	if (off > SU_ALIGNED_BASE / 2)
		return SU_FRAME_CFA;
	return off > SU_DYNAMIC_BASE / 2 ? SU_FRAME_ALIGNED : SU_FRAME_DYNAMIC;
}

/* How far from its base an offset is. */
static inline int64_t su_frame_distance(int64_t off)
{
	static const int64_t bases[] = { 0, SU_ALIGNED_BASE, SU_DYNAMIC_BASE };

	return off - bases[su_frame_base(off)];
}

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
	uint32_t loc_count;   /* SU_CELL_BASE + cell_count */
	uint32_t **in, **out; /* by block, loc_count value numbers each */
	int64_t *frame_off;   /* by instruction: its memory operand's CFA offset, or SU_NO_OFF */
	int64_t *sp;	      /* by instruction: rsp before it, from the CFA, or SU_NO_OFF */
	int64_t *fixed_end; /* by instruction: below this it made the dynamic part, or SU_NO_OFF */
	bool *dynamic;	    /* by value number: a stack pointer that is no frame address */
	uint32_t dynamic_count;
	int64_t dynamic_slack; /* dynamic objects may reach so much above rsp's value before */
	int64_t aligned_from;  /* rsp before it was aligned to `alignment`; that is 0: never */
	uint32_t alignment;
	struct su_escape escape; /* what becomes of pointers in the argument registers */
	uint32_t *walked;	 /* merges.c: by value number: the walk that came there last */
	size_t walked_len;
	uint32_t walks;
	uint8_t *marks; /* merges.c: by value number: what it may be made of */
	size_t marked_len;
	const char *unknown; /* why the frame is not understood, or NULL */
};

const struct su_value *su_value_get(const struct su_values *values, uint32_t number);
/* Of SU_VAL_ADDR: how far arithmetic has moved it.  Loop bounds lie beyond their object, where the
 * address alone would mean another one. */
static inline int64_t su_value_distance(const struct su_value *value)
{
	return (int32_t)value->loc;
}
/* Whether the value is certainly zero above its low `size` bytes. */
bool su_value_is_narrow(const struct su_values *values, uint32_t number, uint8_t size);
/* Whether it is narrow, looked at through merges too; only once the values are final. */
bool su_values_narrow(struct su_values *values, uint32_t number, uint8_t size);
/* Whether merges `a` and `b` of one block always differ by the same constant: a = b + *ret. */
bool su_values_in_step(struct su_values *values, uint32_t a, uint32_t b, int64_t *ret);
/* How many low bytes of an expression's first operand (and of the second, but for INSERT) its low
 * `size` bytes depend on. */
uint8_t su_value_needed_size(const struct su_value *expression, uint8_t size);
/* The value without what leaves its low `size` bytes as they are. */
uint32_t su_value_low_part(const struct su_values *values, uint32_t number, uint8_t size);
/* The location number of the cell with exactly this range, or of the one that contains it (with
 * *ret_exact false); UINT32_MAX when there is none outside of regions. */
uint32_t su_values_cell(const struct su_values *values, int64_t off, uint64_t size,
			bool *ret_exact);
/* The first cell that has a byte at `off` or above it. */
size_t su_values_cells_from(const struct su_values *values, int64_t off);
/* The frame addresses that value `number` may be computed from: calls `visit` with the CFA offset
 * of each, through merges and expressions. */
void su_values_visit_roots(struct su_values *values, uint32_t number,
			   void (*visit)(void *ctx, int64_t off), void *ctx);
/* The lowest and highest frame address that it may be computed from, through the dynamic part;
 * false when there is none. */
bool su_values_stack_bounds(struct su_values *values, uint32_t number, int64_t *ret_low,
			    int64_t *ret_high);
/* Whether it may be computed from a stack pointer in the dynamic part, or is one. */
bool su_values_from_dynamic(struct su_values *values, uint32_t number);
bool su_values_is_dynamic(const struct su_values *values, uint32_t number);
/* To be called when merges or what is dynamic have changed: what is known of them is found anew. */
void su_values_forget_marks(struct su_values *values);
/* The value that `number` is *ret more than. */
uint32_t su_values_dynamic_base(const struct su_values *values, uint32_t number, int64_t *ret);
/* A location relative to a register that holds a frame address in `state` is one in the frame. */
struct su_loc su_values_location(const struct su_values *values, const uint32_t *state,
				 struct su_loc loc);
/* The argument registers whose value on entry `number` may be computed from, as in su_escape. */
uint8_t su_values_arguments_in(struct su_values *values, uint32_t number);
/* The registers that the call at `insn` may write. */
void su_values_call_clobbers(const struct su_values *values, const struct su_insn *insn,
			     struct su_regset *ret);

#endif
