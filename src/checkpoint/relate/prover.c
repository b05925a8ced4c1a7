/*
 * The simulation relation: which value of the one function equals which value of the other wherever
 * both are in step.
 *
 * Two values are related at a node of the product (product.h) when they are made in the same way
 * from related values: constants and addresses by meaning, entry values by parameter, results of
 * instructions that run together from related inputs.  A merge is what flows into it along every
 * edge by which the node is reached; so a question moves back through the product to where its
 * values are made, and a merge may be related to anything that each of its inputs is related to.
 * Loops make this circular; the greatest relation without contradiction is wanted, so a query
 * assumes what it visits and fails if any pair that it needs fails.  As every rule is a
 * conjunction, one failure refutes the query, and success proves all that it visited.
 *
 * A goal is about the activations at a node.  It is *strict* when it is about all that are at that
 * place of `from`, also those whose `to` is elsewhere; then nothing is assumed of where `to` comes
 * from.  Going back along an edge of the product, it is about those at the edge's source only.
 */
#include "checkpoint/relate/prover.h"

#include "analysis/value_table.h"
#include "arch/abi.h"
#include "checkpoint/relate/paths.h"
#include "checkpoint/relate/prover_private.h"
#include "checkpoint/side/leaf.h"

/* ---- going back ---- */

/* Activations that come from block `pred` of `from` (SU_NO_BLOCK: it enters none) while `to` may
 * have come any way; but when it closes a loop, not from before the loop. */
static bool need_arrival(struct su_query *query, const struct su_product_node *node, uint32_t u,
			 uint32_t v, uint32_t pred)
{
	struct su_values *from = query->prover->pair->from->values,
			 *to = query->prover->pair->to->values;
	const struct su_product *product = query->prover->pair->product;
	uint32_t block = to->code->block_of[node->j];
	const struct su_block *b = &to->code->blocks[block];
	bool holds = true, loops = false;

	if (pred != SU_NO_BLOCK) {
		uint32_t entered = from->code->block_of[node->i];

		u = su_path_before(from, u, entered, pred);
		loops = product->order_from[pred] >= product->order_from[entered];
	}
	if (node->j != b->first || !b->pred_count)
		return su_query_need_before(query, su_anywhere, u, v);
	for (uint32_t p = 0; p < b->pred_count && holds; p++) {
		if (!loops || product->order_to[b->pred[p]] >= product->order_to[block])
			holds = su_query_need_before(query, su_anywhere, u,
						     su_path_before(to, v, block, b->pred[p]));
	}
	return holds;
}

/* The same values, before `node` was reached. */
static bool need_on_entry(struct su_query *query, struct su_goal_place place, uint32_t u,
			  uint32_t v)
{
	const struct su_pair *pair = query->prover->pair;
	struct su_values *from = pair->from->values, *to = pair->to->values;
	const struct su_product *product = pair->product;
	const struct su_product_node *node = &product->nodes.at[place.node];
	uint32_t arrivals = place.strict ? node->arrival_count : node->lost_count;
	bool holds = place.node != 0 && node->in_count + arrivals > 0;

	for (uint32_t e = node->in; e < node->in + node->in_count && holds; e++) {
		const struct su_product_edge *edge = &product->edges.at[product->in_edges[e]];
		uint32_t u_in = u, v_in = v;

		if (edge->from_pred != SU_NO_BLOCK)
			u_in = su_path_before(from, u, from->code->block_of[node->i],
					      edge->from_pred);
		if (edge->to_pred != SU_NO_BLOCK)
			v_in = su_path_before(to, v, to->code->block_of[node->j], edge->to_pred);
		holds = su_query_need_before(query, (struct su_goal_place){ edge->source, false },
					     u_in, v_in);
	}
	for (uint32_t n = 0; n < arrivals && holds; n++)
		holds = need_arrival(query, node, u, v, product->arrivals.at[node->arrivals + n]);
	return holds;
}

bool su_query_look_back(struct su_query *query, struct su_goal_place place, uint32_t u, uint32_t v)
{
	const struct su_pair *pair = query->prover->pair;
	const struct su_product_node *node;

	if (place.node == SU_NO_NODE || place.node == SU_IN_PLACE)
		return false;
	node = &pair->product->nodes.at[place.node];
	if (su_path_makes(pair->from->values, u, node->i, node->stop_i) ||
	    su_path_makes(pair->to->values, v, node->j, node->stop_j))
		return false;
	return need_on_entry(query, place, u, v);
}

/* The only node that runs both instructions, or SU_NO_NODE. */
static uint32_t only_node(const struct su_product *product, uint32_t i, uint32_t j)
{
	uint32_t node = product->only_from[i];

	return node == product->only_to[j] && node != SU_MANY_NODES ? node : SU_NO_NODE;
}

/* ---- merges ---- */

/* Whether one side waits there at the start of its block, and has its merge made already, before
 * both are at `both`: the other's merge is still that of the round before. */
static bool is_made_by_one(const struct su_product *product, uint32_t place, uint32_t both)
{
	const struct su_product_node *nodes = product->nodes.at;

	return place != SU_NO_NODE && place != both &&
	       (nodes[place].i == nodes[both].i || nodes[place].j == nodes[both].j);
}

/* Two merges: straight to where both are made, if that is one node. */
bool su_query_relate_merges(struct su_query *query, struct su_goal_place place, uint32_t number_u,
			    uint32_t number_v)
{
	const struct su_pair *pair = query->prover->pair;
	const struct su_values *from = pair->from->values, *to = pair->to->values;
	const struct su_value *u = su_value_get(from, number_u), *v = su_value_get(to, number_v);
	uint32_t i = from->code->blocks[u->where].first, j = to->code->blocks[v->where].first;
	uint32_t both = su_product_node_at(pair->product, i, j);
	struct su_goal_place made = { both, false };

	if (place.node == SU_IN_PLACE)
		return su_in_place_merges(query, u, v);
	if (both != SU_NO_NODE && only_node(pair->product, i, j) == both &&
	    !is_made_by_one(pair->product, place.node, both))
		return place.node == both /* once for all that ask */
			       ? need_on_entry(query, made, number_u, number_v)
			       : su_query_need(query, made, number_u, number_v, query->size);
	if (both != SU_NO_NODE && place.node == SU_NO_NODE)
		return need_on_entry(query, (struct su_goal_place){ both, true }, number_u,
				     number_v);
	return su_query_look_back(query, place, number_u, number_v);
}

/* ---- results of instructions ---- */

/* Another function is called there: it gives the same where it is given the same. */
static bool exchanged_result(struct su_query *query, struct su_goal_place place,
			     const struct su_value *u, const struct su_value *v)
{
	const struct su_pair *pair = query->prover->pair;
	uint32_t in_u[SU_ABI_ARGUMENT_COUNT], in_v[SU_ABI_ARGUMENT_COUNT];
	int count;

	if (!su_abi_is_result(u->loc) || !su_calls_exchange_type(pair, u->where, v->where))
		return false;
	if (su_calls_is_helper(query->prover->calls, u->where, v->where))
		return true;
	count = su_calls_exchange_arguments(pair, u->where, v->where, in_u, in_v);
	for (int i = 0; i < count; i++) {
		if (!su_query_need_whole(query, place, in_u[i], in_v[i]))
			return false;
	}
	return count > 0;
}

static bool same_call_result(struct su_query *query, struct su_goal_place place, uint32_t u,
			     uint32_t v)
{
	uint32_t arguments[SU_ABI_ARGUMENT_COUNT][2];
	size_t count = su_calls_arguments(query->prover->calls, u, v, arguments);
	bool holds = su_calls_same_result(query->prover->calls, u, v);

	for (size_t i = 0; i < count && holds; i++)
		holds = su_query_need_whole(query, place, arguments[i][0], arguments[i][1]);
	return holds;
}

/* Both are results of these instructions, the last time that they ran there. */
static bool same_result(struct su_query *query, struct su_goal_place place,
			const struct su_value *u, const struct su_value *v)
{
	const struct su_pair *pair = query->prover->pair;
	const struct su_insn *a = &pair->from->values->code->insns[u->where];
	const struct su_insn *b = &pair->to->values->code->insns[v->where];

	if (!su_product_runs_together(pair->product, place.node, u->where, v->where) ||
	    u->overflow || !su_query_same_shape(u, v))
		return false;
	if (su_calls_is_exchanged(pair, u->where, v->where))
		return exchanged_result(query, place, u, v);
	if (a->opcode == SU_OPC_CALL)
		return su_calls_same_result_type(pair, a, b) &&
		       (!su_abi_is_result(u->loc) ||
			same_call_result(query, place, u->where, v->where));
	return su_query_need_inputs(query, place, u, v);
}

/* Whether the results are the same when it is not known how both got where they are. */
static bool same_result_somewhere(struct su_query *query, const struct su_value *u,
				  const struct su_value *v)
{
	const struct su_product_pair *pair =
		su_product_pair_of(query->prover->pair->product, u->where, v->where);

	return pair && same_result(query, (struct su_goal_place){ pair->node, true }, u, v);
}

static bool relate_results(struct su_query *query, struct su_goal_place place, uint32_t number_u,
			   uint32_t number_v)
{
	const struct su_pair *pair = query->prover->pair;
	const struct su_product *product = pair->product;
	struct su_value u = *su_value_get(pair->from->values, number_u);
	struct su_value v = *su_value_get(pair->to->values, number_v);
	uint32_t only = only_node(product, u.where, v.where);
	const struct su_product_node *node;

	if (place.node == SU_IN_PLACE)
		return su_in_place_results(query, &u, &v);
	if (only != SU_NO_NODE)
		return same_result(query, (struct su_goal_place){ only, false }, &u, &v);
	if (place.node == SU_NO_NODE)
		return same_result_somewhere(query, &u, &v);
	node = &product->nodes.at[place.node];
	if (u.where >= node->i && u.where < node->stop_i && v.where >= node->j &&
	    v.where < node->stop_j)
		return same_result(query, place, &u, &v);
	return su_query_look_back(query, place, number_u, number_v);
}

/* ---- expressions ---- */

/* Which of two orders fits better: sums and the like have theirs from the numbers of the values. */
static bool may_fit(const struct su_pair *pair, uint32_t number_u, uint32_t number_v, uint8_t size)
{
	const struct su_values *from = pair->from->values, *to = pair->to->values;
	const struct su_value *u = su_value_get(from, su_value_low_part(from, number_u, size));
	const struct su_value *v = su_value_get(to, su_value_low_part(to, number_v, size));
	uint32_t only;

	if (u->kind != v->kind)
		return false;
	switch (u->kind) {
	case SU_VAL_DEF:
		only = only_node(pair->product, u->where, v->where);
		return only != SU_NO_NODE &&
		       su_product_runs_together(pair->product, only, u->where, v->where);
	case SU_VAL_PHI:
		return only_node(pair->product, pair->from->values->code->blocks[u->where].first,
				 pair->to->values->code->blocks[v->where].first) != SU_NO_NODE;
	case SU_VAL_EXPR:
		return u->op == v->op && u->imm == v->imm && u->size == v->size;
	default:
		return u->imm == v->imm && u->loc == v->loc;
	}
}

static bool is_commutative(const struct su_value *value)
{
	switch (value->op) {
	case SU_EXPR_SUM:
		return value->size == 1;
	case SU_EXPR_AND:
	case SU_EXPR_OR:
	case SU_EXPR_XOR:
	case SU_EXPR_MUL:
		return true;
	default:
		return false;
	}
}

static bool need_operands(struct su_query *query, struct su_goal_place place,
			  const struct su_value *u, const struct su_value *v)
{
	const struct su_pair *pair = query->prover->pair;
	uint8_t size = su_value_needed_size(u, query->size);
	bool swap = u->args[1] && is_commutative(u) &&
		    !may_fit(pair, u->args[0], v->args[0], size) &&
		    (may_fit(pair, u->args[0], v->args[1], size) ||
		     may_fit(pair, u->args[1], v->args[0], size));

	return su_query_need(query, place, u->args[0], v->args[swap], size) &&
	       (!u->args[1] || su_query_need(query, place, u->args[1], v->args[!swap],
					     u->op == SU_EXPR_INSERT ? 8 : size));
}

static bool is_sum(const struct su_value *value)
{
	return value->kind == SU_VAL_EXPR && value->op == SU_EXPR_SUM;
}

static bool relate_expressions(struct su_query *query, struct su_goal_place place,
			       uint32_t number_u, uint32_t number_v)
{
	struct su_values *from = query->prover->pair->from->values,
			 *to = query->prover->pair->to->values;
	struct su_value u = *su_value_get(from, number_u), v = *su_value_get(to, number_v);

	if (is_sum(&u) && u.imm) /* u + n = v  <=>  u = v - n */
		return su_query_need(
			query, place, su_value_sum(from, u.args[0], u.args[1], u.size, 0),
			su_value_sum(to, number_v, 0, 0, (int64_t)(0 - (uint64_t)u.imm)),
			query->size);
	if (u.kind == v.kind && u.op == v.op && u.size == v.size && u.imm == v.imm &&
	    !u.args[1] == !v.args[1])
		return need_operands(query, place, &u, &v);
	return su_query_look_back(query, place, number_u, number_v);
}

/* ---- one step ---- */

/* A value with the same low `size` bytes, without extensions that do not matter to these. */
static uint32_t reduced_value(struct su_values *values, uint32_t number, uint8_t size)
{
	struct su_value value;
	uint32_t a, b;

	for (;;) {
		number = su_value_low_part(values, number, size);
		value = *su_value_get(values, number);
		if (!is_sum(&value))
			return number;
		a = su_value_low_part(values, value.args[0], size);
		b = su_value_low_part(values, value.args[1], size);
		if (a == value.args[0] && b == value.args[1])
			return number;
		number = su_value_sum(values, a, b, value.size, value.imm);
	}
}

/* Whether u and v may be related, given the goals that it adds. */
static bool relate_values(struct su_query *query, struct su_goal_place place, uint32_t number_u,
			  uint32_t number_v)
{
	const struct su_pair *pair = query->prover->pair;
	const struct su_value *u, *v;

	if (query->steps)
		return su_steps_relate(query, place, number_u, number_v);
	number_u = reduced_value(pair->from->values, number_u, query->size);
	number_v = reduced_value(pair->to->values, number_v, query->size);
	u = su_value_get(pair->from->values, number_u);
	v = su_value_get(pair->to->values, number_v);
	if (su_leaf_is(u) && su_leaf_is(v))
		return su_leaf_same(pair, u, v, query->size);
	if (u->kind == SU_VAL_PHI && v->kind == SU_VAL_PHI)
		return su_query_relate_merges(query, place, number_u, number_v);
	if (u->kind == SU_VAL_DEF && v->kind == SU_VAL_DEF)
		return relate_results(query, place, number_u, number_v);
	if (u->kind == SU_VAL_EXPR || v->kind == SU_VAL_EXPR)
		return relate_expressions(query, place, number_u, number_v);
	if (u->kind != SU_VAL_PHI && v->kind != SU_VAL_PHI)
		return false;
	return su_query_look_back(query, place, number_u, number_v);
}

/* ---- queries ---- */

/* The goal as a number; 0 when it does not fit into one. */
static uint64_t key_of(const struct su_goal *goal)
{
	uint64_t node = goal->place.node == SU_NO_NODE ? 0 : goal->place.node + 1ull;
	uint64_t part = (uint64_t)__builtin_ctz(goal->size); /* 1, 2, 4 or 8 */

	if (node >> 20 || goal->u >> 20 || goal->v >> 21)
		return 0;
	return node << 44 | (uint64_t)goal->u << 24 | (uint64_t)goal->v << 3 | part << 1 |
	       goal->place.strict;
}

/* What refutes a goal refutes those that need it. */
static void refute_goal(struct su_query *query, uint32_t goal)
{
	for (;; goal = query->goals.at[goal].parent) {
		uint64_t key = key_of(&query->goals.at[goal]);

		if (key)
			su_memo_put(&query->prover->related, key, false);
		if (!goal)
			return;
	}
}

/* Takes each goal in turn, until one fails or none is left. */
static bool prove_goals(struct su_query *query)
{
	struct su_memo visited = { 0 };
	bool holds = true;

	for (; query->at < query->goals.len; query->at++) {
		struct su_goal goal = query->goals.at[query->at];
		uint64_t key = key_of(&goal);
		uint32_t known = false, seen;

		if (key && su_memo_get(&visited, key, &seen)) {
			holds = query->goals.at[seen].apart == goal.apart;
			if (!holds)
				break;
			continue;
		}
		if (key && (query->steps || !su_memo_get(&query->prover->related, key, &known))) {
			su_memo_put(&visited, key, query->at);
			query->size = goal.size;
			query->apart = goal.apart;
			known = relate_values(query, goal.place, goal.u, goal.v);
		}
		holds = known;
		if (!holds)
			break;
	}
	su_memo_deinit(&visited);
	return holds;
}

/* Whether the value is made after the call, an iteration ago. */
static bool is_stale(const struct su_values *values, uint32_t number, uint32_t call, uint32_t stop)
{
	return su_path_makes(values, number, call + 1, stop);
}

static bool is_related(struct su_prover *prover, struct su_goal_place place, uint32_t u, uint32_t v,
		       uint8_t size)
{
	struct su_query query = { .prover = prover };
	bool holds;

	su_query_need(&query, place, u, v, size < 8 ? size : 8);
	holds = prove_goals(&query);
	if (!holds) /* too much is no more than that */
		refute_goal(&query, query.goals.len < SU_MAX_GOALS ? query.at : 0);
	for (size_t i = 0; i < query.goals.len && holds; i++)
		su_memo_put(&prover->related, key_of(&query.goals.at[i]), true);
	su_vec_deinit(&query.goals);
	return holds;
}

static bool is_in_place(const struct su_pair *pair, const struct su_product_pair *at)
{
	return pair->alignment->differs && at && at->i == at->j;
}

/* Where a question about what holds after `at` begins; false when one of the values is not there. */
static bool place_after(const struct su_pair *pair, const struct su_product_pair *at, uint32_t u,
			uint32_t v, struct su_goal_place *ret)
{
	const struct su_product_node *node =
		at && at->node != SU_NO_NODE ? &pair->product->nodes.at[at->node] : NULL;

	*ret = su_anywhere;
	if (!node)
		return true;
	*ret = (struct su_goal_place){ at->node, node->arrival_count > node->lost_count };
	return !is_stale(pair->from->values, u, at->i, node->stop_i) &&
	       !is_stale(pair->to->values, v, at->j, node->stop_j);
}

bool su_prover_related_part(struct su_prover *prover, const struct su_product_pair *at, uint32_t u,
			    uint32_t v, uint8_t size)
{
	struct su_goal_place place;

	if (is_in_place(prover->pair, at) && is_related(prover, su_in_place, u, v, size))
		return true;
	return place_after(prover->pair, at, u, v, &place) && is_related(prover, place, u, v, size);
}

static bool steps_hold(struct su_prover *prover, struct su_goal_place place, uint32_t u, uint32_t v,
		       struct su_steps *steps)
{
	struct su_query query = { .prover = prover, .steps = steps };
	bool holds;

	su_query_need_whole(&query, place, u, v);
	holds = prove_goals(&query) && query.ahead_is_known;
	steps->ahead = query.ahead;
	su_vec_deinit(&query.goals);
	return holds;
}

bool su_prover_steps_hold(struct su_prover *prover, const struct su_product_pair *at, uint32_t u,
			  uint32_t v, struct su_steps *steps)
{
	struct su_goal_place place;

	if (is_in_place(prover->pair, at) && steps_hold(prover, su_in_place, u, v, steps))
		return true;
	return place_after(prover->pair, at, u, v, &place) &&
	       steps_hold(prover, place, u, v, steps);
}

bool su_prover_related(struct su_prover *prover, const struct su_product_pair *at, uint32_t u,
		       uint32_t v)
{
	return su_prover_related_part(prover, at, u, v, 8);
}

void su_prover_deinit(struct su_prover *prover)
{
	su_memo_deinit(&prover->related);
}
