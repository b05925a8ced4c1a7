/*
 * What two versions have done by the time that they come to a place: see effects.h.
 *
 * Registers and cells are derived one by one.  What else there is, memory and what calls do, is
 * simply kept, so the one version must have done what the other one has.  At the return address of
 * a paired call that is so: compilers do not move accesses to memory across calls.  Elsewhere they
 * do: a loop may keep a variable in a register and store it when it ends.
 *
 * So both functions are followed backward in step, along aligned paths, from the two places to
 * paired calls or the entry.  Each store must meet one to the same address; what is stored may
 * differ, that is what the update is for.  A store or call that the other version has nowhere is
 * its source's difference, not its compiler's, and passed over: it names a variable or function
 * that the other version does not name at all.
 */
#include "checkpoint/relate/effects.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/define.h"
#include "analysis/states.h"
#include "analysis/walk.h"
#include "checkpoint/align/align.h"

/* ---- two effects ---- */

static uint32_t address_of(struct su_values *values, uint32_t index, const struct su_operand *to)
{
	uint32_t *state = su_alloc(values->loc_count * sizeof(*state)), number;

	su_values_before(values, index, state);
	number = su_transfer_address(values, to, state);
	free(state);
	return number;
}

static bool same_store(struct su_prover *prover, uint32_t u, uint32_t v)
{
	const struct su_operand *a = su_side_stored(&prover->pair->from->values->code->insns[u]);
	const struct su_operand *b = su_side_stored(&prover->pair->to->values->code->insns[v]);

	return a && b && a->size == b->size && a->segment == b->segment &&
	       su_prover_related(prover, su_product_pair_of(prover->pair->product, u, v),
				 address_of(prover->pair->from->values, u, a),
				 address_of(prover->pair->to->values, v, b));
}

static bool same_effect(struct su_prover *prover, uint32_t u, uint32_t v)
{
	const struct su_insn *a = &prover->pair->from->values->code->insns[u];
	const struct su_insn *b = &prover->pair->to->values->code->insns[v];
	bool plain = a->opcode != SU_OPC_CALL && b->opcode != SU_OPC_CALL &&
		     !su_side_stores_oddly(a) && !su_side_stores_oddly(b);

	if (plain)
		return same_store(prover, u, v);
	return prover->pair->alignment->new_of[u] == v && a->mnemonic == b->mnemonic;
}

/* ---- effects that one version has alone ---- */

static bool same_thing(const struct su_meaning *a, const struct su_meaning *b)
{
	if (a->kind != b->kind)
		return false;
	if (a->kind == SU_MEANS_DATUM)
		return a->datum->peer == b->datum;
	if (a->kind == SU_MEANS_ROUTINE)
		return a->routine->peer == b->routine;
	return a->kind == SU_MEANS_IMPORT &&
	       strcmp(a->import.symbol->name, b->import.symbol->name) == 0;
}

static bool names_thing(const struct su_side *side, const struct su_meaning *thing)
{
	const struct su_function *code = side->routine->code;

	for (size_t i = 0; i < code->insn_count; i++) {
		for (int f = 0; f < 2; f++) {
			const struct su_field *field = &code->insns[i].fields[f];
			struct su_meaning meaning;

			if (!field->size || su_function_covers(code, field->target))
				continue;
			meaning = su_program_meaning(side->program, field->target);
			if (meaning.or_end_of || same_thing(thing, &meaning))
				return true;
		}
	}
	return false;
}

/* Whether effect `index` of `side` is on something that `other` does not name. */
static bool is_own(struct su_side const *side, uint32_t index, const struct su_side *other)
{
	const struct su_insn *insn = &side->values->code->insns[index];
	const struct su_operand *to = su_side_stored(insn);
	const struct su_value *address;
	struct su_meaning meaning;

	if (su_side_stores_oddly(insn))
		return false;
	if (insn->flow == SU_FLOW_CALL) {
		meaning = su_program_meaning(side->program, insn->target);
	} else if (insn->opcode != SU_OPC_CALL && to) {
		address = su_value_get(side->values, address_of(side->values, index, to));
		if (address->kind != SU_VAL_ADDR)
			return false;
		meaning = su_program_meaning(side->program,
					     (uint64_t)(address->imm - su_value_distance(address)));
	} else {
		return false;
	}
	if (meaning.or_end_of ||
	    (meaning.kind != SU_MEANS_DATUM && meaning.kind != SU_MEANS_ROUTINE &&
	     meaning.kind != SU_MEANS_IMPORT))
		return false;
	return !names_thing(other, &meaning);
}

/* ---- what was last ---- */

typedef SU_VEC(uint32_t) insn_list;

/* The effects that may have been the last one when control comes to a place. */
struct last_effects {
	insn_list effects;
	bool entry; /* or there was none since the function's entry */
};

/* The last effect of instructions [first, end) that is not the side's own, or SU_NO_INSN. */
static uint32_t last_in(const struct su_side *side, uint32_t first, uint32_t end,
			const struct su_side *other)
{
	while (end > first) {
		end--;
		if (su_side_has_effect(side, end) && !is_own(side, end, other))
			return end;
	}
	return SU_NO_INSN;
}

static void find_last(const struct su_side *side, uint32_t insn, const struct su_side *other,
		      struct last_effects *ret)
{
	const struct su_function *code = side->values->code;
	struct su_walk walk = su_walk_backward(code, code->block_of[insn], insn);

	while (su_walk_next(&walk)) {
		uint32_t effect = last_in(side, walk.first, walk.end, other);

		if (effect != SU_NO_INSN) {
			su_vec_push(&ret->effects, effect);
			continue;
		}
		ret->entry |= walk.block == 0;
		su_walk_go_on(&walk);
	}
	su_walk_deinit(&walk);
}

/* ---- in step ---- */

struct effect_walk {
	struct su_prover *prover;
	SU_VEC(uint64_t) pairs; /* of instructions before which the effects are to be the same */
	struct su_map *queued;
};

static void queue_pair(struct effect_walk *walk, uint32_t u, uint32_t v)
{
	uint64_t pair = (uint64_t)u << 32 | v;

	if (!su_map_get_u64(walk->queued, pair))
		su_vec_push(&walk->pairs, pair);
	su_map_put_u64(walk->queued, pair, walk);
}

/* The one of `list` that effect `u` is: its pair, or the only one that is the same; SU_NO_INSN. */
static uint32_t counterpart_of(struct su_prover *prover, uint32_t u, const insn_list *list)
{
	uint32_t found = SU_NO_INSN;

	for (size_t i = 0; i < list->len; i++) {
		if (!same_effect(prover, u, list->at[i]))
			continue;
		if (prover->pair->alignment->new_of[u] == list->at[i])
			return list->at[i];
		if (found != SU_NO_INSN)
			return SU_NO_INSN;
		found = list->at[i];
	}
	return found;
}

/* Pairs the effects of both lists, all of them. */
static bool match_last(struct effect_walk *walk, const struct last_effects *from,
		       const struct last_effects *to)
{
	struct su_prover *prover = walk->prover;
	size_t met = 0;
	bool fine = from->entry == to->entry && from->effects.len == to->effects.len;

	for (size_t i = 0; i < from->effects.len && fine; i++) {
		uint32_t u = from->effects.at[i], v = counterpart_of(prover, u, &to->effects);

		fine = v != SU_NO_INSN;
		for (size_t j = 0; j < to->effects.len; j++)
			met += to->effects.at[j] == v;
		if (!fine)
			break;
		if (prover->pair->from->values->code->insns[u].opcode == SU_OPC_CALL)
			fine = !su_calls_has_better_partner(prover->calls, u, v);
		else
			queue_pair(walk, u, v);
	}
	return fine && met == from->effects.len;
}

bool su_effects_same(struct su_prover *prover, uint32_t from_insn, uint32_t to_insn)
{
	struct effect_walk walk = { .prover = prover, .queued = su_map_create() };
	bool same = true;

	queue_pair(&walk, from_insn, to_insn);
	for (size_t i = 0; i < walk.pairs.len && same; i++) {
		struct last_effects from = { 0 }, to = { 0 };

		find_last(prover->pair->from, (uint32_t)(walk.pairs.at[i] >> 32), prover->pair->to,
			  &from);
		find_last(prover->pair->to, (uint32_t)walk.pairs.at[i], prover->pair->from, &to);
		same = match_last(&walk, &from, &to);
		su_vec_deinit(&from.effects);
		su_vec_deinit(&to.effects);
	}
	su_vec_deinit(&walk.pairs);
	su_map_destroy(walk.queued);
	return same;
}
