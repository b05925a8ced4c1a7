/*
 * Where entries lead: see entries.h.
 *
 * All ways are followed together, a jump at a time, so that one read serves all: threads stand still.
 */
#include "update/plan/entries.h"

#include <string.h>

#include "arch/code.h"
#include "base/alloc.h"
#include "base/reason.h"
#include "base/vec.h"
#include "update/plan/slots.h"

#define LONGEST_WAY 256 /* jumps, of as many updates */

struct way {
	uint64_t addr, target;
	uint64_t slot; /* the word that leads there; 0: pointers and symbols do */
	const struct su_patch_function *function;
	uint8_t code[SU_ENTRY_MARK + SU_NEAR_JUMP];
};

struct ways {
	SU_VEC(struct way) list;
	SU_VEC(struct su_piece) pieces;
};

/* A jump that stands behind an entry's mark may lead past one. */
static bool has_arrived(const struct way *way)
{
	return way->addr == way->target || way->addr == way->target + SU_ENTRY_MARK;
}

static struct su_err *leads_elsewhere(const struct su_memory *memory, const struct su_plan *plan,
				      const struct way *way)
{
	const char *name = su_patch_string(plan->patch, way->function->name);

	if (way->slot)
		return su_slots_lead_aside(memory, way->slot, name);
	return su_refuse(SU_WHY_ENTRY_CHANGED, name, memory->pid);
}

/* Where the function's body in that space is: the image stands for A, wherever that is. */
static bool find_body(const struct su_plan *plan, const struct su_patch_function *function,
		      enum su_space space, uint64_t *ret)
{
	return su_sites_code(&plan->sites, space,
			     space == SU_SPACE_IMAGE ? function->old_vaddr : function->patch_vaddr,
			     ret);
}

static struct su_err *add_way(struct ways *ways, const struct su_memory *memory,
			      const struct su_plan *plan, enum su_space space, struct way way)
{
	if (!find_body(plan, way.function, space, &way.target))
		return leads_elsewhere(memory, plan, &way);
	if (!has_arrived(&way))
		su_vec_push(&ways->list, way);
	return NULL;
}

static struct su_err *add_entry(struct ways *ways, const struct su_memory *memory,
				const struct su_plan *plan, enum su_space space,
				const struct su_patch_function *function)
{
	struct su_thing entry = { SU_HOME_ENTRY, function->old_vaddr, 0 };
	struct way way = { .function = function };
	uint64_t ignored;

	if (!su_history_find(plan->sites.below, plan->image_base, entry, &way.addr, &ignored))
		return leads_elsewhere(memory, plan, &way);
	return add_way(ways, memory, plan, space, way);
}

static struct su_err *add_entries(struct ways *ways, const struct su_memory *memory,
				  const struct su_plan *plan, enum su_space space)
{
	const struct su_patch *patch = plan->patch;

	for (size_t i = 0; i < patch->jump_count; i++) {
		const struct su_patch_jump *jump = &patch->jumps[i];
		const struct su_patch_function *function = &patch->functions[jump->function];

		if (jump->direction == SU_FORWARD && jump->kind == SU_JUMP_ENTRY &&
		    function->change == SU_CHANGED)
			SU_TRY(add_entry(ways, memory, plan, space, function));
	}
	return NULL;
}

/* What a slot holds by now: perhaps something else, which is no concern of the update's. */
static struct su_err *add_slot(struct ways *ways, const struct su_memory *memory,
			       const struct su_plan *plan, enum su_space space, uint64_t slot,
			       uint64_t holds)
{
	struct way way = { .addr = holds,
			   .slot = slot,
			   .function = su_slots_function(plan, holds) };

	return way.function ? add_way(ways, memory, plan, space, way) : NULL;
}

static struct su_err *add_slots(struct ways *ways, const struct su_memory *memory,
				const struct su_plan *plan, enum su_space space)
{
	const size_t count = plan->slots.len;
	SU_FREE uint64_t *words = su_alloc((count + 1) * sizeof(*words));
	struct su_err *err = NULL;

	ways->pieces.len = 0;
	for (size_t i = 0; i < count; i++)
		su_vec_push(&ways->pieces,
			    (struct su_piece){ plan->slots.at[i], &words[i], sizeof(words[i]) });
	su_memory_try_pieces(memory, ways->pieces.at, count);
	for (size_t i = 0; i < count && !err; i++)
		if (ways->pieces.at[i].got == sizeof(words[i]))
			err = add_slot(ways, memory, plan, space, plan->slots.at[i], words[i]);
	return err;
}

/* One jump further; those that have arrived are done. */
static struct su_err *follow_step(struct ways *ways, const struct su_memory *memory,
				  const struct su_plan *plan)
{
	size_t kept = 0;

	ways->pieces.len = 0;
	for (size_t i = 0; i < ways->list.len; i++) {
		struct way *way = &ways->list.at[i];

		memset(way->code, 0, sizeof(way->code));
		su_vec_push(&ways->pieces,
			    (struct su_piece){ way->addr, way->code, sizeof(way->code) });
	}
	su_memory_try_pieces(memory, ways->pieces.at, ways->pieces.len);
	for (size_t i = 0; i < ways->list.len; i++) {
		struct way *way = &ways->list.at[i];

		way->addr = su_code_entry_target(way->code, way->addr);
		if (!way->addr)
			return leads_elsewhere(memory, plan, way);
		if (!has_arrived(way))
			ways->list.at[kept++] = *way;
	}
	ways->list.len = kept;
	return NULL;
}

static struct su_err *follow_ways(struct ways *ways, const struct su_memory *memory,
				  const struct su_plan *plan, bool after)
{
	bool to_patch = (plan->direction == SU_FORWARD) == after;
	enum su_space space = to_patch ? SU_SPACE_PATCH : SU_SPACE_IMAGE;

	SU_TRY(add_entries(ways, memory, plan, space));
	if (after)
		SU_TRY(add_slots(ways, memory, plan, space));
	for (int i = 0; i < LONGEST_WAY && ways->list.len; i++)
		SU_TRY(follow_step(ways, memory, plan));
	return ways->list.len ? leads_elsewhere(memory, plan, &ways->list.at[0]) : NULL;
}

static struct su_err *check_ways(const struct su_memory *memory, const struct su_plan *plan,
				 bool after)
{
	struct ways ways = { 0 };
	struct su_err *err = follow_ways(&ways, memory, plan, after);

	su_vec_deinit(&ways.list);
	su_vec_deinit(&ways.pieces);
	return err;
}

struct su_err *su_entries_check_before(const struct su_memory *memory, const struct su_plan *plan)
{
	return check_ways(memory, plan, false);
}

struct su_err *su_entries_check_after(const struct su_memory *memory, const struct su_plan *plan)
{
	return check_ways(memory, plan, true);
}
