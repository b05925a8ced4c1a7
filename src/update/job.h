/*
 * One update of one process under way: everything that apply, revert, check and status share.
 */
#ifndef SU_UPDATE_JOB_H
#define SU_UPDATE_JOB_H

#include "process/hold.h"
#include "process/session.h"
#include "update/commit.h"
#include "update/locate.h"
#include "update/plan.h"
#include "update/ready.h"
#include "update/registry.h"
#include "update/unwind.h"
#include "update/update.h"

struct su_job {
	struct su_session *session;
	const struct su_update_options *options;
	struct su_update_report *report;
	double started, deadline;
	struct su_maps maps;
	struct su_registries registries;
	const struct su_patch *patch;
	struct su_patch *held_patch;	  /* `patch` when it comes from the process */
	SU_VEC(struct su_patch *) others; /* of other registries */
	struct su_object image;
	struct su_plan plan;
	bool has_plan;
	struct su_unwinder *unwinder;
	struct su_registry registry;
	uint8_t *linked;
	uint8_t (*image_code)[8]; /* by index of patch->jumps */
};

/* Opens the process and reads its maps and registries. The job is to be closed also on failure. */
struct su_err *su_job_open(struct su_job *job, pid_t pid, const struct su_update_options *options,
			   struct su_update_report *report) SU_MUST_CHECK;
/* Lets go of the process and frees all; fills in the report's times. */
void su_job_close(struct su_job *job);

/* Reads maps and registries anew. A half-done update is SU_E_STATE. */
struct su_err *su_job_look(struct su_job *job) SU_MUST_CHECK;
/* The image's code is the patch's old code; `applied`: under the jumps of the registry's journal.
 */
struct su_err *su_job_verify(struct su_job *job, bool applied) SU_MUST_CHECK;
/* Hazards for `direction` with the patch at `base`, other patches avoided, tables for unwinding. */
struct su_err *su_job_plan(struct su_job *job, enum su_direction direction,
			   uint64_t base) SU_MUST_CHECK;

/* Brings all threads to checkpoints and commits; at the deadline SU_E_BUSY and untouched. */
struct su_err *su_job_commit(struct su_job *job, enum su_registry_state after) SU_MUST_CHECK;
/* Stops all once and says whether all are ready: SU_E_BUSY otherwise. Lists every thread. */
struct su_err *su_job_try(struct su_job *job) SU_MUST_CHECK;

void su_job_progress(const struct su_job *job, const char *what);

#endif
