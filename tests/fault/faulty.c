/*
 * Runs a command and lets its n-th system call go wrong.
 *
 *	faulty list FILE -- COMMAND...		FILE gets the process and number of each call, of
 *						ptrace with its request: 101/0x4206
 *	faulty kill N -- COMMAND...		SIGKILL to all of it before the N-th call
 *	faulty end N -- COMMAND...		SIGKILL to the process that makes it
 *	faulty send N SIGNAL PID -- COMMAND...	that signal to that process before the N-th call, or
 *						at the end where there are fewer
 *	faulty fail N ERRNO -- COMMAND...	the N-th call is not made and returns -ERRNO
 *	faulty run N PROGRAM -- COMMAND...	the program is run before the N-th call
 *
 * The first call is the one after execve.  N may be N@NUMBER: the N-th of the calls with that
 * number (and request: N@101/0x4206); or N@NUMBER+M: the M-th call that its process makes after it.
 *
 * The exit status is the command's, 128 + n when signal n ended it; 125: faulty itself failed.
 *
 * The calls of the command's processes are counted as one sequence.  Their own tracing of others does
 * not mind ours.
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

enum mode { LIST, KILL, END, RUN, SEND, FAIL };

#define MOST 4096 /* processes of the command */
#define OPTIONS                                                                                    \
	(PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |   \
	 PTRACE_O_TRACECLONE)

struct fault {
	enum mode mode;
	unsigned long at;
	long only;    /* call number, or -1: all count */
	long request; /* first argument, or -1: any */
	unsigned long more;
	long errnum; /* or the signal */
	pid_t other;
	const char *program;
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

static void list(FILE *file, pid_t pid, const struct __ptrace_syscall_info *info)
{
	fprintf(file, "%d %llu", pid, (unsigned long long)info->entry.nr);
	if (info->entry.nr == SYS_ptrace)
		fprintf(file, "/%#llx", (unsigned long long)info->entry.args[0]);
	fputc('\n', file);
}

static bool counts(const struct fault *fault, const struct __ptrace_syscall_info *info)
{
	return (fault->only < 0 || (long)info->entry.nr == fault->only) &&
	       (fault->request < 0 || (long)info->entry.args[0] == fault->request);
}

/* Those of the command. */
static struct process {
	pid_t pid;
	bool failing; /* the call that it is in */
} processes[MOST];
static size_t process_count;

static struct process *find(pid_t pid)
{
	for (size_t i = 0; i < process_count; i++)
		if (processes[i].pid == pid)
			return &processes[i];
	if (process_count == MOST)
		die("too many processes");
	processes[process_count] = (struct process){ pid, false };
	return &processes[process_count++];
}

static void forget(pid_t pid)
{
	*find(pid) = processes[process_count - 1];
	process_count--;
}

static void kill_all(pid_t first)
{
	kill(first, SIGKILL);
	for (size_t i = 0; i < process_count; i++)
		kill(processes[i].pid, SIGKILL);
}

/* What has been counted, and who made the N-th call. */
struct counted {
	unsigned long calls, more;
	pid_t maker;
};

static bool is_time(const struct fault *fault, pid_t pid, const struct __ptrace_syscall_info *info,
		    struct counted *counted)
{
	if (counted->calls == fault->at) {
		counted->more += pid == counted->maker;
		return pid == counted->maker && counted->more == fault->more;
	}
	counted->calls += counts(fault, info);
	counted->maker = pid;
	return counted->calls == fault->at && !fault->more;
}

static bool has_happened(const struct fault *fault, const struct counted *counted)
{
	return counted->calls == fault->at && counted->more >= fault->more;
}

/* At a system call stop. */
static void on_call(const struct fault *fault, struct process *process, struct counted *counted)
{
	struct __ptrace_syscall_info info;
	pid_t pid = process->pid;

	/* It has been killed. */
	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) <= 0)
		return;
	if (info.op == PTRACE_SYSCALL_INFO_EXIT && process->failing) {
		set(pid, 0, true, fault->errnum);
		process->failing = false;
	}
	if (info.op != PTRACE_SYSCALL_INFO_ENTRY)
		return;
	if (fault->mode == LIST)
		list(fault->list, pid, &info);
	if (fault->mode == LIST || !is_time(fault, pid, &info, counted))
		return;
	if (fault->mode == KILL) {
		kill_all(pid);
	} else if (fault->mode == END) {
		kill(pid, SIGKILL);
	} else if (fault->mode == RUN) {
		if (system(fault->program))
			die(fault->program);
	} else if (fault->mode == SEND) {
		kill(fault->other, (int)fault->errnum);
	} else {
		set(pid, ~0ull, false, 0);
		process->failing = true;
	}
}

/* Until all have ended. Returns the status of the first. */
static int follow(const struct fault *fault, pid_t first)
{
	struct counted counted = { 0 };
	int status, sig = 0, ret = 125;
	pid_t pid = first;

	for (;;) {
		/* ESRCH: it has been killed, and its end is reported next. */
		if (ptrace(PTRACE_SYSCALL, pid, 0, sig) && errno != ESRCH)
			die("PTRACE_SYSCALL");
		while ((pid = waitpid(-1, &status, __WALL)) > 0 && !WIFSTOPPED(status)) {
			if (pid == first)
				ret = WIFEXITED(status) ? WEXITSTATUS(status)
							: 128 + WTERMSIG(status);
			forget(pid);
		}
		if (pid < 0)
			break;
		sig = 0;
		if (WSTOPSIG(status) == (SIGTRAP | 0x80))
			on_call(fault, find(pid), &counted);
		else if (!(status >> 16))
			sig = WSTOPSIG(status);
	}
	if (fault->mode == SEND && !has_happened(fault, &counted))
		kill(fault->other, (int)fault->errnum);
	return ret;
}

static int usage(void)
{
	fprintf(stderr, "usage: faulty list FILE | kill N | end N | send N SIGNAL PID | "
			"fail N ERRNO | run N PROGRAM -- COMMAND...\n");
	return 125;
}

static enum mode mode_of(const char *word)
{
	static const char *const words[] = { "list", "kill", "end", "run", "send", "fail" };

	for (enum mode mode = LIST; mode <= FAIL; mode++)
		if (!strcmp(word, words[mode]))
			return mode;
	exit(usage());
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
		fault.mode = mode_of(argv[1]);
		const char *kind = strchr(argv[2], '@'), *more = strchr(argv[2], '+');
		const char *request = strchr(argv[2], '/');

		fault.at = strtoul(argv[2], NULL, 10);
		fault.only = kind ? atol(kind + 1) : -1;
		fault.request = request ? strtol(request + 1, NULL, 0) : -1;
		fault.more = more ? strtoul(more + 1, NULL, 10) : 0;
	}
	if (fault.mode == RUN)
		fault.program = argv[at++];
	if (fault.mode >= SEND)
		fault.errnum = atol(argv[at++]);
	if (fault.mode == SEND && at < argc)
		fault.other = atoi(argv[at++]);
	if (at + 1 >= argc || strcmp(argv[at], "--"))
		return usage();
	pid_t pid = fork();
	if (!pid) {
		raise(SIGSTOP);
		execvp(argv[at + 1], argv + at + 1);
		_exit(127);
	}
	waitpid(pid, &status, WUNTRACED);
	if (ptrace(PTRACE_SEIZE, pid, 0, OPTIONS))
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
