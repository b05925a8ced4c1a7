/*
 * Checkpoints of one function in one direction: see carry.h.
 *
 * The call whose return address an activation waits at pairs with the aligned call; what is live
 * after that one is derived location by location.  Results of the call pass through in the
 * registers that the ABI returns them in; registers that the call may write are dead otherwise.
 */
#include "checkpoint/carry.h"

#include <stdlib.h>
#include <string.h>

#include "arch/x86_64/abi.h"
#include "checkpoint/derive/derive_private.h"
#include "checkpoint/stub.h"

struct su_err *su_side_init(struct su_side *side, struct su_arena *arena,
			    const struct su_program *program, const struct su_routine *routine)
{
	*side = (struct su_side){ .program = program, .routine = routine };
	SU_TRY(su_debug_locals(program->debug, routine->vaddr, &side->locals, &side->local_count));
	side->values = su_values_create(arena, program->image, program->debug, program->clobbers,
					program->escapes, routine->vaddr, routine->code);
	if (!side->values->unknown)
		side->live = su_live_create(side->values);
	return NULL;
}

void su_side_deinit(struct su_side *side)
{
	su_values_deinit(side->values);
}

/* ---- one location ---- */

static const char *describe_location(struct su_point *point, uint32_t loc)
{
	struct su_arena *arena = point->carry->arena;
	const struct su_local *local = su_derive_variable_in(point, loc);
	const char *place;

	if (loc < SU_CELL_BASE)
		place = su_reg_name((uint8_t)loc);
	else
		place = su_arena_format(
			arena, "the frame at %s",
			su_carry_frame_name(
				arena, point->carry->to->values->cells[loc - SU_CELL_BASE].off));
	if (local)
		return su_arena_format(arena, "variable '%s' in %s", local->name, place);
	return su_arena_format(arena, "a temporary in %s", place);
}

/* Whether DWARF knows the registers of all parameters, and `reg` is none of them. rdi may hold
 * where a result goes that is returned in memory (psABI 3.2.3): that is no parameter to DWARF. */
static bool carries_nothing(const struct su_side *side, uint32_t reg)
{
	bool known = su_abi_is_argument(reg) && reg != SU_RDI &&
		     !su_debug_is_variadic(side->program->debug, side->routine->vaddr);

	for (uint32_t i = 0; i < side->local_count && known; i++) {
		if (!side->locals[i].is_parameter || strchr(side->locals[i].key, '>'))
			continue;
		struct su_loc loc = su_debug_local_at(side->program->debug, side->routine->vaddr, i,
						      side->routine->vaddr);
		known = loc.kind == SU_LOC_REG && loc.reg != reg;
	}
	return known && side->local_count > 0;
}

/* What was never written on any path, or was in a register that brings nothing into the function
 * (psABI, figure 3.4: r11 is scratch, r10 is a static chain that C does not have): the pushes that
 * only align the stack. */
static bool is_garbage(const struct su_side *side, const struct su_value *value)
{
	if (value->kind == SU_VAL_UNDEFINED)
		return true;
	return value->kind == SU_VAL_ENTRY &&
	       (value->loc == SU_R10 || value->loc == SU_R11 || carries_nothing(side, value->loc));
}

static const char *derive_location(struct su_point *point, uint32_t loc, uint8_t size)
{
	struct su_carry *carry = point->carry;
	struct su_move move = { .size = size };
	uint32_t v = point->to_state[loc];

	if (is_garbage(carry->to, su_value_get(carry->to->values,
					       su_value_low_part(carry->to->values, v, size))))
		return NULL;
	move.source = su_derive_value(point, v, loc, size, &move);
	if (!move.source || (size > 8 && move.source->size != size)) /* a vector, as a whole */
		return su_arena_format(carry->arena, "%s is live and cannot be derived",
				       describe_location(point, loc));
	if (!move.name) {
		const struct su_local *local = su_derive_variable_in(point, loc);
		const struct su_value *value = su_value_get(carry->to->values, v);

		if (local)
			move.name = local->name;
		else if (value->kind == SU_VAL_ENTRY && su_abi_callee_saved((uint8_t)value->loc))
			move.name = su_arena_format(carry->arena, "saved %s",
						    su_reg_name((uint8_t)value->loc));
	}
	if (loc >= SU_CELL_BASE) {
		const struct su_cell *cell = &carry->to->values->cells[loc - SU_CELL_BASE];

		move.to_memory = true;
		move.off = su_carry_place(carry, cell->off);
		if (!su_derive_reachable(point, move.off))
			return "no register holds where its frame is";
	} else {
		move.reg = (uint8_t)loc;
		move.size = 8;
	}
	su_vec_push(&point->recipe->moves, move);
	return NULL;
}

static uint8_t live_size(uint8_t mask)
{
	uint8_t size = 8;

	while (size > 1 && !(mask >> (size / 2)))
		size /= 2;
	return size;
}

static const char *pass_result(struct su_point *point, uint8_t reg)
{
	struct su_source source = { .kind = SU_SOURCE_REG, .reg = reg, .size = 8 };

	if (su_derive_points_into_moved(point, point->from_state[reg]))
		return "the call returns a pointer into a frame object that moves";
	struct su_move *move = su_vec_add(&point->recipe->moves);
	move->reg = reg;
	move->size = 8;
	move->derivation = SU_DERIVED_CALL_RESULT;
	move->source = su_arena_copy(point->carry->arena, &source, sizeof(source));
	return NULL;
}

static const char *derive_registers(struct su_point *point, const struct su_regset *live)
{
	struct su_carry *carry = point->carry;
	const char *reason = NULL;
	struct su_regset clobbered;

	memset(&clobbered, 0, sizeof(clobbered));
	if (!point->recipe->lands)
		su_values_call_clobbers(carry->to->values,
					&carry->to->routine->code->insns[point->recipe->to_insn],
					&clobbered);
	for (uint8_t reg = 0; reg < 16 && !reason; reg++) {
		if (reg == SU_RSP || !live->gpr[reg])
			continue;
		if (!clobbered.gpr[reg])
			reason = derive_location(point, reg, live_size(live->gpr[reg]));
		else if (reg == SU_RAX || reg == SU_RDX)
			reason = pass_result(point, reg);
		if (reason && su_derive_is_idle(point, reg))
			reason = NULL;
	}
	point->last_try = true;
	for (uint8_t n = 0; n < 16 && !reason; n++) { /* vector registers stay where they are */
		uint32_t loc = SU_XMM0 + n;

		if (!(live->vector >> n & 1) || clobbered.vector >> n & 1 ||
		    su_derive_is_idle(point, loc))
			continue;
		if (!su_carry_related(carry, &point->at, point->from_state[loc],
				      point->to_state[loc]))
			reason = su_arena_format(carry->arena, "%s is live across the call",
						 su_reg_name((uint8_t)loc));
		else if (!(point->from_live.regs.vector >> n & 1) &&
			 !su_derive_may_read_dead(point, NULL))
			reason = su_arena_format(carry->arena, "%s is kept by one version only",
						 su_reg_name((uint8_t)loc));
	}
	return reason;
}

/* A size that one instruction can load. */
static uint8_t whole_size(uint32_t size)
{
	uint8_t whole = 1;

	while (whole < size)
		whole *= 2;
	return whole;
}

static const char *derive_cells(struct su_point *point, const struct su_live_set *live)
{
	const struct su_values *values = point->carry->to->values;
	const char *reason = NULL;

	for (size_t i = 0; i < values->cell_count && !reason; i++) {
		const struct su_cell *cell = &values->cells[i];
		uint32_t size = su_live_cell_size(point->carry->to->live, live, i);

		if (cell->in_region || !size)
			continue;
		if (cell->size > 16 || (cell->size & (cell->size - 1)))
			reason = su_arena_format(
				point->carry->arena,
				"the frame at %s is accessed in overlapping ways",
				su_carry_frame_name(point->carry->arena, cell->off));
		else
			reason = derive_location(point, SU_CELL_BASE + (uint32_t)i,
						 whole_size(size));
	}
	return reason;
}

/* ---- identity ---- */

bool su_move_is_identity(const struct su_move *move)
{
	const struct su_source *source = move->source;

	if (!source)
		return move->off == move->from_off;
	if (move->to_memory)
		return source->kind == SU_SOURCE_MEMORY && source->imm == move->off &&
		       source->size == move->size;
	return source->kind == SU_SOURCE_REG && source->reg == move->reg && source->size >= 8;
}

static bool is_scratch(const struct su_source *source)
{
	if (source->kind == SU_SOURCE_REG)
		return source->reg != SU_RSP && !su_abi_callee_saved(source->reg);
	return source->kind == SU_SOURCE_OP &&
	       (is_scratch(source->a) || (source->b && is_scratch(source->b)));
}

bool su_recipe_reads_scratch(const struct su_recipe *recipe)
{
	for (size_t i = 0; i < recipe->moves.len; i++) {
		const struct su_move *move = &recipe->moves.at[i];

		if (move->derivation != SU_DERIVED_CALL_RESULT && move->source &&
		    is_scratch(move->source))
			return true;
	}
	return false;
}

uint32_t su_recipe_call(const struct su_recipe *recipe)
{
	return recipe->is_return ? recipe->from_insn - recipe->inside : SU_NO_INSN;
}

bool su_recipe_is_identity(const struct su_recipe *recipe)
{
	if (recipe->from_sp != recipe->to_sp)
		return false;
	for (size_t i = 0; i < recipe->moves.len; i++) {
		if (!su_move_is_identity(&recipe->moves.at[i]))
			return false;
	}
	return true;
}

/* ---- one return address ---- */

bool su_carry_same_result_type(const struct su_carry *carry, const struct su_insn *a,
			       const struct su_insn *b)
{
	uint64_t in_a, in_b, whole;

	if (a->flow != b->flow)
		return false;
	if (a->flow != SU_FLOW_CALL)
		return true;
	bool known_a = su_debug_signature_at(carry->from->program->debug, a->target, &in_a, &whole);
	bool known_b = su_debug_signature_at(carry->to->program->debug, b->target, &in_b, &whole);
	return known_a == known_b && (!known_a || in_a == in_b);
}

static bool uses_other_state(const struct su_function *code)
{
	for (size_t i = 0; i < code->insn_count; i++) {
		if (code->insns[i].reads.other || code->insns[i].writes.other)
			return true;
	}
	return false;
}

/* Whether the instructions [first, end) change the x87 unit or a control register; or *ret_call:
 * one that comes after the last call that `partners` knows. */
static bool writes_other(const struct su_function *code, uint32_t first, uint32_t end,
			 const uint32_t *partners, bool *ret_call)
{
	*ret_call = false;
	while (end-- > first) {
		const struct su_insn *insn = &code->insns[end];

		if (insn->writes.other)
			return true;
		if (insn->opcode != SU_OPC_CALL)
			continue;
		*ret_call = partners[end] != SU_NO_INSN;
		return !*ret_call;
	}
	return false;
}

/* Whether something may have changed that state between the last call, or the entry, and `insn`.
 * Calls find and leave the x87 unit empty and control registers as they were (psABI 3.2.3), but for
 * a result; a call that the other version has, too, leaves that to both. */
static bool changes_other(const struct su_side *side, uint32_t insn, const uint32_t *partners)
{
	const struct su_function *code = side->routine->code;
	bool *seen = su_alloc(code->block_count), changes = false;
	SU_VEC(uint32_t) queue = { 0 };

	su_vec_push(&queue, code->block_of[insn]);
	for (size_t i = 0; i < queue.len && !changes; i++) {
		const struct su_block *block = &code->blocks[queue.at[i]];
		uint32_t end = i == 0 ? insn : block->first + block->count;
		bool call;

		changes = writes_other(code, block->first, end, partners, &call);
		for (uint32_t p = 0; p < block->pred_count && !changes && !call; p++) {
			if (!seen[block->pred[p]])
				su_vec_push(&queue, block->pred[p]);
			seen[block->pred[p]] = true;
		}
	}
	su_vec_deinit(&queue);
	free(seen);
	return changes;
}

/* Between calls: what a stub does not carry over.  What neither version has touched is as callers
 * and callees left it, though it counts as live where a function returns, or clears it. */
static const char *find_other_state(const struct su_point *point, const struct su_regset *live)
{
	const struct su_carry *carry = point->carry;
	const struct su_recipe *recipe = point->recipe;

	if (live->flags)
		return "the flags are live";
	if (live->other &&
	    (uses_other_state(carry->from->routine->code) ||
	     uses_other_state(carry->to->routine->code)) &&
	    (changes_other(carry->from, recipe->from_insn + !recipe->inside,
			   carry->alignment->new_of) ||
	     changes_other(carry->to, recipe->to_insn, carry->alignment->old_of)))
		return "state of the x87 unit or a control register is live";
	return NULL;
}

/* What is live at a point: before an instruction inside of a loop, or where a call returns. */
static void live_at(const struct su_live *live, uint32_t insn, bool inside, struct su_live_set *ret)
{
	if (inside)
		su_live_before(live, insn, ret);
	else
		su_live_returned(live, insn, ret);
}

static const char *derive_point(struct su_point *point)
{
	struct su_carry *carry = point->carry;
	struct su_recipe *recipe = point->recipe;
	const struct su_live *live = carry->to->live;
	struct su_live_set set = { 0 };
	const char *reason;

	set.cells = su_alloc((live->words + 1) * sizeof(*set.cells));
	live_at(live, recipe->to_insn, recipe->lands, &set);
	point->from_live.cells =
		su_alloc((carry->from->live->words + 1) * sizeof(*point->from_live.cells));
	live_at(carry->from->live, recipe->from_insn, recipe->inside, &point->from_live);
	point->last_try = true;
	reason = recipe->lands ? find_other_state(point, &set.regs) : NULL;
	if (!reason)
		reason = su_derive_stack(point);
	if (!reason)
		reason = su_derive_objects(point);
	if (!reason)
		reason = derive_registers(point, &set.regs);
	if (!reason)
		reason = derive_cells(point, &set);
	free(set.cells);
	free(point->from_live.cells);
	if (!reason && !su_stub_can_move(recipe))
		reason = "its frame objects change places";
	return reason;
}

static void read_states(struct su_point *point)
{
	struct su_values *from = point->carry->from->values, *to = point->carry->to->values;
	const struct su_recipe *recipe = point->recipe;

	if (recipe->inside)
		su_values_before(from, recipe->from_insn, point->from_state);
	else
		su_values_after(from, recipe->from_insn, point->from_state);
	if (recipe->lands)
		su_values_before(to, recipe->to_insn, point->to_state);
	else
		su_values_after(to, recipe->to_insn, point->to_state);
}

const char *su_carry_derive_recipe(struct su_carry *carry, struct su_recipe *recipe,
				   const struct su_product_pair *at)
{
	struct su_point point = { .carry = carry, .recipe = recipe, .at = *at };
	const char *reason;

	point.from_vaddr = recipe->from_vaddr - !recipe->inside;
	point.to_vaddr = recipe->to_vaddr - !recipe->lands;
	point.from_state = su_alloc(carry->from->values->loc_count * sizeof(uint32_t));
	point.to_state = su_alloc(carry->to->values->loc_count * sizeof(uint32_t));
	read_states(&point);
	point.from_locs =
		su_derive_places(carry->arena, carry->from, point.from_vaddr, point.from_state);
	point.to_locs = su_derive_places(carry->arena, carry->to, point.to_vaddr, point.to_state);
	reason = derive_point(&point);
	for (size_t i = 0; i < point.asked.len && !reason; i++)
		su_vec_push(&carry->asked, point.asked.at[i]);
	recipe->pristine |= point.asked.len > 0;
	su_derive_mark_asserted(recipe);
	su_vec_deinit(&point.asked);
	su_vec_deinit(&point.objects);
	free(point.from_state);
	free(point.to_state);
	return reason;
}

/* ---- copies ---- */

/* What tells calls of one place in the source from others, whatever the version. */
struct call_site {
	uint64_t target;
	int line;
	const char *inlined[16];
	size_t inlined_count;
};

static struct call_site call_site(const struct su_side *side, const struct su_insn *call)
{
	struct call_site site = { .target = call->flow == SU_FLOW_CALL ? call->target : 0 };
	const char *file;

	if (!su_debug_line_at(side->program->debug, call->vaddr, &file, &site.line))
		site.line = 0;
	site.inlined_count =
		su_debug_inlined_at(side->program->debug, call->vaddr, site.inlined, 16);
	return site;
}

static bool same_site(const struct call_site *a, const struct call_site *b)
{
	if (a->target != b->target || a->line != b->line || a->inlined_count != b->inlined_count)
		return false;
	for (size_t i = 0; i < a->inlined_count && i < 16; i++) {
		if (strcmp(a->inlined[i], b->inlined[i]) != 0)
			return false;
	}
	return true;
}

/* How many calls the compiler made of the one in the source. */
static size_t count_copies(const struct su_side *side, const struct su_insn *call)
{
	const struct su_function *code = side->routine->code;
	struct call_site wanted = call_site(side, call);
	size_t count = 0;

	for (size_t i = 0; i < code->insn_count && wanted.line; i++) {
		const struct su_insn *other = &code->insns[i];

		if (other->opcode != SU_OPC_CALL || other->flow != call->flow)
			continue;
		struct call_site site = call_site(side, other);
		count += same_site(&site, &wanted);
	}
	return count;
}

/* The instruction at the return address of call `index`; SU_NO_INSN when the call is the last. */
static uint32_t after_call(const struct su_function *code, uint32_t index)
{
	const struct su_insn *call = &code->insns[index];

	if (index + 1 >= code->insn_count ||
	    code->insns[index + 1].vaddr != call->vaddr + call->length)
		return SU_NO_INSN;
	return index + 1;
}

/* Calls that never return have no activation that could go on. */
bool su_carry_may_return(const struct su_function *code, uint32_t index)
{
	const struct su_block *block = &code->blocks[code->block_of[index]];

	if (after_call(code, index) == SU_NO_INSN)
		return false;
	return index + 1 < block->first + block->count || block->succ_count > 0;
}

/* Goes on after the call at->j of `to`. */
/* Whether what the call returns is read. */
static bool uses_result(const struct su_carry *carry, const struct su_recipe *recipe)
{
	uint32_t next = recipe->to_insn + 1;

	for (size_t i = 0; i < recipe->moves.len; i++) {
		const struct su_move *move = &recipe->moves.at[i];

		if (move->derivation == SU_DERIVED_CALL_RESULT && !move->to_memory &&
		    (move->reg == SU_RAX || move->reg == SU_XMM0) &&
		    su_side_reads_from(carry->to, next, move->reg))
			return true;
	}
	return false;
}

static const char *derive_pair(struct su_carry *carry, struct su_recipe *recipe,
			       const struct su_product_pair *at)
{
	const struct su_function *from = carry->from->routine->code, *to = carry->to->routine->code;
	const struct su_insn *a = &from->insns[recipe->from_insn], *b;

	recipe->to_insn = at->j;
	recipe->pairing = SU_PAIRING_SAME;
	if (!su_carry_may_return(to, recipe->to_insn))
		return "the counterpart of this call does not return";
	b = &to->insns[recipe->to_insn];
	recipe->to_vaddr = b->vaddr + b->length;
	if (!carry->product->nodes.at[at->node].in_step &&
	    count_copies(carry->from, a) != count_copies(carry->to, b))
		return "the compiler made another number of copies of this call (unrolled a loop?)";
	if (su_carry_is_exchanged(carry, at->i, at->j)) {
		const char *why = su_carry_check_exchange(carry, at, &recipe->pairing);

		return why ? why : su_carry_derive_recipe(carry, recipe, at);
	}
	if (!su_carry_same_result_type(carry, a, b))
		return "the result of this call changed its type";
	if (su_carry_has_better_partner(carry, recipe->from_insn, recipe->to_insn))
		return "which call of the other version it is cannot be told: the constants that "
		       "they pass differ";
	if (su_carry_crosses(carry, recipe->from_insn, recipe->to_insn))
		return "something else is done before this call in the one version, and after it "
		       "in the other";
	const char *reason = su_carry_derive_recipe(carry, recipe, at);
	if (!reason && uses_result(carry, recipe) && !su_carry_same_arguments(carry, at))
		reason = "which call of the other version it is cannot be told: the values that "
			 "they "
			 "pass may differ";
	return reason;
}

/* The first of the partners that can be reached.  That which the alignment chose comes first.  One
 * that it chose across the order of other code is none: when `from` is at the one call, `to` never
 * is at the other, and what lies between would be done twice or not at all. */
static const char *derive_recipe(struct su_carry *carry, struct su_recipe *recipe)
{
	uint32_t aligned = carry->alignment->new_of[recipe->from_insn];
	const struct su_product_pair *pairs;
	const char *reason = NULL;
	size_t count;

	if (su_carry_is_asserted(carry, recipe->from_insn))
		return su_carry_derive_asserted(carry, recipe);
	if (carry->opaque)
		return carry->opaque;
	pairs = su_product_partners(carry->product, recipe->from_insn, &count);
	for (int round = 0; round < 2; round++) {
		for (size_t n = 0; n < count; n++) {
			if ((pairs[n].j == aligned) != (round == 0) ||
			    pairs[n].node >= carry->product->reached)
				continue;
			recipe->moves.len = 0;
			recipe->seeded = recipe->pristine = recipe->unheld = false;
			reason = derive_pair(carry, recipe, &pairs[n]);
			if (!reason)
				return NULL;
		}
	}
	return reason ? reason : su_carry_derive_removed(carry, recipe);
}

static const char *find_opaque(struct su_carry *carry)
{
	if (carry->from->values->unknown)
		return carry->from->values->unknown;
	if (carry->to->values->unknown)
		return carry->to->values->unknown;
	return su_carry_find_shift(carry);
}

/* ---- calls that return twice ---- */

static bool returns_twice(const struct su_carry *carry, uint32_t index)
{
	static const char *const names[] = { "setjmp",	   "_setjmp", "sigsetjmp", "__sigsetjmp",
					     "getcontext", "savectx", "vfork",	   "__vfork" };
	const struct su_image *image = carry->from->program->image;
	const struct su_insn *call = &carry->from->routine->code->insns[index];
	uint64_t target = call->flow == SU_FLOW_CALL ? call->target : call->fields[0].target;
	struct su_import import;

	if (call->opcode != SU_OPC_CALL ||
	    (call->flow == SU_FLOW_CALL_IND && !call->fields[0].size) ||
	    !su_image_import_at(image, target, &import))
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(import.symbol->name, names[i]) == 0)
			return true;
	}
	return false;
}

static bool leaves_memory(const struct su_recipe *recipe)
{
	for (size_t i = 0; i < recipe->moves.len; i++) {
		if (recipe->moves.at[i].to_memory && !su_move_is_identity(&recipe->moves.at[i]))
			return false;
	}
	return recipe->from_sp == recipe->to_sp;
}

/* A second return finds the registers of the first one, but the frame as it is by then: carried
 * over already, perhaps.  That only works when carrying over does not change the frame. */
static void check_second_returns(struct su_carry *carry)
{
	bool twice = false, changes = false;

	for (size_t i = 0; i < carry->recipes.len; i++) {
		const struct su_recipe *recipe = &carry->recipes.at[i];

		twice |= !recipe->inside && returns_twice(carry, recipe->from_insn);
		changes |= !recipe->reason && !leaves_memory(recipe);
	}
	for (size_t i = 0; i < carry->recipes.len && twice; i++) {
		struct su_recipe *recipe = &carry->recipes.at[i];

		if (!recipe->reason && changes)
			recipe->reason =
				"the function calls setjmp (or the like) and its frame changes";
		if (recipe->reason && !recipe->inside && returns_twice(carry, recipe->from_insn))
			carry->unsafe = recipe->reason;
	}
}

/* ---- calls that never return ---- */

static bool has_recipe_at(const struct su_carry *carry, uint64_t vaddr)
{
	for (size_t i = 0; i < carry->recipes.len; i++) {
		if (carry->recipes.at[i].from_vaddr == vaddr)
			return true;
	}
	return false;
}

/* An activation that waits at a call that never returns is no obstacle when the other version makes
 * that call too, and it does not return there either: its callee, old or carried over, never comes
 * back.  It needs no value, and nothing is done when it is landed on. */
static void derive_final(struct su_carry *carry, uint32_t call)
{
	const struct su_function *from = carry->from->routine->code, *to = carry->to->routine->code;
	uint32_t next = after_call(from, call), other = carry->alignment->new_of[call];
	uint32_t beyond = other == SU_NO_INSN ? SU_NO_INSN : after_call(to, other);

	if (next == SU_NO_INSN || beyond == SU_NO_INSN || su_carry_may_return(to, other) ||
	    from->insns[call].flow != SU_FLOW_CALL || to->insns[other].flow != SU_FLOW_CALL ||
	    !su_carry_same_callee(carry, call, other) ||
	    has_recipe_at(carry, from->insns[next].vaddr))
		return;
	struct su_recipe *recipe = su_vec_add(&carry->recipes);
	recipe->from_insn = call;
	recipe->to_insn = other;
	recipe->is_return = true;
	recipe->from_vaddr = from->insns[next].vaddr;
	recipe->to_vaddr = to->insns[beyond].vaddr;
	recipe->pairing = SU_PAIRING_SAME;
	recipe->identity = true;
}

static void derive_final_calls(struct su_carry *carry)
{
	const struct su_function *code = carry->from->routine->code;

	for (uint32_t i = 0; i < code->insn_count; i++) {
		if (code->insns[i].opcode == SU_OPC_CALL && !su_carry_may_return(code, i))
			derive_final(carry, i);
	}
}

void su_carry_derive(struct su_carry *carry)
{
	const struct su_function *code = carry->from->routine->code;

	carry->opaque = find_opaque(carry);
	carry->product =
		su_product_create(carry->from->routine, carry->to->routine, carry->alignment);
	for (uint32_t i = 0; i < code->insn_count; i++) {
		if (code->insns[i].opcode != SU_OPC_CALL || !su_carry_may_return(code, i))
			continue;
		struct su_recipe *recipe = su_vec_add(&carry->recipes);
		recipe->from_insn = i;
		recipe->is_return = true;
		recipe->from_vaddr = code->insns[i].vaddr + code->insns[i].length;
		recipe->reason = derive_recipe(carry, recipe);
		recipe->identity = !recipe->reason && su_recipe_is_identity(recipe);
	}
	su_carry_derive_asserted_loops(carry);
	su_carry_derive_loops(carry);
	derive_final_calls(carry);
	check_second_returns(carry);
}

static size_t count_derived(const struct su_carry *carry)
{
	size_t count = 0;

	for (size_t i = 0; i < carry->recipes.len; i++)
		count += !carry->recipes.at[i].reason;
	return count;
}

static void derive_again(struct su_carry *carry)
{
	struct su_carry fresh = { .arena = carry->arena,
				  .from = carry->from,
				  .to = carry->to,
				  .alignment = carry->alignment,
				  .asserted = carry->asserted,
				  .reverse = carry->reverse };

	su_carry_deinit(carry);
	*carry = fresh;
	su_carry_derive(carry);
}

void su_carry_derive_both(struct su_carry *forward, struct su_carry *reverse)
{
	struct su_live *live = forward->to->live;
	size_t derived;

	reverse->may_ask = true;
	su_carry_derive(forward);
	su_carry_derive(reverse);
	if (!reverse->asked.len)
		return;
	derived = count_derived(forward);
	su_live_set_uses(live, reverse->asked.at, reverse->asked.len);
	derive_again(forward);
	if (count_derived(forward) < derived) {
		su_live_set_uses(live, NULL, 0);
		derive_again(forward);
		derive_again(reverse);
	}
}

void su_carry_deinit(struct su_carry *carry)
{
	su_vec_deinit(&carry->asked);
	for (size_t i = 0; i < carry->recipes.len; i++)
		su_vec_deinit(&carry->recipes.at[i].moves);
	su_vec_deinit(&carry->recipes);
	su_map_destroy(carry->related);
	su_map_destroy(carry->same_calls);
	su_map_destroy(carry->own_constants);
	su_map_destroy(carry->call_bits);
	su_names_destroy(carry->to_names);
	su_histories_destroy(carry->to_histories);
	su_map_destroy(carry->helpers);
	su_vec_deinit(&carry->strays);
	su_product_destroy(carry->product);
}
