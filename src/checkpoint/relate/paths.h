/* Values of one function, followed back along its paths. */
#ifndef SU_CHECKPOINT_RELATE_PATHS_H
#define SU_CHECKPOINT_RELATE_PATHS_H

#include "analysis/values.h"

#define SU_PATH_DEPTH 16 /* levels of an expression */

/* Whether the value is made by an instruction in [first, stop). */
bool su_path_makes(const struct su_values *values, uint32_t number, uint32_t first, uint32_t stop);
/* What a value is before its function enters `block` from `pred`: its merges are what flows into
 * them.  0: no path comes that way. */
uint32_t su_path_before(struct su_values *values, uint32_t number, uint32_t block, uint32_t pred);

#endif
