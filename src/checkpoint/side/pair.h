/*
 * Both versions of a function, in one direction: `from` is the one that an activation is in, `to`
 * the one that it goes on in.
 *
 * A pair does not change once it is made (carry.c).  What rooms further up find out about it is in
 * objects of their own: su_calls, su_prover, su_deriver.
 */
#ifndef SU_CHECKPOINT_SIDE_PAIR_H
#define SU_CHECKPOINT_SIDE_PAIR_H

#include "checkpoint/side/side.h"

struct su_alignment;
struct su_product;

struct su_pair {
	struct su_arena *arena; /* of all that is found out */
	const struct su_side *from, *to;
	bool reverse;			      /* `from` is the new version */
	const struct su_alignment *alignment; /* from -> to: align/align.h */
	struct su_product *product;	      /* product/product.h */
	int64_t shift;	    /* where the aligned base of `to` is, from that of `from` */
	const char *opaque; /* why nothing can be carried, or NULL */
};

#endif
