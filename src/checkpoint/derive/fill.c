/*
 * Rule "seeded" for objects: one that `from` does not have starts as the new program starts it.
 *
 * What counts is the first time that `to` comes to the place.  When its bytes are the same
 * constants then, whatever way it comes, that is what the object has before the region: a zeroed
 * array, a structure with an initialiser.  What adds to an element (counts[i]++) makes it no
 * constant, and does not count, as with variables in registers: the object starts anew.
 *
 * Constants are stored by instructions, by rep stos, by memset(), or copied from read-only data.
 * All else that may write to the object makes it unknown: above all a call that is given its
 * address.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/define.h"
#include "analysis/states.h"
#include "analysis/transfer.h"
#include "analysis/value_table.h"
#include "arch/abi.h"
#include "base/vec.h"
#include "checkpoint/derive/derive_private.h"

#define MAX_SIZE 4096		/* bytes of an object */
#define MAX_CONTENTS (1u << 21) /* bytes of an object times blocks */
#define MAX_UPDATE 4		/* instructions from the load of an element to its store */
#define RUN 32			/* so many equal bytes are one value */

/* What one byte of the object holds. */
enum { UNWRITTEN = 0, UNKNOWN = 1 };

static uint64_t byte_of(int64_t number, unsigned i)
{
	return 0x100 | ((uint64_t)number >> 8 * i & 0xff);
}

/* Byte `i` of an address. */
static uint64_t piece_of(uint32_t number, unsigned i)
{
	return 0x1000 | (uint64_t)number << 16 | i;
}

static bool is_piece(uint64_t content)
{
	return content & 0x1000;
}

struct contents {
	struct su_values *values;
	const struct su_region *region;
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

	if (times->kind != SU_VAL_CONST || (uint64_t)times->imm > MAX_SIZE ||
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

	if (times->kind != SU_VAL_CONST || (uint64_t)times->imm > MAX_SIZE ||
	    !su_is_frame_address(all->values, to, &off))
		return false;
	place = place_in(all, bytes, off, (uint64_t)times->imm * unit);
	return place && take_bytes(all->values, from, (uint64_t)times->imm * unit, place);
}

static bool call_fills(const struct contents *all, uint32_t index, const uint32_t *state,
		       uint64_t *bytes)
{
	const struct su_insn *insn = &all->values->code->insns[index];
	struct su_import import;
	uint32_t to = state[SU_REG_ARGUMENT_1], what = state[SU_REG_ARGUMENT_2],
		 count = state[SU_REG_ARGUMENT_3];

	if (insn->opcode != SU_OPC_CALL ||
	    (insn->flow == SU_FLOW_CALL_IND && !insn->fields[0].size) ||
	    !su_image_import_at(all->values->image,
				insn->flow == SU_FLOW_CALL ? insn->target : insn->fields[0].target,
				&import))
		return false;
	if (strcmp(import.symbol->name, "memset") == 0 ||
	    strcmp(import.symbol->name, "__memset_chk") == 0)
		return set_fills(all, to, what, 1, count, bytes);
	return (strcmp(import.symbol->name, "memcpy") == 0 ||
		strcmp(import.symbol->name, "__memcpy_chk") == 0) &&
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

static bool updates(const struct contents *all, uint32_t index, const uint32_t *state)
{
	const struct su_insn *insn = &all->values->code->insns[index];
	const struct su_operand *to = su_side_stored(insn), *what = &insn->operands[1];

	if (!to || su_side_stores_oddly(insn) || insn->opcode == SU_OPC_CALL)
		return false;
	if (to->read)
		return su_insn_is_arithmetic(insn);
	return insn->operand_count == 2 && what->kind == SU_OP_REG && what->reg < 16 &&
	       !su_derive_points_into(all->values, state[what->reg], all->region) &&
	       is_made_from(all->values, state[what->reg], all->region, 0);
}

/* ---- all paths to the place ---- */

static void make_unknown(const struct contents *all, uint64_t *bytes)
{
	for (size_t i = 0; i < all->size; i++)
		bytes[i] = UNKNOWN;
}

/* What the instruction leaves in the object; `state` is that before it. */
static void step(const struct contents *all, uint32_t index, const uint32_t *state, uint64_t *bytes)
{
	enum su_touch touch = su_derive_touch(all->values, index, state, all->region);
	const struct su_insn *insn = &all->values->code->insns[index];
	bool writes = touch == SU_TOUCH_FILLS ||
		      (touch == SU_TOUCH_READS && (su_side_stored(insn) || insn->is_string));

	if (!writes || store_fills(all, index, state, bytes) ||
	    call_fills(all, index, state, bytes) || string_fills(all, index, state, bytes) ||
	    updates(all, index, state))
		return;
	make_unknown(all, bytes);
}

static void pass_block(const struct contents *all, uint32_t block, uint32_t end, uint64_t *bytes)
{
	struct su_values *values = all->values;
	uint32_t *state = su_alloc(values->loc_count * sizeof(*state));

	memcpy(state, values->in[block], values->loc_count * sizeof(*state));
	for (uint32_t i = values->code->blocks[block].first; i < end && state[SU_REG_SP]; i++) {
		step(all, i, state, bytes);
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

		in[i] = !all->reached[block] || before == bytes[i] ? bytes[i] : UNKNOWN;
		changed |= in[i] != before;
	}
	all->reached[block] = true;
	if (changed)
		su_vec_push(&all->queue, block);
}

/* All ways from the entry to the place, which is before instruction `end` of `target`; none of them
 * goes on behind it. */
static void follow_paths(struct contents *all, uint32_t target, uint32_t end, uint64_t *ret)
{
	const struct su_function *code = all->values->code;
	uint64_t *bytes = su_alloc(all->size * sizeof(*bytes));

	flow_into(all, 0, bytes);
	for (size_t at = 0; at < all->queue.len; at++) {
		uint32_t block = all->queue.at[at];
		const struct su_block *b = &code->blocks[block];

		memcpy(bytes, all->in + (size_t)block * all->size, all->size * sizeof(*bytes));
		pass_block(all, block, block == target ? end : b->first + b->count, bytes);
		if (block == target)
			memcpy(ret, bytes, all->size * sizeof(*bytes));
		for (uint32_t s = 0; s < b->succ_count && block != target; s++)
			flow_into(all, b->succ[s], bytes);
	}
	free(bytes);
}

/* What the region holds where `to` comes to the place for the first time; false when too large. */
static bool first_contents(const struct su_point *point, const struct su_region *region,
			   uint64_t *ret)
{
	struct contents all = { .values = point->pair->to->values,
				.region = region,
				.size = region->size };
	const struct su_recipe *recipe = point->recipe;
	size_t blocks = all.values->code->block_count;

	if (blocks * all.size > MAX_CONTENTS)
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

/* ---- values ---- */

static bool all_constant(const uint64_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (bytes[i] == UNWRITTEN || bytes[i] == UNKNOWN)
			return false;
	}
	return true;
}

/* How many bytes from `at` on equal it. */
static size_t run_length(const uint64_t *bytes, size_t at, size_t size)
{
	size_t end = at;

	while (end < size && bytes[end] == bytes[at])
		end++;
	return end - at;
}

static bool is_whole_piece(const uint64_t *bytes, size_t at, size_t size)
{
	for (unsigned i = 0; i < 8; i++) {
		if (at + i >= size || bytes[at + i] != bytes[at] + i)
			return false;
	}
	return (bytes[at] & 0xfff) == 0;
}

/* The value of the bytes from `at` on, as many as one can be made of; NULL: not in one. */
static const struct su_source *source_at(struct su_point *point, const uint64_t *bytes, size_t at,
					 size_t size, uint32_t *ret_size)
{
	struct su_source source = { .kind = SU_SOURCE_CONST };
	size_t run = run_length(bytes, at, size), left = size - at;

	*ret_size = 8;
	if (is_piece(bytes[at]))
		return is_whole_piece(bytes, at, size)
			       ? su_source_constant(point, (uint32_t)(bytes[at] >> 16))
			       : NULL;
	if (run >= RUN) {
		*ret_size = (uint32_t)(run & ~(size_t)7);
		source.imm = (int64_t)((bytes[at] & 0xff) * 0x0101010101010101);
		return su_source_new(point, source);
	}
	while (*ret_size > left)
		*ret_size /= 2;
	for (uint32_t i = 0; i < *ret_size; i++) {
		if (is_piece(bytes[at + i]))
			return NULL;
		source.imm |= (int64_t)((bytes[at + i] & 0xff) << 8 * i);
	}
	return su_source_new(point, source);
}

static bool add_values(struct su_point *point, const struct su_region *region,
		       const uint64_t *bytes)
{
	size_t before = point->recipe->moves.len;
	struct su_move move = { .to_memory = true,
				.derivation = SU_DERIVED_SEEDED,
				.name = point->pair->to->locals[region->local].name };

	for (size_t at = 0; at < region->size; at += move.size) {
		move.source = source_at(point, bytes, at, region->size, &move.size);
		if (!move.source) {
			point->recipe->moves.len = before;
			return false;
		}
		move.off = su_frame_offset(point->pair, region->off + (int64_t)at);
		su_vec_push(&point->recipe->moves, move);
	}
	point->recipe->seeded = true;
	return true;
}

bool su_derive_filled_object(struct su_point *point, const struct su_region *region)
{
	const struct su_pair *pair = point->pair;
	const struct su_local *local = region->local >= 0 ? &pair->to->locals[region->local] : NULL;
	uint64_t *bytes;
	bool filled;

	if (!local || local->size != region->size || local->is_parameter ||
	    region->size > MAX_SIZE || su_side_local(pair->from, local->key) ||
	    su_derive_may_be_renamed(point, local) ||
	    !su_derive_reachable(point, su_frame_offset(pair, region->off)))
		return false;
	bytes = su_alloc(region->size * sizeof(*bytes));
	filled = first_contents(point, region, bytes) && all_constant(bytes, region->size) &&
		 add_values(point, region, bytes);
	free(bytes);
	return filled;
}
