/*
 * What is known of a called function without running it: which registers it may write, whether it
 * returns, which of its arguments it only reads from.
 *
 * Compilers use what a function of the same unit leaves alone (gcc -fipa-ra), so it is looked at.
 */
#ifndef SU_VALIDATE_CALLEE_H
#define SU_VALIDATE_CALLEE_H

#include "validate/world.h"

struct su_callees;

struct su_callees *su_callees_create(const struct su_world *world);
void su_callees_destroy(struct su_callees *callees); /* takes NULL */

/* Bit n: register n (general, then vector) may be written and is not preserved. */
uint64_t su_callees_clobbered(struct su_callees *callees, uint64_t callee);
bool su_callees_never_returns(struct su_callees *callees, uint64_t callee);
/* Bit n: argument n points to what the function reads, and does not write. */
unsigned su_callees_reads(const struct su_callees *callees, uint64_t callee);

#endif
