/* What code does with addresses in its frame: see frame_scan.h. */
#include "analysis/frame_scan.h"

#include <string.h>

#include "analysis/define.h"
#include "analysis/escape.h"
#include "analysis/transfer.h"
#include "arch/abi.h"
#include "base/reason.h"

/* ---- roots ---- */

static void add_root(struct su_frame_scan *scan, int64_t off, uint32_t insn, bool retained)
{
	for (size_t i = 0; i < scan->roots.len; i++) {
		if (scan->roots.at[i].off == off) {
			scan->roots.at[i].retained |= retained;
			return;
		}
	}
	su_vec_push(&scan->roots, (struct su_frame_root){ off, insn, retained });
}

struct exposure {
	struct su_frame_scan *scan;
	uint32_t insn;
	bool retained;
};

static void expose_root(void *ctx, int64_t off)
{
	struct exposure *exposure = ctx;

	add_root(exposure->scan, off, exposure->insn, exposure->retained);
}

/* Every frame address that `number` may be made of becomes a root; what is retained of it, is so of
 * the arguments that it may be made of. */
static void expose_value(struct su_frame_scan *scan, uint32_t number, uint32_t insn, bool retained)
{
	struct exposure exposure = { scan, insn, retained };

	su_values_visit_roots(scan->values, number, expose_root, &exposure);
	if (retained)
		scan->values->escape.kept |= su_values_arguments_in(scan->values, number);
}

static bool is_direct(const struct su_frame_scan *scan, uint32_t address, int64_t *ret)
{
	const struct su_value *value = su_value_get(scan->values, address);

	if (value->kind != SU_VAL_FRAME)
		return false;
	*ret = value->imm;
	return true;
}

/* ---- what one instruction does with frame addresses ---- */

static void note_access(struct su_frame_scan *scan, uint32_t insn, const struct su_operand *operand,
			int64_t off)
{
	scan->values->frame_off[insn] = off;
	if (!operand->size)
		return;
	su_vec_push(&scan->accesses, (struct su_cell){ .off = off,
						       .size = operand->size,
						       .is_read = operand->read,
						       .is_loaded = operand->read });
}

static bool is_followed(const struct su_insn *insn, const struct su_operand *operand)
{
	if (su_insn_is_arithmetic(insn))
		return operand->size >= 4;
	switch (insn->opcode) {
	case SU_OPC_MOV:
	case SU_OPC_CMOV:
		return operand->size == 8;
	case SU_OPC_LEA:
	case SU_OPC_PUSH:
	case SU_OPC_CMP:
	case SU_OPC_TEST:
	case SU_OPC_NOP:
	case SU_OPC_MOVZX:
	case SU_OPC_MOVSX:
		return true;
	default:
		return false;
	}
}

static bool goes_into_vector(const struct su_insn *insn)
{
	return insn->operands[0].kind == SU_OP_REG && insn->operands[0].reg >= 16;
}

static void scan_memory(struct su_frame_scan *scan, uint32_t insn, const struct su_operand *operand)
{
	const struct su_insn *in = &scan->values->code->insns[insn];
	uint32_t address = su_transfer_address(scan->values, operand, scan->state), cell;
	bool exact;
	int64_t off;

	if (in->opcode == SU_OPC_LEA || in->opcode == SU_OPC_NOP || operand->segment != SU_REG_NONE)
		return;
	if (!is_direct(scan, address, &off) || in->is_string) {
		expose_value(scan, address, insn, false);
		return;
	}
	note_access(scan, insn, operand, off);
	cell = su_values_cell(scan->values, off, operand->size, &exact);
	if (cell != UINT32_MAX && operand->read &&
	    (in->opcode == SU_OPC_PUSH || !is_followed(in, operand) || goes_into_vector(in)))
		expose_value(scan, scan->state[cell], insn, true);
}

/* A store of a pointer: into a cell that this function loads from it is a spill. Popping does not
 * count: that is also how arguments on the stack are dropped. */
static void scan_store(struct su_frame_scan *scan, uint32_t insn, const struct su_operand *to,
		       uint32_t number)
{
	const struct su_values *values = scan->values;
	uint32_t address = su_transfer_address(scan->values, to, scan->state);
	uint32_t cell = UINT32_MAX;
	bool exact = false;
	int64_t off;

	if (is_direct(scan, address, &off))
		cell = su_values_cell(values, off, to->size, &exact);
	if (cell != UINT32_MAX && exact && values->cells[cell - SU_CELL_BASE].is_loaded)
		return; /* what becomes of it there is followed */
	if (!values->cells && su_value_get(values, address)->kind == SU_VAL_FRAME)
		return; /* there are no cells yet */
	expose_value(scan, number, insn, true);
}

/* Of a register what is read of it: above that may be something that it held before. */
static uint32_t read_part(const struct su_frame_scan *scan, const struct su_operand *operand)
{
	uint32_t number = scan->state[operand->reg];

	return operand->size < 8 && !operand->high_byte
		       ? su_value_low_part(scan->values, number, (uint8_t)operand->size)
		       : number;
}

static void scan_operands(struct su_frame_scan *scan, uint32_t index)
{
	const struct su_insn *insn = &scan->values->code->insns[index];

	for (uint8_t i = 0; i < insn->operand_count; i++) {
		const struct su_operand *operand = &insn->operands[i], *to = &insn->operands[0];

		if (operand->kind == SU_OP_MEM)
			scan_memory(scan, index, operand);
		if (operand->kind != SU_OP_REG || !operand->read || operand->reg >= 16)
			continue;
		bool lost = !is_followed(insn, operand) || goes_into_vector(insn);
		if (!lost && to->kind == SU_OP_MEM && to->written)
			scan_store(scan, index, to, read_part(scan, operand));
		else if (lost || insn->opcode == SU_OPC_PUSH)
			expose_value(scan, read_part(scan, operand), index, true);
	}
}

static struct su_escape scan_call(struct su_frame_scan *scan, uint32_t index)
{
	struct su_values *values = scan->values;
	struct su_escape escape =
		su_escapes_by(values->escapes, values->image, &values->code->insns[index]);

	for (int i = 0; i < SU_ABI_ARGUMENT_COUNT; i++)
		expose_value(scan, scan->state[su_abi_arguments[i]], index, escape.kept >> i & 1);
	return escape;
}

/* The kernel may keep what it is given: signal stacks, robust lists. */
static void scan_syscall(struct su_frame_scan *scan, uint32_t index)
{
	for (size_t i = 0; i < SU_ABI_SYSCALL_ARGUMENT_COUNT; i++)
		expose_value(scan, scan->state[su_abi_syscall_arguments[i]], index, true);
}

/* What an instruction without a meaning reads beside its operands (cmpxchg16b stores rbx). */
static void scan_implicit(struct su_frame_scan *scan, uint32_t index)
{
	const struct su_insn *insn = &scan->values->code->insns[index];

	for (uint8_t reg = 0; reg < 16 && insn->opcode == SU_OPC_OTHER; reg++) {
		bool address =
			insn->is_string && (reg == SU_REG_COPY_TO || reg == SU_REG_COPY_FROM);

		if (insn->reads.gpr[reg] == 0xff && reg != SU_REG_SP &&
		    !su_transfer_is_explicit(insn, reg))
			expose_value(scan, scan->state[reg], index, !address);
	}
}

static void note_result(struct su_frame_scan *scan, int result, uint32_t number)
{
	scan->values->escape.returned[result] |= su_values_arguments_in(scan->values, number);
}

/* The callee's arguments and results are this function's own. */
static void scan_tail_call(struct su_frame_scan *scan, uint32_t index)
{
	struct su_escape escape = scan_call(scan, index);

	for (int i = 0; i < SU_ABI_ARGUMENT_COUNT; i++) {
		for (int result = 0; result < 2; result++) {
			if (escape.returned[result] >> i & 1)
				note_result(scan, result, scan->state[su_abi_arguments[i]]);
		}
	}
}

static bool is_tail_call(const struct su_function *code, uint32_t index)
{
	const struct su_block *block = &code->blocks[code->block_of[index]];
	uint8_t flow = code->insns[index].flow;

	return block->leaves && index + 1 == block->first + block->count &&
	       (flow == SU_FLOW_JUMP || flow == SU_FLOW_COND || flow == SU_FLOW_JUMP_IND);
}

static void scan_push(struct su_frame_scan *scan, uint32_t index)
{
	const struct su_insn *insn = &scan->values->code->insns[index];
	const struct su_operand *operand = &insn->operands[0];
	const struct su_value *sp = su_value_get(scan->values, scan->state[SU_REG_SP]);

	if (sp->kind != SU_VAL_FRAME)
		return;
	su_vec_push(&scan->accesses, (struct su_cell){ .off = sp->imm - 8, .size = 8 });
	if (operand->kind == SU_OP_REG && operand->reg < 16) {
		const struct su_value *saved =
			su_value_get(scan->values, scan->state[operand->reg]);

		if (saved->kind == SU_VAL_ENTRY && su_abi_callee_saved(operand->reg))
			su_vec_push(&scan->saved_offs, sp->imm - 8);
	}
}

static void scan_pop(struct su_frame_scan *scan)
{
	const struct su_value *sp = su_value_get(scan->values, scan->state[SU_REG_SP]);

	if (sp->kind == SU_VAL_FRAME)
		su_vec_push(&scan->accesses,
			    (struct su_cell){ .off = sp->imm, .size = 8, .is_read = true });
}

static void scan_insn(struct su_frame_scan *scan, uint32_t index)
{
	struct su_values *values = scan->values;
	const struct su_insn *insn = &values->code->insns[index];
	const struct su_value *sp = su_value_get(values, scan->state[SU_REG_SP]);

	values->frame_off[index] = SU_NO_OFF;
	values->sp[index] = sp->kind == SU_VAL_FRAME ? sp->imm : SU_NO_OFF;
	scan_operands(scan, index);
	scan_implicit(scan, index);
	if (insn->opcode == SU_OPC_CALL)
		scan_call(scan, index);
	else if (is_tail_call(values->code, index))
		scan_tail_call(scan, index);
	if (insn->is_syscall)
		scan_syscall(scan, index);
	if (insn->flow == SU_FLOW_RET) {
		note_result(scan, 0, scan->state[SU_REG_RESULT]);
		note_result(scan, 1, scan->state[SU_REG_RESULT_HIGH]);
	}
	if (insn->opcode == SU_OPC_PUSH)
		scan_push(scan, index);
	if (insn->opcode == SU_OPC_POP)
		scan_pop(scan);
	if (insn->opcode == SU_OPC_LEAVE) {
		const struct su_value *bp = su_value_get(values, scan->state[SU_REG_FP]);

		if (bp->kind == SU_VAL_FRAME) {
			su_vec_push(&scan->accesses,
				    (struct su_cell){ .off = bp->imm, .size = 8, .is_read = true });
			values->frame_off[index] = bp->imm;
		}
	}
}

/* Only one aligned base has a name, and a function that returns must know where to. */
static void check_stack_pointer(struct su_frame_scan *scan, uint32_t index)
{
	struct su_values *values = scan->values;
	const struct su_insn *insn = &values->code->insns[index];
	const struct su_value *sp = su_value_get(values, scan->state[SU_REG_SP]);

	if (insn->flow == SU_FLOW_RET && (sp->kind != SU_VAL_FRAME || sp->imm != -8))
		values->unknown = SU_WHY_RETURN_NOT_FOLLOWED;
	if (!su_transfer_realigns(values, insn, scan->state))
		return;
	uint32_t alignment = (uint32_t)-insn->operands[1].imm;
	if (values->alignment &&
	    (values->alignment != alignment || values->aligned_from != sp->imm))
		values->unknown = SU_WHY_ALIGNED_TWICE;
	values->alignment = alignment;
	values->aligned_from = sp->imm;
}

void su_frame_scan(struct su_frame_scan *scan)
{
	struct su_values *values = scan->values;

	for (uint32_t b = 0; b < values->code->block_count; b++) {
		const struct su_block *block = &values->code->blocks[b];

		memcpy(scan->state, values->in[b], values->loc_count * sizeof(*scan->state));
		for (uint32_t i = 0; i < block->count; i++) {
			uint32_t index = block->first + i;

			values->frame_off[index] = values->sp[index] = SU_NO_OFF;
			if (!scan->state[SU_REG_SP])
				continue; /* no path reaches this block */
			scan_insn(scan, index);
			check_stack_pointer(scan, index);
			su_transfer(values, index, scan->state);
		}
	}
}
