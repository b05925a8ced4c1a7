/*
 * Call frame information for the new bodies.
 *
 * The FDEs of the new version are copied with their CIEs, and only their start addresses change:
 * within a part nothing moved.  Source: LSB Core, "Exception Frames"; the pointer encodings are
 * those that gcc and clang emit for x86-64 (pcrel sdata4).  FDEs in another encoding, or with
 * language-specific data, are left out: a body without CFI only means that a stack cannot be
 * unwound through it.
 */
#include <string.h>

#include "make/maker.h"

#define PCREL_SDATA4 0x1b

struct entry {
	const uint8_t *bytes; /* after the length field */
	uint64_t vaddr;	      /* of `bytes` */
	uint32_t size;
	uint32_t id; /* 0: CIE, else the distance back to the CIE */
};

static uint32_t read_u32(const uint8_t *bytes)
{
	uint32_t number;

	memcpy(&number, bytes, sizeof(number));
	return number;
}

static void put_u32(struct su_patch_draft *draft, uint32_t number)
{
	for (int i = 0; i < 4; i++)
		su_vec_push(&draft->eh_frame, (uint8_t)(number >> (8 * i)));
}

/* The entry at offset `off` of the section; false at its end. */
static bool entry_at(const struct su_section *section, uint64_t off, struct entry *ret)
{
	if (off + 8 > section->size)
		return false;
	ret->size = read_u32(section->data + off);
	if (ret->size < 4 || ret->size == UINT32_MAX || ret->size > section->size - off - 4)
		return false;
	ret->bytes = section->data + off + 4;
	ret->vaddr = section->vaddr + off + 4;
	ret->id = read_u32(ret->bytes);
	return true;
}

/* A CIE whose FDEs hold just pcrel addresses: augmentation "zR" with that encoding. */
static bool is_plain_cie(const struct entry *cie)
{
	static const char augmentation[] = "zR";
	const uint8_t *end = cie->bytes + cie->size, *at = cie->bytes + 5;

	if (cie->size < 16 || memcmp(at, augmentation, sizeof(augmentation)) != 0)
		return false;
	at += sizeof(augmentation);
	for (int field = 0; field < 3; field++) { /* code and data alignment, return register */
		while (at < end && *at & 0x80)
			at++;
		at++;
	}
	return at + 1 < end && at[0] == 1 && at[1] == PCREL_SDATA4;
}

static const struct su_body *body_starting_at(const struct su_maker *maker, uint64_t vaddr,
					      uint64_t *ret_addr)
{
	for (size_t i = 0; i < maker->bodies.len; i++) {
		const struct su_body *body = &maker->bodies.at[i];

		for (size_t p = 0; p < body->routine->part_count; p++) {
			if (body->routine->parts[p].vaddr == vaddr) {
				*ret_addr = body->addr[p];
				return body;
			}
		}
	}
	return NULL;
}

/* Copies the CIE once for each FDE: it is small, and keeps this simple. */
static void copy_entry(struct su_maker *maker, const struct entry *cie, const struct entry *fde,
		       uint64_t addr)
{
	struct su_patch_draft *draft = &maker->draft;
	size_t cie_off = draft->eh_frame.len, field;

	put_u32(draft, cie->size);
	for (uint32_t i = 0; i < cie->size; i++)
		su_vec_push(&draft->eh_frame, cie->bytes[i]);
	put_u32(draft, fde->size);
	put_u32(draft, (uint32_t)(draft->eh_frame.len - cie_off));
	field = draft->eh_frame.len;
	put_u32(draft, (uint32_t)(addr - (draft->eh_frame_vaddr + field)));
	for (uint32_t i = 8; i < fde->size; i++)
		su_vec_push(&draft->eh_frame, fde->bytes[i]);
}

void su_maker_add_unwind(struct su_maker *maker)
{
	const struct su_section *section =
		su_image_section_named(maker->new_program->image, ".eh_frame");
	struct entry entry, cie;

	if (!section || !section->data)
		return;
	for (uint64_t off = 0; entry_at(section, off, &entry); off += entry.size + 4) {
		uint64_t addr, start, cie_off = off + 4 - entry.id;

		if (!entry.id || entry.size < 12 || cie_off > off ||
		    !entry_at(section, cie_off, &cie) || cie.id || !is_plain_cie(&cie))
			continue;
		start = entry.vaddr + 4 + (uint64_t)(int64_t)(int32_t)read_u32(entry.bytes + 4);
		if (body_starting_at(maker, start, &addr))
			copy_entry(maker, &cie, &entry, addr);
	}
	put_u32(&maker->draft, 0);
}
