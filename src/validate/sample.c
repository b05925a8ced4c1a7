/* See sample.h. */
#include "validate/sample.h"

void su_samples_deinit(su_samples *samples)
{
	for (size_t i = 0; i < samples->len; i++) {
		struct su_sample *sample = &samples->at[i];

		su_input_deinit(&sample->input);
		su_trace_deinit(&sample->from);
		su_trace_deinit(&sample->to);
		su_pairs_deinit(&sample->pairs);
	}
	su_vec_deinit(samples);
}
