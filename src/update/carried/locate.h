/*
 * ELF objects as they stand in a process: where the image of a patch is mapped.
 *
 * Everything is read from the process's memory (ELF header, program headers, the build-id note), so
 * that it holds for deleted files and chrooted processes.
 *
 * Source: System V gABI, program loading; elf(5), NT_GNU_BUILD_ID.
 */
#ifndef SU_UPDATE_CARRIED_LOCATE_H
#define SU_UPDATE_CARRIED_LOCATE_H

#include <elf.h>

#include "patch/reader.h"
#include "process/memory.h"
#include "process/proc.h"
#include "update/carried/registry.h"

struct su_object {
	uint64_t base;	    /* load bias: address = vaddr + base */
	uint64_t low, high; /* addresses of the loaded segments, page aligned */
	uint8_t build_id[64];
	size_t build_id_size; /* 0: none found */
	uint64_t dynamic;     /* address of PT_DYNAMIC, or 0 */
	uint64_t code;	      /* of its first segment with code; 0: it has none */
};

/* The object whose ELF header is at `addr`; false when there is none. */
bool su_locate_object(const struct su_memory *memory, uint64_t addr, struct su_object *ret);

/* The object whose first segment is mapped there. */
bool su_locate_mapped(const struct su_memory *memory, const struct su_maps *maps,
		      const struct su_mapping *mapping, struct su_object *ret);

/* The one mapped object that runs the version that the patch is for; *ret_below: the mapping of the
 * update that made it that version, or 0. SU_E_MISMATCH names both build-ids when the file is
 * mapped in another version. */
struct su_err *su_locate_image(const struct su_memory *memory, const struct su_maps *maps,
			       const struct su_registries *registries, const struct su_patch *patch,
			       struct su_object *ret, uint64_t *ret_below) SU_MUST_CHECK;
/* Whether an object is mapped that runs that version: as its file has it, or by updates. */
bool su_locate_version(const struct su_memory *memory, const struct su_maps *maps,
		       const struct su_registries *registries, const uint8_t *id, size_t id_size);
/* The mapped object with that load bias. */
struct su_err *su_locate_base(const struct su_memory *memory, const struct su_maps *maps,
			      uint64_t base, struct su_object *ret) SU_MUST_CHECK;

#endif
