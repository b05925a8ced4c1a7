/*
 * Where the things of a version live after two updates: two patches with maps that are written out
 * here, and the addresses that follow from them.
 */
#include <stdlib.h>

#include "patch/reader.h"
#include "patch_fixture.h"
#include "suite.h"
#include "update/carried/history.h"

#define IMAGE UINT64_C(0x555555554000)
#define FIRST UINT64_C(0x555555000000)	/* where the patch from A to B is mapped */
#define SECOND UINT64_C(0x555554000000) /* that from B to C */

static struct su_patch *parse_draft(struct su_patch_draft *draft)
{
	struct su_patch *patch = reopen(draft);

	su_patch_draft_deinit(draft);
	return patch;
}

/* C: `handle` as in B; what is at 0x4300 in B is changed and now at 0x4400; `counter` of B and a
 * constant have moved; something of B at 0x5300, which the first map does not know. */
static struct su_patch *second_patch(void)
{
	struct su_patch_draft draft;

	fill(&draft);
	draft.functions.at[0].old_vaddr = 0x4300;
	draft.map.len = 0;
	PUSH(draft.map, su_patch_map, .vaddr = 0x4100, .size = 0x100, .addr = 0x4100);
	PUSH(draft.map, su_patch_map, .vaddr = 0x4400, .size = 0x100, .addr = TEXT,
	     .space = SU_SPACE_PATCH);
	PUSH(draft.map, su_patch_map, .vaddr = 0x4600, .size = 0x10, .addr = 0x5300);
	PUSH(draft.map, su_patch_map, .vaddr = 0x4400, .size = 1, .addr = 0x4300,
	     .kind = SU_MAP_ENTRY);
	PUSH(draft.map, su_patch_map, .vaddr = 0x7100, .size = 6, .addr = 0x7010,
	     .kind = SU_MAP_DATA);
	PUSH(draft.map, su_patch_map, .vaddr = 0xa000, .size = 8, .addr = 0x9300,
	     .kind = SU_MAP_DATA);
	PUSH(draft.map, su_patch_map, .vaddr = 0x7100, .size = 6, .addr = RODATA,
	     .kind = SU_MAP_DATA_NEW, .space = SU_SPACE_PATCH);
	return parse_draft(&draft);
}

static struct su_generation first, second;

static void setup(void)
{
	struct su_patch_draft draft;

	fill(&draft);
	first = (struct su_generation){ .patch = parse_draft(&draft) };
	first.registry.base = FIRST;
	second = (struct su_generation){ .patch = second_patch(), .below = &first };
	second.registry.base = SECOND;
}

static void teardown(void)
{
	su_patch_close(first.patch);
	su_patch_close(second.patch);
}

static void assert_at(enum su_home home, uint64_t vaddr, uint64_t user, uint64_t wanted)
{
	uint64_t addr = 0, size = 0;

	ck_assert(su_history_find(&second, IMAGE, (struct su_thing){ home, vaddr, user }, &addr,
				  &size));
	ck_assert_uint_eq(addr, wanted);
}

static void assert_nowhere(enum su_home home, uint64_t vaddr)
{
	uint64_t addr, size;

	ck_assert(!su_history_find(&second, IMAGE, (struct su_thing){ home, vaddr, 0 }, &addr,
				   &size));
}

START_TEST(code_is_in_the_newest_body)
{
	assert_at(SU_HOME_CODE, 0x4110, 0, FIRST + TEXT + 0x10);
	assert_at(SU_HOME_CODE, 0x4480, 0, SECOND + TEXT + 0x80);
}
END_TEST

START_TEST(an_entry_is_the_oldest)
{
	assert_at(SU_HOME_ENTRY, 0x4100, 0, IMAGE + 0x4000);
	assert_at(SU_HOME_ENTRY, 0x4400, 0, IMAGE + 0x4200);
}
END_TEST

START_TEST(a_variable_stays_where_it_was_added)
{
	assert_at(SU_HOME_DATA, 0xa000, 0, FIRST + DATA + 0x38);
	assert_at(SU_HOME_DATA, 0xa000, 0x4100, FIRST + DATA + 0x38);
	assert_at(SU_HOME_DATA, 0xa000, 0x4400, FIRST + DATA + 0x38);
}
END_TEST

/* `handle` has the first patch's copy, the function that the second patch changed that one's. */
START_TEST(a_constant_is_where_its_user_has_it)
{
	assert_at(SU_HOME_DATA, 0x7100, 0x4100, FIRST + RODATA + 0x40);
	assert_at(SU_HOME_DATA, 0x7100, 0x4400, SECOND + RODATA);
	assert_at(SU_HOME_DATA, 0x7100, 0, SECOND + RODATA);
}
END_TEST

START_TEST(what_no_map_knows_is_nowhere)
{
	assert_nowhere(SU_HOME_CODE, 0x4000);
	assert_nowhere(SU_HOME_CODE, 0x4600);
	assert_nowhere(SU_HOME_ENTRY, 0x6000);
	assert_nowhere(SU_HOME_DATA, 0x8000);
}
END_TEST

START_TEST(the_size_is_that_of_the_smallest_piece)
{
	uint64_t addr, size;

	ck_assert(su_history_find(&second, IMAGE, (struct su_thing){ SU_HOME_CODE, 0x4110, 0 },
				  &addr, &size));
	ck_assert_uint_eq(size, 0xf0);
	ck_assert(su_history_find(&second, IMAGE, (struct su_thing){ SU_HOME_DATA, 0xa004, 0 },
				  &addr, &size));
	ck_assert_uint_eq(size, 4);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("history");
	TCase *find = tcase_create("find");

	suite_add_tcase(suite, find);
	tcase_add_checked_fixture(find, setup, teardown);
	tcase_add_test(find, code_is_in_the_newest_body);
	tcase_add_test(find, an_entry_is_the_oldest);
	tcase_add_test(find, a_variable_stays_where_it_was_added);
	tcase_add_test(find, a_constant_is_where_its_user_has_it);
	tcase_add_test(find, what_no_map_knows_is_nowhere);
	tcase_add_test(find, the_size_is_that_of_the_smallest_piece);
	return run_suite(suite);
}
