/*
 * The patch in the making, shared by the passes of make.c.
 *
 * Until the sizes of the segments are known, a patch address is a *draft address*: the segment in
 * the high bits and the offset in the low ones.  Text starts at a fixed address, so its draft
 * addresses are final.  maker_finish() turns all of them into patch addresses and fills in the
 * fields that depend on the distance between two of them.
 */
#ifndef SU_MAKE_MAKER_H
#define SU_MAKE_MAKER_H

#include "base/map.h"
#include "base/vec.h"
#include "checkpoint/carry.h"
#include "diff/convertible.h"
#include "diff/program.h"
#include "make/between.h"
#include "make/judge.h"
#include "make/spec.h"
#include "patch/writer.h"

#define SU_DRAFT_RODATA (1ull << 40)
#define SU_DRAFT_DATA (2ull << 40)
#define SU_DRAFT_BSS (3ull << 40)
#define SU_DRAFT_OFFSET (SU_DRAFT_RODATA - 1)

/* An address that new code or data refers to: of the old image, or a draft address. */
struct su_spot {
	enum su_space space;
	uint64_t addr;
	/* In the image: what is meant, for processes in which A is in several places (see struct
	 * su_patch_reloc). */
	uint64_t thing;	 /* `addr` is in it or at its end */
	uint64_t end_of; /* 0, or the datum whose end may be meant */
	uint64_t user;	 /* 0, or the function that refers to it */
	enum su_home home;
};

/* int32 at `at` = target - relative_to; all draft addresses. */
struct su_distance {
	uint64_t at, target, relative_to;
};

/* A routine of the new version whose body goes into the patch. */
struct su_body {
	struct su_routine *routine;
	uint64_t addr[2]; /* draft address of each part */
	/* Short branches out of a part (tail calls to a neighbour) go by a jump next to the part:
	 * how many there is room for before and after it, and how many are in use. */
	uint32_t before[2], after[2], before_used[2], after_used[2];
	uint64_t padding[2]; /* fill right behind each part, as there is in the new version */
};

struct su_maker {
	struct su_arena *arena;
	struct su_program *old_program, *new_program;
	struct su_convertible *convertible;
	struct su_spec spec;
	struct su_migrations migrations;
	struct su_judge judge;
	struct su_patch_draft draft;
	SU_VEC(struct su_body) bodies;
	struct su_map *body_of; /* routine (as number) -> struct su_body * (stable after layout) */
	struct su_map *placed;	/* new vaddr -> draft address + 1 of its copy */
	struct su_map *placed_size; /* new vaddr -> bytes of that copy */
	struct su_map *old_strings; /* text -> old vaddr + 1 */
	struct su_map *slots;	    /* import name -> draft address + 1 of its slot */
	struct su_map *thunks;	    /* import name -> draft address + 1 of its thunk */
	SU_VEC(struct su_distance) distances;
};

static inline uint64_t su_key(const void *thing)
{
	return (uint64_t)(uintptr_t)thing;
}

/* ---- rebind.c ---- */

/* What reference is being bound: decides between a function's old entry and its new body. */
enum su_use { SU_USE_ADDRESS, SU_USE_BRANCH, SU_USE_ACCESS };

/* Where the new version's address `vaddr` lives in an updated process; places copies of constants
 * and added variables on the way. `user` is the routine that refers to it (NULL: data); `size` is
 * the bytes accessed. */
struct su_err *su_maker_bind(struct su_maker *maker, const struct su_routine *user, uint64_t vaddr,
			     enum su_use use, uint64_t size, struct su_spot *ret) SU_MUST_CHECK;
/* Where an address that a relocation gives lives in an updated process. */
typedef struct su_err *su_maker_target(struct su_maker *maker, uint64_t vaddr, struct su_spot *ret);
/* The copy of a pointer that lies at patch address `at`: of what `target` says, or an import. */
struct su_err *su_maker_copy_pointer(struct su_maker *maker, const struct su_dynreloc *reloc,
				     uint64_t at, su_maker_target *target) SU_MUST_CHECK;
/* Refuses when what chooses a function at start changed. */
struct su_err *su_maker_check_chosen(const struct su_maker *maker) SU_MUST_CHECK;
/* The old version's address `vaddr`, as `user` of the old version refers to it. */
struct su_spot su_maker_old_spot(const struct su_maker *maker, const struct su_routine *user,
				 uint64_t vaddr);
/* The slot of the patch that gets the run-time address of an imported symbol: its draft address. */
uint64_t su_maker_import_slot(struct su_maker *maker, const struct su_symbol *symbol);
/* Whether `vaddr` is in a variable of another library that the old version has no copy of: it is
 * wherever that library has it, perhaps out of reach of a 32-bit distance. */
bool su_maker_is_far(const struct su_maker *maker, uint64_t vaddr, struct su_meaning *ret);
/* The body of `routine` in the patch, or NULL. */
struct su_body *su_maker_body(const struct su_maker *maker, const struct su_routine *routine);
/* The draft address of a new version's code address that is in a body. */
uint64_t su_maker_code_addr(const struct su_body *body, uint64_t vaddr);
/* A copy of the variable in the patch (added, or a changed constant): its draft address. */
struct su_err *su_maker_place(struct su_maker *maker, struct su_datum *datum,
			      uint64_t *ret) SU_MUST_CHECK;

/* Copies bytes of the new version to a draft address, with their pointers bound. */
struct su_err *su_maker_copy_bytes(struct su_maker *maker, uint64_t vaddr, uint64_t size,
				   uint64_t to) SU_MUST_CHECK;

/* ---- words.c ---- */

/* The new contents of constants that stay where they are. */
struct su_err *su_maker_add_words(struct su_maker *maker) SU_MUST_CHECK;

/* ---- layouts.c ---- */

/* Refuses data whose layout differs in a way that the process cannot be brought to; marks the functions that
 * touch types which do differ. */
struct su_err *su_maker_check_layouts(struct su_maker *maker) SU_MUST_CHECK;
/* Refuses units whose types or variables are not known in both versions where it matters. */
struct su_err *su_maker_check_known(struct su_maker *maker) SU_MUST_CHECK;

/* ---- moved.c ---- */

/* Refuses what gets another place while its old address is kept. */
struct su_err *su_maker_check_moved(const struct su_maker *maker) SU_MUST_CHECK;

/* ---- meant.c ---- */

/* Whether a new function can only mean what starts at the address, and not what ends there. */
bool su_maker_means_start(struct su_maker *maker, const struct su_routine *user, uint64_t vaddr);

/* ---- places.c ---- */

/* Gives every variable that moves its place, and says what both versions start it with. */
struct su_err *su_maker_add_moved(struct su_maker *maker) SU_MUST_CHECK;

/* ---- segments.c ---- */

/* Room in the segment, aligned so that (address - like) % 64 == 0; returns the draft address. */
uint64_t su_maker_reserve(struct su_maker *maker, uint64_t segment, uint64_t size, uint64_t like);
/* The bytes at a draft address (not .bss); valid until the next reservation. */
uint8_t *su_maker_at(struct su_maker *maker, uint64_t addr);
/* Makes the 4-byte field at `at` hold the distance from `relative_to` to `spot`. */
void su_maker_point(struct su_maker *maker, uint64_t at, uint64_t relative_to, struct su_spot spot);
/* Makes the 8 bytes at `at` hold the run-time address of `spot`. */
void su_maker_absolute(struct su_maker *maker, uint64_t at, struct su_spot spot);
/* Fixes the segments' addresses, finishes all fields and tables. */
void su_maker_finish(struct su_maker *maker);

/* ---- bodies.c ---- */

/* Gives the body its place in the text. */
void su_maker_lay_out_body(struct su_maker *maker, struct su_body *body);
/* Copies the body's code, bound to what it refers to. */
struct su_err *su_maker_copy_body(struct su_maker *maker, struct su_body *body) SU_MUST_CHECK;

/* How an instruction refers to what its field means; *ret_size: the bytes accessed, or 0. */
enum su_use su_maker_use_of(const struct su_insn *insn, uint64_t *ret_size);
/* `off` bytes behind the start of `thing`. */
static inline struct su_spot su_spot_in_image(enum su_home home, uint64_t thing, int64_t off)
{
	return (struct su_spot){
		.space = SU_SPACE_IMAGE, .addr = thing + (uint64_t)off, .thing = thing, .home = home
	};
}

static inline struct su_spot su_spot_in_patch(uint64_t addr)
{
	return (struct su_spot){ .space = SU_SPACE_PATCH, .addr = addr };
}

/* Remembered draft addresses are stored plus one, for 0 is one of them. */
static inline void *su_maker_remembered(uint64_t addr)
{
	return (void *)(uintptr_t)(addr + 1);
}

static inline bool su_maker_recall(void *stored, uint64_t *ret)
{
	*ret = (uint64_t)(uintptr_t)stored - 1;
	return stored != NULL;
}

/* Refuses the build: what `user` (NULL: a constant) refers to at `vaddr` has no place. */
struct su_err *su_maker_cannot_bind(struct su_maker *maker, const struct su_routine *user,
				    uint64_t vaddr, const char *why) SU_MUST_CHECK;
/* imported.c: lets `slot` be filled with the symbol's address when the patch is applied. */
void su_maker_add_import(struct su_maker *maker, uint64_t slot, const struct su_symbol *symbol);
/* imported.c: the place of what another image defines. */
struct su_err *su_maker_bind_import(struct su_maker *maker, const struct su_routine *user,
				    const struct su_meaning *meaning, uint64_t vaddr,
				    struct su_spot *ret) SU_MUST_CHECK;
/* Whether a jump table of the body's function is at `vaddr`; *ret gets the place of the body's own,
 * which is never that of the old version, though the bytes may be equal. */
bool su_maker_bind_table(struct su_maker *maker, const struct su_body *body, uint64_t vaddr,
			 struct su_spot *ret);

/* ---- bounds.c ---- */

/* Refuses a new function that names an address beyond the object that it means. */
struct su_err *su_maker_check_bounds(const struct su_side *side) SU_MUST_CHECK;

/* ---- terms.c ---- */

/* What the value is made from, in words; belongs to `arena`. */
const char *su_maker_source_text(struct su_arena *arena, const struct su_source *source);

/* ---- points.c ---- */

/* Checkpoints of one changed function in one direction: stubs, records, jumps. */
struct su_err *su_maker_add_points(struct su_maker *maker, uint32_t function,
				   struct su_carry *carry, struct su_body *body) SU_MUST_CHECK;

/* ---- implied.c ---- */

/* A variable that both versions have. */
struct su_local_pair {
	const struct su_local *from, *to;
};

typedef SU_VEC(struct su_local_pair) su_local_pairs;

/* To be freed with su_vec_deinit(). */
void su_maker_pair_locals(const struct su_pair *pair, su_local_pairs *ret);
/* Adds records of the variables that have no place of their own where the recipe leads. */
void su_maker_add_implied(struct su_maker *maker, const struct su_pair *pair,
			  const su_local_pairs *locals, const struct su_recipe *recipe);

/* ---- jumps.c ---- */

struct su_wanted_jump {
	uint64_t at; /* vaddr in the version that is left */
	uint64_t to; /* in `space`; patch addresses are drafts */
	enum su_space space;
	enum su_jump_kind kind;
	bool possible; /* out */
};

/* Decides how each jump is written over the dead code of `routine` (wanted sorted by `at`), and
 * adds the records. `addr_of` maps a vaddr of the routine to the space that is written to. */
void su_maker_add_jumps(struct su_maker *maker, uint32_t function, enum su_direction direction,
			const struct su_program *program, const struct su_routine *routine,
			const struct su_body *body, struct su_wanted_jump *wanted, size_t count);

/* Bytes behind part `part` of a body that jumps may be written to. */
uint64_t su_maker_body_padding(const struct su_body *body, size_t part);
/* Bytes after code that ends at `vaddr` that hold nothing but fill: no-ops and int3. */
uint64_t su_maker_padding(const struct su_program *program, uint64_t vaddr);
/* Fill bytes that follow every part of a body and what belongs to it, so that a landing pad has
 * room at its end. */
#define SU_BODY_FILL 8u

/* ---- short.c ---- */

/* Changed functions of the old version without room for an entry jump: their callers change with
 * them, and go straight to the new body. */
struct su_err *su_bypass_short_functions(struct su_program *old_program) SU_MUST_CHECK;

/* ---- unwinding.c ---- */

/* Refuses new code that an unwinder in the process has to go through. After the bodies are chosen.
 */
struct su_err *su_maker_check_unwinding(const struct su_maker *maker) SU_MUST_CHECK;

/* ---- try_patch.c ---- */

/* Tries the finished patch, as it was encoded from the draft. Notes in the draft on how many paths each
 * checkpoint was tried, and takes away those that do what neither version does. */
struct su_err *su_maker_try(struct su_maker *maker, const uint8_t *bytes,
			    size_t size) SU_MUST_CHECK;

/* ---- fields.c ---- */

/* Hashes of the code that forward commits overwrite, and the references in it. */
struct su_err *su_maker_add_hashes(struct su_maker *maker) SU_MUST_CHECK;

/* ---- address_map.c ---- */

/* Where everything of the new version lives in an updated process. Places copies of new constants
 * and variables that no new code refers to yet: after all bodies and stubs. */
void su_maker_add_map(struct su_maker *maker);

/* ---- frame_tables.c ---- */

/* Call frame information of all bodies, from the new version's .eh_frame. After su_maker_finish. */
void su_maker_add_unwind(struct su_maker *maker);

/* ---- debug_tables.c ---- */

/* Names and lines of all bodies, for debuggers. After su_maker_finish. */
void su_maker_add_debug(struct su_maker *maker);

/* ---- variables.c ---- */

/* Refuses when the function takes what it finds behind a pointer for elements of another size. */
struct su_err *su_maker_check_elements(struct su_side *old_side,
				       struct su_side *new_side) SU_MUST_CHECK;
/* Marks functions that have kept results of what changes. */
struct su_err *su_maker_find_reused(struct su_maker *maker) SU_MUST_CHECK;
/* Adds the records of variables; when all copies are placed. */
void su_maker_add_variables(struct su_maker *maker);

#endif
