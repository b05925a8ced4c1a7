/*
 * Which places lie between where an effect was and where it is: see between.h.
 *
 * Places are told by walks over the code: from a place on, or back from it, what is met first, the effect
 * or a call that leads to the other function.
 */
#include "analysis/walk.h"
#include "base/reason.h"
#include "make/between.h"

/* One version of a function as seen from an effect: the effect, and the calls that lead to `inner`. */
struct scene {
	const struct su_reach *reach;
	const struct su_function *code;
	const struct su_routine *routine, *inner; /* inner NULL: there are no such calls */
	uint32_t effect;
};

static bool is_way_in(const struct scene *scene, uint32_t insn)
{
	return scene->inner &&
	       su_reach_by(scene->reach, scene->routine, &scene->code->insns[insn], scene->inner);
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

static struct scene scene_of(const struct su_migrations *migrations, const struct su_carry *carry,
			     const struct su_migration *migration, bool outer)
{
	int version = outer ? migration->outer_version : migration->inner_version;
	const struct su_side *side =
		version == carry->pair.reverse ? carry->pair.from : carry->pair.to;

	return (struct scene){ .reach = &migrations->reach[version],
			       .code = side->routine->code,
			       .routine = side->routine,
			       .inner = outer ? migration->inner[version] : NULL,
			       .effect = outer ? migration->outer_insn : migration->inner_insn };
}

/* `inner` is inlined in the version of `outer` that has the effect. Then there is no call to tell by,
 * and it is asked whether the effect is still to come: by a call in the one version, by itself in the
 * other. In a loop it always is. */
static bool is_to_come_in_one(const struct su_migrations *migrations, const struct su_carry *carry,
			      const struct su_migration *migration, const struct su_recipe *recipe)
{
	bool to_come[2];

	for (int version = 0; version < 2; version++) {
		bool has_effect = version == migration->outer_version;
		bool in_from = version == carry->pair.reverse;
		const struct su_side *side = in_from ? carry->pair.from : carry->pair.to;
		struct scene scene = { .reach = &migrations->reach[version],
				       .code = side->routine->code,
				       .routine = side->routine,
				       .inner = has_effect ? NULL : migration->inner[version],
				       .effect = has_effect ? migration->outer_insn : SU_NO_INSN };
		uint32_t insn = in_from ? recipe->from_insn : recipe->to_insn;

		to_come[version] = meets(&scene, scene.code->block_of[insn],
					 insn + (in_from ? !recipe->inside : !recipe->lands), false,
					 has_effect ? MET_EFFECT : MET_WAY_IN);
	}
	return to_come[0] != to_come[1];
}

static bool is_between(const struct su_migrations *migrations, const struct su_carry *carry,
		       const struct su_migration *migration, bool outer,
		       const struct su_recipe *recipe)
{
	struct scene scene = scene_of(migrations, carry, migration, outer);
	bool in_from = scene.routine == carry->pair.from->routine;
	uint32_t insn = in_from ? recipe->from_insn : recipe->to_insn;
	uint32_t block = scene.code->block_of[insn];
	uint32_t at = insn + (in_from ? !recipe->inside : !recipe->lands);
	struct scene of_outer = { .reach = &migrations->reach[migration->outer_version],
				  .code = migration->outer[migration->outer_version]->code,
				  .routine = migration->outer[migration->outer_version],
				  .inner = migration->inner[migration->outer_version],
				  .effect = migration->outer_insn };

	if (outer && !scene.inner)
		return is_to_come_in_one(migrations, carry, migration, recipe);
	if (outer)
		return is_between_in_outer(&scene, block, at);
	return is_between_in_inner(&scene, block, at, order_of(&of_outer));
}

static const char *moved_reason(const struct su_carry *carry, const struct su_migration *migration)
{
	const char *inner = migration->inner[migration->inner_version]->name;
	const char *outer = migration->outer[0]->name;

	return su_arena_format(carry->pair.arena, SU_WHY_EFFECT_MOVED, migration->name,
			       migration->outer_version ? inner : outer,
			       migration->outer_version ? outer : inner, inner);
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

			if (recipe->reason ||
			    !is_between(migrations, carry, migration, outer, recipe))
				continue;
			recipe->reason = moved_reason(carry, migration);
		}
	}
}
