/*
 * The updates that a process carries, and where a version's code and data live by them.
 *
 * Each mapping that an update has left is a *generation*: a patch that was applied on what was
 * there, an image as it was loaded or an earlier generation.  They form a tree with the image at
 * its root; the path of those that are applied, not reverted, leads to the version that runs.  A
 * patch for that version was made from its file, and knows addresses of this file only: the address
 * maps along the path (patch/format.h) say where each thing is.  A generation stays where it is
 * until the process ends, so an answer holds for as long.
 */
#ifndef SU_UPDATE_CARRIED_HISTORY_H
#define SU_UPDATE_CARRIED_HISTORY_H

#include <stdbool.h>

#include "process/answer.h"
#include "update/carried/permit.h"
#include "update/carried/registry.h"

struct su_generation {
	struct su_registry registry;
	struct su_patch *patch;		   /* as the process holds it */
	const struct su_generation *below; /* what it was applied on; NULL: the image */
};

struct su_history {
	SU_VEC(struct su_generation *) list; /* in the order of their last application */
};

/* Brings the history up to date: all that were ever committed, with their patches. Generations
 * that it held before are gone.  A patch that `permit` does not vouch for is SU_E_PERMISSION. */
struct su_err *su_history_read(pid_t pid, const struct su_registries *registries,
			       const struct su_permit *permit,
			       struct su_history *history) SU_MUST_CHECK;
/* The two steps of that. The first is made without rights: the patches that are not in the history yet,
 * unpacked, one behind the other. */
struct su_err *su_history_unpack(const struct su_memory *memory,
				 const struct su_registries *registries,
				 struct su_answer *ret) SU_MUST_CHECK;
struct su_err *su_history_take(pid_t pid, const struct su_registries *registries,
			       const struct su_permit *permit, const struct su_answer *fetched,
			       struct su_history *history) SU_MUST_CHECK;
void su_history_deinit(struct su_history *history);

/* The generation whose mapping holds `addr`, its base say, or NULL. */
const struct su_generation *su_history_at(const struct su_history *history, uint64_t addr);

/* Something in a version's file, as a patch refers to it. */
struct su_thing {
	enum su_home home;
	uint64_t vaddr;
	uint64_t user; /* the function that refers to it: its entry in that version, or 0 */
};

/* Where a thing of the version lives that the generation `top` made (NULL: of the image at
 * `image_base`). *ret_size: so many bytes from there on are in one piece. False: nowhere. */
bool su_history_find(const struct su_generation *top, uint64_t image_base, struct su_thing thing,
		     uint64_t *ret_addr, uint64_t *ret_size);

#endif
