/* Run-time addresses of symbols in the libraries of a process: see bind_imports.h. */
#include "update/plan/bind_imports.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/reason.h"
#include "update/plan/libraries.h"

#define MAX_CHAIN (1u << 20)

/* ---- symbols ---- */

/* The name of version `index` that the library defines, or needs, as an address. */
static uint64_t version_name(const struct su_libraries *libraries, const struct su_library *library,
			     uint16_t index)
{
	uint64_t at = library->verdef;

	for (uint64_t i = 0; i < library->verdef_count && i < 4096; i++) {
		Elf64_Verdef def;
		Elf64_Verdaux aux;

		if (!su_libraries_get(libraries, at, &def, sizeof(def)) ||
		    !su_libraries_get(libraries, at + def.vd_aux, &aux, sizeof(aux)))
			break;
		if (def.vd_ndx == index)
			return library->strtab + aux.vda_name;
		at += def.vd_next;
	}
	at = library->verneed;
	for (uint64_t i = 0; i < library->verneed_count && i < 4096; i++) {
		Elf64_Verneed need;
		Elf64_Vernaux aux;

		if (!su_libraries_get(libraries, at, &need, sizeof(need)))
			break;
		uint64_t aux_at = at + need.vn_aux;
		for (unsigned j = 0;
		     j < need.vn_cnt && su_libraries_get(libraries, aux_at, &aux, sizeof(aux));
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
static bool version_fits(const struct su_libraries *libraries, const struct su_library *library,
			 uint32_t index, const char *version)
{
	uint16_t versym;

	if (!library->versym)
		return true;
	if (!su_libraries_get(libraries, library->versym + 2 * (uint64_t)index, &versym,
			      sizeof(versym)))
		return false;
	if (!*version)
		return !(versym & 0x8000);
	if ((versym & 0x7fff) <= VER_NDX_GLOBAL)
		return (versym & 0x7fff) == VER_NDX_GLOBAL && !library->verdef;
	uint64_t name = version_name(libraries, library, versym & 0x7fff);
	return name && su_libraries_has_string(libraries, name, version);
}

static bool symbol_fits(const struct su_libraries *libraries, const struct su_library *library,
			uint32_t index, const char *name, const char *version, Elf64_Sym *ret)
{
	if (!su_libraries_get(libraries, library->symtab + index * sizeof(*ret), ret, sizeof(*ret)))
		return false;
	unsigned bind = ELF64_ST_BIND(ret->st_info);
	return ret->st_shndx != SHN_UNDEF &&
	       (bind == STB_GLOBAL || bind == STB_WEAK || bind == STB_GNU_UNIQUE) &&
	       su_libraries_has_string(libraries, library->strtab + ret->st_name, name) &&
	       version_fits(libraries, library, index, version);
}

static bool look_up_gnu(const struct su_libraries *libraries, const struct su_library *library,
			const char *name, const char *version, Elf64_Sym *ret)
{
	uint32_t head[4], index, hash = 5381, chain; /* buckets, first symbol, bloom words, shift */

	for (const char *c = name; *c; c++)
		hash = hash * 33 + (uint8_t)*c;
	if (!su_libraries_get(libraries, library->gnu_hash, head, sizeof(head)) || !head[0])
		return false;
	uint64_t buckets = library->gnu_hash + 16 + 8 * (uint64_t)head[2];
	uint64_t chains = buckets + 4 * (uint64_t)head[0];
	if (!su_libraries_get(libraries, buckets + 4 * (uint64_t)(hash % head[0]), &index, 4) ||
	    index < head[1])
		return false;
	for (unsigned i = 0; i < MAX_CHAIN; i++, index++) {
		if (!su_libraries_get(libraries, chains + 4 * (uint64_t)(index - head[1]), &chain,
				      4))
			return false;
		if ((chain | 1) == (hash | 1) &&
		    symbol_fits(libraries, library, index, name, version, ret))
			return true;
		if (chain & 1)
			return false;
	}
	return false;
}

static bool look_up_sysv(const struct su_libraries *libraries, const struct su_library *library,
			 const char *name, const char *version, Elf64_Sym *ret)
{
	uint32_t head[2], hash = 0, index;

	for (const char *c = name; *c; c++) {
		hash = (hash << 4) + (uint8_t)*c;
		hash = (hash ^ ((hash & 0xf0000000) >> 24)) & 0x0fffffff;
	}
	if (!su_libraries_get(libraries, library->hash, head, sizeof(head)) || !head[0])
		return false;
	uint64_t buckets = library->hash + 8, chains = buckets + 4 * (uint64_t)head[0];
	if (!su_libraries_get(libraries, buckets + 4 * (uint64_t)(hash % head[0]), &index, 4))
		return false;
	for (unsigned i = 0; index && i < MAX_CHAIN; i++) {
		if (symbol_fits(libraries, library, index, name, version, ret))
			return true;
		if (!su_libraries_get(libraries, chains + 4 * (uint64_t)index, &index, 4))
			return false;
	}
	return false;
}

static bool look_up(const struct su_libraries *libraries, const struct su_library *library,
		    const char *name, const char *version, Elf64_Sym *ret)
{
	if (!library->symtab || !library->strtab)
		return false;
	if (library->gnu_hash)
		return look_up_gnu(libraries, library, name, version, ret);
	return library->hash && look_up_sysv(libraries, library, name, version, ret);
}

/* ---- IFUNC ---- */

/* The value of a filled slot, when it is code of the defining library. */
static bool slot_value(const struct su_libraries *libraries, const struct su_library *owner,
		       const Elf64_Rela *reloc, const struct su_library *definer, uint64_t *ret)
{
	uint64_t value;

	if (!su_libraries_get(libraries, owner->base + reloc->r_offset, &value, sizeof(value)) ||
	    value < definer->low || value >= definer->high)
		return false;
	const struct su_mapping *mapping = su_maps_at(libraries->maps, value);
	if (!mapping || !mapping->executable)
		return false;
	*ret = value;
	return true;
}

static bool irelative_slot(struct su_libraries *libraries, struct su_library *definer,
			   const Elf64_Sym *symbol, uint64_t *ret)
{
	su_libraries_relocs(libraries, definer);
	for (size_t i = 0; i < definer->reloc_count; i++) {
		const Elf64_Rela *reloc = &definer->relocs[i];

		if (ELF64_R_TYPE(reloc->r_info) == R_X86_64_IRELATIVE &&
		    (uint64_t)reloc->r_addend == symbol->st_value &&
		    slot_value(libraries, definer, reloc, definer, ret))
			return true;
	}
	return false;
}

static bool names_symbol(const struct su_libraries *libraries, const struct su_library *library,
			 const struct su_library *definer, const Elf64_Rela *reloc,
			 const char *name, const char *version)
{
	uint32_t index = ELF64_R_SYM(reloc->r_info), type = ELF64_R_TYPE(reloc->r_info);
	uint16_t versym = 0;
	Elf64_Sym symbol;

	/* A library's own lazy slot points to its own PLT, which looks like its code. */
	if (library == definer && type == R_X86_64_JUMP_SLOT)
		return false;
	if ((type != R_X86_64_JUMP_SLOT && type != R_X86_64_GLOB_DAT && type != R_X86_64_64) ||
	    reloc->r_addend || !index ||
	    !su_libraries_get(libraries, library->symtab + index * sizeof(symbol), &symbol,
			      sizeof(symbol)) ||
	    !su_libraries_has_string(libraries, library->strtab + symbol.st_name, name))
		return false;
	if (!*version || !library->versym)
		return !*version;
	if (!su_libraries_get(libraries, library->versym + 2 * (uint64_t)index, &versym,
			      sizeof(versym)))
		return false;
	uint64_t text = version_name(libraries, library, versym & 0x7fff);
	return text && su_libraries_has_string(libraries, text, version);
}

static bool bound_slot(struct su_libraries *libraries, const struct su_library *definer,
		       const char *name, const char *version, uint64_t *ret)
{
	for (size_t i = 0; i < libraries->list.len; i++) {
		struct su_library *library = &libraries->list.at[i];

		su_libraries_relocs(libraries, library);
		for (size_t j = 0; j < library->reloc_count; j++)
			if (names_symbol(libraries, library, definer, &library->relocs[j], name,
					 version) &&
			    slot_value(libraries, library, &library->relocs[j], definer, ret))
				return true;
	}
	return false;
}

static struct su_err *resolve_ifunc(struct su_libraries *libraries, struct su_library *definer,
				    const Elf64_Sym *symbol, const char *name, const char *version,
				    uint64_t *ret)
{
	uint64_t resolver_addr = definer->base + symbol->st_value, value;

	/* A slot that still holds the libraries itself says nothing. */
	if ((irelative_slot(libraries, definer, symbol, &value) ||
	     bound_slot(libraries, definer, name, version, &value)) &&
	    value != resolver_addr) {
		*ret = value;
		return NULL;
	}
	return su_refuse(SU_WHY_IFUNC_OPEN, name);
}

/* The object that the loader would bind `name` of the image to, or NULL: none in scope has it. */
static struct su_err *find_definer(struct su_libraries *libraries, const char *name,
				   const char *version, Elf64_Sym *ret_symbol,
				   struct su_library **ret)
{
	struct su_library *found = NULL;
	Elf64_Sym symbol;

	*ret = NULL;
	for (size_t i = 0; i < libraries->list.len; i++) {
		struct su_library *library = &libraries->list.at[i];

		if (library->name_space != libraries->name_space ||
		    !look_up(libraries, library, name, version, &symbol))
			continue;
		/* The first of program start is the first there is. */
		if (!found && (library->startup || library->in_scope)) {
			*ret = library;
			*ret_symbol = symbol;
		}
		if (!found && library->startup)
			return NULL;
		if (found)
			return su_refuse(SU_WHY_IMPORT_AMBIGUOUS, name);
		found = library;
	}
	return NULL;
}

static struct su_err *resolve_import(struct su_libraries *libraries, const char *name,
				     const char *version, bool weak, uint64_t *ret)
{
	struct su_library *library;
	Elf64_Sym symbol;

	SU_TRY(find_definer(libraries, name, version, &symbol, &library));
	*ret = 0;
	if (!library && weak)
		return NULL;
	if (!library)
		return su_refuse(SU_WHY_IMPORT_UNDEFINED, name, *version ? "@" : "", version);
	if (ELF64_ST_TYPE(symbol.st_info) == STT_TLS)
		return su_refuse(SU_WHY_IMPORT_THREAD_LOCAL, name);
	if (ELF64_ST_TYPE(symbol.st_info) == STT_GNU_IFUNC)
		return resolve_ifunc(libraries, library, &symbol, name, version, ret);
	*ret = symbol.st_shndx == SHN_ABS ? symbol.st_value : library->base + symbol.st_value;
	return NULL;
}

struct su_err *su_imports_resolve(const struct su_memory *memory, const struct su_maps *maps,
				  uint64_t image_base, const struct su_patch *patch, uint64_t *ret)
{
	struct su_libraries libraries = { .memory = memory, .maps = maps };
	struct su_err *err = patch->import_count ? su_libraries_list(&libraries) : NULL;

	if (!err && patch->import_count)
		err = su_libraries_scope(&libraries, image_base);
	for (size_t i = 0; i < patch->import_count && !err; i++)
		err = resolve_import(&libraries, su_patch_string(patch, patch->imports[i].name),
				     su_patch_string(patch, patch->imports[i].version),
				     patch->imports[i].weak, &ret[i]);
	su_libraries_deinit(&libraries);
	return err;
}
