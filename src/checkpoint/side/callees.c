/* What a function of the image may do, with all that it calls: see callees.h. */
#include "checkpoint/side/callees.h"

#include "analysis/library.h"

#define MAX_CALLEES 32

/* Whether a function may be among them. */
typedef bool test_of_routine(const struct su_program *program, const struct su_routine *routine);

struct callees {
	const struct su_program *program;
	test_of_routine *holds;
	const struct su_routine *at[MAX_CALLEES];
	size_t count;
};

static bool add_callee(struct callees *callees, uint64_t entry)
{
	const struct su_routine *routine = su_program_routine_at(callees->program, entry);

	for (size_t i = 0; i < callees->count; i++) {
		if (callees->at[i] == routine)
			return true;
	}
	if (!routine || routine->code->opaque || callees->count == MAX_CALLEES ||
	    !callees->holds(callees->program, routine))
		return false;
	callees->at[callees->count++] = routine;
	return true;
}

static bool add_called_by(struct callees *callees, const struct su_function *code)
{
	bool known = true;

	for (uint32_t i = 0; i < code->insn_count && known; i++) {
		const struct su_insn *insn = &code->insns[i];

		if (su_library_callee(callees->program->image, insn))
			continue;
		if (insn->flow == SU_FLOW_CALL || insn->flow == SU_FLOW_JUMP)
			known = su_function_covers(code, insn->target) ||
				add_callee(callees, insn->target);
		else if (insn->flow == SU_FLOW_CALL_IND || insn->flow == SU_FLOW_JUMP_IND)
			known = insn->flow == SU_FLOW_JUMP_IND &&
				!code->blocks[code->block_of[i]].leaves;
	}
	return known;
}

static bool all_hold(const struct su_program *program, uint64_t entry, test_of_routine *holds)
{
	struct callees callees = { .program = program, .holds = holds };
	bool known = add_callee(&callees, entry);

	for (size_t i = 0; i < callees.count && known; i++)
		known = add_called_by(&callees, callees.at[i]->code);
	return known;
}

static bool stays(const struct su_program *program, const struct su_routine *routine)
{
	(void)program;
	return routine->peer && !routine->changed;
}

static bool names_no_variable(const struct su_program *program, const struct su_routine *routine)
{
	bool names = false;

	for (uint32_t i = 0; i < routine->code->insn_count && !names; i++) {
		const struct su_insn *insn = &routine->code->insns[i];

		for (int f = 0; f < 2 && !names && insn->opcode != SU_OPC_CALL; f++) {
			struct su_meaning meaning =
				insn->fields[f].size
					? su_program_meaning(program, insn->fields[f].target)
					: (struct su_meaning){ 0 };

			names = meaning.kind == SU_MEANS_DATUM && !meaning.datum->constant;
		}
		for (uint8_t o = 0; o < insn->operand_count && !names; o++)
			names = insn->operands[o].segment == SU_REG_THREAD &&
				insn->operands[o].disp != 0x28; /* the canary */
	}
	return !names;
}

bool su_callees_stay(const struct su_program *program, uint64_t entry)
{
	return all_hold(program, entry, stays);
}

bool su_callees_hold_nothing(const struct su_program *program, uint64_t entry)
{
	return all_hold(program, entry, names_no_variable);
}
