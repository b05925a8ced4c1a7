/*
 * Looking at a process from a child of ours that may do nothing.
 *
 * What a process has in its memory is its own word.  It is read and understood in a child that was
 * forked for that and has laid aside all that it could be abused for: it has a user of its own, no
 * groups and capabilities, may gain none, may open nothing and make hardly any system call (seccomp),
 * and has a bound on memory and time.  It hands back an answer in bytes, which the caller checks
 * like any others, or an error.
 *
 * A page of the process may be such that reading it does not end (a file of FUSE or NFS).  So the
 * answer is waited for until a deadline, and the child is then left to its fate.
 *
 * Nothing of the process is stopped or changed.
 *
 * Source: proc(5), seccomp(2), setrlimit(2).
 */
#ifndef SU_PROCESS_APART_H
#define SU_PROCESS_APART_H

#include "process/answer.h"
#include "process/memory.h"
#include "process/proc.h"

/* What the child has of the process. */
struct su_glimpse {
	struct su_memory memory;
	struct su_maps maps;
	struct su_stack_tops stacks; /* of threads that sleep */
};

/* What the child does. It can open nothing, and neither its memory nor its locks are the caller's. */
typedef struct su_err *su_apart_work(void *ctx, struct su_glimpse *glimpse,
				     struct su_answer *answer);

#define SU_APART_MOST (UINT64_C(4) << 20) /* bytes of an answer that does not depend on claims */

/* SU_E_GONE, SU_E_PERMISSION: it cannot be looked at. SU_E_BUSY: that did not end in time.  The answer has
 * no more than `most` bytes. */
struct su_err *su_apart(pid_t pid, su_apart_work *work, void *ctx, uint64_t most,
			struct su_answer *ret) SU_MUST_CHECK;

#endif
