/* Whose a process is, and what it runs: see proc.h. */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "process/proc.h"

/* A file of /proc that is small; such files have no size. */
static bool read_text(const char *path, char *buffer, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, buffer, size - 1);

	if (fd >= 0)
		close(fd);
	if (got < 0)
		return false;
	buffer[got] = 0;
	return true;
}

struct su_proc_owner su_proc_owner(pid_t pid)
{
	struct su_proc_owner owner = { .uids = { (uid_t)-1 } };
	char path[64], text[8192], *line;
	unsigned uids[4];

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	line = read_text(path, text, sizeof(text)) ? strstr(text, "\nUid:") : NULL;
	if (!line ||
	    sscanf(line, "\nUid: %u %u %u %u", &uids[0], &uids[1], &uids[2], &uids[3]) != 4)
		return owner;
	owner.known = true;
	for (int i = 0; i < 4; i++)
		owner.uids[i] = uids[i];
	return owner;
}

char *su_proc_executable(pid_t pid)
{
	static const char deleted[] = " (deleted)";
	char path[64], link[PATH_MAX + 1];

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	ssize_t got = readlink(path, link, PATH_MAX);
	if (got <= 0)
		return NULL;
	link[got] = 0;
	size_t len = (size_t)got, suffix = sizeof(deleted) - 1;
	if (len > suffix && !strcmp(link + len - suffix, deleted))
		link[len - suffix] = 0;
	return su_strdup(link);
}

bool su_proc_has_our_mounts(pid_t pid)
{
	struct stat ours, theirs;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", pid);
	return !stat("/proc/self/ns/mnt", &ours) && !stat(path, &theirs) &&
	       ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino;
}

char *su_proc_boot(void)
{
	char text[64];

	if (!read_text("/proc/sys/kernel/random/boot_id", text, sizeof(text)))
		text[0] = 0;
	return su_strdup(text);
}

unsigned su_proc_login_user(void)
{
	char text[32];

	return read_text("/proc/self/loginuid", text, sizeof(text))
		       ? (unsigned)strtoul(text, NULL, 10)
		       : (unsigned)-1;
}
