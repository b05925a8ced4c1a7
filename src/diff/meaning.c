/*
 * What an address of a program means: see program.h.
 *
 * Imports come first, then code, then variables with a symbol; what is left is the linker's own or a
 * constant without symbol.
 */
#include "diff/program_private.h"

#include <string.h>

#include "base/search.h"

bool su_is_constant_section(const struct su_section *section)
{
	return !(section->flags & SHF_WRITE) || strcmp(section->name, ".data.rel.ro") == 0 ||
	       strcmp(section->name, ".got") == 0;
}

bool su_may_hold_anonymous(const struct su_section *section)
{
	return section->type == SHT_PROGBITS && !(section->flags & (SHF_EXECINSTR | SHF_TLS)) &&
	       strncmp(section->name, ".eh_frame", 9) != 0;
}

size_t su_program_parts_until(const struct su_program *program, uint64_t vaddr)
{
	return su_search_until(program->parts, program->part_count, vaddr, vaddr);
}

struct su_routine *su_program_routine_at(const struct su_program *program, uint64_t vaddr)
{
	size_t after = su_program_parts_until(program, vaddr);

	if (!after || vaddr - program->parts[after - 1].vaddr >= program->parts[after - 1].size)
		return NULL;
	return &program->routines.at[program->parts[after - 1].routine];
}

/* Index of the first datum that starts after `vaddr`. */
static size_t datum_after(const struct su_program *program, uint64_t vaddr)
{
	return su_search_until(program->data.at, program->data.len, vaddr, vaddr);
}

/* The nearest datum that ends at `vaddr`: it ends before the datum at `vaddr` or a gap starts. */
static struct su_datum *datum_ending_at(const struct su_program *program, uint64_t vaddr)
{
	size_t after = datum_after(program, vaddr - 1);
	struct su_datum *datum = after ? &program->data.at[after - 1] : NULL;

	return datum && datum->vaddr + datum->size == vaddr ? datum : NULL;
}

/* Code goes to the end of an array, or of a structure that holds one; no loop runs over a scalar.
 */
static struct su_datum *sequence_ending_at(const struct su_program *program, uint64_t vaddr)
{
	struct su_datum *datum = datum_ending_at(program, vaddr);

	return datum && !datum->scalar ? datum : NULL;
}

static bool meaning_of_datum(const struct su_program *program, uint64_t vaddr,
			     struct su_meaning *ret)
{
	size_t after = datum_after(program, vaddr);
	struct su_datum *datum = after ? &program->data.at[after - 1] : NULL;

	if (datum && vaddr - datum->vaddr < datum->size) {
		*ret = (struct su_meaning){ .kind = SU_MEANS_DATUM,
					    .datum = datum,
					    .off = (int64_t)(vaddr - datum->vaddr) };
		if (vaddr == datum->vaddr)
			ret->or_end_of = sequence_ending_at(program, vaddr);
		return true;
	}
	return false;
}

/* An address just past a variable, where nothing else is known to start. */
static bool meaning_of_end(const struct su_program *program, uint64_t vaddr, struct su_meaning *ret)
{
	struct su_datum *ends_here = datum_ending_at(program, vaddr);

	if (ends_here)
		*ret = (struct su_meaning){ .kind = SU_MEANS_DATUM,
					    .datum = ends_here,
					    .off = (int64_t)ends_here->size };
	return ends_here != NULL;
}

static bool meaning_of_linker_symbol(const struct su_program *program, uint64_t vaddr,
				     struct su_meaning *ret)
{
	const char *name = su_map_get_u64(program->linker_symbols, vaddr);

	if (name)
		*ret = (struct su_meaning){ .kind = SU_MEANS_LINKER, .name = name };
	return name != NULL;
}

struct su_meaning su_program_meaning(const struct su_program *program, uint64_t vaddr)
{
	const struct su_section *section = su_image_section_at(program->image, vaddr);
	struct su_meaning meaning = { 0 };

	if (su_image_import_at(program->image, vaddr, &meaning.import)) {
		meaning.kind = SU_MEANS_IMPORT;
		meaning.off = (int64_t)(vaddr - meaning.import.vaddr);
		return meaning;
	}
	if (section && (section->flags & SHF_EXECINSTR)) {
		uint64_t resolver = vaddr;
		bool chosen = su_image_chosen_at(program->image, vaddr, &resolver);

		meaning.routine = su_program_routine_at(program, resolver);
		if (meaning.routine && chosen) {
			meaning.kind = SU_MEANS_CHOSEN;
		} else if (meaning.routine) {
			meaning.kind = SU_MEANS_ROUTINE;
			meaning.off = (int64_t)(vaddr - meaning.routine->vaddr);
		}
		return meaning;
	}
	if (meaning_of_datum(program, vaddr, &meaning))
		return meaning;
	bool writable = section && !su_is_constant_section(section);
	if (writable && meaning_of_end(program, vaddr, &meaning))
		return meaning;
	if (meaning_of_linker_symbol(program, vaddr, &meaning))
		return meaning;
	if (section && su_may_hold_anonymous(section)) {
		meaning.kind = SU_MEANS_ANONYMOUS;
		meaning.section = section;
		meaning.or_end_of = sequence_ending_at(program, vaddr);
		return meaning;
	}
	return meaning;
}

static bool is_not_above(const void *vaddr, const void *limit)
{
	return *(const uint64_t *)vaddr <= *(const uint64_t *)limit;
}

uint64_t su_program_extent(const struct su_program *program, uint64_t vaddr)
{
	const struct su_section *section = su_image_section_at(program->image, vaddr);
	size_t after = datum_after(program, vaddr), next;
	uint64_t end = section ? section->vaddr + section->size : vaddr;

	/* The entries of the global offset table are objects of their own (psABI 5.2). */
	if (section && strncmp(section->name, ".got", 4) == 0 && vaddr / 8 * 8 + 8 < end)
		end = vaddr / 8 * 8 + 8;
	next = su_search(program->anonymous.at, program->anonymous.len, sizeof(vaddr), &vaddr,
			 is_not_above);
	if (next < program->anonymous.len && program->anonymous.at[next] < end)
		end = program->anonymous.at[next];
	if (after < program->data.len && program->data.at[after].vaddr < end)
		end = program->data.at[after].vaddr;
	return end - vaddr;
}

const char *su_program_string_at(const struct su_program *program, uint64_t vaddr)
{
	const struct su_section *section = su_image_section_at(program->image, vaddr);

	if (!section || !section->data || (section->flags & (SHF_WRITE | SHF_EXECINSTR)))
		return NULL;
	const uint8_t *text = section->data + (vaddr - section->vaddr);
	const uint8_t *nul = memchr(text, 0, section->vaddr + section->size - vaddr);
	if (!nul || nul == text)
		return NULL;
	for (const uint8_t *c = text; c < nul; c++) {
		if (*c < 0x20 && !(*c >= '\a' && *c <= '\r') && *c != 0x1b)
			return NULL;
	}
	return (const char *)text;
}

bool su_program_is_ascii(const struct su_program *program, uint64_t vaddr)
{
	const char *text = su_program_string_at(program, vaddr);

	while (text && *text && !(*text & 0x80))
		text++;
	return text && !*text;
}
