/*
 * Waits that may have no end: for a page of another process, for a file of FUSE or NFS.
 *
 * The kernel lets nobody out of such a wait but by SIGKILL.  So whoever begins one notes it where
 * another process sees it, which can end us (process/worker.h).
 */
#ifndef SU_BASE_WATCH_H
#define SU_BASE_WATCH_H

#include <stdatomic.h>
#include <stdint.h>

/* Odd while we wait; never twice the same. In memory that may be shared with another process. */
struct su_watch {
	_Atomic uint64_t waits;
};

/* From here on waits are noted there; NULL: where nobody looks. */
void su_watch_by(struct su_watch *watch);

void su_watch_begin(void);
void su_watch_end(void);

#endif
