/*
 * Values that a compiler has made once for all rounds of a loop.
 *
 * The source calls a function in each round, or reads a constant; the compiler knows that the result is
 * always the same, and has moved the call out of the loop.  If the function or the constant is what the
 * update changes (diff/fickle.h), an activation that goes on with the old result does what neither
 * version says.
 *
 * Without a loop, the second of two calls may not be made: then the first one's result is kept beyond its
 * statement, and in no variable.
 *
 * A call that was moved stands outside of a loop, its result is live in it, and its line is one of the
 * loop's.  A variable that the source sets before the loop has its line there.
 */
#ifndef SU_CHECKPOINT_SIDE_REUSED_H
#define SU_CHECKPOINT_SIDE_REUSED_H

#include "checkpoint/side/side.h"

/* Whether value `number` is one of them, or is made of one. */
bool su_reused_is(const struct su_side *side, uint32_t number);
/* Whether it is a result, in no variable, that is kept over a call of a later statement: for another
 * call in the source, which is not made. */
bool su_reused_later(const struct su_side *side, uint32_t number, uint32_t call);
/* Whether the instruction is in a loop that was chosen by one, in place of a choice in each round. */
bool su_reused_chooses(const struct su_side *side, uint32_t insn);

#endif
