/*
 * Slots of the global offset table by which code finds thread-local variables.
 *
 * Their relocations hold offsets, and no addresses: R_X86_64_DTPMOD64 with the offset in the next
 * word, or R_X86_64_DTPOFF64 there (general and local dynamic), R_X86_64_TPOFF64 (initial exec),
 * R_X86_64_TLSDESC.  The layout of thread-local storage is the same in both versions (layout.h), so
 * equal offsets mean one variable.
 *
 * Source: psABI x86-64, Drepper's "ELF Handling For Thread-Local Storage".
 */
#ifndef SU_DIFF_TLS_SLOT_H
#define SU_DIFF_TLS_SLOT_H

#include "elf/image.h"

/* The relocation of the slot that starts at `vaddr`; NULL: there is no such slot. */
const struct su_dynreloc *su_tls_slot_at(const struct su_image *image, uint64_t vaddr);

/* Whether the two slots lead to the same variable, in the same way. */
bool su_tls_slots_same(const struct su_image *a, const struct su_dynreloc *in_a,
		       const struct su_image *b, const struct su_dynreloc *in_b);

/* The slot of `a` that is the same as that of `b`, or NULL. */
const struct su_dynreloc *su_tls_slot_like(const struct su_image *a, const struct su_image *b,
					   const struct su_dynreloc *in_b);

#endif
