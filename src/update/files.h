/*
 * The programs and libraries that a process runs, beside what is in their places now.
 *
 * A package manager replaces a file by another; the process keeps the one that it has mapped.  Which
 * version of it runs is that file's build-id, or the one that updates of it have led to.
 */
#ifndef SU_UPDATE_FILES_H
#define SU_UPDATE_FILES_H

#include "base/alloc.h"
#include "base/err.h"
#include "base/vec.h"
#include "strongupdate.h"

/* In the form in which it is handed out. Strings belong to the arena. */
struct su_files {
	struct strongupdate_files public; /* first: its address is handed out */
	SU_VEC(struct strongupdate_file) list;
	struct su_arena *arena;
};

struct su_err *su_files_create(pid_t pid, struct su_files **ret) SU_MUST_CHECK;
/* The file that `new_path` is another build of, to be used as the old version. */
struct su_err *su_files_choose(const struct strongupdate_files *files, const char *new_path,
			       const struct strongupdate_file **ret) SU_MUST_CHECK;
void su_files_destroy(struct su_files *files); /* takes NULL */

#endif
