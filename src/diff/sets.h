/* Sections that code goes through from the linker's __start_NAME to __stop_NAME. */
#ifndef SU_DIFF_SETS_H
#define SU_DIFF_SETS_H

#include "diff/program.h"

/* Refuses those whose entries changed: code that did not change would go through the old ones, and what
 * an entry of the process holds by now is not known. After su_compare_programs(). */
struct su_err *su_sets_check(const struct su_program *old_program,
			     const struct su_program *new_program) SU_MUST_CHECK;

#endif
