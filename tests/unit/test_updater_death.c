/*
 * The updater dies: its target survives, and recovery takes back what is half done.
 */
#include <sys/ptrace.h>
#include <sys/syscall.h>

#include "process/remote.h"
#include "process/session.h"
#include "suite.h"
#include "update/carried/registry.h"
#include "update/commit/recover.h"
#include "update/status.h"
#include "update_fixture.h"

/* What an updater leaves that dies in the middle of its commit: a stopped process, and a journal.
 */
START_TEST(a_commit_that_was_cut_off_is_taken_back)
{
	struct su_patch *patch = make_patch(true);
	struct su_report *report;
	struct su_status *status;
	struct strongupdate_recovery recovery;
	struct su_registries registries = { 0 };
	struct su_maps maps = { 0 };
	struct su_memory memory;
	uint8_t before[32], after[32];
	pid_t pid = start(updatable);

	fine(su_memory_open(&memory, pid));
	fine(su_memory_read(&memory, (uintptr_t)looping, before, sizeof(before)));
	fine(apply(patch, pid, &options, &report));
	su_report_destroy(report);
	kill(pid, SIGSTOP);
	fine(su_maps_read(&maps, pid));
	fine(su_registry_scan(&memory, &maps, &registries));
	ck_assert_uint_eq(registries.list.len, 1);
	struct su_registry registry = registries.list.at[0];
	registry.state = SU_REGISTRY_COMMITTING;
	registry.before = SU_REGISTRY_STAGED;
	registry.held = 1;
	fine(su_memory_write(&memory, registry.base, &registry, sizeof(registry)));
	fine(su_memory_write(&memory, (uintptr_t)constant, "\xb8", 1));
	fine(su_status_create(pid, &status));
	ck_assert_str_eq(status->public.entries[0].state, "half-done");
	ck_assert(status->public.needs_recovery);
	su_status_destroy(status);
	fails(apply(patch, pid, &options, &report), SU_E_DAMAGED);
	su_report_destroy(report);
	fails(revert(pid, &options, &report), SU_E_DAMAGED);
	su_report_destroy(report);
	fine(su_recover(pid, &recovery));
	ck_assert(recovery.rolled_back && recovery.resumed);
	ck_assert_uint_eq(recovery.mappings_removed, 1);
	fine(su_recover(pid, &recovery));
	ck_assert(!recovery.rolled_back && !recovery.resumed && !recovery.mappings_removed);
	fine(su_memory_read(&memory, (uintptr_t)looping, after, sizeof(after)));
	ck_assert_mem_eq(before, after, sizeof(before));
	expect_constant(1);
	fine(apply(patch, pid, &options, &report));
	su_report_destroy(report);
	expect_constant(2);
	su_vec_deinit(&registries.list);
	su_maps_deinit(&maps);
	su_memory_close(&memory);
	su_patch_close(patch);
	finish(pid);
}
END_TEST

/* Every register and the mask must survive an updater that dies between two injected calls. */
static void computing(void)
{
	sigset_t mask, now;

	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR2);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	atomic_store(&shared->ready, 1);
	for (;;) {
		double sum = 0;
		unsigned long hash = 0;

		for (unsigned long i = 0; i < 100000; i++) {
			sum += (double)i * 0.5;
			hash = hash * 31 + i;
		}
		sigprocmask(SIG_SETMASK, NULL, &now);
		if (sum != 0.5 * 100000.0 * 99999.0 / 2 || !sigismember(&now, SIGUSR2) ||
		    sigismember(&now, SIGUSR1))
			atomic_fetch_add(&shared->beats, 1);
		atomic_store(&shared->old_count, hash);
		atomic_fetch_add(&shared->sleeps, 1);
	}
}

static void die_while_injecting(pid_t pid, int when)
{
	struct su_maps maps = { 0 };
	struct su_session *session;
	struct su_remote remote;
	struct user_regs_struct regs;
	size_t index;
	int64_t result;

	fine(su_session_open(pid, &session));
	fine(su_maps_read(&maps, pid));
	struct su_gadgets gadgets = su_way_home_find(NULL, &session->memory, &maps);
	fine(su_session_seize(session));
	fine(su_session_stop_one(session, &index));
	fine(su_remote_begin(session, index, &gadgets, &maps, &remote));
	if (when > 0)
		fine(su_remote_call(&remote, SYS_getpid, (uint64_t[6]){ 0 }, &result));
	if (when > 1) {
		ck_assert(!ptrace(PTRACE_GETREGS, pid, 0, &regs));
		regs.rip = gadgets.call;
		regs.rax = SYS_getuid;
		ck_assert(!ptrace(PTRACE_SETREGS, pid, 0, &regs));
	}
	_exit(0);
}

static void expect_survival(void (*work)(void), atomic_ulong *progress)
{
	pid_t pid = start(work);
	int status;

	wait_until(progress, 1);
	for (int i = 0; i < 60; i++) {
		pid_t tracer = fork();

		if (!tracer)
			die_while_injecting(pid, i % 3);
		ck_assert_int_eq(waitpid(tracer, &status, 0), tracer);
		ck_assert_int_eq(status, 0);
		unsigned long now = atomic_load(progress);
		if (i % 10 == 9)
			wait_until(progress, now + 1);
	}
	ck_assert_int_eq(waitpid(pid, &status, WNOHANG), 0);
	finish(pid);
}

static void updatable_alone(void)
{
	atomic_store(&shared->ready, 1);
	atomic_store(&shared->spin, 1);
	looping();
}

START_TEST(a_computing_thread_survives_our_death)
{
	expect_survival(computing, &shared->sleeps);
	ck_assert_uint_eq(atomic_load(&shared->beats), 0);
}
END_TEST

START_TEST(a_waiting_thread_survives_our_death)
{
	expect_survival(updatable_alone, &shared->old_count);
}
END_TEST

static void die_with_a_lent_mask(pid_t pid, uint64_t note_at)
{
	struct su_session *session;
	struct su_mask_note note;
	size_t index;

	fine(su_session_open(pid, &session));
	fine(su_session_seize(session));
	fine(su_session_stop_one(session, &index));
	session->mask_note = note_at;
	ck_assert(su_session_lend_mask(session, index, ~UINT64_C(0), &note));
	_exit(0);
}

static uint64_t blocked_signals(pid_t pid)
{
	return su_proc_status_number(pid, pid, "SigBlk", 16, 0);
}

START_TEST(a_lent_signal_mask_is_given_back)
{
	struct su_patch *patch = make_patch(true);
	struct su_report *report;
	struct strongupdate_recovery recovery;
	struct su_status *status;
	pid_t pid = start(updatable_alone);
	uint64_t before = blocked_signals(pid);
	int exit_status;

	fine(apply(patch, pid, &options, &report));
	su_report_destroy(report);
	fine(su_status_create(pid, &status));
	uint64_t at = status->public.entries[0].mapped_at + offsetof(struct su_registry, mask_note);
	ck_assert(!status->public.has_leavings);
	su_status_destroy(status);
	pid_t tracer = fork();
	if (!tracer)
		die_with_a_lent_mask(pid, at);
	ck_assert_int_eq(waitpid(tracer, &exit_status, 0), tracer);
	ck_assert_int_eq(exit_status, 0);
	ck_assert_uint_ne(blocked_signals(pid), before);
	fine(su_status_create(pid, &status));
	ck_assert(status->public.has_leavings && !status->public.needs_recovery);
	su_status_destroy(status);
	fine(su_recover(pid, &recovery));
	ck_assert_uint_eq(recovery.masks_restored, 1);
	ck_assert_uint_eq(blocked_signals(pid), before);
	fine(su_recover(pid, &recovery));
	ck_assert_uint_eq(recovery.masks_restored, 0);
	su_patch_close(patch);
	finish(pid);
}
END_TEST

static bool has_run_on(unsigned long old_count, unsigned long new_count)
{
	return atomic_load(&shared->old_count) > old_count ||
	       atomic_load(&shared->new_count) > new_count;
}

/* An updater that is killed while it steps and catches threads, or whenever. */
START_TEST(a_driven_process_survives_our_death)
{
	struct su_patch *patch = make_patch(true);
	struct su_report *report;
	struct strongupdate_recovery recovery;
	unsigned taken_back = 0;

	atomic_store(&shared->spin, 1);
	pid_t pid = start(updatable);
	for (unsigned i = 0; i < 100; i++) {
		pid_t updater = fork();

		if (!updater) {
			struct su_err *err = apply(patch, pid, &options, &report);

			if (!err || su_err_code(err) == SU_E_STATE)
				err = revert(pid, &options, &report);
			_exit(err != NULL);
		}
		usleep(500 + i * 137 % 6000);
		finish(updater);
		ck_assert_int_eq(waitpid(pid, NULL, WNOHANG), 0);
		unsigned long old = atomic_load(&shared->old_count);
		unsigned long new = atomic_load(&shared->new_count);
		for (double end = soon(); su_clock_us() < end && !has_run_on(old, new);) {
			usleep(1000);
			if (state_of(pid) != 'T')
				continue;
			fine(su_recover(pid, &recovery)); /* died in a commit */
			taken_back++;
		}
		ck_assert(has_run_on(old, new));
	}
	ck_assert_uint_lt(taken_back, 100);
	su_patch_close(patch);
	finish(pid);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("updater_death");
	TCase *tcase = tcase_create("updater_death");

	tcase_add_checked_fixture(tcase, setup, NULL);
	tcase_set_timeout(tcase, LONG_ENOUGH);
	tcase_add_test(tcase, a_commit_that_was_cut_off_is_taken_back);
	tcase_add_test(tcase, a_computing_thread_survives_our_death);
	tcase_add_test(tcase, a_waiting_thread_survives_our_death);
	tcase_add_test(tcase, a_lent_signal_mask_is_given_back);
	tcase_add_test(tcase, a_driven_process_survives_our_death);
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
