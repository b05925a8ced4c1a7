/*
 * How one layout becomes another (diff/convert.h): which steps there are, and when there are none.
 */
#include <string.h>

#include "diff/convert.h"
#include "suite.h"

#define NUMBER(bytes, sign)                                                                        \
	{                                                                                          \
		.kind = SU_SHAPE_NUMBER, .is_signed = (sign), .size = (bytes),                     \
		.hash = 2 * (bytes) + (sign)                                                       \
	}

static const struct su_shape whole = NUMBER(4, true), wide = NUMBER(8, true);
static const struct su_shape positive = NUMBER(4, false);
static const struct su_shape pointer = { .kind = SU_SHAPE_POINTER, .size = 8, .hash = 50 };
static const struct su_shape elsewhere = { .kind = SU_SHAPE_POINTER, .size = 8, .hash = 51 };
static const struct su_shape real = { .kind = SU_SHAPE_OTHER, .size = 8, .hash = 52 };

static struct su_arena *arena;

static void set_up(void)
{
	arena = su_arena_create();
}

static void tear_down(void)
{
	su_arena_destroy(arena);
}

static struct su_steps steps_between(const struct su_shape *from, const struct su_shape *to)
{
	struct su_steps steps = { 0 };

	su_convert(from, to, arena, &steps);
	return steps;
}

/* A record of up to two members, with a hash of its own. */
static struct su_shape record(uint64_t hash, uint64_t size, const struct su_shape_member *members,
			      size_t count)
{
	return (struct su_shape){ .kind = SU_SHAPE_RECORD,
				  .size = size,
				  .hash = hash,
				  .members = members,
				  .member_count = count };
}

static struct su_shape rows(uint64_t hash, const struct su_shape *element, uint64_t count)
{
	return (struct su_shape){ .kind = SU_SHAPE_ARRAY,
				  .size = count * element->size,
				  .hash = hash,
				  .element = element,
				  .count = count,
				  .dimensions = count };
}

START_TEST(members_that_moved_are_copied_and_join)
{
	const struct su_shape_member old[] = { { "a", 0, 0, &whole }, { "b", 32, 0, &whole } };
	const struct su_shape_member new[] = { { "first", 0, 0, &wide },
					       { "a", 64, 0, &whole },
					       { "b", 96, 0, &whole } };
	struct su_shape from = record(100, 8, old, 2), to = record(101, 16, new, 3);
	struct su_steps steps = steps_between(&from, &to);

	ck_assert_ptr_null(steps.why);
	ck_assert_uint_eq(steps.count, 1);
	ck_assert_int_eq(steps.at[0].kind, SU_STEP_COPY);
	ck_assert_uint_eq(steps.at[0].from, 0);
	ck_assert_uint_eq(steps.at[0].to, 64);
	ck_assert_uint_eq(steps.at[0].to_size, 64);
}
END_TEST

START_TEST(numbers_get_another_width_and_sign)
{
	const struct su_shape_member old[] = { { "n", 0, 0, &whole }, { "bits", 32, 5, &whole } };
	const struct su_shape_member new[] = { { "n", 0, 0, &wide }, { "bits", 70, 9, &positive } };
	struct su_shape from = record(100, 8, old, 2), to = record(101, 16, new, 2);
	struct su_steps steps = steps_between(&from, &to);

	ck_assert_uint_eq(steps.count, 2);
	ck_assert_int_eq(steps.at[0].kind, SU_STEP_NUMBER);
	ck_assert(steps.at[0].from_signed && steps.at[0].to_signed);
	ck_assert_uint_eq(steps.at[1].from_size, 5);
	ck_assert_uint_eq(steps.at[1].to, 70);
	ck_assert(steps.at[1].from_signed && !steps.at[1].to_signed);
}
END_TEST

START_TEST(each_element_is_converted)
{
	const struct su_shape_member old[] = { { "n", 0, 0, &whole } };
	const struct su_shape_member new[] = { { "n", 32, 0, &whole }, { "m", 0, 0, &whole } };
	struct su_shape from = record(100, 4, old, 1), to = record(101, 8, new, 2);
	struct su_shape many = rows(102, &from, 3), more = rows(103, &to, 3);
	struct su_steps steps = steps_between(&many, &more);

	ck_assert_uint_eq(steps.count, 3);
	ck_assert_uint_eq(steps.at[2].from, 64);
	ck_assert_uint_eq(steps.at[2].to, 160);
}
END_TEST

START_TEST(another_length_is_to_be_untouched)
{
	struct su_shape few = rows(100, &whole, 3), more = rows(101, &whole, 4);
	struct su_steps steps = steps_between(&few, &more);

	ck_assert_uint_eq(steps.count, 1);
	ck_assert_int_eq(steps.at[0].kind, SU_STEP_UNTOUCHED);
}
END_TEST

START_TEST(a_member_gone_and_one_new_may_be_a_rename)
{
	const struct su_shape_member old[] = { { "a", 0, 0, &whole }, { "b", 32, 0, &whole } };
	const struct su_shape_member new[] = { { "a", 0, 0, &whole }, { "c", 32, 0, &whole } };
	struct su_shape from = record(100, 8, old, 2), to = record(101, 8, new, 2);
	struct su_steps steps = steps_between(&from, &to);

	ck_assert_ptr_nonnull(steps.why);
	ck_assert_ptr_nonnull(strstr(steps.why, "'b' is gone"));
	ck_assert_uint_eq(steps.count, 0);
	ck_assert(!steps.is_beyond);
}
END_TEST

START_TEST(a_member_may_be_gone)
{
	const struct su_shape_member old[] = { { "a", 0, 0, &whole }, { "b", 32, 0, &whole } };
	struct su_shape from = record(100, 8, old, 2), to = record(101, 4, old, 1);
	struct su_steps steps = steps_between(&from, &to);

	ck_assert_ptr_null(steps.why);
	ck_assert_uint_eq(steps.count, 1);
	ck_assert_uint_eq(steps.at[0].from_size, 32);
}
END_TEST

START_TEST(members_without_names_are_not_matched)
{
	const struct su_shape_member old[] = { { "", 0, 0, &whole } };
	const struct su_shape_member new[] = { { "", 0, 0, &whole }, { "a", 32, 0, &whole } };
	struct su_shape from = record(100, 4, old, 1), to = record(101, 8, new, 2);

	ck_assert_ptr_nonnull(steps_between(&from, &to).why);
}
END_TEST

/* Whatever member comes first: that there is a pointer to something else must not be missed. */
START_TEST(what_lies_behind_pointers_may_differ_too)
{
	const struct su_shape_member old[] = { { "gone", 0, 0, &whole }, { "p", 64, 0, &pointer } };
	const struct su_shape_member new[] = { { "new", 0, 0, &whole },
					       { "p", 64, 0, &elsewhere } };
	struct su_shape from = record(100, 16, old, 2), to = record(101, 16, new, 2);

	ck_assert(steps_between(&from, &to).is_beyond);
	ck_assert(steps_between(&pointer, &elsewhere).is_beyond);
	ck_assert(steps_between(&pointer, &wide).is_beyond);
	ck_assert(steps_between(&wide, &real).is_beyond);
	ck_assert(!steps_between(&whole, &wide).is_beyond);
}
END_TEST

START_TEST(an_endless_array_has_too_many_steps)
{
	struct su_shape few = rows(100, &whole, 1000000), more = rows(101, &wide, 1000000);

	ck_assert_ptr_nonnull(steps_between(&few, &more).why);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("convert");
	TCase *tcase = tcase_create("steps");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, members_that_moved_are_copied_and_join);
	tcase_add_test(tcase, numbers_get_another_width_and_sign);
	tcase_add_test(tcase, each_element_is_converted);
	tcase_add_test(tcase, another_length_is_to_be_untouched);
	tcase_add_test(tcase, a_member_gone_and_one_new_may_be_a_rename);
	tcase_add_test(tcase, a_member_may_be_gone);
	tcase_add_test(tcase, members_without_names_are_not_matched);
	tcase_add_test(tcase, what_lies_behind_pointers_may_differ_too);
	tcase_add_test(tcase, an_endless_array_has_too_many_steps);
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
