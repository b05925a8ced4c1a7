/*
 * Call frame information: the row in force at an address, and the bounds of every FDE.
 *
 * libdw interprets the instructions; a row is translated when its CFA is register + offset and a
 * saved register is at CFA + offset, which is all that compilers write.  Everything else (signal
 * frames, PLT entries, hand-written expressions) is cfa_known = false or SU_SAVED_OTHER.
 * LSB 5.0 section 10.6 (.eh_frame), DWARF 5 section 6.4, psABI x86-64 section 4.2.4.
 */
#include <dwarf.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>

#include "arch/insn.h"
#include "base/cursor.h"
#include "dwarf/dwarf_private.h"

#define RIP_COLUMN 16
#define EH_PE_ABSENT 0xff

/* ---- rows ---- */

static void translate_cfa(Dwarf_Frame *frame, struct su_frame_row *ret)
{
	Dwarf_Op *ops;
	size_t count;
	uint64_t number;
	uint8_t reg;

	if (dwarf_frame_cfa(frame, &ops, &count) != 0 || count != 1)
		return;
	if (ops[0].atom >= DW_OP_breg0 && ops[0].atom <= DW_OP_breg31) {
		number = ops[0].atom - DW_OP_breg0;
		ret->cfa_off = (int64_t)ops[0].number;
	} else if (ops[0].atom == DW_OP_bregx) {
		number = ops[0].number;
		ret->cfa_off = (int64_t)ops[0].number2;
	} else {
		return;
	}
	reg = su_reg_of_dwarf(number);
	if (reg > SU_REG_GENERAL_LAST) {
		ret->cfa_off = 0;
		return;
	}
	ret->cfa_reg = reg;
	ret->cfa_known = true;
}

/* The stack pointer's default rule, "the caller's is the CFA", is what SAME means for it. */
static bool is_cfa_itself(const Dwarf_Op *ops, size_t count)
{
	return count == 2 && ops[0].atom == DW_OP_call_frame_cfa &&
	       ops[1].atom == DW_OP_stack_value;
}

static void translate_register(Dwarf_Frame *frame, unsigned number, struct su_frame_row *ret)
{
	uint8_t reg = su_reg_of_dwarf(number);
	Dwarf_Op room[3], *ops;
	size_t count;

	ret->saved[reg].how = SU_SAVED_OTHER;
	if (dwarf_frame_register(frame, (int)number, room, &ops, &count) != 0)
		return;
	/* libdw calls a register without a rule undefined, even rbx: compilers give no rule to one
	 * that still has the caller's value. */
	if (count == 0 || (reg == SU_REG_SP && is_cfa_itself(ops, count))) {
		ret->saved[reg].how = SU_SAVED_SAME;
	} else if (ops[0].atom == DW_OP_call_frame_cfa &&
		   (count == 1 || (count == 2 && ops[1].atom == DW_OP_plus_uconst))) {
		ret->saved[reg].how = SU_SAVED_AT_CFA;
		ret->saved[reg].off = count == 2 ? (int64_t)ops[1].number : 0;
	}
}

static void translate_rule(Dwarf_Frame *frame, struct su_frame_row *ret)
{
	Dwarf_Op room[3], *ops;
	size_t count;

	translate_cfa(frame, ret);
	for (unsigned number = 0; number < RIP_COLUMN; number++)
		translate_register(frame, number, ret);
	ret->return_undefined = dwarf_frame_register(frame, RIP_COLUMN, room, &ops, &count) == 0 &&
				count == 0 && ops == room;
}

static bool read_row(Dwarf_CFI *cfi, uint64_t vaddr, struct su_frame_row *ret)
{
	Dwarf_Frame *frame = NULL;

	if (!cfi || dwarf_cfi_addrframe(cfi, vaddr, &frame) != 0)
		return false;
	translate_rule(frame, ret);
	free(frame);
	return true;
}

bool su_dwarf_frame_row(const struct su_debug *debug, uint64_t vaddr, struct su_frame_row *ret)
{
	struct su_frame_cache *entry =
		&debug->frames[su_hash(&vaddr, sizeof(vaddr), 0) % SU_FRAME_CACHE];

	if (entry->vaddr != vaddr || vaddr == 0) {
		memset(entry, 0, sizeof(*entry));
		entry->vaddr = vaddr;
		entry->found = read_row(debug->eh_frame, vaddr, &entry->row) ||
			       read_row(debug->debug_frame, vaddr, &entry->row);
	}
	if (entry->found)
		*ret = entry->row;
	return entry->found;
}

bool su_debug_frame_row(struct su_debug *debug, uint64_t vaddr, struct su_frame_row *ret)
{
	return su_dwarf_frame_row(debug, vaddr, ret);
}

/* ---- bounds of all FDEs ---- */

/* One section of call frame information. */
struct frames {
	unsigned char *ident;
	Elf_Data *data;
	uint64_t vaddr; /* of the section */
	bool is_eh;
	Dwarf_Off cie_off; /* the CIE that `encoding` was read from */
	bool cie_known;
	uint8_t encoding; /* DW_EH_PE_* of its FDEs' addresses */
	uint8_t language; /* ... and of the addresses of their language-specific data */
};

/* The bytes of a pointer encoded so, 0 when its size varies or is unknown. */
static size_t encoded_size(uint8_t encoding)
{
	switch (encoding & 0x0f) {
	case DW_EH_PE_absptr:
	case DW_EH_PE_udata8:
	case DW_EH_PE_sdata8:
		return 8;
	case DW_EH_PE_udata4:
	case DW_EH_PE_sdata4:
		return 4;
	case DW_EH_PE_udata2:
	case DW_EH_PE_sdata2:
		return 2;
	default:
		return 0;
	}
}

static bool read_encoded(struct su_cursor *cursor, uint8_t encoding, uint64_t *ret)
{
	size_t size = encoded_size(encoding);
	uint64_t value = 0;

	if (size == 0 || !su_cursor_read(cursor, &value, size))
		return false;
	if ((encoding & DW_EH_PE_signed) && size < 8 && (value >> (size * 8 - 1)) & 1)
		value |= UINT64_MAX << (size * 8);
	*ret = value;
	return true;
}

/* The FDEs' pointer encodings from a CIE's augmentation "z...": R and L name them, P may stand
 * between. */
static bool cie_encodings(const Dwarf_CIE *cie, struct frames *ret)
{
	struct su_cursor cursor =
		su_cursor_init(cie->augmentation_data, cie->augmentation_data_size);
	const char *letter = cie->augmentation;
	uint8_t encoding = DW_EH_PE_absptr, language = EH_PE_ABSENT, other;
	uint64_t skipped;

	if (*letter && *letter != 'z')
		return false;
	for (; *letter; letter++) {
		if (*letter == 'R' && !su_cursor_read(&cursor, &encoding, 1))
			return false;
		if (*letter == 'L' && !su_cursor_read(&cursor, &language, 1))
			return false;
		if (*letter == 'P' && (!su_cursor_read(&cursor, &other, 1) ||
				       !read_encoded(&cursor, other, &skipped)))
			return false;
	}
	ret->encoding = encoding;
	ret->language = language;
	return true;
}

static bool fde_encoding(struct frames *frames, const Dwarf_FDE *fde, uint8_t *ret)
{
	Dwarf_CFI_Entry entry;
	Dwarf_Off next;

	if (!frames->cie_known || frames->cie_off != fde->CIE_pointer) {
		frames->cie_off = fde->CIE_pointer;
		frames->cie_known = dwarf_next_cfi(frames->ident, frames->data, frames->is_eh,
						   fde->CIE_pointer, &next, &entry) == 0 &&
				    dwarf_cfi_cie_p(&entry) && cie_encodings(&entry.cie, frames);
	}
	*ret = frames->encoding;
	return frames->cie_known;
}

static bool fde_range(struct frames *frames, const Dwarf_FDE *fde, struct su_dwarf_range *ret)
{
	struct su_cursor cursor = su_cursor_init(fde->start, (uint64_t)(fde->end - fde->start));
	uint64_t start, size;
	uint8_t encoding;

	if (!fde_encoding(frames, fde, &encoding) || encoding == EH_PE_ABSENT ||
	    !read_encoded(&cursor, encoding, &start) ||
	    !read_encoded(&cursor, encoding & 0x07, &size))
		return false;
	if ((encoding & 0x70) == DW_EH_PE_pcrel)
		start += frames->vaddr +
			 (uint64_t)(fde->start - (const uint8_t *)frames->data->d_buf);
	else if (encoding & 0xf0)
		return false;
	ret->lo = start;
	ret->hi = start + size;
	return size > 0 && ret->hi > start;
}

/* Language-specific data: where the function is entered again while the stack is unwound. */
static bool fde_has_language_data(const struct frames *frames, const Dwarf_FDE *fde)
{
	struct su_cursor cursor = su_cursor_init(fde->start, (uint64_t)(fde->end - fde->start));
	size_t size = encoded_size(frames->encoding);
	uint8_t length; /* of the augmentation: far below 128 */
	uint64_t data = 0;

	return frames->language != EH_PE_ABSENT && su_cursor_skip(&cursor, 2 * size) &&
	       su_cursor_read(&cursor, &length, 1) &&
	       read_encoded(&cursor, frames->language, &data) && data;
}

static bool find_frames(Elf *elf, const char *wanted, bool is_eh, struct frames *ret)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr header;
	size_t names;

	if (!elf || elf_getshdrstrndx(elf, &names) != 0)
		return false;
	while ((scn = elf_nextscn(elf, scn))) {
		const char *name;
		if (!gelf_getshdr(scn, &header) || header.sh_type == SHT_NOBITS)
			continue;
		name = elf_strptr(elf, names, header.sh_name);
		if (!name || strcmp(name, wanted) != 0)
			continue;
		*ret = (struct frames){ .ident = (unsigned char *)elf_getident(elf, NULL),
					.data = elf_getdata(scn, NULL),
					.vaddr = header.sh_addr,
					.is_eh = is_eh };
		return ret->ident && ret->data && ret->data->d_buf;
	}
	return false;
}

void su_debug_visit_landing(struct su_debug *debug, void (*visit)(void *ctx, uint64_t start),
			    void *ctx)
{
	struct su_dwarf_range range;
	struct frames frames;
	Dwarf_CFI_Entry entry;
	Dwarf_Off off = 0, next;

	if (!find_frames(debug->image->elf, ".eh_frame", true, &frames))
		return;
	while (dwarf_next_cfi(frames.ident, frames.data, frames.is_eh, off, &next, &entry) == 0 &&
	       next > off) {
		off = next;
		if (!dwarf_cfi_cie_p(&entry) && fde_range(&frames, &entry.fde, &range) &&
		    fde_has_language_data(&frames, &entry.fde))
			visit(ctx, range.lo);
	}
}
