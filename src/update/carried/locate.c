/* ELF objects as they stand in a process: see locate.h. */
#include "update/carried/locate.h"

#include "base/reason.h"
#include "base/text.h"

#include <string.h>

#define PAGE UINT64_C(4096)
#define MAX_SEGMENTS 64

static bool read_header(const struct su_memory *memory, uint64_t addr, Elf64_Ehdr *ret)
{
	static const uint8_t ident[] = { ELFMAG0,    ELFMAG1,	  ELFMAG2,   ELFMAG3,
					 ELFCLASS64, ELFDATA2LSB, EV_CURRENT };

	return su_memory_try(memory, addr, ret, sizeof(*ret)) == sizeof(*ret) &&
	       !memcmp(ret->e_ident, ident, sizeof(ident)) && ret->e_machine == EM_X86_64 &&
	       ret->e_phentsize == sizeof(Elf64_Phdr) && ret->e_phnum &&
	       ret->e_phnum <= MAX_SEGMENTS;
}

/* Looks through one note segment for the build-id. */
static void read_notes(const struct su_memory *memory, uint64_t addr, uint64_t size,
		       struct su_object *object)
{
	uint8_t notes[4096];
	uint64_t at = 0;

	if (size > sizeof(notes))
		size = sizeof(notes);
	size = su_memory_try(memory, addr, notes, size);
	while (size - at >= sizeof(Elf64_Nhdr)) {
		Elf64_Nhdr note;

		memcpy(&note, notes + at, sizeof(note));
		uint64_t name = at + sizeof(note),
			 desc = name + ((note.n_namesz + UINT64_C(3)) & ~3);
		uint64_t next = desc + ((note.n_descsz + UINT64_C(3)) & ~3);
		if (next > size)
			return;
		if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
		    !memcmp(notes + name, "GNU", 4) && note.n_descsz <= sizeof(object->build_id)) {
			memcpy(object->build_id, notes + desc, note.n_descsz);
			object->build_id_size = note.n_descsz;
			return;
		}
		at = next;
	}
}

static bool read_segments(const struct su_memory *memory, uint64_t addr, Elf64_Ehdr *ret_header,
			  Elf64_Phdr segments[MAX_SEGMENTS])
{
	if (!read_header(memory, addr, ret_header))
		return false;
	size_t size = ret_header->e_phnum * sizeof(Elf64_Phdr);
	return su_memory_try(memory, addr + ret_header->e_phoff, segments, size) == size;
}

bool su_locate_object(const struct su_memory *memory, uint64_t addr, struct su_object *ret)
{
	Elf64_Ehdr header;
	Elf64_Phdr segments[MAX_SEGMENTS];
	struct su_object object = { .low = UINT64_MAX };
	bool have_base = false;

	if (!read_segments(memory, addr, &header, segments))
		return false;
	for (size_t i = 0; i < header.e_phnum; i++)
		if (segments[i].p_type == PT_LOAD && segments[i].p_offset < PAGE) {
			object.base = addr - (segments[i].p_vaddr & -PAGE);
			have_base = true;
			break;
		}
	for (size_t i = 0; i < header.e_phnum && have_base; i++) {
		const Elf64_Phdr *segment = &segments[i];
		uint64_t start = object.base + segment->p_vaddr;
		uint64_t end = (start + segment->p_memsz + PAGE - 1) & -PAGE;

		if (segment->p_type == PT_LOAD) {
			if ((start & -PAGE) < object.low)
				object.low = start & -PAGE;
			if (end > object.high)
				object.high = end;
			if (segment->p_flags & PF_X && !object.code)
				object.code = start;
		} else if (segment->p_type == PT_NOTE && !object.build_id_size) {
			read_notes(memory, start, segment->p_memsz, &object);
		} else if (segment->p_type == PT_DYNAMIC) {
			object.dynamic = start;
		}
	}
	if (have_base)
		*ret = object;
	return have_base;
}

static bool starts_at(const struct su_maps *maps, uint64_t addr, uint64_t inode)
{
	const struct su_mapping *mapping = su_maps_at(maps, addr);

	return mapping && mapping->start == addr && mapping->inode == inode && !mapping->offset;
}

/* Linkers let segments share a page of the file (lld, mold, gold): in a small one the first page, with
 * the ELF header, is mapped for several of them, each at its own address. */
static bool is_later_segment(const struct su_memory *memory, const struct su_maps *maps,
			     const struct su_mapping *mapping)
{
	Elf64_Ehdr header;
	Elf64_Phdr segments[MAX_SEGMENTS];
	uint64_t first = UINT64_MAX;

	if (!mapping->inode || !read_segments(memory, mapping->start, &header, segments))
		return false;
	for (size_t i = 0; i < header.e_phnum; i++) {
		uint64_t page = segments[i].p_vaddr & -PAGE;

		if (segments[i].p_type != PT_LOAD || segments[i].p_offset >= PAGE)
			continue;
		if (first == UINT64_MAX)
			first = page;
		else if (page != first &&
			 starts_at(maps, mapping->start - page + first, mapping->inode))
			return true;
	}
	return false;
}

bool su_locate_mapped(const struct su_memory *memory, const struct su_maps *maps,
		      const struct su_mapping *mapping, struct su_object *ret)
{
	return !mapping->offset && mapping->readable && !is_later_segment(memory, maps, mapping) &&
	       su_locate_object(memory, mapping->start, ret);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool names_image(const char *path, const char *image)
{
	const char *name = base_name(path);
	size_t len = strlen(image);

	return !strncmp(name, image, len) && (!name[len] || !strcmp(name + len, " (deleted)"));
}

static struct su_err *not_found(pid_t pid, const struct su_patch *patch,
				const struct su_object *same_name)
{
	char wanted[129], found[129];
	const char *name = su_patch_string(patch, patch->head->image_name);

	su_text_hex(patch->head->old_build_id, patch->head->old_build_id_size, wanted);
	if (!same_name->build_id_size)
		return su_refuse(SU_WHY_NOT_MAPPED, pid, name, wanted);
	su_text_hex(same_name->build_id, same_name->build_id_size, found);
	return su_refuse(SU_WHY_OTHER_VERSION, name, wanted, pid, found);
}

/* The version that an object runs. */
static void take_version(const struct su_registry *top, struct su_object *object)
{
	if (!top)
		return;
	object->build_id_size = top->new_build_id_size;
	memcpy(object->build_id, top->new_build_id, object->build_id_size);
}

/* Who has the first page of a file mapped, or all of it as data, does not run it. */
static bool has_code(const struct su_maps *maps, const struct su_mapping *first,
		     const struct su_object *object)
{
	const struct su_mapping *mapping = su_maps_at(maps, object->code);

	/* Some programs put their code on large pages of no file. */
	return mapping && mapping->executable &&
	       (!mapping->inode || mapping->inode == first->inode);
}

static bool is_laid_out(const struct su_object *object, const struct su_patch_head *head)
{
	return object->low == object->base + head->image_low &&
	       object->high == object->base + head->image_high;
}

static bool has_build_id(const struct su_object *object, const uint8_t *id, size_t size)
{
	return object->build_id_size == size && memcmp(object->build_id, id, size) == 0;
}

bool su_locate_version(const struct su_memory *memory, const struct su_maps *maps,
		       const struct su_registries *registries, const uint8_t *id, size_t id_size)
{
	struct su_object object;

	for (size_t i = 0; i < maps->list.len; i++) {
		const struct su_mapping *mapping = &maps->list.at[i];

		if (!mapping->inode || !su_locate_mapped(memory, maps, mapping, &object))
			continue;
		take_version(su_registry_top(registries, object.base), &object);
		if (has_build_id(&object, id, id_size) && has_code(maps, mapping, &object))
			return true;
	}
	return false;
}

struct su_err *su_locate_image(const struct su_memory *memory, const struct su_maps *maps,
			       const struct su_registries *registries, const struct su_patch *patch,
			       struct su_object *ret, uint64_t *ret_below)
{
	const char *name = su_patch_string(patch, patch->head->image_name);
	struct su_object same_name = { 0 }, found = { 0 }, object;
	const struct su_registry *below = NULL;
	unsigned matches = 0;

	for (size_t i = 0; i < maps->list.len; i++) {
		const struct su_mapping *mapping = &maps->list.at[i];

		if (!mapping->inode || !su_locate_mapped(memory, maps, mapping, &object))
			continue;
		const struct su_registry *top = su_registry_top(registries, object.base);
		take_version(top, &object);
		if (names_image(su_maps_name(maps, mapping), name))
			same_name = object;
		if (!has_build_id(&object, patch->head->old_build_id,
				  patch->head->old_build_id_size) ||
		    !has_code(maps, mapping, &object))
			continue;
		/* One object may be mapped by several mappings of its first page; count bases. */
		if (!matches || object.base != found.base)
			matches++;
		found = object;
		below = top;
	}
	if (!matches)
		return not_found(memory->pid, patch, &same_name);
	if (matches > 1)
		return su_refuse(SU_WHY_MAPPED_TWICE, name, matches, memory->pid);
	if (!below && !is_laid_out(&found, patch->head))
		return su_refuse(SU_WHY_LAID_OUT_OTHERWISE, name);
	*ret = found;
	*ret_below = below ? below->base : 0;
	return NULL;
}

struct su_err *su_locate_base(const struct su_memory *memory, const struct su_maps *maps,
			      uint64_t base, struct su_object *ret)
{
	struct su_object object;

	for (size_t i = 0; i < maps->list.len; i++) {
		if (maps->list.at[i].inode &&
		    su_locate_mapped(memory, maps, &maps->list.at[i], &object) &&
		    object.base == base) {
			*ret = object;
			return NULL;
		}
	}
	return su_refuse(SU_WHY_IMAGE_MOVED, memory->pid);
}
