/*
 * Applying an upgrade patch to a running process, and taking it back: the protocol.
 *
 * One process, any number of threads.  See docs/design.md, "Apply".  A call ends in one of three
 * ways: NULL and the target is wholly in the wanted version; an error, and the target is exactly as
 * it was; or SU_E_DAMAGED, when an undo failed, and the message says what to do.
 */
#ifndef SU_UPDATE_UPDATE_H
#define SU_UPDATE_UPDATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "patch/reader.h"

struct su_update_options {
	double timeout; /* seconds for bringing all threads to checkpoints */
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

struct su_update_report {
	pid_t pid;
	size_t thread_count;
	struct su_update_thread
		*threads; /* su_update_check() fills all; others the ones in the way */
	size_t threads_listed;
	double pause_us; /* the longest single stop of any thread, staging included */
	double wall_us;	 /* the whole call */
	double stage_us, stop_us, ready_us, commit_us,
		resume_us;	      /* parts of the last stop; stage before it */
	unsigned rounds;	      /* how often the threads were stopped */
	uint64_t activations_carried; /* threads whose program counter was at a checkpoint */
	uint64_t
		activations_pending; /* return addresses on stacks that now lead to a landing pad */
	uint64_t patch_bytes_mapped;
};

void su_update_report_deinit(struct su_update_report *report);

/* Would it apply now? Changes nothing. NULL: every thread is ready at this instant. */
struct su_err *su_update_check(const struct su_patch *patch, pid_t pid,
			       const struct su_update_options *options,
			       struct su_update_report *ret) SU_MUST_CHECK;
struct su_err *su_update_apply(const struct su_patch *patch, pid_t pid,
			       const struct su_update_options *options,
			       struct su_update_report *ret) SU_MUST_CHECK;
/* Takes back the newest applied update of the process, by the patch that the process holds. */
struct su_err *su_update_revert(pid_t pid, const struct su_update_options *options,
				struct su_update_report *ret) SU_MUST_CHECK;

/* ---- recovery ---- */

struct su_recovery {
	pid_t pid;
	bool rolled_back; /* an update was cut off in its commit: the version before it runs */
	bool resumed;	  /* the process had been left stopped */
	bool handler_removed;
	unsigned mappings_removed;
};

/* Puts right what an updater left that was killed; nothing to do is no error. A living updater is
 * SU_E_PERMISSION, which names it. `ret` says what was done, also on failure. */
struct su_err *su_update_recover(pid_t pid, struct su_recovery *ret) SU_MUST_CHECK;

/* ---- status ---- */

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
