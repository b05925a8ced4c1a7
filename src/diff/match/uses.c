/*
 * Statics of one name in one function, told apart by their uses: see match_private.h.
 *
 * Macros such as "log this at most once a second" make them.  A *use* is an instruction that names
 * the variable; its *surroundings* are the instructions after it, or before it, without registers,
 * frame offsets and branch targets.  Surroundings that only one variable of the group has in each
 * version are a vote that the two are one; few instructions count only if a text, a global variable,
 * or a number that is not everywhere, is among them.  A variable is matched when all its votes agree.  What is left
 * is matched if nothing has come or gone and it is the only one left, with things in common that no
 * chance brings together; else it stays unknown, and su_match_check() refuses.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "diff/match/match_private.h"

struct use {
	const struct su_function *code;
	size_t insn;
};

struct member {
	struct su_datum *datum;
	SU_VEC(struct use) uses;
	struct member *vote;
	bool contradicted;
};

struct group {
	SU_VEC(struct member) members[2]; /* of the old and the new version */
};

struct matching {
	const struct su_program *program[2];
	struct su_map *groups; /* key -> struct group */
	SU_VEC(struct group *) list;
	struct su_map *member_of[2]; /* datum -> key's group, of those that are to be told apart */
};

/* ---- surroundings ---- */

#define COMMON 255 /* numbers up to here are everywhere */

static uint64_t mix_text(uint64_t hash, const char *text)
{
	return su_hash(text, strlen(text) + 1, hash);
}

static uint64_t mix_reference(uint64_t hash, const struct su_program *program,
			      const struct su_function *code, uint64_t vaddr, bool *ret_telling)
{
	struct su_meaning meaning = su_program_meaning(program, vaddr);
	const char *text;

	if (su_function_covers(code, vaddr))
		return hash;
	switch (meaning.kind) {
	case SU_MEANS_ROUTINE:
		return mix_text(hash,
				su_is_clone(meaning.routine->name) ? "" : meaning.routine->name);
	case SU_MEANS_DATUM:
		*ret_telling |= meaning.datum->global;
		return mix_text(su_hash_u64(hash, (uint64_t)meaning.off), meaning.datum->name);
	case SU_MEANS_IMPORT:
		return mix_text(hash, meaning.import.symbol->name);
	case SU_MEANS_ANONYMOUS:
		text = su_program_string_at(program, vaddr);
		*ret_telling |= text != NULL;
		return text ? mix_text(hash, text) : hash;
	default:
		return hash;
	}
}

static uint64_t mix_insn(uint64_t hash, const struct su_program *program,
			 const struct su_function *code, const struct su_insn *insn,
			 bool *ret_telling)
{
	hash = su_hash_u64(hash, insn->mnemonic);
	for (uint8_t i = 0; i < insn->operand_count; i++) {
		const struct su_operand *operand = &insn->operands[i];

		if (operand->kind == SU_OP_IMM && insn->flow == SU_FLOW_NEXT) {
			hash = su_hash_u64(hash, (uint64_t)operand->imm);
			*ret_telling |= operand->imm > COMMON || operand->imm < -COMMON;
		}
		hash = su_hash_u64(hash, operand->kind | (uint64_t)operand->size << 8);
	}
	for (int f = 0; f < 2; f++) {
		if (insn->fields[f].size)
			hash = mix_reference(hash, program, code, insn->fields[f].target,
					     ret_telling);
	}
	return hash;
}

#define ENOUGH 8 /* instructions that need nothing telling among them */

/* The use and `count` instructions after it, or before it (negative); 0: that says nothing. */
static uint64_t surroundings_of(const struct su_program *program, const struct use *use, int count)
{
	int step = count < 0 ? -1 : 1;
	uint64_t hash = su_hash_u64(1, (uint64_t)count);
	bool is_telling = count * step >= ENOUGH;

	for (int i = 0; i <= count * step; i++) {
		size_t at = use->insn + (size_t)(i * step);

		if (at >= use->code->insn_count)
			return 0;
		hash = mix_insn(hash, program, use->code, &use->code->insns[at], &is_telling);
	}
	return is_telling ? hash : 0;
}

/* ---- votes ---- */

static struct member *const several = (struct member *)~(uintptr_t)0;

static struct su_map *index_surroundings(const struct matching *matching, struct group *group,
					 int version, int count)
{
	struct su_map *map = su_map_create();

	for (size_t i = 0; i < group->members[version].len; i++) {
		struct member *member = &group->members[version].at[i];

		for (size_t k = 0; k < member->uses.len && !member->datum->peer; k++) {
			uint64_t hash = surroundings_of(matching->program[version],
							&member->uses.at[k], count);
			struct member *known = hash ? su_map_get_u64(map, hash) : NULL;

			if (hash)
				su_map_put_u64(map, hash,
					       known && known != member ? several : member);
		}
	}
	return map;
}

static void vote_for(struct member *member, struct member *other)
{
	if (!other || other == several)
		return;
	member->contradicted |= member->vote && member->vote != other;
	member->vote = other;
}

static void link_agreed(struct group *group)
{
	for (size_t i = 0; i < group->members[0].len; i++) {
		struct member *member = &group->members[0].at[i], *other = member->vote;

		if (other && !member->contradicted && !other->contradicted &&
		    other->vote == member && !member->datum->peer && !other->datum->peer)
			su_match_link_data(member->datum, other->datum,
					   "one of several of its name: used alike");
	}
	for (int version = 0; version < 2; version++) {
		for (size_t i = 0; i < group->members[version].len; i++) {
			group->members[version].at[i].vote = NULL;
			group->members[version].at[i].contradicted = false;
		}
	}
}

static void match_by_surroundings(const struct matching *matching, struct group *group, int count)
{
	struct su_map *in_a = index_surroundings(matching, group, 0, count);
	struct su_map *in_b = index_surroundings(matching, group, 1, count);

	for (size_t i = 0; i < group->members[0].len; i++) {
		struct member *member = &group->members[0].at[i];

		for (size_t k = 0; k < member->uses.len && !member->datum->peer; k++) {
			uint64_t hash =
				surroundings_of(matching->program[0], &member->uses.at[k], count);
			struct member *other = hash && su_map_get_u64(in_a, hash) == member
						       ? su_map_get_u64(in_b, hash)
						       : NULL;

			vote_for(member, other);
			if (other && other != several)
				vote_for(other, member);
		}
	}
	su_map_destroy(in_a);
	su_map_destroy(in_b);
	link_agreed(group);
}

/* ---- the last one ---- */

#define NEAR 12 /* instructions on either side */

/* Texts, functions and variables that are named near its uses, each once. */
static struct su_map *things_near(const struct su_program *program, const struct member *member,
				  const struct su_map *wanted, size_t *ret_count)
{
	struct su_map *things = su_map_create();

	bool ignored;

	*ret_count = 0;
	for (size_t k = 0; k < 2 * (2 * NEAR + 1) * member->uses.len; k++) {
		const struct use *use = &member->uses.at[k / (2 * (2 * NEAR + 1))];
		size_t insn = use->insn + k / 2 % (2 * NEAR + 1) - NEAR; /* wraps below 0 */
		const struct su_field *field;
		uint64_t hash;

		if (insn >= use->code->insn_count)
			continue;
		field = &use->code->insns[insn].fields[k % 2];
		hash = field->size ? mix_reference(1, program, use->code, field->target, &ignored)
				   : 1;
		if (field->target - member->datum->vaddr < member->datum->size)
			continue;
		if (hash == 1 || su_map_get_u64(things, hash))
			continue;
		su_map_put_u64(things, hash, things);
		*ret_count += !wanted || su_map_get_u64(wanted, hash) != NULL;
	}
	return things;
}

/* More than half of what is near either is near both. */
static bool are_near_the_same(const struct matching *matching, const struct member *a,
			      const struct member *b)
{
	size_t count_a, count_b, in_common;
	struct su_map *near_a = things_near(matching->program[0], a, NULL, &count_a);
	struct su_map *near_b = things_near(matching->program[1], b, NULL, &count_b);
	struct su_map *again = things_near(matching->program[1], b, near_a, &in_common);

	su_map_destroy(near_a);
	su_map_destroy(near_b);
	su_map_destroy(again);
	return 2 * in_common > count_a && 2 * in_common > count_b;
}

static struct member *only_left(struct group *group, int version)
{
	struct member *left = NULL;

	for (size_t i = 0; i < group->members[version].len; i++) {
		struct member *member = &group->members[version].at[i];

		if (member->datum->peer)
			continue;
		if (left)
			return NULL;
		left = member;
	}
	return left;
}

static void match_last(const struct matching *matching, struct group *group)
{
	struct member *a = only_left(group, 0), *b = only_left(group, 1);

	if (a && b && group->members[0].len == group->members[1].len &&
	    a->datum->type_hash == b->datum->type_hash && are_near_the_same(matching, a, b))
		su_match_link_data(a->datum, b->datum, "the last of several of its name");
}

/* ---- groups ---- */

static void add_members(struct matching *matching, const struct su_unit_pairs *pairs,
			struct su_program *program, int version, su_group_key *key)
{
	for (size_t i = 0; i < program->data.len; i++) {
		struct su_datum *datum = &program->data.at[i];
		const char *text = datum->peer ? NULL : key(pairs, program->arena, version, datum);
		struct group *group = text ? su_map_get_str(matching->groups, text) : NULL;

		if (!text)
			continue;
		if (!group) {
			group = su_alloc(sizeof(*group));
			su_map_put_str(matching->groups, text, group);
			su_vec_push(&matching->list, group);
		}
		struct member *member = su_vec_add(&group->members[version]);
		member->datum = datum;
	}
}

/* One each is a match by the name; the others are to be told apart. */
static void settle_singles(struct matching *matching)
{
	for (size_t i = 0; i < matching->list.len; i++) {
		struct group *group = matching->list.at[i];

		if (group->members[0].len == 1 && group->members[1].len == 1) {
			su_match_link_data(group->members[0].at[0].datum,
					   group->members[1].at[0].datum, NULL);
			continue;
		}
		if (!group->members[0].len || !group->members[1].len)
			continue;
		for (int version = 0; version < 2; version++) {
			for (size_t k = 0; k < group->members[version].len; k++) {
				struct member *member = &group->members[version].at[k];

				su_map_put_u64(matching->member_of[version],
					       (uintptr_t)member->datum, member);
			}
		}
	}
}

static void add_uses(struct matching *matching, int version)
{
	const struct su_program *program = matching->program[version];

	for (size_t r = 0; r < program->routines.len; r++) {
		const struct su_function *code = program->routines.at[r].code;

		for (size_t i = 0; i < 2 * code->insn_count; i++) {
			const struct su_field *field = &code->insns[i / 2].fields[i % 2];
			struct su_meaning meaning = { 0 };
			struct member *member;

			if (field->size)
				meaning = su_program_meaning(program, field->target);
			if (meaning.kind != SU_MEANS_DATUM)
				continue;
			member = su_map_get_u64(matching->member_of[version],
						(uintptr_t)meaning.datum);
			if (member)
				su_vec_push(&member->uses, (struct use){ code, i / 2 });
		}
	}
}

static void free_groups(struct matching *matching)
{
	for (size_t i = 0; i < matching->list.len; i++) {
		struct group *group = matching->list.at[i];

		for (int version = 0; version < 2; version++) {
			for (size_t k = 0; k < group->members[version].len; k++)
				su_vec_deinit(&group->members[version].at[k].uses);
			su_vec_deinit(&group->members[version]);
		}
		free(group);
	}
	su_vec_deinit(&matching->list);
	su_map_destroy(matching->groups);
	su_map_destroy(matching->member_of[0]);
	su_map_destroy(matching->member_of[1]);
}

void su_match_by_use(const struct su_unit_pairs *pairs, struct su_program *old_program,
		     struct su_program *new_program, su_group_key *key)
{
	static const int counts[] = { 12, -12, 8, -8, 6, -6, 4, -4, 2, -2 };
	struct matching matching = { .program = { old_program, new_program },
				     .groups = su_map_create(),
				     .member_of = { su_map_create(), su_map_create() } };

	add_members(&matching, pairs, old_program, 0, key);
	add_members(&matching, pairs, new_program, 1, key);
	settle_singles(&matching);
	for (int version = 0; version < 2; version++)
		add_uses(&matching, version);
	for (size_t i = 0; i < matching.list.len; i++) {
		struct group *group = matching.list.at[i];

		for (size_t k = 0; k < sizeof(counts) / sizeof(*counts); k++)
			match_by_surroundings(&matching, group, counts[k]);
		match_last(&matching, group);
	}
	free_groups(&matching);
}
