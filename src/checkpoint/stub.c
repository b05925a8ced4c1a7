/*
 * Carry-over stubs: see stub.h.
 *
 * Scratch memory: slots 0 to 3 keep the registers that it works in, then there is one slot for each value.
 * Objects are moved in place once all values are in scratch memory: in an order in which no move
 * overwrites what a later one reads, upwards when they move down and downwards when they move up.
 * Flags are dead at a return address and the direction flag is clear (psABI 3.2.1); the kernel
 * clears it for signal handlers.
 */
#include "checkpoint/stub.h"

#include <stdlib.h>

#include "arch/abi.h"

enum { VALUE = SU_REG_STUB_VALUE, OPERAND = SU_REG_STUB_OPERAND, SP = SU_REG_SP };

#define KEEP_VALUE 0
#define KEEP_OPERAND 1
#define KEEP_COPY_FROM 2
#define KEEP_COPY_TO 3
#define FIRST_SLOT 4

struct stub {
	const struct su_recipe *recipe;
	struct su_emit *emit;
	su_stub_fixups *fixups;
	int64_t base;	   /* the stack pointer while the stub works, as a frame offset */
	uint32_t slots;	   /* used so far */
	uint32_t *of_move; /* slot of each move's value */
};

static int32_t slot_disp(uint32_t slot)
{
	return (int32_t)(slot * 8);
}

/* An address as register + distance. */
struct stub_place {
	uint8_t reg;
	int32_t disp;
};

static struct stub_place slot_place(uint32_t slot)
{
	return (struct stub_place){ SP, slot_disp(slot) };
}

/* Anchors are callee-saved registers: they hold what they held until load_registers(). */
static struct stub_place frame_place(const struct stub *stub, int64_t off)
{
	enum su_frame_base base = su_frame_base(off);
	const struct su_anchor *anchor;

	if (base == su_frame_base(stub->base))
		return (struct stub_place){ SP, (int32_t)(off - stub->base) };
	su_assert(base != SU_FRAME_DYNAMIC);
	anchor = &stub->recipe->anchors[base];
	su_assert(anchor->known);
	return (struct stub_place){ anchor->reg, (int32_t)(off - anchor->off) };
}

static bool by_value(const struct su_move *move)
{
	return move->source && !su_move_is_identity(move);
}

static bool by_copy(const struct su_move *move)
{
	return !move->source && move->off != move->from_off;
}

/* A run of equal bytes: see recipe.h. */
static bool is_fill(const struct su_move *move)
{
	return move->size > 8 && move->source && move->source->kind == SU_SOURCE_CONST;
}

/* ---- values ---- */

static void load_register(struct stub *stub, const struct su_source *source, uint32_t slot)
{
	uint8_t reg = source->reg;

	if (reg == VALUE)
		su_emit_load(stub->emit, VALUE, SP, slot_disp(KEEP_VALUE), 8);
	else if (reg == OPERAND)
		su_emit_load(stub->emit, VALUE, SP, slot_disp(KEEP_OPERAND), 8);
	else
		su_emit_mov(stub->emit, VALUE, reg);
	if (source->size < 8) {
		su_emit_store(stub->emit, VALUE, SP, slot_disp(slot), 8);
		if (source->sign_extend)
			su_emit_load_signed(stub->emit, VALUE, SP, slot_disp(slot), source->size);
		else
			su_emit_load(stub->emit, VALUE, SP, slot_disp(slot), source->size);
	}
}

static void load_memory(struct stub *stub, const struct su_source *source, uint32_t slot)
{
	struct stub_place at = frame_place(stub, source->imm);

	if (source->size == 16) { /* both halves, into this slot and the next */
		su_emit_load(stub->emit, VALUE, at.reg, at.disp + 8, 8);
		su_emit_store(stub->emit, VALUE, SP, slot_disp(slot + 1), 8);
		su_emit_load(stub->emit, VALUE, at.reg, at.disp, 8);
	} else if (source->sign_extend && source->size < 8) {
		su_emit_load_signed(stub->emit, VALUE, at.reg, at.disp, source->size);
	} else {
		su_emit_load(stub->emit, VALUE, at.reg, at.disp, source->size);
	}
}

static void load_address(struct stub *stub, const struct su_source *source)
{
	struct su_stub_fixup fixup = { .vaddr = (uint64_t)source->imm };

	fixup.field = su_emit_rip_lea(stub->emit, VALUE, su_emit_here(stub->emit));
	su_vec_push(stub->fixups, fixup);
}

static uint32_t evaluate_source(struct stub *stub, const struct su_source *source);

static void load_extended(struct stub *stub, uint32_t slot, uint8_t size, bool is_signed)
{
	if (is_signed)
		su_emit_load_signed(stub->emit, VALUE, SP, slot_disp(slot), size);
	else
		su_emit_load(stub->emit, VALUE, SP, slot_disp(slot), size);
}

/* VALUE = VALUE op OPERAND, or op immediate when there is no second operand. */
static void compute_binary(struct stub *stub, const struct su_source *source)
{
	struct su_emit *emit = stub->emit;

	if (!source->b)
		su_emit_mov_imm(emit, OPERAND, (uint64_t)source->imm);
	switch (source->op) {
	case SU_EXPR_SUB:
		su_emit_sub(emit, VALUE, OPERAND);
		break;
	case SU_EXPR_AND:
		su_emit_and(emit, VALUE, OPERAND);
		break;
	case SU_EXPR_OR:
		su_emit_or(emit, VALUE, OPERAND);
		break;
	case SU_EXPR_XOR:
		su_emit_xor(emit, VALUE, OPERAND);
		break;
	default:
		su_assert(source->op == SU_EXPR_MUL);
		su_emit_imul(emit, VALUE, OPERAND);
		break;
	}
}

static void compute_expression(struct stub *stub, const struct su_source *source)
{
	struct su_emit *emit = stub->emit;
	uint32_t a = evaluate_source(stub, source->a);
	uint32_t b = source->b ? evaluate_source(stub, source->b) : 0;

	su_emit_load(emit, VALUE, SP, slot_disp(a), 8);
	if (source->b)
		su_emit_load(emit, OPERAND, SP, slot_disp(b), 8);
	switch (source->op) {
	case SU_EXPR_SUM:
		if (source->b)
			su_emit_lea_index(emit, VALUE, VALUE, OPERAND, source->size,
					  (int32_t)source->imm);
		else
			su_emit_lea(emit, VALUE, VALUE, (int32_t)source->imm);
		break;
	case SU_EXPR_SHL:
		su_emit_shl_imm(emit, VALUE, (uint8_t)source->imm);
		break;
	case SU_EXPR_SHR:
		su_emit_shr_imm(emit, VALUE, (uint8_t)source->imm);
		break;
	case SU_EXPR_SAR:
		su_emit_sar_imm(emit, VALUE, (uint8_t)source->imm);
		break;
	case SU_EXPR_NEG:
		su_emit_neg(emit, VALUE);
		break;
	case SU_EXPR_NOT:
		su_emit_not(emit, VALUE);
		break;
	case SU_EXPR_ZX:
	case SU_EXPR_SX:
		load_extended(stub, a, source->size, source->op == SU_EXPR_SX);
		break;
	default:
		compute_binary(stub, source);
		break;
	}
}

/* Emits code that leaves the value in a slot; VALUE and OPERAND are free. */
static uint32_t evaluate_source(struct stub *stub, const struct su_source *source)
{
	uint32_t slot = stub->slots;

	stub->slots += source->size == 16 ? 2 : 1;
	switch (source->kind) {
	case SU_SOURCE_CONST:
		su_emit_mov_imm(stub->emit, VALUE, (uint64_t)source->imm);
		break;
	case SU_SOURCE_ADDR:
		load_address(stub, source);
		break;
	case SU_SOURCE_SLOT:
		load_address(stub, source);
		su_emit_load(stub->emit, VALUE, VALUE, 0, 8);
		break;
	case SU_SOURCE_FRAME: {
		struct stub_place at = frame_place(stub, source->imm);

		su_emit_lea(stub->emit, VALUE, at.reg, at.disp);
		break;
	}
	case SU_SOURCE_CANARY:
		su_emit_load_fs(stub->emit, VALUE, SU_ABI_CANARY_OFFSET);
		break;
	case SU_SOURCE_REG:
		load_register(stub, source, slot);
		break;
	case SU_SOURCE_MEMORY:
		load_memory(stub, source, slot);
		break;
	case SU_SOURCE_OP:
		compute_expression(stub, source);
		break;
	}
	su_emit_store(stub->emit, VALUE, SP, slot_disp(slot), 8);
	return slot;
}

/* ---- blocks ---- */

/* Copies `size` bytes (a power of two up to 16) through VALUE. */
static void copy_value(struct stub *stub, struct stub_place from, struct stub_place to,
		       uint32_t size)
{
	unsigned step = size < 8 ? size : 8;

	for (uint32_t done = 0; done < size; done += step) {
		su_emit_load(stub->emit, VALUE, from.reg, from.disp + (int32_t)done, step);
		su_emit_store(stub->emit, VALUE, to.reg, to.disp + (int32_t)done, step);
	}
}

/* `size` bytes, of which VALUE has the first 8, and each the same: what is stored is copied on. */
static void fill_object(struct stub *stub, const struct su_move *move)
{
	struct stub_place to = frame_place(stub, move->off);
	struct su_emit *emit = stub->emit;

	su_emit_store(emit, VALUE, to.reg, to.disp, 8);
	su_emit_lea(emit, SU_REG_COPY_FROM, to.reg, to.disp);
	su_emit_lea(emit, SU_REG_COPY_TO, to.reg, to.disp + 8);
	su_emit_mov_imm(emit, SU_REG_COPY_COUNT, move->size - 8);
	su_emit_rep_movsb(emit);
}

/* memmove() of an object within the frame. */
static void move_object(struct stub *stub, const struct su_move *move)
{
	struct stub_place from = frame_place(stub, move->from_off),
			  to = frame_place(stub, move->off);
	struct su_emit *emit = stub->emit;
	bool down = move->off < move->from_off;
	int32_t last = down ? 0 : (int32_t)move->size - 1;

	su_emit_lea(emit, SU_REG_COPY_FROM, from.reg, from.disp + last);
	su_emit_lea(emit, SU_REG_COPY_TO, to.reg, to.disp + last);
	su_emit_mov_imm(emit, SU_REG_COPY_COUNT, move->size);
	if (!down)
		su_emit_std(emit);
	su_emit_rep_movsb(emit);
	if (!down)
		su_emit_cld(emit);
}

/* ---- the phases ---- */

static void save_values(struct stub *stub)
{
	const struct su_recipe *recipe = stub->recipe;

	for (size_t i = 0; i < recipe->moves.len; i++) {
		if (by_value(&recipe->moves.at[i]))
			stub->of_move[i] = evaluate_source(stub, recipe->moves.at[i].source);
	}
}

static int compare_object(const void *a, const void *b)
{
	const struct su_move *x = *(const struct su_move *const *)a;
	const struct su_move *y = *(const struct su_move *const *)b;

	return (x->from_off > y->from_off) - (x->from_off < y->from_off);
}

static const struct su_move **moving_objects(const struct su_recipe *recipe, size_t *ret_count)
{
	const struct su_move **objects = su_alloc((recipe->moves.len + 1) * sizeof(*objects));
	size_t count = 0;

	for (size_t i = 0; i < recipe->moves.len; i++) {
		if (by_copy(&recipe->moves.at[i]))
			objects[count++] = &recipe->moves.at[i];
	}
	qsort(objects, count, sizeof(*objects), compare_object);
	*ret_count = count;
	return objects;
}

bool su_stub_can_move(const struct su_recipe *recipe)
{
	size_t count;
	const struct su_move **objects = moving_objects(recipe, &count);
	bool up = false, down = false;

	for (size_t i = 0; i < count; i++) {
		up |= objects[i]->off > objects[i]->from_off;
		down |= objects[i]->off < objects[i]->from_off;
	}
	free(objects);
	return !(up && down);
}

static void move_objects(struct stub *stub)
{
	size_t count;
	const struct su_move **objects = moving_objects(stub->recipe, &count);
	bool down = count && objects[0]->off < objects[0]->from_off;

	for (size_t i = 0; i < count; i++)
		move_object(stub, objects[down ? i : count - 1 - i]);
	free(objects);
}

static void write_values(struct stub *stub)
{
	const struct su_recipe *recipe = stub->recipe;

	for (size_t i = 0; i < recipe->moves.len; i++) {
		const struct su_move *move = &recipe->moves.at[i];

		if (!move->to_memory || !by_value(move))
			continue;
		if (is_fill(move)) {
			su_emit_load(stub->emit, VALUE, SP, slot_disp(stub->of_move[i]), 8);
			fill_object(stub, move);
		} else {
			copy_value(stub, slot_place(stub->of_move[i]), frame_place(stub, move->off),
				   move->size);
		}
	}
}

static void load_registers(struct stub *stub)
{
	static const uint8_t kept[] = { [KEEP_VALUE] = VALUE,
					[KEEP_OPERAND] = OPERAND,
					[KEEP_COPY_FROM] = SU_REG_COPY_FROM,
					[KEEP_COPY_TO] = SU_REG_COPY_TO };
	const struct su_recipe *recipe = stub->recipe;

	for (uint32_t slot = 0; slot < FIRST_SLOT; slot++)
		su_emit_load(stub->emit, kept[slot], SP, slot_disp(slot), 8);
	for (size_t i = 0; i < recipe->moves.len; i++) {
		const struct su_move *move = &recipe->moves.at[i];

		if (!move->to_memory && by_value(move))
			su_emit_load(stub->emit, move->reg, SP, slot_disp(stub->of_move[i]), 8);
	}
}

/* An upper bound of the slots that evaluate_source() takes. */
static uint32_t count_slots(const struct su_source *source)
{
	uint32_t count = 2;

	if (source->kind == SU_SOURCE_OP)
		count += count_slots(source->a) + (source->b ? count_slots(source->b) : 0);
	return count;
}

static uint32_t scratch_slots(const struct su_recipe *recipe)
{
	uint32_t count = FIRST_SLOT;

	for (size_t i = 0; i < recipe->moves.len; i++) {
		if (recipe->moves.at[i].source)
			count += count_slots(recipe->moves.at[i].source);
	}
	return count;
}

void su_stub_emit(const struct su_recipe *recipe, struct su_emit *emit, su_stub_fixups *ret_fixups)
{
	struct stub stub = {
		.recipe = recipe, .emit = emit, .fixups = ret_fixups, .slots = FIRST_SLOT
	};
	int64_t lowest = recipe->from_sp < recipe->to_sp ? recipe->from_sp : recipe->to_sp;
	struct su_stub_fixup resume = { .is_resume = true, .vaddr = recipe->to_vaddr };

	stub.base = lowest - SU_ABI_RED_ZONE - (int64_t)scratch_slots(recipe) * 8;
	stub.of_move = su_alloc((recipe->moves.len + 1) * sizeof(*stub.of_move));
	su_emit_lea(emit, SP, SP, (int32_t)(stub.base - recipe->from_sp));
	su_emit_store(emit, VALUE, SP, slot_disp(KEEP_VALUE), 8);
	su_emit_store(emit, OPERAND, SP, slot_disp(KEEP_OPERAND), 8);
	su_emit_store(emit, SU_REG_COPY_FROM, SP, slot_disp(KEEP_COPY_FROM), 8);
	su_emit_store(emit, SU_REG_COPY_TO, SP, slot_disp(KEEP_COPY_TO), 8);
	save_values(&stub);
	move_objects(&stub);
	write_values(&stub);
	load_registers(&stub);
	su_emit_lea(emit, SP, SP, (int32_t)(recipe->to_sp - stub.base));
	resume.field = su_emit_jump(emit, su_emit_here(emit));
	su_vec_push(ret_fixups, resume);
	free(stub.of_move);
}
