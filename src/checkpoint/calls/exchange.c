/*
 * Calls that the new version exchanged for others, or dropped: part of carry.h.
 *
 * Exchanged: between two instructions that are paired, or the ends of runs, each version has one
 * call that the other one has not.  The pair is kept when the result has one type (or is not used)
 * and the new call is made for the same thing: its arguments are related, as far as both take
 * them.  Or when a function is called that does nothing but make the old call, and hands on
 * what it returns: the wait moved into a helper.
 *
 * Dropped: `to` goes on at what follows, before anything of it has an effect.  What `from` has done
 * must be what `to` has done (effects.c), and of the code that went, nothing but the call may have
 * an effect: a lock that was taken before it would never be released.
 */
#include <stdlib.h>
#include <string.h>

#include "arch/x86_64/abi.h"
#include "checkpoint/derive/derive_private.h"
#include "checkpoint/product/product_private.h"
#include "diff/compare.h"

/* ---- pairs ---- */

/* The only call in [first, end) that the alignment has no partner for; SU_NO_INSN: none or more. */
static uint32_t lone_call(const struct su_function *code, const uint32_t *other_of, uint32_t first,
			  uint32_t end)
{
	uint32_t found = SU_NO_INSN;

	for (uint32_t i = first; i < end; i++) {
		if (code->insns[i].opcode != SU_OPC_CALL || other_of[i] != SU_NO_INSN)
			continue;
		if (found != SU_NO_INSN)
			return SU_NO_INSN;
		found = i;
	}
	return found;
}

void su_explorer_pair_exchanged(struct explorer *explorer, const struct su_product_node *node,
				uint32_t number)
{
	struct su_product *product = explorer->product;
	uint32_t i = node->i, j = node->j;

	for (size_t n = 0; n <= explorer->run.len; n++) {
		bool last = n == explorer->run.len;
		uint32_t end_i = last ? node->stop_i : explorer->run.at[n].i;
		uint32_t end_j = last ? node->stop_j : explorer->run.at[n].j;
		uint32_t a = lone_call(product->from, explorer->alignment->new_of, i, end_i);
		uint32_t b = lone_call(product->to, explorer->alignment->old_of, j, end_j);

		if (a != SU_NO_INSN && b != SU_NO_INSN)
			su_vec_push(&product->pairs, (struct su_product_pair){ a, b, number });
		i = end_i + 1;
		j = end_j + 1;
	}
}

bool su_carry_is_exchanged(const struct su_carry *carry, uint32_t from_insn, uint32_t to_insn)
{
	return carry->from->routine->code->insns[from_insn].opcode == SU_OPC_CALL &&
	       carry->alignment->new_of[from_insn] != to_insn &&
	       !su_carry_same_callee(carry, from_insn, to_insn);
}

/* ---- results ---- */

static bool result_type(const struct su_side *side, const struct su_insn *call, uint64_t *ret)
{
	struct su_import import;
	uint64_t whole;

	if (call->flow != SU_FLOW_CALL)
		return false;
	return su_debug_signature_at(side->program->debug, call->target, ret, &whole) ||
	       (su_image_import_at(side->program->image, call->target, &import) &&
		su_debug_declared_result(side->program->debug, import.symbol->name, ret));
}

bool su_carry_exchange_type(const struct su_carry *carry, uint32_t from_insn, uint32_t to_insn)
{
	const struct su_insn *a = &carry->from->routine->code->insns[from_insn];
	const struct su_insn *b = &carry->to->routine->code->insns[to_insn];
	uint64_t in_a = 0, in_b = 0;
	bool known_a = result_type(carry->from, a, &in_a),
	     known_b = result_type(carry->to, b, &in_b);

	return a->flow == b->flow && known_a == known_b && in_a == in_b;
}

static bool uses_result(const struct su_side *side, uint32_t call)
{
	struct su_live_set set = { .cells = su_alloc((side->live->words + 1) * sizeof(uint64_t)) };
	bool uses;

	su_live_returned(side->live, call, &set);
	uses = set.regs.gpr[SU_RAX] || set.regs.gpr[SU_RDX] || set.regs.vector & 3;
	free(set.cells);
	return uses;
}

/* ---- arguments ---- */

/* How many parameters the callee has; -1: not known. */
static int parameter_count(const struct su_side *side, uint32_t call)
{
	const struct su_insn *insn = &side->routine->code->insns[call];
	const struct su_local *locals;
	uint64_t result, whole;
	int parameters = 0;
	size_t count;

	if (insn->flow != SU_FLOW_CALL ||
	    !su_debug_signature_at(side->program->debug, insn->target, &result, &whole))
		return -1;
	struct su_err *err = su_debug_locals(side->program->debug, insn->target, &locals, &count);
	if (err) {
		su_err_destroy(err);
		return -1;
	}
	for (size_t i = 0; i < count; i++)
		parameters += locals[i].is_parameter && !strchr(locals[i].key, '>');
	return parameters;
}

static void read_arguments(const struct su_side *side, uint32_t call, uint32_t *ret)
{
	uint32_t *state = su_alloc(side->values->loc_count * sizeof(*state));

	su_values_before(side->values, call, state);
	for (int i = 0; i < SU_ABI_ARGUMENT_COUNT; i++)
		ret[i] = state[su_abi_arguments[i]];
	free(state);
}

int su_carry_exchange_arguments(const struct su_carry *carry, uint32_t from_insn, uint32_t to_insn,
				uint32_t *ret_from, uint32_t *ret_to)
{
	int a = parameter_count(carry->from, from_insn), b = parameter_count(carry->to, to_insn);
	int count = a < 0 ? b : b < 0 || a < b ? a : b;

	if (count < 0) /* it is not even known whether the first register is an argument */
		count = 1;
	if (count > SU_ABI_ARGUMENT_COUNT)
		count = SU_ABI_ARGUMENT_COUNT;
	read_arguments(carry->from, from_insn, ret_from);
	read_arguments(carry->to, to_insn, ret_to);
	return count;
}

/* ---- helpers ---- */

static bool same_target(const struct su_carry *carry, const struct su_insn *call,
			const struct su_insn *in_helper)
{
	if (call->flow != SU_FLOW_CALL || in_helper->flow != SU_FLOW_CALL)
		return false;
	return carry->reverse ? su_same_meaning(carry->to->program, in_helper->target,
						carry->from->program, call->target, 0)
			      : su_same_meaning(carry->from->program, call->target,
						carry->to->program, in_helper->target, 0);
}

/* Whether it leaves all memory outside of its own frame alone, and calls nothing but once the
 * function that the call calls: *ret_call, SU_NO_INSN when nothing. */
static bool only_calls(const struct su_carry *carry, const struct su_side *helper,
		       const struct su_insn *call, uint32_t *ret_call)
{
	const struct su_function *code = helper->routine->code;

	*ret_call = SU_NO_INSN;
	for (uint32_t i = 0; i < code->insn_count; i++) {
		if (!su_carry_has_effect(helper, i) || helper->values->frame_off[i] != SU_NO_OFF)
			continue;
		if (code->insns[i].opcode != SU_OPC_CALL)
			return false;
		if (!su_carry_may_return(code, i))
			continue; /* of the stack protector */
		if (*ret_call != SU_NO_INSN || !same_target(carry, call, &code->insns[i]))
			return false;
		*ret_call = i;
	}
	return true;
}

/* Whether the helper leaves by jumping to what the call calls, and in no other way. */
static bool jumps_to(const struct su_carry *carry, const struct su_side *helper,
		     const struct su_insn *call)
{
	const struct su_function *code = helper->routine->code;
	bool jumps = false;

	for (size_t b = 0; b < code->block_count; b++) {
		const struct su_block *block = &code->blocks[b];
		struct su_insn last = code->insns[block->first + block->count - 1];

		if (!block->leaves)
			continue;
		if (last.flow != SU_FLOW_JUMP)
			return false;
		last.flow = SU_FLOW_CALL; /* a tail call is one */
		jumps = same_target(carry, call, &last);
		if (!jumps)
			return false;
	}
	return jumps;
}

static bool is_result_of(const struct su_values *values, uint32_t number, uint32_t call, int depth)
{
	struct su_value value = *su_value_get(values, number);
	bool is = depth < 4;

	if (value.kind == SU_VAL_DEF)
		return value.where == call && value.loc == SU_RAX;
	if (value.kind == SU_VAL_EXPR && (value.op == SU_EXPR_ZX || value.op == SU_EXPR_SX))
		return is && is_result_of(values, value.args[0], call, depth + 1);
	if (value.kind != SU_VAL_PHI)
		return false;
	const struct su_block *block = &values->code->blocks[value.where];

	for (uint32_t p = 0; p < block->pred_count && is; p++) {
		uint32_t in = values->out[block->pred[p]][value.loc];

		is = in == number || is_result_of(values, in, call, depth + 1);
	}
	return is;
}

/* Whether the function ends by returning only. */
static bool only_returns(const struct su_function *code)
{
	for (size_t b = 0; b < code->block_count; b++) {
		const struct su_block *block = &code->blocks[b];
		const struct su_insn *last = &code->insns[block->first + block->count - 1];

		if (block->leaves && last->flow != SU_FLOW_RET && last->opcode != SU_OPC_CALL)
			return false;
	}
	return true;
}

static bool hands_on(const struct su_side *helper, uint32_t call)
{
	const struct su_function *code = helper->routine->code;
	uint32_t *state = su_alloc(helper->values->loc_count * sizeof(*state));
	bool all = true;

	for (uint32_t i = 0; i < code->insn_count && all; i++) {
		if (code->insns[i].flow != SU_FLOW_RET)
			continue;
		su_values_before(helper->values, i, state);
		all = is_result_of(helper->values, state[SU_RAX], call, 0);
	}
	free(state);
	return all;
}

static bool find_helper(const struct su_carry *carry, uint32_t from_insn, uint32_t to_insn)
{
	const struct su_program *program = carry->to->program;
	const struct su_insn *a = &carry->from->routine->code->insns[from_insn];
	const struct su_insn *b = &carry->to->routine->code->insns[to_insn];
	const struct su_routine *routine =
		b->flow == SU_FLOW_CALL ? su_program_routine_at(program, b->target) : NULL;
	struct su_side helper = { 0 };
	bool is = false;

	if (!routine || routine->vaddr != b->target)
		return false;
	struct su_err *err = su_side_init(&helper, carry->arena, program, routine);
	if (!err && !helper.values->unknown) {
		uint32_t call;

		if (!only_calls(carry, &helper, a, &call))
			is = false;
		else if (call == SU_NO_INSN)
			is = jumps_to(carry, &helper, a);
		else
			is = only_returns(routine->code) &&
			     (hands_on(&helper, call) || !uses_result(carry->to, to_insn));
	}
	su_err_destroy(err);
	su_side_deinit(&helper);
	return is;
}

bool su_carry_is_helper(struct su_carry *carry, uint32_t from_insn, uint32_t to_insn)
{
	static const char yes, no;
	uint64_t key = (uint64_t)from_insn << 32 | to_insn;

	if (!carry->helpers)
		carry->helpers = su_map_create();
	const void *known = su_map_get_u64(carry->helpers, key);
	if (!known) {
		known = find_helper(carry, from_insn, to_insn) ? &yes : &no;
		su_map_put_u64(carry->helpers, key, (void *)known);
	}
	return known == &yes;
}

/* Whether `to` makes the call at another place, perhaps, than `at`: it would be made twice. */
static bool may_have_moved(const struct su_carry *carry, uint32_t call, uint32_t at)
{
	const struct su_function *to = carry->to->routine->code;
	bool moved = carry->alignment->new_of[call] != SU_NO_INSN;

	for (uint32_t j = 0; j < to->insn_count && !moved; j++)
		moved = j != at && to->insns[j].opcode == SU_OPC_CALL &&
			carry->alignment->old_of[j] == SU_NO_INSN &&
			su_carry_same_callee(carry, call, j);
	return moved;
}

/* Whether `from` makes the call `to_insn` at another place, perhaps: it would be left out, or was
 * made. */
static bool may_have_come(const struct su_carry *carry, uint32_t to_insn)
{
	const struct su_function *from = carry->from->routine->code;
	bool come = carry->alignment->old_of[to_insn] != SU_NO_INSN;

	for (uint32_t i = 0; i < from->insn_count && !come; i++)
		come = from->insns[i].opcode == SU_OPC_CALL &&
		       carry->alignment->new_of[i] == SU_NO_INSN &&
		       su_carry_same_callee(carry, i, to_insn);
	return come;
}

const char *su_carry_check_exchange(struct su_carry *carry, const struct su_product_pair *at,
				    enum su_pairing *ret)
{
	uint32_t u[SU_ABI_ARGUMENT_COUNT], v[SU_ABI_ARGUMENT_COUNT];
	int count;

	if (may_have_moved(carry, at->i, at->j) || may_have_come(carry, at->j))
		return "another function is called in its place, and one of them elsewhere";
	if (!su_carry_exchange_type(carry, at->i, at->j) && uses_result(carry->to, at->j))
		return "another function is called in its place, whose result has another type";
	*ret = SU_PAIRING_HELPER;
	if (su_carry_is_helper(carry, at->i, at->j))
		return NULL;
	*ret = SU_PAIRING_CALLEE_CHANGED;
	count = su_carry_exchange_arguments(carry, at->i, at->j, u, v);
	if (!count)
		return "another function is called in its place, for nothing in common";
	for (int i = 0; i < count; i++) {
		if (!su_carry_related(carry, at, u[i], v[i]))
			return "another function is called in its place, with other arguments";
	}
	return NULL;
}

/* ---- calls that are gone ---- */

static bool has_partner(const struct su_carry *carry, uint32_t insn)
{
	const struct su_product_pair *pairs;
	bool has = false;
	size_t count;

	pairs = su_product_partners(carry->product, insn, &count);
	for (size_t n = 0; n < count; n++)
		has |= pairs[n].node < carry->product->reached;
	return has;
}

/* What the first effect of `from` in [first, end) in the direction of `step` is: 1 one that `to`
 * has as well, or the call; -1 one that is gone like the call; 0 there is none. */
static int first_effect(const struct su_carry *carry, uint32_t call, uint32_t first, uint32_t end,
			int step)
{
	for (uint32_t n = 0; n < end - first; n++) {
		uint32_t i = step > 0 ? first + n : end - 1 - n;

		if (i == call || (su_carry_has_effect(carry->from, i) && has_partner(carry, i)))
			return 1;
		if (su_carry_has_effect(carry->from, i))
			return -1;
	}
	return 0;
}

/* Whether on all ways from the call on (or back) no other effect is gone before one is met that is
 * not. */
static bool stands_alone(const struct su_carry *carry, uint32_t call, int step)
{
	const struct su_function *code = carry->from->routine->code;
	bool *seen = su_alloc(code->block_count + 1), alone = true;
	SU_VEC(uint32_t) queue = { 0 };

	su_vec_push(&queue, code->block_of[call]);
	for (size_t n = 0; n < queue.len && alone; n++) {
		const struct su_block *block = &code->blocks[queue.at[n]];
		uint32_t first = block->first, end = block->first + block->count;
		uint32_t count = step > 0 ? block->succ_count : block->pred_count;
		int met;

		if (!n && step > 0)
			first = call + 1;
		else if (!n)
			end = call;
		met = first_effect(carry, call, first, end, step);
		alone = met >= 0;
		for (uint32_t s = 0; s < count && !met; s++) {
			uint32_t next = step > 0 ? block->succ[s] : block->pred[s];

			if (!seen[next])
				su_vec_push(&queue, next);
			seen[next] = true;
		}
	}
	su_vec_deinit(&queue);
	free(seen);
	return alone;
}

/* Where `to` may go on: before the first instruction of [*ret_first, *ret_end), or a later one, in
 * one block. False: it is not known where it is. */
static bool find_landing(const struct su_carry *carry, uint32_t call, uint32_t *ret_first,
			 uint32_t *ret_end)
{
	const struct su_product *product = carry->product;
	uint32_t number = product->only_from[call];
	const struct su_product_node *node;

	if (number >= product->reached) /* none, or many */
		return false;
	node = &product->nodes.at[number];
	*ret_first = node->j;
	*ret_end = node->mode == SU_PRODUCT_TOGETHER ? node->stop_j : node->j + 1;
	for (size_t n = 0; n < product->pairs.len && node->mode == SU_PRODUCT_TOGETHER; n++) {
		const struct su_product_pair *pair = &product->pairs.at[n];

		if (pair->node != number)
			continue;
		if (pair->i < call && pair->j >= *ret_first)
			*ret_first = pair->j + 1;
		if (pair->i > call && pair->j + 1 < *ret_end)
			*ret_end = pair->j + 1;
	}
	return node->mode != SU_PRODUCT_LOST && *ret_first < *ret_end;
}

/* Whether some way leads from behind instruction `x` to `y`. */
static bool leads_to(const struct su_function *code, uint32_t x, uint32_t y)
{
	bool *seen = su_alloc(code->block_count + 1), found;
	SU_VEC(uint32_t) queue = { 0 };

	found = code->block_of[x] == code->block_of[y] && x < y;
	su_vec_push(&queue, code->block_of[x]);
	for (size_t n = 0; n < queue.len && !found; n++) {
		const struct su_block *block = &code->blocks[queue.at[n]];

		for (uint32_t s = 0; s < block->succ_count; s++) {
			uint32_t next = block->succ[s];

			found |= next == code->block_of[y];
			if (!seen[next])
				su_vec_push(&queue, next);
			seen[next] = true;
		}
	}
	su_vec_deinit(&queue);
	free(seen);
	return found;
}

/* What `to` does first in [first, end): 1 what `from` has still to do behind the call as well; -1
 * something else, in place of the call perhaps; 0 nothing. */
static int first_followed(const struct su_carry *carry, uint32_t call, uint32_t first, uint32_t end)
{
	const struct su_insn *insns = carry->to->routine->code->insns;

	for (uint32_t j = first; j < end; j++) {
		uint32_t partner = carry->alignment->old_of[j];

		if (!su_carry_has_effect(carry->to, j))
			continue;
		if (partner != SU_NO_INSN)
			return leads_to(carry->from->routine->code, call, partner) ? 1 : -1;
		if (insns[j].opcode == SU_OPC_CALL)
			return -1;
	}
	return 0;
}

/* Whether something else may be called in place of the call: on some way from `first` on, `to`
 * makes a call that is new there, or one that `from` makes on another way only. */
static bool is_replaced(const struct su_carry *carry, uint32_t call, uint32_t first)
{
	const struct su_function *code = carry->to->routine->code;
	bool *seen = su_alloc(code->block_count + 1), replaced = false;
	SU_VEC(uint32_t) queue = { 0 };

	su_vec_push(&queue, code->block_of[first]);
	for (size_t n = 0; n < queue.len && !replaced; n++) {
		const struct su_block *block = &code->blocks[queue.at[n]];
		int met = first_followed(carry, call, n ? block->first : first,
					 block->first + block->count);

		replaced = met < 0;
		for (uint32_t s = 0; s < block->succ_count && !met; s++) {
			if (!seen[block->succ[s]])
				su_vec_push(&queue, block->succ[s]);
			seen[block->succ[s]] = true;
		}
	}
	su_vec_deinit(&queue);
	free(seen);
	return replaced;
}

const char *su_carry_derive_removed(struct su_carry *carry, struct su_recipe *recipe)
{
	const struct su_insn *insns = carry->to->routine->code->insns;
	const char *reason = "this call has no counterpart in the other version";
	uint32_t call = recipe->from_insn, first, end;

	if (may_have_moved(carry, call, SU_NO_INSN) || !find_landing(carry, call, &first, &end) ||
	    is_replaced(carry, call, first))
		return reason;
	if (!stands_alone(carry, call, 1) || !stands_alone(carry, call, -1))
		return "this call has no counterpart in the other version, nor has what is done "
		       "around it";
	for (uint32_t to = first; to < end; to++) {
		struct su_product_pair at = { call, to - 1, carry->product->only_from[call] };

		if (to > first && su_carry_has_effect(carry->to, to - 1))
			break;
		if (!su_carry_same_effects(carry, call, to))
			return "this call has no counterpart in the other version, which stores or "
			       "calls in another order";
		recipe->lands = true;
		recipe->pairing = SU_PAIRING_REMOVED;
		recipe->to_insn = to;
		recipe->to_vaddr = insns[to].vaddr;
		recipe->moves.len = 0;
		recipe->seeded = recipe->pristine = false;
		const char *why = su_carry_derive_recipe(carry, recipe, &at);
		if (!why)
			return NULL;
		reason = to == first ? su_arena_format(carry->arena,
						       "this call has no counterpart in the other "
						       "version, and behind it %s",
						       why)
				     : reason;
	}
	return reason;
}
