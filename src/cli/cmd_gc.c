/*
 * strongupdate gc: takes away what `live` keeps and no process needs.
 *
 * A patch is of use while a process runs the build that it starts from, a build while a process runs
 * it.  A patch can be built again; a build that was updated to is perhaps nowhere else: as long as
 * some process could not be looked at, builds stay.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "cli/cache.h"
#include "cli/cli.h"

struct work {
	bool dry_run;
	SU_VEC(char *) running; /* build-ids */
	size_t unreadable;
	size_t patches, builds; /* taken away */
	uint64_t bytes;
	int status;
};

static void look_at(struct work *work, pid_t pid)
{
	struct strongupdate_files *process;
	struct strongupdate_error *error = strongupdate_files(pid, &process);

	if (error) {
		work->unreadable += strcmp(strongupdate_error_code(error), "gone") != 0;
		strongupdate_error_free(error);
		return;
	}
	for (size_t i = 0; i < process->file_count; i++) {
		work->unreadable += !process->files[i].mapped;
		su_vec_push(&work->running, su_strdup(process->files[i].running_build_id));
	}
	strongupdate_files_free(process);
}

static struct strongupdate_error *gc_look(struct work *work)
{
	const struct strongupdate_targets targets = { .size = sizeof(targets), .all = true };
	SU_FREE pid_t *pids = NULL;
	size_t count = 0;
	struct strongupdate_error *error = strongupdate_list(&targets, &pids, &count);

	for (size_t i = 0; !error && i < count; i++)
		look_at(work, pids[i]);
	return error;
}

/* Whether a process runs the build whose id the name begins with. */
static bool is_running(const struct work *work, const char *name, size_t len)
{
	for (size_t i = 0; i < work->running.len; i++)
		if (strlen(work->running.at[i]) == len &&
		    strncmp(work->running.at[i], name, len) == 0)
			return true;
	return false;
}

static bool remove_file(struct work *work, const char *path)
{
	struct stat info;

	if (lstat(path, &info) || !S_ISREG(info.st_mode))
		return false;
	if (!work->dry_run && unlink(path)) {
		cli_complain("%s cannot be removed: %s", path, strerror(errno));
		work->status = STRONGUPDATE_ERROR;
		return false;
	}
	work->bytes += (uint64_t)info.st_size;
	return true;
}

static void remove_build(struct work *work, const char *folder)
{
	DIR *dir = opendir(folder);

	if (!dir)
		return;
	for (struct dirent *entry; (entry = readdir(dir));) {
		SU_FREE char *path = su_format("%s/%s", folder, entry->d_name);

		work->builds += remove_file(work, path);
	}
	closedir(dir);
	if (!work->dry_run)
		rmdir(folder);
}

/* "OLD-NEW.sup", its ".sig" and "BUILD-ID" are ours, anything else is left alone. */
static void gc_tidy(struct work *work, const char *cache, const char *name)
{
	size_t digits = strspn(name, "0123456789abcdef");
	const char *end = strstr(name, ".sup");
	SU_FREE char *path = su_format("%s/%s", cache, name);

	if (!digits || is_running(work, name, digits))
		return;
	if (!name[digits] && !work->unreadable)
		remove_build(work, path);
	else if (name[digits] == '-' && end && !strcmp(end, ".sup"))
		work->patches += remove_file(work, path);
	else if (name[digits] == '-' && end && !strcmp(end, ".sup.sig"))
		remove_file(work, path);
}

static void tidy_all(struct work *work, const char *cache)
{
	DIR *dir = opendir(cache);

	if (!dir)
		return;
	for (struct dirent *entry; (entry = readdir(dir));)
		gc_tidy(work, cache, entry->d_name);
	closedir(dir);
}

static int gc_say(const struct cli_args *args, const struct work *work)
{
	struct su_json json = { 0 };

	if (!args->json) {
		printf("%zu patch%s and %zu build%s %s, %zu kB\n", work->patches,
		       work->patches == 1 ? "" : "es", work->builds, cli_plural(work->builds),
		       work->dry_run ? "would be removed" : "removed",
		       (size_t)(work->bytes / 1024));
		if (work->unreadable)
			printf("builds stay: not all that runs could be looked at\n");
		return cli_finish(work->status);
	}
	su_json_object(&json, NULL);
	cli_json_result(&json, "ok", NULL);
	su_json_uint(&json, "patches", work->patches);
	su_json_uint(&json, "builds", work->builds);
	su_json_uint(&json, "bytes", work->bytes);
	su_json_uint(&json, "unreadable", work->unreadable);
	su_json_end(&json);
	return cli_json_finish(&json, work->status);
}

int cmd_gc(const struct cli_args *args)
{
	struct work work = { .dry_run = args->dry_run };
	SU_FREE char *cache = cli_cache_open();
	int status;

	if (!cache)
		return cli_usage(args->json, "there is no cache that may be used");
	struct strongupdate_error *error = gc_look(&work);
	if (!error)
		tidy_all(&work, cache);
	status = error ? cli_fail(args->json, error) : gc_say(args, &work);
	for (size_t i = 0; i < work.running.len; i++)
		free(work.running.at[i]);
	su_vec_deinit(&work.running);
	return status;
}
