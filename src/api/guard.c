/* What stands around each update: see guard.h. */
#include "api/guard.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/reason.h"
#include "process/proc.h"

struct su_err *su_guard_open(struct su_guard *guard)
{
	SU_FREE char *config = su_trust_config();
	SU_FREE char *boot = su_proc_boot();

	*guard = (struct su_guard){ .permit = { &guard->policy, &guard->state } };
	SU_TRY(su_trust_read(config, &guard->trust));
	SU_TRY(su_policy_read(config, &guard->policy));
	return su_state_open(boot, &guard->state);
}

void su_guard_close(struct su_guard *guard)
{
	su_trust_deinit(&guard->trust);
	su_policy_deinit(&guard->policy);
	su_state_close(&guard->state);
}

struct su_err *su_guard_permits(const struct su_guard *guard, const char *hash,
				const struct su_signatures *signatures, const char *origin)
{
	const struct su_key *key;

	if (su_trust_revokes(&guard->trust, hash))
		return su_refuse(SU_WHY_PATCH_REVOKED, origin);
	if (su_trust_find(&guard->trust, signatures, hash))
		return NULL;
	if (!guard->policy.signatures_required)
		return NULL;
	if (!signatures->list.len)
		return su_refuse(SU_WHY_NOT_SIGNED, origin);
	return su_refuse(SU_WHY_NOT_TRUSTED, origin,
			 su_standing_name(su_trust_judge(&guard->trust, &signatures->list.at[0],
							 hash, &key)));
}

struct su_err *su_api_permit_patch(const struct strongupdate_patch *patch, const char *path)
{
	struct su_guard guard;
	struct su_err *err = su_guard_open(&guard);

	if (!err)
		err = su_guard_permits(&guard, patch->hash, &patch->signatures, path);
	su_guard_close(&guard);
	return err;
}

struct su_err *su_guard_permits_time(const struct su_guard *guard, double timeout)
{
	if (guard->policy.max_timeout <= 0 || timeout <= guard->policy.max_timeout)
		return NULL;
	return su_refuse(SU_WHY_POLICY_TIMEOUT, guard->policy.max_timeout);
}
