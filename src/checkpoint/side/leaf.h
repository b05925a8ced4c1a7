/*
 * Values that need no proof: constants, addresses, and what is there when the function begins.
 * Whether two of them are the same can be told by what they are alone.
 */
#ifndef SU_CHECKPOINT_SIDE_LEAF_H
#define SU_CHECKPOINT_SIDE_LEAF_H

#include "checkpoint/side/pair.h"

/* Whether two addresses, of `from` and of `to`, mean the same thing. */
bool su_leaf_same_meaning(const struct su_pair *pair, uint64_t u, uint64_t v);
/* Whether the value is not made of others, nor by an instruction. */
bool su_leaf_is(const struct su_value *value);
/* Whether the low `size` bytes of two leaves are the same. */
bool su_leaf_same(const struct su_pair *pair, const struct su_value *u, const struct su_value *v,
		  uint8_t size);
/* Whether the value is a constant or an address. */
bool su_leaf_is_constant(const struct su_side *side, uint32_t number);
/* Whether two constants or addresses, by number, are the same. */
bool su_leaf_same_constant(const struct su_pair *pair, uint32_t u, uint32_t v);

#endif
