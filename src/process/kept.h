/*
 * Words of a process that are not in its memory: in vector registers of a stopped thread, and with
 * the kernel as data of timers, of queued signals and of epoll items.
 *
 * Bytes under way in a pipe or a local socket, and requests of an io_uring, cannot be looked at
 * without taking them: where there are any, the answer is that it is not known.
 *
 * Source: proc(5) (timers, fdinfo), ptrace(2) (PTRACE_PEEKSIGINFO, NT_X86_XSTATE), pidfd_getfd(2).
 */
#ifndef SU_PROCESS_KEPT_H
#define SU_PROCESS_KEPT_H

#include "process/session.h"

enum su_kept {
	SU_KEPT_UNKNOWN = 0, /* something could not be looked at: `unknown` says what */
	SU_KEPT_STOPPED,     /* `look` returned false */
	SU_KEPT_ENDED,
};

struct su_kept_visit {
	/* `holder`, a constant, says who has the word. False: enough has been seen. */
	bool (*look)(void *ctx, uint64_t word, const char *holder);
	void *ctx;
	const char *unknown; /* a constant */
};

/* The thread is stopped. */
enum su_kept su_kept_in_vectors(const struct su_thread *thread, struct su_kept_visit *visit);
/* All threads are stopped. */
enum su_kept su_kept_by_kernel(const struct su_session *session, struct su_kept_visit *visit);

#endif
