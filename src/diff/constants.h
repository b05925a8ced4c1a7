/*
 * Which constants stay where they are when their contents change.
 *
 * A constant of the source has one identity: pointers to it that are in the heap, in frames or in
 * other tables, and the code of both versions, must see one object, at one address, with the new
 * contents.  So its new contents are written over the old ones, where both versions lay it out
 * alike.  That is only done with what the source names: what the compiler made for itself
 * (CSWTCH.1, literals) has a number for a name, and the linker may share its bytes.
 */
#ifndef SU_DIFF_CONSTANTS_H
#define SU_DIFF_CONSTANTS_H

#include "diff/program.h"

/* Sets `in_place` of every constant of the old version that can be written where it is, and of its
 * peer. After su_match_programs(). */
void su_constants_choose(struct su_program *old_program, struct su_program *new_program);

/* Whether the datum of either version has one address in both: that of the old version. */
static inline bool su_datum_stays(const struct su_datum *datum)
{
	return datum->peer && !datum->moves &&
	       (!datum->constant || datum->same != SU_SAME_NO || datum->in_place);
}

#endif
