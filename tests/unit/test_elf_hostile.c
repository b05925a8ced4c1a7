/*
 * src/elf against files that are truncated, flipped or lie: refused or not, they must not crash it.
 * Worth most when built with -Db_sanitize=address,undefined.
 */
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/cursor.h"
#include "elf_fixture.h"
#include "suite.h"

struct bytes {
	uint8_t *at;
	size_t size;
};

static struct bytes slurp(const char *name)
{
	SU_FREE char *path = su_format("%s/%s", dir, name);
	FILE *file = fopen(path, "r");
	struct stat info;

	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(fstat(fileno(file), &info), 0);
	struct bytes bytes = { .at = su_alloc(info.st_size), .size = info.st_size };
	ck_assert_uint_eq(fread(bytes.at, 1, bytes.size, file), bytes.size);
	fclose(file);
	return bytes;
}

/* Reads `value`, whatever the compiler thinks of it. */
static void touch(uint64_t value)
{
	__asm__ volatile("" : : "r"(value));
}

static void ask_everything(const struct su_image *image)
{
	struct su_import import;
	size_t count;

	for (size_t i = 0; i < image->section_count; i++) {
		const struct su_section *section = &image->sections[i];

		touch(strlen(section->name) +
		      (section->data && section->size ? section->data[section->size - 1] : 0));
	}
	for (size_t i = 0; i < image->symbol_count; i++) {
		const struct su_symbol *symbol = &image->symbols[i];

		touch(strlen(symbol->name) + (symbol->version ? strlen(symbol->version) : 0));
		su_image_symbol_at(image, symbol->vaddr);
		su_image_section_at(image, symbol->vaddr);
		const uint8_t *at = su_image_bytes(image, symbol->vaddr, symbol->size);
		touch(at && symbol->size ? at[symbol->size - 1] : 0);
	}
	for (size_t i = 0; i < image->reloc_count; i++) {
		su_image_relocs_in(image, image->relocs[i].vaddr, UINT64_MAX, &count);
		if (su_image_import_at(image, image->relocs[i].vaddr, &import))
			su_image_import_named(image, import.symbol->name, import.symbol->version,
					      import.form, &import);
	}
}

/* Opens these bytes as a file; true when they were accepted. */
static bool open_bytes(struct bytes bytes)
{
	int fd = memfd_create("hostile", MFD_CLOEXEC);
	SU_FREE char *path = su_format("/proc/self/fd/%d", fd);
	struct su_image *image = NULL;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, bytes.at, bytes.size), (ssize_t)bytes.size);
	struct su_err *err = su_image_open(path, NULL, 0, &image);
	close(fd);
	ck_assert(!err == !!image);
	if (image)
		ask_everything(image);
	su_image_close(image);
	su_err_destroy(err);
	return image != NULL;
}

static const char *const hostile_bases[] = { "gcc-lazy-cf", "gcc-relr", "clang-lld", "liblib.so" };

/* The section headers are a file's end, so every shorter file is to be refused. */
START_TEST(truncated_files_are_refused)
{
	struct bytes bytes = slurp(hostile_bases[_i]);
	size_t whole = bytes.size;

	for (size_t size = 0; size < whole; size += size < 1024 ? 7 : 131) {
		bytes.size = size;
		ck_assert_msg(!open_bytes(bytes), "accepted at %zu bytes", size);
	}
	bytes.size = whole;
	ck_assert(open_bytes(bytes));
	free(bytes.at);
}
END_TEST

/* Most flips go where structure is: headers, the first page (notes, dynamic symbols, versions,
 * relocations), the section headers at the end. */
static size_t pick_place(const struct bytes *bytes)
{
	switch (next_random(4)) {
	case 0:
		return next_random(sizeof(Elf64_Ehdr) + 13 * sizeof(Elf64_Phdr));
	case 1:
		return next_random(4096);
	case 2:
		return bytes->size - 1 - next_random(40 * sizeof(Elf64_Shdr));
	default:
		return next_random((uint32_t)bytes->size);
	}
}

static struct bytes flipped(const struct bytes *bytes)
{
	static const uint8_t interesting[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
	struct bytes copy = { .at = su_alloc(bytes->size), .size = bytes->size };

	memcpy(copy.at, bytes->at, bytes->size);
	for (uint32_t flips = 1 + next_random(4); flips; flips--) {
		uint8_t *at = &copy.at[pick_place(&copy)];

		*at = next_random(2) ? interesting[next_random(5)] : *at ^ 1 << next_random(8);
	}
	return copy;
}

START_TEST(flipped_files_never_crash)
{
	struct bytes bytes = slurp(hostile_bases[_i % 4]);
	size_t accepted = 0;

	random_state = (uint32_t)_i + 1;
	for (size_t round = 0; round < 400; round++) {
		struct bytes copy = flipped(&bytes);

		accepted += open_bytes(copy);
		free(copy.at);
	}
	ck_assert_uint_gt(accepted, 20);
	ck_assert_uint_lt(accepted, 380);
	free(bytes.at);
}
END_TEST

START_TEST(flipped_debug_files_never_crash)
{
	split_debug("gcc-now");
	shell("mv debug-gcc-now/.build-id/*/*.debug whole.debug && "
	      "ln -s $PWD/flipped.debug $(ls -d debug-gcc-now/.build-id/*)/"
	      "$(readelf -n gcc-now | sed -n 's/.*Build ID: ..//p').debug");
	SU_FREE char *path = su_format("%s/gcc-now.stripped", dir);
	SU_FREE char *flipped_path = su_format("%s/flipped.debug", dir);
	SU_FREE char *debug_dir = su_format("%s/debug-gcc-now", dir);
	struct bytes bytes = slurp("whole.debug");

	random_state = (uint32_t)_i + 1;
	for (size_t round = 0; round < 400; round++) {
		struct bytes copy = flipped(&bytes);
		FILE *file = fopen(flipped_path, "w");
		struct su_image *image = NULL;

		ck_assert_uint_eq(fwrite(copy.at, 1, copy.size, file), copy.size);
		fclose(file);
		free(copy.at);
		su_err_destroy(su_image_open(path, (const char *[]){ debug_dir }, 1, &image));
		if (image) {
			ck_assert_ptr_nonnull(image->debug_path);
			ask_everything(image);
		}
		su_image_close(image);
	}
	free(bytes.at);
}
END_TEST

START_TEST(cursor_stays_in_its_range)
{
	struct su_cursor cursor = su_cursor_init("abc\0de", 6), part;
	uint32_t word = 1;

	ck_assert(!su_cursor_seek(&cursor, 7));
	ck_assert(su_cursor_seek(&cursor, 3));
	ck_assert(!su_cursor_read(&cursor, &word, 4));
	ck_assert_uint_eq(word, 1);
	ck_assert_uint_eq(su_cursor_left(&cursor), 3);
	ck_assert(!su_cursor_skip(&cursor, UINT64_MAX));
	ck_assert(!su_cursor_slice(&cursor, 2, UINT64_MAX, &part));
	ck_assert(!su_cursor_slice(&cursor, UINT64_MAX, 2, &part));
	ck_assert_str_eq(su_cursor_string_at(&cursor, 1), "bc");
	ck_assert_ptr_null(su_cursor_string_at(&cursor, 4));
	ck_assert_ptr_null(su_cursor_string_at(&cursor, 6));
}
END_TEST

static Suite *hostile_suite(void)
{
	Suite *suite = suite_create("elf_hostile");
	TCase *tools = tcase_create("built"), *rest = tcase_create("rest");

	tcase_set_timeout(tools, 120);
	tcase_set_timeout(rest, 120);
	tcase_add_unchecked_fixture(tools, set_up, tear_down);
	tcase_add_loop_test(tools, truncated_files_are_refused, 0, 4);
	tcase_add_loop_test(tools, flipped_files_never_crash, 0, 8);
	tcase_add_loop_test(tools, flipped_debug_files_never_crash, 0, 4);
	tcase_add_test(rest, cursor_stays_in_its_range);
	suite_add_tcase(suite, tools);
	suite_add_tcase(suite, rest);
	return suite;
}

int main(void)
{
	return run_suite(hostile_suite());
}
