/*
 * System calls made by a stopped thread of the target on our behalf.
 *
 * The thread is set to a `syscall` instruction that is already in its memory (in the vDSO or any
 * executable mapping) and run from its entry stop to its exit stop; no other instruction of the
 * target runs and no code is written.  All its signals are blocked meanwhile, seccomp is suspended
 * where the kernel permits that, and at the end registers (the system call they are in included), mask and options are
 * as before, with the thread in PTRACE_EVENT_STOP again, so that a system call which our stop had
 * interrupted is restarted by the kernel.  If we die meanwhile the thread goes back by itself where
 * the target has the code for that (way_home.h).
 *
 * Source: ptrace(2) (syscall stops, PTRACE_O_SUSPEND_SECCOMP), arch/x86/kernel/signal.c.
 */
#ifndef SU_PROCESS_REMOTE_H
#define SU_PROCESS_REMOTE_H

#include "process/proc.h"
#include "process/session.h"
#include "process/way_home.h"

struct su_remote {
	struct su_session *session;
	size_t index;
	struct user_regs_struct saved;
	uint64_t saved_mask;
	struct su_gadgets gadgets;
	uint64_t sp; /* to run with */
	bool stop_signal_seen;
};

/* Thread `index` must be stopped. On failure it is as it was. */
struct su_err *su_remote_begin(struct su_session *session, size_t index,
			       const struct su_gadgets *gadgets, const struct su_maps *maps,
			       struct su_remote *ret) SU_MUST_CHECK;
/* Makes call `number`; *ret_value gets the raw result (negative: -errno). */
struct su_err *su_remote_call(struct su_remote *remote, long number, const uint64_t args[6],
			      int64_t *ret_value) SU_MUST_CHECK;
struct su_err *su_remote_end(struct su_remote *remote) SU_MUST_CHECK;

#endif
