/*
 * Imports: which addresses of the image stand for a symbol that the loader resolves.
 *
 * A GOT slot is the place of a GLOB_DAT or JUMP_SLOT relocation.  A PLT entry is known by what it
 * does, not by its number: a chunk of a .plt* section that jumps through a slot stands for the symbol whose slot the jump goes through.  The first entry of a lazy .plt and the
 * push/jmp entries beside .plt.sec match no slot.  A copy is the place of a COPY relocation.
 *
 * A symbol of the image's own that can be interposed has such entries too: its shndx is not
 * SHN_UNDEF.  A function of its own that is chosen at start (IFUNC) has an entry whose slot belongs to
 * a R_X86_64_IRELATIVE relocation; what it is known by is its resolver.  Invariant: entries ascend by address and do not overlap; two meanings for one address
 * are refused.
 * Source: psABI x86-64 "Procedure Linkage Table"; binutils 2.40, lld 14, gold, mold.
 */
#include <string.h>

#include "arch/code.h"
#include "base/search.h"
#include "elf/elf_private.h"

#include "base/reason.h"

static void add_import(struct su_image *image, const struct su_symbol *symbol,
		       enum su_import_form form, uint64_t vaddr, uint64_t size)
{
	struct su_import_entry *entry = su_vec_add(&image->priv->imports);

	entry->import = (struct su_import){ .symbol = symbol, .form = form, .vaddr = vaddr };
	entry->size = size;
}

static void add_slots_and_copies(struct su_image *image)
{
	for (size_t i = 0; i < image->reloc_count; i++) {
		const struct su_dynreloc *reloc = &image->relocs[i];

		if (!reloc->symbol)
			continue;
		if (reloc->type == R_X86_64_GLOB_DAT)
			add_import(image, reloc->symbol, SU_IMPORT_GOT, reloc->vaddr, 1);
		if (reloc->type == R_X86_64_COPY && reloc->symbol->size)
			add_import(image, reloc->symbol, SU_IMPORT_COPY, reloc->vaddr,
				   reloc->symbol->size);
		if (reloc->type == R_X86_64_JUMP_SLOT) {
			add_import(image, reloc->symbol, SU_IMPORT_GOT, reloc->vaddr, 1);
			image->priv->imports.at[image->priv->imports.len - 1].lazy = true;
		}
	}
}

/* The symbol of the slot at `vaddr`, or NULL. */
static const struct su_symbol *slot_symbol(const struct su_image *image, uint64_t vaddr)
{
	size_t count;
	const struct su_dynreloc *reloc = su_image_relocs_in(image, vaddr, 1, &count);

	if (count != 1 || (reloc->type != R_X86_64_GLOB_DAT && reloc->type != R_X86_64_JUMP_SLOT))
		return NULL;
	return reloc->symbol;
}

static bool is_plt(const struct su_section *section)
{
	return (section->flags & SHF_ALLOC) && (section->flags & SHF_EXECINSTR) &&
	       (strncmp(section->name, ".plt", 4) == 0 || strncmp(section->name, ".iplt", 5) == 0);
}

static void add_plt_section(struct su_image *image, const struct su_section *section)
{
	struct su_cursor code = su_section_cursor(section), entry;
	uint64_t step = section->entsize == 8 ? 8 : 16;

	for (uint64_t off = 0; off < code.size; off += step) {
		uint64_t size = code.size - off < step ? code.size - off : step;
		uint64_t slot;

		if (!su_cursor_slice(&code, off, size, &entry) ||
		    !su_code_import_slot(entry.bytes, entry.size, section->vaddr + off, &slot))
			continue;
		const struct su_symbol *symbol = slot_symbol(image, slot);
		if (symbol)
			add_import(image, symbol, SU_IMPORT_PLT, section->vaddr + off, 1);
	}
}

static void add_plt_entries(struct su_image *image)
{
	for (size_t i = 1; i < image->section_count; i++) {
		const struct su_section *section = &image->sections[i];

		if (is_plt(section))
			add_plt_section(image, section);
	}
}

static int compare_entries(const void *a, const void *b)
{
	const struct su_import_entry *x = a, *y = b;

	if (x->import.vaddr != y->import.vaddr)
		return x->import.vaddr < y->import.vaddr ? -1 : 1;
	return (x->size > y->size) - (x->size < y->size);
}

/* Slots are filled at start before those that may be filled at the first call. */
static int compare_names(const void *a, const void *b)
{
	const struct su_import_entry *x = *(struct su_import_entry *const *)a;
	const struct su_import_entry *y = *(struct su_import_entry *const *)b;
	int by_name = strcmp(x->import.symbol->name, y->import.symbol->name);

	if (by_name)
		return by_name;
	if (x->import.form != y->import.form)
		return x->import.form < y->import.form ? -1 : 1;
	if (x->lazy != y->lazy)
		return x->lazy ? 1 : -1;
	return compare_entries(x, y);
}

static struct su_err *check_disjoint(const struct su_image *image)
{
	const struct su_image_private *priv = image->priv;

	for (size_t i = 1; i < priv->imports.len; i++) {
		const struct su_import_entry *before = &priv->imports.at[i - 1];
		const struct su_import_entry *entry = &priv->imports.at[i];

		if (entry->import.vaddr - before->import.vaddr < before->size)
			return su_refuse(SU_WHY_IMPORTS_SHARE_SLOT, before->import.symbol->name,
					 entry->import.symbol->name,
					 (uintmax_t)entry->import.vaddr);
	}
	return NULL;
}

struct su_err *su_image_read_imports(struct su_image *image)
{
	struct su_image_private *priv = image->priv;

	add_slots_and_copies(image);
	add_plt_entries(image);
	if (!priv->imports.len)
		return NULL;
	qsort(priv->imports.at, priv->imports.len, sizeof(*priv->imports.at), compare_entries);
	SU_TRY(check_disjoint(image));
	priv->imports_named =
		su_arena_alloc(priv->arena, priv->imports.len * sizeof(*priv->imports_named));
	for (size_t i = 0; i < priv->imports.len; i++)
		priv->imports_named[i] = &priv->imports.at[i];
	qsort(priv->imports_named, priv->imports.len, sizeof(*priv->imports_named), compare_names);
	return NULL;
}

bool su_image_import_at(const struct su_image *image, uint64_t vaddr, struct su_import *ret)
{
	const struct su_import_entry *entries = image->priv->imports.at;
	size_t after = su_search_until(entries, image->priv->imports.len, import.vaddr, vaddr);

	if (!after || vaddr - entries[after - 1].import.vaddr >= entries[after - 1].size)
		return false;
	*ret = entries[after - 1].import;
	return true;
}

static bool version_matches(const char *wanted, const char *version)
{
	return !wanted || (version && strcmp(wanted, version) == 0);
}

static bool is_named_before(const void *entry, const void *name)
{
	const struct su_import_entry *it = *(const struct su_import_entry *const *)entry;

	return strcmp(it->import.symbol->name, name) < 0;
}

bool su_image_import_named(const struct su_image *image, const char *name, const char *version,
			   enum su_import_form form, struct su_import *ret)
{
	struct su_import_entry **entries = image->priv->imports_named;
	size_t count = image->priv->imports.len;
	size_t at = su_search(entries, count, sizeof(*entries), name, is_named_before);

	for (; at < count && strcmp(entries[at]->import.symbol->name, name) == 0; at++) {
		const struct su_import *import = &entries[at]->import;

		if (import->form == form && version_matches(version, import->symbol->version)) {
			*ret = *import;
			return true;
		}
	}
	return false;
}

/* ---- functions of the image's own that are chosen at start ---- */

/* The resolver behind the PLT entry at `off` of the section, or 0. */
static uint64_t resolver_of_entry(const struct su_image *image, const struct su_section *section,
				  uint64_t off)
{
	struct su_cursor code = su_section_cursor(section), entry;
	uint64_t slot, left = code.size - off;
	size_t count;

	if (!su_cursor_slice(&code, off, left < 16 ? left : 16, &entry) ||
	    !su_code_import_slot(entry.bytes, entry.size, section->vaddr + off, &slot))
		return 0;
	const struct su_dynreloc *reloc = su_image_relocs_in(image, slot, 1, &count);
	return count == 1 && reloc->type == R_X86_64_IRELATIVE ? (uint64_t)reloc->addend : 0;
}

bool su_image_chosen_at(const struct su_image *image, uint64_t vaddr, uint64_t *ret_resolver)
{
	const struct su_section *section = su_image_section_at(image, vaddr);

	if (!section || !is_plt(section) || (vaddr - section->vaddr) % 8)
		return false;
	*ret_resolver = resolver_of_entry(image, section, vaddr - section->vaddr);
	return *ret_resolver != 0;
}

bool su_image_chosen_by(const struct su_image *image, uint64_t resolver, uint64_t *ret_vaddr)
{
	for (size_t i = 1; i < image->section_count; i++) {
		const struct su_section *section = &image->sections[i];

		for (uint64_t off = 0; is_plt(section) && off < section->size; off += 8)
			if (resolver_of_entry(image, section, off) == resolver) {
				*ret_vaddr = section->vaddr + off;
				return true;
			}
	}
	return false;
}
