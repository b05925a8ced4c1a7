/* What a function of the image may do, with all that it calls. */
#ifndef SU_CHECKPOINT_SIDE_CALLEES_H
#define SU_CHECKPOINT_SIDE_CALLEES_H

#include "diff/program.h"

/* Whether the function at `entry` is the same in both versions, with all of the image that it calls. */
bool su_callees_stay(const struct su_program *program, uint64_t entry);
/* Whether neither it nor any of these names a variable: they know what they are given, and no more. */
bool su_callees_hold_nothing(const struct su_program *program, uint64_t entry);

#endif
