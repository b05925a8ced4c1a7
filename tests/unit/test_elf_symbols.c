/*
 * src/elf: of which file and version symbols are, which of them are imports, and which one is at an
 * address, against the definition in image.h.
 */
#include "elf/elf_private.h"
#include "elf_fixture.h"
#include "suite.h"

/* ---- names ---- */

START_TEST(locals_stand_under_their_file)
{
	struct su_image *image = open_image(builds[_i].name);
	const struct su_symbol *counter = find_symbol(image, "counter");

	ck_assert_str_eq(counter->file, "app.c");
	ck_assert_ptr_null(find_symbol(image, "main")->file);
	if (_i == 0) /* GNU ld ends the last file's symbols; others do not */
		ck_assert_ptr_null(find_symbol(image, "_DYNAMIC")->file);
	su_image_close(image);
}
END_TEST

START_TEST(library_symbols_have_versions)
{
	struct su_image *image = open_image("liblib.so");
	size_t found = 0;

	ck_assert_str_eq(image->soname, "liblib.so.2");
	ck_assert_int_eq(image->type, ET_DYN);
	for (size_t i = 0; i < image->symbol_count; i++) {
		const struct su_symbol *symbol = &image->symbols[i];
		const struct su_symbol *target;

		if (strcmp(symbol->name, "lib_call") != 0)
			continue;
		found++;
		ck_assert(symbol->dynamic);
		target = find_symbol(image, strcmp(symbol->version, "LIB_1") ? "second" : "first");
		ck_assert_uint_eq(symbol->vaddr, target->vaddr);
	}
	ck_assert_uint_eq(found, 2);
	ck_assert_str_eq(find_symbol(image, "hook")->version, "LIB_2");
	su_image_close(image);
}
END_TEST

START_TEST(own_symbols_can_be_imports_of_a_library)
{
	struct su_image *image = open_image("liblib.so");
	struct su_import import;

	ck_assert(su_image_import_named(image, "hook", NULL, SU_IMPORT_PLT, &import));
	ck_assert_uint_ne(import.symbol->shndx, SHN_UNDEF);
	ck_assert_uint_eq(import.symbol->vaddr, find_symbol(image, "hook")->vaddr);
	su_image_close(image);
}
END_TEST

START_TEST(static_programs_have_no_imports)
{
	struct su_image *image = open_image("static");
	struct su_import import;

	ck_assert_int_eq(image->type, ET_EXEC);
	ck_assert_ptr_nonnull(find_symbol(image, "main"));
	ck_assert_uint_gt(image->reloc_count, 0); /* R_X86_64_IRELATIVE */
	for (size_t i = 0; i < image->reloc_count; i++) {
		ck_assert_uint_eq(image->relocs[i].type, R_X86_64_IRELATIVE);
		ck_assert_ptr_null(image->relocs[i].symbol);
		ck_assert(!su_image_import_at(image, image->relocs[i].vaddr, &import));
	}
	su_image_close(image);
}
END_TEST

/* ---- addresses to symbols ---- */

static int rank(const struct su_symbol *symbol)
{
	return symbol->bind == STB_GLOBAL ? 0 : symbol->bind == STB_WEAK ? 1 : 2;
}

static bool better(const struct su_symbol *a, const struct su_symbol *b)
{
	if (!b || !a->size != !b->size)
		return !b || a->size;
	if (a->vaddr != b->vaddr)
		return a->vaddr > b->vaddr;
	return rank(a) != rank(b) ? rank(a) < rank(b) : strcmp(a->name, b->name) < 0;
}

/* The definition in image.h, by looking at all of them. */
static const struct su_symbol *symbol_at_slowly(const struct su_image *image, uint64_t vaddr)
{
	const struct su_symbol *best = NULL;

	for (size_t i = 0; i < image->symbol_count; i++) {
		const struct su_symbol *symbol = &image->symbols[i];
		bool sized_label = symbol->type == STT_NOTYPE && symbol->size;
		uint64_t size = symbol->size ? symbol->size : 1;

		if (symbol->type != STT_OBJECT && symbol->type != STT_FUNC && !sized_label)
			continue;
		if (symbol->shndx >= SHN_LORESERVE || vaddr < symbol->vaddr ||
		    vaddr - symbol->vaddr >= size)
			continue;
		if (better(symbol, best))
			best = symbol;
	}
	return best;
}

START_TEST(symbol_at_is_as_defined)
{
	struct su_image *image = open_image(builds[_i].name);

	for (size_t i = 0; i < image->section_count; i++) {
		const struct su_section *section = &image->sections[i];

		for (uint64_t at = 0; (section->flags & SHF_ALLOC) && at < section->size; at++)
			ck_assert_ptr_eq(su_image_symbol_at(image, section->vaddr + at),
					 symbol_at_slowly(image, section->vaddr + at));
	}
	const struct su_symbol *empty = find_symbol(image, "empty");
	ck_assert_uint_eq(empty->size, 0);
	ck_assert_ptr_eq(su_image_symbol_at(image, empty->vaddr), empty);
	su_image_close(image);
}
END_TEST

/* Nested, equal, overlapping and empty symbols, more of them than any compiler makes. */
START_TEST(symbol_at_is_as_defined_for_any_nesting)
{
	static const uint8_t types[] = { STT_FUNC, STT_OBJECT, STT_NOTYPE, STT_TLS };
	static const uint8_t binds[] = { STB_GLOBAL, STB_WEAK, STB_LOCAL };
	struct su_image_private priv = { .arena = su_arena_create() };
	struct su_symbol symbols[24] = { 0 };
	char names[24][8];
	struct su_image image = { .symbols = symbols, .symbol_count = 24, .priv = &priv };

	random_state = (uint32_t)_i * 7919 + 1;
	uint64_t vaddr = 100;
	for (size_t i = 0; i < 24; i++) {
		vaddr += next_random(2) * next_random(6);
		snprintf(names[i], sizeof(names[i]), "s%zu", i);
		symbols[i] = (struct su_symbol){
			.name = names[i],
			.vaddr = vaddr,
			.size = next_random(3) ? next_random(30) : 0,
			.type = types[next_random(4)],
			.bind = binds[next_random(3)],
			.shndx = next_random(8) ? 1 : SHN_ABS,
		};
	}
	su_image_index_symbols(&image);
	for (uint64_t at = 90; at < 300; at++)
		ck_assert_ptr_eq(su_image_symbol_at(&image, at), symbol_at_slowly(&image, at));
	su_arena_destroy(priv.arena);
}
END_TEST

static Suite *elf_symbols_suite(void)
{
	Suite *suite = suite_create("elf_symbols");
	TCase *tools = tcase_create("built"), *rest = tcase_create("rest");

	tcase_set_timeout(tools, 120);
	tcase_set_timeout(rest, 120);
	tcase_add_unchecked_fixture(tools, set_up, tear_down);
	tcase_add_loop_test(tools, locals_stand_under_their_file, 0, BUILD_COUNT);
	tcase_add_test(tools, library_symbols_have_versions);
	tcase_add_test(tools, own_symbols_can_be_imports_of_a_library);
	tcase_add_test(tools, static_programs_have_no_imports);
	tcase_add_loop_test(tools, symbol_at_is_as_defined, 0, BUILD_COUNT);
	tcase_add_loop_test(rest, symbol_at_is_as_defined_for_any_nesting, 0, 200);
	suite_add_tcase(suite, tools);
	suite_add_tcase(suite, rest);
	return suite;
}

int main(void)
{
	return run_suite(elf_symbols_suite());
}
