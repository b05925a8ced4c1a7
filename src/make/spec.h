/*
 * The user's specification: what he says of a change that the two builds do not tell.
 *
 * A text file, one statement in a line, `#` begins a comment:
 *
 *	server.c:123 -> server.c:130	an activation that waits in a call or runs in a loop at that
 *					line of OLD goes on at that line of NEW
 *	serve:errors = 0		what a variable starts with that OLD does not have (or, for
 *					the way back, NEW)
 *	exclude log_line		the function stays as it is in OLD
 *	static struct settings		all objects of that type that outlive a function are variables
 *					with static storage
 *
 * A name of a function stands for all functions of that name in the source, a file for all whose
 * path ends in it.  Statements that name nothing, contradict each other or what is known are
 * errors, with the file and line of the statement.
 */
#ifndef SU_MAKE_SPEC_H
#define SU_MAKE_SPEC_H

#include "base/err.h"
#include "base/vec.h"
#include "checkpoint/carry.h"
#include "diff/convertible.h"

enum su_statement_kind {
	SU_STATEMENT_PAIR,
	SU_STATEMENT_VALUE,
	SU_STATEMENT_EXCLUDE,
	SU_STATEMENT_STATIC,
};

struct su_statement {
	enum su_statement_kind kind;
	const char *text;
	uint32_t line; /* in the specification */
	struct su_lines old_lines, new_lines;
	const char *function, *variable;
	const char *type; /* as in su_type */
	int64_t number;
	bool found;	     /* what it names is there */
	const char *useless; /* why what was found is none that it can speak of, or NULL */
	uint32_t uses;	     /* checkpoints that rest on it */
};

struct su_spec {
	const char *path; /* NULL: there is none */
	struct su_arena *arena;
	SU_VEC(struct su_statement) statements;
};

/* Reads the file. `spec` is zeroed but for `arena`, which all of it belongs to but the list. */
struct su_err *su_spec_read(struct su_spec *spec, const char *path) SU_MUST_CHECK;
void su_spec_deinit(struct su_spec *spec);

/* "site.spec:3: ..." */
struct su_err *su_spec_error(const struct su_spec *spec, const struct su_statement *statement,
			     enum su_code code, const char *fmt, ...) SU_PRINTF(4, 5);

/* The types that a statement is about, by name, as struct su_convertible takes them. */
struct su_map *su_spec_types(const struct su_spec *spec);
/* Counts the statements without which a type could not differ; refuses one about a type that does not. */
struct su_err *su_spec_count_types(struct su_spec *spec,
				   const struct su_convertible *types) SU_MUST_CHECK;

/* spec_check.c: whether functions and lines exist. */
struct su_err *su_spec_check(struct su_spec *spec, const struct su_program *old_program,
			     const struct su_program *new_program) SU_MUST_CHECK;
/* spec_resolve.c: what it says of one changed function: su_asserted_deinit() *ret, on failure too.
 */
struct su_err *su_spec_resolve(struct su_spec *spec, const struct su_side *from,
			       const struct su_side *to, bool reverse,
			       struct su_asserted *ret) SU_MUST_CHECK;
void su_asserted_deinit(struct su_asserted *asserted);
/* Counts what the recipes rest on; refuses what contradicts the statement. */
struct su_err *su_spec_count(struct su_spec *spec, const struct su_carry *carry) SU_MUST_CHECK;
/* With all functions done: whether each statement was about something. */
struct su_err *su_spec_finish(const struct su_spec *spec) SU_MUST_CHECK;

/* exclude.c: leaves the excluded functions as they are in `old_program`. Call it when the programs
 * have been compared. */
struct su_err *su_spec_exclude(struct su_spec *spec, struct su_program *old_program,
			       struct su_program *new_program) SU_MUST_CHECK;
/* The name of the routine in the source: "frob", not "frob.constprop.0". */
const char *su_spec_source_name(const struct su_program *program, const struct su_routine *routine);

#endif
