/*
 * Types are known wholly or not at all: a unit without them whose code changes may take data for
 * something else than before, and nobody would notice.
 */
#ifndef SU_DIFF_KNOWN_H
#define SU_DIFF_KNOWN_H

#include "diff/program.h"

/* Refuses code that changed or is new in units whose types are not known, and code that changed and uses
 * variables which may be such a unit's. After su_compare_programs(). */
struct su_err *su_known_check(const struct su_program *old_program,
			      const struct su_program *new_program) SU_MUST_CHECK;

#endif
