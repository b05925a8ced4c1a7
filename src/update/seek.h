/*
 * Finding the processes of an update.
 *
 * A search can be asked again and again: it gives every process that has to be looked at once, and
 * again when it runs another program since.  So the last question, when all members are stopped, is
 * cheap: it finds what was born or executed meanwhile.
 *
 * Processes that are named are given once.  Where nothing but names was asked for, later questions
 * give children of members that were born before their parent was wholly seized.
 *
 * Source: proc(5).
 */
#ifndef SU_UPDATE_SEEK_H
#define SU_UPDATE_SEEK_H

#include "base/map.h"
#include "process/group.h"
#include "process/proc.h"
#include "strongupdate.h"

struct su_seek {
	const struct strongupdate_targets *targets;
	SU_VEC(uint64_t) tree_births; /* start times of targets->trees */
	struct su_map *known;	      /* by process: what it ran when it was looked at */
	struct su_arena *arena;
	struct su_tids listed;
	bool asked;
};

/* SU_E_GONE: the root of a tree does not exist. The search is to be deinitialised also on failure.
 */
struct su_err *su_seek_init(struct su_seek *search,
			    const struct strongupdate_targets *targets) SU_MUST_CHECK;
void su_seek_deinit(struct su_seek *search);

/* The processes to look at, other than those of the group. */
struct su_err *su_seek_next(struct su_seek *search, const struct su_group *group,
			    struct su_tids *ret) SU_MUST_CHECK;
/* The process has been looked at, and does not belong to the update. */
void su_seek_pass_over(struct su_seek *search, pid_t pid);
bool su_seek_is_named(const struct su_seek *search, pid_t pid);

#endif
