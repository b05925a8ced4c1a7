/*
 * Bringing threads to where the update may be committed: heterogeneous checkpointing.
 *
 * A thread whose program counter is in a hazard is stepped first, while all are stopped, until it
 * has left or is at a checkpoint.  Who is not ready then has to run.  It is caught
 * (process/catch.h) where its outermost blocking frame has returned to its caller, and at the
 * checkpoints ahead of it; caught, it is held there.  So is one that is ready, but keeps on its stack
 * what nobody may hold, where that is dead.  Attempts of three kinds take turns:
 *
 *   alone     Only threads that are not ready run, for a moment: when all have been caught nobody
 *             else has moved.  Where one sleeps on a lock the holder of which is known (futex.h),
 *             the holder runs too.
 *   together  Ready threads run as well; caught ones are held, so nobody waits for more than the
 *             few that have arrived.  For threads that wait for something outside of the process,
 *             or for one that cannot be told.
 *   rest      All run, and are met wherever they are.
 *
 * No attempt is longer than its time limit, and after each failure other threads run than before,
 * so waiting for locks of the target cannot become a deadlock: docs/design/checkpointing.md and
 * tests/model.
 *
 * Meanwhile a SIGTRAP that we leave behind when killed is harmless (process/trap.h); where that
 * cannot be had, threads are only met by chance.
 *
 * Nothing is forced on a thread: each goes its own way, only later.
 */
#ifndef SU_UPDATE_READY_DRIVE_H
#define SU_UPDATE_READY_DRIVE_H

#include "process/group.h"
#include "process/trap.h"
#include "update/ready/ready.h"

/* One process. */
struct su_driven {
	struct su_ready ready;
	struct su_trap_guard guard;
};

struct su_drive {
	struct su_group *group;
	SU_VEC(struct su_driven *) processes; /* borrowed */
	double delay, hold;		      /* microseconds; they grow */
	/* How long the last stop took, or was tried: on a busy machine threads wait for their turn,
	 * and to wait for them for less is in vain. */
	double slowness;
	bool expired; /* the last attempt held threads in vain */
	bool alone;   /* the last attempt was of this kind */
	unsigned attempts;
};

void su_drive_init(struct su_drive *drive, struct su_group *group);
void su_drive_deinit(struct su_drive *drive);

/* Steps threads that are inside of hazards, one instruction at a time and not for long, and judges
 * them again. All threads are stopped. */
struct su_err *su_drive_step(struct su_driven *driven) SU_MUST_CHECK;
/* Takes back what was set in the process, its threads all stopped or all running. */
struct su_err *su_drive_finish(struct su_driven *driven) SU_MUST_CHECK;

/* Lets the threads of all processes run, all stopped and judged and some not ready, until those
 * that can be caught are held or some time has passed. The next stop is to be followed by
 * su_catch_clear(). */
void su_drive_run(struct su_drive *drive, double deadline);

#endif
