/*
 * Equalities that the new code keeps, whatever it was given: docs/soundness.md, rule 1.
 *
 * `to` is stopped at the checkpoint, numbers in its preserved registers are changed at random, and it
 * runs on until it comes there again. What then holds between three registers, `a = b + k*c + d`, the
 * code has made true again by itself.
 */
#ifndef SU_VALIDATE_EQUAL_H
#define SU_VALIDATE_EQUAL_H

#include "validate/sample.h"

/* Whether a state that the stub makes at point number `point` breaks such an equality, shown by two
 * inputs. NULL, or what is wrong, allocated; *ret_input then is the input. */
char *su_equal_judge(const struct su_trial *trial, struct su_runner *runner,
		     const su_samples *samples, uint32_t point, char **ret_input);

#endif
