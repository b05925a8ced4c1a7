/*
 * What the dynamic loader of a process has loaded, and in which of it an image's symbols are found.
 *
 * The loader's own lists (DT_DEBUG of the executable, r_debug, link_map), one for each namespace,
 * are read from the process's memory.  In the first namespace symbols are looked up in what was loaded
 * at program start, in the list's order; what dlopen() brought comes behind that, and an object that it
 * brought finds what it needs itself.  Who opened what, and whether with RTLD_GLOBAL, the public part
 * of the loader's data does not say: what depends on that is not known.
 *
 * Source: System V gABI (dynamic linking), glibc <link.h>, elf/dl-lookup.c, elf/dl-open.c.
 */
#ifndef SU_UPDATE_PLAN_LIBRARIES_H
#define SU_UPDATE_PLAN_LIBRARIES_H

#include <elf.h>

#include "base/err.h"
#include "base/vec.h"
#include "process/memory.h"
#include "process/proc.h"

#define SU_MAX_NEEDED 64

/* One loaded object's dynamic section; addresses, 0 when absent. */
struct su_library {
	uint64_t link_map;   /* its entry in the loader's list */
	unsigned name_space; /* which list */
	bool startup;	     /* loaded at program start, in the first namespace */
	bool in_scope;	     /* the image finds symbols in it */
	uint64_t base, low, high;
	uint64_t soname, needed[SU_MAX_NEEDED]; /* offsets in the strings */
	unsigned needed_count;
	uint64_t symtab, strtab, strtab_size, gnu_hash, hash, versym, verdef, verneed;
	uint64_t verdef_count, verneed_count;
	uint64_t rela, rela_size, jmprel, jmprel_size;
	uint64_t relative_count; /* so many come first that name no symbol */
	/* Copies of the relocation tables without those, made at first use. */
	Elf64_Rela *relocs;
	size_t reloc_count;
	bool relocs_read;
};

struct su_libraries {
	const struct su_memory *memory;
	const struct su_maps *maps;
	SU_VEC(struct su_library) list;
	unsigned name_space; /* of the image */
};

bool su_libraries_get(const struct su_libraries *libraries, uint64_t addr, void *ret, size_t size);
bool su_libraries_has_string(const struct su_libraries *libraries, uint64_t addr, const char *text);
/* A string with its end, into `size` bytes; what is cut off is false. */
bool su_libraries_string(const struct su_libraries *libraries, uint64_t addr, char *ret,
			 size_t size);

/* Reads the lists. */
struct su_err *su_libraries_list(struct su_libraries *libraries) SU_MUST_CHECK;
/* Lists whatever is mapped and has a dynamic section, whoever has loaded it. Nothing is known of names
 * and scopes. */
void su_libraries_list_mapped(struct su_libraries *libraries);
void su_libraries_deinit(struct su_libraries *libraries);
/* The name of version `index` that the library defines, or needs, as an address; 0: it has none. */
uint64_t su_libraries_version_name(const struct su_libraries *libraries,
				   const struct su_library *library, uint16_t index);
/* The symbol that the library defines; "" is the default version. */
bool su_libraries_look_up(const struct su_libraries *libraries, const struct su_library *library,
			  const char *name, const char *version, Elf64_Sym *ret);
/* Reads the library's relocations, if that has not been done. */
void su_libraries_relocs(const struct su_libraries *libraries, struct su_library *library);
/* Says of each whether the image with that base finds symbols in it. */
struct su_err *su_libraries_scope(struct su_libraries *libraries,
				  uint64_t image_base) SU_MUST_CHECK;

#endif
