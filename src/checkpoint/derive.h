/* Deriving single values and frame objects. Part of carry.c. */
#ifndef SU_CHECKPOINT_DERIVE_H
#define SU_CHECKPOINT_DERIVE_H

#include "checkpoint/carry.h"

/* A region of `to` that has its counterpart elsewhere in the frame of `from`. */
struct su_moved_object {
	int64_t from_off, to_off;
	uint64_t size;
};

/* One return address pair, while its recipe is being made. */
struct su_point {
	struct su_carry *carry;
	struct su_recipe *recipe;
	uint64_t from_vaddr, to_vaddr;
	uint32_t *from_state, *to_state; /* value numbers after the calls */
	struct su_loc *from_locs, *to_locs; /* where each local is at the two addresses */
	SU_VEC(struct su_moved_object) objects;
	unsigned effort; /* derivations tried for the location at hand */
};

/* A source for value `v`, which is wanted in location `loc` of `to`, of which the low `size` bytes
 * count. NULL when it has none. */
const struct su_source *su_derive_value(struct su_point *point, uint32_t v, uint32_t loc,
					uint8_t size, struct su_move *move);
/* objects.c: adds the block moves for frame objects. NULL, or why it cannot be done. */
const char *su_derive_objects(struct su_point *point);
/* The scalar variable of `to` that lives in `loc` at the point, or NULL. */
const struct su_local *su_derive_variable_in(const struct su_point *point, uint32_t loc);

#endif
