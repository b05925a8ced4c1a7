/*
 * Layout checks: see layout.h.
 *
 * One name may have several definitions in a program, one in each unit or function.  So definitions
 * are compared scope by scope: of units with the same number of definitions each must still be
 * there, else each layout (or value) that the old version has.  A scope that the new version does
 * not have is compared with the whole program, unless the name is gone there.
 */
#include "diff/layout.h"

#include <stdlib.h>
#include <string.h>

#include "base/reason.h"
#include "diff/pointees.h"
#include "diff/scopes.h"

static const char *base_name(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return slash ? slash + 1 : path ? path : "";
}

/* ---- types ---- */

static struct su_err *type_changed(const struct su_program *a, const struct su_type *old_type,
				   const struct su_program *b, const struct su_type *new_type)
{
	SU_FREE char *how = old_type->hash
				    ? su_debug_types_differ(a->debug, old_type, b->debug, new_type)
				    : su_strdup("it cannot be told");

	return su_refuse(SU_WHY_LAYOUT_CHANGED, old_type->name, old_type->unit, how);
}

/* A layout that cannot be told is like no other. */
static uint64_t what_of(const struct su_type *type)
{
	return type->hash ? type->hash : (uint64_t)(uintptr_t)type;
}

static void add_types(struct su_scopes *scopes, const struct su_program *program,
		      const struct su_convertible *convertible)
{
	size_t count;
	const struct su_type *types = su_debug_types(program->debug, &count);

	for (size_t i = 0; i < count; i++)
		if (!su_is_convertible(convertible, types[i].name))
			su_scopes_add(scopes, (struct su_scoped){ .name = types[i].name,
								  .unit = types[i].unit,
								  .function = types[i].function,
								  .what = what_of(&types[i]),
								  .thing = &types[i] });
}

static struct su_err *check_types(const struct su_program *a, const struct su_program *b,
				  const struct su_convertible *convertible)
{
	struct su_scopes in_a = { 0 }, in_b = { 0 };
	struct su_scoped old, new;
	struct su_err *err = NULL;

	add_types(&in_a, a, convertible);
	add_types(&in_b, b, convertible);
	if (su_scopes_lost(&in_a, &in_b, &old, &new))
		err = type_changed(a, old.thing, b, new.thing);
	su_scopes_deinit(&in_a);
	su_scopes_deinit(&in_b);
	return err;
}

/* ---- types that got another name ---- */

struct types {
	const struct su_type *at;
	size_t count;
};

static struct types types_of(const struct su_program *program)
{
	struct types types;

	types.at = su_debug_types(program->debug, &types.count);
	return types;
}

static struct su_map *names_of(struct types types)
{
	struct su_map *names = su_map_create();

	for (size_t i = 0; i < types.count; i++)
		su_map_put_str(names, types.at[i].name, (void *)types.at[i].name);
	return names;
}

static struct su_err *renamed_and_changed(const struct su_program *a, const struct su_type *old,
					  const struct su_program *b, const struct su_type *new)
{
	SU_FREE char *how = su_debug_types_differ(a->debug, old, b->debug, new);
	SU_FREE char *what = su_format("it is '%s' now, %s", new->name, how);

	return su_refuse(SU_WHY_LAYOUT_CHANGED, old->name, old->unit, what);
}

/* One of the types in `new` that have no like of their name: the old one by another name. */
static struct su_err *check_renamed(const struct su_program *a, const struct su_type *old,
				    const struct su_program *b, struct types new,
				    const struct su_map *names_a)
{
	for (size_t i = 0; i < new.count; i++) {
		const struct su_type *type = &new.at[i];

		if (type->hash != old->hash && !su_map_get_str(names_a, type->name) &&
		    strcmp(base_name(type->unit), base_name(old->unit)) == 0 &&
		    su_debug_types_alike(a->debug, old, b->debug, type))
			return renamed_and_changed(a, old, b, type);
	}
	return NULL;
}

static struct su_err *check_renames(const struct su_program *a, const struct su_program *b)
{
	struct types old = types_of(a), new = types_of(b);
	struct su_map *names_a = names_of(old), *names_b = names_of(new);
	struct su_err *err = NULL;

	for (size_t i = 0; i < old.count && !err; i++) {
		if (!su_map_get_str(names_b, old.at[i].name))
			err = check_renamed(a, &old.at[i], b, new, names_a);
	}
	su_map_destroy(names_a);
	su_map_destroy(names_b);
	return err;
}

/* ---- enumerators ---- */

/* What running data holds under the old number would be taken for another thing. A count of the others
 * is let be: it is not stored. */
static void add_enumerators(struct su_scopes *scopes, const struct su_enumerator *list,
			    size_t count)
{
	for (size_t i = 0; i < count; i++)
		su_scopes_add(scopes, (struct su_scoped){ .name = list[i].name,
							  .unit = list[i].unit,
							  .function = list[i].function,
							  .what = (uint64_t)list[i].value,
							  .may_move = list[i].is_count,
							  .thing = &list[i] });
}

static struct su_err *refuse_renumbered(const struct su_enumerator *old,
					const struct su_enumerator *new)
{
	return su_refuse(SU_WHY_ENUMERATOR_CHANGED, old->name, old->unit, (long long)old->value,
			 (long long)new->value);
}

static struct su_err *check_enumerators(const struct su_program *a, const struct su_program *b)
{
	struct su_scopes in_a = { 0 }, in_b = { 0 };
	struct su_scoped old, new;
	struct su_err *err = NULL;
	size_t count_a, count_b;
	struct su_enumerator *list_a = su_debug_enumerators(a->debug, &count_a);
	struct su_enumerator *list_b = su_debug_enumerators(b->debug, &count_b);

	add_enumerators(&in_a, list_a, count_a);
	add_enumerators(&in_b, list_b, count_b);
	if (su_scopes_lost(&in_a, &in_b, &old, &new))
		err = refuse_renumbered(old.thing, new.thing);
	su_scopes_deinit(&in_a);
	su_scopes_deinit(&in_b);
	free(list_a);
	free(list_b);
	return err;
}

static bool is_count_of(const struct su_enumerator *old, const struct su_enumerator *new)
{
	return old->is_count && new->is_count &&strcmp(old->name, new->name) == 0 &&
	       strcmp(base_name(old->unit), base_name(new->unit)) == 0;
}

struct su_err *su_layout_check_counts(const struct su_program *old_program,
				      const struct su_program *new_program)
{
	size_t count_a, count_b;
	struct su_enumerator *list_a = su_debug_enumerators(old_program->debug, &count_a);
	struct su_enumerator *list_b = su_debug_enumerators(new_program->debug, &count_b);
	struct su_err *err = NULL;

	for (size_t i = 0; i < count_a && !err; i++) {
		bool is = false, other = false;

		for (size_t k = 0; k < count_b && list_a[i].is_count; k++) {
			if (!is_count_of(&list_a[i], &list_b[k]))
				continue;
			is |= list_a[i].value == list_b[k].value;
			other = true;
		}
		if (other && !is)
			err = su_refuse(SU_WHY_COUNT_ALLOCATED, list_a[i].name, list_a[i].unit,
					(long long)list_a[i].value);
	}
	free(list_a);
	free(list_b);
	return err;
}

/* ---- variables that one version keeps in another form ---- */

static const char *storage_key(const struct su_program *program, const char *unit,
			       const char *function, const char *name, uint32_t ordinal)
{
	return su_arena_format(program->arena, "%s\n%s\n%s\n%u", base_name(unit),
			       function ? function : "", name, ordinal);
}

/* The variables that a program names but has no plain storage for, by storage_key(). */
static struct su_map *bare_variables(const struct su_program *program)
{
	struct su_map *ret = su_map_create();
	size_t count;
	const struct su_static *statics = su_debug_bare_statics(program->debug, &count);

	for (size_t i = 0; i < count; i++)
		su_map_put_str(ret,
			       storage_key(program, statics[i].unit, statics[i].function,
					   statics[i].name, statics[i].ordinal),
			       (void *)&statics[i]);
	return ret;
}

static const char *key_of_datum(const struct su_program *program, const struct su_datum *datum)
{
	const char *name = datum->piece
				   ? su_arena_format(program->arena, "%.*s",
						     (int)strcspn(datum->name, "+"), datum->name)
				   : datum->name;

	return storage_key(program, datum->unit, datum->function, name, datum->ordinal);
}

/* Both compilers have made the same thing of it: clang keeps one byte of many a flag. */
static bool same_form(const struct su_datum *datum, const struct su_static *in_a,
		      const struct su_static *in_b)
{
	if (datum->piece)
		return datum->peer && datum->peer->piece && datum->peer->size == datum->size;
	return datum->peer && datum->peer->size == datum->size && in_a && in_a->form &&
	       in_a->form == in_b->form && in_a->type_hash == in_b->type_hash;
}

/* Refuses variables of `a` that `b` names but has no plain storage for.  What they hold, or would
 * hold, cannot be told from the other version's memory: clang leaves a boolean of an integer, a
 * member of an array, and both compilers nothing of what is written but never read. */
static struct su_err *check_storage(const struct su_program *a, const struct su_program *b,
				    const char *version)
{
	struct su_map *bare_a = bare_variables(a), *bare_b = bare_variables(b);
	const struct su_datum *found = NULL;

	for (size_t i = 0; i < a->data.len && !found; i++) {
		const struct su_datum *datum = &a->data.at[i];
		const char *key = key_of_datum(a, datum);
		const struct su_static *in_b = su_map_get_str(bare_b, key);

		if (!datum->constant && in_b &&
		    !same_form(datum, su_map_get_str(bare_a, key), in_b))
			found = datum;
	}
	su_map_destroy(bare_a);
	su_map_destroy(bare_b);
	return found ? su_refuse(SU_WHY_VARIABLE_NO_STORAGE, found->name, found->unit, version)
		     : NULL;
}

static const struct su_static *bare_of_name(const struct su_program *program, const char *name,
					    size_t length, const char *unit)
{
	size_t count;
	const struct su_static *statics = su_debug_bare_statics(program->debug, &count);

	for (size_t i = 0; i < count; i++) {
		if (strncmp(statics[i].name, name, length) == 0 && !statics[i].name[length] &&
		    strcmp(base_name(statics[i].unit), base_name(unit)) == 0)
			return &statics[i];
	}
	return NULL;
}

/* What it points to, whether that is there, or whether a number is not zero. */
static bool is_left_by_clang(const char *suffix)
{
	return strcmp(suffix, ".body") == 0 || strcmp(suffix, ".init") == 0 ||
	       strcmp(suffix, ".b") == 0;
}

/* Of `static struct table *table`, which is allocated once, clang leaves what it points to: it is named
 * "table.body", and what it is tells the type of `table`. The other version may have found that nothing of
 * it is needed; dwz may have moved what says so elsewhere. */
static struct su_err *check_body(const struct su_program *a, const struct su_program *b,
				 const struct su_datum *datum, const char *version)
{
	const char *dot = strchr(datum->name, '.');
	size_t length = dot ? (size_t)(dot - datum->name) : 0;

	if (!length || datum->type_hash || datum->constant)
		return NULL;
	const struct su_static *in_a = bare_of_name(a, datum->name, length, datum->unit);
	const struct su_static *in_b =
		bare_of_name(b, datum->name, length, datum->peer ? datum->peer->unit : datum->unit);
	if (!datum->peer)
		return in_b || (!in_a && is_left_by_clang(dot))
			       ? su_refuse(SU_WHY_VARIABLE_NO_STORAGE, datum->name, datum->unit,
					   version)
			       : NULL;
	return in_a && in_b && in_a->type_hash != in_b->type_hash
		       ? su_refuse(SU_WHY_VARIABLE_TYPE, in_a->name, in_a->unit)
		       : NULL;
}

static struct su_err *check_bodies(const struct su_program *a, const struct su_program *b,
				   const char *version)
{
	for (size_t i = 0; i < a->data.len; i++)
		SU_TRY(check_body(a, b, &a->data.at[i], version));
	return NULL;
}

struct su_err *su_layout_check_bodies(const struct su_program *old_program,
				      const struct su_program *new_program)
{
	SU_TRY(check_bodies(old_program, new_program, "new"));
	return check_bodies(new_program, old_program, "old");
}

/* ---- thread-local storage ---- */

static bool is_tls(const struct su_symbol *symbol)
{
	return symbol->type == STT_TLS;
}

static const struct su_symbol *next_tls(const struct su_image *image, size_t *at)
{
	while (*at < image->symbol_count) {
		const struct su_symbol *symbol = &image->symbols[(*at)++];

		if (is_tls(symbol))
			return symbol;
	}
	return NULL;
}

static struct su_err *tls_changed(const struct su_symbol *a, const struct su_symbol *b)
{
	const struct su_symbol *named = b ? b : a;

	return su_refuse(SU_WHY_THREAD_LOCAL_CHANGED, named ? named->name : "?");
}

static struct su_err *check_tls(const struct su_image *a, const struct su_image *b)
{
	size_t at_a = 0, at_b = 0;

	for (;;) {
		const struct su_symbol *in_a = next_tls(a, &at_a), *in_b = next_tls(b, &at_b);

		if (!in_a && !in_b)
			break;
		if (!in_a || !in_b || in_a->vaddr != in_b->vaddr || in_a->size != in_b->size ||
		    strcmp(in_a->name, in_b->name) != 0)
			return tls_changed(in_a, in_b);
	}
	if (!a->tls != !b->tls ||
	    (a->tls && (a->tls->memsz != b->tls->memsz || a->tls->align != b->tls->align)))
		return tls_changed(NULL, NULL);
	return NULL;
}

struct su_err *su_layout_check(const struct su_program *old_program,
			       const struct su_program *new_program,
			       const struct su_convertible *convertible)
{
	SU_TRY(check_types(old_program, new_program, convertible));
	SU_TRY(check_renames(old_program, new_program));
	SU_TRY(check_enumerators(old_program, new_program));
	SU_TRY(su_pointees_check(old_program, new_program, convertible));
	SU_TRY(check_storage(new_program, old_program, "old"));
	SU_TRY(check_storage(old_program, new_program, "new"));
	return check_tls(old_program->image, new_program->image);
}
