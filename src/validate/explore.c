/* Looking for inputs, and trying checkpoints on them: see explore.h. */
#include "validate/explore.h"

#include <stdlib.h>
#include <string.h>

#include "validate/equal.h"
#include "validate/steer.h"

#define FIRST_SEEDS 6u
#define MAX_WAITING 1024u
#define FEW_WAITING 64u
#define NEWEST 8u
#define STRIDE 31u
#define STALE 64u
#define ENOUGH 4u /* times the paths that are tried: some are not whole, or nothing is compared */
#define OCCURRENCES 4u /* of one checkpoint in one run: loops gone through so often */

/* ---- inputs ---- */

struct waiting {
	struct su_input input;
	struct su_want want; /* what it is tried for; branch NULL: for nothing certain */
};

struct search {
	const struct su_trial *trial;
	struct su_runner *runner;
	struct su_steering steering;
	SU_VEC(struct waiting) waiting;
	uint64_t random, steps;
	size_t stale;		  /* inputs since one came to what none had come to */
	SU_VEC(uint32_t) reached; /* by point: inputs with which both versions come there */
	su_samples *samples;
};

static uint64_t next_random(struct search *search)
{
	return search->random = su_world_mix(search->random, 7);
}

static void add_waiting(struct search *search, struct su_input input, struct su_want want)
{
	size_t at = next_random(search) % MAX_WAITING;

	if (search->waiting.len < MAX_WAITING) {
		su_vec_push(&search->waiting, (struct waiting){ input, want });
		return;
	}
	su_input_deinit(&search->waiting.at[at].input);
	search->waiting.at[at] = (struct waiting){ input, want };
}

/* Inputs that differ from this one as the run has shown to be of use. */
static void follow_up(struct search *search, const struct su_input *input)
{
	bool fresh = search->steering.fresh || search->waiting.len < FEW_WAITING;

	for (size_t i = 0; i < search->steering.wanted.len; i++) {
		struct su_want want = search->steering.wanted.at[i];
		struct su_exception exception = want.exception;
		struct su_input next;

		if (!fresh && !su_want_is_open(&want) && next_random(search) & 3)
			continue; /* more of the same */
		next = su_input_copy(input);
		if (exception.origin.kind == SU_ORIGIN_ANSWER && next_random(search) & 1)
			exception.origin.number = SU_FIRST_CALLS(1 + next_random(search) % 6);
		su_vec_push(&next.exceptions, exception);
		add_waiting(search, next, want);
	}
	search->steering.wanted.len = 0;
	search->steering.fresh = false;
}

static struct su_sample run_both(struct su_runner *runner, struct su_input input,
				 struct su_steering *steering)
{
	struct su_sample sample = { .input = input };

	su_run_whole(runner, false, &sample.input, steering, &sample.from);
	su_run_whole(runner, true, &sample.input, steering, &sample.to);
	su_agreement_pair(&sample.from, &sample.to, &sample.pairs);
	return sample;
}

static struct su_input take_waiting(struct search *search, size_t at)
{
	struct su_input input = search->waiting.at[at].input;

	search->waiting.at[at] = search->waiting.at[--search->waiting.len];
	return input;
}

/* The newest that may come to what no run has come to; SIZE_MAX: none. */
static size_t find_open(const struct search *search)
{
	for (size_t i = search->waiting.len; i-- > 0;) {
		const struct su_want *want = &search->waiting.at[i].want;

		if (want->branch && su_want_is_open(want))
			return i;
	}
	return SIZE_MAX;
}

/* An input with the exceptions of an earlier one, and all else new. */
static struct su_input renew_input(struct search *search)
{
	size_t count = search->samples->len;
	struct su_input input = { 0 };

	if (count)
		input = su_input_copy(&search->samples->at[next_random(search) % count].input);
	input.seed = next_random(search);
	input.pointers = search->trial->pointers;
	return input;
}

/* One that leads on when there is one; at times any of those that wait, or a new one. */
static struct su_input next_input(struct search *search)
{
	uint64_t random = next_random(search);
	size_t count = search->waiting.len, open = find_open(search);

	if (open != SIZE_MAX && random & 3) {
		const struct su_want *want = &search->waiting.at[open].want;

		want->branch->tries[want->outcome]++;
		return take_waiting(search, open);
	}
	if (!count || (random & 12) == 0)
		return renew_input(search);
	size_t newest = count < NEWEST ? count : NEWEST;
	return take_waiting(search, count - 1 - (random >> 8) % (random & 16 ? newest : count));
}

static bool comes_to(const struct su_trace *trace, uint32_t point)
{
	for (size_t i = 0; i < trace->arrivals.len; i++)
		if (trace->arrivals.at[i].point == point)
			return true;
	return false;
}

static void add_sample(struct search *search, struct su_input input)
{
	struct su_sample sample = run_both(search->runner, input, &search->steering);

	search->steps += sample.from.steps + sample.to.steps + 50;
	search->stale = search->steering.fresh ? 0 : search->stale + 1;
	for (uint32_t i = 0; i < search->reached.len; i++)
		search->reached.at[i] += comes_to(&sample.from, i) && comes_to(&sample.to, i);
	follow_up(search, &sample.input);
	su_vec_push(search->samples, sample);
}

/* Whether more inputs are likely to show nothing else: all is reached, often, and all branches. */
static bool is_saturated(const struct search *search, uint32_t paths)
{
	if (search->stale < STALE || find_open(search) != SIZE_MAX)
		return false;
	for (size_t i = 0; i < search->reached.len; i++)
		if (search->reached.at[i] < ENOUGH * paths)
			return false;
	return true;
}

void su_explore(const struct su_trial *trial, struct su_runner *runner,
		const struct su_effort *effort, su_samples *ret)
{
	struct search search = { .trial = trial, .runner = runner, .samples = ret };

	su_steering_init(&search.steering, su_runner_emulator(runner));
	if (effort->first)
		add_sample(&search, su_input_copy(effort->first));
	for (uint64_t i = 0; i < FIRST_SEEDS; i++)
		add_waiting(&search,
			    (struct su_input){ .seed = su_world_mix(i, 11),
					       .pointers = trial->pointers },
			    (struct su_want){ 0 });
	for (size_t i = 0; i < trial->points.len; i++)
		su_vec_push(&search.reached, 0);
	while (ret->len < effort->inputs && search.steps < effort->steps &&
	       !is_saturated(&search, effort->paths))
		add_sample(&search, next_input(&search));
	for (size_t i = 0; i < search.waiting.len; i++)
		su_input_deinit(&search.waiting.at[i].input);
	su_vec_deinit(&search.waiting);
	su_vec_deinit(&search.reached);
	su_steering_deinit(&search.steering);
}

void su_repeat(struct su_runner *runner, const su_samples *samples, su_samples *ret)
{
	for (size_t i = 0; i < samples->len; i++) {
		struct su_sample sample =
			run_both(runner, su_input_copy(&samples->at[i].input), NULL);

		su_vec_push(ret, sample);
	}
}

/* ---- checkpoints ---- */

struct attempt {
	const struct su_trial *trial;
	struct su_runner *runner;
	struct su_agreement *agreement;
	const struct su_effort *effort;
	struct su_verdict *verdicts;
	uint32_t *wrong; /* by point: inputs that showed something */
};

/* How many effects that both have come before. */
static size_t common_before(const struct su_pairs *pairs, bool to, size_t effects)
{
	size_t count = 0;

	while (count < pairs->list.len &&
	       (to ? pairs->list.at[count].to : pairs->list.at[count].from) < effects)
		count++;
	return count;
}

/* How often the run has been at the point since the last effect that both have, before `arrival`. */
static size_t times_before(const struct su_sample *sample, bool to, size_t arrival)
{
	const struct su_trace *trace = to ? &sample->to : &sample->from;
	const struct su_arrival *at = &trace->arrivals.at[arrival];
	size_t common = common_before(&sample->pairs, to, at->effects), times = 0;

	for (size_t i = 0; i < arrival; i++)
		times += trace->arrivals.at[i].point == at->point &&
			 common_before(&sample->pairs, to, trace->arrivals.at[i].effects) == common;
	return times;
}

/* The arrival of `to` that goes with one of `from`, or SIZE_MAX. */
static size_t twin_arrival(const struct su_sample *sample, size_t arrival)
{
	const struct su_arrival *at = &sample->from.arrivals.at[arrival];
	size_t common = common_before(&sample->pairs, false, at->effects);
	size_t times = times_before(sample, false, arrival);

	for (size_t i = 0; i < sample->to.arrivals.len; i++) {
		const struct su_arrival *other = &sample->to.arrivals.at[i];

		if (other->point == at->point &&
		    common_before(&sample->pairs, true, other->effects) == common &&
		    times_before(sample, true, i) == times)
			return i;
	}
	return SIZE_MAX;
}

static bool run_mixed(struct attempt *attempt, const struct su_sample *sample, size_t arrival,
		      struct su_trace *ret)
{
	struct su_change_over over = { .arrival = arrival, .to = &sample->to };
	size_t other = twin_arrival(sample, arrival);
	struct su_twin twin = { 0 };
	bool there = other != SIZE_MAX;

	if (!there)
		return false;
	over.point = &attempt->trial->points.at[sample->from.arrivals.at[arrival].point];
	over.to_effects = sample->to.arrivals.at[other].effects;
	over.to_fresh = sample->to.arrivals.at[other].fresh;
	if (over.point->needs_twin) {
		there = su_run_twin(attempt->runner, &sample->input, other, &twin);
		over.twin = &twin;
	}
	there = there && su_run_mixed(attempt->runner, &sample->input, &over, ret);
	su_twin_deinit(&twin);
	return there;
}

static void note_wrong(struct attempt *attempt, const struct su_sample *sample, uint32_t point,
		       char *text)
{
	struct su_verdict *verdict = &attempt->verdicts[point];

	attempt->wrong[point]++;
	if (verdict->text) {
		free(text);
		return;
	}
	verdict->text = text;
	verdict->input = su_input_format(&sample->input, attempt->trial->world);
}

static void try_arrival(struct attempt *attempt, const struct su_sample *sample, size_t arrival)
{
	const struct su_arrival *at = &sample->from.arrivals.at[arrival];
	struct su_trace mixed = { 0 };
	size_t compared = 0;
	char *wrong = NULL;

	if (run_mixed(attempt, sample, arrival, &mixed))
		wrong = su_agreement_judge(attempt->agreement, &sample->from, &sample->to,
					   &sample->pairs, at->effects, &mixed, &compared);
	if (wrong)
		note_wrong(attempt, sample, at->point, wrong);
	else if (compared)
		attempt->verdicts[at->point].paths++;
	su_trace_deinit(&mixed);
}

static bool is_done(const struct attempt *attempt, uint32_t point)
{
	return (attempt->verdicts[point].text && !attempt->wrong[point]) ||
	       attempt->verdicts[point].paths >= attempt->effort->paths ||
	       attempt->wrong[point] >= 2;
}

static void try_sample(struct attempt *attempt, const struct su_sample *sample)
{
	uint32_t *times = su_alloc((attempt->trial->points.len + 1) * sizeof(*times));

	for (size_t i = 0; i < sample->from.arrivals.len; i++) {
		uint32_t point = sample->from.arrivals.at[i].point, before = attempt->wrong[point];

		if (times[point]++ >= OCCURRENCES || is_done(attempt, point))
			continue;
		try_arrival(attempt, sample, i);
		if (attempt->wrong[point] > before) /* one input counts once */
			times[point] = OCCURRENCES;
	}
	free(times);
}

/* What one input alone shows is not enough to take a checkpoint away, nor is it validated. */
static void settle_exploration(struct attempt *attempt)
{
	for (size_t i = 0; i < attempt->trial->points.len; i++) {
		struct su_verdict *verdict = &attempt->verdicts[i];

		if (!verdict->text || !attempt->wrong[i])
			continue;
		verdict->paths = 0;
		if (attempt->wrong[i] >= 2)
			continue;
		free(verdict->text);
		free(verdict->input);
		verdict->text = verdict->input = NULL;
	}
}

/* A permutation of [0, count). */
static size_t scattered_index(size_t i, size_t count)
{
	return count % STRIDE ? i * STRIDE % count : i;
}

static bool is_whole(const struct su_sample *sample)
{
	return sample->from.end == SU_END_RETURN && sample->to.end == SU_END_RETURN;
}

void su_try_points(const struct su_trial *trial, struct su_runner *runner,
		   const struct su_effort *effort, const su_samples *samples,
		   struct su_verdict *ret)
{
	struct attempt attempt = {
		.trial = trial, .runner = runner, .effort = effort, .verdicts = ret
	};

	attempt.agreement = su_agreement_create(trial);
	attempt.wrong = su_alloc((trial->points.len + 1) * sizeof(*attempt.wrong));
	for (size_t i = 0; i < samples->len; i++)
		su_agreement_learn(attempt.agreement, &samples->at[i].from, &samples->at[i].to,
				   &samples->at[i].pairs);
	for (int whole = 1; whole >= 0; whole--) { /* runs that come to an end show more */
		for (size_t i = 0; i < samples->len; i++) {
			/* Those that stand together are alike. */
			const struct su_sample *sample =
				&samples->at[scattered_index(i, samples->len)];

			if (is_whole(sample) == whole)
				try_sample(&attempt, sample);
		}
	}
	settle_exploration(&attempt);
	for (uint32_t i = 0; i < trial->points.len; i++) {
		if (!ret[i].text)
			ret[i].text = su_equal_judge(trial, runner, samples, i, &ret[i].input);
		if (ret[i].text)
			ret[i].paths = 0;
	}
	free(attempt.wrong);
	su_agreement_destroy(attempt.agreement);
}
