/*
 * Applying an upgrade patch to running processes, and taking it back: the protocol.
 *
 * Any number of processes with any number of threads each, as one update.  See
 * docs/design/update.md.  A call ends in one of three ways: NULL and all processes are wholly in
 * the wanted version; an error, and all are exactly as they were; or SU_E_DAMAGED, when an undo
 * failed, and the message says what to do.
 */
#ifndef SU_UPDATE_UPDATE_H
#define SU_UPDATE_UPDATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/vec.h"
#include "patch/reader.h"

/* Which processes. What they fork meanwhile is updated with them. */
struct su_update_targets {
	const pid_t *pids; /* these, each of which must qualify */
	size_t pid_count;
	const pid_t *trees; /* each of these and its descendants, as far as they qualify */
	size_t tree_count;
	bool all; /* every process that qualifies */
};

struct su_update_options {
	double timeout;		 /* seconds for bringing all threads to checkpoints */
	bool each;		 /* every process is an update of its own */
	bool scan_memory;	 /* there may be suspended activations that nothing tells of */
	const char *const *when; /* conditions (condition.h); apply and check */
	size_t when_count;
	const char *const *debug_dirs; /* for these */
	size_t debug_dir_count;
	void (*progress)(void *ctx, const char *what); /* may be NULL; never called while stopped */
	void *progress_ctx;
};

/* What stood in the way, or what was found, per thread. Strings are owned by the report. */
struct su_update_thread {
	pid_t tid;
	const char *name; /* comm */
	bool ready;
	const char *function; /* the changed function that it is in, or NULL */
	const char *where;    /* "file.c:123" or NULL */
	const char *reason;   /* why it is not ready, or NULL */
};

enum su_outcome {
	SU_OUTCOME_UNTOUCHED = 0,
	SU_OUTCOME_DONE,
	SU_OUTCOME_LEFT, /* it has exited or executed another program: see `left` */
};

struct su_update_process {
	pid_t pid;
	char command[17];
	enum su_outcome outcome;
	struct su_err *err; /* why it is untouched; NULL: because of another process */
	const char *left;
	bool joined; /* it was forked while the update was under way */
	size_t thread_count;
	struct su_update_thread
		*threads; /* su_update_check() fills all; others the ones in the way */
	size_t threads_listed;
	double pause_us; /* the longest single stop of any thread, staging included */
	double stage_us;
	double stage_stop_us;	      /* for which one thread stood still then */
	uint64_t activations_carried; /* threads whose program counter was at a checkpoint */
	uint64_t
		activations_pending; /* return addresses on stacks that now lead to a landing pad */
	uint64_t patch_bytes_mapped;
};

struct su_update_report {
	SU_VEC(struct su_update_process *) processes;
	double pause_us; /* the longest of all processes' */
	double wall_us;	 /* the whole call */
	/* Parts of the last stop, of all together: until all stood still; until they were judged,
	 * with steps; the last search for processes, and the handler of process/trap.h taken back;
	 * the writing; until all had been let go. */
	double stop_us, ready_us, search_us, commit_us, resume_us;
	unsigned rounds;   /* how often the threads were stopped */
	size_t unreadable; /* processes that a search may not look at */
};

void su_update_report_deinit(struct su_update_report *report);

/*
 * Each fills in `ret`, also when it fails; it is to be zero before.
 *
 * check: would it apply now? Changes nothing. NULL: every thread is ready at this instant.
 * apply: `all` and `trees` take the processes that run the patch's old version.
 * revert: takes back the newest update in force of each process, by the patch that it holds. With
 * `patch` (may be NULL) only where that is the newest; without, `all` and `trees` must find the
 * same update everywhere.
 */
struct su_err *su_update_check(const struct su_patch *patch,
			       const struct su_update_targets *targets,
			       const struct su_update_options *options,
			       struct su_update_report *ret) SU_MUST_CHECK;
struct su_err *su_update_apply(const struct su_patch *patch,
			       const struct su_update_targets *targets,
			       const struct su_update_options *options,
			       struct su_update_report *ret) SU_MUST_CHECK;
struct su_err *su_update_revert(const struct su_patch *patch,
				const struct su_update_targets *targets,
				const struct su_update_options *options,
				struct su_update_report *ret) SU_MUST_CHECK;

/* ---- recovery ---- */

struct su_recovery {
	pid_t pid;
	bool rolled_back; /* an update was cut off in its commit: the version before it runs */
	bool completed; /* it was, but another process of the update had been committed: the new one
			 */
	bool resumed;	/* the process had been left stopped */
	bool handler_removed;
	unsigned masks_restored; /* of threads whose signals had been blocked for a moment */
	unsigned mappings_removed;
};

/* Puts right what an updater left that was killed; nothing to do is no error. A living updater is
 * SU_E_PERMISSION, which names it. `ret` says what was done, also on failure. */
struct su_err *su_update_recover(pid_t pid, struct su_recovery *ret) SU_MUST_CHECK;

/* ---- status ---- */

/* The processes that the targets name, hold, or all, whatever they run: free() *ret. */
struct su_err *su_update_list(const struct su_update_targets *targets, pid_t **ret,
			      size_t *ret_count) SU_MUST_CHECK;

enum su_update_state {
	SU_STATE_APPLIED,
	SU_STATE_REVERTED,
	SU_STATE_HALF_DONE,
	SU_STATE_UNUSED, /* memory of an update that did not come about */
};

struct su_update_entry {
	enum su_update_state state;
	char old_build_id[129], new_build_id[129]; /* hex */
	char *image_name;
	uint64_t mapped_at;
	uint64_t bytes_mapped;
	int64_t since;		      /* Unix seconds */
	uint64_t activations_pending; /* as found on the stacks now */
};

struct su_update_status {
	pid_t pid;
	char *command; /* comm */
	struct su_update_entry *entries;
	size_t entry_count;
	bool needs_recovery; /* it is stopped by an updater that was killed */
	bool has_leavings;   /* it runs, with something in it that recovery takes away */
};

/* Which updates the process carries, oldest first; none is no error. */
struct su_err *su_update_status(pid_t pid, struct su_update_status *ret) SU_MUST_CHECK;
void su_update_status_deinit(struct su_update_status *status);

#endif
