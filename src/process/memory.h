/*
 * The memory of another process.
 *
 * Reads go through process_vm_readv; writes through /proc/PID/mem, which (as a tracer's access)
 * also reaches private mappings without write permission and gives them a page of their own; where
 * the kernel restricts that, through PTRACE_POKEDATA.  Short transfers are continued: an operation
 * is complete or it is an error.
 */
#ifndef SU_PROCESS_MEMORY_H
#define SU_PROCESS_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

struct su_memory {
	pid_t pid;
	int fd;	       /* /proc/PID/mem, or -1 */
	pid_t stopped; /* a thread in a ptrace stop, for pokes; 0: none */
};

/* Opens /proc/PID/mem. Reading works without it. */
struct su_err *su_memory_open(struct su_memory *memory, pid_t pid) SU_MUST_CHECK;
/* To read alone, by that descriptor, also when the right to trace has been laid aside since. */
struct su_err *su_memory_open_to_read(struct su_memory *memory, pid_t pid) SU_MUST_CHECK;
void su_memory_close(struct su_memory *memory);

struct su_err *su_memory_read(const struct su_memory *memory, uint64_t addr, void *ret,
			      size_t size) SU_MUST_CHECK;
/* Like su_memory_read() without an error object: how many bytes from `addr` were read. */
size_t su_memory_try(const struct su_memory *memory, uint64_t addr, void *ret, size_t size);
struct su_err *su_memory_write(const struct su_memory *memory, uint64_t addr, const void *bytes,
			       size_t size) SU_MUST_CHECK;
/* Many reads in few system calls: `count` pieces, piece i to `to[i]`. */
struct su_piece {
	uint64_t addr;
	void *to;
	size_t size;
	size_t got; /* so many bytes were read */
};
/* Sets `got` of each; what cannot be read is no error. */
void su_memory_try_pieces(const struct su_memory *memory, struct su_piece *pieces, size_t count);
struct su_err *su_memory_read_pieces(const struct su_memory *memory, struct su_piece *pieces,
				     size_t count) SU_MUST_CHECK;

#endif
