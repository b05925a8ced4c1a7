/* Usage and help of commands, made from the table of options (options.c). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "cli/cli.h"

#define USAGE_WIDTH 80

char *cli_option_name(const struct cli_option *option)
{
	return option->name ? su_format("--%s", option->name) : su_format("-%c", option->letter);
}

/* "[--when CONDITION]..."; NULL: the usage does not show it. */
static char *usage_of(const struct cli_option *option)
{
	if (option->use == CLI_AMONG_OPERANDS || option->use == CLI_NOT_IN_USAGE)
		return NULL;
	SU_FREE char *name = cli_option_name(option);
	SU_FREE char *text = su_format("%s%s%s", name, option->argument ? " " : "",
				       option->argument ? option->argument : "");
	if (option->use == CLI_REQUIRED)
		return su_format("%s", text);
	return su_format("[%s]%s", text, option->use == CLI_REPEATED ? "..." : "");
}

char *cli_usage_of(const struct cli_command *command, int width)
{
	char *text = su_format("usage: strongupdate %s %s", command->name, command->operands);
	size_t column = strlen(text);
	int indent = (int)(strlen("usage: strongupdate ") + strlen(command->name)) + 1;

	for (size_t i = 0; i < cli_option_count; i++) {
		SU_FREE char *part = usage_of(&cli_options[i]);

		if (!part || !(cli_options[i].commands & command->bit))
			continue;
		bool wraps = column + 1 + strlen(part) > (size_t)width;
		char *longer = wraps ? su_format("%s\n%*s%s", text, indent, "", part)
				     : su_format("%s %s", text, part);
		column = (wraps ? (size_t)indent : column + 1) + strlen(part);
		free(text);
		text = longer;
	}
	return text;
}

int cli_print_help(const struct cli_command *command)
{
	SU_FREE char *usage = cli_usage_of(command, USAGE_WIDTH);

	printf("%s\n%s\n\n", usage, command->summary);
	for (size_t i = 0; i < cli_option_count; i++) {
		const struct cli_option *option = &cli_options[i];

		if (!(option->commands & command->bit))
			continue;
		SU_FREE char *name = cli_option_name(option);
		SU_FREE char *both = option->letter && option->name
					     ? su_format("-%c, %s", option->letter, name)
					     : su_format("%s %s", name,
							 option->argument ? option->argument : "");
		printf("  %-18s  %s\n", both, option->help);
	}
	return cli_finish(STRONGUPDATE_DONE);
}
