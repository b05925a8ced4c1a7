/* Which variables get another place: see moving.h. */
#include "diff/moving.h"

#include "base/reason.h"
#include "dwarf/shape.h"

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

/* Another number of the same elements: what an element is, and so what lies behind pointers in it,
 * is as it was. */
static bool is_resized(struct su_program *a, const struct su_datum *old, struct su_program *b,
		       const struct su_datum *new)
{
	const struct su_shape *was = su_debug_static_shape(a->debug, old->vaddr, a->arena);
	const struct su_shape *is = su_debug_static_shape(b->debug, new->vaddr, b->arena);

	return was && is && was->size == old->size && is->size == new->size &&
	       was->kind == SU_SHAPE_ARRAY && is->kind == SU_SHAPE_ARRAY &&
	       was->element->hash == is->element->hash;
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

	if (!is_resized(a, old, b, new) && (old->size != new->size || is_retyped(old, new)))
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
