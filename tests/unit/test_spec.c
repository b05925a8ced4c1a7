/*
 * Specifications (build --spec): what is accepted does what it says, and each way of being wrong is
 * refused with the file, the line and a hint.
 */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "make/make.h"
#include "patch/reader.h"
#include "suite.h"

static char dir[] = "/tmp/su-test-spec-XXXXXX";

/* Line numbers count: the test cases name them. */
static const char *const lines[] = {
	/* 1 */ "#include <unistd.h>",
	/* 2 */ "#define NOINLINE __attribute__((noinline))",
	/* 3 */ "int total, limit; float ratio;",
	/* 4 */ "NOINLINE int fetch(int n) { usleep(1); return n + limit; }",
	/* 5 */ "NOINLINE long take(char *p, int n) { usleep(2); return p[n]; }",
	/* 6 */ "NOINLINE void rest(int n) { if (n) usleep(3); }",
	/* 7 */ "#ifdef NEW",
	/* 8 */ "NOINLINE int grade(int a, long b) { return usleep(a + b); }",
	/* 9 */ "#else",
	/* 10 */ "NOINLINE int grade(int a) { return usleep(a); }",
	/* 11 */ "#endif",
	/* 12 */ "NOINLINE int mark(int n) { usleep(n);",
	/* 13 */ "#ifdef NEW",
	/* 14 */ "	char *tail = (char *)&total + n; usleep(1); total += *tail;",
	/* 15 */ "#endif",
	/* 16 */ "	return n; }",
	/* 17 */ "NOINLINE int same(int n) { return usleep(n); }",
	/* 18 */ "void serve(char *p) {",
	/* 19 */ "#ifdef NEW",
	/* 20 */ "	int errors = limit;",
	/* 21 */ "",
	/* 22 */ "	for (int n = 0;; n++) {",
	/* 23 */ "		total += take(p, n);",
	/* 24 */ "		if (limit > 7) ratio = 2;",
	/* 25 */ "		total += errors += mark(n) < 0;",
	/* 26 */ "",
	/* 27 */ "		rest(p[n]);",
	/* 28 */ "	}",
	/* 29 */ "#else",
	/* 30 */ "	for (int n = 0;; n++) {",
	/* 31 */ "		total += fetch(n);",
	/* 32 */ "		total += 1;",
	/* 33 */ "		total += mark(n);",
	/* 34 */ "		rest(p[n]);",
	/* 35 */ "	}",
	/* 36 */ "#endif",
	/* 37 */ "}",
	/* 38 */ "#ifdef NEW",
	/* 39 */
	"int main(int c, char **v) { serve(v[0]); return grade(c, 2) + same(c) + fetch(c); }",
	/* 40 */ "#else",
	/* 41 */
	"int main(int c, char **v) { serve(v[0]); return grade(c) + same(c) + take(v[0], c); }",
	/* 42 */ "#endif",
};

static void compile(const char *compiler, const char *flags, const char *program)
{
	SU_FREE char *command =
		su_format("cd %s && %s -O2 -w -g -fPIE -pie -Wl,--build-id %s -o %s "
			  "program.c",
			  dir, compiler, flags, program);

	ck_assert_msg(system(command) == 0, "%s", command);
}

static void write_text(const char *name, const char *text, size_t size)
{
	SU_FREE char *path = su_format("%s/%s", dir, name);
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(text, 1, size, file), size);
	ck_assert_int_eq(fclose(file), 0);
}

static void make_dir(void)
{
	ck_assert_ptr_nonnull(mkdtemp(dir));
	SU_FREE char *path = su_format("%s/program.c", dir);
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		fprintf(file, "%s\n", lines[i]);
	ck_assert_int_eq(fclose(file), 0);
	compile("gcc", "", "old");
	compile("gcc", "-DNEW", "new");
}

static void remove_dir(void)
{
	SU_FREE char *command = su_format("rm -r %s", dir);

	ck_assert_int_eq(system(command), 0);
}

static struct su_err *build(struct su_patch **ret)
{
	SU_FREE char *old = su_format("%s/old", dir), *new = su_format("%s/new", dir);
	SU_FREE char *spec = su_format("%s/site.spec", dir);
	struct su_make_input input = { .old_path = old, .new_path = new, .spec_path = spec };
	uint8_t *bytes;
	size_t size;

	SU_TRY(su_make_patch(&input, &bytes, &size));
	return su_patch_parse(bytes, size, "patch", ret);
}

static struct su_patch *build_with(const char *text)
{
	struct su_patch *patch = NULL;
	struct su_err *err;

	write_text("site.spec", text, strlen(text));
	err = build(&patch);
	ck_assert_msg(!err, "%s", err ? su_err_message(err) : "");
	return patch;
}

/* ---- what is wrong ---- */

static const struct {
	const char *text;
	enum su_code code;
	const char *message; /* parts of it, in order, a * between them */
} wrong[] = {
	{ "pair a with b", SU_E_USAGE, "site.spec:1: *is no statement*'FILE:LINE -> FILE:LINE'" },
	{ "\n# ok\nprogram.c:31", SU_E_USAGE, "site.spec:3: *is no statement" },
	{ "program.c:31 -> ", SU_E_USAGE, "site.spec:1: *is no statement" },
	{ "program.c:31 -> program.c:0", SU_E_USAGE, "is no statement" },
	{ "program.c:31 -> program.c:-3", SU_E_USAGE, "is no statement" },
	{ "program.c:31 -> program.c:99999999999999999999", SU_E_USAGE, "is no statement" },
	{ "serve:errors = many", SU_E_USAGE, "is no statement" },
	{ "serve:errors = 1 2", SU_E_USAGE, "is no statement" },
	{ "serve:errors = 99999999999999999999", SU_E_USAGE, "is no statement" },
	{ "serve = 1", SU_E_USAGE, "is no statement" },
	{ "exclude", SU_E_USAGE, "is no statement" },
	{ "exclude a b", SU_E_USAGE, "is no statement" },
	{ "static", SU_E_USAGE, "is no statement" },
	{ "static struct", SU_E_USAGE, "site.spec:1: no layout of a type 'struct' changed" },
	{ "static struct a b", SU_E_USAGE, "is no statement" },
	{ "static struct nothing", SU_E_USAGE,
	  "site.spec:1: no layout of a type 'struct nothing' changed" },
	{ "static struct x\nstatic  struct  x", SU_E_USAGE, "site.spec:2: *than line 1" },
	{ "exclude nobody", SU_E_USAGE, "site.spec:1: neither version has a function 'nobody'" },
	{ "nobody:n = 1", SU_E_USAGE, "neither version has a function 'nobody'" },
	{ "program.c:7 -> program.c:23", SU_E_USAGE, "program.c:7 has no code in the old version" },
	{ "program.c:31 -> program.c:31", SU_E_USAGE,
	  "program.c:31 has no code in the new version" },
	{ "elsewhere.c:31 -> program.c:23", SU_E_USAGE, "elsewhere.c:31 has no code" },
	{ "program.c:17 -> program.c:17", SU_E_USAGE,
	  "no changed function has code at both lines" },
	{ "program.c:31 -> program.c:12", SU_E_USAGE,
	  "no changed function has code at both lines" },
	{ "program.c:34 -> program.c:27\nprogram.c:34 -> program.c:27", SU_E_USAGE,
	  "site.spec:2: *contradicts line 1, or repeats it" },
	{ "serve:errors = 1\nserve:errors = 2", SU_E_USAGE, "site.spec:2: *than line 1" },
	{ "exclude mark\nexclude mark", SU_E_USAGE, "site.spec:2: *than line 1" },
	{ "serve:nothing = 1", SU_E_USAGE, "is not changed, or has no variable 'nothing'" },
	{ "same:n = 1", SU_E_USAGE, "'same' is not changed, or has no variable 'n'" },
	{ "serve:n = 1", SU_E_USAGE, "both versions have the variable" },
	{ "serve:errors = 2147483648", SU_E_USAGE, "does not fit" },
	{ "mark:tail = 1", SU_E_USAGE, "a pointer can start as 0 only" },
	{ "program.c:31 -> program.c:23", SU_E_UNSUPPORTED,
	  "site.spec:1: 'program.c:31 -> program.c:23' cannot be, in function 'serve': the result "
	  "of "
	  "this call changed its type" },
	{ "program.c:34 -> program.c:25", SU_E_UNSUPPORTED, "the call is at another line" },
	{ "exclude grade", SU_E_UNSUPPORTED,
	  "function 'grade' cannot stay as it is: its parameters or its result changed" },
};

static bool matches(const char *message, const char *parts)
{
	while (*parts) {
		size_t length = strcspn(parts, "*");
		SU_FREE char *part = su_format("%.*s", (int)length, parts);
		const char *found = strstr(message, part);

		if (!found)
			return false;
		message = found + length;
		parts += length + (parts[length] == '*');
	}
	return true;
}

START_TEST(wrong_ones_are_refused)
{
	struct su_patch *patch = NULL;
	struct su_err *err;

	write_text("site.spec", wrong[_i].text, strlen(wrong[_i].text));
	err = build(&patch);
	ck_assert_msg(err, "accepted: %s", wrong[_i].text);
	ck_assert_msg(matches(su_err_message(err), wrong[_i].message), "%s: %s", wrong[_i].text,
		      su_err_message(err));
	ck_assert_int_eq(su_err_code(err), wrong[_i].code);
	su_err_destroy(err);
}
END_TEST

START_TEST(files_that_are_no_text_are_refused)
{
	static char big[(1 << 20) + 1];
	struct su_patch *patch = NULL;

	memset(big, '\n', sizeof(big));
	for (int i = 0; i < 3; i++) {
		if (i == 2)
			ck_assert_int_eq(chdir(dir) || unlink("site.spec"), 0);
		else
			write_text("site.spec", i ? "exclude\0mark" : big, i ? 12 : sizeof(big));
		struct su_err *err = build(&patch);
		ck_assert_ptr_nonnull(err);
		ck_assert_int_eq(su_err_code(err), i == 2 ? SU_E_IO : SU_E_USAGE);
		su_err_destroy(err);
	}
}
END_TEST

/* ---- what is right ---- */

static const struct su_patch_checkpoint *point_at(const struct su_patch *patch, uint32_t old_line,
						  uint32_t new_line)
{
	for (size_t i = 0; i < patch->checkpoint_count; i++) {
		const struct su_patch_checkpoint *point = &patch->checkpoints[i];

		if (point->direction == SU_FORWARD && point->kind == SU_POINT_CALL_RETURN &&
		    point->old_line == old_line && point->new_line == new_line)
			return point;
	}
	return NULL;
}

START_TEST(statements_are_listed_with_their_uses)
{
	struct su_patch *patch = build_with("# comment\n\nexclude mark   # it stays\n"
					    "serve:errors = -0x3\n");

	ck_assert_uint_eq(patch->assertion_count, 2);
	ck_assert_str_eq(su_patch_string(patch, patch->assertions[0].text), "exclude mark");
	ck_assert_uint_eq(patch->assertions[0].line, 3);
	ck_assert_uint_eq(patch->assertions[0].uses, 1);
	ck_assert_str_eq(su_patch_string(patch, patch->assertions[1].text), "serve:errors = -0x3");
	for (size_t i = 0; i < patch->function_count; i++)
		ck_assert_str_ne(su_patch_string(patch, patch->functions[i].name), "mark");
	su_patch_close(patch);
}
END_TEST

START_TEST(values_are_the_asserted_ones)
{
	struct su_patch *patch = build_with("serve:errors = -3\n");
	const struct su_patch_checkpoint *point = point_at(patch, 33, 25);
	bool found = false;

	ck_assert_ptr_nonnull(point);
	ck_assert(point->flags & SU_POINT_ASSERTED);
	for (uint32_t i = 0; i < point->value_count; i++) {
		const struct su_patch_value *value = &patch->values[point->first_value + i];

		if (strcmp(su_patch_string(patch, value->name), "errors") != 0)
			continue;
		found = true;
		ck_assert_int_eq(value->derivation, SU_DERIVED_ASSERTED);
	}
	ck_assert(found);
	su_patch_close(patch);
}
END_TEST

START_TEST(without_calls_a_line_is_entered_at_its_start)
{
	struct su_patch *patch = build_with("program.c:31 -> program.c:24\nserve:errors = 1\n");
	const struct su_patch_checkpoint *point = point_at(patch, 31, 24);

	ck_assert_ptr_nonnull(point);
	ck_assert(point->flags & SU_POINT_ASSERTED);
	ck_assert_int_eq(point->pairing, SU_PAIRING_REMOVED);
	ck_assert_ptr_null(point_at(patch, 31, 23));
	su_patch_close(patch);
}
END_TEST

/* ---- */

int main(void)
{
	Suite *suite = suite_create("spec");
	TCase *tests = tcase_create("spec");

	tcase_set_timeout(tests, 60);
	tcase_add_unchecked_fixture(tests, make_dir, remove_dir);
	tcase_add_loop_test(tests, wrong_ones_are_refused, 0, sizeof(wrong) / sizeof(*wrong));
	tcase_add_test(tests, statements_are_listed_with_their_uses);
	tcase_add_test(tests, values_are_the_asserted_ones);
	tcase_add_test(tests, without_calls_a_line_is_entered_at_its_start);
	tcase_add_test(tests, files_that_are_no_text_are_refused);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
