/* A question to the prover in the making: private to prover.c and in_place.c. */
#ifndef SU_CHECKPOINT_RELATE_PROVER_PRIVATE_H
#define SU_CHECKPOINT_RELATE_PROVER_PRIVATE_H

#include "checkpoint/relate/prover.h"
#include "checkpoint/relate/steps.h"

#define SU_MAX_GOALS 2000	     /* of one query */
#define SU_IN_PLACE ((1u << 20) - 2) /* more than there can be nodes: see key_of() */

/* Where a goal is to hold: for those at the end of what runs in `node`. */
struct su_goal_place {
	uint32_t node;
	bool strict; /* and for all others that run what `from` runs there */
};

/* For all, wherever they are: both made their values somewhere. */
static const struct su_goal_place su_anywhere = { SU_NO_NODE, true };
/* For all, when both functions are one code (align.h) and have gone one path through it: what each
 * instruction makes is compared with what the one in its place makes. */
static const struct su_goal_place su_in_place = { SU_IN_PLACE, true };

struct su_goal {
	struct su_goal_place place;
	uint32_t u, v;	 /* to be related, of which the low */
	uint8_t size;	 /* bytes count (8: all) */
	uint32_t parent; /* the goal that needs it */
	int64_t apart;	 /* see steps.c */
};

struct su_query {
	struct su_prover *prover;
	uint32_t at;  /* the goal in hand */
	uint8_t size; /* its size */
	const struct su_steps
		*steps; /* what is asked of each pair of values; NULL: whether they are equal */
	int64_t apart;	/* of the goal in hand */
	int64_t ahead;	/* see steps.c */
	bool ahead_is_known;
	SU_VEC(struct su_goal) goals;
};

static inline bool su_query_need(struct su_query *query, struct su_goal_place place, uint32_t u,
				 uint32_t v, uint8_t size)
{
	su_vec_push(&query->goals, (struct su_goal){ place, u, v, size, query->at, query->apart });
	return query->goals.len < SU_MAX_GOALS;
}

static inline bool su_query_need_whole(struct su_query *query, struct su_goal_place place,
				       uint32_t u, uint32_t v)
{
	return su_query_need(query, place, u, v, 8);
}

/* What comes in by one way; 0: no path comes that way. */
static inline bool su_query_need_before(struct su_query *query, struct su_goal_place source,
					uint32_t u, uint32_t v)
{
	return !u || !v || su_query_need(query, source, u, v, query->size);
}

/* Whether both are the same output of an instruction of one form. */
static inline bool su_query_same_shape(const struct su_value *u, const struct su_value *v)
{
	return u->role == v->role && u->overflow == v->overflow && u->narrow == v->narrow &&
	       u->size == v->size && u->arg_count == v->arg_count;
}

static inline bool su_query_need_inputs(struct su_query *query, struct su_goal_place place,
					const struct su_value *u, const struct su_value *v)
{
	bool holds = true;

	for (uint8_t i = 0; i < u->arg_count && holds; i++)
		holds = su_query_need_whole(query, place, u->args[i], v->args[i]);
	return holds;
}

/* ---- prover.c ---- */

/* Whether the goal for two merges, or for values of which one is made further back, may hold, given
 * the goals that it adds there. */
bool su_query_relate_merges(struct su_query *query, struct su_goal_place place, uint32_t number_u,
			    uint32_t number_v);
bool su_query_look_back(struct su_query *query, struct su_goal_place place, uint32_t u, uint32_t v);
bool su_prover_steps_hold(struct su_prover *prover, const struct su_product_pair *at, uint32_t u,
			  uint32_t v, struct su_steps *steps);

/* ---- steps.c ---- */

/* The goal of a query that has `steps`. */
bool su_steps_relate(struct su_query *query, struct su_goal_place place, uint32_t number_u,
		     uint32_t number_v);

/* ---- in_place.c ---- */

/* Whether two merges, or two results of instructions, may be related in the same code, given the
 * goals that it adds. */
bool su_in_place_merges(struct su_query *query, const struct su_value *u, const struct su_value *v);
bool su_in_place_results(struct su_query *query, const struct su_value *u,
			 const struct su_value *v);

#endif
