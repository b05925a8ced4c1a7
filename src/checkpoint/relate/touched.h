/*
 * Which memory an instruction changes, by itself or by what it calls: variables, and what pointers
 * lead to, named so that two instructions of one function can be compared.
 *
 * A function of the image changes what its stores and its own calls change; one of another image is
 * taken to change what its first argument leads to, such as pthread_mutex_lock().
 */
#ifndef SU_CHECKPOINT_RELATE_TOUCHED_H
#define SU_CHECKPOINT_RELATE_TOUCHED_H

#include "checkpoint/side/pair.h"

struct su_touched {
	const struct su_datum *datum; /* it is `off` bytes into this variable; NULL: into what */
	uint32_t number;	      /* value `number` points to */
	int64_t off;
	bool behind; /* it is where the pointer leads that is there, and `inner` bytes on */
	int64_t inner;
	int64_t step; /* so much is added to it; 0: something else is done */
	bool mixes;   /* in a way that depends on what was there (a bit is set, an exchange) */
	uint32_t insn;
};

typedef SU_VEC(struct su_touched) su_touched_list;

/* Adds what instruction `insn` of the side changes, but for the frame. `arena` is for what has to be
 * found out of functions that are called. */
void su_touched_by(const struct su_side *side, struct su_arena *arena, uint32_t insn,
		   su_touched_list *ret);
/* Orders by place; 0: the same one. */
int su_touched_compare(const struct su_touched *a, const struct su_touched *b);
/* Whether two calls of one function call the same, as far as it can be told. */
bool su_touched_same_callee(const struct su_side *side, uint32_t a, uint32_t b);

#endif
