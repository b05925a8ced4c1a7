/* Whether a specification's statements are about something: see spec.h. */
#include <stdlib.h>
#include <string.h>

#include "make/spec.h"

#include "base/reason.h"

const char *su_spec_source_name(const struct su_program *program, const struct su_routine *routine)
{
	struct su_dwarf_function function;

	if (su_debug_function_at(program->debug, routine->vaddr, &function) && function.name)
		return function.name;
	return routine->name;
}

static bool has_line(const struct su_program *program, const struct su_lines *lines)
{
	struct su_code_ranges code = { 0 };
	bool found;

	su_debug_code_of_lines(program->debug, lines, &code);
	found = code.list.len > 0;
	su_vec_deinit(&code.list);
	return found;
}

static struct su_err *no_code(const struct su_spec *spec, const struct su_statement *statement,
			      const struct su_lines *lines, const struct su_program *program,
			      const char *which)
{
	if (has_line(program, lines))
		return NULL;
	return su_spec_error(spec, statement, SU_E_USAGE,
			     "%s:%d has no code in the %s version (%s): name a line of a statement",
			     lines->file, lines->first, which, program->image->path);
}

static bool has_function(const struct su_program *program, const char *name)
{
	struct su_code_ranges code = { 0 };
	bool found;

	su_debug_code_of_function(program->debug, name, &code);
	found = code.list.len > 0;
	su_vec_deinit(&code.list);
	return found;
}

struct su_err *su_spec_check(struct su_spec *spec, const struct su_program *old_program,
			     const struct su_program *new_program)
{
	for (size_t i = 0; i < spec->statements.len; i++) {
		const struct su_statement *statement = &spec->statements.at[i];

		if (statement->kind == SU_STATEMENT_PAIR) {
			SU_TRY(no_code(spec, statement, &statement->old_lines, old_program, "old"));
			SU_TRY(no_code(spec, statement, &statement->new_lines, new_program, "new"));
		} else if (statement->kind == SU_STATEMENT_STATIC) {
			continue; /* su_spec_count_types() */
		} else if (!has_function(old_program, statement->function) &&
			   !has_function(new_program, statement->function)) {
			return su_spec_error(spec, statement, SU_E_USAGE,
					     "neither version has a function '%s'",
					     statement->function);
		}
	}
	return NULL;
}

static struct su_err *check_found(const struct su_spec *spec, const struct su_statement *statement)
{
	if (statement->found)
		return NULL;
	if (statement->useless)
		return su_spec_error(spec, statement, SU_E_USAGE, "'%s': %s", statement->text,
				     statement->useless);
	if (statement->kind == SU_STATEMENT_PAIR)
		return su_spec_error(spec, statement, SU_E_USAGE,
				     "'%s': no changed function has code at both lines",
				     statement->text);
	return su_spec_error(spec, statement, SU_E_USAGE,
			     "function '%s' is not changed, or has no variable '%s'",
			     statement->function, statement->variable);
}

struct su_err *su_spec_finish(const struct su_spec *spec)
{
	for (size_t i = 0; i < spec->statements.len; i++) {
		enum su_statement_kind kind = spec->statements.at[i].kind;

		if (kind == SU_STATEMENT_PAIR || kind == SU_STATEMENT_VALUE)
			SU_TRY(check_found(spec, &spec->statements.at[i]));
	}
	return NULL;
}

/* ---- types ---- */

struct su_map *su_spec_types(const struct su_spec *spec)
{
	struct su_map *types = su_map_create();

	for (size_t i = 0; i < spec->statements.len; i++)
		if (spec->statements.at[i].kind == SU_STATEMENT_STATIC)
			su_map_put_str(types, spec->statements.at[i].type, types);
	return types;
}

struct su_err *su_spec_count_types(struct su_spec *spec, const struct su_convertible *types)
{
	for (size_t i = 0; i < spec->statements.len; i++) {
		struct su_statement *statement = &spec->statements.at[i];

		if (statement->kind != SU_STATEMENT_STATIC)
			continue;
		if (!su_convertible_differs(types, statement->type))
			return su_spec_error(spec, statement, SU_E_USAGE,
					     "no layout of a type '%s' changed", statement->type);
		statement->uses = su_convertible_rests_on(types, statement->type);
	}
	return NULL;
}

/* ---- what rests on it ---- */

static bool rests_on(const struct su_source *source, uint32_t number)
{
	if (!source || source->kind != SU_SOURCE_OP)
		return source && source->assertion == number + 1;
	return rests_on(source->a, number) || rests_on(source->b, number);
}

static bool recipe_rests_on(const struct su_carry *carry, const struct su_recipe *recipe,
			    uint32_t number)
{
	bool rests = recipe->asserted && su_assert_number(carry, recipe->from_insn) == number;

	for (size_t m = 0; m < recipe->moves.len && !rests; m++)
		rests = rests_on(recipe->moves.at[m].source, number);
	return rests;
}

struct su_err *su_spec_count(struct su_spec *spec, const struct su_carry *carry)
{
	const struct su_contradiction *contradiction = &carry->contradiction;

	if (contradiction->why && !carry->pair.reverse) {
		const struct su_statement *statement =
			&spec->statements.at[contradiction->assertion];

		return su_err_context(su_refuse(SU_WHY_SPEC_CONTRADICTED, statement->text,
						su_spec_source_name(carry->pair.from->program,
								    carry->pair.from->routine),
						contradiction->why),
				      "%s:%u", spec->path, statement->line);
	}
	for (size_t i = 0; i < carry->recipes.len; i++) {
		const struct su_recipe *recipe = &carry->recipes.at[i];

		for (uint32_t n = 0; n < spec->statements.len && !recipe->reason; n++)
			spec->statements.at[n].uses += recipe_rests_on(carry, recipe, n);
	}
	return NULL;
}
