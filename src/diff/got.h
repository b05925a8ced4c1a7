/*
 * Code that counts addresses from the global offset table: of the large code models.
 */
#ifndef SU_DIFF_GOT_H
#define SU_DIFF_GOT_H

#include "diff/program.h"

/* Refuses a program with such code: what it refers to is a number like any other, so that neither a
 * change of it is seen, nor can it be bound. */
struct su_err *su_got_check(const struct su_program *program) SU_MUST_CHECK;

#endif
