/*
 * What stands around each update: the policy of the machine, whom it trusts, what it keeps, and what
 * is written down of it.
 */
#ifndef SU_API_GUARD_H
#define SU_API_GUARD_H

#include "api/api_private.h"
#include "trust/policy.h"
#include "trust/state.h"
#include "trust/trust.h"
#include "update/carried/permit.h"

struct su_guard {
	struct su_trust trust;
	struct su_policy policy;
	struct su_state state;
	struct su_permit permit;
};

/* To be closed also on failure. */
struct su_err *su_guard_open(struct su_guard *guard) SU_MUST_CHECK;
void su_guard_close(struct su_guard *guard);

/* The policy permits a patch with that hash and these signatures. */
struct su_err *su_guard_permits(const struct su_guard *guard, const char *hash,
				const struct su_signatures *signatures,
				const char *origin) SU_MUST_CHECK;
struct su_err *su_guard_permits_time(const struct su_guard *guard, double timeout) SU_MUST_CHECK;

/* What an update did, or why it was refused, for the log of the system and the state folder. `patch`
 * may be NULL. */
void su_guard_log(const struct su_guard *guard, const char *command,
		  const struct strongupdate_patch *patch, const struct su_err *err,
		  const struct strongupdate_report *report);
void su_guard_log_recovery(pid_t pid, const struct su_err *err,
			   const struct strongupdate_recovery *recovery);

#endif
