/* Where `live` keeps patches and builds: see cache.h. */
#include "cli/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "cli/cli.h"

static char *cache_folder(void)
{
	const char *own = secure_getenv("STRONGUPDATE_CACHE"),
		   *users = secure_getenv("XDG_CACHE_HOME"), *home = secure_getenv("HOME");

	if (own && *own)
		return su_strdup(own);
	if (geteuid() == 0)
		return su_strdup("/var/cache/strongupdate");
	if (users && *users == '/')
		return su_format("%s/strongupdate", users);
	return su_format("%s/.cache/strongupdate", home ? home : "/nonexistent");
}

char *cli_cache_open(void)
{
	char *path = cache_folder();
	struct stat info;

	if (mkdir(path, 0700) && errno != EEXIST) {
		cli_complain("%s: cannot be made: %s; STRONGUPDATE_CACHE may name another folder",
			     path, strerror(errno));
	} else if (stat(path, &info) || !S_ISDIR(info.st_mode)) {
		cli_complain("%s: is no folder; STRONGUPDATE_CACHE may name another", path);
	} else if (info.st_uid != geteuid() || (info.st_mode & (S_IWGRP | S_IWOTH))) {
		cli_complain("%s: others may write to it: what is kept there cannot be trusted",
			     path);
	} else {
		return path;
	}
	free(path);
	return NULL;
}

char *cli_cache_patch(const char *cache, const char *old_id, const char *new_id)
{
	return su_format("%s/%s-%s.sup", cache, old_id, new_id);
}

static char *build_path(const char *cache, const char *id, const char *name)
{
	return su_format("%s/%s/%s", cache, id, name);
}

char *cli_cache_build(const char *cache, const char *id, const char *name)
{
	char *path = build_path(cache, id, name);

	if (access(path, R_OK) == 0)
		return path;
	free(path);
	return NULL;
}

static bool copy_all(int from, int to)
{
	ssize_t done;

	do
		done = sendfile(to, from, NULL, 1 << 20);
	while (done > 0 || (done < 0 && errno == EINTR));
	return done == 0;
}

static bool copy_to_cache(const char *path, const char *target)
{
	int from = open(path, O_RDONLY | O_CLOEXEC);
	int to = from < 0 ? -1 : open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool done = to >= 0 && copy_all(from, to);

	if (from >= 0)
		close(from);
	if (to >= 0 && close(to))
		done = false;
	return done;
}

bool cli_cache_keep(const char *cache, const char *id, const char *name, const char *path)
{
	SU_FREE char *place = su_format("%s/%s", cache, id), *target = build_path(cache, id, name);
	SU_FREE char *temporary = su_format("%s.new", target);

	if (access(target, F_OK) == 0)
		return true;
	if ((mkdir(place, 0700) == 0 || errno == EEXIST) && copy_to_cache(path, temporary) &&
	    rename(temporary, target) == 0)
		return true;
	cli_complain("%s cannot be kept as %s: %s", path, target, strerror(errno));
	unlink(temporary);
	return false;
}
