/*
 * Applying an upgrade patch to running processes, and taking it back: the protocol.
 *
 * Any number of processes with any number of threads each, as one update.  See
 * docs/design/update.md.  A call ends in one of three ways: NULL and all processes are wholly in
 * the wanted version; an error, and all are exactly as they were; or SU_E_DAMAGED, when an undo
 * failed, and the message says what to do.
 */
#ifndef SU_UPDATE_UPDATE_H
#define SU_UPDATE_UPDATE_H

#include "patch/reader.h"
#include "update/carried/permit.h"
#include "update/report.h"

/*
 * Each fills in the report, also when it fails.
 *
 * check: would it apply now? Changes nothing. NULL: every thread is ready at this instant.
 * apply: `all` and `trees` take the processes that run the patch's old version.
 * revert: takes back the newest update in force of each process, by the patch that it holds. With
 * `patch` (may be NULL) only where that is the newest; without, `all` and `trees` must find the
 * same update everywhere.
 */
struct su_err *su_update_check(const struct su_patch *patch,
			       const struct strongupdate_targets *targets,
			       const struct strongupdate_options *options,
			       const struct su_permit *permit,
			       struct su_report *report) SU_MUST_CHECK;
struct su_err *su_update_apply(const struct su_patch *patch,
			       const struct strongupdate_targets *targets,
			       const struct strongupdate_options *options,
			       const struct su_permit *permit,
			       struct su_report *report) SU_MUST_CHECK;
struct su_err *su_update_revert(const struct su_patch *patch,
				const struct strongupdate_targets *targets,
				const struct strongupdate_options *options,
				const struct su_permit *permit,
				struct su_report *report) SU_MUST_CHECK;

#endif
