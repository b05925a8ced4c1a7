/*
 * Where src/dwarf says that frames and variables are, against gdb and readelf, on programs that gcc
 * and clang build when the test runs.
 */
#include <inttypes.h>

#include "arch/insn.h"
#include "dwarf_fixture.h"
#include "suite.h"

typedef void (*line_reader)(struct opened *program, char *text, void *state);

static void each_line(struct opened *program, line_reader read, void *state, const char *command)
{
	FILE *pipe = popen(command, "r");
	char *text = NULL;
	size_t cap = 0;

	ck_assert_ptr_nonnull(pipe);
	while (getline(&text, &cap, pipe) > 0) {
		text[strcspn(text, "\n")] = 0;
		read(program, text, state);
	}
	free(text);
	ck_assert_int_eq(pclose(pipe), 0);
}

/* ---- call frame information: readelf ---- */

struct table {
	char names[20][8]; /* of the columns after LOC and CFA */
	size_t columns, rows;
};

static void check_cell(const struct su_frame_row *row, const char *name, const char *cell)
{
	long off;

	for (uint8_t reg = 0; reg < 16; reg++) {
		if (strcmp(su_reg_name(reg), name) != 0)
			continue;
		if (sscanf(cell, "c%ld", &off) == 1) {
			ck_assert_int_eq(row->saved[reg].how, SU_SAVED_AT_CFA);
			ck_assert_int_eq(row->saved[reg].off, off);
		} else if (cell[0] == 'u' || cell[0] == 's') {
			ck_assert_int_eq(row->saved[reg].how, SU_SAVED_SAME);
		} else {
			ck_assert_int_eq(row->saved[reg].how, SU_SAVED_OTHER);
		}
	}
	if (strcmp(name, "ra") == 0)
		ck_assert_int_eq(row->return_undefined, cell[0] == 'u');
}

static void check_row(struct opened *program, struct table *table, uint64_t vaddr, char *text)
{
	struct su_frame_row row;
	char *save = NULL, *cell = strtok_r(text, " ", &save);
	char reg[8];
	long off;

	if (!su_debug_frame_row(program->debug, vaddr, &row))
		ck_abort_msg("%s: no row at %" PRIx64, program->path, vaddr);
	if (sscanf(cell, "%7[a-z0-9]%ld", reg, &off) == 2) {
		ck_assert(row.cfa_known);
		ck_assert_str_eq(su_reg_name(row.cfa_reg), reg);
		ck_assert_int_eq(row.cfa_off, off);
	} else {
		ck_assert_str_eq(cell, "exp");
		ck_assert(!row.cfa_known);
	}
	for (size_t i = 0; i < table->columns && (cell = strtok_r(NULL, " ", &save)); i++)
		check_cell(&row, table->names[i], cell);
	table->rows++;
}

static void read_frames_line(struct opened *program, char *text, void *state)
{
	struct table *table = state;
	unsigned long long vaddr;
	char *save = NULL, *cell;
	int used;

	if (strstr(text, " FDE ") || strstr(text, " CIE ")) {
		table->columns = SIZE_MAX; /* rows of a CIE and of no function: skipped */
	} else if ((cell = strstr(text, "LOC "))) {
		bool in_fde = table->columns == SIZE_MAX;
		table->columns = 0;
		strtok_r(cell, " ", &save);
		strtok_r(NULL, " ", &save);
		while (in_fde && (cell = strtok_r(NULL, " ", &save)) && table->columns < 20)
			snprintf(table->names[table->columns++], 8, "%s", cell);
	} else if (sscanf(text, "%16llx %n", &vaddr, &used) == 1 && used >= 17 && vaddr) {
		check_row(program, table, vaddr, text + used);
	}
}

START_TEST(rows_are_those_of_readelf)
{
	struct opened program = open_program(builds[_i].name);
	SU_FREE char *command =
		su_format("LC_ALL=C readelf --debug-dump=frames-interp %s", program.path);
	struct table table = { 0 };

	each_line(&program, read_frames_line, &table, command);
	ck_assert_uint_gt(table.rows, 20);
	close_program(&program);
}
END_TEST

/* ---- registers and constants: gdb's "info scope" ---- */

struct scope_state {
	uint64_t entry, vaddr;
	char name[64], seen[2000]; /* seen: ",a,b," the inner variables that hide outer ones */
	bool hidden, in_lists;
	size_t checked;
};

static void check_description(struct opened *program, struct scope_state *state, const char *text)
{
	const struct su_local *local = innermost(program, state->entry, state->vaddr, state->name);
	char reg[16];
	long long number;
	struct su_loc loc;

	if (!local)
		ck_abort_msg("%s: %s is not in scope at %" PRIx64, program->path, state->name,
			     state->vaddr);
	loc = su_debug_local_at(program->debug, state->entry, local->index, state->vaddr);
	if (sscanf(text, "a variable in $%15[a-z0-9]", reg) == 1) {
		ck_assert_msg(loc.kind == SU_LOC_REG && strcmp(su_reg_name(loc.reg), reg) == 0,
			      "%s: %s at %" PRIx64 ": %s, not kind %d", program->path, state->name,
			      state->vaddr, text, loc.kind);
		state->checked++;
	} else if (sscanf(text, "the constant %lld", &number) == 1) {
		ck_assert_int_eq(loc.kind, SU_LOC_CONST);
		ck_assert_int_eq((int32_t)loc.off, (int32_t)number);
		state->checked++;
	} else {
		ck_assert_msg(loc.kind != SU_LOC_REG, "%s: %s at %" PRIx64 ": %s", program->path,
			      state->name, state->vaddr, text);
	}
}

static void read_scope_line(struct opened *program, char *text, void *ctx)
{
	struct scope_state *state = ctx;
	unsigned long long lo, hi;
	char *range = strstr(text, "Range 0x");

	if (sscanf(text, "Symbol %63s is", state->name) == 1) {
		SU_FREE char *mark = su_format(",%s,", state->name);
		state->hidden = strstr(state->seen, mark) != NULL;
		if (!state->hidden && strlen(state->seen) + strlen(mark) < sizeof(state->seen))
			memcpy(state->seen + strlen(state->seen), mark, strlen(mark) + 1);
		char *description = strstr(text, " is ") + 4;
		if (!state->hidden && strncmp(description, "a variable in", 13) == 0)
			check_description(program, state, description);
	} else if (range && !state->hidden && sscanf(range, "Range 0x%llx-0x%llx", &lo, &hi) == 2 &&
		   state->vaddr >= lo && state->vaddr < hi) {
		check_description(program, state, strstr(range, ": ") + 2);
	} else if (strncmp(text, "Symbol", 6) != 0 && strstr(text, "for *0x")) {
		state->vaddr = strtoull(strstr(text, "0x"), NULL, 16);
		state->seen[0] = 0;
	}
}

START_TEST(registers_are_those_of_gdb)
{
	struct opened program = open_program(builds[_i].name);
	struct scope_state state = { .entry = work_entry(&program) };
	SU_FREE char *script = su_format("%s/scope-%d.gdb", dir, _i);
	SU_FREE char *command =
		su_format("LC_ALL=C gdb -nx -q -batch -x %s %s 2>&1", script, program.path);
	FILE *file = fopen(script, "w");
	struct su_dwarf_function function;

	ck_assert_ptr_nonnull(file);
	for (uint64_t at = state.entry;
	     su_debug_function_at(program.debug, at, &function) && function.entry == state.entry;
	     at++)
		fprintf(file, "info scope *0x%" PRIx64 "\n", at);
	fclose(file);
	each_line(&program, read_scope_line, &state, command);
	if (!strstr(builds[_i].name, "-O0"))
		ck_assert_uint_gt(state.checked, 500);
	close_program(&program);
}
END_TEST

/* ---- frame places: gdb on the running program ---- */

struct stop_state {
	uint64_t entry, pc, cfa;
	char name[64];
	bool is_clang; /* may answer COMPLEX */
	size_t checked;
};

static void check_place(struct opened *program, struct stop_state *state, uint64_t addr)
{
	const struct su_local *local = innermost(program, state->entry, state->pc, state->name);
	struct su_loc loc;

	if (!local)
		ck_abort_msg("%s: %s is not in scope at %" PRIx64, program->path, state->name,
			     state->pc);
	loc = su_debug_local_at(program->debug, state->entry, local->index, state->pc);
	if (loc.kind == SU_LOC_COMPLEX && state->is_clang)
		return;
	ck_assert_msg(loc.kind == SU_LOC_FRAME && state->cfa + (uint64_t)loc.off == addr,
		      "%s: %s at %" PRIx64 ": kind %d, CFA%+" PRId64 ", gdb says CFA%+" PRId64,
		      program->path, state->name, state->pc, loc.kind, loc.off,
		      (int64_t)(addr - state->cfa));
	state->checked++;
}

static void read_stop_line(struct opened *program, char *text, void *ctx)
{
	struct stop_state *state = ctx;
	struct su_dwarf_function function;
	unsigned long long number;
	char *at;

	if (sscanf(text, "PC %llx", &number) == 1) {
		state->pc = number;
		ck_assert(su_debug_function_at(program->debug, number, &function));
		state->entry = function.entry;
	} else if (sscanf(text, "Stack level %*d, frame at %llx", &number) == 1) {
		state->cfa = number;
	} else if (sscanf(text, "NAME %63s", state->name) == 1) {
		return;
	} else if (text[0] == '$' && (at = strstr(text, ") 0x"))) {
		check_place(program, state, strtoull(at + 2, NULL, 16));
	}
}

/* Stops in touch() and asks, in the caller, for the address of everything that has one. */
static const char stop_script[] =
	"set confirm off\nset pagination off\nset print address on\nbreak touch\nrun\n"
	"python\nimport gdb\n"
	"def show():\n"
	"  gdb.execute('up')\n"
	"  while gdb.selected_frame().type() == gdb.INLINE_FRAME: gdb.execute('up')\n"
	"  frame = gdb.selected_frame()\n"
	"  print('PC %x' % frame.pc())\n"
	"  gdb.execute('info frame')\n"
	"  block = frame.block()\n"
	"  done = set()\n"
	"  while block:\n"
	"    for symbol in block:\n"
	"      if not (symbol.is_variable or symbol.is_argument): continue\n"
	"      if symbol.addr_class == gdb.SYMBOL_LOC_STATIC or symbol.name in done: continue\n"
	"      done.add(symbol.name)\n"
	"      try: place = gdb.parse_and_eval('&' + symbol.name)\n"
	"      except gdb.error: continue\n"
	"      print('NAME ' + symbol.name)\n"
	"      print('$1 = (t) 0x%x' % int(place))\n"
	"    if block.function: break\n"
	"    block = block.superblock\n"
	"for i in range(200):\n"
	"  try:\n"
	"    show()\n"
	"    gdb.execute('continue')\n"
	"    if gdb.selected_thread() is None: break\n"
	"  except gdb.error: break\n"
	"end\n";

START_TEST(frame_places_are_those_of_gdb)
{
	struct opened program = open_program(builds[_i].name);
	SU_FREE char *script = su_format("%s/stop-%d.gdb", dir, _i);
	SU_FREE char *name = su_format("stop-%d.gdb", _i);
	SU_FREE char *command =
		su_format("LC_ALL=C gdb -nx -q -batch -x %s %s 2>&1", script, program.path);
	struct stop_state state = { .is_clang = strcmp(builds[_i].compiler, "clang") == 0 };

	write_file(name, stop_script);
	each_line(&program, read_stop_line, &state, command);
	ck_assert_uint_gt(state.checked, 20);
	close_program(&program);
}
END_TEST

static Suite *dwarf_locations_suite(void)
{
	Suite *suite = suite_create("dwarf_locations");
	TCase *tools = tcase_create("tools");

	tcase_set_timeout(tools, 120);
	tcase_add_unchecked_fixture(tools, set_up, tear_down);
	tcase_add_loop_test(tools, rows_are_those_of_readelf, 0, BUILD_COUNT);
	tcase_add_loop_test(tools, registers_are_those_of_gdb, 0, BUILD_COUNT);
	tcase_add_loop_test(tools, frame_places_are_those_of_gdb, 0, BUILD_COUNT);
	suite_add_tcase(suite, tools);
	return suite;
}

int main(void)
{
	return run_suite(dwarf_locations_suite());
}
