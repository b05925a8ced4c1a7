/*
 * Constants that stay where they are and change their contents: see diff/constants.h.
 *
 * Only the words that differ are in the patch, with what the old version has there.  A pointer is
 * bound like one in a copy: one to a function that was there before is to its old entry, from where
 * a jump leads on.
 */
#include <string.h>

#include "diff/compare.h"
#include "diff/constants.h"
#include "make/maker.h"

#define WORD 8u

static const struct su_dynreloc *pointer_at(const struct su_program *program, uint64_t vaddr,
					    uint64_t size)
{
	size_t count;
	const struct su_dynreloc *relocs = su_image_relocs_in(program->image, vaddr, size, &count);

	return count ? relocs : NULL;
}

static struct su_err *add_word(struct su_maker *maker, uint64_t old_vaddr, uint64_t new_vaddr,
			       uint64_t size)
{
	struct su_patch_word word = { .at = old_vaddr, .size = (uint8_t)size };

	if (su_same_bytes(maker->old_program, old_vaddr, maker->new_program, new_vaddr, size))
		return NULL;
	word.is_pointer = pointer_at(maker->old_program, old_vaddr, size) != NULL;
	if (!word.is_pointer)
		memcpy(word.before, su_image_bytes(maker->old_program->image, old_vaddr, size),
		       size);
	word.from = su_maker_reserve(maker, SU_DRAFT_RODATA, WORD, 0);
	SU_TRY(su_maker_copy_bytes(maker, new_vaddr, size, word.from));
	su_vec_push(&maker->draft.words, word);
	return NULL;
}

struct su_err *su_maker_add_words(struct su_maker *maker)
{
	const struct su_program *program = maker->old_program;

	for (size_t i = 0; i < program->data.len; i++) {
		const struct su_datum *datum = &program->data.at[i];

		if (!datum->in_place || datum->same != SU_SAME_NO)
			continue;
		for (uint64_t off = 0; off < datum->size; off += WORD)
			SU_TRY(add_word(maker, datum->vaddr + off, datum->peer->vaddr + off,
					datum->size - off < WORD ? datum->size - off : WORD));
	}
	return NULL;
}
