/*
 * The command strongupdate(1): a table of commands, and their options.
 *
 * All commands draw on the same few options; each says which it takes and which it cannot do
 * without.  main() parses, checks, and hands over.
 */
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

#define MAX_TIMEOUT 86400.0 /* seconds */

static const struct cli_command commands[] = {
	{ .name = "build",
	  .synopsis = "OLD NEW -o PATCH.sup [--spec FILE] [--debug-dir DIR]... [--json]",
	  .summary = "make a patch that takes processes from one build to another",
	  .options = CLI_OUTPUT | CLI_SPEC | CLI_DEBUG_DIR | CLI_JSON,
	  .required = CLI_OUTPUT,
	  .min_operands = 2,
	  .max_operands = 2,
	  .run = cmd_build },
	{ .name = "inspect",
	  .synopsis = "PATCH.sup [--json]",
	  .summary = "show what a patch changes and how activations are carried over",
	  .options = CLI_JSON,
	  .min_operands = 1,
	  .max_operands = 1,
	  .run = cmd_inspect },
	{ .name = "check",
	  .synopsis = "PATCH.sup {PID... | --tree PID | --all} [--each] [--when CONDITION]... "
		      "[--scan-memory] [--debug-dir DIR]... [--json]",
	  .summary = "say whether a patch would apply now; change nothing",
	  .options = CLI_TARGETS | CLI_EACH | CLI_WHEN | CLI_SCAN | CLI_DEBUG_DIR | CLI_JSON,
	  .min_operands = 1,
	  .max_operands = -1,
	  .run = cmd_check },
	{ .name = "apply",
	  .synopsis = "PATCH.sup {PID... | --tree PID | --all} [--each] [--when CONDITION]... "
		      "[--timeout SECONDS] [--scan-memory] [--debug-dir DIR]... [--json]",
	  .summary = "update running processes, all as one",
	  .options = CLI_TARGETS | CLI_EACH | CLI_WHEN | CLI_SCAN | CLI_DEBUG_DIR | CLI_TIMEOUT |
		     CLI_JSON,
	  .min_operands = 1,
	  .max_operands = -1,
	  .run = cmd_apply },
	{ .name = "status",
	  .synopsis = "[PID... | --tree PID | --all] [--json]",
	  .summary = "show which processes carry which updates",
	  .options = CLI_TARGETS | CLI_JSON,
	  .max_operands = -1,
	  .run = cmd_status },
	{ .name = "revert",
	  .synopsis = "[PATCH.sup] {PID... | --tree PID | --all} [--each] [--timeout SECONDS] "
		      "[--scan-memory] [--json]",
	  .summary = "take back the newest update of processes, all as one",
	  .options = CLI_TARGETS | CLI_EACH | CLI_TIMEOUT | CLI_SCAN | CLI_JSON,
	  .max_operands = -1,
	  .run = cmd_revert },
	{ .name = "recover",
	  .synopsis = "PID...|--tree PID|--all [--json]",
	  .summary = "put right what an update left that was cut off",
	  .options = CLI_TARGETS | CLI_JSON,
	  .max_operands = -1,
	  .run = cmd_recover },
};

static const struct {
	unsigned option;
	const char *text;
} option_help[] = {
	{ CLI_OUTPUT, "  -o PATCH.sup        where the patch goes; replaced when it exists" },
	{ CLI_SPEC, "  --spec FILE         what you know of the change: see strongupdate(1)" },
	{ CLI_DEBUG_DIR, "  --debug-dir DIR     look for separate debug files in DIR/.build-id" },
	{ CLI_TARGETS,
	  "  --tree PID          the process and its descendants, as far as they are concerned\n"
	  "  --all               all processes that are concerned, found by build-id" },
	{ CLI_EACH,
	  "  --each              every process is an update of its own: what can be, is done" },
	{ CLI_WHEN,
	  "  --when CONDITION    not before 'FUNCTION inactive', or 'FILE:LINE[-LINE] inactive'" },
	{ CLI_SCAN,
	  "  --scan-memory       also look for coroutines that nothing tells of, in all memory" },
	{ CLI_TIMEOUT,
	  "  --timeout SECONDS   how long threads may take to reach a checkpoint (10)" },
	{ CLI_JSON, "  --json              print one JSON object" },
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

enum {
	OPTION_HELP = 256,
	OPTION_JSON,
	OPTION_DEBUG_DIR,
	OPTION_TIMEOUT,
	OPTION_TREE,
	OPTION_ALL,
	OPTION_EACH,
	OPTION_WHEN,
	OPTION_SCAN,
	OPTION_SPEC
};

static const struct option long_options[] = {
	{ "help", no_argument, NULL, OPTION_HELP },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "debug-dir", required_argument, NULL, OPTION_DEBUG_DIR },
	{ "timeout", required_argument, NULL, OPTION_TIMEOUT },
	{ "tree", required_argument, NULL, OPTION_TREE },
	{ "all", no_argument, NULL, OPTION_ALL },
	{ "each", no_argument, NULL, OPTION_EACH },
	{ "when", required_argument, NULL, OPTION_WHEN },
	{ "scan-memory", no_argument, NULL, OPTION_SCAN },
	{ "spec", required_argument, NULL, OPTION_SPEC },
	{ 0 },
};

static int print_help(void)
{
	printf("usage: strongupdate COMMAND ...\n"
	       "Update running programs in place, from an old build to a new one.\n\n");
	for (size_t i = 0; i < COUNT(commands); i++)
		printf("  %-8s  %s\n", commands[i].name, commands[i].summary);
	printf("\n'strongupdate COMMAND --help' tells more, and so does strongupdate(1).\n"
	       "Exit status: 0 done; 1 refused, target untouched; 2 usage;\n"
	       "3 error, target untouched; 4 target needs 'strongupdate recover' or may be "
	       "damaged.\n");
	return cli_finish(STRONGUPDATE_DONE);
}

static int print_command_help(const struct cli_command *command)
{
	printf("usage: strongupdate %s %s\n%s\n\n", command->name, command->synopsis,
	       command->summary);
	for (size_t i = 0; i < COUNT(option_help); i++) {
		if (command->options & option_help[i].option)
			puts(option_help[i].text);
	}
	puts("  --help              print this");
	return cli_finish(STRONGUPDATE_DONE);
}

static const struct cli_command *find_command(const char *name)
{
	for (size_t i = 0; i < COUNT(commands); i++) {
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	}
	return NULL;
}

static bool parse_timeout(const char *text, double *ret)
{
	char *end;
	double value = strtod(text, &end);

	if (end == text || *end || !isfinite(value) || value < 0 || value > MAX_TIMEOUT)
		return false;
	*ret = value;
	return true;
}

/* Whether --json was asked for, also on a command line that is wrong elsewhere. */
static bool wants_json(char **argv)
{
	for (; *argv && strcmp(*argv, "--") != 0; argv++) {
		if (strcmp(*argv, "--json") == 0)
			return true;
	}
	return false;
}

static unsigned option_bit(int option)
{
	switch (option) {
	case 'o':
		return CLI_OUTPUT;
	case OPTION_JSON:
		return CLI_JSON;
	case OPTION_DEBUG_DIR:
		return CLI_DEBUG_DIR;
	case OPTION_TIMEOUT:
		return CLI_TIMEOUT;
	case OPTION_TREE:
	case OPTION_ALL:
		return CLI_TARGETS;
	case OPTION_EACH:
		return CLI_EACH;
	case OPTION_WHEN:
		return CLI_WHEN;
	case OPTION_SCAN:
		return CLI_SCAN;
	case OPTION_SPEC:
		return CLI_SPEC;
	default:
		return 0;
	}
}

static int take_option(struct cli_args *args, int option)
{
	pid_t pid;

	switch (option) {
	case 'o':
		args->output = optarg;
		break;
	case OPTION_JSON:
		args->json = true;
		break;
	case OPTION_DEBUG_DIR:
		su_vec_push(&args->debug_dirs, optarg);
		break;
	case OPTION_TIMEOUT:
		if (!parse_timeout(optarg, &args->timeout))
			return cli_usage(args->json, "'%s' is not a number of seconds", optarg);
		break;
	case OPTION_TREE:
		if (!cli_parse_pid(optarg, &pid))
			return cli_usage(args->json, "'%s' is not a process id", optarg);
		su_vec_push(&args->trees, pid);
		break;
	case OPTION_ALL:
		args->all = true;
		break;
	case OPTION_EACH:
		args->each = true;
		break;
	case OPTION_WHEN:
		su_vec_push(&args->when, optarg);
		break;
	case OPTION_SCAN:
		args->scan_memory = true;
		break;
	case OPTION_SPEC:
		args->spec = optarg;
		break;
	}
	return STRONGUPDATE_DONE;
}

/* The option that getopt_long() has just read, in the user's words; `buffer` holds 3 bytes. */
static const char *option_text(int option, char **argv, char *buffer)
{
	int code = option == ':' || option == '?' ? optopt : option;

	for (size_t i = 0; long_options[i].name; i++) {
		if (long_options[i].val == code)
			return long_options[i].name;
	}
	if (code <= 0 || code > 255)
		return argv[optind - 1];
	buffer[0] = '-';
	buffer[1] = (char)code;
	buffer[2] = 0;
	return buffer;
}

static int bad_option(const struct cli_command *command, const struct cli_args *args, char **argv,
		      int option)
{
	char buffer[3];
	const char *text = option_text(option, argv, buffer);
	const char *dashes = *text == '-' ? "" : "--";

	if (option == ':')
		return cli_usage(args->json, "%s: option %s%s needs an argument", command->name,
				 dashes, text);
	return cli_usage(args->json, "%s: there is no option %s%s; see 'strongupdate %s --help'",
			 command->name, dashes, text, command->name);
}

static int check_operands(const struct cli_command *command, const struct cli_args *args,
			  unsigned given)
{
	bool wrong = args->operand_count < command->min_operands ||
		     (command->max_operands >= 0 && args->operand_count > command->max_operands) ||
		     (command->required & ~given);

	if (wrong)
		return cli_usage(args->json, "usage: strongupdate %s %s", command->name,
				 command->synopsis);
	return STRONGUPDATE_DONE;
}

static int run(const struct cli_command *command, struct cli_args *args, int argc, char **argv)
{
	unsigned given = 0;
	int option, status;

	opterr = 0;
	while ((option = getopt_long(argc, argv, ":o:", long_options, NULL)) != -1) {
		unsigned bit = option_bit(option);

		if (option == OPTION_HELP)
			return print_command_help(command);
		if (!bit || !(command->options & bit))
			return bad_option(command, args, argv, option);
		given |= bit;
		status = take_option(args, option);
		if (status)
			return status;
	}
	args->operands = argv + optind;
	args->operand_count = argc - optind;
	status = check_operands(command, args, given);
	return status ? status : command->run(args);
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : NULL;
	bool json = wants_json(argv);

	if (!name)
		return cli_usage(json, "no command; see 'strongupdate --help'");
	if (strcmp(name, "--help") == 0)
		return print_help();
	if (strcmp(name, "--version") == 0) {
		printf("strongupdate %s\n", strongupdate_version());
		return cli_finish(STRONGUPDATE_DONE);
	}

	const struct cli_command *command = find_command(name);
	if (!command)
		return cli_usage(json, "'%s' is no command; see 'strongupdate --help'", name);

	struct cli_args args = { .json = json, .timeout = STRONGUPDATE_DEFAULT_TIMEOUT };
	int status = run(command, &args, argc - 1, argv + 1);
	su_vec_deinit(&args.debug_dirs);
	su_vec_deinit(&args.trees);
	su_vec_deinit(&args.when);
	return status;
}
