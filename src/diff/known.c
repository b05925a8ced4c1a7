/* See known.h. */
#include "diff/known.h"

#include "base/reason.h"

#include <string.h>

static struct su_err *check_routine(const struct su_program *program,
				    const struct su_routine *routine)
{
	const char *lack = su_debug_lack_at(program->debug, routine->vaddr, routine->unit);

	if (!lack)
		return NULL;
	return su_refuse(SU_WHY_UNIT_TYPES_UNKNOWN, program->image->path, routine->name,
			 routine->unit, lack);
}

/* A variable of a unit that says no types; clang does not say them where it is used. */
static struct su_err *check_variable(const struct su_program *program,
				     const struct su_routine *routine, uint64_t vaddr)
{
	struct su_meaning meaning = su_program_meaning(program, vaddr);
	const struct su_datum *datum = meaning.datum;
	const char *unit, *lack;

	if (meaning.kind != SU_MEANS_DATUM || datum->constant || datum->type_hash || !datum->peer)
		return NULL;
	lack = su_debug_lack(program->debug, &unit);
	if (!lack)
		return NULL;
	return su_refuse(SU_WHY_VARIABLE_TYPE_UNKNOWN, program->image->path, routine->name,
			 routine->unit, datum->name, unit, lack);
}

static struct su_err *check_variables(const struct su_program *program,
				      const struct su_routine *routine)
{
	const struct su_function *code = routine->code;

	for (size_t i = 0; i < code->insn_count; i++) {
		for (int f = 0; f < 2; f++) {
			if (code->insns[i].fields[f].size)
				SU_TRY(check_variable(program, routine,
						      code->insns[i].fields[f].target));
		}
	}
	return NULL;
}

static bool is_new_code(const struct su_routine *routine)
{
	return !routine->startup && !routine->excluded && (routine->changed || !routine->peer);
}

struct su_err *su_known_check(const struct su_program *old_program,
			      const struct su_program *new_program)
{
	for (size_t i = 0; i < new_program->routines.len; i++) {
		const struct su_routine *routine = &new_program->routines.at[i];

		if (!is_new_code(routine))
			continue;
		SU_TRY(check_routine(new_program, routine));
		if (routine->peer)
			SU_TRY(check_routine(old_program, routine->peer));
		SU_TRY(check_variables(new_program, routine));
	}
	return NULL;
}
