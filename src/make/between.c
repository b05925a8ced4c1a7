/*
 * Which effects moved between functions, and which places lie in between: see between.h.
 *
 * An effect is known by what is called and by the constants that are passed, or by the variable that
 * is stored to.  One that a changed function has lost and another has gained, of which the one leads to
 * the other by calls, has moved.  It may be another effect that looks alike: then places are missing
 * that need not be.
 */
#include "make/between.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/states.h"
#include "analysis/walk.h"
#include "arch/abi.h"
#include "base/reason.h"
#include "checkpoint/calls/calls.h"
#include "checkpoint/side/side.h"

#define MAX_DEPTH 4	 /* calls between the two functions */
#define TELLING_PLACES 3 /* arguments that are compared when they are numbers */
#define HASH_NONE 0

/* ---- what a function does ---- */

struct effect {
	uint64_t key; /* of what is called or stored to */
	uint32_t insn;
	bool is_call, is_own;			   /* is_own: of a function of this image */
	uint64_t constants[SU_ABI_ARGUMENT_COUNT]; /* passed; HASH_NONE: not constant */
	uint64_t texts;				   /* bit n: constants[n] is an address */
	const char *name;
};

typedef SU_VEC(struct effect) effects;

struct function {
	const struct su_routine *routine[2]; /* by version */
	effects effects[2];
	bool valued; /* `constants` are known */
};

typedef SU_VEC(struct function) functions;

/* Compilers make clones of a function (f.constprop.0), in one version perhaps. */
static size_t source_length(const char *name)
{
	return strcspn(name, ".");
}

static bool is_same_source(const struct su_routine *a, const struct su_routine *b)
{
	size_t length = source_length(a->name);

	return length && length == source_length(b->name) &&
	       strncmp(a->name, b->name, length) == 0 && strcmp(a->unit, b->unit) == 0;
}

/* What an address means, in both versions alike; HASH_NONE when it has no name. */
static uint64_t meaning_key(const struct su_program *program, uint64_t vaddr, const char **ret_name)
{
	struct su_meaning meaning = su_program_meaning(program, vaddr);
	const char *text = NULL;
	size_t length;

	if (meaning.kind == SU_MEANS_ROUTINE)
		text = meaning.routine->name;
	else if (meaning.kind == SU_MEANS_DATUM)
		text = meaning.datum->peer ? meaning.datum->name : NULL;
	else if (meaning.kind == SU_MEANS_IMPORT)
		text = meaning.import.symbol->name;
	else if (meaning.kind == SU_MEANS_ANONYMOUS)
		text = su_program_string_at(program, vaddr);
	*ret_name = text;
	if (!text)
		return HASH_NONE;
	length = meaning.kind == SU_MEANS_ROUTINE ? source_length(text) : strlen(text);
	return su_hash(text, length, meaning.kind + 16 * (uint64_t)meaning.off) | 1;
}

/* The variable that the instruction stores to, by its address alone. */
static bool stored_variable(const struct su_insn *insn, uint64_t *ret)
{
	for (uint8_t i = 0; i < insn->operand_count; i++) {
		const struct su_operand *operand = &insn->operands[i];

		if (operand->kind != SU_OP_MEM || !operand->written || operand->base != SU_REG_PC ||
		    operand->index != SU_REG_NONE)
			continue;
		*ret = (uint64_t)operand->disp;
		return true;
	}
	return false;
}

static void gather(const struct su_program *program, const struct su_routine *routine, effects *ret)
{
	for (uint32_t i = 0; i < routine->code->insn_count; i++) {
		const struct su_insn *insn = &routine->code->insns[i];
		struct effect effect = { .insn = i, .is_call = insn->flow == SU_FLOW_CALL };
		uint64_t vaddr = insn->target;

		if (!effect.is_call && !stored_variable(insn, &vaddr))
			continue;
		effect.is_own = su_program_meaning(program, vaddr).kind == SU_MEANS_ROUTINE;
		effect.key = meaning_key(program, vaddr, &effect.name);
		if (effect.key)
			su_vec_push(ret, effect);
	}
}

static uint64_t constant_key(const struct su_side *side, uint32_t number, bool *ret_text)
{
	const struct su_value *value = su_value_get(side->values, number);
	const char *name;

	*ret_text = value->kind == SU_VAL_ADDR;
	if (*ret_text)
		return meaning_key(side->program, (uint64_t)value->imm, &name);
	return value->kind == SU_VAL_CONST ? su_hash(&value->imm, 8, 3) | 1 : HASH_NONE;
}

static void read_constants(const struct su_side *side, struct effect *effect)
{
	uint32_t numbers[SU_ABI_ARGUMENT_COUNT];

	if (!effect->is_call)
		return;
	su_calls_read_arguments(side, effect->insn, numbers);
	for (int i = 0; i < SU_ABI_ARGUMENT_COUNT; i++) {
		bool text;

		effect->constants[i] = constant_key(side, numbers[i], &text);
		effect->texts |= (uint64_t)(text && effect->constants[i]) << i;
	}
}

static struct su_err *evaluate(struct su_arena *arena, const struct su_program *const programs[2],
			       struct function *function)
{
	for (int version = 0; version < 2 && !function->valued; version++) {
		effects *list = &function->effects[version];
		struct su_side side = { 0 };
		struct su_err *err =
			su_side_init(&side, arena, programs[version], function->routine[version]);

		for (size_t i = 0; i < list->len && !err; i++)
			read_constants(&side, &list->at[i]);
		su_side_deinit(&side);
		SU_TRY(err);
	}
	function->valued = true;
	return NULL;
}

/* ---- what came and went ---- */

static size_t count_key(const effects *list, uint64_t key)
{
	size_t count = 0;

	for (size_t i = 0; i < list->len; i++)
		count += list->at[i].key == key;
	return count;
}

/* Calls are one when they pass the same text, or the same number among the first arguments; of a
 * function of this image also when nothing that they pass is known. */
static bool is_same(const struct effect *a, const struct effect *b)
{
	bool same = !a->is_call || a->is_own;

	if (a->key != b->key || a->is_call != b->is_call)
		return false;
	for (int i = 0; i < SU_ABI_ARGUMENT_COUNT && a->is_call; i++) {
		bool known = a->constants[i] && b->constants[i];
		bool text = (a->texts & b->texts) >> i & 1;

		if (known && a->constants[i] != b->constants[i] && (text || i < TELLING_PLACES))
			return false;
		same |= known && a->constants[i] == b->constants[i] && (text || i < TELLING_PLACES);
	}
	return same;
}

static size_t count_same(const effects *list, const struct effect *effect)
{
	size_t count = 0;

	for (size_t i = 0; i < list->len; i++)
		count += is_same(&list->at[i], effect);
	return count;
}

/* Whether only version `version` of the function has the effect, in several copies perhaps. */
static bool has_alone(const struct function *function, int version, const struct effect *effect)
{
	return count_same(&function->effects[version], effect) > 0 &&
	       count_same(&function->effects[!version], effect) == 0;
}

/* Before constants are known: whether there may be one. */
static bool may_move(const struct function *a, int version, const struct function *b, uint64_t key)
{
	return count_key(&a->effects[version], key) > count_key(&a->effects[!version], key) &&
	       count_key(&b->effects[!version], key) > count_key(&b->effects[version], key);
}

/* ---- who calls whom ---- */

static const struct su_routine *callee_of(const struct su_program *program,
					  const struct su_routine *caller,
					  const struct su_insn *insn)
{
	const struct su_routine *callee = insn->flow == SU_FLOW_CALL || insn->flow == SU_FLOW_JUMP
						  ? su_program_routine_at(program, insn->target)
						  : NULL;

	return callee != caller ? callee : NULL;
}

static bool leads_to(const struct su_program *program, const struct su_routine *from,
		     const struct su_routine *to, int depth)
{
	for (uint32_t i = 0; from->code && i < from->code->insn_count; i++) {
		const struct su_routine *callee = callee_of(program, from, &from->code->insns[i]);

		if (callee && (callee == to ||
			       (depth < MAX_DEPTH && leads_to(program, callee, to, depth + 1))))
			return true;
	}
	return false;
}

static bool calls(const struct su_program *const programs[2], const struct function *outer,
		  const struct function *inner)
{
	return leads_to(programs[0], outer->routine[0], inner->routine[0], 1) &&
	       leads_to(programs[1], outer->routine[1], inner->routine[1], 1);
}

/* ---- finding ---- */

static void add_migration(struct su_migrations *migrations, const struct function *outer,
			  const struct effect *of_outer, int outer_version,
			  const struct function *inner, const struct effect *of_inner)
{
	su_vec_push(&migrations->list,
		    (struct su_migration){
			    .inner = { inner->routine[0], inner->routine[1] },
			    .outer = { outer->routine[0], outer->routine[1] },
			    .outer_version = outer_version,
			    .inner_version = !outer_version,
			    .inner_insn = of_inner->insn,
			    .outer_insn = of_outer->insn,
			    .name = su_arena_strdup(migrations->arena, of_outer->name) });
}

static struct su_err *compare(struct su_migrations *migrations,
			      const struct su_program *const programs[2], struct function *outer,
			      struct function *inner, int version)
{
	effects *list = &outer->effects[version], *others = &inner->effects[!version];

	for (size_t i = 0; i < list->len; i++) {
		if (!may_move(outer, version, inner, list->at[i].key))
			continue;
		SU_TRY(evaluate(migrations->arena, programs, outer));
		SU_TRY(evaluate(migrations->arena, programs, inner));
		for (size_t k = 0; k < others->len; k++) {
			if (is_same(&list->at[i], &others->at[k]) &&
			    has_alone(outer, version, &list->at[i]) &&
			    has_alone(inner, !version, &others->at[k]))
				add_migration(migrations, outer, &list->at[i], version, inner,
					      &others->at[k]);
		}
	}
	return NULL;
}

static bool may_share(const struct function *outer, const struct function *inner, int version)
{
	for (size_t i = 0; i < outer->effects[version].len; i++) {
		if (may_move(outer, version, inner, outer->effects[version].at[i].key))
			return true;
	}
	return false;
}

/* What an added routine was, where the compiler has made another clone of the same source. */
static const struct su_routine *clone_of(const struct su_program *old_program,
					 const struct su_routine *routine)
{
	for (size_t i = 0; i < old_program->routines.len && !routine->peer; i++) {
		const struct su_routine *old = &old_program->routines.at[i];

		if (!old->peer && !old->startup && is_same_source(old, routine))
			return old;
	}
	return NULL;
}

struct su_err *su_migrations_find(struct su_migrations *migrations,
				  const struct su_program *old_program,
				  const struct su_program *new_program)
{
	const struct su_program *programs[2] = { old_program, new_program };
	struct su_err *err = NULL;
	functions list = { 0 };

	for (size_t i = 0; i < new_program->routines.len; i++) {
		const struct su_routine *routine = &new_program->routines.at[i];
		const struct su_routine *old =
			routine->changed ? routine->peer : clone_of(old_program, routine);

		if (!old || !routine->code || !old->code)
			continue;
		struct function *function = su_vec_add(&list);
		*function = (struct function){ .routine = { old, routine } };
		gather(old_program, old, &function->effects[0]);
		gather(new_program, routine, &function->effects[1]);
	}
	for (size_t n = 0; n < list.len * list.len * 2 && !err; n++) {
		struct function *outer = &list.at[n / 2 / list.len];
		struct function *inner = &list.at[n / 2 % list.len];

		if (outer != inner && may_share(outer, inner, (int)(n & 1)) &&
		    calls(programs, outer, inner))
			err = compare(migrations, programs, outer, inner, (int)(n & 1));
	}
	for (size_t i = 0; i < list.len; i++) {
		su_vec_deinit(&list.at[i].effects[0]);
		su_vec_deinit(&list.at[i].effects[1]);
	}
	su_vec_deinit(&list);
	return err;
}

void su_migrations_deinit(struct su_migrations *migrations)
{
	su_vec_deinit(&migrations->list);
}

/* ---- places in between ---- */

/* One version of a function as seen from an effect: the effect, and the calls that lead to `inner`. */
struct scene {
	const struct su_program *program;
	const struct su_function *code;
	const struct su_routine *routine, *inner; /* inner NULL: there are no such calls */
	uint32_t effect;
};

static bool is_way_in(const struct scene *scene, uint32_t insn)
{
	const struct su_routine *callee =
		scene->inner ? callee_of(scene->program, scene->routine, &scene->code->insns[insn])
			     : NULL;

	return callee &&
	       (callee == scene->inner || leads_to(scene->program, callee, scene->inner, 2));
}

enum met { MET_NOTHING = 0, MET_EFFECT, MET_WAY_IN };

static enum met met_at(const struct scene *scene, uint32_t insn)
{
	if (insn == scene->effect)
		return MET_EFFECT;
	return is_way_in(scene, insn) ? MET_WAY_IN : MET_NOTHING;
}

/* What is met first in the part of the block that the walk is at. */
static enum met met_in(const struct scene *scene, const struct su_walk *walk)
{
	enum met met = MET_NOTHING;

	for (uint32_t n = walk->first; n < walk->end && !met; n++)
		met = met_at(scene, walk->backward ? walk->end - 1 - (n - walk->first) : n);
	return met;
}

/* Whether a path from the place (or to it, when `backward`) meets `wanted` before the other. */
static bool meets(const struct scene *scene, uint32_t block, uint32_t at, bool backward,
		  enum met wanted)
{
	struct su_walk walk = backward ? su_walk_backward(scene->code, block, at)
				       : su_walk_forward(scene->code, block, at);
	bool found = false;

	while (!found && su_walk_next(&walk)) {
		enum met met = met_in(scene, &walk);

		found = met == wanted;
		if (!met)
			su_walk_go_on(&walk);
	}
	su_walk_deinit(&walk);
	return found;
}

/* Whether the effect may come behind the calls that lead to `inner`, and whether before them. */
struct order {
	bool behind, before;
};

static struct order order_of(const struct scene *scene)
{
	return (struct order){ .behind = meets(scene, 0, 0, false, MET_WAY_IN),
			       .before = meets(scene, 0, 0, false, MET_EFFECT) };
}

/* That includes the return address of a call of `inner`: a thread may stand there, just returned. */
static bool is_between_in_outer(const struct scene *scene, uint32_t block, uint32_t at)
{
	struct order order = order_of(scene);

	return (order.behind && meets(scene, block, at, false, MET_EFFECT) &&
		meets(scene, block, at, true, MET_WAY_IN)) ||
	       (order.before && meets(scene, block, at, false, MET_WAY_IN) &&
		meets(scene, block, at, true, MET_EFFECT));
}

/* In `inner`: it has had the effect that outer() is to have behind it, or will have the one that
 * outer() has had. */
static bool is_between_in_inner(const struct scene *scene, uint32_t block, uint32_t at,
				struct order order)
{
	return (order.behind && meets(scene, block, at, true, MET_EFFECT)) ||
	       (order.before && meets(scene, block, at, false, MET_EFFECT));
}

static struct scene scene_of(const struct su_carry *carry, const struct su_migration *migration,
			     bool outer)
{
	int version = outer ? migration->outer_version : migration->inner_version;
	const struct su_side *side =
		version == carry->pair.reverse ? carry->pair.from : carry->pair.to;

	return (struct scene){ .program = side->program,
			       .code = side->routine->code,
			       .routine = side->routine,
			       .inner = outer ? migration->inner[version] : NULL,
			       .effect = outer ? migration->outer_insn : migration->inner_insn };
}

static bool is_between(const struct su_carry *carry, const struct su_migration *migration,
		       bool outer, const struct su_recipe *recipe)
{
	struct scene scene = scene_of(carry, migration, outer);
	bool in_from = scene.routine == carry->pair.from->routine;
	uint32_t insn = in_from ? recipe->from_insn : recipe->to_insn;
	uint32_t block = scene.code->block_of[insn];
	uint32_t at = insn + (in_from ? !recipe->inside : !recipe->lands);
	const struct su_side *other = in_from ? carry->pair.to : carry->pair.from;
	struct scene of_outer = { .program = other->program,
				  .code = migration->outer[migration->outer_version]->code,
				  .routine = migration->outer[migration->outer_version],
				  .inner = migration->inner[migration->outer_version],
				  .effect = migration->outer_insn };

	if (outer)
		return is_between_in_outer(&scene, block, at);
	return is_between_in_inner(&scene, block, at, order_of(&of_outer));
}

void su_migrations_apply(const struct su_migrations *migrations, struct su_carry *carry)
{
	const struct su_routine *routine = carry->pair.from->routine;
	int version = carry->pair.reverse;

	for (size_t m = 0; m < migrations->list.len; m++) {
		const struct su_migration *migration = &migrations->list.at[m];
		bool outer = migration->outer[version] == routine;

		if (!outer && migration->inner[version] != routine)
			continue;
		for (size_t i = 0; i < carry->recipes.len; i++) {
			struct su_recipe *recipe = &carry->recipes.at[i];

			if (recipe->reason || !is_between(carry, migration, outer, recipe))
				continue;
			recipe->reason = su_arena_format(
				carry->pair.arena, SU_WHY_EFFECT_MOVED, migration->name,
				migration->outer_version ? migration->inner[0]->name
							 : migration->outer[0]->name,
				migration->outer_version ? migration->outer[0]->name
							 : migration->inner[0]->name,
				migration->inner[0]->name);
		}
	}
}
