/*
 * What src/dwarf says of names, static variables, types, functions and lines, on programs that gcc
 * and clang build when the test runs: the answers follow from their source.
 */
#include "dwarf_fixture.h"
#include "suite.h"

static bool has_key(const struct su_local *locals, size_t count, const char *key)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(locals[i].key, key) == 0)
			return true;
	}
	return false;
}

START_TEST(keys_are_unique_and_in_source_order)
{
	struct opened program = open_program(builds[_i].name);
	uint64_t entry = work_entry(&program);
	const struct su_local *locals;
	size_t count;

	ck_assert_ptr_null(su_debug_locals(program.debug, entry, &locals, &count));
	for (size_t i = 0; i < count; i++) {
		ck_assert_uint_eq(locals[i].index, i);
		for (size_t k = 0; k < i; k++)
			ck_assert_str_ne(locals[i].key, locals[k].key);
	}
	ck_assert(has_key(locals, count, "a") && has_key(locals, count, "list"));
	ck_assert(has_key(locals, count, "i") && has_key(locals, count, "i#2"));
	if (!strstr(builds[_i].name, "-O0")) {
		ck_assert(has_key(locals, count, "sum_of>sum"));
		ck_assert(has_key(locals, count, "sum_of#2>sum"));
	}
	close_program(&program);
}
END_TEST

START_TEST(locals_are_described)
{
	struct opened program = open_program(builds[_i].name);
	uint64_t entry = work_entry(&program);
	const struct su_local *a = innermost(&program, entry, entry, "a");
	const struct su_local *list = innermost(&program, entry, entry, "list");
	const struct su_local *n = innermost(&program, entry, entry, "n");

	ck_assert(a && list && n);
	ck_assert(a->is_parameter && a->is_signed && !a->is_aggregate && a->size == 4);
	ck_assert_str_eq(a->type_name, "int");
	ck_assert(!list->is_parameter && list->is_aggregate && list->size == 48);
	ck_assert_str_eq(list->type_name, "struct list [3]");
	ck_assert_str_eq(n->type_name, "struct list *");
	ck_assert(n->type_hash && n->type_hash != list->type_hash);
	close_program(&program);
}
END_TEST

/* What leads where is as the source says, whatever the compiler leaves of it. */
START_TEST(uses_of_types_are_told_apart)
{
	const unsigned all_of_list = SU_TYPE_IN_FRAMES | SU_TYPE_HELD | SU_TYPE_ELSEWHERE;
	struct opened program = open_program(builds[_i].name);
	struct su_type_uses *uses = su_debug_type_uses(program.debug);
	const char *unit;

	if (su_debug_lack(program.debug, &unit)) {
		ck_assert_uint_eq(su_debug_uses_of(uses, "struct list"), SU_TYPE_ELSEWHERE);
	} else {
		ck_assert_uint_eq(su_debug_uses_of(uses, "struct list") & ~SU_TYPE_IN_RECORDS,
				  all_of_list);
		ck_assert(su_debug_uses_of(uses, "union either") & SU_TYPE_IN_RECORDS);
		ck_assert(su_debug_uses_of(uses, "struct loop") & SU_TYPE_HELD);
		ck_assert(su_debug_uses_of(uses, "item") & SU_TYPE_ELSEWHERE);
		ck_assert_uint_eq(su_debug_uses_of(uses, "struct nothing"), 0);
	}
	su_debug_type_uses_free(uses);
	close_program(&program);
}
END_TEST

static bool reaches(const struct opened *program, uint64_t entry, const char *name)
{
	struct su_map *names = su_map_create();
	struct su_type_reach *reach;
	bool does;

	su_map_put_str(names, name, names);
	reach = su_debug_type_reach(program->debug, names);
	does = su_debug_function_reaches(reach, entry);
	su_debug_type_reach_free(reach);
	su_map_destroy(names);
	return does;
}

START_TEST(functions_reach_types)
{
	struct opened program = open_program(builds[_i].name);
	uint64_t entry = work_entry(&program);

	ck_assert(reaches(&program, entry, "struct list"));
	ck_assert(!reaches(&program, entry, "item"));
	ck_assert(!reaches(&program, entry, "struct loop"));
	close_program(&program);
}
END_TEST

static const struct su_static *find_static(const struct opened *program, const char *function,
					   const char *name, uint32_t ordinal)
{
	size_t count;
	const struct su_static *statics = su_debug_statics(program->debug, &count);

	for (size_t i = 0; i < count; i++) {
		bool same_owner =
			function ? statics[i].function && strcmp(statics[i].function, function) == 0
				 : !statics[i].function;
		ck_assert(i == 0 || statics[i - 1].vaddr <= statics[i].vaddr);
		if (same_owner && strcmp(statics[i].name, name) == 0 &&
		    statics[i].ordinal == ordinal)
			return &statics[i];
	}
	return NULL;
}

/* Initial values tell the two variables named n apart. */
START_TEST(statics_have_owners)
{
	struct opened program = open_program(builds[_i].name);
	const struct su_static *first = find_static(&program, "bump", "n", 0);
	const struct su_static *second = find_static(&program, "bump", "n", 1);
	const struct su_static *tls = find_static(&program, NULL, "per_thread", 0);
	const struct su_static *external = find_static(&program, NULL, "external_one", 0);
	const struct su_static *hidden = find_static(&program, NULL, "hidden", 0);
	const uint8_t *value;

	ck_assert(first && second && tls && external && hidden);
	ck_assert_ptr_nonnull(find_static(&program, "bump", "counter", 0));
	value = su_image_bytes(program.image, second->vaddr, 4);
	ck_assert(value && *value == 5 && first->vaddr != second->vaddr);
	ck_assert(tls->is_tls && tls->vaddr == 0 && tls->size == 8);
	ck_assert(external->is_external && !hidden->is_external && !hidden->is_tls);
	ck_assert_str_eq(hidden->unit, "other.c");
	ck_assert_str_eq(external->unit, "main.c");
	close_program(&program);
}
END_TEST

static const struct su_type *find_type(const struct opened *program, const char *name,
				       const char *unit)
{
	size_t count;
	const struct su_type *types = su_debug_types(program->debug, &count);

	for (size_t i = 0; i < count; i++) {
		if (strcmp(types[i].name, name) == 0 && (!unit || !strcmp(types[i].unit, unit)))
			return &types[i];
	}
	return NULL;
}

START_TEST(layouts_hash_the_same_in_every_build)
{
	struct opened reference = open_program("gcc-O2"), program = open_program(builds[_i].name);
	static const char *const names[] = { "struct list", "item", "union either", "struct loop" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const struct su_type *a = find_type(&reference, names[i], "main.c");
		const struct su_type *b = find_type(&program, names[i], NULL);
		ck_assert_msg(a && b, "%s", names[i]);
		ck_assert(a->hash && a->hash == b->hash && a->size == b->size);
	}
	ck_assert_uint_eq(find_type(&reference, "item", "main.c")->hash,
			  find_type(&reference, "item", "other.c")->hash);
	close_program(&program);
	close_program(&reference);
}
END_TEST

/* One declaration in two forms, and what is to be said of them (NULL: the same layout). */
static const struct {
	const char *old, *new, *said;
} changes[] = {
	{ "struct t { int a; };", "struct t { int a; int refs; };",
	  "member 'refs' is new at offset 4, size 4 -> 8" },
	{ "struct t { int a; char b; };", "struct t { int a; };",
	  "member 'b' is gone, size 8 -> 4" },
	{ "struct t { int a, b; };", "struct t { int b, a; };",
	  "member 'a' moved from offset 0 to 4, member 'b' moved from offset 4 to 0" },
	{ "struct t { int a; };", "struct t { unsigned a; };",
	  "member 'a' was 'int' and is 'unsigned int'" },
	{ "struct t { unsigned a:3; };", "struct t { unsigned a:4; };",
	  "member 'a' was 3 and is 4 bits wide" },
	{ "struct u { int x; }; struct t { struct u in; };",
	  "struct u { long x; }; struct t { struct u in; };",
	  "member 'in.x' was 'int' and is 'long int', size 4 -> 8" },
	{ "struct t { int a[3]; };", "struct t { int a[4]; };",
	  "member 'a' was 'int [3]' and is 'int [4]', size 12 -> 16" },
	{ "struct t { struct t *p; };", "struct t { struct other *p; };",
	  "member 'p' was 'struct t *' and is 'struct other *'" },
	{ "struct t { void (*f)(int); };", "struct t { void (*f)(long); };",
	  "member 'f' was 'void (int) *' and is 'void (long int) *'" },
	{ "struct t { int a; };", "typedef int number; struct t { const number a; };", NULL },
	{ "struct u { int x; }; struct t { struct u *p; };",
	  "struct u { long x; }; struct t { struct u *p; };", NULL },
	{ "struct t { enum { A, B } e; };", "struct t { enum { A, B, C } e; };", NULL },
};

START_TEST(differences_are_named)
{
	static const char program_text[] =
		"%s\nstruct t variable; int main(void) { return sizeof variable; }\n";
	SU_FREE char *old_text = su_format(program_text, changes[_i].old);
	SU_FREE char *new_text = su_format(program_text, changes[_i].new);

	SU_FREE char *old_name = su_format("old-%d", _i), *new_name = su_format("new-%d", _i);
	SU_FREE char *old_file = su_format("%s.c", old_name);
	SU_FREE char *new_file = su_format("%s.c", new_name);
	write_file(old_file, old_text);
	write_file(new_file, new_text);
	shell("gcc -g -Wl,--build-id %s -o %s", old_file, old_name);
	shell("gcc -g -Wl,--build-id %s -o %s", new_file, new_name);
	struct opened old = open_program(old_name), new = open_program(new_name);
	const struct su_type *a = find_type(&old, "struct t", NULL);
	const struct su_type *b = find_type(&new, "struct t", NULL);

	ck_assert(a && b && a->hash && b->hash);
	ck_assert_int_eq(a->hash == b->hash, changes[_i].said == NULL);
	if (changes[_i].said) {
		SU_FREE char *said = su_debug_types_differ(old.debug, a, new.debug, b);
		ck_assert_str_eq(said, changes[_i].said);
	}
	close_program(&old);
	close_program(&new);
}
END_TEST

START_TEST(functions_units_lines_are_found)
{
	struct opened program = open_program(builds[_i].name);
	uint64_t entry = work_entry(&program), result, hash;
	struct su_dwarf_function function;
	const char *file;
	int line;

	ck_assert(su_debug_function_at(program.debug, entry + 1, &function));
	ck_assert_str_eq(function.name, "work");
	ck_assert_str_eq(function.unit, "main.c");
	ck_assert(!function.external && function.entry == entry);
	ck_assert(su_debug_line_at(program.debug, entry, &file, &line));
	ck_assert_str_eq(file + strlen(file) - 6, "main.c");
	ck_assert(line == 19 || line == 20); /* its head takes two */
	ck_assert(su_debug_signature_at(program.debug, entry, &result, &hash));
	ck_assert_uint_ne(result, 0);
	ck_assert(!su_debug_function_at(program.debug, 0, &function));
	ck_assert(!su_debug_line_at(program.debug, 1, &file, &line));
	ck_assert_ptr_null(su_debug_unit_at(program.debug, 8));
	close_program(&program);
}
END_TEST

START_TEST(program_without_dwarf_has_frames_only)
{
	struct su_dwarf_function function;
	struct su_frame_row row;
	size_t count;

	shell("gcc -O2 -s -Wl,--build-id main.c other.c -o bare");
	struct opened program = open_program("bare");
	ck_assert(!su_debug_function_at(program.debug, program.image->entry, &function));
	ck_assert(su_debug_frame_row(program.debug, program.image->entry, &row));
	ck_assert(row.return_undefined);
	su_debug_statics(program.debug, &count);
	ck_assert_uint_eq(count, 0);
	su_debug_types(program.debug, &count);
	ck_assert_uint_eq(count, 0);
	close_program(&program);
}
END_TEST

static Suite *dwarf_suite(void)
{
	Suite *suite = suite_create("dwarf");
	TCase *built = tcase_create("built");

	tcase_set_timeout(built, 120);
	tcase_add_unchecked_fixture(built, set_up, tear_down);
	tcase_add_loop_test(built, keys_are_unique_and_in_source_order, 0, BUILD_COUNT);
	tcase_add_loop_test(built, locals_are_described, 0, BUILD_COUNT);
	tcase_add_loop_test(built, uses_of_types_are_told_apart, 0, BUILD_COUNT);
	tcase_add_loop_test(built, functions_reach_types, 0, BUILD_COUNT);
	tcase_add_loop_test(built, statics_have_owners, 0, BUILD_COUNT);
	tcase_add_loop_test(built, layouts_hash_the_same_in_every_build, 0, BUILD_COUNT);
	tcase_add_loop_test(built, differences_are_named, 0, sizeof(changes) / sizeof(*changes));
	tcase_add_loop_test(built, functions_units_lines_are_found, 0, BUILD_COUNT);
	tcase_add_test(built, program_without_dwarf_has_frames_only);
	suite_add_tcase(suite, built);
	return suite;
}

int main(void)
{
	return run_suite(dwarf_suite());
}
