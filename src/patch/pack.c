/* Patches as processes hold them: see pack.h. */
#include "patch/pack.h"

#include <stdlib.h>
#include <zstd.h>

#include "base/alloc.h"

#define LEVEL 3 /* zstd's own choice: 500 MB a second, and higher ones gain little here */

void su_pack(const struct su_patch *patch, struct su_packed *ret)
{
	size_t room = ZSTD_compressBound(patch->size);

	ret->bytes = su_alloc(room);
	ret->size = ZSTD_compress(ret->bytes, room, patch->bytes, patch->size, LEVEL);
	/* There is room enough, and no other reason to fail but want of memory. */
	su_assert(!ZSTD_isError(ret->size));
}

void su_pack_deinit(struct su_packed *packed)
{
	free(packed->bytes);
	*packed = (struct su_packed){ 0 };
}

struct su_err *su_unpack(const uint8_t *packed, size_t packed_size, size_t size, uint8_t **ret)
{
	/* The frame says so itself, so that nobody makes us fill more memory than it claims. */
	if (ZSTD_getFrameContentSize(packed, packed_size) != size)
		return su_err_new(SU_E_FORMAT, "the packed patch is not one of %zu bytes", size);
	uint8_t *bytes = su_alloc(size + 1);
	size_t got = ZSTD_decompress(bytes, size, packed, packed_size);
	if (ZSTD_isError(got) || got != size) {
		free(bytes);
		return su_err_new(SU_E_FORMAT, "the packed patch is damaged");
	}
	*ret = bytes;
	return NULL;
}
