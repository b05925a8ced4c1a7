/*
 * What a specification says of one changed function: source lines become instructions, names of
 * variables become locals.  See spec.h.
 *
 * Calls of a line are paired with calls of the other line that have the same callee, in order; what
 * is left is paired when it is one on each side.  Where the other line has no call, the activation
 * goes on at the line's first instruction: the one that every path to the rest of the line runs
 * first.  A loop is entered the same way.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/walk.h"
#include "diff/compare.h"
#include "make/spec.h"

typedef SU_VEC(uint32_t) insn_list;

/* One line in one version of the function. */
struct place {
	const struct su_side *side;
	const struct su_lines *lines;
	bool *on_line; /* by instruction */
	insn_list calls;
	bool any;
};

static void find_place(const struct su_side *side, const struct su_lines *lines, struct place *ret)
{
	const struct su_function *code = side->routine->code;
	struct su_code_ranges ranges = { 0 };

	*ret = (struct place){ .side = side, .lines = lines };
	ret->on_line = su_alloc(code->insn_count + 1);
	su_debug_code_of_lines(side->program->debug, lines, &ranges);
	for (uint32_t i = 0; i < code->insn_count; i++) {
		uint64_t vaddr = code->insns[i].vaddr;

		for (size_t r = 0; r < ranges.list.len && !ret->on_line[i]; r++)
			ret->on_line[i] =
				vaddr >= ranges.list.at[r].low && vaddr < ranges.list.at[r].high;
		ret->any |= ret->on_line[i];
		if (ret->on_line[i] && code->insns[i].opcode == SU_OPC_CALL)
			su_vec_push(&ret->calls, i);
	}
	su_vec_deinit(&ranges.list);
}

static void place_deinit(struct place *place)
{
	free(place->on_line);
	su_vec_deinit(&place->calls);
}

/* ---- where a line begins ---- */

/* Marks the blocks that are entered on ways from the start of `from` that do not run `barrier`
 * (SU_NO_INSN: all). */
static bool *find_reachable(const struct su_function *code, uint32_t from, uint32_t barrier)
{
	struct su_walk walk = su_walk_forward(code, from, code->blocks[from].first);

	while (su_walk_next(&walk)) {
		if (barrier < walk.first || barrier >= walk.end)
			su_walk_go_on(&walk);
	}
	return su_walk_finish(&walk);
}

static bool is_in_loop(const struct su_function *code, uint32_t insn)
{
	uint32_t block = code->block_of[insn];
	bool *seen = find_reachable(code, block, SU_NO_INSN), loops = seen[block];

	free(seen);
	return loops;
}

/* Whether no other instruction of the line runs before `first` did. */
static bool begins_line(const struct place *place, uint32_t first)
{
	const struct su_function *code = place->side->routine->code;
	bool *seen = find_reachable(code, 0, first), begins = true;

	for (uint32_t i = 0; i < code->insn_count && begins; i++) {
		uint32_t block = code->block_of[i];
		bool behind = block == code->block_of[first] && i >= first;

		begins = !place->on_line[i] || behind || (block != 0 && !seen[block]);
	}
	free(seen);
	return begins;
}

/* The first instruction of the line, or SU_NO_INSN. Of one that has code in a loop and elsewhere
 * (`loop`): of what is in the loop. */
static uint32_t first_of(struct place *place, bool loop)
{
	const struct su_function *code = place->side->routine->code;
	bool any = false;

	for (uint32_t i = 0; i < code->insn_count && loop; i++)
		any |= place->on_line[i] && is_in_loop(code, i);
	for (uint32_t i = 0; i < code->insn_count && any; i++)
		place->on_line[i] = place->on_line[i] && is_in_loop(code, i);
	for (uint32_t i = 0; i < code->insn_count; i++) {
		bool starts = place->on_line[i] && (!i || !place->on_line[i - 1] ||
						    code->block_of[i] != code->block_of[i - 1]);

		if (starts && begins_line(place, i))
			return i;
	}
	return SU_NO_INSN;
}

/* ---- pairs ---- */

struct resolving {
	struct su_spec *spec;
	struct su_statement *statement;
	uint32_t number;
	struct su_asserted *asserted;
	const struct su_side *from, *to;
	bool reverse;
};

static struct su_err *add_pair(struct resolving *at, struct su_asserted_pair pair)
{
	struct su_asserted *asserted = at->asserted;

	pair.number = at->number;
	for (size_t i = 0; i < asserted->pairs.len; i++) {
		const struct su_asserted_pair *other = &asserted->pairs.at[i];

		if (other->from_insn != pair.from_insn)
			continue;
		if (at->reverse) /* two lines of OLD go on at one: there is one way back */
			return NULL;
		return su_spec_error(at->spec, at->statement, SU_E_USAGE,
				     "'%s' contradicts line %u, or repeats it: keep one of them",
				     at->statement->text,
				     at->spec->statements.at[other->number].line);
	}
	su_vec_push(&asserted->pairs, pair);
	return NULL;
}

static bool same_callee(const struct resolving *at, uint32_t i, uint32_t j)
{
	const struct su_insn *a = &at->from->routine->code->insns[i];
	const struct su_insn *b = &at->to->routine->code->insns[j];
	const struct su_program *from = at->from->program, *to = at->to->program;

	if (a->flow != SU_FLOW_CALL || b->flow != SU_FLOW_CALL)
		return a->flow == b->flow;
	return at->reverse ? su_same_meaning(to, b->target, from, a->target, 0)
			   : su_same_meaning(from, a->target, to, b->target, 0);
}

/* Pairs calls with one callee; takes them out of both lists. */
static struct su_err *pair_same(struct resolving *at, insn_list *from, insn_list *to)
{
	for (size_t f = 0; f < from->len;) {
		size_t t = 0;

		while (t < to->len && !same_callee(at, from->at[f], to->at[t]))
			t++;
		if (t == to->len) {
			f++;
			continue;
		}
		SU_TRY(add_pair(at, (struct su_asserted_pair){ .from_insn = from->at[f],
							       .to_insn = to->at[t] }));
		memmove(&from->at[f], &from->at[f + 1], (--from->len - f) * sizeof(uint32_t));
		memmove(&to->at[t], &to->at[t + 1], (--to->len - t) * sizeof(uint32_t));
	}
	return NULL;
}

static struct su_err *pair_calls(struct resolving *at, struct place *from, struct place *to)
{
	size_t before = at->asserted->pairs.len;

	SU_TRY(pair_same(at, &from->calls, &to->calls));
	if (from->calls.len == 1 && to->calls.len == 1)
		return add_pair(at, (struct su_asserted_pair){ .from_insn = from->calls.at[0],
							       .to_insn = to->calls.at[0] });
	if (at->asserted->pairs.len > before || at->reverse)
		return NULL;
	return su_spec_error(
		at->spec, at->statement, SU_E_USAGE,
		"'%s': there are %zu calls at the old line and %zu at the new one, of other functions; which is which cannot be told",
		at->statement->text, from->calls.len, to->calls.len);
}

static struct su_err *several_places(const struct resolving *at, const struct su_lines *lines)
{
	return su_spec_error(at->spec, at->statement, SU_E_USAGE,
			     "'%s': the code of %s:%d has no single beginning; name another line",
			     at->statement->text, lines->file, lines->first);
}

static bool is_loop_place(const struct su_function *code, uint32_t insn)
{
	return is_in_loop(code, insn) && !(insn && code->insns[insn - 1].opcode == SU_OPC_CALL);
}

/* Goes on at the first instruction of a line, from the calls of the other, or from its loop. */
static struct su_err *pair_lines(struct resolving *at, struct place *from, struct place *to)
{
	const struct su_function *code = from->side->routine->code;
	bool loop = !from->calls.len;
	uint32_t first = first_of(from, true), target = first_of(to, loop);

	if (at->reverse &&
	    (target == SU_NO_INSN || first == SU_NO_INSN || !is_loop_place(code, first)))
		return NULL; /* the statement is about the other way */
	if (target == SU_NO_INSN)
		return several_places(at, to->lines);
	for (size_t i = 0; i < from->calls.len; i++)
		SU_TRY(add_pair(at, (struct su_asserted_pair){ .lands = true,
							       .from_insn = from->calls.at[i],
							       .to_insn = target }));
	if (!loop)
		return NULL;
	if (first == SU_NO_INSN)
		return several_places(at, from->lines);
	if (!is_loop_place(code, first))
		return su_spec_error(at->spec, at->statement, SU_E_USAGE,
				     "'%s': there is no call at %s:%d, and no loop",
				     at->statement->text, from->lines->file, from->lines->first);
	return add_pair(
		at, (struct su_asserted_pair){
			    .inside = true, .lands = true, .from_insn = first, .to_insn = target });
}

static struct su_err *resolve_pair(struct resolving *at)
{
	const struct su_lines *old_lines = &at->statement->old_lines;
	const struct su_lines *new_lines = &at->statement->new_lines;
	struct place from, to;
	struct su_err *err = NULL;

	find_place(at->from, at->reverse ? new_lines : old_lines, &from);
	find_place(at->to, at->reverse ? old_lines : new_lines, &to);
	if (from.any && to.any) {
		if (from.calls.len && to.calls.len)
			err = pair_calls(at, &from, &to);
		else if (!at->reverse || (!from.calls.len && !to.calls.len))
			err = pair_lines(at, &from, &to);
		at->statement->found = true;
	}
	place_deinit(&from);
	place_deinit(&to);
	return err;
}

/* ---- values ---- */

/* Whether the variable is the function's: of the routine, or of a copy inlined into it. */
static bool is_owned_by(const struct su_side *side, const struct su_local *local,
			const char *function)
{
	const char *end = strrchr(local->key, '>'), *start = end, *number;
	size_t length;

	if (!end)
		return strcmp(su_spec_source_name(side->program, side->routine), function) == 0;
	while (start > local->key && start[-1] != '>')
		start--;
	number = memchr(start, '#', (size_t)(end - start));
	length = (size_t)((number ? number : end) - start);
	return strlen(function) == length && strncmp(function, start, length) == 0;
}

static bool has_key(const struct su_side *side, const char *key)
{
	for (size_t i = 0; i < side->local_count; i++) {
		if (strcmp(side->locals[i].key, key) == 0)
			return true;
	}
	return false;
}

static bool has_storage(const struct su_side *side, uint32_t local)
{
	const struct su_function *code = side->routine->code;

	for (size_t i = 0; i < code->insn_count; i++) {
		enum su_loc_kind kind =
			su_debug_local_at(side->program->debug, side->routine->vaddr, local,
					  code->insns[i].vaddr)
				.kind;

		if (kind == SU_LOC_REG || kind == SU_LOC_FRAME || kind == SU_LOC_SUM)
			return true;
	}
	return false;
}

static bool fits_local(const struct su_local *local, int64_t number)
{
	unsigned bits = (unsigned)local->size * 8;

	if (bits >= 64)
		return true;
	if (local->is_signed)
		return number >= -(1ll << (bits - 1)) && number < 1ll << (bits - 1);
	return number >= 0 && number < 1ll << bits;
}

/* Why the variable cannot start with the number, or NULL. */
static const char *why_unfit(const struct resolving *at, const struct su_local *local)
{
	const char *type = local->type_name ? local->type_name : "";

	if (has_key(at->from, local->key))
		return "both versions have the variable, so it keeps its value";
	if (local->is_static)
		return "the variable has static storage; it starts as the new version says";
	if (local->is_aggregate || local->size > 8 || !local->size || strstr(type, "float") ||
	    strstr(type, "double"))
		return "only whole numbers and pointers can be given a value";
	if (strchr(type, '*') && at->statement->number)
		return "a pointer can start as 0 only";
	if (!fits_local(local, at->statement->number))
		return "the number does not fit into the variable";
	if (!has_storage(at->to, local->index))
		return "the compiler keeps the variable nowhere, so it needs no value";
	return NULL;
}

static void resolve_value(struct resolving *at)
{
	for (uint32_t i = 0; i < at->to->local_count; i++) {
		const struct su_local *local = &at->to->locals[i];
		unsigned shift = local->size < 8 ? 64 - 8 * (unsigned)local->size : 0;
		uint64_t number = (uint64_t)at->statement->number << shift >> shift;
		const char *why;

		if (strcmp(local->name, at->statement->variable) != 0 ||
		    !is_owned_by(at->to, local, at->statement->function))
			continue;
		why = why_unfit(at, local);
		if (why) {
			at->statement->useless = why;
			continue;
		}
		at->statement->found = true;
		su_vec_push(&at->asserted->values,
			    (struct su_asserted_value){ i, (int64_t)number, at->number });
	}
}

/* ---- all of it ---- */

struct su_err *su_spec_resolve(struct su_spec *spec, const struct su_side *from,
			       const struct su_side *to, bool reverse, struct su_asserted *ret)
{
	struct resolving at = { spec, NULL, 0, ret, from, to, reverse };

	for (; at.number < spec->statements.len; at.number++) {
		at.statement = &spec->statements.at[at.number];
		if (at.statement->kind == SU_STATEMENT_PAIR)
			SU_TRY(resolve_pair(&at));
		else if (at.statement->kind == SU_STATEMENT_VALUE)
			resolve_value(&at);
	}
	return NULL;
}

void su_asserted_deinit(struct su_asserted *asserted)
{
	su_vec_deinit(&asserted->pairs);
	su_vec_deinit(&asserted->values);
}
