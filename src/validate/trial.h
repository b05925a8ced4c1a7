/* Trials: the functions of a patch, each in one direction, with their checkpoints. */
#ifndef SU_VALIDATE_TRIAL_H
#define SU_VALIDATE_TRIAL_H

#include "validate/run.h"

/* Sets up function number `function` of the patch. Asks the debug information: one thread only. */
struct su_err *su_trial_init(struct su_trial *trial, const struct su_world *world,
			     uint32_t function, enum su_direction direction) SU_MUST_CHECK;
void su_trial_deinit(struct su_trial *trial);

#endif
