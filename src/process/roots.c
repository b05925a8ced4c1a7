/*
 * Where a file is now that a process has mapped.
 *
 * The kernel names a mapped file by its path in the mount namespace, whatever the root of the process
 * is by now.  In our own namespace that path is ours too.  In another one it is looked up from the
 * root of the process's first ancestor there: daemons go into an empty folder (chroot(2)) after they
 * were started, those that started them mostly do not.
 *
 * Source: proc(5), mount_namespaces(7).
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "process/proc.h"

static bool share_mounts(pid_t a, pid_t b)
{
	SU_FREE char *x = su_format("/proc/%d/ns/mnt", (int)a);
	SU_FREE char *y = b ? su_format("/proc/%d/ns/mnt", (int)b) : su_strdup("/proc/self/ns/mnt");
	struct stat one, other;

	return stat(x, &one) == 0 && stat(y, &other) == 0 && one.st_dev == other.st_dev &&
	       one.st_ino == other.st_ino;
}

static pid_t first_in_namespace(pid_t pid)
{
	for (;;) {
		pid_t parent = su_proc_task_stat(pid, pid).parent;

		if (!parent || !share_mounts(parent, pid))
			return pid;
		pid = parent;
	}
}

char *su_maps_path(const struct su_maps *maps, const struct su_mapping *mapping)
{
	const char *name = su_maps_name(maps, mapping), *deleted = " (deleted)";
	size_t len = strlen(name), suffix = strlen(deleted);

	if (len > suffix && !strcmp(name + len - suffix, deleted))
		len -= suffix;
	return su_format("%.*s", (int)len, name);
}

char *su_maps_present_file(pid_t pid, const struct su_maps *maps, const struct su_mapping *mapping)
{
	char *path = su_maps_path(maps, mapping);

	if (share_mounts(pid, 0))
		return path;
	char *there = su_format("/proc/%d/root%s", (int)first_in_namespace(pid), path);
	free(path);
	return there;
}
