/* The systemd unit that a process belongs to: see unit.h. */
#include "process/unit.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), wanted = strlen(end);

	return len > wanted && strcmp(text + len - wanted, end) == 0;
}

/* "0::/system.slice/nginx.service/worker": the last part that names a service or scope. */
static char *unit_of(char *line)
{
	const char *unit = "";
	char *rest = NULL;

	for (char *part = strtok_r(line, "/\n", &rest); part; part = strtok_r(NULL, "/\n", &rest)) {
		if (ends_with(part, ".service") || ends_with(part, ".scope"))
			unit = part;
	}
	return su_strdup(unit);
}

char *su_proc_unit(pid_t pid)
{
	SU_FREE char *path = su_format("/proc/%d/cgroup", (int)pid);
	FILE *file = fopen(path, "re");
	char *line = NULL, *ret = NULL;
	size_t room = 0;

	while (file && !ret && getline(&line, &room, file) > 0) {
		if (strncmp(line, "0::", 3) == 0 || strstr(line, "name=systemd:"))
			ret = unit_of(line);
	}
	free(line);
	if (file)
		fclose(file);
	return ret ? ret : su_strdup("");
}

char *su_proc_exe(pid_t pid)
{
	return su_format("/proc/%d/exe", (int)pid);
}
