/*
 * See inside.h.
 *
 * Of a function whose code changes, new code and the jump at its entry are what leads to the new
 * version.  A label's address in a table that is constant and that no other function uses is bound anew
 * with the function's body.  Any other holder keeps the old address:
 *
 * - a variable, or a constant that another function or a pointer leads to (relocations say so);
 * - a section of the program's own (asm), as a pointer, or as a distance from the number itself or
 *   from the section's start.  Such numbers have no relocations; C cannot make them, so what DWARF
 *   has a type for is none;
 * - memory that the function has stored it in (analysis/labels.h);
 * - whoever looks up a name that other images can see (a second entry, in assembly).
 */
#include "diff/inside.h"

#include <string.h>

#include "analysis/labels.h"
#include "base/reason.h"

/* Activations do not go on in its old code. */
static bool is_left(const struct su_routine *routine)
{
	return !routine->startup && !routine->excluded && (routine->changed || !routine->peer);
}

/* The routine that is left and whose middle `vaddr` is in, or NULL. */
static const struct su_routine *left_around(const struct su_program *program, uint64_t vaddr)
{
	const struct su_routine *routine = su_program_routine_at(program, vaddr);

	return routine && vaddr != routine->vaddr && is_left(routine) ? routine : NULL;
}

static struct su_err *is_held(const struct su_program *program, const struct su_routine *routine,
			      uint64_t target, const char *holder)
{
	return su_refuse(SU_WHY_ADDRESS_INSIDE_HELD, routine->name, routine->unit, holder,
			 su_program_where(program, target));
}

static const char *name_of(const struct su_program *program, uint64_t vaddr)
{
	struct su_meaning meaning = su_program_meaning(program, vaddr);
	const struct su_section *section = su_image_section_at(program->image, vaddr);

	if (meaning.kind == SU_MEANS_DATUM)
		return su_arena_format(program->arena, "'%s'", meaning.datum->name);
	return su_arena_format(program->arena, "section '%s'", section ? section->name : "?");
}

/* ---- pointers ---- */

struct range {
	uint64_t vaddr, size;
};

/* The thing that holds what is at `vaddr`, if it is no variable. */
static bool constant_around(const struct su_program *program, uint64_t vaddr, struct range *ret)
{
	struct su_meaning meaning = su_program_meaning(program, vaddr);
	size_t at = program->anonymous.len;

	if (meaning.kind == SU_MEANS_DATUM) {
		*ret = (struct range){ meaning.datum->vaddr, meaning.datum->size };
		return meaning.datum->constant;
	}
	while (at && program->anonymous.at[at - 1] > vaddr)
		at--;
	if (meaning.kind != SU_MEANS_ANONYMOUS || !at)
		return false;
	*ret = (struct range){ program->anonymous.at[at - 1],
			       su_program_extent(program, program->anonymous.at[at - 1]) };
	return vaddr - ret->vaddr < ret->size;
}

static bool is_in(const struct range *range, uint64_t vaddr)
{
	return vaddr - range->vaddr < range->size;
}

static bool is_used_by(const struct su_routine *routine, const struct range *range)
{
	for (size_t i = 0; i < 2 * routine->code->insn_count; i++) {
		const struct su_field *field = &routine->code->insns[i / 2].fields[i % 2];

		if (field->size && is_in(range, field->target))
			return true;
	}
	return false;
}

static bool is_used_only_by(const struct su_program *program, const struct su_routine *routine,
			    const struct range *range)
{
	for (size_t i = 0; i < program->image->reloc_count; i++) {
		const struct su_dynreloc *reloc = &program->image->relocs[i];

		if (is_in(range,
			  (uint64_t)reloc->addend + (reloc->symbol ? reloc->symbol->vaddr : 0)))
			return false;
	}
	for (size_t i = 0; i < program->routines.len; i++) {
		const struct su_routine *user = &program->routines.at[i];

		if (user != routine && is_used_by(user, range))
			return false;
	}
	return is_used_by(routine, range);
}

/* What tracers read: nobody goes there. */
static bool is_for_tracers(const struct su_section *section)
{
	return section && (!strcmp(section->name, "__patchable_function_entries") ||
			   !strcmp(section->name, "__mcount_loc"));
}

static struct su_err *check_pointers(const struct su_program *program)
{
	const struct su_image *image = program->image;
	struct range known = { 0 }; /* a table has many */

	for (size_t i = 0; i < image->reloc_count; i++) {
		const struct su_dynreloc *reloc = &image->relocs[i];
		uint64_t to = (uint64_t)reloc->addend + (reloc->symbol ? reloc->symbol->vaddr : 0);
		const struct su_routine *routine = left_around(program, to);

		if (!routine || is_in(&known, reloc->vaddr) ||
		    is_for_tracers(su_image_section_at(image, reloc->vaddr)))
			continue;
		if (!constant_around(program, reloc->vaddr, &known) ||
		    !is_used_only_by(program, routine, &known))
			return is_held(program, routine, to, name_of(program, reloc->vaddr));
	}
	return NULL;
}

/* ---- distances ---- */

/* Of compilers, linkers and unwinders. */
static bool is_common_section(const char *name)
{
	static const char *const names[] = {
		".rodata",  ".data",	   ".eh_frame",	  ".gcc_except_table",
		".got",	    ".init_array", ".fini_array", ".preinit_array",
		".ctors",   ".dtors",	   ".interp",	  ".tm_clone_table",
		".dynamic", ".lrodata",	   ".ldata",	  ".sframe",
		".tdata",   ".note",	   ".stapsdt",	  ".jcr"
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strncmp(name, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

static bool may_hold_distances(const struct su_program *program, const struct su_section *section,
			       uint64_t at)
{
	struct su_meaning meaning = su_program_meaning(program, at);

	if (meaning.kind != SU_MEANS_DATUM)
		return !is_common_section(section->name);
	return !meaning.datum->type_hash && !strchr(meaning.datum->name, '.') &&
	       !su_program_is_ascii(program, meaning.datum->vaddr);
}

static struct su_err *check_distance(const struct su_program *program,
				     const struct su_section *section, uint64_t at)
{
	const uint64_t anchors[] = { at, section->vaddr };
	const struct su_routine *routine;
	int32_t distance;

	memcpy(&distance, section->data + (at - section->vaddr), sizeof(distance));
	for (size_t i = 0; i < 2 && distance; i++) {
		uint64_t to = anchors[i] + (uint64_t)(int64_t)distance;

		routine = left_around(program, to);
		if (routine && su_function_insn_at(routine->code, to) != SU_NO_INSN &&
		    may_hold_distances(program, section, at))
			return is_held(program, routine, to, name_of(program, at));
	}
	return NULL;
}

static struct su_err *check_distances(const struct su_program *program)
{
	for (size_t i = 0; i < program->image->section_count; i++) {
		const struct su_section *section = &program->image->sections[i];

		if (!(section->flags & SHF_ALLOC) || section->flags & (SHF_EXECINSTR | SHF_TLS) ||
		    section->type != SHT_PROGBITS || !section->data || is_for_tracers(section))
			continue;
		for (uint64_t off = 0; off + 4 <= section->size; off += 4)
			SU_TRY(check_distance(program, section, section->vaddr + off));
	}
	return NULL;
}

/* ---- labels ---- */

static struct su_err *check_labels(const struct su_program *program,
				   const struct su_routine *routine)
{
	uint32_t jump = su_function_kept_label(program->image, routine->code);

	if (jump == SU_NO_INSN)
		return NULL;
	return su_refuse(SU_WHY_LABELS_KEPT, routine->name, routine->unit,
			 su_program_where(program, routine->code->insns[jump].vaddr));
}

/* ---- names ---- */

static struct su_err *check_names(const struct su_program *program)
{
	for (size_t i = 0; i < program->image->symbol_count; i++) {
		const struct su_symbol *symbol = &program->image->symbols[i];
		const struct su_routine *routine =
			symbol->dynamic && symbol->shndx != SHN_UNDEF && symbol->type != STT_TLS
				? left_around(program, symbol->vaddr)
				: NULL;

		if (routine)
			return is_held(program, routine, symbol->vaddr,
				       su_arena_format(program->arena, "exported name '%s'",
						       symbol->name));
	}
	return NULL;
}

struct su_err *su_inside_check(const struct su_program *old_program,
			       const struct su_program *new_program)
{
	for (size_t i = 0; i < old_program->routines.len; i++) {
		const struct su_routine *routine = &old_program->routines.at[i];

		if (!is_left(routine) || !routine->peer)
			continue;
		SU_TRY(check_labels(old_program, routine));
		SU_TRY(check_labels(new_program, routine->peer));
	}
	SU_TRY(check_names(old_program));
	SU_TRY(check_pointers(old_program));
	return check_distances(old_program);
}
