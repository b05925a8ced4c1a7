/* Which variables get another place: see moving.h. */
#include "diff/moving.h"

#include "base/reason.h"
#include "diff/convert.h"

/* ---- what cannot move ---- */

static bool overlaps_another(const struct su_program *program, const struct su_datum *datum)
{
	const struct su_datum *all = program->data.at, *end = all + program->data.len;

	return (datum > all && datum[-1].vaddr + datum[-1].size > datum->vaddr) ||
	       (datum + 1 < end && datum[1].vaddr < datum->vaddr + datum->size);
}

static bool is_known_to_others(const struct su_program *program, const struct su_datum *datum)
{
	for (size_t i = 0; i < program->image->symbol_count; i++) {
		const struct su_symbol *symbol = &program->image->symbols[i];

		if (symbol->dynamic && symbol->vaddr - datum->vaddr < datum->size)
			return true;
	}
	return false;
}

/* Why it is not to be moved, or NULL. */
static const char *why_stuck(const struct su_program *program, const struct su_datum *datum)
{
	if (datum->piece)
		return SU_WHY_STUCK_IN_PIECES;
	if (datum->shared || overlaps_another(program, datum))
		return SU_WHY_STUCK_SHARED;
	if (is_known_to_others(program, datum))
		return SU_WHY_STUCK_KNOWN;
	return NULL;
}

/* ---- what differs ---- */

static bool has_contents(const struct su_program *program, const struct su_datum *datum)
{
	const uint8_t *bytes = su_image_bytes(program->image, datum->vaddr, datum->size);
	size_t pointers;

	su_image_relocs_in(program->image, datum->vaddr, datum->size, &pointers);
	for (uint64_t i = 0; bytes && i < datum->size; i++)
		if (bytes[i])
			return true;
	return pointers > 0;
}

static bool has_records_in_rows(const struct su_shape *shape)
{
	if (shape->kind == SU_SHAPE_ARRAY)
		return shape->element->kind == SU_SHAPE_RECORD ||
		       has_records_in_rows(shape->element);
	for (size_t i = 0; i < shape->member_count; i++)
		if (has_records_in_rows(shape->members[i].shape))
			return true;
	return false;
}

/* What it holds becomes what it is to hold by `steps`. Which row of a table is which is not known. */
static void find_steps(struct su_program *a, const struct su_datum *old, const struct su_shape *was,
		       struct su_program *b, const struct su_datum *new, const struct su_shape *is,
		       struct su_steps *steps)
{
	su_convert(was, is, a->arena, steps);
	if (!steps->why && (old->constant || new->constant))
		steps->why = SU_WHY_CONVERT_CONSTANT;
	if (!steps->why && (has_records_in_rows(was) || has_records_in_rows(is)) &&
	    (has_contents(a, old) || has_contents(b, new)))
		steps->why = SU_WHY_CONVERT_ROWS;
}

/* False: what it or a pointer in it is has changed in a way that is not understood. */
static bool understand(struct su_program *a, struct su_datum *old, struct su_program *b,
		       const struct su_datum *new)
{
	const struct su_shape *was = su_debug_static_shape(a->debug, old->vaddr, a->arena);
	const struct su_shape *is = su_debug_static_shape(b->debug, new->vaddr, b->arena);
	struct su_steps *steps = su_arena_alloc(a->arena, sizeof(*steps));

	if (!was || !is || was->size != old->size || is->size != new->size)
		return false;
	find_steps(a, old, was, b, new, is, steps);
	old->steps = steps;
	return !steps->is_beyond;
}

static bool is_retyped(const struct su_datum *old, const struct su_datum *new)
{
	return old->type_hash && new->type_hash && old->type_hash != new->type_hash;
}

static bool differs(const struct su_datum *old, const struct su_datum *new)
{
	return old->size != new->size || is_retyped(old, new) || old->constant != new->constant;
}

static struct su_err *refuse(const struct su_datum *old, const struct su_datum *new,
			     const char *why)
{
	if (why)
		return su_refuse(SU_WHY_VARIABLE_STUCK, old->name, old->unit, why);
	if (old->size != new->size)
		return su_refuse(SU_WHY_VARIABLE_SIZE, old->name, old->unit,
				 (unsigned long)old->size, (unsigned long)new->size);
	return su_refuse(SU_WHY_VARIABLE_TYPE, old->name, old->unit);
}

static struct su_err *choose(struct su_program *a, struct su_datum *old, struct su_program *b)
{
	struct su_datum *new = old->peer;
	const char *why = why_stuck(a, old);

	if (!understand(a, old, b, new))
		return refuse(old, new, NULL);
	if (!why)
		why = why_stuck(b, new);
	if (why)
		return refuse(old, new, why);
	old->moves = new->moves = true;
	return NULL;
}

/* A constant is never written to: that nobody holds its address is all that is asked. One that cannot
 * move is judged by what can be seen of it (make/moved.c). */
static void choose_constant(struct su_program *a, struct su_datum *old, struct su_program *b)
{
	struct su_datum *new = old->peer;

	if (old->type_hash && new->type_hash && differs(old, new) && !why_stuck(a, old) &&
	    !why_stuck(b, new))
		old->moves = new->moves = true;
}

struct su_err *su_moving_choose(struct su_program *old_program, struct su_program *new_program)
{
	for (size_t i = 0; i < old_program->data.len; i++) {
		struct su_datum *datum = &old_program->data.at[i];

		if (datum->peer && datum->constant && datum->peer->constant)
			choose_constant(old_program, datum, new_program);
		else if (datum->peer && differs(datum, datum->peer))
			SU_TRY(choose(old_program, datum, new_program));
	}
	return NULL;
}

/* ---- places in it ---- */

static bool has_bit(const struct su_step *step, uint64_t bit)
{
	return bit - step->from < step->from_size;
}

int64_t su_moving_offset(const struct su_datum *old, int64_t off)
{
	for (size_t i = 0; old->steps && i < old->steps->count; i++) {
		const struct su_step *step = &old->steps->at[i];

		if (has_bit(step, 8 * (uint64_t)off))
			return (int64_t)((step->to + (8 * (uint64_t)off - step->from)) / 8);
	}
	return off;
}

bool su_moving_same_place(const struct su_meaning *a, const struct su_meaning *b)
{
	if (a->kind != SU_MEANS_DATUM || b->kind != SU_MEANS_DATUM || !a->datum->moves ||
	    a->datum->peer != b->datum)
		return false;
	const struct su_meaning *old = a->datum->steps ? a : b, *new = old == a ? b : a;

	return su_moving_offset(old->datum, old->off) == new->off;
}
