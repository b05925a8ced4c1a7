/* src/elf: separate debug files, and files that are refused. */
#include "elf_fixture.h"
#include "suite.h"

static void expect_refusal(const char *path, const char *debug_dir, enum su_code code,
			   const char *message)
{
	struct su_image *image = NULL;
	struct su_err *err = su_image_open(path, &debug_dir, debug_dir ? 1 : 0, &image);

	ck_assert_ptr_null(image);
	ck_assert_msg(err != NULL, "%s was not refused", path);
	ck_assert_msg(su_err_code(err) == code && strstr(su_err_message(err), message), "[%s] %s",
		      su_code_name(su_err_code(err)), su_err_message(err));
	su_err_destroy(err);
}

/* ---- separate debug files ---- */

/* strip removes sections that --emit-relocs made, so indexes may differ. */
static const char *section_name(const struct su_image *image, const struct su_symbol *symbol)
{
	return symbol->shndx < image->section_count ? image->sections[symbol->shndx].name : "";
}

static void compare_symbols(const struct su_image *a, const struct su_image *b)
{
	ck_assert_uint_eq(a->symbol_count, b->symbol_count);
	for (size_t i = 0; i < a->symbol_count; i++) {
		const struct su_symbol *x = &a->symbols[i], *y = &b->symbols[i];

		ck_assert_str_eq(x->name, y->name);
		ck_assert_uint_eq(x->vaddr, y->vaddr);
		ck_assert_uint_eq(x->size, y->size);
		ck_assert_str_eq(section_name(a, x), section_name(b, y));
		ck_assert(x->dynamic == y->dynamic);
		ck_assert(!x->version == !y->version);
	}
}

START_TEST(debug_file_gives_what_was_stripped)
{
	const char *name = builds[_i].name;

	split_debug(name);
	SU_FREE char *path = su_format("%s/%s.stripped", dir, name);
	SU_FREE char *empty_dir = su_format("%s/none", dir);
	SU_FREE char *debug_dir = su_format("%s/debug-%s", dir, name);
	const char *dirs[] = { empty_dir, debug_dir };
	struct su_image *whole = open_image(name), *image, *bare;

	ck_assert_ptr_null(su_image_open(path, dirs, 2, &image));
	ck_assert_ptr_null(su_image_open(path, NULL, 0, &bare));
	ck_assert(image->has_symtab && !bare->has_symtab);
	ck_assert_ptr_null(bare->dwarf_elf);
	ck_assert_ptr_eq(whole->dwarf_elf, whole->elf);
	ck_assert_ptr_nonnull(image->dwarf_elf);
	ck_assert_ptr_ne(image->dwarf_elf, image->elf);
	ck_assert_ptr_nonnull(strstr(image->debug_path, debug_dir));
	compare_symbols(image, whole);
	for (size_t i = 0; i < bare->symbol_count; i++)
		ck_assert(bare->symbols[i].dynamic);
	su_image_close(bare);
	su_image_close(image);
	su_image_close(whole);
}
END_TEST

START_TEST(debug_file_of_another_build_is_refused)
{
	split_debug("gcc-lazy");
	split_debug("clang-lazy");
	shell("cp debug-clang-lazy/.build-id/*/*.debug debug-gcc-lazy/.build-id/*/*.debug");
	SU_FREE char *path = su_format("%s/gcc-lazy.stripped", dir);
	SU_FREE char *debug_dir = su_format("%s/debug-gcc-lazy", dir);
	expect_refusal(path, debug_dir, SU_E_MISMATCH, "of another build");
}
END_TEST

START_TEST(broken_debug_file_is_refused)
{
	split_debug("gcc-now");
	shell("truncate -s 700 debug-gcc-now/.build-id/*/*.debug");
	SU_FREE char *path = su_format("%s/gcc-now.stripped", dir);
	SU_FREE char *debug_dir = su_format("%s/debug-gcc-now", dir);
	expect_refusal(path, debug_dir, SU_E_FORMAT, ".debug: ");
}
END_TEST

/* ---- what is no image ---- */

START_TEST(other_files_are_refused)
{
	split_debug("gcc-lazy");
	shell("gcc -c app.c -o app.o && : > empty");
	shell("gcc -O2 app.c other.c liblib.so -Wl,--build-id=none -o no-id");
	shell("cp gcc-lazy class32 && printf '\\001' | dd of=class32 bs=1 seek=4 conv=notrunc "
	      "status=none");
	shell("cp debug-gcc-lazy/.build-id/*/*.debug debug-only");
	static const struct {
		const char *name, *message;
		enum su_code code;
	} refused[] = {
		{ "missing", "No such file", SU_E_IO },
		{ ".", "not a regular file", SU_E_UNSUPPORTED },
		{ "empty", "not an ELF file", SU_E_UNSUPPORTED },
		{ "app.c", "not an ELF file", SU_E_UNSUPPORTED },
		{ "app.o", "neither an executable", SU_E_UNSUPPORTED },
		{ "class32", "not a 64-bit", SU_E_UNSUPPORTED },
		{ "no-id", "no build-id", SU_E_UNSUPPORTED },
		{ "debug-only", "debug file", SU_E_UNSUPPORTED },
	};
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		SU_FREE char *path = su_format("%s/%s", dir, refused[i].name);

		expect_refusal(path, NULL, refused[i].code, refused[i].message);
	}
}
END_TEST

static Suite *elf_open_suite(void)
{
	Suite *suite = suite_create("elf_open");
	TCase *tools = tcase_create("built");

	tcase_set_timeout(tools, 120);
	tcase_add_unchecked_fixture(tools, set_up, tear_down);
	tcase_add_loop_test(tools, debug_file_gives_what_was_stripped, 0, BUILD_COUNT);
	tcase_add_test(tools, debug_file_of_another_build_is_refused);
	tcase_add_test(tools, broken_debug_file_is_refused);
	tcase_add_test(tools, other_files_are_refused);
	suite_add_tcase(suite, tools);
	return suite;
}

int main(void)
{
	return run_suite(elf_open_suite());
}
