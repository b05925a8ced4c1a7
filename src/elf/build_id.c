/* The build-id: the description of the note of name "GNU" and type NT_GNU_BUILD_ID. */
#include <string.h>

#include "elf/elf_private.h"

#include "base/text.h"

struct note {
	uint32_t type;
	struct su_cursor name, desc;
};

/* gABI: fields are padded to 4 bytes, or to 8 in a section that is aligned to 8. */
static uint64_t padded_size(uint64_t size, uint64_t align)
{
	uint64_t to = align == 8 ? 8 : 4;

	return (size + to - 1) & ~(to - 1);
}

static bool next_note(struct su_cursor *notes, uint64_t align, struct note *ret)
{
	Elf64_Nhdr header;

	if (!su_cursor_read(notes, &header, sizeof(header)))
		return false;
	uint64_t name_at = notes->at;
	uint64_t desc_at = name_at + padded_size(header.n_namesz, 4);

	if (!su_cursor_slice(notes, name_at, header.n_namesz, &ret->name) ||
	    !su_cursor_slice(notes, desc_at, header.n_descsz, &ret->desc))
		return false;
	ret->type = header.n_type;
	if (!su_cursor_seek(notes, desc_at + padded_size(header.n_descsz, align)))
		notes->at = notes->size;
	return true;
}

static bool is_build_id(const struct note *note)
{
	return note->type == NT_GNU_BUILD_ID && note->name.size == sizeof(ELF_NOTE_GNU) &&
	       memcmp(note->name.bytes, ELF_NOTE_GNU, sizeof(ELF_NOTE_GNU)) == 0 &&
	       note->desc.size > 0 && note->desc.size <= 64;
}

bool su_elf_file_build_id(const struct su_elf_file *file, struct su_build_id *ret)
{
	for (size_t i = 1; i < file->section_count; i++) {
		const struct su_section *section = &file->sections[i];
		struct note note;

		if (section->type != SHT_NOTE ||
		    (!(section->flags & SHF_ALLOC) && file->header.e_type != ET_REL))
			continue; /* what dwz makes is never loaded */
		struct su_cursor notes = su_section_cursor(section);
		while (next_note(&notes, section->align, &note)) {
			if (!is_build_id(&note))
				continue;
			memcpy(ret->bytes, note.desc.bytes, note.desc.size);
			ret->size = note.desc.size;
			return true;
		}
	}
	return false;
}

bool su_build_id_equal(const struct su_build_id *a, const struct su_build_id *b)
{
	return a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0;
}

const char *su_build_id_text(struct su_arena *arena, const struct su_build_id *id)
{
	char *digits = su_arena_alloc(arena, 2 * id->size + 1);

	su_text_hex(id->bytes, id->size, digits);
	return digits;
}
