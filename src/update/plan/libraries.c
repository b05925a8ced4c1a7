/* What the dynamic loader of a process has loaded: see libraries.h. */
#include "update/plan/libraries.h"

#include <elf.h>
#include <string.h>

#include "base/alloc.h"
#include "base/reason.h"
#include "update/carried/locate.h"

#define MAX_OBJECTS 4096
#define MAX_SPACES 16
#define MAX_DYNAMIC 512 /* entries */

bool su_libraries_get(const struct su_libraries *libraries, uint64_t addr, void *ret, size_t size)
{
	return addr && su_memory_try(libraries->memory, addr, ret, size) == size;
}

/* glibc relocates the pointers of a dynamic section in place; other loaders (and the vDSO) do not.
 */
static uint64_t dynamic_pointer(const struct su_library *library, uint64_t value)
{
	return value >= library->low && value < library->high ? value : library->base + value;
}

static void read_entry(struct su_library *library, const Elf64_Dyn *entry)
{
	uint64_t value = entry->d_un.d_val, pointer = dynamic_pointer(library, value);

	switch (entry->d_tag) {
	case DT_SONAME:
		library->soname = value;
		break;
	case DT_NEEDED:
		if (library->needed_count < SU_MAX_NEEDED)
			library->needed[library->needed_count++] = value;
		break;
	case DT_SYMTAB:
		library->symtab = pointer;
		break;
	case DT_STRTAB:
		library->strtab = pointer;
		break;
	case DT_STRSZ:
		library->strtab_size = value;
		break;
	case DT_GNU_HASH:
		library->gnu_hash = pointer;
		break;
	case DT_HASH:
		library->hash = pointer;
		break;
	case DT_VERSYM:
		library->versym = pointer;
		break;
	case DT_VERDEF:
		library->verdef = pointer;
		break;
	case DT_VERDEFNUM:
		library->verdef_count = value;
		break;
	case DT_VERNEED:
		library->verneed = pointer;
		break;
	case DT_VERNEEDNUM:
		library->verneed_count = value;
		break;
	case DT_RELA:
		library->rela = pointer;
		break;
	case DT_RELASZ:
		library->rela_size = value;
		break;
	case DT_RELACOUNT:
		library->relative_count = value;
		break;
	case DT_JMPREL:
		library->jmprel = pointer;
		break;
	case DT_PLTRELSZ:
		library->jmprel_size = value;
		break;
	}
}

static void read_dynamic(const struct su_libraries *libraries, uint64_t addr,
			 struct su_library *library)
{
	Elf64_Dyn entries[MAX_DYNAMIC];
	size_t count =
		su_memory_try(libraries->memory, addr, entries, sizeof(entries)) / sizeof(*entries);

	for (size_t i = 0; i < count && entries[i].d_tag != DT_NULL; i++)
		read_entry(library, &entries[i]);
}

/* The object's loaded range, from the mapping that holds its ELF header. */
static bool object_bounds(const struct su_libraries *libraries, uint64_t dynamic,
			  struct su_library *ret)
{
	const struct su_maps *maps = libraries->maps;
	const struct su_mapping *mapping = su_maps_at(maps, dynamic);
	struct su_object object;

	for (; mapping && mapping >= maps->list.at; mapping--) {
		if (!su_locate_mapped(libraries->memory, maps, mapping, &object) ||
		    dynamic < object.low || dynamic >= object.high)
			continue;
		ret->low = object.low;
		ret->high = object.high;
		return true;
	}
	return false;
}

/* The executable's r_debug, by its program headers and DT_DEBUG. */
static uint64_t find_debug(const struct su_libraries *libraries)
{
	uint64_t phdr_addr, phdr_count, base = 0, dynamic = 0;
	Elf64_Phdr phdr;
	Elf64_Dyn entry;

	if (!su_proc_auxv(libraries->memory->pid, AT_PHDR, &phdr_addr) ||
	    !su_proc_auxv(libraries->memory->pid, AT_PHNUM, &phdr_count) || phdr_count > 256)
		return 0;
	for (uint64_t i = 0; i < phdr_count; i++) {
		if (!su_libraries_get(libraries, phdr_addr + i * sizeof(phdr), &phdr, sizeof(phdr)))
			return 0;
		if (phdr.p_type == PT_PHDR)
			base = phdr_addr - phdr.p_vaddr;
		if (phdr.p_type == PT_DYNAMIC)
			dynamic = phdr.p_vaddr;
	}
	for (unsigned i = 0; dynamic && i < 512; i++) {
		if (!su_libraries_get(libraries, base + dynamic + i * sizeof(entry), &entry,
				      sizeof(entry)) ||
		    entry.d_tag == DT_NULL)
			return 0;
		if (entry.d_tag == DT_DEBUG)
			return entry.d_un.d_ptr;
	}
	return 0;
}

/* struct link_map begins with l_addr, l_name, l_ld, l_next. The vDSO is on the list, and nothing
 * is ever bound to it. */
static void list_space(struct su_libraries *libraries, uint64_t map, unsigned name_space)
{
	uint64_t link[4];

	while (map && libraries->list.len < MAX_OBJECTS &&
	       su_libraries_get(libraries, map, link, sizeof(link))) {
		struct su_library library = { .base = link[0],
					      .link_map = map,
					      .name_space = name_space };
		const struct su_mapping *mapping = su_maps_at(libraries->maps, link[2]);
		bool vdso = mapping && !strcmp(su_maps_name(libraries->maps, mapping), "[vdso]");

		if (!vdso && object_bounds(libraries, link[2], &library)) {
			read_dynamic(libraries, link[2], &library);
			su_vec_push(&libraries->list, library);
		}
		map = link[3];
	}
}

/* struct r_debug has r_version at 0 and r_map at 8; from version 2 on r_next at 40 leads to that of
 * another namespace (dlmopen). */
struct su_err *su_libraries_list(struct su_libraries *libraries)
{
	uint64_t debug = find_debug(libraries), map = 0;
	int32_t version = 0;

	if (!su_libraries_get(libraries, debug + 8, &map, sizeof(map)) || !debug)
		return su_refuse(SU_WHY_NO_LIBRARY_LIST);
	for (unsigned space = 0; debug && space < MAX_SPACES; space++) {
		if (!su_libraries_get(libraries, debug, &version, sizeof(version)) ||
		    !su_libraries_get(libraries, debug + 8, &map, sizeof(map)))
			break;
		list_space(libraries, map, space);
		if (version < 2 || !su_libraries_get(libraries, debug + 40, &debug, sizeof(debug)))
			break;
	}
	return NULL;
}

void su_libraries_list_mapped(struct su_libraries *libraries)
{
	const struct su_maps *maps = libraries->maps;
	struct su_object object;

	for (size_t i = 0; i < maps->list.len && libraries->list.len < MAX_OBJECTS; i++) {
		if (!su_locate_mapped(libraries->memory, maps, &maps->list.at[i], &object) ||
		    !object.dynamic)
			continue;
		struct su_library library = { .base = object.base,
					      .low = object.low,
					      .high = object.high };
		read_dynamic(libraries, object.dynamic, &library);
		su_vec_push(&libraries->list, library);
	}
}

void su_libraries_deinit(struct su_libraries *libraries)
{
	for (size_t i = 0; i < libraries->list.len; i++)
		free(libraries->list.at[i].relocs);
	su_vec_deinit(&libraries->list);
}

/* ---- relocations ---- */

static void add_relocs(const struct su_libraries *libraries, struct su_library *library,
		       uint64_t addr, uint64_t size)
{
	const uint64_t limit = 64u << 20;
	const uint64_t whole = size / sizeof(Elf64_Rela) * sizeof(Elf64_Rela);

	if (!addr || !whole || whole > limit)
		return;
	size_t known = library->reloc_count * sizeof(Elf64_Rela);
	library->relocs = su_realloc(library->relocs, known + whole);
	if (su_libraries_get(libraries, addr, library->relocs + library->reloc_count, whole))
		library->reloc_count += whole / sizeof(Elf64_Rela);
}

void su_libraries_relocs(const struct su_libraries *libraries, struct su_library *library)
{
	if (library->relocs_read)
		return;
	library->relocs_read = true;
	if (library->relative_count < library->rela_size / sizeof(Elf64_Rela)) {
		uint64_t relative = library->relative_count * sizeof(Elf64_Rela);

		add_relocs(libraries, library, library->rela + relative,
			   library->rela_size - relative);
	}
	add_relocs(libraries, library, library->jmprel, library->jmprel_size);
}

/* ---- scope ---- */

bool su_libraries_has_string(const struct su_libraries *libraries, uint64_t addr, const char *text)
{
	char buffer[512];
	size_t size = strlen(text) + 1;

	return size <= sizeof(buffer) && su_libraries_get(libraries, addr, buffer, size) &&
	       !memcmp(buffer, text, size);
}

bool su_libraries_string(const struct su_libraries *libraries, uint64_t addr, char *ret,
			 size_t size)
{
	size_t got = addr ? su_memory_try(libraries->memory, addr, ret, size - 1) : 0;

	ret[got] = 0;
	return strlen(ret) < got;
}

/* Whether the library is what a DT_NEEDED entry names: by its soname, or the file that was loaded. */
static bool is_named(const struct su_libraries *libraries, const struct su_library *library,
		     const char *name)
{
	char path[512];
	uint64_t path_addr;

	if (library->soname &&
	    su_libraries_has_string(libraries, library->strtab + library->soname, name))
		return true;
	if (!su_libraries_get(libraries, library->link_map + 8, &path_addr, sizeof(path_addr)) ||
	    !su_libraries_string(libraries, path_addr, path, sizeof(path)))
		return false;
	const char *slash = strrchr(path, '/');
	return !strcmp(path, name) || (slash && !strcmp(slash + 1, name));
}

/* Marks what `library` needs, at any distance, by `mark`, which it has itself. */
static void mark_needed(struct su_libraries *libraries, const struct su_library *library,
			bool *(*mark)(struct su_library *))
{
	char name[512];

	for (unsigned n = 0; n < library->needed_count; n++) {
		if (!su_libraries_string(libraries, library->strtab + library->needed[n], name,
					 sizeof(name)))
			continue;
		for (size_t i = 0; i < libraries->list.len; i++) {
			struct su_library *other = &libraries->list.at[i];

			if (other->name_space != library->name_space || *mark(other) ||
			    !is_named(libraries, other, name))
				continue;
			*mark(other) = true;
			mark_needed(libraries, other, mark);
		}
	}
}

static bool *startup_mark(struct su_library *library)
{
	return &library->startup;
}

static bool *scope_mark(struct su_library *library)
{
	return &library->in_scope;
}

/* What was loaded at program start: the program, what was preloaded, and what these need. It comes
 * first on the list. */
static void mark_startup(struct su_libraries *libraries)
{
	size_t last = 0, known = 0;

	while (known <= last && known < libraries->list.len) {
		struct su_library *library = &libraries->list.at[known++];

		library->startup = true;
		mark_needed(libraries, library, startup_mark);
		for (size_t i = last; i < libraries->list.len; i++)
			if (libraries->list.at[i].startup)
				last = i;
	}
}

/*
 * Which objects the image's references are looked up in.  In the first namespace these are those of
 * program start, in the list's order; what dlopen() brought comes behind them, and an object that
 * it brought finds what it needs.  Who opened what, and whether with RTLD_GLOBAL, the public part of
 * the loader's data does not say.
 */
struct su_err *su_libraries_scope(struct su_libraries *libraries, uint64_t image_base)
{
	struct su_library *image = NULL;

	for (size_t i = 0; i < libraries->list.len; i++)
		if (libraries->list.at[i].base == image_base && !image)
			image = &libraries->list.at[i];
	if (!image)
		return su_refuse(SU_WHY_IMAGE_NOT_LISTED);
	libraries->name_space = image->name_space;
	mark_startup(libraries);
	image->in_scope = true;
	mark_needed(libraries, image, scope_mark);
	for (size_t i = 0; i < libraries->list.len; i++) {
		struct su_library *library = &libraries->list.at[i];

		library->startup &= !library->name_space;
		library->in_scope |= library->startup && !image->name_space;
	}
	return NULL;
}
