/*
 * How the bytes of a variable in one layout become those in another: member by member.
 *
 * Members are the same by their names. What is of one layout is copied, whole numbers may get another
 * width or sign, members that only the new layout has keep what the new version starts them with. A
 * record that has lost a member and gained another is not converted: the one may be the other under a
 * new name. An array of another length is not either, since what is at which place in it may depend on
 * the length, but as long as it holds what it starts with, which then is made anew.
 *
 * Steps serve both directions. Their places are bits from the start of the variable.
 */
#ifndef SU_DIFF_CONVERT_H
#define SU_DIFF_CONVERT_H

#include "base/vec.h"
#include "dwarf/shape.h"

enum su_step_kind {
	SU_STEP_COPY = 0,  /* as many bits on both sides */
	SU_STEP_NUMBER,	   /* a whole number of at most 64 bits: its value is kept */
	SU_STEP_UNTOUCHED, /* holds what it starts with, and does so in the other layout */
};

struct su_step {
	enum su_step_kind kind;
	uint64_t from, from_size, to, to_size; /* bits */
	bool from_signed, to_signed;	       /* NUMBER */
};

struct su_steps {
	const struct su_step *at; /* of the arena */
	size_t count;
	const char *why; /* there are none: a reason of the arena */
	bool is_beyond;	 /* ... and what lies behind a pointer may be of another type as well */
};

/* Fills in the steps from the one shape to the other, or says why there are none. */
void su_convert(const struct su_shape *from, const struct su_shape *to, struct su_arena *arena,
		struct su_steps *ret);

#endif
