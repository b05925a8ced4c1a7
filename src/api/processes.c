/*
 * Check, apply, revert, recover and status of processes.  What update/ fills in is handed out as it
 * is.
 */
#include <math.h>
#include <stdlib.h>

#include "api/api_private.h"
#include "update/commit/recover.h"
#include "update/files.h"
#include "update/status.h"
#include "update/update.h"

static struct su_err *check_pids(const pid_t *pids, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (pids[i] <= 0)
			return su_err_new(SU_E_USAGE, "%d is not a process id", (int)pids[i]);
	return NULL;
}

static struct su_err *check_targets(const struct strongupdate_targets *targets)
{
	SU_TRY(check_pids(targets->pids, targets->pid_count));
	SU_TRY(check_pids(targets->trees, targets->tree_count));
	if (!targets->pid_count && !targets->tree_count && !targets->all)
		return su_err_new(SU_E_USAGE, "no process is given");
	return NULL;
}

static struct su_err *check_options(const struct strongupdate_options *options)
{
	if (!isfinite(options->timeout) || options->timeout < 0)
		return su_err_new(SU_E_USAGE, "the timeout is not a number of seconds");
	return NULL;
}

typedef struct su_err *update(const struct su_patch *patch,
			      const struct strongupdate_targets *targets,
			      const struct strongupdate_options *options, struct su_report *report);

static struct strongupdate_error *make_update(update *how, const struct strongupdate_patch *patch,
					      const struct strongupdate_targets *targets,
					      const struct strongupdate_options *options,
					      struct strongupdate_report **ret_report)
{
	static const struct strongupdate_options defaults = STRONGUPDATE_OPTIONS_INIT;
	struct su_report *report = su_report_create();

	if (!options)
		options = &defaults;
	struct su_err *err = check_targets(targets);
	if (!err)
		err = check_options(options);
	if (!err)
		err = how(patch ? patch->patch : NULL, targets, options, report);
	*ret_report = &report->public;
	return su_api_error(err);
}

struct strongupdate_error *strongupdate_check(const struct strongupdate_patch *patch,
					      const struct strongupdate_targets *targets,
					      const struct strongupdate_options *options,
					      struct strongupdate_report **ret_report)
{
	return make_update(su_update_check, patch, targets, options, ret_report);
}

struct strongupdate_error *strongupdate_apply(const struct strongupdate_patch *patch,
					      const struct strongupdate_targets *targets,
					      const struct strongupdate_options *options,
					      struct strongupdate_report **ret_report)
{
	return make_update(su_update_apply, patch, targets, options, ret_report);
}

struct strongupdate_error *strongupdate_revert(const struct strongupdate_patch *patch,
					       const struct strongupdate_targets *targets,
					       const struct strongupdate_options *options,
					       struct strongupdate_report **ret_report)
{
	return make_update(su_update_revert, patch, targets, options, ret_report);
}

void strongupdate_report_free(struct strongupdate_report *report)
{
	su_report_destroy((struct su_report *)report);
}

static struct su_err *check_pid(pid_t pid)
{
	return check_pids(&pid, 1);
}

struct strongupdate_error *strongupdate_recover(pid_t pid, struct strongupdate_recovery *ret)
{
	struct su_err *err = check_pid(pid);

	*ret = (struct strongupdate_recovery){ .pid = pid };
	return su_api_error(err ? err : su_recover(pid, ret));
}

struct strongupdate_error *strongupdate_list(const struct strongupdate_targets *targets,
					     pid_t **ret, size_t *ret_count)
{
	struct su_err *err = check_targets(targets);

	return su_api_error(err ? err : su_status_list(targets, ret, ret_count));
}

struct strongupdate_error *strongupdate_status(pid_t pid, struct strongupdate_status **ret)
{
	struct su_status *status;
	struct su_err *err = check_pid(pid);

	if (!err)
		err = su_status_create(pid, &status);
	if (!err)
		*ret = &status->public;
	return su_api_error(err);
}

void strongupdate_status_free(struct strongupdate_status *status)
{
	su_status_destroy((struct su_status *)status);
}

struct strongupdate_error *strongupdate_files(pid_t pid, struct strongupdate_files **ret)
{
	struct su_files *files;
	struct su_err *err = check_pid(pid);

	if (!err)
		err = su_files_create(pid, &files);
	if (!err)
		*ret = &files->public;
	return su_api_error(err);
}

struct strongupdate_error *strongupdate_file_for(const struct strongupdate_files *files,
						 const char *new_path,
						 const struct strongupdate_file **ret)
{
	return su_api_error(su_files_choose(files, new_path, ret));
}

void strongupdate_files_free(struct strongupdate_files *files)
{
	su_files_destroy((struct su_files *)files);
}
