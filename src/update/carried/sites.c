/* A patch's tables at run-time addresses: see sites.h. */
#include "update/carried/sites.h"

#include <stdlib.h>
#include <string.h>

#include "arch/code.h"
#include "base/alloc.h"
#include "base/reason.h"

void su_sites_deinit(struct su_sites *sites)
{
	free(sites->ranges);
	free(sites->jump_at);
	free(sites->jump_to);
	free(sites->point_from);
	free(sites->point_to);
	free(sites->word_at);
	free(sites->moved_at);
	memset(sites, 0, sizeof(*sites));
}

void su_originals_init(struct su_originals *originals, const struct su_patch *patch)
{
	originals->code = su_alloc((patch->jump_count + 1) * sizeof(*originals->code));
	originals->words = su_alloc((patch->word_count + 1) * sizeof(*originals->words));
}

void su_originals_deinit(struct su_originals *originals)
{
	free(originals->code);
	free(originals->words);
	memset(originals, 0, sizeof(*originals));
}

/* ---- addresses ---- */

static bool find_code(const struct su_sites *sites, enum su_space space, uint64_t vaddr,
		      uint64_t *ret, uint64_t *ret_size)
{
	*ret = sites->patch_base + vaddr;
	*ret_size = UINT64_MAX;
	return space == SU_SPACE_PATCH ||
	       su_history_find(sites->below, sites->image_base,
			       (struct su_thing){ SU_HOME_CODE, vaddr, 0 }, ret, ret_size);
}

bool su_sites_code(const struct su_sites *sites, enum su_space space, uint64_t vaddr, uint64_t *ret)
{
	uint64_t ignored;

	return find_code(sites, space, vaddr, ret, &ignored);
}

static const char *function_name(const struct su_sites *sites, uint32_t function)
{
	return su_patch_string(sites->patch, sites->patch->functions[function].name);
}

static struct su_err *set_range(struct su_sites *sites, size_t index)
{
	const struct su_patch_range *range = &sites->patch->ranges[index];
	struct su_extent *extent = &sites->ranges[index];
	uint64_t size;

	if (!find_code(sites, range->direction, range->vaddr, &extent->low, &size))
		return su_refuse(SU_WHY_CODE_HAS_NO_PLACE, function_name(sites, range->function));
	extent->high = extent->low + (size < range->size ? size : range->size);
	if (range->direction == SU_FORWARD && size < range->code_size)
		return su_refuse(SU_WHY_CODE_IN_PIECES, function_name(sites, range->function));
	return NULL;
}

/* Where `vaddr` of dead code is, with `size` bytes from there on; 0: not there. */
static uint64_t in_range(const struct su_sites *sites, unsigned direction, uint64_t vaddr,
			 uint64_t size)
{
	const struct su_patch_range *range = su_patch_range_at(sites->patch, direction, vaddr, 1);
	const struct su_extent *extent = &sites->ranges[range - sites->patch->ranges];
	uint64_t addr = extent->low + (vaddr - range->vaddr);

	return addr + size <= extent->high ? addr : 0;
}

/* ---- jumps ---- */

static size_t jump_index(const struct su_sites *sites, unsigned direction, uint64_t at)
{
	return (size_t)(su_patch_jump_at(sites->patch, direction, at) - sites->patch->jumps);
}

static struct su_err *set_jump(struct su_sites *sites, size_t index)
{
	const struct su_patch_jump *jump = &sites->patch->jumps[index];
	uint64_t at = sites->jump_at[index];

	if (jump->size == 2) /* an island in the same dead code: lost together */
		sites->jump_to[index] =
			sites->jump_at[jump_index(sites, jump->direction, jump->to)];
	else if (!su_sites_code(sites, jump->to_space, jump->to, &sites->jump_to[index]))
		return su_refuse(SU_WHY_TARGET_HAS_NO_PLACE, function_name(sites, jump->function));
	if (!sites->jump_to[index])
		sites->jump_at[index] = at = 0;
	if (!at && jump->kind == SU_JUMP_ENTRY)
		return su_refuse(SU_WHY_NO_ROOM_TO_REDIRECT, function_name(sites, jump->function));
	return NULL;
}

static struct su_err *set_jumps(struct su_sites *sites)
{
	const struct su_patch *patch = sites->patch;

	for (size_t i = 0; i < patch->jump_count; i++)
		sites->jump_at[i] = in_range(sites, patch->jumps[i].direction, patch->jumps[i].at,
					     patch->jumps[i].size);
	for (size_t i = 0; i < patch->jump_count; i++)
		SU_TRY(set_jump(sites, i));
	return NULL;
}

/* ---- checkpoints ---- */

static struct su_err *set_point(struct su_sites *sites, size_t index)
{
	const struct su_patch_checkpoint *point = &sites->patch->checkpoints[index];

	if (!su_sites_code(sites, 1u - point->direction, point->to, &sites->point_to[index]))
		return su_refuse(SU_WHY_TARGET_HAS_NO_PLACE, function_name(sites, point->function));
	sites->point_from[index] = in_range(sites, point->direction, point->from, 1);
	if (point->kind != SU_POINT_ENTRY &&
	    !sites->jump_at[jump_index(sites, point->direction, point->from)])
		sites->point_from[index] = 0;
	return NULL;
}

/* ---- constants ---- */

static struct su_err *set_word(struct su_sites *sites, size_t index)
{
	const struct su_patch_word *word = &sites->patch->words[index];
	struct su_thing thing = { SU_HOME_DATA, word->at, 0 };
	uint64_t size;

	if (!su_history_find(sites->below, sites->image_base, thing, &sites->word_at[index],
			     &size) ||
	    size < word->size)
		return su_refuse(SU_WHY_CONSTANT_HAS_NO_PLACE, (unsigned long)word->at);
	return NULL;
}

/* ---- variables that move ---- */

static struct su_err *set_moved(struct su_sites *sites, size_t index)
{
	const struct su_patch_moved *moved = &sites->patch->moved[index];
	struct su_thing thing = { SU_HOME_DATA, moved->at, 0 };
	uint64_t size;

	if (!su_history_find(sites->below, sites->image_base, thing, &sites->moved_at[index],
			     &size) ||
	    size < moved->size)
		return su_refuse(SU_WHY_VARIABLE_HAS_NO_PLACE,
				 su_patch_string(sites->patch, moved->name),
				 su_patch_string(sites->patch, moved->unit));
	return NULL;
}

static uint64_t *alloc_addresses(size_t count)
{
	return su_alloc((count + 1) * sizeof(uint64_t));
}

static struct su_err *fill_sites(struct su_sites *sites)
{
	const struct su_patch *patch = sites->patch;

	sites->ranges = su_alloc((patch->range_count + 1) * sizeof(*sites->ranges));
	sites->jump_at = alloc_addresses(patch->jump_count);
	sites->jump_to = alloc_addresses(patch->jump_count);
	sites->point_from = alloc_addresses(patch->checkpoint_count);
	sites->point_to = alloc_addresses(patch->checkpoint_count);
	sites->word_at = alloc_addresses(patch->word_count);
	sites->moved_at = alloc_addresses(patch->moved_count);
	for (size_t i = 0; i < patch->range_count; i++)
		SU_TRY(set_range(sites, i));
	SU_TRY(set_jumps(sites));
	for (size_t i = 0; i < patch->checkpoint_count; i++)
		SU_TRY(set_point(sites, i));
	for (size_t i = 0; i < patch->word_count; i++)
		SU_TRY(set_word(sites, i));
	for (size_t i = 0; i < patch->moved_count; i++)
		SU_TRY(set_moved(sites, i));
	return NULL;
}

struct su_err *su_sites_init(struct su_sites *sites, const struct su_patch *patch,
			     const struct su_generation *below, uint64_t image_base,
			     uint64_t patch_base)
{
	*sites = (struct su_sites){
		.patch = patch, .below = below, .image_base = image_base, .patch_base = patch_base
	};
	struct su_err *err = fill_sites(sites);

	if (err)
		su_sites_deinit(sites);
	return err;
}

/* ---- contents ---- */

struct su_err *su_sites_put_rel32(uint8_t *at, uint64_t from, uint64_t to)
{
	int32_t field;

	if (!su_code_distance(from, to, &field))
		return su_refuse(SU_WHY_OUT_OF_REACH, (unsigned long)to, (unsigned long)from);
	memcpy(at, &field, sizeof(field));
	return NULL;
}

/* In A's file the end of one datum may be the start of another; here they may be apart. */
static bool end_is_with(const struct su_sites *sites, const struct su_patch_reloc *reloc,
			uint64_t addr)
{
	struct su_thing datum = { SU_HOME_DATA, reloc->end_of, reloc->user };
	uint64_t end, ignored;

	return !reloc->end_of ||
	       (su_history_find(sites->below, sites->image_base, datum, &end, &ignored) &&
		end - reloc->end_of == addr - reloc->target);
}

static struct su_err *find_target(const struct su_sites *sites, const struct su_patch_reloc *reloc,
				  uint64_t *ret)
{
	struct su_thing thing = { reloc->home, reloc->target, reloc->user };
	uint64_t addr = sites->patch_base + reloc->target, ignored;

	if (reloc->space == SU_SPACE_IMAGE) {
		if (!su_history_find(sites->below, sites->image_base, thing, &addr, &ignored))
			return su_refuse(SU_WHY_NO_PLACE, (unsigned long)reloc->target);
		if (!end_is_with(sites, reloc, addr))
			return su_refuse(SU_WHY_TWO_PLACES, (unsigned long)reloc->target);
	}
	*ret = addr + (uint64_t)reloc->addend;
	return NULL;
}

static struct su_err *relocate_segments(const struct su_sites *sites, uint8_t *linked)
{
	const struct su_patch *patch = sites->patch;

	for (size_t i = 0; i < patch->reloc_count; i++) {
		const struct su_patch_reloc *reloc = &patch->relocs[i];
		uint64_t target = 0;

		SU_TRY(find_target(sites, reloc, &target));
		if (reloc->type == SU_RELOC_ABS64)
			memcpy(linked + reloc->at, &target, sizeof(target));
		else
			SU_TRY(su_sites_put_rel32(linked + reloc->at, sites->patch_base + reloc->at,
						  target));
	}
	return NULL;
}

struct su_err *su_sites_link(const struct su_sites *sites, const uint64_t *imports, uint8_t **ret)
{
	const struct su_patch *patch = sites->patch;
	uint8_t *linked = su_alloc(patch->head->span);

	for (size_t i = 0; i < patch->segment_count; i++)
		memcpy(linked + patch->segments[i].vaddr, patch->segments[i].bytes,
		       patch->segments[i].filesz);
	for (size_t i = 0; i < patch->import_count && imports; i++)
		memcpy(linked + patch->imports[i].slot, &imports[i], sizeof(imports[i]));
	struct su_err *err = relocate_segments(sites, linked);
	if (err) {
		free(linked);
		return err;
	}
	*ret = linked;
	return NULL;
}
