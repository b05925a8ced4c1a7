/*
 * What an update changes, though a compiler took it to be always the same.
 *
 * A function that does nothing but compute its result from its arguments is called once where the source
 * calls it in each round of a loop, and so is a constant read.  When the function or the constant
 * changes, what old code has kept of it is no longer what the source says.  Such functions are
 * *fickle*; which code has kept their results is asked in checkpoint/side/reused.h.
 */
#ifndef SU_DIFF_FICKLE_H
#define SU_DIFF_FICKLE_H

#include "diff/program.h"

/* Marks the fickle functions of a version. Both have been compared. */
void su_fickle_find(struct su_program *program);
/* Whether a constant is there whose contents change in its place. */
bool su_fickle_constant_at(const struct su_program *program, uint64_t vaddr);

#endif
