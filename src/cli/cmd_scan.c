/*
 * strongupdate scan: which processes run a program or library that is no longer what is on disk.
 *
 * A file counts when another build has taken its place and no update has brought the process there.
 * Named processes must be readable; of all others those that may not be read are counted.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "cli/cli.h"

struct package {
	const char *path;
	char *name; /* or NULL */
};

struct found {
	SU_VEC(struct strongupdate_files *) processes; /* with an outdated file */
	SU_VEC(struct package) packages;
	size_t unreadable;
};

static bool is_same_file(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* Of a file in another root nothing is known, whatever has its name here. */
static const char *package_of(struct found *found, const struct strongupdate_file *file)
{
	for (size_t i = 0; i < found->packages.len; i++)
		if (strcmp(found->packages.at[i].path, file->path) == 0)
			return found->packages.at[i].name;
	if (!file->present || !is_same_file(file->present, file->path))
		return NULL;
	char *name = cli_package_of(file->path);
	su_vec_push(&found->packages, (struct package){ file->path, name });
	return name;
}

const char *cli_obstacle_of(const struct strongupdate_file *file)
{
	if (!file->mapped)
		return "the mapped file cannot be opened: run as root";
	if (!*file->build_id)
		return "the mapped file has no build-id";
	if (!file->present)
		return "no program or library is found in its place";
	if (!*file->present_build_id)
		return "the file in its place has no build-id";
	return NULL;
}

static bool has_outdated(const struct strongupdate_files *process)
{
	for (size_t i = 0; i < process->file_count; i++)
		if (process->files[i].is_outdated)
			return true;
	return false;
}

static struct strongupdate_error *look_at(struct found *found, pid_t pid, bool named)
{
	struct strongupdate_files *process;
	struct strongupdate_error *error = strongupdate_files(pid, &process);

	if (error && !named) {
		found->unreadable += strcmp(strongupdate_error_code(error), "permission") == 0;
		strongupdate_error_free(error);
		return NULL;
	}
	if (error)
		return error;
	if (has_outdated(process))
		su_vec_push(&found->processes, process);
	else
		strongupdate_files_free(process);
	return NULL;
}

static struct strongupdate_error *scan_look(struct found *found, const struct cli_targets *targets)
{
	SU_FREE pid_t *pids = NULL;
	size_t count = 0;
	struct strongupdate_error *error = strongupdate_list(&targets->public, &pids, &count);

	for (size_t i = 0; !error && i < count; i++)
		error = look_at(found, pids[i], targets->pids.len > 0);
	return error;
}

static void json_file(struct found *found, struct su_json *json,
		      const struct strongupdate_file *file)
{
	su_json_object(json, NULL);
	su_json_string(json, "path", file->path);
	su_json_string(json, "package", package_of(found, file));
	su_json_string(json, "mapped_build_id", file->build_id);
	su_json_string(json, "running_build_id", file->running_build_id);
	su_json_string(json, "present_build_id", file->present_build_id);
	su_json_string(json, "obstacle", cli_obstacle_of(file));
	su_json_end(json);
}

static int say_json(struct found *found, int status)
{
	struct su_json json = { 0 };

	su_json_object(&json, NULL);
	cli_json_result(&json, status ? "outdated" : "ok", NULL);
	su_json_uint(&json, "unreadable", found->unreadable);
	su_json_array(&json, "processes");
	for (size_t i = 0; i < found->processes.len; i++) {
		const struct strongupdate_files *process = found->processes.at[i];

		su_json_object(&json, NULL);
		su_json_int(&json, "pid", process->pid);
		su_json_string(&json, "command", process->command);
		su_json_string(&json, "unit", *process->unit ? process->unit : NULL);
		su_json_array(&json, "files");
		for (size_t k = 0; k < process->file_count; k++)
			if (process->files[k].is_outdated)
				json_file(found, &json, &process->files[k]);
		su_json_end(&json);
		su_json_end(&json);
	}
	su_json_end(&json);
	su_json_end(&json);
	return cli_json_finish(&json, status);
}

static void print_file(struct found *found, const struct strongupdate_files *process,
		       const struct strongupdate_file *file)
{
	const char *package = package_of(found, file), *obstacle = cli_obstacle_of(file);

	printf("%8d  %-15s  %-20s  %-12.12s -> %-12.12s  %s", (int)process->pid,
	       cli_visible(process->command), *process->unit ? cli_visible(process->unit) : "-",
	       *file->running_build_id ? cli_visible(file->running_build_id) : "?",
	       *file->present_build_id ? cli_visible(file->present_build_id) : "?",
	       cli_visible(file->path));
	if (package)
		printf(" (%s)", cli_visible(package));
	if (obstacle)
		printf(": %s", obstacle);
	putchar('\n');
}

static int say_text(struct found *found, int status)
{
	size_t count = found->processes.len;

	if (count)
		printf("%8s  %-15s  %-20s  %-28s  %s\n", "PID", "COMMAND", "UNIT",
		       "RUNS -> ON DISK", "FILE");
	for (size_t i = 0; i < count; i++) {
		const struct strongupdate_files *process = found->processes.at[i];

		for (size_t k = 0; k < process->file_count; k++)
			if (process->files[k].is_outdated)
				print_file(found, process, &process->files[k]);
	}
	if (count)
		printf("%zu process%s run%s what is no longer on disk; next: strongupdate live\n",
		       count, count == 1 ? "" : "es", count == 1 ? "s" : "");
	else
		printf("no process runs a program or library that is no longer on disk\n");
	if (found->unreadable)
		printf("%zu process%s could not be looked at for want of permission\n",
		       found->unreadable, found->unreadable == 1 ? "" : "es");
	return cli_finish(status);
}

static void found_deinit(struct found *found)
{
	for (size_t i = 0; i < found->packages.len; i++)
		free(found->packages.at[i].name);
	for (size_t i = 0; i < found->processes.len; i++)
		strongupdate_files_free(found->processes.at[i]);
	su_vec_deinit(&found->packages);
	su_vec_deinit(&found->processes);
}

int cmd_scan(const struct cli_args *args)
{
	struct found found = { 0 };
	struct cli_targets targets;
	int status = cli_targets_init(&targets, args, 0);

	targets.public.all |= !targets.pids.len && !args->trees.len;
	if (!status) {
		struct strongupdate_error *error = scan_look(&found, &targets);

		if (error) {
			status = cli_fail(args->json, error);
		} else {
			status = found.processes.len ? STRONGUPDATE_REFUSED : STRONGUPDATE_DONE;
			status = args->json ? say_json(&found, status) : say_text(&found, status);
		}
	}
	found_deinit(&found);
	cli_targets_deinit(&targets);
	return status;
}
