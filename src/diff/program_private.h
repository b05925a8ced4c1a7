/* What program.c, which finds the things of a program, and meaning.c, which is asked for them, know of
 * sections. */
#ifndef SU_DIFF_PROGRAM_PRIVATE_H
#define SU_DIFF_PROGRAM_PRIVATE_H

#include "diff/program.h"

/* Read-only from the start, or once the loader has relocated it. */
bool su_is_constant_section(const struct su_section *section);
/* Where compilers put constants without symbol: string literals, templates of initialised locals
 * (in .data when they hold pointers and the linker was told not to use .data.rel.ro). A variable
 * that is written has a symbol. */
bool su_may_hold_anonymous(const struct su_section *section);

#endif
