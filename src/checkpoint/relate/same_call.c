/*
 * Whether two calls are the same one, as far as that needs a proof of what they are given: part of
 * prover.h.
 */
#include "arch/abi.h"
#include "base/reason.h"
#include "checkpoint/align/align.h"
#include "checkpoint/relate/prover.h"
#include "checkpoint/side/leaf.h"

bool su_prover_same_arguments(struct su_prover *prover, const struct su_product_pair *at)
{
	uint32_t arguments[SU_ABI_ARGUMENT_COUNT][2];
	size_t count = su_calls_arguments(prover->calls, at->i, at->j, arguments);
	bool same = true;

	for (size_t i = 0; i < count && same; i++) {
		uint32_t u = arguments[i][0], v = arguments[i][1];

		same = (su_leaf_is_constant(prover->pair->from, u) &&
			su_leaf_is_constant(prover->pair->to, v)) ||
		       su_prover_related(prover, at, u, v);
	}
	return same;
}

/* The second half of a call's result, which hardly any function has: what a call has left. */
static bool is_left_over(const struct su_values *values, uint32_t number)
{
	const struct su_value *value = su_value_get(values, number);

	return value->kind == SU_VAL_DEF && value->loc == SU_REG_RESULT_HIGH &&
	       values->code->insns[value->where].opcode == SU_OPC_CALL;
}

/* Whether the one call is given, at `at`, what the other one is. */
static bool are_given_the_same(struct su_prover *prover, const struct su_product_pair *at,
			       uint32_t i, uint32_t j)
{
	uint32_t arguments[SU_ABI_ARGUMENT_COUNT][2];
	size_t count = su_calls_arguments(prover->calls, i, j, arguments), related = 0;
	bool same = true;

	for (size_t n = 0; n < count && same; n++) {
		uint32_t u = arguments[n][0], v = arguments[n][1];

		if (is_left_over(prover->pair->from->values, u) ||
		    is_left_over(prover->pair->to->values, v))
			continue;
		same = su_prover_related(prover, at, u, v);
		related += same;
	}
	return same && related;
}

bool su_prover_has_better_arguments(struct su_prover *prover, const struct su_product_pair *at)
{
	const struct su_pair *pair = prover->pair;
	const struct su_function *from = pair->from->routine->code, *to = pair->to->routine->code;
	bool better = false;

	if (su_prover_same_arguments(prover, at))
		return false;
	for (uint32_t j = 0; j < to->insn_count && !better; j++)
		better = pair->alignment->old_of[j] == SU_NO_INSN &&
			 su_calls_is_other(to, &to->insns[at->j], j) &&
			 are_given_the_same(prover, at, at->i, j);
	for (uint32_t i = 0; i < from->insn_count && !better; i++)
		better = pair->alignment->new_of[i] == SU_NO_INSN &&
			 su_calls_is_other(from, &from->insns[at->i], i) &&
			 are_given_the_same(prover, at, i, at->j);
	return better;
}

const char *su_prover_check_exchange(struct su_prover *prover, const struct su_product_pair *at,
				     enum su_pairing *ret)
{
	const struct su_pair *pair = prover->pair;
	uint32_t u[SU_ABI_ARGUMENT_COUNT], v[SU_ABI_ARGUMENT_COUNT];
	int count;

	if (su_calls_may_have_moved(pair, at->i, at->j) || su_calls_may_have_come(pair, at->j))
		return SU_WHY_EXCHANGED_ELSEWHERE;
	if (!su_calls_exchange_type(pair, at->i, at->j) && su_side_uses_result(pair->to, at->j))
		return SU_WHY_EXCHANGED_RESULT;
	*ret = SU_PAIRING_HELPER;
	if (su_calls_is_helper(prover->calls, at->i, at->j))
		return NULL;
	*ret = SU_PAIRING_CALLEE_CHANGED;
	count = su_calls_exchange_arguments(pair, at->i, at->j, u, v);
	if (!count)
		return SU_WHY_EXCHANGED_NOTHING_COMMON;
	for (int i = 0; i < count; i++) {
		if (!su_prover_related(prover, at, u[i], v[i]))
			return SU_WHY_EXCHANGED_ARGUMENTS;
	}
	return NULL;
}
