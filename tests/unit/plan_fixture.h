/*
 * Patches of small pairs of programs, built when the tests run, with gcc and clang. They stand in a
 * directory of their own (`dir`), from make_dir() to remove_dir().
 *
 * Each pair is one source, compiled with and without -DNEW.  What must come out follows from the
 * source; what else the compilers do differs between them, so a test asks for no more than that.
 */
#ifndef PLAN_FIXTURE_H
#define PLAN_FIXTURE_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "make/make.h"
#include "patch/reader.h"

static char dir[] = "/tmp/su-test-plan-XXXXXX";

static inline void make_dir(void)
{
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

static inline void remove_dir(void)
{
	SU_FREE char *command = su_format("rm -r %s", dir);

	ck_assert_int_eq(system(command), 0);
}

struct flavour {
	const char *compiler, *level;
};

static const struct flavour flavours[] = {
	{ "gcc", "-O2" },   { "gcc", "-Os" },	{ "gcc", "-O0" },
	{ "clang", "-O2" }, { "clang", "-O0" },
};

#define FLAVOUR_COUNT ((int)(sizeof(flavours) / sizeof(flavours[0])))

static inline void write_source(const char *name, const char *text)
{
	SU_FREE char *path = su_format("%s/%s", dir, name);
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	ck_assert_int_eq(fclose(file), 0);
}

static inline void compile(const struct flavour *flavour, const char *flags, const char *source,
			   const char *program)
{
	SU_FREE char *command =
		su_format("cd %s && %s %s -w -g -fPIE -pie -Wl,--build-id %s -o %s %s", dir,
			  flavour->compiler, flavour->level, flags, program, source);

	ck_assert_msg(system(command) == 0, "%s", command);
}

/* Builds the patch from OLD to NEW in the directory; NULL and *ret_err when that is refused. */
static inline struct su_patch *plan(struct su_err **ret_err)
{
	SU_FREE char *old = su_format("%s/old", dir), *new = su_format("%s/new", dir);
	struct su_patch *patch = NULL;
	uint8_t *bytes;
	size_t size;

	*ret_err = su_make_patch(&(struct su_make_input){ .old_path = old, .new_path = new },
				 &bytes, &size);
	if (*ret_err)
		return NULL;
	struct su_err *err = su_patch_parse(bytes, size, "patch", &patch);
	ck_assert_msg(!err, "%s", err ? su_err_message(err) : "");
	return patch;
}

static inline struct su_patch *plan_pair(int flavour, const char *flags, const char *source)
{
	SU_FREE char *with = su_format("%s -DNEW", flags);
	struct su_err *err;

	write_source("program.c", source);
	compile(&flavours[flavour], flags, "program.c", "old");
	compile(&flavours[flavour], with, "program.c", "new");
	struct su_patch *patch = plan(&err);
	ck_assert_msg(patch, "%s", err ? su_err_message(err) : "");
	return patch;
}

static inline const struct su_patch_function *function_named(const struct su_patch *patch,
							     const char *name)
{
	for (size_t i = 0; i < patch->function_count; i++) {
		if (strcmp(su_patch_string(patch, patch->functions[i].name), name) == 0)
			return &patch->functions[i];
	}
	return NULL;
}

#endif
