/* What kept variables mean: see judge.h. */
#include "make/judge.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/transfer.h"
#include "arch/abi.h"
#include "checkpoint/calls/calls.h"

/* ---- facts ---- */

/* The kept variable of this version that starts at `vaddr`: as the new version has it, or NULL. */
static const struct su_datum *kept_at(const struct su_side *side, uint64_t vaddr, bool is_new)
{
	struct su_meaning meaning = su_program_meaning(side->program, vaddr);
	const struct su_datum *datum = meaning.datum;

	if (meaning.kind != SU_MEANS_DATUM || meaning.off || !datum->peer || datum->constant)
		return NULL;
	return is_new ? datum : datum->peer;
}

/* The operand that names a variable by its address alone, or NULL. */
static const struct su_operand *variable_operand(const struct su_insn *insn)
{
	for (uint8_t i = 0; i < insn->operand_count; i++) {
		const struct su_operand *operand = &insn->operands[i];

		if (operand->kind == SU_OP_MEM && operand->base == SU_REG_PC &&
		    operand->index == SU_REG_NONE)
			return operand;
	}
	return NULL;
}

static bool is_constant(const struct su_side *side, uint32_t number, int64_t *ret)
{
	const struct su_value *value = su_value_get(side->values, number);

	*ret = value->imm;
	return value->kind == SU_VAL_CONST;
}

/* How much memory the call asks for, if that is a constant. */
static bool asked_for(const struct su_side *side, uint32_t call, int64_t *ret)
{
	struct su_meaning meaning =
		su_program_meaning(side->program, side->routine->code->insns[call].target);
	const char *name = meaning.kind == SU_MEANS_IMPORT ? meaning.import.symbol->name : "";
	uint32_t arguments[SU_ABI_ARGUMENT_COUNT];
	int64_t count = 1;

	su_calls_read_arguments(side, call, arguments);
	if (strcmp(name, "malloc") == 0)
		return is_constant(side, arguments[0], ret);
	if (strcmp(name, "calloc") == 0 && is_constant(side, arguments[0], &count) &&
	    is_constant(side, arguments[1], ret)) {
		*ret = (int64_t)((uint64_t)*ret * (uint64_t)count);
		return true;
	}
	return strcmp(name, "realloc") == 0 && is_constant(side, arguments[1], ret);
}

static void look_at_store(struct su_judge *judge, const struct su_side *side, bool is_new,
			  const struct su_insn *insn, const uint32_t *state)
{
	const struct su_operand *to = &insn->operands[0], *source = &insn->operands[1];
	struct su_fact fact = { .kind = SU_FACT_ALLOCATED, .is_new = is_new };

	if (insn->opcode != SU_OPC_MOV || variable_operand(insn) != to || !to->written ||
	    to->size != 8 || source->kind != SU_OP_REG || source->reg >= 16)
		return;
	const struct su_value *value = su_value_get(side->values, state[source->reg]);
	fact.datum = kept_at(side, (uint64_t)to->disp, is_new);
	if (fact.datum && value->kind == SU_VAL_DEF && su_abi_is_result(value->loc) &&
	    side->routine->code->insns[value->where].flow == SU_FLOW_CALL &&
	    asked_for(side, value->where, &fact.value))
		su_vec_push(&judge->facts, fact);
}

/* The variable whose value the operand is. */
static const struct su_operand *compared_variable(const struct su_side *side,
						  const struct su_insn *insn, const uint32_t *state)
{
	const struct su_operand *operand = &insn->operands[0];

	if (operand->kind == SU_OP_MEM)
		return variable_operand(insn);
	if (operand->kind != SU_OP_REG || operand->reg >= 16)
		return NULL;
	const struct su_value *value = su_value_get(side->values, state[operand->reg]);
	const struct su_insn *from = &side->routine->code->insns[value->where];
	return value->kind == SU_VAL_DEF && from->opcode == SU_OPC_MOV ? variable_operand(from)
								       : NULL;
}

static void look_at_comparison(struct su_judge *judge, const struct su_side *side, bool is_new,
			       const struct su_insn *insn, const uint32_t *state)
{
	struct su_fact fact = { .kind = SU_FACT_COMPARED,
				.is_new = is_new,
				.value = insn->operands[1].imm };

	if (insn->opcode != SU_OPC_CMP || insn->operands[1].kind != SU_OP_IMM)
		return;
	const struct su_operand *variable = compared_variable(side, insn, state);
	fact.datum = variable ? kept_at(side, (uint64_t)variable->disp, is_new) : NULL;
	if (fact.datum)
		su_vec_push(&judge->facts, fact);
}

static const char *name_of_callee(const struct su_side *side, const struct su_insn *call)
{
	struct su_meaning meaning = su_program_meaning(side->program, call->target);

	if (meaning.kind == SU_MEANS_IMPORT)
		return meaning.import.symbol->name;
	return meaning.kind == SU_MEANS_ROUTINE ? meaning.routine->name : "";
}

static void look_at_request(struct su_judge *judge, const struct su_side *side, bool is_new,
			    uint32_t index)
{
	const struct su_insn *insn = &side->routine->code->insns[index];
	uint32_t arguments[SU_ABI_ARGUMENT_COUNT];
	struct su_fact fact = { .kind = SU_FACT_REQUESTED, .is_new = is_new };

	if (insn->flow != SU_FLOW_CALL || !strstr(name_of_callee(side, insn), "alloc"))
		return;
	su_calls_read_arguments(side, index, arguments);
	for (int i = 0; i < SU_ABI_ARGUMENT_COUNT; i++)
		if (su_side_takes_argument(side, insn->target, su_abi_arguments[i]) &&
		    is_constant(side, arguments[i], &fact.value))
			su_vec_push(&judge->facts, fact);
}

void su_judge_look(struct su_judge *judge, const struct su_side *side, bool is_new)
{
	const struct su_function *code = side->routine->code;
	uint32_t *state = su_alloc(side->values->loc_count * sizeof(*state) + 1);

	for (uint32_t b = 0; b < code->block_count && !side->values->unknown; b++) {
		const struct su_block *block = &code->blocks[b];

		memcpy(state, side->values->in[b], side->values->loc_count * sizeof(*state));
		for (uint32_t i = block->first; i < block->first + block->count && state[SU_REG_SP];
		     i++) {
			look_at_store(judge, side, is_new, &code->insns[i], state);
			look_at_comparison(judge, side, is_new, &code->insns[i], state);
			look_at_request(judge, side, is_new, i);
			su_transfer(side->values, i, state);
		}
	}
	free(state);
}

/* ---- what changed ---- */

static bool is_alike(const struct su_fact *a, const struct su_fact *b)
{
	return a->datum == b->datum && a->kind == b->kind;
}

/* A fact of the other version about the same variable, or NULL; `shared`: one with the same value. */
static const struct su_fact *other_fact(const struct su_judge *judge, const struct su_fact *fact,
					bool shared)
{
	for (size_t i = 0; i < judge->facts.len; i++) {
		const struct su_fact *one = &judge->facts.at[i];

		if (one->is_new != fact->is_new && is_alike(one, fact) &&
		    (!shared || one->value == fact->value))
			return one;
	}
	return NULL;
}

/* Whether no value is that of both versions. */
static bool is_disjoint(const struct su_judge *judge, const struct su_fact *fact)
{
	bool disjoint = true;

	for (size_t i = 0; i < judge->facts.len; i++)
		disjoint &= !is_alike(&judge->facts.at[i], fact) ||
			    !other_fact(judge, &judge->facts.at[i], true);
	return disjoint;
}

static bool is_first(const struct su_judge *judge, size_t number)
{
	for (size_t i = 0; i < number; i++) {
		if (is_alike(&judge->facts.at[i], &judge->facts.at[number]))
			return false;
	}
	return true;
}

void su_judge_finish(const struct su_judge *judge, struct su_arena *arena,
		     struct su_patch_draft *draft)
{
	for (size_t i = 0; i < judge->facts.len; i++) {
		const struct su_fact *fact = &judge->facts.at[i];
		const struct su_fact *other = other_fact(judge, fact, false);

		if (!fact->datum || !other || !is_first(judge, i) || !is_disjoint(judge, fact))
			continue;
		int64_t before = (fact->is_new ? other : fact)->value;
		int64_t after = (fact->is_new ? fact : other)->value;
		const char *text = fact->kind == SU_FACT_ALLOCATED
					   ? "is given %" PRId64
					     " bytes by the new version, and holds %" PRId64
					     " bytes of the old one"
					   : "is compared with %" PRId64
					     " by the new version, and was with %" PRId64;
		su_vec_push(&draft->judgements,
			    (struct su_patch_judgement){
				    .name = su_patch_draft_string(draft, fact->datum->name),
				    .unit = su_patch_draft_string(draft, fact->datum->unit),
				    .text = su_patch_draft_string(
					    draft, su_arena_format(arena, text, after, before)) });
	}
}

bool su_judge_requests_differ(const struct su_judge *judge)
{
	bool alone[2] = { false, false };

	for (size_t i = 0; i < judge->facts.len; i++) {
		const struct su_fact *fact = &judge->facts.at[i];

		if (fact->kind == SU_FACT_REQUESTED && !other_fact(judge, fact, true))
			alone[fact->is_new] = true;
	}
	return alone[0] && alone[1];
}

void su_judge_deinit(struct su_judge *judge)
{
	su_vec_deinit(&judge->facts);
}
