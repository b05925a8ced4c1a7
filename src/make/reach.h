/*
 * Which functions lead to which by calls: directly, or through a pointer to one whose address is taken.
 */
#ifndef SU_MAKE_REACH_H
#define SU_MAKE_REACH_H

#include "diff/program.h"

struct su_reach {
	const struct su_program *program;
	struct su_map *taken; /* addresses of functions that a pointer may hold */
};

void su_reach_init(struct su_reach *reach, const struct su_program *program);
void su_reach_deinit(struct su_reach *reach);

/* Whether what instruction `insn` of `caller` calls is `to`, or leads to it. */
bool su_reach_by(const struct su_reach *reach, const struct su_routine *caller,
		 const struct su_insn *insn, const struct su_routine *to);
/* Whether `from` calls what is `to`, or leads to it. */
bool su_reach_from(const struct su_reach *reach, const struct su_routine *from,
		   const struct su_routine *to);

#endif
