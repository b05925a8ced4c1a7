/*
 * The shape of a type: what its bytes are made of, through and through, but not beyond pointers.
 *
 * Typedefs and qualifiers are taken off. Unions, floating point numbers and enumerations are of
 * kind OTHER: what is in them is known by their hash alone.
 */
#ifndef SU_DWARF_SHAPE_H
#define SU_DWARF_SHAPE_H

#include "base/alloc.h"
#include "dwarf/debuginfo.h"

enum su_shape_kind {
	SU_SHAPE_OTHER = 0,
	SU_SHAPE_NUMBER, /* whole, of at most 8 bytes; also booleans' and characters' kin */
	SU_SHAPE_POINTER,
	SU_SHAPE_ARRAY,
	SU_SHAPE_RECORD,
};

struct su_shape;

struct su_shape_member {
	const char *name;	    /* "" when it has none */
	uint64_t bit_off, bit_size; /* bit_size 0: no bit-field */
	const struct su_shape *shape;
};

struct su_shape {
	enum su_shape_kind kind;
	bool is_signed;		    /* NUMBER */
	uint64_t size;		    /* bytes */
	uint64_t hash;		    /* of the layout, as in su_type; never 0 */
	uint64_t count, dimensions; /* ARRAY: elements of all dimensions; a hash of these */
	const struct su_shape *element;
	const struct su_shape_member *members; /* RECORD: as declared */
	size_t member_count;
};

/* Of the variable that starts at `vaddr`; NULL when that is not known. Of `arena`. */
const struct su_shape *su_debug_static_shape(const struct su_debug *debug, uint64_t vaddr,
					     struct su_arena *arena);

#endif
