/*
 * What is read from the memory of a process: registries, journals, packed patches, headers and notes
 * of ELF objects, the loader's list, unwind tables and what they lead to.
 *
 * The input is the memory of a process that is ourselves, at a fixed place: first a byte for each page
 * that says how it is mapped, then the pages.  Where a page begins like a registry it gets the address
 * and the version that no mutation would ever hit.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/alloc.h"
#include "elf/frames.h"
#include "update/carried/carried.h"
#include "update/carried/history.h"
#include "update/carried/journal.h"
#include "update/carried/locate.h"
#include "update/plan/importers.h"
#include "update/ready/unwind.h"

#define PAGE ((size_t)4096)
#define PAGES ((size_t)16)
#define PLACE UINT64_C(0x200000000000) /* tests/fuzz/test.py knows it */

static uint8_t *place; /* PAGES of them */

/* How the pages are said to be mapped. */
static void describe(const uint8_t *flags, size_t pages, struct su_maps *maps)
{
	su_vec_push(&maps->names, 0);
	for (size_t i = 0; i < pages; i++)
		su_vec_push(&maps->list, (struct su_mapping){
						 .start = (uintptr_t)place + i * PAGE,
						 .end = (uintptr_t)place + (i + 1) * PAGE,
						 .inode = flags[i] & 1,
						 .offset = flags[i] & 2 ? PAGE : 0,
						 .readable = !(flags[i] & 4),
						 .writable = flags[i] & 8,
						 .executable = flags[i] & 16,
						 .shared = flags[i] & 32,
					 });
}

/* All of it as the vDSO, whose tables are read from memory. */
static void describe_vdso(struct su_maps *maps)
{
	static const char name[] = "[vdso]";

	for (size_t i = 0; i < sizeof(name); i++)
		su_vec_push(&maps->names, name[i]);
	su_vec_push(&maps->list, (struct su_mapping){ .start = (uintptr_t)place,
						      .end = (uintptr_t)place + PAGES * PAGE,
						      .readable = true,
						      .executable = true });
}

static bool count_frame(void *ctx, const struct su_frame *frame)
{
	size_t *count = ctx;

	touch(frame->pc);
	return ++*count < 64;
}

/* Stacks that begin at some places of the code, and lie in the same memory. */
static void walk_stacks(const struct su_memory *memory, const uint8_t *starts, size_t count)
{
	struct su_maps maps = { 0 };

	describe_vdso(&maps);
	struct su_unwinder *unwinder = su_unwinder_create(NULL, memory, &maps);
	for (size_t i = 0; i < count; i++) {
		struct user_regs_struct regs = { 0 };
		size_t frames = 0;

		su_context_rest(&regs, (uintptr_t)place + starts[i] * 16,
				(uintptr_t)place + PAGES * PAGE / 2);
		touch(su_unwind(unwinder, memory, &regs, NULL, 0, false, count_frame, &frames));
	}
	su_unwinder_destroy(unwinder);
	su_maps_deinit(&maps);
}

static void complete_registries(size_t pages)
{
	for (size_t i = 0; i < pages; i++) {
		struct su_registry *registry = (void *)(place + i * PAGE);

		if (memcmp(registry->magic, SU_REGISTRY_MAGIC, sizeof(registry->magic)))
			continue;
		registry->version = SU_REGISTRY_VERSION;
		registry->base = (uintptr_t)registry;
		if (registry->below)
			registry->below = (uintptr_t)place + registry->below % PAGES * PAGE;
	}
}

static void read_carried(const struct su_memory *memory, const struct su_registries *registries)
{
	struct su_history history = { 0 };

	for (size_t i = 0; i < registries->list.len; i++) {
		struct su_journal journal;
		struct su_err *err = su_journal_read(memory, &registries->list.at[i], &journal);

		if (!err) {
			for (size_t k = 0; k < journal.count; k++)
				touch(su_journal_target(&journal.spans[k]));
			su_journal_deinit(&journal);
		}
		su_err_destroy(err);
	}
	struct su_registries committed = { 0 };
	struct su_answer fetched = { { 0 } };
	for (size_t i = 0; i < registries->list.len; i++)
		if (registries->list.at[i].state != SU_REGISTRY_STAGED)
			su_vec_push(&committed.list, registries->list.at[i]);
	struct su_err *err = su_history_unpack(memory, &committed, &fetched);
	if (!err)
		err = su_history_take(memory->pid, registries, NULL, &fetched, &history);
	su_err_destroy(err);
	su_history_deinit(&history);
	su_answer_deinit(&fetched);
	su_vec_deinit(&committed.list);
}

static void read_objects(const struct su_memory *memory, const struct su_maps *maps)
{
	static const char *const names[] = { "swapcontext" };
	struct su_object object;

	for (size_t i = 0; i < maps->list.len; i++)
		if (su_locate_mapped(memory, maps, &maps->list.at[i], &object))
			touch(object.build_id_size);
	struct su_importers importers = { 0 };

	touch(su_imported(&importers, memory, maps, names, 1));
	su_importers_deinit(&importers);
}

static void read_frames(uint8_t *bytes, size_t size)
{
	char path[32];
	int fd = open_bytes(bytes, size, path);
	size_t image_size = 0;
	uint8_t *image = su_elf_frames_read(path, NULL, 0, &image_size);

	touch(image_size);
	free(image);
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
	const struct su_memory memory = { .pid = getpid(), .fd = -1 };
	struct su_carried carried = { 0 };
	uint8_t flags[PAGES] = { 0 };

	if (!place)
		place = mmap((void *)PLACE, PAGES * PAGE, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	su_assert(place == (void *)PLACE);
	if (size <= PAGES || size > PAGES + PAGES * PAGE)
		return 0;
	memcpy(flags, input, PAGES);
	memset(place, 0, PAGES * PAGE);
	memcpy(place, input + PAGES, size - PAGES);
	complete_registries(PAGES);
	describe(flags, PAGES, &carried.maps);
	struct su_err *err = su_carried_scan(&carried, &memory);
	if (!err)
		read_carried(&memory, &carried.registries);
	su_err_destroy(err);
	read_objects(&memory, &carried.maps);
	read_frames(place, PAGES * PAGE);
	walk_stacks(&memory, flags, 4);
	su_carried_deinit(&carried);
	return 0;
}
