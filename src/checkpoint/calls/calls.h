/*
 * Which call of the one version is which call of the other, as far as they tell themselves: by
 * what they call, and by the constants that they pass.  What is not constant is for the prover.
 */
#ifndef SU_CHECKPOINT_CALLS_CALLS_H
#define SU_CHECKPOINT_CALLS_CALLS_H

#include "arch/abi.h"
#include "base/memo.h"
#include "checkpoint/side/pair.h"

/* A pair, and what was found out about its calls already. */
struct su_calls {
	const struct su_pair *pair;
	struct su_memo same_results, own_constants; /* partner.c: by both calls */
	struct su_memo bits;			    /* arguments.c */
	struct su_memo helpers;			    /* helper.c: by both calls */
};

/* A zeroed one but for `pair` has found out nothing yet. */
void su_calls_deinit(struct su_calls *calls);

/* ---- partner.c ---- */

/* Whether both call the same, or both call through a pointer. */
bool su_calls_same_callee(const struct su_pair *pair, uint32_t from_insn, uint32_t to_insn);
/* Whether both call the same, and pass no constants that differ. */
bool su_calls_may_be_same(struct su_calls *calls, uint32_t from_insn, uint32_t to_insn);
/* Whether the constants that two paired calls pass say that one of them belongs to another call. */
bool su_calls_has_better_partner(struct su_calls *calls, uint32_t from_insn, uint32_t to_insn);
/* Whether two calls may give the same result, as far as a constant that they pass first tells. */
bool su_calls_same_result(struct su_calls *calls, uint32_t from_insn, uint32_t to_insn);
/* Whether both pass the same address of a text or variable, at the same place, that no other call
 * of this function passes there in either version. */
bool su_calls_pass_own_constant(struct su_calls *calls, uint32_t from_insn, uint32_t to_insn);
/* Whether call `i` is another one that calls what `call` calls. */
bool su_calls_is_other(const struct su_function *code, const struct su_insn *call, uint32_t i);

/* ---- arguments.c ---- */

/* Values that must be related for two paired calls to give the same result: the arguments of both,
 * where another call of the same function could be meant. Writes up to six pairs and returns how
 * many there are. */
size_t su_calls_arguments(struct su_calls *calls, uint32_t from_insn, uint32_t to_insn,
			  uint32_t ret[][2]);
/* The registers that bring an argument to the call; bit i stands for su_abi_arguments[i]. */
uint8_t su_calls_taken(struct su_calls *calls, const struct su_side *side, uint32_t insn);
/* What both are given in all registers that bring an argument, in the same form. */
size_t su_calls_all_arguments(struct su_calls *calls, uint32_t from_insn, uint32_t to_insn,
			      uint32_t ret[][2]);
/* What the argument registers hold at a call: SU_ABI_ARGUMENT_COUNT values. */
void su_calls_read_arguments(const struct su_side *side, uint32_t call, uint32_t *ret);

/* ---- exchange.c ---- */

/* Whether another function is called in the place of the call. */
bool su_calls_is_exchanged(const struct su_pair *pair, uint32_t from_insn, uint32_t to_insn);
/* What both are given, as far as both take it; returns how many. */
int su_calls_exchange_arguments(const struct su_pair *pair, uint32_t from_insn, uint32_t to_insn,
				uint32_t *ret_from, uint32_t *ret_to);
/* Whether the results of two calls have one type, as far as DWARF knows it; of an exchanged call,
 * as far as a declaration tells, too. */
bool su_calls_same_result_type(const struct su_pair *pair, const struct su_insn *a,
			       const struct su_insn *b);
bool su_calls_exchange_type(const struct su_pair *pair, uint32_t from_insn, uint32_t to_insn);
/* Whether `to` makes the call at another place, perhaps, than `at`: it would be made twice. */
bool su_calls_may_have_moved(const struct su_pair *pair, uint32_t call, uint32_t at);
/* Whether `from` makes the call at another place, perhaps: it would be left out, or was made. */
bool su_calls_may_have_come(const struct su_pair *pair, uint32_t to_insn);
/* The callee of call `from_insn` may finish in the other version: whether that may write a register
 * that this version of it leaves alone, as its caller knew (gcc -fipa-ra). */
bool su_calls_other_callee_writes(const struct su_pair *pair, uint32_t from_insn, uint8_t reg);

/* ---- helper.c ---- */

/* Whether the new function that is called does no more than make the call. */
bool su_calls_is_helper(struct su_calls *calls, uint32_t from_insn, uint32_t to_insn);

#endif
