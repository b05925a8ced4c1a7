/*
 * A target process for whole updates, and a patch for it made by hand: of two of its functions, one
 * that waits for ever and one that is called again and again.
 */
#ifndef SU_TESTS_UPDATE_FIXTURE_H
#define SU_TESTS_UPDATE_FIXTURE_H

#include <pthread.h>
#include <sodium.h>
#include <string.h>

#include "patch/writer.h"
#include "process/proc.h"
#include "target_fixture.h"
#include "update/carried/locate.h"
#include "update/update.h"

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

static inline void *calls_constant(void *arg)
{
	for (;;) {
		atomic_store(&shared->beats, (unsigned long)constant());
		usleep(50);
	}
	return arg;
}

static inline void updatable(void)
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

static inline void append(struct su_patch_draft *draft, const void *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		su_vec_push(&draft->text, ((const uint8_t *)bytes)[i]);
}

static inline void append_address(struct su_patch_draft *draft, uint64_t value)
{
	append(draft, &value, sizeof(value));
}

static inline void pad_to(struct su_patch_draft *draft, uint64_t vaddr)
{
	while (draft->text.len < vaddr - TEXT)
		su_vec_push(&draft->text, 0xcc);
}

/* push %rbx; 1: movabs $wait_for_byte,%rax; call *%rax; HERE: movabs $new_count,%rax;
 * lock incq (%rax); jmp 1b */
static inline uint64_t write_looping(struct su_patch_draft *draft)
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
static inline void write_frames(struct su_patch_draft *draft, uint64_t looping_size)
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

static inline void add_range(struct su_patch_draft *draft, uint64_t vaddr, uint64_t size,
			     uint32_t function, uint32_t direction, const void *code)
{
	struct su_patch_range range = {
		.vaddr = vaddr, .size = size, .function = function, .direction = direction
	};

	if (code)
		crypto_generichash(range.hash, sizeof(range.hash), code, size, NULL, 0);
	su_vec_push(&draft->ranges, range);
}

static inline void add_jump(struct su_patch_draft *draft, uint64_t at, uint64_t to,
			    uint32_t function, uint8_t direction, uint8_t kind)
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

static inline void add_point(struct su_patch_draft *draft, uint64_t from, uint64_t to,
			     uint8_t direction)
{
	struct su_patch_checkpoint point = {
		.from = from, .to = to, .direction = direction, .kind = SU_POINT_CALL_RETURN
	};

	su_vec_push(&draft->checkpoints, point);
	add_jump(draft, from, to, 0, direction, SU_JUMP_PAD);
}

static inline struct su_object own_image(void)
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
static inline struct su_patch *make_patch(bool with_checkpoint)
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

static inline struct su_err *apply(const struct su_patch *patch, pid_t pid,
				   const struct strongupdate_options *how,
				   struct su_report **report)
{
	const struct strongupdate_targets targets = { .pids = &pid, .pid_count = 1 };

	*report = su_report_create();
	return su_update_apply(patch, &targets, how, NULL, *report);
}

static inline struct su_err *revert(pid_t pid, const struct strongupdate_options *how,
				    struct su_report **report)
{
	const struct strongupdate_targets targets = { .pids = &pid, .pid_count = 1 };

	*report = su_report_create();
	return su_update_revert(NULL, &targets, how, NULL, *report);
}

static const struct strongupdate_options options = { .timeout = PATIENCE };

static inline void send_bytes(int count)
{
	for (int i = 0; i < count; i++)
		ck_assert_int_eq(write(pipe_ends[1], "x", 1), 1);
}

static inline void expect_constant(unsigned long value)
{
	for (double end = soon(); su_clock_us() < end; usleep(1000))
		if (atomic_load(&shared->beats) == value)
			return;
	ck_assert_uint_eq(atomic_load(&shared->beats), value);
}

#endif
