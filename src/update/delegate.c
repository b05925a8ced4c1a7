/* An update in the hands of a worker: see delegate.h. */
#include "update/delegate.h"

#include "base/reason.h"
#include "process/worker.h"
#include "update/commit/recover.h"
#include "update/relay.h"

struct errand {
	su_delegated *how;
	const struct su_request *request;
	struct su_report *report;
	bool died, cancelled;
};

static void run_errand(void *ctx, struct su_answer *answer)
{
	const struct errand *errand = ctx;
	struct strongupdate_options options = *errand->request->options;
	struct su_request request = *errand->request;
	size_t first = errand->report->processes.len;

	if (options.progress)
		options.progress = su_worker_tell;
	options.is_cancelled = NULL;
	request.options = &options;
	su_relay_put(answer, errand->report, first, errand->how(&request, errand->report));
}

static bool is_cancelled(void *ctx)
{
	struct errand *errand = ctx;
	const struct strongupdate_options *options = errand->request->options;

	if (!errand->cancelled && options->is_cancelled)
		errand->cancelled = options->is_cancelled(options->is_cancelled_ctx);
	return errand->cancelled;
}

/* However it was ended then, by itself or by the signal. */
static struct su_err *name_canceller(const struct errand *errand, struct su_err *err)
{
	if (!err || !errand->cancelled || su_err_code(err) == SU_E_DAMAGED)
		return err;
	su_err_destroy(err);
	return su_refuse(SU_WHY_CANCELLED);
}

/* ---- when it has died ---- */

static bool still_qualifies(const void *ctx, const struct su_sight *sight)
{
	const struct su_request *request = ctx;

	return request->operation->qualifies(sight, request->patch);
}

/* The process is put right where something may have been left. One that does not qualify any more has been updated. */
static struct su_err *ask_outcome(const struct su_request *request, pid_t pid,
				  const struct su_traces *traces, enum strongupdate_outcome *ret)
{
	struct strongupdate_recovery recovery;
	bool untouched = true;

	if (traces->writes)
		SU_TRY(su_recover(pid, &recovery));
	if (traces->commits)
		SU_TRY(su_sight_ask(pid, still_qualifies, request, &untouched));
	*ret = untouched ? STRONGUPDATE_UNTOUCHED : STRONGUPDATE_UPDATED;
	return NULL;
}

static struct su_err *settle(const struct su_request *request, pid_t pid,
			     const struct su_traces *traces, struct strongupdate_process *process)
{
	struct su_err *err = ask_outcome(request, pid, traces, &process->outcome);

	if (!err)
		return NULL;
	struct su_err *damaged = NULL;
	if (su_err_code(err) == SU_E_GONE) {
		process->outcome = STRONGUPDATE_LEFT;
		process->left = "exited";
	} else {
		damaged = su_refuse(SU_WHY_NOT_TAKEN_BACK, pid, pid, su_err_message(err));
	}
	su_err_destroy(err);
	return damaged;
}

static void report_one(const struct errand *errand, pid_t pid, const struct su_traces *traces,
		       const struct su_err *why, struct su_err **worst)
{
	struct strongupdate_process process;

	su_report_begin(errand->report, pid, &process);
	struct su_err *damaged = errand->request->operation->commits
					 ? settle(errand->request, pid, traces, &process)
					 : NULL;
	if (damaged || process.outcome == STRONGUPDATE_UNTOUCHED)
		su_report_blame(&process, damaged ? damaged : why);
	su_report_add(errand->report, &process);
	if (*worst)
		su_err_destroy(damaged);
	else
		*worst = damaged;
}

/* Those that had not been begun with are as they were. */
static void report_others(const struct errand *errand, const struct su_err *why)
{
	const struct strongupdate_targets *targets = errand->request->targets;
	struct strongupdate_process process;

	for (size_t i = 0; i < targets->pid_count + targets->tree_count; i++) {
		su_report_begin(errand->report,
				i < targets->pid_count ? targets->pids[i]
						       : targets->trees[i - targets->pid_count],
				&process);
		su_report_blame(&process, why);
		su_report_add(errand->report, &process);
	}
}

static bool all_updated(const struct su_report *report, size_t first)
{
	bool any = false;

	for (size_t i = first; i < report->processes.len; i++) {
		if (report->processes.at[i].outcome == STRONGUPDATE_UNTOUCHED)
			return false;
		any |= report->processes.at[i].outcome == STRONGUPDATE_UPDATED;
	}
	return any;
}

static struct su_err *take_back(void *ctx, const struct su_traces *traces, struct su_err *why)
{
	struct errand *errand = ctx;
	size_t first = errand->report->processes.len;
	struct su_err *worst = NULL;

	errand->died = true;
	for (size_t i = 0; i < traces->touched.list.len; i++)
		report_one(errand, traces->touched.list.at[i], traces, why, &worst);
	if (!traces->touched.list.len)
		report_others(errand, why);
	if (worst || all_updated(errand->report, first)) {
		su_err_destroy(why);
		return worst;
	}
	return why;
}

struct su_err *su_delegate(su_delegated *how, const struct su_request *request,
			   struct su_report *report)
{
	struct errand errand = { .how = how, .request = request, .report = report };
	const struct su_work work = { .how = run_errand,
				      .died = take_back,
				      .ctx = &errand,
				      .deadline = request->deadline,
				      .progress = request->options->progress,
				      .progress_ctx = request->options->progress_ctx,
				      .is_unwanted = is_cancelled,
				      .is_unwanted_ctx = &errand };
	struct su_answer answer = { { 0 } };

	if (is_cancelled(&errand))
		return su_refuse(SU_WHY_CANCELLED);
	struct su_err *err = su_worker_run(&work, &answer);
	if (err || errand.died)
		return name_canceller(&errand, err);
	err = su_relay_take(&answer, report);
	su_answer_deinit(&answer);
	return name_canceller(&errand, err);
}
