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

#define LONGEST_WAY 256 /* jumps, of as many updates */

struct way {
	uint64_t addr, target;
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

static struct su_err *leads_elsewhere(const struct su_memory *memory, const struct su_sites *sites,
				      const struct su_patch_function *function)
{
	return su_refuse(SU_WHY_ENTRY_CHANGED, su_patch_string(sites->patch, function->name),
			 memory->pid);
}

static struct su_err *add_way(struct ways *ways, const struct su_memory *memory,
			      const struct su_sites *sites,
			      const struct su_patch_function *function, enum su_space space)
{
	struct su_thing entry = { SU_HOME_ENTRY, function->old_vaddr, 0 };
	struct way way = { .function = function };
	uint64_t ignored;

	if (!su_history_find(sites->below, sites->image_base, entry, &way.addr, &ignored) ||
	    !su_sites_code(sites, space,
			   space == SU_SPACE_IMAGE ? function->old_vaddr : function->patch_vaddr,
			   &way.target))
		return leads_elsewhere(memory, sites, function);
	if (!has_arrived(&way))
		su_vec_push(&ways->list, way);
	return NULL;
}

static struct su_err *add_ways(struct ways *ways, const struct su_memory *memory,
			       const struct su_sites *sites, enum su_space space)
{
	const struct su_patch *patch = sites->patch;

	for (size_t i = 0; i < patch->jump_count; i++) {
		const struct su_patch_jump *jump = &patch->jumps[i];
		const struct su_patch_function *function = &patch->functions[jump->function];

		if (jump->direction == SU_FORWARD && jump->kind == SU_JUMP_ENTRY &&
		    function->change == SU_CHANGED)
			SU_TRY(add_way(ways, memory, sites, function, space));
	}
	return NULL;
}

/* One jump further; those that have arrived are done. */
static struct su_err *follow_step(struct ways *ways, const struct su_memory *memory,
				  const struct su_sites *sites)
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
			return leads_elsewhere(memory, sites, way->function);
		if (!has_arrived(way))
			ways->list.at[kept++] = *way;
	}
	ways->list.len = kept;
	return NULL;
}

static struct su_err *follow_entry(struct ways *ways, const struct su_memory *memory,
				   const struct su_sites *sites, enum su_space space)
{
	SU_TRY(add_ways(ways, memory, sites, space));
	for (int i = 0; i < LONGEST_WAY && ways->list.len; i++)
		SU_TRY(follow_step(ways, memory, sites));
	return ways->list.len ? leads_elsewhere(memory, sites, ways->list.at[0].function) : NULL;
}

struct su_err *su_entries_check(const struct su_memory *memory, const struct su_sites *sites,
				enum su_space space)
{
	struct ways ways = { 0 };
	struct su_err *err = follow_entry(&ways, memory, sites, space);

	su_vec_deinit(&ways.list);
	su_vec_deinit(&ways.pieces);
	return err;
}
