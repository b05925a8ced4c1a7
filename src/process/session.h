/*
 * The threads of one process under our hand.
 *
 * Approach: every thread is seized (PTRACE_SEIZE: no signal, nothing visible) with the option that
 * new threads are seized by birth, so that after a listing of /proc/PID/task without unknown
 * threads all are ours.  While seized and running, threads stop for us at every signal, clone and
 * group stop; su_session_pump() sends them on.  A stop of all threads interrupts each and waits
 * until each rests in PTRACE_EVENT_STOP; signals that arrive meanwhile are injected first, so a
 * stopped thread never holds one for us to remember.
 *
 * A running thread may be waited for at a place of its code (catch.h): it stops there, is held
 * while the others run on, and is stopped already when all are stopped.
 *
 * A process that is stopped by a signal (group stop) stays so: its threads are resumed with
 * PTRACE_LISTEN and the kernel puts them back on detach.
 *
 * Waiting sleeps in sigtimedwait(SIGCHLD) and asks for our threads only, so that other children of
 * the caller keep their exit status.  All calls must come from the thread that seized.
 *
 * Source: ptrace(2), kernel/ptrace.c, kernel/signal.c.
 */
#ifndef SU_PROCESS_SESSION_H
#define SU_PROCESS_SESSION_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/user.h>

#include "arch/context.h"
#include "base/err.h"
#include "base/vec.h"
#include "process/memory.h"

enum su_thread_state { SU_THREAD_RUNNING = 0, SU_THREAD_STOPPED, SU_THREAD_GONE };

/* A place where a running thread is to be caught: the address of its next instruction and its stack
 * pointer there (0: any). */
struct su_place {
	uint64_t addr, sp;
};

enum { SU_MAX_CATCHES = 4 };

struct su_catch {
	struct su_place place;
	int event; /* a perf event's descriptor */
};

struct su_group;
struct su_texts;

struct su_thread {
	pid_t tid;
	enum su_thread_state state;
	struct su_catch catches[SU_MAX_CATCHES]; /* see catch.h */
	unsigned catch_count;
	bool held;		      /* it was caught, and does not run on with the others */
	bool interrupted;	      /* asked to stop, and has not yet */
	bool group_stop;	      /* stopped by a stop signal of its own */
	int owed_signal;	      /* it stopped before the delivery of this one; 0: none */
	struct user_regs_struct regs; /* valid while stopped, after su_session_registers() */
};

/* Code of the process to make system calls from: see way_home.h. */
struct su_gadgets {
	uint64_t call;	   /* `syscall`, followed by `ret` when `restorer` is not 0 */
	uint64_t restorer; /* code that makes the rt_sigreturn system call, or 0 */
};

struct su_session {
	pid_t pid;
	uint64_t mask_note; /* address of a struct su_mask_note in the target, or 0 */
	uint64_t trap_note; /* address of the number that trap.h keeps in the target, or 0 */
	uint64_t start_time;
	struct su_memory memory;
	int status;		   /* a descriptor of /proc/PID/status, or -1 */
	struct su_gadgets gadgets; /* once they have been looked for */
	SU_VEC(struct su_thread) threads;
	bool stopping; /* stop events are kept instead of being sent on */
	bool executed; /* the process ran execve: it is another program now */
	bool seized;
	bool calls_hang; /* it has not made a system call that we asked for: it is asked no more */
	bool masked, hurried;		 /* what it has asked for (quiet.h) */
	struct su_group *group;		 /* that it belongs to, or NULL */
	const struct su_session *parent; /* that it was born of in the group, or NULL */
	bool shares_memory;		 /* with its parent: it is not stopped */
	double stopped_at;		 /* when the running stop began, microseconds */
	double held_at; /* when the first held thread was caught; 0: none is held */
	double longest_stop;
};

/* Checks that the process may be updated at all, and opens its memory. Stops nothing. */
struct su_err *su_session_open(pid_t pid, struct su_session **ret) SU_MUST_CHECK;
/* Lets every thread go (stopping it for an instant where needed) and frees the session. NULL is
 * allowed. */
void su_session_close(struct su_session *session);

/* The process is still the one that was opened, and has not run execve. */
struct su_err *su_session_require_same(const struct su_session *session) SU_MUST_CHECK;

struct su_err *su_session_seize(struct su_session *session) SU_MUST_CHECK;

/* Stops one thread that is easily stopped. It may be any. */
struct su_err *su_session_stop_one(struct su_session *session, size_t *ret_index) SU_MUST_CHECK;
/* Stops all, or none: SU_E_BUSY names the thread that did not stop before `deadline_us`, SU_E_GONE
 * says that the process has exited or executed another program. */
struct su_err *su_session_stop(struct su_session *session, double deadline_us) SU_MUST_CHECK;
/* The process has exited or executed another program; NULL: no. */
const char *su_session_has_left(const struct su_session *session);
/* Fills in `regs` of every stopped thread. */
struct su_err *su_session_registers(struct su_session *session) SU_MUST_CHECK;
/* All but held threads run on. While some are held or to be caught, our own signals wait. */
void su_session_resume(struct su_session *session);
/* The next resume lets only threads run that have catches. All are stopped. */
void su_session_hold_others(struct su_session *session);
/* The next resume lets held threads run, too. */
void su_session_let_go(struct su_session *session);
/* Detaches all threads, which must be stopped: the last resume. */
void su_session_release(struct su_session *session);

/* Sends on threads that stop by themselves, for about `microseconds`. */
void su_session_pump(struct su_session *session, double microseconds);
/* Fills in `regs` of a thread that is held. */
bool su_session_held_registers(struct su_session *session, size_t index);
/* One held thread runs on. */
void su_session_run_on(struct su_session *session, size_t index);
/* What is known of the files of its group; NULL: it has none. */
struct su_texts *su_session_texts(const struct su_session *session);
/* For PTRACE_SETOPTIONS. */
long su_session_options(const struct su_session *session);

#endif
