/*
 * The validator's oracle, without an emulator: what inputs answer, which effects of two runs belong
 * together, where they agree, and what a mixed run is found to do otherwise.
 */
#include <stdlib.h>
#include <string.h>

#include "suite.h"
#include "validate/agree.h"
#include "validate/equal.h"
#include "validate/trial_input.h"

#define OPEN 0x1000u
#define CLOSE 0x2000u
#define LOG 0x3000u

/* ---- inputs ---- */

START_TEST(input_answers_alike)
{
	struct su_input input = { .seed = 7 };
	struct su_origin answer = { SU_ORIGIN_ANSWER, OPEN, 3 };
	uint64_t value = su_input_value(&input, &answer);

	ck_assert_uint_eq(su_input_value(&input, &answer), value);
	su_vec_push(&input.exceptions, (struct su_exception){ answer, value + 1 });
	ck_assert_uint_eq(su_input_value(&input, &answer), value + 1);
	su_vec_push(&input.exceptions, (struct su_exception){ answer, value + 2 });
	ck_assert_uint_eq(su_input_value(&input, &answer), value + 2); /* the last one counts */
	answer.where = CLOSE;
	ck_assert_uint_eq(su_input_value(&input, &answer),
			  su_input_value(&(struct su_input){ .seed = 7 }, &answer));
	su_input_deinit(&input);
}
END_TEST

START_TEST(input_excepts_first_calls)
{
	struct su_input input = { .seed = 7 };

	su_vec_push(&input.exceptions,
		    (struct su_exception){ { SU_ORIGIN_ANSWER, OPEN, SU_FIRST_CALLS(2) }, 77 });
	for (uint64_t call = 0; call < 2; call++)
		ck_assert_uint_eq(
			su_input_value(&input, &(struct su_origin){ SU_ORIGIN_ANSWER, OPEN, call }),
			77);
	for (uint64_t call = 2; call < 8; call++) {
		struct su_origin origin = { SU_ORIGIN_ANSWER, OPEN, call };

		ck_assert_uint_eq(su_input_value(&input, &origin),
				  su_input_value(&(struct su_input){ .seed = 7 }, &origin));
	}
	su_input_deinit(&input);
}
END_TEST

/* What a finding says is read again: seed, pointers, exceptions. */
START_TEST(input_is_read_as_it_is_written)
{
	struct su_input input;

	ck_assert(su_input_parse("e01e125349a5d74a:3:0,0,2,7f1000000010:1,2000,8000000000000002,1",
				 &input));
	ck_assert_uint_eq(input.seed, UINT64_C(0xe01e125349a5d74a));
	ck_assert_uint_eq(input.pointers, 3);
	ck_assert_uint_eq(input.exceptions.len, 2);
	ck_assert_uint_eq(su_input_value(&input, &(struct su_origin){ .number = 2 }),
			  UINT64_C(0x7f1000000010));
	ck_assert_uint_eq(su_input_value(&input, &(struct su_origin){ SU_ORIGIN_ANSWER, CLOSE, 1 }),
			  1);
	su_input_deinit(&input);
}
END_TEST

START_TEST(input_that_is_none)
{
	static const char *const texts[] = { "",
					     "1",
					     "1:",
					     "x:1",
					     "1:2:",
					     "1:2:0,0,0",
					     "1:2:9,0,0,0",
					     "1:2:0,0,0,0:",
					     "1:2 ",
					     "1:2:0,0,0,0 ",
					     "-1:2",
					     "11111111111111111:2" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct su_input input;

		ck_assert_msg(!su_input_parse(texts[i], &input), "'%s' is an input", texts[i]);
	}
}
END_TEST

/* ---- agreement ---- */

static struct su_world world;
static struct su_patch patch;
static struct su_trial trial = { .world = &world };

static void call(struct su_trace *trace, uint64_t callee, uint64_t site, uint64_t argument)
{
	su_vec_push(&trace->effects, (struct su_effect){ .callee = callee,
							 .site = site,
							 .values = { argument },
							 .writes = trace->stored.len });
}

static void finish(struct su_trace *trace, uint64_t result)
{
	call(trace, SU_CALLEE_RETURN, 0, result);
	trace->end = SU_END_RETURN;
}

/* open(argument), and at times log(), close(argument), return; sites are those of the version. */
static struct su_trace run(uint64_t argument, uint64_t base, bool logs)
{
	struct su_trace trace = { 0 };

	call(&trace, OPEN, base + 1, argument);
	if (logs)
		call(&trace, LOG, base + 2, 5);
	call(&trace, CLOSE, base + 3, argument);
	finish(&trace, 0);
	return trace;
}

START_TEST(pairs_skip_what_one_has_alone)
{
	struct su_trace from = run(1, 100, false), to = run(1, 200, true);
	struct su_pairs pairs = { 0 };

	su_agreement_pair(&from, &to, &pairs);
	ck_assert(pairs.complete);
	ck_assert_uint_eq(pairs.list.len, 3);
	ck_assert_uint_eq(pairs.list.at[1].from, 1);
	ck_assert_uint_eq(pairs.list.at[1].to, 2); /* close, not log */
	su_pairs_deinit(&pairs);
	su_trace_deinit(&from);
	su_trace_deinit(&to);
}
END_TEST

/* What a mixed run that closes `argument` and returns is found to do, behind the first call; both
 * versions have run on numbers, and the result of one was another when `differs`. */
static char *judge_closing(uint64_t argument, bool differs, size_t *ret_compared)
{
	struct su_agreement *agreement = su_agreement_create(&trial);
	struct su_trace from = { 0 }, to = { 0 }, mixed = { 0 };
	struct su_pairs pairs = { 0 };
	char *wrong;

	world.patch = &patch;
	for (uint64_t number = 1; number < 6; number++) {
		su_trace_deinit(&from);
		su_trace_deinit(&to);
		su_pairs_deinit(&pairs);
		from = run(number, 100, false);
		to = run(number, 200, true);
		memset(&pairs, 0, sizeof(pairs));
		if (differs)
			from.effects.at[1].values[0] += number == 3;
		su_agreement_pair(&from, &to, &pairs);
		su_agreement_learn(agreement, &from, &to, &pairs);
	}
	call(&mixed, CLOSE, 203, argument);
	finish(&mixed, 0);
	wrong = su_agreement_judge(agreement, &from, &to, &pairs, 1, &mixed, ret_compared);
	su_trace_deinit(&from);
	su_trace_deinit(&to);
	su_trace_deinit(&mixed);
	su_pairs_deinit(&pairs);
	su_agreement_destroy(agreement);
	return wrong;
}

START_TEST(mixed_run_that_agrees)
{
	size_t compared = 0;
	char *wrong = judge_closing(5, false, &compared);

	ck_assert_ptr_null(wrong);
	ck_assert_uint_gt(compared, 0);
}
END_TEST

START_TEST(mixed_run_that_does_what_neither_does)
{
	size_t compared = 0;
	char *wrong = judge_closing(6, false, &compared);

	ck_assert_ptr_nonnull(wrong);
	ck_assert_ptr_nonnull(strstr(wrong, "argument 1 is 0x6, where both versions have 0x5"));
	free(wrong);
}
END_TEST

/* Where the versions differed once, nothing is asked. */
START_TEST(mixed_run_where_versions_differ)
{
	size_t compared = 0;
	char *wrong = judge_closing(6, true, &compared);

	ck_assert_ptr_null(wrong);
	ck_assert_uint_gt(compared, 0); /* the result, for one */
}
END_TEST

/* Both log, and log again (from elsewhere) when something is amiss: `late` rounds later in `to`. */
static struct su_trace log_rounds(uint64_t base, int late)
{
	struct su_trace trace = { 0 };

	for (int round = 0; round < 6; round++) {
		call(&trace, LOG, base + 1, base);
		if (round >= late)
			call(&trace, LOG, base + 2, 5);
	}
	finish(&trace, 0);
	return trace;
}

/* The mixed run goes on as `from` was: it is out of step with `to`, and nothing is wrong. */
START_TEST(mixed_run_out_of_step)
{
	struct su_agreement *agreement = su_agreement_create(&trial);
	struct su_trace from = log_rounds(100, 0), to = log_rounds(200, 2);
	struct su_trace mixed = log_rounds(200, 0);
	struct su_pairs pairs = { 0 };
	size_t compared = 0;

	world.patch = &patch;
	su_agreement_pair(&from, &to, &pairs);
	for (int run = 0; run < 4; run++)
		su_agreement_learn(agreement, &from, &to, &pairs);
	char *wrong = su_agreement_judge(agreement, &from, &to, &pairs, 1, &mixed, &compared);
	ck_assert_msg(!wrong, "%s", wrong);
	su_trace_deinit(&from);
	su_trace_deinit(&to);
	su_trace_deinit(&mixed);
	su_pairs_deinit(&pairs);
	su_agreement_destroy(agreement);
}
END_TEST

/* ---- equalities ---- */

/* What rbx, rbp and r12 hold in a dozen states: the number of the state is given. */
static bool have_equality(void (*make)(struct su_registers *state, uint64_t number),
			  struct su_equality *ret)
{
	su_states states = { 0 };
	bool found;

	*ret = (struct su_equality){ .a = SU_RBX, .b = SU_RBP, .c = SU_R12 };
	for (uint64_t number = 0; number < 12; number++) {
		struct su_registers state = { 0 };

		make(&state, number);
		su_vec_push(&states, state);
	}
	found = su_equality_find(&states, ret);
	su_vec_deinit(&states);
	return found;
}

static void make_sum(struct su_registers *state, uint64_t number)
{
	state->general[SU_RBP] = number * number * 977;
	state->general[SU_R12] = number * 31;
	state->general[SU_RBX] = state->general[SU_RBP] + 4 * state->general[SU_R12] + 8;
}

/* dst, dst + 4, and a flag that is always 1: 1 = (dst + 4) - dst - 3, by chance. */
static void make_steady(struct su_registers *state, uint64_t number)
{
	state->general[SU_R12] = number * number * 977;
	state->general[SU_RBP] = state->general[SU_R12] + 4;
	state->general[SU_RBX] = 1;
}

START_TEST(equality_of_three)
{
	struct su_equality equality;

	ck_assert(have_equality(make_sum, &equality));
	ck_assert_int_eq(equality.factor, 4);
	ck_assert_uint_eq(equality.more, 8);
}
END_TEST

START_TEST(equality_that_is_one_of_two)
{
	struct su_equality equality;

	ck_assert(!have_equality(make_steady, &equality));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("validate");
	TCase *tests = tcase_create("validate");

	tcase_add_test(tests, input_answers_alike);
	tcase_add_test(tests, input_excepts_first_calls);
	tcase_add_test(tests, input_is_read_as_it_is_written);
	tcase_add_test(tests, input_that_is_none);
	tcase_add_test(tests, equality_of_three);
	tcase_add_test(tests, equality_that_is_one_of_two);
	tcase_add_test(tests, pairs_skip_what_one_has_alone);
	tcase_add_test(tests, mixed_run_that_agrees);
	tcase_add_test(tests, mixed_run_out_of_step);
	tcase_add_test(tests, mixed_run_that_does_what_neither_does);
	tcase_add_test(tests, mixed_run_where_versions_differ);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
