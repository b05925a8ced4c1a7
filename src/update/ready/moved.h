/*
 * Variables that get another place: see diff/moving.h.
 *
 * The new place holds what the new version starts the variable with. So the old one must still hold
 * what the old version starts it with, byte for byte: then nothing that the program has done is lost.
 * The other way round the same is asked of the new place, and the old one is as it was left. Who holds
 * the address of the place that is left is held.h's question.
 */
#ifndef SU_UPDATE_READY_MOVED_H
#define SU_UPDATE_READY_MOVED_H

#include "update/ready/ready.h"

/* Refuses when one of them was written to. All threads are stopped and ready. */
struct su_err *su_moved_check(const struct su_ready *ready) SU_MUST_CHECK;

#endif
