/*
 * Labels whose address is taken (computed goto), and where the jumps to them take it from.
 */
#ifndef SU_ANALYSIS_LABELS_H
#define SU_ANALYSIS_LABELS_H

#include "analysis/function.h"

/*
 * The first jump of a function with labels whose target may come from elsewhere than the code itself, its
 * frame and constants: from a variable or the heap, where a label of another version may have been
 * kept.  SU_NO_INSN: there is none.
 */
uint32_t su_function_kept_label(const struct su_image *image, const struct su_function *function);

#endif
