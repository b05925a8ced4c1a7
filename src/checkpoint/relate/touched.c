/* Which memory an instruction changes: see touched.h. */
#include "checkpoint/relate/touched.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/define.h"
#include "analysis/states.h"
#include "arch/abi.h"
#include "checkpoint/calls/calls.h"

#define MOST_CALLS 2 /* of one function in another, that are followed */

/* ---- naming ---- */

static bool find_place(const struct su_side *side, uint32_t number, int depth,
		       struct su_touched *ret);

static uint32_t address_of(const struct su_side *side, uint32_t insn,
			   const struct su_operand *operand)
{
	uint32_t *state = su_alloc(side->values->loc_count * sizeof(*state)), number;

	su_values_before(side->values, insn, state);
	number = su_transfer_address(side->values, operand, state);
	free(state);
	return number;
}

/* The memory that the value was loaded from, or NULL. */
static const struct su_operand *loaded_from(const struct su_side *side,
					    const struct su_value *value)
{
	const struct su_insn *insn = &side->values->code->insns[value->where];

	if (value->kind != SU_VAL_DEF || insn->opcode != SU_OPC_MOV || insn->operand_count < 2 ||
	    insn->operands[1].kind != SU_OP_MEM || insn->operands[1].segment != SU_REG_NONE)
		return NULL;
	return &insn->operands[1];
}

static bool find_variable(const struct su_side *side, const struct su_value *value,
			  struct su_touched *ret)
{
	int64_t distance = su_value_distance(value);
	struct su_meaning meaning =
		su_program_meaning(side->program, (uint64_t)(value->imm - distance));

	if (meaning.kind != SU_MEANS_DATUM || meaning.datum->constant)
		return false;
	*ret = (struct su_touched){ .datum = meaning.datum, .off = meaning.off + distance };
	return true;
}

static bool find_loaded(const struct su_side *side, const struct su_value *value, int depth,
			struct su_touched *ret)
{
	const struct su_operand *from = loaded_from(side, value);

	if (!from || depth || !find_place(side, address_of(side, value->where, from), 1, ret))
		return false;
	ret->behind = true;
	return true;
}

/* Names what the value points to. */
static bool find_place(const struct su_side *side, uint32_t number, int depth,
		       struct su_touched *ret)
{
	const struct su_value *value = su_value_get(side->values, number);

	if (value->kind == SU_VAL_ADDR)
		return find_variable(side, value, ret);
	if (value->kind == SU_VAL_EXPR && value->op == SU_EXPR_SUM && !value->args[1]) {
		int64_t off = value->imm;

		if (!find_place(side, value->args[0], depth, ret))
			return false;
		*(ret->behind ? &ret->inner : &ret->off) += off;
		return true;
	}
	if (value->kind == SU_VAL_NONE || value->kind == SU_VAL_UNDEFINED ||
	    value->kind == SU_VAL_CONST || value->kind == SU_VAL_FRAME)
		return false;
	if (!find_loaded(side, value, depth, ret))
		*ret = (struct su_touched){ .number = number };
	return true;
}

/* ---- stores ---- */

/* What is added to the memory that a register is stored to, if that was loaded from there. */
static int64_t step_of_value(const struct su_side *side, uint32_t number, uint8_t size,
			     const struct su_touched *place)
{
	const struct su_values *values = side->values;
	const struct su_value *sum = su_value_get(values, su_value_low_part(values, number, size));
	struct su_touched from;

	if (sum->kind != SU_VAL_EXPR || sum->op != SU_EXPR_SUM || sum->args[1])
		return 0;
	const struct su_value *old =
		su_value_get(values, su_value_low_part(values, sum->args[0], size));
	const struct su_operand *operand = loaded_from(side, old);

	if (!operand || !find_place(side, address_of(side, old->where, operand), 0, &from) ||
	    su_touched_compare(&from, place) != 0)
		return 0;
	return sum->imm;
}

static int64_t step_of(const struct su_side *side, uint32_t insn, const struct su_touched *place)
{
	const struct su_insn *store = &side->values->code->insns[insn];
	const struct su_operand *source = &store->operands[1];

	if (store->opcode == SU_OPC_INC)
		return 1;
	if (store->opcode == SU_OPC_DEC)
		return -1;
	if (store->opcode == SU_OPC_ADD && source->kind == SU_OP_IMM)
		return source->imm;
	if (store->opcode == SU_OPC_SUB && source->kind == SU_OP_IMM)
		return -source->imm;
	if (store->opcode != SU_OPC_MOV || source->kind != SU_OP_REG || source->reg >= 16)
		return 0;
	uint32_t *state = su_alloc(side->values->loc_count * sizeof(*state));
	su_values_before(side->values, insn, state);
	uint32_t number = state[source->reg];
	free(state);
	return step_of_value(side, number, store->operands[0].size, place);
}

static void add_stored(const struct su_side *side, uint32_t insn, su_touched_list *ret)
{
	const struct su_operand *to = su_side_stored(&side->values->code->insns[insn]);
	struct su_touched place;

	if (!to || to->segment != SU_REG_NONE ||
	    !find_place(side, address_of(side, insn, to), 0, &place))
		return;
	place.step = step_of(side, insn, &place);
	place.mixes = to->read && !place.step;
	place.insn = insn;
	su_vec_push(ret, place);
}

/* ---- calls ---- */

static void add_changed(const struct su_side *side, struct su_arena *arena, uint32_t insn,
			int depth, su_touched_list *ret);

/* Functions of a stream keep nothing taken, whatever they are called before. */
static bool writes_stream(const char *name)
{
	static const char *const names[] = { "fprintf", "vfprintf", "__fprintf_chk",
					     "__vfprintf_chk", "fflush" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* What the place in the callee is for its caller, that passes these arguments. */
static bool translate(const struct su_side *callee, const struct su_side *caller,
		      const uint32_t *arguments, struct su_touched *place)
{
	const struct su_value *value = su_value_get(callee->values, place->number);
	struct su_touched base;

	if (place->datum)
		return true;
	for (int i = 0; i < SU_ABI_ARGUMENT_COUNT; i++) {
		if (value->kind != SU_VAL_ENTRY || value->loc != su_abi_arguments[i])
			continue;
		if (!find_place(caller, arguments[i], 0, &base) || (base.behind && place->behind))
			return false;
		place->datum = base.datum;
		place->number = base.number;
		if (base.behind)
			place->inner = base.inner + place->off;
		place->off = base.off + (base.behind ? 0 : place->off);
		place->behind |= base.behind;
		return true;
	}
	return false;
}

static void add_of_routine(const struct su_side *caller, struct su_arena *arena,
			   const struct su_routine *routine, const uint32_t *arguments, int depth,
			   su_touched_list *ret)
{
	struct su_side callee = { 0 };
	su_touched_list places = { 0 };
	struct su_err *err = su_side_init(&callee, arena, caller->program, routine);

	for (uint32_t i = 0; !err && !callee.values->unknown && i < routine->code->insn_count; i++)
		add_changed(&callee, arena, i, depth + 1, &places);
	for (size_t i = 0; i < places.len; i++)
		if (translate(&callee, caller, arguments, &places.at[i]))
			su_vec_push(ret, places.at[i]);
	su_vec_deinit(&places);
	su_err_destroy(err);
	su_side_deinit(&callee);
}

static struct su_meaning callee_of(const struct su_side *side, uint32_t insn)
{
	const struct su_insn *call = &side->values->code->insns[insn];

	if (call->flow == SU_FLOW_CALL || call->flow == SU_FLOW_JUMP)
		return su_program_meaning(side->program, call->target);
	return call->fields[0].size ? su_program_meaning(side->program, call->fields[0].target)
				    : (struct su_meaning){ 0 };
}

static void add_called(const struct su_side *side, struct su_arena *arena, uint32_t insn, int depth,
		       su_touched_list *ret)
{
	struct su_meaning meaning = callee_of(side, insn);
	uint32_t arguments[SU_ABI_ARGUMENT_COUNT];
	size_t before = ret->len;
	struct su_touched place;

	su_calls_read_arguments(side, insn, arguments);
	if (meaning.kind == SU_MEANS_ROUTINE && !meaning.off) {
		if (depth < MOST_CALLS)
			add_of_routine(side, arena, meaning.routine, arguments, depth, ret);
	} else if ((meaning.kind != SU_MEANS_IMPORT ||
		    !writes_stream(meaning.import.symbol->name)) &&
		   find_place(side, arguments[0], 0, &place)) {
		su_vec_push(ret, place);
	}
	for (size_t i = before; i < ret->len; i++)
		ret->at[i].insn = insn;
}

static bool is_tail_call(const struct su_side *side, uint32_t insn)
{
	const struct su_function *code = side->values->code;

	return code->insns[insn].flow == SU_FLOW_JUMP &&
	       code->blocks[code->block_of[insn]].leaves &&
	       !su_function_covers(code, code->insns[insn].target);
}

static void add_changed(const struct su_side *side, struct su_arena *arena, uint32_t insn,
			int depth, su_touched_list *ret)
{
	const struct su_insn *at = &side->values->code->insns[insn];

	if (at->opcode == SU_OPC_CALL || is_tail_call(side, insn))
		add_called(side, arena, insn, depth, ret);
	else if (su_side_has_effect(side, insn))
		add_stored(side, insn, ret);
}

void su_touched_by(const struct su_side *side, struct su_arena *arena, uint32_t insn,
		   su_touched_list *ret)
{
	add_changed(side, arena, insn, 0, ret);
}

/* ---- comparing ---- */

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

int su_touched_compare(const struct su_touched *a, const struct su_touched *b)
{
	int order = ORDER((uintptr_t)a->datum, (uintptr_t)b->datum);

	order = order ? order : ORDER(a->number, b->number);
	order = order ? order : ORDER(a->off, b->off);
	order = order ? order : ORDER(a->behind, b->behind);
	return order ? order : ORDER(a->inner, b->inner);
}

bool su_touched_same_callee(const struct su_side *side, uint32_t a, uint32_t b)
{
	const struct su_insn *insns = side->values->code->insns;
	struct su_meaning u = callee_of(side, a), v = callee_of(side, b);

	if (u.kind != v.kind)
		return false;
	if (u.kind == SU_MEANS_ROUTINE)
		return u.routine == v.routine && u.off == v.off;
	if (u.kind == SU_MEANS_IMPORT)
		return strcmp(u.import.symbol->name, v.import.symbol->name) == 0;
	/* Through a table, the entries tell. */
	return insns[a].operands[0].kind != SU_OP_MEM || insns[b].operands[0].kind != SU_OP_MEM ||
	       insns[a].operands[0].disp == insns[b].operands[0].disp;
}
