/*
 * A patch against one process: run-time addresses, what must not run, what is written.
 *
 * Everything here is computed before the threads are stopped.
 *
 * A *hazard* is code that no thread may be in when a direction is committed: the dead ranges of
 * that direction, what a condition of the user's names, the stubs and thunks of the patch (they
 * lead to code of either version), and the islands of the other direction, which turn back into the
 * middle of instructions.  *Safe* addresses are the places inside dead ranges where a jump will
 * stand: checkpoints and entries.
 *
 * The code that other generations have made dead is a hazard as it was, and so are their stubs.  An
 * activation that waits there at a checkpoint will be carried to another place, and from there,
 * perhaps, further: its address is safe if the way ends in code that lives on, by checkpoints only.
 *
 * The write of a commit is a list of *runs*: memory before and after.  Each place of the journal
 * gets its jump when it belongs to the direction, its own code otherwise.
 */
#ifndef SU_UPDATE_PLAN_PLAN_H
#define SU_UPDATE_PLAN_PLAN_H

#include <stdbool.h>

#include "base/vec.h"
#include "patch/reader.h"
#include "process/memory.h"
#include "update/carried/registry.h"
#include "update/carried/sites.h"

enum su_hazard_kind { SU_HAZARD_DEAD = 0, SU_HAZARD_STUB, SU_HAZARD_ISLAND, SU_HAZARD_GUARDED };

struct su_hazard {
	uint64_t low, high;
	enum su_hazard_kind kind;
	uint32_t function; /* SU_HAZARD_DEAD: of `patch` */
	const struct su_patch *patch;
	const char *guard; /* SU_HAZARD_GUARDED: what must be inactive */
};

struct su_safe {
	uint64_t addr;
	bool is_return; /* a call's return address */
	bool is_entry;	/* neither: a place between calls */
	bool any_way;	/* is_return: nothing depends on having returned */
	bool is_onward; /* of another generation */
	bool unheld;	/* it moves objects of which no one may hold the address (held.h) */
	const struct su_patch_checkpoint *point; /* of this patch, or NULL */
};

/* A checkpoint of another generation. */
struct su_onward {
	struct su_safe from;
	uint64_t to;
	bool found; /* `from` is among the safe addresses */
};

struct su_run {
	uint64_t addr;
	size_t size;
	uint8_t *before, *after, *check;
};

struct su_plan {
	const struct su_patch *patch;
	enum su_direction direction;
	uint64_t image_base, patch_base;
	struct su_sites sites;
	bool alone;		  /* no other update of the image has ever been committed */
	SU_VEC(uint64_t) carried; /* where activations may have been carried to */
	SU_VEC(struct su_onward) onward;
	SU_VEC(uint64_t) slots; /* words that the loader has bound to what is left (slots.h) */
	SU_VEC(struct su_hazard) hazards; /* ascending, disjoint */
	SU_VEC(struct su_safe) safe;	  /* ascending */
	uint64_t low[2], high[2]; /* bounds of the hazards: below and above the image's middle */
	SU_VEC(struct su_registry_span) spans; /* ascending */
	SU_VEC(struct su_run) runs;
	SU_VEC(struct su_piece) checks; /* reads every run into its `check` */
};

void su_plan_deinit(struct su_plan *plan);

/* Starts a plan of `direction` for the patch on what `below` made (NULL: the image). */
struct su_err *su_plan_init(struct su_plan *plan, const struct su_patch *patch,
			    enum su_direction direction, const struct su_generation *below,
			    uint64_t image_base, uint64_t patch_base) SU_MUST_CHECK;
/* The patch's own generation, where there is one already: it may have been reverted before. */
void su_plan_know_own(struct su_plan *plan, const struct su_registry *registry);
/* Another generation of the process. */
struct su_err *su_plan_add_other(struct su_plan *plan,
				 const struct su_generation *other) SU_MUST_CHECK;
/* Finds the patch's own checkpoints and entries, after the last su_plan_add_other(). */
void su_plan_find_safe(struct su_plan *plan);
/* The journal of both directions: what is in the image from `originals`, what is in the patch from
 * `linked`. */
struct su_err *su_plan_spans(struct su_plan *plan, const uint8_t *linked,
			     const struct su_originals *originals) SU_MUST_CHECK;
/* Where variable `index` of patch->moved is before the commit, and after it. */
struct su_extent su_plan_moved_from(const struct su_plan *plan, size_t index);
struct su_extent su_plan_moved_to(const struct su_plan *plan, size_t index);
/* The runs of the commit, from the memory as it is. `fresh`: the patch has never been committed. */
struct su_err *su_plan_runs(struct su_plan *plan, const struct su_memory *memory,
			    bool fresh) SU_MUST_CHECK;

#endif
