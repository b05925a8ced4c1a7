/*
 * What debuggers show of the new bodies: names, and lines.
 *
 * One compilation unit with a subprogram for each part of a body, and the rows that the new version's
 * line tables have for it, at the addresses of the patch: what `add-symbol-file PATCH -o ADDRESS`
 * makes gdb know, with the call frame information of frame_tables.c.  Variables are left out.
 *
 * Source: DWARF 4 sections 6.2 (line tables) and 7.5 (units, abbreviations).
 */
#include <dwarf.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "make/maker.h"

#define LINE_BASE (-5)
#define LINE_RANGE 14
#define OPCODE_BASE 13

enum { UNIT = 1, ROUTINE };

struct bytes {
	SU_VEC(uint8_t) list;
};

static void put(struct bytes *bytes, uint64_t number, unsigned size)
{
	for (unsigned i = 0; i < size; i++)
		su_vec_push(&bytes->list, (uint8_t)(number >> (8 * i)));
}

static void put_uleb(struct bytes *bytes, uint64_t number)
{
	for (; number >= 0x80; number >>= 7)
		put(bytes, (number & 0x7f) | 0x80, 1);
	put(bytes, number, 1);
}

static void put_sleb(struct bytes *bytes, int64_t number)
{
	for (; number < -0x40 || number >= 0x40; number >>= 7)
		put(bytes, (number & 0x7f) | 0x80, 1);
	put(bytes, number & 0x7f, 1);
}

static void put_text(struct bytes *bytes, const char *text)
{
	for (; *text; text++)
		put(bytes, (uint8_t)*text, 1);
	put(bytes, 0, 1);
}

static void put_bytes(struct bytes *bytes, const struct bytes *more)
{
	for (size_t i = 0; i < more->list.len; i++)
		put(bytes, more->list.at[i], 1);
}

/* A length, and what is of that length. */
static void put_block(struct bytes *bytes, const struct bytes *block)
{
	put(bytes, block->list.len, 4);
	put_bytes(bytes, block);
}

/* ---- .debug_line ---- */

struct lines {
	struct su_arena *arena;
	struct su_map *numbers; /* path -> number of the file */
	unsigned file_count;
	struct bytes files, program;
	uint64_t shift;		 /* from vaddrs of the new version to patch addresses */
	uint64_t first, address; /* of the part; of the row that was put last */
	unsigned file;
	int line;
};

static unsigned number_of_file(struct lines *lines, const char *folder, const char *file)
{
	const char *path = *folder ? su_arena_format(lines->arena, "%s/%s", folder, file) : file;
	uintptr_t known = (uintptr_t)su_map_get_str(lines->numbers, path);

	if (known)
		return (unsigned)known;
	known = ++lines->file_count;
	su_map_put_str(lines->numbers, su_arena_strdup(lines->arena, path), (void *)known);
	put_text(&lines->files, path);
	for (int field = 0; field < 3; field++) /* folder, time, size: not said */
		put_uleb(&lines->files, 0);
	return (unsigned)known;
}

static void begin_sequence(struct lines *lines, uint64_t address)
{
	put(&lines->program, 0, 1);
	put_uleb(&lines->program, 1 + sizeof(address));
	put(&lines->program, DW_LNE_set_address, 1);
	put(&lines->program, address, sizeof(address));
	lines->address = address;
	lines->file = lines->line = 1;
}

static void end_sequence(struct lines *lines, uint64_t address)
{
	put(&lines->program, DW_LNS_advance_pc, 1);
	put_uleb(&lines->program, address - lines->address);
	put(&lines->program, 0, 1);
	put_uleb(&lines->program, 1);
	put(&lines->program, DW_LNE_end_sequence, 1);
}

static void put_row(void *ctx, uint64_t vaddr, const char *folder, const char *file, int line)
{
	struct lines *lines = ctx;
	unsigned number = number_of_file(lines, folder, file);

	if (number != lines->file) {
		put(&lines->program, DW_LNS_set_file, 1);
		put_uleb(&lines->program, number);
	}
	put(&lines->program, DW_LNS_advance_pc, 1);
	put_uleb(&lines->program, vaddr + lines->shift - lines->address);
	put(&lines->program, DW_LNS_advance_line, 1);
	put_sleb(&lines->program, line - lines->line);
	put(&lines->program, DW_LNS_copy, 1);
	lines->address = vaddr + lines->shift;
	lines->file = number;
	lines->line = line;
}

static void add_part(struct lines *lines, const struct su_debug *debug, const struct su_part *part,
		     uint64_t address)
{
	lines->shift = address - part->vaddr;
	begin_sequence(lines, address);
	su_debug_rows(debug, part->vaddr, part->vaddr + part->size, put_row, lines);
	end_sequence(lines, address + part->size);
}

static void put_line_table(struct bytes *table, const struct lines *lines)
{
	/* How many operands the standard opcodes have. */
	static const uint8_t operands[OPCODE_BASE - 1] = { 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1 };
	struct bytes header = { 0 }, rest = { 0 };

	put(&header, 1, 1); /* minimum_instruction_length */
	put(&header, 1, 1); /* maximum_operations_per_instruction */
	put(&header, 1, 1); /* default_is_stmt */
	put(&header, (uint8_t)LINE_BASE, 1);
	put(&header, LINE_RANGE, 1);
	put(&header, OPCODE_BASE, 1);
	for (size_t i = 0; i < sizeof(operands); i++)
		put(&header, operands[i], 1);
	put(&header, 0, 1); /* no folders */
	put_bytes(&header, &lines->files);
	put(&header, 0, 1);
	put(&rest, 4, 2); /* version */
	put_block(&rest, &header);
	put_bytes(&rest, &lines->program);
	put_block(table, &rest);
	su_vec_deinit(&header.list);
	su_vec_deinit(&rest.list);
}

/* ---- .debug_abbrev and .debug_info ---- */

static void put_abbreviation(struct bytes *bytes, unsigned code, unsigned tag, bool has_children,
			     const uint8_t (*fields)[2], size_t count)
{
	put_uleb(bytes, code);
	put_uleb(bytes, tag);
	put(bytes, has_children, 1);
	for (size_t i = 0; i < count; i++) {
		put_uleb(bytes, fields[i][0]);
		put_uleb(bytes, fields[i][1]);
	}
	put(bytes, 0, 2);
}

static void put_abbreviations(struct bytes *bytes)
{
	static const uint8_t unit[][2] = {
		{ DW_AT_language, DW_FORM_data1 },	 { DW_AT_name, DW_FORM_string },
		{ DW_AT_stmt_list, DW_FORM_sec_offset }, { DW_AT_low_pc, DW_FORM_addr },
		{ DW_AT_high_pc, DW_FORM_data8 },
	};
	static const uint8_t routine[][2] = {
		{ DW_AT_external, DW_FORM_flag },      { DW_AT_name, DW_FORM_string },
		{ DW_AT_low_pc, DW_FORM_addr },	       { DW_AT_high_pc, DW_FORM_data8 },
		{ DW_AT_frame_base, DW_FORM_exprloc },
	};

	put_abbreviation(bytes, UNIT, DW_TAG_compile_unit, true, unit,
			 sizeof(unit) / sizeof(*unit));
	put_abbreviation(bytes, ROUTINE, DW_TAG_subprogram, false, routine,
			 sizeof(routine) / sizeof(*routine));
	put(bytes, 0, 1);
}

static void put_routine(struct bytes *bytes, const struct su_routine *routine, size_t part,
			uint64_t address)
{
	put_uleb(bytes, ROUTINE);
	put(bytes, routine->global, 1);
	put_text(bytes, routine->name);
	put(bytes, address, 8);
	put(bytes, routine->parts[part].size, 8);
	put_uleb(bytes, 1);
	put(bytes, DW_OP_call_frame_cfa, 1);
}

static void put_unit(struct bytes *bytes, const struct su_patch_draft *draft, const char *name,
		     const struct bytes *routines)
{
	struct bytes unit = { 0 };

	put(&unit, 4, 2); /* version */
	put(&unit, 0, 4); /* offset of the abbreviations */
	put(&unit, 8, 1); /* bytes of an address */
	put_uleb(&unit, UNIT);
	put(&unit, DW_LANG_C99, 1);
	put_text(&unit, name);
	put(&unit, 0, 4); /* offset of the line table */
	put(&unit, draft->text_vaddr, 8);
	put(&unit, draft->text.len, 8);
	put_bytes(&unit, routines);
	put(&unit, 0, 1);
	put_block(bytes, &unit);
	su_vec_deinit(&unit.list);
}

/* ---- the whole ---- */

#define HAND_OVER(field, bytes)                                                                    \
	((field).at = (bytes).list.at, (field).len = (bytes).list.len,                             \
	 (field).cap = (bytes).list.cap)

void su_maker_add_debug(struct su_maker *maker)
{
	struct su_patch_draft *draft = &maker->draft;
	struct lines lines = { .arena = maker->arena, .numbers = su_map_create() };
	struct bytes routines = { 0 }, abbreviations = { 0 }, info = { 0 }, table = { 0 };

	for (size_t i = 0; i < maker->bodies.len; i++) {
		const struct su_body *body = &maker->bodies.at[i];

		for (size_t part = 0; part < body->routine->part_count; part++) {
			put_routine(&routines, body->routine, part, body->addr[part]);
			add_part(&lines, maker->new_program->debug, &body->routine->parts[part],
				 body->addr[part]);
		}
	}
	put_abbreviations(&abbreviations);
	put_unit(&info, draft, maker->new_program->image->name, &routines);
	put_line_table(&table, &lines);
	HAND_OVER(draft->debug_abbrev, abbreviations);
	HAND_OVER(draft->debug_info, info);
	HAND_OVER(draft->debug_line, table);
	su_map_destroy(lines.numbers);
	su_vec_deinit(&lines.files.list);
	su_vec_deinit(&lines.program.list);
	su_vec_deinit(&routines.list);
}
