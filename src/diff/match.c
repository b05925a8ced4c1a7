/*
 * Matching by a list of keys: see match.h.
 *
 * Every pass writes each unmatched thing's key into a map of its side, marks keys that occur
 * twice, and links what stands alone under the same key on both sides.
 */
#include "diff/match.h"

#include <string.h>

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* "frob.constprop.3" -> "frob.constprop": the numbers are the compiler's. */
static const char *without_numbers(struct su_arena *arena, const char *name)
{
	char *copy = su_arena_strdup(arena, name), *end = copy + strlen(copy);

	for (;;) {
		char *dot = end;

		while (dot > copy && dot[-1] >= '0' && dot[-1] <= '9')
			dot--;
		if (dot == end || dot <= copy + 1 || dot[-1] != '.')
			return copy;
		end = dot - 1;
		*end = 0;
	}
}

/* ---- keys ---- */

typedef const char *key_fn(struct su_arena *arena, const void *thing);

static const char *routine_global(struct su_arena *arena, const void *thing)
{
	const struct su_routine *routine = thing;

	(void)arena;
	return routine->global ? routine->name : NULL;
}

static const char *routine_in_unit(struct su_arena *arena, const void *thing)
{
	const struct su_routine *routine = thing;

	return su_arena_format(arena, "%s\n%s", routine->unit, routine->name);
}

static const char *routine_in_file(struct su_arena *arena, const void *thing)
{
	const struct su_routine *routine = thing;

	return su_arena_format(arena, "%s\n%s", base_name(routine->unit), routine->name);
}

static const char *routine_by_name(struct su_arena *arena, const void *thing)
{
	(void)arena;
	return ((const struct su_routine *)thing)->name;
}

static const char *routine_clone(struct su_arena *arena, const void *thing)
{
	return without_numbers(arena, ((const struct su_routine *)thing)->name);
}

static const char *datum_global(struct su_arena *arena, const void *thing)
{
	const struct su_datum *datum = thing;

	(void)arena;
	return datum->global ? datum->name : NULL;
}

static const char *datum_scope(struct su_arena *arena, const struct su_datum *datum)
{
	return su_arena_format(arena, "%s\n%s\n%u", datum->function ? datum->function : "",
			       datum->name, datum->ordinal);
}

static const char *datum_in_unit(struct su_arena *arena, const void *thing)
{
	const struct su_datum *datum = thing;

	return su_arena_format(arena, "%s\n%s", datum->unit, datum_scope(arena, datum));
}

static const char *datum_in_file(struct su_arena *arena, const void *thing)
{
	const struct su_datum *datum = thing;

	return su_arena_format(arena, "%s\n%s", base_name(datum->unit), datum_scope(arena, datum));
}

static const char *datum_in_function(struct su_arena *arena, const void *thing)
{
	return datum_scope(arena, thing);
}

/* ---- one pass ---- */

struct side {
	struct su_arena *arena;
	char *things;
	size_t count, size;
	size_t peer_off; /* of the `peer` member */
};

static void **peer_of(const struct side *side, size_t index)
{
	return (void **)(side->things + index * side->size + side->peer_off);
}

static void *const twice = (void *)~(uintptr_t)0;

static struct su_map *index_side(const struct side *side, key_fn *key)
{
	struct su_map *map = su_map_create();

	for (size_t i = 0; i < side->count; i++) {
		void *thing = side->things + i * side->size;
		const char *text = *peer_of(side, i) ? NULL : key(side->arena, thing);

		if (text)
			su_map_put_str(map, text, su_map_get_str(map, text) ? twice : thing);
	}
	return map;
}

static void match_by(const struct side *a, const struct side *b, key_fn *key)
{
	struct su_map *in_a = index_side(a, key), *in_b = index_side(b, key);

	for (size_t i = 0; i < a->count; i++) {
		char *thing = a->things + i * a->size;
		const char *text = *peer_of(a, i) ? NULL : key(a->arena, thing);
		char *other = text && su_map_get_str(in_a, text) == thing
				      ? su_map_get_str(in_b, text)
				      : NULL;

		if (other && other != twice) {
			*peer_of(a, i) = other;
			*(void **)(other + b->peer_off) = thing;
		}
	}
	su_map_destroy(in_a);
	su_map_destroy(in_b);
}

static void match_sides(const struct side *a, const struct side *b, key_fn *const *keys)
{
	for (; *keys; keys++)
		match_by(a, b, *keys);
}

static struct side routines_of(struct su_program *program)
{
	return (struct side){ program->arena, (char *)program->routines.at, program->routines.len,
			      sizeof(struct su_routine), offsetof(struct su_routine, peer) };
}

static struct side data_of(struct su_program *program)
{
	return (struct side){ program->arena, (char *)program->data.at, program->data.len,
			      sizeof(struct su_datum), offsetof(struct su_datum, peer) };
}

static void pair_escapes(const struct su_program *old_program, const struct su_program *new_program)
{
	for (size_t i = 0; i < old_program->routines.len; i++) {
		const struct su_routine *routine = &old_program->routines.at[i];

		if (routine->peer)
			su_escapes_pair(old_program->escapes, routine->vaddr, new_program->escapes,
					routine->peer->vaddr);
	}
}

void su_match_programs(struct su_program *old_program, struct su_program *new_program)
{
	static key_fn *const routine_keys[] = { routine_global,	 routine_in_unit, routine_in_file,
						routine_by_name, routine_clone,	  NULL };
	static key_fn *const datum_keys[] = { datum_global, datum_in_unit, datum_in_file,
					      datum_in_function, NULL };
	struct side a = routines_of(old_program), b = routines_of(new_program);

	match_sides(&a, &b, routine_keys);
	pair_escapes(old_program, new_program);
	a = data_of(old_program);
	b = data_of(new_program);
	match_sides(&a, &b, datum_keys);
}
