/*
 * A report handed from the worker that made it to whoever waits for it (process/worker.h).
 */
#ifndef SU_UPDATE_RELAY_H
#define SU_UPDATE_RELAY_H

#include "process/answer.h"
#include "update/report.h"

/* The processes from `first` on, the figures of the whole, and how it ended. */
void su_relay_put(struct su_answer *answer, const struct su_report *report, size_t first,
		  const struct su_err *err);
/* Adds them to the report; returns how it ended. */
struct su_err *su_relay_take(const struct su_answer *answer,
			     struct su_report *report) SU_MUST_CHECK;

#endif
