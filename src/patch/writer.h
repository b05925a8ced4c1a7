/*
 * Writing an upgrade patch: see format.h for the file.
 *
 * The maker fills the tables and the three segments' contents; the writer lays out the ELF file,
 * adds section headers, program headers, the symbol table and the hash.
 */
#ifndef SU_PATCH_WRITER_H
#define SU_PATCH_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/vec.h"
#include "patch/format.h"

struct su_patch_symbol {
	const char *name; /* borrowed until written */
	uint64_t vaddr, size;
	bool is_function;
};

struct su_patch_draft {
	struct su_patch_head head; /* magic, version and span are filled in by the writer */
	SU_VEC(char) strings;
	struct su_map *string_map;
	struct su_arena *string_arena; /* owns the map's keys */
	SU_VEC(struct su_patch_function) functions;
	SU_VEC(struct su_patch_range) ranges;
	SU_VEC(struct su_patch_jump) jumps;
	SU_VEC(struct su_patch_checkpoint) checkpoints;
	SU_VEC(struct su_patch_value) values;
	SU_VEC(struct su_patch_missing) missing;
	SU_VEC(struct su_patch_assertion) assertions;
	SU_VEC(struct su_patch_judgement) judgements;
	SU_VEC(struct su_patch_variable) variables;
	SU_VEC(struct su_patch_reloc) relocs;
	SU_VEC(struct su_patch_import) imports;
	SU_VEC(struct su_patch_field) fields;
	SU_VEC(struct su_patch_match) matches;
	SU_VEC(struct su_patch_word) words;
	SU_VEC(struct su_patch_moved) moved;
	SU_VEC(struct su_patch_step) steps;
	SU_VEC(struct su_patch_map) map;
	SU_VEC(struct su_patch_symbol) symbols;
	/* Contents; addresses are page aligned and in this order. */
	uint64_t text_vaddr, rodata_vaddr, data_vaddr;
	SU_VEC(uint8_t) text;
	SU_VEC(uint8_t) rodata;
	SU_VEC(uint8_t) data;
	uint64_t bss_size; /* follows .data */
	/* Encoded for patch address `eh_frame_vaddr` (after .bss, not loaded). */
	SU_VEC(uint8_t) eh_frame;
	uint64_t eh_frame_vaddr;
	/* For debuggers; not loaded. */
	SU_VEC(uint8_t) debug_abbrev;
	SU_VEC(uint8_t) debug_info;
	SU_VEC(uint8_t) debug_line;
};

void su_patch_draft_init(struct su_patch_draft *draft);
void su_patch_draft_deinit(struct su_patch_draft *draft);
/* Offset of `text` in the string table; equal strings share one. NULL is "". */
uint32_t su_patch_draft_string(struct su_patch_draft *draft, const char *text);
/* Sorts the tables and gives the file's bytes, free() them. */
struct su_err *su_patch_draft_encode(struct su_patch_draft *draft, uint8_t **ret_bytes,
				     size_t *ret_size) SU_MUST_CHECK;

#endif
