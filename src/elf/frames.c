/* The unwind tables of a file: see frames.h. */
#include "elf/frames.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cursor.h"
#include "base/watch.h"

#define MOST_FILE (UINT64_C(4) << 30)
#define MOST_PARTS (64u << 20) /* bytes that are read of it */

struct frames {
	int fd;
	uint8_t *bytes;
	uint64_t size;
	uint64_t read;
};

static bool read_part(struct frames *frames, uint64_t off, uint64_t size)
{
	if (!su_range_fits(off, size, frames->size) || size > MOST_PARTS - frames->read)
		return false;
	frames->read += size;
	while (size) {
		su_watch_begin();
		ssize_t got = pread(frames->fd, frames->bytes + off, size, (off_t)off);
		su_watch_end();
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		off += (uint64_t)got;
		size -= (uint64_t)got;
	}
	return true;
}

static void *at(const struct frames *frames, uint64_t off)
{
	return frames->bytes + off;
}

/* Notes and unwind tables, by the program headers. */
static bool read_segments(struct frames *frames, const Elf64_Ehdr *header)
{
	if (header->e_phentsize != sizeof(Elf64_Phdr) || header->e_phoff % 8 ||
	    !read_part(frames, header->e_phoff, header->e_phnum * sizeof(Elf64_Phdr)))
		return false;
	const Elf64_Phdr *segments = at(frames, header->e_phoff);
	for (size_t i = 0; i < header->e_phnum; i++) {
		bool wanted =
			segments[i].p_type == PT_NOTE || segments[i].p_type == PT_GNU_EH_FRAME;

		if (wanted && !read_part(frames, segments[i].p_offset, segments[i].p_filesz))
			return false;
	}
	return true;
}

static bool is_named(const struct frames *frames, const Elf64_Shdr *names,
		     const Elf64_Shdr *section, const char *name)
{
	struct su_cursor cursor = su_cursor_init(at(frames, names->sh_offset), names->sh_size);
	const char *found = su_cursor_string_at(&cursor, section->sh_name);

	return found && !strcmp(found, name);
}

/* The tables, by the section headers; a file that has none is known by its segments alone. */
static bool read_sections(struct frames *frames, Elf64_Ehdr *header)
{
	const Elf64_Shdr *sections, *names;

	if (!header->e_shoff || header->e_shstrndx >= header->e_shnum || header->e_shoff % 8 ||
	    header->e_shentsize != sizeof(Elf64_Shdr)) {
		header->e_shoff = header->e_shnum = header->e_shstrndx = 0;
		return true;
	}
	if (!read_part(frames, header->e_shoff, header->e_shnum * sizeof(Elf64_Shdr)))
		return false;
	sections = at(frames, header->e_shoff);
	names = &sections[header->e_shstrndx];
	if (!read_part(frames, names->sh_offset, names->sh_size))
		return false;
	for (size_t i = 0; i < header->e_shnum; i++)
		if (sections[i].sh_type != SHT_NOBITS &&
		    (is_named(frames, names, &sections[i], ".eh_frame") ||
		     is_named(frames, names, &sections[i], ".eh_frame_hdr")) &&
		    !read_part(frames, sections[i].sh_offset, sections[i].sh_size))
			return false;
	return true;
}

static bool has_build_id(const struct frames *frames, const Elf64_Phdr *segment,
			 const uint8_t *build_id, size_t size)
{
	struct su_cursor cursor = su_cursor_init(at(frames, segment->p_offset), segment->p_filesz);
	Elf64_Nhdr note;
	uint8_t found[64];

	while (su_cursor_read(&cursor, &note, sizeof(note))) {
		bool matches = note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
			       note.n_descsz == size && size <= sizeof(found);
		uint64_t name = (note.n_namesz + UINT64_C(3)) & -UINT64_C(4);
		uint64_t rest = (note.n_descsz + UINT64_C(3)) & -UINT64_C(4);

		if (!su_cursor_skip(&cursor, name))
			return false;
		struct su_cursor desc = cursor;
		if (matches && su_cursor_read(&desc, found, size) && !memcmp(found, build_id, size))
			return true;
		if (!su_cursor_skip(&cursor, rest))
			return false;
	}
	return false;
}

static bool is_of_build(const struct frames *frames, const Elf64_Ehdr *header,
			const uint8_t *build_id, size_t size)
{
	const Elf64_Phdr *segments = at(frames, header->e_phoff);
	bool same = !size;

	for (size_t i = 0; i < header->e_phnum && !same; i++)
		same = segments[i].p_type == PT_NOTE &&
		       has_build_id(frames, &segments[i], build_id, size);
	return same;
}

static bool read_all(struct frames *frames, const uint8_t *build_id, size_t build_id_size)
{
	Elf64_Ehdr *header = at(frames, 0);

	return read_part(frames, 0, sizeof(*header)) && !memcmp(header->e_ident, ELFMAG, SELFMAG) &&
	       header->e_ident[EI_CLASS] == ELFCLASS64 && header->e_ident[EI_DATA] == ELFDATA2LSB &&
	       read_segments(frames, header) && read_sections(frames, header) &&
	       is_of_build(frames, header, build_id, build_id_size);
}

uint8_t *su_elf_frames_read(const char *path, const uint8_t *build_id, size_t build_id_size,
			    size_t *ret_size)
{
	struct frames frames = { .fd = -1 };
	struct stat st;

	su_watch_begin();
	frames.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	bool known = frames.fd >= 0 && !fstat(frames.fd, &st);
	su_watch_end();
	if (frames.fd < 0)
		return NULL;
	if (known && S_ISREG(st.st_mode) && (uint64_t)st.st_size <= MOST_FILE) {
		frames.size = (uint64_t)st.st_size;
		frames.bytes = su_alloc(frames.size + 1);
		if (!read_all(&frames, build_id, build_id_size)) {
			free(frames.bytes);
			frames.bytes = NULL;
		}
	}
	close(frames.fd);
	*ret_size = frames.size;
	return frames.bytes;
}
