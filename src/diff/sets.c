/* See sets.h. The linker defines the symbols when code refers to them (ld, "Orphan Sections"). */
#include "diff/sets.h"

#include <string.h>

#include "base/reason.h"
#include "diff/compare.h"

/* The section that `symbol` is the start or the end of, or NULL. */
static const struct su_section *set_of(const struct su_image *image, const struct su_symbol *symbol)
{
	const char *name = NULL;

	if (strncmp(symbol->name, "__start_", 8) == 0)
		name = symbol->name + 8;
	else if (strncmp(symbol->name, "__stop_", 7) == 0)
		name = symbol->name + 7;
	return name ? su_image_section_named(image, name) : NULL;
}

/* A compound literal has no name by which it could be known: it is what it holds. */
static bool same_target(const struct su_program *a, uint64_t in_a, const struct su_program *b,
			uint64_t in_b)
{
	struct su_meaning old = su_program_meaning(a, in_a), new = su_program_meaning(b, in_b);

	if (su_same_meaning(a, in_a, b, in_b, 0))
		return true;
	return old.kind == SU_MEANS_DATUM &&
	       new.kind == SU_MEANS_DATUM &&old.datum->constant &&new.datum->constant &&old.off ==
		       new.off &&old.datum->size ==
		       new.datum->size &&su_same_bytes(a, old.datum->vaddr, b, new.datum->vaddr,
						       old.datum->size);
}

/* What a program may write may differ in its first contents, but for what it points to. */
static bool same_pointers(const struct su_program *a, const struct su_section *in_a,
			  const struct su_program *b, const struct su_section *in_b)
{
	size_t count_a, count_b;
	const struct su_dynreloc *of_a =
		su_image_relocs_in(a->image, in_a->vaddr, in_a->size, &count_a);
	const struct su_dynreloc *of_b =
		su_image_relocs_in(b->image, in_b->vaddr, in_b->size, &count_b);

	if (count_a != count_b)
		return false;
	for (size_t i = 0; i < count_a; i++) {
		if (of_a[i].vaddr - in_a->vaddr != of_b[i].vaddr - in_b->vaddr ||
		    !of_a[i].symbol != !of_b[i].symbol)
			return false;
		if (of_a[i].symbol ? strcmp(of_a[i].symbol->name, of_b[i].symbol->name) != 0
				   : !same_target(a, (uint64_t)of_a[i].addend, b,
						  (uint64_t)of_b[i].addend))
			return false;
	}
	return true;
}

static bool same_set(const struct su_program *a, const struct su_section *in_a,
		     const struct su_program *b, const struct su_section *in_b)
{
	if (in_a->size != in_b->size)
		return false;
	if (in_a->flags & SHF_WRITE)
		return same_pointers(a, in_a, b, in_b);
	return su_same_bytes(a, in_a->vaddr, b, in_b->vaddr, in_a->size);
}

struct su_err *su_sets_check(const struct su_program *old_program,
			     const struct su_program *new_program)
{
	const struct su_image *image = old_program->image;

	for (size_t i = 0; i < image->symbol_count; i++) {
		const struct su_section *old = set_of(image, &image->symbols[i]), *new;

		if (!old)
			continue;
		new = su_image_section_named(new_program->image, old->name);
		if (!new || !same_set(old_program, old, new_program, new))
			return su_refuse(SU_WHY_SECTION_SET_CHANGED, old->name,
					 image->symbols[i].name);
	}
	return NULL;
}
