/* Run-time addresses of symbols in the libraries of a process: see imports.h. */
#include "update/plan/bind_imports.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/vec.h"
#include "update/carried/locate.h"

#define MAX_OBJECTS 4096
#define MAX_CHAIN (1u << 20)

/* One loaded object's dynamic section; addresses, 0 when absent. */
struct library {
	uint64_t base, low, high;
	uint64_t symtab, strtab, strtab_size, gnu_hash, hash, versym, verdef, verneed;
	uint64_t verdef_count, verneed_count;
	uint64_t rela, rela_size, jmprel, jmprel_size;
	/* Copies of the relocation tables, made at first use. */
	Elf64_Rela *relocs;
	size_t reloc_count;
	bool relocs_read;
};

struct resolver {
	const struct su_memory *memory;
	const struct su_maps *maps;
	SU_VEC(struct library) libraries;
};

static bool get(const struct resolver *resolver, uint64_t addr, void *ret, size_t size)
{
	return addr && su_memory_try(resolver->memory, addr, ret, size) == size;
}

/* glibc relocates the pointers of a dynamic section in place; other loaders (and the vDSO) do not.
 */
static uint64_t dynamic_pointer(const struct library *library, uint64_t value)
{
	return value >= library->low && value < library->high ? value : library->base + value;
}

static void read_entry(struct library *library, const Elf64_Dyn *entry)
{
	uint64_t value = entry->d_un.d_val, pointer = dynamic_pointer(library, value);

	switch (entry->d_tag) {
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
	case DT_JMPREL:
		library->jmprel = pointer;
		break;
	case DT_PLTRELSZ:
		library->jmprel_size = value;
		break;
	}
}

static void read_dynamic(const struct resolver *resolver, uint64_t addr, struct library *library)
{
	Elf64_Dyn entry;

	for (unsigned i = 0; i < 512 && get(resolver, addr, &entry, sizeof(entry)); i++) {
		if (entry.d_tag == DT_NULL)
			return;
		read_entry(library, &entry);
		addr += sizeof(entry);
	}
}

/* The object's loaded range, from the mapping that holds its ELF header. */
static bool object_bounds(const struct resolver *resolver, uint64_t dynamic, struct library *ret)
{
	const struct su_maps *maps = resolver->maps;
	const struct su_mapping *mapping = su_maps_at(maps, dynamic);
	struct su_object object;

	for (; mapping && mapping >= maps->list.at; mapping--) {
		if (!mapping->readable || mapping->offset ||
		    !su_locate_object(resolver->memory, mapping->start, &object) ||
		    dynamic < object.low || dynamic >= object.high)
			continue;
		ret->low = object.low;
		ret->high = object.high;
		return true;
	}
	return false;
}

/* The executable's r_debug, by its program headers and DT_DEBUG. */
static uint64_t find_debug(const struct resolver *resolver)
{
	uint64_t phdr_addr, phdr_count, base = 0, dynamic = 0;
	Elf64_Phdr phdr;
	Elf64_Dyn entry;

	if (!su_proc_auxv(resolver->memory->pid, AT_PHDR, &phdr_addr) ||
	    !su_proc_auxv(resolver->memory->pid, AT_PHNUM, &phdr_count) || phdr_count > 256)
		return 0;
	for (uint64_t i = 0; i < phdr_count; i++) {
		if (!get(resolver, phdr_addr + i * sizeof(phdr), &phdr, sizeof(phdr)))
			return 0;
		if (phdr.p_type == PT_PHDR)
			base = phdr_addr - phdr.p_vaddr;
		if (phdr.p_type == PT_DYNAMIC)
			dynamic = phdr.p_vaddr;
	}
	for (unsigned i = 0; dynamic && i < 512; i++) {
		if (!get(resolver, base + dynamic + i * sizeof(entry), &entry, sizeof(entry)) ||
		    entry.d_tag == DT_NULL)
			return 0;
		if (entry.d_tag == DT_DEBUG)
			return entry.d_un.d_ptr;
	}
	return 0;
}

/* struct link_map begins with l_addr, l_name, l_ld, l_next; struct r_debug has r_map at 8. */
static struct su_err *list_libraries(struct resolver *resolver)
{
	uint64_t debug = find_debug(resolver), map = 0, link[4];

	if (!get(resolver, debug + 8, &map, sizeof(map)) || !debug)
		return su_err_new(
			SU_E_UNSUPPORTED,
			"the process has no dynamic loader's list of libraries, which the patch's imports need");
	while (map && resolver->libraries.len < MAX_OBJECTS &&
	       get(resolver, map, link, sizeof(link))) {
		struct library library = { .base = link[0] };

		if (object_bounds(resolver, link[2], &library)) {
			read_dynamic(resolver, link[2], &library);
			su_vec_push(&resolver->libraries, library);
		}
		map = link[3];
	}
	return NULL;
}

/* ---- symbols ---- */

static bool same_string(const struct resolver *resolver, uint64_t addr, const char *text)
{
	char buffer[512];
	size_t size = strlen(text) + 1;

	return size <= sizeof(buffer) && get(resolver, addr, buffer, size) &&
	       !memcmp(buffer, text, size);
}

/* The name of version `index` that the library defines, or needs, as an address. */
static uint64_t version_name(const struct resolver *resolver, const struct library *library,
			     uint16_t index)
{
	uint64_t at = library->verdef;

	for (uint64_t i = 0; i < library->verdef_count && i < 4096; i++) {
		Elf64_Verdef def;
		Elf64_Verdaux aux;

		if (!get(resolver, at, &def, sizeof(def)) ||
		    !get(resolver, at + def.vd_aux, &aux, sizeof(aux)))
			break;
		if (def.vd_ndx == index)
			return library->strtab + aux.vda_name;
		at += def.vd_next;
	}
	at = library->verneed;
	for (uint64_t i = 0; i < library->verneed_count && i < 4096; i++) {
		Elf64_Verneed need;
		Elf64_Vernaux aux;

		if (!get(resolver, at, &need, sizeof(need)))
			break;
		uint64_t aux_at = at + need.vn_aux;
		for (unsigned j = 0; j < need.vn_cnt && get(resolver, aux_at, &aux, sizeof(aux));
		     j++) {
			if ((aux.vna_other & 0x7fff) == index)
				return library->strtab + aux.vna_name;
			aux_at += aux.vna_next;
		}
		at += need.vn_next;
	}
	return 0;
}

/* Whether symbol `index` has `version`; "" asks for the default version. */
static bool version_fits(const struct resolver *resolver, const struct library *library,
			 uint32_t index, const char *version)
{
	uint16_t versym;

	if (!library->versym)
		return true;
	if (!get(resolver, library->versym + 2 * (uint64_t)index, &versym, sizeof(versym)))
		return false;
	if (!*version)
		return !(versym & 0x8000);
	if ((versym & 0x7fff) <= VER_NDX_GLOBAL)
		return (versym & 0x7fff) == VER_NDX_GLOBAL && !library->verdef;
	uint64_t name = version_name(resolver, library, versym & 0x7fff);
	return name && same_string(resolver, name, version);
}

static bool symbol_fits(const struct resolver *resolver, const struct library *library,
			uint32_t index, const char *name, const char *version, Elf64_Sym *ret)
{
	if (!get(resolver, library->symtab + index * sizeof(*ret), ret, sizeof(*ret)))
		return false;
	unsigned bind = ELF64_ST_BIND(ret->st_info);
	return ret->st_shndx != SHN_UNDEF &&
	       (bind == STB_GLOBAL || bind == STB_WEAK || bind == STB_GNU_UNIQUE) &&
	       same_string(resolver, library->strtab + ret->st_name, name) &&
	       version_fits(resolver, library, index, version);
}

static bool look_up_gnu(const struct resolver *resolver, const struct library *library,
			const char *name, const char *version, Elf64_Sym *ret)
{
	uint32_t head[4], index, hash = 5381, chain; /* buckets, first symbol, bloom words, shift */

	for (const char *c = name; *c; c++)
		hash = hash * 33 + (uint8_t)*c;
	if (!get(resolver, library->gnu_hash, head, sizeof(head)) || !head[0])
		return false;
	uint64_t buckets = library->gnu_hash + 16 + 8 * (uint64_t)head[2];
	uint64_t chains = buckets + 4 * (uint64_t)head[0];
	if (!get(resolver, buckets + 4 * (uint64_t)(hash % head[0]), &index, 4) || index < head[1])
		return false;
	for (unsigned i = 0; i < MAX_CHAIN; i++, index++) {
		if (!get(resolver, chains + 4 * (uint64_t)(index - head[1]), &chain, 4))
			return false;
		if ((chain | 1) == (hash | 1) &&
		    symbol_fits(resolver, library, index, name, version, ret))
			return true;
		if (chain & 1)
			return false;
	}
	return false;
}

static bool look_up_sysv(const struct resolver *resolver, const struct library *library,
			 const char *name, const char *version, Elf64_Sym *ret)
{
	uint32_t head[2], hash = 0, index;

	for (const char *c = name; *c; c++) {
		hash = (hash << 4) + (uint8_t)*c;
		hash = (hash ^ ((hash & 0xf0000000) >> 24)) & 0x0fffffff;
	}
	if (!get(resolver, library->hash, head, sizeof(head)) || !head[0])
		return false;
	uint64_t buckets = library->hash + 8, chains = buckets + 4 * (uint64_t)head[0];
	if (!get(resolver, buckets + 4 * (uint64_t)(hash % head[0]), &index, 4))
		return false;
	for (unsigned i = 0; index && i < MAX_CHAIN; i++) {
		if (symbol_fits(resolver, library, index, name, version, ret))
			return true;
		if (!get(resolver, chains + 4 * (uint64_t)index, &index, 4))
			return false;
	}
	return false;
}

static bool look_up(const struct resolver *resolver, const struct library *library,
		    const char *name, const char *version, Elf64_Sym *ret)
{
	if (!library->symtab || !library->strtab)
		return false;
	if (library->gnu_hash)
		return look_up_gnu(resolver, library, name, version, ret);
	return library->hash && look_up_sysv(resolver, library, name, version, ret);
}

/* ---- IFUNC ---- */

static void read_relocs(const struct resolver *resolver, struct library *library)
{
	const uint64_t limit = 64u << 20;

	if (library->relocs_read)
		return;
	library->relocs_read = true;
	if (!library->rela)
		library->rela_size = 0;
	if (!library->jmprel)
		library->jmprel_size = 0;
	if (library->rela_size > limit || library->jmprel_size > limit)
		return;
	size_t first = library->rela_size / sizeof(Elf64_Rela);
	size_t second = library->jmprel_size / sizeof(Elf64_Rela);
	library->relocs = su_alloc((first + second + 1) * sizeof(Elf64_Rela));
	if (first && get(resolver, library->rela, library->relocs, first * sizeof(Elf64_Rela)))
		library->reloc_count = first;
	if (second && get(resolver, library->jmprel, library->relocs + library->reloc_count,
			  second * sizeof(Elf64_Rela)))
		library->reloc_count += second;
}

/* The value of a filled slot, when it is code of the defining library. */
static bool slot_value(const struct resolver *resolver, const struct library *owner,
		       const Elf64_Rela *reloc, const struct library *definer, uint64_t *ret)
{
	uint64_t value;

	if (!get(resolver, owner->base + reloc->r_offset, &value, sizeof(value)) ||
	    value < definer->low || value >= definer->high)
		return false;
	const struct su_mapping *mapping = su_maps_at(resolver->maps, value);
	if (!mapping || !mapping->executable)
		return false;
	*ret = value;
	return true;
}

static bool irelative_slot(struct resolver *resolver, struct library *definer,
			   const Elf64_Sym *symbol, uint64_t *ret)
{
	read_relocs(resolver, definer);
	for (size_t i = 0; i < definer->reloc_count; i++) {
		const Elf64_Rela *reloc = &definer->relocs[i];

		if (ELF64_R_TYPE(reloc->r_info) == R_X86_64_IRELATIVE &&
		    (uint64_t)reloc->r_addend == symbol->st_value &&
		    slot_value(resolver, definer, reloc, definer, ret))
			return true;
	}
	return false;
}

static bool names_symbol(const struct resolver *resolver, const struct library *library,
			 const struct library *definer, const Elf64_Rela *reloc, const char *name,
			 const char *version)
{
	uint32_t index = ELF64_R_SYM(reloc->r_info), type = ELF64_R_TYPE(reloc->r_info);
	uint16_t versym = 0;
	Elf64_Sym symbol;

	/* A library's own lazy slot points to its own PLT, which looks like its code. */
	if (library == definer && type == R_X86_64_JUMP_SLOT)
		return false;
	if ((type != R_X86_64_JUMP_SLOT && type != R_X86_64_GLOB_DAT && type != R_X86_64_64) ||
	    reloc->r_addend || !index ||
	    !get(resolver, library->symtab + index * sizeof(symbol), &symbol, sizeof(symbol)) ||
	    !same_string(resolver, library->strtab + symbol.st_name, name))
		return false;
	if (!*version || !library->versym)
		return !*version;
	if (!get(resolver, library->versym + 2 * (uint64_t)index, &versym, sizeof(versym)))
		return false;
	uint64_t text = version_name(resolver, library, versym & 0x7fff);
	return text && same_string(resolver, text, version);
}

static bool bound_slot(struct resolver *resolver, const struct library *definer, const char *name,
		       const char *version, uint64_t *ret)
{
	for (size_t i = 0; i < resolver->libraries.len; i++) {
		struct library *library = &resolver->libraries.at[i];

		read_relocs(resolver, library);
		for (size_t j = 0; j < library->reloc_count; j++)
			if (names_symbol(resolver, library, definer, &library->relocs[j], name,
					 version) &&
			    slot_value(resolver, library, &library->relocs[j], definer, ret))
				return true;
	}
	return false;
}

static struct su_err *resolve_ifunc(struct resolver *resolver, struct library *definer,
				    const Elf64_Sym *symbol, const char *name, const char *version,
				    uint64_t *ret)
{
	uint64_t resolver_addr = definer->base + symbol->st_value, value;

	/* A slot that still holds the resolver itself says nothing. */
	if ((irelative_slot(resolver, definer, symbol, &value) ||
	     bound_slot(resolver, definer, name, version, &value)) &&
	    value != resolver_addr) {
		*ret = value;
		return NULL;
	}
	return su_err_new(
		SU_E_UNSUPPORTED,
		"the patch needs '%s', which the library chooses at run time (IFUNC), and the process has not chosen it yet",
		name);
}

static struct su_err *resolve(struct resolver *resolver, const char *name, const char *version,
			      uint64_t *ret)
{
	for (size_t i = 0; i < resolver->libraries.len; i++) {
		struct library *library = &resolver->libraries.at[i];
		Elf64_Sym symbol;

		if (!look_up(resolver, library, name, version, &symbol))
			continue;
		if (ELF64_ST_TYPE(symbol.st_info) == STT_TLS)
			return su_err_new(SU_E_UNSUPPORTED, "'%s' is thread-local", name);
		if (ELF64_ST_TYPE(symbol.st_info) == STT_GNU_IFUNC)
			return resolve_ifunc(resolver, library, &symbol, name, version, ret);
		*ret = symbol.st_shndx == SHN_ABS ? symbol.st_value
						  : library->base + symbol.st_value;
		return NULL;
	}
	return su_err_new(SU_E_UNSUPPORTED,
			  "the patch needs '%s%s%s', which no library of the process defines", name,
			  *version ? "@" : "", version);
}

/* ---- who imports what ---- */

static bool is_one_of(const char *name, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

/* The library's strings as they stand, ended by a zero; NULL when they cannot be read. */
static char *read_strings(const struct resolver *resolver, const struct library *library)
{
	const uint64_t limit = 64u << 20;

	if (!library->strtab_size || library->strtab_size > limit)
		return NULL;
	char *strings = su_alloc(library->strtab_size + 1);
	if (get(resolver, library->strtab, strings, library->strtab_size))
		return strings;
	free(strings);
	return NULL;
}

static bool imports_any(const struct resolver *resolver, struct library *library,
			const char *const *names, size_t count)
{
	SU_FREE char *strings = read_strings(resolver, library);
	bool found = !strings;

	read_relocs(resolver, library);
	for (size_t i = 0; i < library->reloc_count && !found; i++) {
		uint32_t index = ELF64_R_SYM(library->relocs[i].r_info);
		Elf64_Sym symbol;

		if (!index)
			continue;
		found = !get(resolver, library->symtab + index * sizeof(symbol), &symbol,
			     sizeof(symbol)) ||
			(symbol.st_shndx == SHN_UNDEF && symbol.st_name < library->strtab_size &&
			 is_one_of(strings + symbol.st_name, names, count));
	}
	return found;
}

static void deinit(struct resolver *resolver)
{
	for (size_t i = 0; i < resolver->libraries.len; i++)
		free(resolver->libraries.at[i].relocs);
	su_vec_deinit(&resolver->libraries);
}

bool su_imports_any(const struct su_memory *memory, const struct su_maps *maps,
		    const char *const *names, size_t count)
{
	struct resolver resolver = { .memory = memory, .maps = maps };
	struct su_err *err = list_libraries(&resolver);
	bool found = err;

	su_err_destroy(err);
	for (size_t i = 0; i < resolver.libraries.len && !found; i++)
		found = imports_any(&resolver, &resolver.libraries.at[i], names, count);
	deinit(&resolver);
	return found;
}

struct su_err *su_imports_resolve(const struct su_memory *memory, const struct su_maps *maps,
				  const struct su_patch *patch, uint64_t *ret)
{
	struct resolver resolver = { .memory = memory, .maps = maps };
	struct su_err *err = patch->import_count ? list_libraries(&resolver) : NULL;

	for (size_t i = 0; i < patch->import_count && !err; i++)
		err = resolve(&resolver, su_patch_string(patch, patch->imports[i].name),
			      su_patch_string(patch, patch->imports[i].version), &ret[i]);
	deinit(&resolver);
	return err;
}
