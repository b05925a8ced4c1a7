/* One update of one process under way: see job.h. */
#include "update/job.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "update/plan/code_check.h"
#include "update/plan/seal.h"

struct su_err *su_job_look(struct su_job *job)
{
	return su_carried_read(&job->carried, &job->session->memory);
}

struct su_err *su_job_open(struct su_job *job, struct su_group *group, pid_t pid)
{
	if (group)
		SU_TRY(su_group_open(group, pid, &job->session));
	else
		SU_TRY(su_session_open(pid, &job->session));
	return su_job_look(job);
}

struct su_err *su_job_adopt(struct su_job *job, struct su_session *session)
{
	job->session = session;
	SU_TRY(su_group_join(session));
	return su_job_look(job);
}

static void free_plan(struct su_job *job)
{
	if (!job->lender) {
		su_unwinder_destroy(job->unwinder);
		if (job->plan)
			su_plan_deinit(job->plan);
		free(job->plan);
		free(job->linked);
	}
	job->unwinder = NULL;
	job->plan = NULL;
	job->linked = NULL;
	job->lender = NULL;
}

void su_job_close(struct su_job *job)
{
	if (job->session && !job->session->group)
		su_session_close(job->session);
	free_plan(job);
	su_history_deinit(&job->history);
	su_carried_deinit(&job->carried);
	su_originals_deinit(&job->originals);
}

/* ---- history ---- */

static struct su_err *read_history(struct su_job *job)
{
	return su_history_read(job->session->pid, &job->carried.registries, job->permit,
			       &job->history);
}

static const struct su_generation *generation_below(const struct su_job *job)
{
	return job->below ? su_history_at(&job->history, job->below) : NULL;
}

struct su_err *su_job_generation(struct su_job *job, uint64_t base,
				 const struct su_generation **ret)
{
	SU_TRY(read_history(job));
	*ret = su_history_at(&job->history, base);
	su_assert(*ret);
	return NULL;
}

/* ---- verification ---- */

struct su_err *su_job_verify(struct su_job *job, bool applied)
{
	const struct su_memory *memory = &job->session->memory;
	struct su_journal journal = { 0 };
	struct su_sites sites;

	SU_TRY(read_history(job));
	if (applied)
		SU_TRY(su_journal_read(memory, &job->registry, &journal));
	su_originals_deinit(&job->originals);
	su_originals_init(&job->originals, job->patch);
	struct su_err *err = su_sites_init(&sites, job->patch, generation_below(job),
					   job->image.base, job->registry.base);
	if (!err) {
		err = su_verify_code(memory, &sites, &job->history, &journal, &job->originals);
		su_sites_deinit(&sites);
	}
	su_journal_deinit(&journal);
	return err;
}

/* ---- planning ---- */

static struct su_err *start_plan(struct su_job *job, enum su_direction direction, uint64_t base)
{
	free_plan(job);
	SU_TRY(read_history(job));
	job->plan = su_alloc(sizeof(*job->plan));
	SU_TRY(su_plan_init(job->plan, job->patch, direction, generation_below(job),
			    job->image.base, base));
	job->unwinder = su_unwinder_create(job->tables, &job->session->memory, &job->carried.maps);
	su_unwinder_add_patch(job->unwinder, job->patch, base);
	for (size_t i = 0; i < job->history.list.len; i++) {
		const struct su_generation *generation = job->history.list.at[i];

		if (generation->registry.base == base)
			su_plan_know_own(job->plan, &generation->registry);
		else
			su_unwinder_add_patch(job->unwinder, generation->patch,
					      generation->registry.base);
	}
	return NULL;
}

struct su_err *su_job_plan(struct su_job *job, enum su_direction direction, uint64_t base)
{
	SU_TRY(start_plan(job, direction, base));
	for (size_t i = 0; i < job->history.list.len; i++) {
		const struct su_generation *generation = job->history.list.at[i];

		if (generation->registry.base != base)
			SU_TRY(su_plan_add_other(job->plan, generation));
	}
	su_plan_find_safe(job->plan);
	su_plan_seal(job->plan);
	return NULL;
}

void su_job_share_plan(struct su_job *job, const struct su_job *parent)
{
	free_plan(job);
	/* What the parent itself has from another is that one's. */
	job->lender = parent->lender ? parent->lender : parent;
	job->plan = parent->plan;
	job->unwinder = parent->unwinder;
	job->linked = parent->linked;
	job->patch = parent->patch;
	job->image = parent->image;
	job->registry = parent->registry;
}
