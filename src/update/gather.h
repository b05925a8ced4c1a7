/*
 * Finding the processes of an update, seizing them, and preparing each while it runs.
 */
#ifndef SU_UPDATE_GATHER_H
#define SU_UPDATE_GATHER_H

#include "update/batch.h"

/* Looks at and seizes what a search finds anew, until it finds nothing. */
struct su_err *su_gather_all(struct su_batch *batch) SU_MUST_CHECK;
/* Whether that is to be done again before all are stopped: with all stopped nobody looks for others. */
bool su_gather_is_due(const struct su_batch *batch);
/* Seized members that are not prepared yet are. */
struct su_err *su_gather_prepare(struct su_batch *batch) SU_MUST_CHECK;
/* Makes members of children that are none yet. All are stopped. */
struct su_err *su_gather_children(struct su_batch *batch) SU_MUST_CHECK;

#endif
