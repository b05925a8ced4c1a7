/*
 * Which routine and which datum of the old version is which of the new one.
 *
 * A match is proved, or it is none.  Symbols match by name and version; units by their path, by its
 * tail, and by what they define; what a unit keeps to itself by unit and name; clones of a function by
 * the constants that they were made for, never by their number; statics of one name in one function by
 * the code that uses them.  A match that does not rest on a name that is the only one of its kind
 * carries its evidence in words.
 *
 * What is not matched counts as removed, and as added: state would start anew, and whoever holds an
 * old address would stay with the old.  Where that hangs on a match that could not be decided, the
 * answer is unknown, and su_match_check() refuses.
 */
#ifndef SU_DIFF_MATCH_H
#define SU_DIFF_MATCH_H

#include "diff/program.h"

void su_match_programs(struct su_program *old_program, struct su_program *new_program);

/* SU_E_UNSUPPORTED names the first variable or function whose identity is unknown and matters. After
 * su_compare_programs(). */
struct su_err *su_match_check(const struct su_program *old_program,
			      const struct su_program *new_program) SU_MUST_CHECK;

#endif
