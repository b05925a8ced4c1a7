/*
 * An update from its beginning to its end, for all processes together or for each by itself.
 */
#ifndef SU_UPDATE_CONDUCT_H
#define SU_UPDATE_CONDUCT_H

#include "update/batch.h"

/* Fills in the report, also on failure. `patch` may be NULL. */
struct su_err *su_run(const struct su_operation *operation, const struct su_patch *patch,
		      const struct strongupdate_targets *targets,
		      const struct strongupdate_options *options, const struct su_permit *permit,
		      struct su_report *report) SU_MUST_CHECK;

#endif
