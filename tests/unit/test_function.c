/*
 * src/analysis: blocks, edges, jump tables and clobbers of small programs, built by gcc and clang
 * at several levels, position-independent and not.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/clobber.h"
#include "suite.h"

static const char source[] =
	"#include <stdio.h>\n#include <stdlib.h>\n#include <threads.h>\n#include <unistd.h>\n"
	"#define N __attribute__((noinline, noclone))\n"
	"int g; int (*hook)(int);\n"
	/* seven cases from 0 */
	"N int one(int x) { switch (x) { case 0: return g * 3; case 1: g++; return 7;\n"
	" case 2: return puts(\"a\"); case 3: return g - 1; case 4: return g << 3;\n"
	" case 5: puts(\"zz\"); return 8; case 6: return g / 3; default: return -1; } }\n"
	/* the table's address is loop-invariant */
	"N int loop(const char *p) { int n = 0; for (;;) switch (*p++) { case 'a': n += 3; break;\n"
	" case 'b': n *= 5; break; case 'c': n -= g; break; case 'd': n ^= 9; break;\n"
	" case 'e': puts(\"e\"); break; case 'f': n /= 3; break; case 'g': n = g * g; break;\n"
	" case 'h': return n; default: n++; } }\n"
	"N int two(int x, int y) { int n = 0; switch (x) { case 0: n = g; break;\n"
	" case 1: n = puts(\"1\"); break; case 2: n = 3 * g; break; case 3: n = getpid(); break;\n"
	" case 4: n = abs(g); break; case 5: n = 8; }\n"
	" switch (y) { case 10: n += g; break; case 11: n -= puts(\"1\"); break;\n"
	" case 12: n *= 3 * g; break; case 13: n += getpid(); break; case 14: n /= g; break;\n"
	" case 15: n = 8; break; case 17: n = 11; } return n; }\n"
	/* the index is not checked: every value is a case */
	"N int all(unsigned x) { switch (x & 7) { case 0: return g * 3; case 1: return "
	"puts(\"q\");\n"
	" case 2: g = 1; return 4; case 3: return getpid(); case 4: return abs(g);\n"
	" case 5: return g / 7; case 6: puts(\"y\"); return 1; case 7: return g ^ 5; } return 0; "
	"}\n"
	"N int labels(const unsigned char *p) { static void *t[] = { &&a, &&b, &&c }; int n = 0;\n"
	" next: goto *t[*p++ % 3]; a: n += 3; goto next; b: n *= g; goto next; c: return n; }\n"
	"N int pointer(int x) { g += x; return hook(x + 1); }\n"
	"N int direct(int x) { g = x; return one(x + 2); }\n"
	"__attribute__((cold, noinline)) void bad(int x) { printf(\"bad %d\\n\", x); }\n"
	"N int split(int x) { if (x > 1000) { bad(x); g = 17; bad(g); return g; }\n"
	" return one(x) + g; }\n"
	"N int last(int x) { if (x == 4) return g; printf(\"%d\\n\", x); abort(); }\n"
	"N int gives_up(int x) { if (x == 4) { thrd_exit(x); } return one(x) + g; }\n"
	"N int leaf(int x, int y) { return x * 3 + y; }\n"
	"N int calls_leaf(int x) { return leaf(x, 4) + 1; }\n"
	"N int calls_out(int x) { return getpid() + x; }\n"
	"N int even(int x); N int odd(int x) { return x ? even(x - 1) : 0; }\n"
	"N int even(int x) { return x ? odd(x - 1) : 1; }\n"
	"int main(int c, char **v) { hook = one; return one(c) + loop(v[0]) + two(c, c) + all(c) "
	"+\n"
	" labels((void *)v[0]) + pointer(c) + direct(c) + split(c) + last(c) + gives_up(c) + "
	"calls_leaf(c) +\n"
	" calls_out(c) + odd(c); }\n";

static char dir[] = "/tmp/su-test-function-XXXXXX";

struct flavour {
	const char *compiler, *flags;
};

static const struct flavour flavours[] = {
	{ "gcc", "-O0 -fPIE -pie" },
	{ "gcc", "-O1 -fPIE -pie" },
	{ "gcc", "-O2 -fPIE -pie" },
	{ "gcc", "-O3 -fPIE -pie" },
	{ "gcc", "-Os -fPIE -pie" },
	{ "gcc", "-O2 -fPIE -pie -fcf-protection=full -fstack-protector-strong" },
	{ "gcc", "-O2 -fPIE -pie -fno-plt" },
	{ "gcc", "-O0 -fno-pie -no-pie" },
	{ "gcc", "-O2 -fno-pie -no-pie" },
	{ "gcc", "-Os -fno-pie -no-pie" },
	{ "clang", "-O0 -fPIE -pie" },
	{ "clang", "-O2 -fPIE -pie" },
	{ "clang", "-Os -fPIE -pie" },
	{ "clang", "-O0 -fno-pie -no-pie" },
	{ "clang", "-O2 -fno-pie -no-pie" },
};

#define FLAVOUR_COUNT ((int)(sizeof(flavours) / sizeof(flavours[0])))

static void build_all(void)
{
	ck_assert_ptr_nonnull(mkdtemp(dir));
	SU_FREE char *path = su_format("%s/program.c", dir);
	FILE *out = fopen(path, "w");
	ck_assert_ptr_nonnull(out);
	fputs(source, out);
	fclose(out);
	for (int i = 0; i < FLAVOUR_COUNT; i++) {
		SU_FREE char *command =
			su_format("%s -w -g %s -Wl,--build-id -o %s/%d %s", flavours[i].compiler,
				  flavours[i].flags, dir, i, path);

		ck_assert_msg(system(command) == 0, "%s", command);
	}
}

static void remove_all(void)
{
	SU_FREE char *command = su_format("rm -r %s", dir);

	ck_assert_int_eq(system(command), 0);
}

/* ---- one opened program ---- */

static struct su_image *image;
static struct su_debug *debug;
static struct su_arena *arena;

static void open_flavour(int i)
{
	SU_FREE char *path = su_format("%s/%d", dir, i);
	struct su_err *err = su_image_open(path, NULL, 0, &image);

	ck_assert_msg(!err, "%s", err ? su_err_message(err) : "");
	ck_assert_ptr_null(su_debug_open(image, &debug));
	arena = su_arena_create();
}

static void close_flavour(void)
{
	su_arena_destroy(arena);
	su_debug_close(debug);
	su_image_close(image);
}

static const struct su_symbol *find(const char *name)
{
	for (size_t i = 0; i < image->symbol_count; i++) {
		if (image->symbols[i].size && !strcmp(image->symbols[i].name, name))
			return &image->symbols[i];
	}
	return NULL;
}

static struct su_function *function_named(const char *name)
{
	SU_FREE char *cold = su_format("%s.cold", name);
	const struct su_symbol *body = find(name), *split = find(cold);
	struct su_part parts[2] = { 0 };

	ck_assert_ptr_nonnull(body);
	parts[0] = (struct su_part){ body->vaddr, body->size };
	if (split)
		parts[1] = (struct su_part){ split->vaddr, split->size };
	return su_function_create(arena, image, debug, parts, split ? 2 : 1);
}

/* What holds of every function. */
static void check_shape(const struct su_function *function)
{
	uint32_t next = 0;

	for (uint32_t b = 0; b < function->block_count; b++) {
		const struct su_block *block = &function->blocks[b];

		ck_assert_uint_eq(block->first, next);
		ck_assert_uint_gt(block->count, 0);
		for (uint32_t i = 0; i < block->count; i++)
			ck_assert_uint_eq(function->block_of[block->first + i], b);
		for (uint32_t i = 0; i + 1 < block->count; i++)
			ck_assert_uint_ne(function->insns[block->first + i].flow, SU_FLOW_JUMP);
		for (uint32_t i = 0; i < block->succ_count; i++)
			ck_assert_uint_lt(block->succ[i], function->block_count);
		ck_assert(block->succ_count || block->leaves || function->opaque);
		next += block->count;
	}
	ck_assert_uint_eq(next, function->insn_count);
	for (uint32_t i = 0; i < function->insn_count; i++)
		ck_assert_uint_eq(su_function_insn_at(function, function->insns[i].vaddr), i);
	ck_assert_uint_eq(su_function_insn_at(function, function->parts[0].vaddr - 1), SU_NO_INSN);
}

static uint32_t indirect_jumps(const struct su_function *function)
{
	uint32_t count = 0;

	for (size_t i = 0; i < function->insn_count; i++)
		count += function->insns[i].flow == SU_FLOW_JUMP_IND;
	return count;
}

/* The function has tables of these lengths, and they are all that its indirect jumps use. A
 * compiler that made no table (a chain of comparisons) leaves nothing to check. */
static void expect_tables(int flavour, const char *name, uint32_t first, uint32_t second)
{
	const struct su_function *function = function_named(name);
	uint32_t wanted = second ? 2 : 1;

	check_shape(function);
	ck_assert_msg(!function->opaque && function->relocatable, "%d %s: %s", flavour, name,
		      function->opaque);
	if (!indirect_jumps(function))
		return;
	ck_assert_msg(function->table_count == wanted, "%d %s: %zu tables", flavour, name,
		      function->table_count);
	uint32_t a = function->tables[0].count, b = wanted == 2 ? function->tables[1].count : 0;
	ck_assert_msg((a == first && b == second) || (a == second && b == first),
		      "%d %s: tables of %u and %u entries", flavour, name, a, b);
}

START_TEST(tables_have_their_entries)
{
	open_flavour(_i);
	expect_tables(_i, "one", 7, 0);
	expect_tables(_i, "loop", 8, 0);
	expect_tables(_i, "two", 6, 8);
	/* gcc -Os makes the first case the one outside of the bounds */
	bool small = !strcmp(flavours[_i].compiler, "gcc") && strstr(flavours[_i].flags, "-Os");
	expect_tables(_i, "all", small ? 7 : 8, 0);
	close_flavour();
}
END_TEST

START_TEST(gcc_makes_tables)
{
	open_flavour(_i);
	if (!strcmp(flavours[_i].compiler, "gcc"))
		ck_assert_uint_eq(function_named("one")->table_count, 1);
	close_flavour();
}
END_TEST

START_TEST(labels_make_opaque)
{
	const struct su_function *function;

	open_flavour(_i);
	function = function_named("labels");
	check_shape(function);
	/* a constant table of labels that is only indexed to jump is as good as a switch's */
	if (function->opaque || strstr(flavours[_i].flags, "-fPIE"))
		ck_assert_str_eq(function->opaque, "labels whose address is taken");
	else
		ck_assert_uint_eq(function->tables[0].count, 3);
	ck_assert(function->relocatable);
	for (size_t i = 0; i < function->block_count; i++) {
		const struct su_block *block = &function->blocks[i];
		const struct su_insn *end = &function->insns[block->first + block->count - 1];

		if (end->flow == SU_FLOW_JUMP_IND)
			ck_assert_uint_eq(block->succ_count, 3);
	}
	close_flavour();
}
END_TEST

START_TEST(tail_calls_leave)
{
	static const char *const tail_callers[] = { "pointer", "direct" };

	open_flavour(_i);
	for (size_t i = 0; i < 2; i++) {
		const struct su_function *function = function_named(tail_callers[i]);
		const struct su_block *last = &function->blocks[function->block_count - 1];

		check_shape(function);
		ck_assert_msg(!function->opaque, "%d %s: %s", _i, tail_callers[i],
			      function->opaque);
		ck_assert(last->leaves);
		ck_assert_uint_eq(last->succ_count, 0);
	}
	close_flavour();
}
END_TEST

START_TEST(cold_parts_belong)
{
	const struct su_function *function;
	bool there = false, back = false;

	open_flavour(_i);
	function = function_named("split");
	check_shape(function);
	ck_assert_ptr_null(function->opaque);
	for (size_t i = 0; i < function->block_count; i++) {
		const struct su_block *block = &function->blocks[i];
		uint64_t from = function->insns[block->first].vaddr;

		for (uint32_t k = 0; k < block->succ_count; k++) {
			uint64_t to = function->insns[function->blocks[block->succ[k]].first].vaddr;
			bool from_body = from - function->parts[0].vaddr < function->parts[0].size;
			bool to_body = to - function->parts[0].vaddr < function->parts[0].size;

			there |= from_body && !to_body;
			back |= !from_body && to_body;
		}
	}
	if (function->part_count == 2)
		ck_assert(there);
	ck_assert(function->part_count == 2 || (!there && !back));
	close_flavour();
}
END_TEST

static bool has_final_call(const struct su_function *function)
{
	bool found = false;

	for (size_t i = 0; i < function->block_count; i++) {
		const struct su_block *block = &function->blocks[i];
		const struct su_insn *end = &function->insns[block->first + block->count - 1];
		bool call = end->flow == SU_FLOW_CALL || end->flow == SU_FLOW_CALL_IND;

		found |= call && block->leaves && block->succ_count == 0;
	}
	return found;
}

/* abort() is known by its name, thrd_exit() by its declaration, which clang -O0 does not describe.
 */
START_TEST(calls_that_never_return_end)
{
	static const char *const names[] = { "last", "gives_up" };
	const struct flavour *flavour = &flavours[_i];
	bool described = strcmp(flavour->compiler, "clang") != 0 || !strstr(flavour->flags, "-O0");

	open_flavour(_i);
	for (int i = 0; i < 1 + described; i++) {
		const struct su_function *function = function_named(names[i]);

		check_shape(function);
		ck_assert_msg(has_final_call(function), "%s", names[i]);
	}
	close_flavour();
}
END_TEST

/* ---- clobbers ---- */

static struct su_clobbers *clobbers_of_all(void)
{
	static const char *const names[] = { "one",	  "pointer", "leaf", "calls_leaf",
					     "calls_out", "even",    "odd" };
	enum { COUNT = sizeof(names) / sizeof(names[0]) };
	static const struct su_function *functions[COUNT];
	static uint64_t entries[COUNT];

	for (size_t i = 0; i < COUNT; i++) {
		functions[i] = function_named(names[i]);
		entries[i] = functions[i]->parts[0].vaddr;
	}
	return su_clobbers_create(arena, functions, entries, COUNT);
}

static struct su_regset clobbered(const struct su_clobbers *clobbers, const char *name)
{
	struct su_regset set;

	su_clobbers_of(clobbers, find(name)->vaddr, &set);
	return set;
}

static bool is_everything(const struct su_regset *set)
{
	return set->gpr[SU_RAX] && set->gpr[SU_RCX] && set->gpr[SU_RDX] && set->gpr[SU_RSI] &&
	       set->gpr[SU_RDI] && set->gpr[SU_R8] && set->gpr[SU_R9] && set->gpr[SU_R10] &&
	       set->gpr[SU_R11] && set->vector == UINT32_MAX && set->other;
}

START_TEST(clobbers_follow_calls)
{
	struct su_regset set;

	open_flavour(_i);
	const struct su_clobbers *clobbers = clobbers_of_all();
	static const char *const known[] = { "leaf", "calls_leaf", "even", "odd" };
	for (size_t i = 0; i < 4; i++) {
		set = clobbered(clobbers, known[i]);
		ck_assert_msg(set.gpr[SU_RAX] && !set.gpr[SU_R10] && !set.gpr[SU_RBX] &&
				      !set.gpr[SU_RSP] && !set.vector,
			      "%d %s", _i, known[i]);
	}
	static const char *const unknown[] = { "one", "pointer", "calls_out" };
	for (size_t i = 0; i < 3; i++) {
		set = clobbered(clobbers, unknown[i]);
		ck_assert_msg(is_everything(&set), "%d %s", _i, unknown[i]);
	}
	set = clobbered(clobbers, "main"); /* not given */
	ck_assert(is_everything(&set));
	close_flavour();
}
END_TEST

/* ---- code that no compiler makes ---- */

static const char assembly[] =
	".text\n.globl _start\n_start: ret\n"
	".macro func name\n.globl \\name\n.type \\name,@function\n\\name:\n.endm\n"
	".macro done name\n.size \\name, .-\\name\n.endm\n"
	"func undecodable\n nop\n .byte 0x06\n ret\ndone undecodable\n"
	"func middle\n jmp 1f+1\n1: movl $0x90909090, %eax\n ret\ndone middle\n"
	/* with a frame, this is no tail call */
	"func framed\n push %rbx\n mov (%rdi), %rax\n jmp *%rax\ndone framed\n"
	"func unframed\n push %rbx\n mov %rdi, %rbx\n pop %rbx\n jmp *8(%rsi)\ndone unframed\n"
	"func pointered\n push %rbp\n mov %rsp, %rbp\n sub $32, %rsp\n leave\n jmp *(%rdi)\n"
	"done pointered\n"
	"func computed\n mov (%rdi), %rax\n add %rsi, %rax\n jmp *%rax\ndone computed\n"
	/* an entry within the bound leaves the function */
	"func escapes\n cmp $3, %edi\n ja 2f\n mov %edi, %edi\n lea table(%rip), %rdx\n"
	" movslq (%rdx,%rdi,4), %rax\n add %rdx, %rax\n jmp *%rax\n7: xor %eax, %eax\n2: ret\n"
	"done escapes\n"
	/* `die` holds no way back, so its caller has given back its frame at the jump */
	"func die\n sub $8, %rsp\n 1: call die\n jmp 1b\n call die\ndone die\n"
	"func dies\n test %edi, %edi\n jne 3f\n 4: push %rbx\n call die\n3: cmp $4, %edi\n"
	" je 4b\n jmp *(%rsi)\ndone dies\n"
	/* the base of the second switch is no table of this function */
	"func mistaken\n lea good(%rip), %rdx\n movslq (%rdx,%rdi,4), %rax\n add %rdx, %rax\n"
	" jmp *%rax\n5: lea table(%rip), %rdx\n movslq (%rdx,%rdi,4), %rax\n add %rdx, %rax\n"
	" jmp *%rax\n6: ret\ndone mistaken\n"
	"func falls\n test %edi, %edi\n jne falls\n nop\ndone falls\n"
	".section .rodata\n.balign 4\ntable: .long 7b-table, 2b-table, _start-table, 7b-table\n"
	"good: .long 5b-good, 6b-good\n";

struct odd {
	const char *name, *opaque;
	bool relocatable;
};

static const struct odd odds[] = {
	{ "undecodable", "bytes that do not decode", false },
	{ "middle", "a jump between two instructions", false },
	{ "framed", "an indirect jump that could not be resolved", false },
	{ "unframed", NULL, true },
	{ "pointered", NULL, true },
	{ "computed", "an indirect jump that could not be resolved", false },
	{ "escapes", "a jump table with entries that leave the function", false },
	{ "dies", NULL, true },
	{ "mistaken", "an indirect jump that could not be resolved", false },
	{ "falls", NULL, true },
};

START_TEST(odd_code_is_judged)
{
	SU_FREE char *path = su_format("%s/odd.s", dir);
	SU_FREE char *command =
		su_format("gcc -nostdlib -Wl,--build-id -fPIE -pie -o %s/99 %s", dir, path);
	FILE *out = fopen(path, "w");

	ck_assert_ptr_nonnull(out);
	fputs(assembly, out);
	fclose(out);
	ck_assert_int_eq(system(command), 0);
	open_flavour(99);
	for (size_t i = 0; i < sizeof(odds) / sizeof(odds[0]); i++) {
		const struct su_function *function = function_named(odds[i].name);
		const char *opaque = function->opaque ? function->opaque : "-";

		check_shape(function);
		ck_assert_msg(!strcmp(opaque, odds[i].opaque ? odds[i].opaque : "-") &&
				      function->relocatable == odds[i].relocatable,
			      "%s: %s, %d", odds[i].name, opaque, function->relocatable);
	}
	close_flavour();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("function");
	TCase *tests = tcase_create("function");

	tcase_set_timeout(tests, 60);
	tcase_add_unchecked_fixture(tests, build_all, remove_all);
	tcase_add_loop_test(tests, tables_have_their_entries, 0, FLAVOUR_COUNT);
	tcase_add_loop_test(tests, gcc_makes_tables, 0, FLAVOUR_COUNT);
	tcase_add_loop_test(tests, labels_make_opaque, 0, FLAVOUR_COUNT);
	tcase_add_loop_test(tests, tail_calls_leave, 0, FLAVOUR_COUNT);
	tcase_add_loop_test(tests, cold_parts_belong, 0, FLAVOUR_COUNT);
	tcase_add_loop_test(tests, calls_that_never_return_end, 0, FLAVOUR_COUNT);
	tcase_add_loop_test(tests, clobbers_follow_calls, 0, FLAVOUR_COUNT);
	tcase_add_test(tests, odd_code_is_judged);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
