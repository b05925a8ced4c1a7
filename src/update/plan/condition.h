/*
 * Conditions on what may be active when an update is committed.
 *
 * By default an update is immediate: an activation of a changed function goes on in the new version
 * wherever it has a checkpoint.  Whoever knows that something must not straddle the versions (a
 * transaction, a protocol exchange) says so:
 *
 *	FUNCTION inactive	  no thread is in that function, or below it
 *	FILE:LINE inactive	  nor in the code of that line
 *	FILE:FIRST-LAST inactive  nor in that of these lines
 *
 * Code of the version that runs is meant, all copies of it: inlined, split and cloned ones as well.
 * It is looked up in the DWARF of that version's file, before any thread is stopped: the one that
 * the process has mapped, or after updates the one that is in its place now or that a build-id
 * leads to.  Where that code is in an updated process its history says.  An activation of an older
 * version that will be carried over into such code counts as being there.
 *
 * Code under a condition counts as code that must not run at the commit and has no checkpoint
 * (plan.h), so threads are brought out of it like out of any other.
 */
#ifndef SU_UPDATE_PLAN_CONDITION_H
#define SU_UPDATE_PLAN_CONDITION_H

#include "dwarf/debuginfo.h"
#include "strongupdate.h"
#include "update/carried/locate.h"
#include "update/plan/plan.h"

struct su_condition {
	char *text;		    /* as given: FUNCTION or FILE:LINES, without "inactive" */
	char *file;		    /* NULL: it names a function */
	struct su_lines lines;	    /* of `file` */
	struct su_code_ranges code; /* once resolved */
};

struct su_conditions {
	SU_VEC(struct su_condition) list;
	const char *const *debug_dirs;
	size_t debug_dir_count;
	bool resolved;
};

/* SU_E_USAGE when one is not of these forms. To be deinitialised also on failure. */
struct su_err *su_conditions_parse(const struct strongupdate_options *options,
				   struct su_conditions *ret) SU_MUST_CHECK;
void su_conditions_deinit(struct su_conditions *conditions);

/* The version that a process runs, which has been verified to be the one that a patch is for. */
struct su_running {
	pid_t pid;
	const struct su_maps *maps;
	const struct su_object *image;
	bool is_updated; /* by an update: otherwise it is the image as it was loaded */
	const struct su_patch_head *head; /* of the patch */
};

/* Finds the code, once for all processes of an update, in the version that one of them runs.
 * SU_E_UNSUPPORTED when that cannot be done, or when a name means nothing there. */
struct su_err *su_conditions_resolve(struct su_conditions *conditions,
				     const struct su_running *running) SU_MUST_CHECK;
/* Puts the code under guard. */
void su_conditions_guard(const struct su_conditions *conditions, struct su_plan *plan);

#endif
