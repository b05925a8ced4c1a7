/*
 * The build-id, and the separate debug file that is found by it.
 *
 * A build-id is the description of the note of name "GNU" and type NT_GNU_BUILD_ID.  The debug file
 * of id xxyyyy is DIR/.build-id/xx/yyyy.debug.  A file in that place is only used if its own note
 * holds the same id; one that does not, or is broken, is an error and not passed over: it was put
 * there for this very object, and without it the object would be judged on less than is known.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "elf/elf_private.h"

#include "base/reason.h"
#include "base/text.h"

struct note {
	uint32_t type;
	struct su_cursor name, desc;
};

/* gABI: fields are padded to 4 bytes, or to 8 in a section that is aligned to 8. */
static uint64_t padded(uint64_t size, uint64_t align)
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
	uint64_t desc_at = name_at + padded(header.n_namesz, 4);

	if (!su_cursor_slice(notes, name_at, header.n_namesz, &ret->name) ||
	    !su_cursor_slice(notes, desc_at, header.n_descsz, &ret->desc))
		return false;
	ret->type = header.n_type;
	if (!su_cursor_seek(notes, desc_at + padded(header.n_descsz, align)))
		notes->at = notes->size;
	return true;
}

static bool is_build_id(const struct note *note)
{
	return note->type == NT_GNU_BUILD_ID && note->name.size == sizeof(ELF_NOTE_GNU) &&
	       memcmp(note->name.bytes, ELF_NOTE_GNU, sizeof(ELF_NOTE_GNU)) == 0 &&
	       note->desc.size > 0 && note->desc.size <= 64;
}

bool su_elf_file_build_id(const struct su_elf_file *file, uint8_t ret[64], size_t *ret_size)
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
			memcpy(ret, note.desc.bytes, note.desc.size);
			*ret_size = note.desc.size;
			return true;
		}
	}
	return false;
}

/* DIR/.build-id/xx/yyyy.debug; free() it. */
static char *debug_file_path(const struct su_image *image, const char *dir)
{
	char digits[2 * 64 + 1];

	su_text_hex(image->build_id, image->build_id_size, digits);
	return su_format("%s/.build-id/%.2s/%s.debug", dir, digits, digits + 2);
}

static struct su_err *check_same_build(const struct su_image *image, const struct su_elf_file *file)
{
	uint8_t id[64];
	size_t size;

	if (!su_elf_file_build_id(file, id, &size))
		return su_refuse(SU_WHY_DEBUG_FILE_NO_BUILD_ID);
	if (size != image->build_id_size || memcmp(id, image->build_id, size) != 0)
		return su_refuse(SU_WHY_DEBUG_FILE_OTHER);
	return NULL;
}

static const struct su_section *twin_of(const struct su_elf_file *object,
					const struct su_section *section)
{
	for (size_t i = 1; i < object->section_count; i++) {
		const struct su_section *other = &object->sections[i];

		if ((other->flags & SHF_ALLOC) && other->vaddr == section->vaddr &&
		    other->size == section->size && strcmp(other->name, section->name) == 0)
			return other;
	}
	return NULL;
}

/* Same build-id, but moved afterwards (prelink, objcopy --change-addresses): of no use. */
static struct su_err *check_same_layout(const struct su_elf_file *object,
					const struct su_elf_file *debug)
{
	for (size_t i = 1; i < debug->section_count; i++) {
		const struct su_section *section = &debug->sections[i];

		if (!(section->flags & SHF_ALLOC) || !section->size || twin_of(object, section))
			continue;
		return su_refuse(SU_WHY_DEBUG_FILE_SECTION, section->name);
	}
	return NULL;
}

static struct su_err *check_debug_file(const struct su_image *image, const struct su_elf_file *file)
{
	SU_TRY(check_same_build(image, file));
	return check_same_layout(image->priv->object, file);
}

static struct su_err *open_in(const struct su_image *image, const char *dir,
			      struct su_elf_file **ret)
{
	SU_FREE char *path = debug_file_path(image, dir);
	struct su_elf_file *file;

	if (access(path, F_OK) != 0) {
		*ret = NULL;
		return NULL;
	}
	SU_TRY(su_err_context(su_elf_file_open(image->priv->arena, path, &file), "%s", path));
	struct su_err *err = check_debug_file(image, file);
	if (err) {
		su_elf_file_close(file);
		return su_err_context(err, "%s", path);
	}
	*ret = file;
	return NULL;
}

struct su_err *su_image_find_debug_file(const struct su_image *image, const char *const *dirs,
					size_t dir_count, struct su_elf_file **ret)
{
	for (size_t i = 0; i < dir_count; i++) {
		struct su_elf_file *file = NULL;

		SU_TRY(open_in(image, dirs[i], &file));
		if (file) {
			*ret = file;
			return NULL;
		}
	}
	return open_in(image, SU_SYSTEM_DEBUG_DIR, ret);
}
