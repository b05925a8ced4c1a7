/* Constants that were copied from the image: see copies.h. */
#include "update/plan/copies.h"

#include <elf.h>

#include "base/reason.h"
#include "update/plan/libraries.h"

#define MAX_NAME 1024

struct copied {
	char name[MAX_NAME], version[MAX_NAME];
	uint64_t size;
};

/* What a relocation copies. */
static bool read_copied(const struct su_libraries *libraries, const struct su_library *library,
			const Elf64_Rela *reloc, struct copied *ret)
{
	uint32_t index = ELF64_R_SYM(reloc->r_info);
	uint16_t versym = VER_NDX_GLOBAL;
	Elf64_Sym symbol;

	if (!su_libraries_get(libraries, library->symtab + index * sizeof(symbol), &symbol,
			      sizeof(symbol)) ||
	    !su_libraries_string(libraries, library->strtab + symbol.st_name, ret->name, MAX_NAME))
		return false;
	if (library->versym)
		su_libraries_get(libraries, library->versym + 2 * (uint64_t)index, &versym,
				 sizeof(versym));
	uint64_t version = (versym & 0x7fff) > VER_NDX_GLOBAL
				   ? su_libraries_version_name(libraries, library, versym & 0x7fff)
				   : 0;
	ret->size = symbol.st_size;
	ret->version[0] = 0;
	return !version || su_libraries_string(libraries, version, ret->version, MAX_NAME);
}

static bool is_changed(const struct su_plan *plan, uint64_t addr, uint64_t size)
{
	for (size_t i = 0; i < plan->patch->word_count; i++)
		if (plan->sites.word_at[i] - addr < size)
			return true;
	return false;
}

static struct su_err *check_library(const struct su_libraries *libraries,
				    const struct su_library *image, struct su_library *library,
				    const struct su_plan *plan)
{
	struct copied copied;
	Elf64_Sym symbol;

	su_libraries_relocs(libraries, library);
	for (size_t i = 0; i < library->reloc_count; i++) {
		const Elf64_Rela *reloc = &library->relocs[i];

		if (ELF64_R_TYPE(reloc->r_info) == R_X86_64_COPY &&
		    read_copied(libraries, library, reloc, &copied) &&
		    su_libraries_look_up(libraries, image, copied.name, copied.version, &symbol) &&
		    is_changed(plan, image->base + symbol.st_value, copied.size))
			return su_refuse(SU_WHY_CONSTANT_COPIED, copied.name,
					 libraries->memory->pid,
					 (unsigned long)(library->base + reloc->r_offset));
	}
	return NULL;
}

static struct su_err *check_all(const struct su_libraries *libraries, const struct su_plan *plan)
{
	const struct su_library *image = NULL;

	for (size_t i = 0; i < libraries->list.len && !image; i++)
		if (libraries->list.at[i].base == plan->image_base)
			image = &libraries->list.at[i];
	for (size_t i = 0; i < libraries->list.len && image; i++)
		if (&libraries->list.at[i] != image)
			SU_TRY(check_library(libraries, image, &libraries->list.at[i], plan));
	return NULL;
}

struct su_err *su_copies_check(const struct su_memory *memory, const struct su_maps *maps,
			       const struct su_plan *plan)
{
	struct su_libraries libraries = { .memory = memory, .maps = maps };

	if (!plan->patch->word_count)
		return NULL;
	su_libraries_list_mapped(&libraries);
	struct su_err *err = check_all(&libraries, plan);
	su_libraries_deinit(&libraries);
	return err;
}
