/*
 * Filling in the report on a process: who is in the way, and how long things took.
 */
#ifndef SU_UPDATE_REPORT_H
#define SU_UPDATE_REPORT_H

#include "update/job.h"
#include "update/ready.h"
#include "update/update.h"

/* Lists the threads of the last scan: all of them, or those in the way. */
void su_report_threads(struct su_update_process *report, const struct su_ready *ready, bool all);
/* SU_E_BUSY naming the first thread that is in the way, of those listed, or what else is. */
struct su_err *su_report_busy(const struct su_job *job) SU_MUST_CHECK;

/* free() it with su_report_free(). */
struct su_update_process *su_report_create(pid_t pid);
void su_report_free(struct su_update_process *report); /* takes NULL */

#endif
