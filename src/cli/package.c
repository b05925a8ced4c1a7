/*
 * Which package a file belongs to: what dpkg-query(1) says.
 *
 * Packages name files by the path that they were installed to: /lib/x and /usr/lib/x may be one.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "cli/cli.h"

/* The first line that `argv` prints; NULL: it failed. free() it. */
static char *first_line_of(char **argv)
{
	posix_spawn_file_actions_t actions;
	int ends[2], status = 1;
	char *line = NULL;
	size_t room = 0;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return NULL;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	int failed = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	FILE *output = fdopen(ends[0], "r");
	ssize_t got = failed || !output ? -1 : getline(&line, &room, output);
	if (output)
		fclose(output);
	if (!failed)
		waitpid(pid, &status, 0);
	if (got > 0)
		return line;
	free(line);
	return NULL;
}

static char *ask_package(const char *path)
{
	char *argv[] = { "dpkg-query", "-S", "--", (char *)path, NULL };
	char *line = first_line_of(argv);
	char *end = line ? strpbrk(line, ":, ") : NULL; /* "memcached: /usr/bin/memcached" */

	if (end && strncmp(line, "diversion ", strlen("diversion ")) != 0) {
		*end = 0;
		return line;
	}
	free(line);
	return NULL;
}

char *cli_package_of(const char *path)
{
	SU_FREE char *real = realpath(path, NULL);
	const char *name = real ? real : path;

	if (*name != '/')
		return NULL;
	char *package = ask_package(name);
	if (!package && strncmp(name, "/usr/", 5) == 0)
		package = ask_package(name + 4);
	return package;
}
