/*
 * The shortest stop that any ptrace-based tool could make: seize every thread of some processes;
 * then, timed, interrupt all, wait for all, read their registers and let them go.
 *
 * usage: floor PID...
 * Prints the microseconds from the first interrupt to the last detach.  Threads that start or end
 * meanwhile are not handled: the target of the measurement has a fixed set of them.  Each thread is
 * waited for by its number: to wait for any makes the kernel look at all of them each time, which
 * takes longer than the rest of the stop where they are 1000.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>

#define MAX_THREADS 4096

static double now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static int seize_all(const char *pid, pid_t *tids, int count)
{
	char path[64];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%s/task", pid);
	dir = opendir(path);
	if (!dir)
		die(path);
	while ((entry = readdir(dir)) && count < MAX_THREADS) {
		pid_t tid = atoi(entry->d_name);

		if (tid <= 0)
			continue;
		if (ptrace(PTRACE_SEIZE, tid, 0, 0) != 0)
			die("seize");
		tids[count++] = tid;
	}
	closedir(dir);
	return count;
}

int main(int argc, char **argv)
{
	static pid_t tids[MAX_THREADS];
	struct user_regs_struct regs;
	double start;
	int count = 0, status;

	if (argc < 2)
		return 2;
	for (int i = 1; i < argc; i++)
		count = seize_all(argv[i], tids, count);
	start = now_us();
	for (int i = 0; i < count; i++)
		if (ptrace(PTRACE_INTERRUPT, tids[i], 0, 0) != 0)
			die("interrupt");
	for (int i = 0; i < count; i++)
		if (waitpid(tids[i], &status, __WALL) < 0)
			die("waitpid");
	for (int i = 0; i < count; i++)
		if (ptrace(PTRACE_GETREGS, tids[i], 0, &regs) != 0)
			die("getregs");
	for (int i = 0; i < count; i++)
		if (ptrace(PTRACE_DETACH, tids[i], 0, 0) != 0)
			die("detach");
	printf("%.1f\n", now_us() - start);
	return 0;
}
