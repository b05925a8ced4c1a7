/*
 * Filling a su_update_report: who is in the way, and how long things took.
 */
#ifndef SU_UPDATE_REPORT_H
#define SU_UPDATE_REPORT_H

#include "update/ready.h"
#include "update/update.h"

/* Lists the threads of the last scan: all of them, or those in the way. */
void su_report_threads(struct su_update_report *report, const struct su_ready *ready, bool all);
/* SU_E_BUSY naming the first thread in the way. */
struct su_err *su_report_busy(const struct su_update_report *report) SU_MUST_CHECK;

#endif
