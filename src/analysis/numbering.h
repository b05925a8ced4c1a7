/*
 * The values of one function, from its code: the top of what values.h describes.
 */
#ifndef SU_ANALYSIS_NUMBERING_H
#define SU_ANALYSIS_NUMBERING_H

#include "analysis/values.h"

/* `clobbers` and `escapes` may be NULL: nothing is known of callees then.
 * Never fails: a frame that is not understood is said in `unknown`. The result belongs to `arena`
 * except for its vectors: su_values_deinit() frees those. */
struct su_values *su_values_create(struct su_arena *arena, const struct su_image *image,
				   struct su_debug *debug, const struct su_clobbers *clobbers,
				   struct su_escapes *escapes, uint64_t entry,
				   const struct su_function *code);
void su_values_deinit(struct su_values *values);

#endif
