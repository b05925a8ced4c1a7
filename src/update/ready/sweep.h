/*
 * Every word of a process's memory, but for what threads' own stacks hold: that has been read
 * already (ready.h), and below their stack pointers all is dead.
 *
 * Only writable mappings are read, and of those only pages that exist.  It takes about 0.2 s for
 * each gigabyte in use.
 */
#ifndef SU_UPDATE_READY_SWEEP_H
#define SU_UPDATE_READY_SWEEP_H

#include "update/ready/ready.h"

enum su_sweep_end {
	SU_SWEEP_UNREADABLE = 0,
	SU_SWEEP_LATE,	  /* the stop has taken as long as it may */
	SU_SWEEP_STOPPED, /* `look` returned false */
	SU_SWEEP_ENDED,
};

/* `size` bytes that the process has at `addr`; both are multiples of 8. */
typedef bool su_sweep_look(void *ctx, uint64_t addr, const uint8_t *bytes, size_t size);

/* All threads are stopped and have been scanned.  `only_current`: of stacks, only those are left
 * out on which their threads are now, and not on an alternate one. */
enum su_sweep_end su_sweep(struct su_ready *ready, bool only_current, su_sweep_look *look,
			   void *ctx, uint64_t *ret_unreadable);

#endif
