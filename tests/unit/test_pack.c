/*
 * Packed patch files: unpacking gives the file that was packed; what is damaged or of another size
 * is refused or gives another file, and leads nowhere (the sanitizers watch).
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "patch/pack.h"
#include "patch/reader.h"
#include "patch/writer.h"
#include "patch_fixture.h"
#include "suite.h"

/* A draft's patch, packed, and the bytes of the former. */
static struct su_packed pack(uint8_t **ret_bytes, size_t *ret_size)
{
	struct su_patch_draft draft;
	struct su_packed packed;

	fill(&draft);
	struct su_patch *patch = reopen(&draft);
	*ret_size = patch->size;
	*ret_bytes = su_alloc(patch->size);
	memcpy(*ret_bytes, patch->bytes, patch->size);
	su_pack(patch, &packed);
	su_patch_close(patch);
	su_patch_draft_deinit(&draft);
	return packed;
}

START_TEST(packing_keeps_the_file)
{
	uint8_t *bytes, *back = NULL;
	size_t size;
	struct su_packed packed = pack(&bytes, &size);

	ck_assert_uint_lt(packed.size, size);
	struct su_err *err = su_unpack(packed.bytes, packed.size, size, &back);
	ck_assert_msg(!err, "%s", err ? su_err_message(err) : "");
	ck_assert_mem_eq(back, bytes, size);
	free(back);
	free(bytes);
	su_pack_deinit(&packed);
}
END_TEST

/* A copy of exactly that many bytes, of which byte `at` is another. */
static bool unpacks(const struct su_packed *packed, size_t packed_size, size_t at, size_t size)
{
	uint8_t *copy = su_alloc(packed_size), *back = NULL;

	memcpy(copy, packed->bytes, packed_size);
	if (at < packed_size)
		copy[at] ^= 0x55;
	struct su_err *err = su_unpack(copy, packed_size, size, &back);
	bool done = !err;
	if (err)
		ck_assert_int_eq(su_err_code(err), SU_E_FORMAT);
	su_err_destroy(err);
	free(back);
	free(copy);
	return done;
}

START_TEST(what_is_no_packed_patch_is_refused)
{
	uint8_t *bytes;
	size_t size;
	struct su_packed packed = pack(&bytes, &size);

	ck_assert(unpacks(&packed, packed.size, SIZE_MAX, size));
	for (size_t cut = 0; cut < packed.size; cut++)
		ck_assert(!unpacks(&packed, cut, SIZE_MAX, size));
	ck_assert(!unpacks(&packed, packed.size, SIZE_MAX, size - 1));
	ck_assert(!unpacks(&packed, packed.size, SIZE_MAX, size + 1));
	ck_assert(!unpacks(&packed, packed.size, SIZE_MAX, SIZE_MAX));
	ck_assert(!unpacks(&packed, packed.size, 0, size));
	/* Other damage may give another file: its hash tells. The sanitizers watch. */
	for (size_t at = 0; at < packed.size; at++)
		unpacks(&packed, packed.size, at, size);
	free(bytes);
	su_pack_deinit(&packed);
}
END_TEST

static Suite *pack_suite(void)
{
	Suite *suite = suite_create("pack");
	TCase *tests = tcase_create("pack");

	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, packing_keeps_the_file);
	tcase_add_test(tests, what_is_no_packed_patch_is_refused);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(void)
{
	return run_suite(pack_suite());
}
