/*
 * Which structure types may have another layout in the new version.
 *
 * Those of which the process has no objects but variables with static storage, which are converted when
 * they move (moving.h), and objects in frames of functions that are not active at that time. So nothing
 * may point to one for longer than a function runs, no memory may be asked for that is as large as one, and
 * no other image may be given one. A structure that contains one has changed as well, and is judged by itself.
 *
 * The user may say of a type that it has no other objects: what points to one, or asks for memory of its
 * size, is then no obstacle. What points to a variable that moves is looked for all the same (held.h).
 *
 * Every function that has such an object in its frame or something that leads to one, or that something is
 * inlined in which has, *touches* the type. It counts as changed, be its code the same, and has no checkpoints: what
 * it has read may be of another member in the new version.
 */
#ifndef SU_DIFF_CONVERTIBLE_H
#define SU_DIFF_CONVERTIBLE_H

#include "diff/program.h"

struct su_convertible;

/* Of two versions: `a` is the old one. `stated`: names of types that the user says it of. */
struct su_convertible *su_convertible_find(const struct su_program *a, const struct su_program *b,
					   const struct su_map *stated);
void su_convertible_destroy(struct su_convertible *types); /* takes NULL */
/* Whether types of that name, as in su_type, may differ. */
bool su_is_convertible(const struct su_convertible *types, const char *name);
/* Whether types of that name do differ, whether they may or not. */
bool su_convertible_differs(const struct su_convertible *types, const char *name);
/* Whether they may because the user says so. */
bool su_convertible_rests_on(const struct su_convertible *types, const char *name);
/* Marks the functions of both versions that touch types which differ. Before su_compare_programs(). */
void su_convertible_mark(const struct su_convertible *types, struct su_program *a,
			 struct su_program *b);

#endif
