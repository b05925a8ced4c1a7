/*
 * Whether two paired calls belong together, as far as their constants tell: part of calls.h.
 *
 * The alignment pairs calls of one callee by order.  Where a version has several of them, the
 * constants that they pass tell them apart: `log("opened")` does not belong to `log("closed")` when
 * another call of the other version passes the same constants.  A pair whose constants differ is
 * right (the constant was changed) only if no such better partner exists on either side, and none
 * that has no partner at all: it could be that one as well.
 *
 * One constant can be enough: `log(__FILE__, __LINE__, "opened")` is the only call of `log` in each
 * version that passes this text, whatever else it passes.
 */
#include "checkpoint/align/align.h"
#include "checkpoint/calls/calls.h"
#include "checkpoint/side/leaf.h"

#define MAX_MERGES 4 /* that are looked through, one behind the other */

/* Argument registers before a call that hold constants or addresses; 0: something else. */
struct arguments {
	uint32_t numbers[SU_ABI_ARGUMENT_COUNT];
};

static struct arguments arguments_of(const struct su_side *side, uint32_t insn)
{
	struct arguments arguments = { 0 };

	for (int i = 0; i < SU_ABI_ARGUMENT_COUNT; i++) {
		uint32_t number = side->passed[insn][i];
		uint8_t kind = su_value_get(side->values, number)->kind;

		if (kind == SU_VAL_CONST || kind == SU_VAL_ADDR)
			arguments.numbers[i] = number;
	}
	return arguments;
}

/* ---- what only one call passes ---- */

/* Whether the value may be `wanted`, as far as merges tell. */
static bool may_be(const struct su_values *values, uint32_t number, uint32_t wanted, int depth)
{
	const struct su_value *value = su_value_get(values, number);
	bool may = number == wanted;

	if (value->kind != SU_VAL_PHI || may)
		return may;
	const struct su_block *block = &values->code->blocks[value->where];
	uint32_t loc = value->loc;

	for (uint32_t p = 0; p < block->pred_count && !may; p++) {
		uint32_t in = values->out[block->pred[p]][loc];

		may = in != number &&
		      (depth >= MAX_MERGES || may_be(values, in, wanted, depth + 1));
	}
	return may;
}

bool su_calls_is_other(const struct su_function *code, const struct su_insn *call, uint32_t i)
{
	const struct su_insn *other = &code->insns[i];

	return other != call && other->opcode == SU_OPC_CALL && other->flow == call->flow &&
	       (call->flow != SU_FLOW_CALL || other->target == call->target);
}

/* Takes from `unique` (bits by place) the places at which another call of the same function may
 * pass what this one passes. */
static uint8_t only_passed_here(const struct su_side *side, uint32_t insn, const uint32_t *passed,
				uint8_t unique)
{
	const struct su_function *code = side->routine->code;

	for (uint32_t i = 0; i < code->insn_count && unique; i++) {
		if (!su_calls_is_other(code, &code->insns[insn], i))
			continue;
		for (int p = 0; p < SU_PASSED; p++)
			if (unique >> p & 1 &&
			    may_be(side->values, side->passed[i][p], passed[p], 0))
				unique &= (uint8_t) ~(1u << p);
	}
	return unique;
}

static bool find_own_constant(const struct su_pair *pair, uint32_t from_insn, uint32_t to_insn)
{
	const struct su_side *from = pair->from, *to = pair->to;
	const uint32_t *u = from->passed[from_insn], *v = to->passed[to_insn];
	uint8_t unique = 0;

	if (from->routine->code->insns[from_insn].flow != SU_FLOW_CALL ||
	    !su_calls_same_callee(pair, from_insn, to_insn))
		return false;
	for (int p = 0; p < SU_PASSED; p++)
		if (su_value_get(from->values, u[p])->kind == SU_VAL_ADDR &&
		    su_value_get(to->values, v[p])->kind == SU_VAL_ADDR &&
		    su_leaf_same_constant(pair, u[p], v[p]))
			unique |= (uint8_t)(1u << p);
	unique = only_passed_here(from, from_insn, u, unique);
	return only_passed_here(to, to_insn, v, unique) != 0;
}

/* Whether both pass the same address of a text or variable, at the same place, that no other call
 * of this function passes there in either version. */
bool su_calls_pass_own_constant(struct su_calls *calls, uint32_t from_insn, uint32_t to_insn)
{
	uint64_t key = su_memo_key(from_insn, to_insn);
	uint32_t known;

	if (!su_memo_get(&calls->own_constants, key, &known))
		known = su_memo_put(&calls->own_constants, key,
				    find_own_constant(calls->pair, from_insn, to_insn));
	return known;
}

/* ---- constants ---- */

enum likeness { UNLIKE, SILENT, ALIKE };

/* ALIKE: at least one constant is the same and none differs. UNLIKE: one differs; or none is the
 * same, and one call passes a constant where the other does not. */
static enum likeness compare_arguments(const struct su_pair *pair, const struct arguments *u,
				       const struct arguments *v)
{
	bool same = false, one_sided = false;

	for (int i = 0; i < SU_ABI_ARGUMENT_COUNT; i++) {
		if (!u->numbers[i] || !v->numbers[i]) {
			one_sided |= u->numbers[i] || v->numbers[i];
			continue;
		}
		if (!su_leaf_same_constant(pair, u->numbers[i], v->numbers[i]))
			return UNLIKE;
		same = true;
	}
	return same ? ALIKE : one_sided ? UNLIKE : SILENT;
}

static bool same_callee(const struct su_pair *pair, const struct su_insn *a,
			const struct su_insn *b)
{
	if (a->opcode != SU_OPC_CALL || b->opcode != SU_OPC_CALL || a->flow != SU_FLOW_CALL ||
	    b->flow != SU_FLOW_CALL)
		return false;
	return su_leaf_same_meaning(pair, a->target, b->target);
}

bool su_calls_same_callee(const struct su_pair *pair, uint32_t from_insn, uint32_t to_insn)
{
	const struct su_insn *a = &pair->from->routine->code->insns[from_insn];
	const struct su_insn *b = &pair->to->routine->code->insns[to_insn];

	return (a->flow == SU_FLOW_CALL_IND && b->flow == SU_FLOW_CALL_IND) ||
	       same_callee(pair, a, b);
}

bool su_calls_may_be_same(struct su_calls *calls, uint32_t from_insn, uint32_t to_insn)
{
	const struct su_pair *pair = calls->pair;
	struct arguments u, v;

	if (!su_calls_same_callee(pair, from_insn, to_insn))
		return false;
	u = arguments_of(pair->from, from_insn);
	v = arguments_of(pair->to, to_insn);
	return compare_arguments(pair, &u, &v) != UNLIKE ||
	       su_calls_pass_own_constant(calls, from_insn, to_insn);
}

/* Whether another call of `side` says more of the constants `wanted`: it passes them, or it passes
 * different ones as well and is nobody's partner, so that nothing but order speaks against it. */
static bool is_rival(const struct su_pair *pair, const struct su_side *side, uint32_t insn,
		     const struct arguments *wanted)
{
	const struct su_alignment *alignment = pair->alignment;
	bool is_from = side == pair->from;
	struct arguments other = arguments_of(side, insn);
	uint32_t partner = is_from ? alignment->new_of[insn] : alignment->old_of[insn];

	return (is_from ? compare_arguments(pair, &other, wanted)
			: compare_arguments(pair, wanted, &other)) == ALIKE ||
	       partner == SU_NO_INSN;
}

bool su_calls_has_better_partner(struct su_calls *calls, uint32_t from_insn, uint32_t to_insn)
{
	const struct su_pair *pair = calls->pair;
	const struct su_function *from = pair->from->routine->code, *to = pair->to->routine->code;
	struct arguments u = arguments_of(pair->from, from_insn);
	struct arguments v = arguments_of(pair->to, to_insn);
	bool found = false;

	if (compare_arguments(pair, &u, &v) != UNLIKE ||
	    su_calls_pass_own_constant(calls, from_insn, to_insn))
		return false;
	for (uint32_t i = 0; i < to->insn_count && !found; i++)
		found = i != to_insn && same_callee(pair, &from->insns[from_insn], &to->insns[i]) &&
			is_rival(pair, pair->to, i, &u);
	for (uint32_t i = 0; i < from->insn_count && !found; i++)
		found = i != from_insn && same_callee(pair, &from->insns[i], &to->insns[to_insn]) &&
			is_rival(pair, pair->from, i, &v);
	return found;
}

/* Beyond the first, a register may be no argument at all, and hold what an earlier one was. Another
 * address may be that of a text that was changed. */
static bool same_arguments(struct su_calls *calls, uint32_t from_insn, uint32_t to_insn)
{
	uint32_t u = arguments_of(calls->pair->from, from_insn).numbers[0];
	uint32_t v = arguments_of(calls->pair->to, to_insn).numbers[0];

	if (!u || !v)
		return u == v;
	return (su_value_get(calls->pair->from->values, u)->kind == SU_VAL_ADDR &&
		su_value_get(calls->pair->to->values, v)->kind == SU_VAL_ADDR) ||
	       su_leaf_same_constant(calls->pair, u, v);
}

bool su_calls_same_result(struct su_calls *calls, uint32_t from_insn, uint32_t to_insn)
{
	uint64_t key = su_memo_key(from_insn, to_insn);
	uint32_t known;

	if (!su_memo_get(&calls->same_results, key, &known))
		known = su_memo_put(&calls->same_results, key,
				    same_arguments(calls, from_insn, to_insn) ||
					    su_calls_pass_own_constant(calls, from_insn, to_insn));
	return known;
}
