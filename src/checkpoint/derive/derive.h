/*
 * Deriving single values and frame objects. See recipe.h for what comes of it.
 *
 * An activation may have been carried into `from` itself, by an earlier update or revert.  Then
 * only what is live in `from` holds what value numbering and DWARF say: recipes do not make the
 * rest.  So sources are live in `from` where possible.  A recipe of the forward direction may read
 * a dead one; it is then good only for a process that no update has touched before.  One of the
 * reverse direction may ask for it: the forward direction then keeps it.
 */
#ifndef SU_CHECKPOINT_DERIVE_DERIVE_H
#define SU_CHECKPOINT_DERIVE_DERIVE_H

#include "checkpoint/derive/asserted.h"
#include "checkpoint/derive/recipe.h"
#include "checkpoint/relate/prover.h"
#include "checkpoint/side/frame.h"

/* A region of `to` that has its counterpart elsewhere in the frame of `from`. */
struct su_moved_object {
	int64_t from_off, to_off;
	uint64_t size;
};

/* A pair, and what was found out for deriving its values. */
struct su_deriver {
	const struct su_pair *pair;
	struct su_prover *prover;
	const struct su_asserted *asserted; /* what the user says of it, or NULL */
	struct su_names *to_names;	    /* names.c */
	struct su_histories *to_histories;  /* seed.c */
	struct su_map *untouched;	    /* contents.c: by values and region */
	bool may_ask; /* reverse: whether what is dead in `from` may be read, and is then `asked` */
	SU_VEC(struct su_live_use) asked;
};

/* A zeroed one but for `pair`, `prover`, `asserted` and `may_ask` has found out nothing yet. */
void su_deriver_deinit(struct su_deriver *deriver);

/* One pair of places, while its recipe is being made. */
struct su_point {
	struct su_deriver *deriver;
	const struct su_pair *pair;
	struct su_recipe *recipe;
	struct su_product_pair at;	    /* where both are: after these instructions */
	uint64_t from_vaddr, to_vaddr;	    /* that tell scopes: in the calls; inside: the places */
	uint32_t *from_state, *to_state;    /* value numbers at the places */
	struct su_loc *from_locs, *to_locs; /* where each local is at the two addresses */
	struct su_live_set from_live;	    /* at the place */
	uint32_t dynamic_base;		    /* what rsp of `from` counts from when that is in
					     * the dynamic part; else 0 */
	bool last_try;			    /* nothing better was found: read what is dead, seed */
	SU_VEC(struct su_moved_object) objects;
	SU_VEC(struct su_live_use) asked;
	unsigned effort; /* derivations tried for the location at hand */
};

/* The instruction of `from` that would run next. */
static inline uint32_t su_derive_resume_insn(const struct su_point *point)
{
	return point->recipe->from_insn + !point->recipe->inside;
}

/* locations.c: where each local of `side` is at `vaddr`, where its locations hold `state`. Belongs to
 * `arena`. */
struct su_loc *su_derive_locations(struct su_arena *arena, const struct su_side *side,
				   uint64_t vaddr, const uint32_t *state);

/* A source for value `v`, which is wanted in location `loc` of `to`, of which the low `size` bytes
 * count. NULL when it has none. */
const struct su_source *su_derive_value(struct su_point *point, uint32_t v, uint32_t loc,
					uint8_t size, struct su_move *move);
/* Whether the low `size` bytes of register `reg`, or the frame's bytes at CFA + off, of `from` may
 * be read. */
bool su_derive_may_read_register(struct su_point *point, uint8_t reg, uint8_t size);
bool su_derive_may_read_memory(struct su_point *point, int64_t off, uint64_t size);
/* Whether something dead in `from` may be read now; notes that the recipe does. `what` is NULL for
 * what liveness does not follow. */
bool su_derive_may_read_dead(struct su_point *point, const struct su_live_use *what);
/* stack.c: both stack pointers, and registers to reach the rest of the frame by. NULL, or why the
 * stacks do not fit together. */
const char *su_derive_stack(struct su_point *point);
/* Whether a stub can reach the place in the frame. */
bool su_derive_reachable(const struct su_point *point, int64_t off);
/* objects.c: adds the block moves for frame objects. NULL, or why it cannot be done. */
const char *su_derive_objects(struct su_point *point);
/* Whether value `u` of `from` may be a pointer into a frame object that is about to move. */
bool su_derive_points_into_moved(const struct su_point *point, uint32_t u);
/* What the call of `from` returns in `reg`; NULL: it may point into an object that moves, and more
 * is not known. */
const struct su_source *su_derive_result(struct su_point *point, uint8_t reg);
/* Whether nothing reads what register `loc` of `to` holds, though it counts as live. */
bool su_derive_is_idle(const struct su_point *point, uint32_t loc);

/* Marks the values of a finished recipe that rest on what the user says. */
void su_derive_mark_asserted(struct su_recipe *recipe);

/* The scalar variable of `to` that lives in `loc` at the point, or NULL. */
const struct su_local *su_derive_variable_in(const struct su_point *point, uint32_t loc);

#endif
