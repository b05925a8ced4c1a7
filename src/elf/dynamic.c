/*
 * PT_DYNAMIC against the sections.
 *
 * The loader goes by PT_DYNAMIC, everything else here goes by section headers.  They must tell the
 * same: the symbol table is the same one, and every relocation table of the loader lies in a
 * section that was read.  Otherwise a place could be filled at run time that we know nothing of.
 * Source: gABI "Dynamic Section".
 */
#include "elf/elf_private.h"

#include "base/reason.h"

#define DT_ANDROID_RELA 0x60000011
#define DT_ANDROID_RELR 0x6fffe000

struct dynamic {
	uint64_t symtab, strtab, strsz, soname;
	uint64_t rela, relasz, jmprel, pltrelsz, relr, relrsz, pltrel;
	bool has_soname, has_unknown_relocs;
};

static void take_entry(struct dynamic *dynamic, const Elf64_Dyn *entry)
{
	uint64_t value = entry->d_un.d_val;

	switch (entry->d_tag) {
	case DT_SYMTAB:
		dynamic->symtab = value;
		break;
	case DT_STRTAB:
		dynamic->strtab = value;
		break;
	case DT_STRSZ:
		dynamic->strsz = value;
		break;
	case DT_SONAME:
		dynamic->soname = value;
		dynamic->has_soname = true;
		break;
	case DT_RELA:
		dynamic->rela = value;
		break;
	case DT_RELASZ:
		dynamic->relasz = value;
		break;
	case DT_JMPREL:
		dynamic->jmprel = value;
		break;
	case DT_PLTRELSZ:
		dynamic->pltrelsz = value;
		break;
	case DT_PLTREL:
		dynamic->pltrel = value;
		break;
	case DT_RELR:
		dynamic->relr = value;
		break;
	case DT_RELRSZ:
		dynamic->relrsz = value;
		break;
	case DT_REL:
	case DT_ANDROID_RELA:
	case DT_ANDROID_RELR:
		dynamic->has_unknown_relocs = true;
		break;
	}
}

static const struct su_segment *dynamic_segment(const struct su_image *image)
{
	for (size_t i = 0; i < image->segment_count; i++) {
		if (image->segments[i].type == PT_DYNAMIC)
			return &image->segments[i];
	}
	return NULL;
}

static struct su_err *parse_dynamic(const struct su_image *image, const struct su_segment *segment,
				    struct dynamic *ret)
{
	const uint8_t *bytes = su_image_bytes(image, segment->vaddr, segment->filesz);
	struct su_cursor cursor = su_cursor_init(bytes, bytes ? segment->filesz : 0);
	Elf64_Dyn entry;

	while (su_cursor_read(&cursor, &entry, sizeof(entry))) {
		if (entry.d_tag == DT_NULL)
			return NULL;
		take_entry(ret, &entry);
	}
	return su_err_new(SU_E_FORMAT, "the dynamic table has no end");
}

/* Whether sections of that type cover [vaddr, vaddr + size); the linker may have put several side
 * by side. */
static bool sections_cover(const struct su_image *image, uint32_t type, uint64_t vaddr,
			   uint64_t size)
{
	while (size) {
		const struct su_section *section = su_image_section_at(image, vaddr);

		if (!section || section->type != type)
			return false;
		uint64_t part = section->vaddr + section->size - vaddr;
		if (part >= size)
			return true;
		vaddr += part;
		size -= part;
	}
	return true;
}

static struct su_err *check_relocs(const struct su_image *image, const struct dynamic *dynamic)
{
	if (dynamic->has_unknown_relocs || (dynamic->pltrel && dynamic->pltrel != DT_RELA))
		return su_refuse(SU_WHY_RELOCATION_FORMAT);
	if (!sections_cover(image, SHT_RELA, dynamic->rela, dynamic->relasz) ||
	    !sections_cover(image, SHT_RELA, dynamic->jmprel, dynamic->pltrelsz) ||
	    !sections_cover(image, SHT_RELR, dynamic->relr, dynamic->relrsz))
		return su_err_new(SU_E_FORMAT,
				  "the dynamic table names relocations outside of the sections");
	return NULL;
}

static struct su_err *check_symbols(const struct su_image *image, const struct dynamic *dynamic)
{
	const struct su_elf_file *object = image->priv->object;
	const struct su_section *symbols = su_elf_file_section_of_type(object, SHT_DYNSYM);

	if (!dynamic->symtab && !symbols)
		return NULL;
	if (!symbols || symbols->vaddr != dynamic->symtab)
		return su_err_new(SU_E_FORMAT, "the dynamic table names another symbol table");
	const struct su_section *strings =
		&object->sections[object->links[su_elf_file_index(object, symbols)]];
	if (strings->vaddr != dynamic->strtab)
		return su_err_new(SU_E_FORMAT, "the dynamic table names another string table");
	return NULL;
}

static struct su_err *read_soname(struct su_image *image, const struct dynamic *dynamic)
{
	const uint8_t *bytes = su_image_bytes(image, dynamic->strtab, dynamic->strsz);
	struct su_cursor strings = su_cursor_init(bytes, bytes ? dynamic->strsz : 0);

	if (!dynamic->has_soname)
		return NULL;
	image->soname = su_cursor_string_at(&strings, dynamic->soname);
	if (!image->soname)
		return su_err_new(SU_E_FORMAT, "the object's own name is out of range");
	return NULL;
}

struct su_err *su_image_read_dynamic(struct su_image *image)
{
	const struct su_segment *segment = dynamic_segment(image);
	struct dynamic dynamic = { 0 };

	if (!segment)
		return NULL;
	SU_TRY(parse_dynamic(image, segment, &dynamic));
	SU_TRY(check_relocs(image, &dynamic));
	SU_TRY(check_symbols(image, &dynamic));
	return read_soname(image, &dynamic);
}
