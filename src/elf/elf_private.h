/*
 * Shared by the files of src/elf only.
 *
 * su_elf_file is one file's headers and bytes (object or separate debug file), checked once when it
 * is read: afterwards section data, segment contents and names are in bounds.  su_image_private
 * holds what the look-ups of image.h search.
 */
#ifndef SU_ELF_ELF_PRIVATE_H
#define SU_ELF_ELF_PRIVATE_H

#include "base/alloc.h"
#include "base/cursor.h"
#include "base/vec.h"
#include "elf/image.h"

struct su_elf_file {
	const char *path; /* borrowed */
	uint8_t *bytes;	  /* the whole file */
	size_t size;
	Elf *elf; /* libelf's view of `bytes`, for libdw */
	Elf64_Ehdr header;
	struct su_section *sections; /* index = section header index; [0] is the null section */
	size_t section_count;
	uint32_t *links, *infos; /* sh_link (in range) and sh_info by section */
	struct su_segment *segments;
	size_t segment_count;
};

/* Reads and checks the file at `path`; the tables belong to `arena`. */
struct su_err *su_elf_file_open(struct su_arena *arena, const char *path,
				struct su_elf_file **ret) SU_MUST_CHECK;
/* Only for objects: the program headers of a debug file may speak of bytes that it has not. */
struct su_err *su_elf_file_read_segments(struct su_arena *arena,
					 struct su_elf_file *file) SU_MUST_CHECK;
/* The file's own path; of a link in /proc to a deleted file the path that it had. free() it. */
char *su_elf_real_path(const char *path);
void su_elf_file_close(struct su_elf_file *file); /* takes NULL */
/* The first section of that type, or NULL. */
const struct su_section *su_elf_file_section_of_type(const struct su_elf_file *file, uint32_t type);
const struct su_section *su_elf_file_section_named(const struct su_elf_file *file,
						   const char *name);
bool su_elf_file_has_dwarf(const struct su_elf_file *file);
size_t su_elf_file_index(const struct su_elf_file *file, const struct su_section *section);
/* The contents of a section; empty for SHT_NOBITS. */
struct su_cursor su_section_cursor(const struct su_section *section);
/* The string table that `section` links to; empty when it links to none. */
struct su_cursor su_elf_file_strings_of(const struct su_elf_file *file,
					const struct su_section *section);

struct su_build_id {
	uint8_t bytes[64];
	size_t size;
};

/* The build-id note of the file; false when there is none (or it is empty, or over 64 bytes). */
bool su_elf_file_build_id(const struct su_elf_file *file, struct su_build_id *ret);
bool su_build_id_equal(const struct su_build_id *a, const struct su_build_id *b);
const char *su_build_id_text(struct su_arena *arena, const struct su_build_id *id); /* hex */

/* Gives sections that are compressed by zstd, which libelf may not know, their contents. */
struct su_err *su_elf_file_unpack_zstd(struct su_elf_file *file, bool *ret_any) SU_MUST_CHECK;

/* One stretch of addresses and the symbol that is to be reported for it. */
struct su_symbol_range {
	uint64_t vaddr;			/* up to the next range's vaddr */
	const struct su_symbol *symbol; /* NULL: no symbol covers it */
};

struct su_import_entry {
	struct su_import import;
	uint64_t size; /* addresses that count: 1 for PLT entries and slots */
	bool lazy;     /* a slot that the loader may fill at the first call only */
};

struct su_image_private {
	struct su_arena *arena;
	struct su_elf_file *object;
	struct su_elf_file *debug;	    /* or NULL */
	struct su_elf_file *alternate;	    /* or NULL */
	const struct su_section **by_vaddr; /* allocated sections, ascending, disjoint */
	size_t by_vaddr_count;
	const struct su_symbol *dynsyms; /* all of .dynsym, by index */
	size_t dynsym_count;
	const struct su_symbol_range *ranges; /* ascending */
	size_t range_count;
	SU_VEC(struct su_import_entry) imports; /* ascending by vaddr, disjoint */
	struct su_import_entry **imports_named; /* the same by (name, place, preference) */
};

/* Where debug files are looked for, and what became of it. */
struct su_lookup {
	struct su_arena *arena;
	const char *const *dirs; /* the user's, then the system's */
	size_t dir_count;
	const char *tried; /* "PATH: what is there; ...", or "" */
};

void su_lookup_init(struct su_lookup *lookup, struct su_arena *arena, const char *const *dirs,
		    size_t dir_count);
/* Notes that the wanted file is not what is at `place`, and why. */
void su_lookup_miss(struct su_lookup *lookup, const char *place, const char *why);
/* DIR/.build-id/xx/yyyy.debug */
const char *su_lookup_path_of(struct su_lookup *lookup, const char *dir,
			      const struct su_build_id *id);
/* The file at `path` when it has that build-id, otherwise NULL, which is noted. */
struct su_elf_file *su_lookup_try(struct su_lookup *lookup, const char *path,
				  const struct su_build_id *id);
/* What the servers of DEBUGINFOD_URLS have for that build-id: a path, or NULL, which is noted. */
const char *su_lookup_servers(struct su_lookup *lookup, const struct su_build_id *id);

/* Finds the separate debug file: priv->debug, debug_path, stand_in, debug_tried. */
struct su_err *su_image_find_debug_file(struct su_image *image,
					struct su_lookup *lookup) SU_MUST_CHECK;
/* Finds the file that the debugging information in `from` refers to: alt_elf, alt_path, alt_wanted. */
void su_image_find_alternate(struct su_image *image, const struct su_elf_file *from,
			     struct su_lookup *lookup);

/* The passes of su_image_open(), in this order. */
struct su_err *su_image_read_dynsyms(struct su_image *image) SU_MUST_CHECK;
struct su_err *su_image_read_symbols(struct su_image *image) SU_MUST_CHECK;
void su_image_index_symbols(struct su_image *image);
struct su_err *su_image_read_relocs(struct su_image *image) SU_MUST_CHECK;
/* Checks that the sections are what PT_DYNAMIC, which the loader goes by, says; reads DT_SONAME. */
struct su_err *su_image_read_dynamic(struct su_image *image) SU_MUST_CHECK;
struct su_err *su_image_read_imports(struct su_image *image) SU_MUST_CHECK;

/* Version names by index in .gnu.version (SU_VERSION_COUNT entries, free() it). */
#define SU_VERSION_COUNT 0x8000
struct su_err *su_elf_file_versions(const struct su_elf_file *file,
				    const char ***ret) SU_MUST_CHECK;

/* The order of aliases: global before weak before local, then by name. */
int su_symbol_compare_aliases(const struct su_symbol *a, const struct su_symbol *b);

#endif
