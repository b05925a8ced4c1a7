/*
 * The simulation relation: which value of the one function equals which value of the other on every
 * aligned path.
 *
 * Two values are related when they are made in the same way from related values: constants and
 * addresses by meaning, results of paired instructions from related inputs, merges of paired blocks
 * from related inputs along corresponding edges.  Merges make this circular; the greatest relation
 * without contradiction is wanted, so a query assumes what it visits and fails if any pair that it
 * needs fails.  As every rule is a conjunction, one failure refutes the query, and success proves
 * all that it visited.
 *
 * An edge of `from` starts, looking back through blocks without a pair (inserted code, jumps that
 * only one layout has), at paired blocks: its origins.  For each of them it corresponds to the
 * edges of `to` that start at the origin's pair; merges in between are looked through to what they
 * are when control came from there.  When there is no such edge, any may be the one: then all must
 * agree.
 */
#include <stdlib.h>
#include <string.h>

#include "arch/x86_64/abi.h"
#include "checkpoint/carry.h"
#include "diff/compare.h"

struct query {
	struct su_carry *carry;
	SU_VEC(uint64_t) pairs; /* u << 32 | v; visited when before `done` */
};

static const char yes_mark, no_mark;

static void need(struct query *query, uint32_t u, uint32_t v)
{
	su_vec_push(&query->pairs, (uint64_t)u << 32 | v);
}

/* Whether both addresses are in the same variable, v by `apart` further in. */
static bool same_object(const struct su_carry *carry, int64_t u, int64_t v, int64_t apart)
{
	struct su_meaning in_u = su_program_meaning(carry->from->program, (uint64_t)u);
	struct su_meaning in_v = su_program_meaning(carry->to->program, (uint64_t)v);

	return in_u.kind == SU_MEANS_DATUM && in_v.kind == SU_MEANS_DATUM && !in_u.or_end_of &&
	       !in_v.or_end_of && in_u.datum->peer == in_v.datum && in_v.off - in_u.off == apart;
}

/* Whether what the code names is the same, moved equally far. */
static bool same_address(const struct su_carry *carry, const struct su_value *u_value,
			 const struct su_value *v_value)
{
	int64_t u = u_value->imm - su_value_distance(u_value);
	int64_t v = v_value->imm - su_value_distance(v_value);
	const struct su_program *from = carry->from->program, *to = carry->to->program;

	if (su_value_distance(u_value) != su_value_distance(v_value))
		return same_object(carry, u, v,
				   su_value_distance(u_value) - su_value_distance(v_value));
	if (su_function_covers(carry->from->routine->code, (uint64_t)u) ||
	    su_function_covers(carry->to->routine->code, (uint64_t)v))
		return (uint64_t)u == carry->from->routine->vaddr &&
		       (uint64_t)v == carry->to->routine->vaddr;
	if (carry->reverse)
		return su_same_meaning(to, (uint64_t)v, from, (uint64_t)u, 0);
	return su_same_meaning(from, (uint64_t)u, to, (uint64_t)v, 0);
}

/* ---- parameters ---- */

static const struct su_local *parameter_in(const struct su_side *side, uint8_t reg)
{
	for (size_t i = 0; i < side->local_count; i++) {
		if (!side->locals[i].is_parameter || strchr(side->locals[i].key, '>'))
			continue;
		struct su_loc loc = su_debug_local_at(side->program->debug, side->routine->vaddr,
						      (uint32_t)i, side->routine->vaddr);
		if (loc.kind == SU_LOC_REG && loc.reg == reg)
			return &side->locals[i];
	}
	return NULL;
}

static bool same_signature(const struct su_carry *carry)
{
	uint64_t result, u, v;

	return su_debug_signature_at(carry->from->program->debug, carry->from->routine->vaddr,
				     &result, &u) &&
	       su_debug_signature_at(carry->to->program->debug, carry->to->routine->vaddr, &result,
				     &v) &&
	       u == v;
}

static bool same_entry(const struct su_carry *carry, uint32_t reg_u, uint32_t reg_v)
{
	if (su_abi_callee_saved((uint8_t)reg_u) || su_abi_callee_saved((uint8_t)reg_v))
		return reg_u == reg_v;
	const struct su_local *p = parameter_in(carry->from, (uint8_t)reg_u);
	const struct su_local *q = parameter_in(carry->to, (uint8_t)reg_v);

	if (p && q)
		return strcmp(p->name, q->name) == 0 && p->type_hash == q->type_hash;
	return !p && !q && reg_u == reg_v && same_signature(carry);
}

/* ---- frame addresses ---- */

static const struct su_local *object_at(const struct su_side *side, int64_t off,
					int64_t *ret_inside)
{
	for (size_t i = 0; i < side->values->regions.len; i++) {
		const struct su_region *region = &side->values->regions.at[i];

		if (region->local >= 0 && off >= region->off &&
		    off <= region->off + (int64_t)region->size) {
			*ret_inside = off - region->off;
			return &side->locals[region->local];
		}
	}
	return NULL;
}

static bool same_frame_address(const struct su_carry *carry, int64_t u, int64_t v)
{
	int64_t inside_u, inside_v;
	const struct su_local *p = object_at(carry->from, u, &inside_u);
	const struct su_local *q = object_at(carry->to, v, &inside_v);

	if (p && q)
		return strcmp(p->key, q->key) == 0 && inside_u == inside_v;
	return !p && !q && u == su_carry_place(carry, v);
}

/* ---- merges ---- */

typedef SU_VEC(uint32_t) number_list;

static bool holds_number(const number_list *list, uint32_t number)
{
	for (size_t i = 0; i < list->len; i++) {
		if (list->at[i] == number)
			return true;
	}
	return false;
}

/* One of the two functions, while edges into a merge are compared. */
struct flow {
	struct su_values *values;
	const uint32_t *pair_of; /* by block: the other function's, or UINT32_MAX */
};

/* The paired blocks that control may come from to the end of `block` through blocks without a pair:
 * `block` itself when it is paired. */
static number_list origins(const struct flow *flow, uint32_t block)
{
	number_list found = { 0 }, queue = { 0 };

	su_vec_push(&queue, block);
	for (size_t i = 0; i < queue.len; i++) {
		const struct su_block *b = &flow->values->code->blocks[queue.at[i]];

		if (flow->pair_of[queue.at[i]] != UINT32_MAX) {
			su_vec_push(&found, queue.at[i]);
			continue;
		}
		for (uint32_t p = 0; p < b->pred_count; p++) {
			if (!holds_number(&queue, b->pred[p]))
				su_vec_push(&queue, b->pred[p]);
		}
	}
	su_vec_deinit(&queue);
	return found;
}

static bool comes_from(const struct flow *flow, uint32_t block, uint32_t origin)
{
	number_list all = origins(flow, block);
	bool found = holds_number(&all, origin);

	su_vec_deinit(&all);
	return found;
}

#define MAX_MERGES_ON_PATH 6

/* What a value is when control came from `origin`: a merge in a block without a pair is looked
 * through, to its inputs from there. */
static void values_from(const struct flow *flow, uint32_t number, uint32_t origin, int depth,
			number_list *ret)
{
	struct su_value value = *su_value_get(flow->values, number);

	if (!number)
		return;
	if (value.kind != SU_VAL_PHI || flow->pair_of[value.where] != UINT32_MAX ||
	    depth >= MAX_MERGES_ON_PATH) {
		if (!holds_number(ret, number))
			su_vec_push(ret, number);
		return;
	}
	const struct su_block *block = &flow->values->code->blocks[value.where];
	for (uint32_t i = 0; i < block->pred_count; i++) {
		if (comes_from(flow, block->pred[i], origin))
			values_from(flow, flow->values->out[block->pred[i]][value.loc], origin,
				    depth + 1, ret);
	}
}

/* The values that merge `v` gets along its edges from `origin`: through blocks without a pair, or,
 * when there are none such, straight from it. */
static number_list inputs_from(const struct flow *flow, const struct su_value *v, uint32_t origin,
			       bool straight)
{
	const struct su_block *block = &flow->values->code->blocks[v->where];
	number_list found = { 0 };

	for (int round = 0; round < 2 && !found.len; round++) {
		for (uint32_t i = 0; i < block->pred_count; i++) {
			uint32_t pred = block->pred[i];

			if ((pred == origin) == (straight == (round == 0)) &&
			    comes_from(flow, pred, origin))
				values_from(flow, flow->values->out[pred][v->loc], origin, 0,
					    &found);
		}
	}
	return found;
}

static void need_all(struct query *query, const number_list *us, const number_list *vs)
{
	for (size_t i = 0; i < us->len; i++) {
		for (size_t j = 0; j < vs->len; j++)
			need(query, us->at[i], vs->at[j]);
	}
}

/* Any edge of `to` may be the one that corresponds. */
static void need_everything(struct query *query, uint32_t u_in, const struct su_value *v)
{
	const struct su_values *to = query->carry->to->values;
	const struct su_block *block = &to->code->blocks[v->where];

	for (uint32_t i = 0; i < block->pred_count; i++) {
		uint32_t v_in = to->out[block->pred[i]][v->loc];

		if (v_in)
			need(query, u_in, v_in);
	}
}

static void need_edge(struct query *query, uint32_t u_in, uint32_t pred, const struct su_value *v)
{
	const struct su_alignment *alignment = query->carry->alignment;
	const struct flow from = { query->carry->from->values, alignment->new_block_of };
	const struct flow to = { query->carry->to->values, alignment->old_block_of };
	number_list starts = origins(&from, pred);

	if (!starts.len)
		need_everything(query, u_in, v);
	for (size_t i = 0; i < starts.len; i++) {
		uint32_t start = starts.at[i];
		number_list us = { 0 };
		number_list vs = inputs_from(&to, v, from.pair_of[start], start == pred);

		values_from(&from, u_in, start, 0, &us);
		if (vs.len)
			need_all(query, &us, &vs);
		else
			need_everything(query, u_in, v);
		su_vec_deinit(&us);
		su_vec_deinit(&vs);
	}
	su_vec_deinit(&starts);
}

static bool merges(struct query *query, const struct su_value *u, const struct su_value *v)
{
	const struct su_carry *carry = query->carry;
	const struct su_block *block = &carry->from->values->code->blocks[u->where];

	if (carry->alignment->new_block_of[u->where] != v->where)
		return false;
	if (u->where == 0 || v->where == 0) /* the entry is one more edge: not followed */
		return false;
	for (uint32_t i = 0; i < block->pred_count; i++) {
		uint32_t u_in = carry->from->values->out[block->pred[i]][u->loc];

		if (u_in)
			need_edge(query, u_in, block->pred[i], v);
	}
	return true;
}

/* ---- instructions and expressions ---- */

static bool need_args(struct query *query, const struct su_value *u, const struct su_value *v)
{
	if (u->arg_count != v->arg_count)
		return false;
	for (uint8_t i = 0; i < u->arg_count; i++)
		need(query, u->args[i], v->args[i]);
	return true;
}

static bool same_result_type(const struct su_carry *carry, const struct su_insn *a,
			     const struct su_insn *b)
{
	uint64_t in_a, in_b, whole;

	if (a->flow != SU_FLOW_CALL || b->flow != SU_FLOW_CALL)
		return a->flow == b->flow;
	bool known_a = su_debug_signature_at(carry->from->program->debug, a->target, &in_a, &whole);
	bool known_b = su_debug_signature_at(carry->to->program->debug, b->target, &in_b, &whole);
	return known_a == known_b && (!known_a || in_a == in_b);
}

static bool results(struct query *query, const struct su_value *u, const struct su_value *v)
{
	const struct su_carry *carry = query->carry;
	const struct su_insn *a = &carry->from->values->code->insns[u->where];
	const struct su_insn *b = &carry->to->values->code->insns[v->where];

	if (carry->alignment->new_of[u->where] != v->where || u->role != v->role || u->overflow ||
	    v->overflow || u->narrow != v->narrow || u->size != v->size)
		return false;
	if (a->opcode == SU_OPC_CALL)
		return same_result_type(carry, a, b);
	return need_args(query, u, v);
}

static bool expressions(struct query *query, const struct su_value *u, const struct su_value *v)
{
	return u->op == v->op && u->size == v->size && u->imm == v->imm && need_args(query, u, v);
}

/* One step: whether u and v may be related, given the pairs that it adds. */
static bool step(struct query *query, uint32_t number_u, uint32_t number_v)
{
	const struct su_carry *carry = query->carry;
	const struct su_value *u = su_value_get(carry->from->values, number_u);
	const struct su_value *v = su_value_get(carry->to->values, number_v);

	if (u->kind != v->kind)
		return false;
	switch (u->kind) {
	case SU_VAL_UNDEFINED:
	case SU_VAL_CANARY:
		return true;
	case SU_VAL_CONST:
		return u->imm == v->imm;
	case SU_VAL_ADDR:
		return same_address(carry, u, v);
	case SU_VAL_FRAME:
		return same_frame_address(carry, u->imm, v->imm);
	case SU_VAL_ENTRY:
		return same_entry(carry, u->loc, v->loc);
	case SU_VAL_INCOMING:
		return u->imm == v->imm && u->size == v->size && same_signature(carry);
	case SU_VAL_DEF:
		return results(query, u, v);
	case SU_VAL_PHI:
		return merges(query, u, v);
	case SU_VAL_EXPR:
		return expressions(query, u, v);
	default:
		return false;
	}
}

bool su_carry_related(struct su_carry *carry, uint32_t u, uint32_t v)
{
	struct query query = { .carry = carry };
	struct su_map *visited;
	bool holds = true;
	uint64_t top = (uint64_t)u << 32 | v;
	const void *known = carry->related ? su_map_get_u64(carry->related, top) : NULL;

	if (known)
		return known == &yes_mark;
	if (!carry->related)
		carry->related = su_map_create();
	visited = su_map_create();
	need(&query, u, v);
	for (size_t i = 0; i < query.pairs.len && holds; i++) {
		uint64_t pair = query.pairs.at[i];

		if (su_map_get_u64(visited, pair))
			continue;
		su_map_put_u64(visited, pair, (void *)&yes_mark);
		known = su_map_get_u64(carry->related, pair);
		if (known == &yes_mark)
			continue;
		holds = known != &no_mark && step(&query, (uint32_t)(pair >> 32), (uint32_t)pair);
	}
	for (size_t i = 0; i < query.pairs.len && holds; i++)
		su_map_put_u64(carry->related, query.pairs.at[i], (void *)&yes_mark);
	if (!holds)
		su_map_put_u64(carry->related, top, (void *)&no_mark);
	su_map_destroy(visited);
	su_vec_deinit(&query.pairs);
	return holds;
}
