/*
 * Writing the update, with every thread stopped and ready.
 *
 * Of several processes each pass is made for all before the next one:
 *
 *	begin	the registry's state "committing", and what each thread must find when we die
 *		(hold.h)
 *	write	the code, read back
 *	seal	the registry's final state
 *	drop	the threads may run when we die
 *
 * When one fails, all processes are undone, the last write first: su_commit_undo().
 */
#ifndef SU_UPDATE_COMMIT_COMMIT_H
#define SU_UPDATE_COMMIT_COMMIT_H

#include "process/hold.h"
#include "process/session.h"
#include "update/carried/registry.h"
#include "update/plan/plan.h"

struct su_commit {
	struct su_session *session;
	struct su_plan *plan;
	struct su_registry *registry;
	enum su_registry_state after;
	uint32_t order;	     /* of this commit in the process */
	uint64_t update;     /* a number that all processes of the commit share */
	struct su_hold hold; /* to be finished after the threads were released */
	bool begun;
	size_t tried; /* runs */
	struct su_registry registry_before;
};

/* `session`, `plan`, `registry`, `after`, `order` and `update` are set, the rest is zero. */
struct su_err *su_commit_begin(struct su_commit *commit) SU_MUST_CHECK;
struct su_err *su_commit_write(struct su_commit *commit) SU_MUST_CHECK;
/* From here on the process is in the other version. */
struct su_err *su_commit_seal(struct su_commit *commit) SU_MUST_CHECK;
struct su_err *su_commit_drop(struct su_commit *commit) SU_MUST_CHECK;

/* Puts everything back as it was before su_commit_begin(), however far it came. SU_E_DAMAGED: that
 * is not possible, and the process is left stopped. */
struct su_err *su_commit_undo(struct su_commit *commit) SU_MUST_CHECK;

#endif
