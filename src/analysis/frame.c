/*
 * Cells and regions of a frame: see values.h for what they are.
 *
 * Every use of a frame address that is not a direct access makes a *root*: storing it, passing it,
 * indexing from it, computing with it in a way that is not followed.  A root names the object that
 * it points into, by DWARF where that knows one; otherwise the region goes from the root to the
 * next thing known above it.  Direct accesses outside of regions make cells; overlapping ones
 * become one cell.
 */
#include "analysis/frame.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/escape.h"
#include "analysis/transfer.h"
#include "arch/abi.h"
#include "base/reason.h"

struct root {
	int64_t off;
	uint32_t insn; /* the first that was seen */
	bool retained;
};

struct search {
	struct su_values *values;
	uint32_t *state;
	SU_VEC(struct root) roots;
	SU_VEC(struct su_cell) accesses;
	SU_VEC(int64_t) saved_offs;
};

/* ---- roots ---- */

static void add_root(struct search *search, int64_t off, uint32_t insn, bool retained)
{
	for (size_t i = 0; i < search->roots.len; i++) {
		if (search->roots.at[i].off == off) {
			search->roots.at[i].retained |= retained;
			return;
		}
	}
	su_vec_push(&search->roots, (struct root){ off, insn, retained });
}

struct exposure {
	struct search *search;
	uint32_t insn;
	bool retained;
};

static void expose_root(void *ctx, int64_t off)
{
	struct exposure *exposure = ctx;

	add_root(exposure->search, off, exposure->insn, exposure->retained);
}

/* Every frame address that `number` may be made of becomes a root; what is retained of it, is so of
 * the arguments that it may be made of. */
static void expose(struct search *search, uint32_t number, uint32_t insn, bool retained)
{
	struct exposure exposure = { search, insn, retained };

	su_values_visit_roots(search->values, number, expose_root, &exposure);
	if (retained)
		search->values->escape.kept |= su_values_arguments_in(search->values, number);
}

static bool direct(const struct search *search, uint32_t address, int64_t *ret)
{
	const struct su_value *value = su_value_get(search->values, address);

	if (value->kind != SU_VAL_FRAME)
		return false;
	*ret = value->imm;
	return true;
}

/* ---- what one instruction does with frame addresses ---- */

static void note_access(struct search *search, uint32_t insn, const struct su_operand *operand,
			int64_t off)
{
	search->values->frame_off[insn] = off;
	if (!operand->size)
		return;
	su_vec_push(&search->accesses, (struct su_cell){ .off = off,
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

static void scan_memory(struct search *search, uint32_t insn, const struct su_operand *operand)
{
	const struct su_insn *in = &search->values->code->insns[insn];
	uint32_t address = su_transfer_address(search->values, operand, search->state), cell;
	bool exact;
	int64_t off;

	if (in->opcode == SU_OPC_LEA || in->opcode == SU_OPC_NOP || operand->segment != SU_REG_NONE)
		return;
	if (!direct(search, address, &off) || in->is_string) {
		expose(search, address, insn, false);
		return;
	}
	note_access(search, insn, operand, off);
	cell = su_values_cell(search->values, off, operand->size, &exact);
	if (cell != UINT32_MAX && operand->read &&
	    (in->opcode == SU_OPC_PUSH || !is_followed(in, operand) || goes_into_vector(in)))
		expose(search, search->state[cell], insn, true);
}

/* A store of a pointer: into a cell that this function loads from it is a spill. Popping does not
 * count: that is also how arguments on the stack are dropped. */
static void scan_store(struct search *search, uint32_t insn, const struct su_operand *to,
		       uint32_t number)
{
	const struct su_values *values = search->values;
	uint32_t address = su_transfer_address(search->values, to, search->state);
	uint32_t cell = UINT32_MAX;
	bool exact = false;
	int64_t off;

	if (direct(search, address, &off))
		cell = su_values_cell(values, off, to->size, &exact);
	if (cell != UINT32_MAX && exact && values->cells[cell - SU_CELL_BASE].is_loaded)
		return; /* what becomes of it there is followed */
	if (!values->cells && su_value_get(values, address)->kind == SU_VAL_FRAME)
		return; /* there are no cells yet */
	expose(search, number, insn, true);
}

static void scan_operands(struct search *search, uint32_t index)
{
	const struct su_insn *insn = &search->values->code->insns[index];

	for (uint8_t i = 0; i < insn->operand_count; i++) {
		const struct su_operand *operand = &insn->operands[i];

		if (operand->kind == SU_OP_MEM)
			scan_memory(search, index, operand);
		if (operand->kind != SU_OP_REG || !operand->read || operand->reg >= 16)
			continue;
		if (!is_followed(insn, operand) || goes_into_vector(insn))
			expose(search, search->state[operand->reg], index, true);
		else if (insn->operands[0].kind == SU_OP_MEM && insn->operands[0].written)
			scan_store(search, index, &insn->operands[0], search->state[operand->reg]);
		else if (insn->opcode == SU_OPC_PUSH)
			expose(search, search->state[operand->reg], index, true);
	}
}

static struct su_escape scan_call(struct search *search, uint32_t index)
{
	struct su_values *values = search->values;
	struct su_escape escape =
		su_escapes_by(values->escapes, values->image, &values->code->insns[index]);

	for (int i = 0; i < SU_ABI_ARGUMENT_COUNT; i++)
		expose(search, search->state[su_abi_arguments[i]], index, escape.kept >> i & 1);
	return escape;
}

/* The kernel may keep what it is given: signal stacks, robust lists. */
static void scan_syscall(struct search *search, uint32_t index)
{
	for (size_t i = 0; i < SU_ABI_SYSCALL_ARGUMENT_COUNT; i++)
		expose(search, search->state[su_abi_syscall_arguments[i]], index, true);
}

/* What an instruction without a meaning reads beside its operands (cmpxchg16b stores rbx). */
static void scan_implicit(struct search *search, uint32_t index)
{
	const struct su_insn *insn = &search->values->code->insns[index];

	for (uint8_t reg = 0; reg < 16 && insn->opcode == SU_OPC_OTHER; reg++) {
		bool address =
			insn->is_string && (reg == SU_REG_COPY_TO || reg == SU_REG_COPY_FROM);

		if (insn->reads.gpr[reg] == 0xff && reg != SU_REG_SP &&
		    !su_transfer_is_explicit(insn, reg))
			expose(search, search->state[reg], index, !address);
	}
}

static void note_result(struct search *search, int result, uint32_t number)
{
	search->values->escape.returned[result] |= su_values_arguments_in(search->values, number);
}

/* The callee's arguments and results are this function's own. */
static void scan_tail_call(struct search *search, uint32_t index)
{
	struct su_escape escape = scan_call(search, index);

	for (int i = 0; i < SU_ABI_ARGUMENT_COUNT; i++) {
		for (int result = 0; result < 2; result++) {
			if (escape.returned[result] >> i & 1)
				note_result(search, result, search->state[su_abi_arguments[i]]);
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

static void scan_push(struct search *search, uint32_t index)
{
	const struct su_insn *insn = &search->values->code->insns[index];
	const struct su_operand *operand = &insn->operands[0];
	const struct su_value *sp = su_value_get(search->values, search->state[SU_REG_SP]);

	if (sp->kind != SU_VAL_FRAME)
		return;
	su_vec_push(&search->accesses, (struct su_cell){ .off = sp->imm - 8, .size = 8 });
	if (operand->kind == SU_OP_REG && operand->reg < 16) {
		const struct su_value *saved =
			su_value_get(search->values, search->state[operand->reg]);

		if (saved->kind == SU_VAL_ENTRY && su_abi_callee_saved(operand->reg))
			su_vec_push(&search->saved_offs, sp->imm - 8);
	}
}

static void scan_pop(struct search *search)
{
	const struct su_value *sp = su_value_get(search->values, search->state[SU_REG_SP]);

	if (sp->kind == SU_VAL_FRAME)
		su_vec_push(&search->accesses,
			    (struct su_cell){ .off = sp->imm, .size = 8, .is_read = true });
}

static void scan_insn(struct search *search, uint32_t index)
{
	struct su_values *values = search->values;
	const struct su_insn *insn = &values->code->insns[index];
	const struct su_value *sp = su_value_get(values, search->state[SU_REG_SP]);

	values->frame_off[index] = SU_NO_OFF;
	values->sp[index] = sp->kind == SU_VAL_FRAME ? sp->imm : SU_NO_OFF;
	scan_operands(search, index);
	scan_implicit(search, index);
	if (insn->opcode == SU_OPC_CALL)
		scan_call(search, index);
	else if (is_tail_call(values->code, index))
		scan_tail_call(search, index);
	if (insn->is_syscall)
		scan_syscall(search, index);
	if (insn->flow == SU_FLOW_RET) {
		note_result(search, 0, search->state[SU_REG_RESULT]);
		note_result(search, 1, search->state[SU_REG_RESULT_HIGH]);
	}
	if (insn->opcode == SU_OPC_PUSH)
		scan_push(search, index);
	if (insn->opcode == SU_OPC_POP)
		scan_pop(search);
	if (insn->opcode == SU_OPC_LEAVE) {
		const struct su_value *bp = su_value_get(values, search->state[SU_REG_FP]);

		if (bp->kind == SU_VAL_FRAME) {
			su_vec_push(&search->accesses,
				    (struct su_cell){ .off = bp->imm, .size = 8, .is_read = true });
			values->frame_off[index] = bp->imm;
		}
	}
}

/* Only one aligned base has a name, and a function that returns must know where to. */
static void check_stack_pointer(struct search *search, uint32_t index)
{
	struct su_values *values = search->values;
	const struct su_insn *insn = &values->code->insns[index];
	const struct su_value *sp = su_value_get(values, search->state[SU_REG_SP]);

	if (insn->flow == SU_FLOW_RET && (sp->kind != SU_VAL_FRAME || sp->imm != -8))
		values->unknown = SU_WHY_RETURN_NOT_FOLLOWED;
	if (!su_transfer_realigns(values, insn, search->state))
		return;
	uint32_t alignment = (uint32_t)-insn->operands[1].imm;
	if (values->alignment &&
	    (values->alignment != alignment || values->aligned_from != sp->imm))
		values->unknown = SU_WHY_ALIGNED_TWICE;
	values->alignment = alignment;
	values->aligned_from = sp->imm;
}

static void scan_all(struct search *search)
{
	struct su_values *values = search->values;

	for (uint32_t b = 0; b < values->code->block_count; b++) {
		const struct su_block *block = &values->code->blocks[b];

		memcpy(search->state, values->in[b], values->loc_count * sizeof(*search->state));
		for (uint32_t i = 0; i < block->count; i++) {
			uint32_t index = block->first + i;

			values->frame_off[index] = values->sp[index] = SU_NO_OFF;
			if (!search->state[SU_REG_SP])
				continue; /* no path reaches this block */
			scan_insn(search, index);
			check_stack_pointer(search, index);
			su_transfer(values, index, search->state);
		}
	}
}

/* ---- regions ---- */

/* The frame variable of DWARF that `off` points into (or just past) before the instruction at
 * `vaddr`, where the registers hold `state`; -1: none. */
static int32_t local_at(const struct su_values *values, const uint32_t *state, int64_t off,
			uint64_t vaddr, int64_t *ret_off, uint64_t *ret_size)
{
	const struct su_local *locals;
	size_t count;
	int32_t found = -1;
	struct su_err *err = su_debug_locals(values->debug, values->entry, &locals, &count);

	if (err) {
		su_err_destroy(err);
		return -1;
	}
	for (size_t i = 0; i < count; i++) {
		if (!locals[i].size)
			continue;
		struct su_loc loc = su_values_place(
			values, state,
			su_debug_local_at(values->debug, values->entry, (uint32_t)i, vaddr));
		if (loc.kind != SU_LOC_FRAME || off < loc.off ||
		    off > loc.off + (int64_t)locals[i].size)
			continue;
		bool past_end = off == loc.off + (int64_t)locals[i].size;
		if (past_end && found >= 0)
			continue;
		found = (int32_t)i;
		*ret_off = loc.off;
		*ret_size = locals[i].size;
		if (!past_end)
			break;
	}
	return found;
}

/* The variable that a root points into.  Where its address is computed, DWARF may still have it in
 * a register (a parameter that was just stored); when the next call comes, it is in memory. */
static int32_t local_of_root(struct search *search, const struct root *root, int64_t *ret_off,
			     uint64_t *ret_size)
{
	struct su_values *values = search->values;
	const struct su_function *code = values->code;
	const struct su_block *block = &code->blocks[code->block_of[root->insn]];
	int32_t local = -1;

	for (uint32_t i = root->insn; i < block->first + block->count && local < 0; i++) {
		su_values_before(values, i, search->state);
		local = local_at(values, search->state, root->off, code->insns[i].vaddr, ret_off,
				 ret_size);
		if (code->insns[i].opcode == SU_OPC_CALL)
			break;
	}
	return local;
}

static int compare_root(const void *a, const void *b)
{
	const struct root *x = a, *y = b;

	return (x->off > y->off) - (x->off < y->off);
}

static int compare_region(const void *a, const void *b)
{
	const struct su_region *x = a, *y = b;

	return (x->off > y->off) - (x->off < y->off);
}

/* Where an object without a name that starts at `off` ends at the latest. */
static int64_t unnamed_end(const struct search *search, int64_t off)
{
	int64_t end = off < 0 ? -8 : INT64_MAX; /* the return address */

	if (su_frame_base(off) == SU_FRAME_ALIGNED)
		end = SU_ALIGNED_BASE;

	for (size_t i = 0; i < search->saved_offs.len; i++) {
		if (search->saved_offs.at[i] > off && search->saved_offs.at[i] < end)
			end = search->saved_offs.at[i];
	}
	for (size_t i = 0; i < search->roots.len; i++) {
		if (search->roots.at[i].off > off && search->roots.at[i].off < end)
			end = search->roots.at[i].off;
	}
	for (size_t i = 0; i < search->values->regions.len; i++) {
		const struct su_region *region = &search->values->regions.at[i];

		if (region->off > off && region->off < end)
			end = region->off;
	}
	return end == INT64_MAX ? off + 8 : end;
}

static void add_region(struct su_values *values, struct su_region region)
{
	for (size_t i = 0; i < values->regions.len; i++) {
		struct su_region *known = &values->regions.at[i];

		if (known->off == region.off && known->size == region.size &&
		    known->local == region.local) {
			known->retained |= region.retained;
			return;
		}
	}
	su_vec_push(&values->regions, region);
}

static bool inside_region(struct su_values *values, int64_t off, bool retained)
{
	for (size_t i = 0; i < values->regions.len; i++) {
		struct su_region *region = &values->regions.at[i];

		if (off >= region->off && off < region->off + (int64_t)region->size) {
			region->retained |= retained;
			return true;
		}
	}
	return false;
}

static void make_regions(struct search *search)
{
	struct su_values *values = search->values;

	if (search->roots.len)
		qsort(search->roots.at, search->roots.len, sizeof(struct root), compare_root);
	for (size_t i = 0; i < search->roots.len; i++) {
		const struct root *root = &search->roots.at[i];
		struct su_region region = { .retained = root->retained };

		region.local = local_of_root(search, root, &region.off, &region.size);
		if (region.local >= 0)
			add_region(values, region);
	}
	for (size_t i = 0; i < search->roots.len; i++) {
		const struct root *root = &search->roots.at[i];

		if (inside_region(values, root->off, root->retained))
			continue;
		if (root->off >= -8 && root->off < 0) /* the return address is no object */
			continue;
		add_region(values,
			   (struct su_region){
				   .off = root->off,
				   .size = (uint64_t)(unnamed_end(search, root->off) - root->off),
				   .local = -1,
				   .retained = root->retained });
	}
	if (values->regions.len)
		qsort(values->regions.at, values->regions.len, sizeof(struct su_region),
		      compare_region);
}

/* ---- cells ---- */

static int compare_cell(const void *a, const void *b)
{
	const struct su_cell *x = a, *y = b;

	if (x->off != y->off)
		return (x->off > y->off) - (x->off < y->off);
	return (x->size < y->size) - (x->size > y->size);
}

static bool touches_region(const struct su_values *values, const struct su_cell *cell)
{
	for (size_t i = 0; i < values->regions.len; i++) {
		const struct su_region *region = &values->regions.at[i];

		if (cell->off < region->off + (int64_t)region->size &&
		    region->off < cell->off + (int64_t)cell->size)
			return true;
	}
	return false;
}

static void make_cells(struct search *search)
{
	struct su_values *values = search->values;
	struct su_cell *cells =
		su_arena_alloc(values->arena, (search->accesses.len + 1) * sizeof(*cells));
	size_t count = 0;

	if (search->accesses.len)
		qsort(search->accesses.at, search->accesses.len, sizeof(struct su_cell),
		      compare_cell);
	for (size_t i = 0; i < search->accesses.len; i++) {
		struct su_cell access = search->accesses.at[i];
		struct su_cell *last = count ? &cells[count - 1] : NULL;

		if (last && access.off < last->off + (int64_t)last->size) {
			int64_t end = access.off + (int64_t)access.size;

			last->is_read |= access.is_read;
			last->is_loaded |= access.is_loaded;
			if (end > last->off + (int64_t)last->size)
				last->size = (uint32_t)(end - last->off);
		} else {
			cells[count++] = access;
		}
	}
	for (size_t i = 0; i < count; i++)
		cells[i].in_region = touches_region(values, &cells[i]);
	values->cells = cells;
	values->cell_count = count;
}

static uint64_t fingerprint(const struct su_values *values)
{
	uint64_t hash = 0;

	for (size_t i = 0; i < values->regions.len; i++) {
		const struct su_region *region = &values->regions.at[i];
		int64_t parts[4] = { region->off, (int64_t)region->size, region->local,
				     region->retained };

		hash = su_hash(parts, sizeof(parts), hash);
	}
	for (size_t i = 0; i < values->code->insn_count; i++) {
		if (values->fixed_end[i] != SU_NO_OFF)
			hash = su_hash(&values->fixed_end[i], sizeof(int64_t), hash + i);
	}
	for (size_t i = 0; i < values->cell_count; i++) {
		const struct su_cell *cell = &values->cells[i];
		int64_t parts[4] = { cell->off, cell->size, cell->in_region, cell->is_loaded };

		hash = su_hash(parts, sizeof(parts), hash);
	}
	return hash;
}

bool su_frame_find(struct su_values *values, bool keep_regions)
{
	struct search search = { .values = values };
	uint64_t before = fingerprint(values);

	values->unknown = NULL;
	values->escape = (struct su_escape){ 0 };
	values->alignment = 0;
	su_dynamic_find(values);
	search.state = su_alloc(values->loc_count * sizeof(*search.state));
	scan_all(&search);
	if (!keep_regions)
		values->regions.len = 0;
	make_regions(&search);
	make_cells(&search);
	free(search.state);
	su_vec_deinit(&search.roots);
	su_vec_deinit(&search.accesses);
	su_vec_deinit(&search.saved_offs);
	return fingerprint(values) != before;
}
