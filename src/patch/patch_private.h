/* Shared by the files that check a patch's tables: reader.c, address_map.c. */
#ifndef SU_PATCH_PATCH_PRIVATE_H
#define SU_PATCH_PATCH_PRIVATE_H

#include <stdbool.h>

#include "patch/reader.h"

#define MAX_ADDRESS ((uint64_t)1 << 47)

/* SU_E_FORMAT: the patch is malformed. */
struct su_err *su_patch_bad(const char *fmt, ...) SU_PRINTF(1, 2) SU_MUST_CHECK;

/* Whether [start, start + size) lies in [low, low + room). */
static inline bool su_patch_within(uint64_t start, uint64_t size, uint64_t low, uint64_t room)
{
	return start >= low && start - low <= room && size <= room - (start - low);
}

/* Whether the bytes are in the patch's .text, or within the bounds of A's image. */
bool su_patch_in_text(const struct su_patch *patch, uint64_t vaddr, uint64_t size);
bool su_patch_in_image(const struct su_patch *patch, uint64_t vaddr, uint64_t size);

struct su_err *su_patch_check_fields(const struct su_patch *patch,
				     const struct su_patch_range *range) SU_MUST_CHECK;
struct su_err *su_patch_check_map(const struct su_patch *patch) SU_MUST_CHECK;

#endif
