/* Processes that need no update: see settled.h. */
#include "update/settled.h"

#include <stdlib.h>

#include "update/carried/carried.h"
#include "update/carried/locate.h"
#include "update/status.h"

static bool runs_new_version(const void *ctx, const struct su_sight *sight)
{
	const struct su_patch *patch = ctx;

	return su_locate_version(&sight->memory, &sight->carried.maps, &sight->carried.registries,
				 patch->head->new_build_id, patch->head->new_build_id_size);
}

bool su_settled_is(const struct su_patch *patch, pid_t pid)
{
	bool settled = false;

	su_err_destroy(su_sight_ask(pid, runs_new_version, patch, &settled));
	return settled;
}

void su_settled_add(struct su_report *report, pid_t pid)
{
	struct strongupdate_process process;

	su_report_begin(report, pid, &process);
	process.outcome = STRONGUPDATE_UNCHANGED;
	su_report_add(report, &process);
}

static bool is_reported(const struct su_report *report, pid_t pid)
{
	for (size_t i = 0; i < report->processes.len; i++)
		if (report->processes.at[i].pid == pid)
			return true;
	return false;
}

struct su_err *su_settled_find(const struct su_patch *patch,
			       const struct strongupdate_targets *targets, struct su_report *report)
{
	SU_FREE pid_t *pids = NULL;
	size_t count;

	SU_TRY(su_status_list(targets, &pids, &count));
	for (size_t i = 0; i < count; i++)
		if (!is_reported(report, pids[i]) && su_settled_is(patch, pids[i]))
			su_settled_add(report, pids[i]);
	return NULL;
}
