/*
 * The report on an update, in the form in which it is handed out (strongupdate.h).
 *
 * All strings and lists in it belong to its arena; the errors in it are its own.
 */
#ifndef SU_UPDATE_REPORT_H
#define SU_UPDATE_REPORT_H

#include "base/alloc.h"
#include "base/vec.h"
#include "strongupdate.h"
#include "update/ready/obstacles.h"
#include "update/ready/ready.h"

struct su_report {
	struct strongupdate_report public; /* first: its address is handed out */
	SU_VEC(struct strongupdate_process) processes;
	struct su_arena *arena;
};

struct su_report *su_report_create(void);
void su_report_destroy(struct su_report *report); /* takes NULL */

/* Starts the report on one process: not yet a part of the whole. */
void su_report_begin(struct su_report *report, pid_t pid, struct strongupdate_process *ret);
/* Why the process is untouched: takes a copy of `err`, in the place of an earlier one. */
void su_report_blame(struct strongupdate_process *process, const struct su_err *err);
/* Makes it a part of the whole, which owns it from here on. */
void su_report_add(struct su_report *report, const struct strongupdate_process *process);
/* Takes all processes out of it again; the strings stay. */
void su_report_clear(struct su_report *report);
/* The other end: nobody will be told of the process. */
void su_report_drop(struct strongupdate_process *process);

/* Lists all threads of the last scan. */
void su_report_threads(struct su_report *report, struct strongupdate_process *process,
		       const struct su_ready *ready);
/* Lists the threads of the process among those that are in the way. */
void su_report_obstacles(struct su_report *report, struct strongupdate_process *process,
			 const struct su_plan *plan, const struct su_obstacle *list, size_t count);
/* SU_E_BUSY that says what is in the way. */
struct su_err *su_report_busy(const struct su_plan *plan,
			      const struct su_obstacle *obstacle) SU_MUST_CHECK;

#endif
