/*
 * Whole updates with patches made by hand: applied, reverted and refused, while threads wait, stand
 * still, run and catch signals.
 */
#include <pthread.h>
#include <string.h>
#include <time.h>

#include "suite.h"
#include "update/status.h"
#include "update_fixture.h"

static struct su_err *check(const struct su_patch *patch, pid_t pid,
			    const struct strongupdate_options *how, struct su_report **report)
{
	const struct strongupdate_targets targets = { .pids = &pid, .pid_count = 1 };

	*report = su_report_create();
	return su_update_check(patch, &targets, how, NULL, *report);
}

START_TEST(applies_reverts_and_applies_again)
{
	pid_t pid = start(updatable);
	struct su_patch *patch = make_patch(true);
	struct su_report *report;
	struct su_status *status;
	uint8_t before[32], after[32];
	struct su_memory memory = { .pid = pid, .fd = -1 };

	send_bytes(3);
	wait_until(&shared->old_count, 3);
	fine(su_memory_read(&memory, (uintptr_t)looping, before, sizeof(before)));
	fine(check(patch, pid, &options, &report));
	ck_assert_uint_eq(report->processes.at[0].threads_listed, 5);
	su_report_destroy(report);
	for (unsigned long round = 1; round <= 5; round++) {
		fine(apply(patch, pid, &options, &report));
		ck_assert_uint_eq(report->processes.at[0].activations_pending, 1);
		ck_assert_uint_eq(report->processes.at[0].thread_count, 5);
		su_report_destroy(report);
		expect_constant(2);
		send_bytes(2);
		wait_until(&shared->new_count, 2 * round);
		ck_assert_uint_eq(atomic_load(&shared->old_count), 2 + round);
		fine(su_status_create(pid, &status));
		ck_assert_uint_eq(status->public.entry_count, 1);
		ck_assert_str_eq(status->public.entries[0].state, "applied");
		su_status_destroy(status);
		fails(apply(patch, pid, &options, &report), SU_E_STATE);
		fine(revert(pid, &options, &report));
		ck_assert_uint_eq(report->processes.at[0].activations_pending, 1);
		su_report_destroy(report);
		expect_constant(1);
		send_bytes(1);
		wait_until(&shared->old_count, 3 + round);
		ck_assert_uint_eq(atomic_load(&shared->new_count), 2 * round);
		fine(su_memory_read(&memory, (uintptr_t)looping, after, sizeof(after)));
		ck_assert_mem_eq(before, after, sizeof(before));
		fails(revert(pid, &options, &report), SU_E_STATE);
	}
	fine(su_status_create(pid, &status));
	ck_assert_uint_eq(status->public.entry_count, 1);
	ck_assert_str_eq(status->public.entries[0].state, "reverted");
	su_status_destroy(status);
	su_patch_close(patch);
	finish(pid);
}
END_TEST

static size_t count_mappings(pid_t pid)
{
	struct su_maps maps = { 0 };

	fine(su_maps_read(&maps, pid));
	size_t count = maps.list.len;
	su_maps_deinit(&maps);
	return count;
}

/* It has gone round once, and waits in looping() for the next byte. */
static void expect_waiting(pid_t pid)
{
	send_bytes(1);
	wait_until(&shared->old_count, 1);
	for (double end = soon(); su_clock_us() < end && state_of(pid) != 'S';)
		usleep(1000);
	ck_assert_int_eq(state_of(pid), 'S');
}

/* With as little patience as the machine allows: on a busy one it takes long until all stand still,
 * and before that nobody can be named. */
static struct su_err *apply_briefly(const struct su_patch *patch, pid_t pid, struct su_report **ret)
{
	struct strongupdate_options brief = { .timeout = 0.1 };
	struct su_err *err = apply(patch, pid, &brief, ret);

	while (err && brief.timeout < PATIENCE && !strstr(su_err_message(err), "looping")) {
		su_err_destroy(err);
		su_report_destroy(*ret);
		brief.timeout *= 2;
		err = apply(patch, pid, &brief, ret);
	}
	return err;
}

START_TEST(a_thread_in_the_way_is_named)
{
	pid_t pid = start(updatable);
	struct su_patch *patch = make_patch(false);
	struct su_report *report;

	expect_waiting(pid);
	size_t mappings = count_mappings(pid);
	struct su_err *err = apply_briefly(patch, pid, &report);
	ck_assert_ptr_nonnull(err);
	ck_assert_ptr_nonnull(strstr(su_err_message(err), "loop.c:7"));
	ck_assert_ptr_nonnull(strstr(su_err_message(err), "looping"));
	fails(err, SU_E_BUSY);
	ck_assert_uint_eq(report->processes.at[0].threads_listed, 1);
	su_report_destroy(report);
	ck_assert_uint_eq(count_mappings(pid), mappings);
	send_bytes(1);
	wait_until(&shared->old_count, 2);
	expect_constant(1);
	su_patch_close(patch);
	finish(pid);
}
END_TEST

START_TEST(a_stopped_process_is_updated_and_stays_stopped)
{
	pid_t pid = start(updatable);
	struct su_patch *patch = make_patch(true);
	struct su_report *report;
	int status;

	expect_waiting(pid);
	kill(pid, SIGSTOP);
	ck_assert_int_eq(waitpid(pid, &status, WUNTRACED), pid);
	fine(apply(patch, pid, &options, &report));
	su_report_destroy(report);
	expect_stopped(pid);
	kill(pid, SIGCONT);
	expect_constant(2);
	su_patch_close(patch);
	finish(pid);
}
END_TEST

START_TEST(changed_code_is_refused)
{
	struct su_patch *patch = make_patch(true);
	struct su_report *report;
	pid_t pid = start(updatable);
	struct su_memory memory;

	fine(su_memory_open(&memory, pid));
	kill(pid, SIGSTOP);
	fine(su_memory_write(&memory, (uintptr_t)constant + 1, "\x05", 1));
	fails(apply(patch, pid, &options, &report), SU_E_MISMATCH);
	su_report_destroy(report);
	su_memory_close(&memory);
	su_patch_close(patch);
	finish(pid);
}
END_TEST

static void expect_no_trap_handler(pid_t pid)
{
	uint64_t caught = su_proc_status_number(pid, pid, "SigCgt", 16, ~UINT64_C(0));

	ck_assert(!(caught & (UINT64_C(1) << (SIGTRAP - 1))));
}

/* The thread is nearly always between two calls: it has to be stepped to the next one. */
START_TEST(a_running_thread_is_stepped_to_a_checkpoint)
{
	struct su_patch *patch = make_patch(true);
	struct su_report *report;

	atomic_store(&shared->spin, 1);
	pid_t pid = start(updatable);
	for (int i = 0; i < 20; i++) {
		fine(apply(patch, pid, &options, &report));
		ck_assert_uint_ge(report->processes.at[0].activations_carried +
					  report->processes.at[0].activations_pending,
				  1);
		su_report_destroy(report);
		unsigned long now = atomic_load(&shared->new_count);
		wait_until(&shared->new_count, now + 10);
		fine(revert(pid, &options, &report));
		ck_assert_uint_ge(report->processes.at[0].activations_carried +
					  report->processes.at[0].activations_pending,
				  1);
		su_report_destroy(report);
		now = atomic_load(&shared->old_count);
		wait_until(&shared->old_count, now + 10);
	}
	expect_no_trap_handler(pid);
	su_patch_close(patch);
	finish(pid);
}
END_TEST

static void *catches_signals(void *arg)
{
	struct timespec span = { 0, 20000 };

	for (;;)
		nanosleep(&span, NULL);
	return arg;
}

static void updatable_with_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART | SA_ONSTACK };
	stack_t stack = { .ss_sp = malloc(65536), .ss_size = 65536 };
	pthread_t thread;

	sigaltstack(&stack, NULL);
	sigaction(SIGUSR1, &action, NULL);
	pthread_create(&thread, NULL, catches_signals, NULL);
	updatable();
}

START_TEST(updates_under_a_storm_of_signals)
{
	struct su_patch *patch = make_patch(true);
	struct su_report *report;

	atomic_store(&shared->spin, 1);
	pid_t pid = start(updatable_with_signals), storm = fork();
	if (!storm) {
		while (!kill(pid, SIGUSR1))
			usleep(200);
		_exit(0);
	}
	for (int i = 0; i < 20; i++) {
		fine(apply(patch, pid, &options, &report));
		su_report_destroy(report);
		fine(revert(pid, &options, &report));
		su_report_destroy(report);
		unsigned long caught = atomic_load(&shared->caught);
		wait_until(&shared->caught, caught + 1);
	}
	finish(storm);
	expect_constant(1);
	su_patch_close(patch);
	finish(pid);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("update");
	TCase *tcase = tcase_create("update");

	tcase_add_checked_fixture(tcase, setup, NULL);
	tcase_set_timeout(tcase, LONG_ENOUGH);
	tcase_add_test(tcase, applies_reverts_and_applies_again);
	tcase_add_test(tcase, a_thread_in_the_way_is_named);
	tcase_add_test(tcase, a_stopped_process_is_updated_and_stays_stopped);
	tcase_add_test(tcase, changed_code_is_refused);
	tcase_add_test(tcase, a_running_thread_is_stepped_to_a_checkpoint);
	tcase_add_test(tcase, updates_under_a_storm_of_signals);
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
