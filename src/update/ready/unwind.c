/* The exact frames of one stopped thread: see unwind.h. */
#include "update/ready/unwind.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <stdlib.h>
#include <string.h>

#include "arch/abi.h"
#include "base/alloc.h"
#include "base/vec.h"
#include "update/carried/locate.h"

enum { REGISTERS = SU_DWARF_COUNT, SP = SU_DWARF_SP, PC = SU_DWARF_RETURN, MAX_FRAMES = 1 << 16 };

struct module {
	uint64_t low, high, base;
	Dwarf_CFI *cfi; /* of `tables` or `own` */
};

struct su_unwinder {
	const struct su_memory *memory;
	struct su_tables *tables, own;
	SU_VEC(struct module) modules;
};

/* Registers by DWARF number. */
struct frame_state {
	uint64_t value[REGISTERS];
	bool known[REGISTERS];
	uint64_t where[REGISTERS]; /* as struct su_frame's `saved` */
};

struct frame_walk {
	struct su_unwinder *unwinder;
	const struct su_memory *memory;
	const struct su_snapshot *snapshots;
	size_t snapshot_count;
	bool only_snapshots;
};

/* ---- modules ---- */

static void add_module(struct su_unwinder *unwinder, uint64_t low, uint64_t high, uint64_t base,
		       Dwarf_CFI *cfi)
{
	if (cfi)
		su_vec_push(&unwinder->modules, (struct module){ low, high, base, cfi });
}

static void add_file(struct su_unwinder *unwinder, const struct su_mapping *mapping,
		     const struct su_object *object)
{
	add_module(unwinder, object->low, object->high, object->base,
		   su_tables_of_file(unwinder->tables, unwinder->memory->pid, mapping, object));
}

/* It is in no file, so it is read from the process. */
static void add_vdso(struct su_unwinder *unwinder, const struct su_mapping *mapping,
		     const struct su_object *object)
{
	size_t size = mapping->end - mapping->start;

	if (size > 1 << 20)
		return;
	uint8_t *image = su_alloc(size);
	if (su_memory_try(unwinder->memory, mapping->start, image, size) == size)
		add_module(unwinder, mapping->start, mapping->end, object->base,
			   su_tables_of_image(&unwinder->own, image, size));
	else
		free(image);
}

struct su_unwinder *su_unwinder_create(struct su_tables *tables, const struct su_memory *memory,
				       const struct su_maps *maps)
{
	struct su_unwinder *unwinder = su_alloc(sizeof(*unwinder));

	unwinder->memory = memory;
	unwinder->tables = tables ? tables : &unwinder->own;
	for (size_t i = 0; i < maps->list.len; i++) {
		const struct su_mapping *mapping = &maps->list.at[i];
		bool vdso = !strcmp(su_maps_name(maps, mapping), "[vdso]");
		struct su_object object;

		if ((!mapping->inode && !vdso) || !su_locate_mapped(memory, maps, mapping, &object))
			continue;
		if (vdso)
			add_vdso(unwinder, mapping, &object);
		else
			add_file(unwinder, mapping, &object);
	}
	return unwinder;
}

void su_unwinder_destroy(struct su_unwinder *unwinder)
{
	if (!unwinder)
		return;
	su_vec_deinit(&unwinder->modules);
	su_tables_deinit(&unwinder->own);
	free(unwinder);
}

void su_unwinder_add_patch(struct su_unwinder *unwinder, const struct su_patch *patch,
			   uint64_t base)
{
	add_module(unwinder, base, base + patch->head->span, base,
		   su_tables_of_patch(unwinder->tables, patch));
}

static const struct module *module_at(const struct su_unwinder *unwinder, uint64_t addr)
{
	for (size_t i = 0; i < unwinder->modules.len; i++)
		if (addr >= unwinder->modules.at[i].low && addr < unwinder->modules.at[i].high)
			return &unwinder->modules.at[i];
	return NULL;
}

/* ---- expressions ---- */

static bool load_word(const struct frame_walk *walk, uint64_t addr, uint64_t *ret)
{
	for (size_t i = 0; i < walk->snapshot_count; i++) {
		const struct su_snapshot *snapshot = &walk->snapshots[i];

		if (addr >= snapshot->addr && snapshot->size >= 8 &&
		    addr - snapshot->addr <= snapshot->size - 8) {
			memcpy(ret, snapshot->bytes + (addr - snapshot->addr), 8);
			return true;
		}
	}
	return !walk->only_snapshots && su_memory_try(walk->memory, addr, ret, 8) == 8;
}

struct stack {
	uint64_t at[32];
	unsigned depth;
	bool is_value; /* the result is the value itself, not where it lies */
};

static bool push_word(struct stack *stack, uint64_t value)
{
	if (stack->depth == sizeof(stack->at) / sizeof(*stack->at))
		return false;
	stack->at[stack->depth++] = value;
	return true;
}

static bool push_register(const struct frame_state *state, struct stack *stack, uint64_t number,
			  uint64_t offset)
{
	return number < REGISTERS && state->known[number] &&
	       push_word(stack, state->value[number] + offset);
}

static bool binary_operation(struct stack *stack, unsigned atom)
{
	if (stack->depth < 2)
		return false;
	uint64_t b = stack->at[--stack->depth], *a = &stack->at[stack->depth - 1];
	int64_t sa = (int64_t)*a, sb = (int64_t)b;

	switch (atom) {
	case DW_OP_plus:
		*a += b;
		return true;
	case DW_OP_minus:
		*a -= b;
		return true;
	case DW_OP_mul:
		*a *= b;
		return true;
	case DW_OP_and:
		*a &= b;
		return true;
	case DW_OP_or:
		*a |= b;
		return true;
	case DW_OP_xor:
		*a ^= b;
		return true;
	case DW_OP_shl:
		*a = b < 64 ? *a << b : 0;
		return true;
	case DW_OP_shr:
		*a = b < 64 ? *a >> b : 0;
		return true;
	case DW_OP_eq:
		*a = sa == sb;
		return true;
	case DW_OP_ne:
		*a = sa != sb;
		return true;
	case DW_OP_ge:
		*a = sa >= sb;
		return true;
	case DW_OP_gt:
		*a = sa > sb;
		return true;
	case DW_OP_le:
		*a = sa <= sb;
		return true;
	case DW_OP_lt:
		*a = sa < sb;
		return true;
	}
	return false;
}

static bool evaluate_one(const struct frame_walk *walk, const struct frame_state *state,
			 const uint64_t *cfa, const Dwarf_Op *op, struct stack *stack)
{
	unsigned atom = op->atom;

	if (atom >= DW_OP_lit0 && atom <= DW_OP_lit31)
		return push_word(stack, atom - DW_OP_lit0);
	if (atom >= DW_OP_breg0 && atom <= DW_OP_breg31)
		return push_register(state, stack, atom - DW_OP_breg0, op->number);
	if (atom >= DW_OP_reg0 && atom <= DW_OP_reg31) {
		stack->is_value = true;
		return push_register(state, stack, atom - DW_OP_reg0, 0);
	}
	switch (atom) {
	case DW_OP_bregx:
		return push_register(state, stack, op->number, op->number2);
	case DW_OP_regx:
		stack->is_value = true;
		return push_register(state, stack, op->number, 0);
	case DW_OP_call_frame_cfa:
		return cfa && push_word(stack, *cfa);
	case DW_OP_addr:
	case DW_OP_const1u:
	case DW_OP_const1s:
	case DW_OP_const2u:
	case DW_OP_const2s:
	case DW_OP_const4u:
	case DW_OP_const4s:
	case DW_OP_const8u:
	case DW_OP_const8s:
	case DW_OP_constu:
	case DW_OP_consts:
		return atom != DW_OP_addr && push_word(stack, op->number);
	case DW_OP_plus_uconst:
		if (!stack->depth)
			return false;
		stack->at[stack->depth - 1] += op->number;
		return true;
	case DW_OP_deref:
		return stack->depth &&
		       load_word(walk, stack->at[stack->depth - 1], &stack->at[stack->depth - 1]);
	case DW_OP_dup:
		return stack->depth && push_word(stack, stack->at[stack->depth - 1]);
	case DW_OP_drop:
		return stack->depth && stack->depth--;
	case DW_OP_stack_value:
		stack->is_value = true;
		return true;
	case DW_OP_nop:
		return true;
	}
	return binary_operation(stack, atom);
}

static bool evaluate_expression(const struct frame_walk *walk, const struct frame_state *state,
				const uint64_t *cfa, const Dwarf_Op *ops, size_t count,
				uint64_t *ret, bool *ret_is_value)
{
	struct stack stack = { .depth = 0 };

	for (size_t i = 0; i < count; i++)
		if (!evaluate_one(walk, state, cfa, &ops[i], &stack))
			return false;
	if (!stack.depth)
		return false;
	*ret = stack.at[stack.depth - 1];
	*ret_is_value = stack.is_value;
	return true;
}

/* ---- frames ---- */

enum step { STEP_FAILED, STEP_END, STEP_CALLER };

/* What callees must save is as it was where nothing is said of it.  libdw has that of all but rbx, which
 * it calls undefined: its rows for x86-64 have register 0 where they mean 3. */
static bool is_saved(int number)
{
	for (int i = 0; i < SU_ABI_SAVED_COUNT; i++)
		if (su_reg_to_dwarf(su_abi_saved[i]) == number)
			return true;
	return false;
}

/* The caller's value of register `number`. False: the row cannot be evaluated. */
static bool restore_register(const struct frame_walk *walk, Dwarf_Frame *frame,
			     const struct frame_state *state, uint64_t cfa, int number,
			     struct frame_state *caller)
{
	Dwarf_Op memory[3], *ops;
	size_t count;
	uint64_t where;
	bool is_value;

	caller->known[number] = false;
	caller->where[number] = SU_FRAME_NOWHERE;
	if (dwarf_frame_register(frame, number, memory, &ops, &count))
		return false;
	if (!count && ops == memory && !is_saved(number))
		return true; /* undefined */
	if (!count) {
		caller->known[number] = state->known[number];
		caller->value[number] = state->value[number];
		caller->where[number] = state->where[number];
		return true;
	}
	if (!evaluate_expression(walk, state, &cfa, ops, count, &where, &is_value))
		return false;
	if (!is_value)
		caller->where[number] = where;
	if (!is_value && !load_word(walk, where, &where))
		return false;
	caller->value[number] = where;
	caller->known[number] = true;
	return true;
}

static enum step step_out(const struct frame_walk *walk, const struct frame_state *state,
			  bool is_return, struct frame_state *caller, bool *ret_signal)
{
	uint64_t pc = state->value[PC] - (is_return ? 1 : 0), cfa;
	const struct module *module = module_at(walk->unwinder, pc);
	Dwarf_Frame *frame = NULL;
	Dwarf_Op *ops;
	size_t count;
	bool signal = false, is_value, fine = true;

	if (!module || dwarf_cfi_addrframe(module->cfi, pc - module->base, &frame))
		return STEP_FAILED;
	fine = dwarf_frame_info(frame, NULL, NULL, &signal) == PC &&
	       !dwarf_frame_cfa(frame, &ops, &count) && count &&
	       evaluate_expression(walk, state, NULL, ops, count, &cfa, &is_value);
	for (int number = 0; number < REGISTERS && fine; number++)
		fine = restore_register(walk, frame, state, cfa, number, caller);
	free(frame);
	if (!fine)
		return STEP_FAILED;
	if (!caller->known[PC])
		return STEP_END;
	if (!caller->known[SP])
		return STEP_FAILED;
	/* Within one stack frames go up; only a signal may have changed stacks. */
	if (!signal && caller->value[SP] <= state->value[SP])
		return STEP_FAILED;
	*ret_signal = signal;
	return STEP_CALLER;
}

static void start_state(const struct user_regs_struct *regs, struct frame_state *state)
{
	uint64_t values[SU_CONTEXT_GENERAL];

	su_context_general(regs, values);
	for (uint32_t reg = 0; reg < SU_CONTEXT_GENERAL; reg++)
		state->value[su_reg_to_dwarf(reg)] = values[reg];
	state->value[PC] = su_context_pc(regs);
	memset(state->known, true, sizeof(state->known));
	memset(state->where, 0, sizeof(state->where)); /* SU_FRAME_IN_REGISTER */
}

static struct su_frame frame_of(const struct frame_state *state, bool is_return)
{
	struct su_frame frame = { .pc = state->value[PC],
				  .sp = state->value[SP],
				  .is_return = is_return };

	for (int i = 0; i < SU_ABI_SAVED_COUNT; i++)
		frame.saved[i] = state->where[su_reg_to_dwarf(su_abi_saved[i])];
	return frame;
}

bool su_unwind(struct su_unwinder *unwinder, const struct su_memory *memory,
	       const struct user_regs_struct *regs, const struct su_snapshot *snapshots,
	       size_t snapshot_count, bool only_snapshots,
	       bool (*visit)(void *ctx, const struct su_frame *frame), void *ctx)
{
	struct frame_walk walk = { unwinder, memory, snapshots, snapshot_count, only_snapshots };
	struct frame_state state, caller;
	bool is_return = false, signal;

	start_state(regs, &state);
	for (int i = 0; i < MAX_FRAMES; i++) {
		struct su_frame frame = frame_of(&state, is_return);

		if (!visit(ctx, &frame))
			return false;
		enum step step = step_out(&walk, &state, is_return, &caller, &signal);
		if (step != STEP_CALLER)
			return step == STEP_END;
		state = caller;
		is_return = !signal;
	}
	return false;
}
