/*
 * The whole builder, with one of its two inputs mutated: the other one is the file that
 * STRONGUPDATE_FUZZ_OTHER names.
 */
#include "fuzz.h"

#include <stdlib.h>

#include "make/make.h"
#include "patch/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const char *other = getenv("STRONGUPDATE_FUZZ_OTHER");
	char path[32];
	uint8_t *made = NULL;
	size_t made_size;
	struct su_patch *patch = NULL;

	su_assert(other);
	/* The last byte is no part of the object. */
	bool as_old = size && bytes[size - 1] & 1;
	int fd = open_bytes(bytes, size, path);
	struct su_err *err =
		su_make_patch(&(struct su_make_input){ .old_path = as_old ? path : other,
						       .new_path = as_old ? other : path },
			      &made, &made_size);

	close(fd);
	if (!err)
		err = su_patch_parse(made, made_size, "the patch", &patch);
	su_patch_close(patch);
	su_err_destroy(err);
	return 0;
}
