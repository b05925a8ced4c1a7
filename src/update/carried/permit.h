/*
 * What the policy of this machine permits (trust/policy.h), asked of processes and of patches that
 * they hold.
 *
 * A process is known by what the kernel says of it: the users that it has, and the file that it runs.
 * A file's name means what it says in our own mount namespace only.
 */
#ifndef SU_UPDATE_CARRIED_PERMIT_H
#define SU_UPDATE_CARRIED_PERMIT_H

#include "base/err.h"
#include "trust/policy.h"
#include "trust/state.h"

/* NULL in place of one permits all. */
struct su_permit {
	const struct su_policy *policy;
	const struct su_state *state;
};

/* SU_E_PERMISSION: the policy does not permit to update it. */
struct su_err *su_permit_process(const struct su_permit *permit, pid_t pid) SU_MUST_CHECK;
/* So many processes in one update. */
struct su_err *su_permit_count(const struct su_permit *permit, size_t count) SU_MUST_CHECK;
/* A patch that process `pid` holds: it may have changed it. */
struct su_err *su_permit_held(const struct su_permit *permit, pid_t pid, const uint8_t *bytes,
			      size_t size) SU_MUST_CHECK;

#endif
