/*
 * Several processes, updated as one: who belongs to the update.
 *
 *	conduct.c	the whole: the passes of an update, for all processes or for each by itself
 *	gather.c	finds the processes, seizes them, prepares each while it runs
 *	rounds.c	stops all, judges all; lets them run and stops again until all are ready at once
 *	transaction.c	commits all of them, pass by pass (commit.h)
 *
 * A process that a member forks meanwhile joins with what was computed for its parent: it has a
 * copy of the memory, what was staged included.  One that exits or executes a program leaves.  With
 * all stopped the search is made once more, for processes that others have started.
 *
 * Up to the commit a failure anywhere leaves all processes as they were; in the commit all are
 * undone before any runs on.
 */
#ifndef SU_UPDATE_BATCH_H
#define SU_UPDATE_BATCH_H

#include "process/sharers.h"
#include "strongupdate.h"
#include "update/carried/permit.h"
#include "update/commit/commit.h"
#include "update/job.h"
#include "update/plan/condition.h"
#include "update/ready/drive.h"
#include "update/ready/obstacles.h"
#include "update/report.h"
#include "update/seek.h"

struct su_batch;

/* One process, as a member of the update. */
struct su_member {
	struct su_job job;
	struct strongupdate_process report;
	size_t index;		     /* in the batch */
	bool prepared;		     /* it can be stopped, judged and committed */
	const char *left;	     /* why it is none of the update's any more, or NULL */
	bool damaged;		     /* it is not to be touched any more */
	bool scans_memory;	     /* activations may wait where no thread is (suspended.h) */
	enum su_suspended suspended; /* of the last stop in which all threads were ready */
	uint64_t suspended_at;
	struct su_held_report held; /* of the same stop */
	struct su_driven driven;
	struct su_commit commit;
};

/* What apply, check and revert do differently. job.patch is the patch that was given, or NULL. */
struct su_operation {
	bool commits;
	enum su_registry_state after; /* of the commit */
	/* For a process that was not named: does it qualify? */
	bool (*qualifies)(const struct su_sight *sight, const struct su_patch *patch);
	/* May it be updated? Nothing is touched. */
	struct su_err *(*look)(struct su_job *job);
	/* Do the processes go together? NULL: they do. */
	struct su_err *(*agree)(const struct su_batch *batch);
	/* Everything up to the stop, with the process seized and running. */
	struct su_err *(*prepare)(struct su_member *member);
	/* A process that was forked from `parent` and has got its plan: makes the copy of what was
	 * staged complete. With all stopped. *ret false: it has to be prepared by itself. */
	struct su_err *(*inherit)(struct su_member *member, const struct su_member *parent,
				  bool *ret);
	/* Takes away again what prepare() left in the process. */
	struct su_err *(*abandon)(struct su_job *job);
	const char *nobody; /* the reason when no process qualifies */
};

/* What an update was asked for. */
struct su_request {
	const struct su_operation *operation;
	const struct su_patch *patch;		    /* or NULL */
	const struct su_packed *packed;		    /* the same; empty without a patch */
	const struct strongupdate_targets *targets; /* not empty */
	const struct strongupdate_options *options;
	const struct su_permit *permit; /* or NULL */
	double deadline;
	bool again; /* there need not be a process that qualifies */
};

struct su_batch {
	struct su_request request;
	struct su_report *report;
	struct su_seek search;
	struct su_conditions conditions;
	struct su_group group;
	struct su_sharers sharers;
	struct su_tables tables; /* of all processes */
	struct su_importers importers;
	SU_VEC(struct su_member *) members; /* parents before their children */
	struct su_drive drive;
	struct su_obstacles obstacles;
	unsigned unstopped; /* rounds in which somebody did not stop in time */
	double deadline;
	double until;	    /* when the stop that is under way is to end */
	double searched_at; /* when processes were looked for last */
	size_t had_left;    /* how many had left then */
	uint64_t number;    /* that all processes of the commit share */
};

/* A process is to be a member: it is found by su_batch_next() once it has a session. */
struct su_member *su_batch_add(struct su_batch *batch, pid_t pid);

/* The next member that is there still, after `member` or the first; NULL: there is none. */
struct su_member *su_batch_next(const struct su_batch *batch, const struct su_member *member);
/* The member before `member` that is there still, or the last one; NULL: there is none. */
struct su_member *su_batch_previous(const struct su_batch *batch, const struct su_member *member);
bool su_batch_is_active(const struct su_member *member);

/* Does a process that was not named qualify? One that may not be read is counted, once, and does not;
 * neither does one that is gone.  An error: what it carries cannot be told. */
struct su_err *su_batch_ask(struct su_batch *batch, pid_t pid, bool *ret) SU_MUST_CHECK;
/* Such an error, of a process that is no member: it is noted in a report of its own. */
struct su_err *su_batch_accuse(struct su_batch *batch, pid_t pid, struct su_err *err);
/* Whether others than those that were named are looked for. */
bool su_batch_searches(const struct su_batch *batch);
/* Notes who has left. */
void su_batch_look_who_left(struct su_batch *batch);
/* After an error: whether it means no more than that the process has left. */
bool su_batch_has_left(struct su_batch *batch, struct su_member *member);
/* An error of one process as one of the batch: NULL when it has left, which takes the error; with
 * one process as it is; otherwise it names the process.  It is noted in the process's report. */
struct su_err *su_batch_blame(struct su_batch *batch, struct su_member *member, struct su_err *err);
/* Blames a member that has not left, as is known already. */
struct su_err *su_batch_convict(const struct su_batch *batch, struct su_member *member,
				struct su_err *err);

/* All threads run on, also those that were held. */
void su_batch_let_run(struct su_batch *batch);
void su_batch_progress(const struct su_batch *batch, const char *what);

#endif
