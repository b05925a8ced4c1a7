/* Reading a specification: see spec.h for its language. */
#include "make/spec.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_SIZE (1u << 20)

struct su_err *su_spec_error(const struct su_spec *spec, const struct su_statement *statement,
			     enum su_code code, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	SU_FREE char *text = su_vformat(fmt, args);
	va_end(args);
	return su_err_new(code, "%s:%u: %s", spec->path, statement->line, text);
}

/* ---- words ---- */

static char *trim_text(char *text)
{
	size_t length;

	while (isspace((unsigned char)*text))
		text++;
	length = strlen(text);
	while (length && isspace((unsigned char)text[length - 1]))
		text[--length] = 0;
	return text;
}

static bool is_name(const char *text)
{
	for (const char *c = text; *c; c++) {
		if (!isalnum((unsigned char)*c) && *c != '_' && *c != '$')
			return false;
	}
	return *text && !isdigit((unsigned char)*text);
}

static bool parse_number(const char *text, int64_t *ret)
{
	bool negative = *text == '-';
	char *end;

	if (!isdigit((unsigned char)text[negative]))
		return false;
	errno = 0;
	if (negative)
		*ret = strtoll(text, &end, 0);
	else
		*ret = (int64_t)strtoull(text, &end, 0);
	return !errno && !*end;
}

/* "file.c:12" */
static bool parse_place(char *text, struct su_lines *ret)
{
	char *colon = strrchr(text, ':');
	int64_t line;

	if (!colon || colon == text || !isdigit((unsigned char)colon[1]) ||
	    !parse_number(colon + 1, &line) || line <= 0 || line > INT32_MAX)
		return false;
	*colon = 0;
	*ret = (struct su_lines){ trim_text(text), (int)line, (int)line };
	return *ret->file != 0;
}

/* ---- statements ---- */

static bool parse_pair(char *text, char *arrow, struct su_statement *ret)
{
	ret->kind = SU_STATEMENT_PAIR;
	*arrow = 0;
	return parse_place(trim_text(text), &ret->old_lines) &&
	       parse_place(trim_text(arrow + 2), &ret->new_lines);
}

static bool parse_value(char *text, char *equals, struct su_statement *ret)
{
	char *colon;

	ret->kind = SU_STATEMENT_VALUE;
	*equals = 0;
	colon = strchr(text, ':');
	if (!colon)
		return false;
	*colon = 0;
	ret->function = trim_text(text);
	ret->variable = trim_text(colon + 1);
	return is_name(ret->function) && is_name(ret->variable) &&
	       parse_number(trim_text(equals + 1), &ret->number);
}

/* What follows a word; NULL when the text does not begin with it. */
static char *behind_word(char *text, const char *word)
{
	size_t length = strlen(word);

	return strncmp(text, word, length) == 0 && isspace((unsigned char)text[length])
		       ? trim_text(text + length)
		       : NULL;
}

/* "struct settings", or a typedef's name */
static bool parse_type(const struct su_spec *spec, char *text, struct su_statement *ret)
{
	char *tag = behind_word(text, "struct");

	ret->kind = SU_STATEMENT_STATIC;
	ret->type = tag ? su_arena_format(spec->arena, "struct %s", tag) : text;
	return is_name(tag ? tag : text);
}

static bool parse_statement(const struct su_spec *spec, char *text, struct su_statement *ret)
{
	char *arrow = strstr(text, "->"), *equals = strchr(text, '=');
	char *excluded = behind_word(text, "exclude"), *type = behind_word(text, "static");

	if (excluded) {
		ret->kind = SU_STATEMENT_EXCLUDE;
		ret->function = excluded;
		return is_name(ret->function);
	}
	if (type)
		return parse_type(spec, type, ret);
	if (arrow)
		return parse_pair(text, arrow, ret);
	return equals && parse_value(text, equals, ret);
}

/* Whether both say something of the same thing. Pairs are compared where they are resolved. */
static bool statements_collide(const struct su_statement *a, const struct su_statement *b)
{
	if (a->kind != b->kind || a->kind == SU_STATEMENT_PAIR)
		return false;
	if (a->kind == SU_STATEMENT_STATIC)
		return strcmp(a->type, b->type) == 0;
	return strcmp(a->function, b->function) == 0 &&
	       (a->kind == SU_STATEMENT_EXCLUDE || strcmp(a->variable, b->variable) == 0);
}

static struct su_err *add_statement(struct su_spec *spec, char *line, uint32_t number)
{
	struct su_statement statement = { .line = number };
	char *comment = strchr(line, '#'), *text;

	if (comment)
		*comment = 0;
	text = trim_text(line);
	if (!*text)
		return NULL;
	statement.text = su_arena_format(spec->arena, "%s", text);
	if (!parse_statement(spec, text, &statement))
		return su_spec_error(
			spec, &statement, SU_E_USAGE,
			"'%s' is no statement: write 'FILE:LINE -> FILE:LINE', 'FUNCTION:VARIABLE = NUMBER', 'exclude FUNCTION' or 'static TYPE'",
			statement.text);
	for (size_t i = 0; i < spec->statements.len; i++) {
		if (statements_collide(&spec->statements.at[i], &statement))
			return su_spec_error(
				spec, &statement, SU_E_USAGE,
				"'%s' says the same or another thing than line %u: keep one of them",
				statement.text, spec->statements.at[i].line);
	}
	su_vec_push(&spec->statements, statement);
	return NULL;
}

/* ---- the file ---- */

static struct su_err *read_file(struct su_spec *spec, char **ret, size_t *ret_size)
{
	FILE *file = fopen(spec->path, "re");
	char *text = su_arena_alloc(spec->arena, MAX_SIZE + 2);
	struct su_err *err = NULL;

	if (!file)
		return su_err_errno(SU_E_IO, errno, "cannot read %s", spec->path);
	*ret_size = fread(text, 1, MAX_SIZE + 1, file);
	if (ferror(file))
		err = su_err_errno(SU_E_IO, errno, "cannot read %s", spec->path);
	fclose(file);
	if (!err && (*ret_size > MAX_SIZE || memchr(text, 0, *ret_size)))
		err = su_err_new(SU_E_USAGE, "%s is no specification: a text file of at most 1 MB",
				 spec->path);
	text[err ? 0 : *ret_size] = 0;
	*ret = text;
	return err;
}

struct su_err *su_spec_read(struct su_spec *spec, const char *path)
{
	char *text = NULL, *next;
	size_t size;
	uint32_t number = 0;

	spec->path = path;
	SU_TRY(read_file(spec, &text, &size));
	for (char *line = text; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = 0;
		SU_TRY(add_statement(spec, line, ++number));
	}
	return NULL;
}

void su_spec_deinit(struct su_spec *spec)
{
	su_vec_deinit(&spec->statements);
}
