/*
 * Which updates a process carries.
 */
#ifndef SU_UPDATE_STATUS_H
#define SU_UPDATE_STATUS_H

#include "base/alloc.h"
#include "base/vec.h"
#include "strongupdate.h"

/* In the form in which it is handed out. Strings belong to the arena. */
struct su_status {
	struct strongupdate_status public; /* first: its address is handed out */
	SU_VEC(struct strongupdate_entry) entries;
	struct su_arena *arena;
};

/* Oldest update first; none is no error. */
struct su_err *su_status_create(pid_t pid, struct su_status **ret) SU_MUST_CHECK;
void su_status_destroy(struct su_status *status); /* takes NULL */

/* The processes that the targets name, hold, or all, whatever they run: free() *ret. */
struct su_err *su_status_list(const struct strongupdate_targets *targets, pid_t **ret,
			      size_t *ret_count) SU_MUST_CHECK;

#endif
