/* How the bytes of one layout become those of another: see convert.h. */
#include "diff/convert.h"

#include <string.h>

#include "base/reason.h"

#define STEP_LIMIT 20000u

struct converting {
	struct su_arena *arena;
	struct su_steps *steps;
	SU_VEC(struct su_step) list;
	const char *path; /* of the member that is looked at, "" or "outer." */
};

/* Where two things are, in bits. */
struct places {
	uint64_t from, to;
};

static void convert_shape(struct converting *at, const struct su_shape *from,
			  const struct su_shape *to, struct places places);

/* ---- steps ---- */

static void give_up(struct converting *at, const char *message, const char *name)
{
	if (!at->steps->why)
		at->steps->why = su_arena_format(at->arena, message, at->path, name);
}

/* Whether `step` goes on where the one before it ends. */
static bool joins(const struct su_step *before, const struct su_step *step)
{
	return before->kind == SU_STEP_COPY && step->kind == SU_STEP_COPY &&
	       before->from + before->from_size == step->from &&
	       before->to + before->to_size == step->to;
}

static void add_step(struct converting *at, struct su_step step)
{
	struct su_step *last = at->list.len ? &at->list.at[at->list.len - 1] : NULL;

	if (last && joins(last, &step)) {
		last->from_size += step.from_size;
		last->to_size += step.to_size;
		return;
	}
	if (at->list.len >= STEP_LIMIT)
		give_up(at, SU_WHY_CONVERT_LONG, "");
	else
		su_vec_push(&at->list, step);
}

static void copy(struct converting *at, struct places places, uint64_t bits)
{
	add_step(at, (struct su_step){ SU_STEP_COPY, places.from, bits, places.to, bits, false,
				       false });
}

/* ---- members ---- */

static const struct su_shape_member *member_named(const struct su_shape *shape, const char *name)
{
	for (size_t i = 0; i < shape->member_count; i++)
		if (strcmp(shape->members[i].name, name) == 0)
			return &shape->members[i];
	return NULL;
}

/* A member that only `one` has, or NULL. */
static const struct su_shape_member *alone_in(const struct su_shape *one,
					      const struct su_shape *other)
{
	for (size_t i = 0; i < one->member_count; i++)
		if (!member_named(other, one->members[i].name))
			return &one->members[i];
	return NULL;
}

static bool has_nameless(const struct su_shape *shape)
{
	return member_named(shape, "") != NULL;
}

static void convert_bits(struct converting *at, const struct su_shape_member *from,
			 const struct su_shape_member *to, struct places places)
{
	uint64_t size = from->bit_size ? from->bit_size : 8 * from->shape->size;
	uint64_t to_size = to->bit_size ? to->bit_size : 8 * to->shape->size;

	if (from->shape->hash == to->shape->hash && size == to_size) {
		copy(at, places, size);
		return;
	}
	if (from->shape->kind != SU_SHAPE_NUMBER || to->shape->kind != SU_SHAPE_NUMBER) {
		give_up(at, SU_WHY_CONVERT_MEMBER, from->name);
		return;
	}
	add_step(at, (struct su_step){ SU_STEP_NUMBER, places.from, size, places.to, to_size,
				       from->shape->is_signed, to->shape->is_signed });
}

static void convert_member(struct converting *at, const struct su_shape_member *from,
			   const struct su_shape_member *to, struct places places)
{
	const char *path = at->path;

	places.from += from->bit_off;
	places.to += to->bit_off;
	if (from->bit_size || to->bit_size) {
		convert_bits(at, from, to, places);
		return;
	}
	at->path = su_arena_format(at->arena, "%s%s.", path, from->name);
	convert_shape(at, from->shape, to->shape, places);
	at->path = path;
}

static void convert_record(struct converting *at, const struct su_shape *from,
			   const struct su_shape *to, struct places places)
{
	const struct su_shape_member *gone = alone_in(from, to), *new = alone_in(to, from);

	if (gone && new)
		give_up(at, SU_WHY_CONVERT_RENAMED, gone->name);
	if (has_nameless(from) || has_nameless(to))
		give_up(at, SU_WHY_CONVERT_NAMELESS, "");
	for (size_t i = 0; i < from->member_count; i++) {
		const struct su_shape_member *member = &from->members[i];
		const struct su_shape_member *like = member_named(to, member->name);

		if (like)
			convert_member(at, member, like, places);
	}
}

/* ---- arrays ---- */

static void convert_array(struct converting *at, const struct su_shape *from,
			  const struct su_shape *to, struct places places)
{
	uint64_t step = 8 * from->element->size, to_step = 8 * to->element->size;

	if (from->dimensions != to->dimensions) {
		add_step(at, (struct su_step){ SU_STEP_UNTOUCHED, places.from, 8 * from->size,
					       places.to, 8 * to->size, false, false });
		return;
	}
	for (uint64_t i = 0; i < from->count && !at->steps->why; i++)
		convert_shape(at, from->element, to->element,
			      (struct places){ places.from + i * step, places.to + i * to_step });
}

/* ---- all ---- */

static bool is_opaque(const struct su_shape *shape)
{
	return shape->kind == SU_SHAPE_POINTER || shape->kind == SU_SHAPE_OTHER;
}

static void give_up_type(struct converting *at, const struct su_shape *from,
			 const struct su_shape *to)
{
	give_up(at, SU_WHY_CONVERT_TYPE, "");
	at->steps->is_beyond |= is_opaque(from) || is_opaque(to);
}

static void convert_shape(struct converting *at, const struct su_shape *from,
			  const struct su_shape *to, struct places places)
{
	if (from->hash == to->hash)
		copy(at, places, 8 * from->size);
	else if (from->kind == SU_SHAPE_RECORD && to->kind == SU_SHAPE_RECORD)
		convert_record(at, from, to, places);
	else if (from->kind == SU_SHAPE_ARRAY && to->kind == SU_SHAPE_ARRAY)
		convert_array(at, from, to, places);
	else if (from->kind == SU_SHAPE_NUMBER && to->kind == SU_SHAPE_NUMBER)
		add_step(at,
			 (struct su_step){ SU_STEP_NUMBER, places.from, 8 * from->size, places.to,
					   8 * to->size, from->is_signed, to->is_signed });
	else
		give_up_type(at, from, to);
}

void su_convert(const struct su_shape *from, const struct su_shape *to, struct su_arena *arena,
		struct su_steps *ret)
{
	struct converting at = { .arena = arena, .steps = ret, .path = "" };

	convert_shape(&at, from, to, (struct places){ 0, 0 });
	if (!ret->why) {
		ret->at = su_arena_copy(arena, at.list.at, at.list.len * sizeof(*at.list.at));
		ret->count = at.list.len;
	}
	su_vec_deinit(&at.list);
}
