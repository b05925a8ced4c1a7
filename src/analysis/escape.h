/*
 * Where a function lets the pointers go that it is given.
 *
 * A pointer in an argument register is *kept* when the function, or one that it calls, may store it
 * anywhere but in slots of its own frame; *returned* when a result may be made from it.  A function
 * that exists in both versions may begin in one and end in the other: the answer is for both.
 *
 * Answers are found when they are asked for, over the part of the call graph that the question
 * needs.  Calls through pointers, functions that are not understood, and everything beyond a limit
 * on the work keep all that they are given.
 */
#ifndef SU_ANALYSIS_ESCAPE_H
#define SU_ANALYSIS_ESCAPE_H

#include "analysis/function.h"
#include "analysis/retain.h"

/* A result that more arguments than that may be in is not followed: they are kept. */
#define SU_ESCAPE_FOLLOWED 4

struct su_escapes;

/* What one function does by itself with the pointers that it is given; false: not known. It may ask
 * su_escapes_by(), which answers as far as is known by then: the question comes again when that was
 * too little. */
typedef bool su_escape_of(void *ctx, uint64_t entry, const struct su_function *code,
			  struct su_escape *ret);

/* `functions[i]` starts at `entries[i]`. All arguments are borrowed for as long as the result is
 * used. */
struct su_escapes *su_escapes_create(su_escape_of *find, void *ctx,
				     const struct su_function *const *functions,
				     const uint64_t *entries, size_t count);
void su_escapes_destroy(struct su_escapes *escapes); /* takes NULL */

/* The function at `entry_a` of one image and that at `entry_b` of the other are versions of one.
 * From then on, both must exist whenever either is asked. */
void su_escapes_pair(struct su_escapes *a, uint64_t entry_a, struct su_escapes *b,
		     uint64_t entry_b);

/* For a call instruction, or a jump out of the function. `escapes` may be NULL: only library
 * functions are known then. */
struct su_escape su_escapes_by(struct su_escapes *escapes, const struct su_image *image,
			       const struct su_insn *insn);

#endif
