/*
 * Which registries are believed: they are forged here, in memory of this program.  What a process
 * says that it carries must not cost more than what it has.
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "suite.h"
#include "update/carried/registry.h"

#define PAGE UINT64_C(4096)
#define STEP (4 * PAGE) /* from one registry to the next */
#define MOST SU_REGISTRY_MOST

static uint8_t *memory; /* MOST + 1 times STEP */

static void setup(void)
{
	memory = mmap(NULL, (MOST + 1) * STEP, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		      -1, 0);
	ck_assert(memory != MAP_FAILED);
}

/* A registry that is right in itself: in the first of four pages, the others are writable. */
static struct su_registry *forge(size_t index)
{
	struct su_registry *registry = (void *)(memory + index * STEP);

	*registry = (struct su_registry){ .magic = SU_REGISTRY_MAGIC,
					  .version = SU_REGISTRY_VERSION,
					  .state = SU_REGISTRY_APPLIED,
					  .before = SU_REGISTRY_STAGED,
					  .order = (uint32_t)(MOST + 2 - index),
					  .base = (uintptr_t)registry,
					  .size = STEP,
					  .span = 2 * PAGE,
					  .patch_off = 3 * PAGE,
					  .packed_size = 100,
					  .patch_size = 1000 };
	return registry;
}

/* How many are found; -1: the process contradicts itself. */
static long count_found(size_t forged)
{
	const struct su_memory own = { .pid = getpid(), .fd = -1 };
	struct su_registries found = { 0 };
	struct su_maps maps = { 0 };

	for (size_t i = 0; i < forged; i++)
		ck_assert(!mprotect(memory + i * STEP, PAGE, PROT_READ));
	ck_assert(!su_maps_read(&maps, getpid()));
	struct su_err *err = su_registry_scan(&own, &maps, &found);
	long count = err ? -1 : (long)found.list.len;
	for (long i = 1; i < count; i++)
		ck_assert_uint_lt(found.list.at[i - 1].order, found.list.at[i].order);
	if (err)
		ck_assert_int_eq(su_err_code(err), SU_E_FORMAT);
	su_err_destroy(err);
	su_vec_deinit(&found.list);
	su_maps_deinit(&maps);
	return count;
}

START_TEST(those_that_are_right_are_found)
{
	for (size_t i = 0; i < MOST; i++)
		forge(i);
	ck_assert_int_eq(count_found(MOST), MOST);
}
END_TEST

START_TEST(too_many_are_not)
{
	for (size_t i = 0; i <= MOST; i++)
		forge(i);
	ck_assert_int_eq(count_found(MOST + 1), -1);
}
END_TEST

/* 4 GiB of journal that nobody has. */
START_TEST(one_that_is_larger_than_its_memory_is_not)
{
	struct su_registry *registry = forge(0);

	registry->size = UINT64_C(1) << 32;
	registry->span = PAGE;
	registry->span_count = 100u << 20;
	registry->patch_off = registry->size - PAGE;
	ck_assert_int_eq(count_found(1), -1);
}
END_TEST

START_TEST(those_that_overlap_are_not)
{
	forge(0)->size = STEP + PAGE;
	forge(1);
	ck_assert_int_eq(count_found(2), -1);
}
END_TEST

/* Together they are said to be more than a gigabyte when they are unpacked. */
START_TEST(patches_without_bound_are_not)
{
	const uint64_t most = SU_REGISTRY_MOST_BYTES / MOST;

	for (size_t i = 0; i < MOST; i++) {
		struct su_registry *registry = forge(i);

		registry->packed_size = PAGE;
		registry->patch_size = most;
	}
	ck_assert_int_eq(count_found(MOST), MOST);
	ck_assert(!mprotect(memory, PAGE, PROT_READ | PROT_WRITE));
	((struct su_registry *)memory)->patch_size = most + 1;
	ck_assert_int_eq(count_found(MOST), -1);
}
END_TEST

/* A few bytes that are said to be many more than they can be. */
START_TEST(bombs_are_not)
{
	forge(0)->patch_size = UINT64_C(1) << 20;
	ck_assert_int_eq(count_found(1), 1);
	ck_assert(!mprotect(memory, PAGE, PROT_READ | PROT_WRITE));
	forge(0)->patch_size = UINT64_C(2) << 20;
	ck_assert_int_eq(count_found(1), -1);
}
END_TEST

START_TEST(one_that_ends_in_a_file_is_not)
{
	forge(0);
	void *file = mmap(memory + 3 * PAGE, PAGE, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	ck_assert(file != MAP_FAILED);
	ck_assert_int_eq(count_found(1), -1);
}
END_TEST

/* There has to be room before an update is made that could not be found afterwards. */
START_TEST(room_is_required_by_the_same_measure)
{
	struct su_registries found = { 0 };

	for (size_t i = 0; i < MOST; i++) {
		struct su_err *err = su_registry_require_room(&found, 1000);

		ck_assert(!err);
		su_vec_push(&found.list, *forge(i));
	}
	struct su_err *err = su_registry_require_room(&found, 1000);
	ck_assert_int_eq(su_err_code(err), SU_E_UNSUPPORTED);
	su_err_destroy(err);
	found.list.len = 1;
	err = su_registry_require_room(&found, SU_REGISTRY_MOST_BYTES - 999);
	ck_assert_int_eq(su_err_code(err), SU_E_UNSUPPORTED);
	su_err_destroy(err);
	ck_assert(!su_registry_require_room(&found, SU_REGISTRY_MOST_BYTES - 1000));
	su_vec_deinit(&found.list);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("registry");
	TCase *claims = tcase_create("claims");

	suite_add_tcase(suite, claims);
	tcase_set_timeout(claims, 300);
	tcase_add_checked_fixture(claims, setup, NULL);
	tcase_add_test(claims, those_that_are_right_are_found);
	tcase_add_test(claims, too_many_are_not);
	tcase_add_test(claims, one_that_is_larger_than_its_memory_is_not);
	tcase_add_test(claims, those_that_overlap_are_not);
	tcase_add_test(claims, patches_without_bound_are_not);
	tcase_add_test(claims, bombs_are_not);
	tcase_add_test(claims, one_that_ends_in_a_file_is_not);
	tcase_add_test(claims, room_is_required_by_the_same_measure);
	return run_suite(suite);
}
