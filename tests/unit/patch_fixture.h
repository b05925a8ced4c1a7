/*
 * A patch that is good in every respect: one draft with at least one record of every table.
 */
#ifndef PATCH_FIXTURE_H
#define PATCH_FIXTURE_H

#include <check.h>
#include <string.h>

#include "patch/reader.h"
#include "patch/writer.h"

#define TEXT 0x1000
#define RODATA 0x2000
#define DATA 0x3000
#define STUB (TEXT + 0x180)

#define PUSH(vec, type, ...) su_vec_push(&(vec), (struct type){ __VA_ARGS__ })

static void fill_head(struct su_patch_draft *draft)
{
	draft->head.image_name = su_patch_draft_string(draft, "server");
	draft->head.old_build_id_size = draft->head.new_build_id_size = 20;
	memset(draft->head.old_build_id, 0xaa, 20);
	memset(draft->head.new_build_id, 0xbb, 20);
	draft->head.note_vaddr = 0x2c0;
	draft->head.note_size = 36;
	draft->head.image_high = 0x10000;
}

static void fill_contents(struct su_patch_draft *draft)
{
	draft->text_vaddr = TEXT;
	for (int i = 0; i < 0x200; i++)
		su_vec_push(&draft->text, 0x90);
	draft->rodata_vaddr = RODATA;
	for (int i = 0; i < 0x80; i++)
		su_vec_push(&draft->rodata, (uint8_t)i);
	draft->data_vaddr = DATA;
	for (int i = 0; i < 0x30; i++)
		su_vec_push(&draft->data, 0x11);
	draft->bss_size = 0x40;
	draft->eh_frame_vaddr = 0x3080;
	for (int i = 0; i < 4; i++)
		su_vec_push(&draft->eh_frame, 0);
	PUSH(draft->symbols, su_patch_symbol, "counter", DATA + 0x38, 8, false);
	PUSH(draft->symbols, su_patch_symbol, "handle", TEXT, 0x100, true);
}

/* `handle` at 0x4000 becomes TEXT; two returns are close together and share the space by an
 * island. Tables are given out of order: the writer sorts. */
static void fill_code(struct su_patch_draft *draft)
{
	uint32_t name = su_patch_draft_string(draft, "handle");
	uint32_t file = su_patch_draft_string(draft, "server.c");

	PUSH(draft->functions, su_patch_function, .name = name, .unit = file, .old_vaddr = 0x4000,
	     .new_vaddr = 0x4100, .patch_vaddr = TEXT, .call_returns = { 3, 1 },
	     .call_returns_derived = { 2, 1 });
	PUSH(draft->ranges, su_patch_range, .vaddr = TEXT, .size = 0x100, .direction = SU_REVERSE);
	PUSH(draft->ranges, su_patch_range, .vaddr = 0x4000, .size = 0x80, .code_size = 0x7c,
	     .field_count = 2);
	PUSH(draft->fields, su_patch_field, .at = 0x4011, .target = 0x5000, .size = 4, .to_end = 4,
	     .home = SU_HOME_ENTRY);
	PUSH(draft->fields, su_patch_field, .at = 0x4015, .target = 0x8000, .addend = 4, .size = 4,
	     .to_end = 5, .home = SU_HOME_DATA);
	PUSH(draft->jumps, su_patch_jump, .at = TEXT, .to = 0x4000, .direction = SU_REVERSE,
	     .size = 5);
	PUSH(draft->jumps, su_patch_jump, .at = TEXT + 0x20, .to = 0x4020, .direction = SU_REVERSE,
	     .kind = SU_JUMP_PAD, .size = 5);
	PUSH(draft->jumps, su_patch_jump, .at = 0x4040, .to = STUB, .to_space = SU_SPACE_PATCH,
	     .kind = SU_JUMP_ISLAND, .size = 5);
	PUSH(draft->jumps, su_patch_jump, .at = 0x4000, .to = TEXT, .to_space = SU_SPACE_PATCH,
	     .size = 5);
	PUSH(draft->jumps, su_patch_jump, .at = 0x4020, .to = 0x4040, .kind = SU_JUMP_PAD,
	     .size = 2);
	PUSH(draft->jumps, su_patch_jump, .at = 0x4023, .to = TEXT + 0x23,
	     .to_space = SU_SPACE_PATCH, .kind = SU_JUMP_PAD, .size = 5);
	PUSH(draft->checkpoints, su_patch_checkpoint, .from = TEXT + 0x20, .to = 0x4020,
	     .direction = SU_REVERSE, .kind = SU_POINT_CALL_RETURN);
	PUSH(draft->checkpoints, su_patch_checkpoint, .from = 0x4020, .to = TEXT + 0x20,
	     .stub = STUB, .kind = SU_POINT_CALL_RETURN, .flags = SU_POINT_SEEDED, .value_count = 1,
	     .old_file = file, .old_line = 12, .new_file = file, .new_line = 14);
	PUSH(draft->checkpoints, su_patch_checkpoint, .from = 0x4023, .to = TEXT + 0x23,
	     .kind = SU_POINT_CALL_RETURN);
	PUSH(draft->checkpoints, su_patch_checkpoint, .from = 0x4000, .to = TEXT,
	     .kind = SU_POINT_ENTRY);
	PUSH(draft->values, su_patch_value, .to_offset = -24, .size = 4,
	     .name = su_patch_draft_string(draft, "errors"), .derivation = SU_DERIVED_SEEDED,
	     .to_kind = SU_STORAGE_FRAME, .from_kind = SU_STORAGE_CONST);
	PUSH(draft->assertions, su_patch_assertion, .file = file, .line = 1, .uses = 1,
	     .text = su_patch_draft_string(draft, "run:errors = 0"));
	PUSH(draft->judgements, su_patch_judgement, .unit = file,
	     .name = su_patch_draft_string(draft, "limit"),
	     .text = su_patch_draft_string(draft, "is compared with 9, and was with 8"));
	PUSH(draft->missing, su_patch_missing, .from = 0x4070, .file = file, .line = 30,
	     .reason = su_patch_draft_string(draft, "rbx is live and cannot be derived"));
}

static void fill_data(struct su_patch_draft *draft)
{
	PUSH(draft->variables, su_patch_variable, .name = su_patch_draft_string(draft, "counter"),
	     .change = SU_ADDED, .size = 8, .patch_vaddr = DATA + 0x38);
	PUSH(draft->relocs, su_patch_reloc, .at = RODATA + 8, .target = TEXT,
	     .type = SU_RELOC_ABS64, .space = SU_SPACE_PATCH);
	PUSH(draft->relocs, su_patch_reloc, .at = TEXT + 0x11, .target = 0x5000,
	     .type = SU_RELOC_PC32);
	PUSH(draft->matches, su_patch_match, .name = su_patch_draft_string(draft, "counter"),
	     .evidence = su_patch_draft_string(draft, "used alike"), .is_variable = 1,
	     .old_vaddr = 0x8020, .new_vaddr = 0x9020);
	PUSH(draft->words, su_patch_word, .at = 0x8010, .from = RODATA + 0x30, .size = 8,
	     .before = { 1 });
	PUSH(draft->words, su_patch_word, .at = 0x8008, .from = RODATA + 8, .size = 8,
	     .is_pointer = 1);
	PUSH(draft->moved, su_patch_moved, .at = 0x8100, .size = 24, .to = DATA + 0x40,
	     .to_size = 32, .after = RODATA + 0x40, .step_count = 2,
	     .name = su_patch_draft_string(draft, "table"));
	PUSH(draft->steps, su_patch_step, .size = 64, .to = 64, .to_size = 64);
	PUSH(draft->steps, su_patch_step, .at = 64, .size = 32, .to = 128, .to_size = 64,
	     .kind = SU_PATCH_STEP_NUMBER, .is_signed = { 1, 1 });
	PUSH(draft->moved, su_patch_moved, .at = 0x8080, .size = 16, .to = RODATA + 0x40,
	     .to_size = 16, .before = RODATA + 0x50, .after = RODATA + 0x40,
	     .name = su_patch_draft_string(draft, "names"));
	PUSH(draft->imports, su_patch_import, .slot = RODATA + 0x20,
	     .name = su_patch_draft_string(draft, "write"),
	     .version = su_patch_draft_string(draft, "GLIBC_2.2.5"));
}

/* B: `handle` at 0x4100, all else of the text by 0x100 further on than in A; data moved by 0x1000,
 * and `counter` is new. */
static void fill_map(struct su_patch_draft *draft)
{
	PUSH(draft->map, su_patch_map, .vaddr = 0x9000, .size = 0x200, .addr = 0x8000,
	     .kind = SU_MAP_DATA);
	PUSH(draft->map, su_patch_map, .vaddr = 0x9300, .size = 8, .addr = DATA + 0x38,
	     .kind = SU_MAP_DATA, .space = SU_SPACE_PATCH);
	PUSH(draft->map, su_patch_map, .vaddr = 0x7010, .size = 6, .addr = RODATA + 0x40,
	     .kind = SU_MAP_DATA_NEW, .space = SU_SPACE_PATCH);
	PUSH(draft->map, su_patch_map, .vaddr = 0x4100, .size = 1, .addr = 0x4000,
	     .kind = SU_MAP_ENTRY);
	PUSH(draft->map, su_patch_map, .vaddr = 0x4100, .size = 0x100, .addr = TEXT,
	     .kind = SU_MAP_CODE, .space = SU_SPACE_PATCH);
	PUSH(draft->map, su_patch_map, .vaddr = 0x4200, .size = 0x1000, .addr = 0x4100,
	     .kind = SU_MAP_CODE);
}

static void fill(struct su_patch_draft *draft)
{
	su_patch_draft_init(draft);
	fill_head(draft);
	fill_contents(draft);
	fill_code(draft);
	fill_data(draft);
	fill_map(draft);
}

static void encode(struct su_patch_draft *draft, uint8_t **ret, size_t *ret_size)
{
	struct su_err *err = su_patch_draft_encode(draft, ret, ret_size);

	ck_assert_msg(!err, "%s", err ? su_err_message(err) : "");
}

/* The patch that the writer makes of the draft, as the reader takes it. */
static inline struct su_patch *reopen(struct su_patch_draft *draft)
{
	struct su_patch *patch = NULL;
	uint8_t *bytes;
	size_t size;

	encode(draft, &bytes, &size);
	struct su_err *err = su_patch_parse(bytes, size, "test", &patch);
	ck_assert_msg(!err, "%s", err ? su_err_message(err) : "");
	return patch;
}

/* The good patch. */
static inline uint8_t *make(size_t *ret_size)
{
	struct su_patch_draft draft;
	uint8_t *bytes;

	fill(&draft);
	encode(&draft, &bytes, ret_size);
	su_patch_draft_deinit(&draft);
	return bytes;
}

#endif
