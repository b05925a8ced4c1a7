/*
 * Which routine and which datum of the old version is which of the new one.
 *
 * Identity is the name within its scope; passes go from the strictest key to the weakest, and a
 * key that is not unique among what is still unmatched on both sides matches nothing.
 */
#ifndef SU_DIFF_MATCH_H
#define SU_DIFF_MATCH_H

#include "diff/program.h"

void su_match_programs(struct su_program *old_program, struct su_program *new_program);

#endif
