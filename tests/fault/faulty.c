/*
 * Runs a command and lets its n-th system call go wrong.
 *
 *	faulty list FILE -- COMMAND...		FILE gets the number of each call, of ptrace with
 *						its request: 101/0x4206
 *	faulty kill N -- COMMAND...		SIGKILL before the N-th call
 *	faulty fail N ERRNO -- COMMAND...	the N-th call is not made and returns -ERRNO
 *
 * The first call is the one after execve.  N may be N@NUMBER: the N-th of the calls with that
 * number (and request: N@101/0x4206); or N@NUMBER+M: the M-th call after it.
 *
 * The exit status is the command's, 128 + n when signal n ended it; 125: faulty itself failed.
 *
 * Only the command's first process is counted.  Its own tracing of others does not mind ours.
 *
 * Source: ptrace(2), PTRACE_GET_SYSCALL_INFO; a call is skipped by making its number -1 at entry.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum mode { LIST, KILL, FAIL };

struct fault {
	enum mode mode;
	unsigned long at;
	long only;    /* call number, or -1: all count */
	long request; /* first argument, or -1: any */
	unsigned long more;
	long errnum;
	FILE *list;
};

static void die(const char *what)
{
	perror(what);
	exit(125);
}

static void set(pid_t pid, unsigned long long nr, bool result, long errnum)
{
	struct user_regs_struct regs;

	if (ptrace(PTRACE_GETREGS, pid, 0, &regs))
		die("PTRACE_GETREGS");
	if (result)
		regs.rax = (unsigned long long)-errnum;
	else
		regs.orig_rax = nr;
	if (ptrace(PTRACE_SETREGS, pid, 0, &regs))
		die("PTRACE_SETREGS");
}

static void list(FILE *file, const struct __ptrace_syscall_info *info)
{
	if (info->entry.nr == SYS_ptrace)
		fprintf(file, "%d/%#llx\n", SYS_ptrace, (unsigned long long)info->entry.args[0]);
	else
		fprintf(file, "%llu\n", (unsigned long long)info->entry.nr);
}

static bool counts(const struct fault *fault, const struct __ptrace_syscall_info *info)
{
	return (fault->only < 0 || (long)info->entry.nr == fault->only) &&
	       (fault->request < 0 || (long)info->entry.args[0] == fault->request);
}

/* At a system call stop. */
static void on_call(const struct fault *fault, pid_t pid, unsigned long *count, bool *failing)
{
	struct __ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) <= 0)
		die("PTRACE_GET_SYSCALL_INFO");
	if (info.op == PTRACE_SYSCALL_INFO_EXIT && *failing) {
		set(pid, 0, true, fault->errnum);
		*failing = false;
	}
	if (info.op != PTRACE_SYSCALL_INFO_ENTRY)
		return;
	if (fault->mode == LIST)
		list(fault->list, &info);
	*count += *count >= fault->at || counts(fault, &info);
	if (fault->mode == LIST || *count != fault->at + fault->more)
		return;
	if (fault->mode == KILL) {
		kill(pid, SIGKILL);
	} else {
		set(pid, ~0ull, false, 0);
		*failing = true;
	}
}

static int follow(const struct fault *fault, pid_t pid)
{
	unsigned long count = 0;
	bool failing = false;
	int status, sig = 0;

	for (;;) {
		/* ESRCH: it has been killed, and its end is reported next. */
		if (ptrace(PTRACE_SYSCALL, pid, 0, sig) && errno != ESRCH)
			die("PTRACE_SYSCALL");
		if (waitpid(pid, &status, 0) != pid)
			die("waitpid");
		if (WIFEXITED(status))
			return WEXITSTATUS(status);
		if (WIFSIGNALED(status))
			return 128 + WTERMSIG(status);
		sig = 0;
		if (WSTOPSIG(status) == (SIGTRAP | 0x80))
			on_call(fault, pid, &count, &failing);
		else if (!(status >> 16))
			sig = WSTOPSIG(status);
	}
}

static int usage(void)
{
	fprintf(stderr, "usage: faulty list FILE | kill N | fail N ERRNO -- COMMAND...\n");
	return 125;
}

int main(int argc, char **argv)
{
	struct fault fault = { 0 };
	int status, at = 3;

	if (argc < 4)
		return usage();
	if (!strcmp(argv[1], "list")) {
		fault.list = fopen(argv[2], "w");
		if (!fault.list)
			die(argv[2]);
	} else {
		fault.mode = !strcmp(argv[1], "fail") ? FAIL : KILL;
		const char *kind = strchr(argv[2], '@'), *more = strchr(argv[2], '+');
		const char *request = strchr(argv[2], '/');

		fault.at = strtoul(argv[2], NULL, 10);
		fault.only = kind ? atol(kind + 1) : -1;
		fault.request = request ? strtol(request + 1, NULL, 0) : -1;
		fault.more = more ? strtoul(more + 1, NULL, 10) : 0;
	}
	if (fault.mode == FAIL)
		fault.errnum = atol(argv[at++]);
	if (at + 1 >= argc || strcmp(argv[at], "--"))
		return usage();
	pid_t pid = fork();
	if (!pid) {
		raise(SIGSTOP);
		execvp(argv[at + 1], argv + at + 1);
		_exit(127);
	}
	waitpid(pid, &status, WUNTRACED);
	if (ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC))
		die("PTRACE_SEIZE");
	kill(pid, SIGCONT);
	/* Up to the end of execve nothing counts. */
	do {
		if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
			die("waitpid");
		if (status >> 16 != PTRACE_EVENT_EXEC &&
		    ptrace(PTRACE_CONT, pid, 0, status >> 16 ? 0 : WSTOPSIG(status)))
			die("PTRACE_CONT");
	} while (status >> 16 != PTRACE_EVENT_EXEC);
	status = follow(&fault, pid);
	if (fault.list && fclose(fault.list))
		die(argv[2]);
	return status;
}
