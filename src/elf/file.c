/*
 * One ELF file as bytes: header, section headers, program headers, all checked.
 *
 * The file is read whole, not mapped: a file that somebody truncates meanwhile must not end us with
 * SIGBUS.  libelf gets the same bytes (for libdw); the tables here are read directly, so that each
 * offset is checked in one place.
 *
 * Invariant: once read, every section's data and every segment's file part lie in the file, no
 * address range wraps around, and all sh_link values are section indexes. Source: System V gABI,
 * chapters 4 and 5 (extended numbering included).
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "elf/elf_private.h"

#include "base/reason.h"
#include "base/watch.h"

#define FILE_SIZE_MAX (UINT64_C(4) << 30)

static struct su_err *read_all(int fd, struct su_elf_file *file)
{
	struct stat info;

	if (fstat(fd, &info))
		return su_err_errno(SU_E_IO, errno, "cannot look at the file");
	if (!S_ISREG(info.st_mode))
		return su_refuse(SU_WHY_NOT_A_FILE);
	if ((uint64_t)info.st_size > FILE_SIZE_MAX)
		return su_refuse(SU_WHY_FILE_TOO_LARGE);
	file->bytes = su_alloc((size_t)info.st_size);
	while (file->size < (size_t)info.st_size) {
		su_watch_begin();
		ssize_t got = read(fd, file->bytes + file->size, info.st_size - file->size);
		su_watch_end();

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return su_err_errno(SU_E_IO, errno, "cannot read the file");
		if (got == 0)
			break;
		file->size += (size_t)got;
	}
	return NULL;
}

static struct su_err *load_file(struct su_elf_file *file)
{
	su_watch_begin();
	int fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	su_watch_end();

	if (fd < 0)
		return su_err_errno(SU_E_IO, errno, "cannot open the file");
	struct su_err *err = read_all(fd, file);
	close(fd);
	return err;
}

static struct su_err *read_header(struct su_elf_file *file)
{
	struct su_cursor cursor = su_cursor_init(file->bytes, file->size);
	Elf64_Ehdr *header = &file->header;

	if (file->size < SELFMAG || memcmp(file->bytes, ELFMAG, SELFMAG) != 0)
		return su_refuse(SU_WHY_NOT_ELF);
	if (!su_cursor_read(&cursor, header, sizeof(*header)))
		return su_err_new(SU_E_FORMAT, "the ELF header is truncated");
	if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != ELFDATA2LSB ||
	    header->e_machine != EM_X86_64)
		return su_refuse(SU_WHY_NOT_X86_64);
	if (header->e_version != EV_CURRENT || header->e_ident[EI_VERSION] != EV_CURRENT)
		return su_err_new(SU_E_FORMAT, "unknown ELF version %u", header->e_version);
	return NULL;
}

/* Section header 0, which holds the counts that do not fit the ELF header. */
static struct su_err *read_null_section(const struct su_elf_file *file, Elf64_Shdr *ret)
{
	struct su_cursor cursor = su_cursor_init(file->bytes, file->size);

	if (!file->header.e_shoff)
		return su_refuse(SU_WHY_NO_SECTIONS);
	if (file->header.e_shentsize != sizeof(Elf64_Shdr))
		return su_err_new(SU_E_FORMAT, "section headers of %u bytes",
				  file->header.e_shentsize);
	if (!su_cursor_seek(&cursor, file->header.e_shoff) ||
	    !su_cursor_read(&cursor, ret, sizeof(*ret)))
		return su_err_new(SU_E_FORMAT, "the section headers lie outside of the file");
	return NULL;
}

static struct su_err *convert_section(const struct su_elf_file *file, const Elf64_Shdr *raw,
				      size_t index, struct su_section *ret)
{
	bool in_file = raw->sh_type != SHT_NOBITS && raw->sh_type != SHT_NULL;

	if (in_file && !su_range_fits(raw->sh_offset, raw->sh_size, file->size))
		return su_err_new(SU_E_FORMAT, "section %zu lies outside of the file", index);
	if ((raw->sh_flags & SHF_ALLOC) && raw->sh_addr + raw->sh_size < raw->sh_addr)
		return su_err_new(SU_E_FORMAT, "section %zu wraps around the address space", index);
	*ret = (struct su_section){
		.name = "",
		.vaddr = raw->sh_addr,
		.size = raw->sh_size,
		.off = raw->sh_offset,
		.flags = raw->sh_type == SHT_NULL ? 0 : raw->sh_flags,
		.align = raw->sh_addralign,
		.entsize = raw->sh_entsize,
		.type = raw->sh_type,
		.data = in_file ? file->bytes + raw->sh_offset : NULL,
	};
	return NULL;
}

static struct su_err *name_sections(struct su_elf_file *file, struct su_cursor headers,
				    size_t names_index)
{
	if (names_index >= file->section_count)
		return su_err_new(SU_E_FORMAT, "there is no section %zu for the names",
				  names_index);
	struct su_cursor names = su_section_cursor(&file->sections[names_index]);

	for (size_t i = 1; i < file->section_count; i++) {
		Elf64_Shdr raw;

		if (!su_cursor_seek(&headers, i * sizeof(raw)) ||
		    !su_cursor_read(&headers, &raw, sizeof(raw)))
			return su_err_new(SU_E_FORMAT, "section header %zu is truncated", i);
		file->sections[i].name = su_cursor_string_at(&names, raw.sh_name);
		if (!file->sections[i].name)
			return su_err_new(SU_E_FORMAT, "the name of section %zu is out of range",
					  i);
	}
	return NULL;
}

static struct su_err *read_sections(struct su_arena *arena, struct su_elf_file *file)
{
	struct su_cursor whole = su_cursor_init(file->bytes, file->size), headers;
	Elf64_Shdr first = { 0 };

	SU_TRY(read_null_section(file, &first));
	uint64_t count = file->header.e_shnum ? file->header.e_shnum : first.sh_size;
	size_t names =
		file->header.e_shstrndx == SHN_XINDEX ? first.sh_link : file->header.e_shstrndx;

	if (count > file->size / sizeof(Elf64_Shdr) ||
	    !su_cursor_slice(&whole, file->header.e_shoff, count * sizeof(Elf64_Shdr), &headers))
		return su_err_new(SU_E_FORMAT, "the section headers lie outside of the file");
	file->sections = su_arena_alloc(arena, count * sizeof(*file->sections));
	file->links = su_arena_alloc(arena, count * sizeof(*file->links));
	file->infos = su_arena_alloc(arena, count * sizeof(*file->infos));
	file->section_count = count;
	struct su_cursor at = headers;
	for (size_t i = 0; i < count; i++) {
		Elf64_Shdr raw;

		if (!su_cursor_read(&at, &raw, sizeof(raw)))
			return su_err_new(SU_E_FORMAT, "section header %zu is truncated", i);
		SU_TRY(convert_section(file, &raw, i, &file->sections[i]));
		if (i && raw.sh_type != SHT_NULL && raw.sh_link >= count)
			return su_err_new(SU_E_FORMAT, "section %zu links to a missing section", i);
		file->links[i] = i && raw.sh_type != SHT_NULL ? raw.sh_link : 0;
		file->infos[i] = raw.sh_info;
	}
	return name_sections(file, headers, names);
}

static struct su_err *convert_segment(const struct su_elf_file *file, const Elf64_Phdr *raw,
				      size_t index, struct su_segment *ret)
{
	if (raw->p_filesz && !su_range_fits(raw->p_offset, raw->p_filesz, file->size))
		return su_err_new(SU_E_FORMAT, "program header %zu lies outside of the file",
				  index);
	if (raw->p_vaddr + raw->p_memsz < raw->p_vaddr)
		return su_err_new(SU_E_FORMAT, "program header %zu wraps around the address space",
				  index);
	if (raw->p_type == PT_LOAD && raw->p_filesz > raw->p_memsz)
		return su_err_new(SU_E_FORMAT, "program header %zu holds more than its memory size",
				  index);
	*ret = (struct su_segment){
		.type = raw->p_type,
		.flags = raw->p_flags,
		.vaddr = raw->p_vaddr,
		.memsz = raw->p_memsz,
		.filesz = raw->p_filesz,
		.off = raw->p_offset,
		.align = raw->p_align,
	};
	return NULL;
}

/* gABI: PT_LOAD headers are in ascending order of address; su_image_bytes() relies on it. */
static struct su_err *check_loads_ascend(const struct su_elf_file *file)
{
	uint64_t low = 0;

	for (size_t i = 0; i < file->segment_count; i++) {
		const struct su_segment *segment = &file->segments[i];

		if (segment->type != PT_LOAD)
			continue;
		if (segment->vaddr < low)
			return su_err_new(SU_E_FORMAT, "program header %zu is out of order", i);
		low = segment->vaddr + segment->memsz;
	}
	return NULL;
}

struct su_err *su_elf_file_read_segments(struct su_arena *arena, struct su_elf_file *file)
{
	struct su_cursor whole = su_cursor_init(file->bytes, file->size), headers;
	uint64_t count = file->header.e_phnum == PN_XNUM ? file->infos[0] : file->header.e_phnum;

	if (count && file->header.e_phentsize != sizeof(Elf64_Phdr))
		return su_err_new(SU_E_FORMAT, "program headers of %u bytes",
				  file->header.e_phentsize);
	if (count > file->size / sizeof(Elf64_Phdr) ||
	    !su_cursor_slice(&whole, file->header.e_phoff, count * sizeof(Elf64_Phdr), &headers))
		return su_err_new(SU_E_FORMAT, "the program headers lie outside of the file");
	file->segments = su_arena_alloc(arena, count * sizeof(*file->segments));
	file->segment_count = count;
	for (size_t i = 0; i < count; i++) {
		Elf64_Phdr raw;

		if (!su_cursor_read(&headers, &raw, sizeof(raw)))
			return su_err_new(SU_E_FORMAT, "program header %zu is truncated", i);
		SU_TRY(convert_segment(file, &raw, i, &file->segments[i]));
	}
	return check_loads_ascend(file);
}

static struct su_err *open_libelf(struct su_elf_file *file)
{
	if (elf_version(EV_CURRENT) == EV_NONE)
		return su_err_new(SU_E_INTERNAL, "libelf is too old: %s", elf_errmsg(-1));
	file->elf = elf_memory((char *)file->bytes, file->size);
	if (!file->elf || elf_kind(file->elf) != ELF_K_ELF)
		return su_err_new(SU_E_FORMAT, "libelf cannot read it: %s", elf_errmsg(-1));
	return NULL;
}

static struct su_err *open_at(struct su_arena *arena, struct su_elf_file *file)
{
	bool unpacked = false;

	SU_TRY(load_file(file));
	SU_TRY(read_header(file));
	SU_TRY(read_sections(arena, file));
	SU_TRY(su_elf_file_unpack_zstd(file, &unpacked));
	if (unpacked)
		SU_TRY(read_sections(arena, file));
	return open_libelf(file);
}

char *su_elf_real_path(const char *path)
{
	static const char deleted[] = " (deleted)";
	char *real = realpath(path, NULL), target[PATH_MAX];
	ssize_t len = real ? 0 : readlink(path, target, sizeof(target));
	size_t suffix = strlen(deleted);

	if (real)
		return real;
	if (len <= 0 || len >= (ssize_t)sizeof(target))
		return su_strdup(path);
	if ((size_t)len > suffix && memcmp(target + len - suffix, deleted, suffix) == 0)
		len -= (ssize_t)suffix;
	return su_format("%.*s", (int)len, target);
}

struct su_err *su_elf_file_open(struct su_arena *arena, const char *path, struct su_elf_file **ret)
{
	struct su_elf_file *file = su_alloc(sizeof(*file));

	file->path = su_arena_strdup(arena, path);
	struct su_err *err = open_at(arena, file);
	if (err) {
		su_elf_file_close(file);
		return err;
	}
	*ret = file;
	return NULL;
}

void su_elf_file_close(struct su_elf_file *file)
{
	if (!file)
		return;
	if (file->elf)
		elf_end(file->elf);
	free(file->bytes);
	free(file);
}

const struct su_section *su_elf_file_section_of_type(const struct su_elf_file *file, uint32_t type)
{
	for (size_t i = 1; i < file->section_count; i++) {
		if (file->sections[i].type == type)
			return &file->sections[i];
	}
	return NULL;
}

const struct su_section *su_elf_file_section_named(const struct su_elf_file *file, const char *name)
{
	for (size_t i = 1; i < file->section_count; i++) {
		const struct su_section *section = &file->sections[i];

		if (section->type != SHT_NULL && strcmp(section->name, name) == 0)
			return section;
	}
	return NULL;
}

static bool has_section(const struct su_elf_file *file, const char *name)
{
	const struct su_section *section = su_elf_file_section_named(file, name);

	return section && section->data;
}

/* With -gz=zlib-gnu its name tells that it is compressed. */
bool su_elf_file_has_dwarf(const struct su_elf_file *file)
{
	return has_section(file, ".debug_info") || has_section(file, ".zdebug_info");
}

size_t su_elf_file_index(const struct su_elf_file *file, const struct su_section *section)
{
	return (size_t)(section - file->sections);
}

struct su_cursor su_section_cursor(const struct su_section *section)
{
	return su_cursor_init(section->data, section->data ? section->size : 0);
}

struct su_cursor su_elf_file_strings_of(const struct su_elf_file *file,
					const struct su_section *section)
{
	return su_section_cursor(&file->sections[file->links[su_elf_file_index(file, section)]]);
}
