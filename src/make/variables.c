/*
 * The records of variables that were added, changed, moved or removed: for the report.
 */
#include <string.h>

#include "make/maker.h"

static void add_variable(struct su_maker *maker, const struct su_datum *datum,
			 enum su_change change, uint64_t old_vaddr, uint64_t addr)
{
	struct su_patch_draft *draft = &maker->draft;

	su_vec_push(&draft->variables,
		    (struct su_patch_variable){ .name = su_patch_draft_string(draft, datum->name),
						.unit = su_patch_draft_string(draft, datum->unit),
						.change = change,
						.size = (uint32_t)datum->size,
						.old_vaddr = old_vaddr,
						.patch_vaddr = addr });
	if (addr)
		su_vec_push(&draft->symbols, (struct su_patch_symbol){ .name = datum->name,
								       .vaddr = addr,
								       .size = datum->size });
}

static bool initial_differs(const struct su_program *a, const struct su_datum *x,
			    const struct su_program *b, const struct su_datum *y)
{
	const uint8_t *in_a = su_image_bytes(a->image, x->vaddr, x->size);
	const uint8_t *in_b = su_image_bytes(b->image, y->vaddr, y->size);
	size_t count;

	su_image_relocs_in(a->image, x->vaddr, x->size, &count);
	if (count) /* pointers: their bytes say nothing */
		return false;
	if (!in_a != !in_b) { /* .data and .bss */
		const uint8_t *bytes = in_a ? in_a : in_b;

		for (uint64_t i = 0; i < x->size; i++) {
			if (bytes[i])
				return true;
		}
		return false;
	}
	return in_a && memcmp(in_a, in_b, x->size) != 0;
}

static uint64_t placed_addr(const struct su_maker *maker, const struct su_datum *datum)
{
	void *stored = su_map_get_u64(maker->placed, datum->vaddr);

	return stored ? (uint64_t)(uintptr_t)stored - 1 : 0;
}

void su_maker_add_variables(struct su_maker *maker)
{
	struct su_program *a = maker->old_program, *b = maker->new_program;

	for (size_t i = 0; i < b->data.len; i++) {
		const struct su_datum *datum = &b->data.at[i], *old = datum->peer;

		if (!old && placed_addr(maker, datum))
			add_variable(maker, datum, SU_ADDED, 0, placed_addr(maker, datum));
		else if (old && datum->moves)
			add_variable(maker, datum, SU_MOVED, old->vaddr, placed_addr(maker, datum));
		else if (old && datum->constant && datum->same == SU_SAME_NO)
			add_variable(maker, datum, SU_CHANGED, old->vaddr,
				     placed_addr(maker, datum));
		else if (old && !datum->constant && initial_differs(a, old, b, datum))
			add_variable(maker, datum, SU_INITIAL, old->vaddr, 0);
	}
	for (size_t i = 0; i < a->data.len; i++) {
		if (!a->data.at[i].peer)
			add_variable(maker, &a->data.at[i], SU_REMOVED, a->data.at[i].vaddr, 0);
	}
}
