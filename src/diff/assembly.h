/*
 * Constants that assembly defines, with a label or a symbol, and without a type.
 *
 * Nothing in the file says that a number of theirs is a distance to somewhere else, from itself or
 * from the label.  So each that may be one counts as one: what holds it may not be copied without what it
 * leads to, and is not the same in two versions if it leads to different things.
 */
#ifndef SU_DIFF_ASSEMBLY_H
#define SU_DIFF_ASSEMBLY_H

#include "diff/program.h"

/* What assembly defines at `vaddr`, or NULL. */
const struct su_assembly *su_program_assembly_at(const struct su_program *program, uint64_t vaddr);
/* Whether its label is there. */
bool su_program_assembly_begins(const struct su_program *program, uint64_t vaddr);
/* Whether a number in these bytes may be a distance to what is outside of them. */
bool su_assembly_leads_out(const struct su_program *program, uint64_t vaddr, uint64_t size);
/* Whether two addresses mean the same thing: su_same_meaning() of compare.h. */
typedef bool su_assembly_same(const struct su_program *old_program, uint64_t old_vaddr,
			      const struct su_program *new_program, uint64_t new_vaddr,
			      uint64_t size);
/* Whether equal numbers in these bytes may lead to different things. */
bool su_assembly_leads_elsewhere(const struct su_program *old_program, uint64_t old_vaddr,
				 const struct su_program *new_program, uint64_t new_vaddr,
				 uint64_t size, su_assembly_same *same);

#endif
