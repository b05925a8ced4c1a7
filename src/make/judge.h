/*
 * What a kept variable means may change without its type (docs/soundness.md, rule 8): what is found of
 * that, for the author of the patch to judge.
 *
 * A pointer that is kept leads to memory of the size that the old version asked for.  A number that is
 * kept was made by the old version's rules.
 */
#ifndef SU_MAKE_JUDGE_H
#define SU_MAKE_JUDGE_H

#include "checkpoint/side/side.h"
#include "patch/writer.h"

enum su_fact_kind {
	SU_FACT_ALLOCATED = 0, /* the variable is given memory of `value` bytes */
	SU_FACT_COMPARED,      /* it is compared with `value` */
	SU_FACT_REQUESTED,     /* a function that allocates is given `value`; of no variable */
};

struct su_fact {
	const struct su_datum *datum; /* of the new version, or NULL */
	enum su_fact_kind kind;
	bool is_new;
	int64_t value;
};

struct su_judge {
	SU_VEC(struct su_fact) facts;
};

/* Looks at one version of a changed function. */
void su_judge_look(struct su_judge *judge, const struct su_side *side, bool is_new);
/* Adds to the draft what is another in the new version. */
void su_judge_finish(const struct su_judge *judge, struct su_arena *arena,
		     struct su_patch_draft *draft);
/* Whether memory is asked for by numbers of which one is gone, and one is new. */
bool su_judge_requests_differ(const struct su_judge *judge);
void su_judge_deinit(struct su_judge *judge);

#endif
