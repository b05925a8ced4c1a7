/*
 * strongupdate completion: scripts for bash and zsh, made from the tables of commands and options.
 *
 * What an argument is completed to follows from how the usage calls it: files, directories or
 * processes; of other arguments the shell knows nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "cli/cli.h"

enum kind { KIND_NONE, KIND_FILE, KIND_FOLDER, KIND_PROCESS, KIND_COUNT };

static enum kind kind_of(const char *argument)
{
	if (!argument)
		return KIND_NONE;
	if (strcmp(argument, "FILE") == 0 || strcmp(argument, "PATCH.sup") == 0)
		return KIND_FILE;
	if (strcmp(argument, "DIR") == 0)
		return KIND_FOLDER;
	return strcmp(argument, "PID") == 0 ? KIND_PROCESS : KIND_NONE;
}

/* ---- bash ---- */

/* "-o|--spec)" for the options whose argument is of that kind; false: there are none. */
static bool print_case(enum kind kind)
{
	const char *between = "\t";
	bool any = false;

	for (size_t i = 0; i < cli_option_count; i++) {
		const struct cli_option *option = &cli_options[i];
		SU_FREE char *name = cli_option_name(option);

		if (!option->argument || kind_of(option->argument) != kind)
			continue;
		printf("%s%s", between, name);
		between = "|";
		any = true;
	}
	if (any)
		printf(") ");
	return any;
}

static void print_bash_options(const struct cli_command *command)
{
	printf("\t%s) words='", command->name);
	for (size_t i = 0; i < cli_option_count; i++) {
		const struct cli_option *option = &cli_options[i];
		SU_FREE char *name = cli_option_name(option);

		if (option->commands & command->bit)
			printf("%s ", name);
	}
	printf("' ;;\n");
}

static int print_bash(void)
{
	static const char *const replies[KIND_COUNT] = {
		[KIND_NONE] = "return",
		[KIND_FILE] = "COMPREPLY=($(compgen -f -- \"$word\")); return",
		[KIND_FOLDER] = "COMPREPLY=($(compgen -d -- \"$word\")); return",
		[KIND_PROCESS] =
			"COMPREPLY=($(compgen -W \"$(ps -eo pid=)\" -- \"$word\")); return",
	};

	printf("# bash completion for strongupdate: made by 'strongupdate completion bash'\n"
	       "_strongupdate()\n{\n"
	       "\tlocal word=${COMP_WORDS[COMP_CWORD]} words=\n"
	       "\tif ((COMP_CWORD == 1)); then\n\t\twords='");
	for (size_t i = 0; i < cli_command_count; i++)
		printf("%s ", cli_commands[i].name);
	printf("--help --version'\n"
	       "\t\tCOMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n\t\treturn\n\tfi\n"
	       "\tcase ${COMP_WORDS[COMP_CWORD-1]} in\n");
	for (enum kind kind = 0; kind < KIND_COUNT; kind++) {
		if (print_case(kind))
			printf("%s ;;\n", replies[kind]);
	}
	printf("\tesac\n\tcase ${COMP_WORDS[1]} in\n");
	for (size_t i = 0; i < cli_command_count; i++)
		print_bash_options(&cli_commands[i]);
	printf("\tesac\n"
	       "\tif [[ $word == -* ]]; then\n"
	       "\t\tCOMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
	       "\telif [[ $word == [0-9]* ]]; then\n"
	       "\t\tCOMPREPLY=($(compgen -W \"$(ps -eo pid=)\" -- \"$word\"))\n"
	       "\telse\n\t\tCOMPREPLY=($(compgen -f -- \"$word\"))\n\tfi\n}\n"
	       "complete -o filenames -F _strongupdate strongupdate\n");
	return cli_finish(STRONGUPDATE_DONE);
}

/* ---- zsh ---- */

/* Text within single quotes and brackets of _arguments. */
static void print_quoted(const char *text)
{
	for (; *text; text++) {
		if (*text == '\'')
			printf("'\\''");
		else if (strchr("[]:\\", *text))
			printf("\\%c", *text);
		else
			putchar(*text);
	}
}

static void print_zsh_option(const struct cli_option *option)
{
	static const char *const actions[KIND_COUNT] = {
		[KIND_NONE] = " ",
		[KIND_FILE] = "_files",
		[KIND_FOLDER] = "_files -/",
		[KIND_PROCESS] = "_pids",
	};
	SU_FREE char *name = cli_option_name(option);

	printf(" \\\n\t\t\t'*%s[", name);
	print_quoted(option->help);
	putchar(']');
	if (option->argument)
		printf(":%s:%s", option->argument, actions[kind_of(option->argument)]);
	putchar('\'');
}

static int print_zsh(void)
{
	printf("#compdef strongupdate\n"
	       "# zsh completion for strongupdate: made by 'strongupdate completion zsh'\n"
	       "if ((CURRENT == 2)); then\n"
	       "\tlocal -a commands=(");
	for (size_t i = 0; i < cli_command_count; i++) {
		printf("\n\t\t'%s:", cli_commands[i].name);
		print_quoted(cli_commands[i].summary);
		putchar('\'');
	}
	printf(")\n\t_describe command commands\nelse\n"
	       "\tlocal command=$words[2]\n\tshift words\n\t((CURRENT--))\n\tcase $command in\n");
	for (size_t i = 0; i < cli_command_count; i++) {
		printf("\t%s)\n\t\t_arguments", cli_commands[i].name);
		for (size_t k = 0; k < cli_option_count; k++) {
			if (cli_options[k].commands & cli_commands[i].bit)
				print_zsh_option(&cli_options[k]);
		}
		printf(" \\\n\t\t\t'*: :_alternative \"pids::_pids\" \"files::_files\"' ;;\n");
	}
	printf("\tesac\nfi\n");
	return cli_finish(STRONGUPDATE_DONE);
}

int cmd_completion(const struct cli_args *args)
{
	if (strcmp(args->operands[0], "bash") == 0)
		return print_bash();
	if (strcmp(args->operands[0], "zsh") == 0)
		return print_zsh();
	return cli_usage(args->json, "'%s' is no shell that is known: bash or zsh",
			 args->operands[0]);
}
