/*
 * Which unit became which: see match_private.h.
 *
 * By the whole path, then by ever shorter tails of it (a build in another folder changes nothing), as
 * long as it is the only one in both versions; then by what they define for others: one source that
 * is compiled twice is two units, and a file may be renamed.  Of two units that define names in common
 * more than with any other, each is the other's.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "diff/match/match_private.h"

struct unit {
	uint64_t id;
	const char *path;
	SU_VEC(const char *) names; /* of what it defines */
	struct unit *peer;
};

struct units {
	SU_VEC(struct unit) list;
	struct su_map *by_id; /* index + 1 */
	struct su_arena *arena;
};

const char *su_base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* ---- reading ---- */

static void add_name(struct units *units, uint64_t id, const char *path, const char *name)
{
	size_t index = (uintptr_t)su_map_get_u64(units->by_id, id);

	if (!id)
		return;
	if (!index) {
		struct unit *unit = su_vec_add(&units->list);

		unit->id = id;
		unit->path = path;
		index = units->list.len;
		su_map_put_u64(units->by_id, id, (void *)(uintptr_t)index);
	}
	if (name)
		su_vec_push(&units->list.at[index - 1].names, name);
}

/* Names for others tell units of one source apart: what is static has one name in all of them. */
static void read_units(struct units *units, const struct su_program *program)
{
	units->by_id = su_map_create();
	units->arena = program->arena;
	for (size_t i = 0; i < program->routines.len; i++) {
		const struct su_routine *routine = &program->routines.at[i];

		add_name(units, routine->unit_id, routine->unit,
			 su_is_clone(routine->name) ? NULL : routine->name);
	}
	for (size_t i = 0; i < program->data.len; i++) {
		const struct su_datum *datum = &program->data.at[i];

		add_name(units, datum->unit_id, datum->unit, datum->function ? NULL : datum->name);
	}
}

static void free_units(struct units *units)
{
	for (size_t i = 0; i < units->list.len; i++)
		su_vec_deinit(&units->list.at[i].names);
	su_vec_deinit(&units->list);
	su_map_destroy(units->by_id);
}

/* ---- by path ---- */

/* The last `parts` parts of a path; NULL when it has fewer. 0: all of it. */
static const char *tail_of(const char *path, unsigned parts)
{
	const char *at = path + strlen(path);

	if (!parts)
		return path;
	while (at > path) {
		if (*--at == '/' && --parts == 0)
			return at + 1;
	}
	return parts == 1 ? path : NULL;
}

static struct unit *const twice = (struct unit *)~(uintptr_t)0;

static struct su_map *by_tail(const struct units *units, unsigned parts)
{
	struct su_map *map = su_map_create();

	for (size_t i = 0; i < units->list.len; i++) {
		struct unit *unit = &units->list.at[i];
		const char *key = unit->peer ? NULL : tail_of(unit->path, parts);

		if (key)
			su_map_put_str(map, key, su_map_get_str(map, key) ? twice : unit);
	}
	return map;
}

static void pair_by_tail(struct units *a, struct units *b, unsigned parts)
{
	struct su_map *in_a = by_tail(a, parts), *in_b = by_tail(b, parts);

	for (size_t i = 0; i < a->list.len; i++) {
		struct unit *unit = &a->list.at[i];
		const char *key = unit->peer ? NULL : tail_of(unit->path, parts);
		struct unit *other =
			key && su_map_get_str(in_a, key) == unit ? su_map_get_str(in_b, key) : NULL;

		if (other && other != twice) {
			unit->peer = other;
			other->peer = unit;
		}
	}
	su_map_destroy(in_a);
	su_map_destroy(in_b);
}

/* ---- by contents ---- */

static size_t in_common(const struct unit *a, const struct unit *b)
{
	struct su_map *names = su_map_create();
	size_t count = 0;

	for (size_t i = 0; i < a->names.len; i++)
		su_map_put_str(names, a->names.at[i], names);
	for (size_t i = 0; i < b->names.len; i++)
		count += su_map_get_str(names, b->names.at[i]) != NULL;
	su_map_destroy(names);
	return count;
}

/* The one of `others` that has most in common with `unit`; NULL when none has, or several have as much.
 * A unit of another name must have half of it. */
static struct unit *nearest_unit(const struct unit *unit, struct units *others)
{
	struct unit *best = NULL;
	size_t most = 0;

	for (size_t i = 0; i < others->list.len; i++) {
		struct unit *other = &others->list.at[i];
		bool same = !strcmp(su_base_name(unit->path), su_base_name(other->path));
		size_t count = other->peer ? 0 : in_common(unit, other);

		if (!count || count < most ||
		    (!same && (2 * count < unit->names.len || 2 * count < other->names.len)))
			continue;
		best = count == most ? NULL : other;
		most = count;
	}
	return best;
}

static bool pair_by_contents(struct units *a, struct units *b)
{
	bool any = false;

	for (size_t i = 0; i < a->list.len; i++) {
		struct unit *unit = &a->list.at[i];
		struct unit *other = unit->peer ? NULL : nearest_unit(unit, b);

		if (!other || nearest_unit(other, a) != unit)
			continue;
		unit->peer = other;
		other->peer = unit;
		any = true;
	}
	return any;
}

/* ---- the answer ---- */

static void number_units(struct su_unit_pairs *pairs, const struct units *a, const struct units *b)
{
	uintptr_t number = 0;

	for (size_t i = 0; i < a->list.len; i++) {
		const struct unit *unit = &a->list.at[i];

		su_map_put_u64(pairs->number[0], unit->id, (void *)++number);
		if (!unit->peer)
			continue;
		su_map_put_u64(pairs->number[1], unit->peer->id, (void *)number);
		if (strcmp(unit->path, unit->peer->path) != 0)
			su_map_put_u64(pairs->evidence, number,
				       su_arena_format(a->arena, "unit %s was %s", unit->peer->path,
						       unit->path));
	}
	for (size_t i = 0; i < b->list.len; i++) {
		const struct unit *unit = &b->list.at[i];

		if (!unit->peer)
			su_map_put_u64(pairs->number[1], unit->id, (void *)++number);
	}
}

/* A unit without a peer that is like one without a peer. */
static void note_doubts(struct su_unit_pairs *pairs, const struct units *a, const struct units *b)
{
	for (size_t i = 0; i < a->list.len; i++) {
		for (size_t k = 0; k < b->list.len && !a->list.at[i].peer; k++) {
			if (!b->list.at[k].peer &&
			    !strcmp(su_base_name(a->list.at[i].path),
				    su_base_name(b->list.at[k].path)) &&
			    in_common(&a->list.at[i], &b->list.at[k]))
				su_map_put_u64(pairs->doubtful, a->list.at[i].id, pairs);
		}
	}
}

void su_unit_pairs_init(struct su_unit_pairs *pairs, const struct su_program *old_program,
			const struct su_program *new_program)
{
	struct units a = { 0 }, b = { 0 };

	for (int version = 0; version < 2; version++)
		pairs->number[version] = su_map_create();
	pairs->doubtful = su_map_create();
	pairs->evidence = su_map_create();
	read_units(&a, old_program);
	read_units(&b, new_program);
	pair_by_tail(&a, &b, 0);
	for (unsigned parts = 8; parts > 0; parts--)
		pair_by_tail(&a, &b, parts);
	while (pair_by_contents(&a, &b))
		;
	number_units(pairs, &a, &b);
	note_doubts(pairs, &a, &b);
	free_units(&a);
	free_units(&b);
}

void su_unit_pairs_deinit(struct su_unit_pairs *pairs)
{
	for (int version = 0; version < 2; version++)
		su_map_destroy(pairs->number[version]);
	su_map_destroy(pairs->doubtful);
	su_map_destroy(pairs->evidence);
}

const char *su_unit_key(const struct su_unit_pairs *pairs, struct su_arena *arena, int version,
			uint64_t unit_id, const char *name)
{
	uintptr_t number = unit_id ? (uintptr_t)su_map_get_u64(pairs->number[version], unit_id) : 0;

	return number ? su_arena_format(arena, "#%lu", (unsigned long)number) : su_base_name(name);
}
