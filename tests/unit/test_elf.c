/*
 * src/elf against readelf and objdump: symbols, relocations, imports, sections and build-ids of
 * real programs.
 */
#include "elf_fixture.h"
#include "suite.h"

/* Calls `line` for each line that the command prints. */
static void each_line(const struct su_image *image, const char *command,
		      void (*line)(const struct su_image *image, char *text, size_t *count),
		      size_t *count)
{
	SU_FREE char *full = su_format("LC_ALL=C %s %s", command, image->path);
	FILE *pipe = popen(full, "r");
	char *text = NULL;
	size_t cap = 0;

	*count = 0;
	ck_assert_ptr_nonnull(pipe);
	while (getline(&text, &cap, pipe) > 0) {
		text[strcspn(text, "\n")] = 0;
		line(image, text, count);
	}
	free(text);
	ck_assert_int_eq(pclose(pipe), 0);
}

static void symbol_line(const struct su_image *image, char *text, size_t *count)
{
	char type[32], bind[32], index[32], name[256] = "";
	unsigned long long vaddr, size;
	char number[16], size_text[32];

	if (sscanf(text, " %15[0-9]: %llx %31s %31s %31s %*s %31s %255s", number, &vaddr, size_text,
		   type, bind, index, name) < 6 ||
	    !strcmp(index, "UND") || !strcmp(type, "SECTION") || !strcmp(type, "FILE"))
		return;
	size = strtoull(size_text, NULL, 0);
	name[strcspn(name, "@")] = 0;
	++*count;
	for (size_t i = 0; i < image->symbol_count; i++) {
		const struct su_symbol *symbol = &image->symbols[i];

		if (symbol->vaddr == vaddr && symbol->size == size && !strcmp(symbol->name, name))
			return;
	}
	ck_abort_msg("%s: missing symbol: %s", image->path, text);
}

START_TEST(symbols_are_those_of_readelf)
{
	struct su_image *image = open_image(builds[_i].name);
	size_t count;

	ck_assert(image->has_symtab);
	each_line(image, "readelf -sW --sym-base=10 --dyn-syms", symbol_line, &count);
	each_line(image, "readelf -sW", symbol_line, &count);
	size_t dynamic = 0;
	for (size_t i = 0; i < image->symbol_count; i++)
		dynamic += image->symbols[i].dynamic;
	ck_assert_uint_eq(count, image->symbol_count + dynamic);
	for (size_t i = 1; i < image->symbol_count; i++)
		ck_assert_uint_le(image->symbols[i - 1].vaddr, image->symbols[i].vaddr);
	su_image_close(image);
}
END_TEST

static void reloc_line(const struct su_image *image, char *text, size_t *count)
{
	unsigned long long vaddr, info, value, addend;
	char type[64], name[256] = "", sign = '+';

	if (strstr(text, "Relocation section '.rela.") && !strstr(text, ".rela.dyn") &&
	    !strstr(text, ".rela.plt"))
		*count |= SIZE_MAX / 2 + 1; /* --emit-relocs: not the loader's from here on */
	if (strstr(text, ".rela.dyn") || strstr(text, ".rela.plt"))
		*count &= SIZE_MAX / 2;
	if (*count > SIZE_MAX / 2)
		return;
	int fields = sscanf(text, "%llx %llx %63s %llx %255s %c %llx", &vaddr, &info, type, &value,
			    name, &sign, &addend);
	if (fields < 4 || strncmp(type, "R_X86_64_", 9) != 0)
		return;
	size_t found;
	const struct su_dynreloc *reloc = su_image_relocs_in(image, vaddr, 1, &found);
	++*count;
	ck_assert_msg(found == 1 && reloc->vaddr == vaddr, "%s: %s", image->path, text);
	ck_assert_uint_eq(reloc->type, info & 0xffffffff);
	if (fields < 7) { /* R_X86_64_RELATIVE: the addend stands where a value would */
		ck_assert_ptr_null(reloc->symbol);
		ck_assert_uint_eq((uint64_t)reloc->addend, value);
		return;
	}
	ck_assert_uint_eq((uint64_t)reloc->addend, sign == '-' ? 0 - addend : addend);
	char *version = strchr(name, '@');
	if (version)
		*version++ = 0;
	ck_assert_str_eq(reloc->symbol->name, name);
	ck_assert(!version == !reloc->symbol->version);
	if (version)
		ck_assert_str_eq(reloc->symbol->version, version + strspn(version, "@"));
}

static size_t packed_count(const struct su_image *image)
{
	size_t in_rela = 0;

	for (size_t i = 0; i < image->section_count; i++) {
		const struct su_section *section = &image->sections[i];

		if (section->type == SHT_RELA && (section->flags & SHF_ALLOC))
			in_rela += section->size / sizeof(Elf64_Rela);
	}
	return image->reloc_count - in_rela;
}

START_TEST(relocations_are_those_of_readelf)
{
	struct su_image *image = open_image(builds[_i].name);
	size_t count;

	each_line(image, "readelf -rW", reloc_line, &count);
	ck_assert_uint_eq((count & SIZE_MAX / 2) + packed_count(image), image->reloc_count);
	for (size_t i = 1; i < image->reloc_count; i++)
		ck_assert_uint_le(image->relocs[i - 1].vaddr, image->relocs[i].vaddr);
	su_image_close(image);
}
END_TEST

/* Packed relocations are what the same program has without packing. */
START_TEST(packed_relocations_point_at_what_they_hold)
{
	static const char *const packed[] = { "gcc-relr", "clang-lld" };
	struct su_image *image = open_image(packed[_i]);
	const struct su_symbol *names = find_symbol(image, "names");
	size_t count;

	ck_assert_uint_gt(packed_count(image), 0);
	const struct su_dynreloc *relocs =
		su_image_relocs_in(image, names->vaddr, names->size, &count);
	ck_assert_uint_eq(count, 2);
	for (size_t i = 0; i < 2; i++) {
		ck_assert_uint_eq(relocs[i].type, R_X86_64_RELATIVE);
		ck_assert_str_eq((const char *)su_image_bytes(image, relocs[i].addend, 4),
				 i ? "two" : "one");
	}
	su_image_close(image);
}
END_TEST

static void plt_line(const struct su_image *image, char *text, size_t *count)
{
	unsigned long long vaddr;
	char name[256];
	struct su_import import;

	if (sscanf(text, "%llx <%255[^>]>:", &vaddr, name) != 2 || !strstr(name, "@plt") ||
	    strstr(name, "@plt-")) /* the first entry of a lazy .plt */
		return;
	*strstr(name, "@plt") = 0;
	name[strcspn(name, "@")] = 0;
	++*count;
	ck_assert_msg(su_image_import_at(image, vaddr, &import), "%s: %s", image->path, text);
	ck_assert_int_eq(import.form, SU_IMPORT_PLT);
	ck_assert_uint_eq(import.vaddr, vaddr);
	ck_assert_str_eq(import.symbol->name, name);
	ck_assert(
		su_image_import_named(image, name, import.symbol->version, SU_IMPORT_PLT, &import));
	ck_assert_str_eq(import.symbol->name, name);
}

static size_t count_imports(const struct su_image *image, enum su_import_form form)
{
	struct su_import import;
	size_t count = 0;

	for (size_t i = 0; i < image->section_count; i++) {
		const struct su_section *section = &image->sections[i];

		for (uint64_t at = 0; (section->flags & SHF_ALLOC) && at < section->size; at++)
			count += su_image_import_at(image, section->vaddr + at, &import) &&
				 import.form == form;
	}
	return count;
}

START_TEST(plt_entries_are_those_of_objdump)
{
	struct su_image *image = open_image(builds[_i].name);
	struct su_import import;
	size_t count;

	each_line(image, "objdump -d", plt_line, &count);
	ck_assert_uint_eq(count, count_imports(image, SU_IMPORT_PLT));
	if (strcmp(builds[_i].name, "gcc-noplt") != 0)
		ck_assert(su_image_import_named(image, "puts", "GLIBC_2.2.5", SU_IMPORT_PLT,
						&import));
	ck_assert(!su_image_import_named(image, "puts", "GLIBC_9", SU_IMPORT_PLT, &import));
	ck_assert(!su_image_import_named(image, "nothing", NULL, SU_IMPORT_PLT, &import));
	su_image_close(image);
}
END_TEST

START_TEST(slots_and_copies_are_imports)
{
	struct su_image *image = open_image(builds[_i].name);
	struct su_import import;
	size_t slots = 0, copied = 0;

	for (size_t i = 0; i < image->reloc_count; i++) {
		const struct su_dynreloc *reloc = &image->relocs[i];
		bool slot = reloc->type == R_X86_64_GLOB_DAT || reloc->type == R_X86_64_JUMP_SLOT;

		slots += slot;
		if (reloc->type == R_X86_64_COPY)
			copied += reloc->symbol->size;
		if (slot || reloc->type == R_X86_64_COPY) {
			ck_assert(su_image_import_at(image, reloc->vaddr, &import));
			ck_assert_ptr_eq(import.symbol, reloc->symbol);
		}
	}
	ck_assert_uint_eq(slots, count_imports(image, SU_IMPORT_GOT));
	ck_assert_uint_eq(copied, count_imports(image, SU_IMPORT_COPY));
	if (su_image_import_named(image, "shared_table", NULL, SU_IMPORT_COPY, &import)) {
		ck_assert(su_image_import_at(image, import.vaddr + 63, &import));
		ck_assert_str_eq(import.symbol->name, "shared_table");
		ck_assert_str_eq(import.symbol->version, "LIB_2");
	}
	su_image_close(image);
}
END_TEST

START_TEST(slots_filled_at_start_are_preferred)
{
	struct su_image *image = open_image("gcc-lazy");
	struct su_import import;

	for (size_t i = 0; i < image->reloc_count; i++) {
		const struct su_dynreloc *reloc = &image->relocs[i];

		if (reloc->type != R_X86_64_GLOB_DAT)
			continue;
		ck_assert(su_image_import_named(image, reloc->symbol->name, NULL, SU_IMPORT_GOT,
						&import));
		ck_assert_uint_eq(import.vaddr, reloc->vaddr);
	}
	su_image_close(image);
}
END_TEST

static void section_line(const struct su_image *image, char *text, size_t *count)
{
	unsigned long long vaddr, off, size;
	char name[256], type[64];
	unsigned index;

	if (sscanf(text, " [%u] %255s %63s %llx %llx %llx", &index, name, type, &vaddr, &off,
		   &size) != 6 ||
	    !strcmp(name, "NULL"))
		return;
	++*count;
	ck_assert_uint_lt(index, image->section_count);
	const struct su_section *section = &image->sections[index];
	ck_assert_str_eq(section->name, name);
	ck_assert_uint_eq(section->vaddr, vaddr);
	ck_assert_uint_eq(section->off, off);
	ck_assert_uint_eq(section->size, size);
	ck_assert(!section->data == !strcmp(type, "NOBITS"));
	if (!(section->flags & SHF_ALLOC) || !size || !strcmp(name, ".tbss"))
		return;
	ck_assert_ptr_eq(su_image_section_at(image, vaddr), section);
	ck_assert_ptr_eq(su_image_section_at(image, vaddr + size - 1), section);
	ck_assert_ptr_ne(su_image_section_at(image, vaddr + size), section);
	ck_assert_ptr_ne(su_image_section_at(image, vaddr - 1), section);
	ck_assert_ptr_eq(su_image_bytes(image, vaddr, size), section->data);
}

START_TEST(sections_are_those_of_readelf)
{
	struct su_image *image = open_image(builds[_i].name);
	size_t count;

	each_line(image, "readelf -SW", section_line, &count);
	ck_assert_uint_eq(count + 1, image->section_count);
	ck_assert_ptr_null(su_image_section_at(image, UINT64_MAX));
	ck_assert_ptr_null(su_image_bytes(image, UINT64_MAX, 2));
	ck_assert_ptr_null(su_image_bytes(image, image->entry, UINT64_MAX));
	ck_assert_ptr_null(su_image_section_named(image, ".nothing"));
	ck_assert_ptr_nonnull(image->tls);
	ck_assert_uint_eq(image->tls->memsz, 8);
	su_image_close(image);
}
END_TEST

static void build_id_line(const struct su_image *image, char *text, size_t *count)
{
	const char *hex = strstr(text, "Build ID: ");

	if (!hex)
		return;
	++*count;
	hex += strlen("Build ID: ");
	ck_assert_uint_eq(strlen(hex), 2 * image->build_id_size);
	for (size_t i = 0; i < image->build_id_size; i++) {
		unsigned byte;

		ck_assert_int_eq(sscanf(hex + 2 * i, "%2x", &byte), 1);
		ck_assert_uint_eq(byte, image->build_id[i]);
	}
}

START_TEST(build_id_is_that_of_readelf)
{
	struct su_image *image = open_image(builds[_i].name);
	size_t count;

	each_line(image, "readelf -n", build_id_line, &count);
	ck_assert_uint_eq(count, 1);
	su_image_close(image);
}
END_TEST

static Suite *elf_suite(void)
{
	Suite *suite = suite_create("elf");
	TCase *tools = tcase_create("built");

	tcase_set_timeout(tools, 120);
	tcase_add_unchecked_fixture(tools, set_up, tear_down);
	tcase_add_loop_test(tools, symbols_are_those_of_readelf, 0, BUILD_COUNT);
	tcase_add_loop_test(tools, relocations_are_those_of_readelf, 0, BUILD_COUNT);
	tcase_add_loop_test(tools, packed_relocations_point_at_what_they_hold, 0, 2);
	tcase_add_loop_test(tools, plt_entries_are_those_of_objdump, 0, BUILD_COUNT);
	tcase_add_loop_test(tools, slots_and_copies_are_imports, 0, BUILD_COUNT);
	tcase_add_test(tools, slots_filled_at_start_are_preferred);
	tcase_add_loop_test(tools, sections_are_those_of_readelf, 0, BUILD_COUNT);
	tcase_add_loop_test(tools, build_id_is_that_of_readelf, 0, BUILD_COUNT);
	suite_add_tcase(suite, tools);
	return suite;
}

int main(void)
{
	return run_suite(elf_suite());
}
