/*
 * The rounds of an update: stop all, judge all, let them run, until all are ready at once.
 */
#ifndef SU_UPDATE_ROUNDS_H
#define SU_UPDATE_ROUNDS_H

#include "update/batch.h"

/* Brings all threads to checkpoints and commits; at the deadline SU_E_BUSY and untouched. */
struct su_err *su_rounds_commit(struct su_batch *batch) SU_MUST_CHECK;
/* Stops all once and says whether all are ready: SU_E_BUSY otherwise. Lists every thread. */
struct su_err *su_rounds_try(struct su_batch *batch) SU_MUST_CHECK;

#endif
