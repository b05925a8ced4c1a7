/* Where in the source an instruction is written. */
#ifndef SU_CHECKPOINT_SIDE_WRITTEN_H
#define SU_CHECKPOINT_SIDE_WRITTEN_H

#include "checkpoint/side/side.h"

#define SU_MAX_INLINED 8

struct su_written {
	const char *file;
	int64_t at;			     /* line and column, in this order */
	const char *inlined[SU_MAX_INLINED]; /* the functions that are inlined there */
	size_t inlined_count;
};

/* False when the compiler does not say. */
bool su_written_at(const struct su_side *side, const struct su_insn *insn, struct su_written *ret);
/* Whether both are in one function of the source. */
bool su_written_together(const struct su_written *a, const struct su_written *b);

static inline int64_t su_written_line(int64_t at)
{
	return at >> 32;
}

#endif
