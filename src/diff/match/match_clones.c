/*
 * Clones that compilers make of a function: see match_private.h.
 *
 * Their numbers say nothing: they are given in an order of the compiler's own.  A clone for constants
 * (.constprop) is the one that was made for the same constants; for others there is one of each kind
 * of a function in a unit, or it is not known which is which.  One that is not matched is removed and
 * added: nobody has its address but its callers, which are told by the functions that they call.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "diff/match/match_private.h"

static const char *const suffixes[] = { ".constprop", ".isra", ".part", ".specialized",
					".argprom" };
/* These only keep apart what has one name in several units. */
static const char *const apart[] = { ".lto_priv", ".llvm" };

static const char *suffix_of(const char *name)
{
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++) {
		const char *at = strstr(name, suffixes[i]);

		if (at && at > name)
			return at;
	}
	return NULL;
}

bool su_is_clone(const char *name)
{
	return suffix_of(name) != NULL;
}

const char *su_plain_name(struct su_arena *arena, const char *name)
{
	for (size_t i = 0; i < sizeof(apart) / sizeof(*apart); i++) {
		const char *at = strstr(name, apart[i]), *end;

		if (!at || at == name)
			continue;
		end = at + strlen(apart[i]);
		end += *end == '.' ? 1 + strspn(end + 1, "0123456789") : 0;
		name = su_arena_format(arena, "%.*s%s", (int)(at - name), name, end);
	}
	return name;
}

/* "frob.isra.3.constprop.0" -> "frob.isra.constprop" */
static const char *without_numbers(struct su_arena *arena, const char *name)
{
	char *copy = su_arena_strdup(arena, su_plain_name(arena, name)), *to = copy;

	for (const char *from = copy; *from;) {
		const char *digits = from + 1;

		while (*from == '.' && isdigit((unsigned char)*digits))
			digits++;
		if (digits > from + 1 && (!*digits || *digits == '.'))
			from = digits;
		else
			*to++ = *from++;
	}
	*to = 0;
	return copy;
}

/* Which functions call it directly, whatever their numbers. */
static const char *callers_of(const struct su_program *program, const struct su_routine *clone)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < program->routines.len; i++) {
		const struct su_routine *caller = &program->routines.at[i];
		bool calls = false;

		for (size_t k = 0; k < caller->code->insn_count && caller != clone; k++)
			calls |= caller->code->insns[k].target == clone->vaddr &&
				 caller->code->insns[k].flow != SU_FLOW_NEXT;
		if (calls) {
			const char *name = without_numbers(program->arena, caller->name);

			sum += su_hash(name, strlen(name), 0);
		}
	}
	return su_arena_format(program->arena, "callers %lx", (unsigned long)sum);
}

struct key {
	const char *group;     /* unit, function, kind of clone */
	const char *constants; /* what it was made for, "" or NULL: no one says */
};

static struct key key_of(const struct su_unit_pairs *pairs, const struct su_program *program,
			 int version, const struct su_routine *routine)
{
	SU_FREE char *constants = su_debug_specialised(program->debug, routine->vaddr);
	struct key key = { .group = su_arena_format(
				   program->arena, "%s\n%s",
				   su_unit_key(pairs, program->arena, version, routine->unit_id,
					       routine->unit),
				   without_numbers(program->arena, routine->name)) };

	if (constants)
		key.constants = su_arena_strdup(program->arena, constants);
	return key;
}

/* What is to be alike in both versions for a match, beside the group. */
static const char *made_for(const struct su_program *program, const struct su_routine *routine,
			    const struct key *key, const char **ret_evidence)
{
	bool by_constants =
		strstr(routine->name, ".constprop") || strstr(routine->name, ".specialized");

	if (key->constants && *key->constants) {
		*ret_evidence = su_arena_format(program->arena, "clone for %s", key->constants);
		return key->constants;
	}
	*ret_evidence = by_constants ? "clone with the same callers" : "the only clone of its kind";
	return by_constants ? callers_of(program, routine) : "";
}

static struct su_routine *const twice = (struct su_routine *)~(uintptr_t)0;

static const char *full_key(const struct su_unit_pairs *pairs, const struct su_program *program,
			    int version, const struct su_routine *routine,
			    const char **ret_evidence)
{
	struct key key = key_of(pairs, program, version, routine);

	return su_arena_format(program->arena, "%s\n%s", key.group,
			       made_for(program, routine, &key, ret_evidence));
}

static struct su_map *index_clones(const struct su_unit_pairs *pairs, struct su_program *program,
				   int version)
{
	struct su_map *map = su_map_create();
	const char *ignored;

	for (size_t i = 0; i < program->routines.len; i++) {
		struct su_routine *routine = &program->routines.at[i];

		if (routine->peer || !su_is_clone(routine->name))
			continue;
		const char *key = full_key(pairs, program, version, routine, &ignored);
		su_map_put_str(map, key, su_map_get_str(map, key) ? twice : routine);
	}
	return map;
}

void su_match_clones(const struct su_unit_pairs *pairs, struct su_program *old_program,
		     struct su_program *new_program)
{
	struct su_map *in_a = index_clones(pairs, old_program, 0);
	struct su_map *in_b = index_clones(pairs, new_program, 1);

	for (size_t i = 0; i < old_program->routines.len; i++) {
		struct su_routine *routine = &old_program->routines.at[i];
		const char *evidence;

		if (routine->peer || !su_is_clone(routine->name))
			continue;
		const char *key = full_key(pairs, old_program, 0, routine, &evidence);
		struct su_routine *other =
			su_map_get_str(in_a, key) == routine ? su_map_get_str(in_b, key) : NULL;
		if (other && other != twice)
			su_match_link_routines(routine, other, evidence);
	}
	su_map_destroy(in_a);
	su_map_destroy(in_b);
}
