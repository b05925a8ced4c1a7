/*
 * The upgrade patch (.sup): an ELF file, version SU_PATCH_VERSION.
 *
 * ELF64, x86-64, ET_DYN, linked at 0.  Its loadable segments are laid out as they stand in the
 * target; patch address 0 is where the mapping starts in the process:
 *
 *	patch address	section		contents
 *	0		(none)		registry page(s), written by apply: see update/carried/registry.h
 *	text_vaddr	.text	R X	new bodies, import thunks, carry-over stubs
 *	rodata_vaddr	.rodata	R	copied constants and jump tables, import slots (.got)
 *	data_vaddr	.data	RW	added variables with initial values
 *	...		.bss	RW	added variables that start as zero
 *	-		.eh_frame	CFI of the new bodies, as at patch addresses (not loaded)
 *	-		.symtab		the new bodies and variables, for gdb, perf, objdump
 *	-		.su.*		the tables below: arrays of fixed-size little-endian records
 *
 * The tables serve both directions: A to B (apply) and B to A (revert).  An address in them is a
 * vaddr of the old image A (SU_SPACE_IMAGE) or a patch address (SU_SPACE_PATCH).  A process that
 * came to A by earlier patches has A's code and data in several places: the address maps of those
 * patches (.su.map) say where.  Strings are offsets into .su.str, where offset 0 is "".  All
 * integers are little-endian; records hold no padding that is not named.
 */
#ifndef SU_PATCH_FORMAT_H
#define SU_PATCH_FORMAT_H

#include <stdint.h>

#define SU_PATCH_VERSION 7
#define SU_PATCH_MAGIC "STRGUPD"   /* 8 bytes with its NUL */
#define SU_PATCH_HASH_SIZE 32	   /* BLAKE2b-256 (crypto_generichash) */
#define SU_PATCH_CODE_HASH_SIZE 16 /* BLAKE2b-128 */

#define SU_SECTION_HEAD ".su.head" /* one struct su_patch_head */
#define SU_SECTION_STRINGS ".su.str"
#define SU_SECTION_FUNCTIONS ".su.functions" /* struct su_patch_function[] */
#define SU_SECTION_RANGES ".su.ranges"	     /* struct su_patch_range[] */
/* struct su_patch_jump[], by (direction, at) */
#define SU_SECTION_JUMPS ".su.jumps"
/* struct su_patch_checkpoint[], by (direction, from) */
#define SU_SECTION_CHECKPOINTS ".su.checkpoints"
#define SU_SECTION_VALUES ".su.values"	     /* struct su_patch_value[] */
#define SU_SECTION_MISSING ".su.missing"     /* struct su_patch_missing[] */
#define SU_SECTION_VARIABLES ".su.variables" /* struct su_patch_variable[] */
#define SU_SECTION_RELOCS ".su.relocs"	     /* struct su_patch_reloc[], by at */
#define SU_SECTION_IMPORTS ".su.imports"     /* struct su_patch_import[] */
#define SU_SECTION_FIELDS ".su.fields"	     /* struct su_patch_field[], in runs by range */
#define SU_SECTION_MATCHES ".su.matches"     /* struct su_patch_match[] */
#define SU_SECTION_WORDS ".su.words"	     /* struct su_patch_word[], by at */
#define SU_SECTION_MOVED ".su.moved"	     /* struct su_patch_moved[], by at */
#define SU_SECTION_STEPS ".su.steps"	     /* struct su_patch_step[], in runs by variable */
#define SU_SECTION_MAP ".su.map"	     /* struct su_patch_map[], by (kind, vaddr) */
/* struct su_patch_assertion[]; need not be there */
#define SU_SECTION_ASSERTIONS ".su.assertions"
#define SU_SECTION_JUDGEMENTS ".su.judgements" /* struct su_patch_judgement[]; likewise */
/* SU_PATCH_HASH_SIZE bytes: over the file up to it; the last section */
#define SU_SECTION_HASH ".su.hash"

enum su_direction { SU_FORWARD = 0, SU_REVERSE = 1 };
enum su_space { SU_SPACE_IMAGE = 0, SU_SPACE_PATCH = 1 };

struct su_patch_head {
	char magic[8];
	uint32_t version;
	uint32_t image_name; /* string: file name of A without directory */
	uint8_t old_build_id[64];
	uint8_t new_build_id[64];
	uint32_t old_build_id_size, new_build_id_size;
	uint64_t note_vaddr, note_size; /* A's build-id note, to be found in the process */
	uint64_t image_low, image_high; /* A's lowest and highest loaded vaddr, page aligned */
	uint64_t span; /* bytes of patch address space (page aligned), segments included */
};

/* The last two are of variables only. */
enum su_change { SU_CHANGED = 0, SU_ADDED = 1, SU_REMOVED = 2, SU_INITIAL = 3, SU_MOVED = 4 };

struct su_patch_function {
	uint32_t name, unit;  /* strings */
	uint32_t reason;      /* string: why it counts as changed */
	uint32_t change;      /* enum su_change */
	uint64_t old_vaddr;   /* entry in A; 0 when added */
	uint64_t new_vaddr;   /* entry in B as linked; 0 when removed */
	uint64_t patch_vaddr; /* entry of the new body in the patch; 0 when removed */
	/* By direction: return addresses that activations can wait at; those with a checkpoint. */
	uint32_t call_returns[2], call_returns_derived[2];
	uint32_t opaque[2]; /* string, by direction: why it has no checkpoints, 0: it has */
};

/* Code that is dead once the direction has been taken: nothing but its jumps may run. */
struct su_patch_range {
	uint64_t vaddr, size; /* forward: SU_SPACE_IMAGE, reverse: SU_SPACE_PATCH */
	uint32_t function, direction;
	uint8_t hash[SU_PATCH_CODE_HASH_SIZE]; /* forward: of A's bytes; reverse: zero */
	/* Forward, for a process in which the code is not where A's file has it: the hash of the
	 * first `code_size` bytes (without padding) with the bytes of its fields as zero. */
	uint8_t masked_hash[SU_PATCH_CODE_HASH_SIZE];
	uint32_t code_size;
	uint32_t first_field, field_count;
	uint32_t reserved;
};

/* What a reference means decides where it leads in a process that came to A by earlier patches. */
enum su_home {
	SU_HOME_CODE = 0, /* the code itself, wherever it runs */
	SU_HOME_ENTRY,	  /* a function as pointers to it hold it: its oldest entry */
	SU_HOME_DATA,	  /* all else: variables, constants, PLT entries, GOT slots */
};

/* A reference in A's code of a forward range: int8 or int32 at `at`, relative to the end of its
 * instruction. */
struct su_patch_field {
	uint64_t at;	 /* in A, ascending within a range */
	uint64_t target; /* in A: the thing that is meant; */
	int32_t addend;	 /* the reference is so far behind it */
	uint8_t size;	 /* 1 or 4 */
	uint8_t to_end;	 /* bytes from `at` to the instruction's end */
	uint8_t home;	 /* enum su_home */
	uint8_t reserved;
};

enum su_jump_kind { SU_JUMP_ENTRY = 0, SU_JUMP_PAD = 1, SU_JUMP_ISLAND = 2 };

/* A jump that commit writes over dead code. forward: `at` in SU_SPACE_IMAGE, reverse: PATCH. */
struct su_patch_jump {
	uint64_t at;
	uint64_t to;	   /* in `to_space` */
	uint32_t to_space; /* enum su_space */
	uint32_t function;
	uint8_t direction, kind;
	uint8_t size; /* 5: jmp rel32; 2: jmp rel8 (to_space equals the space of `at`) */
	uint8_t reserved[5];
};

enum su_checkpoint_kind {
	SU_POINT_ENTRY = 0,
	SU_POINT_CALL_RETURN = 1,
	SU_POINT_INSIDE = 2, /* between calls, in a loop: no return address */
};
enum su_checkpoint_flag {
	SU_POINT_SEEDED = 1, /* a value is seeded */
	/* It reads what is dead in the code that is left: only for activations that began in that
	 * code, or were carried there by the other direction of this patch. */
	SU_POINT_PRISTINE = 4,
	/* It reads a register that only this callee is known to preserve. */
	SU_POINT_SCRATCH = 8,
	/* A call's return address to which jumps lead as well: good for whoever comes there. */
	SU_POINT_ANY_WAY = 16,
	/* The user's specification says where it leads, or what one of its values is. */
	SU_POINT_ASSERTED = 32,
	/* It moves a frame object whose address may be held by others: only for activations of
	 * which no one does.  All that it moves is at offsets from the CFA. */
	SU_POINT_UNHELD = 64,
};

/* What became of the call that an activation waits in. */
enum su_pairing {
	SU_PAIRING_SAME = 0,	   /* it is there, or there is none */
	SU_PAIRING_CALLEE_CHANGED, /* another function is called in its place */
	SU_PAIRING_HELPER,	   /* and all that does is to make the call */
	SU_PAIRING_REMOVED,	   /* it is gone: the activation goes on at what follows it */
	SU_PAIRING_COUNT
};

#define SU_PATHS_UNTRIED UINT32_MAX /* of entries, and of all when nothing was tried */

/* A place at which an activation is carried over: there is always a jump at `from`. */
struct su_patch_checkpoint {
	uint64_t from; /* forward: SU_SPACE_IMAGE, reverse: SU_SPACE_PATCH */
	uint64_t to;   /* forward: SU_SPACE_PATCH, reverse: SU_SPACE_IMAGE */
	uint64_t stub; /* patch address of the carry-over stub, 0: the frames agree */
	uint32_t function;
	uint8_t direction, kind, flags, pairing; /* enum su_pairing */
	uint32_t first_value, value_count;
	/* Of A and B whatever the direction; file 0: unknown. */
	uint32_t old_file, old_line, new_file, new_line;
	uint32_t
		reads; /* a bit for each callee-saved register that it reads, by su_abi_saved_bit();
			 * not of entries */
	uint32_t paths; /* on how many paths it was tried and found right, or SU_PATHS_UNTRIED */
};

enum su_storage_kind {
	SU_STORAGE_NONE = 0,
	SU_STORAGE_REG,	       /* register `number` (struct su_insn's numbers) */
	SU_STORAGE_FRAME,      /* memory at offset from base `number`: 0 the CFA, 1 the aligned
			      * base of a realigned frame, 2 a value that rsp had */
	SU_STORAGE_CONST,      /* the number `offset` */
	SU_STORAGE_ADDR,       /* an address: of code or data, text says which */
	SU_STORAGE_FRAME_ADDR, /* the address of such a place */
};

enum su_derivation {
	SU_DERIVED_CONSTANT = 0,
	SU_DERIVED_RELATION,
	SU_DERIVED_VARIABLE,
	SU_DERIVED_RECOMPUTED,
	SU_DERIVED_SEEDED,
	SU_DERIVED_CALL_RESULT, /* the return registers of the call, passed through */
	SU_DERIVED_OBJECT,	/* a frame object in memory, kept in place or copied */
	SU_DERIVED_ASSERTED,	/* the user's specification says it */
	SU_DERIVED_IMPLIED,	/* in no location: the new code makes it from the rest */
	SU_DERIVED_COUNT
};

/* What a derivation is called, in reports too. */
static inline const char *su_derivation_name(enum su_derivation derivation)
{
	static const char *const names[SU_DERIVED_COUNT] = {
		[SU_DERIVED_CONSTANT] = "constant", [SU_DERIVED_RELATION] = "relation",
		[SU_DERIVED_VARIABLE] = "variable", [SU_DERIVED_RECOMPUTED] = "recomputed",
		[SU_DERIVED_SEEDED] = "seeded",	    [SU_DERIVED_CALL_RESULT] = "call-result",
		[SU_DERIVED_OBJECT] = "object",	    [SU_DERIVED_ASSERTED] = "asserted",
		[SU_DERIVED_IMPLIED] = "implied",
	};

	return names[derivation];
}

/* How one live location at a checkpoint's new address gets its value; or a variable that has none. */
struct su_patch_value {
	int64_t to_offset; /* SU_STORAGE_FRAME */
	int64_t from_offset;
	uint32_t size;	    /* bytes */
	uint32_t name;	    /* string: source variable, "saved rbx", or "" for a temporary */
	uint32_t text;	    /* string: the derivation in words, may be "" */
	uint8_t derivation; /* enum su_derivation */
	uint8_t to_kind, to_number;
	uint8_t from_kind, from_number;
	uint8_t reserved[7];
};

/* A return address (or entry) that has no checkpoint. */
struct su_patch_missing {
	uint64_t from; /* as su_patch_checkpoint.from */
	uint32_t function, direction;
	uint32_t file, line; /* of the code at `from` */
	uint32_t reason;     /* string: what is live there and cannot be derived, or what else */
	uint32_t reserved;
};

/* A statement of the user's specification. */
struct su_patch_assertion {
	uint32_t text; /* string: the statement */
	uint32_t file, line;
	uint32_t uses; /* checkpoints, in both directions, that rest on it; excluded functions */
};

/* What the author has to judge: a kept variable that means something else now, perhaps. */
struct su_patch_judgement {
	uint32_t name, unit; /* of the variable */
	uint32_t text;	     /* string: what was found */
};

struct su_patch_variable {
	uint32_t name, unit;
	uint32_t change; /* enum su_change; CHANGED: a constant */
	uint32_t size;
	uint64_t old_vaddr;   /* 0 when added */
	uint64_t patch_vaddr; /* 0 when it has no copy in the patch */
};

enum su_reloc_type {
	SU_RELOC_PC32 = 0,  /* int32 at `at` = target - address of `at` (target holds the addend) */
	SU_RELOC_ABS64 = 1, /* uint64 at `at` = run-time address of target */
};

struct su_patch_reloc {
	uint64_t at;	 /* patch address */
	uint64_t target; /* in `space`; image: the thing that is meant, which has one home */
	int64_t addend;
	/* For the image only. */
	uint64_t end_of; /* 0, or a datum of A that ends at the address that is meant: it may be
			 * that end which is meant, so both must be equally far from their vaddrs */
	uint64_t user;	 /* 0, or the entry in A of the function whose code or state this is for */
	uint8_t type, space, home, reserved;
	uint32_t reserved2;
};

enum su_import_kind { SU_IMPORT_FUNCTION = 0, SU_IMPORT_OBJECT = 1 };

/* An 8-byte slot in the patch that gets the run-time address of a symbol of another library. */
struct su_patch_import {
	uint64_t slot;		/* patch address */
	uint32_t name, version; /* version 0: any */
	uint32_t kind;
	uint32_t weak; /* 1: the slot holds 0 where nothing defines it */
};

/* A function or variable of both versions whose identity does not rest on a name of its own. */
struct su_patch_match {
	uint32_t name, unit, evidence; /* strings */
	uint32_t is_variable;
	uint64_t old_vaddr, new_vaddr;
};

/* Up to 8 bytes of a constant of A that stays where it is, and whose contents change. */
struct su_patch_word {
	uint64_t at;	    /* in A */
	uint64_t from;	    /* patch address: the new contents */
	uint8_t before[8];  /* A's contents; zero when it is a pointer, or behind `size` */
	uint8_t size;	    /* 1 to 8 */
	uint8_t is_pointer; /* A's contents are filled in by the loader */
	uint8_t reserved[6];
};

/* A variable of A that has another place in B: of another size or type. */
struct su_patch_moved {
	uint64_t at, size;    /* in A */
	uint64_t to, to_size; /* in the patch */
	/* What A and B start it with: patch addresses, in a segment that is not writable. 0: zeros. */
	uint64_t before, after;
	uint32_t name, unit; /* strings */
	/* How what it holds becomes what it is to hold. None: it must hold what it starts with. */
	uint32_t first_step, step_count;
	uint32_t why; /* string: why there are none, or "" */
	uint32_t reserved;
};

enum su_patch_step_kind {
	SU_PATCH_STEP_COPY = 0,	 /* as many bits on both sides */
	SU_PATCH_STEP_NUMBER,	 /* a whole number of at most 64 bits, whose value is kept */
	SU_PATCH_STEP_UNTOUCHED, /* must hold what it starts with, and will */
};

/* A part of a variable that moves. Places are bits from its start. */
struct su_patch_step {
	uint64_t at, size;    /* in A */
	uint64_t to, to_size; /* in B */
	uint8_t kind;	      /* enum su_patch_step_kind */
	uint8_t is_signed[2]; /* SU_PATCH_STEP_NUMBER: in A, in B */
	uint8_t reserved[5];
};

enum su_map_kind {
	SU_MAP_CODE = 0, /* SU_HOME_CODE */
	SU_MAP_ENTRY,	 /* SU_HOME_ENTRY, where it is not as SU_MAP_CODE says */
	SU_MAP_DATA,	 /* SU_HOME_DATA, as code that the patch left alone refers to it */
	SU_MAP_DATA_NEW, /* SU_HOME_DATA, as the patch's bodies refer to it, where that differs */
};

/*
 * The address map: where [vaddr, vaddr + size) of B lives in a process that this patch has been
 * applied to.  Entries of one kind do not overlap.  What is in none has no place in the process.
 */
struct su_patch_map {
	uint64_t vaddr, size; /* of B */
	uint64_t addr;	      /* in `space` */
	uint32_t kind;	      /* enum su_map_kind */
	uint32_t space;	      /* image: of A, wherever that lives */
};

#endif
