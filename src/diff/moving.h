/*
 * Which variables get another place when their size or type changes.
 *
 * A variable of both versions is kept where it is, and new code uses it there. One whose size or
 * type differs cannot be: it gets a new place in the patch, and all code that refers to it counts as
 * changed. What it holds there is what the new version starts it with, so the process must not have
 * written to the old one yet, and nobody may hold the old one's address: both are seen to when the
 * update is made (update/ready/moved.h). That is so of tables: arrays of options, commands, names.
 *
 * A variable that became a constant, or a constant that became a variable, is moved in the same way.
 * So is a constant of another size or type: the same is asked of who holds its address.
 */
#ifndef SU_DIFF_MOVING_H
#define SU_DIFF_MOVING_H

#include "diff/program.h"

/* Sets `moves` of every variable that gets another place, and of its peer; refuses one that would
 * have to and cannot. After su_match_programs(). */
struct su_err *su_moving_choose(struct su_program *old_program,
				struct su_program *new_program) SU_MUST_CHECK;

#endif
