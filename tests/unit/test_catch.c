/* Catching running threads at places of their code. */
#include <pthread.h>
#include <string.h>

#include "process/catch.h"
#include "process/group.h"
#include "process/proc.h"
#include "process/session.h"
#include "suite.h"
#include "target_fixture.h"

/* Calls wait_for_byte() for ever and counts in shared->old_count. */
void looping(void);
void looping_return(void);
void wait_for_byte(void);

__asm__(".text\n"
	".type looping, @function\n"
	".globl looping, looping_return\n"
	"looping:\n"
	"	push %rbx\n"
	"1:	call wait_for_byte\n"
	"looping_return:\n"
	"	mov shared(%rip), %rax\n"
	"	lock incq 8(%rax)\n"
	"	jmp 1b\n"
	".size looping, . - looping\n");

__attribute__((used)) void wait_for_byte(void)
{
	char byte;

	while (!atomic_load(&shared->spin) && read(pipe_ends[0], &byte, 1) != 1)
		;
}

static void target(void)
{
	atomic_store(&shared->ready, 1);
	looping();
}

static void *loop_in_thread(void *arg)
{
	looping();
	return arg;
}

static void two_threads(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, loop_in_thread, NULL);
	target();
}

static void with_trap_blocked(void)
{
	sigset_t mask;

	sigemptyset(&mask);
	sigaddset(&mask, SIGTRAP);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	target();
}

static const uint64_t any_sp = 0, wrong_sp = 8;

static struct su_place after_call(uint64_t sp)
{
	return (struct su_place){ (uintptr_t)looping_return, sp };
}

static struct su_session *seize(pid_t pid)
{
	struct su_session *session;

	fine(su_session_open(pid, &session));
	fine(su_session_seize(session));
	fine(su_session_stop(session, soon()));
	return session;
}

static bool await_catch(struct su_session *session, double end_us, double longest_hold)
{
	struct su_group group = { .sessions = { .at = &session, .len = 1 } };

	return su_group_await_catch(&group, end_us, longest_hold);
}

/* All threads are to be caught, and run. False: the kernel has no such breakpoints. */
static bool catch_all(struct su_session *session, uint64_t sp)
{
	const struct su_place place = after_call(sp);
	bool possible = true;

	for (size_t i = 0; i < session->threads.len; i++)
		possible &= su_catch_set(session, i, &place, 1);
	su_session_resume(session);
	return possible;
}

static void stop_and_clear(struct su_session *session)
{
	fine(su_session_stop(session, soon()));
	su_catch_clear(session);
}

static void expect_alive(pid_t pid)
{
	unsigned long now = atomic_load(&shared->old_count);

	if (!atomic_load(&shared->spin))
		ck_assert_int_eq(write(pipe_ends[1], "x", 1), 1);
	wait_until(&shared->old_count, now + 1);
	ck_assert_int_eq(waitpid(pid, NULL, WNOHANG), 0);
}

START_TEST(a_thread_is_held_where_it_is_caught)
{
	pid_t pid = start(target);
	struct su_session *session = seize(pid);

	if (catch_all(session, any_sp)) {
		ck_assert(!await_catch(session, su_clock_us() + 5e3, 1e6));
		ck_assert_int_eq(write(pipe_ends[1], "xx", 2), 2);
		ck_assert(await_catch(session, soon(), 1e6));
		ck_assert(su_session_held_registers(session, 0));
		ck_assert_uint_eq(session->threads.at[0].regs.rip, (uintptr_t)looping_return);
		ck_assert_uint_eq(atomic_load(&shared->old_count), 0);
		/* It stays there when all are stopped and run on. */
		stop_and_clear(session);
		su_session_resume(session);
		su_session_pump(session, 5e3);
		ck_assert_uint_eq(atomic_load(&shared->old_count), 0);
		su_session_run_on(session, 0);
		wait_until(&shared->old_count, 2);
	}
	su_session_close(session);
	expect_alive(pid);
	finish(pid);
}
END_TEST

START_TEST(another_stack_pointer_is_no_catch)
{
	pid_t pid = start(target);
	struct su_session *session = seize(pid);

	if (catch_all(session, wrong_sp)) {
		ck_assert_int_eq(write(pipe_ends[1], "xxx", 3), 3);
		ck_assert(!await_catch(session, su_clock_us() + 50e3, 1e6));
		wait_until(&shared->old_count, 3);
	}
	su_session_close(session);
	expect_alive(pid);
	finish(pid);
}
END_TEST

/* A stop may come at any point of a trap: no SIGTRAP may be left for the target. */
START_TEST(no_trap_reaches_the_target)
{
	atomic_store(&shared->spin, 1);
	pid_t pid = start(two_threads);
	struct su_session *session = seize(pid);

	for (unsigned i = 0; i < 200; i++) {
		if (!catch_all(session, i % 2 ? wrong_sp : any_sp))
			break;
		await_catch(session, su_clock_us() + (i % 7) * 100, 1e6);
		stop_and_clear(session);
		su_session_let_go(session);
		su_session_resume(session);
		su_session_pump(session, (i % 3) * 100);
		fine(su_session_stop(session, soon()));
	}
	su_session_close(session);
	expect_alive(pid);
	finish(pid);
}
END_TEST

START_TEST(catches_die_with_us)
{
	pid_t pid = start(target);

	for (unsigned i = 0; i < 40; i++) {
		pid_t tracer = fork();

		if (!tracer) {
			struct su_session *session = seize(pid);

			catch_all(session, i % 2 ? wrong_sp : any_sp);
			if (i % 4 == 0) {
				ck_assert_int_eq(write(pipe_ends[1], "x", 1), 1);
				await_catch(session, soon(), 1e6);
			}
			_exit(0);
		}
		waitpid(tracer, NULL, 0);
		expect_alive(pid);
	}
	finish(pid);
}
END_TEST

START_TEST(a_thread_that_blocks_the_signal_is_left_alone)
{
	pid_t pid = start(with_trap_blocked);
	struct su_session *session = seize(pid);
	const struct su_place place = after_call(any_sp);

	ck_assert(!su_catch_set(session, 0, &place, 1));
	su_session_close(session);
	expect_alive(pid);
	finish(pid);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("catch");
	TCase *tcase = tcase_create("catch");

	tcase_add_checked_fixture(tcase, setup, NULL);
	tcase_set_timeout(tcase, LONG_ENOUGH);
	tcase_add_test(tcase, a_thread_is_held_where_it_is_caught);
	tcase_add_test(tcase, another_stack_pointer_is_no_catch);
	tcase_add_test(tcase, no_trap_reaches_the_target);
	tcase_add_test(tcase, catches_die_with_us);
	tcase_add_test(tcase, a_thread_that_blocks_the_signal_is_left_alone);
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
