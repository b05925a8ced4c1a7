/*
 * What the bytes of an object of `to` are when it comes to the place: part of derive_private.h.
 *
 * Of an object that `from` does not have, the first time counts.  Bytes that are the same constants
 * whatever way it comes are what the object has before the region: a zeroed array, a structure with
 * an initialiser.  What adds to an element (counts[i]++)
 * makes it no constant, and does not count, as with variables in registers: the object starts anew.
 *
 * Constants are stored by instructions, by rep stos, by memset(), or copied from read-only data.
 * All else that may write to the object makes it unknown: above all a call that is given its
 * address.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/define.h"
#include "analysis/library.h"
#include "analysis/states.h"
#include "analysis/transfer.h"
#include "analysis/value_table.h"
#include "arch/abi.h"
#include "base/vec.h"
#include "checkpoint/derive/derive_private.h"

#define MAX_CONTENTS (1u << 21) /* bytes of an object times blocks */
#define MAX_UPDATE 4		/* instructions from the load of an element to its store */

static uint64_t byte_of(int64_t number, unsigned i)
{
	return 0x100 | ((uint64_t)number >> 8 * i & 0xff);
}

/* Byte `i` of an address. */
static uint64_t piece_of(uint32_t number, unsigned i)
{
	return 0x1000 | (uint64_t)number << 16 | i;
}

struct contents {
	const struct su_point *point;
	struct su_values *values;
	const struct su_region *region;
	su_passes_by *passes_by;
	size_t size;
	uint64_t *in; /* by block: `size` of them */
	bool *reached;
	SU_VEC(uint32_t) queue;
};

/* ---- constants ---- */

static bool never_changes(const struct su_image *image, uint64_t vaddr)
{
	const struct su_section *section = su_image_section_at(image, vaddr);

	return section &&
	       (!(section->flags & SHF_WRITE) || strcmp(section->name, ".data.rel.ro") == 0);
}

/* The addresses that the loader fills in. */
static bool take_relocated(struct su_values *values, uint64_t vaddr, uint64_t size, uint64_t *ret)
{
	size_t count;
	const struct su_dynreloc *relocs = su_image_relocs_in(values->image, vaddr, size, &count);

	for (size_t r = 0; r < count; r++) {
		uint64_t at = relocs[r].vaddr - vaddr;
		uint32_t number = su_value_leaf(values, SU_VAL_ADDR, 0, relocs[r].addend, 0);

		if (relocs[r].type != R_X86_64_RELATIVE || at + 8 > size)
			return false;
		for (unsigned i = 0; i < 8; i++)
			ret[at + i] = piece_of(number, i);
	}
	return true;
}

/* What is at an address in data that no one writes to. */
static bool take_bytes(struct su_values *values, uint32_t address, uint64_t size, uint64_t *ret)
{
	struct su_value value = *su_value_get(values, address);
	uint64_t vaddr = (uint64_t)value.imm;
	const uint8_t *bytes = value.kind == SU_VAL_ADDR && never_changes(values->image, vaddr)
				       ? su_image_bytes(values->image, vaddr, size)
				       : NULL;

	for (uint64_t i = 0; i < size && bytes; i++)
		ret[i] = byte_of(bytes[i], 0);
	return bytes && take_relocated(values, vaddr, size, ret);
}

static bool take_value(struct su_values *values, uint32_t number, uint8_t size, uint64_t *ret);

static void take_zeros(uint8_t size, uint64_t *ret)
{
	for (uint8_t i = 0; i < size; i++)
		ret[i] = byte_of(0, 0);
}

/* The low `size` bytes of the vector register that the instruction makes. */
static bool take_vector(struct su_values *values, uint32_t index, uint8_t size, uint64_t *ret)
{
	const struct su_insn *insn = &values->code->insns[index];
	uint8_t low = size < 8 ? size : 8;
	uint32_t *state;
	bool taken;

	take_zeros(size, ret);
	if (su_insn_clears_vector(insn))
		return true;
	if (size > 16 || !(su_insn_takes_general(insn) || su_insn_joins_halves(insn)))
		return false;
	state = su_alloc(values->loc_count * sizeof(*state));
	su_values_before(values, index, state);
	if (su_insn_takes_general(insn))
		taken = take_value(values, state[insn->operands[1].reg], low, ret);
	else
		taken = take_value(values, state[insn->operands[0].reg], low, ret) &&
			(size <= 8 ||
			 take_value(values, state[insn->operands[1].reg], size - low, ret + low));
	free(state);
	return taken;
}

/* The low `size` bytes of the value, if they are constant. */
static bool take_value(struct su_values *values, uint32_t number, uint8_t size, uint64_t *ret)
{
	const struct su_value *value =
		su_value_get(values, size < 8 ? su_value_low_part(values, number, size) : number);
	const struct su_insn *insn;

	switch (value->kind) {
	case SU_VAL_CONST:
		for (uint8_t i = 0; i < size && size <= 8; i++)
			ret[i] = byte_of(value->imm, i);
		return size <= 8;
	case SU_VAL_ADDR:
		for (uint8_t i = 0; i < size && size == 8; i++)
			ret[i] = piece_of(number, i);
		return size == 8;
	case SU_VAL_DEF:
		insn = &values->code->insns[value->where];
		if (value->role == SU_ROLE_LOADED)
			return insn->opcode == SU_OPC_MOV && insn->operands[1].size >= size &&
			       insn->operands[1].segment == SU_REG_NONE &&
			       take_bytes(values, value->args[0], size, ret);
		return take_vector(values, value->where, size, ret);
	default:
		return false;
	}
}

/* ---- what writes constants ---- */

/* Where in the object [off, off + size) is, or NULL when it is not all inside. */
static uint64_t *place_in(const struct contents *all, uint64_t *bytes, int64_t off, uint64_t size)
{
	uint64_t at = (uint64_t)(off - all->region->off);

	return off >= all->region->off && size <= all->size && at <= all->size - size ? bytes + at
										      : NULL;
}

static bool store_fills(const struct contents *all, uint32_t index, const uint32_t *state,
			uint64_t *bytes)
{
	const struct su_insn *insn = &all->values->code->insns[index];
	const struct su_operand *to = &insn->operands[0], *what = &insn->operands[1];
	int64_t off = all->values->frame_off[index];
	uint64_t *place;

	place = off != SU_NO_OFF && to->kind == SU_OP_MEM ? place_in(all, bytes, off, to->size)
							  : NULL;
	if (!place)
		return false;
	if (insn->opcode == SU_OPC_MOV && what->kind == SU_OP_IMM)
		return take_value(all->values, su_value_const(all->values, what->imm), to->size,
				  place);
	return su_insn_stores_low(insn) && what->reg < SU_LOC_FLAGS &&
	       take_value(all->values, state[what->reg], to->size, place);
}

/* `count` bytes from where `to` points are set to those of `number`, again and again. */
static bool set_fills(const struct contents *all, uint32_t to, uint32_t number, uint8_t unit,
		      uint32_t count, uint64_t *bytes)
{
	const struct su_value *times = su_value_get(all->values, count);
	uint64_t pattern[8], size = (uint64_t)times->imm * unit, *place;
	int64_t off;

	if (times->kind != SU_VAL_CONST || (uint64_t)times->imm > SU_MAX_FILLED ||
	    !su_is_frame_address(all->values, to, &off) ||
	    !take_value(all->values, number, unit, pattern))
		return false;
	place = place_in(all, bytes, off, size);
	for (uint64_t i = 0; i < size && place; i++)
		place[i] = pattern[i % unit];
	return place != NULL;
}

static bool copy_fills(const struct contents *all, uint32_t to, uint32_t from, uint8_t unit,
		       uint32_t count, uint64_t *bytes)
{
	const struct su_value *times = su_value_get(all->values, count);
	uint64_t *place;
	int64_t off;

	if (times->kind != SU_VAL_CONST || (uint64_t)times->imm > SU_MAX_FILLED ||
	    !su_is_frame_address(all->values, to, &off))
		return false;
	place = place_in(all, bytes, off, (uint64_t)times->imm * unit);
	return place && take_bytes(all->values, from, (uint64_t)times->imm * unit, place);
}

static bool call_fills(const struct contents *all, uint32_t index, const uint32_t *state,
		       uint64_t *bytes)
{
	const struct su_insn *insn = &all->values->code->insns[index];
	const char *name =
		insn->opcode == SU_OPC_CALL ? su_library_callee(all->values->image, insn) : NULL;
	uint32_t to = state[SU_REG_ARGUMENT_1], what = state[SU_REG_ARGUMENT_2],
		 count = state[SU_REG_ARGUMENT_3];

	if (!name)
		return false;
	if (strcmp(name, "memset") == 0 || strcmp(name, "__memset_chk") == 0)
		return set_fills(all, to, what, 1, count, bytes);
	return (strcmp(name, "memcpy") == 0 || strcmp(name, "__memcpy_chk") == 0) &&
	       copy_fills(all, to, what, 1, count, bytes);
}

static bool string_fills(const struct contents *all, uint32_t index, const uint32_t *state,
			 uint64_t *bytes)
{
	uint8_t unit;

	switch (su_insn_repeats(&all->values->code->insns[index], &unit)) {
	case SU_REPEAT_STORE:
		return set_fills(all, state[SU_REG_COPY_TO], state[SU_REG_RESULT], unit,
				 state[SU_REG_COPY_COUNT], bytes);
	case SU_REPEAT_COPY:
		return copy_fills(all, state[SU_REG_COPY_TO], state[SU_REG_COPY_FROM], unit,
				  state[SU_REG_COPY_COUNT], bytes);
	default:
		return false;
	}
}

/* ---- updates ---- */

/* Whether the value is made from what was loaded from the object. */
static bool is_made_from(struct su_values *values, uint32_t number, const struct su_region *region,
			 int depth)
{
	struct su_value value = *su_value_get(values, number);
	bool found = value.kind == SU_VAL_DEF && value.role == SU_ROLE_LOADED &&
		     su_derive_points_into(values, value.args[0], region);

	if ((value.kind != SU_VAL_EXPR && value.kind != SU_VAL_DEF) || depth >= MAX_UPDATE)
		return found;
	if (value.kind == SU_VAL_DEF && values->code->insns[value.where].opcode == SU_OPC_CALL)
		return false;
	for (uint8_t i = 0; i < value.arg_count && !found; i++)
		found = is_made_from(values, value.args[i], region, depth + 1);
	return found;
}

bool su_derive_updates(struct su_values *values, uint32_t index, const uint32_t *state,
		       const struct su_region *region)
{
	const struct su_insn *insn = &values->code->insns[index];
	const struct su_operand *to = su_side_stored(insn), *what = &insn->operands[1];

	if (!to || su_side_stores_oddly(insn) || insn->opcode == SU_OPC_CALL)
		return false;
	if (to->read)
		return su_insn_is_arithmetic(insn);
	return insn->operand_count == 2 && what->kind == SU_OP_REG && what->reg < 16 &&
	       !su_derive_points_into(values, state[what->reg], region) &&
	       is_made_from(values, state[what->reg], region, 0);
}

/* ---- all paths to the place ---- */

static void make_unknown(const struct contents *all, uint64_t *bytes)
{
	for (size_t i = 0; i < all->size; i++)
		bytes[i] = SU_BYTE_UNKNOWN;
}

/* Whether it is known what the instruction leaves in the object; `state` is that before it. */
static bool knows(const struct contents *all, uint32_t index, const uint32_t *state,
		  uint64_t *bytes)
{
	enum su_touch touch = su_derive_touch(all->values, index, state, all->region);
	const struct su_insn *insn = &all->values->code->insns[index];
	bool writes = touch == SU_TOUCH_FILLS ||
		      (touch == SU_TOUCH_READS && (su_side_stored(insn) || insn->is_string));

	return !writes || store_fills(all, index, state, bytes) ||
	       call_fills(all, index, state, bytes) || string_fills(all, index, state, bytes) ||
	       su_derive_updates(all->values, index, state, all->region) ||
	       (all->passes_by && all->passes_by(all->point, all->region, index, state));
}

/* Instructions [first, end) of the block. */
static void pass_block(const struct contents *all, uint32_t block, uint32_t first, uint32_t end,
		       uint64_t *bytes)
{
	struct su_values *values = all->values;
	uint32_t *state = su_alloc(values->loc_count * sizeof(*state));

	memcpy(state, values->in[block], values->loc_count * sizeof(*state));
	for (uint32_t i = values->code->blocks[block].first; i < end && state[SU_REG_SP]; i++) {
		if (i >= first && !knows(all, i, state, bytes))
			make_unknown(all, bytes);
		su_transfer(values, i, state);
	}
	free(state);
}

/* What comes to the block by one more way; queues it when that says something new. */
static void flow_into(struct contents *all, uint32_t block, const uint64_t *bytes)
{
	uint64_t *in = all->in + (size_t)block * all->size;
	bool changed = !all->reached[block];

	for (size_t i = 0; i < all->size; i++) {
		uint64_t before = in[i];

		in[i] = !all->reached[block] || before == bytes[i] ? bytes[i] : SU_BYTE_UNKNOWN;
		changed |= in[i] != before;
	}
	all->reached[block] = true;
	if (changed)
		su_vec_push(&all->queue, block);
}

/* All ways from the entry to the place, which is before instruction `end` of `target`.  Those that
 * have passed it before count where `from` has the object, too. */
static void follow_paths(struct contents *all, uint32_t target, uint32_t end, uint64_t *ret)
{
	const struct su_function *code = all->values->code;
	uint64_t *bytes = su_alloc(all->size * sizeof(*bytes));

	flow_into(all, 0, bytes);
	for (size_t at = 0; at < all->queue.len; at++) {
		uint32_t block = all->queue.at[at];
		const struct su_block *b = &code->blocks[block];
		bool ends = block == target && !all->passes_by;

		memcpy(bytes, all->in + (size_t)block * all->size, all->size * sizeof(*bytes));
		pass_block(all, block, b->first, block == target ? end : b->first + b->count,
			   bytes);
		if (block == target)
			memcpy(ret, bytes, all->size * sizeof(*bytes));
		if (block == target && !ends)
			pass_block(all, block, end, b->first + b->count, bytes);
		for (uint32_t s = 0; s < b->succ_count && !ends; s++)
			flow_into(all, b->succ[s], bytes);
	}
	free(bytes);
}

bool su_derive_bytes(const struct su_point *point, const struct su_region *region,
		     su_passes_by *passes_by, uint64_t *ret)
{
	struct contents all = { .point = point,
				.values = point->pair->to->values,
				.region = region,
				.passes_by = passes_by,
				.size = region->size };
	const struct su_recipe *recipe = point->recipe;
	size_t blocks = all.values->code->block_count;

	if (all.size > SU_MAX_FILLED || blocks * all.size > MAX_CONTENTS)
		return false;
	all.in = su_alloc(blocks * all.size * sizeof(*all.in));
	all.reached = su_alloc(blocks * sizeof(*all.reached));
	follow_paths(&all, all.values->code->block_of[recipe->to_insn],
		     recipe->to_insn + !recipe->lands, ret);
	free(all.in);
	free(all.reached);
	su_vec_deinit(&all.queue);
	return true;
}
