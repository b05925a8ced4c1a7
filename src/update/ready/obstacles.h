/*
 * What stands in the way of an update, remembered over its rounds.
 *
 * Who gives up wants to be told the lasting reason, not where the last round happened to meet a
 * thread.  A thread that was ready in some round comes by itself; it is in the way for an instant.
 * So the round counts in which the least was in the way, and what is left then stays.  Between
 * rounds that are alike in this, what was seen in more rounds counts.  An obstacle that says
 * nothing of where the thread is (its stack could not be unwound just then) is worth less than any
 * other, and a suspended activation, or the address of an object that moves, which are only looked
 * for when all threads are ready, less is in the way than one thread.
 */
#ifndef SU_UPDATE_READY_OBSTACLES_H
#define SU_UPDATE_READY_OBSTACLES_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/vec.h"
#include "update/ready/held.h"
#include "update/ready/ready.h"
#include "update/ready/suspended.h"

enum su_obstacle_kind {
	SU_OBSTACLE_UNPREPARED = 0, /* a process that appeared too late */
	SU_OBSTACLE_THREAD,
	SU_OBSTACLE_SUSPENDED,
	SU_OBSTACLE_HELD,
};

struct su_obstacle {
	enum su_obstacle_kind kind;
	pid_t pid, tid;		     /* tid: of a thread */
	enum su_verdict verdict;     /* of a thread */
	enum su_suspended suspended; /* of a suspended activation */
	struct su_held_report held;  /* of an object that moves */
	uint64_t where;		     /* as ready.h and suspended.h say */
};

struct su_obstacle_tally {
	struct su_obstacle what;
	unsigned rounds, last;
};

struct su_obstacles {
	SU_VEC(struct su_obstacle) nearest; /* what is to be told, the lasting first */
	SU_VEC(struct su_obstacle_tally) seen;
	unsigned rounds;   /* in which all were judged */
	size_t population; /* of the last one */
};

/* A round in which all were judged. `population` differs when other processes were: what was in the
 * way before does not tell of those. */
void su_obstacles_note(struct su_obstacles *obstacles, size_t population,
		       const struct su_obstacle *list, size_t count);
void su_obstacles_deinit(struct su_obstacles *obstacles);

#endif
