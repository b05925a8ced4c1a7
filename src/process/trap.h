/*
 * Making a stray SIGTRAP harmless.
 *
 * A thread that is stepped or caught gets SIGTRAP, which we take before its delivery.  Killed in
 * the middle of that, we would leave the signal to the thread, and by default it ends the process.
 * So while threads are stepped or caught the process has a handler for it, which does nothing: its
 * address is that of a `ret` instruction in the process.  It is set and taken back by injected
 * system calls.
 *
 * Where session->trap_note says, the target's memory has a note that the handler may be set.
 *
 * A process that has a handler of its own, or ignores the signal, keeps that.  Known limits: should
 * we be killed the handler stays until the next update or recovery, and so it does in a child that
 * is forked meanwhile; a program that traps deliberately to end itself goes on.
 *
 * Source: kernel/signal.c, struct kernel_sigaction of rt_sigaction(2).
 */
#ifndef SU_PROCESS_TRAP_H
#define SU_PROCESS_TRAP_H

#include "process/proc.h"
#include "process/session.h"
#include "process/way_home.h"

/* As the kernel has it. */
struct su_sigaction {
	uint64_t handler, flags, restorer, mask;
};

struct su_trap_guard {
	struct su_gadgets gadgets;
	bool tried; /* su_trap_guard_take() has been called */
	bool safe;  /* a stray SIGTRAP does not end the process */
	bool set;   /* the handler is ours */
	struct su_sigaction old;
};

/* Looks for what is needed in the process's code. It may be running. */
void su_trap_guard_init(struct su_trap_guard *guard, struct su_session *session,
			const struct su_maps *maps);
/* Sets the handler if that has not been tried yet; guard->safe tells whether a stray signal is
 * harmless now. All threads are stopped, and stay so. */
struct su_err *su_trap_guard_take(struct su_trap_guard *guard, struct su_session *session,
				  const struct su_maps *maps) SU_MUST_CHECK;
/* Takes the handler back, if it is set. Some thread is stopped. */
struct su_err *su_trap_guard_drop(struct su_trap_guard *guard, struct su_session *session,
				  const struct su_maps *maps) SU_MUST_CHECK;

/* Takes away a handler that an updater left which was killed. *ret: there was one. Some thread is
 * stopped. */
struct su_err *su_trap_guard_remove_left(struct su_session *session, const struct su_maps *maps,
					 bool *ret) SU_MUST_CHECK;
/* Whether the process catches SIGTRAP at all. It is not touched. */
bool su_trap_is_caught(pid_t pid);

#endif
