/*
 * Programs for the tests of src/elf, built when the tests run: by gcc and clang, with the linkers
 * and PLT forms that occur, and a shared library with versioned symbols. They stand in a directory
 * of their own (`dir`), from set_up() to tear_down().
 */
#ifndef SU_TESTS_ELF_FIXTURE_H
#define SU_TESTS_ELF_FIXTURE_H

#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "elf/image.h"

static const char lib_source[] =
	"int shared_var = 7; int shared_table[16];\n"
	"int first(void) { return 1; }\n"
	"int second(void) { return 2; }\n"
	"__asm__(\".symver first,lib_call@LIB_1\");\n"
	"__asm__(\".symver second,lib_call@@LIB_2\");\n"
	"int hook(void) { return 3; } int call_hook(void) { return hook() + 1; }\n";
static const char lib_versions[] = "LIB_1 { global: lib_call; };\n"
				   "LIB_2 { global: *; } LIB_1;\n";
static const char app_source[] =
	"#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n"
	"extern int shared_var, shared_table[16]; int lib_call(void); int call_hook(void);\n"
	"__thread int per_thread = 3; __thread int per_thread_zero;\n"
	"static int counter; int zeros[100]; const char *names[] = { \"one\", \"two\" };\n"
	"__attribute__((noinline)) static int same(int x) { return x * 3 + counter; }\n"
	"int same_a(int x) { return same(x + 1); }\n"
	"int (*pointers[])(const char *) = { puts, atoi };\n"
	"int (*volatile taken)(const char *, const char *) = strcmp;\n"
	"int main(int argc, char **argv) {\n"
	"  counter += argc + shared_var + shared_table[3] + per_thread + per_thread_zero;\n"
	"  puts(names[argc & 1]); fprintf(stderr, \"%d\\n\", lib_call() + call_hook());\n"
	"  if (taken == strcmp) puts(\"equal\");\n"
	"  return same_a(strcmp(argv[0], \"x\")) + pointers[argc & 1](\"12\") + zeros[argc]; }\n";
static const char other_source[] =
	"static int same(int x) { return x * 5; } int same_b(int x) { return same(x); }\n"
	"__asm__(\".text\\n.type empty,@function\\n.globl empty\\nempty: ret\\n\");\n";

static const char static_source[] = "#include <stdio.h>\nint main(void) { return puts(\"x\"); }\n";

static char dir[] = "/tmp/su-test-elf-XXXXXX";

struct build {
	const char *name, *compiler, *flags;
};

#define CF_FULL "-fcf-protection=full -Wl,-z,ibtplt"
#define CF_NONE "-fcf-protection=none"

static const struct build builds[] = {
	{ "gcc-lazy", "gcc", "-O2 -pie -fPIE -Wl,-z,lazy " CF_NONE },
	{ "gcc-lazy-cf", "gcc", "-O2 -pie -fPIE -Wl,-z,lazy " CF_FULL },
	{ "gcc-now", "gcc", "-O2 -pie -fPIE -Wl,-z,now " CF_NONE },
	{ "gcc-now-cf", "gcc", "-O2 -pie -fPIE -Wl,-z,now " CF_FULL },
	{ "gcc-nopie", "gcc", "-O0 -no-pie -fno-pie -Wl,-z,lazy " CF_NONE },
	{ "gcc-nopie-cf", "gcc", "-O2 -no-pie -fno-pie -Wl,-z,now " CF_FULL },
	{ "gcc-noplt", "gcc", "-O2 -pie -fPIE -fno-plt" },
	{ "gcc-relr", "gcc", "-O2 -pie -fPIE -Wl,-z,pack-relative-relocs" },
	{ "gcc-gold", "gcc", "-O2 -pie -fPIE -fuse-ld=gold -Wl,-z,lazy" },
	{ "gcc-emit-relocs", "gcc", "-O2 -pie -fPIE -Wl,--emit-relocs" },
	{ "clang-lazy", "clang", "-O2 -pie -fPIE -Wl,-z,lazy " CF_NONE },
	{ "clang-now-cf", "clang", "-O2 -pie -fPIE -Wl,-z,now " CF_FULL },
	{ "clang-nopie", "clang", "-Os -no-pie -fno-pie -Wl,-z,lazy " CF_NONE },
	{ "clang-lld", "clang",
	  "-O2 -pie -fPIE -fuse-ld=lld -Wl,-z,lazy,--build-id,--pack-dyn-relocs=relr" },
	{ "clang-lld-cf", "clang",
	  "-O2 -pie -fPIE -fuse-ld=lld -Wl,--build-id,-z,force-ibt -fcf-protection=full" },
};

#define BUILD_COUNT (sizeof(builds) / sizeof(builds[0]))

static inline void shell(const char *fmt, ...) SU_PRINTF(1, 2);

static inline void shell(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	char *text = su_vformat(fmt, args);
	va_end(args);
	char *command = su_format("cd %s && { %s; }", dir, text);
	ck_assert_msg(system(command) == 0, "%s", command);
	free(command);
	free(text);
}

static inline void write_file(const char *name, const char *text)
{
	char *path = su_format("%s/%s", dir, name);
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
	free(path);
}

/* Where lld is not installed, another build stands in for its own. */
static inline void make_build(const struct build *build)
{
	if (strstr(build->flags, "fuse-ld=lld") && system("command -v ld.lld >/dev/null") != 0) {
		fprintf(stderr, "# no ld.lld: %s is gcc-relr\n", build->name);
		shell("cp gcc-relr %s", build->name);
		return;
	}
	shell("%s -g -Wl,--build-id %s app.c other.c liblib.so -o %s", build->compiler,
	      build->flags, build->name);
}

static inline void set_up(void)
{
	ck_assert_ptr_nonnull(mkdtemp(dir));
	write_file("lib.c", lib_source);
	write_file("lib.map", lib_versions);
	write_file("app.c", app_source);
	write_file("other.c", other_source);
	write_file("static.c", static_source);
	shell("gcc -g -O2 -fPIC -shared lib.c -o liblib.so -Wl,--build-id,-soname,liblib.so.2,"
	      "--version-script=lib.map");
	for (size_t i = 0; i < BUILD_COUNT; i++)
		make_build(&builds[i]);
	shell("gcc -g -O2 -static -Wl,--build-id static.c -o static");
}

static inline void tear_down(void)
{
	char *command = su_format("rm -rf %s", dir);

	ck_assert_int_eq(system(command), 0);
	free(command);
}

/* Strips build `name` to NAME.stripped and puts its debug file under debug-NAME/. */
static inline void split_debug(const char *name)
{
	shell("id=$(readelf -n %s | sed -n 's/.*Build ID: //p') && "
	      "d=debug-%s/.build-id/$(printf %%.2s $id) && mkdir -p $d && "
	      "objcopy --only-keep-debug %s $d/${id#??}.debug && "
	      "strip -o %s.stripped %s",
	      name, name, name, name, name);
}

static inline struct su_image *open_image(const char *name)
{
	SU_FREE char *path = su_format("%s/%s", dir, name);
	struct su_image *image;
	struct su_err *err = su_image_open(path, NULL, 0, &image);

	ck_assert_msg(!err, "%s", err ? su_err_message(err) : "");
	return image;
}

static inline const struct su_symbol *find_symbol(const struct su_image *image, const char *name)
{
	for (size_t i = 0; i < image->symbol_count; i++) {
		if (strcmp(image->symbols[i].name, name) == 0)
			return &image->symbols[i];
	}
	return NULL;
}

/* The same numbers on every run that starts from the same state. */
static uint32_t random_state;

static inline uint32_t next_random(uint32_t below)
{
	random_state = random_state * 1664525 + 1013904223;
	return (uint32_t)(((uint64_t)random_state * below) >> 32);
}

#endif
