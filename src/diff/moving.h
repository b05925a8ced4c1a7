/*
 * Which variables get another place when their size or type changes.
 *
 * A variable of both versions is kept where it is, and new code uses it there. One whose size or
 * type differs cannot be: it gets a new place in the patch, and all code that refers to it counts as
 * changed. What it holds is converted member by member where that is understood (convert.h). Where it
 * is not (another number of elements, a table's rows), the new place has what the new version starts the
 * variable with, and the process must not have written to the old one. Nobody may hold the old one's
 * address. Both are seen to when the update is made (update/ready/conversion.h).
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

/* Where what is at `off` of a variable of the old version that moves is in the new one's; all others are as
 * they are. */
int64_t su_moving_offset(const struct su_datum *old, int64_t off);
/* The offset of a datum's meaning, by which it is known in both versions. */
static inline uint64_t su_moving_key(const struct su_meaning *meaning, bool is_old)
{
	return (uint64_t)(is_old ? su_moving_offset(meaning->datum, meaning->off) : meaning->off);
}
/* Whether two meanings, of either version, are one place in a variable that moves. */
bool su_moving_same_place(const struct su_meaning *a, const struct su_meaning *b);

#endif
