/*
 * The command's manners: exit statuses, one line per error, one JSON object with --json.
 *
 * The command under test is named by the environment variable STRONGUPDATE.  No target is touched.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "patch_fixture.h"
#include "suite.h"

static char directory[] = "/tmp/strongupdate-test.XXXXXX";

struct outcome {
	int status;
	char out[65536], err[4096];
};

static void slurp(const char *name, char *ret, size_t size)
{
	SU_FREE char *path = su_format("%s/%s", directory, name);
	FILE *file = fopen(path, "r");

	ck_assert_ptr_nonnull(file);
	ret[fread(ret, 1, size - 1, file)] = '\0';
	fclose(file);
}

/* Runs the command in the test's directory with `arguments`, words of the shell. */
static void run(const char *arguments, struct outcome *ret)
{
	SU_FREE char *line = su_format("cd %s && \"$STRONGUPDATE\" %s >out 2>err </dev/null",
				       directory, arguments);
	int status = system(line);

	ck_assert(WIFEXITED(status));
	ret->status = WEXITSTATUS(status);
	slurp("out", ret->out, sizeof(ret->out));
	slurp("err", ret->err, sizeof(ret->err));
}

static size_t lines(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += *text == '\n';
	return count;
}

/* An independent reader of JSON is the oracle. */
static bool is_json_object(const char *name)
{
	SU_FREE char *line = su_format("cd %s && /usr/bin/python3 -c 'import json, sys\n"
				       "assert isinstance(json.load(sys.stdin), dict)' <%s",
				       directory, name);

	return system(line) == 0;
}

static void write_file(const char *name, const void *bytes, size_t size)
{
	SU_FREE char *path = su_format("%s/%s", directory, name);
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
	fclose(file);
}

static void setup(void)
{
	size_t size;
	uint8_t *bytes = make(&size);

	ck_assert_ptr_nonnull(getenv("STRONGUPDATE"));
	ck_assert_ptr_nonnull(mkdtemp(directory));
	write_file("good.sup", bytes, size);
	write_file("short.sup", bytes, size - 100);
	write_file("text", "no ELF\n", 7);
	write_file("empty", "", 0);
	free(bytes);
}

static void teardown(void)
{
	SU_FREE char *line = su_format("rm -rf %s", directory);

	ck_assert_int_eq(system(line), 0);
}

/* No process has this id: it is above the largest that the kernel gives. */
#define NOBODY "4194305"

static const struct {
	const char *arguments;
	int status;
} failures[] = {
	{ "", 2 },
	{ "nonsense", 2 },
	{ "--nonsense", 2 },
	{ "build", 2 },
	{ "build a -o x.sup", 2 },
	{ "build a b", 2 },
	{ "build a b c -o x.sup", 2 },
	{ "build a b -o", 2 },
	{ "build a b -o x.sup --timeout 3", 2 },
	{ "build text text -o text", 2 },
	{ "build text text -o /", 2 },
	{ "build missing missing -o x.sup", 3 },
	{ "build text text -o x.sup", 1 },
	{ "build empty empty -o x.sup", 1 },
	{ "build good.sup good.sup -o x.sup", 1 },
	{ "inspect", 2 },
	{ "inspect good.sup good.sup", 2 },
	{ "inspect --nonsense good.sup", 2 },
	{ "inspect -q good.sup", 2 },
	{ "inspect missing", 3 },
	{ "inspect text", 1 },
	{ "inspect empty", 1 },
	{ "inspect short.sup", 1 },
	{ "inspect .", 1 },
	{ "check good.sup", 2 },
	{ "check good.sup --timeout 3 1", 2 },
	{ "check good.sup 0", 2 },
	{ "check good.sup -- -1", 2 },
	{ "check good.sup 12x", 2 },
	{ "check good.sup ''", 2 },
	{ "check good.sup 99999999999999999999", 2 },
	{ "check missing 1", 3 },
	{ "check short.sup 1", 1 },
	{ "check good.sup " NOBODY, 1 },
	{ "apply good.sup", 2 },
	{ "apply good.sup 1 --timeout", 2 },
	{ "apply good.sup 1 --timeout soon", 2 },
	{ "apply good.sup 1 --timeout -1", 2 },
	{ "apply good.sup 1 --timeout nan", 2 },
	{ "apply missing 1", 3 },
	{ "apply text 1", 1 },
	{ "apply good.sup " NOBODY, 1 },
	{ "revert", 2 },
	{ "revert self", 2 },
	{ "revert " NOBODY, 1 },
	{ "status self", 2 },
	{ "status " NOBODY, 1 },
};

#define FAILURES ((int)(sizeof(failures) / sizeof(*failures)))

START_TEST(failure_is_one_line_and_a_status)
{
	struct outcome outcome;

	run(failures[_i].arguments, &outcome);
	ck_assert_msg(outcome.status == failures[_i].status, "'%s' gave %d: %s",
		      failures[_i].arguments, outcome.status, outcome.err);
	ck_assert_str_eq(outcome.out, "");
	ck_assert_msg(lines(outcome.err) == 1, "'%s' said: %s", failures[_i].arguments,
		      outcome.err);
	ck_assert_int_eq(strncmp(outcome.err, "strongupdate: ", 14), 0);
}
END_TEST

/* --json comes first among the command's arguments: at the end it could be an option's. */
START_TEST(failure_is_one_json_object)
{
	const char *arguments = failures[_i].arguments;
	size_t word = strcspn(arguments, " ");
	SU_FREE char *line = su_format("%.*s --json%s", (int)word, arguments, arguments + word);
	struct outcome outcome;

	run(line, &outcome);
	ck_assert_msg(outcome.status == failures[_i].status, "'%s' gave %d", line, outcome.status);
	ck_assert_uint_eq(lines(outcome.out), 1);
	ck_assert_msg(is_json_object("out"), "'%s' printed: %s", line, outcome.out);
	ck_assert_ptr_nonnull(strstr(outcome.out, outcome.status == 1 ? "\"result\": \"refused\""
								      : "\"result\": \"error\""));
}
END_TEST

START_TEST(no_failed_build_leaves_a_file)
{
	struct outcome outcome;

	run("build text text -o x.sup", &outcome);
	ck_assert_int_eq(outcome.status, 1);
	SU_FREE char *line = su_format("test -z \"$(ls %s | grep x.sup)\"", directory);
	ck_assert_int_eq(system(line), 0);
}
END_TEST

static const char *const helps[] = { "--help",
				     "-h",
				     "-V",
				     "--version",
				     "help",
				     "help build",
				     "build --help",
				     "inspect --help",
				     "check --help",
				     "apply --help",
				     "status -h",
				     "revert --help",
				     "completion bash",
				     "completion zsh",
				     "apply a b --help" };

START_TEST(help_goes_to_standard_output)
{
	struct outcome outcome;

	run(helps[_i], &outcome);
	ck_assert_int_eq(outcome.status, 0);
	ck_assert_uint_gt(strlen(outcome.out), 5);
	ck_assert_str_eq(outcome.err, "");
}
END_TEST

START_TEST(inspect_shows_every_record)
{
	static const char *const wanted[] = {
		"handle", "server.c:12", "seeded", "errors", "counter",
		"cfa-24", "0x4020",	 "stub",   "direct", "rbx is live and cannot be derived"
	};
	struct outcome outcome;

	for (int json = 0; json < 2; json++) {
		run(json ? "inspect good.sup --json" : "inspect good.sup --details", &outcome);
		ck_assert_int_eq(outcome.status, 0);
		ck_assert_str_eq(outcome.err, "");
		for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
			ck_assert_msg(strstr(outcome.out, wanted[i]), "no '%s' in: %s", wanted[i],
				      outcome.out);
	}
	ck_assert(is_json_object("out"));
}
END_TEST

START_TEST(status_of_everything_succeeds)
{
	struct outcome outcome;

	run("status --json", &outcome);
	ck_assert(outcome.status == 0 || outcome.status == 4);
	ck_assert(is_json_object("out"));
}
END_TEST

START_TEST(full_disk_is_an_error)
{
	SU_FREE char *line = su_format(
		"cd %s && \"$STRONGUPDATE\" inspect good.sup >/dev/full 2>err", directory);
	int status = system(line);

	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 3);
}
END_TEST

static Suite *command_suite(void)
{
	Suite *suite = suite_create("command");
	TCase *manners = tcase_create("manners");

	tcase_add_unchecked_fixture(manners, setup, teardown);
	tcase_set_timeout(manners, 60);
	tcase_add_loop_test(manners, failure_is_one_line_and_a_status, 0, FAILURES);
	tcase_add_loop_test(manners, failure_is_one_json_object, 0, FAILURES);
	tcase_add_test(manners, no_failed_build_leaves_a_file);
	tcase_add_loop_test(manners, help_goes_to_standard_output, 0,
			    (int)(sizeof(helps) / sizeof(*helps)));
	tcase_add_test(manners, inspect_shows_every_record);
	tcase_add_test(manners, status_of_everything_succeeds);
	tcase_add_test(manners, full_disk_is_an_error);
	suite_add_tcase(suite, manners);
	return suite;
}

int main(void)
{
	return run_suite(command_suite());
}
