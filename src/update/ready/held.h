/*
 * Whether anyone holds the address of a frame object or variable that is about to move.
 *
 * Some checkpoints move a frame object whose address was given away: SU_POINT_UNHELD.  The object
 * moves when the call returns, and until then whoever is further in may use it where it is.  But
 * who holds its address then writes into another frame object's bytes.  So when such an activation
 * is on a stack, everything that the process could take the address from is looked at while it
 * stands still: the registers of all threads and every aligned word of its memory, and what the
 * kernel keeps for it (the data of epoll items, of timers and of queued signals).  A word counts
 * when it points into the object or to its end.  If there is none, there will be none: nobody makes
 * the address of another function's local variable but from itself.
 *
 * Words of the activation's own callee-saved registers do not count, where they wait to be
 * restored, if the checkpoint does not read them: it overwrites them.  All else counts, also what
 * is further in on the same stack, since a callee might store its argument or return it.  Below a
 * thread's stack pointer everything is dead: where a word further in is all that is found, the thread
 * is brought to where the call returns (drive.h), and looked at once more.
 *
 * A variable or constant that gets another place (conversion.h) is left behind, and so would be who holds its address.
 * A word of any activation that is carried over counts as little as above. What is in the patch's own
 * mapping does not count either: it was linked for the new place, or is left itself when the update is
 * taken back.  An address of the end of a constant is the next one's.
 *
 * Where something cannot be looked at (bytes under way in a pipe or a local socket, an io_uring, an
 * aio context), the answer is not known, and the update waits.
 */
#ifndef SU_UPDATE_READY_HELD_H
#define SU_UPDATE_READY_HELD_H

#include "update/ready/ready.h"

enum su_held {
	SU_HELD_UNKNOWN = 0, /* something could not be looked at */
	SU_HELD_FOUND,
	SU_HELD_NONE,
};

struct su_held_report {
	enum su_held held;
	pid_t tid;	    /* of the activation; 0: it is a variable */
	uint64_t point;	    /* where it waits */
	const char *object; /* a string of the patch, "" without a name */
	const char *holder; /* a constant: who holds it, or what could not be looked at */
	uint64_t address;   /* of the word, 0: in no memory */
	/* The word is on the stack of thread `index`, in what an activation that is carried over has
	 * called: dead when the thread has come back to `home`. Address 0: it is elsewhere. */
	struct su_place home;
	size_t index;
};

/* Whether a variable moves, or some thread's stack may hold an activation that moves objects: otherwise
 * there is nothing to find.  From the last scan. */
bool su_held_possible(const struct su_ready *ready);
/* All threads are stopped and ready. */
struct su_held_report su_held_find(struct su_ready *ready);

#endif
