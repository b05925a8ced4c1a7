/*
 * Writing the update, with every thread stopped and ready.
 *
 * Order: the registry's state "committing", what each thread must find when we die (hold.h), the
 * code, the registry's final state.  Each write is read back.  When one fails, what was written is
 * put back, last first.
 */
#ifndef SU_UPDATE_COMMIT_H
#define SU_UPDATE_COMMIT_H

#include "process/hold.h"
#include "process/session.h"
#include "update/plan.h"
#include "update/registry.h"

/* Commits the plan's runs and takes the registry to `after`. On failure the code is as before;
 * SU_E_DAMAGED: it could not be put back, and the process is left stopped. `hold` must be finished
 * by the caller after the threads were released. */
struct su_err *su_commit(struct su_session *session, struct su_plan *plan,
			 struct su_registry *registry, enum su_registry_state after,
			 struct su_hold *hold) SU_MUST_CHECK;

#endif
