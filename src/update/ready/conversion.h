/*
 * Variables that get another place: see diff/moving.h.
 *
 * What the old one holds becomes what the new one is to hold, by the patch's steps. Bits that no step
 * writes stay: going forward the new place has what the new version starts it with; going back the old
 * place has what it had when it was left. Without steps, the old one must still hold what its version
 * starts it with, byte for byte. Who holds the address of the place that is left is held.h's question.
 *
 * The place that is written is one that no code uses before the commit: before the first apply it is
 * new, and after that the other version's. So nothing has to be undone when the commit fails.
 */
#ifndef SU_UPDATE_READY_CONVERSION_H
#define SU_UPDATE_READY_CONVERSION_H

#include "update/ready/ready.h"

/* Refuses when one of them cannot be converted. All threads are stopped and ready. */
struct su_err *su_moved_check(const struct su_ready *ready) SU_MUST_CHECK;
/* Writes what they become. In the same stop. */
struct su_err *su_moved_convert(const struct su_ready *ready) SU_MUST_CHECK;

#endif
