/*
 * src/dwarf against files whose debugging sections lie: refused or not, they must not crash it.
 * Worth most when built with -Db_sanitize=address,undefined.
 */
#include <fcntl.h>

#include "dwarf_fixture.h"
#include "suite.h"

static void ask_everything(struct su_debug *debug, const struct su_image *image)
{
	const struct su_local *locals;
	const char *names[4], *file;
	uint64_t result, hash;
	struct su_dwarf_function function;
	size_t count;
	int line;

	su_debug_statics(debug, &count);
	const struct su_type *types = su_debug_types(debug, &count);
	if (count > 1)
		free(su_debug_types_differ(debug, &types[0], debug, &types[count - 1]));
	for (size_t i = 0; i < image->symbol_count; i++) {
		uint64_t vaddr = image->symbols[i].vaddr;
		su_debug_line_at(debug, vaddr, &file, &line);
		su_debug_signature_at(debug, vaddr, &result, &hash);
		su_debug_inlined_at(debug, vaddr, names, 4);
		if (!su_debug_function_at(debug, vaddr, &function))
			continue;
		su_err_destroy(su_debug_locals(debug, function.entry, &locals, &count));
		for (size_t k = 0; k < count; k++)
			su_debug_local_at(debug, function.entry, (uint32_t)k, vaddr + 8);
	}
}

/* Flips bytes of the debugging sections: any answer will do, but there must be one. */
START_TEST(damaged_files_are_survived)
{
	struct opened program = open_program(_i % 2 ? "gcc-O2" : "clang-O2");
	SU_FREE char *name = su_format("damaged-%d", _i), *path = su_format("%s/%s", dir, name);
	struct su_image *image;
	struct su_debug *debug;
	struct su_err *err;

	shell("cp %s %s", program.path, name);
	srand((unsigned)_i);
	int file = open(path, O_RDWR);
	for (size_t i = 0; i < program.image->section_count; i++) {
		const struct su_section *section = &program.image->sections[i];
		if ((strncmp(section->name, ".debug", 6) != 0 &&
		     strcmp(section->name, ".eh_frame") != 0) ||
		    section->size == 0)
			continue;
		for (int k = rand() % 4; k > 0; k--) {
			uint8_t byte = (uint8_t)rand();
			off_t off = (off_t)(section->off + (uint64_t)rand() % section->size);
			ck_assert_int_eq(pwrite(file, &byte, 1, off), 1);
		}
	}
	close(file);
	close_program(&program);
	err = su_image_open(path, NULL, 0, &image);
	if (err) {
		su_err_destroy(err);
		return;
	}
	err = su_debug_open(image, &debug);
	if (!err) {
		ask_everything(debug, image);
		su_debug_close(debug);
	}
	su_err_destroy(err);
	su_image_close(image);
}
END_TEST

static Suite *dwarf_hostile_suite(void)
{
	Suite *suite = suite_create("dwarf_hostile");
	TCase *built = tcase_create("built");

	tcase_set_timeout(built, 120);
	tcase_add_unchecked_fixture(built, set_up, tear_down);
	tcase_add_loop_test(built, damaged_files_are_survived, 0, 100);
	suite_add_tcase(suite, built);
	return suite;
}

int main(void)
{
	return run_suite(dwarf_hostile_suite());
}
