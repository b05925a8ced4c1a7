/* src/elf against readelf, objdump and its own definitions, on real programs. */
#include "elf/elf_private.h"
#include "elf_fixture.h"
#include "suite.h"

static struct su_image *open_image(const char *name)
{
	SU_FREE char *path = su_format("%s/%s", dir, name);
	struct su_image *image;
	struct su_err *err = su_image_open(path, NULL, 0, &image);

	ck_assert_msg(!err, "%s", err ? su_err_message(err) : "");
	return image;
}

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

static const struct su_symbol *find_symbol(const struct su_image *image, const char *name)
{
	for (size_t i = 0; i < image->symbol_count; i++) {
		if (strcmp(image->symbols[i].name, name) == 0)
			return &image->symbols[i];
	}
	return NULL;
}

/* ---- against readelf and objdump ---- */

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

static Suite *elf_suite(void)
{
	Suite *suite = suite_create("elf");
	TCase *tools = tcase_create("built"), *rest = tcase_create("rest");

	tcase_set_timeout(tools, 120);
	tcase_set_timeout(rest, 120);
	tcase_add_unchecked_fixture(tools, set_up, tear_down);
	tcase_add_loop_test(tools, symbols_are_those_of_readelf, 0, BUILD_COUNT);
	tcase_add_loop_test(tools, relocations_are_those_of_readelf, 0, BUILD_COUNT);
	tcase_add_loop_test(tools, packed_relocations_point_at_what_they_hold, 0, 2);
	tcase_add_loop_test(tools, plt_entries_are_those_of_objdump, 0, BUILD_COUNT);
	tcase_add_loop_test(tools, slots_and_copies_are_imports, 0, BUILD_COUNT);
	tcase_add_test(tools, slots_filled_at_start_are_preferred);
	tcase_add_loop_test(tools, sections_are_those_of_readelf, 0, BUILD_COUNT);
	tcase_add_loop_test(tools, build_id_is_that_of_readelf, 0, BUILD_COUNT);
	tcase_add_loop_test(tools, locals_stand_under_their_file, 0, BUILD_COUNT);
	tcase_add_test(tools, library_symbols_have_versions);
	tcase_add_test(tools, own_symbols_can_be_imports_of_a_library);
	tcase_add_test(tools, static_programs_have_no_imports);
	tcase_add_loop_test(tools, symbol_at_is_as_defined, 0, BUILD_COUNT);
	tcase_add_loop_test(tools, debug_file_gives_what_was_stripped, 0, BUILD_COUNT);
	tcase_add_test(tools, debug_file_of_another_build_is_refused);
	tcase_add_test(tools, broken_debug_file_is_refused);
	tcase_add_test(tools, other_files_are_refused);
	tcase_add_loop_test(rest, symbol_at_is_as_defined_for_any_nesting, 0, 200);
	suite_add_tcase(suite, tools);
	suite_add_tcase(suite, rest);
	return suite;
}

int main(void)
{
	return run_suite(elf_suite());
}
