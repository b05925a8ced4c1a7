/*
 * Matching by a list of keys: see match.h.
 *
 * Every pass writes each unmatched thing's key into a map of its side, marks keys that occur
 * twice, and links what stands alone under the same key on both sides.
 */
#include "diff/match/match.h"

#include <ctype.h>
#include <string.h>

#include "base/alloc.h"
#include "diff/match/match_private.h"

void su_match_link_routines(struct su_routine *a, struct su_routine *b, const char *evidence)
{
	a->peer = b;
	b->peer = a;
	a->evidence = b->evidence = evidence;
}

void su_match_link_data(struct su_datum *a, struct su_datum *b, const char *evidence)
{
	a->peer = b;
	b->peer = a;
	a->evidence = b->evidence = evidence;
}

struct matching {
	struct su_unit_pairs pairs;
	struct su_program *program[2];
};

/* ---- by symbol ---- */

static void *const twice = (void *)~(uintptr_t)0;

static const char *symbol_key(struct su_arena *arena, const struct su_symbol *symbol,
			      bool with_version)
{
	return su_arena_format(arena, "%s@%s", symbol->name,
			       with_version && symbol->version ? symbol->version : "");
}

/* A thing may have several names, and one name several versions. */
typedef void *thing_fn(const struct su_program *program, const struct su_symbol *symbol);

static void *routine_of(const struct su_program *program, const struct su_symbol *symbol)
{
	struct su_routine *routine = su_program_routine_at(program, symbol->vaddr);

	return routine && routine->vaddr == symbol->vaddr ? routine : NULL;
}

static void *datum_of(const struct su_program *program, const struct su_symbol *symbol)
{
	struct su_meaning meaning = { 0 };

	if (symbol->type == STT_OBJECT && symbol->size)
		meaning = su_program_meaning(program, symbol->vaddr);
	return meaning.kind == SU_MEANS_DATUM && !meaning.off ? meaning.datum : NULL;
}

/* Those that other images can name come first: they hold the address. */
static bool takes_part(const struct su_symbol *symbol, bool dynamic)
{
	return symbol->bind != STB_LOCAL && symbol->dynamic == dynamic;
}

static struct su_map *index_symbols(const struct su_program *program, thing_fn *thing_of,
				    bool dynamic, bool with_version)
{
	struct su_map *map = su_map_create();

	for (size_t i = 0; i < program->image->symbol_count; i++) {
		const struct su_symbol *symbol = &program->image->symbols[i];
		void *thing = takes_part(symbol, dynamic) ? thing_of(program, symbol) : NULL;
		const char *key;

		if (!thing)
			continue;
		key = symbol_key(program->arena, symbol, with_version);
		void *known = su_map_get_str(map, key);
		su_map_put_str(map, key, known && known != thing ? twice : thing);
	}
	return map;
}

static const char *version_evidence(struct su_arena *arena, const struct su_symbol *symbol,
				    bool with_version)
{
	return symbol->version && with_version ? su_arena_format(arena, "symbol %s, version %s",
								 symbol->name, symbol->version)
					       : NULL;
}

static void link_symbol(const struct matching *matching, const struct su_symbol *symbol, void *a,
			void *b, bool of_code, bool with_version)
{
	const char *evidence = version_evidence(matching->program[0]->arena, symbol, with_version);
	struct su_routine *routine = a, *other = b;
	struct su_datum *datum = a, *new_datum = b;

	if (of_code && !routine->peer && !other->peer)
		su_match_link_routines(routine, other, evidence);
	if (!of_code && !datum->peer && !new_datum->peer)
		su_match_link_data(datum, new_datum, evidence);
}

static void match_symbols(const struct matching *matching, bool of_code, bool dynamic,
			  bool with_version)
{
	thing_fn *thing_of = of_code ? routine_of : datum_of;
	const struct su_program *program = matching->program[0];
	struct su_map *in_a = index_symbols(program, thing_of, dynamic, with_version);
	struct su_map *in_b = index_symbols(matching->program[1], thing_of, dynamic, with_version);

	for (size_t i = 0; i < program->image->symbol_count; i++) {
		const struct su_symbol *symbol = &program->image->symbols[i];
		void *a = takes_part(symbol, dynamic) ? thing_of(program, symbol) : NULL;
		const char *key = a ? symbol_key(program->arena, symbol, with_version) : NULL;
		void *b = key && su_map_get_str(in_a, key) == a ? su_map_get_str(in_b, key) : NULL;

		if (b && b != twice)
			link_symbol(matching, symbol, a, b, of_code, with_version);
	}
	su_map_destroy(in_a);
	su_map_destroy(in_b);
}

static void match_all_symbols(const struct matching *matching, bool of_code)
{
	match_symbols(matching, of_code, true, true);
	match_symbols(matching, of_code, false, true);
	match_symbols(matching, of_code, true, false);
	match_symbols(matching, of_code, false, false);
}

/* ---- routines that are a unit's own ---- */

typedef const char *routine_key(const struct matching *matching, int version,
				const struct su_routine *routine);

static const char *in_unit(const struct matching *matching, int version,
			   const struct su_routine *routine)
{
	struct su_arena *arena = matching->program[version]->arena;

	if (su_is_clone(routine->name))
		return NULL;
	return su_arena_format(
		arena, "%s\n%s",
		su_unit_key(&matching->pairs, arena, version, routine->unit_id, routine->unit),
		su_plain_name(arena, routine->name));
}

/* One that moved to another unit. The code is followed, not the state: that is two variables. */
static const char *by_name(const struct matching *matching, int version,
			   const struct su_routine *routine)
{
	struct su_arena *arena = matching->program[version]->arena;
	uint64_t result = 0, signature = 0;

	if (su_is_clone(routine->name))
		return NULL;
	su_debug_signature_at(matching->program[version]->debug, routine->vaddr, &result,
			      &signature);
	return su_arena_format(arena, "%s\n%lx", su_plain_name(arena, routine->name),
			       (unsigned long)signature);
}

static struct su_map *index_routines(const struct matching *matching, int version, routine_key *key)
{
	struct su_program *program = matching->program[version];
	struct su_map *map = su_map_create();

	for (size_t i = 0; i < program->routines.len; i++) {
		struct su_routine *routine = &program->routines.at[i];
		const char *text = routine->peer ? NULL : key(matching, version, routine);

		if (text)
			su_map_put_str(map, text, su_map_get_str(map, text) ? twice : routine);
	}
	return map;
}

static const char *unit_evidence(const struct matching *matching, uint64_t unit_id)
{
	uintptr_t number = (uintptr_t)su_map_get_u64(matching->pairs.number[0], unit_id);

	return su_map_get_u64(matching->pairs.evidence, number);
}

static void match_routines(const struct matching *matching, routine_key *key, const char *evidence)
{
	struct su_program *program = matching->program[0];
	struct su_map *in_a = index_routines(matching, 0, key);
	struct su_map *in_b = index_routines(matching, 1, key);

	for (size_t i = 0; i < program->routines.len; i++) {
		struct su_routine *routine = &program->routines.at[i];
		const char *text = routine->peer ? NULL : key(matching, 0, routine);
		void *other = text && su_map_get_str(in_a, text) == routine
				      ? su_map_get_str(in_b, text)
				      : NULL;

		if (other && other != twice)
			su_match_link_routines(
				routine, other,
				evidence ? evidence : unit_evidence(matching, routine->unit_id));
	}
	su_map_destroy(in_a);
	su_map_destroy(in_b);
}

/* ---- data that is a unit's own ---- */

/* "CSWTCH.3", "__compound_literal.0": names that a compiler made, which count up. */
static bool is_numbered(const struct su_datum *datum)
{
	const char *dot = strrchr(datum->name, '.');

	return !datum->unit_id && !datum->global && dot && dot > datum->name && dot[1] &&
	       strspn(dot + 1, "0123456789") == strlen(dot + 1);
}

static const char *base_of_numbered(struct su_arena *arena, const struct su_datum *datum)
{
	return su_arena_format(arena, "%.*s", (int)(strrchr(datum->name, '.') - datum->name),
			       datum->name);
}

/* Whose variable it is: of a function that others know by its name, or of one of the unit's own. */
static const char *scope_of(const struct su_unit_pairs *pairs, struct su_arena *arena, int version,
			    const struct su_datum *datum)
{
	return su_arena_format(arena, "%s\n%s",
			       su_unit_key(pairs, arena, version, datum->unit_id, datum->unit),
			       datum->function ? datum->function : "");
}

static const char *in_scope(const struct su_unit_pairs *pairs, struct su_arena *arena, int version,
			    const struct su_datum *datum)
{
	return su_arena_format(arena, "%s\n%s", scope_of(pairs, arena, version, datum),
			       is_numbered(datum) ? base_of_numbered(arena, datum) : datum->name);
}

/* Of a function that moved to another unit, and is known by its name there too. */
static const char *in_known_function(const struct su_unit_pairs *pairs, struct su_arena *arena,
				     int version, const struct su_datum *datum)
{
	(void)pairs;
	(void)version;
	return datum->function_is_global
		       ? su_arena_format(arena, "%s\n%s", datum->function, datum->name)
		       : NULL;
}

/* What the compiler numbered is known by its contents first. */
static const char *by_contents(const struct su_unit_pairs *pairs, struct su_arena *arena,
			       int version, const struct su_datum *datum)
{
	if (!is_numbered(datum) || !datum->contents)
		return NULL;
	return su_arena_format(arena, "%s\n%lx", in_scope(pairs, arena, version, datum),
			       (unsigned long)datum->contents);
}

static void note_owners(const struct su_program *program)
{
	struct su_map *global = su_map_create();

	for (size_t i = 0; i < program->routines.len; i++)
		if (program->routines.at[i].global)
			su_map_put_str(global, program->routines.at[i].name, global);
	for (size_t i = 0; i < program->data.len; i++) {
		struct su_datum *datum = &program->data.at[i];
		size_t pointers;
		const uint8_t *bytes = su_image_bytes(program->image, datum->vaddr, datum->size);

		datum->function_is_global =
			datum->function && su_map_get_str(global, datum->function);
		su_image_relocs_in(program->image, datum->vaddr, datum->size, &pointers);
		if (bytes && !pointers)
			datum->contents = su_hash(bytes, datum->size, 1);
	}
	su_map_destroy(global);
}

static void add_unit_evidence(const struct matching *matching)
{
	struct su_program *program = matching->program[0];

	for (size_t i = 0; i < program->data.len; i++) {
		struct su_datum *datum = &program->data.at[i];

		if (datum->peer && !datum->evidence && !datum->global)
			datum->evidence = datum->peer->evidence =
				unit_evidence(matching, datum->unit_id);
	}
}

static void match_data(const struct matching *matching)
{
	static su_group_key *const keys[] = { by_contents, in_scope, in_known_function };

	for (int version = 0; version < 2; version++)
		note_owners(matching->program[version]);
	match_all_symbols(matching, false);
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		su_match_by_use(&matching->pairs, matching->program[0], matching->program[1],
				keys[i]);
	add_unit_evidence(matching);
}

/* ---- what could not be decided ---- */

static const char *doubt_key(const struct matching *matching, int version,
			     const struct su_datum *datum, bool by_file)
{
	struct su_arena *arena = matching->program[version]->arena;

	return su_arena_format(arena, "%s\n%s\n%s",
			       by_file ? su_base_name(datum->unit)
				       : su_unit_key(&matching->pairs, arena, version,
						     datum->unit_id, datum->unit),
			       datum->function ? datum->function : "",
			       is_numbered(datum) ? base_of_numbered(arena, datum) : datum->name);
}

static void note_doubts(const struct matching *matching)
{
	struct su_program *a = matching->program[0], *b = matching->program[1];
	struct su_map *unmatched = su_map_create();

	for (size_t i = 0; i < 2 * b->data.len; i++) {
		struct su_datum *datum = &b->data.at[i / 2];

		if (!datum->peer)
			su_map_put_str(unmatched, doubt_key(matching, 1, datum, i % 2), datum);
	}
	for (size_t i = 0; i < a->data.len; i++) {
		struct su_datum *datum = &a->data.at[i];
		bool by_file = su_map_get_u64(matching->pairs.doubtful, datum->unit_id);

		datum->doubtful = !datum->peer &&
				  su_map_get_str(unmatched, doubt_key(matching, 0, datum, by_file));
	}
	su_map_destroy(unmatched);
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
	struct matching matching = { .program = { old_program, new_program } };

	su_unit_pairs_init(&matching.pairs, old_program, new_program);
	match_all_symbols(&matching, true);
	match_routines(&matching, in_unit, NULL);
	su_match_clones(&matching.pairs, old_program, new_program);
	match_routines(&matching, by_name, "the only one of its name and signature");
	pair_escapes(old_program, new_program);
	match_data(&matching);
	note_doubts(&matching);
	su_unit_pairs_deinit(&matching.pairs);
}
