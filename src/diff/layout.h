/*
 * What must not differ between two versions because running data depends on it: the layout of
 * types, of kept variables, and of thread-local storage, and the numbers that stand for names.
 */
#ifndef SU_DIFF_LAYOUT_H
#define SU_DIFF_LAYOUT_H

#include "diff/convertible.h"
#include "diff/program.h"

/* SU_E_UNSUPPORTED naming the first type, enumerator, variable or thread-local that stands in the
 * way. */
struct su_err *su_layout_check(const struct su_program *old_program,
			       const struct su_program *new_program,
			       const struct su_convertible *convertible) SU_MUST_CHECK;
/* Refuses what one version needs of a variable of which the other has left nothing; when the types of
 * both are known (known.h). */
struct su_err *su_layout_check_bodies(const struct su_program *old_program,
				      const struct su_program *new_program) SU_MUST_CHECK;
/* Refuses when an enumerator that is called a count has another value: memory is allocated for as many
 * things as it says. */
struct su_err *su_layout_check_counts(const struct su_program *old_program,
				      const struct su_program *new_program) SU_MUST_CHECK;

#endif
