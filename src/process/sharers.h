/*
 * Who shares the memory of a process: a child of vfork(), or of clone() with CLONE_VM alone.
 *
 * Who shares memory runs the same file.  So the processes outside of a group that run what one of
 * its processes runs are listed once, and each of its processes is compared with these alone.  What
 * they leave behind when they exit may share memory, too: then the list is made anew.
 *
 * Source: proc(5), kcmp(2).
 */
#ifndef SU_PROCESS_SHARERS_H
#define SU_PROCESS_SHARERS_H

#include "process/group.h"
#include "process/proc.h"

struct su_stranger {
	pid_t pid;
	struct su_proc_program program;
};

struct su_sharers {
	SU_VEC(struct su_stranger) strangers;
	bool listed;
};

void su_sharers_deinit(struct su_sharers *sharers);
/* The group has grown by others than children of its processes. */
void su_sharers_forget(struct su_sharers *sharers);
/* A process outside of the group that shares the memory of process `pid` of it, or of which that
 * cannot be told; 0: there is none. */
struct su_err *su_sharers_find(struct su_sharers *sharers, const struct su_group *group, pid_t pid,
			       pid_t *ret) SU_MUST_CHECK;

#endif
