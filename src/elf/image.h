/*
 * One ELF object (executable or shared library) as built: sections, symbols, relocations, bytes.
 *
 * Sources: System V gABI (ELF-64), psABI x86-64 (relocation types, PLT forms).  All addresses are
 * link-time addresses (`vaddr`).  Files are read whole and every offset is checked against the
 * file: a truncated or hostile file gives SU_E_FORMAT, never a crash.  libelf reads the same bytes
 * for libdw.
 *
 * When the object is stripped, .symtab and DWARF come from a separate debug file: debug_file.c says
 * which and where it is looked for.
 */
#ifndef SU_ELF_IMAGE_H
#define SU_ELF_IMAGE_H

#include <elf.h>
#include <libelf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct su_section {
	const char *name;
	uint64_t vaddr, size, off;
	uint64_t flags; /* SHF_* */
	uint64_t align, entsize;
	uint32_t type;	     /* SHT_* */
	const uint8_t *data; /* NULL for SHT_NOBITS */
};

struct su_segment {
	uint32_t type, flags; /* PT_*, PF_* */
	uint64_t vaddr, memsz, filesz, off, align;
};

struct su_symbol {
	const char *name;		/* without version */
	const char *version;		/* "GLIBC_2.34" or NULL */
	const char *file;		/* the STT_FILE that a local symbol stands under, or NULL */
	uint64_t vaddr, size;		/* STT_TLS: vaddr is the offset in the TLS block */
	uint8_t type, bind, visibility; /* STT_*, STB_*, STV_* */
	uint16_t shndx;			/* SHN_UNDEF when imported */
	bool dynamic;			/* is (also) in .dynsym */
};

struct su_dynreloc {
	uint64_t vaddr;			/* the place that the loader fills */
	uint32_t type;			/* R_X86_64_* */
	const struct su_symbol *symbol; /* NULL for R_X86_64_RELATIVE and the like */
	int64_t addend;
};

enum su_import_form {
	SU_IMPORT_PLT, /* the address is a PLT entry's first byte (.plt, .plt.sec, .plt.got) */
	SU_IMPORT_GOT, /* the address is a GOT slot that the loader fills with the symbol's address;
			* that of a lazy PLT entry leads to the linker until the first call */
	SU_IMPORT_COPY, /* the address is inside a copy-relocated variable */
};

struct su_import {
	const struct su_symbol *symbol;
	enum su_import_form form;
	uint64_t vaddr; /* the PLT entry, the slot, or the start of the copy */
};

struct su_image {
	const char *path;
	const char *name; /* of the file that `path` leads to, also when that is deleted by now */
	const char *debug_path;	 /* the separate debug file in use, or NULL */
	const char *stand_in;	 /* the file of another build-id that it belongs to, or NULL: what
				  * is loaded of it was found to be the same */
	const char *debug_tried; /* where one was looked for in vain, and what is there; "" */
	uint8_t build_id[64];
	size_t build_id_size;
	const char *build_id_text; /* hex */
	uint16_t type;		   /* ET_EXEC or ET_DYN */
	uint64_t entry;
	const char *soname; /* DT_SONAME or NULL */
	const struct su_section *sections;
	size_t section_count;
	const struct su_segment *segments;
	size_t segment_count;
	/* .symtab (of the object or its debug file), else .dynsym; sorted by vaddr; undefined,
	 * section and file symbols left out. Zero-sized ones are kept. */
	const struct su_symbol *symbols;
	size_t symbol_count;
	bool has_symtab;		  /* false: only .dynsym was found */
	const struct su_dynreloc *relocs; /* .rela.dyn and .rela.plt, sorted by vaddr */
	size_t reloc_count;
	const struct su_segment *tls; /* PT_TLS or NULL */
	Elf *elf;		      /* of the object itself */
	Elf *dwarf_elf;		/* the one that has .debug_info: `elf`, the debug file's, or NULL */
	const char *alt_wanted; /* the file that dwz moved some of that to, or NULL */
	const char *alt_path;	/* where it is; NULL: not found */
	const char *alt_tried;	/* where it was looked for in vain; "" */
	Elf *alt_elf;
	struct su_image_private *priv;
};

/*
 * Opens the object at `path`.  Refuses (SU_E_UNSUPPORTED) what is not a 64-bit little-endian
 * x86-64 executable or shared object, and one without a build-id.  `debug_dirs` holds
 * `debug_dir_count` directories to search for a debug file.
 */
struct su_err *su_image_open(const char *path, const char *const *debug_dirs,
			     size_t debug_dir_count, struct su_image **ret) SU_MUST_CHECK;
void su_image_close(struct su_image *image); /* takes NULL */

/* The allocated section that covers `vaddr` (SHF_ALLOC, not .tbss), or NULL. */
const struct su_section *su_image_section_at(const struct su_image *image, uint64_t vaddr);
const struct su_section *su_image_section_named(const struct su_image *image, const char *name);

/* `size` bytes at `vaddr` as the file holds them, or NULL when they are not all in the file. */
const uint8_t *su_image_bytes(const struct su_image *image, uint64_t vaddr, uint64_t size);

/* The defined STT_OBJECT or STT_FUNC (or sized STT_NOTYPE) symbol that covers `vaddr`: of several
 * the one that starts last; of aliases the global one first, then by name. NULL: none. One of size
 * zero covers its own address, if no sized one does. Absolute symbols cover nothing. */
const struct su_symbol *su_image_symbol_at(const struct su_image *image, uint64_t vaddr);

/* Relocations with vaddr in [vaddr, vaddr + size): the first one, and how many in *ret_count. */
const struct su_dynreloc *su_image_relocs_in(const struct su_image *image, uint64_t vaddr,
					     uint64_t size, size_t *ret_count);

/* Whether `vaddr` is a PLT entry, a GOT slot of an import, or in a copy-relocated variable. In a
 * library the symbol may be its own (shndx is not SHN_UNDEF): one that can be interposed.
 * All PLT kinds count: .plt (lazy and -z now), .plt.sec (IBT), .plt.got. */
bool su_image_import_at(const struct su_image *image, uint64_t vaddr, struct su_import *ret);

/* The place of import `name` (version may be NULL: any) of that kind; false when it has none. Of
 * several slots one that is filled at start comes before a lazy one. */
bool su_image_import_named(const struct su_image *image, const char *name, const char *version,
			   enum su_import_form form, struct su_import *ret);

/* Whether a PLT entry of a function of the image's own is at `vaddr`, which its resolver chooses at
 * start (IFUNC, target_clones). */
bool su_image_chosen_at(const struct su_image *image, uint64_t vaddr, uint64_t *ret_resolver);
/* The PLT entry of the function that this resolver chooses; false when there is none. */
bool su_image_chosen_by(const struct su_image *image, uint64_t resolver, uint64_t *ret_vaddr);

#endif
