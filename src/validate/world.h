/*
 * What the functions on trial see: the old image and the patch in one memory, bound as in a process,
 * with a stack, a heap, and an address for each import.
 *
 * The old version of a function is in the image, the new one in the patch; so a variable has one
 * address for both, and so has a callee.  Nothing here knows how a recipe was found: the two files'
 * symbols and debug information, and the finished patch, are all that is read.
 *
 * Read-only once created: threads share it.
 */
#ifndef SU_VALIDATE_WORLD_H
#define SU_VALIDATE_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/alloc.h"
#include "base/map.h"
#include "base/vec.h"
#include "dwarf/debuginfo.h"
#include "elf/image.h"
#include "patch/reader.h"

enum su_region_kind {
	SU_REGION_IMAGE = 0,
	SU_REGION_PATCH,
	SU_REGION_STACK,
	SU_REGION_HEAP,
	SU_REGION_IMPORTS,
	SU_REGION_THREAD, /* thread-local storage, around the thread pointer */
	SU_REGION_COUNT
};

struct su_region {
	uint64_t addr, size; /* in pages */
	uint8_t *bytes;	     /* at the start of each run */
};

#define SU_WORLD_RETURN UINT64_C(0x7f2000000ff0)   /* where the function on trial returns to */
#define SU_WORLD_ENTRY_SP UINT64_C(0x7ffc000c0ff8) /* rsp at its entry; the CFA is 8 above */
#define SU_WORLD_CFA (SU_WORLD_ENTRY_SP + 8)
#define SU_WORLD_THREAD UINT64_C(0x7f3000008000) /* %fs:0 */

struct su_import_callee {
	const char *name;
	bool no_return;
};

struct su_world {
	struct su_arena *arena;
	const struct su_image *old_image;
	struct su_debug *old_debug, *new_debug; /* asked while no other thread runs */
	const struct su_patch *patch;
	struct su_region regions[SU_REGION_COUNT];
	struct su_map *import_of; /* name -> number + 1 */
	SU_VEC(struct su_import_callee) imports;
};

/* All but the patch is borrowed and must outlive it, the patch too. */
struct su_err *su_world_create(const struct su_image *old_image, struct su_debug *old_debug,
			       struct su_debug *new_debug, const struct su_patch *patch,
			       struct su_world **ret) SU_MUST_CHECK;
void su_world_destroy(struct su_world *world); /* takes NULL */

/* Where a patch record's address is. */
uint64_t su_world_addr(const struct su_world *world, enum su_space space, uint64_t vaddr);
/* The address in its own file of code at `addr`, or 0. */
uint64_t su_world_file_vaddr(const struct su_world *world, uint64_t addr);
/* The region that holds `addr`, or NULL. */
const struct su_region *su_world_region_at(const struct su_world *world, uint64_t addr);
/* Bytes of code at `addr`, with how many there are behind it, or NULL. */
const uint8_t *su_world_code(const struct su_world *world, uint64_t addr, uint64_t *ret_size);
/* Code that belongs to no function: PLT entries, thunks, stubs. */
bool su_world_is_passage(const struct su_world *world, uint64_t addr);
/* A function by one address, whichever version's entry is called. */
uint64_t su_world_callee(const struct su_world *world, uint64_t addr);
/* Its name, or a number in words of the arena. */
const char *su_world_callee_name(const struct su_world *world, uint64_t callee);
/* Whether the import of that name is known not to return. */
bool su_world_ends(const struct su_world *world, const char *name);
/* The import at `addr`, or NULL. */
const struct su_import_callee *su_world_import_at(const struct su_world *world, uint64_t addr);
/* A word that memory or an answer may hold: a pointer into the heap, a small number, a text. */
uint64_t su_world_word(uint64_t random);
uint64_t su_world_pointer(uint64_t random);
uint64_t su_world_mix(uint64_t a, uint64_t b);

#endif
