/*
 * The parts of building a struct su_function: private to function.c, blocks.c, noreturn.c,
 * jump_tables.c and stack_depth.c.
 *
 * Blocks and indirect jumps depend on each other: where a jump goes is found by walking back over
 * the edges, and its targets are edges.  So both are computed in turns until nothing is added. What
 * a turn finds is only ever added to, which bounds the turns.
 */
#ifndef SU_ANALYSIS_ANALYSIS_PRIVATE_H
#define SU_ANALYSIS_ANALYSIS_PRIVATE_H

#include "analysis/function.h"
#include "base/vec.h"

enum su_dispatch_kind {
	SU_DISPATCH_UNKNOWN = 0, /* not resolved */
	SU_DISPATCH_TABLES,	 /* goes to the targets of `tables` */
	SU_DISPATCH_LABELS,	 /* goes to any of the labels, or elsewhere */
	SU_DISPATCH_TAIL,	 /* a tail call through a pointer */
};

/* An indirect jump. */
struct su_dispatch {
	uint32_t insn;
	enum su_dispatch_kind kind;
	SU_VEC(uint32_t) tables; /* indexes into su_build.tables */
};

struct su_build {
	struct su_arena *arena;
	const struct su_image *image;
	const struct su_debug *debug; /* or NULL */
	struct su_function *function;
	SU_VEC(uint64_t) refs;	 /* every address that the code names, sorted */
	SU_VEC(uint64_t) labels; /* instructions whose address is taken */
	SU_VEC(struct su_jump_table) tables;
	SU_VEC(struct su_dispatch) dispatches; /* by instruction */
	bool *ends;			       /* per instruction: a call that never returns */
	bool *asked;			       /* per instruction: `ends` is known */
};

/* Marks the function opaque; the first reason stays. `reason` has static storage. */
void su_build_opaque(struct su_build *build, const char *reason, bool relocatable);

/* blocks.c: partitions the instructions with the edges that are known now. */
void su_build_blocks(struct su_build *build);

/* noreturn.c: whether this is a call of an import that is known not to return: exit() and the like.
 */
bool su_build_exits(const struct su_build *build, const struct su_insn *call);
/* noreturn.c: whether control is known not to come back from this call. */
bool su_build_never_returns(const struct su_build *build, const struct su_insn *call);

/* jump_tables.c: looks at every indirect jump again. True when something was added. */
bool su_build_resolve(struct su_build *build);

/* stack_depth.c: bytes that the stack has grown since entry before instruction `insn`, or
 * SU_DEPTH_UNKNOWN. */
#define SU_DEPTH_UNKNOWN INT32_MIN
int32_t su_build_depth_at(const struct su_build *build, uint32_t insn);

#endif
