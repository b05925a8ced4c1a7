/* Which of some names the objects of a process import: see importers.h. */
#include "update/plan/importers.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "update/plan/libraries.h"

#define MOST_BYTES (UINT64_C(64) << 20) /* of strings or symbols */

/* A table, by its distance from where its mapping starts. */
struct table_place {
	uint64_t off, size;
};

enum { STRINGS, SYMBOLS, RELOCS, PLT_RELOCS, TABLES };

/* Where an object's tables lie in the part of its file that is mapped. */
struct su_importer {
	struct su_file_part part;
	struct table_place tables[TABLES];
	unsigned imports;
};

struct names {
	const char *const *at;
	size_t count;
	unsigned all; /* bits */
};

void su_importers_deinit(struct su_importers *importers)
{
	su_vec_deinit(&importers->list);
}

/* ---- one object ---- */

/* A copy of its tables, with a zero behind the strings. */
struct tables {
	const char *strings;
	size_t string_size;
	const Elf64_Sym *symbols;
	size_t symbol_count;
	const Elf64_Rela *relocs[2];
	size_t reloc_count[2];
};

/* Whether some string ends in one of them. */
static bool mentions_any(const struct names *names, const char *strings, size_t size)
{
	for (size_t i = 0; i < names->count; i++)
		if (memmem(strings, size, names->at[i], strlen(names->at[i]) + 1))
			return true;
	return false;
}

static unsigned named_by(const struct names *names, const struct tables *tables, uint32_t index)
{
	const Elf64_Sym *symbol = &tables->symbols[index];

	if (!index)
		return 0;
	if (index >= tables->symbol_count)
		return names->all;
	if (symbol->st_shndx != SHN_UNDEF || symbol->st_name >= tables->string_size)
		return 0;
	for (size_t i = 0; i < names->count; i++)
		if (!strcmp(tables->strings + symbol->st_name, names->at[i]))
			return 1u << i;
	return 0;
}

static unsigned imported_by(const struct names *names, const struct tables *tables)
{
	unsigned imported = 0;

	if (!mentions_any(names, tables->strings, tables->string_size + 1))
		return 0;
	for (int kind = 0; kind < 2; kind++)
		for (size_t i = 0; i < tables->reloc_count[kind]; i++)
			imported |= named_by(names, tables,
					     ELF64_R_SYM(tables->relocs[kind][i].r_info));
	return imported;
}

/* ---- in the file ---- */

static struct table_place place_of(const struct su_mapping *mapping, uint64_t addr, uint64_t size)
{
	return (struct table_place){ addr && size ? addr - mapping->start : 0, addr ? size : 0 };
}

static bool is_inside(const struct table_place *place, const struct su_file_part *part)
{
	return place->off <= part->size && place->size <= part->size - place->off;
}

/* Where the tables are in what is mapped of the file. False: they are not all the file's. */
static bool describe_importer(const struct su_libraries *libraries,
			      const struct su_library *library, const struct su_mapping *mapping,
			      struct su_importer *ret)
{
	uint64_t relative = library->relative_count * sizeof(Elf64_Rela);
	pid_t pid = libraries->memory->pid;

	if (!mapping || !library->strtab_size || library->relative_count > MOST_BYTES ||
	    !su_pages_part(pid, mapping, &ret->part))
		return false;
	ret->tables[STRINGS] = place_of(mapping, library->strtab, library->strtab_size);
	ret->tables[SYMBOLS] = place_of(mapping, library->symtab, sizeof(Elf64_Sym));
	if (relative < library->rela_size)
		ret->tables[RELOCS] =
			place_of(mapping, library->rela + relative, library->rela_size - relative);
	ret->tables[PLT_RELOCS] = place_of(mapping, library->jmprel, library->jmprel_size);
	for (int i = 0; i < TABLES; i++)
		if (!is_inside(&ret->tables[i], &ret->part) ||
		    (i != STRINGS && ret->tables[i].off % sizeof(uint64_t)))
			return false;
	return su_pages_none_own(pid, mapping);
}

static unsigned imported_in_file(const struct names *names, const struct su_importer *importer,
				 const uint8_t *bytes)
{
	const struct table_place *at = importer->tables;
	const struct tables tables = {
		.strings = (const char *)bytes + at[STRINGS].off,
		.string_size = at[STRINGS].size,
		.symbols = (const Elf64_Sym *)(bytes + at[SYMBOLS].off),
		.symbol_count = (importer->part.size - at[SYMBOLS].off) / sizeof(Elf64_Sym),
		.relocs = { (const Elf64_Rela *)(bytes + at[RELOCS].off),
			    (const Elf64_Rela *)(bytes + at[PLT_RELOCS].off) },
		.reloc_count = { at[RELOCS].size / sizeof(Elf64_Rela),
				 at[PLT_RELOCS].size / sizeof(Elf64_Rela) },
	};

	return imported_by(names, &tables);
}

static const struct su_importer *find_importer(const struct su_importers *importers,
					       const struct su_importer *wanted)
{
	for (size_t i = 0; i < importers->list.len; i++) {
		const struct su_importer *importer = &importers->list.at[i];

		if (su_pages_same_part(&importer->part, &wanted->part) &&
		    !memcmp(importer->tables, wanted->tables, sizeof(wanted->tables)))
			return importer;
	}
	return NULL;
}

/* False: its tables are to be read from the process. */
static bool ask_file(struct su_importers *importers, const struct su_libraries *libraries,
		     const struct su_library *library, const struct names *names, unsigned *ret)
{
	const struct su_mapping *mapping = su_maps_at(libraries->maps, library->strtab);
	struct su_importer importer = { .imports = 0 };

	if (!describe_importer(libraries, library, mapping, &importer))
		return false;
	const struct su_importer *known = find_importer(importers, &importer);
	if (known) {
		*ret = known->imports;
		return true;
	}
	SU_FREE uint8_t *bytes = su_pages_read_part(libraries->memory->pid, mapping);
	if (!bytes)
		return false;
	*ret = importer.imports = imported_in_file(names, &importer, bytes);
	su_vec_push(&importers->list, importer);
	return true;
}

/* ---- in the process ---- */

/* NULL when it cannot be read. */
static void *read_table(const struct su_libraries *libraries, uint64_t addr, uint64_t size)
{
	if (size > MOST_BYTES)
		return NULL;
	uint8_t *bytes = su_alloc(size + 1);
	if (!size || su_libraries_get(libraries, addr, bytes, size))
		return bytes;
	free(bytes);
	return NULL;
}

/* So many symbols that relocations may name. */
static size_t count_symbols(const struct su_library *library)
{
	size_t count = 0;

	for (size_t i = 0; i < library->reloc_count; i++)
		if (ELF64_R_SYM(library->relocs[i].r_info) >= count)
			count = ELF64_R_SYM(library->relocs[i].r_info) + 1;
	return count;
}

static unsigned ask_process(const struct su_libraries *libraries, struct su_library *library,
			    const struct names *names)
{
	su_libraries_relocs(libraries, library);
	size_t count = count_symbols(library);
	SU_FREE char *strings =
		library->strtab_size ? read_table(libraries, library->strtab, library->strtab_size)
				     : NULL;
	SU_FREE Elf64_Sym *symbols =
		read_table(libraries, library->symtab, count * sizeof(*symbols));
	const struct tables tables = { .strings = strings,
				       .string_size = library->strtab_size,
				       .symbols = symbols,
				       .symbol_count = count,
				       .relocs = { library->relocs },
				       .reloc_count = { library->reloc_count } };

	return strings && symbols ? imported_by(names, &tables) : names->all;
}

/* ---- all ---- */

unsigned su_imported(struct su_importers *importers, const struct su_memory *memory,
		     const struct su_maps *maps, const char *const *names, size_t count)
{
	const struct names wanted = { names, count, (1u << count) - 1 };
	struct su_libraries libraries = { .memory = memory, .maps = maps };
	struct su_err *err = su_libraries_list(&libraries);
	unsigned imported = err ? wanted.all : 0, found;

	su_err_destroy(err);
	for (size_t i = 0; i < libraries.list.len && imported != wanted.all; i++) {
		struct su_library *library = &libraries.list.at[i];

		if (!ask_file(importers, &libraries, library, &wanted, &found))
			found = ask_process(&libraries, library, &wanted);
		imported |= found;
	}
	su_libraries_deinit(&libraries);
	return imported;
}
