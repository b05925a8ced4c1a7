/* Trying all checkpoints of a patch: see validate.h. */
#include "validate/validate.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "validate/explore.h"
#include "validate/kinds.h"
#include "validate/trial.h"

#define MAX_THREADS 16

static const struct su_effort usual = { .inputs = 500, .steps = 300000, .paths = 8 };
static const struct su_effort thorough = { .inputs = 800, .steps = 1500000, .paths = 200 };

/* A changed function, both ways. */
struct job {
	struct su_trial trials[2]; /* by direction */
	struct su_verdict *verdicts[2];
};

struct work {
	const struct su_world *world;
	struct su_effort effort;
	SU_VEC(struct job) jobs;
	atomic_size_t next;
	_Atomic(struct su_err *) error;
};

/* ---- one function ---- */

static void do_job(struct work *work, struct job *job, struct su_runner *runner)
{
	su_samples forward = { 0 }, reverse = { 0 };

	su_runner_take(runner, &job->trials[SU_FORWARD]);
	su_explore(&job->trials[SU_FORWARD], runner, &work->effort, &forward);
	su_try_points(&job->trials[SU_FORWARD], runner, &work->effort, &forward,
		      job->verdicts[SU_FORWARD]);
	if (job->trials[SU_REVERSE].points.len) {
		su_runner_take(runner, &job->trials[SU_REVERSE]);
		su_repeat(runner, &forward, &reverse);
		su_try_points(&job->trials[SU_REVERSE], runner, &work->effort, &reverse,
			      job->verdicts[SU_REVERSE]);
	}
	su_samples_deinit(&forward);
	su_samples_deinit(&reverse);
}

static void *do_jobs(void *ctx)
{
	struct work *work = ctx;
	struct su_runner *runner = NULL;
	struct su_err *err = su_runner_create(work->world, &runner), *none = NULL;
	size_t next;

	if (err) {
		if (!atomic_compare_exchange_strong(&work->error, &none, err))
			su_err_destroy(err);
		return NULL;
	}
	while ((next = atomic_fetch_add(&work->next, 1)) < work->jobs.len)
		do_job(work, &work->jobs.at[next], runner);
	su_runner_destroy(runner);
	return NULL;
}

static struct su_err *do_all(struct work *work)
{
	pthread_t threads[MAX_THREADS];
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	size_t wanted = processors < 1		   ? 1
			: processors > MAX_THREADS ? MAX_THREADS
						   : (size_t)processors;
	size_t count = 0;

	while (count + 1 < wanted && count + 1 < work->jobs.len &&
	       pthread_create(&threads[count], NULL, do_jobs, work) == 0)
		count++;
	do_jobs(work);
	for (size_t i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
	return atomic_load(&work->error);
}

/* ---- all ---- */

static struct su_err *add_jobs(struct work *work)
{
	const struct su_patch *patch = work->world->patch;

	for (uint32_t i = 0; i < patch->function_count; i++) {
		struct job job = { 0 };
		struct su_err *err;

		if (patch->functions[i].change != SU_CHANGED)
			continue;
		err = su_trial_init(&job.trials[SU_FORWARD], work->world, i, SU_FORWARD);
		if (!err)
			err = su_trial_init(&job.trials[SU_REVERSE], work->world, i, SU_REVERSE);
		for (int d = 0; d < 2; d++)
			job.verdicts[d] =
				su_alloc((job.trials[d].points.len + 1) * sizeof(*job.verdicts[d]));
		for (int d = 0; d < 2 && !err; d++)
			err = su_kinds_judge(&job.trials[d], job.verdicts[d]);
		su_vec_push(&work->jobs, job);
		SU_TRY(err);
	}
	return NULL;
}

static void work_deinit(struct work *work)
{
	for (size_t i = 0; i < work->jobs.len; i++) {
		for (int d = 0; d < 2; d++) {
			struct job *job = &work->jobs.at[i];

			for (size_t k = 0; k < job->trials[d].points.len; k++) {
				free(job->verdicts[d][k].text);
				free(job->verdicts[d][k].input);
			}
			free(job->verdicts[d]);
			su_trial_deinit(&job->trials[d]);
		}
	}
	su_vec_deinit(&work->jobs);
}

static int by_checkpoint(const void *a, const void *b)
{
	const struct su_finding *x = a, *y = b;

	return (x->checkpoint > y->checkpoint) - (x->checkpoint < y->checkpoint);
}

static void take_verdicts(struct su_validation *ret, struct job *job, enum su_direction direction)
{
	for (size_t i = 0; i < job->trials[direction].points.len; i++) {
		struct su_verdict *verdict = &job->verdicts[direction][i];
		size_t record = job->trials[direction].points.at[i].record;

		ret->paths[record] = verdict->paths;
		if (!verdict->text)
			continue;
		su_vec_push(&ret->findings,
			    (struct su_finding){ record, verdict->text, verdict->input });
		verdict->text = verdict->input = NULL;
	}
}

static struct su_validation *sum_up(struct work *work)
{
	const struct su_patch *patch = work->world->patch;
	struct su_validation *ret = su_alloc(sizeof(*ret));

	ret->paths = su_alloc((patch->checkpoint_count + 1) * sizeof(*ret->paths));
	for (size_t i = 0; i < work->jobs.len; i++) {
		take_verdicts(ret, &work->jobs.at[i], SU_FORWARD);
		take_verdicts(ret, &work->jobs.at[i], SU_REVERSE);
	}
	for (size_t i = 0; i < patch->checkpoint_count; i++) {
		if (patch->checkpoints[i].kind == SU_POINT_ENTRY)
			continue;
		ret->tried++;
		ret->not_reached += !ret->paths[i];
	}
	ret->not_reached -= ret->findings.len;
	if (ret->findings.len)
		qsort(ret->findings.at, ret->findings.len, sizeof(*ret->findings.at),
		      by_checkpoint);
	return ret;
}

struct su_err *su_validate(const struct su_validate_input *input, struct su_validation **ret)
{
	struct su_world *world = NULL;
	struct work work = { .effort = input->thorough ? thorough : usual };
	struct su_input first = { 0 };
	struct su_err *err = su_world_create(input->old_image, input->old_debug, input->new_debug,
					     input->patch, &world);

	work.world = world;
	if (!err && input->replay && !su_input_parse(input->replay, &first))
		err = su_err_new(SU_E_USAGE, "not an input of a finding: '%s'", input->replay);
	work.effort.first = input->replay ? &first : NULL;
	if (!err)
		err = add_jobs(&work);
	if (!err)
		err = do_all(&work);
	if (!err)
		*ret = sum_up(&work);
	work_deinit(&work);
	su_input_deinit(&first);
	su_world_destroy(world);
	return err;
}

void su_validation_destroy(struct su_validation *validation)
{
	if (!validation)
		return;
	for (size_t i = 0; i < validation->findings.len; i++) {
		free(validation->findings.at[i].text);
		free(validation->findings.at[i].input);
	}
	su_vec_deinit(&validation->findings);
	free(validation->paths);
	free(validation);
}
