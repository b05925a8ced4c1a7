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
#include <stdlib.h>
#include <string.h>

#include "analysis/value_table.h"
#include "arch/x86_64/abi.h"
#include "checkpoint/carry.h"
#include "diff/compare.h"

#define MAX_GOALS 2000 /* of one query */
#define MAX_DEPTH 16   /* levels of an expression */

/* Where a goal is to hold: for those at the end of what runs in `node`. */
struct place {
	uint32_t node;
	bool strict; /* and for all others that run what `from` runs there */
};

/* For all, wherever they are: both made their values somewhere. */
static const struct place anywhere = { SU_NO_NODE, true };

struct goal {
	struct place place;
	uint32_t u, v;	 /* to be related, of which the low */
	uint8_t size;	 /* bytes count (8: all) */
	uint32_t parent; /* the goal that needs it */
};

struct query {
	struct su_carry *carry;
	uint32_t at;  /* the goal in hand */
	uint8_t size; /* its size */
	SU_VEC(struct goal) goals;
};

static const char yes_mark, no_mark;

static bool need_part(struct query *query, struct place place, uint32_t u, uint32_t v, uint8_t size)
{
	su_vec_push(&query->goals, (struct goal){ place, u, v, size, query->at });
	return query->goals.len < MAX_GOALS;
}

static bool need(struct query *query, struct place place, uint32_t u, uint32_t v)
{
	return need_part(query, place, u, v, 8);
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

/* Whether a parameter is nowhere on entry: something else may come in its place, a member of what
 * it points to (gcc's .isra clones, clang's argument promotion), which no DWARF tells. */
static bool lacks_parameter(const struct su_side *side)
{
	for (uint32_t i = 0; i < side->local_count; i++) {
		if (!side->locals[i].is_parameter || strchr(side->locals[i].key, '>'))
			continue;
		if (su_debug_local_at(side->program->debug, side->routine->vaddr, i,
				      side->routine->vaddr)
			    .kind == SU_LOC_NONE)
			return true;
	}
	return false;
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
	return !p && !q && reg_u == reg_v && same_signature(carry) &&
	       !lacks_parameter(carry->from) && !lacks_parameter(carry->to);
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

/* ---- going back ---- */

/* The expression over other operands. */
static uint32_t remake(struct su_values *values, const struct su_value *value, uint32_t a,
		       uint32_t b)
{
	switch (value->op) {
	case SU_EXPR_SUM:
		return su_value_sum(values, a, b, value->size, value->imm);
	case SU_EXPR_ZX:
		return su_value_zx(values, a, value->size);
	case SU_EXPR_SX:
		return su_value_sx(values, a, value->size);
	case SU_EXPR_INSERT:
		return su_value_insert(values, a, b, value->size);
	case SU_EXPR_SUB:
	case SU_EXPR_AND:
	case SU_EXPR_OR:
	case SU_EXPR_XOR:
	case SU_EXPR_MUL:
		return su_value_binary(values, value->op, a,
				       b ? b : su_value_const(values, value->imm));
	default:
		return su_value_unary(values, value->op, a, value->size, value->imm);
	}
}

/* Whether the value is made by an instruction in [first, stop). */
static bool is_made_in(const struct su_values *values, uint32_t number, uint32_t first,
		       uint32_t stop, int depth)
{
	const struct su_value *value = su_value_get(values, number);
	bool found = value->kind == SU_VAL_DEF && value->where >= first && value->where < stop;

	if (value->kind != SU_VAL_EXPR)
		return found;
	for (uint8_t i = 0; i < value->arg_count && !found; i++)
		found = depth >= MAX_DEPTH ||
			is_made_in(values, value->args[i], first, stop, depth + 1);
	return found;
}

/* What a value is before its function enters `block` from `pred`: its merges are what flows into
 * them.  0: no path comes that way. */
static uint32_t before_entering(struct su_values *values, uint32_t number, uint32_t block,
				uint32_t pred, int depth)
{
	struct su_value value = *su_value_get(values, number);
	uint32_t args[2] = { 0 };

	if (value.kind == SU_VAL_PHI && value.where == block)
		return values->out[pred][value.loc];
	if (value.kind != SU_VAL_EXPR)
		return number;
	for (uint8_t i = 0; i < 2; i++) {
		if (!value.args[i])
			continue;
		args[i] = depth < MAX_DEPTH
				  ? before_entering(values, value.args[i], block, pred, depth + 1)
				  : 0;
		if (!args[i])
			return 0;
	}
	if (args[0] == value.args[0] && args[1] == value.args[1])
		return number;
	return remake(values, &value, args[0], args[1]);
}

static bool need_before(struct query *query, struct place source, uint32_t u, uint32_t v)
{
	return !u || !v || need_part(query, source, u, v, query->size);
}

/* Activations that come from block `pred` of `from` (SU_NO_BLOCK: it enters none) while `to` may
 * have come any way; but when it closes a loop, not from before the loop. */
static bool need_arrival(struct query *query, const struct su_product_node *node, uint32_t u,
			 uint32_t v, uint32_t pred)
{
	struct su_values *from = query->carry->from->values, *to = query->carry->to->values;
	const struct su_product *product = query->carry->product;
	uint32_t block = to->code->block_of[node->j];
	const struct su_block *b = &to->code->blocks[block];
	bool holds = true, loops = false;

	if (pred != SU_NO_BLOCK) {
		uint32_t entered = from->code->block_of[node->i];

		u = before_entering(from, u, entered, pred, 0);
		loops = product->order_from[pred] >= product->order_from[entered];
	}
	if (node->j != b->first || !b->pred_count)
		return need_before(query, anywhere, u, v);
	for (uint32_t p = 0; p < b->pred_count && holds; p++) {
		if (!loops || product->order_to[b->pred[p]] >= product->order_to[block])
			holds = need_before(query, anywhere, u,
					    before_entering(to, v, block, b->pred[p], 0));
	}
	return holds;
}

/* The same values, before `node` was reached. */
static bool need_on_entry(struct query *query, struct place place, uint32_t u, uint32_t v)
{
	struct su_carry *carry = query->carry;
	struct su_values *from = carry->from->values, *to = carry->to->values;
	const struct su_product *product = carry->product;
	const struct su_product_node *node = &product->nodes.at[place.node];
	uint32_t arrivals = place.strict ? node->arrival_count : node->lost_count;
	bool holds = place.node != 0 && node->in_count + arrivals > 0;

	for (uint32_t e = node->in; e < node->in + node->in_count && holds; e++) {
		const struct su_product_edge *edge = &product->edges.at[product->in_edges[e]];
		uint32_t u_in = u, v_in = v;

		if (edge->from_pred != SU_NO_BLOCK)
			u_in = before_entering(from, u, from->code->block_of[node->i],
					       edge->from_pred, 0);
		if (edge->to_pred != SU_NO_BLOCK)
			v_in = before_entering(to, v, to->code->block_of[node->j], edge->to_pred,
					       0);
		holds = need_before(query, (struct place){ edge->source, false }, u_in, v_in);
	}
	for (uint32_t n = 0; n < arrivals && holds; n++)
		holds = need_arrival(query, node, u, v, product->arrivals.at[node->arrivals + n]);
	return holds;
}

static bool look_back(struct query *query, struct place place, uint32_t u, uint32_t v)
{
	const struct su_carry *carry = query->carry;
	const struct su_product_node *node;

	if (place.node == SU_NO_NODE)
		return false;
	node = &carry->product->nodes.at[place.node];
	if (is_made_in(carry->from->values, u, node->i, node->stop_i, 0) ||
	    is_made_in(carry->to->values, v, node->j, node->stop_j, 0))
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

/* Two merges: straight to where both are made, if that is one node. */
static bool merges(struct query *query, struct place place, uint32_t number_u, uint32_t number_v)
{
	const struct su_carry *carry = query->carry;
	const struct su_values *from = carry->from->values, *to = carry->to->values;
	const struct su_value *u = su_value_get(from, number_u), *v = su_value_get(to, number_v);
	uint32_t i = from->code->blocks[u->where].first, j = to->code->blocks[v->where].first;
	uint32_t both = su_product_node_at(carry->product, i, j);

	if (both != SU_NO_NODE && only_node(carry->product, i, j) == both)
		return need_on_entry(query, (struct place){ both, false }, number_u, number_v);
	if (both != SU_NO_NODE && place.node == SU_NO_NODE)
		return need_on_entry(query, (struct place){ both, true }, number_u, number_v);
	return look_back(query, place, number_u, number_v);
}

/* ---- results of instructions ---- */

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

/* Whether a value that a call leaves is what it returns; the rest is what it has spoilt. */
static bool is_result(const struct su_value *value)
{
	return value->loc == SU_RAX || value->loc == SU_RDX || value->loc == SU_XMM0 ||
	       value->loc == SU_XMM0 + 1;
}

/* Another function is called there: it gives the same where it is given the same. */
static bool exchanged_result(struct query *query, struct place place, const struct su_value *u,
			     const struct su_value *v)
{
	struct su_carry *carry = query->carry;
	uint32_t in_u[SU_ABI_ARGUMENT_COUNT], in_v[SU_ABI_ARGUMENT_COUNT];
	int count;

	if (!is_result(u) || !su_carry_exchange_type(carry, u->where, v->where))
		return false;
	if (su_carry_is_helper(carry, u->where, v->where))
		return true;
	count = su_carry_exchange_arguments(carry, u->where, v->where, in_u, in_v);
	for (int i = 0; i < count; i++) {
		if (!need(query, place, in_u[i], in_v[i]))
			return false;
	}
	return count > 0;
}

static bool same_call_result(struct query *query, struct place place, uint32_t u, uint32_t v)
{
	uint32_t arguments[SU_ABI_ARGUMENT_COUNT][2];
	size_t count = su_carry_arguments(query->carry, u, v, arguments);
	bool holds = su_carry_same_result(query->carry, u, v);

	for (size_t i = 0; i < count && holds; i++)
		holds = need(query, place, arguments[i][0], arguments[i][1]);
	return holds;
}

/* Both are results of these instructions, the last time that they ran there. */
static bool same_result(struct query *query, struct place place, const struct su_value *u,
			const struct su_value *v)
{
	struct su_carry *carry = query->carry;
	const struct su_insn *a = &carry->from->values->code->insns[u->where];
	const struct su_insn *b = &carry->to->values->code->insns[v->where];
	bool holds = true;

	if (!su_product_runs_together(carry->product, place.node, u->where, v->where) ||
	    u->role != v->role || u->overflow || v->overflow || u->narrow != v->narrow ||
	    u->size != v->size)
		return false;
	if (su_carry_is_exchanged(carry, u->where, v->where))
		return exchanged_result(query, place, u, v);
	if (a->opcode == SU_OPC_CALL)
		return same_result_type(carry, a, b) &&
		       (!is_result(u) || same_call_result(query, place, u->where, v->where));
	holds = u->arg_count == v->arg_count;
	for (uint8_t i = 0; i < u->arg_count && holds; i++)
		holds = need(query, place, u->args[i], v->args[i]);
	return holds;
}

/* The same where it is not known how both got where they are. */
static bool same_result_somewhere(struct query *query, const struct su_value *u,
				  const struct su_value *v)
{
	const struct su_product_pair *pair =
		su_product_pair_of(query->carry->product, u->where, v->where);

	return pair && same_result(query, (struct place){ pair->node, true }, u, v);
}

static bool results(struct query *query, struct place place, uint32_t number_u, uint32_t number_v)
{
	const struct su_carry *carry = query->carry;
	const struct su_product *product = carry->product;
	struct su_value u = *su_value_get(carry->from->values, number_u);
	struct su_value v = *su_value_get(carry->to->values, number_v);
	uint32_t only = only_node(product, u.where, v.where);
	const struct su_product_node *node;

	if (only != SU_NO_NODE)
		return same_result(query, (struct place){ only, false }, &u, &v);
	if (place.node == SU_NO_NODE)
		return same_result_somewhere(query, &u, &v);
	node = &product->nodes.at[place.node];
	if (u.where >= node->i && u.where < node->stop_i && v.where >= node->j &&
	    v.where < node->stop_j)
		return same_result(query, place, &u, &v);
	return look_back(query, place, number_u, number_v);
}

/* ---- expressions ---- */

/* Which of two orders fits better: sums and the like have theirs from the numbers of the values. */
static bool fits(const struct su_carry *carry, uint32_t number_u, uint32_t number_v, uint8_t size)
{
	const struct su_values *from = carry->from->values, *to = carry->to->values;
	const struct su_value *u = su_value_get(from, su_value_low_part(from, number_u, size));
	const struct su_value *v = su_value_get(to, su_value_low_part(to, number_v, size));
	uint32_t only;

	if (u->kind != v->kind)
		return false;
	switch (u->kind) {
	case SU_VAL_DEF:
		only = only_node(carry->product, u->where, v->where);
		return only != SU_NO_NODE &&
		       su_product_runs_together(carry->product, only, u->where, v->where);
	case SU_VAL_PHI:
		return only_node(carry->product, carry->from->values->code->blocks[u->where].first,
				 carry->to->values->code->blocks[v->where].first) != SU_NO_NODE;
	case SU_VAL_EXPR:
		return u->op == v->op && u->imm == v->imm && u->size == v->size;
	default:
		return u->imm == v->imm && u->loc == v->loc;
	}
}

static bool commutes(const struct su_value *value)
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

static bool need_operands(struct query *query, struct place place, const struct su_value *u,
			  const struct su_value *v)
{
	const struct su_carry *carry = query->carry;
	uint8_t size = su_value_needed_size(u, query->size);
	bool swap = u->args[1] && commutes(u) && !fits(carry, u->args[0], v->args[0], size) &&
		    (fits(carry, u->args[0], v->args[1], size) ||
		     fits(carry, u->args[1], v->args[0], size));

	return need_part(query, place, u->args[0], v->args[swap], size) &&
	       (!u->args[1] || need_part(query, place, u->args[1], v->args[!swap],
					 u->op == SU_EXPR_INSERT ? 8 : size));
}

static bool is_sum(const struct su_value *value)
{
	return value->kind == SU_VAL_EXPR && value->op == SU_EXPR_SUM;
}

static bool expressions(struct query *query, struct place place, uint32_t number_u,
			uint32_t number_v)
{
	struct su_values *from = query->carry->from->values, *to = query->carry->to->values;
	struct su_value u = *su_value_get(from, number_u), v = *su_value_get(to, number_v);

	if (is_sum(&u) && u.imm) /* u + n = v  <=>  u = v - n */
		return need_part(query, place, su_value_sum(from, u.args[0], u.args[1], u.size, 0),
				 su_value_sum(to, number_v, 0, 0, (int64_t)(0 - (uint64_t)u.imm)),
				 query->size);
	if (u.kind == v.kind && u.op == v.op && u.size == v.size && u.imm == v.imm &&
	    !u.args[1] == !v.args[1])
		return need_operands(query, place, &u, &v);
	return look_back(query, place, number_u, number_v);
}

/* ---- one step ---- */

static bool is_leaf(const struct su_value *value)
{
	return value->kind != SU_VAL_DEF && value->kind != SU_VAL_PHI && value->kind != SU_VAL_EXPR;
}

static bool same_leaf(const struct su_carry *carry, const struct su_value *u,
		      const struct su_value *v, uint8_t size)
{
	if (u->kind != v->kind)
		return false;
	switch (u->kind) {
	case SU_VAL_UNDEFINED:
	case SU_VAL_CANARY:
		return true;
	case SU_VAL_CONST:
		return (uint64_t)(u->imm ^ v->imm) << (64 - 8 * size) == 0;
	case SU_VAL_ADDR:
		return same_address(carry, u, v);
	case SU_VAL_FRAME:
		return same_frame_address(carry, u->imm, v->imm);
	case SU_VAL_ENTRY:
		return same_entry(carry, u->loc, v->loc);
	case SU_VAL_INCOMING:
		return u->imm == v->imm && u->size == v->size && same_signature(carry);
	default:
		return false;
	}
}

/* A value with the same low `size` bytes, without extensions that do not matter to these. */
static uint32_t reduced(struct su_values *values, uint32_t number, uint8_t size)
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
static bool step(struct query *query, struct place place, uint32_t number_u, uint32_t number_v)
{
	const struct su_carry *carry = query->carry;
	const struct su_value *u, *v;

	number_u = reduced(carry->from->values, number_u, query->size);
	number_v = reduced(carry->to->values, number_v, query->size);
	u = su_value_get(carry->from->values, number_u);
	v = su_value_get(carry->to->values, number_v);
	if (is_leaf(u) && is_leaf(v))
		return same_leaf(carry, u, v, query->size);
	if (u->kind == SU_VAL_PHI && v->kind == SU_VAL_PHI)
		return merges(query, place, number_u, number_v);
	if (u->kind == SU_VAL_DEF && v->kind == SU_VAL_DEF)
		return results(query, place, number_u, number_v);
	if (u->kind == SU_VAL_EXPR || v->kind == SU_VAL_EXPR)
		return expressions(query, place, number_u, number_v);
	if (u->kind != SU_VAL_PHI && v->kind != SU_VAL_PHI)
		return false;
	return look_back(query, place, number_u, number_v);
}

/* ---- queries ---- */

/* The goal as a number; 0 when it does not fit into one. */
static uint64_t key_of(const struct goal *goal)
{
	uint64_t node = goal->place.node == SU_NO_NODE ? 0 : goal->place.node + 1ull;

	uint64_t part = (uint64_t)__builtin_ctz(goal->size); /* 1, 2, 4 or 8 */

	if (node >> 20 || goal->u >> 20 || goal->v >> 21)
		return 0;
	return node << 44 | (uint64_t)goal->u << 24 | (uint64_t)goal->v << 3 | part << 1 |
	       goal->place.strict;
}

/* What refutes a goal refutes those that need it. */
static void refute(struct query *query, uint32_t goal)
{
	for (;; goal = query->goals.at[goal].parent) {
		uint64_t key = key_of(&query->goals.at[goal]);

		if (key)
			su_map_put_u64(query->carry->related, key, (void *)&no_mark);
		if (!goal)
			return;
	}
}

static bool prove(struct query *query)
{
	struct su_map *related = query->carry->related, *visited = su_map_create();
	bool holds = true;

	for (; query->at < query->goals.len && holds; query->at++) {
		struct goal goal = query->goals.at[query->at];
		uint64_t key = key_of(&goal);
		const void *known = key ? su_map_get_u64(related, key) : &no_mark;

		if (known == &yes_mark || (key && su_map_get_u64(visited, key)))
			continue;
		if (key)
			su_map_put_u64(visited, key, (void *)&yes_mark);
		query->size = goal.size;
		holds = known != &no_mark && step(query, goal.place, goal.u, goal.v);
		if (!holds)
			break;
	}
	su_map_destroy(visited);
	return holds;
}

/* Whether the value is made after the call, an iteration ago. */
static bool is_stale(const struct su_values *values, uint32_t number, uint32_t call, uint32_t stop)
{
	return is_made_in(values, number, call + 1, stop, 0);
}

bool su_carry_related_part(struct su_carry *carry, const struct su_product_pair *at, uint32_t u,
			   uint32_t v, uint8_t size)
{
	struct query query = { .carry = carry };
	struct place place = anywhere;
	const struct su_product_node *node =
		at && at->node != SU_NO_NODE ? &carry->product->nodes.at[at->node] : NULL;
	bool holds;

	if (!carry->related)
		carry->related = su_map_create();
	if (node && (is_stale(carry->from->values, u, at->i, node->stop_i) ||
		     is_stale(carry->to->values, v, at->j, node->stop_j)))
		return false;
	if (node)
		place = (struct place){ at->node, node->arrival_count > node->lost_count };
	need_part(&query, place, u, v, size < 8 ? size : 8);
	holds = prove(&query);
	if (!holds) /* too much is no more than that */
		refute(&query, query.goals.len < MAX_GOALS ? query.at : 0);
	for (size_t i = 0; i < query.goals.len && holds; i++)
		su_map_put_u64(carry->related, key_of(&query.goals.at[i]), (void *)&yes_mark);
	su_vec_deinit(&query.goals);
	return holds;
}

bool su_carry_related(struct su_carry *carry, const struct su_product_pair *at, uint32_t u,
		      uint32_t v)
{
	return su_carry_related_part(carry, at, u, v, 8);
}
