/*
 * An update in the hands of a worker (process/worker.h).
 *
 * Whoever updates processes reads them, and may be kept by that for ever, or run out of memory.  Then
 * the worker is ended, as if somebody had killed the updater, and what it had begun is taken back, or
 * completed where it was done, by `recover`.
 */
#ifndef SU_UPDATE_DELEGATE_H
#define SU_UPDATE_DELEGATE_H

#include "update/batch.h"

typedef struct su_err *su_delegated(const struct su_request *request, struct su_report *report);

/* Does `how` in a worker. */
struct su_err *su_delegate(su_delegated *how, const struct su_request *request,
			   struct su_report *report) SU_MUST_CHECK;

#endif
