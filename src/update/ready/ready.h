/*
 * Is every thread at a place where the update may be committed?
 *
 * A thread is ready when its program counter is outside of all hazards (plan.h) or at a safe
 * address, and no live return address or interrupted program counter on its stacks is in a hazard
 * other than at a checkpoint.  The stack is read in one piece and every word looked at: complete
 * and fast.  Only where a word is a suspect the thread is unwound exactly, to tell a live frame
 * from a stale word; a walk that does not reach the thread's start proves nothing.
 *
 * A thread that is on another stack than its own (alternate signal stack, coroutine) is always
 * unwound; where the walk does not come to its own stack, any suspect word there counts.  So is one
 * whose stack holds the return address of a signal frame: an alternate stack may lie inside of the
 * thread's own, above frames that are live.
 *
 * A uretprobe puts the address of a page of the kernel's ([uprobes]) where a return address was, and
 * the kernel alone knows that one.  Where a frame returns there, and some return address in dead
 * code is no checkpoint, the thread is not ready.  The page may have been made since the maps were
 * read; it lies where the kernel always puts it, the last page of user space, unless that is taken.
 *
 * Reading the maps anew takes long beside the rest, so they are only read in a stop when something
 * has to be unwound.  A thread's own stack needs no fresh ones: all of it that is live lies between
 * the stack pointer and the thread control block (%fs), which C libraries put at its top, and that
 * range is read in full or counts as unknown.  The main thread's stack never changes its upper end.
 *
 * All threads must be stopped.
 */
#ifndef SU_UPDATE_READY_READY_H
#define SU_UPDATE_READY_READY_H

#include "process/proc.h"
#include "process/session.h"
#include "update/plan/plan.h"
#include "update/ready/restorers.h"
#include "update/ready/unwind.h"

enum su_verdict {
	SU_VERDICT_UNKNOWN = 0, /* its stack cannot be understood */
	SU_VERDICT_INSIDE,	/* its program counter is in a hazard */
	SU_VERDICT_WAITING,	/* a frame waits at an address without a checkpoint */
	SU_VERDICT_INTERRUPTED, /* a signal interrupted it in a hazard */
	SU_VERDICT_HIDDEN,	/* a uretprobe hides where a frame returns to */
	SU_VERDICT_KEEPS,	/* ready, but for an address on its stack (held.h) */
	SU_VERDICT_READY,
	SU_VERDICT_GONE, /* has exited */
};

struct su_ready_thread {
	enum su_verdict verdict;
	uint64_t where;	    /* what is in the way: program counter or return address */
	bool at_checkpoint; /* ready, and its program counter is at a safe address */
	bool may_wait;	    /* some word of its stack is a checkpoint's return address */
	bool may_move;	    /* ... of one that moves objects (held.h), or its pc is one */
	struct su_snapshot stack;
	bool has_been_read;   /* `stack` is of this stop */
	struct su_place home; /* SU_VERDICT_KEEPS: where that is dead */
	uint8_t *buffer;
	size_t capacity;
};

struct su_ready {
	struct su_session *session;
	const struct su_plan *plan;
	struct su_unwinder *unwinder;
	struct su_maps maps;
	bool maps_are_fresh; /* read since all were stopped */
	struct su_restorers restorers;
	uint64_t trampoline; /* of uretprobes */
	double until;	     /* when the stop is to have an end, microseconds; 0: whenever */
	SU_VEC(struct su_ready_thread) threads; /* by index in the session */
	uint64_t stack_bytes;			/* that their buffers have beyond the first */
	SU_VEC(struct su_piece) pieces;		/* room for reading all stacks at once */
};

/* Makes room, so that little is allocated while the threads are stopped. */
void su_ready_init(struct su_ready *ready, struct su_session *session, const struct su_plan *plan,
		   struct su_unwinder *unwinder);
/* For a process that was forked from that of `parent`. */
void su_ready_init_like(struct su_ready *ready, struct su_session *session,
			const struct su_ready *parent);
void su_ready_deinit(struct su_ready *ready);

/* Whether the stop has taken as long as it may: what has not been looked at then is not ready. */
bool su_ready_is_late(const struct su_ready *ready);

/* Judges all threads; registers have been read. *ret_all: every one is ready. */
struct su_err *su_ready_scan(struct su_ready *ready, bool *ret_all) SU_MUST_CHECK;

/* Reads the maps anew. False: they cannot be read. All threads are stopped. */
bool su_ready_refresh_maps(struct su_ready *ready);

/* Judges one thread again. */
void su_ready_judge(struct su_ready *ready, size_t index);
bool su_ready_all(const struct su_ready *ready);

/* Whether a thread may go on at exactly `pc` after the commit. */
bool su_ready_may_resume_at(const struct su_ready *ready, uint64_t pc, uint64_t sp);
/* Whether a frame may not be carried over where it is. */
bool su_ready_blocks(const struct su_ready *ready, const struct su_frame *frame);

/* Return addresses on the stacks that are checkpoints, from the snapshots of the last scan: the
 * threads may be running again. */
uint64_t su_ready_count_waiting(struct su_ready *ready);

#endif
