/*
 * Patches of small pairs of programs: what counts as changed, how what is live at a call is carried
 * over, where jumps go, and what is refused.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "patch/reader.h"
#include "plan_fixture.h"
#include "suite.h"

static bool has_changed(const struct su_patch *patch, const char *name)
{
	const struct su_patch_function *function = function_named(patch, name);

	return function && function->change == SU_CHANGED;
}

/* Why a call return of the function has no checkpoint, or "" when all have one. */
static const char *reason_of(const struct su_patch *patch, const char *name)
{
	const struct su_patch_function *function = function_named(patch, name);

	for (size_t i = 0; i < patch->missing_count; i++) {
		const struct su_patch_missing *missing = &patch->missing[i];

		if (missing->direction == SU_FORWARD &&
		    &patch->functions[missing->function] == function)
			return su_patch_string(patch, missing->reason);
	}
	return "";
}

/* The first value of a forward checkpoint of the function that is called `variable`, or NULL. */
static const struct su_patch_value *value_of(const struct su_patch *patch, const char *name,
					     const char *variable)
{
	const struct su_patch_function *function = function_named(patch, name);

	for (size_t i = 0; i < patch->checkpoint_count; i++) {
		const struct su_patch_checkpoint *point = &patch->checkpoints[i];

		if (point->direction != SU_FORWARD ||
		    &patch->functions[point->function] != function)
			continue;
		for (uint32_t v = 0; v < point->value_count; v++) {
			const struct su_patch_value *value = &patch->values[point->first_value + v];

			if (strcmp(su_patch_string(patch, value->name), variable) == 0)
				return value;
		}
	}
	return NULL;
}

/* ---- constants without a name ---- */

#define PRELUDE                                                                                    \
	"#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <unistd.h>\n"      \
	"#define N __attribute__((noinline, noclone))\n"                                           \
	"N void sink(const void *p) { __asm__ volatile(\"\" : : \"r\"(p) : \"memory\"); }\n"       \
	"N void tick(void) { __asm__ volatile(\"\" : : : \"memory\"); }\n"                         \
	"N int number(void) { int x = 1; __asm__ volatile(\"\" : \"+r\"(x)); return x; }\n"

/* The start of the array looks like a string: one character, and a zero byte. */
#define LETTERS(last)                                                                              \
	"{65,66,67,68,69,70,71,72,73,74,75,76,77,78,79,80,81,82,83,84,85,86,87,88,89,90,91,92,"    \
	"93,94,95,96,97,98,99,100,101,102,103,104,105,106,107,108,109,110,111,112,113,114," last   \
	"}"

static const char array_pair[] =
	PRELUDE "N void fill(void) {\n"
		"#ifdef NEW\n int a[51] = " LETTERS(
			"7") ";\n"
			     "#else\n int a[51] = " LETTERS(
				     "8") ";\n#endif\n"
					  " sink(a); }\n"
					  "int main(void) { puts(\"A\"); fill(); return 0; }\n";

START_TEST(arrays_are_no_strings)
{
	struct su_patch *patch = plan_pair(_i, "", array_pair);

	ck_assert(has_changed(patch, "fill"));
	ck_assert(!has_changed(patch, "main"));
	su_patch_close(patch);
}
END_TEST

/* ---- carrying over ---- */

static const char seeded_pair[] = PRELUDE
	"N void work(int n) {\n"
	"#ifdef NEW\n int errors = 3;\n#endif\n"
	" for (int i = 0; i < n; i++) {\n"
	"#ifdef NEW\n if (number() < 0) errors++;\n#else\n number();\n#endif\n"
	" tick(); }\n"
	"#ifdef NEW\n if (errors > 3) sink(stdout); if (errors == number()) tick();\n#endif\n }\n"
	"int main(int c, char **v) { work(c); return 0; }\n";

START_TEST(new_local_starts_with_its_constant)
{
	struct su_patch *patch = plan_pair(_i, "", seeded_pair);
	const struct su_patch_value *errors = value_of(patch, "work", "errors");

	ck_assert_str_eq(reason_of(patch, "work"), "");
	ck_assert_ptr_nonnull(errors);
	ck_assert_int_eq(errors->derivation, SU_DERIVED_SEEDED);
	ck_assert_int_eq(errors->from_kind, SU_STORAGE_CONST);
	ck_assert_int_eq(errors->from_offset, 3);
	su_patch_close(patch);
}
END_TEST

static const char widened_pair[] =
	PRELUDE "#ifdef NEW\n typedef long count;\n#else\n typedef int count;\n#endif\n"
		"N count next(int x) { __asm__ volatile(\"\" : \"+r\"(x)); return x; }\n"
		"N void take(long x) { __asm__ volatile(\"\" : : \"r\"(x)); }\n"
		"N void work(int n) { count total = -5; __asm__ volatile(\"\" : \"+r\"(total));\n"
		" for (int i = 0; i < n; i++) { tick(); total += number(); }\n"
		" take(total); }\n"
		"int main(int c, char **v) { work(c); return 0; }\n";

START_TEST(widened_integers_keep_their_sign)
{
	struct su_patch *patch = plan_pair(_i, "", widened_pair);
	const struct su_patch_value *total = value_of(patch, "work", "total");

	if (total) {
		ck_assert_uint_eq(total->size, 8);
		ck_assert_msg(strstr(su_patch_string(patch, total->text), "sx32"), "%s",
			      su_patch_string(patch, total->text));
	}
	ck_assert_msg(total || *reason_of(patch, "work"), "total is neither carried nor missing");
	su_patch_close(patch);
}
END_TEST

/* The object moves: there is a second one in the new version. Who may still hold its address? */
#define OBJECT_PAIR(use)                                                                           \
	PRELUDE                                                                                    \
	"char *kept; N void keep(char *p) { kept = p; __asm__ volatile(\"\" : : : \"memory\"); "   \
	"}\n"                                                                                      \
	"N void work(int n) { char text[40];\n"                                                    \
	"#ifdef NEW\n char more[600];\n#endif\n"                                                   \
	" snprintf(text, sizeof(text), \"%d\", n);\n" use                                          \
	"#ifdef NEW\n snprintf(more, sizeof(more), \"%d\", 7); puts(more);\n#endif\n }\n"          \
	"int main(int c, char **v) { work(c); return 0; }\n"

START_TEST(private_object_moves)
{
	struct su_patch *patch = plan_pair(_i, "", OBJECT_PAIR("getpid(); puts(text);\n"));
	const struct su_patch_value *text = value_of(patch, "work", "text");

	ck_assert_msg(text, "%s", reason_of(patch, "work"));
	ck_assert_int_eq(text->derivation, SU_DERIVED_OBJECT);
	su_patch_close(patch);
}
END_TEST

static bool moves(const struct su_patch *patch, const char *name, const char *object)
{
	const struct su_patch_value *value = value_of(patch, name, object);

	return value && value->to_offset != value->from_offset;
}

/* Whether a checkpoint moves the object though its address might be held. */
static bool moves_unasked(const struct su_patch *patch, const char *object)
{
	for (size_t i = 0; i < patch->checkpoint_count; i++) {
		const struct su_patch_checkpoint *point = &patch->checkpoints[i];

		for (uint32_t v = 0; v < point->value_count; v++) {
			const struct su_patch_value *value = &patch->values[point->first_value + v];

			if (!strcmp(su_patch_string(patch, value->name), object) &&
			    value->to_offset != value->from_offset &&
			    !(point->flags & SU_POINT_UNHELD))
				return true;
		}
	}
	return false;
}

START_TEST(held_object_does_not_move_unasked)
{
	struct su_patch *patch =
		plan_pair(_i, "", OBJECT_PAIR("keep(text); getpid(); puts(kept);\n"));

	ck_assert(!moves_unasked(patch, "text"));
	if (!value_of(patch, "work", "text"))
		ck_assert_str_ne(reason_of(patch, "work"), "");
	su_patch_close(patch);
}
END_TEST

/* Whether a value of the function is calculated, and not only copied. */
static bool calculates(const struct su_patch *patch, const char *name)
{
	const struct su_patch_function *function = function_named(patch, name);

	for (size_t i = 0; i < patch->checkpoint_count; i++) {
		const struct su_patch_checkpoint *point = &patch->checkpoints[i];

		for (uint32_t v = 0; v < point->value_count; v++) {
			const struct su_patch_value *value = &patch->values[point->first_value + v];

			if (&patch->functions[point->function] == function &&
			    value->from_kind == SU_STORAGE_NONE &&
			    *su_patch_string(patch, value->text))
				return true;
		}
	}
	return false;
}

START_TEST(pointer_that_a_library_returns_is_followed)
{
	struct su_patch *patch = plan_pair(_i, "",
					   OBJECT_PAIR("char *p = strchr(text, '1'); getpid();\n"
						       " if (p) *p = 2; getpid(); puts(text);\n"));

	/* at the return of the first getpid() after strchr(), p points into the old text */
	if (moves(patch, "work", "text"))
		ck_assert(*reason_of(patch, "work") || calculates(patch, "work"));
	su_patch_close(patch);
}
END_TEST

START_TEST(pointer_that_a_library_stores_is_followed)
{
	struct su_patch *patch = plan_pair(_i, "",
					   OBJECT_PAIR("char *end; long x = strtol(text, &end, 10);"
						       " getpid(); puts(end); if (x) getpid();"
						       " puts(text);\n"));
	ck_assert(!moves_unasked(patch, "text"));
	su_patch_close(patch);
}
END_TEST

/* ---- assembly ---- */

/* work() in assembly, tested by what stands in `body` of both versions. */
static struct su_patch *plan_assembly(const char *old_body, const char *new_body)
{
	static const struct flavour gcc = { "gcc", "-O2" };
	static const char program[] = PRELUDE "int work(int a, int b);\n"
					      "int main(int c, char **v) { return work(c, 2); }\n";
	const char *bodies[] = { old_body, new_body }, *names[] = { "old", "new" };
	struct su_err *err;

	write_source("program.c", program);
	for (int i = 0; i < 2; i++) {
		SU_FREE char *text = su_format(".text\n.globl work\n.type work, @function\nwork:\n"
					       ".cfi_startproc\n%s\n.cfi_endproc\n"
					       ".size work, . - work\n"
					       ".section .note.GNU-stack,\"\",@progbits\n",
					       bodies[i]);

		write_source("work.s", text);
		compile(&gcc, "", "program.c work.s", names[i]);
	}
	struct su_patch *patch = plan(&err);
	ck_assert_msg(patch, "%s", err ? su_err_message(err) : "");
	return patch;
}

#define SAVE_RBX " push %rbx\n .cfi_adjust_cfa_offset 8\n .cfi_offset %rbx, -16\n"
#define RESTORE_RBX " pop %rbx\n .cfi_adjust_cfa_offset -8\n ret\n"

START_TEST(part_of_a_register_is_not_all_of_it)
{
	struct su_patch *patch = plan_assembly(
		SAVE_RBX
		" mov %edi, %ebx\n mov $1, %bl\n call getpid@plt\n mov %ebx, %eax\n" RESTORE_RBX,
		SAVE_RBX " mov %esi, %ebx\n mov $1, %bl\n call getpid@plt\n lea 1(%rbx), "
			 "%eax\n" RESTORE_RBX);

	ck_assert_ptr_nonnull(strstr(reason_of(patch, "work"), "in rbx"));
	su_patch_close(patch);
}
END_TEST

START_TEST(short_addresses_are_not_constants)
{
	struct su_patch *patch = plan_assembly(
		SAVE_RBX " lea 5(%edi), %ebx\n call getpid@plt\n mov %ebx, %eax\n" RESTORE_RBX,
		SAVE_RBX " lea 5(%esi), %ebx\n call getpid@plt\n lea 1(%rbx), %eax\n" RESTORE_RBX);

	ck_assert_ptr_nonnull(strstr(reason_of(patch, "work"), "in rbx"));
	su_patch_close(patch);
}
END_TEST

/* The callee of a tail call finds its stack argument where the caller found its own. */
START_TEST(stack_arguments_of_tail_calls_are_live)
{
	struct su_patch *patch = plan_assembly(
		SAVE_RBX " addl $5, 16(%rsp)\n call getpid@plt\n mov $1, %edi\n pop %rbx\n"
			 " .cfi_adjust_cfa_offset -8\n jmp sink\n",
		SAVE_RBX " addl $6, 16(%rsp)\n call getpid@plt\n mov $2, %edi\n pop %rbx\n"
			 " .cfi_adjust_cfa_offset -8\n jmp sink\n");

	ck_assert_ptr_nonnull(strstr(reason_of(patch, "work"), "CFA+0"));
	su_patch_close(patch);
}
END_TEST

/* Old work() may be in old leaf() when the update comes; leaf() goes on as the new one. */
#define LEAF(effect)                                                                               \
	" .pushsection .text, 1\n .type leaf, @function\nleaf: " effect                            \
	" nopl 0x10000(%rax)\n ret\n .size leaf, . - leaf\n .popsection\n"

START_TEST(registers_that_the_new_callee_writes_are_lost)
{
	struct su_patch *patch = plan_assembly(
		SAVE_RBX " call getppid@plt\n mov %eax, %r10d\n call leaf\n mov %r10d, %eax\n"
			 " xor %edx, %edx\n" RESTORE_RBX LEAF(""),
		SAVE_RBX
		" call getppid@plt\n mov %eax, %ebx\n call leaf\n lea 1(%rbx), %eax\n"
		" xor %edx, %edx\n" RESTORE_RBX LEAF(" xor %r10d, %r10d\n xor %eax, %eax\n"));

	ck_assert_ptr_nonnull(strstr(reason_of(patch, "work"), "in rbx"));
	su_patch_close(patch);
}
END_TEST

#define THREE_CALLS(result)                                                                        \
	SAVE_RBX " lea tick(%rip), %rax\n mov %rax, %rbx\n call *%rbx\n call *%rbx\n call *%rbx\n" \
		 " mov $" result ", %eax\n nopl 0x10000(%rax)\n nopl 0x10000(%rax)\n"              \
		 " nopl 0x10000(%rax)\n" RESTORE_RBX

/* Return addresses two bytes apart: the landing pad of the first one is a short jump to an island.
 */
START_TEST(near_return_addresses_get_islands)
{
	struct su_patch *patch = plan_assembly(THREE_CALLS("1"), THREE_CALLS("2"));
	const struct su_patch_function *work = function_named(patch, "work");
	size_t islands = 0, shorts = 0, pads = 0;

	ck_assert_uint_eq(work->call_returns[SU_FORWARD], 3);
	ck_assert_uint_eq(work->call_returns_derived[SU_FORWARD], 3);
	for (size_t i = 0; i < patch->jump_count; i++) {
		const struct su_patch_jump *jump = &patch->jumps[i];

		if (jump->direction != SU_FORWARD)
			continue;
		islands += jump->kind == SU_JUMP_ISLAND;
		pads += jump->kind == SU_JUMP_PAD;
		shorts += jump->size == 2;
		for (size_t j = 0; j < i; j++) {
			const struct su_patch_jump *other = &patch->jumps[j];

			ck_assert(other->direction != SU_FORWARD ||
				  other->at + other->size <= jump->at ||
				  jump->at + jump->size <= other->at);
		}
	}
	ck_assert_uint_eq(pads, 3);
	ck_assert_uint_eq(islands, 2);
	ck_assert_uint_eq(shorts, 2);
	su_patch_close(patch);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("plan");
	TCase *tests = tcase_create("plan");

	tcase_set_timeout(tests, 60);
	tcase_add_unchecked_fixture(tests, make_dir, remove_dir);
	tcase_add_loop_test(tests, arrays_are_no_strings, 0, FLAVOUR_COUNT);
	tcase_add_loop_test(tests, new_local_starts_with_its_constant, 0, FLAVOUR_COUNT);
	tcase_add_loop_test(tests, widened_integers_keep_their_sign, 0, FLAVOUR_COUNT);
	tcase_add_loop_test(tests, private_object_moves, 0, FLAVOUR_COUNT);
	tcase_add_loop_test(tests, held_object_does_not_move_unasked, 0, FLAVOUR_COUNT);
	tcase_add_loop_test(tests, pointer_that_a_library_returns_is_followed, 0, FLAVOUR_COUNT);
	tcase_add_loop_test(tests, pointer_that_a_library_stores_is_followed, 0, FLAVOUR_COUNT);
	tcase_add_test(tests, part_of_a_register_is_not_all_of_it);
	tcase_add_test(tests, short_addresses_are_not_constants);
	tcase_add_test(tests, stack_arguments_of_tail_calls_are_live);
	tcase_add_test(tests, registers_that_the_new_callee_writes_are_lost);
	tcase_add_test(tests, near_return_addresses_get_islands);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
