/*
 * Target processes for tests: forked from the test program, so that addresses are known on both
 * sides.
 */
#ifndef TARGET_FIXTURE_H
#define TARGET_FIXTURE_H

#include <check.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "process/proc.h"

/* What target and test share. */
struct shared {
	atomic_ulong beats, old_count, new_count, caught, sleeps;
	atomic_int ready, spin;
};

/* Not static: assembly code reads it. */
struct shared *shared;
static int pipe_ends[2];

/* On a busy machine nothing is done at once: a test waits for what it expects as long as it takes. */
#define PATIENCE 60	/* seconds */
#define LONG_ENOUGH 300 /* for a whole test */

static inline double soon(void)
{
	return su_clock_us() + PATIENCE * 1e6;
}

static inline void fine(struct su_err *err)
{
	ck_assert_msg(!err, "%s", err ? su_err_message(err) : "");
}

static inline void fails(struct su_err *err, enum su_code code)
{
	ck_assert_msg(err != NULL, "an error was expected");
	ck_assert_msg(su_err_code(err) == code, "%s", su_err_message(err));
	su_err_destroy(err);
}

static inline void setup(void)
{
	shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert(shared != MAP_FAILED);
	ck_assert(!pipe(pipe_ends));
}

static inline void wait_until(atomic_ulong *counter, unsigned long value)
{
	for (double end = soon(); su_clock_us() < end && atomic_load(counter) < value;)
		usleep(1000);
	ck_assert_uint_ge(atomic_load(counter), value);
}

static inline char state_of(pid_t pid)
{
	return su_proc_task_stat(pid, pid).state;
}

static inline void expect_stopped(pid_t pid)
{
	for (double end = soon(); su_clock_us() < end && state_of(pid) != 'T';)
		usleep(1000);
	ck_assert_int_eq(state_of(pid), 'T');
}

static inline pid_t start(void (*work)(void))
{
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		work();
		_exit(0);
	}
	for (double end = soon(); su_clock_us() < end && !atomic_load(&shared->ready);)
		usleep(1000);
	ck_assert(atomic_load(&shared->ready));
	return pid;
}

static inline void finish(pid_t pid)
{
	int status;

	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
}

static inline void on_signal(int sig)
{
	(void)sig;
	atomic_fetch_add(&shared->caught, 1);
}

#endif
