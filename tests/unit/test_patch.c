/*
 * The patch file: what the writer makes the reader takes, with every table and all contents.
 *
 * One draft holds at least one record of every table.  readelf and objdump are the oracles for the
 * ELF side.
 */
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "patch/reader.h"
#include "patch/writer.h"
#include "patch_fixture.h"
#include "suite.h"

#define ASSERT_TABLE(patch, field, count, vec)                                                     \
	do {                                                                                       \
		ck_assert_uint_eq((patch)->count, (vec).len);                                      \
		ck_assert_mem_eq((patch)->field, (vec).at, (vec).len * sizeof(*(vec).at));         \
	} while (0)

START_TEST(round_trip_keeps_every_table)
{
	struct su_patch_draft draft;

	fill(&draft);
	struct su_patch *patch = reopen(&draft);
	ck_assert_mem_eq(patch->head, &draft.head, sizeof(draft.head));
	ck_assert_uint_eq(patch->head->span, 0x4000);
	ASSERT_TABLE(patch, functions, function_count, draft.functions);
	ASSERT_TABLE(patch, ranges, range_count, draft.ranges);
	ASSERT_TABLE(patch, jumps, jump_count, draft.jumps);
	ASSERT_TABLE(patch, checkpoints, checkpoint_count, draft.checkpoints);
	ASSERT_TABLE(patch, values, value_count, draft.values);
	ASSERT_TABLE(patch, missing, missing_count, draft.missing);
	ASSERT_TABLE(patch, variables, variable_count, draft.variables);
	ASSERT_TABLE(patch, relocs, reloc_count, draft.relocs);
	ASSERT_TABLE(patch, fields, field_count, draft.fields);
	ASSERT_TABLE(patch, matches, match_count, draft.matches);
	ASSERT_TABLE(patch, words, word_count, draft.words);
	ASSERT_TABLE(patch, moved, moved_count, draft.moved);
	ASSERT_TABLE(patch, steps, step_count, draft.steps);
	ASSERT_TABLE(patch, map, map_count, draft.map);
	ASSERT_TABLE(patch, imports, import_count, draft.imports);
	ck_assert_str_eq(su_patch_string(patch, patch->functions[0].name), "handle");
	ck_assert_str_eq(su_patch_string(patch, patch->imports[0].version), "GLIBC_2.2.5");
	su_patch_close(patch);
	su_patch_draft_deinit(&draft);
}
END_TEST

START_TEST(round_trip_keeps_contents)
{
	struct su_patch_draft draft;

	fill(&draft);
	struct su_patch *patch = reopen(&draft);
	ck_assert_uint_eq(patch->segment_count, 3);
	ck_assert_uint_eq(patch->segments[0].vaddr, TEXT);
	ck_assert_uint_eq(patch->segments[0].flags, PF_R | PF_X);
	ck_assert_uint_eq(patch->segments[1].flags, PF_R);
	ck_assert_uint_eq(patch->segments[2].flags, PF_R | PF_W);
	ck_assert_uint_eq(patch->segments[2].filesz, 0x30);
	ck_assert_uint_eq(patch->segments[2].memsz, 0x70);
	ck_assert_mem_eq(patch->segments[1].bytes, draft.rodata.at, draft.rodata.len);
	ck_assert_uint_eq(patch->eh_frame_vaddr, 0x3080);
	ck_assert_uint_eq(patch->eh_frame_size, 4);
	su_patch_close(patch);
	su_patch_draft_deinit(&draft);
}
END_TEST

START_TEST(tables_are_sorted)
{
	struct su_patch_draft draft;

	fill(&draft);
	struct su_patch *patch = reopen(&draft);
	ck_assert_uint_eq(patch->jumps[0].at, 0x4000);
	ck_assert_uint_eq(patch->jumps[4].at, TEXT);
	ck_assert_uint_eq(patch->checkpoints[1].from, 0x4020);
	ck_assert_uint_eq(patch->checkpoints[3].direction, SU_REVERSE);
	ck_assert_uint_eq(patch->relocs[0].at, TEXT + 0x11);
	su_patch_close(patch);
	su_patch_draft_deinit(&draft);
}
END_TEST

START_TEST(equal_strings_share_an_offset)
{
	struct su_patch_draft draft;
	char name[32];
	uint32_t first[500];

	su_patch_draft_init(&draft);
	ck_assert_uint_eq(su_patch_draft_string(&draft, NULL), 0);
	ck_assert_uint_eq(su_patch_draft_string(&draft, ""), 0);
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 500; i++) {
			snprintf(name, sizeof(name), "name %d", i);
			uint32_t offset = su_patch_draft_string(&draft, name);

			ck_assert_str_eq(draft.strings.at + offset, name);
			if (round)
				ck_assert_uint_eq(offset, first[i]);
			first[i] = offset;
		}
	}
	su_patch_draft_deinit(&draft);
}
END_TEST

START_TEST(patch_without_contents_is_accepted)
{
	struct su_patch_draft draft;

	su_patch_draft_init(&draft);
	fill_head(&draft);
	struct su_patch *patch = reopen(&draft);
	ck_assert_uint_eq(patch->segment_count, 0);
	ck_assert_uint_eq(patch->head->span, 0x1000);
	su_patch_close(patch);
	su_patch_draft_deinit(&draft);
}
END_TEST

START_TEST(overlapping_contents_are_not_written)
{
	struct su_patch_draft draft;
	uint8_t *bytes;
	size_t size;

	fill(&draft);
	draft.rodata_vaddr = TEXT;
	struct su_err *err = su_patch_draft_encode(&draft, &bytes, &size);
	ck_assert_ptr_nonnull(err);
	ck_assert_int_eq(su_err_code(err), SU_E_INTERNAL);
	su_err_destroy(err);
	su_patch_draft_deinit(&draft);
}
END_TEST

static void assert_mapped(const struct su_patch *patch, enum su_map_kind kind, uint64_t vaddr,
			  enum su_space space, uint64_t addr)
{
	const struct su_patch_map *entry = su_patch_map_at(patch, kind, vaddr);

	ck_assert_msg(entry, "nothing at %#lx", (unsigned long)vaddr);
	ck_assert_uint_eq(entry->space, space);
	ck_assert_uint_eq(entry->addr + (vaddr - entry->vaddr), addr);
}

START_TEST(the_map_finds_what_lies_in_its_entries)
{
	struct su_patch_draft draft;

	fill(&draft);
	struct su_patch *patch = reopen(&draft);
	assert_mapped(patch, SU_MAP_CODE, 0x4100, SU_SPACE_PATCH, TEXT);
	assert_mapped(patch, SU_MAP_CODE, 0x41ff, SU_SPACE_PATCH, TEXT + 0xff);
	assert_mapped(patch, SU_MAP_CODE, 0x4200, SU_SPACE_IMAGE, 0x4100);
	assert_mapped(patch, SU_MAP_ENTRY, 0x4100, SU_SPACE_IMAGE, 0x4000);
	assert_mapped(patch, SU_MAP_DATA, 0x91ff, SU_SPACE_IMAGE, 0x81ff);
	assert_mapped(patch, SU_MAP_DATA, 0x9307, SU_SPACE_PATCH, DATA + 0x3f);
	assert_mapped(patch, SU_MAP_DATA_NEW, 0x7010, SU_SPACE_PATCH, RODATA + 0x40);
	ck_assert_ptr_null(su_patch_map_at(patch, SU_MAP_CODE, 0x40ff));
	ck_assert_ptr_null(su_patch_map_at(patch, SU_MAP_CODE, 0x5200));
	ck_assert_ptr_null(su_patch_map_at(patch, SU_MAP_ENTRY, 0x4101));
	ck_assert_ptr_null(su_patch_map_at(patch, SU_MAP_DATA, 0x9200));
	ck_assert_ptr_null(su_patch_map_at(patch, SU_MAP_DATA, 0x4100));
	ck_assert_ptr_null(su_patch_map_at(patch, SU_MAP_DATA_NEW, UINT64_MAX));
	su_patch_close(patch);
	su_patch_draft_deinit(&draft);
}
END_TEST

/* ---- other readers ---- */

/* Whether `tool` succeeds on the good patch without a word on standard error. */
static bool tool_accepts(const char *tool)
{
	char path[] = "/tmp/strongupdate-test.XXXXXX";
	size_t size;
	uint8_t *bytes = make(&size);
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, bytes, size), (ssize_t)size);
	close(fd);
	free(bytes);
	SU_FREE char *command =
		su_format("out=$(%s %s 2>&1 >/dev/null) && test -z \"$out\"", tool, path);
	int status = system(command);
	unlink(path);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

START_TEST(readelf_accepts_the_file)
{
	ck_assert(tool_accepts("LC_ALL=C readelf -aW"));
}
END_TEST

START_TEST(objdump_accepts_the_file)
{
	ck_assert(tool_accepts("LC_ALL=C objdump -dt"));
}
END_TEST

START_TEST(missing_file_is_an_io_error)
{
	struct su_patch *patch = NULL;
	struct su_err *err = su_patch_open("/nonexistent/patch.sup", &patch);

	ck_assert_ptr_nonnull(err);
	ck_assert_int_eq(su_err_code(err), SU_E_IO);
	su_err_destroy(err);
	err = su_patch_open("/", &patch);
	ck_assert_ptr_nonnull(err);
	ck_assert_int_eq(su_err_code(err), SU_E_FORMAT);
	su_err_destroy(err);
}
END_TEST

static Suite *patch_suite(void)
{
	Suite *suite = suite_create("patch");
	TCase *round = tcase_create("round trip");
	TCase *tools = tcase_create("tools");

	tcase_add_test(round, round_trip_keeps_every_table);
	tcase_add_test(round, round_trip_keeps_contents);
	tcase_add_test(round, tables_are_sorted);
	tcase_add_test(round, the_map_finds_what_lies_in_its_entries);
	tcase_add_test(round, equal_strings_share_an_offset);
	tcase_add_test(round, patch_without_contents_is_accepted);
	tcase_add_test(round, overlapping_contents_are_not_written);
	tcase_add_test(tools, readelf_accepts_the_file);
	tcase_add_test(tools, objdump_accepts_the_file);
	tcase_add_test(tools, missing_file_is_an_io_error);
	suite_add_tcase(suite, round);
	suite_add_tcase(suite, tools);
	return suite;
}

int main(void)
{
	return run_suite(patch_suite());
}
