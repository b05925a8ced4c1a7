/*
 * Bringing threads to where the update may be committed.
 *
 * Two ways.  A thread whose program counter is in a hazard is stepped, while all are stopped, until
 * it has left or is at a checkpoint.  A thread that a frame blocks (a live return address in dead
 * code without a checkpoint) is let run and caught (process/catch.h) where its outermost blocking
 * frame has returned to its caller, and where that frame goes on.  From there it is stepped to its
 * next checkpoint, or waited for where it goes next, while the others run.
 *
 * A caught thread is held while the others run on, and ready threads run: so nobody waits for more
 * than the few that have arrived.  Should one that has not arrived wait for one that has (a lock),
 * time passes; then all are let go and the next attempt begins anew, at another moment and with
 * more patience.
 *
 * Meanwhile a SIGTRAP that we leave behind when killed is harmless (process/trap.h); where that
 * cannot be had, threads are only met by chance.
 *
 * Nothing is forced on a thread: each goes its own way, only later.
 */
#ifndef SU_UPDATE_DRIVE_H
#define SU_UPDATE_DRIVE_H

#include "process/trap.h"
#include "update/ready.h"

struct su_drive {
	double delay, hold; /* microseconds; they grow */
	bool expired;	    /* the last attempt held threads in vain */
	unsigned attempts;
	struct su_trap_guard guard;
};

void su_drive_init(struct su_drive *drive, const struct su_ready *ready);
/* Takes back what was set in the process, its threads all stopped or all running. */
struct su_err *su_drive_finish(struct su_drive *drive, struct su_ready *ready) SU_MUST_CHECK;

/* Steps threads that are inside of hazards, one instruction at a time and not for long, and judges
 * them again. All threads are stopped. */
struct su_err *su_drive_step(struct su_drive *drive, struct su_ready *ready) SU_MUST_CHECK;

/* Lets the threads run, all stopped and judged and some not ready, until those that can be caught
 * are held or some time has passed. The next stop is to be followed by su_catch_clear(). */
void su_drive_run(struct su_drive *drive, struct su_ready *ready, double deadline);

#endif
