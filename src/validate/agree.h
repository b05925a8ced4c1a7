/*
 * Where two versions always do the same, and whether a mixed run does so as well.
 *
 * A *place* is where something can be seen: an argument of the call at an address of `to`, a word of
 * memory there, what comes next, what is returned.  A place is *usable* when both versions had the
 * same there in each run.
 */
#ifndef SU_VALIDATE_AGREE_H
#define SU_VALIDATE_AGREE_H

#include "validate/run.h"

struct su_agreement;

struct su_agreement *su_agreement_create(const struct su_trial *trial);
void su_agreement_destroy(struct su_agreement *agreement); /* takes NULL */

/* An effect that both have: which it is in either run's list. */
struct su_pair {
	size_t from, to;
};

struct su_pairs {
	SU_VEC(struct su_pair) list;
	bool complete; /* the runs do not part */
};

/* Pairs the effects of two runs of one input as far as they go together. */
void su_agreement_pair(const struct su_trace *from, const struct su_trace *to,
		       struct su_pairs *ret);
void su_pairs_deinit(struct su_pairs *pairs);
/* Learns from the two versions' own runs. */
void su_agreement_learn(struct su_agreement *agreement, const struct su_trace *from,
			const struct su_trace *to, const struct su_pairs *pairs);
/* Compares a mixed run, which begins behind effect `after` of `from`, with those of both versions.
 * *ret_compared: in how many usable places. NULL, or what is wrong, allocated. */
char *su_agreement_judge(const struct su_agreement *agreement, const struct su_trace *from,
			 const struct su_trace *to, const struct su_pairs *pairs, size_t after,
			 const struct su_trace *mixed, size_t *ret_compared);

#endif
