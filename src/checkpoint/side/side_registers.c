/*
 * Which registers code really reads: part of side.h.
 *
 * Liveness takes every call to read all registers that arguments may be in.  A call of a function
 * of this image that takes no argument in a register does not read it, as far as DWARF tells.  rax
 * brings the number of vector registers to a variadic function; compilers write it as a constant,
 * and constants are derived.
 */
#include <string.h>

#include "analysis/walk.h"
#include "arch/abi.h"
#include "checkpoint/side/side.h"

static bool is_in_set(const struct su_regset *set, uint32_t loc)
{
	return loc < 16 ? set->gpr[loc] != 0 : set->vector >> (loc - SU_REG_VECTOR) & 1;
}

#define PROLOGUE 16 /* instructions until the frame base is set up */

/* A parameter that has its home in the frame, as code that is not optimised keeps all of them: which
 * register brings it, DWARF does not say. */
static bool has_home(const struct su_side *side, const struct su_routine *callee,
		     const struct su_local *parameter)
{
	const struct su_function *code = callee->code;
	struct su_loc at = { .kind = SU_LOC_NONE };

	for (uint32_t i = 0; i < PROLOGUE && i < code->insn_count && parameter->size; i++) {
		at = su_debug_local_at(side->program->debug, callee->vaddr, parameter->index,
				       code->insns[i].vaddr);
		if (at.kind == SU_LOC_FRAME)
			return at.everywhere;
	}
	return false;
}

/* At most so many argument registers of one kind bring it: psABI 3.2.3, the eightbytes of what is not
 * passed in memory. */
static uint32_t words_of(const struct su_local *parameter, bool in_vector)
{
	if (parameter->size > 16 || (in_vector && parameter->is_integer))
		return 0;
	return (uint32_t)(parameter->size + 7) / 8;
}

/* The register's number among those of its kind that arguments take in their order; UINT32_MAX: none does. */
static uint32_t order_of(uint32_t loc)
{
	for (uint32_t i = 0; i < SU_ABI_ARGUMENT_COUNT; i++) {
		if (su_abi_arguments[i] == loc)
			return i;
	}
	return loc >= SU_REG_VECTOR ? loc - SU_REG_VECTOR : UINT32_MAX;
}

/* Whether one of the parameters is in the register, or may be. `words` are before them. */
static bool brings_argument(const struct su_side *side, const struct su_routine *callee,
			    const struct su_local *locals, size_t count, uint32_t words,
			    uint32_t loc)
{
	bool homes = false;

	for (uint32_t i = 0; i < count; i++) {
		if (!su_local_is_own_parameter(&locals[i]))
			continue;
		struct su_loc at = su_debug_local_at(side->program->debug, callee->vaddr, i,
						     su_function_start(callee->code));
		bool home = at.kind != SU_LOC_REG && has_home(side, callee, &locals[i]);

		if (!home && (at.kind != SU_LOC_REG || at.reg == loc))
			return true;
		words += home ? words_of(&locals[i], loc >= SU_REG_VECTOR) : 1;
		homes |= home;
	}
	return homes && order_of(loc) < words;
}

/* Whether a function of this image takes an argument in the register; unknown ones do. rdi may hold
 * where a result goes that is returned in memory (psABI 3.2.3): that is no parameter to DWARF. */
bool su_side_takes_argument(const struct su_side *side, uint64_t entry, uint32_t loc)
{
	const struct su_routine *callee = su_program_routine_at(side->program, entry);
	uint64_t result, whole;
	const struct su_local *locals;
	size_t count;
	bool in_memory;

	if (!callee || callee->vaddr != entry ||
	    !su_debug_signature_at(side->program->debug, entry, &result, &whole) ||
	    su_debug_is_variadic(side->program->debug, entry))
		return true;
	in_memory = su_debug_returns_record(side->program->debug, entry);
	if (loc == SU_REG_RESULT_AT && in_memory)
		return true;
	struct su_err *err = su_debug_locals(side->program->debug, entry, &locals, &count);
	if (err) {
		su_err_destroy(err);
		return true;
	}
	return brings_argument(side, callee, locals, count, in_memory, loc);
}

static bool is_operand(const struct su_insn *insn, uint32_t loc)
{
	for (uint8_t i = 0; i < insn->operand_count; i++) {
		const struct su_operand *operand = &insn->operands[i];

		if ((operand->kind == SU_OP_REG && operand->reg == loc) ||
		    (operand->kind == SU_OP_MEM && (operand->base == loc || operand->index == loc)))
			return true;
	}
	return false;
}

static bool reads_register(const struct su_side *side, const struct su_insn *insn, uint32_t loc)
{
	struct su_regset may_read;

	if (insn->opcode != SU_OPC_CALL)
		return is_in_set(&insn->reads, loc);
	if (is_operand(insn, loc))
		return true;
	su_abi_call_reads(&may_read);
	if (!is_in_set(&may_read, loc) || loc == SU_REG_VECTOR_COUNT)
		return false;
	return insn->flow != SU_FLOW_CALL || su_side_takes_argument(side, insn->target, loc);
}

static bool overwrites_register(const struct su_side *side, const struct su_insn *insn,
				uint32_t loc)
{
	struct su_regset written;

	if (insn->opcode != SU_OPC_CALL)
		return loc < 16 && insn->writes.gpr[loc] == 0xff;
	if (side->heeds_no_callee)
		su_abi_caller_saved(&written);
	else
		su_values_call_clobbers(side->values, insn, &written);
	return is_in_set(&written, loc);
}

/* What becomes of the register in instructions [first, end): read, or written first, or neither. */
enum fate { FATE_KEPT, FATE_READ, FATE_WRITTEN };

static enum fate fate_in(const struct su_side *side, uint32_t first, uint32_t end, uint32_t loc)
{
	const struct su_insn *insns = side->routine->code->insns;

	for (uint32_t i = first; i < end; i++) {
		if (reads_register(side, &insns[i], loc))
			return FATE_READ;
		if (overwrites_register(side, &insns[i], loc))
			return FATE_WRITTEN;
	}
	return FATE_KEPT;
}

bool su_side_reads_from(const struct su_side *side, uint32_t insn, uint32_t loc)
{
	const struct su_function *code = side->routine->code;
	struct su_walk walk = su_walk_forward(code, code->block_of[insn], insn);
	bool read = false;

	while (!read && su_walk_next(&walk)) {
		enum fate fate = fate_in(side, walk.first, walk.end, loc);

		read = fate == FATE_READ || (fate == FATE_KEPT && code->blocks[walk.block].leaves);
		if (fate == FATE_KEPT)
			su_walk_go_on(&walk);
	}
	su_walk_deinit(&walk);
	return read;
}
