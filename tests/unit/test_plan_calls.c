/*
 * Patches of small pairs of programs in which a function calls something else than before, or no
 * more: how the returns of such calls are paired.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "patch/reader.h"
#include "plan_fixture.h"
#include "suite.h"

#define NEEDS                                                                                      \
	"#include <unistd.h>\n#define NOINLINE __attribute__((noinline))\nint total, locked;\n"    \
	"NOINLINE int take(int n) { usleep(1); return n + total; }\n"                              \
	"NOINLINE int give(int n) { usleep(2); return n - total; }\n"                              \
	"NOINLINE void lock(int n) { usleep(3); locked = n; }\n"

/* Of the first call return of the function that has one: how it is paired; -1 for none. */
static int pairing_of(const struct su_patch *patch, const char *name, uint32_t line)
{
	const struct su_patch_function *function = function_named(patch, name);

	for (size_t i = 0; i < patch->checkpoint_count; i++) {
		const struct su_patch_checkpoint *point = &patch->checkpoints[i];

		if (point->direction == SU_FORWARD && point->kind == SU_POINT_CALL_RETURN &&
		    &patch->functions[point->function] == function && point->old_line == line)
			return point->pairing;
	}
	return -1;
}

/* What one version does later and the other one earlier is not gone: it would be done twice. */
START_TEST(calls_that_changed_places_are_not_gone)
{
	static const char source[] =
		NEEDS "void serve(int n) { for (;;) {\n#ifdef NEW\ngive(n); take(3);\n#else\n"
		      "#line 200\ntake(3);\ngive(n);\n#endif\nlock(n);\n} }\n"
		      "int main(int c, char **v) { if (c > 3) serve(c); return 0; }\n";
	struct su_patch *patch = plan_pair(_i, "", source);

	ck_assert_int_ne(pairing_of(patch, "serve", 200), SU_PAIRING_REMOVED);
	ck_assert_int_ne(pairing_of(patch, "serve", 201), SU_PAIRING_REMOVED);
	su_patch_close(patch);
}
END_TEST

static const struct {
	const char *old_body, *new_body; /* of serve(); what counts is line 1 of the old one */
	const char *helper;
	int pairing;
} exchanges[] = {
	/* the same is done by another function */
	{ "n = take(n);", "n = give(n);", "", SU_PAIRING_CALLEE_CHANGED },
	/* something else is done */
	{ "n = take(n);", "n = give(n + 5);", "", -1 },
	{ "n = take(n);", "n = give(7);", "", -1 },
	/* a helper that is nothing but the call, and some that are more */
	{ "n += take(3);", "n += helper();", "NOINLINE int helper(void) { return take(3); }",
	  SU_PAIRING_HELPER },
	{ "n += take(3);", "n += helper();", "NOINLINE int helper(void) { return take(3) + 1; }",
	  -1 },
	{ "n += take(3);", "n += helper();",
	  "NOINLINE int helper(void) { total++; return take(3); }", -1 },
	{ "n += take(3);", "n += helper();",
	  "NOINLINE int helper(void) { int r = take(3); lock(r); return r; }", -1 },
	/* gone, alone and with what belongs to it */
	{ "take(3);", "", "", SU_PAIRING_REMOVED },
	{ "take(3); lock(0);", "", "", -1 },
	{ "take(3); total++;", "", "", -1 },
};

START_TEST(calls_are_exchanged_or_gone)
{
	int number = _i / 2;
	SU_FREE char *source = su_format(
		NEEDS
		"#ifdef NEW\n%s\n#endif\n#line 100\n"
		"void serve(int n) { for (;;) {\n#ifdef NEW\n#line 300\n%s\n#else\n#line 200\n%s\n"
		"#endif\n#line 400\nlock(n);\n} }\n"
		"int main(int c, char **v) { if (c > 3) serve(take(give(c))); return 0; }\n",
		*exchanges[number].helper ? exchanges[number].helper : "int unused;",
		exchanges[number].new_body, exchanges[number].old_body);
	struct su_patch *patch = plan_pair(_i % 2 ? 3 : 0, "", source);

	ck_assert_int_eq(pairing_of(patch, "serve", 200), exchanges[number].pairing);
	su_patch_close(patch);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("plan_calls");
	TCase *tests = tcase_create("plan_calls");

	tcase_set_timeout(tests, 60);
	tcase_add_unchecked_fixture(tests, make_dir, remove_dir);
	tcase_add_loop_test(tests, calls_that_changed_places_are_not_gone, 0, FLAVOUR_COUNT);
	tcase_add_loop_test(tests, calls_are_exchanged_or_gone, 0,
			    2 * sizeof(exchanges) / sizeof(*exchanges));
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
