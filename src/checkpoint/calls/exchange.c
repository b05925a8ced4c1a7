/*
 * Calls that the new version exchanged for others: part of calls.h.
 *
 * Between two instructions that are paired, or the ends of runs, each version has one call that
 * the other one has not.  The pair is kept when the result has one type (or is not used) and the
 * new call is made for the same thing: its arguments are related, as far as both take them; or
 * when a function is called that does nothing but make the old call (helper.c).
 */
#include <stdlib.h>
#include <string.h>

#include "arch/abi.h"
#include "checkpoint/align/align.h"
#include "checkpoint/calls/calls.h"

bool su_calls_is_exchanged(const struct su_pair *pair, uint32_t from_insn, uint32_t to_insn)
{
	return pair->from->routine->code->insns[from_insn].opcode == SU_OPC_CALL &&
	       pair->alignment->new_of[from_insn] != to_insn &&
	       !su_calls_same_callee(pair, from_insn, to_insn);
}

/* ---- results ---- */

bool su_calls_same_result_type(const struct su_pair *pair, const struct su_insn *a,
			       const struct su_insn *b)
{
	uint64_t in_a, in_b, whole;

	if (a->flow != SU_FLOW_CALL || b->flow != SU_FLOW_CALL)
		return a->flow == b->flow;
	bool known_a = su_debug_signature_at(pair->from->program->debug, a->target, &in_a, &whole);
	bool known_b = su_debug_signature_at(pair->to->program->debug, b->target, &in_b, &whole);
	return known_a == known_b && (!known_a || in_a == in_b);
}

static bool result_type(const struct su_side *side, const struct su_insn *call, uint64_t *ret)
{
	struct su_import import;
	uint64_t whole;

	if (call->flow != SU_FLOW_CALL)
		return false;
	return su_debug_signature_at(side->program->debug, call->target, ret, &whole) ||
	       (su_image_import_at(side->program->image, call->target, &import) &&
		su_debug_declared_result(side->program->debug, import.symbol->name, ret));
}

bool su_calls_exchange_type(const struct su_pair *pair, uint32_t from_insn, uint32_t to_insn)
{
	const struct su_insn *a = &pair->from->routine->code->insns[from_insn];
	const struct su_insn *b = &pair->to->routine->code->insns[to_insn];
	uint64_t in_a = 0, in_b = 0;
	bool known_a = result_type(pair->from, a, &in_a), known_b = result_type(pair->to, b, &in_b);

	return a->flow == b->flow && known_a == known_b && in_a == in_b;
}

/* ---- arguments ---- */

/* How many parameters the callee has; -1: not known. */
static int parameter_count(const struct su_side *side, uint32_t call)
{
	const struct su_insn *insn = &side->routine->code->insns[call];
	const struct su_local *locals;
	uint64_t result, whole;
	int parameters = 0;
	size_t count;

	if (insn->flow != SU_FLOW_CALL ||
	    !su_debug_signature_at(side->program->debug, insn->target, &result, &whole))
		return -1;
	struct su_err *err = su_debug_locals(side->program->debug, insn->target, &locals, &count);
	if (err) {
		su_err_destroy(err);
		return -1;
	}
	for (size_t i = 0; i < count; i++)
		parameters += su_local_is_own_parameter(&locals[i]);
	return parameters;
}

int su_calls_exchange_arguments(const struct su_pair *pair, uint32_t from_insn, uint32_t to_insn,
				uint32_t *ret_from, uint32_t *ret_to)
{
	int a = parameter_count(pair->from, from_insn), b = parameter_count(pair->to, to_insn);
	int count = a < 0 ? b : b < 0 || a < b ? a : b;

	if (count < 0) /* it is not even known whether the first register is an argument */
		count = 1;
	if (count > SU_ABI_ARGUMENT_COUNT)
		count = SU_ABI_ARGUMENT_COUNT;
	su_calls_read_arguments(pair->from, from_insn, ret_from);
	su_calls_read_arguments(pair->to, to_insn, ret_to);
	return count;
}

/* ---- calls elsewhere ---- */

/* Whether `to` makes the call at another place, perhaps, than `at`: it would be made twice. */
bool su_calls_may_have_moved(const struct su_pair *pair, uint32_t call, uint32_t at)
{
	const struct su_function *to = pair->to->routine->code;
	bool moved = pair->alignment->new_of[call] != SU_NO_INSN;

	for (uint32_t j = 0; j < to->insn_count && !moved; j++)
		moved = j != at && to->insns[j].opcode == SU_OPC_CALL &&
			pair->alignment->old_of[j] == SU_NO_INSN &&
			su_calls_same_callee(pair, call, j);
	return moved;
}

/* Whether `from` makes the call `to_insn` at another place, perhaps: it would be left out, or was
 * made. */
bool su_calls_may_have_come(const struct su_pair *pair, uint32_t to_insn)
{
	const struct su_function *from = pair->from->routine->code;
	bool come = pair->alignment->old_of[to_insn] != SU_NO_INSN;

	for (uint32_t i = 0; i < from->insn_count && !come; i++)
		come = from->insns[i].opcode == SU_OPC_CALL &&
		       pair->alignment->new_of[i] == SU_NO_INSN &&
		       su_calls_same_callee(pair, i, to_insn);
	return come;
}

/* ---- what callees write ---- */

bool su_calls_other_callee_writes(const struct su_pair *pair, uint32_t index, uint8_t reg)
{
	const struct su_side *from = pair->from;
	const struct su_insn *call = &from->routine->code->insns[index];
	const struct su_routine *callee =
		call->flow == SU_FLOW_CALL ? su_program_routine_at(from->program, call->target)
					   : NULL;
	struct su_regset here, there;

	if (!callee || !callee->peer || su_abi_callee_saved(reg))
		return false;
	su_values_call_clobbers(from->values, call, &here);
	su_clobbers_of(pair->to->program->clobbers, callee->peer->vaddr, &there);
	return !here.gpr[reg] && there.gpr[reg];
}
