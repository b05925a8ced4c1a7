/*
 * Effects that moved between functions (docs/soundness.md, rule 7).
 *
 * What a function did in the one version, a function that it calls does in the other, or one that
 * calls it.  Each function alone is carried over soundly, and an activation in between would yet have
 * the effect twice, or not at all: inner() is old and has done it, outer() is new and will do it.
 */
#ifndef SU_MAKE_BETWEEN_H
#define SU_MAKE_BETWEEN_H

#include "checkpoint/carry.h"
#include "make/reach.h"

/* A call, or a store to a variable, that `outer` has in the one version and `inner` in the other. */
struct su_migration {
	/* By version, old first; outer calls inner. NULL: it is inlined there, or folded into another. */
	const struct su_routine *inner[2], *outer[2];
	int inner_version, outer_version; /* which of them has it */
	uint32_t inner_insn, outer_insn;  /* there */
	const char *name;		  /* what is called or stored to */
};

struct su_migrations {
	struct su_arena *arena;
	SU_VEC(struct su_migration) list;
	struct su_reach reach[2]; /* by version */
};

/* Finds them all; after su_compare_programs(). */
struct su_err *su_migrations_find(struct su_migrations *migrations,
				  const struct su_program *old_program,
				  const struct su_program *new_program) SU_MUST_CHECK;
/* Takes the recipes of those places away that lie in between. */
void su_migrations_apply(const struct su_migrations *migrations, struct su_carry *carry);
void su_migrations_deinit(struct su_migrations *migrations);

#endif
