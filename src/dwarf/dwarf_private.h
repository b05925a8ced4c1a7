/*
 * What the files of this folder share.
 *
 * A su_debug holds sorted tables of address spans (units, functions), made when it is opened from
 * the units' top-level entries only.  Everything deeper (a function's variables, statics, types) is
 * read when it is first asked for, and kept.  DIEs come from untrusted bytes: a walk has a budget
 * of entries and a chain of references a limit, so that a hostile file cannot hold it for ever.
 */
#ifndef SU_DWARF_DWARF_PRIVATE_H
#define SU_DWARF_DWARF_PRIVATE_H

#include <elfutils/libdw.h>

#include "base/alloc.h"
#include "base/map.h"
#include "base/vec.h"
#include "dwarf/debuginfo.h"

#define SU_DWARF_CHAIN_LIMIT 32	 /* abstract origins, typedefs and qualifiers in a row */
#define SU_DWARF_DEPTH_LIMIT 192 /* nested blocks and inlined calls; nested types */

struct su_dwarf_range {
	uint64_t lo, hi;
};

struct su_dwarf_span {
	uint64_t lo, hi;
	uint32_t index; /* of the unit or subprogram */
};

struct su_dwarf_unit {
	Dwarf_Die die;
	const char *name;	/* never NULL */
	bool imported;		/* a partial or type unit: part of those that refer to it */
	bool is_cut;		/* not all of it could be walked over */
	const char *split_name; /* the .dwo file that it should be in and that was not found */
	bool has_types, has_functions,
		has_plain; /* completeness.c: `plain` ones say nothing of parameters */
};

/* What an offset in an expression is relative to, before CFI has been asked. */
enum su_dwarf_base {
	SU_BASE_PLAIN = 0,   /* `loc` stands as it is: a register, a constant, CFA + off, ... */
	SU_BASE_FRAME_VALUE, /* the value is DW_AT_frame_base + off */
	SU_BASE_FRAME_MEM,   /* the value is in memory at DW_AT_frame_base + off */
};

/* One entry of a location list. */
struct su_dwarf_location {
	uint64_t lo, hi;
	enum su_dwarf_base base;
	struct su_loc loc;
	uint8_t known_bytes; /* only so many low bytes of the value are meant; 0: all */
};

struct su_dwarf_locations {
	const struct su_dwarf_location *at;
	size_t count;
};

/* The addresses of a function, block or inlined call; shared by the variables in it. */
struct su_dwarf_scope {
	const struct su_dwarf_range *ranges;
	size_t count;
};

struct su_dwarf_inline {
	const char *name;
	struct su_dwarf_scope scope;
};

/* A subprogram's variables and inlined calls: read on demand. */
struct su_dwarf_detail {
	struct su_local *locals;
	struct su_dwarf_scope *scopes;	      /* per local */
	struct su_dwarf_locations *locations; /* per local */
	size_t local_count;
	struct su_dwarf_inline *inlines; /* parents before children */
	size_t inline_count;
	struct su_dwarf_locations frame_base;
	/* clang: the frame base is a register. Then offsets from rsp hold only where CFA = rsp +
	 * body_off, as after the prologue: it does not count pushes (0: nowhere). */
	bool base_is_register;
	int64_t body_off;
};

/* A function type, read on demand: su_debug_signature_at(). */
struct su_dwarf_signature {
	bool known;
	uint64_t result, whole;
};

struct su_dwarf_subprogram {
	Dwarf_Die die;
	struct su_dwarf_function pub;
	bool shared; /* another subprogram claims some of its addresses: say nothing of variables */
	struct su_dwarf_detail *detail;
	const struct su_dwarf_signature *signature; /* NULL: not read yet */
};

#define SU_FRAME_CACHE 1024

struct su_frame_cache {
	uint64_t vaddr; /* of the question, 0: empty */
	bool found;
	struct su_frame_row row;
};

struct su_debug {
	const struct su_image *image;
	struct su_arena *arena;
	Dwarf *dwarf;		/* NULL: no DWARF */
	Dwarf *alternate;	/* what `dwarf` refers to, or NULL */
	struct su_map *unit_of; /* unit's address -> index + 1 */
	Dwarf_CFI *eh_frame, *debug_frame;
	uint64_t die_budget; /* no honest tree has more entries than the sections have bytes */
	SU_VEC(struct su_dwarf_unit) units;
	SU_VEC(struct su_dwarf_span) unit_spans;
	SU_VEC(struct su_dwarf_subprogram) functions;
	SU_VEC(struct su_dwarf_span) function_spans;
	struct su_map *by_entry; /* entry vaddr -> su_dwarf_subprogram */
	struct su_dwarf_cache *cache;
	struct su_frame_cache *frames;
};

struct su_dwarf_declared {
	const char *name;
	Dwarf_Die die;
};

/* Filled on demand, also through a const su_debug. */
struct su_dwarf_cache {
	bool has_statics, has_types, has_declared, has_completeness;
	struct su_static *statics, *bare;
	size_t static_count, bare_count;
	struct su_type *types;
	Dwarf_Die *type_dies; /* per type */
	size_t type_count;
	SU_VEC(struct su_dwarf_declared) declared; /* sorted by name */
	struct su_map *type_hashes;		   /* DIE address -> su_dwarf_hash */
	unsigned nesting;			   /* of layouts that are being hashed */
};

/* ---- dies.c ---- */

/* First child and next sibling; false at the end and on malformed data. */
bool su_dwarf_child(Dwarf_Die *die, Dwarf_Die *ret);
bool su_dwarf_next(Dwarf_Die *die); /* moves `die` on */
/* The entry that `die` is an instance of: abstract origins and specifications followed. */
Dwarf_Die su_dwarf_root(Dwarf_Die die);
/* The entry that attribute `name` of `die` refers to; false when it has none. */
bool su_dwarf_ref(Dwarf_Die *die, unsigned name, Dwarf_Die *ret);
/* Also true when the entry that `die` is an instance of has it. */
bool su_dwarf_flag(Dwarf_Die *die, unsigned name);
bool su_dwarf_is_declaration(Dwarf_Die *die); /* of itself, not of what it completes */
/* A constant attribute: sign-extended when its form has a sign, zero-extended otherwise. */
bool su_dwarf_const(Dwarf_Die *die, unsigned name, int64_t *ret);
/* Name of the unit that `die`, whose root is `root`, stands in; that of `root` when that has one (a
 * partial unit has none). Never NULL. */
const char *su_dwarf_unit_name(Dwarf_Die *die, Dwarf_Die *root);
/* Its identity: two units may have one name. `instance` is what `die` is the root of: what dwz has
 * shared out stands in no unit of its own. */
uint64_t su_dwarf_unit_id(Dwarf_Die *die, Dwarf_Die *instance);
/* The span that covers `vaddr`, or NULL. */
const struct su_dwarf_span *su_dwarf_span_at(const struct su_dwarf_span *spans, size_t count,
					     uint64_t vaddr);
struct su_dwarf_scope su_dwarf_scope_read(const struct su_debug *debug, Dwarf_Die *die);
bool su_dwarf_scope_covers(const struct su_dwarf_scope *scope, uint64_t vaddr);
/* The subprogram at `entry`; NULL when there is none. */
struct su_dwarf_subprogram *su_dwarf_subprogram_at(const struct su_debug *debug, uint64_t entry);
/* Its variables and inlined calls. */
struct su_dwarf_detail *su_dwarf_detail(const struct su_debug *debug,
					struct su_dwarf_subprogram *function);

/* ---- tree.c ---- */

/* `function`: the name of the one that the entry stands in, or NULL. */
typedef void su_dwarf_visit(void *ctx, const struct su_dwarf_unit *unit, Dwarf_Die *die,
			    const char *function);
enum su_dwarf_imports {
	SU_IMPORTS_EACH, /* what several units import is shown in each of them */
	SU_IMPORTS_ONCE, /* ... in one of them */
};

/* Shows all that the units declare. */
void su_dwarf_walk_units(const struct su_debug *debug, enum su_dwarf_imports imports,
			 su_dwarf_visit *visit, void *ctx);

/* ---- location.c ---- */

/* The meaning of one expression; `attr` is where it stands. */
void su_dwarf_parse(Dwarf_Attribute *attr, Dwarf_Op *ops, size_t count,
		    struct su_dwarf_location *ret);
/* The whole of a location attribute, or of DW_AT_const_value when `die` has only that. */
struct su_dwarf_locations su_dwarf_locations_read(const struct su_debug *debug, Dwarf_Die *die,
						  unsigned name, const struct su_local *local);
/* DW_OP_addr's or DW_OP_addrx's address. */
bool su_dwarf_op_address(Dwarf_Attribute *attr, Dwarf_Op *op, uint64_t *ret);

/* ---- cfi.c ---- */

/* As su_debug_frame_row(), which only the cache of rows makes not const. */
bool su_dwarf_frame_row(const struct su_debug *debug, uint64_t vaddr, struct su_frame_row *ret);

/* ---- line_table.c ---- */

/* Where the prologue of the function at [entry, end) ends, by the line table; 0 when unknown. */
uint64_t su_dwarf_prologue_end(const struct su_debug *debug, uint64_t entry, uint64_t end);

/* ---- types.c ---- */

/* The type of a variable, member or function; false for void. */
bool su_dwarf_type_of(Dwarf_Die *die, Dwarf_Die *ret);
/* Typedefs and qualifiers taken off; false when that leads nowhere (void, malformed). */
bool su_dwarf_type_strip(Dwarf_Die type, Dwarf_Die *ret);
/* Bytes; false when unknown. */
bool su_dwarf_type_size(Dwarf_Die type, uint64_t *ret);
bool su_dwarf_type_signed(Dwarf_Die type);
/* Layout hash, 0 when unknown. */
uint64_t su_dwarf_type_hash(const struct su_debug *debug, Dwarf_Die type);
bool su_dwarf_is_qualifier(int tag);
/* The kind of a base type: those that differ in what their bytes mean. */
unsigned su_dwarf_encoding_kind(int64_t encoding);

struct su_dwarf_array {
	uint64_t count; /* elements of all dimensions; 0 when flexible */
	uint64_t shape; /* a hash of the dimensions */
	int dimension_count;
	bool is_flexible;
};
/* False when a dimension is no constant. */
bool su_dwarf_array_read(Dwarf_Die array, struct su_dwarf_array *ret);

struct su_dwarf_member {
	const char *name;	    /* "" when it has none */
	uint64_t bit_off, bit_size; /* bit_size 0: no bit-field */
	Dwarf_Die type;
};
/* False when it is malformed or has a location that is no constant. */
bool su_dwarf_member_read(Dwarf_Die *die, struct su_dwarf_member *ret);

/* ---- type_names.c ---- */

char *su_dwarf_type_name(Dwarf_Die *type); /* as a reader of the source knows it; NULL: void */
/* A hash of what a layout calls it; 0 when that cannot be told. */
uint64_t su_dwarf_hash_name(const struct su_debug *debug, uint64_t seed, Dwarf_Die *type);

#endif
