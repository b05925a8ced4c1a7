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

struct cli_args {
	bool json, help;
	const char *output; /* -o */
	const char *spec;
	const char *old_path, *new_path, *replay;			/* --old, --new */
	const char *key, *key_name, *package, *package_version, *trust; /* of signatures */
	SU_VEC(const char *) advisories;
	double timeout;
	const char *unit;
	SU_VEC(const char *) functions; /* --function */
	bool dry_run, details;
	bool all, each, together, scan_memory, no_validate;
	SU_VEC(pid_t) trees;
	SU_VEC(pid_t) except;
	SU_VEC(const char *) when;
	SU_VEC(const char *) debug_dirs;
	char **operands;
	int operand_count;
};

/* ---- main.c: the commands ---- */

enum cli_commands {
	CLI_BUILD = 1,
	CLI_INSPECT = 2,
	CLI_CHECK = 4,
	CLI_APPLY = 8,
	CLI_STATUS = 16,
	CLI_REVERT = 32,
	CLI_RECOVER = 64,
	CLI_COMPLETION = 128,
	CLI_HELP = 256,
	CLI_VERIFY = 512,
	CLI_KEYGEN = 1024,
	CLI_SIGN = 2048,
	CLI_VERIFY_SIGNATURE = 4096,
	CLI_SCAN = 8192,
	CLI_LIVE = 16384,
	CLI_GC = 32768,
	CLI_EVERY_COMMAND = 65535,
};

struct cli_command {
	enum cli_commands bit;
	const char *name;
	const char *operands;		/* as the usage shows them */
	const char *summary;		/* one line */
	int min_operands, max_operands; /* max -1: any number */
	int (*run)(const struct cli_args *args);
};

extern const struct cli_command cli_commands[];
extern const size_t cli_command_count;

int cmd_build(const struct cli_args *args);
int cmd_inspect(const struct cli_args *args);
int cmd_verify(const struct cli_args *args);
int cmd_check(const struct cli_args *args);
int cmd_apply(const struct cli_args *args);
int cmd_status(const struct cli_args *args);
int cmd_revert(const struct cli_args *args);
int cmd_recover(const struct cli_args *args);
int cmd_scan(const struct cli_args *args);
int cmd_live(const struct cli_args *args);
int cmd_gc(const struct cli_args *args);
int cmd_keygen(const struct cli_args *args);
int cmd_sign(const struct cli_args *args);
int cmd_verify_signature(const struct cli_args *args);
int cmd_completion(const struct cli_args *args);
int cmd_help(const struct cli_args *args);

/* ---- options.c: their options ---- */

enum cli_use {
	CLI_ONCE = 0,
	CLI_REPEATED,
	CLI_REQUIRED,
	CLI_AMONG_OPERANDS, /* the commands' `operands` show it */
	CLI_NOT_IN_USAGE,
};

struct cli_option {
	char letter;	      /* -o */
	const char *name;     /* --spec */
	const char *argument; /* as the usage shows it; NULL: it has none */
	const char *wanted;   /* what an argument that is not taken should be */
	enum cli_use use;
	unsigned commands; /* that take it */
	/* False when the argument is wrong. */
	bool (*take)(struct cli_args *args, const char *argument);
	const char *help; /* one line */
};

extern const struct cli_option cli_options[];
extern const size_t cli_option_count;

/* "--spec" or "-o"; free() it. */
char *cli_option_name(const struct cli_option *option);
/* "usage: strongupdate build OLD NEW ...", in lines of about `width`; free() it. */
char *cli_usage_of(const struct cli_command *command, int width);
/* Returns an exit status. */
int cli_print_help(const struct cli_command *command);
/* Reads the options and operands of argv[1] on; says what is wrong, and returns an exit status. */
int cli_parse(const struct cli_command *command, struct cli_args *args, int argc, char **argv);

/* ---- common.c ---- */

/* The text as a terminal may show it (base/text.h). All that comes from processes, files and patches
 * goes through it; cli_complain() does so by itself. Of the command, until it ends. */
const char *cli_visible(const char *text);
/* "strongupdate: message" on standard error. */
void cli_complain(const char *fmt, ...) SU_PRINTF(1, 2);
/* Says that the command line is wrong, as JSON too when `json`; returns the exit status, 2. */
int cli_usage(bool json, const char *fmt, ...) SU_PRINTF(2, 3);
/* Says `error`, as a JSON object too when `json`; frees it and returns its exit status. */
int cli_fail(bool json, struct strongupdate_error *error);
/* "refused" or "error". */
const char *cli_result_of(const struct strongupdate_error *error);
/* Members `result`, `code`, `reason_id` and `reason`; these are null when `error` is NULL. */
void cli_json_result(struct su_json *json, const char *success,
		     const struct strongupdate_error *error);
/* Members `reason_id` and `reason`, of the text of a reason that a report or a patch gives. */
void cli_json_reason(struct su_json *json, const char *reason);
/* Prints and frees the object; returns `status`, or 3 when standard output failed. */
int cli_json_finish(struct su_json *json, int status);
/* From now on an output that fails is told, and does not change the exit status. */
void cli_note_change(void);
/* Flushes standard output; returns `status`, or 3 when it failed. */
int cli_finish(int status);
bool cli_parse_pid(const char *text, pid_t *ret);
/* "4.1 ms", "812 us", "3.2 s" */
const char *cli_format_us(double us, char buffer[32]);
/* The Debian package that has the file, or NULL; free() it. (package.c) */
char *cli_package_of(const char *path);
const char *cli_plural(uint64_t count); /* "s" or "" */

/* ---- overview.c ---- */

/* A line for each function that the patch changes. */
void cli_print_overview(const struct strongupdate_patch *patch);

/* ---- cmd_scan.c ---- */

/* What stands in the way of an update to what is in the file's place, as far as it shows; or NULL. */
const char *cli_obstacle_of(const struct strongupdate_file *file);

/* ---- cmd_sign.c ---- */

/* Member `signatures`. */
void cli_json_signatures(struct su_json *json, const struct strongupdate_patch *patch);
void cli_print_signatures(const struct strongupdate_patch *patch);
/* The name of a trusted signer, or NULL. */
const char *cli_signer(const struct strongupdate_patch *patch);

/* ---- targets.c ---- */

/* Options for a call on a process, with progress; su_progress_stop() it after. */
struct strongupdate_options cli_options_of(const struct cli_args *args,
					   struct su_progress *progress);
/* Which processes the command line means: operands from `first` on, --tree, --all. */
struct cli_targets {
	struct strongupdate_targets public;
	SU_VEC(pid_t) pids;
};
/* Returns an exit status; says what is wrong. To be deinitialised also on failure. */
int cli_targets_init(struct cli_targets *targets, const struct cli_args *args, int first);
void cli_targets_deinit(struct cli_targets *targets);

/* Takes a patch, operand 0, which revert may go without, and the targets behind it. Returns an exit
 * status. */
int cli_open(const struct cli_args *args, bool patch_required,
	     struct strongupdate_patch **ret_patch, struct cli_targets *targets);
/* Says how check, apply or revert went (`patch` may be NULL): frees `error` and `report`, returns the exit status. */
int cli_report(const struct cli_args *args, const char *success,
	       const struct strongupdate_patch *patch, struct strongupdate_error *error,
	       struct strongupdate_report *report);

#endif
