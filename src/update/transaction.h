/*
 * The commit of all processes of an update, with every thread stopped and ready: each pass
 * (commit/commit.h) is made for all of them before the next.
 */
#ifndef SU_UPDATE_TRANSACTION_H
#define SU_UPDATE_TRANSACTION_H

#include "update/batch.h"

/* Afterwards all threads run again, in the new version or, with an error, as they were before; but
 * for SU_E_DAMAGED, which says what to do. */
struct su_err *su_transaction_make(struct su_batch *batch) SU_MUST_CHECK;

/* The return addresses that the update carries over, of the members that are done: from what was
 * seen while the threads stood still. */
void su_transaction_count(struct su_batch *batch);

#endif
