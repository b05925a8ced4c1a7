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
#include "arch/abi.h"
#include "checkpoint/calls/calls.h"
#include "checkpoint/side/side.h"
#include "diff/moving.h"

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
	int64_t low,
		high; /* what is stored to of a variable that moves: bytes in the new version's */
};

typedef SU_VEC(struct effect) effects;

struct function {
	const struct su_routine *routine[2]; /* by version; NULL: it is in the other only */
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
	if (meaning.kind == SU_MEANS_DATUM && meaning.datum->moves)
		meaning.off = 0; /* find_stored() */
	return su_hash(text, length, meaning.kind + 16 * (uint64_t)meaning.off) | 1;
}

/* The variable that the instruction stores to, by its address alone. */
static bool stored_variable(const struct su_insn *insn, uint64_t *ret, uint8_t *ret_size)
{
	for (uint8_t i = 0; i < insn->operand_count; i++) {
		const struct su_operand *operand = &insn->operands[i];

		if (operand->kind != SU_OP_MEM || !operand->written || operand->base != SU_REG_PC ||
		    operand->index != SU_REG_NONE)
			continue;
		*ret = (uint64_t)operand->disp;
		*ret_size = operand->size;
		return true;
	}
	return false;
}

/* Compilers store to several members at once, or one by one, as these lie. */
static void find_stored(const struct su_program *program, uint64_t vaddr, uint8_t size,
			struct effect *effect)
{
	struct su_meaning meaning = su_program_meaning(program, vaddr);

	if (meaning.kind != SU_MEANS_DATUM || !meaning.datum->moves)
		return;
	effect->low = su_moving_offset(meaning.datum, meaning.off);
	effect->high = su_moving_offset(meaning.datum, meaning.off + size - 1) + 1;
}

static void gather(const struct su_program *program, const struct su_routine *routine, effects *ret)
{
	for (uint32_t i = 0; routine && i < routine->code->insn_count; i++) {
		const struct su_insn *insn = &routine->code->insns[i];
		struct effect effect = { .insn = i, .is_call = insn->flow == SU_FLOW_CALL };
		uint64_t vaddr = insn->target;
		uint8_t size = 0;

		if (!effect.is_call && !stored_variable(insn, &vaddr, &size))
			continue;
		if (!effect.is_call)
			find_stored(program, vaddr, size, &effect);
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

		if (!list->len)
			continue;
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

	if (a->key != b->key || a->is_call != b->is_call ||
	    (a->high && (a->low >= b->high || b->low >= a->high)))
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

static bool calls(const struct su_migrations *migrations, const struct function *outer,
		  const struct function *inner)
{
	for (int version = 0; version < 2; version++) {
		if (inner->routine[version] &&
		    !su_reach_from(&migrations->reach[version], outer->routine[version],
				   inner->routine[version]))
			return false;
	}
	return true;
}

static bool is_whole(const struct function *function)
{
	return function->routine[0] && function->routine[1];
}

/* What has no peer, since the compiler has made another clone of the same source. */
static const struct su_routine *clone_of(const struct su_program *program,
					 const struct su_routine *routine)
{
	for (size_t i = 0; i < program->routines.len; i++) {
		const struct su_routine *other = &program->routines.at[i];

		if (!other->peer && !other->startup && is_same_source(other, routine))
			return other;
	}
	return NULL;
}

static void add_function(const struct su_program *const programs[2], functions *list,
			 const struct su_routine *old, const struct su_routine *new)
{
	struct function *function;

	if ((old && !old->code) || (new && !new->code))
		return;
	function = su_vec_add(list);
	*function = (struct function){ .routine = { old, new } };
	gather(programs[0], old, &function->effects[0]);
	gather(programs[1], new, &function->effects[1]);
}

/* All that differ, and those that one version alone has: there the other may have them inlined. */
static void find_functions(const struct su_program *old_program,
			   const struct su_program *new_program, functions *list)
{
	const struct su_program *programs[2] = { old_program, new_program };

	for (size_t i = 0; i < new_program->routines.len; i++) {
		const struct su_routine *routine = &new_program->routines.at[i];

		if (routine->changed)
			add_function(programs, list, routine->peer, routine);
		else if (!routine->peer && !routine->startup)
			add_function(programs, list, clone_of(old_program, routine), routine);
	}
	for (size_t i = 0; i < old_program->routines.len; i++) {
		const struct su_routine *routine = &old_program->routines.at[i];

		if (!routine->peer && !routine->startup && !clone_of(new_program, routine))
			add_function(programs, list, routine, NULL);
	}
}

struct su_err *su_migrations_find(struct su_migrations *migrations,
				  const struct su_program *old_program,
				  const struct su_program *new_program)
{
	const struct su_program *programs[2] = { old_program, new_program };
	struct su_err *err = NULL;
	functions list = { 0 };

	su_reach_init(&migrations->reach[0], old_program);
	su_reach_init(&migrations->reach[1], new_program);
	find_functions(old_program, new_program, &list);
	for (size_t n = 0; n < list.len * list.len * 2 && !err; n++) {
		struct function *outer = &list.at[n / 2 / list.len];
		struct function *inner = &list.at[n / 2 % list.len];

		if (outer != inner && is_whole(outer) && may_share(outer, inner, (int)(n & 1)) &&
		    calls(migrations, outer, inner))
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
	su_reach_deinit(&migrations->reach[0]);
	su_reach_deinit(&migrations->reach[1]);
}
