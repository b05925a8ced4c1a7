/*
 * Which routines differ between two matched versions.
 *
 * Two routines are equal when their instructions are the same byte for byte, except for the fields
 * that refer to addresses, and those mean the same: a routine by identity, a variable by identity
 * and offset, a constant by its bytes, a jump table by its targets, an import by name and version.
 */
#ifndef SU_DIFF_COMPARE_H
#define SU_DIFF_COMPARE_H

#include "diff/program.h"

/* Marks every changed routine of both (`changed`, `reason`), and the `same` of constants. Matched
 * by su_match_programs() before. */
void su_compare_programs(struct su_program *old_program, struct su_program *new_program);

/* Whether two addresses mean the same thing; `size` is the bytes that the reference reads there,
 * 0 when only the address is taken. */
bool su_same_meaning(const struct su_program *old_program, uint64_t old_vaddr,
		     const struct su_program *new_program, uint64_t new_vaddr, uint64_t size);

/* Whether the bytes at both addresses are equal, and the pointers and distances among them mean the same. */
bool su_same_bytes(const struct su_program *old_program, uint64_t old_vaddr,
		   const struct su_program *new_program, uint64_t new_vaddr, uint64_t size);

/* Whether two routines, of one version or of both, do the same with the same things. */
bool su_same_code(const struct su_program *a_program, const struct su_routine *a,
		  const struct su_program *b_program, const struct su_routine *b);

/* How much two instructions of two versions of a routine have in common. */
enum su_likeness {
	SU_UNLIKE = 0,
	SU_ALIKE_BUT, /* but for the value of an immediate, or for what they refer to */
	SU_ALIKE,
};

/* Compares instruction `index` of both routines, which stands at the same place in each: branches
 * within the routine, and jump tables, are alike when they lead to instructions of equal number. */
enum su_likeness su_compare_insns(const struct su_program *old_program,
				  const struct su_routine *old_routine,
				  const struct su_program *new_program,
				  const struct su_routine *new_routine, uint32_t index);

#endif
