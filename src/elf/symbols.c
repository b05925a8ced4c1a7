/*
 * Symbols: .dynsym as it stands, and the one list of defined symbols made of .symtab and .dynsym.
 *
 * Local symbols follow the STT_FILE symbol of their source file; an STT_FILE without a name (the
 * linker's own locals) ends that.  GNU ld writes versions into the names of .symtab ("f@V1",
 * "f@@V2"): they are taken apart here, so that both tables speak of a symbol in the same words.
 * Invariant: `symbols` ascends by vaddr, aliases in the order of su_symbol_compare_aliases().
 * Source: gABI "Symbol Table", LSB "Symbol Versioning".
 */
#include <string.h>

#include "elf/elf_private.h"

struct table {
	struct su_cursor entries, strings;
	size_t count;
};

static struct su_err *open_table(const struct su_elf_file *file, const struct su_section *section,
				 struct table *ret)
{
	if (section->entsize != sizeof(Elf64_Sym) || section->size % sizeof(Elf64_Sym))
		return su_err_new(SU_E_FORMAT, "section %s does not hold whole symbols",
				  section->name);
	ret->entries = su_section_cursor(section);
	ret->strings = su_elf_file_strings_of(file, section);
	ret->count = ret->entries.size / sizeof(Elf64_Sym);
	return NULL;
}

static struct su_err *next_symbol(struct table *table, struct su_symbol *ret)
{
	Elf64_Sym raw;

	if (!su_cursor_read(&table->entries, &raw, sizeof(raw)))
		return su_err_new(SU_E_FORMAT, "a symbol table is truncated");
	const char *name = raw.st_name ? su_cursor_string_at(&table->strings, raw.st_name) : "";
	if (!name)
		return su_err_new(SU_E_FORMAT, "a symbol's name is out of range");
	*ret = (struct su_symbol){
		.name = name,
		.vaddr = raw.st_value,
		.size = raw.st_size,
		.type = ELF64_ST_TYPE(raw.st_info),
		.bind = ELF64_ST_BIND(raw.st_info),
		.visibility = ELF64_ST_VISIBILITY(raw.st_other),
		.shndx = raw.st_shndx,
	};
	return NULL;
}

static int alias_rank(const struct su_symbol *symbol)
{
	switch (symbol->bind) {
	case STB_GLOBAL:
	case STB_GNU_UNIQUE:
		return 0;
	case STB_WEAK:
		return 1;
	default:
		return 2;
	}
}

int su_symbol_compare_aliases(const struct su_symbol *a, const struct su_symbol *b)
{
	int by_rank = alias_rank(a) - alias_rank(b);

	return by_rank ? by_rank : strcmp(a->name, b->name);
}

/* ---- .dynsym ---- */

static struct su_err *version_of(struct su_cursor *indexes, const char **names, const char **ret)
{
	uint16_t index;

	if (!su_cursor_read(indexes, &index, sizeof(index)))
		return su_err_new(SU_E_FORMAT, "section .gnu.version is too short");
	index &= SU_VERSION_COUNT - 1;
	if (index > VER_NDX_GLOBAL && !names[index])
		return su_err_new(SU_E_FORMAT, "symbol version %u has no name", index);
	*ret = names[index];
	return NULL;
}

static struct su_err *add_versions(const struct su_elf_file *file, struct su_symbol *symbols,
				   size_t count)
{
	const struct su_section *section = su_elf_file_section_of_type(file, SHT_GNU_versym);
	SU_FREE const char **names = NULL;

	if (!section)
		return NULL;
	SU_TRY(su_elf_file_versions(file, &names));
	struct su_cursor indexes = su_section_cursor(section);
	for (size_t i = 0; i < count; i++)
		SU_TRY(version_of(&indexes, names, &symbols[i].version));
	return NULL;
}

struct su_err *su_image_read_dynsyms(struct su_image *image)
{
	struct su_image_private *priv = image->priv;
	const struct su_section *section = su_elf_file_section_of_type(priv->object, SHT_DYNSYM);
	struct table table = { 0 };

	if (!section)
		return NULL;
	SU_TRY(open_table(priv->object, section, &table));
	struct su_symbol *symbols = su_arena_alloc(priv->arena, table.count * sizeof(*symbols));
	for (size_t i = 0; i < table.count; i++) {
		SU_TRY(next_symbol(&table, &symbols[i]));
		symbols[i].dynamic = true;
	}
	SU_TRY(add_versions(priv->object, symbols, table.count));
	priv->dynsyms = symbols;
	priv->dynsym_count = table.count;
	return NULL;
}

/* ---- the list of defined symbols ---- */

static bool is_listed(const struct su_symbol *symbol)
{
	return symbol->shndx != SHN_UNDEF && symbol->shndx != SHN_COMMON &&
	       symbol->type != STT_SECTION && symbol->type != STT_FILE;
}

static void split_version(struct su_arena *arena, struct su_symbol *symbol)
{
	const char *at = strchr(symbol->name, '@');

	if (!at || at == symbol->name)
		return;
	symbol->name = su_arena_format(arena, "%.*s", (int)(at - symbol->name), symbol->name);
	at += at[1] == '@' ? 2 : 1;
	symbol->version = *at ? at : NULL;
}

/* Section indexes of a debug file as those of the object: same name and address. */
static uint16_t section_index_in(const struct su_elf_file *object, const struct su_elf_file *file,
				 uint16_t index)
{
	if (file == object || index >= SHN_LORESERVE || index >= file->section_count)
		return index;
	const struct su_section *section = &file->sections[index];
	for (size_t i = 1; i < object->section_count; i++) {
		const struct su_section *other = &object->sections[i];

		if (other->vaddr == section->vaddr && strcmp(other->name, section->name) == 0)
			return (uint16_t)i;
	}
	return SHN_ABS;
}

typedef SU_VEC(struct su_symbol) symbol_vec;

static struct su_err *read_symtab(struct su_image *image, const struct su_elf_file *file,
				  const struct su_section *section, symbol_vec *list)
{
	const struct su_elf_file *object = image->priv->object;
	const char *source = NULL;
	struct table table = { 0 };

	SU_TRY(open_table(file, section, &table));
	for (size_t i = 0; i < table.count; i++) {
		struct su_symbol symbol = { 0 };

		SU_TRY(next_symbol(&table, &symbol));
		if (symbol.type == STT_FILE)
			source = symbol.name[0] ? symbol.name : NULL;
		if (!is_listed(&symbol))
			continue;
		symbol.file = symbol.bind == STB_LOCAL ? source : NULL;
		symbol.shndx = section_index_in(object, file, symbol.shndx);
		split_version(image->priv->arena, &symbol);
		su_vec_push(list, symbol);
	}
	return NULL;
}

static int compare_places(const struct su_symbol *a, const struct su_symbol *b)
{
	if (a->vaddr != b->vaddr)
		return a->vaddr < b->vaddr ? -1 : 1;
	return 0;
}

static int compare_symbols(const void *a, const void *b)
{
	int by_place = compare_places(a, b);

	return by_place ? by_place : su_symbol_compare_aliases(a, b);
}

static int compare_identity(const void *a, const void *b)
{
	const struct su_symbol *x = a, *y = b;
	int by_place = compare_places(x, y);

	return by_place ? by_place : strcmp(x->name, y->name);
}

static void defined_dynsyms(const struct su_image *image, symbol_vec *list)
{
	for (size_t i = 0; i < image->priv->dynsym_count; i++) {
		if (is_listed(&image->priv->dynsyms[i]))
			su_vec_push(list, image->priv->dynsyms[i]);
	}
}

static void mark_dynamic(const struct su_image *image, symbol_vec *list)
{
	symbol_vec dynamic = { 0 };

	defined_dynsyms(image, &dynamic);
	if (dynamic.len)
		qsort(dynamic.at, dynamic.len, sizeof(*dynamic.at), compare_identity);
	for (size_t i = 0; i < list->len && dynamic.len; i++) {
		struct su_symbol *symbol = &list->at[i];
		const struct su_symbol *twin = bsearch(symbol, dynamic.at, dynamic.len,
						       sizeof(*dynamic.at), compare_identity);

		if (!twin || symbol->bind == STB_LOCAL)
			continue;
		symbol->dynamic = true;
		if (!symbol->version)
			symbol->version = twin->version;
	}
	su_vec_deinit(&dynamic);
}

static struct su_err *collect_symbols(struct su_image *image, symbol_vec *list)
{
	const struct su_elf_file *file = image->priv->object;
	const struct su_section *section = su_elf_file_section_of_type(file, SHT_SYMTAB);

	if (!section && image->priv->debug) {
		file = image->priv->debug;
		section = su_elf_file_section_of_type(file, SHT_SYMTAB);
	}
	image->has_symtab = section && section->data;
	if (!image->has_symtab) {
		defined_dynsyms(image, list);
		return NULL;
	}
	SU_TRY(read_symtab(image, file, section, list));
	mark_dynamic(image, list);
	return NULL;
}

struct su_err *su_image_read_symbols(struct su_image *image)
{
	symbol_vec list = { 0 };
	struct su_err *err = collect_symbols(image, &list);

	if (!err && list.len) {
		qsort(list.at, list.len, sizeof(*list.at), compare_symbols);
		image->symbols =
			su_arena_copy(image->priv->arena, list.at, list.len * sizeof(*list.at));
		image->symbol_count = list.len;
	}
	su_vec_deinit(&list);
	return err;
}
