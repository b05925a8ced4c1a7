/* Activations on stacks that no thread runs on: see suspended.h. */
#include "update/suspended.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "update/imports.h"

#define PAGE UINT64_C(4096)
#define CHUNK 256		   /* pages that are read together */
#define IN_USE (UINT64_C(3) << 62) /* present, or swapped out: pagemap(5) of proc */

/* ---- is there anything to find? ---- */

/* Whether some return address in dead code is no checkpoint. */
static bool leaves_gaps(const struct su_plan *plan)
{
	const struct su_patch *patch = plan->patch;

	for (size_t i = 0; i < patch->missing_count; i++)
		if (patch->missing[i].direction == (uint32_t)plan->direction)
			return true;
	for (size_t i = 0; i < patch->range_count; i++)
		if (patch->ranges[i].direction == (uint32_t)plan->direction &&
		    patch->functions[patch->ranges[i].function].opaque[plan->direction])
			return true;
	for (size_t i = 0; i < patch->checkpoint_count; i++)
		if (patch->checkpoints[i].direction == (uint32_t)plan->direction &&
		    patch->checkpoints[i].kind == SU_POINT_CALL_RETURN &&
		    !su_plan_safe_at(plan, plan->sites.point_from[i]))
			return true; /* not for a process that was updated before, or guarded */
	for (size_t i = 0; i < plan->onward.len; i++)
		if (!plan->onward.at[i].found)
			return true;
	return false;
}

bool su_suspended_possible(const struct su_plan *plan, const struct su_memory *memory,
			   const struct su_maps *maps, bool asked)
{
	static const char *const switches[] = { "makecontext", "swapcontext", "setcontext" };
	static const char *const stack[] = { "sigaltstack" };
	static const char *const jumps[] = { "longjmp", "_longjmp", "siglongjmp", "__longjmp_chk" };

	if (!leaves_gaps(plan))
		return false;
	return asked || su_imports_any(memory, maps, switches, 3) ||
	       (su_imports_any(memory, maps, stack, 1) && su_imports_any(memory, maps, jumps, 4));
}

/* ---- finding it ---- */

struct scan {
	struct su_ready *ready;
	int pagemap;
	uint8_t *bytes;
	uint64_t *used; /* by page of a chunk */
	enum su_suspended found;
	uint64_t word;
};

static void look_at_words(struct scan *scan, size_t size)
{
	const struct su_plan *plan = scan->ready->plan;

	for (size_t off = 0; off + 8 <= size; off += 8) {
		uint64_t word;

		memcpy(&word, scan->bytes + off, sizeof(word));
		if (!su_plan_may_hazard(plan, word) || !su_plan_hazard_at(plan, word) ||
		    su_plan_safe_at(plan, word))
			continue;
		scan->found = SU_SUSPENDED_FOUND;
		scan->word = word;
		return;
	}
}

/* Pages in a row that are in use; the others are all zero. */
static void look_at_run(struct scan *scan, uint64_t addr, size_t pages)
{
	size_t size = pages * PAGE;

	if (su_memory_try(&scan->ready->session->memory, addr, scan->bytes, size) == size) {
		look_at_words(scan, size);
	} else {
		scan->found = SU_SUSPENDED_UNKNOWN;
		scan->word = addr;
	}
}

static void look_at_chunk(struct scan *scan, uint64_t addr, size_t pages)
{
	ssize_t want = (ssize_t)(pages * sizeof(*scan->used));

	if (pread(scan->pagemap, scan->used, (size_t)want, (off_t)(addr / PAGE * 8)) != want)
		memset(scan->used, 0xff, (size_t)want);
	for (size_t i = 0, run; i < pages && scan->found == SU_SUSPENDED_NONE; i += run + 1) {
		for (run = 0; i + run < pages && scan->used[i + run] & IN_USE;)
			run++;
		if (run)
			look_at_run(scan, addr + i * PAGE, run);
	}
}

static void look_at_range(struct scan *scan, uint64_t low, uint64_t high)
{
	for (; low < high && scan->found == SU_SUSPENDED_NONE; low += CHUNK * PAGE) {
		uint64_t pages = (high - low) / PAGE;

		look_at_chunk(scan, low, pages < CHUNK ? pages : CHUNK);
	}
}

/* A mapping that is a thread's stack and nothing else: the kernel's, or one behind a guard page. */
static bool is_stack(const struct su_maps *maps, const struct su_mapping *mapping)
{
	const struct su_mapping *before = mapping - 1;

	if (!strcmp(su_maps_name(maps, mapping), "[stack]"))
		return true;
	return !mapping->inode && mapping > maps->list.at && before->end == mapping->start &&
	       !before->readable && !before->writable && !before->inode;
}

/* Ends of a thread's own stack, as far as it lies in the mapping: what is live of it has been
 * judged, and what is below its stack pointer is dead. */
static bool own_part(const struct scan *scan, const struct su_mapping *mapping,
		     const struct su_thread *thread, uint64_t *ret_low, uint64_t *ret_high)
{
	bool alone = is_stack(&scan->ready->maps, mapping);
	uint64_t sp = thread->regs.rsp, top = thread->regs.fs_base;

	if (thread->tid == scan->ready->session->pid)
		top = alone ? mapping->end : 0;
	if (top <= mapping->start || top > mapping->end)
		return false;
	*ret_low = alone || sp <= mapping->start ? mapping->start : sp & -PAGE;
	*ret_high = top & -PAGE;
	return *ret_low < *ret_high && (alone || sp < top);
}

static void look_at_mapping(struct scan *scan, const struct su_mapping *mapping)
{
	const struct su_session *session = scan->ready->session;
	uint64_t at = mapping->start;

	while (at < mapping->end && scan->found == SU_SUSPENDED_NONE) {
		uint64_t next = mapping->end, behind = mapping->end, low, high;

		for (size_t i = 0; i < session->threads.len; i++) {
			if (session->threads.at[i].state != SU_THREAD_STOPPED ||
			    !own_part(scan, mapping, &session->threads.at[i], &low, &high) ||
			    high <= at || low >= next)
				continue;
			next = low < at ? at : low;
			behind = high;
		}
		look_at_range(scan, at, next);
		at = behind;
	}
}

enum su_suspended su_suspended_find(struct su_ready *ready, uint64_t *ret_word)
{
	SU_FREE char *path = su_format("/proc/%d/pagemap", ready->session->pid);
	struct scan scan = { .ready = ready, .found = SU_SUSPENDED_NONE };

	if (!su_ready_refresh_maps(ready))
		return SU_SUSPENDED_UNKNOWN;
	scan.pagemap = open(path, O_RDONLY | O_CLOEXEC);
	scan.bytes = su_alloc(CHUNK * PAGE);
	scan.used = su_alloc(CHUNK * sizeof(*scan.used));
	for (size_t i = 0; i < ready->maps.list.len && scan.found == SU_SUSPENDED_NONE; i++)
		if (ready->maps.list.at[i].writable)
			look_at_mapping(&scan, &ready->maps.list.at[i]);
	free(scan.bytes);
	free(scan.used);
	if (scan.pagemap >= 0)
		close(scan.pagemap);
	*ret_word = scan.word;
	return scan.found;
}
