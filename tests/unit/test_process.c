/* Processes: threads, memory, and system calls made on their behalf. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>

#include "base/alloc.h"
#include "process/hold.h"
#include "process/proc.h"
#include "process/remote.h"
#include "process/session.h"
#include "process/step.h"
#include "suite.h"
#include "target_fixture.h"

/* ---- threads ---- */

static void *beat(void *arg)
{
	for (;;) {
		atomic_fetch_add(&shared->beats, 1);
		usleep(100);
	}
	return arg;
}

static void *churn(void *arg)
{
	atomic_fetch_add(&shared->beats, 1);
	return arg;
}

static int thread_count = 16;

static void many_threads(void)
{
	pthread_t thread;

	for (int i = 0; i < thread_count; i++)
		pthread_create(&thread, NULL, beat, NULL);
	atomic_store(&shared->ready, 1);
	beat(NULL);
}

static void churning_threads(void)
{
	pthread_t threads[4];

	atomic_store(&shared->ready, 1);
	for (;;) {
		for (int i = 0; i < 4; i++)
			pthread_create(&threads[i], NULL, churn, NULL);
		for (int i = 0; i < 4; i++)
			pthread_join(threads[i], NULL);
	}
}

START_TEST(stops_all_threads)
{
	struct su_session *session;
	pid_t pid = start(many_threads);

	fine(su_session_open(pid, &session));
	fine(su_session_seize(session));
	for (int i = 0; i < 20; i++) {
		fine(su_session_stop(session, soon()));
		fine(su_session_registers(session));
		unsigned long before = atomic_load(&shared->beats);
		usleep(2000);
		ck_assert_uint_eq(atomic_load(&shared->beats), before);
		ck_assert_uint_eq(session->threads.len, 17);
		su_session_resume(session);
		wait_until(&shared->beats, before + 10);
	}
	su_session_close(session);
	unsigned long after = atomic_load(&shared->beats);
	wait_until(&shared->beats, after + 10);
	finish(pid);
}
END_TEST

START_TEST(follows_new_threads)
{
	struct su_session *session;
	pid_t pid = start(churning_threads);

	fine(su_session_open(pid, &session));
	fine(su_session_seize(session));
	for (int i = 0; i < 50; i++) {
		fine(su_session_stop(session, soon()));
		unsigned long before = atomic_load(&shared->beats);
		usleep(500);
		ck_assert_uint_eq(atomic_load(&shared->beats), before);
		su_session_resume(session);
		su_session_pump(session, 2000);
	}
	su_session_close(session);
	unsigned long after = atomic_load(&shared->beats);
	wait_until(&shared->beats, after + 10);
	finish(pid);
}
END_TEST

/* ---- injected calls ---- */

static void sleeper(void)
{
	struct timespec span = { 0, 400000000 };
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

	sigaction(SIGUSR1, &action, NULL);
	atomic_store(&shared->ready, 1);
	for (;;) {
		struct timespec before, after;

		clock_gettime(CLOCK_MONOTONIC, &before);
		/* A call whose restart the kernel keeps in its own memory. */
		int result = (int)syscall(SYS_nanosleep, &span, NULL);
		clock_gettime(CLOCK_MONOTONIC, &after);
		double seconds = (double)(after.tv_sec - before.tv_sec) +
				 (double)(after.tv_nsec - before.tv_nsec) / 1e9;
		if (result == 0 && seconds > 0.39)
			atomic_fetch_add(&shared->sleeps, 1);
		else
			atomic_fetch_add(&shared->beats, 1);
	}
}

static int64_t inject(struct su_session *session, long number, uint64_t arg0)
{
	struct su_maps maps = { 0 };
	struct su_remote remote;
	size_t index;
	int64_t result = 0;

	fine(su_maps_read(&maps, session->pid));
	struct su_gadgets gadgets = su_way_home_find(NULL, &session->memory, &maps);
	ck_assert(gadgets.call && gadgets.restorer);
	fine(su_session_stop_one(session, &index));
	fine(su_remote_begin(session, index, &gadgets, &maps, &remote));
	fine(su_remote_call(&remote, number, (uint64_t[6]){ arg0 }, &result));
	fine(su_remote_call(&remote, number, (uint64_t[6]){ arg0 }, &result));
	fine(su_remote_end(&remote));
	su_session_resume(session);
	su_maps_deinit(&maps);
	return result;
}

START_TEST(injected_calls_leave_no_trace)
{
	struct su_session *session;
	pid_t pid = start(sleeper);

	fine(su_session_open(pid, &session));
	fine(su_session_seize(session));
	for (int i = 0; i < 100; i++) {
		ck_assert_int_eq(inject(session, SYS_getpid, 0), pid);
		su_session_pump(session, 10000);
	}
	su_session_close(session);
	wait_until(&shared->sleeps, 3);
	ck_assert_uint_eq(atomic_load(&shared->beats), 0);
	finish(pid);
}
END_TEST

/* Code that makes another call than the one that was asked for; the second one makes the call that has
 * the same number for programs of 32 bits. */
void changed_gadget(void), old_gadget(void);

__asm__(".text\n"
	".globl changed_gadget\n"
	"changed_gadget:\n"
	"	mov $95, %eax\n" /* umask */
	"	mov $0123, %edi\n"
	"	syscall\n"
	"	ret\n"
	".globl old_gadget\n"
	"old_gadget:\n"
	"	int $0x80\n"
	"	ret\n");

static const struct {
	void (*gadget)(void);
	long number;
} other_calls[] = {
	{ changed_gadget, SYS_getpid }, { old_gadget, 60 }, /* exit(), and umask() */
};

START_TEST(another_call_than_asked_for_is_not_made)
{
	struct su_maps maps = { 0 };
	struct su_session *session;
	struct su_remote remote;
	pid_t pid = start(sleeper);
	uint64_t before = su_proc_status_number(pid, pid, "Umask", 8, 07777);
	size_t index;
	int64_t result;

	fine(su_session_open(pid, &session));
	fine(su_session_seize(session));
	fine(su_maps_read(&maps, pid));
	struct su_gadgets gadgets = su_way_home_find(NULL, &session->memory, &maps);
	gadgets.call = (uintptr_t)other_calls[_i].gadget;
	fine(su_session_stop_one(session, &index));
	fine(su_remote_begin(session, index, &gadgets, &maps, &remote));
	fails(su_remote_call(&remote, other_calls[_i].number, (uint64_t[6]){ 0 }, &result),
	      SU_E_PERMISSION);
	fine(su_remote_end(&remote));
	su_session_resume(session);
	ck_assert_uint_eq(su_proc_status_number(pid, pid, "Umask", 8, 07777), before);
	ck_assert_int_eq(inject(session, SYS_getpid, 0), pid);
	su_session_close(session);
	wait_until(&shared->sleeps, 3);
	ck_assert_uint_eq(atomic_load(&shared->beats), 0);
	su_maps_deinit(&maps);
	finish(pid);
}
END_TEST

/* Code for calls that others may write to, or that is of no file: first of all mappings. */
static const struct {
	int protection, flags;
} untrusted[] = {
	{ PROT_READ | PROT_EXEC, MAP_SHARED | MAP_ANONYMOUS },
	{ PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS },
	{ PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS },
};

START_TEST(calls_are_made_from_code_that_does_not_change)
{
	const struct su_memory memory = { .pid = getpid(), .fd = -1 };
	static const char code[] = "\x0f\x05\xc3\x48\xc7\xc0\x0f\0\0\0\x0f\x05";
	struct su_maps maps = { 0 };
	uint64_t size = 4096;
	char *low = mmap((void *)(uintptr_t)(1 << 20), size, PROT_READ | PROT_WRITE,
			 untrusted[_i].flags | MAP_FIXED_NOREPLACE, -1, 0);

	ck_assert(low != MAP_FAILED);
	memcpy(low, code, sizeof(code));
	ck_assert(!mprotect(low, size, untrusted[_i].protection));
	fine(su_maps_read(&maps, getpid()));
	ck_assert_uint_eq(maps.list.at[0].start, (uintptr_t)low);
	struct su_gadgets gadgets = su_way_home_find(NULL, &memory, &maps);
	ck_assert(gadgets.call && gadgets.call - (uintptr_t)low >= size);
	ck_assert(gadgets.restorer && gadgets.restorer - (uintptr_t)low >= size);
	su_maps_deinit(&maps);
}
END_TEST

START_TEST(signals_are_not_lost)
{
	struct su_session *session;
	pid_t pid = start(sleeper);
	unsigned long sent = 0;

	fine(su_session_open(pid, &session));
	fine(su_session_seize(session));
	for (int i = 0; i < 100; i++) {
		fine(su_session_stop(session, soon()));
		kill(pid, SIGUSR1);
		sent++;
		su_session_resume(session);
		ck_assert_int_eq(inject(session, SYS_getpid, 0), pid);
		for (double end = soon();
		     su_clock_us() < end && atomic_load(&shared->caught) < sent;)
			su_session_pump(session, 1000);
		ck_assert_uint_eq(atomic_load(&shared->caught), sent);
	}
	su_session_close(session);
	finish(pid);
}
END_TEST

START_TEST(a_stopped_process_stays_stopped)
{
	struct su_session *session;
	pid_t pid = start(many_threads);
	int status;

	kill(pid, SIGSTOP);
	ck_assert_int_eq(waitpid(pid, &status, WUNTRACED), pid);
	fine(su_session_open(pid, &session));
	fine(su_session_seize(session));
	ck_assert_int_eq(inject(session, SYS_getpid, 0), pid);
	fine(su_session_stop(session, soon()));
	struct su_hold hold;
	fine(su_hold_take(session, &hold));
	fine(su_hold_drop(&hold));
	su_session_release(session);
	su_hold_finish(&hold);
	su_session_close(session);
	expect_stopped(pid);
	unsigned long before = atomic_load(&shared->beats);
	usleep(5000);
	ck_assert_uint_eq(atomic_load(&shared->beats), before);
	kill(pid, SIGCONT);
	wait_until(&shared->beats, before + 10);
	finish(pid);
}
END_TEST

/* Few threads are held one by one, many by their process. */
static const int held_threads[] = { 16, 64, 160 };

static void handling_threads(void)
{
	signal(SIGUSR1, on_signal);
	signal(SIGCONT, on_signal);
	many_threads();
}

static struct su_session *hold(pid_t pid, struct su_hold *ret)
{
	struct su_session *session;

	fine(su_session_open(pid, &session));
	fine(su_session_seize(session));
	fine(su_session_stop(session, soon()));
	fine(su_session_registers(session));
	fine(su_hold_take(session, ret));
	return session;
}

START_TEST(hold_leaves_nothing_behind)
{
	thread_count = held_threads[_i];
	pid_t pid = start(handling_threads);

	for (int i = 0; i < 30; i++) {
		struct su_hold held;
		struct su_session *session = hold(pid, &held);

		fine(su_hold_drop(&held));
		su_session_release(session);
		su_hold_finish(&held);
		su_session_close(session);
		unsigned long before = atomic_load(&shared->beats);
		wait_until(&shared->beats, before + 10);
		ck_assert_int_ne(state_of(pid), 'T');
	}
	ck_assert_uint_eq(atomic_load(&shared->caught), 0);
	finish(pid);
}
END_TEST

static bool all_are_stopped(pid_t pid)
{
	struct su_tids tids = { 0 };
	bool all = true;

	fine(su_proc_tasks(pid, &tids));
	for (size_t i = 0; i < tids.list.len; i++)
		all &= su_proc_task_stat(pid, tids.list.at[i]).state == 'T';
	su_vec_deinit(&tids.list);
	return all;
}

/* A tracer that dies while it holds leaves a stopped process, none of whose threads has run: not
 * even into the handler of a signal that is waiting. */
START_TEST(hold_stops_the_process_when_we_die)
{
	thread_count = held_threads[_i];
	pid_t pid = start(handling_threads), tracer = fork();
	unsigned long before = 0;
	int status;

	if (!tracer) {
		struct su_hold held;

		hold(pid, &held);
		kill(pid, SIGUSR1);
		before = atomic_load(&shared->beats);
		ck_assert_int_eq(write(pipe_ends[1], &before, sizeof(before)), sizeof(before));
		raise(SIGKILL);
	}
	waitpid(tracer, &status, 0);
	ck_assert_int_eq(read(pipe_ends[0], &before, sizeof(before)), sizeof(before));
	for (double end = soon(); su_clock_us() < end && !all_are_stopped(pid);)
		usleep(1000);
	ck_assert(all_are_stopped(pid));
	ck_assert_uint_eq(atomic_load(&shared->beats), before);
	ck_assert_uint_eq(atomic_load(&shared->caught), 0);
	kill(pid, SIGCONT);
	wait_until(&shared->beats, before + 10);
	finish(pid);
}
END_TEST

static void die_after_steps(pid_t pid)
{
	struct su_session *session;
	unsigned steps = 0;

	fine(su_session_open(pid, &session));
	fine(su_session_seize(session));
	fine(su_session_stop(session, soon()));
	fine(su_session_registers(session));
	while (steps < 3 && su_session_step(session, 0))
		steps++;
	su_session_end_steps(session, 0);
	_exit(steps != 3);
}

static void counting(void)
{
	atomic_store(&shared->ready, 1);
	for (;;)
		atomic_fetch_add(&shared->beats, 1);
}

/* Without a handler for SIGTRAP: the one of trap.h has been taken back by the time of a commit. */
START_TEST(a_stepped_thread_survives_our_death)
{
	pid_t pid = start(counting);
	int status;

	for (int i = 0; i < 20; i++) {
		pid_t tracer = fork();

		if (!tracer)
			die_after_steps(pid);
		ck_assert_int_eq(waitpid(tracer, &status, 0), tracer);
		ck_assert_int_eq(status, 0);
		wait_until(&shared->beats, atomic_load(&shared->beats) + 1);
		ck_assert_int_eq(waitpid(pid, &status, WNOHANG), 0);
	}
	finish(pid);
}
END_TEST

START_TEST(refuses_what_cannot_be_traced)
{
	struct su_session *session, *second;
	pid_t pid = start(many_threads), dead = fork();

	siginfo_t info;

	if (!dead)
		_exit(0);
	ck_assert(!waitid(P_PID, (id_t)dead, &info, WEXITED | WNOWAIT));
	fails(su_session_open(dead, &second), SU_E_GONE);
	waitpid(dead, NULL, 0);
	fails(su_session_open(dead, &second), SU_E_GONE);
	fine(su_session_open(pid, &session));
	fine(su_session_seize(session));
	fails(su_session_open(pid, &second), SU_E_PERMISSION);
	su_session_close(session);
	finish(pid);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("process");
	TCase *tcase = tcase_create("process");

	tcase_add_checked_fixture(tcase, setup, NULL);
	tcase_set_timeout(tcase, LONG_ENOUGH);
	tcase_add_test(tcase, stops_all_threads);
	tcase_add_test(tcase, follows_new_threads);
	tcase_add_test(tcase, injected_calls_leave_no_trace);
	tcase_add_loop_test(tcase, another_call_than_asked_for_is_not_made, 0,
			    sizeof(other_calls) / sizeof(*other_calls));
	tcase_add_loop_test(tcase, calls_are_made_from_code_that_does_not_change, 0,
			    sizeof(untrusted) / sizeof(*untrusted));
	tcase_add_test(tcase, signals_are_not_lost);
	tcase_add_test(tcase, a_stopped_process_stays_stopped);
	tcase_add_loop_test(tcase, hold_leaves_nothing_behind, 0, 3);
	tcase_add_loop_test(tcase, hold_stops_the_process_when_we_die, 0, 3);
	tcase_add_test(tcase, a_stepped_thread_survives_our_death);
	tcase_add_test(tcase, refuses_what_cannot_be_traced);
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
