/*
 * One version of a program: its image with every function and every variable as a thing with an
 * identity.
 *
 * A *routine* is a function with its parts, decoded; a *datum* is a variable or constant with
 * static storage.  Matching (match.h) links each with its peer in the other version.  A reference
 * in code or data is understood by asking what its address means: su_program_meaning().
 */
#ifndef SU_DIFF_PROGRAM_H
#define SU_DIFF_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/clobber.h"
#include "analysis/escape.h"
#include "analysis/function.h"
#include "base/map.h"
#include "base/vec.h"
#include "dwarf/debuginfo.h"
#include "elf/image.h"

struct su_steps; /* convert.h */

struct su_routine {
	const char *name; /* symbol name; of aliases the first global one */
	const char *unit; /* compilation unit or source file name, "" when unknown */
	uint64_t unit_id; /* two units may have one name; 0: unknown */
	bool global;
	bool startup; /* crt code (_start, frame_dummy, ...): belongs to the toolchain, never
			 updated */
	uint64_t vaddr;
	struct su_part parts[2]; /* body, .cold */
	size_t part_count;
	struct su_function *code;
	struct su_routine *peer; /* in the other version, or NULL */
	const char *evidence;	 /* what the match rests on; NULL: a name that only one has */
	bool changed;		 /* against its peer */
	bool touches;		 /* a type whose layout changed: see convertible.h */
	bool fickle;		 /* see fickle.h */
	bool excluded;		 /* differs, but the user wants it to stay: see make/exclude.c */
	bool bypassed;	    /* no call reaches the old entry after the update: see make/short.c */
	const char *reason; /* why it counts as changed; of arena */
};

struct su_datum {
	const char *name;
	const char *unit;     /* "" when unknown */
	uint64_t unit_id;     /* as of a routine */
	const char *function; /* owner of a local static, or NULL */
	bool function_is_global;
	uint32_t ordinal;
	bool global;
	bool constant; /* in memory that the program cannot write after start-up */
	bool scalar;   /* a number, an enumeration or a pointer; false when unknown */
	bool piece;    /* a part of a variable that is not all in one place */
	bool shared;   /* several variables of the source are at this address */
	bool in_place; /* of constants: a new version's contents are written where it is */
	bool moves;    /* of variables: it gets another place (moving.h) */
	const struct su_steps *steps; /* ... in the old version: how it is converted; or why not */
	uint64_t vaddr, size;
	uint64_t type_hash; /* 0: unknown */
	uint64_t
		contents; /* a hash of its initial bytes; 0: there are none, or pointers are in it */
	struct su_datum *peer;
	const char *evidence; /* as of a routine */
	bool doubtful;	      /* no peer, and it may be one of several of the other version */
	enum {
		SU_SAME_UNKNOWN = 0,
		SU_SAME_ASSUMED,
		SU_SAME_YES,
		SU_SAME_NO
	} same; /* of constants: contents equal to the peer's */
};

enum su_meaning_kind {
	SU_MEANS_NOTHING = 0, /* an address that nothing is known about */
	SU_MEANS_ROUTINE,
	SU_MEANS_DATUM,
	SU_MEANS_IMPORT,
	SU_MEANS_ANONYMOUS, /* a constant without a symbol: a string, a literal */
	SU_MEANS_CHOSEN, /* the PLT entry of a function that `routine` chooses at start (IFUNC) */
	SU_MEANS_LINKER, /* a symbol that the linker defines: _DYNAMIC, __TMC_END__ */
};

struct su_meaning {
	enum su_meaning_kind kind;
	int64_t off; /* from the start of the thing */
	struct su_routine *routine;
	struct su_datum *datum;
	struct su_import import;
	const char *name;		  /* SU_MEANS_LINKER */
	const struct su_section *section; /* SU_MEANS_ANONYMOUS */
	/* DATUM, ANONYMOUS: the address is also one past the end of this datum, and nothing in the
	 * image tells which of the two the code means. */
	struct su_datum *or_end_of;
};

struct su_routine_part {
	uint64_t vaddr, size;
	uint32_t routine; /* index */
};

/* What assembly defines in constant memory: see assembly.h. */
struct su_assembly {
	uint64_t vaddr, size; /* up to the next symbol */
	const char *name;
};

struct su_program {
	struct su_arena *arena;
	struct su_image *image;
	struct su_debug *debug;
	SU_VEC(struct su_routine) routines; /* by vaddr */
	SU_VEC(struct su_datum) data;	    /* by vaddr */
	SU_VEC(uint64_t)
	anonymous;		       /* addresses of constants without symbol that code or data
		    * refers to, ascending, unique */
	struct su_routine_part *parts; /* of all routines, by vaddr */
	size_t part_count;
	struct su_map *distances;	     /* table's vaddr -> entries */
	struct su_map *doubtful;	     /* tables of distances from elsewhere */
	struct su_map *entries;		     /* vaddr of each entry of a table that is understood */
	SU_VEC(struct su_assembly) assembly; /* by vaddr */
	struct su_map *linker_symbols;	     /* vaddr -> name */
	struct su_clobbers *clobbers;
	struct su_escapes *escapes; /* of both programs of a match together */
	uint64_t text_size;
};

/* Loads, decodes and indexes the program at `path`. Refuses what cannot be updated at all: no
 * symbols, no debug information, position-dependent code. */
struct su_err *su_program_open(const char *path, const char *const *debug_dirs,
			       size_t debug_dir_count, struct su_program **ret) SU_MUST_CHECK;
void su_program_close(struct su_program *program); /* takes NULL */

/* What `vaddr` means. */
struct su_meaning su_program_meaning(const struct su_program *program, uint64_t vaddr);
/* The routine one of whose parts covers `vaddr`, or NULL. */
struct su_routine *su_program_routine_at(const struct su_program *program, uint64_t vaddr);
/* How many parts of routines start at `vaddr` or before it. */
size_t su_program_parts_until(const struct su_program *program, uint64_t vaddr);
/* Bytes from `vaddr` to the next thing that is known to start after it in its section. */
uint64_t su_program_extent(const struct su_program *program, uint64_t vaddr);
/* How many entries the table at `vaddr` has that are 32-bit distances from its own start; 0: there is
 * none. */
uint32_t su_program_distances(const struct su_program *program, uint64_t vaddr);
/* What entry `index` of that table leads to. */
uint64_t su_program_distance(const struct su_program *program, uint64_t table, uint32_t index);
/* Whether a constant that starts in the `size` bytes at `vaddr` may hold distances that are not
 * understood. */
bool su_program_is_doubtful(const struct su_program *program, uint64_t vaddr, uint64_t size);
void su_program_find_distances(struct su_program *program); /* when it is opened */
/* Whether assembly gives a constant this label, without type and size. */
bool su_is_assembly_label(const struct su_image *image, const struct su_symbol *symbol);
void su_program_find_assembly(struct su_program *program); /* too */
/* The printable string at `vaddr`, or NULL when there is none. */
const char *su_program_string_at(const struct su_program *program, uint64_t vaddr);
/* Whether a text is there that is ASCII: no distance back is, whose high bits are set. */
bool su_program_is_ascii(const struct su_program *program, uint64_t vaddr);
/* "file.c:12" of `vaddr`, or "?"; of the program's arena. */
const char *su_program_where(const struct su_program *program, uint64_t vaddr);

#endif
