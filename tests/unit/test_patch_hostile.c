/*
 * Patch files that are damaged or lie: the reader takes nothing but what the writer makes.
 *
 * One draft holds at least one record of every table and passes; each refusal test spoils one thing
 * in it.  Damage to the bytes is tried with the hash left as it is (must be refused) and with the
 * hash made anew (must be refused or give a patch that can be walked without leaving its bytes; the
 * sanitizers watch).
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "patch/reader.h"
#include "patch/writer.h"
#include "patch_fixture.h"
#include "suite.h"

/* Parses a copy of exactly `size` bytes, so that a read past the end is seen. */
static struct su_err *parse(const uint8_t *bytes, size_t size, struct su_patch **ret)
{
	uint8_t *copy = su_alloc(size);

	if (size)
		memcpy(copy, bytes, size);
	return su_patch_parse(copy, size, "test", ret);
}

static void rehash(uint8_t *bytes, size_t size)
{
	size_t hashed = size - SU_PATCH_HASH_SIZE;

	crypto_generichash(bytes + hashed, SU_PATCH_HASH_SIZE, bytes, hashed, NULL, 0);
}

/* Reads all that an accepted patch offers. */
static size_t walk(const struct su_patch *patch)
{
	size_t sum = strlen(su_patch_string(patch, patch->head->image_name));

	for (size_t i = 0; i < patch->function_count; i++) {
		sum += strlen(su_patch_string(patch, patch->functions[i].name));
		sum += strlen(su_patch_string(patch, patch->functions[i].opaque[0]));
	}
	for (size_t i = 0; i < patch->checkpoint_count; i++) {
		const struct su_patch_checkpoint *point = &patch->checkpoints[i];

		for (uint32_t k = 0; k < point->value_count; k++)
			sum += strlen(
				su_patch_string(patch, patch->values[point->first_value + k].name));
		sum += patch->functions[point->function].change;
	}
	for (size_t i = 0; i < patch->segment_count; i++) {
		for (size_t k = 0; k < patch->segments[i].filesz; k++)
			sum += patch->segments[i].bytes[k];
	}
	for (size_t i = 0; i < patch->eh_frame_size; i++)
		sum += patch->eh_frame[i];
	for (size_t i = 0; i < patch->import_count; i++)
		sum += strlen(su_patch_string(patch, patch->imports[i].name));
	for (size_t i = 0; i < patch->range_count; i++) {
		const struct su_patch_range *range = &patch->ranges[i];

		for (uint32_t k = 0; k < range->field_count; k++)
			sum += patch->fields[range->first_field + k].size;
	}
	for (unsigned kind = SU_MAP_CODE; kind <= SU_MAP_DATA_NEW; kind++) {
		for (uint64_t vaddr = 0; vaddr < 0xa000; vaddr += 0x10) {
			const struct su_patch_map *entry = su_patch_map_at(patch, kind, vaddr);

			sum += entry ? entry->addr + (vaddr - entry->vaddr) : 0;
		}
	}
	return sum;
}

/* ---- damage ---- */

static void assert_refused(const uint8_t *bytes, size_t size, size_t where)
{
	struct su_patch *patch = NULL;
	struct su_err *err = parse(bytes, size, &patch);

	ck_assert_msg(err, "accepted after damage at byte %zu", where);
	ck_assert_int_eq(su_err_code(err), SU_E_FORMAT);
	su_err_destroy(err);
}

START_TEST(every_truncation_is_refused)
{
	size_t size;
	uint8_t *bytes = make(&size);

	for (size_t length = 0; length < size; length++)
		assert_refused(bytes, length, length);
	free(bytes);
}
END_TEST

START_TEST(every_flipped_byte_is_refused)
{
	size_t size;
	uint8_t *bytes = make(&size);

	for (size_t i = 0; i < size; i++) {
		bytes[i] ^= (uint8_t)(1u << (i % 8));
		assert_refused(bytes, size, i);
		bytes[i] ^= (uint8_t)(1u << (i % 8));
	}
	free(bytes);
}
END_TEST

static void try_rehashed(uint8_t *bytes, size_t size)
{
	struct su_patch *patch = NULL;

	rehash(bytes, size);
	struct su_err *err = parse(bytes, size, &patch);
	if (err)
		ck_assert_int_eq(su_err_code(err), SU_E_FORMAT);
	else
		ck_assert_uint_gt(walk(patch), 0);
	su_err_destroy(err);
	su_patch_close(patch);
}

/* Headers, and everything behind the loadable contents: the rest is padding and code bytes. */
START_TEST(rehashed_damage_never_leads_astray)
{
	static const uint8_t values[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
	size_t size;
	uint8_t *bytes = make(&size);

	for (size_t i = 0; i + SU_PATCH_HASH_SIZE < size; i++) {
		uint8_t good = bytes[i];

		if (i > 0x200 && i < DATA)
			continue;
		for (size_t k = 0; k < sizeof(values); k++) {
			bytes[i] = values[k];
			try_rehashed(bytes, size);
		}
		bytes[i] = good;
	}
	free(bytes);
}
END_TEST

/* A 64-bit word at a time: sums that wrap show here. */
START_TEST(rehashed_words_never_lead_astray)
{
	static const uint64_t values[] = { UINT64_MAX, UINT64_MAX - 8, (uint64_t)1 << 63,
					   UINT32_MAX, 0x4000 };
	size_t size;
	uint8_t *bytes = make(&size);
	uint64_t good;

	for (size_t i = 0; i + SU_PATCH_HASH_SIZE + 8 <= size; i += 8) {
		if (i > 0x200 && i < DATA)
			continue;
		memcpy(&good, bytes + i, 8);
		for (size_t k = 0; k < sizeof(values) / sizeof(*values); k++) {
			memcpy(bytes + i, &values[k], 8);
			try_rehashed(bytes, size);
		}
		memcpy(bytes + i, &good, 8);
	}
	free(bytes);
}
END_TEST

/* ---- one wrong thing each ---- */

typedef void spoil_fn(struct su_patch_draft *draft);

#define SPOIL(name, ...)                                                                           \
	static void name(struct su_patch_draft *d)                                                 \
	{                                                                                          \
		__VA_ARGS__;                                                                       \
	}

SPOIL(spoil_build_id, d->head.old_build_id_size = 65)
SPOIL(spoil_no_build_id, d->head.new_build_id_size = 0)
SPOIL(spoil_note, d->head.note_vaddr = 0x10000 - 8)
SPOIL(spoil_image, d->head.image_high = 0x10001)
SPOIL(spoil_image_name, d->head.image_name = 0x7fffffff)
SPOIL(spoil_function_name, d->functions.at[0].name = (uint32_t)d->strings.len)
SPOIL(spoil_function_change, d->functions.at[0].change = SU_INITIAL)
SPOIL(spoil_function_old, d->functions.at[0].old_vaddr = 0x10000)
SPOIL(spoil_function_new, d->functions.at[0].patch_vaddr = RODATA)
SPOIL(spoil_range_function, d->ranges.at[0].function = 1)
SPOIL(spoil_range_direction, d->ranges.at[0].direction = 2)
SPOIL(spoil_range_size, d->ranges.at[1].size = 0x10000)
SPOIL(spoil_range_empty, d->ranges.at[1].size = 0)
SPOIL(spoil_range_overlap,
      PUSH(d->ranges, su_patch_range, .vaddr = 0x407f, .size = 4, .direction = SU_FORWARD))
SPOIL(spoil_jump_outside, d->jumps.at[3].at = 0x407c)
SPOIL(spoil_jump_live, d->jumps.at[3].at = 0x3000)
SPOIL(spoil_jump_target, d->jumps.at[3].to = RODATA)
SPOIL(spoil_jump_dead, (d->jumps.at[3].to = 0x4010, d->jumps.at[3].to_space = SU_SPACE_IMAGE))
SPOIL(spoil_jump_size, d->jumps.at[3].size = 4)
SPOIL(spoil_jump_reserved, d->jumps.at[3].reserved[2] = 1)
SPOIL(spoil_jump_function, d->jumps.at[3].function = 1)
SPOIL(spoil_jump_overlap, d->jumps.at[3].at = 0x4021)
SPOIL(spoil_jump_twice, su_vec_push(&d->jumps, d->jumps.at[3]))
SPOIL(spoil_short_jump, d->jumps.at[4].to = 0x4050)
SPOIL(spoil_island_short, d->jumps.at[2].size = 2)
SPOIL(spoil_island_elsewhere, d->jumps.at[2].to = STUB + 1)
SPOIL(spoil_point_without_jump, d->checkpoints.at[1].from = 0x4030)
SPOIL(spoil_entry_without_jump, d->checkpoints.at[3].from = 0x4010)
SPOIL(spoil_point_to, d->checkpoints.at[2].to = TEXT + 0x24)
SPOIL(spoil_point_stub, d->checkpoints.at[1].stub = 0x9000)
SPOIL(spoil_point_values, d->checkpoints.at[1].value_count = 2)
SPOIL(spoil_point_first, (d->checkpoints.at[1].first_value = UINT32_MAX))
SPOIL(spoil_point_flags, d->checkpoints.at[1].flags = 128)
SPOIL(spoil_point_reads, d->checkpoints.at[3].reads = 1)
SPOIL(spoil_point_reads_other,
      (d->checkpoints.at[1].flags |= SU_POINT_UNHELD, d->checkpoints.at[1].reads = 64))
SPOIL(spoil_point_old_flag, d->checkpoints.at[1].flags = 2)
SPOIL(spoil_point_pairing, d->checkpoints.at[1].pairing = SU_PAIRING_COUNT)
SPOIL(spoil_point_entry_pairing, d->checkpoints.at[3].pairing = SU_PAIRING_REMOVED)
SPOIL(spoil_point_function, d->checkpoints.at[1].function = UINT32_MAX)
SPOIL(spoil_point_file, d->checkpoints.at[1].old_file = UINT32_MAX)
SPOIL(spoil_point_twice, su_vec_push(&d->checkpoints, d->checkpoints.at[1]))
SPOIL(spoil_value, d->values.at[0].derivation = SU_DERIVED_COUNT)
SPOIL(spoil_value_place, d->values.at[0].to_kind = SU_STORAGE_FRAME_ADDR + 1)
SPOIL(spoil_assertion, d->assertions.at[0].text = UINT32_MAX)
SPOIL(spoil_judgement, d->judgements.at[0].text = UINT32_MAX)
SPOIL(spoil_assertion_file, d->assertions.at[0].file = UINT32_MAX)
SPOIL(spoil_missing, d->missing.at[0].direction = 2)
SPOIL(spoil_missing_from, d->missing.at[0].from = 0x10001)
SPOIL(spoil_variable, d->variables.at[0].patch_vaddr = DATA + 0x69)
SPOIL(spoil_variable_change, d->variables.at[0].change = SU_MOVED + 1)
SPOIL(spoil_reloc_place, d->relocs.at[0].at = RODATA + 0x79)
SPOIL(spoil_reloc_bss, d->relocs.at[0].at = DATA + 0x30)
SPOIL(spoil_reloc_type, d->relocs.at[0].type = 2)
SPOIL(spoil_reloc_target, d->relocs.at[0].target = (uint64_t)1 << 48)
SPOIL(spoil_reloc_addend, d->relocs.at[0].addend = INT64_MAX)
SPOIL(spoil_reloc_home, d->relocs.at[1].home = SU_HOME_DATA + 1)
SPOIL(spoil_range_code_size, d->ranges.at[1].code_size = 0x81)
SPOIL(spoil_range_fields, d->ranges.at[1].field_count = 3)
SPOIL(spoil_range_first_field, d->ranges.at[1].first_field = UINT32_MAX)
SPOIL(spoil_field_size, d->fields.at[1].size = 8)
SPOIL(spoil_field_end, d->fields.at[1].to_end = 3)
SPOIL(spoil_field_home, d->fields.at[1].home = SU_HOME_DATA + 1)
SPOIL(spoil_field_overlap, d->fields.at[1].at = 0x4014)
SPOIL(spoil_field_order, d->fields.at[1].at = 0x4001)
SPOIL(spoil_field_outside, d->fields.at[1].at = 0x407a)
SPOIL(spoil_match_evidence, d->matches.at[0].evidence = 0xffffff)
SPOIL(spoil_match_kind, d->matches.at[0].is_variable = 2)
SPOIL(spoil_word_size, d->words.at[0].size = 0)
SPOIL(spoil_word_long, d->words.at[0].size = 9)
SPOIL(spoil_word_kind, d->words.at[0].is_pointer = 2)
SPOIL(spoil_word_reserved, d->words.at[0].reserved[2] = 1)
SPOIL(spoil_word_image, d->words.at[0].at = 0x10000000)
SPOIL(spoil_word_from, d->words.at[0].from = TEXT)
SPOIL(spoil_word_nowhere, d->words.at[0].from = 0x10000000)
SPOIL(spoil_word_overlap, d->words.at[0].at = 0x800c)
SPOIL(spoil_moved_name, d->moved.at[0].name = UINT32_MAX)
SPOIL(spoil_moved_image, d->moved.at[0].at = 0x10000000)
SPOIL(spoil_moved_empty, d->moved.at[0].size = 0)
SPOIL(spoil_moved_to, d->moved.at[0].to = 0x10000000)
SPOIL(spoil_moved_to_code, d->moved.at[0].to = TEXT)
SPOIL(spoil_moved_to_size, d->moved.at[0].to_size = UINT64_MAX)
SPOIL(spoil_moved_before, d->moved.at[0].before = 0x10000000)
SPOIL(spoil_moved_after, d->moved.at[0].after = DATA)
SPOIL(spoil_moved_overlap, d->moved.at[0].at = 0x808f)
SPOIL(spoil_moved_why, d->moved.at[0].why = UINT32_MAX)
SPOIL(spoil_moved_reserved, d->moved.at[0].reserved = 1)
SPOIL(spoil_moved_steps, d->moved.at[0].step_count = 3)
SPOIL(spoil_moved_first_step, d->moved.at[0].first_step = UINT32_MAX)
SPOIL(spoil_step_kind, d->steps.at[0].kind = SU_PATCH_STEP_UNTOUCHED + 1)
SPOIL(spoil_step_empty, d->steps.at[0].size = 0)
SPOIL(spoil_step_at, d->steps.at[0].at = 24 * 8)
SPOIL(spoil_step_to, d->steps.at[1].to = 32 * 8 - 63)
SPOIL(spoil_step_far, d->steps.at[1].to = UINT64_MAX)
SPOIL(spoil_step_sizes, d->steps.at[0].size = 32)
SPOIL(spoil_step_number, d->steps.at[1].to_size = 65)
SPOIL(spoil_step_sign, d->steps.at[0].is_signed[0] = 1)
SPOIL(spoil_step_reserved, d->steps.at[0].reserved[4] = 1)
SPOIL(spoil_map_kind, d->map.at[2].kind = SU_MAP_DATA_NEW + 1)
SPOIL(spoil_map_space, d->map.at[0].space = SU_SPACE_PATCH + 1)
SPOIL(spoil_map_empty, d->map.at[0].size = 0)
SPOIL(spoil_map_size, d->map.at[0].size = UINT64_MAX)
SPOIL(spoil_map_vaddr, d->map.at[0].vaddr = UINT64_MAX)
SPOIL(spoil_map_overlap, d->map.at[1].vaddr = 0x91ff)
SPOIL(spoil_map_twice, su_vec_push(&d->map, d->map.at[3]))
SPOIL(spoil_map_image, d->map.at[0].addr = 0xff00)
SPOIL(spoil_map_code, d->map.at[4].addr = RODATA)
SPOIL(spoil_map_span, d->map.at[1].addr = 0x10000000)
SPOIL(spoil_reloc_overlap, PUSH(d->relocs, su_patch_reloc, .at = TEXT + 0x13))
SPOIL(spoil_import_slot, d->imports.at[0].slot = DATA + 0x40)
SPOIL(spoil_import_name, d->imports.at[0].name = 0)
SPOIL(spoil_import_kind, d->imports.at[0].kind = 2)

static const struct {
	const char *name;
	spoil_fn *spoil;
} spoils[] = {
#define ROW(name)                                                                                  \
	{                                                                                          \
#name, name                                                                        \
	}
	ROW(spoil_build_id),
	ROW(spoil_no_build_id),
	ROW(spoil_note),
	ROW(spoil_image),
	ROW(spoil_image_name),
	ROW(spoil_function_name),
	ROW(spoil_function_change),
	ROW(spoil_function_old),
	ROW(spoil_function_new),
	ROW(spoil_range_function),
	ROW(spoil_range_direction),
	ROW(spoil_range_size),
	ROW(spoil_range_empty),
	ROW(spoil_range_overlap),
	ROW(spoil_jump_outside),
	ROW(spoil_jump_live),
	ROW(spoil_jump_target),
	ROW(spoil_jump_dead),
	ROW(spoil_jump_size),
	ROW(spoil_jump_reserved),
	ROW(spoil_jump_function),
	ROW(spoil_jump_overlap),
	ROW(spoil_jump_twice),
	ROW(spoil_short_jump),
	ROW(spoil_island_short),
	ROW(spoil_island_elsewhere),
	ROW(spoil_point_without_jump),
	ROW(spoil_entry_without_jump),
	ROW(spoil_point_to),
	ROW(spoil_point_stub),
	ROW(spoil_point_values),
	ROW(spoil_point_first),
	ROW(spoil_point_flags),
	ROW(spoil_point_reads),
	ROW(spoil_point_reads_other),
	ROW(spoil_point_old_flag),
	ROW(spoil_point_pairing),
	ROW(spoil_point_entry_pairing),
	ROW(spoil_assertion),
	ROW(spoil_judgement),
	ROW(spoil_assertion_file),
	ROW(spoil_point_function),
	ROW(spoil_point_file),
	ROW(spoil_point_twice),
	ROW(spoil_value),
	ROW(spoil_value_place),
	ROW(spoil_missing),
	ROW(spoil_missing_from),
	ROW(spoil_variable),
	ROW(spoil_variable_change),
	ROW(spoil_reloc_place),
	ROW(spoil_reloc_bss),
	ROW(spoil_reloc_type),
	ROW(spoil_reloc_target),
	ROW(spoil_reloc_addend),
	ROW(spoil_reloc_home),
	ROW(spoil_range_code_size),
	ROW(spoil_range_fields),
	ROW(spoil_range_first_field),
	ROW(spoil_field_size),
	ROW(spoil_field_end),
	ROW(spoil_field_home),
	ROW(spoil_field_overlap),
	ROW(spoil_field_order),
	ROW(spoil_field_outside),
	ROW(spoil_match_evidence),
	ROW(spoil_match_kind),
	ROW(spoil_word_size),
	ROW(spoil_word_long),
	ROW(spoil_word_kind),
	ROW(spoil_word_reserved),
	ROW(spoil_word_image),
	ROW(spoil_word_from),
	ROW(spoil_word_nowhere),
	ROW(spoil_word_overlap),
	ROW(spoil_moved_name),
	ROW(spoil_moved_image),
	ROW(spoil_moved_empty),
	ROW(spoil_moved_to),
	ROW(spoil_moved_to_code),
	ROW(spoil_moved_to_size),
	ROW(spoil_moved_before),
	ROW(spoil_moved_after),
	ROW(spoil_moved_overlap),
	ROW(spoil_moved_why),
	ROW(spoil_moved_reserved),
	ROW(spoil_moved_steps),
	ROW(spoil_moved_first_step),
	ROW(spoil_step_kind),
	ROW(spoil_step_empty),
	ROW(spoil_step_at),
	ROW(spoil_step_to),
	ROW(spoil_step_far),
	ROW(spoil_step_sizes),
	ROW(spoil_step_number),
	ROW(spoil_step_sign),
	ROW(spoil_step_reserved),
	ROW(spoil_map_kind),
	ROW(spoil_map_space),
	ROW(spoil_map_empty),
	ROW(spoil_map_size),
	ROW(spoil_map_vaddr),
	ROW(spoil_map_overlap),
	ROW(spoil_map_twice),
	ROW(spoil_map_image),
	ROW(spoil_map_code),
	ROW(spoil_map_span),
	ROW(spoil_reloc_overlap),
	ROW(spoil_import_slot),
	ROW(spoil_import_name),
	ROW(spoil_import_kind),
#undef ROW
};

START_TEST(each_wrong_record_is_refused)
{
	struct su_patch_draft draft;
	struct su_patch *patch = NULL;
	uint8_t *bytes;
	size_t size;

	fill(&draft);
	spoils[_i].spoil(&draft);
	encode(&draft, &bytes, &size);
	struct su_err *err = su_patch_parse(bytes, size, "test", &patch);
	ck_assert_msg(err, "%s was accepted", spoils[_i].name);
	ck_assert_int_eq(su_err_code(err), SU_E_FORMAT);
	su_err_destroy(err);
	su_patch_draft_deinit(&draft);
}
END_TEST

static Suite *patch_hostile_suite(void)
{
	Suite *suite = suite_create("patch_hostile");
	TCase *damage = tcase_create("damage");

	tcase_set_timeout(damage, 120);
	tcase_add_test(damage, every_truncation_is_refused);
	tcase_add_test(damage, every_flipped_byte_is_refused);
	tcase_add_test(damage, rehashed_damage_never_leads_astray);
	tcase_add_test(damage, rehashed_words_never_lead_astray);
	tcase_add_loop_test(damage, each_wrong_record_is_refused, 0,
			    (int)(sizeof(spoils) / sizeof(*spoils)));
	suite_add_tcase(suite, damage);
	return suite;
}

int main(void)
{
	return run_suite(patch_hostile_suite());
}
