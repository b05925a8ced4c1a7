/*
 * Constants that assembly defines: see assembly.h.
 *
 * Without a size, such a constant reaches from its label to the next symbol.  A word of it is a distance as far as one can
 * know, if it leads somewhere in the image: from where it stands, or from the label.
 */
#include "diff/assembly.h"

#include <string.h>

#include "base/search.h"

#define MIN_TEXT 3 /* characters in a row are a text, and no numbers */

/* ---- labels ---- */

/* What linkers define begins with an underscore. */
static bool is_linkers(const struct su_symbol *symbol, const struct su_section *section)
{
	return strncmp(symbol->name, "__start_", 8) == 0 ||
	       strncmp(symbol->name, "__stop_", 7) == 0 ||
	       strncmp(section->name, ".eh_frame", 9) == 0;
}

bool su_is_assembly_label(const struct su_image *image, const struct su_symbol *symbol)
{
	const struct su_section *section = su_image_section_at(image, symbol->vaddr);

	return symbol->type == STT_NOTYPE && symbol->size == 0 && section &&
	       section->type == SHT_PROGBITS && !(section->flags & (SHF_WRITE | SHF_EXECINSTR)) &&
	       !strchr(".$", symbol->name[0]) && !is_linkers(symbol, section);
}

/* Compilers' own constants have names with a dot, or none. */
static bool is_untyped(const struct su_datum *datum)
{
	return datum->constant && !datum->type_hash && !strchr(datum->name, '.');
}

/* The end of what has no size. */
static uint64_t next_symbol(const struct su_program *program, size_t index)
{
	const struct su_image *image = program->image;
	uint64_t vaddr = image->symbols[index].vaddr;
	const struct su_section *section = su_image_section_at(image, vaddr);

	while (index < image->symbol_count && image->symbols[index].vaddr == vaddr)
		index++;
	if (index < image->symbol_count &&
	    image->symbols[index].vaddr - section->vaddr < section->size)
		return image->symbols[index].vaddr;
	return section->vaddr + section->size;
}

static void add_label(struct su_program *program, size_t index)
{
	const struct su_symbol *symbol = &program->image->symbols[index];
	size_t count = program->assembly.len;

	if (count && program->assembly.at[count - 1].vaddr == symbol->vaddr)
		return;
	su_vec_push(&program->assembly,
		    (struct su_assembly){ symbol->vaddr,
					  symbol->size
						  ? symbol->size
						  : next_symbol(program, index) - symbol->vaddr,
					  symbol->name });
}

/* What is known to be no number of assembly's. */
static void find_entries(struct su_program *program, const struct su_function *code)
{
	for (size_t t = 0; t < code->table_count; t++) {
		const struct su_jump_table *table = &code->tables[t];

		for (uint32_t i = 0; i < table->count; i++)
			su_map_put_u64(program->entries,
				       table->vaddr + (uint64_t)i * table->entry_size, program);
	}
}

void su_program_find_assembly(struct su_program *program)
{
	program->entries = su_map_create();
	for (size_t i = 0; i < program->routines.len; i++)
		find_entries(program, program->routines.at[i].code);
	for (size_t i = 0; i < program->image->symbol_count; i++) {
		const struct su_symbol *symbol = &program->image->symbols[i];
		struct su_meaning meaning = { 0 };

		if (symbol->type == STT_OBJECT && symbol->size)
			meaning = su_program_meaning(program, symbol->vaddr);
		if (su_is_assembly_label(program->image, symbol) ||
		    (meaning.kind == SU_MEANS_DATUM && is_untyped(meaning.datum)))
			add_label(program, i);
	}
}

const struct su_assembly *su_program_assembly_at(const struct su_program *program, uint64_t vaddr)
{
	size_t after = su_search_until(program->assembly.at, program->assembly.len, vaddr, vaddr);
	const struct su_assembly *found = after ? &program->assembly.at[after - 1] : NULL;

	return found && vaddr - found->vaddr < found->size ? found : NULL;
}

bool su_program_assembly_begins(const struct su_program *program, uint64_t vaddr)
{
	const struct su_assembly *found = su_program_assembly_at(program, vaddr);

	return found && found->vaddr == vaddr;
}

/* ---- words ---- */

static bool is_printable(uint8_t byte)
{
	return byte >= 0x20 && byte < 0x7f;
}

/* The end of a text, padded with zeros, looks like a small number. */
static bool ends_text(const struct su_program *program, uint64_t at)
{
	const uint8_t *bytes = su_image_bytes(program->image, at - MIN_TEXT, MIN_TEXT + 1);

	for (int i = 0; bytes && i < MIN_TEXT + 1; i++)
		if (!is_printable(bytes[i]))
			return false;
	return bytes;
}

/* Where the word at `at` leads, if it is a distance from `anchor`. */
static bool leads_to(const struct su_program *program, uint64_t anchor, uint64_t at, uint64_t *ret)
{
	const uint8_t *bytes = su_image_bytes(program->image, at, 4);
	const struct su_section *section;
	int32_t distance;

	if (!bytes || su_map_get_u64(program->entries, at) || ends_text(program, at))
		return false;
	memcpy(&distance, bytes, 4);
	*ret = anchor + (uint64_t)(int64_t)distance;
	section = distance ? su_image_section_at(program->image, *ret) : NULL;
	return section && (section->type == SHT_PROGBITS || section->type == SHT_NOBITS) &&
	       strncmp(section->name, ".eh_frame", 9) != 0;
}

/* The text that begins there, and not in the middle of one. */
static const char *text_from(const struct su_program *program, uint64_t vaddr)
{
	const uint8_t *before = su_image_bytes(program->image, vaddr - 1, 1);

	return !before || !*before ? su_program_string_at(program, vaddr) : NULL;
}

static bool is_beginning(const struct su_program *program, uint64_t vaddr)
{
	struct su_meaning meaning = su_program_meaning(program, vaddr);

	if (meaning.kind != SU_MEANS_ANONYMOUS)
		return meaning.kind != SU_MEANS_NOTHING && meaning.off == 0;
	return text_from(program, vaddr) || su_program_assembly_begins(program, vaddr);
}

/* A small number seems to lead a little further: so only what leads to the beginning of a thing counts
 * there. */
static bool leads_out(const struct su_program *program, uint64_t anchor, uint64_t at,
		      uint64_t vaddr, uint64_t size)
{
	uint64_t target;

	if (!leads_to(program, anchor, at, &target) || target - vaddr < size)
		return false;
	return target < vaddr || is_beginning(program, target);
}

static uint64_t word_at_or_after(uint64_t vaddr)
{
	return (vaddr + 3) & ~UINT64_C(3);
}

/* The first word of assembly's constants at *at or after, of the `size` bytes at `vaddr`. A size that
 * is claimed may be anything: what is between them is not gone through. */
static bool find_word(const struct su_program *program, uint64_t vaddr, uint64_t size, uint64_t *at,
		      const struct su_assembly **ret)
{
	size_t next = su_search_until(program->assembly.at, program->assembly.len, vaddr, *at);

	*ret = su_program_assembly_at(program, *at);
	if (!*ret || !su_image_bytes(program->image, *at, 4)) {
		if (next == program->assembly.len)
			return false;
		*ret = &program->assembly.at[next];
		*at = word_at_or_after((*ret)->vaddr);
	}
	return *at - vaddr < size && size - (*at - vaddr) >= 4;
}

bool su_assembly_leads_out(const struct su_program *program, uint64_t vaddr, uint64_t size)
{
	const struct su_assembly *of;

	for (uint64_t at = word_at_or_after(vaddr); find_word(program, vaddr, size, &at, &of);
	     at += 4)
		if (leads_out(program, at, at, vaddr, size) ||
		    leads_out(program, of->vaddr, at, vaddr, size))
			return true;
	return false;
}

/* ---- two versions ---- */

/* Whether both lead to things that have a beginning there, and are certainly not the same. */
static bool are_others(const struct su_program *old_program, uint64_t old_vaddr,
		       const struct su_program *new_program, uint64_t new_vaddr,
		       su_assembly_same *same)
{
	struct su_meaning a = su_program_meaning(old_program, old_vaddr);
	struct su_meaning b = su_program_meaning(new_program, new_vaddr);
	const char *old_text = text_from(old_program, old_vaddr);
	const char *new_text = text_from(new_program, new_vaddr);

	if (a.kind != b.kind || a.off || b.off)
		return false;
	if (a.kind == SU_MEANS_ROUTINE || a.kind == SU_MEANS_DATUM)
		return !same(old_program, old_vaddr, new_program, new_vaddr, 0);
	return old_text && new_text && strcmp(old_text, new_text) != 0;
}

static bool word_leads_elsewhere(const struct su_program *old_program, uint64_t old_anchor,
				 uint64_t old_at, const struct su_program *new_program,
				 uint64_t new_anchor, uint64_t new_at, su_assembly_same *same)
{
	uint64_t old_target, new_target;

	return leads_to(old_program, old_anchor, old_at, &old_target) &&
	       leads_to(new_program, new_anchor, new_at, &new_target) &&
	       are_others(old_program, old_target, new_program, new_target, same);
}

bool su_assembly_leads_elsewhere(const struct su_program *old_program, uint64_t old_vaddr,
				 const struct su_program *new_program, uint64_t new_vaddr,
				 uint64_t size, su_assembly_same *same)
{
	const struct su_assembly *a, *b;

	for (uint64_t old_at = word_at_or_after(old_vaddr);
	     find_word(old_program, old_vaddr, size, &old_at, &a); old_at += 4) {
		uint64_t new_at = new_vaddr + (old_at - old_vaddr);

		b = su_program_assembly_at(new_program, new_at);
		if (b && (word_leads_elsewhere(old_program, old_at, old_at, new_program, new_at,
					       new_at, same) ||
			  word_leads_elsewhere(old_program, a->vaddr, old_at, new_program, b->vaddr,
					       new_at, same)))
			return true;
	}
	return false;
}
