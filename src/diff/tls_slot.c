/* Slots by which code finds thread-local variables: see tls_slot.h. */
#include "diff/tls_slot.h"

#include <elf.h>
#include <string.h>

static bool is_tls(const struct su_dynreloc *reloc)
{
	return reloc->type == R_X86_64_DTPMOD64 || reloc->type == R_X86_64_DTPOFF64 ||
	       reloc->type == R_X86_64_TPOFF64 || reloc->type == R_X86_64_TLSDESC;
}

const struct su_dynreloc *su_tls_slot_at(const struct su_image *image, uint64_t vaddr)
{
	size_t count;
	const struct su_dynreloc *reloc = su_image_relocs_in(image, vaddr, 1, &count);

	return reloc && is_tls(reloc) ? reloc : NULL;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool same_variable(const struct su_dynreloc *a, const struct su_dynreloc *b)
{
	if (a->type != b->type || a->addend != b->addend || !a->symbol != !b->symbol)
		return false;
	return !a->symbol || (same_text(a->symbol->name, b->symbol->name) &&
			      same_text(a->symbol->version, b->symbol->version));
}

/* The word behind a module's number: the offset, by the loader or by the linker. */
static bool same_offset(const struct su_image *a, uint64_t vaddr_a, const struct su_image *b,
			uint64_t vaddr_b)
{
	const struct su_dynreloc *in_a = su_tls_slot_at(a, vaddr_a);
	const struct su_dynreloc *in_b = su_tls_slot_at(b, vaddr_b);
	const uint8_t *bytes_a = su_image_bytes(a, vaddr_a, 8);
	const uint8_t *bytes_b = su_image_bytes(b, vaddr_b, 8);

	if (in_a || in_b)
		return in_a && in_b && in_a->type == R_X86_64_DTPOFF64 && same_variable(in_a, in_b);
	return bytes_a && bytes_b && !memcmp(bytes_a, bytes_b, 8);
}

bool su_tls_slots_same(const struct su_image *a, const struct su_dynreloc *in_a,
		       const struct su_image *b, const struct su_dynreloc *in_b)
{
	return same_variable(in_a, in_b) && (in_a->type != R_X86_64_DTPMOD64 ||
					     same_offset(a, in_a->vaddr + 8, b, in_b->vaddr + 8));
}

const struct su_dynreloc *su_tls_slot_like(const struct su_image *a, const struct su_image *b,
					   const struct su_dynreloc *in_b)
{
	for (size_t i = 0; i < a->reloc_count; i++)
		if (is_tls(&a->relocs[i]) && su_tls_slots_same(a, &a->relocs[i], b, in_b))
			return &a->relocs[i];
	return NULL;
}
