/*
 * What DWARF says of an image: functions, variables and where they live, types, lines, frames.
 *
 * Sources: DWARF 4 and 5, psABI x86-64 (register numbers), .eh_frame (LSB).  Read with libdw.
 * Everything is a question about a link-time address.  "Unknown" is an answer: whatever is not
 * understood is reported as SU_LOC_COMPLEX or absent, never guessed.
 *
 * Register numbers in this interface are those of `struct su_insn` (hardware encoding: rax 0,
 * rcx 1, rdx 2, rbx 3, rsp 4, rbp 5, rsi 6, rdi 7, r8..r15), not DWARF's; xmm0 is 16, xmm15 31.
 */
#ifndef SU_DWARF_DEBUGINFO_H
#define SU_DWARF_DEBUGINFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/map.h"
#include "base/vec.h"
#include "elf/image.h"

struct su_debug;

/* Reads the unit and function tables. An image without DWARF gives an empty su_debug; .eh_frame
 * is used for frames all the same. `image` is borrowed and must outlive it. */
struct su_err *su_debug_open(const struct su_image *image, struct su_debug **ret) SU_MUST_CHECK;
void su_debug_close(struct su_debug *debug); /* takes NULL */

/* ---- functions and lines ---- */

struct su_dwarf_function {
	const char *name; /* source name ("frob", not "frob.constprop.0") */
	const char *unit; /* DW_AT_name of its compilation unit */
	uint64_t unit_id; /* of that unit, among those of the image; 0: unknown */
	uint64_t entry;	  /* low_pc or the first range's start */
	bool external;
};

/* The concrete out-of-line function whose ranges cover `vaddr`; false when none does. */
bool su_debug_function_at(const struct su_debug *debug, uint64_t vaddr,
			  struct su_dwarf_function *ret);
/* DW_AT_name of the compilation unit that covers `vaddr`, or NULL. */
const char *su_debug_unit_at(const struct su_debug *debug, uint64_t vaddr);
/* The identity of that unit; 0 when none covers `vaddr`. */
uint64_t su_debug_unit_id_at(const struct su_debug *debug, uint64_t vaddr);
/* What the compiler made the function at `entry` for: the parameters that are constants in all of
 * it, "kind=2 flags=1", in the order of the source; "" when there are none. NULL when DWARF does
 * not say all of it. Allocated: free() it. */
char *su_debug_specialised(const struct su_debug *debug, uint64_t entry);
/* Source file and line of `vaddr`; false when unknown. The string lives as long as `debug`. */
bool su_debug_line_at(const struct su_debug *debug, uint64_t vaddr, const char **ret_file,
		      int *ret_line);
/* The same with the column, 0 when unknown. */
bool su_debug_column_at(const struct su_debug *debug, uint64_t vaddr, const char **ret_file,
			int *ret_line, int *ret_column);
/* Names of the functions inlined at `vaddr`, outermost first, the out-of-line one not included.
 * Writes at most `max` and returns how many there are. */
size_t su_debug_inlined_at(const struct su_debug *debug, uint64_t vaddr, const char **ret,
			   size_t max);

struct su_code_range {
	uint64_t low, high; /* link-time addresses; `high` is the first one behind */
};

struct su_code_ranges {
	SU_VEC(struct su_code_range) list; /* in no order; they may overlap */
};

/* A row of a line table: from `vaddr` on the code is of that line (0: of none); `file` is below
 * `folder`, unless that is "". */
typedef void su_debug_row(void *ctx, uint64_t vaddr, const char *folder, const char *file,
			  int line);
/* Shows the rows of the code from `low` to `high`, which is of one unit, by address. */
void su_debug_rows(const struct su_debug *debug, uint64_t low, uint64_t high, su_debug_row *row,
		   void *ctx);

/* A file, by its path or the end of it, and lines of it. */
struct su_lines {
	const char *file;
	int first, last;
};

/* Adds the code of all functions of that source name: out of line, split off (`.cold`), cloned, and
 * inlined anywhere. Nothing is added when the image has no such function. */
void su_debug_code_of_function(const struct su_debug *debug, const char *name,
			       struct su_code_ranges *code);
/* Adds the code that the line table gives to those lines. */
void su_debug_code_of_lines(const struct su_debug *debug, const struct su_lines *wanted,
			    struct su_code_ranges *code);

/* ---- parameters and local variables ---- */

/* One variable of one function instance. `key` names it uniquely within the out-of-line function
 * and in the same way in every build in which the source around it is the same: the inline chain,
 * the name, and an ordinal when the same chain and name occur more than once (disjoint scopes,
 * several inlined copies), counted in source order, then by address: "len", "parse>len",
 * "parse#2>len", "i#2". */
struct su_local {
	const char *name;
	const char *key;
	uint64_t type_hash; /* su_type layout hash, 0 when unknown */
	uint64_t
		element_hash; /* of an array of one dimension: that of its elements' type; else 0 */
	const char *type_name;
	uint64_t size; /* bytes, 0 when unknown */
	bool is_parameter;
	bool is_signed;	   /* a base type that sign-extends */
	bool is_integer;   /* a whole number, an enumeration or a pointer */
	bool is_aggregate; /* struct, union or array */
	bool is_static;	   /* static storage, not TLS: location is SU_LOC_STATIC */
	uint32_t index;	   /* position in the list */
};

/* A parameter of the function itself, and not of one that is inlined in it. */
bool su_local_is_own_parameter(const struct su_local *local);

enum su_loc_kind {
	SU_LOC_NONE = 0, /* optimised out here, or out of scope */
	SU_LOC_REG,	 /* the value is in register `reg` */
	SU_LOC_FRAME,	 /* the value is in memory at CFA + off */
	SU_LOC_MEM,	 /* the value is in memory at register `reg` + off */
	SU_LOC_CONST, /* the value is `off` (DW_OP_litN..stack_value, implicit value <= 8 bytes) */
	SU_LOC_SUM,   /* the value is register `reg` + off (DW_OP_bregN off, stack_value) */
	SU_LOC_FRAME_ADDR, /* the value is CFA + off (fbreg, stack_value) */
	SU_LOC_ENTRY,	   /* the value that `reg` had on entry (DW_OP_entry_value) */
	SU_LOC_STATIC,	   /* in memory at vaddr `off` */
	SU_LOC_COMPLEX,	   /* anything else */
};

struct su_loc {
	enum su_loc_kind kind;
	uint8_t reg;
	bool everywhere; /* said of the whole scope: an expression, and no list with ranges */
	int64_t off;
};

/* All variables of the function at `entry`, inlined instances included; the array and its strings
 * live as long as `debug`. Cached: asking twice is cheap. */
struct su_err *su_debug_locals(struct su_debug *debug, uint64_t entry, const struct su_local **ret,
			       size_t *ret_count) SU_MUST_CHECK;
/* Where variable `index` of the function at `entry` is at `vaddr`; SU_LOC_NONE when `vaddr` is not
 * in its scope. DW_OP_fbreg is resolved through the frame base and the CFI row to CFA + off
 * (gcc: DW_OP_call_frame_cfa; clang: the frame register). */
struct su_loc su_debug_local_at(struct su_debug *debug, uint64_t entry, uint32_t index,
				uint64_t vaddr);
/* Whether `vaddr` is in the lexical scope of variable `index`. */
bool su_debug_local_in_scope(struct su_debug *debug, uint64_t entry, uint32_t index,
			     uint64_t vaddr);

/* ---- variables with static storage ---- */

struct su_static {
	const char *name; /* of a piece with where it starts: "counts+8" */
	const char *unit;
	uint64_t unit_id;     /* as of functions */
	const char *function; /* the function that owns a local static, or NULL */
	uint32_t ordinal;     /* among equal (unit, function, name), in DIE order, from 0 */
	uint64_t vaddr;	      /* for TLS: the offset in the TLS block */
	uint64_t size;
	uint64_t type_hash;
	uint64_t form; /* 0: plain storage, or none; else how the value is computed from what is
			* kept: equal numbers stand for the same computation */
	bool is_tls, is_external;
	bool is_piece;	   /* a part of a variable that is not all in one place */
	bool is_scalar;	   /* a number, an enumeration or a pointer */
	const void *entry; /* of DWARF, for su_debug_static_shape(); NULL: no plain storage */
};

/* Sorted by vaddr; what is in pieces, piece by piece. Lives as long as `debug`. */
const struct su_static *su_debug_statics(const struct su_debug *debug, size_t *ret_count);
/* Variables that may have static storage by their source but have none that is plain memory, and
 * are no constant either: the compiler removed it (no one reads the variable), keeps parts of it,
 * or keeps it in another form.  A function's own may be automatic ones.  vaddr is 0. */
const struct su_static *su_debug_bare_statics(const struct su_debug *debug, size_t *ret_count);

/* ---- types ---- */

/* A named struct or union, a typedef of an unnamed one, or a typedef of something else that the unit
 * has a pointer to; with a complete definition. */
struct su_type {
	const char *name; /* "struct conn", "union u", "item" */
	const char *unit;
	const char *function; /* in which it is declared, or NULL */
	uint64_t size;
	uint64_t hash; /* of the layout: sizes, offsets, names and kinds of members, recursively
			* through by-value members and arrays; pointers by the name of what they
			* point to */
};

/* Sorted by (name, unit, function), each combination with each definition. Lives as long as `debug`. */
const struct su_type *su_debug_types(const struct su_debug *debug, size_t *ret_count);
/* Why the types of the unit that the code at `vaddr` comes from are not known, and what to do about it,
 * in words; NULL when they are. `name`: a unit's name that is known otherwise, or "". */
const char *su_debug_lack_at(const struct su_debug *debug, uint64_t vaddr, const char *name);
/* What the first unit lacks whose types are not known, in words; NULL: all have theirs. */
const char *su_debug_lack(const struct su_debug *debug, const char **ret_unit);
/* Whether they are records that have more than half of their members in common, by name. */
bool su_debug_types_alike(const struct su_debug *a, const struct su_type *old_type,
			  const struct su_debug *b, const struct su_type *new_type);
/* How two types differ, in words ("member 'refs' is new at offset 24, size 48 -> 56"): an
 * allocated string, free() it. */
char *su_debug_types_differ(const struct su_debug *a, const struct su_type *old_type,
			    const struct su_debug *b, const struct su_type *new_type);

/* In which ways an image uses its records. */
enum su_type_use {
	SU_TYPE_IN_STATICS = 1, /* of variables with static storage */
	SU_TYPE_IN_RECORDS = 2, /* of members of structures with a name of their own */
	/* Of local variables; and of what parameters and local variables point to. */
	SU_TYPE_IN_FRAMES = 4,
	SU_TYPE_HELD = 8, /* of what memory points to, that may outlive a function */
	SU_TYPE_ELSEWHERE = 16,
};

struct su_type_uses;

struct su_type_uses *su_debug_type_uses(const struct su_debug *debug);
void su_debug_type_uses_free(struct su_type_uses *uses);
/* How records of that name, as in su_type, are used: of enum su_type_use, together. 0: in no way that
 * DWARF says. */
unsigned su_debug_uses_of(const struct su_type_uses *uses, const char *name);

/* Which functions and variables lead to records of certain names, by value or by pointers. */
struct su_type_reach;

/* `names`: as in su_type; the map is used here alone. */
struct su_type_reach *su_debug_type_reach(const struct su_debug *debug, const struct su_map *names);
void su_debug_type_reach_free(struct su_type_reach *reach);
/* Whether the out-of-line function at `entry`, or one that is inlined in it, has a parameter or a local
 * variable from which such a record can be reached; true also when it shares its code with another. */
bool su_debug_function_reaches(const struct su_type_reach *reach, uint64_t entry);
/* Whether its result leads to one. */
bool su_debug_result_reaches(const struct su_type_reach *reach, uint64_t entry);
/* Whether what a function of another image gives, or one that is called by a pointer, leads to one. */
bool su_debug_calls_reach(const struct su_type_reach *reach);
/* Whether pointers lead from the variable at `vaddr` to such a record. */
bool su_debug_static_reaches(const struct su_type_reach *reach, uint64_t vaddr);

/* A name of an enumeration's value. */
struct su_enumerator {
	const char *name, *unit;
	const char *function; /* in which it is declared, or NULL */
	int64_t value;
	bool is_count; /* the greatest of its enumeration, and called a count */
};

/* Sorted by (name, unit, function, value, is_count), each combination once. Allocated: free() it; the
 * strings live as long as `debug`. */
struct su_enumerator *su_debug_enumerators(const struct su_debug *debug, size_t *ret_count);

/* A variable or parameter of a function that points to something of a known form. */
struct su_pointee {
	const char *name, *unit, *function;
	const char *type;   /* of the variable, as in the source */
	const char *record; /* what it leads to, as in su_type; NULL: no record */
	uint64_t form;	    /* a hash of how the memory is read: widths and layouts */
};

/* All of them, in no order. Allocated: free() it; the strings live as long as `debug`. */
struct su_pointee *su_debug_pointees(const struct su_debug *debug, size_t *ret_count);

/* The function type of the out-of-line function at `entry`, as in the source: a layout hash of its
 * result (0 for void), and one of the result's and all parameters' layout. False when DWARF does
 * not say, or says that the calling convention is not the standard one. */
bool su_debug_signature_at(const struct su_debug *debug, uint64_t entry, uint64_t *ret_result_hash,
			   uint64_t *ret_hash);

/* Whether the out-of-line function at `entry` takes arguments beside its parameters, or DWARF does
 * not say. */
bool su_debug_is_variadic(const struct su_debug *debug, uint64_t entry);

/* Whether the function at `entry` returns a structure, which may be where its caller says (psABI
 * 3.2.3), or DWARF does not say. */
bool su_debug_returns_record(const struct su_debug *debug, uint64_t entry);

/* Whether the compiler of the function at `entry` takes every call to write all caller-saved registers,
 * as the psABI allows it to: clang does; gcc keeps values in those that it knows a callee to spare
 * (-fipa-ra, from -O1 on). False when DWARF does not say who made it. */
bool su_debug_heeds_no_callee(const struct su_debug *debug, uint64_t entry);

/* The layout hash of the result of a function of that name that a unit declares and does not
 * define; false when none does, or not all the same. */
bool su_debug_declared_result(const struct su_debug *debug, const char *name, uint64_t *ret_hash);

/* Whether units declare a function of that name and all of them say that it does not return, so
 * that their compiler took what follows a call of it for unreachable. */
bool su_debug_declared_noreturn(const struct su_debug *debug, const char *name);

/* ---- call frame information (.eh_frame, else .debug_frame) ---- */

struct su_frame_row {
	bool cfa_known; /* CFA = reg + off */
	uint8_t cfa_reg;
	int64_t cfa_off;
	/* For each general register: saved_known and saved at CFA + saved_off, or not saved. */
	struct {
		enum { SU_SAVED_SAME = 0, SU_SAVED_AT_CFA, SU_SAVED_OTHER } how;
		int64_t off;
	} saved[16];
	bool return_undefined; /* DW_CFA_undefined (rip): the outermost frame */
};

/* The row in force at `vaddr`; false when there is no frame information. */
bool su_debug_frame_row(struct su_debug *debug, uint64_t vaddr, struct su_frame_row *ret);

/* The start of every FDE with language-specific data: cleanups, and in other languages handlers,
 * that an unwinder enters. */
void su_debug_visit_landing(struct su_debug *debug, void (*visit)(void *ctx, uint64_t start),
			    void *ctx);

#endif
