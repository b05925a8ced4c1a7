/*
 * Which of two neighbours an address means: the start of one is the end of the other.
 *
 * The end of an object is compared with, counted back from, or handed on. Where all that a function
 * does with an address is to access memory at it or behind it, it is no end: nothing is there. So every
 * use is looked at of the address, of what is further on by a constant, and of merges of these alone.
 */
#include "make/maker.h"

#include "analysis/states.h"
#include "arch/abi.h"

struct uses {
	const struct su_side *side;
	bool *made;   /* by value number: it is the address, or further on */
	bool *mixed;  /* or may be, or something else */
	size_t count; /* of values then */
	bool accessed, other;
};

/* ---- values that are made of it ---- */

static bool is_address(const struct su_value *value, uint64_t vaddr)
{
	return value->kind == SU_VAL_ADDR &&
	       (uint64_t)(value->imm - su_value_distance(value)) == vaddr &&
	       su_value_distance(value) >= 0;
}

/* Whether every value that comes to the merge is made of the address, but for the merge's own. */
static bool merges_it(const struct uses *uses, const struct su_value *merge)
{
	const struct su_values *values = uses->side->values;
	const struct su_block *block = &values->code->blocks[merge->where];
	bool any = false;

	for (uint32_t i = 0; i < block->pred_count; i++) {
		uint32_t input = values->out[block->pred[i]][merge->loc];

		if (input && !uses->made[input])
			return false;
		any |= input != 0;
	}
	return any && merge->where != 0;
}

static bool is_further_on(const struct uses *uses, const struct su_value *value)
{
	return value->kind == SU_VAL_EXPR && value->op == SU_EXPR_SUM && !value->args[1] &&
	       value->imm >= 0 && uses->made[value->args[0]];
}

/* Of merges the most that hold together: a loop's is made of itself and the address. */
static void find_made(struct uses *uses, uint64_t vaddr)
{
	const struct su_values *values = uses->side->values;
	bool again = true;

	for (uint32_t n = 0; n < values->table.len; n++) {
		const struct su_value *value = &values->table.at[n];

		uses->made[n] = is_address(value, vaddr) || value->kind == SU_VAL_PHI ||
				(value->kind == SU_VAL_EXPR && value->op == SU_EXPR_SUM);
	}
	while (again) {
		again = false;
		for (uint32_t n = 0; n < values->table.len; n++) {
			const struct su_value *value = &values->table.at[n];
			bool still = is_address(value, vaddr) || is_further_on(uses, value) ||
				     (value->kind == SU_VAL_PHI && merges_it(uses, value));

			again |= uses->made[n] && !still;
			uses->made[n] &= still;
		}
	}
}

static bool takes_in(const struct uses *uses, const struct su_value *merge)
{
	const struct su_values *values = uses->side->values;
	const struct su_block *block = &values->code->blocks[merge->where];

	for (uint32_t i = 0; i < block->pred_count; i++) {
		uint32_t input = values->out[block->pred[i]][merge->loc];

		if (uses->made[input] || uses->mixed[input])
			return true;
	}
	return false;
}

/* A merge with something else may be the end of a search, which nothing is read from. */
static void find_mixed(struct uses *uses)
{
	const struct su_values *values = uses->side->values;
	bool again = true;

	while (again) {
		again = false;
		for (uint32_t n = 0; n < values->table.len; n++) {
			const struct su_value *value = &values->table.at[n];

			if (value->kind != SU_VAL_PHI || uses->made[n] || uses->mixed[n] ||
			    !takes_in(uses, value))
				continue;
			uses->mixed[n] = again = true;
		}
	}
}

/* ---- what is done with them ---- */

static bool is_made(const struct uses *uses, uint32_t number)
{
	return number < uses->count && uses->made[number];
}

static bool may_be_it(const struct uses *uses, uint32_t number)
{
	return number >= uses->count || uses->made[number] || uses->mixed[number];
}

static bool is_base(const struct su_insn *insn, uint32_t reg, bool *ret_access)
{
	for (uint8_t i = 0; i < insn->operand_count; i++) {
		const struct su_operand *operand = &insn->operands[i];

		if (operand->kind != SU_OP_MEM || operand->base != reg || operand->index == reg)
			continue;
		*ret_access = insn->opcode != SU_OPC_LEA;
		return operand->index == SU_REG_NONE && operand->disp >= 0;
	}
	return false;
}

/* The cell of the frame that the instruction accesses, or UINT32_MAX. */
static uint32_t cell_of(const struct uses *uses, uint32_t index, const struct su_operand *operand)
{
	const struct su_values *values = uses->side->values;
	bool exact = false;
	uint32_t cell = UINT32_MAX;

	if (operand->kind == SU_OP_MEM && values->frame_off[index] != SU_NO_OFF)
		cell = su_values_cell(values, values->frame_off[index], operand->size, &exact);
	return exact ? cell : UINT32_MAX;
}

/* Moves it, or adds to it: what comes of that is a value of its own. */
static bool passes_on(const struct uses *uses, uint32_t index, uint32_t reg)
{
	const struct su_insn *insn = &uses->side->values->code->insns[index];
	const struct su_operand *from = &insn->operands[1];

	if (insn->operand_count != 2 || (insn->operands[0].kind != SU_OP_REG &&
					 cell_of(uses, index, &insn->operands[0]) == UINT32_MAX))
		return false;
	return (insn->opcode == SU_OPC_MOV && from->kind == SU_OP_REG && from->reg == reg &&
		from->size == 8) ||
	       (insn->opcode == SU_OPC_ADD && from->kind == SU_OP_IMM && from->imm >= 0 &&
		insn->operands[0].reg == reg);
}

static bool is_operand(const struct su_insn *insn, uint32_t reg)
{
	for (uint8_t i = 0; i < insn->operand_count; i++)
		if (insn->operands[i].kind == SU_OP_REG && insn->operands[i].read &&
		    insn->operands[i].reg == reg)
			return true;
	return false;
}

/* `number`: what the register holds. A merge with something else counts as no access. */
static void look_at_register(struct uses *uses, uint32_t index, uint32_t reg, uint32_t number)
{
	const struct su_insn *insn = &uses->side->values->code->insns[index];
	bool access = false;

	if (!is_operand(insn, reg) && is_base(insn, reg, &access))
		uses->accessed |= access && is_made(uses, number);
	else if (!passes_on(uses, index, reg))
		uses->other = true;
}

/* A cell is loaded, or added to. */
static void look_at_cell(struct uses *uses, uint32_t index, const uint32_t *state)
{
	const struct su_insn *insn = &uses->side->values->code->insns[index];

	for (uint8_t i = 0; i < insn->operand_count; i++) {
		const struct su_operand *operand = &insn->operands[i];
		uint32_t cell = operand->read ? cell_of(uses, index, operand) : UINT32_MAX;

		if (cell == UINT32_MAX || !may_be_it(uses, state[cell]))
			continue;
		uses->other |= insn->opcode != SU_OPC_MOV &&
			       !(insn->opcode == SU_OPC_ADD &&
				 insn->operands[1].kind == SU_OP_IMM && insn->operands[1].imm >= 0);
	}
}

static bool leaves(const struct uses *uses, const struct su_insn *insn)
{
	const struct su_function *code = uses->side->values->code;

	return insn->opcode == SU_OPC_CALL || insn->flow == SU_FLOW_JUMP_IND ||
	       (insn->flow != SU_FLOW_NEXT && !su_function_covers(code, insn->target));
}

/* A structure takes the second result register as well. */
static bool is_returned(const struct uses *uses, const uint32_t *state)
{
	const struct su_side *side = uses->side;
	bool record = su_debug_returns_record(side->program->debug, side->routine->vaddr);

	for (uint32_t reg = 0, met = 0; reg < 16 && met <= record; reg++) {
		if (!su_abi_is_result(reg))
			continue;
		if (may_be_it(uses, state[reg]))
			return true;
		met++;
	}
	return false;
}

static bool is_handed_on(const struct uses *uses, const struct su_insn *insn, const uint32_t *state)
{
	if (insn->flow == SU_FLOW_RET)
		return is_returned(uses, state);
	for (size_t i = 0; i < SU_ABI_ARGUMENT_COUNT; i++) {
		uint8_t reg = su_abi_arguments[i];

		if (may_be_it(uses, state[reg]) &&
		    (insn->opcode != SU_OPC_CALL ||
		     su_side_takes_argument(uses->side, insn->target, reg)))
			return true;
	}
	return false;
}

static void look_at_insn(struct uses *uses, uint32_t index, const uint32_t *state)
{
	const struct su_insn *insn = &uses->side->values->code->insns[index];

	for (uint32_t reg = 0; reg < 16; reg++)
		if (insn->reads.gpr[reg] && may_be_it(uses, state[reg]))
			look_at_register(uses, index, reg, state[reg]);
	look_at_cell(uses, index, state);
	uses->other |= leaves(uses, insn) && is_handed_on(uses, insn, state);
}

static bool is_accessed_alone(struct uses *uses, uint64_t vaddr)
{
	struct su_values *values = uses->side->values;
	SU_FREE bool *made = su_alloc(values->table.len + 1);
	SU_FREE bool *mixed = su_alloc(values->table.len + 1);
	SU_FREE uint32_t *state = su_alloc(values->loc_count * sizeof(*state) + 1);

	uses->made = made;
	uses->mixed = mixed;
	uses->count = values->table.len;
	find_made(uses, vaddr);
	find_mixed(uses);
	for (uint32_t i = 0; i < values->code->insn_count && !uses->other; i++) {
		su_values_before(values, i, state);
		look_at_insn(uses, i, state);
	}
	return uses->accessed && !uses->other;
}

bool su_maker_means_start(struct su_maker *maker, const struct su_routine *user, uint64_t vaddr)
{
	struct su_side side = { 0 };
	struct uses uses = { .side = &side };
	struct su_err *err = su_side_init(&side, maker->arena, maker->new_program, user);
	bool means = !err && !side.values->unknown && is_accessed_alone(&uses, vaddr);

	su_err_destroy(err);
	su_side_deinit(&side);
	return means;
}
