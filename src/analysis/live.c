/* Liveness: see live.h. */
#include "analysis/live.h"

#include <stdlib.h>
#include <string.h>

#include "arch/abi.h"
#include "base/search.h"

#define VECTOR_MAX 64 /* larger operands are state images, which XSAVE writes in part */

static void regs_add(struct su_regset *set, const struct su_regset *more)
{
	for (int i = 0; i < 16; i++)
		set->gpr[i] |= more->gpr[i];
	set->vector |= more->vector;
	set->flags |= more->flags;
	set->other |= more->other;
}

static bool regs_equal(const struct su_regset *a, const struct su_regset *b)
{
	return !memcmp(a->gpr, b->gpr, sizeof(a->gpr)) && a->vector == b->vector &&
	       a->flags == b->flags && a->other == b->other;
}

static void regs_remove(struct su_regset *set, const struct su_regset *gone)
{
	for (int i = 0; i < 16; i++)
		set->gpr[i] &= (uint8_t)~gone->gpr[i];
	set->vector &= ~gone->vector;
	set->flags &= (uint8_t)~gone->flags;
	if (gone->other)
		set->other = false;
}

static void set_byte(uint64_t *cells, size_t byte, bool live)
{
	uint64_t bit = 1ull << (byte % 64);

	if (live)
		cells[byte / 64] |= bit;
	else
		cells[byte / 64] &= ~bit;
}

static bool has_byte(const uint64_t *cells, size_t byte)
{
	return cells[byte / 64] >> (byte % 64) & 1;
}

/* The cell's bytes in [off, off + size) from the CFA: *ret_first of the cell on, up to the number
 * given back. */
static uint64_t cells_overlap(const struct su_cell *cell, int64_t off, uint64_t size,
			      uint64_t *ret_first)
{
	int64_t low = off > cell->off ? off : cell->off;
	int64_t high = cell->off + (int64_t)cell->size, end = off + (int64_t)size;

	high = high < end ? high : end;
	*ret_first = (uint64_t)(low - cell->off);
	return high > low ? (uint64_t)(high - cell->off) : *ret_first;
}

static void set_cell(const struct su_live *live, uint64_t *cells, size_t cell, bool is_live)
{
	for (uint32_t byte = 0; byte < live->values->cells[cell].size; byte++)
		set_byte(cells, live->first[cell] + byte, is_live);
}

/* Bytes of cells in [off, off + size). */
static void touch_cells(const struct su_live *live, uint64_t *cells, int64_t off, uint64_t size,
			bool read)
{
	const struct su_values *values = live->values;

	for (size_t i = su_values_cells_from(values, off); i < values->cell_count; i++) {
		uint64_t byte, end;

		if (values->cells[i].off >= off + (int64_t)size)
			break;
		end = cells_overlap(&values->cells[i], off, size, &byte);
		for (; byte < end; byte++)
			set_byte(cells, live->first[i] + byte, read);
	}
}

static bool leaves_by_jump(const struct su_function *code, const struct su_block *block,
			   const struct su_insn *insn)
{
	return block->leaves && insn == &code->insns[block->first + block->count - 1] &&
	       (insn->flow == SU_FLOW_JUMP || insn->flow == SU_FLOW_COND ||
		insn->flow == SU_FLOW_JUMP_IND);
}

/* Of what it copies only that is read which is read of the copy. */
static bool is_copy(const struct su_insn *insn)
{
	return insn->opcode == SU_OPC_MOV && insn->operand_count == 2;
}

static bool is_whole_register(const struct su_operand *operand)
{
	return operand->kind == SU_OP_REG && operand->reg < 16 && operand->reg != SU_REG_SP &&
	       !operand->high_byte;
}

/* The bytes of the frame that are live, of `size` from `off` on, as a mask: all but those of cells
 * that are dead. */
static uint8_t live_in_frame(const struct su_live *live, const uint64_t *cells, int64_t off,
			     uint64_t size)
{
	const struct su_values *values = live->values;
	uint8_t mask = 0xff;

	for (size_t i = su_values_cells_from(values, off); i < values->cell_count && size <= 8;
	     i++) {
		uint64_t byte, end;
		int64_t before = off - values->cells[i].off;

		if (values->cells[i].off >= off + (int64_t)size)
			break;
		if (values->cells[i].in_region || !values->cells[i].is_loaded)
			continue; /* others may read it: through a pointer, as an argument */
		end = cells_overlap(&values->cells[i], off, size, &byte);
		for (; byte < end; byte++) {
			if (!has_byte(cells, live->first[i] + byte))
				mask &= (uint8_t) ~(1u << ((int64_t)byte - before));
		}
	}
	return mask;
}

/* Which bytes of the register that it reads are read of the copy. */
static uint8_t read_of_copy(const struct su_live *live, uint32_t index,
			    const struct su_live_set *after)
{
	const struct su_insn *insn = &live->values->code->insns[index];
	const struct su_operand *to = &insn->operands[0];
	int64_t off = live->values->frame_off[index];

	if (is_copy(insn) && is_whole_register(&insn->operands[1])) {
		if (is_whole_register(to))
			return after->regs.gpr[to->reg];
		if (to->kind == SU_OP_MEM && off != SU_NO_OFF)
			return live_in_frame(live, after->cells, off, to->size);
	}
	return 0xff;
}

/* How many of the bytes that it loads are read of the register that it loads them into. */
static uint64_t loaded_size(const struct su_insn *insn, const struct su_regset *after)
{
	uint64_t size = insn->operands[1].size;

	while (is_copy(insn) && is_whole_register(&insn->operands[0]) && size > 1 &&
	       !(after->gpr[insn->operands[0].reg] >> (size - 1) & 1))
		size--;
	return size;
}

static void step_regs(const struct su_live *live, const struct su_block *block,
		      const struct su_insn *insn, uint8_t of_copy, struct su_regset *regs)
{
	struct su_regset more;

	if (insn->opcode == SU_OPC_CALL) {
		su_values_call_clobbers(live->values, insn, &more);
		regs_remove(regs, &more);
		su_abi_call_reads(&more);
		regs_add(regs, &more);
	}
	if (insn->flow == SU_FLOW_RET || leaves_by_jump(live->values->code, block, insn)) {
		su_abi_return_reads(&more);
		regs_add(regs, &more);
	}
	if (leaves_by_jump(live->values->code, block, insn)) {
		su_abi_call_reads(&more);
		regs_add(regs, &more);
	}
	more = insn->reads;
	if (of_copy != 0xff)
		more.gpr[insn->operands[1].reg] &= of_copy;
	regs_remove(regs, &insn->writes);
	if (insn->opcode == SU_OPC_LEA && insn->operands[0].size <= 4) {
		for (int i = 0; i < 16; i++) /* the sum's low half comes from the low halves */
			more.gpr[i] &= 0x0f;
	}
	regs_add(regs, &more);
}

/* The callee of a tail call has its stack arguments where this function had its own. */
static void pass_arguments(const struct su_live *live, uint64_t *cells)
{
	const struct su_values *values = live->values;

	for (size_t i = 0; i < values->cell_count; i++) {
		if (values->cells[i].off + (int64_t)values->cells[i].size > 0)
			set_cell(live, cells, i, true);
	}
}

/* What lies below the stack pointer at a call is the callee's: what a pop reads from the padding of
 * an argument area after it is not what was there before. */
static void forget_below(const struct su_live *live, int64_t sp, uint64_t *cells)
{
	const struct su_values *values = live->values;

	for (size_t i = 0; sp != SU_NO_OFF && i < values->cell_count; i++) {
		if (values->cells[i].off + (int64_t)values->cells[i].size <= sp)
			set_cell(live, cells, i, false);
	}
}

static void step_cells(const struct su_live *live, uint32_t index, const struct su_regset *after,
		       uint64_t *cells)
{
	const struct su_values *values = live->values;
	const struct su_insn *insn = &values->code->insns[index];
	int64_t sp = values->sp[index], off = values->frame_off[index];

	if (leaves_by_jump(values->code, &values->code->blocks[values->code->block_of[index]],
			   insn))
		pass_arguments(live, cells);
	if (insn->opcode == SU_OPC_CALL)
		forget_below(live, sp, cells);
	if (insn->opcode == SU_OPC_PUSH && sp != SU_NO_OFF)
		touch_cells(live, cells, sp - 8, 8, false);
	if (insn->opcode == SU_OPC_POP && sp != SU_NO_OFF)
		touch_cells(live, cells, sp, 8, true);
	if (insn->opcode == SU_OPC_LEAVE && off != SU_NO_OFF) /* the saved rbp */
		touch_cells(live, cells, off, 8, true);
	for (uint8_t i = 0; i < insn->operand_count; i++) {
		const struct su_operand *operand = &insn->operands[i];

		if (operand->kind != SU_OP_MEM || off == SU_NO_OFF || !operand->size)
			continue;
		if (operand->written && !operand->read && operand->size <= VECTOR_MAX)
			touch_cells(live, cells, off, operand->size, false);
		if (operand->read)
			touch_cells(live, cells, off,
				    i == 1 ? loaded_size(insn, after) : operand->size, true);
	}
}

/* A load into a register that no one reads: pops that only move the stack pointer. */
static bool is_idle_load(const struct su_insn *insn, const struct su_regset *live)
{
	const struct su_operand *to = &insn->operands[0];

	return (insn->opcode == SU_OPC_POP || insn->opcode == SU_OPC_MOV) &&
	       to->kind == SU_OP_REG && to->reg < 16 && to->reg != SU_REG_SP && !live->gpr[to->reg];
}

static int compare_uses(const void *a, const void *b)
{
	const struct su_live_use *x = a, *y = b;

	return (x->insn > y->insn) - (x->insn < y->insn);
}

static bool is_use_before(const void *use, const void *insn)
{
	return ((const struct su_live_use *)use)->insn < *(const uint32_t *)insn;
}

static size_t first_use(const struct su_live *live, uint32_t insn)
{
	return su_search(live->uses, live->use_count, sizeof(*live->uses), &insn, is_use_before);
}

static void add_uses(const struct su_live *live, uint32_t insn, struct su_live_set *set)
{
	for (size_t i = first_use(live, insn); i < live->use_count && live->uses[i].insn == insn;
	     i++) {
		const struct su_live_use *use = &live->uses[i];

		if (use->mask)
			set->regs.gpr[use->reg] |= use->mask;
		else
			touch_cells(live, set->cells, use->off, use->size, true);
	}
}

static void step_back(const struct su_live *live, uint32_t index, struct su_live_set *set)
{
	const struct su_values *values = live->values;
	const struct su_block *block = &values->code->blocks[values->code->block_of[index]];
	const struct su_insn *insn = &values->code->insns[index];

	uint8_t of_copy = read_of_copy(live, index, set);

	if (!is_idle_load(insn, &set->regs))
		step_cells(live, index, &set->regs, set->cells);
	step_regs(live, block, insn, of_copy, &set->regs);
	add_uses(live, index, set);
}

static void collect_out(struct su_live *live, uint32_t block)
{
	const struct su_block *b = &live->values->code->blocks[block];

	for (uint32_t i = 0; i < b->succ_count; i++) {
		regs_add(&live->out_regs[block], &live->in_regs[b->succ[i]]);
		for (size_t w = 0; w < live->words; w++)
			live->out_cells[block][w] |= live->in_cells[b->succ[i]][w];
	}
}

static bool run_block(struct su_live *live, uint32_t block, struct su_live_set *set)
{
	const struct su_block *b = &live->values->code->blocks[block];
	size_t bytes = live->words * sizeof(uint64_t);

	collect_out(live, block);
	set->regs = live->out_regs[block];
	memcpy(set->cells, live->out_cells[block], bytes);
	for (uint32_t i = b->count; i-- > 0;)
		step_back(live, b->first + i, set);
	if (regs_equal(&set->regs, &live->in_regs[block]) &&
	    memcmp(set->cells, live->in_cells[block], bytes) == 0)
		return false;
	live->in_regs[block] = set->regs;
	memcpy(live->in_cells[block], set->cells, bytes);
	return true;
}

static void solve_liveness(struct su_live *live)
{
	struct su_live_set set = { .cells = su_alloc(live->words * sizeof(uint64_t)) };
	bool again = true;

	while (again) {
		again = false;
		for (size_t i = live->values->code->block_count; i-- > 0;)
			again |= run_block(live, (uint32_t)i, &set);
	}
	free(set.cells);
}

void su_live_set_uses(struct su_live *live, struct su_live_use *uses, size_t count)
{
	size_t bytes = live->words * sizeof(uint64_t);

	if (count)
		qsort(uses, count, sizeof(*uses), compare_uses);
	live->uses = uses;
	live->use_count = count;
	for (size_t i = 0; i < live->values->code->block_count; i++) {
		memset(&live->in_regs[i], 0, sizeof(*live->in_regs));
		memset(&live->out_regs[i], 0, sizeof(*live->out_regs));
		memset(live->in_cells[i], 0, bytes);
		memset(live->out_cells[i], 0, bytes);
	}
	solve_liveness(live);
}

static void number_bytes(struct su_live *live)
{
	const struct su_values *values = live->values;
	size_t count = 0;

	live->first =
		su_arena_alloc(values->arena, (values->cell_count + 1) * sizeof(*live->first));
	for (size_t i = 0; i < values->cell_count; i++) {
		live->first[i] = count;
		count += values->cells[i].size;
	}
	live->words = count / 64 + 1;
}

struct su_live *su_live_create(const struct su_values *values)
{
	struct su_arena *arena = values->arena;
	size_t blocks = values->code->block_count;
	struct su_live *live = su_arena_alloc(arena, sizeof(*live));

	live->values = values;
	number_bytes(live);
	live->in_regs = su_arena_alloc(arena, blocks * sizeof(*live->in_regs));
	live->out_regs = su_arena_alloc(arena, blocks * sizeof(*live->out_regs));
	live->in_cells = su_arena_alloc(arena, blocks * sizeof(*live->in_cells));
	live->out_cells = su_arena_alloc(arena, blocks * sizeof(*live->out_cells));
	for (size_t i = 0; i < blocks; i++) {
		live->in_cells[i] = su_arena_alloc(arena, live->words * sizeof(uint64_t));
		live->out_cells[i] = su_arena_alloc(arena, live->words * sizeof(uint64_t));
	}
	solve_liveness(live);
	return live;
}

void su_live_before(const struct su_live *live, uint32_t insn, struct su_live_set *ret)
{
	uint32_t block = live->values->code->block_of[insn];
	const struct su_block *b = &live->values->code->blocks[block];

	ret->regs = live->out_regs[block];
	memcpy(ret->cells, live->out_cells[block], live->words * sizeof(uint64_t));
	for (uint32_t i = b->first + b->count; i-- > insn;)
		step_back(live, i, ret);
}

void su_live_returned(const struct su_live *live, uint32_t call, struct su_live_set *ret)
{
	su_live_before(live, call + 1, ret);
	forget_below(live, live->values->sp[call], ret->cells);
}

uint32_t su_live_cell_size(const struct su_live *live, const struct su_live_set *set, size_t cell)
{
	uint32_t size = live->values->cells[cell].size;

	while (size && !has_byte(set->cells, live->first[cell] + size - 1))
		size--;
	return size;
}

bool su_live_has_bytes(const struct su_live *live, const struct su_live_set *set, size_t cell,
		       int64_t off, uint64_t size)
{
	uint64_t byte, end = cells_overlap(&live->values->cells[cell], off, size, &byte);
	bool all = true;

	for (; byte < end; byte++)
		all &= has_byte(set->cells, live->first[cell] + byte);
	return all;
}
