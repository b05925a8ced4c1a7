/*
 * Which of the obstacles that were met over the rounds of an update is told at its end.  A round is
 * written as a list of what was in the way in it.
 */
#include "suite.h"
#include "update/ready/obstacles.h"

#define CALL 0x1000
#define OTHER_CALL 0x2000
#define WAITS(t, at)                                                                               \
	{                                                                                          \
		.kind = SU_OBSTACLE_THREAD, .pid = 1, .tid = (t), .verdict = SU_VERDICT_WAITING,   \
		.where = (at)                                                                      \
	}
#define RUNS(t, at)                                                                                \
	{                                                                                          \
		.kind = SU_OBSTACLE_THREAD, .pid = 1, .tid = (t), .verdict = SU_VERDICT_INSIDE,    \
		.where = (at)                                                                      \
	}
#define UNKNOWN(t)                                                                                 \
	{                                                                                          \
		.kind = SU_OBSTACLE_THREAD, .pid = 1, .tid = (t), .verdict = SU_VERDICT_UNKNOWN    \
	}
#define SLEEPS(at)                                                                                 \
	{                                                                                          \
		.kind = SU_OBSTACLE_SUSPENDED, .pid = 1, .suspended = SU_SUSPENDED_FOUND,          \
		.where = (at)                                                                      \
	}

static struct su_obstacles obstacles;
static size_t population;

static void start(void)
{
	population = 1;
}

static void end(void)
{
	su_obstacles_deinit(&obstacles);
	obstacles = (struct su_obstacles){ 0 };
}

#define ROUND(...)                                                                                 \
	do {                                                                                       \
		const struct su_obstacle list[] = { __VA_ARGS__ };                                 \
		su_obstacles_note(&obstacles, population, list, sizeof(list) / sizeof(list[0]));   \
	} while (0)

static const struct su_obstacle *told(void)
{
	ck_assert_uint_gt(obstacles.nearest.len, 0);
	return &obstacles.nearest.at[0];
}

/* A scheduler is met inside of swapcontext(3) in the last round, and in most. */
START_TEST(test_suspended_beats_passing)
{
	for (int i = 0; i < 3; i++)
		ROUND(UNKNOWN(1));
	ROUND(SLEEPS(CALL));
	for (int i = 0; i < 3; i++)
		ROUND(RUNS(1, CALL + i));
	ROUND(UNKNOWN(1));
	ck_assert_int_eq(told()->kind, SU_OBSTACLE_SUSPENDED);
	ck_assert_uint_eq(told()->where, CALL);
}
END_TEST

/* One thread waits for ever, the other one is in the way most of the time. */
START_TEST(test_least_in_the_way)
{
	ROUND(RUNS(1, 0x10), WAITS(2, CALL));
	ROUND(WAITS(2, CALL));
	for (int i = 0; i < 5; i++)
		ROUND(RUNS(1, 0x10 + i), WAITS(2, CALL));
	ck_assert_int_eq(told()->tid, 2);
	ck_assert_uint_eq(obstacles.nearest.len, 1);
}
END_TEST

START_TEST(test_most_often)
{
	for (int i = 0; i < 3; i++)
		ROUND(WAITS(1, CALL));
	ROUND(RUNS(1, 0x10));
	ROUND(WAITS(1, OTHER_CALL));
	ck_assert_int_eq(told()->verdict, SU_VERDICT_WAITING);
	ck_assert_uint_eq(told()->where, CALL);
}
END_TEST

/* Places in a loop are one obstacle, however many they are. */
START_TEST(test_loop_is_one_obstacle)
{
	ROUND(WAITS(1, CALL));
	for (int i = 0; i < 3; i++)
		ROUND(RUNS(1, 0x10 + i));
	ROUND(WAITS(1, CALL));
	ck_assert_int_eq(told()->verdict, SU_VERDICT_INSIDE);
}
END_TEST

START_TEST(test_known_beats_unknown)
{
	ROUND(WAITS(1, CALL));
	for (int i = 0; i < 3; i++)
		ROUND(UNKNOWN(1));
	ck_assert_int_eq(told()->verdict, SU_VERDICT_WAITING);
}
END_TEST

START_TEST(test_most_often_comes_first)
{
	for (int i = 0; i < 3; i++)
		ROUND(WAITS(1, CALL), WAITS(2, OTHER_CALL));
	ROUND(RUNS(1, 0x10), WAITS(2, OTHER_CALL));
	ck_assert_int_eq(told()->tid, 2);
	ck_assert_uint_eq(obstacles.nearest.len, 2);
}
END_TEST

/* What was found before a process joined says nothing of that one. */
START_TEST(test_population)
{
	for (int i = 0; i < 3; i++)
		ROUND(SLEEPS(CALL));
	population++;
	ROUND(SLEEPS(CALL), WAITS(7, OTHER_CALL));
	ck_assert_uint_eq(obstacles.nearest.len, 2);
}
END_TEST

/* All were ready, and something else kept the update from its commit. */
START_TEST(test_nothing_in_the_way)
{
	ROUND(RUNS(1, 0x10));
	su_obstacles_note(&obstacles, population, NULL, 0);
	ROUND(UNKNOWN(1));
	ck_assert_uint_eq(obstacles.nearest.len, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("obstacles");
	TCase *tests = tcase_create("obstacles");

	tcase_add_checked_fixture(tests, start, end);
	tcase_add_test(tests, test_suspended_beats_passing);
	tcase_add_test(tests, test_least_in_the_way);
	tcase_add_test(tests, test_most_often);
	tcase_add_test(tests, test_loop_is_one_obstacle);
	tcase_add_test(tests, test_known_beats_unknown);
	tcase_add_test(tests, test_most_often_comes_first);
	tcase_add_test(tests, test_population);
	tcase_add_test(tests, test_nothing_in_the_way);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
