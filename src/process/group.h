/*
 * The processes of one update under our hand, as one.
 *
 * All are swept, stopped and resumed together.  A process that a member forks joins the group at
 * its birth, as a session of its own that is seized already and has not run an instruction yet when
 * its parent is found stopped: so once all are stopped the group is complete.  A member that exits
 * or executes a program leaves it: its session stays, without living threads.
 *
 * A child that shares its parent's memory (vfork, or clone with CLONE_VM alone) is not stopped,
 * since a parent in vfork() waits for it and cannot be stopped before; the group is not stopped
 * until such children are gone.
 *
 * Source: ptrace(2) (PTRACE_O_TRACEFORK, PTRACE_O_TRACEVFORK), kernel_clone() in kernel/fork.c.
 */
#ifndef SU_PROCESS_GROUP_H
#define SU_PROCESS_GROUP_H

#include "process/session.h"
#include "process/texts.h"

struct su_group {
	SU_VEC(struct su_session *) sessions; /* owned; parents come before their children */
	struct su_texts texts;		      /* of all of its processes */
	bool stopping;
};

/* Lets every process go. */
void su_group_let_go(struct su_group *group);
/* Lets every process go, and frees all sessions. */
void su_group_deinit(struct su_group *group);

/* Opens a process as su_session_open() does; the group owns the session. */
struct su_err *su_group_open(struct su_group *group, pid_t pid,
			     struct su_session **ret) SU_MUST_CHECK;
/* Opens the memory of a session that joined by birth. */
struct su_err *su_group_join(struct su_session *session) SU_MUST_CHECK;
/* The session of process `pid` that has not left, or NULL. */
struct su_session *su_group_find(const struct su_group *group, pid_t pid);

/* For session.c: thread `tid` of the session has forked `pid`, which is seized by that. */
void su_group_note_child(struct su_session *session, pid_t tid, pid_t pid);

/* Stops all, or none. Sessions that have left are no obstacle. SU_E_BUSY names the thread that did
 * not stop before `deadline_us`, or the process that shares its parent's memory. */
struct su_err *su_group_stop(struct su_group *group, double deadline_us) SU_MUST_CHECK;
/* Says that. */
struct su_err *su_group_sharing_error(pid_t pid, pid_t sharer) SU_MUST_CHECK;
/* All but held threads run on. */
void su_group_resume(struct su_group *group);
/* Sends on threads that stop by themselves, for about `microseconds`. */
void su_group_pump(struct su_group *group, double microseconds);
/* Sends threads on until one that has catches is caught (true): it is held and has them still.
 * False when no thread is left to be caught, at `end_us`, or `longest_hold` microseconds after the
 * first held one was caught. */
bool su_group_await_catch(struct su_group *group, double end_us, double longest_hold);

#endif
