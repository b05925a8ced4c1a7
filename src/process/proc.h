/*
 * What /proc says of a process: identity, mappings, threads.
 *
 * Source: proc(5).  Nothing here stops or changes the process.
 */
#ifndef SU_PROCESS_PROC_H
#define SU_PROCESS_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/vec.h"

struct su_mapping {
	uint64_t start, end;
	uint64_t offset; /* in the file */
	uint64_t inode;	 /* 0: no file behind it */
	bool readable, writable, executable, shared;
	uint32_t name; /* offset of the path in `names`; "" when it has none */
};

/* The mappings of a process, ascending. Buffers are kept between readings. */
struct su_maps {
	SU_VEC(struct su_mapping) list;
	SU_VEC(char) names;
	char *text; /* reading buffer */
	size_t text_size;
};

void su_maps_deinit(struct su_maps *maps);
/* Reads /proc/PID/maps anew into `maps` (zero it before the first time). */
struct su_err *su_maps_read(struct su_maps *maps, pid_t pid) SU_MUST_CHECK;
/* The same in two steps: the first needs the right to. The second takes the descriptor. */
struct su_err *su_maps_open(pid_t pid, int *ret) SU_MUST_CHECK;
struct su_err *su_maps_take(struct su_maps *maps, int fd) SU_MUST_CHECK;
/* The mapping that holds `addr`, or NULL. */
const struct su_mapping *su_maps_at(const struct su_maps *maps, uint64_t addr);
const char *su_maps_name(const struct su_maps *maps, const struct su_mapping *mapping);

/* The file that is mapped, also when it has been deleted or replaced, or is in another mount
 * namespace: free() it. */
char *su_maps_file(pid_t pid, const struct su_mapping *mapping);
/* The path that the file was mapped by, in the process's mount namespace: free() it. */
char *su_maps_path(const struct su_maps *maps, const struct su_mapping *mapping);
/* What is in the place of that file now: free() it. */
char *su_maps_present_file(pid_t pid, const struct su_maps *maps, const struct su_mapping *mapping);
/* Which file that is, and how it is: as the kernel knows it, so that whoever serves the file is not
 * asked. False: it cannot be told, or is no ordinary file. */
struct su_file_id {
	uint64_t device, inode, size;
	uint64_t changed_seconds, changed_nanoseconds;
};
bool su_maps_file_id(pid_t pid, const struct su_mapping *mapping, struct su_file_id *ret);
/* A descriptor of that file, which is an ordinary one, or -1. */
int su_maps_open_file(pid_t pid, const struct su_mapping *mapping);
/* A descriptor of /proc/PID/pagemap, or -1. */
int su_maps_open_pages(pid_t pid);

/* Numbers of /proc/PID/task, ascending as the kernel lists them. */
struct su_tids {
	SU_VEC(pid_t) list;
};
struct su_err *su_proc_tasks(pid_t pid, struct su_tids *ret) SU_MUST_CHECK;

/* Numbers of all processes, as the kernel lists them. */
struct su_err *su_proc_list(struct su_tids *ret) SU_MUST_CHECK;

/* Where the stacks of sleeping threads end: their stack pointers, from /proc/PID/task/TID/syscall.
 * Of a thread that runs at the moment nothing is known. */
struct su_stack_tops {
	SU_VEC(uint64_t) list;
};
void su_proc_stack_tops(pid_t pid, struct su_stack_tops *ret);

/* From /proc/PID/task/TID/stat; all false when the thread is gone. */
struct su_task_stat {
	bool exists;
	char state; /* 'R', 'S', 'Z', ... */
	pid_t parent;
	uint64_t run_time; /* that it has had on processors, in clock ticks */
	uint64_t start_time;
};
struct su_task_stat su_proc_task_stat(pid_t pid, pid_t tid);

/* A number from /proc/PID/task/TID/status, read in `base`; `fallback` when it is not there. */
uint64_t su_proc_status_number(pid_t pid, pid_t tid, const char *key, int base, uint64_t fallback);

/* Signals of a process, from /proc/PID/status; bit N-1 is signal N. All empty when it is gone. */
struct su_signals {
	uint64_t pending; /* for the process, not for one of its threads */
	uint64_t caught;  /* have a handler */
};
/* `status`: from su_proc_open_status(), which saves most of the time, or -1. */
struct su_signals su_proc_signals(pid_t pid, int status);
/* A descriptor, or -1. */
int su_proc_open_status(pid_t pid);

/* The thread's number in its own pid namespace; 0 when it is gone. */
pid_t su_proc_inner_tid(pid_t pid, pid_t tid);

/* The system call that a thread sleeps in, from /proc/PID/task/TID/syscall. */
struct su_call {
	long number; /* -1: it sleeps, but in none */
	uint64_t first;
};
/* False: it runs, or is gone. */
bool su_proc_blocked_in(pid_t pid, pid_t tid, struct su_call *ret);

/* A thread of the process that has not exited, the first one if possible; 0: there is none. */
pid_t su_proc_living_task(pid_t pid);

/* The file that the process runs, by device and number; all 0 when it cannot be told. */
struct su_proc_program {
	uint64_t device, inode;
};
struct su_proc_program su_proc_program(pid_t pid);

/* Whether two tasks share their memory (kcmp(2)). */
enum su_sharing { SU_SHARING_UNKNOWN = 0, SU_SHARING_YES, SU_SHARING_NO };
enum su_sharing su_proc_sharing(pid_t tid, pid_t other);

/* Thread name into `ret` (at least 17 bytes); "?" when it is gone. */
void su_proc_comm(pid_t pid, pid_t tid, char ret[17]);

/* The value of an auxiliary vector entry; false when it is absent or not readable. */
bool su_proc_auxv(pid_t pid, uint64_t type, uint64_t *ret);

/* The users that a process has: real, effective, saved, and of files. */
struct su_proc_owner {
	bool known;
	uid_t uids[4];
};
struct su_proc_owner su_proc_owner(pid_t pid);
/* The file that it runs, as the kernel names it: free() it. NULL: it cannot be told. */
char *su_proc_executable(pid_t pid);
/* Its names of files mean what they mean to us. */
bool su_proc_has_our_mounts(pid_t pid);
/* A name of the running boot: free() it. */
char *su_proc_boot(void);
/* The user who logged in, whatever became of him; 4294967295: nobody. */
unsigned su_proc_login_user(void);

/* Who traces the process, or 0. */
pid_t su_proc_tracer(pid_t pid);

/* Refuses what is no process that can be looked at: no such one (SU_E_GONE), a zombie, a thread. */
struct su_err *su_proc_require_process(pid_t pid) SU_MUST_CHECK;
/* Refuses, with the reason, what cannot be updated: no such process (SU_E_GONE), a zombie, a kernel
 * thread, a 32-bit process, one that another tracer holds (SU_E_PERMISSION). */
struct su_err *su_proc_require_traceable(pid_t pid) SU_MUST_CHECK;

/* Monotonic time in microseconds. */
double su_clock_us(void);

#endif
