/* What the policy permits: see permit.h. */
#include "update/carried/permit.h"

#include "base/alloc.h"
#include "base/reason.h"
#include "process/proc.h"

static struct su_err *require_user(const struct su_policy *policy, pid_t pid)
{
	struct su_proc_owner owner = su_proc_owner(pid);

	for (size_t i = 0; i < sizeof(owner.uids) / sizeof(*owner.uids); i++)
		if (!owner.known || !su_policy_allows_user(policy, owner.uids[i]))
			return su_refuse(SU_WHY_POLICY_USER, pid, (unsigned)owner.uids[i]);
	return NULL;
}

static struct su_err *require_executable(const struct su_policy *policy, pid_t pid)
{
	SU_FREE char *path = su_proc_executable(pid);

	if (!policy->executables ||
	    (path && su_proc_has_our_mounts(pid) && su_policy_allows_executable(policy, path)))
		return NULL;
	return su_refuse(SU_WHY_POLICY_EXECUTABLE, pid, path ? path : "?");
}

struct su_err *su_permit_process(const struct su_permit *permit, pid_t pid)
{
	if (!permit)
		return NULL;
	SU_TRY(require_user(permit->policy, pid));
	return require_executable(permit->policy, pid);
}

struct su_err *su_permit_count(const struct su_permit *permit, size_t count)
{
	unsigned long most = permit ? permit->policy->max_processes : 0;

	if (!most || count <= most)
		return NULL;
	return su_refuse(SU_WHY_POLICY_PROCESSES, most);
}

struct su_err *su_permit_held(const struct su_permit *permit, pid_t pid, const uint8_t *bytes,
			      size_t size)
{
	if (!permit || !permit->policy->signatures_required ||
	    su_state_has(permit->state, bytes, size))
		return NULL;
	return su_refuse(SU_WHY_PATCH_NOT_KEPT, pid);
}
