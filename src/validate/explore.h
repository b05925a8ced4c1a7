/* One function's trial, which the runner has taken: inputs are looked for, checkpoints are tried. */
#ifndef SU_VALIDATE_EXPLORE_H
#define SU_VALIDATE_EXPLORE_H

#include "validate/sample.h"

struct su_effort {
	const struct su_input *first; /* an input to begin with, or NULL */
	size_t inputs;		      /* of one function */
	uint64_t steps;		      /* instructions, likewise */
	uint32_t paths;		      /* of one checkpoint */
};

/* What was found of one checkpoint. */
struct su_verdict {
	uint32_t paths;
	char *text, *input; /* NULL, or a finding */
};

/* Finds inputs for a pair of versions. */
void su_explore(const struct su_trial *trial, struct su_runner *runner,
		const struct su_effort *effort, su_samples *ret);
/* Runs both versions on each input again: for the other direction. */
void su_repeat(struct su_runner *runner, const su_samples *samples, su_samples *ret);
/* Tries the trial's checkpoints; ret[i] is of point i. */
void su_try_points(const struct su_trial *trial, struct su_runner *runner,
		   const struct su_effort *effort, const su_samples *samples,
		   struct su_verdict *ret);

#endif
