/*
 * Whole updates with patches made by hand, and what is left when the updater dies.
 */
#include <pthread.h>
#include <sodium.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <time.h>

#include "patch/writer.h"
#include "process/proc.h"
#include "process/remote.h"
#include "process/session.h"
#include "suite.h"
#include "target_fixture.h"
#include "update/carried/locate.h"
#include "update/carried/registry.h"
#include "update/commit/recover.h"
#include "update/status.h"
#include "update/update.h"

/* ---- whole updates ---- */

/*
 * The function to be updated, and how it waits: it calls wait_for_byte() for ever and counts.  The
 * call's return address is its only checkpoint; nothing is live there.
 */
void wait_for_byte(void);
void looping(void);
void looping_return(void);
void looping_end(void);
int constant(void);
void constant_end(void);

__asm__(".text\n"
	".type looping, @function\n"
	".globl looping, looping_return, looping_end\n"
	"looping:\n"
	"	.cfi_startproc\n"
	"	push %rbx\n"
	"	.cfi_adjust_cfa_offset 8\n"
	"	.cfi_rel_offset rbx, 0\n"
	"1:	call wait_for_byte\n"
	"looping_return:\n"
	"	mov shared(%rip), %rax\n"
	"	lock incq 8(%rax)\n"
	"	mov $200, %ecx\n"
	"2:	dec %ecx\n"
	"	jnz 2b\n"
	"	jmp 1b\n"
	"	.cfi_endproc\n"
	"looping_end:\n"
	".size looping, . - looping\n"
	".type constant, @function\n"
	".globl constant, constant_end\n"
	"constant:\n"
	"	.cfi_startproc\n"
	"	mov $1, %eax\n"
	"	ret\n"
	"	.cfi_endproc\n"
	"constant_end:\n"
	".size constant, . - constant\n");

__attribute__((used)) void wait_for_byte(void)
{
	char byte;

	while (!atomic_load(&shared->spin) && read(pipe_ends[0], &byte, 1) != 1)
		;
}

static void updatable_alone(void)
{
	atomic_store(&shared->ready, 1);
	atomic_store(&shared->spin, 1);
	looping();
}

static void *calls_constant(void *arg)
{
	for (;;) {
		atomic_store(&shared->beats, (unsigned long)constant());
		usleep(50);
	}
	return arg;
}

static void updatable(void)
{
	pthread_t thread;

	for (int i = 0; i < 4; i++)
		pthread_create(&thread, NULL, calls_constant, NULL);
	atomic_store(&shared->ready, 1);
	looping();
}

#define TEXT 0x1000
#define EH_FRAME 0x4000
#define NEW_LOOPING (TEXT + 0x10)
#define NEW_CONSTANT (TEXT + 0x80)

static void append(struct su_patch_draft *draft, const void *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		su_vec_push(&draft->text, ((const uint8_t *)bytes)[i]);
}

static void append_address(struct su_patch_draft *draft, uint64_t value)
{
	append(draft, &value, sizeof(value));
}

static void pad_to(struct su_patch_draft *draft, uint64_t vaddr)
{
	while (draft->text.len < vaddr - TEXT)
		su_vec_push(&draft->text, 0xcc);
}

/* push %rbx; 1: movabs $wait_for_byte,%rax; call *%rax; HERE: movabs $new_count,%rax;
 * lock incq (%rax); jmp 1b */
static uint64_t write_looping(struct su_patch_draft *draft)
{
	pad_to(draft, NEW_LOOPING);
	append(draft, "\x53\x48\xb8", 3);
	append_address(draft, (uint64_t)(uintptr_t)wait_for_byte);
	append(draft, "\xff\xd0", 2);
	uint64_t after_call = TEXT + draft->text.len;
	append(draft, "\x48\xb8", 2);
	append_address(draft, (uint64_t)(uintptr_t)&shared->new_count);
	append(draft, "\xf0\x48\xff\x00", 4);
	append(draft, "\xeb\xe4", 2);
	return after_call;
}

/* One CIE, and an FDE for each of the two bodies. */
static void write_frames(struct su_patch_draft *draft, uint64_t looping_size)
{
	static const uint8_t cie[] = { 0x14, 0,	   0,	 0, 0,	  0,	0, 0, 1,    'z', 'R', 0,
				       1,    0x78, 0x10, 1, 0x1b, 0x0c, 7, 8, 0x90, 1,	 0,   0 };
	/* Length, CIE, start, size; then: after push, CFA = rsp + 16 and rbx at CFA - 16. */
	const int32_t head[2][4] = {
		{ 0x14, 0x1c, NEW_LOOPING - (EH_FRAME + 0x20), (int32_t)looping_size },
		{ 0x14, 0x34, NEW_CONSTANT - (EH_FRAME + 0x38), 6 },
	};
	static const uint8_t rows[2][8] = { { 0, 0x41, 0x0e, 16, 0x83, 2, 0, 0 }, { 0 } };

	for (size_t i = 0; i < sizeof(cie); i++)
		su_vec_push(&draft->eh_frame, cie[i]);
	for (size_t n = 0; n < 2; n++) {
		for (size_t i = 0; i < sizeof(head[n]); i++)
			su_vec_push(&draft->eh_frame, ((const uint8_t *)head[n])[i]);
		for (size_t i = 0; i < sizeof(rows[n]); i++)
			su_vec_push(&draft->eh_frame, rows[n][i]);
	}
	for (size_t i = 0; i < 4; i++)
		su_vec_push(&draft->eh_frame, 0);
	draft->eh_frame_vaddr = EH_FRAME;
}

static void add_range(struct su_patch_draft *draft, uint64_t vaddr, uint64_t size,
		      uint32_t function, uint32_t direction, const void *code)
{
	struct su_patch_range range = {
		.vaddr = vaddr, .size = size, .function = function, .direction = direction
	};

	if (code)
		crypto_generichash(range.hash, sizeof(range.hash), code, size, NULL, 0);
	su_vec_push(&draft->ranges, range);
}

static void add_jump(struct su_patch_draft *draft, uint64_t at, uint64_t to, uint32_t function,
		     uint8_t direction, uint8_t kind)
{
	struct su_patch_jump jump = { .at = at,
				      .to = to,
				      .to_space = 1u - direction,
				      .function = function,
				      .direction = direction,
				      .kind = kind,
				      .size = 5 };

	su_vec_push(&draft->jumps, jump);
}

static void add_point(struct su_patch_draft *draft, uint64_t from, uint64_t to, uint8_t direction)
{
	struct su_patch_checkpoint point = {
		.from = from, .to = to, .direction = direction, .kind = SU_POINT_CALL_RETURN
	};

	su_vec_push(&draft->checkpoints, point);
	add_jump(draft, from, to, 0, direction, SU_JUMP_PAD);
}

static struct su_object own_image(void)
{
	struct su_memory memory = { .pid = getpid(), .fd = -1 };
	struct su_maps maps = { 0 };
	struct su_object object = { 0 }, found = { 0 };

	fine(su_maps_read(&maps, getpid()));
	for (size_t i = 0; i < maps.list.len; i++)
		if (maps.list.at[i].inode && !maps.list.at[i].offset &&
		    su_locate_object(&memory, maps.list.at[i].start, &object) &&
		    object.low <= (uintptr_t)looping && (uintptr_t)looping < object.high)
			found = object;
	ck_assert(found.high && found.build_id_size);
	su_maps_deinit(&maps);
	return found;
}

/* `with_checkpoint` false: looping() cannot be carried over. */
static struct su_patch *make_patch(bool with_checkpoint)
{
	struct su_object image = own_image();
	struct su_patch_draft draft;
	struct su_patch *patch;
	uint8_t *bytes;
	size_t size;
	uint64_t base = image.base;
	uint64_t looping_at = (uintptr_t)looping - base, constant_at = (uintptr_t)constant - base;

	su_patch_draft_init(&draft);
	draft.head.image_name = su_patch_draft_string(&draft, "test_process");
	draft.head.old_build_id_size = (uint32_t)image.build_id_size;
	memcpy(draft.head.old_build_id, image.build_id, image.build_id_size);
	draft.head.new_build_id_size = (uint32_t)image.build_id_size;
	draft.head.image_low = image.low - base;
	draft.head.image_high = image.high - base;
	draft.head.note_vaddr = draft.head.image_low;
	draft.head.note_size = 36;
	draft.text_vaddr = TEXT;
	draft.rodata_vaddr = 0x2000;
	draft.data_vaddr = 0x3000;
	su_vec_push(&draft.functions,
		    (struct su_patch_function){ .name = su_patch_draft_string(&draft, "looping"),
						.old_vaddr = looping_at,
						.new_vaddr = looping_at,
						.patch_vaddr = NEW_LOOPING });
	su_vec_push(&draft.functions,
		    (struct su_patch_function){ .name = su_patch_draft_string(&draft, "constant"),
						.old_vaddr = constant_at,
						.new_vaddr = constant_at,
						.patch_vaddr = NEW_CONSTANT });
	uint64_t new_return = write_looping(&draft);
	write_frames(&draft, TEXT + draft.text.len - NEW_LOOPING);
	add_range(&draft, looping_at, (uintptr_t)looping_end - (uintptr_t)looping, 0, SU_FORWARD,
		  (const void *)looping);
	add_range(&draft, NEW_LOOPING, TEXT + draft.text.len - NEW_LOOPING, 0, SU_REVERSE, NULL);
	pad_to(&draft, NEW_CONSTANT);
	append(&draft, "\xb8\x02\x00\x00\x00\xc3", 6);
	add_range(&draft, constant_at, 6, 1, SU_FORWARD, (const void *)constant);
	add_range(&draft, NEW_CONSTANT, 6, 1, SU_REVERSE, NULL);
	add_jump(&draft, looping_at, NEW_LOOPING, 0, SU_FORWARD, SU_JUMP_ENTRY);
	add_jump(&draft, NEW_LOOPING, looping_at, 0, SU_REVERSE, SU_JUMP_ENTRY);
	add_jump(&draft, constant_at, NEW_CONSTANT, 1, SU_FORWARD, SU_JUMP_ENTRY);
	add_jump(&draft, NEW_CONSTANT, constant_at, 1, SU_REVERSE, SU_JUMP_ENTRY);
	if (with_checkpoint) {
		add_point(&draft, (uintptr_t)looping_return - base, new_return, SU_FORWARD);
		add_point(&draft, new_return, (uintptr_t)looping_return - base, SU_REVERSE);
	} else {
		struct su_patch_missing missing = {
			.from = (uintptr_t)looping_return - base,
			.line = 7,
			.file = su_patch_draft_string(&draft, "loop.c"),
			.reason = su_patch_draft_string(&draft, "'x' cannot be derived"),
		};

		su_vec_push(&draft.missing, missing);
	}
	fine(su_patch_draft_encode(&draft, &bytes, &size));
	su_patch_draft_deinit(&draft);
	fine(su_patch_parse(bytes, size, "hand-made", &patch));
	return patch;
}

static struct su_err *apply(const struct su_patch *patch, pid_t pid,
			    const struct strongupdate_options *how, struct su_report **report)
{
	const struct strongupdate_targets targets = { .pids = &pid, .pid_count = 1 };

	*report = su_report_create();
	return su_update_apply(patch, &targets, how, NULL, *report);
}

static struct su_err *check(const struct su_patch *patch, pid_t pid,
			    const struct strongupdate_options *how, struct su_report **report)
{
	const struct strongupdate_targets targets = { .pids = &pid, .pid_count = 1 };

	*report = su_report_create();
	return su_update_check(patch, &targets, how, NULL, *report);
}

static struct su_err *revert(pid_t pid, const struct strongupdate_options *how,
			     struct su_report **report)
{
	const struct strongupdate_targets targets = { .pids = &pid, .pid_count = 1 };

	*report = su_report_create();
	return su_update_revert(NULL, &targets, how, NULL, *report);
}

static const struct strongupdate_options options = { .timeout = PATIENCE };

static void send_bytes(int count)
{
	for (int i = 0; i < count; i++)
		ck_assert_int_eq(write(pipe_ends[1], "x", 1), 1);
}

static void expect_constant(unsigned long value)
{
	for (double end = soon(); su_clock_us() < end; usleep(1000))
		if (atomic_load(&shared->beats) == value)
			return;
	ck_assert_uint_eq(atomic_load(&shared->beats), value);
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

/* ---- death ---- */

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
	struct su_gadgets gadgets = su_way_home_find(&session->memory, &maps);
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
	tcase_add_test(tcase, a_commit_that_was_cut_off_is_taken_back);
	tcase_add_test(tcase, a_computing_thread_survives_our_death);
	tcase_add_test(tcase, a_waiting_thread_survives_our_death);
	tcase_add_test(tcase, a_lent_signal_mask_is_given_back);
	tcase_add_test(tcase, a_driven_process_survives_our_death);
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
