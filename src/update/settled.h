/*
 * Processes that need no update: they run the version that the patch leads to, by it or as they were
 * started.
 */
#ifndef SU_UPDATE_SETTLED_H
#define SU_UPDATE_SETTLED_H

#include "patch/reader.h"
#include "update/report.h"

/* Whether the process does, as far as it can be looked at. */
bool su_settled_is(const struct su_patch *patch, pid_t pid);
/* Adds each of the targets that does to the report, as unchanged, if it is not there. */
struct su_err *su_settled_find(const struct su_patch *patch,
			       const struct strongupdate_targets *targets,
			       struct su_report *report) SU_MUST_CHECK;
/* Adds this one. */
void su_settled_add(struct su_report *report, pid_t pid);

#endif
