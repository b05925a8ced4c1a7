/*
 * Several processes, updated as one.
 *
 *	find	the processes, by name, in a tree, or all that qualify; look at each
 *	seize	all of them; search again until nothing new is found
 *	prepare	each while it runs: verified again, planned, staged
 *	rounds	stop all, judge all; let run and stop again until all are ready at once
 *	commit	all of them, pass by pass (commit.h)
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

#include "update/job.h"
#include "update/plan/condition.h"
#include "update/ready/drive.h"
#include "update/ready/obstacles.h"
#include "update/search.h"

struct su_batch;

/* What apply, check and revert do differently. job->patch is the patch that was given, or NULL. */
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
	struct su_err *(*prepare)(struct su_job *job);
	/* A process that was forked: makes the copy of what was staged complete. With all stopped.
	 * *ret false: it has to be prepared by itself. */
	struct su_err *(*inherit)(struct su_job *job, bool *ret);
	/* Takes away again what prepare() left in the process. */
	struct su_err *(*abandon)(struct su_job *job);
	const char *nobody; /* the message when no process qualifies */
};

struct su_batch {
	const struct su_operation *operation;
	const struct su_patch *patch;
	const struct su_packed *packed; /* the same; empty without a patch */
	const struct su_update_options *options;
	struct su_update_report *report;
	struct su_search search;
	struct su_conditions conditions;
	struct su_group group;
	SU_VEC(struct su_job *) jobs; /* parents before their children */
	struct su_drive drive;
	struct su_obstacles obstacles;
	unsigned unstopped; /* rounds in which somebody did not stop in time */
	double deadline;
	uint64_t number; /* that all processes of the commit share */
};

/* Runs the operation, for all targets together or for each by itself, and fills in the report. */
struct su_err *su_batch_run(const struct su_operation *operation, const struct su_patch *patch,
			    const struct su_update_targets *targets,
			    const struct su_update_options *options,
			    struct su_update_report *report) SU_MUST_CHECK;

/* ---- batch.c and rounds.c ---- */

void su_batch_progress(const struct su_batch *batch, const char *what);
/* Seizes and looks at what a search finds anew; *ret_any: there was something. */
struct su_err *su_batch_search(struct su_batch *batch, bool *ret_any) SU_MUST_CHECK;
/* The same with all stopped, as a question: nothing is seized. */
bool su_batch_anyone_new(struct su_batch *batch);
/* Makes jobs of children that have no job yet. All are stopped. */
struct su_err *su_batch_join_children(struct su_batch *batch) SU_MUST_CHECK;
/* Seized jobs that are not prepared yet are. */
struct su_err *su_batch_prepare(struct su_batch *batch) SU_MUST_CHECK;
/* Notes who has left. */
void su_batch_look_who_left(struct su_batch *batch);
/* After an error: whether it means no more than that the process has left. */
bool su_batch_has_left(struct su_batch *batch, struct su_job *job);
/* A member that is there still. */
bool su_batch_is_active(const struct su_job *job);
/* With one process, `err` as it is; otherwise it names the process. */
struct su_err *su_batch_blame(const struct su_batch *batch, struct su_job *job, struct su_err *err);

/* Brings all threads to checkpoints and commits; at the deadline SU_E_BUSY and untouched. */
struct su_err *su_batch_commit(struct su_batch *batch) SU_MUST_CHECK;
/* Stops all once and says whether all are ready: SU_E_BUSY otherwise. Lists every thread. */
struct su_err *su_batch_try(struct su_batch *batch) SU_MUST_CHECK;

#endif
