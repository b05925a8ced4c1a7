/*
 * Looking for debug files: in directories, and on the servers of DEBUGINFOD_URLS.
 *
 * What is not found is as important as what is: each place that was looked at, and what is wrong
 * with the file there, is noted for the refusal.  That is why libdwfl, which does not say where it
 * looked and passes over files of other builds, is not asked.
 *
 * libdebuginfod is loaded when it is needed: it brings libcurl, which the commands that stop
 * processes have no use for.  It keeps what it got, and that something was not there, in its cache:
 * debuginfod_find_debuginfo(3).
 */
#include <dlfcn.h>
#include <elfutils/debuginfod.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "elf/elf_private.h"

#define SYSTEM_DIR "/usr/lib/debug"

void su_lookup_init(struct su_lookup *lookup, struct su_arena *arena, const char *const *dirs,
		    size_t dir_count)
{
	const char **all = su_arena_alloc(arena, (dir_count + 1) * sizeof(*all));

	for (size_t i = 0; i < dir_count; i++)
		all[i] = dirs[i];
	all[dir_count] = SYSTEM_DIR;
	*lookup = (struct su_lookup){
		.arena = arena, .dirs = all, .dir_count = dir_count + 1, .tried = ""
	};
}

void su_lookup_miss(struct su_lookup *lookup, const char *place, const char *why)
{
	lookup->tried = su_arena_format(lookup->arena, "%s%s%s %s", lookup->tried,
					*lookup->tried ? "; " : "", place, why);
}

const char *su_lookup_path_of(struct su_lookup *lookup, const char *dir,
			      const struct su_build_id *id)
{
	const char *digits = su_build_id_text(lookup->arena, id);

	return su_arena_format(lookup->arena, "%s/.build-id/%.2s/%s.debug", dir, digits,
			       digits + 2);
}

struct su_elf_file *su_lookup_try(struct su_lookup *lookup, const char *path,
				  const struct su_build_id *id)
{
	struct su_build_id found = { 0 };
	struct su_elf_file *file = NULL;
	const char *why = "is not there";

	if (access(path, F_OK) == 0) {
		struct su_err *err = su_elf_file_open(lookup->arena, path, &file);

		if (!err && su_elf_file_build_id(file, &found) && su_build_id_equal(&found, id))
			return file;
		why = su_arena_format(lookup->arena, "is of build-id %s",
				      su_build_id_text(lookup->arena, &found));
		if (err)
			why = su_arena_format(lookup->arena, "is of no use (%s)",
					      su_err_message(err));
		else if (!found.size)
			why = "has no build-id";
		su_err_destroy(err);
		su_elf_file_close(file);
	}
	su_lookup_miss(lookup, path, why);
	return NULL;
}

/* Asks the servers; *ret is the path, free() it. What went wrong, or NULL. */
static const char *ask_servers(void *library, const struct su_build_id *id, char **ret)
{
	__typeof__(debuginfod_begin) *begin = dlsym(library, "debuginfod_begin");
	__typeof__(debuginfod_find_debuginfo) *find = dlsym(library, "debuginfod_find_debuginfo");
	__typeof__(debuginfod_end) *end = dlsym(library, "debuginfod_end");

	if (!begin || !find || !end)
		return "libdebuginfod is not one";
	debuginfod_client *client = begin();
	if (!client)
		return "libdebuginfod did not start";
	int fd = find(client, id->bytes, (int)id->size, ret);
	end(client);
	if (fd < 0)
		return strerror(-fd);
	close(fd);
	return NULL;
}

const char *su_lookup_servers(struct su_lookup *lookup, const struct su_build_id *id)
{
	const char *urls = getenv(DEBUGINFOD_URLS_ENV_VAR);
	SU_FREE char *path = NULL;

	if (!urls || !*urls) {
		su_lookup_miss(lookup, "no server", "was asked (DEBUGINFOD_URLS is not set)");
		return NULL;
	}
	/* Not unloaded: libcurl's libraries do not bear it. */
	void *library = dlopen(DEBUGINFOD_SONAME, RTLD_NOW | RTLD_LOCAL);
	const char *why = library ? ask_servers(library, id, &path) : dlerror();
	if (!why)
		return su_arena_strdup(lookup->arena, path);
	su_lookup_miss(lookup, urls, su_arena_format(lookup->arena, "(server): %s", why));
	return NULL;
}
