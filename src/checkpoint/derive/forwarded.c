/*
 * Pointers into frame objects that move: part of derive_private.h.
 *
 * A value that may point into such an object is no source as it is.  What a library function
 * returns is one all the same when the function is known to return nothing but a null pointer, or a
 * pointer into what it was given (strchr, fgets, memcpy): the stub looks whether it points into the
 * object, up to its end, and moves it by as much.
 */
#include "analysis/retain.h"
#include "checkpoint/derive/derive_private.h"

/* The objects that move and that a value may point into. */
struct moved_search {
	const struct su_point *point;
	const struct su_moved_object *object; /* the last one that was found */
	bool several;
};

static void check_root(void *ctx, int64_t off)
{
	struct moved_search *search = ctx;

	for (size_t i = 0; i < search->point->objects.len; i++) {
		const struct su_moved_object *object = &search->point->objects.at[i];

		if (object->from_off == object->to_off || off < object->from_off ||
		    off > object->from_off + (int64_t)object->size)
			continue;
		search->several |= search->object && search->object != object;
		search->object = object;
	}
}

static struct moved_search search_moved(const struct su_point *point, uint32_t u)
{
	struct moved_search search = { .point = point };
	bool any = false;

	for (size_t i = 0; i < point->objects.len; i++)
		any |= point->objects.at[i].from_off != point->objects.at[i].to_off;
	if (any)
		su_values_visit_roots(point->pair->from->values, u, check_root, &search);
	return search;
}

bool su_derive_points_into_moved(const struct su_point *point, uint32_t u)
{
	return search_moved(point, u).object != NULL;
}

/* Whether the value is what a library function returns of which is known which pointer that is. */
static bool is_known_result(const struct su_side *from, uint32_t u)
{
	const struct su_value *value = su_value_get(from->values, u);
	const struct su_insn *insn;
	struct su_escape escape;

	if (value->kind != SU_VAL_DEF || value->loc != SU_REG_RESULT)
		return false;
	insn = &from->values->code->insns[value->where];
	return insn->opcode == SU_OPC_CALL &&
	       su_retain_by_import(from->values->image, insn, &escape) && escape.returned[0];
}

static const struct su_source *calculated(struct su_point *point, enum su_expr_op op,
					  const struct su_source *a, const struct su_source *b,
					  int64_t imm)
{
	return su_source_new(point, (struct su_source){ .kind = SU_SOURCE_OP,
							.op = (uint8_t)op,
							.size = op == SU_EXPR_SUM,
							.imm = imm,
							.a = a,
							.b = b });
}

/* x + delta if 0 <= x - start <= size, else x: one of x - start and size - (x - start) is negative
 * then, and its sign makes the mask. */
static const struct su_source *forwarded(struct su_point *point, const struct su_source *x,
					 const struct su_moved_object *object)
{
	const struct su_source *start = su_source_new(
		point, (struct su_source){ .kind = SU_SOURCE_FRAME, .imm = object->from_off });
	const struct su_source *size = su_source_new(
		point, (struct su_source){ .kind = SU_SOURCE_CONST, .imm = (int64_t)object->size });
	const struct su_source *inside = calculated(point, SU_EXPR_SUB, x, start, 0), *mask;

	mask = calculated(point, SU_EXPR_OR, inside,
			  calculated(point, SU_EXPR_SUB, size, inside, 0), 0);
	mask = calculated(point, SU_EXPR_NOT, calculated(point, SU_EXPR_SAR, mask, NULL, 63), NULL,
			  0);
	mask = calculated(point, SU_EXPR_AND, mask, NULL, object->to_off - object->from_off);
	return calculated(point, SU_EXPR_SUM, x, mask, 0);
}

const struct su_source *su_source_forwarded(struct su_point *point, const struct su_source *source,
					    uint32_t u)
{
	struct moved_search search = search_moved(point, u);

	if (!search.object)
		return source;
	if (search.several || source->size < 8 || !is_known_result(point->pair->from, u))
		return NULL;
	return forwarded(point, source, search.object);
}

const struct su_source *su_derive_result(struct su_point *point, uint8_t reg)
{
	struct su_source source = { .kind = SU_SOURCE_REG, .reg = reg, .size = 8 };

	return su_source_forwarded(point, su_source_new(point, source), point->from_state[reg]);
}
