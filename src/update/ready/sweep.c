/* Every word of a process's memory: see sweep.h. */
#include "update/ready/sweep.h"

#include <string.h>
#include <unistd.h>

#define PAGE UINT64_C(4096)
#define CHUNK 256		   /* pages whose state is asked for at once */
#define ROOM ((size_t)16 * PAGE)   /* bytes that are read at once: they stay in the cache */
#define PIECES 16		   /* and in how many places of the process they are */
#define IN_USE (UINT64_C(3) << 62) /* present, or swapped out: pagemap(5) of proc */

struct sweep {
	struct su_ready *ready;
	bool only_current;
	su_sweep_look *look;
	void *ctx;
	int pagemap;
	enum su_sweep_end state;
	uint64_t unreadable;
	struct su_piece pieces[PIECES];
	size_t piece_count;
	size_t filled;	      /* bytes of the buffer that they take */
	uint64_t used[CHUNK]; /* by page of a chunk */
	uint8_t *bytes;	      /* ROOM of them */
};

/* Reads what has been gathered, and looks at it. */
static void look_at_gathered(struct sweep *sweep)
{
	su_memory_try_pieces(&sweep->ready->session->memory, sweep->pieces, sweep->piece_count);
	for (size_t i = 0; i < sweep->piece_count && sweep->state == SU_SWEEP_ENDED; i++) {
		const struct su_piece *piece = &sweep->pieces[i];

		if (piece->got != piece->size) {
			sweep->state = SU_SWEEP_UNREADABLE;
			sweep->unreadable = piece->addr;
		} else if (!sweep->look(sweep->ctx, piece->addr, piece->to, piece->size)) {
			sweep->state = SU_SWEEP_STOPPED;
		}
	}
	sweep->piece_count = sweep->filled = 0;
}

/* Pages in a row that are in use; the others are all zero. */
static void look_at_run(struct sweep *sweep, uint64_t addr, size_t pages)
{
	const uint64_t end = addr + pages * PAGE;

	while (addr < end && sweep->state == SU_SWEEP_ENDED) {
		size_t size = end - addr, room = ROOM - sweep->filled;

		if (size > room)
			size = room;
		sweep->pieces[sweep->piece_count++] =
			(struct su_piece){ addr, sweep->bytes + sweep->filled, size, 0 };
		sweep->filled += size;
		addr += size;
		if (sweep->filled == ROOM || sweep->piece_count == PIECES)
			look_at_gathered(sweep);
	}
}

static void look_at_chunk(struct sweep *sweep, uint64_t addr, size_t pages)
{
	ssize_t want = (ssize_t)(pages * sizeof(*sweep->used));

	if (su_ready_is_late(sweep->ready)) {
		sweep->state = SU_SWEEP_LATE;
		return;
	}
	if (pread(sweep->pagemap, sweep->used, (size_t)want, (off_t)(addr / PAGE * 8)) != want)
		memset(sweep->used, 0xff, (size_t)want);
	for (size_t i = 0, run; i < pages && sweep->state == SU_SWEEP_ENDED; i += run + 1) {
		for (run = 0; i + run < pages && sweep->used[i + run] & IN_USE;)
			run++;
		if (run)
			look_at_run(sweep, addr + i * PAGE, run);
	}
}

static void look_at_range(struct sweep *sweep, uint64_t low, uint64_t high)
{
	for (; low < high && sweep->state == SU_SWEEP_ENDED; low += CHUNK * PAGE) {
		uint64_t pages = (high - low) / PAGE;

		look_at_chunk(sweep, low, pages < CHUNK ? pages : CHUNK);
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

/* Ends of a thread's own stack, as far as it lies in the mapping. */
static bool own_part(const struct sweep *sweep, const struct su_mapping *mapping,
		     const struct su_thread *thread, uint64_t *ret_low, uint64_t *ret_high)
{
	bool alone = is_stack(&sweep->ready->maps, mapping);
	uint64_t sp = su_context_sp(&thread->regs), top = su_context_thread(&thread->regs);

	if (sweep->only_current && (sp < mapping->start || sp >= mapping->end))
		return false;
	if (thread->tid == sweep->ready->session->pid)
		top = alone ? mapping->end : 0;
	if (top <= mapping->start || top > mapping->end)
		return false;
	*ret_low = alone || sp <= mapping->start ? mapping->start : sp & -PAGE;
	*ret_high = top & -PAGE;
	return *ret_low < *ret_high && (alone || sp < top);
}

static void look_at_mapping(struct sweep *sweep, const struct su_mapping *mapping)
{
	const struct su_session *session = sweep->ready->session;
	uint64_t at = mapping->start;

	while (at < mapping->end && sweep->state == SU_SWEEP_ENDED) {
		uint64_t next = mapping->end, behind = mapping->end, low, high;

		for (size_t i = 0; i < session->threads.len; i++) {
			if (session->threads.at[i].state != SU_THREAD_STOPPED ||
			    !own_part(sweep, mapping, &session->threads.at[i], &low, &high) ||
			    high <= at || low >= next)
				continue;
			next = low < at ? at : low;
			behind = high;
		}
		look_at_range(sweep, at, next);
		at = behind;
	}
}

enum su_sweep_end su_sweep(struct su_ready *ready, bool only_current, su_sweep_look *look,
			   void *ctx, uint64_t *ret_unreadable)
{
	/* On the stack, which is in memory: that of an allocation would be given page by page. */
	uint8_t bytes[ROOM];
	struct sweep sweep = { .ready = ready,
			       .only_current = only_current,
			       .look = look,
			       .ctx = ctx,
			       .state = SU_SWEEP_ENDED,
			       .bytes = bytes };

	if (!ready->maps_are_fresh && !su_ready_refresh_maps(ready))
		return SU_SWEEP_UNREADABLE;
	sweep.pagemap = su_maps_open_pages(ready->session->pid);
	for (size_t i = 0; i < ready->maps.list.len && sweep.state == SU_SWEEP_ENDED; i++)
		if (ready->maps.list.at[i].writable)
			look_at_mapping(&sweep, &ready->maps.list.at[i]);
	if (sweep.state == SU_SWEEP_ENDED)
		look_at_gathered(&sweep);
	if (sweep.pagemap >= 0)
		close(sweep.pagemap);
	*ret_unreadable = sweep.unreadable;
	return sweep.state;
}
