/*
 * Reading an upgrade patch.
 *
 * The bytes come from a file or from the memory of an updated process and are trusted for nothing:
 * the hash must match, every section must hold whole records, every index and string offset must be
 * in range, every jump, checkpoint and relocation must lie in the section or range that it belongs
 * to.  A patch that fails any of this is SU_E_FORMAT.
 */
#ifndef SU_PATCH_READER_H
#define SU_PATCH_READER_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "patch/format.h"

struct su_patch_segment {
	uint64_t vaddr, memsz, filesz;
	uint32_t flags;	      /* PF_R, PF_W, PF_X */
	const uint8_t *bytes; /* filesz of them */
};

struct su_patch {
	const uint8_t *bytes; /* the whole file */
	size_t size;
	const struct su_patch_head *head;
	const struct su_patch_function *functions;
	size_t function_count;
	const struct su_patch_range *ranges;
	size_t range_count;
	const struct su_patch_jump *jumps;
	size_t jump_count;
	const struct su_patch_checkpoint *checkpoints;
	size_t checkpoint_count;
	const struct su_patch_value *values;
	size_t value_count;
	const struct su_patch_missing *missing;
	size_t missing_count;
	const struct su_patch_assertion *assertions;
	size_t assertion_count;
	const struct su_patch_judgement *judgements;
	size_t judgement_count;
	const struct su_patch_variable *variables;
	size_t variable_count;
	const struct su_patch_reloc *relocs;
	size_t reloc_count;
	const struct su_patch_import *imports;
	size_t import_count;
	const struct su_patch_field *fields;
	size_t field_count;
	const struct su_patch_match *matches;
	size_t match_count;
	const struct su_patch_word *words;
	size_t word_count;
	const struct su_patch_moved *moved;
	size_t moved_count;
	const struct su_patch_step *steps;
	size_t step_count;
	const struct su_patch_map *map;
	size_t map_count;
	struct su_patch_segment segments[4];
	size_t segment_count;
	const uint8_t *eh_frame; /* at patch address `eh_frame_vaddr` */
	uint64_t eh_frame_vaddr;
	size_t eh_frame_size;
	struct su_patch_private *priv;
};

#define SU_PATCH_MOST ((uint64_t)1 << 30) /* bytes of a file */

struct su_err *su_patch_open(const char *path, struct su_patch **ret) SU_MUST_CHECK;
/* Takes over `bytes`, which was allocated with su_alloc(), also on failure. */
struct su_err *su_patch_parse(uint8_t *bytes, size_t size, const char *origin,
			      struct su_patch **ret) SU_MUST_CHECK;
void su_patch_close(struct su_patch *patch); /* takes NULL */

/* The dead code of `direction` that holds [vaddr, vaddr + size), or NULL. */
const struct su_patch_range *su_patch_range_at(const struct su_patch *patch, unsigned direction,
					       uint64_t vaddr, uint64_t size);
/* The jump of `direction` that stands at `at`, or NULL. */
const struct su_patch_jump *su_patch_jump_at(const struct su_patch *patch, unsigned direction,
					     uint64_t at);
/* The entry of the address map that holds `vaddr` of B, or NULL. */
const struct su_patch_map *su_patch_map_at(const struct su_patch *patch, enum su_map_kind kind,
					   uint64_t vaddr);

/* A string of the patch; always valid after su_patch_open(). */
const char *su_patch_string(const struct su_patch *patch, uint32_t offset);

#endif
