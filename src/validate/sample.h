/* What is known of a function on trial before its checkpoints are tried: inputs, and what comes of
 * them. */
#ifndef SU_VALIDATE_SAMPLE_H
#define SU_VALIDATE_SAMPLE_H

#include "validate/agree.h"
#include "validate/run.h"

/* An input with what both versions do for it by themselves. */
struct su_sample {
	struct su_input input;
	struct su_trace from, to;
	struct su_pairs pairs;
};

typedef SU_VEC(struct su_sample) su_samples;

void su_samples_deinit(su_samples *samples);

#endif
