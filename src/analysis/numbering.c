/*
 * The fixpoint: see numbering.h.
 *
 * Round 1 knows no cells and finds which instructions access the frame where; from that come cells
 * and regions.  Further rounds number the values with them, until no new cell or region appears
 * (an address that was spilled and reloaded may reveal one).  In a round, a block's entry state is
 * the common value of all visited predecessors, or a PHI; a location that has become a PHI of a
 * block stays one, so that the iteration ends.
 */
#include "analysis/numbering.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/cells.h"
#include "analysis/transfer.h"
#include "analysis/value_table.h"
#include "analysis/walk.h"
#include "arch/abi.h"
#include "base/reason.h"

#define MAX_ROUNDS 8
#define FREE_ROUNDS 4 /* before regions that were found once remain */
#define MAX_VISITS 40 /* of one block in a round, before everything that changes becomes a PHI */

static void entry_state(struct su_values *values, uint32_t *state)
{
	for (uint32_t reg = 0; reg < SU_LOC_FLAGS; reg++)
		state[reg] = su_value_leaf(values, SU_VAL_ENTRY, reg, 0, 0);
	state[SU_REG_SP] = su_value_leaf(values, SU_VAL_FRAME, 0, -8, 0);
	state[SU_LOC_FLAGS] = SU_UNDEFINED;
	for (size_t i = 0; i < values->cell_count; i++) {
		const struct su_cell *cell = &values->cells[i];

		state[SU_CELL_BASE + i] =
			cell->off < 0 ? SU_UNDEFINED
				      : su_value_leaf(values, SU_VAL_INCOMING, 0, cell->off,
						      cell->size < 8 ? (uint8_t)cell->size : 8);
	}
}

/* Whether the edge from the end of `pred` to `block` is the one of equality of rsp and another
 * register, as at the end of a loop that probes the stack page by page. */
static bool is_equal_edge(const struct su_values *values, uint32_t pred, uint32_t block,
			  uint8_t *ret_other)
{
	const struct su_function *code = values->code;
	const struct su_block *from = &code->blocks[pred];
	const struct su_insn *jump = &code->insns[from->first + from->count - 1];
	const struct su_insn *compare = jump - 1;
	const struct su_operand *a = &compare->operands[0], *b = &compare->operands[1];

	if (from->count < 2 || jump->opcode != SU_OPC_JCC || compare->opcode != SU_OPC_CMP ||
	    a->kind != SU_OP_REG || b->kind != SU_OP_REG || a->size != 8 ||
	    (a->reg == SU_REG_SP) == (b->reg == SU_REG_SP))
		return false;
	uint64_t next = jump->vaddr + jump->length;
	int condition = su_insn_condition(jump);
	uint64_t equal = condition == SU_COND_EQUAL ? jump->target : next;

	*ret_other = a->reg == SU_REG_SP ? b->reg : a->reg;
	return (condition == SU_COND_EQUAL || condition == SU_COND_NOT_EQUAL) &&
	       jump->target != next && *ret_other < 16 &&
	       code->insns[code->blocks[block].first].vaddr == equal;
}

/* What `loc` holds at the end of `pred` when control goes on to `block`. */
static uint32_t along_edge(const struct su_values *values, uint32_t pred, uint32_t block,
			   uint32_t loc)
{
	uint8_t other;

	if (loc == SU_REG_SP && is_equal_edge(values, pred, block, &other) &&
	    su_value_get(values, values->out[pred][other])->kind == SU_VAL_FRAME)
		return values->out[pred][other];
	return values->out[pred][loc];
}

static uint32_t merge_states(struct su_values *values, uint32_t block, uint32_t loc,
			     const uint32_t *entry)
{
	const struct su_block *b = &values->code->blocks[block];
	uint32_t merged = block == 0 ? entry[loc] : 0;

	for (uint32_t i = 0; i < b->pred_count; i++) {
		uint32_t incoming = along_edge(values, b->pred[i], block, loc);

		if (!incoming)
			continue;
		if (merged && merged != incoming)
			return su_value_phi(values, block, loc);
		merged = incoming;
	}
	return merged;
}

static bool is_phi_of(const struct su_values *values, uint32_t number, uint32_t block)
{
	const struct su_value *value = su_value_get(values, number);

	return value->kind == SU_VAL_PHI && value->where == block;
}

static bool enter_block(struct su_values *values, uint32_t block, const uint32_t *entry, bool force)
{
	uint32_t *in = values->in[block];
	bool changed = false;

	for (uint32_t loc = 0; loc < values->loc_count; loc++) {
		if (is_phi_of(values, in[loc], block) && su_value_get(values, in[loc])->loc == loc)
			continue;
		uint32_t merged = merge_states(values, block, loc, entry);
		if (merged == in[loc])
			continue;
		if (force && in[loc])
			merged = su_value_phi(values, block, loc);
		in[loc] = merged;
		changed = true;
	}
	return changed;
}

static bool run_block(struct su_values *values, uint32_t block, uint32_t *state)
{
	const struct su_block *b = &values->code->blocks[block];
	size_t bytes = values->loc_count * sizeof(*state);

	memcpy(state, values->in[block], bytes);
	for (uint32_t i = 0; i < b->count; i++)
		su_transfer(values, b->first + i, state);
	if (memcmp(state, values->out[block], bytes) == 0)
		return false;
	memcpy(values->out[block], state, bytes);
	return true;
}

static void allocate_states(struct su_values *values)
{
	size_t blocks = values->code->block_count;

	values->loc_count = SU_CELL_BASE + (uint32_t)values->cell_count;
	values->in = su_arena_alloc(values->arena, blocks * sizeof(*values->in));
	values->out = su_arena_alloc(values->arena, blocks * sizeof(*values->out));
	for (size_t i = 0; i < blocks; i++) {
		values->in[i] = su_arena_alloc(values->arena, values->loc_count * sizeof(uint32_t));
		values->out[i] =
			su_arena_alloc(values->arena, values->loc_count * sizeof(uint32_t));
	}
}

static void run_round(struct su_values *values, const uint32_t *order, size_t count)
{
	uint32_t *entry, *state;
	unsigned pass = 0;
	bool again = true;

	su_map_destroy(values->numbers);
	su_value_table_init(values);
	su_values_forget_marks(values);
	allocate_states(values);
	entry = su_alloc(values->loc_count * sizeof(*entry));
	state = su_alloc(values->loc_count * sizeof(*state));
	entry_state(values, entry);
	for (bool first = true; again; first = false, pass++) {
		again = false;
		for (size_t i = 0; i < count; i++) {
			bool changed = enter_block(values, order[i], entry, pass > MAX_VISITS);

			if (changed || first)
				again |= run_block(values, order[i], state);
		}
	}
	free(entry);
	free(state);
}

struct su_values *su_values_create(struct su_arena *arena, const struct su_image *image,
				   struct su_debug *debug, const struct su_clobbers *clobbers,
				   struct su_escapes *escapes, uint64_t entry,
				   const struct su_function *code)
{
	struct su_values *values = su_arena_alloc(arena, sizeof(*values));
	size_t count;

	values->arena = arena;
	values->image = image;
	values->debug = debug;
	values->clobbers = clobbers;
	values->escapes = escapes;
	values->entry = entry;
	values->code = code;
	if (code->opaque || !code->block_count) {
		values->unknown = code->opaque ? code->opaque : "no code";
		return values;
	}
	values->frame_off = su_arena_alloc(arena, code->insn_count * sizeof(int64_t));
	values->sp = su_arena_alloc(arena, code->insn_count * sizeof(int64_t));
	values->fixed_end = su_arena_alloc(arena, code->insn_count * sizeof(int64_t));
	for (size_t i = 0; i < code->insn_count; i++)
		values->fixed_end[i] = SU_NO_OFF;
	uint32_t *order = su_walk_order(values->code, &count);
	bool settled = false;

	for (int round = 0; round < MAX_ROUNDS && !settled; round++) {
		run_round(values, order, count);
		settled = !su_frame_find(values, round >= FREE_ROUNDS);
	}
	if (!settled)
		values->unknown = SU_WHY_FRAME_ACCESSES;
	free(order);
	return values;
}

void su_values_deinit(struct su_values *values)
{
	if (!values)
		return;
	su_vec_deinit(&values->table);
	su_vec_deinit(&values->regions);
	su_map_destroy(values->numbers);
	values->numbers = NULL;
	free(values->walked);
	values->walked = NULL;
	values->walked_len = 0;
	free(values->marks);
	values->marks = NULL;
	values->marked_len = 0;
}
