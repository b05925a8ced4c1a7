/* The segments of the patch in the making: see maker.h. */
#include <stdlib.h>
#include <string.h>

#include "arch/code.h"
#include "make/maker.h"

#define PAGE 4096u
#define TEXT_START PAGE /* after the registry page */

static uint64_t page_up(uint64_t number)
{
	return (number + PAGE - 1) & ~(uint64_t)(PAGE - 1);
}

/* The smallest offset from `used` on whose address, counted from a page's start, is `like` mod 64.
 */
static uint64_t align_like(uint64_t used, uint64_t like)
{
	return used + ((like - used) & 63);
}

static uint64_t reserve_text(struct su_maker *maker, uint64_t size, uint64_t like)
{
	uint64_t at = align_like(maker->draft.text.len, like);

	su_vec_fill(&maker->draft.text, at + size, SU_CODE_FILL);
	return TEXT_START + at;
}

uint64_t su_maker_reserve(struct su_maker *maker, uint64_t segment, uint64_t size, uint64_t like)
{
	uint64_t at;

	if (segment == 0)
		return reserve_text(maker, size, like);
	if (segment == SU_DRAFT_BSS) {
		at = align_like(maker->draft.bss_size, like);
		maker->draft.bss_size = at + size;
		return SU_DRAFT_BSS + at;
	}
	if (segment == SU_DRAFT_RODATA) {
		at = align_like(maker->draft.rodata.len, like);
		su_vec_fill(&maker->draft.rodata, at + size, 0);
		return SU_DRAFT_RODATA + at;
	}
	at = align_like(maker->draft.data.len, like);
	su_vec_fill(&maker->draft.data, at + size, 0);
	return SU_DRAFT_DATA + at;
}

uint8_t *su_maker_at(struct su_maker *maker, uint64_t addr)
{
	uint64_t off = addr & SU_DRAFT_OFFSET;

	if (addr >= SU_DRAFT_DATA)
		return maker->draft.data.at + off;
	if (addr >= SU_DRAFT_RODATA)
		return maker->draft.rodata.at + off;
	return maker->draft.text.at + (off - TEXT_START);
}

static void add_reloc(struct su_maker *maker, uint64_t at, enum su_reloc_type type,
		      struct su_spot spot, int64_t addend)
{
	bool image = spot.space == SU_SPACE_IMAGE;

	su_vec_push(&maker->draft.relocs,
		    (struct su_patch_reloc){
			    .at = at,
			    .target = image ? spot.thing : spot.addr,
			    .addend = addend + (image ? (int64_t)(spot.addr - spot.thing) : 0),
			    .end_of = spot.end_of,
			    .user = spot.user,
			    .type = (uint8_t)type,
			    .space = (uint8_t)spot.space,
			    .home = (uint8_t)spot.home });
}

void su_maker_point(struct su_maker *maker, uint64_t at, uint64_t relative_to, struct su_spot spot)
{
	if (spot.space == SU_SPACE_PATCH) {
		su_vec_push(&maker->distances, (struct su_distance){ at, spot.addr, relative_to });
		return;
	}
	add_reloc(maker, at, SU_RELOC_PC32, spot, (int64_t)(at - relative_to));
}

void su_maker_absolute(struct su_maker *maker, uint64_t at, struct su_spot spot)
{
	add_reloc(maker, at, SU_RELOC_ABS64, spot, 0);
}

/* ---- finishing ---- */

static uint64_t final_addr(const struct su_maker *maker, uint64_t addr)
{
	const struct su_patch_draft *draft = &maker->draft;
	uint64_t off = addr & SU_DRAFT_OFFSET;

	if (addr >= SU_DRAFT_BSS)
		return draft->data_vaddr + draft->data.len + off;
	if (addr >= SU_DRAFT_DATA)
		return draft->data_vaddr + off;
	if (addr >= SU_DRAFT_RODATA)
		return draft->rodata_vaddr + off;
	return addr;
}

static void finish_distances(struct su_maker *maker)
{
	for (size_t i = 0; i < maker->distances.len; i++) {
		const struct su_distance *distance = &maker->distances.at[i];
		int32_t value = (int32_t)(final_addr(maker, distance->target) -
					  final_addr(maker, distance->relative_to));

		memcpy(su_maker_at(maker, distance->at), &value, sizeof(value));
	}
}

static void finish_tables(struct su_maker *maker)
{
	struct su_patch_draft *draft = &maker->draft;

	for (size_t i = 0; i < draft->relocs.len; i++) {
		struct su_patch_reloc *reloc = &draft->relocs.at[i];

		reloc->at = final_addr(maker, reloc->at);
		if (reloc->space == SU_SPACE_PATCH)
			reloc->target = final_addr(maker, reloc->target);
	}
	for (size_t i = 0; i < draft->map.len; i++) {
		if (draft->map.at[i].space == SU_SPACE_PATCH)
			draft->map.at[i].addr = final_addr(maker, draft->map.at[i].addr);
	}
	for (size_t i = 0; i < draft->words.len; i++)
		draft->words.at[i].from = final_addr(maker, draft->words.at[i].from);
	for (size_t i = 0; i < draft->moved.len; i++) {
		struct su_patch_moved *moved = &draft->moved.at[i];

		moved->to = final_addr(maker, moved->to);
		moved->before = final_addr(maker, moved->before);
		moved->after = final_addr(maker, moved->after);
	}
	for (size_t i = 0; i < draft->imports.len; i++)
		draft->imports.at[i].slot = final_addr(maker, draft->imports.at[i].slot);
	for (size_t i = 0; i < draft->variables.len; i++)
		draft->variables.at[i].patch_vaddr =
			final_addr(maker, draft->variables.at[i].patch_vaddr);
	for (size_t i = 0; i < draft->symbols.len; i++)
		draft->symbols.at[i].vaddr = final_addr(maker, draft->symbols.at[i].vaddr);
}

void su_maker_finish(struct su_maker *maker)
{
	struct su_patch_draft *draft = &maker->draft;

	while (draft->data.len % 64) /* .bss follows at the alignment that its parts were given */
		su_vec_push(&draft->data, 0);
	draft->text_vaddr = TEXT_START;
	draft->rodata_vaddr = page_up(draft->text_vaddr + draft->text.len);
	draft->data_vaddr = page_up(draft->rodata_vaddr + draft->rodata.len);
	draft->eh_frame_vaddr = page_up(draft->data_vaddr + draft->data.len + draft->bss_size);
	finish_distances(maker);
	finish_tables(maker);
}
