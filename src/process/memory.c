/* The memory of another process: see memory.h. */
#include "process/memory.h"

#include "base/reason.h"
#include "base/watch.h"
#include "process/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <unistd.h>

static struct su_err *open_memory(struct su_memory *memory, pid_t pid, int how)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	memory->pid = pid;
	memory->stopped = 0;
	memory->fd = open(path, how | O_CLOEXEC);
	if (memory->fd >= 0)
		return NULL;
	if (errno == ENOENT)
		return su_err_new(SU_E_GONE, "there is no process %d", pid);
	return su_refuse_errno(errno, SU_WHY_MEMORY_CLOSED, pid);
}

struct su_err *su_memory_open(struct su_memory *memory, pid_t pid)
{
	return open_memory(memory, pid, O_RDWR);
}

struct su_err *su_memory_open_to_read(struct su_memory *memory, pid_t pid)
{
	return open_memory(memory, pid, O_RDONLY);
}

void su_memory_close(struct su_memory *memory)
{
	if (memory->fd >= 0)
		close(memory->fd);
	memory->fd = -1;
}

/* process_vm_readv stops at pages without read permission, which a tracer's access passes. */
static size_t try_tail(const struct su_memory *memory, uint64_t addr, uint8_t *to, size_t size)
{
	size_t done = 0;

	while (memory->fd >= 0 && done < size) {
		su_watch_begin();
		ssize_t got = pread(memory->fd, to + done, size - done, (off_t)(addr + done));
		su_watch_end();
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		done += (size_t)got;
	}
	return done;
}

size_t su_memory_try(const struct su_memory *memory, uint64_t addr, void *ret, size_t size)
{
	struct iovec local = { ret, size }, remote = { (void *)(uintptr_t)addr, size };

	su_watch_begin();
	ssize_t got = process_vm_readv(memory->pid, &local, 1, &remote, 1, 0);
	su_watch_end();
	size_t done = got > 0 ? (size_t)got : 0;

	if (done < size)
		done += try_tail(memory, addr + done, (uint8_t *)ret + done, size - done);
	return done;
}

/* /proc/PID/mem reads as an empty file when the memory that it was opened for is no more (Linux,
 * fs/proc/base.c, mem_rw); where nothing is mapped it gives an error. */
static bool is_gone(const struct su_memory *memory, uint64_t addr)
{
	uint8_t byte;

	su_watch_begin();
	bool gone = memory->fd >= 0 && pread(memory->fd, &byte, 1, (off_t)addr) == 0;
	su_watch_end();
	return gone;
}

static struct su_err *cannot_read(const struct su_memory *memory, uint64_t addr, size_t size)
{
	if (is_gone(memory, addr))
		return su_err_new(SU_E_GONE, "process %d has exited, or executes another program",
				  memory->pid);
	return su_err_new(SU_E_IO, "cannot read %zu bytes at %#lx of process %d", size,
			  (unsigned long)addr, memory->pid);
}

struct su_err *su_memory_read(const struct su_memory *memory, uint64_t addr, void *ret, size_t size)
{
	return su_memory_try(memory, addr, ret, size) == size ? NULL
							      : cannot_read(memory, addr, size);
}

static bool try_at_once(const struct su_memory *memory, const struct su_piece *pieces, size_t count)
{
	struct iovec local[IOV_MAX], remote[IOV_MAX];
	size_t total = 0;

	for (size_t i = 0; i < count; i++) {
		const struct su_piece *piece = &pieces[i];

		local[i] = (struct iovec){ piece->to, piece->size };
		remote[i] = (struct iovec){ (void *)(uintptr_t)piece->addr, piece->size };
		total += piece->size;
	}
	su_watch_begin();
	ssize_t got = process_vm_readv(memory->pid, local, count, remote, count, 0);
	su_watch_end();
	return got >= 0 && (size_t)got == total;
}

void su_memory_try_pieces(const struct su_memory *memory, struct su_piece *pieces, size_t count)
{
	for (size_t start = 0; start < count; start += IOV_MAX) {
		size_t here = count - start < IOV_MAX ? count - start : IOV_MAX;
		bool all = try_at_once(memory, pieces + start, here);

		for (size_t i = start; i < start + here; i++)
			pieces[i].got = all ? pieces[i].size
					    : su_memory_try(memory, pieces[i].addr, pieces[i].to,
							    pieces[i].size);
	}
}

struct su_err *su_memory_read_pieces(const struct su_memory *memory, struct su_piece *pieces,
				     size_t count)
{
	su_memory_try_pieces(memory, pieces, count);
	for (size_t i = 0; i < count; i++)
		if (pieces[i].got < pieces[i].size)
			return cannot_read(memory, pieces[i].addr, pieces[i].size);
	return NULL;
}

/* Writes whole words; the ends are merged with what is there. */
static bool poke_words(const struct su_memory *memory, uint64_t addr, const uint8_t *bytes,
		       size_t size)
{
	while (size) {
		uint64_t word_addr = addr & ~UINT64_C(7), word;
		size_t skip = addr - word_addr, here = 8 - skip < size ? 8 - skip : size;

		errno = 0;
		word = (uint64_t)ptrace(PTRACE_PEEKDATA, memory->stopped, word_addr, 0);
		if (errno)
			return false;
		memcpy((uint8_t *)&word + skip, bytes, here);
		if (ptrace(PTRACE_POKEDATA, memory->stopped, word_addr, word))
			return false;
		addr += here;
		bytes += here;
		size -= here;
	}
	return true;
}

struct su_err *su_memory_write(const struct su_memory *memory, uint64_t addr, const void *bytes,
			       size_t size)
{
	size_t done = 0;

	su_worker_writes();
	while (done < size) {
		su_watch_begin();
		ssize_t put = pwrite(memory->fd, (const uint8_t *)bytes + done, size - done,
				     (off_t)(addr + done));
		su_watch_end();
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			break;
		done += (size_t)put;
	}
	if (done == size)
		return NULL;
	int errnum = errno;
	if (memory->stopped &&
	    poke_words(memory, addr + done, (const uint8_t *)bytes + done, size - done))
		return NULL;
	return su_err_errno(SU_E_IO, errnum, "cannot write %zu bytes at %#lx of process %d", size,
			    (unsigned long)addr, memory->pid);
}
