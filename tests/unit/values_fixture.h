/*
 * A program for the tests of src/analysis that exercises compilers, built when the tests run by gcc
 * and clang at several levels, and what the analysis says of it. The builds stand in a directory of
 * their own (`dir`), from build_all() to remove_all(), named by their index in `flavours`.
 */
#ifndef SU_TESTS_VALUES_FIXTURE_H
#define SU_TESTS_VALUES_FIXTURE_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "analysis/live.h"
#include "analysis/numbering.h"
#include "diff/program.h"

static const char source[] =
	"#include <math.h>\n#include <stdarg.h>\n#include <stdio.h>\n#include <stdlib.h>\n"
	"#include <string.h>\n"
	"#define N __attribute__((noinline))\n"
	"struct pair { long a, b; }; struct big { int v[9]; };\n"
	"static unsigned seed = 7; int (*hook)(int, int);\n"
	"N int next(void) { seed = seed * 1103515245u + 12345u; return seed >> 16 & 0x7fff; }\n"
	"N int add(int a, int b) { return a + b + next() % 3; }\n"
	"N int many(int a, int b, int c, int d, int e, int f, int g, int h) {\n"
	" int x = next(); int y = add(a, h); return a * x + b * y + c - d + e * 2 + f + g * h; }\n"
	"N int tail(int a, int b, int c, int d, int e, int f, int g, int h) {\n"
	" g += next() % 5; if (a > b) puts(\"tail\"); return many(b, a, c, d, e, f, g, h + 1); }\n"
	"N struct pair two(int n) { struct pair p = { n, next() }; if (n > 3) p.b += two(n - 1).a; "
	"return p; }\n"
	"N struct big nine(int n) { struct big r; for (int i = 0; i < 9; i++) r.v[i] = add(i, n);\n"
	" return r; }\n"
	"N int total(int n, ...) { va_list l; va_start(l, n); int s = 0;\n"
	" for (int i = 0; i < n; i++) { s += va_arg(l, int); s ^= next(); } va_end(l); return s; "
	"}\n"
	"N double mean(const double *p, int n) { double s = 0; for (int i = 0; i < n; i++) {\n"
	" s += p[i] * next(); s = sqrt(s + 1); } return s / n; }\n"
	"N int words(char *text) { int n = 0; for (char *w = strtok(text, \" \"); w;\n"
	" w = strtok(NULL, \" \")) { n += strlen(w) * 3 + next() % 2; } return n; }\n"
	"N int choose(int x) { int n = next(); switch (x) { case 0: n = add(n, 1); break;\n"
	" case 1: n = many(1, 2, 3, 4, 5, 6, 7, n); break; case 2: puts(\"two\"); break;\n"
	" case 3: n -= total(3, 1, 2, 3); break; case 4: n = n / 7 + next(); break;\n"
	" case 5: n ^= next(); break; default: return -n; } return n + add(x, n); }\n"
	"static int compare(const void *a, const void *b) {\n"
	" int x = *(const int *)a, y = *(const int *)b; return (x > y) - (x < y) + 0 * next(); }\n"
	"N int sorted(int n) { int v[20]; for (int i = 0; i < 20; i++) v[i] = next() % 100;\n"
	" qsort(v, 20, sizeof(int), compare); int s = 0;\n"
	" for (int i = 0; i < 20; i++) s = s * 3 + v[i]; return s + n; }\n"
	"N long mixed(char a, short b, int c, long d, unsigned char e) {\n"
	" long r = a; for (int i = 0; i < 4; i++) { r = r * 31 + b + next(); b += e; c -= a;\n"
	"  d ^= r; if (d & 1) r += add(c, b); else e = next(); } return r + c + d + e; }\n"
	"N int deep(int n) { char text[32]; snprintf(text, sizeof(text), \"%d\", n);\n"
	" int x = next(), y = next(), z = next(); if (n) x += deep(n - 1);\n"
	" y += strlen(text); z += next(); return x * 3 + y * 5 + z * 7; }\n"
	"N long dynamic(int n) { long v[n % 5 + 2], s = 1; for (int i = 0; i < n % 5 + 2; i++)\n"
	" v[i] = next(); for (int k = 1; k < 3; k++) { char w[k * 9 + n]; memset(w, k, k * 9 + "
	"n);\n"
	"  s += add(w[n] + n, k) * s; s ^= v[k - 1]; } return s + v[n % 5 + 1] + add(n, 1); }\n"
	"N long aligned(int a, int b, int c, int d, int e, int f, int g, int h) {\n"
	" __attribute__((aligned(64))) int v[16]; memset(v, a, sizeof(v)); long s = next() + g;\n"
	" qsort(v, 16, sizeof(int), compare); s = s * 3 + add(v[3], b) * h; s += next();\n"
	" return s + ((long)v & 63) + v[a & 15] + c * d - e + f; }\n"
	"N long both(int n) { __attribute__((aligned(32))) int v[8]; char w[n + 1]; memset(v, n, "
	"32);"
	"\n memset(w, n, n + 1); long s = next() + (v[n & 7] ^ w[n]); s += add(v[2], w[0]) * s;\n"
	" return s + ((long)v & 31); }\n"
	"int main(int argc, char **argv) { hook = add; double d[4] = { 1, 2, 3, 4 };\n"
	" for (int i = 0; i < 8; i++) {\n"
	"  char text[] = \"the quick brown fox jumps\"; struct pair p = two(i);\n"
	"  struct big b = nine(i); int t = total(4, i, 2, p.a, b.v[3]);\n"
	"  printf(\"%d %ld %ld %d %d\\n\", i, p.a, p.b, b.v[8], t);\n"
	"  printf(\"%d %d %.6f %d\\n\", words(text), choose(i), mean(d, 4), hook(i, t));\n"
	"  printf(\"%d %d %ld\\n\", tail(i, 4, 3, 4, 5, 6, 7, i), sorted(i), mixed(i, 2, t, 4, "
	"5));\n"
	"  printf(\"%d %ld\\n\", deep(i), dynamic(i));\n"
	"  printf(\"%ld %ld\\n\", aligned(i, 2, 3, 4, 5, 6, 7, t), both(i)); }\n"
	" return 0; }\n";

struct flavour {
	const char *compiler, *flags;
};

static const struct flavour flavours[] = {
	{ "gcc", "-O0" },
	{ "gcc", "-O1" },
	{ "gcc", "-O2" },
	{ "gcc", "-O3" },
	{ "gcc", "-Os" },
	{ "gcc", "-O2 -fno-omit-frame-pointer" },
	{ "gcc", "-O2 -fstack-protector-strong -fcf-protection=full" },
	{ "clang", "-O0" },
	{ "clang", "-O2" },
	{ "clang", "-Os" },
	{ "clang", "-O2 -fno-omit-frame-pointer" },
};

#define FLAVOUR_COUNT ((int)(sizeof(flavours) / sizeof(flavours[0])))

static char dir[] = "/tmp/su-test-values-XXXXXX";

/* Builds all; `then` is what the shell does with each, whose name is $n, in `dir`. */
static inline void build_all(const char *then)
{
	ck_assert_ptr_nonnull(mkdtemp(dir));
	SU_FREE char *path = su_format("%s/program.c", dir);
	FILE *out = fopen(path, "w");
	ck_assert_ptr_nonnull(out);
	fputs(source, out);
	fclose(out);
	for (int i = 0; i < FLAVOUR_COUNT; i++) {
		SU_FREE char *command = su_format(
			"cd %s && n=%d && %s -w -g %s -fPIE -pie -Wl,--build-id program.c -o $n "
			"-lm && %s",
			dir, i, flavours[i].compiler, flavours[i].flags, then);

		ck_assert_msg(system(command) == 0, "%s", command);
	}
}

static inline void remove_all(void)
{
	SU_FREE char *command = su_format("rm -r %s", dir);

	ck_assert_int_eq(system(command), 0);
}

/* ---- one analysed program ---- */

struct analysed {
	const struct su_routine *routine;
	struct su_values *values;
	struct su_live *live;
};

static struct su_program *program;
static struct su_arena *arena;
static SU_VEC(struct analysed) all;

static inline void analyse(int flavour)
{
	SU_FREE char *path = su_format("%s/%d", dir, flavour);
	struct su_err *err = su_program_open(path, NULL, 0, &program);

	ck_assert_msg(!err, "%s", err ? su_err_message(err) : "");
	arena = su_arena_create();
	for (size_t i = 0; i < program->routines.len; i++) {
		const struct su_routine *routine = &program->routines.at[i];
		struct analysed one = { .routine = routine };

		if (routine->startup)
			continue;
		one.values =
			su_values_create(arena, program->image, program->debug, program->clobbers,
					 program->escapes, routine->vaddr, routine->code);
		ck_assert_msg(!one.values->unknown, "%s: %s", routine->name, one.values->unknown);
		one.live = su_live_create(one.values);
		su_vec_push(&all, one);
	}
	ck_assert_uint_ge(all.len, 10);
}

static inline void forget(void)
{
	for (size_t i = 0; i < all.len; i++)
		su_values_deinit(all.at[i].values);
	su_vec_deinit(&all);
	su_arena_destroy(arena);
	su_program_close(program);
}

static inline const struct su_value *value_in(struct su_values *values, const uint32_t *state,
					      uint32_t loc)
{
	return su_value_get(values, state[loc]);
}

#endif
