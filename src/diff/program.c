/*
 * One version of a program: see program.h.
 *
 * Symbols give names and bounds, DWARF gives units and the owners of local statics.  gcc's split
 * `.cold` symbols become the second part of the function that they were split from.
 */
#include "diff/program.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/numbering.h"
#include "base/reason.h"
#include "diff/program_private.h"

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static const char *unit_of(const struct su_program *program, const struct su_symbol *symbol)
{
	struct su_dwarf_function function;
	const char *unit = su_debug_function_at(program->debug, symbol->vaddr, &function)
				   ? function.unit
				   : su_debug_unit_at(program->debug, symbol->vaddr);

	if (!unit)
		unit = symbol->file;
	return unit ? unit : "";
}

static bool is_startup(const struct su_symbol *symbol)
{
	static const char *const names[] = { "_start", "_init", "_fini", "__gmon_start__",
					     "_dl_relocate_static_pie" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(symbol->name, names[i]) == 0)
			return true;
	}
	return symbol->file && strncmp(symbol->file, "crtstuff", 8) == 0;
}

static bool is_cold_part(const char *name)
{
	const char *cold = strstr(name, ".cold");

	return cold && (cold[5] == 0 || cold[5] == '.');
}

/* ---- routines ---- */

/* gcc's thunks of retpolines have no size: they end where the next symbol starts. */
static uint64_t thunk_size(const struct su_image *image, size_t index, uint64_t end)
{
	const struct su_symbol *symbol = &image->symbols[index];

	if (strncmp(symbol->name, "__x86_indirect_thunk", 20) != 0)
		return 0;
	if (index + 1 < image->symbol_count && image->symbols[index + 1].vaddr < end)
		end = image->symbols[index + 1].vaddr;
	return end - symbol->vaddr;
}

/* The bytes of the function that symbol `index` names; 0: it names none. */
static uint64_t code_size(const struct su_image *image, size_t index)
{
	const struct su_symbol *symbol = &image->symbols[index];
	const struct su_section *section = su_image_section_at(image, symbol->vaddr);
	uint64_t end = section ? section->vaddr + section->size : 0;

	if (!section || !(section->flags & SHF_EXECINSTR) ||
	    (symbol->type != STT_FUNC && symbol->type != STT_GNU_IFUNC) ||
	    symbol->size > end - symbol->vaddr)
		return 0;
	return symbol->size ? symbol->size : thunk_size(image, index, end);
}

static void add_routine(struct su_program *program, const struct su_symbol *symbol, uint64_t size)
{
	struct su_routine *last =
		program->routines.len ? &program->routines.at[program->routines.len - 1] : NULL;

	if (last && last->vaddr == symbol->vaddr) { /* an alias: the global name stands for it */
		if (!last->global && symbol->bind != STB_LOCAL) {
			last->name = symbol->name;
			last->global = true;
		}
		return;
	}
	struct su_routine *routine = su_vec_add(&program->routines);
	routine->name = symbol->name;
	routine->unit = unit_of(program, symbol);
	routine->unit_id = su_debug_unit_id_at(program->debug, symbol->vaddr);
	routine->global = symbol->bind != STB_LOCAL;
	routine->startup = is_startup(symbol);
	routine->vaddr = symbol->vaddr;
	routine->parts[0] = (struct su_part){ symbol->vaddr, size };
	routine->part_count = 1;
}

/* The routine named as `cold` without its suffix, of the same unit. */
static struct su_routine *parent_of_cold(const struct su_map *by_name, struct su_program *program,
					 const struct su_routine *cold)
{
	size_t length = (size_t)(strstr(cold->name, ".cold") - cold->name);
	uintptr_t index = (uintptr_t)su_map_get(by_name, cold->name, length);
	struct su_routine *parent = NULL;

	for (; index && index <= program->routines.len; index++) {
		struct su_routine *candidate = &program->routines.at[index - 1];

		if (strlen(candidate->name) == length &&
		    strncmp(candidate->name, cold->name, length) == 0 &&
		    strcmp(candidate->unit, cold->unit) == 0) {
			parent = candidate;
			break;
		}
	}
	return parent && parent->part_count == 1 ? parent : NULL;
}

static void join_cold_parts(struct su_program *program)
{
	struct su_map *by_name = su_map_create();
	size_t kept = 0;

	for (size_t i = program->routines.len; i-- > 0;) { /* the first of equal names wins */
		const char *name = program->routines.at[i].name;

		su_map_put_str(by_name, name, (void *)(i + 1));
	}
	for (size_t i = 0; i < program->routines.len; i++) {
		struct su_routine *cold = &program->routines.at[i];
		struct su_routine *parent =
			is_cold_part(cold->name) ? parent_of_cold(by_name, program, cold) : NULL;

		if (parent) {
			parent->parts[parent->part_count++] = cold->parts[0];
			cold->part_count = 0;
		}
	}
	su_map_destroy(by_name);
	for (size_t i = 0; i < program->routines.len; i++) {
		if (program->routines.at[i].part_count)
			program->routines.at[kept++] = program->routines.at[i];
	}
	program->routines.len = kept;
}

static void collect_routines(struct su_program *program)
{
	const struct su_image *image = program->image;

	for (size_t i = 0; i < image->symbol_count; i++) {
		uint64_t size = code_size(image, i);

		if (size)
			add_routine(program, &image->symbols[i], size);
	}
	join_cold_parts(program);
}

static int compare_part(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b; /* vaddr comes first */

	return (*x > *y) - (*x < *y);
}

static void index_parts(struct su_program *program)
{
	program->parts = su_arena_alloc(program->arena,
					(program->routines.len * 2 + 1) * sizeof(*program->parts));
	for (size_t i = 0; i < program->routines.len; i++) {
		const struct su_routine *routine = &program->routines.at[i];

		for (size_t p = 0; p < routine->part_count; p++) {
			size_t at = program->part_count++;

			program->parts[at].vaddr = routine->parts[p].vaddr;
			program->parts[at].size = routine->parts[p].size;
			program->parts[at].routine = (uint32_t)i;
		}
	}
	qsort(program->parts, program->part_count, sizeof(*program->parts), compare_part);
}

static void index_linker_symbols(struct su_program *program)
{
	program->linker_symbols = su_map_create();
	for (size_t i = 0; i < program->image->symbol_count; i++) {
		const struct su_symbol *symbol = &program->image->symbols[i];

		if (symbol->size == 0 && symbol->name[0] == '_' &&
		    !su_is_assembly_label(program->image, symbol))
			su_map_put_u64(program->linker_symbols, symbol->vaddr,
				       (void *)symbol->name);
	}
}

/* ---- data ---- */

static void add_datum(struct su_program *program, const struct su_symbol *symbol,
		      const struct su_section *section)
{
	struct su_datum *last = program->data.len ? &program->data.at[program->data.len - 1] : NULL;

	if (last && last->vaddr == symbol->vaddr) {
		if (!last->global && symbol->bind != STB_LOCAL) {
			last->name = symbol->name;
			last->global = true;
		}
		if (symbol->size > last->size)
			last->size = symbol->size;
		return;
	}
	struct su_datum *datum = su_vec_add(&program->data);
	datum->name = symbol->name;
	datum->unit = symbol->file ? symbol->file : "";
	datum->global = symbol->bind != STB_LOCAL;
	datum->constant = su_is_constant_section(section);
	datum->vaddr = symbol->vaddr;
	datum->size = symbol->size;
}

/* gcc numbers local statics ("count.3"), clang prefixes them ("frob.count"): DWARF knows better. */
static void name_by_dwarf(struct su_program *program)
{
	size_t count, j = 0;
	const struct su_static *statics = su_debug_statics(program->debug, &count);

	for (size_t i = 0; i < program->data.len; i++) {
		struct su_datum *datum = &program->data.at[i];

		while (j < count && (statics[j].is_tls || statics[j].vaddr < datum->vaddr))
			j++;
		if (j == count)
			return;
		if (statics[j].vaddr != datum->vaddr)
			continue;
		datum->shared = j + 1 < count && statics[j + 1].vaddr == datum->vaddr &&
				!statics[j + 1].is_tls;
		datum->name = statics[j].name;
		datum->unit = statics[j].unit ? statics[j].unit : datum->unit;
		datum->unit_id = statics[j].unit_id;
		datum->function = statics[j].function;
		datum->ordinal = statics[j].ordinal;
		datum->piece = statics[j].is_piece;
		datum->type_hash = statics[j].type_hash;
		datum->scalar = statics[j].is_scalar && statics[j].size == datum->size;
	}
}

/* The assembler's own names are for constants without a name in the source. They should not be in a
 * linked file; mold leaves them there. */
static bool is_label(const char *name)
{
	return strncmp(name, ".L", 2) == 0;
}

static void collect_data(struct su_program *program)
{
	const struct su_image *image = program->image;

	for (size_t i = 0; i < image->symbol_count; i++) {
		const struct su_symbol *symbol = &image->symbols[i];
		const struct su_section *section = su_image_section_at(image, symbol->vaddr);

		if (symbol->type == STT_OBJECT && symbol->size && section &&
		    !is_label(symbol->name) && !(section->flags & (SHF_EXECINSTR | SHF_TLS)))
			add_datum(program, symbol, section);
	}
	name_by_dwarf(program);
}

/* ---- constants without symbol ---- */

static void note_anonymous(struct su_program *program, uint64_t vaddr)
{
	const struct su_section *section = su_image_section_at(program->image, vaddr);

	if (section && su_may_hold_anonymous(section))
		su_vec_push(&program->anonymous, vaddr);
}

static int compare_u64(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void collect_anonymous(struct su_program *program)
{
	size_t kept = 0;

	for (size_t r = 0; r < program->routines.len; r++) {
		const struct su_function *code = program->routines.at[r].code;

		for (size_t i = 0; i < code->insn_count; i++) {
			for (int f = 0; f < 2; f++) {
				if (code->insns[i].fields[f].size)
					note_anonymous(program, code->insns[i].fields[f].target);
			}
		}
	}
	for (size_t i = 0; i < program->image->symbol_count; i++) {
		if (su_is_assembly_label(program->image, &program->image->symbols[i]))
			note_anonymous(program, program->image->symbols[i].vaddr);
	}
	for (size_t i = 0; i < program->image->reloc_count; i++) {
		if (program->image->relocs[i].type == R_X86_64_RELATIVE)
			note_anonymous(program, (uint64_t)program->image->relocs[i].addend);
	}
	if (program->anonymous.len)
		qsort(program->anonymous.at, program->anonymous.len, sizeof(uint64_t), compare_u64);
	for (size_t i = 0; i < program->anonymous.len; i++) {
		if (!kept || program->anonymous.at[kept - 1] != program->anonymous.at[i])
			program->anonymous.at[kept++] = program->anonymous.at[i];
	}
	program->anonymous.len = kept;
}

const char *su_program_where(const struct su_program *program, uint64_t vaddr)
{
	const char *file;
	int line;

	if (!su_debug_line_at(program->debug, vaddr, &file, &line))
		return "?";
	return su_arena_format(program->arena, "%s:%d", base_name(file), line);
}

/* ---- opening ---- */

static bool find_escape(void *ctx, uint64_t entry, const struct su_function *code,
			struct su_escape *ret)
{
	const struct su_program *program = ctx;
	struct su_arena *arena = su_arena_create();
	struct su_values *values =
		su_values_create(arena, program->image, program->debug, program->clobbers,
				 program->escapes, entry, code);
	bool known = !values->unknown;

	*ret = values->escape;
	su_values_deinit(values);
	su_arena_destroy(arena);
	return known;
}

static void decode_all(struct su_program *program)
{
	size_t count = program->routines.len;
	const struct su_function **codes =
		su_arena_alloc(program->arena, (count + 1) * sizeof(*codes));
	uint64_t *entries = su_arena_alloc(program->arena, (count + 1) * sizeof(*entries));

	for (size_t i = 0; i < count; i++) {
		struct su_routine *routine = &program->routines.at[i];

		routine->code = su_function_create(program->arena, program->image, program->debug,
						   routine->parts, routine->part_count);
		codes[i] = routine->code;
		entries[i] = routine->vaddr;
		program->text_size += routine->parts[0].size;
	}
	program->clobbers = su_clobbers_create(program->arena, codes, entries, count);
	program->escapes = su_escapes_create(find_escape, program, codes, entries, count);
}

static struct su_err *check_text(const struct su_image *image)
{
	for (size_t i = 0; i < image->reloc_count; i++) {
		const struct su_section *section =
			su_image_section_at(image, image->relocs[i].vaddr);

		if (section && section->flags & SHF_EXECINSTR)
			return su_refuse(SU_WHY_TEXT_RELOCATIONS, image->path, section->name);
	}
	return NULL;
}

static struct su_err *check_usable(const struct su_image *image)
{
	if (image->type != ET_DYN)
		return su_refuse(SU_WHY_NOT_PIE, image->path);
	if (!image->has_symtab)
		return su_refuse(SU_WHY_NO_SYMBOLS, image->path, image->build_id_text,
				 image->debug_tried);
	if (!image->dwarf_elf)
		return su_refuse(SU_WHY_NO_DEBUG_INFORMATION, image->path, image->build_id_text,
				 image->debug_tried);
	return check_text(image);
}

struct su_err *su_program_open(const char *path, const char *const *debug_dirs,
			       size_t debug_dir_count, struct su_program **ret)
{
	struct su_program *program = su_alloc(sizeof(*program));
	struct su_err *err;

	program->arena = su_arena_create();
	err = su_image_open(path, debug_dirs, debug_dir_count, &program->image);
	if (!err)
		err = check_usable(program->image);
	if (!err)
		err = su_debug_open(program->image, &program->debug);
	if (err) {
		su_program_close(program);
		return err;
	}
	collect_routines(program);
	index_parts(program);
	index_linker_symbols(program);
	collect_data(program);
	decode_all(program);
	collect_anonymous(program);
	su_program_find_assembly(program);
	su_program_find_distances(program);
	*ret = program;
	return NULL;
}

void su_program_close(struct su_program *program)
{
	if (!program)
		return;
	su_vec_deinit(&program->routines);
	su_vec_deinit(&program->data);
	su_vec_deinit(&program->anonymous);
	su_vec_deinit(&program->assembly);
	su_map_destroy(program->entries);
	su_map_destroy(program->linker_symbols);
	su_map_destroy(program->distances);
	su_map_destroy(program->doubtful);
	su_escapes_destroy(program->escapes);
	su_debug_close(program->debug);
	su_image_close(program->image);
	su_arena_destroy(program->arena);
	free(program);
}
