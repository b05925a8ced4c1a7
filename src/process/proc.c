/* What /proc says of a process: see proc.h. */
#include "process/proc.h"

#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/reason.h"
#include "base/search.h"
#include "base/watch.h"

#define TRACER_PATIENCE 100 /* of 2 ms each */

double su_clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

void su_maps_deinit(struct su_maps *maps)
{
	su_vec_deinit(&maps->list);
	su_vec_deinit(&maps->names);
	free(maps->text);
	maps->text = NULL;
	maps->text_size = 0;
}

/* Reads the whole file behind `fd` into a growing, NUL-terminated buffer. */
static ssize_t read_whole(int fd, char **text, size_t *capacity)
{
	size_t len = 0;

	for (;;) {
		if (*capacity < len + 16384) {
			*capacity = 2 * *capacity + 65536;
			*text = su_realloc(*text, *capacity);
		}
		su_watch_begin();
		ssize_t got = read(fd, *text + len, *capacity - len - 1);
		su_watch_end();
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		len += (size_t)got;
	}
	(*text)[len] = 0;
	return (ssize_t)len;
}

static uint64_t scan_number(const char **cursor, int base)
{
	char *end;
	uint64_t value = strtoull(*cursor, &end, base);

	*cursor = *end ? end + 1 : end;
	return value;
}

static void parse_line(struct su_maps *maps, const char *line, size_t len)
{
	struct su_mapping *mapping = su_vec_add(&maps->list);
	const char *cursor = line;

	mapping->start = scan_number(&cursor, 16);
	mapping->end = scan_number(&cursor, 16);
	mapping->readable = cursor[0] == 'r';
	mapping->writable = cursor[1] == 'w';
	mapping->executable = cursor[2] == 'x';
	mapping->shared = cursor[3] == 's';
	cursor += 5;
	mapping->offset = scan_number(&cursor, 16);
	scan_number(&cursor, 16);
	scan_number(&cursor, 16);
	mapping->inode = scan_number(&cursor, 10);
	while (cursor < line + len && *cursor == ' ')
		cursor++;
	mapping->name = (uint32_t)maps->names.len;
	for (; cursor < line + len; cursor++)
		su_vec_push(&maps->names, *cursor);
	su_vec_push(&maps->names, 0);
}

struct su_err *su_maps_open(pid_t pid, int *ret)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return su_err_errno(errno == ENOENT ? SU_E_GONE : SU_E_PERMISSION, errno,
				    "cannot open %s", path);
	*ret = fd;
	return NULL;
}

struct su_err *su_maps_take(struct su_maps *maps, int fd)
{
	ssize_t len = read_whole(fd, &maps->text, &maps->text_size);
	int errnum = errno;

	close(fd);
	if (len < 0)
		return su_err_errno(SU_E_IO, errnum, "cannot read what a process has mapped");
	maps->list.len = maps->names.len = 0;
	for (char *line = maps->text; *line;) {
		char *end = strchrnul(line, '\n');
		char *next = *end ? end + 1 : end;

		*end = 0;
		parse_line(maps, line, (size_t)(end - line));
		line = next;
	}
	return NULL;
}

struct su_err *su_maps_read(struct su_maps *maps, pid_t pid)
{
	int fd;

	SU_TRY(su_maps_open(pid, &fd));
	return su_maps_take(maps, fd);
}

const struct su_mapping *su_maps_at(const struct su_maps *maps, uint64_t addr)
{
	size_t at = su_search_until(maps->list.at, maps->list.len, end, addr);

	if (at == maps->list.len || maps->list.at[at].start > addr)
		return NULL;
	return &maps->list.at[at];
}

const char *su_maps_name(const struct su_maps *maps, const struct su_mapping *mapping)
{
	return maps->names.at + mapping->name;
}

char *su_maps_file(pid_t pid, const struct su_mapping *mapping)
{
	return su_format("/proc/%d/map_files/%lx-%lx", pid, (unsigned long)mapping->start,
			 (unsigned long)mapping->end);
}

bool su_maps_file_id(pid_t pid, const struct su_mapping *mapping, struct su_file_id *ret)
{
	SU_FREE char *path = su_maps_file(pid, mapping);
	const unsigned wanted = STATX_TYPE | STATX_INO | STATX_SIZE | STATX_CTIME;
	struct statx stat;

	if (statx(AT_FDCWD, path, AT_STATX_DONT_SYNC, wanted, &stat) ||
	    (stat.stx_mask & wanted) != wanted || !S_ISREG(stat.stx_mode))
		return false;
	*ret = (struct su_file_id){ makedev(stat.stx_dev_major, stat.stx_dev_minor), stat.stx_ino,
				    stat.stx_size, (uint64_t)stat.stx_ctime.tv_sec,
				    stat.stx_ctime.tv_nsec };
	return true;
}

int su_maps_open_file(pid_t pid, const struct su_mapping *mapping)
{
	SU_FREE char *path = su_maps_file(pid, mapping);

	su_watch_begin();
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	su_watch_end();
	return fd;
}

int su_maps_open_pages(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/pagemap", pid);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* The entries of a folder of /proc that are numbers. */
static bool list_numbers(const char *path, struct su_tids *ret)
{
	DIR *dir = opendir(path);

	if (!dir)
		return false;
	ret->list.len = 0;
	for (struct dirent *entry; (entry = readdir(dir));) {
		int tid = atoi(entry->d_name);

		if (tid > 0)
			su_vec_push(&ret->list, tid);
	}
	closedir(dir);
	return true;
}

struct su_err *su_proc_tasks(pid_t pid, struct su_tids *ret)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	if (list_numbers(path, ret))
		return NULL;
	return su_err_errno(SU_E_GONE, errno, "cannot list the threads of process %d", pid);
}

struct su_err *su_proc_list(struct su_tids *ret)
{
	if (list_numbers("/proc", ret))
		return NULL;
	return su_err_errno(SU_E_IO, errno, "cannot list /proc");
}

static bool read_open(int fd, char *buffer, size_t size)
{
	ssize_t got = pread(fd, buffer, size - 1, 0);

	if (got < 0)
		return false;
	buffer[got] = 0;
	return true;
}

static bool read_small(const char *path, char *buffer, size_t size)
{
	su_watch_begin();
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool done = fd >= 0 && read_open(fd, buffer, size);
	su_watch_end();
	if (fd >= 0)
		close(fd);
	return done;
}

struct su_task_stat su_proc_task_stat(pid_t pid, pid_t tid)
{
	struct su_task_stat stat = { 0 };
	char path[64], text[1024];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", pid, tid);
	if (!read_small(path, text, sizeof(text)))
		return stat;
	/* The name in parentheses may itself hold parentheses and spaces. */
	char *cursor = strrchr(text, ')');
	if (!cursor || !cursor[1])
		return stat;
	stat.exists = true;
	stat.state = cursor[2];
	stat.parent = (pid_t)strtol(cursor + 3, NULL, 10);
	for (int field = 3; field <= 22 && cursor; field++) {
		cursor = strchr(cursor + 1, ' ');
		if (cursor && (field == 14 || field == 15))
			stat.run_time += strtoull(cursor, NULL, 10);
	}
	if (cursor)
		stat.start_time = strtoull(cursor, NULL, 10);
	return stat;
}

/* What follows `key` in the text of a status file; NULL when it is not there. */
static char *line_of(char *text, const char *key)
{
	char wanted[40];

	snprintf(wanted, sizeof(wanted), "\n%s:", key);
	char *found = strstr(text, wanted);
	return found ? found + strlen(wanted) : NULL;
}

/* What follows the key in /proc/PID/task/TID/status, which is read into `text`. */
static char *status_line(pid_t pid, pid_t tid, const char *key, char *text, size_t size)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/status", pid, tid);
	return read_small(path, text, size) ? line_of(text, key) : NULL;
}

uint64_t su_proc_status_number(pid_t pid, pid_t tid, const char *key, int base, uint64_t fallback)
{
	char text[8192], *line = status_line(pid, tid, key, text, sizeof(text));

	return line ? strtoull(line, NULL, base) : fallback;
}

int su_proc_open_status(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	return open(path, O_RDONLY | O_CLOEXEC);
}

struct su_signals su_proc_signals(pid_t pid, int status)
{
	char text[8192], *line;
	struct su_signals signals = { 0, 0 };
	int fd = status < 0 ? su_proc_open_status(pid) : status;

	if (fd < 0 || !read_open(fd, text, sizeof(text)))
		text[0] = 0;
	if (status < 0 && fd >= 0)
		close(fd);
	if ((line = line_of(text, "ShdPnd")))
		signals.pending = strtoull(line, NULL, 16);
	if ((line = line_of(text, "SigCgt")))
		signals.caught = strtoull(line, NULL, 16);
	return signals;
}

pid_t su_proc_inner_tid(pid_t pid, pid_t tid)
{
	char text[8192], *line = status_line(pid, tid, "NSpid", text, sizeof(text));

	if (!line)
		return 0;
	line[strcspn(line, "\n")] = 0;
	char *last = strrchr(line, '\t'); /* one number for each nested namespace */
	return last ? (pid_t)strtol(last, NULL, 10) : 0;
}

bool su_proc_blocked_in(pid_t pid, pid_t tid, struct su_call *ret)
{
	char path[64], text[256];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/syscall", pid, tid);
	*ret = (struct su_call){ .number = -1 };
	return read_small(path, text, sizeof(text)) &&
	       sscanf(text, "%ld %" SCNx64, &ret->number, &ret->first) >= 1;
}

void su_proc_stack_tops(pid_t pid, struct su_stack_tops *ret)
{
	struct su_tids tids = { 0 };
	struct su_err *err = su_proc_tasks(pid, &tids);

	su_err_destroy(err); /* gone: nothing is listed */
	for (size_t i = 0; i < tids.list.len; i++) {
		char path[64], text[256], *cursor;

		snprintf(path, sizeof(path), "/proc/%d/task/%d/syscall", pid, tids.list.at[i]);
		if (!read_small(path, text, sizeof(text)))
			continue;
		/* "NUMBER ARGUMENT... SP PC", or "running". */
		cursor = strrchr(text, ' ');
		if (!cursor)
			continue;
		*cursor = 0;
		cursor = strrchr(text, ' ');
		if (cursor)
			su_vec_push(&ret->list, strtoull(cursor, NULL, 16));
	}
	su_vec_deinit(&tids.list);
}

struct su_proc_program su_proc_program(pid_t pid)
{
	char path[64];
	struct statx stat;

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	/* As the kernel knows it: whoever serves a file of FUSE or NFS is not asked, and waited for. */
	if (statx(AT_FDCWD, path, AT_STATX_DONT_SYNC, STATX_INO, &stat))
		return (struct su_proc_program){ 0, 0 };
	return (struct su_proc_program){ makedev(stat.stx_dev_major, stat.stx_dev_minor),
					 stat.stx_ino };
}

enum su_sharing su_proc_sharing(pid_t tid, pid_t other)
{
	long order = syscall(SYS_kcmp, tid, other, KCMP_VM, 0, 0);

	if (order < 0)
		return SU_SHARING_UNKNOWN;
	return order ? SU_SHARING_NO : SU_SHARING_YES;
}

void su_proc_comm(pid_t pid, pid_t tid, char ret[17])
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/comm", pid, tid);
	if (!read_small(path, ret, 17))
		strcpy(ret, "?");
	ret[strcspn(ret, "\n")] = 0;
}

bool su_proc_auxv(pid_t pid, uint64_t type, uint64_t *ret)
{
	char path[64];
	Elf64_auxv_t entry;
	bool found = false;

	snprintf(path, sizeof(path), "/proc/%d/auxv", pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	while (!found && read(fd, &entry, sizeof(entry)) == sizeof(entry) &&
	       entry.a_type != AT_NULL)
		found = entry.a_type == type;
	close(fd);
	if (found)
		*ret = entry.a_un.a_val;
	return found;
}

/* The class byte of the running program's file, or 0. */
static uint8_t program_class(pid_t pid)
{
	char path[64], ident[EI_NIDENT + 1];

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	if (!read_small(path, ident, sizeof(ident)))
		return 0;
	return memcmp(ident, ELFMAG, SELFMAG) ? 0 : (uint8_t)ident[EI_CLASS];
}

pid_t su_proc_living_task(pid_t pid)
{
	struct su_tids tids = { 0 };
	struct su_err *err = su_proc_tasks(pid, &tids);
	pid_t living = 0;

	su_err_destroy(err);
	for (size_t i = 0; i < tids.list.len && !living; i++) {
		struct su_task_stat stat = su_proc_task_stat(pid, tids.list.at[i]);

		if (stat.exists && stat.state != 'Z' && stat.state != 'X')
			living = tids.list.at[i];
	}
	su_vec_deinit(&tids.list);
	return living;
}

pid_t su_proc_tracer(pid_t pid)
{
	return (pid_t)su_proc_status_number(pid, pid, "TracerPid", 10, 0);
}

/* The process's tracer. One that is there for a moment only goes. */
static pid_t find_tracer(pid_t pid)
{
	const struct timespec span = { 0, 2000000 };
	pid_t tracer = 0;

	for (int i = 0; i < TRACER_PATIENCE; i++) {
		tracer = su_proc_tracer(pid);
		if (!tracer)
			break;
		nanosleep(&span, NULL);
	}
	return tracer;
}

struct su_err *su_proc_require_process(pid_t pid)
{
	if (pid <= 0)
		return su_err_new(SU_E_USAGE, "%d is not a process id", pid);
	if (!su_proc_task_stat(pid, pid).exists)
		return su_err_new(SU_E_GONE, "there is no process %d", pid);
	if (su_proc_status_number(pid, pid, "Tgid", 10, (uint64_t)pid) != (uint64_t)pid)
		return su_err_new(SU_E_USAGE, "%d is a thread, not a process", pid);
	if (!su_proc_living_task(pid))
		return su_err_new(SU_E_GONE, "process %d has exited (zombie)", pid);
	return NULL;
}

struct su_err *su_proc_require_traceable(pid_t pid)
{
	SU_TRY(su_proc_require_process(pid));
	if (su_proc_status_number(pid, pid, "Kthread", 10, 0))
		return su_refuse(SU_WHY_KERNEL_THREAD, pid);
	pid_t tracer = find_tracer(pid);
	if (tracer) {
		char name[17];

		su_proc_comm(tracer, tracer, name);
		return su_refuse(SU_WHY_TRACED, pid, tracer, name);
	}
	if (program_class(pid) == ELFCLASS32)
		return su_refuse(SU_WHY_PROGRAM_32_BIT, pid);
	return NULL;
}
