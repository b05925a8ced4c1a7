/*
 * A patch's tables at run-time addresses, in one process.
 *
 * Addresses of A are looked up where A's code and data are (history.h).  Most of it is in one piece
 * with its padding.  Where the padding behind a function is less than A's file has, a jump in it is
 * lost, and with it the checkpoint that it would serve.  A lost entry refuses the patch.
 */
#ifndef SU_UPDATE_CARRIED_SITES_H
#define SU_UPDATE_CARRIED_SITES_H

#include "update/carried/history.h"

struct su_extent {
	uint64_t low, high;
};

struct su_sites {
	const struct su_patch *patch;
	const struct su_generation *below; /* that made A; NULL: A is the image */
	uint64_t image_base, patch_base;
	struct su_extent *ranges;	 /* by index of patch->ranges */
	uint64_t *jump_at, *jump_to;	 /* by index of patch->jumps; `at` 0: lost */
	uint64_t *point_from, *point_to; /* by index of patch->checkpoints; `from` 0: lost */
	uint64_t *word_at;		 /* by index of patch->words */
	uint64_t *moved_at;		 /* by index of patch->moved: where A has it */
};

struct su_err *su_sites_init(struct su_sites *sites, const struct su_patch *patch,
			     const struct su_generation *below, uint64_t image_base,
			     uint64_t patch_base) SU_MUST_CHECK;
void su_sites_deinit(struct su_sites *sites);

/* What a process holds at the places that a commit forward writes, without what has been written. */
struct su_originals {
	uint8_t (*code)[8];  /* by index of patch->jumps: those forward */
	uint8_t (*words)[8]; /* by index of patch->words */
};

void su_originals_init(struct su_originals *originals, const struct su_patch *patch);
void su_originals_deinit(struct su_originals *originals);

/* Where code is: `vaddr` in A (SU_SPACE_IMAGE) or in the patch. */
bool su_sites_code(const struct su_sites *sites, enum su_space space, uint64_t vaddr,
		   uint64_t *ret);

/* int32 at `at` = distance from `from` to `to`; SU_E_UNSUPPORTED when out of reach. */
struct su_err *su_sites_put_rel32(uint8_t *at, uint64_t from, uint64_t to) SU_MUST_CHECK;
/* The patch's segments as they stand at its address: `span` bytes, free() them. `imports` may be
 * NULL: slots stay zero. */
struct su_err *su_sites_link(const struct su_sites *sites, const uint64_t *imports,
			     uint8_t **ret) SU_MUST_CHECK;

#endif
