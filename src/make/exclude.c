/*
 * Functions that the user excludes from the update: they stay as they are in the old version.
 *
 * The old body then works among functions of the new version, which must call it as it expects to
 * be called, and which it must be able to call: same parameters and result, no callee that is gone,
 * and no register that one side keeps a value in and the other one writes (gcc -fipa-ra).  What a
 * compiler has inlined elsewhere does not stay, so that is refused too.
 */
#include <string.h>

#include "make/spec.h"

#include "base/reason.h"

static bool same_signature(const struct su_program *a, const struct su_routine *x,
			   const struct su_program *b, const struct su_routine *y)
{
	uint64_t result_x, result_y, whole_x, whole_y;

	return su_debug_signature_at(a->debug, x->vaddr, &result_x, &whole_x) &&
	       su_debug_signature_at(b->debug, y->vaddr, &result_y, &whole_y) && whole_x == whole_y;
}

/* Whether `caller`, compiled against the function as `known` has it, may call what `real` has. */
static bool keeps_registers(const struct su_program *known, const struct su_routine *x,
			    const struct su_program *real, const struct su_routine *y)
{
	struct su_regset expected, written;
	bool keeps;

	su_clobbers_of(known->clobbers, x->vaddr, &expected);
	su_clobbers_of(real->clobbers, y->vaddr, &written);
	keeps = !(written.vector & ~expected.vector);
	for (int i = 0; i < 16; i++)
		keeps &= !written.gpr[i] || expected.gpr[i];
	return keeps;
}

static bool is_variant(const struct su_routine *routine)
{
	return strchr(routine->name, '.') != NULL;
}

/* ---- what it refers to, and who refers to it ---- */

static const char *check_callee(struct su_program *a, const struct su_routine *callee,
				const struct su_program *b)
{
	if (callee->startup || (callee->peer && !callee->changed))
		return NULL;
	if (!callee->peer)
		return su_arena_format(a->arena, SU_WHY_EXCLUDED_NEEDS_REMOVED, callee->name);
	if (is_variant(callee) || !same_signature(a, callee, b, callee->peer))
		return su_arena_format(a->arena, SU_WHY_EXCLUDED_NEEDS_CHANGED, callee->name);
	if (!keeps_registers(a, callee, b, callee->peer))
		return su_arena_format(a->arena, SU_WHY_EXCLUDED_RELIES_ON_REGISTERS, callee->name);
	return NULL;
}

/* It would go on with the variable that is left. */
static const char *check_datum(struct su_program *a, uint64_t target)
{
	struct su_meaning meaning = su_program_meaning(a, target);
	const struct su_datum *datum = meaning.datum;

	if (meaning.or_end_of && meaning.or_end_of->moves)
		datum = meaning.or_end_of;
	return datum && datum->moves
		       ? su_arena_format(a->arena, SU_WHY_EXCLUDED_NEEDS_MOVED, datum->name)
		       : NULL;
}

static const char *check_references(struct su_program *a, const struct su_routine *routine,
				    const struct su_program *b)
{
	const struct su_function *code = routine->code;
	const char *why = NULL;

	for (size_t i = 0; i < code->insn_count; i++) {
		for (int f = 0; f < 2 && !why; f++) {
			const struct su_field *field = &code->insns[i].fields[f];
			const struct su_routine *callee =
				field->size ? su_program_routine_at(a, field->target) : NULL;

			if (callee && callee != routine)
				why = check_callee(a, callee, b);
			else if (field->size && !callee)
				why = check_datum(a, field->target);
		}
	}
	return why;
}

/* Code of another function that goes to the middle of this one. */
static const char *check_users(struct su_program *b, const struct su_routine *routine)
{
	for (size_t r = 0; r < b->routines.len; r++) {
		const struct su_routine *user = &b->routines.at[r];

		for (size_t i = 0; user != routine && i < user->code->insn_count; i++) {
			for (int f = 0; f < 2; f++) {
				const struct su_field *field = &user->code->insns[i].fields[f];

				if (field->size && field->target != routine->vaddr &&
				    su_program_routine_at(b, field->target) == routine)
					return su_arena_format(
						b->arena, SU_WHY_EXCLUDED_JUMPED_INTO, user->name);
			}
		}
	}
	return NULL;
}

static const char *check_inlined(struct su_program *b, const struct su_routine *routine,
				 const char *name)
{
	struct su_code_ranges code = { 0 };
	const char *why = NULL;

	su_debug_code_of_function(b->debug, name, &code);
	for (size_t i = 0; i < code.list.len && !why; i++) {
		const struct su_routine *other = su_program_routine_at(b, code.list.at[i].low);

		if (other && other != routine && (other->changed || !other->peer))
			why = su_arena_format(b->arena, SU_WHY_EXCLUDED_INLINED, other->name);
	}
	su_vec_deinit(&code.list);
	return why;
}

static const char *find_obstacle(struct su_program *a, const struct su_routine *routine,
				 struct su_program *b, const char *name)
{
	const struct su_routine *peer = routine->peer;
	const char *why;

	if (is_variant(routine) || is_variant(peer))
		return SU_WHY_EXCLUDED_VARIANT;
	if (routine->touches)
		return SU_WHY_TOUCHES_TYPE;
	if (!same_signature(a, routine, b, peer))
		return SU_WHY_EXCLUDED_INTERFACE;
	if (!keeps_registers(b, peer, a, routine))
		return SU_WHY_EXCLUDED_WRITES_REGISTERS;
	why = check_references(a, routine, b);
	if (!why)
		why = check_users(b, peer);
	return why ? why : check_inlined(b, peer, name);
}

/* ---- all of it ---- */

static struct su_err *mark_excluded(struct su_spec *spec, struct su_statement *statement,
				    struct su_program *old_program)
{
	for (size_t i = 0; i < old_program->routines.len; i++) {
		struct su_routine *routine = &old_program->routines.at[i];

		if (strcmp(su_spec_source_name(old_program, routine), statement->function) != 0 ||
		    !routine->peer)
			continue;
		statement->found = true;
		if (!routine->changed)
			continue;
		routine->changed = routine->peer->changed = false;
		routine->excluded = routine->peer->excluded = true;
		statement->uses++;
	}
	if (statement->found)
		return NULL;
	return su_spec_error(spec, statement, SU_E_USAGE,
			     "function '%s' is in one version only, so there is nothing to exclude",
			     statement->function);
}

static struct su_err *check_exclusion(const struct su_spec *spec,
				      const struct su_statement *statement,
				      struct su_program *old_program,
				      struct su_program *new_program)
{
	for (size_t i = 0; i < old_program->routines.len; i++) {
		const struct su_routine *routine = &old_program->routines.at[i];
		const char *name = su_spec_source_name(old_program, routine), *why;

		if (!routine->excluded || strcmp(name, statement->function) != 0)
			continue;
		why = find_obstacle(old_program, routine, new_program, name);
		if (why)
			return su_err_context(su_refuse(SU_WHY_SPEC_EXCLUDE, name, why), "%s:%u",
					      spec->path, statement->line);
	}
	return NULL;
}

struct su_err *su_spec_exclude(struct su_spec *spec, struct su_program *old_program,
			       struct su_program *new_program)
{
	for (size_t i = 0; i < spec->statements.len; i++) {
		if (spec->statements.at[i].kind == SU_STATEMENT_EXCLUDE)
			SU_TRY(mark_excluded(spec, &spec->statements.at[i], old_program));
	}
	for (size_t i = 0; i < spec->statements.len; i++) {
		if (spec->statements.at[i].kind == SU_STATEMENT_EXCLUDE)
			SU_TRY(check_exclusion(spec, &spec->statements.at[i], old_program,
					       new_program));
	}
	return NULL;
}
