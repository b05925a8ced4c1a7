/* The programs and libraries that a process runs: see files.h. */
#include "update/files.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/reason.h"
#include "base/watch.h"
#include "elf/file_identity.h"
#include "process/proc.h"
#include "process/unit.h"
#include "process/worker.h"
#include "update/status.h"

#define DEADLINE 60e6 /* microseconds */

/* A file of others may be one that never answers. */
static bool look_at(const char *path, struct stat *ret)
{
	su_watch_begin();
	bool is_there = stat(path, ret) == 0;
	su_watch_end();
	return is_there;
}

static bool is_same_file(const char *a, const char *b)
{
	struct stat x, y;

	return look_at(a, &x) && look_at(b, &y) && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* What opens the mapped file. Only the privileged may go by the mapping; others can by the link to
 * the program, or by the file's name when it is the same still. NULL: nothing does. */
static const char *openable(struct su_files *files, const struct su_mapping *mapping,
			    const char *present)
{
	pid_t pid = files->public.pid;
	SU_FREE char *mapped = su_maps_file(pid, mapping), *exe = su_proc_exe(pid);
	struct stat info;

	if (look_at(mapped, &info))
		return su_arena_strdup(files->arena, mapped);
	if (look_at(exe, &info) && info.st_ino == mapping->inode)
		return su_arena_strdup(files->arena, exe);
	if (look_at(present, &info) && info.st_ino == mapping->inode)
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

/* ---- by a worker: the files are others' ---- */

static void put_file(struct su_answer *answer, const struct strongupdate_file *file)
{
	su_answer_put(answer, file, sizeof(*file));
	su_answer_put_text(answer, file->path);
	su_answer_put_text(answer, file->mapped);
	su_answer_put_text(answer, file->present);
	su_answer_put_text(answer, file->soname);
	su_answer_put_text(answer, file->build_id);
	su_answer_put_text(answer, file->present_build_id);
}

static bool take_file(struct su_cursor *cursor, struct su_arena *arena,
		      struct strongupdate_file *ret)
{
	bool whole = su_cursor_read(cursor, ret, sizeof(*ret)) &&
		     su_answer_take_text(cursor, arena, &ret->path) &&
		     su_answer_take_text(cursor, arena, &ret->mapped) &&
		     su_answer_take_text(cursor, arena, &ret->present) &&
		     su_answer_take_text(cursor, arena, &ret->soname) &&
		     su_answer_take_text(cursor, arena, &ret->build_id) &&
		     su_answer_take_text(cursor, arena, &ret->present_build_id);

	ret->running_build_id = ret->build_id;
	return whole;
}

static void list_files(void *ctx, struct su_answer *answer)
{
	struct su_files *files = ctx;
	struct su_maps maps = { 0 };
	struct su_err *err = su_maps_read(&maps, files->public.pid);

	for (size_t i = 0; !err && i < maps.list.len; i++)
		if (is_file(&maps.list.at[i], su_maps_name(&maps, &maps.list.at[i])))
			add_file(files, &maps, &maps.list.at[i]);
	su_answer_put_error(answer, err);
	for (size_t i = 0; i < files->list.len; i++)
		put_file(answer, &files->list.at[i]);
}

static struct su_err *blame_process(void *ctx, const struct su_traces *traces, struct su_err *why)
{
	const struct su_files *files = ctx;

	(void)traces;
	return su_err_context(why, "process %d", files->public.pid);
}

static struct su_err *take_files(const struct su_answer *answer, struct su_files *files)
{
	struct su_cursor cursor = su_cursor_init(answer->bytes.at, answer->bytes.len);
	struct su_err *err = NULL;
	bool whole = su_answer_take_error(&cursor, &err);

	while (whole && !err && su_cursor_left(&cursor))
		whole = take_file(&cursor, files->arena, su_vec_add(&files->list));
	if (!whole)
		return su_err_new(SU_E_INTERNAL, "the list of files is damaged");
	return err;
}

static struct su_err *read_files(struct su_files *files)
{
	const struct su_work work = { .how = list_files,
				      .died = blame_process,
				      .ctx = files,
				      .deadline = su_clock_us() + DEADLINE };
	struct su_answer answer = { { 0 } };

	SU_TRY(su_worker_run(&work, &answer));
	struct su_err *err = take_files(&answer, files);
	su_answer_deinit(&answer);
	return err;
}

/* ---- the whole ---- */

static struct su_err *look(struct su_files *files)
{
	struct su_status *status = NULL;
	struct su_err *err = read_files(files);

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
