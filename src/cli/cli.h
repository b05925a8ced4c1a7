/*
 * What the commands share: the parsed command line, and how results and errors are said.
 *
 * A command gets checked arguments and returns its exit status.  Standard output holds the result:
 * text, or with --json exactly one object, on refusal and error too.  Standard error holds one line
 * per error and, on a terminal, progress.
 */
#ifndef SU_CLI_CLI_H
#define SU_CLI_CLI_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/json.h"
#include "base/progress.h"
#include "base/vec.h"
#include "strongupdate.h"

enum cli_option {
	CLI_JSON = 1,
	CLI_OUTPUT = 2,
	CLI_DEBUG_DIR = 4,
	CLI_TIMEOUT = 8,
	CLI_TARGETS = 16, /* --all, --tree */
	CLI_EACH = 32,
	CLI_WHEN = 64,
	CLI_SCAN = 128,
	CLI_SPEC = 256,
};

struct cli_args {
	bool json;
	const char *output; /* -o */
	const char *spec;
	double timeout;
	bool all, each, scan_memory;
	SU_VEC(pid_t) trees;
	SU_VEC(const char *) when;
	SU_VEC(const char *) debug_dirs;
	char **operands;
	int operand_count;
};

struct cli_command {
	const char *name;
	const char *synopsis;		/* what follows the name */
	const char *summary;		/* one line */
	unsigned options;		/* CLI_* that it takes */
	unsigned required;		/* CLI_* without which it is a usage error */
	int min_operands, max_operands; /* max -1: any number */
	int (*run)(const struct cli_args *args);
};

int cmd_build(const struct cli_args *args);
int cmd_inspect(const struct cli_args *args);
int cmd_check(const struct cli_args *args);
int cmd_apply(const struct cli_args *args);
int cmd_status(const struct cli_args *args);
int cmd_revert(const struct cli_args *args);
int cmd_recover(const struct cli_args *args);

/* ---- common.c ---- */

/* "strongupdate: message" on standard error. */
void cli_complain(const char *fmt, ...) SU_PRINTF(1, 2);
/* Says that the command line is wrong, as JSON too when `json`; returns the exit status, 2. */
int cli_usage(bool json, const char *fmt, ...) SU_PRINTF(2, 3);
/* Says `error`, as a JSON object too when `json`; frees it and returns its exit status. */
int cli_fail(bool json, struct strongupdate_error *error);
/* "refused" or "error". */
const char *cli_result_of(const struct strongupdate_error *error);
/* Members `result`, `code` and `reason`; those two are null when `error` is NULL. */
void cli_json_result(struct su_json *json, const char *success,
		     const struct strongupdate_error *error);
/* Prints and frees the object; returns `status`, or 3 when standard output failed. */
int cli_json_finish(struct su_json *json, int status);
/* Flushes standard output; returns `status`, or 3 when it failed. */
int cli_finish(int status);
bool cli_parse_pid(const char *text, pid_t *ret);
/* "4.1 ms", "812 us", "3.2 s" */
const char *cli_format_us(double us, char buffer[32]);
const char *cli_plural(uint64_t count); /* "s" or "" */

/* ---- targets.c ---- */

/* Options for a call on a process, with progress; su_progress_stop() it after. */
struct strongupdate_options cli_options(const struct cli_args *args, struct su_progress *progress);
/* Which processes the command line means: operands from `first` on, --tree, --all. */
struct cli_targets {
	struct strongupdate_targets public;
	SU_VEC(pid_t) pids;
};
/* Returns an exit status; says what is wrong. To be deinitialised also on failure. */
int cli_targets_init(struct cli_targets *targets, const struct cli_args *args, int first);
void cli_targets_deinit(struct cli_targets *targets);

/* The same with a patch: operand 0, which revert may go without. Returns an exit status. */
int cli_open(const struct cli_args *args, bool patch_required,
	     struct strongupdate_patch **ret_patch, struct cli_targets *targets);
/* Says how check, apply or revert went: frees `error` and `report`, returns the exit status. */
int cli_report(const struct cli_args *args, const char *success, struct strongupdate_error *error,
	       struct strongupdate_report *report);

#endif
