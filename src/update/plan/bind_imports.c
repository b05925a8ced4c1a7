/* Run-time addresses of symbols in the libraries of a process: see bind_imports.h. */
#include "update/plan/bind_imports.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/reason.h"
#include "update/plan/libraries.h"

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
	uint64_t text = su_libraries_version_name(libraries, library, versym & 0x7fff);
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
		    !su_libraries_look_up(libraries, library, name, version, &symbol))
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
