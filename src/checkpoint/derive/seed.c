/*
 * Rule "seeded": a variable that `from` does not have starts as the new program starts it.
 *
 * What a merge's history is depends on `to` alone, and many values of a function share it: each is
 * read once.
 */
#include <stdlib.h>
#include <string.h>

#include "checkpoint/derive/derive_private.h"

/* The merges that a variable goes through, and the constant that it starts from. */
struct history {
	struct su_histories *all;
	SU_VEC(uint32_t) merges;
	int64_t start;
	bool started, broken;
	bool narrowed; /* went through a 32-bit copy */
	bool low_half; /* of a larger cell: nothing is known of the rest */
};

/* What came of reading the history of one merge. */
struct summary {
	bool seeds; /* starts as one constant and is then only updated from itself */
	int64_t start;
	bool low_half;		      /* only of the low half of what it is kept in */
	bool is_new;		      /* DWARF names no part of it as a variable of both versions */
	const struct su_local *local; /* a variable of `to` alone that DWARF names, or NULL */
};

struct su_histories {
	struct su_map *known; /* merge -> struct summary, of the pair's arena */
	/* The merges of the history that is being read: by value number whether it is one, and by
	 * location how many there are. */
	uint8_t *listed;
	uint32_t *at_location;
	size_t listed_len;
};

static struct su_histories *histories_of(struct su_point *point)
{
	const struct su_pair *pair = point->pair;

	if (!point->deriver->to_histories) {
		point->deriver->to_histories = su_alloc(sizeof(*point->deriver->to_histories));
		point->deriver->to_histories->known = su_map_create();
		point->deriver->to_histories->at_location =
			su_alloc(pair->to->values->loc_count * sizeof(uint32_t));
	}
	return point->deriver->to_histories;
}

void su_histories_destroy(struct su_histories *histories)
{
	if (!histories)
		return;
	su_map_destroy(histories->known);
	free(histories->listed);
	free(histories->at_location);
	free(histories);
}

static bool is_listed(const struct history *history, uint32_t v)
{
	return v < history->all->listed_len && history->all->listed[v];
}

static void list_merge(const struct su_point *point, struct history *history, uint32_t v)
{
	struct su_histories *all = history->all;
	size_t before = all->listed_len, count = point->pair->to->values->table.len;

	if (v >= before) {
		all->listed = su_realloc(all->listed, count);
		memset(all->listed + before, 0, count - before);
		all->listed_len = count;
	}
	all->listed[v] = 1;
	all->at_location[su_derive_to_value(point, v)->loc]++;
	su_vec_push(&history->merges, v);
}

/* Takes back the merges that were listed after the first `count`. */
static void unlist_merges(const struct su_point *point, struct history *history, size_t count)
{
	while (history->merges.len > count) {
		uint32_t v = history->merges.at[--history->merges.len];

		history->all->listed[v] = 0;
		history->all->at_location[su_derive_to_value(point, v)->loc]--;
	}
}

static bool shares_location(const struct history *history, uint32_t loc)
{
	return history->all->at_location[loc] > 0;
}

/* What a copy of a 32-bit variable copies: between registers, or into a slot that was larger
 * before. */
static uint32_t copied_variable(const struct su_point *point, struct history *history, uint32_t v)
{
	const struct su_value *value = su_derive_to_value(point, v);

	while (value->kind == SU_VAL_EXPR && value->size == 4 &&
	       (value->op == SU_EXPR_ZX || value->op == SU_EXPR_INSERT)) {
		history->narrowed = true;
		history->low_half |= value->op == SU_EXPR_INSERT;
		v = value->args[0];
		value = su_derive_to_value(point, v);
	}
	return v;
}

/* Whether the value is made of its operands.  What a call returns may be made of its arguments, but
 * what a variable starts with says nothing about it. */
static bool is_computed(const struct su_point *point, const struct su_value *value)
{
	const struct su_function *code = point->pair->to->values->code;

	return value->kind == SU_VAL_EXPR ||
	       (value->kind == SU_VAL_DEF && code->insns[value->where].opcode != SU_OPC_CALL);
}

static bool is_update(const struct su_point *point, struct history *history, uint32_t v, int depth);

/* A merge of nothing but the variable: in an inner loop that keeps it in another register. */
static bool merges_updates(const struct su_point *point, struct history *history, uint32_t v,
			   int depth)
{
	const struct su_values *values = point->pair->to->values;
	const struct su_value *phi = su_derive_to_value(point, v);
	const struct su_block *block = &values->code->blocks[phi->where];
	size_t known = history->merges.len;

	list_merge(point, history, v);
	for (uint32_t p = 0; p < block->pred_count; p++) {
		uint32_t in = values->out[block->pred[p]][phi->loc];

		if (in && su_derive_to_value(point, in)->kind != SU_VAL_UNDEFINED &&
		    !is_update(point, history, in, depth + 1)) {
			unlist_merges(point, history, known);
			return false;
		}
	}
	return true;
}

/* Whether `v` is computed from the variable itself: `count + 1`, `total + length`. */
static bool is_update(const struct su_point *point, struct history *history, uint32_t v, int depth)
{
	struct su_value value = *su_derive_to_value(point, v);
	bool update = is_listed(history, v);

	if (!update && value.kind == SU_VAL_PHI && shares_location(history, value.loc)) {
		list_merge(point, history, v);
		update = true;
	}
	if (!update && value.kind == SU_VAL_PHI && depth <= SU_DERIVE_DEPTH)
		return merges_updates(point, history, v, depth);
	if (!is_computed(point, &value) || depth > SU_DERIVE_DEPTH)
		return update;
	for (uint8_t i = 0; i < value.arg_count; i++)
		update |= is_update(point, history, value.args[i], depth + 1);
	return update;
}

/* The one merge that `v` is computed from, together with nothing but constants; 0: none, or more.
 */
static uint32_t only_merge(const struct su_point *point, uint32_t v, int depth)
{
	struct su_value value = *su_derive_to_value(point, v);
	uint32_t found = 0;

	if (value.kind == SU_VAL_PHI)
		return v;
	if (value.kind != SU_VAL_EXPR || depth > SU_DERIVE_DEPTH)
		return 0;
	for (uint8_t i = 0; i < value.arg_count; i++) {
		uint32_t arg = value.args[i], merge;

		if (!arg || su_derive_to_value(point, arg)->kind == SU_VAL_CONST)
			continue;
		merge = only_merge(point, arg, depth + 1);
		if (!merge || (found && found != merge))
			return 0;
		found = merge;
	}
	return found;
}

/* `v` is no merge: the variable itself, updated, or, where a loop inside of that which counts keeps
 * it in a place of its own, made from the outer loop's merge, which then is a part of the history.
 */
static void add_update(const struct su_point *point, struct history *history, uint32_t v)
{
	uint32_t merge;

	if (is_update(point, history, v, 0))
		return;
	merge = only_merge(point, v, 0);
	if (merge)
		list_merge(point, history, merge);
	else
		history->broken = true;
}

static void add_input(const struct su_point *point, struct history *history, uint32_t v)
{
	const struct su_value *value;

	v = copied_variable(point, history, v);
	value = su_derive_to_value(point, v);
	if (!v || value->kind == SU_VAL_UNDEFINED || is_listed(history, v))
		return;
	if (value->kind == SU_VAL_PHI) {
		list_merge(point, history, v);
	} else if (value->kind == SU_VAL_CONST) {
		history->broken |= history->started && history->start != value->imm;
		history->start = value->imm;
		history->started = true;
	} else {
		add_update(point, history, v);
	}
}

/* The merge that `v` is, or updates: preferably one of location `loc`. 0: none. */
static uint32_t merge_in(const struct su_point *point, uint32_t v, uint32_t loc, int depth)
{
	struct su_value value = *su_derive_to_value(point, v);
	uint32_t found = 0;

	if (value.kind == SU_VAL_PHI)
		return v;
	if (!is_computed(point, &value) || depth > SU_DERIVE_DEPTH)
		return 0;
	for (uint8_t i = 0; i < value.arg_count; i++) {
		uint32_t merge = merge_in(point, value.args[i], loc, depth + 1);

		if (merge && (!found || su_derive_to_value(point, merge)->loc == loc))
			found = merge;
	}
	return found;
}

static void read_history(const struct su_point *point, uint32_t v, struct history *ret)
{
	const struct su_values *values = point->pair->to->values;

	list_merge(point, ret, v);
	for (size_t i = 0; i < ret->merges.len && !ret->broken; i++) {
		const struct su_value *phi = su_derive_to_value(point, ret->merges.at[i]);
		const struct su_block *block = &values->code->blocks[phi->where];

		for (uint32_t p = 0; p < block->pred_count; p++)
			add_input(point, ret, values->out[block->pred[p]][phi->loc]);
	}
}

/* What DWARF calls the merges of the history. */
static void name_history(struct su_point *point, const struct history *history, struct summary *ret)
{
	const struct su_pair *pair = point->pair;
	uint32_t index;

	if (!point->deriver->to_names)
		point->deriver->to_names = su_names_create(pair->to);
	for (size_t i = 0; i < history->merges.len; i++) {
		uint32_t merge = history->merges.at[i];

		for (size_t at = 0; su_names_next(point->deriver->to_names, merge, &at, &index);) {
			const struct su_local *local = &pair->to->locals[index];

			if (su_side_local(pair->from, local->key))
				ret->is_new = false;
			else
				ret->local = local;
		}
	}
}

static const struct summary *summary_of(struct su_point *point, uint32_t v)
{
	struct su_histories *all = histories_of(point);
	struct summary *summary = su_map_get_u64(all->known, v);
	struct history history = { .all = all };

	if (summary)
		return summary;
	summary = su_arena_alloc(point->pair->arena, sizeof(*summary));
	read_history(point, v, &history);
	summary->seeds = history.started && !history.broken &&
			 (!history.narrowed || (history.start >= 0 && history.start <= UINT32_MAX));
	summary->start = history.start;
	summary->low_half = history.low_half;
	summary->is_new = true;
	name_history(point, &history, summary);
	unlist_merges(point, &history, 0);
	su_vec_deinit(&history.merges);
	su_map_put_u64(all->known, v, summary);
	return summary;
}

/* The variable starts as one constant and is then only updated from itself; `size` bytes count. */
static const struct su_source *seeded_value(struct su_point *point, uint32_t v, uint8_t size)
{
	const struct summary *summary = summary_of(point, v);

	if (!summary->seeds || (summary->low_half && size > 4))
		return NULL;
	return su_source_new(point,
			     (struct su_source){ .kind = SU_SOURCE_CONST, .imm = summary->start });
}

/* A new variable's value: seeded, or computed from what is seeded or derived. */
static const struct su_source *seed_tree(struct su_point *point, uint32_t v, uint8_t size,
					 struct su_move *move, int depth)
{
	struct su_value value = *su_derive_to_value(point, v);
	struct su_source source = {
		.kind = SU_SOURCE_OP, .op = value.op, .size = value.size, .imm = value.imm
	};

	if (value.kind == SU_VAL_PHI)
		return seeded_value(point, v, depth ? 8 : size);
	if (!su_derive_computable(&value) || depth >= SU_DERIVE_DEPTH)
		return su_source_constant(point, v);
	source.a = seed_tree(point, value.args[0], size, move, depth + 1);
	if (source.a && value.args[1])
		source.b = seed_tree(point, value.args[1], size, move, depth + 1);
	return source.a && !source.b == !value.args[1] ? su_source_new(point, source) : NULL;
}

/* What a new variable starts with: its value if that can be computed from its start, else (it was
 * just updated in a way that cannot) its start. NULL when it starts in no one way. */
static const struct su_source *source_of_start(struct su_point *point, uint32_t v, uint32_t loc,
					       uint8_t size, struct su_move *move)
{
	const struct su_source *source = seed_tree(point, v, size, move, 0);
	uint32_t merge = source ? 0 : merge_in(point, v, loc, 0);

	return merge ? seeded_value(point, merge, size) : source;
}

/* ---- whose history it is ---- */

/* All merges in the expression; *ret_named: whether each of them has a name. */
static bool is_new_tree(struct su_point *point, uint32_t v, int depth, const struct su_local **ret,
			bool *ret_named)
{
	struct su_value value = *su_derive_to_value(point, v);
	bool is_new = true;

	if (value.kind == SU_VAL_PHI) {
		const struct summary *summary = summary_of(point, v);

		*ret_named &= summary->local != NULL;
		*ret = summary->local ? summary->local : *ret;
		return summary->is_new;
	}
	if (!is_computed(point, &value) || depth > SU_DERIVE_DEPTH)
		return true;
	for (uint8_t i = 0; i < value.arg_count && is_new; i++)
		is_new = is_new_tree(point, value.args[i], depth + 1, ret, ret_named);
	return is_new;
}

/* ---- renamed variables ---- */

static size_t scope_length(const struct su_local *local)
{
	const char *end = strrchr(local->key, '>');

	return end ? (size_t)(end - local->key) : 0;
}

static bool is_scalar(const struct su_local *local)
{
	return !local->is_static && !local->is_aggregate && local->size && local->size <= 8;
}

/* Whether a programmer could give the one's name to the other, and widen it meanwhile. */
static bool are_alike(const struct su_local *a, const struct su_local *b)
{
	size_t length = scope_length(a);

	if (length != scope_length(b) || strncmp(a->key, b->key, length) != 0)
		return false;
	if (a->is_aggregate || b->is_aggregate)
		return a->is_aggregate && b->is_aggregate && !a->is_static;
	return is_scalar(a) && is_scalar(b) && a->type_name && b->type_name &&
	       !strchr(a->type_name, '*') == !strchr(b->type_name, '*');
}

bool su_derive_may_be_renamed(const struct su_point *point, const struct su_local *local)
{
	const struct su_side *from = point->pair->from;

	for (uint32_t i = 0; i < from->local_count; i++) {
		const struct su_local *old = &from->locals[i];

		if (!old->is_parameter && are_alike(old, local) &&
		    !su_side_local(point->pair->to, old->key) &&
		    su_debug_local_in_scope(from->program->debug, from->routine->vaddr, i,
					    point->from_vaddr))
			return true;
	}
	return false;
}

/* Whether the merge is a copy of a signed variable of that size, wherever it comes from. */
static bool is_extended_copy(const struct su_point *point, uint32_t v, uint8_t size)
{
	const struct su_values *values = point->pair->to->values;
	const struct su_value *phi = su_derive_to_value(point, v);
	bool extended = phi->kind == SU_VAL_PHI && size == 4;

	for (uint32_t p = 0; extended && p < values->code->blocks[phi->where].pred_count; p++) {
		uint32_t pred = values->code->blocks[phi->where].pred[p];
		uint32_t in = values->out[pred][phi->loc];
		const struct su_value *value = su_derive_to_value(point, in);

		extended = !in || in == v ||
			   (value->kind == SU_VAL_CONST && value->imm == (int32_t)value->imm) ||
			   (value->kind == SU_VAL_EXPR && value->op == SU_EXPR_SX &&
			    value->size == size);
	}
	return extended;
}

/* The variable that `v`, wanted in `loc`, is or is made from, and that `from` does not have: by what
 * DWARF says of it at the place, or of its merges anywhere.  NULL when there is none, when DWARF
 * says somewhere that it is one that `from` has, too. */
static const struct su_local *find_new_variable(struct su_point *point, uint32_t v, uint32_t loc,
						uint8_t size)
{
	const struct su_local *named = NULL, *here;
	bool all_named = true;
	int64_t distance;

	/* A compiler may keep two variables that count alike in one register. */
	if (!is_new_tree(point, v, 0, &named, &all_named))
		return NULL;
	here = su_derive_new_local_in(point, v, loc, size, &distance);
	if (here)
		return here;
	return all_named && named &&
			       (su_derive_covers(point, named, v, size) ||
				is_extended_copy(point, v, (uint8_t)named->size))
		       ? named
		       : NULL;
}

const struct su_source *su_derive_seeded(struct su_point *point, const struct su_want *want,
					 struct su_move *move)
{
	const struct su_local *local =
		want->depth ? NULL : find_new_variable(point, want->v, want->loc, want->size);
	const struct su_source *source;

	if (!local || su_derive_may_be_renamed(point, local))
		return NULL;
	source = source_of_start(point, want->v, want->loc, want->size, move);
	if (!source)
		source = su_derive_first_value(point, want->v, want->size);
	if (source) {
		move->name = local->name;
		point->recipe->seeded = true;
	}
	return source;
}
