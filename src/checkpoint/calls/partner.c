/*
 * What two paired calls say of each other: whether they belong together at all, and what the callee
 * of the other version may do.
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
#include "checkpoint/carry.h"

#include <stdlib.h>

#include "arch/x86_64/abi.h"
#include "diff/compare.h"

#define MAX_MERGES 4 /* that are looked through, one behind the other */

/* Argument registers before a call that hold constants or addresses; 0: something else. */
struct arguments {
	uint32_t numbers[SU_ABI_ARGUMENT_COUNT];
};

static struct arguments arguments_of(const struct su_side *side, uint32_t insn)
{
	uint32_t *state = su_alloc(side->values->loc_count * sizeof(*state));
	struct arguments arguments = { 0 };

	su_values_before(side->values, insn, state);
	for (int i = 0; i < SU_ABI_ARGUMENT_COUNT; i++) {
		uint32_t number = state[su_abi_arguments[i]];
		uint8_t kind = su_value_get(side->values, number)->kind;

		if (kind == SU_VAL_CONST || kind == SU_VAL_ADDR)
			arguments.numbers[i] = number;
	}
	free(state);
	return arguments;
}

/* ---- what only one call passes ---- */

#define STACK_ARGUMENTS 2 /* that are looked at: psABI 3.2.3, from where rsp is at the call on */
#define PLACES (SU_ABI_ARGUMENT_COUNT + STACK_ARGUMENTS)

/* What the `place`th argument is, if it is one: 0 when it is in no cell, or in one that this
 * function reads, which is a variable of its own. */
static uint32_t argument_at(const struct su_side *side, uint32_t insn, const uint32_t *state,
			    int place)
{
	const struct su_values *values = side->values;
	int64_t off = values->sp[insn];
	uint32_t loc;
	bool exact;

	if (place < SU_ABI_ARGUMENT_COUNT)
		return state[su_abi_arguments[place]];
	if (off == SU_NO_OFF)
		return 0;
	loc = su_values_cell(values, off + 8 * (place - SU_ABI_ARGUMENT_COUNT), 8, &exact);
	return loc == UINT32_MAX || !exact || values->cells[loc - SU_CELL_BASE].is_loaded
		       ? 0
		       : state[loc];
}

static void read_places(const struct su_side *side, uint32_t insn, uint32_t *ret)
{
	uint32_t *state = su_alloc(side->values->loc_count * sizeof(*state));

	su_values_before(side->values, insn, state);
	for (int i = 0; i < PLACES; i++)
		ret[i] = argument_at(side, insn, state, i);
	free(state);
}

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

static bool is_other_call(const struct su_function *code, const struct su_insn *call, uint32_t i)
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
	uint32_t other[PLACES];

	for (uint32_t i = 0; i < code->insn_count && unique; i++) {
		if (!is_other_call(code, &code->insns[insn], i))
			continue;
		read_places(side, i, other);
		for (int p = 0; p < PLACES; p++)
			if (unique >> p & 1 && may_be(side->values, other[p], passed[p], 0))
				unique &= (uint8_t) ~(1u << p);
	}
	return unique;
}

static bool find_own_constant(struct su_carry *carry, uint32_t from_insn, uint32_t to_insn)
{
	const struct su_side *from = carry->from, *to = carry->to;
	uint32_t u[PLACES], v[PLACES];
	uint8_t unique = 0;

	if (from->routine->code->insns[from_insn].flow != SU_FLOW_CALL ||
	    !su_carry_same_callee(carry, from_insn, to_insn))
		return false;
	read_places(from, from_insn, u);
	read_places(to, to_insn, v);
	for (int p = 0; p < PLACES; p++)
		if (su_value_get(from->values, u[p])->kind == SU_VAL_ADDR &&
		    su_value_get(to->values, v[p])->kind == SU_VAL_ADDR &&
		    su_carry_related(carry, NULL, u[p], v[p]))
			unique |= (uint8_t)(1u << p);
	unique = only_passed_here(from, from_insn, u, unique);
	return only_passed_here(to, to_insn, v, unique) != 0;
}

/* Whether both pass the same address of a text or variable, at the same place, that no other call
 * of this function passes there in either version. */
static bool pass_own_constant(struct su_carry *carry, uint32_t from_insn, uint32_t to_insn)
{
	static const char yes, no;
	uint64_t key = (uint64_t)from_insn << 32 | to_insn;

	if (!carry->own_constants)
		carry->own_constants = su_map_create();
	const void *known = su_map_get_u64(carry->own_constants, key);
	if (!known) {
		known = find_own_constant(carry, from_insn, to_insn) ? &yes : &no;
		su_map_put_u64(carry->own_constants, key, (void *)known);
	}
	return known == &yes;
}

/* ---- constants ---- */

enum likeness { UNLIKE, SILENT, ALIKE };

/* ALIKE: at least one constant is the same and none differs. UNLIKE: one differs; or none is the
 * same, and one call passes a constant where the other does not. */
static enum likeness compare(struct su_carry *carry, const struct arguments *u,
			     const struct arguments *v)
{
	bool same = false, one_sided = false;

	for (int i = 0; i < SU_ABI_ARGUMENT_COUNT; i++) {
		if (!u->numbers[i] || !v->numbers[i]) {
			one_sided |= u->numbers[i] || v->numbers[i];
			continue;
		}
		if (!su_carry_related(carry, NULL, u->numbers[i], v->numbers[i]))
			return UNLIKE;
		same = true;
	}
	return same ? ALIKE : one_sided ? UNLIKE : SILENT;
}

static bool same_callee(const struct su_carry *carry, const struct su_insn *a,
			const struct su_insn *b)
{
	if (a->opcode != SU_OPC_CALL || b->opcode != SU_OPC_CALL || a->flow != SU_FLOW_CALL ||
	    b->flow != SU_FLOW_CALL)
		return false;
	if (carry->reverse)
		return su_same_meaning(carry->to->program, b->target, carry->from->program,
				       a->target, 0);
	return su_same_meaning(carry->from->program, a->target, carry->to->program, b->target, 0);
}

bool su_carry_same_callee(const struct su_carry *carry, uint32_t from_insn, uint32_t to_insn)
{
	const struct su_insn *a = &carry->from->routine->code->insns[from_insn];
	const struct su_insn *b = &carry->to->routine->code->insns[to_insn];

	return (a->flow == SU_FLOW_CALL_IND && b->flow == SU_FLOW_CALL_IND) ||
	       same_callee(carry, a, b);
}

bool su_carry_may_be_same_call(struct su_carry *carry, uint32_t from_insn, uint32_t to_insn)
{
	struct arguments u, v;

	if (!su_carry_same_callee(carry, from_insn, to_insn))
		return false;
	u = arguments_of(carry->from, from_insn);
	v = arguments_of(carry->to, to_insn);
	return compare(carry, &u, &v) != UNLIKE || pass_own_constant(carry, from_insn, to_insn);
}

/* Whether another call of `side` says more of the constants `wanted`: it passes them, or it passes
 * different ones as well and is nobody's partner, so that nothing but order speaks against it. */
static bool is_rival(struct su_carry *carry, const struct su_side *side, uint32_t insn,
		     const struct arguments *wanted)
{
	const struct su_alignment *alignment = carry->alignment;
	bool is_from = side == carry->from;
	struct arguments other = arguments_of(side, insn);
	uint32_t partner = is_from ? alignment->new_of[insn] : alignment->old_of[insn];

	return (is_from ? compare(carry, &other, wanted) : compare(carry, wanted, &other)) ==
		       ALIKE ||
	       partner == SU_NO_INSN;
}

bool su_carry_has_better_partner(struct su_carry *carry, uint32_t from_insn, uint32_t to_insn)
{
	const struct su_function *from = carry->from->routine->code, *to = carry->to->routine->code;
	struct arguments u = arguments_of(carry->from, from_insn);
	struct arguments v = arguments_of(carry->to, to_insn);
	bool found = false;

	if (compare(carry, &u, &v) != UNLIKE || pass_own_constant(carry, from_insn, to_insn))
		return false;
	for (uint32_t i = 0; i < to->insn_count && !found; i++)
		found = i != to_insn &&
			same_callee(carry, &from->insns[from_insn], &to->insns[i]) &&
			is_rival(carry, carry->to, i, &u);
	for (uint32_t i = 0; i < from->insn_count && !found; i++)
		found = i != from_insn &&
			same_callee(carry, &from->insns[i], &to->insns[to_insn]) &&
			is_rival(carry, carry->from, i, &v);
	return found;
}

/* Beyond the first, a register may be no argument at all, and hold what an earlier one was. Another
 * address may be that of a text that was changed. */
static bool same_arguments(struct su_carry *carry, uint32_t from_insn, uint32_t to_insn)
{
	uint32_t u = arguments_of(carry->from, from_insn).numbers[0];
	uint32_t v = arguments_of(carry->to, to_insn).numbers[0];

	if (!u || !v)
		return u == v;
	return (su_value_get(carry->from->values, u)->kind == SU_VAL_ADDR &&
		su_value_get(carry->to->values, v)->kind == SU_VAL_ADDR) ||
	       su_carry_related(carry, NULL, u, v);
}

bool su_carry_same_result(struct su_carry *carry, uint32_t from_insn, uint32_t to_insn)
{
	static const char yes, no;
	uint64_t key = (uint64_t)from_insn << 32 | to_insn;

	if (!carry->same_calls)
		carry->same_calls = su_map_create();
	const void *known = su_map_get_u64(carry->same_calls, key);
	if (known)
		return known == &yes;
	bool same = same_arguments(carry, from_insn, to_insn) ||
		    pass_own_constant(carry, from_insn, to_insn);
	su_map_put_u64(carry->same_calls, key, (void *)(same ? &yes : &no));
	return same;
}

/* ---- arguments ---- */

/* Whether a call has left the value in a register, on some path at least. */
static bool is_spoilt(const struct su_values *values, uint32_t number, int depth)
{
	const struct su_value *value = su_value_get(values, number);
	bool spoilt = false;

	if (value->kind == SU_VAL_DEF)
		return values->code->insns[value->where].opcode == SU_OPC_CALL &&
		       value->loc != SU_RAX && value->loc != SU_RDX;
	if (value->kind != SU_VAL_PHI || value->loc >= SU_CELL_BASE || depth >= MAX_MERGES)
		return false;
	const struct su_block *block = &values->code->blocks[value->where];
	uint32_t loc = value->loc;

	for (uint32_t p = 0; p < block->pred_count && !spoilt; p++) {
		uint32_t in = values->out[block->pred[p]][loc];

		spoilt = in && in != number && is_spoilt(values, in, depth + 1);
	}
	return spoilt;
}

/* Argument registers that may bring something to the call.  No program passes what a call may have
 * left in a register (psABI 3.2.1). */
static uint8_t find_passed(const struct su_side *side, uint32_t insn)
{
	uint32_t *state = su_alloc(side->values->loc_count * sizeof(*state));
	uint8_t bits = 0;

	su_values_before(side->values, insn, state);
	for (int i = 0; i < SU_ABI_ARGUMENT_COUNT; i++) {
		uint32_t number = state[su_abi_arguments[i]];

		if (su_value_get(side->values, number)->kind != SU_VAL_UNDEFINED &&
		    !is_spoilt(side->values, number, 0))
			bits |= (uint8_t)(1u << i);
	}
	free(state);
	return bits;
}

/* Those that a function of this image takes: DWARF says that it has a parameter there, or may have,
 * and all calls of it here could pass one. */
static uint8_t find_taken(const struct su_side *side, uint32_t insn)
{
	const struct su_function *code = side->routine->code;
	const struct su_insn *call = &code->insns[insn];
	uint8_t bits = 0;

	for (int i = 0; i < SU_ABI_ARGUMENT_COUNT; i++)
		if (su_side_takes_argument(side, call->target, su_abi_arguments[i]))
			bits |= (uint8_t)(1u << i);
	if (su_debug_is_variadic(side->program->debug, call->target))
		return bits;
	for (uint32_t i = 0; i < code->insn_count && bits; i++)
		if (is_other_call(code, call, i))
			bits &= find_passed(side, i);
	return bits;
}

/* What `find` says of the call; of all calls with the same key. */
static uint8_t recall_bits(struct su_carry *carry, const struct su_side *side, uint32_t insn,
			   uint64_t key, uint8_t (*find)(const struct su_side *, uint32_t))
{
	uint64_t full = key << 1 | (side == carry->to);
	uintptr_t known;

	if (!carry->call_bits)
		carry->call_bits = su_map_create();
	known = (uintptr_t)su_map_get_u64(carry->call_bits, full);
	if (!known) {
		known = 0x100u | find(side, insn);
		su_map_put_u64(carry->call_bits, full, (void *)known);
	}
	return (uint8_t)known;
}

static uint8_t arguments_taken(struct su_carry *carry, const struct su_side *side, uint32_t insn)
{
	const struct su_insn *call = &side->routine->code->insns[insn];
	/* An instruction's number and an address in the image are told apart by the top bit. */
	uint8_t bits = recall_bits(carry, side, insn, UINT64_C(1) << 62 | insn, find_passed);

	if (bits && call->flow == SU_FLOW_CALL)
		bits &= recall_bits(carry, side, insn, call->target & (UINT64_MAX >> 2),
				    find_taken);
	return bits;
}

/* Whether the function has another call that could be this one. */
static uint8_t find_twin(const struct su_side *side, uint32_t insn)
{
	const struct su_function *code = side->routine->code;

	for (uint32_t i = 0; i < code->insn_count; i++)
		if (is_other_call(code, &code->insns[insn], i))
			return true;
	return false;
}

static bool has_twin(struct su_carry *carry, const struct su_side *side, uint32_t insn)
{
	return recall_bits(carry, side, insn, UINT64_C(1) << 61 | insn, find_twin);
}

size_t su_carry_arguments(struct su_carry *carry, uint32_t from_insn, uint32_t to_insn,
			  uint32_t ret[][2])
{
	const struct su_side *from = carry->from, *to = carry->to;
	uint32_t *u, *v;
	size_t count = 0;
	uint8_t bits;

	if ((!has_twin(carry, from, from_insn) && !has_twin(carry, to, to_insn)) ||
	    pass_own_constant(carry, from_insn, to_insn))
		return 0;
	bits = arguments_taken(carry, from, from_insn) | arguments_taken(carry, to, to_insn);
	u = su_alloc(from->values->loc_count * sizeof(*u));
	v = su_alloc(to->values->loc_count * sizeof(*v));
	su_values_before(from->values, from_insn, u);
	su_values_before(to->values, to_insn, v);
	for (int i = 0; i < SU_ABI_ARGUMENT_COUNT; i++) {
		if (!(bits & (1u << i)))
			continue;
		ret[count][0] = u[su_abi_arguments[i]];
		ret[count++][1] = v[su_abi_arguments[i]];
	}
	free(u);
	free(v);
	return count;
}

static bool is_known(const struct su_side *side, uint32_t number)
{
	enum su_value_kind kind = su_value_get(side->values, number)->kind;

	return kind == SU_VAL_CONST || kind == SU_VAL_ADDR;
}

bool su_carry_same_arguments(struct su_carry *carry, const struct su_product_pair *at)
{
	uint32_t arguments[SU_ABI_ARGUMENT_COUNT][2];
	size_t count = su_carry_arguments(carry, at->i, at->j, arguments);
	bool same = true;

	for (size_t i = 0; i < count && same; i++) {
		uint32_t u = arguments[i][0], v = arguments[i][1];

		same = (is_known(carry->from, u) && is_known(carry->to, v)) ||
		       su_carry_related(carry, at, u, v);
	}
	return same;
}

bool su_carry_other_callee_writes(const struct su_carry *carry, const struct su_recipe *recipe,
				  uint8_t reg)
{
	const struct su_side *from = carry->from;
	uint32_t index = su_recipe_call(recipe);

	if (index == SU_NO_INSN)
		return false;
	const struct su_insn *call = &from->routine->code->insns[index];
	const struct su_routine *callee =
		call->flow == SU_FLOW_CALL ? su_program_routine_at(from->program, call->target)
					   : NULL;
	struct su_regset here, there;

	if (!callee || !callee->peer || su_abi_callee_saved(reg))
		return false;
	su_values_call_clobbers(from->values, call, &here);
	su_clobbers_of(carry->to->program->clobbers, callee->peer->vaddr, &there);
	return !here.gpr[reg] && there.gpr[reg];
}
