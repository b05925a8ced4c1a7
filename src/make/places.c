/*
 * Variables that get another place: see diff/moving.h.
 *
 * The new place is made as that of a new variable. Beside it the patch has what either version starts
 * the variable with, linked for the process like all of its contents, to compare memory with.
 */
#include <string.h>

#include "base/reason.h"
#include "diff/convert.h"
#include "make/maker.h"

/* ---- what the old version starts it with ---- */

/* Where a pointer of the old version's data leads. */
static struct su_err *old_target(struct su_maker *maker, uint64_t vaddr, struct su_spot *ret)
{
	struct su_meaning meaning = su_program_meaning(maker->old_program, vaddr);

	switch (meaning.kind) {
	case SU_MEANS_ROUTINE:
		if (meaning.off)
			break;
		*ret = su_spot_in_image(SU_HOME_ENTRY, vaddr, 0);
		return NULL;
	case SU_MEANS_DATUM:
		*ret = su_spot_in_image(SU_HOME_DATA, meaning.datum->vaddr, meaning.off);
		return NULL;
	case SU_MEANS_ANONYMOUS:
		*ret = su_spot_in_image(SU_HOME_DATA, vaddr, 0);
		return NULL;
	default:
		break;
	}
	return su_maker_cannot_bind(maker, NULL, vaddr, SU_WHY_ADDRESS_UNKNOWN);
}

static struct su_err *copy_old(struct su_maker *maker, const struct su_datum *datum, uint64_t to)
{
	const struct su_image *image = maker->old_program->image;
	size_t count;
	const struct su_dynreloc *relocs =
		su_image_relocs_in(image, datum->vaddr, datum->size, &count);

	memcpy(su_maker_at(maker, to), su_image_bytes(image, datum->vaddr, datum->size),
	       datum->size);
	for (size_t i = 0; i < count; i++)
		SU_TRY(su_maker_copy_pointer(maker, &relocs[i],
					     to + (relocs[i].vaddr - datum->vaddr), old_target));
	return NULL;
}

/* ---- both ---- */

/* Room for what a version starts the variable with; 0: that is zeros. */
static uint64_t reserve_initial(struct su_maker *maker, const struct su_program *program,
				const struct su_datum *datum)
{
	return su_image_bytes(program->image, datum->vaddr, datum->size)
		       ? su_maker_reserve(maker, SU_DRAFT_RODATA, datum->size, datum->vaddr)
		       : 0;
}

static struct su_patch_step step_of(const struct su_step *step)
{
	static const uint8_t kinds[] = { [SU_STEP_COPY] = SU_PATCH_STEP_COPY,
					 [SU_STEP_NUMBER] = SU_PATCH_STEP_NUMBER,
					 [SU_STEP_UNTOUCHED] = SU_PATCH_STEP_UNTOUCHED };

	return (struct su_patch_step){ .at = step->from,
				       .size = step->from_size,
				       .to = step->to,
				       .to_size = step->to_size,
				       .kind = kinds[step->kind],
				       .is_signed = { step->from_signed, step->to_signed } };
}

/* `steps`: NULL, of a constant. */
static void add_steps(struct su_patch_draft *draft, const struct su_steps *steps,
		      struct su_patch_moved *moved)
{
	if (!steps)
		return;
	moved->first_step = (uint32_t)draft->steps.len;
	moved->why = su_patch_draft_string(draft, steps->why);
	if (steps->why)
		return;
	moved->step_count = (uint32_t)steps->count;
	for (size_t i = 0; i < steps->count; i++)
		su_vec_push(&draft->steps, step_of(&steps->at[i]));
}

static struct su_err *add_moved(struct su_maker *maker, const struct su_datum *datum)
{
	struct su_patch_draft *draft = &maker->draft;
	struct su_datum *peer = datum->peer;
	struct su_patch_moved moved = { .at = datum->vaddr,
					.size = datum->size,
					.to_size = peer->size,
					.name = su_patch_draft_string(draft, peer->name),
					.unit = su_patch_draft_string(draft, peer->unit) };

	SU_TRY(su_maker_place(maker, peer, &moved.to));
	moved.before = reserve_initial(maker, maker->old_program, datum);
	if (moved.before)
		SU_TRY(copy_old(maker, datum, moved.before));
	moved.after = reserve_initial(maker, maker->new_program, peer);
	if (moved.after)
		SU_TRY(su_maker_copy_bytes(maker, peer->vaddr, peer->size, moved.after));
	add_steps(draft, datum->steps, &moved);
	su_vec_push(&draft->moved, moved);
	return NULL;
}

struct su_err *su_maker_add_moved(struct su_maker *maker)
{
	const struct su_program *program = maker->old_program;

	for (size_t i = 0; i < program->data.len; i++)
		if (program->data.at[i].moves)
			SU_TRY(add_moved(maker, &program->data.at[i]));
	return NULL;
}
