/* The programs and libraries that a process runs: see files.h. */
#include "update/files.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/reason.h"
#include "elf/file_identity.h"
#include "process/proc.h"
#include "process/unit.h"
#include "update/status.h"

static bool is_same_file(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* What opens the mapped file. Only the privileged may go by the mapping; others can by the link to
 * the program, or by the file's name when it is the same still. NULL: nothing does. */
static const char *openable(struct su_files *files, const struct su_mapping *mapping,
			    const char *present)
{
	pid_t pid = files->public.pid;
	SU_FREE char *mapped = su_maps_file(pid, mapping), *exe = su_proc_exe(pid);
	struct stat info;

	if (stat(mapped, &info) == 0)
		return su_arena_strdup(files->arena, mapped);
	if (stat(exe, &info) == 0 && info.st_ino == mapping->inode)
		return su_arena_strdup(files->arena, exe);
	if (stat(present, &info) == 0 && info.st_ino == mapping->inode)
		return present;
	return NULL;
}

static bool is_known(const struct su_files *files, const char *path)
{
	for (size_t i = 0; i < files->list.len; i++)
		if (strcmp(files->list.at[i].path, path) == 0)
			return true;
	return false;
}

static bool is_file(const struct su_mapping *mapping, const char *name)
{
	return mapping->executable && mapping->inode && *name == '/' &&
	       strncmp(name, "/memfd:", 7) != 0 && strncmp(name, "/dev/", 5) != 0;
}

static void add_file(struct su_files *files, const struct su_maps *maps,
		     const struct su_mapping *mapping)
{
	SU_FREE char *present_path = su_maps_present_file(files->public.pid, maps, mapping);
	SU_FREE char *exe = su_proc_exe(files->public.pid), *name = su_maps_path(maps, mapping);
	const char *present = su_arena_strdup(files->arena, present_path);
	const char *path = su_arena_strdup(files->arena, name);
	const char *mapped = openable(files, mapping, present);

	if (is_known(files, path))
		return;
	struct su_identity now = su_identity_read(present), was = { 0 };
	if (mapped)
		was = su_identity_read(mapped);
	if (mapped && !was.is_elf)
		return;
	/* The kernel says that a file was replaced, wherever its place is looked up from. */
	bool is_deleted = strcmp(name, su_maps_name(maps, mapping)) != 0;
	bool is_same = mapped && is_same_file(mapped, present);
	const char *build_id = su_arena_strdup(files->arena, was.build_id);
	su_vec_push(&files->list,
		    (struct strongupdate_file){
			    .path = path,
			    .mapped = mapped,
			    .present = now.is_elf ? present : NULL,
			    .soname = su_arena_strdup(files->arena, was.soname),
			    .build_id = build_id,
			    .running_build_id = build_id,
			    .present_build_id = su_arena_strdup(files->arena, now.build_id),
			    .is_program = mapped && is_same_file(mapped, exe),
			    .is_replaced = is_deleted && !is_same,
		    });
}

/* Follows the updates from the version of the mapped file to the one that runs. */
static void follow_updates(struct su_files *files, const struct su_status *status)
{
	for (size_t i = 0; i < status->entries.len; i++) {
		const struct strongupdate_entry *entry = &status->entries.at[i];

		if (strcmp(entry->state, "applied") != 0)
			continue;
		for (size_t k = 0; k < files->list.len; k++) {
			struct strongupdate_file *file = &files->list.at[k];

			if (strcmp(file->running_build_id, entry->old_build_id) == 0)
				file->running_build_id =
					su_arena_strdup(files->arena, entry->new_build_id);
		}
	}
}

static void judge(struct strongupdate_file *file)
{
	bool is_present = *file->present_build_id &&
			  strcmp(file->running_build_id, file->present_build_id) == 0;

	file->is_outdated = file->is_replaced && !is_present;
}

static struct su_err *look(struct su_files *files)
{
	struct su_maps maps = { 0 };
	struct su_status *status = NULL;
	struct su_err *err = su_maps_read(&maps, files->public.pid);

	for (size_t i = 0; !err && i < maps.list.len; i++)
		if (is_file(&maps.list.at[i], su_maps_name(&maps, &maps.list.at[i])))
			add_file(files, &maps, &maps.list.at[i]);
	su_maps_deinit(&maps);
	if (!err)
		err = su_status_create(files->public.pid, &status);
	if (err)
		return err;
	files->public.command = su_arena_strdup(files->arena, status->public.command);
	follow_updates(files, status);
	su_status_destroy(status);
	for (size_t i = 0; i < files->list.len; i++)
		judge(&files->list.at[i]);
	return NULL;
}

struct su_err *su_files_create(pid_t pid, struct su_files **ret)
{
	struct su_files *files = su_alloc(sizeof(*files));
	SU_FREE char *unit = su_proc_unit(pid);

	files->arena = su_arena_create();
	files->public.pid = pid;
	files->public.unit = su_arena_strdup(files->arena, unit);
	struct su_err *err = su_proc_require_process(pid);
	if (!err)
		err = look(files);
	if (err) {
		su_files_destroy(files);
		return err;
	}
	files->public.files = files->list.at;
	files->public.file_count = files->list.len;
	*ret = files;
	return NULL;
}

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* A plugin has a name only. */
static bool is_like(const struct strongupdate_file *file, const struct su_identity *wanted,
		    const char *new_path)
{
	if (wanted->is_program)
		return file->is_program;
	if (*wanted->soname)
		return strcmp(file->soname, wanted->soname) == 0;
	return strcmp(base_of(file->path), base_of(new_path)) == 0;
}

static const struct strongupdate_file *find_like(const struct strongupdate_files *files,
						 const struct su_identity *wanted,
						 const char *new_path)
{
	for (size_t i = 0; i < files->file_count; i++) {
		const struct strongupdate_file *file = &files->files[i];

		if (is_like(file, wanted, new_path))
			return file;
	}
	return NULL;
}

struct su_err *su_files_choose(const struct strongupdate_files *files, const char *new_path,
			       const struct strongupdate_file **ret)
{
	struct su_identity wanted = su_identity_read(new_path);

	if (!wanted.is_elf)
		return su_refuse(SU_WHY_NO_PROGRAM_AT, new_path);
	const struct strongupdate_file *file = find_like(files, &wanted, new_path);
	if (!file || !file->mapped)
		return su_refuse(SU_WHY_NO_SUCH_FILE_MAPPED, (int)files->pid,
				 *wanted.soname ? wanted.soname : base_of(new_path));
	if (strcmp(file->build_id, file->running_build_id) != 0)
		return su_refuse(SU_WHY_MAPPED_NOT_RUNNING, (int)files->pid, file->path,
				 file->running_build_id);
	*ret = file;
	return NULL;
}

void su_files_destroy(struct su_files *files)
{
	if (!files)
		return;
	su_vec_deinit(&files->list);
	su_arena_destroy(files->arena);
	free(files);
}
