/*
 * What may never end, or kill whoever does it, is done by a child of ours.
 *
 * Processes that we update are read by whoever traces them, with all its rights: a page may never
 * come (watch.h), and memory may run out.  So the work is done in a fork of us, which hands back what
 * it has found out, and which we end when it does not go on.  The kernel lets go of what it traced,
 * as when an updater is killed; which processes those are it has noted, so that the caller can put
 * them right.
 *
 * Signals that would end us reach the worker, which takes back what can be taken back; ours are
 * delivered when it has ended.  When we die it dies as well.
 */
#ifndef SU_PROCESS_WORKER_H
#define SU_PROCESS_WORKER_H

#include "process/answer.h"
#include "process/proc.h"

/* What a worker has noted that has died. */
struct su_traces {
	struct su_tids touched; /* processes that it had begun with */
	bool writes;		/* it may have left something in one of them */
	bool commits;		/* it may have done what was to be done */
};

struct su_work {
	void (*how)(void *ctx, struct su_answer *answer); /* in the worker */
	/* It died, or did not go on and was ended: puts right the processes that it had begun with.
	 * Takes `why`; returns the error of the whole, or NULL: then there is no answer either. */
	struct su_err *(*died)(void *ctx, const struct su_traces *traces, struct su_err *why);
	void *ctx;
	double deadline; /* after which it ends by itself, soon */
	/* In the caller; or NULL. */
	void (*progress)(void *ctx, const char *what);
	void *progress_ctx;
	/* In the caller, a few times a second: true: the worker is to end as by a signal; or NULL. */
	bool (*is_unwanted)(void *ctx);
	void *is_unwanted_ctx;
};

/* With an error there is no answer. */
struct su_err *su_worker_run(const struct su_work *work, struct su_answer *ret) SU_MUST_CHECK;

/* In the worker: it begins with a process, it is about to change something, it is about to commit.
 * Elsewhere nothing. */
void su_worker_touch(pid_t pid);
void su_worker_writes(void);
void su_worker_commits(void);
/* In the worker: tells the caller what is being done. A function for progress. */
void su_worker_tell(void *ctx, const char *what);

#endif
