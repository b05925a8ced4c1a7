/* src/dwarf against gdb and readelf, on programs that gcc and clang build when the test runs. */
#include <fcntl.h>
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

/* ---- names, statics, types ---- */

static bool has_key(const struct su_local *locals, size_t count, const char *key)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(locals[i].key, key) == 0)
			return true;
	}
	return false;
}

START_TEST(keys_are_unique_and_in_source_order)
{
	struct opened program = open_program(builds[_i].name);
	uint64_t entry = work_entry(&program);
	const struct su_local *locals;
	size_t count;

	ck_assert_ptr_null(su_debug_locals(program.debug, entry, &locals, &count));
	for (size_t i = 0; i < count; i++) {
		ck_assert_uint_eq(locals[i].index, i);
		for (size_t k = 0; k < i; k++)
			ck_assert_str_ne(locals[i].key, locals[k].key);
	}
	ck_assert(has_key(locals, count, "a") && has_key(locals, count, "list"));
	ck_assert(has_key(locals, count, "i") && has_key(locals, count, "i#2"));
	if (!strstr(builds[_i].name, "-O0")) {
		ck_assert(has_key(locals, count, "sum_of>sum"));
		ck_assert(has_key(locals, count, "sum_of#2>sum"));
	}
	close_program(&program);
}
END_TEST

START_TEST(locals_are_described)
{
	struct opened program = open_program(builds[_i].name);
	uint64_t entry = work_entry(&program);
	const struct su_local *a = innermost(&program, entry, entry, "a");
	const struct su_local *list = innermost(&program, entry, entry, "list");
	const struct su_local *n = innermost(&program, entry, entry, "n");

	ck_assert(a && list && n);
	ck_assert(a->is_parameter && a->is_signed && !a->is_aggregate && a->size == 4);
	ck_assert_str_eq(a->type_name, "int");
	ck_assert(!list->is_parameter && list->is_aggregate && list->size == 48);
	ck_assert_str_eq(list->type_name, "struct list [3]");
	ck_assert_str_eq(n->type_name, "struct list *");
	ck_assert(n->type_hash && n->type_hash != list->type_hash);
	close_program(&program);
}
END_TEST

static const struct su_static *find_static(const struct opened *program, const char *function,
					   const char *name, uint32_t ordinal)
{
	size_t count;
	const struct su_static *statics = su_debug_statics(program->debug, &count);

	for (size_t i = 0; i < count; i++) {
		bool same_owner =
			function ? statics[i].function && strcmp(statics[i].function, function) == 0
				 : !statics[i].function;
		ck_assert(i == 0 || statics[i - 1].vaddr <= statics[i].vaddr);
		if (same_owner && strcmp(statics[i].name, name) == 0 &&
		    statics[i].ordinal == ordinal)
			return &statics[i];
	}
	return NULL;
}

/* Initial values tell the two variables named n apart. */
START_TEST(statics_have_owners)
{
	struct opened program = open_program(builds[_i].name);
	const struct su_static *first = find_static(&program, "bump", "n", 0);
	const struct su_static *second = find_static(&program, "bump", "n", 1);
	const struct su_static *tls = find_static(&program, NULL, "per_thread", 0);
	const struct su_static *external = find_static(&program, NULL, "external_one", 0);
	const struct su_static *hidden = find_static(&program, NULL, "hidden", 0);
	const uint8_t *value;

	ck_assert(first && second && tls && external && hidden);
	ck_assert_ptr_nonnull(find_static(&program, "bump", "counter", 0));
	value = su_image_bytes(program.image, second->vaddr, 4);
	ck_assert(value && *value == 5 && first->vaddr != second->vaddr);
	ck_assert(tls->is_tls && tls->vaddr == 0 && tls->size == 8);
	ck_assert(external->is_external && !hidden->is_external && !hidden->is_tls);
	ck_assert_str_eq(hidden->unit, "other.c");
	ck_assert_str_eq(external->unit, "main.c");
	close_program(&program);
}
END_TEST

static const struct su_type *find_type(const struct opened *program, const char *name,
				       const char *unit)
{
	size_t count;
	const struct su_type *types = su_debug_types(program->debug, &count);

	for (size_t i = 0; i < count; i++) {
		if (strcmp(types[i].name, name) == 0 && (!unit || !strcmp(types[i].unit, unit)))
			return &types[i];
	}
	return NULL;
}

START_TEST(layouts_hash_the_same_in_every_build)
{
	struct opened reference = open_program("gcc-O2"), program = open_program(builds[_i].name);
	static const char *const names[] = { "struct list", "item", "union either", "struct loop" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const struct su_type *a = find_type(&reference, names[i], "main.c");
		const struct su_type *b = find_type(&program, names[i], NULL);
		ck_assert_msg(a && b, "%s", names[i]);
		ck_assert(a->hash && a->hash == b->hash && a->size == b->size);
	}
	ck_assert_uint_eq(find_type(&reference, "item", "main.c")->hash,
			  find_type(&reference, "item", "other.c")->hash);
	close_program(&program);
	close_program(&reference);
}
END_TEST

/* One declaration in two forms, and what is to be said of them (NULL: the same layout). */
static const struct {
	const char *old, *new, *said;
} changes[] = {
	{ "struct t { int a; };", "struct t { int a; int refs; };",
	  "member 'refs' is new at offset 4, size 4 -> 8" },
	{ "struct t { int a; char b; };", "struct t { int a; };",
	  "member 'b' is gone, size 8 -> 4" },
	{ "struct t { int a, b; };", "struct t { int b, a; };",
	  "member 'a' moved from offset 0 to 4, member 'b' moved from offset 4 to 0" },
	{ "struct t { int a; };", "struct t { unsigned a; };",
	  "member 'a' was 'int' and is 'unsigned int'" },
	{ "struct t { unsigned a:3; };", "struct t { unsigned a:4; };",
	  "member 'a' was 3 and is 4 bits wide" },
	{ "struct u { int x; }; struct t { struct u in; };",
	  "struct u { long x; }; struct t { struct u in; };",
	  "member 'in.x' was 'int' and is 'long int', size 4 -> 8" },
	{ "struct t { int a[3]; };", "struct t { int a[4]; };",
	  "member 'a' was 'int [3]' and is 'int [4]', size 12 -> 16" },
	{ "struct t { struct t *p; };", "struct t { struct other *p; };",
	  "member 'p' was 'struct t *' and is 'struct other *'" },
	{ "struct t { void (*f)(int); };", "struct t { void (*f)(long); };",
	  "member 'f' was 'void (int) *' and is 'void (long int) *'" },
	{ "struct t { int a; };", "typedef int number; struct t { const number a; };", NULL },
	{ "struct u { int x; }; struct t { struct u *p; };",
	  "struct u { long x; }; struct t { struct u *p; };", NULL },
	{ "struct t { enum { A, B } e; };", "struct t { enum { A, B, C } e; };", NULL },
};

START_TEST(differences_are_named)
{
	static const char program_text[] =
		"%s\nstruct t variable; int main(void) { return sizeof variable; }\n";
	SU_FREE char *old_text = su_format(program_text, changes[_i].old);
	SU_FREE char *new_text = su_format(program_text, changes[_i].new);

	SU_FREE char *old_name = su_format("old-%d", _i), *new_name = su_format("new-%d", _i);
	SU_FREE char *old_file = su_format("%s.c", old_name);
	SU_FREE char *new_file = su_format("%s.c", new_name);
	write_file(old_file, old_text);
	write_file(new_file, new_text);
	shell("gcc -g -Wl,--build-id %s -o %s", old_file, old_name);
	shell("gcc -g -Wl,--build-id %s -o %s", new_file, new_name);
	struct opened old = open_program(old_name), new = open_program(new_name);
	const struct su_type *a = find_type(&old, "struct t", NULL);
	const struct su_type *b = find_type(&new, "struct t", NULL);

	ck_assert(a && b && a->hash && b->hash);
	ck_assert_int_eq(a->hash == b->hash, changes[_i].said == NULL);
	if (changes[_i].said) {
		SU_FREE char *said = su_debug_types_differ(old.debug, a, new.debug, b);
		ck_assert_str_eq(said, changes[_i].said);
	}
	close_program(&old);
	close_program(&new);
}
END_TEST

START_TEST(functions_units_lines_are_found)
{
	struct opened program = open_program(builds[_i].name);
	uint64_t entry = work_entry(&program), result, hash;
	struct su_dwarf_function function;
	const char *file;
	int line;

	ck_assert(su_debug_function_at(program.debug, entry + 1, &function));
	ck_assert_str_eq(function.name, "work");
	ck_assert_str_eq(function.unit, "main.c");
	ck_assert(!function.external && function.entry == entry);
	ck_assert(su_debug_line_at(program.debug, entry, &file, &line));
	ck_assert_str_eq(file + strlen(file) - 6, "main.c");
	ck_assert(line == 19 || line == 20); /* its head takes two */
	ck_assert(su_debug_signature_at(program.debug, entry, &result, &hash));
	ck_assert_uint_ne(result, 0);
	ck_assert(!su_debug_function_at(program.debug, 0, &function));
	ck_assert(!su_debug_line_at(program.debug, 1, &file, &line));
	ck_assert_ptr_null(su_debug_unit_at(program.debug, 8));
	close_program(&program);
}
END_TEST

/* ---- files that lie ---- */

static void ask_everything(struct su_debug *debug, const struct su_image *image)
{
	const struct su_local *locals;
	const char *names[4], *file;
	uint64_t result, hash;
	struct su_dwarf_function function;
	size_t count;
	int line;

	su_debug_statics(debug, &count);
	const struct su_type *types = su_debug_types(debug, &count);
	if (count > 1)
		free(su_debug_types_differ(debug, &types[0], debug, &types[count - 1]));
	for (size_t i = 0; i < image->symbol_count; i++) {
		uint64_t vaddr = image->symbols[i].vaddr;
		su_debug_line_at(debug, vaddr, &file, &line);
		su_debug_signature_at(debug, vaddr, &result, &hash);
		su_debug_inlined_at(debug, vaddr, names, 4);
		if (!su_debug_function_at(debug, vaddr, &function))
			continue;
		su_err_destroy(su_debug_locals(debug, function.entry, &locals, &count));
		for (size_t k = 0; k < count; k++)
			su_debug_local_at(debug, function.entry, (uint32_t)k, vaddr + 8);
	}
}

/* Flips bytes of the debugging sections: any answer will do, but there must be one. */
START_TEST(damaged_files_are_survived)
{
	struct opened program = open_program(_i % 2 ? "gcc-O2" : "clang-O2");
	SU_FREE char *name = su_format("damaged-%d", _i), *path = su_format("%s/%s", dir, name);
	struct su_image *image;
	struct su_debug *debug;
	struct su_err *err;

	shell("cp %s %s", program.path, name);
	srand((unsigned)_i);
	int file = open(path, O_RDWR);
	for (size_t i = 0; i < program.image->section_count; i++) {
		const struct su_section *section = &program.image->sections[i];
		if ((strncmp(section->name, ".debug", 6) != 0 &&
		     strcmp(section->name, ".eh_frame") != 0) ||
		    section->size == 0)
			continue;
		for (int k = rand() % 4; k > 0; k--) {
			uint8_t byte = (uint8_t)rand();
			off_t off = (off_t)(section->off + (uint64_t)rand() % section->size);
			ck_assert_int_eq(pwrite(file, &byte, 1, off), 1);
		}
	}
	close(file);
	close_program(&program);
	err = su_image_open(path, NULL, 0, &image);
	if (err) {
		su_err_destroy(err);
		return;
	}
	err = su_debug_open(image, &debug);
	if (!err) {
		ask_everything(debug, image);
		su_debug_close(debug);
	}
	su_err_destroy(err);
	su_image_close(image);
}
END_TEST

START_TEST(program_without_dwarf_has_frames_only)
{
	struct su_dwarf_function function;
	struct su_frame_row row;
	size_t count;

	shell("gcc -O2 -s -Wl,--build-id main.c other.c -o bare");
	struct opened program = open_program("bare");
	ck_assert(!su_debug_function_at(program.debug, program.image->entry, &function));
	ck_assert(su_debug_frame_row(program.debug, program.image->entry, &row));
	ck_assert(row.return_undefined);
	su_debug_statics(program.debug, &count);
	ck_assert_uint_eq(count, 0);
	su_debug_types(program.debug, &count);
	ck_assert_uint_eq(count, 0);
	close_program(&program);
}
END_TEST

static Suite *dwarf_suite(void)
{
	Suite *suite = suite_create("dwarf");
	TCase *tools = tcase_create("tools");

	tcase_set_timeout(tools, 120);
	tcase_add_unchecked_fixture(tools, set_up, tear_down);
	tcase_add_loop_test(tools, rows_are_those_of_readelf, 0, BUILD_COUNT);
	tcase_add_loop_test(tools, registers_are_those_of_gdb, 0, BUILD_COUNT);
	tcase_add_loop_test(tools, frame_places_are_those_of_gdb, 0, BUILD_COUNT);
	tcase_add_loop_test(tools, keys_are_unique_and_in_source_order, 0, BUILD_COUNT);
	tcase_add_loop_test(tools, locals_are_described, 0, BUILD_COUNT);
	tcase_add_loop_test(tools, statics_have_owners, 0, BUILD_COUNT);
	tcase_add_loop_test(tools, layouts_hash_the_same_in_every_build, 0, BUILD_COUNT);
	tcase_add_loop_test(tools, differences_are_named, 0, sizeof(changes) / sizeof(*changes));
	tcase_add_loop_test(tools, functions_units_lines_are_found, 0, BUILD_COUNT);
	tcase_add_loop_test(tools, damaged_files_are_survived, 0, 100);
	tcase_add_test(tools, program_without_dwarf_has_frames_only);
	suite_add_tcase(suite, tools);
	return suite;
}

int main(void)
{
	return run_suite(dwarf_suite());
}
