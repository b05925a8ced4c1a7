/*
 * What may be done on this machine: CONFIG/policy (trust.h).
 *
 *	strongupdate-policy 1
 *	signatures: required			or optional, which is the default
 *	users: root www-data			owners of processes; without the line all
 *	executables: /usr/sbin/nginx /opt/?*	patterns of glob(7); without the line all
 *	max-processes: 200			of one command
 *	max-timeout: 60				seconds
 *
 * Without the file everything may be done that the kernel permits, and what is not signed is said
 * to be so.  `check`, `apply` and `revert` keep to it; `recover` does always what it can, since a
 * process that stands still is worse.
 */
#ifndef SU_TRUST_POLICY_H
#define SU_TRUST_POLICY_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

#define SU_POLICY_MOST (64u << 10) /* bytes of the file */

struct su_policy {
	bool signatures_required;
	char *users, *executables;   /* as in the file; NULL: all */
	unsigned long max_processes; /* 0: any number */
	double max_timeout;	     /* 0: any */
};

/* That of `config`, "" for none. */
struct su_err *su_policy_read(const char *config, struct su_policy *ret) SU_MUST_CHECK;
void su_policy_deinit(struct su_policy *policy);

/* Whether a user's processes may be updated: of all ids that the process has. */
bool su_policy_allows_user(const struct su_policy *policy, uid_t uid);
/* The file that a process runs, as the kernel names it. */
bool su_policy_allows_executable(const struct su_policy *policy, const char *path);

#endif
