/*
 * Sections that are compressed by zstd: their contents are put behind the file's bytes, and their
 * headers are changed to say so.
 *
 * libelf 0.188 knows zlib only.  Source: gABI, section compression (Elf64_Chdr); ELFCOMPRESS_ZSTD is
 * 2, and what follows the header is whole frames of RFC 8878.
 */
#include <string.h>
#include <zstd.h>

#include "elf/elf_private.h"

enum { COMPRESSED_BY_ZSTD = 2 };

/* What debugging information is compressed to is a tenth to a half: a file that claims more than this
 * many times its size wants our memory. */
#define MOST_TIMES 4096

static bool is_packed(const struct su_section *section, Elf64_Chdr *ret)
{
	struct su_cursor contents = su_section_cursor(section);

	return (section->flags & SHF_COMPRESSED) && su_cursor_read(&contents, ret, sizeof(*ret)) &&
	       ret->ch_type == COMPRESSED_BY_ZSTD;
}

static uint64_t aligned(uint64_t size)
{
	return (size + 15) & ~UINT64_C(15);
}

/* The file's size with all in it, or the same when nothing is compressed. */
static struct su_err *count_bytes(const struct su_elf_file *file, uint64_t *ret)
{
	uint64_t size = file->size;

	for (size_t i = 1; i < file->section_count; i++) {
		const struct su_section *section = &file->sections[i];
		Elf64_Chdr header;

		if (!is_packed(section, &header))
			continue;
		if (header.ch_size / MOST_TIMES > section->size)
			return su_err_new(SU_E_FORMAT, "section %s claims to unpack to %ju bytes",
					  section->name, (uintmax_t)header.ch_size);
		size = aligned(size) + header.ch_size;
	}
	*ret = size;
	return NULL;
}

static struct su_err *unpack(const struct su_section *section, const Elf64_Chdr *header,
			     uint8_t *to)
{
	size_t got = ZSTD_decompress(to, header->ch_size, section->data + sizeof(*header),
				     section->size - sizeof(*header));

	if (ZSTD_isError(got) || got != header->ch_size)
		return su_err_new(SU_E_FORMAT, "what is compressed in section %s is damaged",
				  section->name);
	return NULL;
}

static void change_header(uint8_t *raw, uint64_t off, const Elf64_Chdr *packed)
{
	Elf64_Shdr header;

	memcpy(&header, raw, sizeof(header));
	header.sh_offset = off;
	header.sh_size = packed->ch_size;
	header.sh_addralign = packed->ch_addralign;
	header.sh_flags &= ~(uint64_t)SHF_COMPRESSED;
	memcpy(raw, &header, sizeof(header));
}

static struct su_err *unpack_all(const struct su_elf_file *file, uint8_t *bytes)
{
	uint64_t end = file->size;

	for (size_t i = 1; i < file->section_count; i++) {
		Elf64_Chdr header;

		if (!is_packed(&file->sections[i], &header))
			continue;
		end = aligned(end);
		SU_TRY(unpack(&file->sections[i], &header, bytes + end));
		change_header(bytes + file->header.e_shoff + i * sizeof(Elf64_Shdr), end, &header);
		end += header.ch_size;
	}
	return NULL;
}

struct su_err *su_elf_file_unpack_zstd(struct su_elf_file *file, bool *ret_any)
{
	uint64_t size = file->size;

	SU_TRY(count_bytes(file, &size));
	*ret_any = size != file->size;
	if (!*ret_any)
		return NULL;
	uint8_t *bytes = su_alloc(size);
	memcpy(bytes, file->bytes, file->size);
	struct su_err *err = unpack_all(file, bytes);
	if (err) {
		free(bytes);
		return err;
	}
	free(file->bytes);
	file->bytes = bytes;
	file->size = size;
	return NULL;
}
