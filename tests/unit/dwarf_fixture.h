/*
 * Programs for the tests of src/dwarf, built when the tests run: by gcc and clang, at the usual
 * optimisation levels, with DWARF 4 and 5 and the forms it may take in a file. They stand in a
 * directory of their own (`dir`), from set_up() to tear_down().
 */
#ifndef SU_TESTS_DWARF_FIXTURE_H
#define SU_TESTS_DWARF_FIXTURE_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "dwarf/debuginfo.h"
#include "elf/image.h"

static const char types_header[] =
	"struct list { struct list *next; int value; unsigned low:3, high:5; };\n"
	"typedef struct { long size; char name[16]; } item;\n"
	"typedef unsigned int word;\n";

static const char main_source[] =
	"#include <stdio.h>\n#include <stdlib.h>\n#include \"types.h\"\n"
	"union either { item a; double b[2]; struct list l; };\n"
	"struct loop; struct loop { struct loop *me; union either u; int (*call)(struct loop *, "
	"int);"
	" word w; };\n"
	"void touch(const volatile void *p); int scale(struct list *n, int k);\n"
	"static __thread long per_thread = 3; int external_one; static item items[4];\n"
	"struct loop ring;\n"
	"static inline int bump(int by) {\n"
	"  static int counter;\n"
	"  { static int n; n += by; touch(&n); }\n"
	"  { static int n = 5; n += by; counter += n; touch(&n); }\n"
	"  counter += by; touch(&counter); return counter; }\n"
	"static inline int sum_of(const int *at, int len) {\n"
	"  int sum = 0;\n"
	"  for (int i = 0; i < len; i++) sum += at[i];\n"
	"  touch(at);\n"
	"  return sum; }\n"
	"__attribute__((noinline)) static int work(int a, struct list *n, int k, int e4, int e5,\n"
	"                                          int e6, int seven, int eight) {\n"
	"  struct list list[3]; int total = a; char text[24]; volatile int slot = a;\n"
	"  for (int i = 0; i < 3; i++) {\n"
	"    list[i].value = i + k; touch(&list[i]); total += list[i].value; }\n"
	"  for (int i = 0; i < k; i++) { touch(n); total += n->value * i; }\n"
	"  if (total == 123456) { fprintf(stderr, \"bad\\n\"); abort(); }\n"
	"  snprintf(text, sizeof text, \"%d %d %d %d %d %d %d\", a, total, seven, eight, e4, e5, "
	"e6);\n"
	"  touch(text); touch(&slot); touch(&seven);\n"
	"  int numbers[4] = { a, k, total, 1 };\n"
	"  total += sum_of(numbers, 3);\n"
	"  numbers[1] = slot;\n"
	"  total += sum_of(numbers, 4);\n"
	"  return total + text[0] + slot + n->value + bump(a); }\n"
	"int main(int argc, char **argv) {\n"
	"  struct list x = { 0, argc, 1, 2 }; touch(argv);\n"
	"  per_thread += bump(argc); items[1].size += argc; external_one = argc;\n"
	"  touch(&per_thread); touch(items); touch(&ring); touch(&external_one);\n"
	"  return (work(argc, &x, 3, 4, 5, 6, 7, 8) + scale(&x, argc)) & 1; }\n";

static const char other_source[] =
	"#include \"types.h\"\n"
	"static int hidden;\n"
	"__attribute__((noinline)) void touch(const volatile void *p) {\n"
	"  __asm__ volatile(\"\" : : \"r\"(p) : \"memory\"); }\n"
	"int scale(struct list *n, int k) { hidden += k; return n->value * k + hidden; }\n"
	"double half(double x, item *i) { return x / 2 + i->size; }\n";

static char dir[] = "/tmp/su-test-dwarf-XXXXXX";

struct build {
	const char *name, *compiler, *flags;
};

static const struct build builds[] = {
	{ "gcc-O0", "gcc", "-O0" },
	{ "gcc-O2", "gcc", "-O2" },
	{ "gcc-O3", "gcc", "-O3" },
	{ "gcc-Os", "gcc", "-Os" },
	{ "gcc-O2-4", "gcc", "-O2 -gdwarf-4" },
	{ "gcc-O2-fp", "gcc", "-O2 -fno-omit-frame-pointer" },
	{ "gcc-O2-units", "gcc", "-O2 -gdwarf-4 -fdebug-types-section" },
	{ "gcc-O2-z", "gcc", "-O2 -gz" },
	{ "gcc-O2-lto", "gcc", "-O2 -flto" },
	{ "clang-O0", "clang", "-O0" },
	{ "clang-O2", "clang", "-O2" },
	{ "clang-Os", "clang", "-Os" },
	{ "clang-O2-4", "clang", "-O2 -gdwarf-4" },
	{ "clang-O2-fp", "clang", "-O2 -fno-omit-frame-pointer" },
};

#define BUILD_COUNT (sizeof(builds) / sizeof(builds[0]))

static void shell(const char *fmt, ...) SU_PRINTF(1, 2);

static void shell(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	SU_FREE char *text = su_vformat(fmt, args);
	va_end(args);
	SU_FREE char *command = su_format("cd %s && { %s; }", dir, text);
	ck_assert_msg(system(command) == 0, "%s", command);
}

static void write_file(const char *name, const char *text)
{
	SU_FREE char *path = su_format("%s/%s", dir, name);
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
}

static void set_up(void)
{
	ck_assert_ptr_nonnull(mkdtemp(dir));
	write_file("types.h", types_header);
	write_file("main.c", main_source);
	write_file("other.c", other_source);
	for (size_t i = 0; i < BUILD_COUNT; i++)
		shell("%s -g %s -no-pie -fno-pie -Wl,--build-id main.c other.c -o %s",
		      builds[i].compiler, builds[i].flags, builds[i].name);
}

static void tear_down(void)
{
	SU_FREE char *command = su_format("rm -rf %s", dir);

	ck_assert_int_eq(system(command), 0);
}

struct opened {
	char *path;
	struct su_image *image;
	struct su_debug *debug;
};

static struct opened open_program(const char *name)
{
	struct opened program = { .path = su_format("%s/%s", dir, name) };
	struct su_err *err = su_image_open(program.path, NULL, 0, &program.image);

	if (!err)
		err = su_debug_open(program.image, &program.debug);
	ck_assert_msg(!err, "%s", err ? su_err_message(err) : "");
	return program;
}

static void close_program(struct opened *program)
{
	su_debug_close(program->debug);
	su_image_close(program->image);
	free(program->path);
}

/* Entry of `work`, whatever the compiler made of its name. */
static inline uint64_t work_entry(const struct opened *program)
{
	struct su_dwarf_function function;

	for (size_t i = 0; i < program->image->symbol_count; i++) {
		const struct su_symbol *symbol = &program->image->symbols[i];
		if (strncmp(symbol->name, "work", 4) == 0 &&
		    su_debug_function_at(program->debug, symbol->vaddr, &function) &&
		    function.entry == symbol->vaddr)
			return symbol->vaddr;
	}
	ck_abort_msg("%s has no work()", program->path);
}

/* The innermost variable of that name in scope at `vaddr`, or NULL. */
static inline const struct su_local *innermost(const struct opened *program, uint64_t entry,
					       uint64_t vaddr, const char *name)
{
	const struct su_local *locals, *found = NULL;
	size_t count;
	struct su_err *err = su_debug_locals(program->debug, entry, &locals, &count);

	ck_assert_ptr_null(err);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(locals[i].name, name) == 0 &&
		    su_debug_local_in_scope(program->debug, entry, (uint32_t)i, vaddr))
			found = &locals[i];
	}
	return found;
}

#endif
