/*
 * src/analysis/escape: what functions do with the pointers that they are given, as their source
 * says it, built by gcc and clang at several levels.
 *
 * `kept` in a case is what the source keeps: the analysis must never say less.  Where it is marked
 * exact, it must not say more either.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/escape.h"
#include "diff/match/match.h"
#include "suite.h"

static const char source[] =
	"#include <pthread.h>\n#include <stdlib.h>\n#include <string.h>\n#include <unistd.h>\n"
	"#define N __attribute__((noinline, noclone, noipa))\n"
	"struct node { struct node *next; long v, w; };\n"
	"struct node *head; void (*hook)(struct node *); long sum;\n"
	"N long reads(struct node *a) {\n#ifdef OTHER\n head = a;\n#endif\n return a->v; }\n"
	"N void writes(struct node *a, long b) { a->v = b; sum += b; }\n"
	"N void keeps(struct node *a) { head = a; }\n"
	"N void links(struct node *a, struct node *b) { a->next = b; }\n"
	"N struct node *gives(struct node *a, long n) { return n ? a : head; }\n"
	"N void inside(char *a) { head = (struct node *)(a + 8); }\n"
	"N void by_pointer(struct node *a) { hook(a); }\n"
	"N long through(struct node *a) { writes(a, 3); return reads(a); }\n"
	"N void keeps_through(struct node *a) { sum++; keeps(a); sum--; }\n"
	"N void keeps_given(struct node *a) { keeps(gives(a, sum)); }\n"
	"N struct node *gives_given(struct node *a) { struct node *b = gives(a, 2); b->v++; "
	"return b; }\n"
	"N long recursive(struct node *a, int n) { a->w += n; return n ? recursive(a, n - 1) + "
	"a->v "
	": 0; }\n"
	"N long odd(struct node *a, int n); N long even(struct node *a, int n) { a->v++; return n "
	"? "
	"odd(a, n - 1) + 1 : 0; }\n"
	"N long odd(struct node *a, int n) { a->w++; return n ? even(a, n - 1) + 2 : 1; }\n"
	"N long bad_odd(struct node *a, int n); N long bad_even(struct node *a, int n) { return n "
	"? "
	"bad_odd(a, n - 1) + 1 : 0; }\n"
	"N long bad_odd(struct node *a, int n) { if (n == 7) head = a; return n ? bad_even(a, n - "
	"1)"
	" + 2 : 1; }\n"
	"N long fills(char *a, char *b) { memset(a, 0, 9); memcpy(a, b, 5); return strlen(a); }\n"
	"N void *starts(struct node *a, pthread_t *b) { pthread_create(b, 0, (void *(*)(void *))"
	"reads, a); return 0; }\n"
	"N void pair(struct node *a, struct node *b) { static struct node *both[2]; both[0] = a; "
	"both[1] = b; hook(both[0]); }\n"
	"N void hides(struct node *a) { struct node own; own.next = a; own.v = 1; own.w = 2; "
	"*head = own; }\n"
	"N void lends(struct node *a) { struct node own = { a, 1, 2 }; hook(&own); }\n"
	"N void seventh(long a, long b, long c, long d, long e, long f, struct node *g) { "
	"head = g; sum = a + b + c + d + e + f; }\n"
	"N void passes_seventh(struct node *a) { seventh(1, 2, 3, 4, 5, 6, a); }\n"
	"N void exchanges(struct node *a) { struct { struct node *p; long n; } static "
	"__attribute__((aligned(16))) pair; char ok; __asm__ volatile(\"lock cmpxchg16b %0; sete "
	"%1\" : \"+m\"(pair), \"=q\"(ok) : \"a\"(0l), \"d\"(0l), \"b\"(a), \"c\"(0l) : \"cc\", "
	"\"memory\"); }\n"
	"N void spilled(struct node *a, struct node *b) { for (int i = 0; i < 3; i++) { "
	"write(1, b, 0); __asm__ volatile(\"\" ::: \"rbx\", \"r12\", \"r13\", \"r14\", \"r15\"); "
	"((struct node **)head)[0] = a; ((struct node **)head)[1] = b; } }\n"
	"N void adds(struct node *a) { sum += (long)a; }\n"
	"N void shifts(struct node *a, int n) { sum = (long)a << n; }\n"
	"N long counts(struct node *a, struct node *b) { long n = 0; for (struct node *c = a; c != "
	"b;"
	" c = c + 1) n += c->v + (write(1, c, 0) < 0); return n; }\n"
	"N struct node *chooses(struct node *a, struct node *b, int n) { return n ? a : b; }\n"
	"int main(void) { struct node x = { 0 }; keeps(&x); return (int)through(&x); }\n";

static const char *const flavours[] = {
	"gcc -O0",	    "gcc -O1",	 "gcc -O2",   "gcc -O3",   "gcc -Os",
	"gcc -O2 -fno-plt", "clang -O0", "clang -O2", "clang -Os",
};

#define FLAVOUR_COUNT ((int)(sizeof(flavours) / sizeof(flavours[0])))

struct expected {
	const char *name;
	int pointers;		/* the first arguments; what is said of others does not count */
	uint8_t kept, returned; /* bit n: argument n */
	bool exact;
};

static const struct expected cases[] = {
	{ "reads", 1, 0, 0, true },	     { "writes", 2, 2, 0, true },
	{ "keeps", 1, 1, 0, true },	     { "links", 2, 2, 0, true },
	{ "gives", 1, 0, 1, true },	     { "inside", 1, 1, 0, true },
	{ "by_pointer", 1, 1, 0, true },     { "through", 1, 0, 0, true },
	{ "keeps_through", 1, 1, 0, true },  { "keeps_given", 1, 1, 0, true },
	{ "gives_given", 1, 0, 1, true },    { "recursive", 1, 0, 0, true },
	{ "even", 1, 0, 0, true },	     { "odd", 1, 0, 0, true },
	{ "bad_even", 1, 1, 0, true },	     { "bad_odd", 1, 1, 0, true },
	{ "fills", 2, 0, 0, true },	     { "starts", 2, 1, 0, true },
	{ "pair", 2, 3, 0, true },	     { "hides", 1, 1, 0, true },
	{ "lends", 1, 1, 0, true },	     { "seventh", 6, 0, 0, false },
	{ "passes_seventh", 1, 1, 0, true }, { "adds", 1, 1, 0, true },
	{ "shifts", 1, 1, 0, true },	     { "exchanges", 1, 1, 0, true },
	{ "spilled", 2, 3, 0, true },	     { "counts", 2, 0, 0, true },
	{ "chooses", 2, 0, 3, true },
};

#define CASE_COUNT (sizeof(cases) / sizeof(cases[0]))

static char dir[] = "/tmp/su-test-escape-XXXXXX";

static void build(const char *name, const char *flavour, const char *defines)
{
	SU_FREE char *command =
		su_format("cd %s && %s -w -g %s -fPIE -pie -pthread -Wl,--build-id program.c -o %s",
			  dir, flavour, defines, name);

	ck_assert_msg(system(command) == 0, "%s", command);
}

static void build_all(void)
{
	ck_assert_ptr_nonnull(mkdtemp(dir));
	SU_FREE char *path = su_format("%s/program.c", dir);
	FILE *out = fopen(path, "w");
	ck_assert_ptr_nonnull(out);
	fputs(source, out);
	fclose(out);
	for (int i = 0; i < FLAVOUR_COUNT; i++) {
		SU_FREE char *name = su_format("%d", i);

		build(name, flavours[i], "");
	}
	build("other", flavours[2], "-DOTHER");
}

static void remove_all(void)
{
	SU_FREE char *command = su_format("rm -r %s", dir);

	ck_assert_int_eq(system(command), 0);
}

static struct su_program *open_program(const char *name)
{
	SU_FREE char *path = su_format("%s/%s", dir, name);
	struct su_program *program;
	struct su_err *err = su_program_open(path, NULL, 0, &program);

	ck_assert_msg(!err, "%s", err ? su_err_message(err) : "");
	return program;
}

/* The answer for a call of `name`. */
static struct su_escape escape_of(const struct su_program *program, const char *name)
{
	struct su_insn call = { .opcode = SU_OPC_CALL, .flow = SU_FLOW_CALL };

	for (size_t i = 0; i < program->routines.len; i++) {
		if (strcmp(program->routines.at[i].name, name) == 0)
			call.target = program->routines.at[i].vaddr;
	}
	ck_assert_msg(call.target, "no %s", name);
	return su_escapes_by(program->escapes, program->image, &call);
}

START_TEST(pointers_go_where_the_source_says)
{
	SU_FREE char *name = su_format("%d", _i);
	struct su_program *program = open_program(name);

	for (size_t i = 0; i < CASE_COUNT; i++) {
		const struct expected *want = &cases[i];
		struct su_escape found = escape_of(program, want->name);
		int declared = (1 << want->pointers) - 1;

		ck_assert_msg((found.kept & want->kept) == want->kept, "%s: %s keeps %x, not %x",
			      flavours[_i], want->name, found.kept, want->kept);
		ck_assert_msg(((found.returned[0] | found.kept) & want->returned) == want->returned,
			      "%s: %s returns %x, not %x", flavours[_i], want->name,
			      found.returned[0], want->returned);
		ck_assert_msg(!want->exact || ((found.kept ^ want->kept) & declared) == 0,
			      "%s: %s keeps %x, not %x", flavours[_i], want->name, found.kept,
			      want->kept);
	}
	su_program_close(program);
}
END_TEST

/* A call may begin in one version and end in the other. */
START_TEST(both_versions_count)
{
	struct su_program *a = open_program("2"), *b = open_program("other");

	su_match_programs(a, b);
	ck_assert_uint_eq(escape_of(a, "reads").kept, 1);
	ck_assert_uint_eq(escape_of(a, "through").kept, 1);
	ck_assert_uint_eq(escape_of(b, "reads").kept, 1);
	ck_assert_uint_eq(escape_of(a, "writes").kept, 2);
	su_program_close(a);
	su_program_close(b);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("escape");
	TCase *tests = tcase_create("escape");

	tcase_set_timeout(tests, 300);
	tcase_add_unchecked_fixture(tests, build_all, remove_all);
	tcase_add_loop_test(tests, pointers_go_where_the_source_says, 0, FLAVOUR_COUNT);
	tcase_add_test(tests, both_versions_count);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
