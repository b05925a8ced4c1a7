/*
 * Programs of several processes, for tests of updates that concern all of them.
 *
 *	family workers N	a master and N workers, each in a loop that changes
 *	family storm N		the same, and all of them fork children that exit or execute
 *	family busy		a master and a worker that comes to no checkpoint
 *	family fixed		a master, a worker whose code cannot be written, and another worker
 *	family spawn		threads that start programs by vfork() all the time
 *	family vfork		a child of vfork() that does not end, beside a thread in a loop
 *	family sharing		a child that shares memory without end
 *	family again		a master, and a worker that executes this program at each SIGUSR1
 *	family execs		a master and a worker that executes another program after a while
 *	family threads		children are forked by threads other than the first
 *
 * Each process prints lines "ROLE PID VERSION n=NUMBER".  A line with BAD is a failure.  All end
 * with their master.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef NEW
#define VERSION "new"
#else
#define VERSION "old"
#endif

#define NOINLINE __attribute__((noinline))
#define PERIOD 10000 /* microseconds */

static char *self;

/* With a write of its own, so that no line is lost in a buffer or doubled by a fork. */
NOINLINE static void say(const char *role, const char *version, int n)
{
	char line[100];
	int length = snprintf(line, sizeof(line), "%s %d %s n=%d\n", role, getpid(), version, n);

	if (write(1, line, (size_t)length) != length)
		_exit(1);
}

NOINLINE static void loop(const char *role)
{
	for (int n = 0;; n++) {
		say(role, VERSION, n);
		usleep(PERIOD);
	}
}

static pid_t start(void (*work)(const char *role), const char *role)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	work(role);
	_exit(0);
}

/* ---- storm ---- */

NOINLINE static void live_shortly(int n)
{
	say("child", VERSION, n);
	if (n % 3 == 0)
		execl("/bin/true", "true", NULL);
	if (n % 3 == 1)
		usleep(1000 * (n % 7));
	if (n % 5 == 0)
		say("child", VERSION, n);
	_exit(0);
}

/* Waits for one child, or takes those that have ended (-1). */
static void reap(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, pid > 0 ? 0 : WNOHANG) > 0)
		if (status)
			say("BAD", "child", status);
}

NOINLINE static void announce(const char *role, int n)
{
	if (n % 16 == 0)
		say(role, VERSION, n);
}

NOINLINE static void storm(const char *role)
{
	for (int n = 0;; n++) {
		pid_t pid = fork();

		if (!pid)
			live_shortly(n);
		if (pid < 0)
			say("BAD", "fork", n);
		announce(role, n);
		reap(n & 7 ? -1 : pid);
		usleep(500);
	}
}

/* ---- those that stand in the way ---- */

#ifndef NEW
/* Does not exist in the new version, and does not return. */
NOINLINE static void wait_in_vain(const char *role)
{
	say(role, VERSION, 0);
	for (;;)
		pause();
}
#endif

NOINLINE static void wait_for_ever(const char *role)
{
#ifndef NEW
	wait_in_vain(role);
#endif
	loop(role);
}

/* Maps the code anew, shared with the file: a tracer may not write to it then. */
static void fix_code(const char *role)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	int file = open("/proc/self/exe", O_RDONLY);
	char line[400];

	while (maps && file >= 0 && fgets(line, sizeof(line), maps)) {
		unsigned long low, high, offset;
		char how[5];

		if (sscanf(line, "%lx-%lx %4s %lx", &low, &high, how, &offset) == 4 &&
		    how[2] == 'x' && low <= (unsigned long)fix_code &&
		    high > (unsigned long)fix_code &&
		    mmap((void *)low, high - low, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_FIXED,
			 file, (off_t)offset) != MAP_FAILED)
			loop(role);
	}
	say("BAD", "mapping", 0);
	pause();
}

/* ---- shared memory ---- */

static void *spawn(void *unused)
{
	(void)unused;
	for (int n = 0;; n++) {
		int status;
		pid_t pid = vfork();

		if (!pid) {
			execl("/bin/true", "true", NULL);
			_exit(1);
		}
		if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
			say("BAD", "vfork", n);
	}
	return NULL;
}

static volatile bool has_child;

static void *vfork_for_ever(void *unused)
{
	(void)unused;
	if (!vfork()) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		has_child = true;
		for (;;)
			pause();
	}
	return NULL;
}

static int share(void *unused)
{
	(void)unused;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		pause();
	return 0;
}

static void start_thread(void *(*work)(void *))
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, work, NULL))
		say("BAD", "thread", 0);
}

/* ---- programs ---- */

static void execute_again(const char *role)
{
	sigset_t signals;
	int sig;

	sigemptyset(&signals);
	sigaddset(&signals, SIGUSR1);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	say(role, VERSION, 0);
	sigwait(&signals, &sig);
	execl(self, self, "worker", NULL);
	say("BAD", "exec", 0);
}

static void execute_other(const char *role)
{
	for (int n = 0; n < 20; n++) {
		say(role, VERSION, n);
		usleep(PERIOD);
	}
	execl("/bin/sleep", "sleep", "100", NULL);
	say("BAD", "exec", 0);
}

static void *fork_from_thread(void *unused)
{
	(void)unused;
	start(loop, "worker");
	for (;;)
		pause();
	return NULL;
}

static void share_memory(void)
{
	static char stack[65536];

	if (clone(share, stack + sizeof(stack), CLONE_VM | SIGCHLD, NULL) < 0)
		say("BAD", "clone", 0);
}

int main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "";
	int count = argc > 2 ? atoi(argv[2]) : 1;
	bool stormy = !strcmp(mode, "storm");

	self = argv[0];
	if (!strcmp(mode, "worker"))
		execute_again("worker");
	for (int i = 0; i < count && (stormy || !strcmp(mode, "workers")); i++)
		start(stormy ? storm : loop, "worker");
	if (!strcmp(mode, "busy"))
		start(wait_for_ever, "worker");
	if (!strcmp(mode, "fixed")) {
		start(loop, "worker");
		start(fix_code, "worker");
		start(loop, "worker");
	}
	if (!strcmp(mode, "spawn"))
		for (int i = 0; i < 3; i++)
			start_thread(spawn);
	if (!strcmp(mode, "vfork"))
		start_thread(vfork_for_ever);
	while (!strcmp(mode, "vfork") && !has_child)
		usleep(PERIOD);
	if (!strcmp(mode, "sharing"))
		share_memory();
	if (!strcmp(mode, "again"))
		start(execute_again, "worker");
	if (!strcmp(mode, "execs"))
		start(execute_other, "worker");
	if (!strcmp(mode, "threads"))
		for (int i = 0; i < 2; i++)
			start_thread(fork_from_thread);
	if (stormy)
		storm("master");
	loop("master");
}
