/*
 * Memory that is read in another form: `int *p` that is `long *p` in the new version, or leads to a
 * record of another name and layout.  What p leads to may be of the old version, and no type that both
 * versions name says so when it was kept as `void *`.
 */
#ifndef SU_DIFF_POINTEES_H
#define SU_DIFF_POINTEES_H

#include "diff/convertible.h"
#include "diff/program.h"

/* SU_E_UNSUPPORTED naming the first variable of a function that leads to another form. */
struct su_err *su_pointees_check(const struct su_program *old_program,
				 const struct su_program *new_program,
				 const struct su_convertible *convertible) SU_MUST_CHECK;

#endif
