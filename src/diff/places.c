/*
 * See places.h.
 *
 * Both lists are sorted by name and place, so that what is declared at one place is a run in each.
 * Units are called by their path where the other version has one of that path, else by their file
 * name: a build in another folder changes nothing.
 */
#include "diff/places.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/map.h"

/* Definitions of one name in one place, or everywhere. */
struct run {
	const struct su_placed *at;
	size_t count;
};

void su_places_add(struct su_places *places, struct su_placed thing)
{
	su_vec_push(&places->list, thing);
}

void su_places_deinit(struct su_places *places)
{
	su_vec_deinit(&places->list);
}

/* ---- units ---- */

static struct su_map *units_of(const struct su_places *places)
{
	struct su_map *units = su_map_create();

	for (size_t i = 0; i < places->list.len; i++)
		su_map_put_str(units, places->list.at[i].unit, units);
	return units;
}

static void call_by_file(struct su_places *places, const struct su_map *others)
{
	for (size_t i = 0; i < places->list.len; i++) {
		const char *unit = places->list.at[i].unit, *slash = strrchr(unit, '/');

		if (slash && !su_map_get_str(others, unit))
			places->list.at[i].unit = slash + 1;
	}
}

static void name_units_alike(struct su_places *a, struct su_places *b)
{
	struct su_map *in_a = units_of(a), *in_b = units_of(b);

	call_by_file(a, in_b);
	call_by_file(b, in_a);
	su_map_destroy(in_a);
	su_map_destroy(in_b);
}

/* ---- order ---- */

static int compare_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int compare_place(const struct su_placed *a, const struct su_placed *b)
{
	int order = strcmp(a->name, b->name);

	if (!order)
		order = strcmp(a->unit, b->unit);
	return order ? order : compare_text(a->function, b->function);
}

static int compare(const void *left, const void *right)
{
	const struct su_placed *a = left, *b = right;
	int order = compare_place(a, b);

	return order ? order : (a->what > b->what) - (a->what < b->what);
}

static void sort(struct su_places *places)
{
	if (places->list.len)
		qsort(places->list.at, places->list.len, sizeof(*places->list.at), compare);
}

static bool same_name(const struct su_placed *a, const struct su_placed *b)
{
	return strcmp(a->name, b->name) == 0;
}

static bool same_place(const struct su_placed *a, const struct su_placed *b)
{
	return compare_place(a, b) == 0;
}

static struct run run_from(const struct su_placed *at, const struct su_placed *end,
			   bool (*same)(const struct su_placed *, const struct su_placed *))
{
	struct run run = { .at = at };

	while (at + run.count < end && same(at, at + run.count))
		run.count++;
	return run;
}

/* The part of `run` that is of the place of `thing`. */
static struct run at_place(struct run run, const struct su_placed *thing)
{
	struct run part = { .at = run.at };

	while (part.at < run.at + run.count && compare_place(part.at, thing) < 0)
		part.at++;
	while (part.at + part.count < run.at + run.count && same_place(part.at + part.count, thing))
		part.count++;
	return part;
}

/* ---- comparing ---- */

static bool is_same(const struct su_placed *a, const struct su_placed *b)
{
	return a->what == b->what || (a->may_move && b->may_move);
}

/* The first of `old` that is not in `new`: place by place when there are as many. */
static const struct su_placed *find_lost(struct run old, struct run new,
					 const struct su_placed **ret_new)
{
	for (size_t i = 0; i < old.count; i++) {
		bool found = false;

		for (size_t j = 0; j < new.count && !found; j++)
			found = is_same(&old.at[i], &new.at[j]);
		if (old.count == new.count && !is_same(&old.at[i], &new.at[i]))
			found = false;
		if (!found) {
			*ret_new = old.count == new.count ? &new.at[i] : new.at;
			return &old.at[i];
		}
	}
	return NULL;
}

/* Those of `from` whose places `other` does not have; free() `at`. */
static struct run without_place(struct run from, struct run other, struct su_placed **ret_at)
{
	struct su_placed *list = su_alloc((from.count + 1) * sizeof(*list));
	size_t count = 0;

	for (size_t i = 0; i < from.count; i++) {
		if (!at_place(other, &from.at[i]).count)
			list[count++] = from.at[i];
	}
	*ret_at = list;
	return (struct run){ list, count };
}

/* What stands in a unit or function that only one version has: one of the other version's is its
 * new place. */
static bool lost_elsewhere(struct run a, struct run b, struct su_placed *ret_old,
			   struct su_placed *ret_new)
{
	SU_FREE struct su_placed *alone_a = NULL, *alone_b = NULL;
	struct run old = without_place(a, b, &alone_a), new = without_place(b, a, &alone_b);
	const struct su_placed *lost = NULL, *instead = NULL;

	if (new.count) {
		lost = find_lost(old, new, &instead);
	} else {
		for (size_t i = 0; i < old.count && !lost; i++)
			lost = find_lost((struct run){ &old.at[i], 1 }, b, &instead);
	}
	if (lost) {
		*ret_old = *lost;
		*ret_new = *instead;
	}
	return lost != NULL;
}

/* All definitions of one name: in `a`, and in `b`. */
static bool lost_of_name(struct run a, struct run b, struct su_placed *ret_old,
			 struct su_placed *ret_new)
{
	const struct su_placed *end = a.at + a.count, *instead;

	for (const struct su_placed *at = a.at; at < end;) {
		struct run here = run_from(at, end, same_place), there = at_place(b, at);
		const struct su_placed *lost = NULL;

		if (there.count)
			lost = find_lost(here, there, &instead);
		if (lost) {
			*ret_old = *lost;
			*ret_new = *instead;
			return true;
		}
		at += here.count;
	}
	return lost_elsewhere(a, b, ret_old, ret_new);
}

bool su_places_lost(struct su_places *a, struct su_places *b, struct su_placed *ret_old,
		    struct su_placed *ret_new)
{
	const struct su_placed *at = a->list.at, *end = su_vec_end(&a->list);
	const struct su_placed *at_b = b->list.at, *end_b = su_vec_end(&b->list);

	name_units_alike(a, b);
	sort(a);
	sort(b);
	while (at < end) {
		struct run old = run_from(at, end, same_name), new;

		while (at_b < end_b && strcmp(at_b->name, at->name) < 0)
			at_b++;
		new = at_b < end_b &&same_name(at_b, at) ? run_from(at_b, end_b, same_name)
							 : (struct run){ 0 };
		if (new.count && lost_of_name(old, new, ret_old, ret_new))
			return true;
		at += old.count;
	}
	return false;
}
