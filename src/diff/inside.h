/*
 * Addresses inside of functions that are held where no new code puts another one: labels in variables,
 * tables of fault fix-ups, descriptors of restartable sequences (rseq).
 */
#ifndef SU_DIFF_INSIDE_H
#define SU_DIFF_INSIDE_H

#include "diff/program.h"

/* Refuses changed functions into the middle of which something leads that stays as it is. After
 * su_compare_programs(). */
struct su_err *su_inside_check(const struct su_program *old_program,
			       const struct su_program *new_program) SU_MUST_CHECK;

#endif
