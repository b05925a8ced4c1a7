/*
 * See scopes.h.
 *
 * Both lists are sorted by name and scope, so that what is declared at one scope is a run in each.
 * Units are called by their path where the other version has one of that path, else by their file
 * name: a build in another folder changes nothing.
 */
#include "diff/scopes.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/map.h"

/* Definitions of one name in one scope, or everywhere. */
struct run {
	const struct su_scoped *at;
	size_t count;
};

void su_scopes_add(struct su_scopes *scopes, struct su_scoped thing)
{
	su_vec_push(&scopes->list, thing);
}

void su_scopes_deinit(struct su_scopes *scopes)
{
	su_vec_deinit(&scopes->list);
}

/* ---- units ---- */

static struct su_map *units_of(const struct su_scopes *scopes)
{
	struct su_map *units = su_map_create();

	for (size_t i = 0; i < scopes->list.len; i++)
		su_map_put_str(units, scopes->list.at[i].unit, units);
	return units;
}

static void call_by_file(struct su_scopes *scopes, const struct su_map *others)
{
	for (size_t i = 0; i < scopes->list.len; i++) {
		const char *unit = scopes->list.at[i].unit, *slash = strrchr(unit, '/');

		if (slash && !su_map_get_str(others, unit))
			scopes->list.at[i].unit = slash + 1;
	}
}

static void name_units_alike(struct su_scopes *a, struct su_scopes *b)
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

static int compare_scope(const struct su_scoped *a, const struct su_scoped *b)
{
	int order = strcmp(a->name, b->name);

	if (!order)
		order = strcmp(a->unit, b->unit);
	return order ? order : compare_text(a->function, b->function);
}

static int compare_scoped(const void *left, const void *right)
{
	const struct su_scoped *a = left, *b = right;
	int order = compare_scope(a, b);

	return order ? order : (a->what > b->what) - (a->what < b->what);
}

static void sort_scoped(struct su_scopes *scopes)
{
	if (scopes->list.len)
		qsort(scopes->list.at, scopes->list.len, sizeof(*scopes->list.at), compare_scoped);
}

static bool same_name(const struct su_scoped *a, const struct su_scoped *b)
{
	return strcmp(a->name, b->name) == 0;
}

static bool same_place(const struct su_scoped *a, const struct su_scoped *b)
{
	return compare_scope(a, b) == 0;
}

static struct run run_from(const struct su_scoped *at, const struct su_scoped *end,
			   bool (*same)(const struct su_scoped *, const struct su_scoped *))
{
	struct run run = { .at = at };

	while (at + run.count < end && same(at, at + run.count))
		run.count++;
	return run;
}

/* The part of `run` that is of the scope of `thing`. */
static struct run at_place(struct run run, const struct su_scoped *thing)
{
	struct run part = { .at = run.at };

	while (part.at < run.at + run.count && compare_scope(part.at, thing) < 0)
		part.at++;
	while (part.at + part.count < run.at + run.count && same_place(part.at + part.count, thing))
		part.count++;
	return part;
}

/* ---- comparing ---- */

static bool is_same(const struct su_scoped *a, const struct su_scoped *b)
{
	return a->what == b->what || (a->may_move && b->may_move);
}

/* The first of `old` that is not in `new`: scope by scope when there are as many. */
static const struct su_scoped *find_lost(struct run old, struct run new,
					 const struct su_scoped **ret_new)
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

/* Those of `from` whose scopes `other` does not have; free() `at`. */
static struct run without_place(struct run from, struct run other, struct su_scoped **ret_at)
{
	struct su_scoped *list = su_alloc((from.count + 1) * sizeof(*list));
	size_t count = 0;

	for (size_t i = 0; i < from.count; i++) {
		if (!at_place(other, &from.at[i]).count)
			list[count++] = from.at[i];
	}
	*ret_at = list;
	return (struct run){ list, count };
}

/* What stands in a unit or function that only one version has: one of the other version's is its
 * new scope. */
static bool lost_elsewhere(struct run a, struct run b, struct su_scoped *ret_old,
			   struct su_scoped *ret_new)
{
	SU_FREE struct su_scoped *alone_a = NULL, *alone_b = NULL;
	struct run old = without_place(a, b, &alone_a), new = without_place(b, a, &alone_b);
	const struct su_scoped *lost = NULL, *instead = NULL;

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
static bool lost_of_name(struct run a, struct run b, struct su_scoped *ret_old,
			 struct su_scoped *ret_new)
{
	const struct su_scoped *end = a.at + a.count, *instead;

	for (const struct su_scoped *at = a.at; at < end;) {
		struct run here = run_from(at, end, same_place), there = at_place(b, at);
		const struct su_scoped *lost = NULL;

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

bool su_scopes_lost(struct su_scopes *a, struct su_scopes *b, struct su_scoped *ret_old,
		    struct su_scoped *ret_new)
{
	const struct su_scoped *at = a->list.at, *end = su_vec_end(&a->list);
	const struct su_scoped *at_b = b->list.at, *end_b = su_vec_end(&b->list);

	name_units_alike(a, b);
	sort_scoped(a);
	sort_scoped(b);
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
