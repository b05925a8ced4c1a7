/*
 * One process of an update, and what is planned for it: apply, revert, check and status share this.
 * What it is among the others of the update is in batch.h.
 */
#ifndef SU_UPDATE_JOB_H
#define SU_UPDATE_JOB_H

#include "patch/pack.h"
#include "process/group.h"
#include "process/session.h"
#include "update/carried/carried.h"
#include "update/carried/history.h"
#include "update/carried/locate.h"
#include "update/carried/permit.h"
#include "update/plan/plan.h"
#include "update/ready/unwind.h"

struct su_job {
	struct su_session *session; /* owned, unless it is of a group */
	struct su_carried carried;
	const struct su_patch *patch;	/* of the caller, or of the history */
	const struct su_packed *packed; /* the same, to be mapped */
	const struct su_permit *permit; /* or NULL */
	struct su_tables *tables;	/* of the batch, or NULL */
	struct su_object image;
	uint64_t below; /* mapping of the generation that made the patch's A; 0: the image is it */
	struct su_history history; /* as of the last su_job_verify() or su_job_plan() */
	struct su_plan *plan;	   /* NULL: none yet */
	struct su_unwinder *unwinder;
	struct su_registry registry;
	uint8_t *linked;
	struct su_originals originals;
	const struct su_job *lender; /* owns plan, unwinder and linked, or NULL */
};

/* Opens the process, as a member of `group` unless that is NULL, and reads what it carries.  The job
 * is zero, or has its patch, before; it is to be closed also on failure. */
struct su_err *su_job_open(struct su_job *job, struct su_group *group, pid_t pid) SU_MUST_CHECK;
/* Opens the job for the process of a session that is there already. */
struct su_err *su_job_adopt(struct su_job *job, struct su_session *session) SU_MUST_CHECK;
/* Frees all, and lets go of the process unless it is of a group. */
void su_job_close(struct su_job *job);

/* Reads maps and registries anew. */
struct su_err *su_job_look(struct su_job *job) SU_MUST_CHECK;
/* The code in the process is the patch's old code; `applied`: under the jumps of the registry's
 * journal. */
struct su_err *su_job_verify(struct su_job *job, bool applied) SU_MUST_CHECK;
/* The generation at `base`, with its patch. */
struct su_err *su_job_generation(struct su_job *job, uint64_t base,
				 const struct su_generation **ret) SU_MUST_CHECK;
/* Hazards for `direction` with the patch at `base`, those of other patches, tables for unwinding.
 */
struct su_err *su_job_plan(struct su_job *job, enum su_direction direction,
			   uint64_t base) SU_MUST_CHECK;
/* Uses what was computed for the process that this one was forked from, which must be closed
 * later. */
void su_job_share_plan(struct su_job *job, const struct su_job *parent);

#endif
