/*
 * What stays in an updated process: one mapping per patch.
 *
 *	base			struct su_registry: what this is and which state it is in	R
 *	base + text_vaddr ...	the patch's segments (patch/format.h)			R X, R, RW
 *	base + span		struct su_registry_span[span_count]: the undo journal		R
 *	base + patch_off	the patch file, packed (patch/pack.h): revert needs no file	R
 *
 * The journal holds, for every place that a commit of either direction writes, the code that
 * belongs there and the jump that covers it.  With the state and the direction it says what each
 * place must hold before and after a commit, so a commit that was cut off can be taken back.
 *
 * The state is written last in a commit and is SU_REGISTRY_COMMITTING from before its first write
 * until after its last.
 */
#ifndef SU_UPDATE_CARRIED_REGISTRY_H
#define SU_UPDATE_CARRIED_REGISTRY_H

#include <stdint.h>

#include "base/vec.h"
#include "patch/reader.h"
#include "process/mask.h"
#include "process/memory.h"
#include "process/proc.h"

#define SU_REGISTRY_MAGIC "SUREGIS" /* 8 bytes with its NUL */
#define SU_REGISTRY_VERSION 5

enum su_registry_state {
	SU_REGISTRY_STAGED = 1, /* mapped, never committed */
	SU_REGISTRY_COMMITTING,
	SU_REGISTRY_APPLIED,
	SU_REGISTRY_REVERTED,
};

struct su_registry {
	char magic[8];
	uint32_t version;
	uint32_t state;
	uint32_t before;    /* COMMITTING: the state that a roll-back leads to */
	uint32_t direction; /* COMMITTING: of the commit */
	uint32_t held;	/* the updater stops the process by its death, or did (process/hold.h) */
	uint32_t order; /* of the last commit among those of the process: 1, 2, ... */
	uint64_t base, size; /* of the whole mapping */
	uint64_t below;	     /* base of the mapping whose version it was applied on, 0: the image */
	uint64_t was_reverted; /* a commit back has been tried: activations may have been carried */
	uint64_t image_base;   /* load bias of the image */
	uint64_t span;
	uint64_t span_count;
	uint64_t patch_off, packed_size; /* what the mapping holds of the patch */
	uint64_t patch_size;		 /* of the file */
	int64_t since;			 /* Unix seconds of the last commit */
	uint64_t update;		 /* of the last commit: a number that its processes share */
	uint32_t old_build_id_size, new_build_id_size;
	uint8_t old_build_id[64], new_build_id[64];
	char image_name[256];
	struct su_mask_note mask_note; /* process/session.h */
	uint64_t trap_note;	       /* process/trap.h */
};

enum su_span_kind {
	SU_SPAN_JUMP = 0, /* code, and the jump that is written over it */
	SU_SPAN_WORD,	  /* a constant's contents, old and new */
};

/* One place that commits write; `direction` is the one whose commit puts the jump there. */
struct su_registry_span {
	uint64_t addr;
	uint8_t size; /* at most 8 */
	uint8_t direction;
	uint8_t kind; /* enum su_span_kind */
	uint8_t reserved[5];
	uint8_t code[8], jump[8];
};

struct su_registries {
	SU_VEC(struct su_registry) list;
};

/* What a process may carry: registries, and bytes of all their patches.  What it claims to have is
 * its word only, and is not to cost others time and memory. */
#define SU_REGISTRY_MOST 512
#define SU_REGISTRY_MOST_BYTES (UINT64_C(1) << 30)

/* Finds all registries of the process, in the order of their last application. A page that looks
 * like one but contradicts itself, or what is mapped, is SU_E_FORMAT. */
struct su_err *su_registry_scan(const struct su_memory *memory, const struct su_maps *maps,
				struct su_registries *ret) SU_MUST_CHECK;

/* SU_E_UNSUPPORTED: the process may not carry another update, with a patch of that size. */
struct su_err *su_registry_require_room(const struct su_registries *registries,
					uint64_t patch_size) SU_MUST_CHECK;
/* Bytes that are said to be a registry at `addr` are one that an updater may have written. */
bool su_registry_is_sound(const struct su_registry *registry, uint64_t addr);
/* It tells of a commit that is under way, or was cut off. */
bool su_registry_is_cut_off(const struct su_registry *registry);
/* The order of the next commit. */
uint32_t su_registry_next_order(const struct su_registries *registries);
/* The newest update of the image that is applied; NULL: it runs as it was loaded. */
const struct su_registry *su_registry_top(const struct su_registries *registries,
					  uint64_t image_base);

/* The bytes of the patch that the process holds, to be freed. */
struct su_err *su_registry_read_file(const struct su_memory *memory,
				     const struct su_registry *registry,
				     uint8_t **ret) SU_MUST_CHECK;

#endif
