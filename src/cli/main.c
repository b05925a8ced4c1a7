/*
 * The command strongupdate(1): a table of commands.
 *
 * main() finds the command, has its options read (options.c), and hands over.
 */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

#define TARGETS "{PID... | --tree PID | --all}"

const struct cli_command cli_commands[] = {
	{ .bit = CLI_BUILD,
	  .name = "build",
	  .operands = "{OLD | PID} NEW",
	  .summary = "make a patch that takes processes from one build to another",
	  .min_operands = 2,
	  .max_operands = 2,
	  .run = cmd_build },
	{ .bit = CLI_INSPECT,
	  .name = "inspect",
	  .operands = "PATCH.sup",
	  .summary = "show what a patch changes and how activations are carried over",
	  .min_operands = 1,
	  .max_operands = 1,
	  .run = cmd_inspect },
	{ .bit = CLI_VERIFY,
	  .name = "verify",
	  .operands = "PATCH.sup",
	  .summary = "try a patch's checkpoints in an emulator",
	  .min_operands = 1,
	  .max_operands = 1,
	  .run = cmd_verify },
	{ .bit = CLI_KEYGEN,
	  .name = "keygen",
	  .operands = "KEY",
	  .summary = "make a key pair that patches are signed with",
	  .min_operands = 1,
	  .max_operands = 1,
	  .run = cmd_keygen },
	{ .bit = CLI_SIGN,
	  .name = "sign",
	  .operands = "PATCH.sup",
	  .summary = "sign a patch, and say what it is",
	  .min_operands = 1,
	  .max_operands = 1,
	  .run = cmd_sign },
	{ .bit = CLI_VERIFY_SIGNATURE,
	  .name = "verify-signature",
	  .operands = "PATCH.sup",
	  .summary = "say who signed a patch, and whether a trusted key did",
	  .min_operands = 1,
	  .max_operands = 1,
	  .run = cmd_verify_signature },
	{ .bit = CLI_CHECK,
	  .name = "check",
	  .operands = "PATCH.sup " TARGETS,
	  .summary = "say whether a patch would apply now; change nothing",
	  .min_operands = 1,
	  .max_operands = -1,
	  .run = cmd_check },
	{ .bit = CLI_APPLY,
	  .name = "apply",
	  .operands = "PATCH.sup " TARGETS,
	  .summary = "update running processes, all as one",
	  .min_operands = 1,
	  .max_operands = -1,
	  .run = cmd_apply },
	{ .bit = CLI_STATUS,
	  .name = "status",
	  .operands = "[PID... | --tree PID | --all]",
	  .summary = "show which processes carry which updates",
	  .max_operands = -1,
	  .run = cmd_status },
	{ .bit = CLI_REVERT,
	  .name = "revert",
	  .operands = "[PATCH.sup] " TARGETS,
	  .summary = "take back the newest update of processes, all as one",
	  .max_operands = -1,
	  .run = cmd_revert },
	{ .bit = CLI_RECOVER,
	  .name = "recover",
	  .operands = TARGETS,
	  .summary = "put right what an update left that was cut off",
	  .max_operands = -1,
	  .run = cmd_recover },
	{ .bit = CLI_SCAN,
	  .name = "scan",
	  .operands = "[PID... | --tree PID | --all]",
	  .summary = "name processes that run what is no longer on disk",
	  .max_operands = -1,
	  .run = cmd_scan },
	{ .bit = CLI_LIVE,
	  .name = "live",
	  .operands = "{PID... | --tree PID | --unit UNIT | --all}",
	  .summary = "update processes to what is on disk",
	  .max_operands = -1,
	  .run = cmd_live },
	{ .bit = CLI_GC,
	  .name = "gc",
	  .operands = "",
	  .summary = "remove what 'live' keeps and no process needs",
	  .run = cmd_gc },
	{ .bit = CLI_COMPLETION,
	  .name = "completion",
	  .operands = "{bash | zsh}",
	  .summary = "print what makes the shell complete this command's options",
	  .min_operands = 1,
	  .max_operands = 1,
	  .run = cmd_completion },
	{ .bit = CLI_HELP,
	  .name = "help",
	  .operands = "[COMMAND]",
	  .summary = "print help, as COMMAND --help does",
	  .max_operands = 1,
	  .run = cmd_help },
};

const size_t cli_command_count = sizeof(cli_commands) / sizeof(*cli_commands);

static int print_help(void)
{
	printf("usage: strongupdate COMMAND ...\n"
	       "Update running programs in place, from an old build to a new one.\n\n");
	for (size_t i = 0; i < cli_command_count; i++)
		printf("  %-16s  %s\n", cli_commands[i].name, cli_commands[i].summary);
	printf("\n'strongupdate COMMAND --help' tells more, and so does strongupdate(1).\n"
	       "-V, --version prints the version.\n"
	       "Exit status: 0 done; 1 refused, target untouched; 2 usage;\n"
	       "3 error, target untouched; 4 target needs 'strongupdate recover' or may be damaged.\n");
	return cli_finish(STRONGUPDATE_DONE);
}

static const struct cli_command *find_command(const char *name)
{
	for (size_t i = 0; i < cli_command_count; i++) {
		if (strcmp(cli_commands[i].name, name) == 0)
			return &cli_commands[i];
	}
	return NULL;
}

static int no_command(bool json, const char *name)
{
	return cli_usage(json, "'%s' is no command; see 'strongupdate --help'", name);
}

int cmd_help(const struct cli_args *args)
{
	if (!args->operand_count)
		return print_help();
	const struct cli_command *command = find_command(args->operands[0]);
	return command ? cli_print_help(command) : no_command(args->json, args->operands[0]);
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

static bool is_either(const char *text, const char *letter, const char *name)
{
	return strcmp(text, letter) == 0 || strcmp(text, name) == 0;
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : NULL;
	bool json = wants_json(argv);

	if (!name)
		return cli_usage(json, "no command; see 'strongupdate --help'");
	if (is_either(name, "-h", "--help"))
		return print_help();
	if (is_either(name, "-V", "--version")) {
		printf("strongupdate %s\n", strongupdate_version());
		return cli_finish(STRONGUPDATE_DONE);
	}

	const struct cli_command *command = find_command(name);
	if (!command)
		return no_command(json, name);

	struct cli_args args = { .json = json, .timeout = STRONGUPDATE_DEFAULT_TIMEOUT };
	int status = cli_parse(command, &args, argc - 1, argv + 1);
	if (!status)
		status = args.help ? cli_print_help(command) : command->run(&args);
	su_vec_deinit(&args.debug_dirs);
	su_vec_deinit(&args.trees);
	su_vec_deinit(&args.except);
	su_vec_deinit(&args.advisories);
	su_vec_deinit(&args.functions);
	su_vec_deinit(&args.when);
	return status;
}
