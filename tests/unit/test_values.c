/*
 * src/analysis: stack depth and saved registers of a program that exercises compilers.
 *
 * The oracle is readelf's interpretation of .eh_frame, which says at every call where the CFA is
 * and where the caller's registers are saved.
 */
#include <string.h>

#include "analysis/states.h"
#include "arch/abi.h"
#include "suite.h"
#include "values_fixture.h"

#define COLUMNS 20

/* A row of readelf -wF: texts of the columns; names in `head`. */
struct row {
	uint64_t vaddr, end;
	char cell[COLUMNS][16];
};

struct frames {
	SU_VEC(struct row) rows;
	SU_VEC(size_t) heads; /* by row: index into `all_heads` */
	SU_VEC(struct { char name[COLUMNS][16]; }) all_heads;
};

static int split(char *line, char out[COLUMNS][16])
{
	int count = 0;

	memset(out, 0, sizeof(char[COLUMNS][16]));
	for (char *word = strtok(line, " \n"); word && count < COLUMNS; word = strtok(NULL, " \n"))
		snprintf(out[count++], 16, "%s", word);
	return count;
}

static void end_row(struct frames *frames, uint64_t end)
{
	if (frames->rows.len && !frames->rows.at[frames->rows.len - 1].end)
		frames->rows.at[frames->rows.len - 1].end = end;
}

static struct frames read_frames(int flavour)
{
	SU_FREE char *path = su_format("%s/%d.frames", dir, flavour);
	FILE *file = fopen(path, "r");
	struct frames frames = { 0 };
	char line[512], words[COLUMNS][16];
	unsigned long start, end = 0;

	ck_assert_ptr_nonnull(file);
	while (fgets(line, sizeof(line), file)) {
		char *pc = strstr(line, "pc=");
		char *rest;
		uint64_t vaddr = strtoull(line, &rest, 16);

		if (pc && strstr(line, " FDE ") && sscanf(pc, "pc=%lx..%lx", &start, &end) == 2) {
			continue;
		} else if (strstr(line, "CFA") && strstr(line, "LOC")) {
			end_row(&frames, 0);
			su_vec_add(&frames.all_heads);
			split(line, frames.all_heads.at[frames.all_heads.len - 1].name);
		} else if (rest - line == 16 && *rest == ' ' && end && frames.all_heads.len &&
			   vaddr >= start && vaddr < end) {
			struct row row = { .vaddr = vaddr, .end = end };

			if (frames.rows.len && frames.rows.at[frames.rows.len - 1].end == end)
				frames.rows.at[frames.rows.len - 1].end = vaddr;
			split(line, words);
			memcpy(row.cell, words, sizeof(words));
			su_vec_push(&frames.rows, row);
			su_vec_push(&frames.heads, frames.all_heads.len - 1);
		}
	}
	fclose(file);
	return frames;
}

static void free_frames(struct frames *frames)
{
	su_vec_deinit(&frames->rows);
	su_vec_deinit(&frames->heads);
	su_vec_deinit(&frames->all_heads);
}

/* The register's entry value must be in the cell that CFI names, or still in the register. */
static void check_saved(struct su_values *values, const uint32_t *state, const char *name,
			const char *rule, uint64_t vaddr)
{
	uint32_t reg = 0, loc;
	bool exact = false;
	long off = 0;

	while (reg < 16 && strcmp(su_reg_name((uint8_t)reg), name) != 0)
		reg++;
	if (reg == 16 || reg == SU_RSP)
		return;
	if (sscanf(rule, "c%ld", &off) == 1) {
		loc = su_values_cell(values, off, 8, &exact);
		ck_assert_msg(loc != UINT32_MAX && exact, "0x%lx: %s has no cell at CFA%+ld",
			      (unsigned long)vaddr, name, off);
	} else {
		loc = reg;
	}
	const struct su_value *value = value_in(values, state, loc);
	ck_assert_msg(value->kind == SU_VAL_ENTRY && value->loc == reg,
		      "0x%lx: %s (%s) does not hold the caller's value", (unsigned long)vaddr, name,
		      rule);
}

static void check_row(struct su_values *values, const uint32_t *state, const struct row *row,
		      char head[COLUMNS][16], uint64_t vaddr)
{
	bool seen[16] = { false };
	char reg[4] = "";
	long off = 0;

	if (strcmp(row->cell[1], "exp") == 0)
		return;
	ck_assert_int_eq(sscanf(row->cell[1], "%3[a-z]%ld", reg, &off), 2);
	const struct su_value *base =
		value_in(values, state, strcmp(reg, "rsp") == 0 ? SU_RSP : SU_RBP);
	ck_assert_msg(base->kind == SU_VAL_FRAME && base->imm == -off,
		      "0x%lx: the CFA is not %s%+ld", (unsigned long)vaddr, reg, off);
	for (int i = 2; i < COLUMNS && head[i][0]; i++) {
		if (strcmp(head[i], "ra") != 0)
			check_saved(values, state, head[i], row->cell[i], vaddr);
		for (uint8_t r = 0; r < 16; r++)
			seen[r] |= strcmp(su_reg_name(r), head[i]) == 0;
	}
	for (uint8_t r = 0; r < 16; r++) {
		if (su_abi_callee_saved(r) && !seen[r])
			check_saved(values, state, su_reg_name(r), "u", vaddr);
	}
}

static size_t check_calls(const struct analysed *one, struct frames *frames)
{
	const struct su_function *code = one->routine->code;
	uint32_t *state = su_alloc(one->values->loc_count * sizeof(*state));
	size_t checked = 0;

	for (uint32_t i = 0; i < code->insn_count; i++) {
		uint64_t vaddr = code->insns[i].vaddr;

		if (code->insns[i].opcode != SU_OPC_CALL)
			continue;
		su_values_before(one->values, i, state);
		if (!state[SU_RSP]) /* no path leads here */
			continue;
		if (!su_values_is_dynamic(one->values, state[SU_RSP]))
			ck_assert_int_eq(one->values->sp[i],
					 value_in(one->values, state, SU_RSP)->imm);
		for (size_t r = 0; r < frames->rows.len; r++) {
			if (vaddr < frames->rows.at[r].vaddr || vaddr >= frames->rows.at[r].end)
				continue;
			check_row(one->values, state, &frames->rows.at[r],
				  frames->all_heads.at[frames->heads.at[r]].name, vaddr);
			checked++;
		}
	}
	free(state);
	return checked;
}

START_TEST(frames_are_as_the_unwind_tables_say)
{
	struct frames frames = read_frames(_i);
	size_t checked = 0;

	analyse(_i);
	for (size_t i = 0; i < all.len; i++)
		checked += check_calls(&all.at[i], &frames);
	ck_assert_uint_ge(checked, 40);
	forget();
	free_frames(&frames);
}
END_TEST

static void set_up(void)
{
	build_all("readelf -wF $n > $n.frames 2>&1");
}

int main(void)
{
	Suite *suite = suite_create("values");
	TCase *tests = tcase_create("values");

	tcase_set_timeout(tests, 20);
	tcase_add_unchecked_fixture(tests, set_up, remove_all);
	tcase_add_loop_test(tests, frames_are_as_the_unwind_tables_say, 0, FLAVOUR_COUNT);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
