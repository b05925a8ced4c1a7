/* The parts of derivation, one file for each family of rules: private to derive.c, sources.c,
 * variable.c and seed.c. All sources belong to the pair's arena. */
#ifndef SU_CHECKPOINT_DERIVE_DERIVE_PRIVATE_H
#define SU_CHECKPOINT_DERIVE_DERIVE_PRIVATE_H

#include "checkpoint/derive/derive.h"

#define SU_DERIVE_DEPTH 16 /* levels of an expression */

static inline const struct su_value *su_derive_to_value(const struct su_point *point, uint32_t v)
{
	return su_value_get(point->pair->to->values, v);
}

/* What is wanted: value `v`, in location `loc` of `to` (UINT32_MAX: nowhere in particular), of which
 * the low `size` bytes count; `depth` levels of expressions further in. */
struct su_want {
	uint32_t v, loc;
	uint8_t size;
	int depth;
};

/* A rule: a source for what is wanted, or NULL when it says nothing.  It may say in `move` which
 * variable it is.  derive.c has the table of all rules. */
typedef const struct su_source *su_rule(struct su_point *point, const struct su_want *want,
					struct su_move *move);

su_rule su_derive_constant;   /* sources.c: `to` alone says what it is */
su_rule su_derive_variable;   /* variable.c: DWARF says which variable it is */
su_rule su_derive_counting;   /* counting.c: it counts together with something of `from` */
su_rule su_derive_in_dynamic; /* stack.c: it is what rsp of `from` counts from */
su_rule su_derive_asserted;   /* asserted.c: the user says what a new variable starts with */
su_rule su_derive_seeded;     /* seed.c: a new variable starts as one constant */

/* derive.c: a source for the low `size` bytes of value `v`, of which what is wanted is made. */
const struct su_source *su_derive_part(struct su_point *point, const struct su_want *want,
				       uint32_t v, uint8_t size, struct su_move *move);

/* ---- sources.c: making sources ---- */

const struct su_source *su_source_new(struct su_point *point, struct su_source source);
/* a + imm; NULL when `a` is NULL or a stub could not compute it. */
const struct su_source *su_source_sum(struct su_point *point, const struct su_source *a,
				      int64_t imm);
/* The low `size` bytes of `a`, extended to 8. NULL when `a` is NULL. */
const struct su_source *su_source_extended(struct su_point *point, const struct su_source *a,
					   uint8_t size, bool is_signed);
/* Rule "constant": NULL unless `to` alone says what value `v` is. */
const struct su_source *su_source_constant(struct su_point *point, uint32_t v);
/* The low `size` bytes of what location `loc` of `from` holds. */
const struct su_source *su_source_location(struct su_point *point, uint32_t loc, uint8_t size);
static inline bool su_source_fits_int32(int64_t number)
{
	return number == (int32_t)number;
}
static inline bool su_source_is_load_size(uint64_t size)
{
	return size == 1 || size == 2 || size == 4 || size == 8 || size == 16;
}

/* ---- forwarded.c ---- */

/* The source, which has value `u` of `from`, or, where that points into an object that moves, what
 * becomes of it; NULL when that cannot be told. */
const struct su_source *su_source_forwarded(struct su_point *point, const struct su_source *source,
					    uint32_t u);

/* ---- sources.c: what may be read ---- */

/* What the call of `from` has not destroyed: neither vector registers nor memory below the stack
 * pointer. */
bool su_derive_survives(const struct su_point *point, uint32_t loc);
bool su_derive_register_survives(const struct su_point *point, uint8_t reg);
bool su_derive_memory_survives(const struct su_point *point, int64_t off);
/* Whether the low `size` bytes of location `loc` of `from` may be read; see derive.h. */
bool su_derive_may_read(struct su_point *point, uint32_t loc, uint8_t size);

/* ---- variable.c ---- */

/* The variable that `v` is, but for a constant distance, and that `from` does not have; or NULL. */
const struct su_local *su_derive_new_local_in(const struct su_point *point, uint32_t v,
					      uint32_t loc, uint8_t size, int64_t *ret_distance);

/* Adds the value of a variable whose address only `to` takes: `from` may have it in a register. */
bool su_derive_scalar_object(struct su_point *point, const struct su_region *region);
/* Whether knowing `local` is knowing the low `size` bytes of value `v`. */
bool su_derive_covers(const struct su_point *point, const struct su_local *local, uint32_t v,
		      uint8_t size);
/* The location of `side` that its scalar variable `index` is in (or a constant away from), when
 * that is said to be at `at`; or UINT32_MAX. */
uint32_t su_derive_location_of(const struct su_side *side, uint32_t index, struct su_loc at);

/* ---- asserted.c ---- */

/* Whether the user says what a new variable in memory starts with. */
bool su_derive_asserted_object(struct su_point *point, const struct su_region *region);

/* ---- contents.c ---- */

enum su_touch {
	SU_TOUCH_NONE = 0,
	SU_TOUCH_FILLS, /* it writes there, or gives the address away */
	SU_TOUCH_READS, /* it reads there */
};

/* What instruction `index` does with the region; `state` is that before it. */
enum su_touch su_derive_touch(struct su_values *values, uint32_t index, const uint32_t *state,
			      const struct su_region *region);
/* Whether the value may be a pointer into the region. */
bool su_derive_points_into(struct su_values *values, uint32_t number,
			   const struct su_region *region);
/* Whether what the region of `to`, which `from` does not have, holds at the point can matter. */
bool su_derive_contents_matter(const struct su_point *point, const struct su_region *region);
/* Whether nothing has touched the region of `to` when it comes to the point, or nothing touches it
 * any more. */
bool su_derive_is_unused(const struct su_point *point, const struct su_region *region);
/* Whether `holds` of each instruction that is the first to touch the region on some path from the
 * point on. */
typedef bool su_touch_test(const struct su_point *point, const struct su_region *region,
			   uint32_t index);
bool su_derive_next_touches(const struct su_point *point, const struct su_region *region,
			    su_touch_test *holds);
/* A compiler may leave out, or put off, a store to a variable whose address nobody has yet: until
 * then its memory holds nothing, whatever DWARF says, and `from` has the value elsewhere.  Whether
 * `from` has stored nothing there on any path to the place. */
bool su_derive_is_unwritten(const struct su_point *point, int64_t off, uint64_t size);
/* Whether it may have stored nothing in its object, and `to` has in its own on all paths. */
bool su_derive_is_put_off(const struct su_point *point, const struct su_region *from,
			  const struct su_region *to);
bool su_derive_is_inside(const struct su_region *region, int64_t off);
/* Where the instruction saves a register of the caller, or SU_NO_OFF; `state` is that before it. */
int64_t su_derive_saves_at(const struct su_values *values, uint32_t index, const uint32_t *state);

/* ---- names.c ---- */

/* What DWARF calls the values of a side, all over the function. su_names_destroy() takes NULL. */
struct su_names *su_names_create(const struct su_side *side);
void su_names_destroy(struct su_names *names);
/* The variables that the value is or was: sets *ret_local for each in turn; *at is 0 at first. */
bool su_names_next(const struct su_names *names, uint32_t number, size_t *at, uint32_t *ret_local);

/* ---- bytes.c ---- */

#define SU_MAX_FILLED 4096 /* bytes of an object */

/* What a byte of an object is: one of these, or a constant. */
enum { SU_BYTE_UNWRITTEN = 0, SU_BYTE_UNKNOWN = 1 };

/* Whether an instruction that may write to the object leaves alone what counts of it; `state` is
 * that before it. */
typedef bool su_passes_by(const struct su_point *point, const struct su_region *region,
			  uint32_t index, const uint32_t *state);

/* What the region of `to` holds at the place, whatever way it has come there: for the first time; or, with
 * `passes_by`, at any time.  Writes region->size of them; false when that is too much. */
bool su_derive_bytes(const struct su_point *point, const struct su_region *region,
		     su_passes_by *passes_by, uint64_t *ret);

/* Whether the instruction adds to an element: it stores what it has loaded, changed. */
bool su_derive_updates(struct su_values *values, uint32_t index, const uint32_t *state,
		       const struct su_region *region);

/* ---- fill.c ---- */

/* Adds the first contents of an object that `from` does not have, when they are constant. */
bool su_derive_filled_object(struct su_point *point, const struct su_region *region);
/* Adds what the object has from byte `first` on, when that is constant, or nothing ever was. */
bool su_derive_filled(struct su_point *point, const struct su_region *region, size_t first,
		      su_passes_by *passes_by);

/* ---- ring.c ---- */

/* Whether `to` may use the region as a ring: it puts things into places that it computes, and takes
 * them from such places. */
bool su_derive_may_be_ring(const struct su_point *point, const struct su_region *region);

/* ---- grown.c ---- */

/* Whether what the region of `to` holds from byte `first` on, where its counterpart in `from` ends,
 * is known, or does not matter. Adds what it is. */
bool su_derive_tail(struct su_point *point, const struct su_region *region, size_t first);
/* Whether all that touches the region next are library functions that are given all of it to fill; and
 * whether none of them may leave what is there. */
bool su_derive_is_overwritten(const struct su_point *point, const struct su_region *region);
bool su_derive_is_replaced(const struct su_point *point, const struct su_region *region);

/* ---- first.c ---- */

/* The constant that the low `size` bytes of value `v` are when `to` comes to the place for the
 * first time; or NULL. */
const struct su_source *su_derive_first_value(struct su_point *point, uint32_t v, uint8_t size);

/* ---- seed.c ---- */

/* Whether `from` has a variable in scope that `to` has not, and that `local`, which it does not
 * have, may be under another name: then that has a value already. */
bool su_derive_may_be_renamed(const struct su_point *point, const struct su_local *local);

/* Takes NULL. */
void su_histories_destroy(struct su_histories *histories);
/* Whether a stub can compute the expression: see stub.c. */
bool su_derive_computable(const struct su_value *value);

#endif
