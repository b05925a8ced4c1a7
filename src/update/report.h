/*
 * Filling in the report on a process: who is in the way, and how long things took.
 */
#ifndef SU_UPDATE_REPORT_H
#define SU_UPDATE_REPORT_H

#include "update/job.h"
#include "update/ready/obstacles.h"
#include "update/ready/ready.h"
#include "update/update.h"

/* Lists all threads of the last scan. */
void su_report_threads(struct su_update_process *report, const struct su_ready *ready);
/* Lists the threads of the process among those that are in the way. */
void su_report_obstacles(struct su_update_process *report, const struct su_plan *plan,
			 const struct su_obstacle *list, size_t count);
/* SU_E_BUSY that says what is in the way. */
struct su_err *su_report_busy(const struct su_plan *plan,
			      const struct su_obstacle *obstacle) SU_MUST_CHECK;

/* free() it with su_report_free(). */
struct su_update_process *su_report_create(pid_t pid);
void su_report_free(struct su_update_process *report); /* takes NULL */

#endif
