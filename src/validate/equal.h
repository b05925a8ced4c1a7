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

/* Of the general registers a, b and c: a = b + factor * c + more. */
struct su_equality {
	uint8_t a, b, c;
	int64_t factor;
	uint64_t more;
};

typedef SU_VEC(struct su_registers) su_states;

/* Whether the three have one in all of the states, that is not there by chance: `factor` and `more` are
 * found. */
bool su_equality_find(const su_states *states, struct su_equality *equality);
/* Whether a state that the stub makes at point number `point` breaks such an equality, shown by two
 * inputs. NULL, or what is wrong, allocated; *ret_input then is the input. */
char *su_equal_judge(const struct su_trial *trial, struct su_runner *runner,
		     const su_samples *samples, uint32_t point, char **ret_input);

#endif
