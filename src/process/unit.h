/*
 * The systemd unit that a process belongs to.
 *
 * Source: cgroups(7); systemd.resource-control(5): the innermost cgroup of a unit has its name.
 */
#ifndef SU_PROCESS_UNIT_H
#define SU_PROCESS_UNIT_H

#include <sys/types.h>

/* "nginx.service", or "" when it is in none; free() it. */
char *su_proc_unit(pid_t pid);
/* The file that the process executes, deleted or not; free() it. */
char *su_proc_exe(pid_t pid);

#endif
