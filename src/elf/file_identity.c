/* Which build of what an ELF file is: see file_identity.h. */
#include "elf/file_identity.h"

#include <elf.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cursor.h"
#include "base/text.h"
#include "base/watch.h"

#define MOST_SEGMENTS 64
#define MOST_BYTES 16384 /* of notes, and of a dynamic section */

struct reading {
	int fd;
	Elf64_Phdr segments[MOST_SEGMENTS];
	size_t count;
};

static bool read_at(int fd, void *ret, size_t size, uint64_t off)
{
	return off <= INT64_MAX && pread(fd, ret, size, (off_t)off) == (ssize_t)size;
}

static bool read_segments(struct reading *reading)
{
	Elf64_Ehdr header;

	if (!read_at(reading->fd, &header, sizeof(header), 0) ||
	    memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
	    header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_machine != EM_X86_64 ||
	    header.e_phentsize != sizeof(Elf64_Phdr) || header.e_phnum > MOST_SEGMENTS)
		return false;
	reading->count = header.e_phnum;
	return read_at(reading->fd, reading->segments, header.e_phnum * sizeof(Elf64_Phdr),
		       header.e_phoff);
}

static uint64_t padded(uint64_t size)
{
	return (size + 3) & ~UINT64_C(3);
}

/* gABI: name and description are padded to 4 bytes. A note of another form ends the search. */
static void find_build_id(struct su_cursor notes, char ret[129])
{
	Elf64_Nhdr note;

	while (!*ret && su_cursor_read(&notes, &note, sizeof(note))) {
		struct su_cursor name, text;
		uint64_t text_at = notes.at + padded(note.n_namesz);

		if (!su_cursor_slice(&notes, notes.at, note.n_namesz, &name) ||
		    !su_cursor_slice(&notes, text_at, note.n_descsz, &text))
			return;
		if (note.n_type == NT_GNU_BUILD_ID && note.n_descsz <= 64 && name.size == 4 &&
		    memcmp(name.bytes, ELF_NOTE_GNU, 4) == 0)
			su_text_hex(text.bytes, text.size, ret);
		if (!su_cursor_seek(&notes, text_at + padded(note.n_descsz)))
			return;
	}
}

static bool off_of(const struct reading *reading, uint64_t vaddr, uint64_t *ret)
{
	for (size_t i = 0; i < reading->count; i++) {
		const Elf64_Phdr *segment = &reading->segments[i];

		if (segment->p_type == PT_LOAD && vaddr >= segment->p_vaddr &&
		    vaddr - segment->p_vaddr < segment->p_filesz) {
			*ret = segment->p_offset + (vaddr - segment->p_vaddr);
			return true;
		}
	}
	return false;
}

static void find_soname(const struct reading *reading, struct su_cursor dynamic, char ret[256])
{
	uint64_t strings = 0, name = 0, off;
	bool is_named = false;
	Elf64_Dyn entry;

	while (su_cursor_read(&dynamic, &entry, sizeof(entry)) && entry.d_tag != DT_NULL) {
		if (entry.d_tag == DT_STRTAB)
			strings = entry.d_un.d_ptr;
		if (entry.d_tag == DT_SONAME)
			name = entry.d_un.d_val;
		is_named |= entry.d_tag == DT_SONAME;
	}
	if (!is_named || !off_of(reading, strings, &off))
		return;
	ssize_t got = pread(reading->fd, ret, 255, (off_t)(off + name));
	if (got < 0 || !memchr(ret, 0, (size_t)got))
		*ret = 0;
}

static void read_all(struct reading *reading, struct su_identity *ret)
{
	uint8_t bytes[MOST_BYTES];

	ret->is_elf = read_segments(reading);
	for (size_t i = 0; ret->is_elf && i < reading->count; i++) {
		const Elf64_Phdr *segment = &reading->segments[i];

		ret->is_program |= segment->p_type == PT_INTERP;
		if (segment->p_filesz > sizeof(bytes) ||
		    (segment->p_type != PT_NOTE && segment->p_type != PT_DYNAMIC) ||
		    !read_at(reading->fd, bytes, segment->p_filesz, segment->p_offset))
			continue;
		struct su_cursor contents = su_cursor_init(bytes, segment->p_filesz);
		if (segment->p_type == PT_NOTE)
			find_build_id(contents, ret->build_id);
		else
			find_soname(reading, contents, ret->soname);
	}
}

struct su_identity su_identity_read(const char *path)
{
	struct reading reading = { .fd = -1 };
	struct su_identity ret = { 0 };
	struct stat info;

	su_watch_begin();
	reading.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (reading.fd >= 0 && fstat(reading.fd, &info) == 0 && S_ISREG(info.st_mode))
		read_all(&reading, &ret);
	su_watch_end();
	if (reading.fd >= 0)
		close(reading.fd);
	return ret;
}
