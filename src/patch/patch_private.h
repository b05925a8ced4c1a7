/* Shared by the files that check a patch's tables: reader.c, check_code.c, check_records.c and
 * address_map.c. */
#ifndef SU_PATCH_PATCH_PRIVATE_H
#define SU_PATCH_PATCH_PRIVATE_H

#include <elf.h>
#include <stdbool.h>

#include "patch/reader.h"

#define MAX_ADDRESS ((uint64_t)1 << 47)

struct su_patch_private {
	uint8_t *bytes;
	const Elf64_Shdr *sections;
	size_t section_count;
	const char *names;
	size_t names_size;
	const char *strings;
	size_t strings_size;
	const struct su_patch_range **ranges[2]; /* by direction, sorted by vaddr, disjoint */
	size_t range_counts[2];
};

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

bool su_patch_is_code(const struct su_patch *patch, unsigned space, uint64_t vaddr, uint64_t size);
/* The segment that holds [vaddr, vaddr + size) in its bytes from the file, or NULL. */
const struct su_patch_segment *su_patch_filled(const struct su_patch *patch, uint64_t vaddr,
					       uint64_t size);
bool su_patch_is_zero(const uint8_t *bytes, size_t size);
bool su_patch_is_string(const struct su_patch *patch, uint32_t offset);

/* check_records.c: each record against the others. */
struct su_err *su_patch_check_records(struct su_patch *patch) SU_MUST_CHECK;
/* check_code.c: ranges, jumps, checkpoints. */
struct su_err *su_patch_check_code(struct su_patch *patch) SU_MUST_CHECK;
/* address_map.c */
struct su_err *su_patch_check_fields(const struct su_patch *patch,
				     const struct su_patch_range *range) SU_MUST_CHECK;
struct su_err *su_patch_check_map(const struct su_patch *patch) SU_MUST_CHECK;

#endif
