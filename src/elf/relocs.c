/*
 * Dynamic relocations: every allocated SHT_RELA section, and the packed SHT_RELR ones expanded.
 *
 * A symbol index refers to .dynsym.  R_X86_64_NONE is dropped.  The addend of a relative relocation
 * in RELR form is what the file holds at the place.  Invariant: `relocs` ascends by vaddr.
 * Source: psABI x86-64 "Relocation", gABI "Relative relocation table" (SHT_RELR).
 */
#include <stdlib.h>

#include "elf/elf_private.h"

#include "base/reason.h"
#include "base/search.h"

typedef SU_VEC(struct su_dynreloc) reloc_vec;

static struct su_err *symbol_of(const struct su_image *image, const struct su_section *section,
				uint64_t index, const struct su_symbol **ret)
{
	const struct su_elf_file *object = image->priv->object;

	if (index == STN_UNDEF) {
		*ret = NULL;
		return NULL;
	}
	uint32_t link = object->links[su_elf_file_index(object, section)];
	if (object->sections[link].type != SHT_DYNSYM || index >= image->priv->dynsym_count)
		return su_err_new(SU_E_FORMAT, "a relocation in %s names no dynamic symbol",
				  section->name);
	*ret = &image->priv->dynsyms[index];
	return NULL;
}

static struct su_err *read_rela(struct su_image *image, const struct su_section *section,
				reloc_vec *list)
{
	struct su_cursor cursor = su_section_cursor(section);
	Elf64_Rela raw;

	if (section->entsize != sizeof(raw) || section->size % sizeof(raw))
		return su_err_new(SU_E_FORMAT, "section %s does not hold whole relocations",
				  section->name);
	while (su_cursor_read(&cursor, &raw, sizeof(raw))) {
		struct su_dynreloc reloc = {
			.vaddr = raw.r_offset,
			.type = (uint32_t)ELF64_R_TYPE(raw.r_info),
			.addend = raw.r_addend,
		};

		if (reloc.type == R_X86_64_NONE)
			continue;
		SU_TRY(symbol_of(image, section, ELF64_R_SYM(raw.r_info), &reloc.symbol));
		su_vec_push(list, reloc);
	}
	return NULL;
}

/* Places in RELR ascend; insisting on it also bounds what a few hostile bytes expand to. */
struct relr {
	struct su_image *image;
	reloc_vec *list;
	uint64_t next; /* the lowest place that may follow */
};

static struct su_err *add_relative(struct relr *relr, uint64_t vaddr)
{
	struct su_dynreloc reloc = { .vaddr = vaddr, .type = R_X86_64_RELATIVE };
	const uint8_t *place = su_image_bytes(relr->image, vaddr, sizeof(reloc.addend));
	struct su_cursor cursor = su_cursor_init(place, place ? sizeof(reloc.addend) : 0);

	if (vaddr < relr->next || !su_cursor_read(&cursor, &reloc.addend, sizeof(reloc.addend)))
		return su_err_new(SU_E_FORMAT, "a packed relocation at 0x%jx is out of place",
				  (uintmax_t)vaddr);
	relr->next = vaddr + 8;
	su_vec_push(relr->list, reloc);
	return NULL;
}

static struct su_err *read_relr(struct su_image *image, const struct su_section *section,
				reloc_vec *list)
{
	struct su_cursor cursor = su_section_cursor(section);
	struct relr relr = { .image = image, .list = list };
	uint64_t word, base = 0;

	if (section->size % sizeof(word))
		return su_err_new(SU_E_FORMAT, "section %s does not hold whole words",
				  section->name);
	while (su_cursor_read(&cursor, &word, sizeof(word))) {
		if (!(word & 1)) {
			SU_TRY(add_relative(&relr, word));
			base = word + 8;
			continue;
		}
		for (unsigned bit = 1; bit < 64; bit++) {
			if (word >> bit & 1)
				SU_TRY(add_relative(&relr, base + (bit - 1) * UINT64_C(8)));
		}
		base += UINT64_C(63) * 8;
	}
	return NULL;
}

static struct su_err *collect_relocs(struct su_image *image, reloc_vec *list)
{
	for (size_t i = 1; i < image->section_count; i++) {
		const struct su_section *section = &image->sections[i];

		if (!(section->flags & SHF_ALLOC))
			continue;
		if (section->type == SHT_RELA)
			SU_TRY(read_rela(image, section, list));
		else if (section->type == SHT_RELR)
			SU_TRY(read_relr(image, section, list));
		else if (section->type == SHT_REL)
			return su_refuse(SU_WHY_REL_RELOCATIONS, section->name);
	}
	return NULL;
}

static int compare_relocs(const void *a, const void *b)
{
	const struct su_dynreloc *x = a, *y = b;

	if (x->vaddr != y->vaddr)
		return x->vaddr < y->vaddr ? -1 : 1;
	if (x->type != y->type)
		return x->type < y->type ? -1 : 1;
	if (x->symbol != y->symbol)
		return x->symbol < y->symbol ? -1 : 1;
	return (x->addend > y->addend) - (x->addend < y->addend);
}

struct su_err *su_image_read_relocs(struct su_image *image)
{
	reloc_vec list = { 0 };
	struct su_err *err = collect_relocs(image, &list);

	if (!err && list.len) {
		qsort(list.at, list.len, sizeof(*list.at), compare_relocs);
		image->relocs =
			su_arena_copy(image->priv->arena, list.at, list.len * sizeof(*list.at));
		image->reloc_count = list.len;
	}
	su_vec_deinit(&list);
	return err;
}

/* The first relocation at or after `vaddr`. */
static size_t first_from(const struct su_image *image, uint64_t vaddr)
{
	return su_search_below(image->relocs, image->reloc_count, vaddr, vaddr);
}

const struct su_dynreloc *su_image_relocs_in(const struct su_image *image, uint64_t vaddr,
					     uint64_t size, size_t *ret_count)
{
	uint64_t end = vaddr + size < vaddr ? UINT64_MAX : vaddr + size;
	size_t first = first_from(image, vaddr);

	*ret_count = first_from(image, end) - first;
	return *ret_count ? &image->relocs[first] : NULL;
}
