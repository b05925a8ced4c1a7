/*
 * A patch file as an updated process holds it: one zstd frame.
 *
 * The process needs the file only to be reverted or updated once more.  Nine tenths of it go by
 * compression, and a child that the process forks has less to copy.
 */
#ifndef SU_PATCH_PACK_H
#define SU_PATCH_PACK_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "patch/reader.h"

struct su_packed {
	uint8_t *bytes; /* owned */
	size_t size;
};

void su_pack(const struct su_patch *patch, struct su_packed *ret);
void su_pack_deinit(struct su_packed *packed);

/* The file of `size` bytes that `packed` holds, to be freed; anything else is SU_E_FORMAT. */
struct su_err *su_unpack(const uint8_t *packed, size_t packed_size, size_t size,
			 uint8_t **ret) SU_MUST_CHECK;

#endif
