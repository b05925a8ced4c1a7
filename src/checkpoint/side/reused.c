/*
 * See reused.h.
 *
 * What is at the head of a loop is followed back, through merges before the loop, to the instructions
 * outside of it that it comes from.
 */
#include "checkpoint/side/reused.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/states.h"
#include "analysis/walk.h"
#include "checkpoint/side/written.h"
#include "diff/fickle.h"

static bool names_fickle(const struct su_program *program, const struct su_insn *insn)
{
	const struct su_routine *callee =
		insn->flow == SU_FLOW_CALL ? su_program_routine_at(program, insn->target) : NULL;

	if (callee)
		return callee->fickle;
	for (int f = 0; f < 2; f++)
		if (insn->fields[f].size && su_fickle_constant_at(program, insn->fields[f].target))
			return true;
	return false;
}

bool su_reused_may_be(const struct su_program *program, const struct su_routine *routine)
{
	for (size_t i = 0; i < routine->code->insn_count; i++)
		if (names_fickle(program, &routine->code->insns[i]))
			return true;
	return false;
}

/* ---- loops ---- */

struct loop {
	struct su_side *side;
	uint32_t head; /* block */
	bool *body;    /* by block */
};

/* All from which the end of the loop is come to without its head. */
static void add_body(struct loop *loop, uint32_t end)
{
	const struct su_block *blocks = loop->side->values->code->blocks;
	SU_VEC(uint32_t) todo = { 0 };

	su_vec_push(&todo, end);
	while (todo.len) {
		uint32_t block = todo.at[--todo.len];

		if (loop->body[block])
			continue;
		loop->body[block] = true;
		for (uint32_t i = 0; i < blocks[block].pred_count; i++)
			su_vec_push(&todo, blocks[block].pred[i]);
	}
	su_vec_deinit(&todo);
}

/* ---- what the source says ---- */

/* Where the loop begins and ends, of what is in the function of `place`; false: nothing is. */
static bool find_extent(const struct loop *loop, const struct su_written *place, int64_t *ret_first,
			int64_t *ret_last)
{
	const struct su_function *code = loop->side->values->code;

	*ret_first = INT64_MAX;
	*ret_last = INT64_MIN;
	for (uint32_t i = 0; i < code->insn_count; i++) {
		struct su_written other;

		if (!loop->body[code->block_of[i]] ||
		    !su_written_at(loop->side, &code->insns[i], &other) ||
		    !su_written_together(place, &other))
			continue;
		*ret_first = other.at < *ret_first ? other.at : *ret_first;
		*ret_last = other.at > *ret_last ? other.at : *ret_last;
	}
	return *ret_first <= *ret_last;
}

/* Whether DWARF says that what `loc` holds at `vaddr` is a variable. */
static bool is_variable(const struct su_side *side, const uint32_t *state, uint64_t vaddr,
			uint32_t loc)
{
	const struct su_values *values = side->values;

	for (uint32_t i = 0; i < side->local_count; i++) {
		struct su_loc at = su_values_location(
			values, state,
			su_debug_local_at(side->program->debug, side->routine->vaddr, i, vaddr));

		if (loc < SU_CELL_BASE ? at.kind == SU_LOC_REG && at.reg == loc
				       : at.kind == SU_LOC_FRAME &&
						 at.off == values->cells[loc - SU_CELL_BASE].off)
			return true;
	}
	return false;
}

static bool is_variable_at_head(const struct loop *loop, uint32_t loc)
{
	const struct su_values *values = loop->side->values;
	uint32_t first = values->code->blocks[loop->head].first;

	return is_variable(loop->side, values->in[loop->head], values->code->insns[first].vaddr,
			   loc);
}

/* Whether a copy of the instruction has stayed in the loop. */
static bool has_copy(const struct loop *loop, const struct su_written *place)
{
	const struct su_side *side = loop->side;
	const struct su_function *code = side->values->code;

	for (uint32_t i = 0; i < code->insn_count; i++) {
		struct su_written other;

		if (loop->body[code->block_of[i]] && names_fickle(side->program, &code->insns[i]) &&
		    su_written_at(side, &code->insns[i], &other) &&
		    su_written_together(place, &other) && place->at == other.at)
			return true;
	}
	return false;
}

/* Compilers give no line to what they move, or leave it that of the loop's body.  On the line that the
 * loop begins with there may be what is done before it, too: that is kept in a variable. */
static bool was_moved(const struct loop *loop, uint32_t insn, bool is_variable)
{
	struct su_written place;
	int64_t first, last;

	if (!su_written_at(loop->side, &loop->side->values->code->insns[insn], &place))
		return true;
	if (!find_extent(loop, &place, &first, &last))
		return place.inlined_count && !is_variable;
	if (place.at > last || has_copy(loop, &place))
		return false;
	if (su_written_line(place.at) == su_written_line(first) &&
	    su_written_line(last) > su_written_line(first))
		return !is_variable;
	return place.at >= first;
}

/* ---- values ---- */

/* Whether one of the values that `number` is computed from satisfies `is`, merges aside. */
static bool is_made_of(const struct su_side *side, uint32_t number,
		       bool (*is)(const struct su_side *side, uint32_t number, const void *ctx),
		       const void *ctx)
{
	SU_FREE bool *seen = su_alloc(side->values->table.len + 1);
	SU_VEC(uint32_t) todo = { 0 };
	bool found = false;

	su_vec_push(&todo, number);
	while (todo.len && !found) {
		uint32_t at = todo.at[--todo.len];
		const struct su_value *value = su_value_get(side->values, at);
		int count = value->kind == SU_VAL_EXPR ? 2 : value->arg_count;

		found = is(side, at, ctx);
		if (seen[at] || (value->kind != SU_VAL_EXPR && value->kind != SU_VAL_DEF))
			continue;
		seen[at] = true;
		for (int i = 0; i < count && !value->overflow; i++)
			if (value->args[i])
				su_vec_push(&todo, value->args[i]);
	}
	su_vec_deinit(&todo);
	return found;
}

static bool is_noted(const struct su_side *side, uint32_t number, const void *ctx)
{
	bool found = false;

	(void)ctx;
	for (size_t i = 0; i < side->reused.len && !found; i++)
		found = side->reused.at[i] == number;
	return found;
}

static bool is_defined_at(const struct su_side *side, uint32_t number, const void *ctx)
{
	const struct su_value *value = su_value_get(side->values, number);
	const uint32_t *insn = ctx;

	return value->kind == SU_VAL_DEF && value->where == *insn;
}

bool su_reused_is(const struct su_side *side, uint32_t number)
{
	return side->reused.len && is_made_of(side, number, is_noted, NULL);
}

struct trace {
	const struct loop *loop;
	uint32_t loc;
	bool *seen; /* by value number */
	bool found;
};

static void note(struct su_side *side, uint32_t number)
{
	if (!is_noted(side, number, NULL))
		su_vec_push(&side->reused, number);
}

static bool reads_fickle(const struct su_side *side, const struct su_value *value)
{
	const struct su_values *values = side->values;
	const struct su_insn *insn = &values->code->insns[value->where];

	if (names_fickle(side->program, insn))
		return true;
	for (uint8_t i = 0; i < value->arg_count && insn->flow == SU_FLOW_NEXT && !value->overflow;
	     i++) {
		const struct su_value *arg = su_value_get(values, value->args[i]);

		if (arg->kind == SU_VAL_EXPR && arg->op == SU_EXPR_SUM)
			arg = su_value_get(values, arg->args[0]);
		if (arg->kind == SU_VAL_ADDR &&
		    su_fickle_constant_at(side->program,
					  (uint64_t)(arg->imm - su_value_distance(arg))))
			return true;
	}
	return false;
}

static void trace_value(struct trace *trace, uint32_t number);

static void trace_merge(struct trace *trace, const struct su_value *merge)
{
	const struct su_values *values = trace->loop->side->values;
	const struct su_block *block = &values->code->blocks[merge->where];

	for (uint32_t i = 0; i < block->pred_count; i++)
		trace_value(trace, values->out[block->pred[i]][merge->loc]);
}

static void trace_value(struct trace *trace, uint32_t number)
{
	const struct loop *loop = trace->loop;
	const struct su_values *values = loop->side->values;
	const struct su_value value = *su_value_get(values, number);
	uint32_t block = value.kind == SU_VAL_PHI   ? value.where
			 : value.kind == SU_VAL_DEF ? values->code->block_of[value.where]
						    : UINT32_MAX;

	if (trace->seen[number] || (block != UINT32_MAX && loop->body[block]))
		return;
	trace->seen[number] = true;
	if (value.kind == SU_VAL_PHI)
		trace_merge(trace, &value);
	for (uint8_t i = 0; i < value.arg_count && value.kind == SU_VAL_DEF && !value.overflow; i++)
		trace_value(trace, value.args[i]);
	for (int i = 0; i < 2 && value.kind == SU_VAL_EXPR; i++)
		if (value.args[i])
			trace_value(trace, value.args[i]);
	if (value.kind == SU_VAL_DEF && reads_fickle(loop->side, &value) &&
	    was_moved(loop, value.where, is_variable_at_head(loop, trace->loc))) {
		note(loop->side, number);
		trace->found = true;
	}
}

static bool is_live(const struct su_live *live, uint32_t block, uint32_t loc)
{
	const struct su_live_set set = { .cells = live->in_cells[block] };

	if (loc < 16)
		return live->in_regs[block].gpr[loc];
	if (loc < SU_CELL_BASE)
		return loc != SU_LOC_FLAGS &&
		       live->in_regs[block].vector >> (loc - SU_REG_VECTOR) & 1;
	return su_live_cell_size(live, &set, loc - SU_CELL_BASE) > 0;
}

static void look_at_head(const struct loop *loop)
{
	const struct su_values *values = loop->side->values;
	SU_FREE bool *seen = su_alloc(values->table.len + 1);

	for (uint32_t loc = 0; loc < values->loc_count; loc++) {
		struct trace trace = { .loop = loop, .loc = loc, .seen = seen };

		if (!is_live(loop->side->live, loop->head, loc))
			continue;
		memset(seen, 0, values->table.len);
		trace_value(&trace, values->in[loop->head][loc]);
		if (trace.found)
			note(loop->side, values->in[loop->head][loc]);
	}
}

/* ---- without a loop ---- */

static bool is_of_statement_before(const struct su_side *side, uint32_t number, uint32_t call)
{
	const struct su_value *value = su_value_get(side->values, number);
	const struct su_insn *insns = side->values->code->insns;
	struct su_written made, here;

	while (value->kind == SU_VAL_EXPR && (value->op == SU_EXPR_ZX || value->op == SU_EXPR_SX))
		value = su_value_get(side->values, value->args[0]);
	return value->kind == SU_VAL_DEF && value->where != call &&
	       names_fickle(side->program, &insns[value->where]) &&
	       su_written_at(side, &insns[value->where], &made) &&
	       su_written_at(side, &insns[call], &here) && su_written_together(&made, &here) &&
	       su_written_line(made.at) != su_written_line(here.at);
}

static void look_at_call(struct su_side *side, uint32_t call, uint32_t *state,
			 struct su_live_set *live)
{
	const struct su_values *values = side->values;
	const struct su_insn *insn = &values->code->insns[call];

	su_live_returned(side->live, call, live);
	su_values_after(side->values, call, state);
	for (uint32_t loc = 0; loc < values->loc_count; loc++) {
		bool is_live = loc < 16		    ? live->regs.gpr[loc]
			       : loc < SU_CELL_BASE ? false
						    : su_live_cell_size(side->live, live,
									loc - SU_CELL_BASE) > 0;

		if (is_live && is_of_statement_before(side, state[loc], call) &&
		    !is_variable(side, state, insn->vaddr + insn->length - 1, loc))
			su_vec_push(&side->left_over, (struct su_left_over){ call, state[loc] });
	}
}

static void look_at_calls(struct su_side *side)
{
	const struct su_values *values = side->values;
	SU_FREE uint32_t *state = su_alloc(values->loc_count * sizeof(*state));
	SU_FREE uint64_t *cells = su_alloc((side->live->words + 1) * sizeof(*cells));
	struct su_live_set live = { .cells = cells };

	for (uint32_t i = 0; i < values->code->insn_count; i++)
		if (values->code->insns[i].opcode == SU_OPC_CALL && su_side_may_return(side, i))
			look_at_call(side, i, state, &live);
}

bool su_reused_later(const struct su_side *side, uint32_t number, uint32_t call)
{
	for (size_t i = 0; i < side->left_over.len; i++)
		if (side->left_over.at[i].call == call && side->left_over.at[i].number == number)
			return true;
	return false;
}

/* ---- choices ---- */

/* Whether a way is chosen by what the instruction gives, before the loop. */
static bool is_chosen_by(const struct loop *loop, uint32_t insn)
{
	const struct su_values *values = loop->side->values;
	const struct su_function *code = values->code;

	for (uint32_t i = 0; i < code->block_count; i++) {
		const struct su_block *block = &code->blocks[i];
		uint32_t last = block->first + block->count - 1;

		if (!loop->body[i] && block->count && code->insns[last].flow == SU_FLOW_COND &&
		    is_made_of(loop->side, values->out[i][SU_LOC_FLAGS], is_defined_at, &insn))
			return true;
	}
	return false;
}

/* By block: whether it leads to the loop. The caller frees it. */
static bool *find_leading(const struct loop *loop)
{
	const struct su_function *code = loop->side->values->code;
	struct su_walk walk = su_walk_backward(code, loop->head, code->blocks[loop->head].first);

	su_walk_come_to(&walk, loop->head);
	while (su_walk_next(&walk))
		su_walk_go_on(&walk);
	return su_walk_finish(&walk);
}

/* Whether something that is done before the loop is written between the instruction and what the loop
 * begins with. */
static bool is_apart(const struct loop *loop, const struct su_written *from, const bool *leading)
{
	const struct su_function *code = loop->side->values->code;
	int64_t first, last;

	if (!find_extent(loop, from, &first, &last) || from->at > last)
		return true;
	for (uint32_t i = 0; i < code->insn_count; i++) {
		struct su_written other;

		if (!loop->body[code->block_of[i]] && leading[code->block_of[i]] &&
		    su_written_at(loop->side, &code->insns[i], &other) &&
		    su_written_together(from, &other) &&
		    su_written_line(other.at) > su_written_line(from->at) && other.at < first)
			return true;
	}
	return false;
}

/* Whether the result is a variable, as far as DWARF says so where the call returns. */
static bool gives_variable(const struct su_side *side, uint32_t call, uint32_t *state)
{
	const struct su_insn *insn = &side->values->code->insns[call];

	su_values_after(side->values, call, state);
	return is_variable(side, state, insn->vaddr + insn->length, SU_REG_RESULT);
}

/* A loop may have been left with one of the outcomes alone, and nothing of what asked for it. */
static bool asks_anew(const struct loop *loop, uint32_t insn, const bool *leading)
{
	struct su_side *side = loop->side;
	SU_FREE uint32_t *state = su_alloc(side->values->loc_count * sizeof(*state));
	struct su_written from;

	if (was_moved(loop, insn, false))
		return true;
	return su_written_at(side, &side->values->code->insns[insn], &from) &&
	       !has_copy(loop, &from) && !gives_variable(side, insn, state) &&
	       !is_apart(loop, &from, leading);
}

/* The source chooses in each round; the compiler has made a loop for each choice. */
static void look_at_choices(const struct loop *loop)
{
	struct su_side *side = loop->side;
	const struct su_function *code = side->values->code;
	SU_FREE bool *leading = find_leading(loop);
	bool chosen = false;

	for (uint32_t i = 0; i < code->insn_count && !chosen; i++)
		chosen = !loop->body[code->block_of[i]] && leading[code->block_of[i]] &&
			 names_fickle(side->program, &code->insns[i]) && is_chosen_by(loop, i) &&
			 asks_anew(loop, i, leading);
	for (uint32_t i = 0; i < code->block_count && chosen; i++)
		if (loop->body[i])
			su_vec_push(&side->chosen_loops, i);
}

bool su_reused_chooses(const struct su_side *side, uint32_t insn)
{
	for (size_t i = 0; i < side->chosen_loops.len; i++)
		if (side->chosen_loops.at[i] == side->values->code->block_of[insn])
			return true;
	return false;
}

void su_reused_find(struct su_side *side)
{
	const struct su_function *code = side->values->code;
	size_t count;
	SU_FREE uint32_t *order = su_walk_order(code, &count);
	SU_FREE uint32_t *place = su_alloc((code->block_count + 1) * sizeof(*place));
	SU_FREE bool *body = su_alloc(code->block_count + 1);

	look_at_calls(side);
	for (uint32_t i = 0; i < count; i++)
		place[order[i]] = i;
	for (uint32_t i = 0; i < count; i++) {
		struct loop loop = { side, order[i], body };
		const struct su_block *head = &code->blocks[order[i]];
		bool closes = false;

		memset(body, 0, code->block_count);
		body[order[i]] = true;
		for (uint32_t p = 0; p < head->pred_count; p++) {
			if (place[head->pred[p]] < i)
				continue;
			closes = true;
			add_body(&loop, head->pred[p]);
		}
		if (!closes)
			continue;
		look_at_head(&loop);
		look_at_choices(&loop);
	}
}
