/*
 * The options of all commands: one table.
 *
 * A row says all that there is to say of an option: how it is written, which commands take it, what
 * it does to the parsed command line, and how it is explained.  Usage, help, parsing and completion
 * are made from the rows; a test compares the manual's with them (tests/cases/manual.py).
 */
#include <getopt.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "cli/cli.h"

#define MAX_TIMEOUT 86400.0 /* seconds */

static bool take_output(struct cli_args *args, const char *text)
{
	args->output = text;
	return true;
}

static bool take_spec(struct cli_args *args, const char *text)
{
	args->spec = text;
	return true;
}

static bool take_no_validate(struct cli_args *args, const char *text)
{
	(void)text;
	args->no_validate = true;
	return true;
}

static bool take_old(struct cli_args *args, const char *text)
{
	args->old_path = text;
	return true;
}

static bool take_new(struct cli_args *args, const char *text)
{
	args->new_path = text;
	return true;
}

static bool take_replay(struct cli_args *args, const char *text)
{
	args->replay = text;
	return true;
}

static bool take_key(struct cli_args *args, const char *text)
{
	args->key = text;
	return true;
}

static bool take_key_name(struct cli_args *args, const char *text)
{
	args->key_name = text;
	return true;
}

static bool take_package(struct cli_args *args, const char *text)
{
	args->package = text;
	return true;
}

static bool take_package_version(struct cli_args *args, const char *text)
{
	args->package_version = text;
	return true;
}

static bool take_trust(struct cli_args *args, const char *text)
{
	args->trust = text;
	return true;
}

static bool take_advisory(struct cli_args *args, const char *text)
{
	su_vec_push(&args->advisories, text);
	return true;
}

static bool take_tree(struct cli_args *args, const char *text)
{
	pid_t pid;

	if (!cli_parse_pid(text, &pid))
		return false;
	su_vec_push(&args->trees, pid);
	return true;
}

static bool take_all(struct cli_args *args, const char *text)
{
	(void)text;
	args->all = true;
	return true;
}

static bool take_each(struct cli_args *args, const char *text)
{
	(void)text;
	args->each = true;
	return true;
}

static bool take_together(struct cli_args *args, const char *text)
{
	(void)text;
	args->together = true;
	return true;
}

static bool take_except(struct cli_args *args, const char *text)
{
	pid_t pid;

	if (!cli_parse_pid(text, &pid))
		return false;
	su_vec_push(&args->except, pid);
	return true;
}

static bool take_when(struct cli_args *args, const char *text)
{
	su_vec_push(&args->when, text);
	return true;
}

static bool take_timeout(struct cli_args *args, const char *text)
{
	char *end;
	double value = strtod(text, &end);

	if (end == text || *end || !isfinite(value) || value < 0 || value > MAX_TIMEOUT)
		return false;
	args->timeout = value;
	return true;
}

static bool take_scan_memory(struct cli_args *args, const char *text)
{
	(void)text;
	args->scan_memory = true;
	return true;
}

static bool take_debug_dir(struct cli_args *args, const char *text)
{
	su_vec_push(&args->debug_dirs, text);
	return true;
}

static bool take_function(struct cli_args *args, const char *text)
{
	su_vec_push(&args->functions, text);
	return true;
}

static bool take_details(struct cli_args *args, const char *text)
{
	(void)text;
	args->details = true;
	return true;
}

static bool take_unit(struct cli_args *args, const char *text)
{
	args->unit = text;
	return true;
}

static bool take_dry_run(struct cli_args *args, const char *text)
{
	(void)text;
	args->dry_run = true;
	return true;
}

static bool take_json(struct cli_args *args, const char *text)
{
	(void)text;
	args->json = true;
	return true;
}

static bool take_help(struct cli_args *args, const char *text)
{
	(void)text;
	args->help = true;
	return true;
}

#define UPDATES (CLI_CHECK | CLI_APPLY | CLI_REVERT)
#define SIGNATURES (CLI_KEYGEN | CLI_SIGN | CLI_VERIFY_SIGNATURE)
#define PROCESSES (UPDATES | CLI_STATUS | CLI_RECOVER | CLI_SCAN | CLI_LIVE)

const struct cli_option cli_options[] = {
	{ .letter = 'o',
	  .argument = "PATCH.sup",
	  .use = CLI_REQUIRED,
	  .commands = CLI_BUILD,
	  .take = take_output,
	  .help = "where the patch goes; replaced when it exists" },
	{ .name = "spec",
	  .argument = "FILE",
	  .commands = CLI_BUILD,
	  .take = take_spec,
	  .help = "what you know of the change: see strongupdate(1)" },
	{ .name = "no-validate",
	  .commands = CLI_BUILD,
	  .take = take_no_validate,
	  .help = "do not try the checkpoints in the emulator" },
	{ .name = "old",
	  .argument = "OLD",
	  .use = CLI_REQUIRED,
	  .commands = CLI_VERIFY,
	  .take = take_old,
	  .help = "the build that the patch leads from" },
	{ .name = "new",
	  .argument = "NEW",
	  .use = CLI_REQUIRED,
	  .commands = CLI_VERIFY,
	  .take = take_new,
	  .help = "the build that it leads to" },
	{ .name = "replay",
	  .argument = "INPUT",
	  .commands = CLI_VERIFY,
	  .take = take_replay,
	  .help = "an input that a finding names, tried first" },
	{ .name = "key",
	  .argument = "KEY",
	  .use = CLI_REQUIRED,
	  .commands = CLI_SIGN,
	  .take = take_key,
	  .help = "the secret key to sign with" },
	{ .name = "sign",
	  .argument = "KEY",
	  .commands = CLI_LIVE,
	  .take = take_key,
	  .help = "sign what is built with that secret key" },
	{ .name = "name",
	  .argument = "NAME",
	  .commands = CLI_KEYGEN,
	  .take = take_key_name,
	  .help = "whose key it is, for people (the file's name)" },
	{ .name = "package",
	  .argument = "NAME",
	  .commands = CLI_SIGN,
	  .take = take_package,
	  .help = "the package that the patch is for" },
	{ .name = "package-version",
	  .argument = "VERSION",
	  .commands = CLI_SIGN,
	  .take = take_package_version,
	  .help = "the version that it leads to" },
	{ .name = "advisory",
	  .argument = "ID",
	  .use = CLI_REPEATED,
	  .commands = CLI_SIGN,
	  .take = take_advisory,
	  .help = "what it mends: CVE-2026-12345" },
	{ .name = "function",
	  .argument = "FUNCTION",
	  .use = CLI_REPEATED,
	  .commands = CLI_INSPECT,
	  .take = take_function,
	  .help = "show how this function's activations are carried over" },
	{ .name = "details",
	  .commands = CLI_INSPECT,
	  .take = take_details,
	  .help = "show that of all functions, and how things were matched" },
	{ .name = "trust",
	  .argument = "DIR",
	  .commands = CLI_VERIFY_SIGNATURE | CLI_INSPECT,
	  .take = take_trust,
	  .help = "judge by this folder instead of /etc/strongupdate" },
	{ .name = "tree",
	  .argument = "PID",
	  .wanted = "a process id",
	  .use = CLI_AMONG_OPERANDS,
	  .commands = PROCESSES,
	  .take = take_tree,
	  .help = "the process and its descendants, as far as they are concerned" },
	{ .name = "all",
	  .use = CLI_AMONG_OPERANDS,
	  .commands = PROCESSES,
	  .take = take_all,
	  .help = "all processes that are concerned, found by build-id" },
	{ .name = "unit",
	  .argument = "UNIT",
	  .use = CLI_AMONG_OPERANDS,
	  .commands = CLI_LIVE,
	  .take = take_unit,
	  .help = "all processes of that systemd unit" },
	{ .name = "dry-run",
	  .commands = CLI_LIVE | CLI_GC,
	  .take = take_dry_run,
	  .help = "say what would be done, and change nothing" },
	{ .name = "each",
	  .commands = UPDATES,
	  .take = take_each,
	  .help = "every process is an update of its own: what can be, is done" },
	{ .name = "together",
	  .commands = UPDATES,
	  .take = take_together,
	  .help = "with --all: all processes are one update, done in all or in none" },
	{ .name = "except",
	  .argument = "PID",
	  .wanted = "a process id",
	  .use = CLI_REPEATED,
	  .commands = PROCESSES,
	  .take = take_except,
	  .help = "with --all and --tree: leave this process alone" },
	{ .name = "when",
	  .argument = "CONDITION",
	  .use = CLI_REPEATED,
	  .commands = CLI_CHECK | CLI_APPLY,
	  .take = take_when,
	  .help = "not before 'FUNCTION inactive', or 'FILE:LINE[-LINE] inactive'" },
	{ .name = "timeout",
	  .argument = "SECONDS",
	  .wanted = "a number of seconds",
	  .commands = CLI_APPLY | CLI_REVERT | CLI_LIVE,
	  .take = take_timeout,
	  .help = "how long threads may take to reach a checkpoint (10)" },
	{ .name = "scan-memory",
	  .commands = UPDATES | CLI_LIVE,
	  .take = take_scan_memory,
	  .help = "also look for coroutines that nothing tells of, in all memory" },
	{ .name = "debug-dir",
	  .argument = "DIR",
	  .use = CLI_REPEATED,
	  .commands = CLI_BUILD | CLI_VERIFY | CLI_CHECK | CLI_APPLY | CLI_LIVE,
	  .take = take_debug_dir,
	  .help = "look for separate debug files in DIR/.build-id" },
	{ .name = "json",
	  .commands = CLI_BUILD | CLI_INSPECT | CLI_VERIFY | SIGNATURES | PROCESSES | CLI_GC,
	  .take = take_json,
	  .help = "print one JSON object" },
	{ .letter = 'h',
	  .name = "help",
	  .use = CLI_NOT_IN_USAGE,
	  .commands = CLI_EVERY_COMMAND,
	  .take = take_help,
	  .help = "print this" },
};

enum { OPTION_COUNT = sizeof(cli_options) / sizeof(*cli_options) };

const size_t cli_option_count = OPTION_COUNT;

/* ---- parsing ---- */

/* getopt_long()'s tables of what the command takes. */
struct grammar {
	struct option longs[OPTION_COUNT + 1];
	char letters[1 + 2 * OPTION_COUNT + 1];
};

enum { FIRST_LONG = 256 }; /* plus the row: the code of an option with a long name */

static void make_grammar(const struct cli_command *command, struct grammar *ret)
{
	struct option *next = ret->longs;
	char *letter = ret->letters;

	*ret = (struct grammar){ 0 };
	*letter++ = ':';
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		const struct cli_option *option = &cli_options[i];
		int argument = option->argument ? required_argument : no_argument;

		if (!(option->commands & command->bit))
			continue;
		if (option->name)
			*next++ = (struct option){ option->name, argument, NULL,
						   FIRST_LONG + (int)i };
		if (!option->letter)
			continue;
		*letter++ = option->letter;
		if (option->argument)
			*letter++ = ':';
	}
}

/* The option with that code of getopt_long(), or NULL. */
static const struct cli_option *option_of(int code)
{
	if (code >= FIRST_LONG)
		return &cli_options[code - FIRST_LONG];
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		if (code && cli_options[i].letter == code)
			return &cli_options[i];
	}
	return NULL;
}

/* getopt_long() has returned ':' or '?' for what it has just read. */
static int bad_option(const struct cli_command *command, const struct cli_args *args, char **argv,
		      int answer)
{
	const struct cli_option *option = option_of(optopt);
	SU_FREE char *name = option			  ? cli_option_name(option)
			     : optopt > 0 && optopt < 256 ? su_format("-%c", optopt)
							  : su_format("%s", argv[optind - 1]);

	if (answer == ':')
		return cli_usage(args->json, "%s: option %s needs an argument", command->name,
				 name);
	if (option && option->commands & command->bit)
		return cli_usage(args->json, "%s: option %s takes no argument", command->name,
				 name);
	return cli_usage(args->json, "%s: there is no option %s; see 'strongupdate %s --help'",
			 command->name, name, command->name);
}

/* What is wrong with the command line as a whole; `given` has a bit for each row. Free() it; NULL:
 * nothing is. */
static char *find_fault(const struct cli_command *command, const struct cli_args *args,
			unsigned given)
{
	if (args->operand_count < command->min_operands)
		return su_format("something is missing");
	if (command->max_operands >= 0 && args->operand_count > command->max_operands)
		return su_format("'%s' is too much", args->operands[command->max_operands]);
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		const struct cli_option *option = &cli_options[i];
		SU_FREE char *name = cli_option_name(option);

		if (option->use == CLI_REQUIRED && option->commands & command->bit &&
		    !(given & 1u << i))
			return su_format("option %s is missing", name);
	}
	return NULL;
}

int cli_parse(const struct cli_command *command, struct cli_args *args, int argc, char **argv)
{
	struct grammar grammar;
	unsigned given = 0;
	int code;

	make_grammar(command, &grammar);
	opterr = 0;
	while ((code = getopt_long(argc, argv, grammar.letters, grammar.longs, NULL)) != -1) {
		if (code == ':' || code == '?')
			return bad_option(command, args, argv, code);
		const struct cli_option *option = option_of(code);

		given |= 1u << (option - cli_options);
		if (!option->take(args, optarg))
			return cli_usage(args->json, "'%s' is not %s", optarg, option->wanted);
		if (args->help)
			return STRONGUPDATE_DONE;
	}
	args->operands = argv + optind;
	args->operand_count = argc - optind;
	SU_FREE char *fault = find_fault(command, args, given);
	if (!fault)
		return STRONGUPDATE_DONE;
	SU_FREE char *usage = cli_usage_of(command, INT_MAX);
	return cli_usage(args->json, "%s: %s; %s", command->name, fault, usage);
}
