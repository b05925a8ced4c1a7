/*
 * One version of a function as an end of a carry-over: its code, values, live ranges and variables,
 * and what is asked of it alone.
 */
#ifndef SU_CHECKPOINT_SIDE_SIDE_H
#define SU_CHECKPOINT_SIDE_SIDE_H

#include "analysis/live.h"
#include "analysis/values.h"
#include "arch/abi.h"
#include "diff/program.h"

/* A result that is kept over a call: see reused.h. */
struct su_left_over {
	uint32_t call, number;
};

#define SU_PASSED_ON_STACK 2 /* cells: psABI 3.2.3, from where rsp is at the call on */
#define SU_PASSED (SU_ABI_ARGUMENT_COUNT + SU_PASSED_ON_STACK)

struct su_side {
	const struct su_program *program;
	const struct su_routine *routine;
	struct su_values *values;
	struct su_live *live; /* NULL when values->unknown */
	const struct su_local *locals;
	size_t local_count;
	uint32_t (*passed)[SU_PASSED]; /* by instruction, of calls and jumps: value numbers */
	SU_VEC(uint32_t) reused, chosen_loops; /* value numbers; blocks: see reused.h */
	SU_VEC(struct su_left_over) left_over;
	bool heeds_no_callee; /* nothing is kept in a caller-saved register over a call */
};

/* Analyses a routine for use as either side. Belongs to `arena`, but for su_side_deinit(). */
struct su_err *su_side_init(struct su_side *side, struct su_arena *arena,
			    const struct su_program *program,
			    const struct su_routine *routine) SU_MUST_CHECK;
void su_side_deinit(struct su_side *side);

/* The variable that has the key, or NULL. */
const struct su_local *su_side_local(const struct su_side *side, const char *key);

/* ---- calls ---- */

/* The instruction at the return address of a call; SU_NO_INSN when the call is the last. */
uint32_t su_side_after_call(const struct su_side *side, uint32_t index);
/* Whether an activation that waits in the call can go on. */
bool su_side_may_return(const struct su_side *side, uint32_t index);
/* Whether what the call returns may be read. */
bool su_side_uses_result(const struct su_side *side, uint32_t call);
/* Whether a function of this image takes an argument in the register; unknown ones do. */
bool su_side_takes_argument(const struct su_side *side, uint64_t entry, uint32_t loc);
/* Whether what the register holds before instruction `insn` may be read, but for calls that only
 * seem to. */
bool su_side_reads_from(const struct su_side *side, uint32_t insn, uint32_t loc);

/* ---- effects ---- */

/* Whether the instruction does something to memory other than cells, or to others. */
bool su_side_has_effect(const struct su_side *side, uint32_t insn);
/* The operand that the instruction writes to memory, or NULL. */
const struct su_operand *su_side_stored(const struct su_insn *insn);
/* Whether it stores to memory at an address that is not one of its operands. */
bool su_side_stores_oddly(const struct su_insn *insn);

/* ---- passed.c, as a side is made ---- */

/* Finds what is passed to calls. */
void su_passed_find(struct su_side *side, struct su_arena *arena);

/* ---- reused.c, likewise ---- */

/* Whether the function names anything fickle: only then can it have kept a result. */
bool su_reused_may_be(const struct su_program *program, const struct su_routine *routine);
/* Finds the values, and loops that were chosen by one. */
void su_reused_find(struct su_side *side);

#endif
