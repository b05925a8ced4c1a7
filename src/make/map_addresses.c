/*
 * The address map: where everything of the new version lives in an updated process, for the next
 * patch of a chain, which is made from the new version's file alone.
 *
 * Code is in the old image where it was left alone, and in a body otherwise.  Named data has one
 * place.  What has no name, or is the linker's (constants, jump tables, PLT entries, GOT slots), is
 * known by who refers to it: code that was left alone goes on using the old version's, a body what
 * it was bound to.  Where code that was left alone uses two places for what is one in the new
 * version, there is no answer, and no entry.
 *
 * Invariant: an address that is meant by the new version (the start of a thing) is in an entry only
 * if that is its place.
 */
#include <stdlib.h>
#include <string.h>

#include "diff/constants.h"
#include "make/maker.h"

#define NOWHERE ((uint32_t)2) /* in place of a space while the map is made */
#define GAP 64u		      /* alignment between neighbours that moved together */

typedef SU_VEC(struct su_patch_map) entries;

struct making {
	struct su_maker *maker;
	entries all;
	struct su_map *known; /* nameless addresses that code refers to that was left alone */
	struct su_map *bound; /* those that bodies refer to */
};

static void add_entry(entries *map, enum su_map_kind kind, uint64_t vaddr, uint64_t size,
		      struct su_spot spot)
{
	if (size)
		su_vec_push(map, (struct su_patch_map){ .vaddr = vaddr,
							.size = size,
							.addr = spot.addr,
							.kind = kind,
							.space = spot.space });
}

/* Keeps entries on either side from being merged over it. */
static void add_nowhere(entries *map, uint64_t vaddr)
{
	su_vec_push(map,
		    (struct su_patch_map){
			    .vaddr = vaddr, .size = 1, .kind = SU_MAP_DATA, .space = NOWHERE });
}

static struct su_spot in_image(uint64_t vaddr)
{
	return (struct su_spot){ .space = SU_SPACE_IMAGE, .addr = vaddr };
}

static struct su_spot in_patch(uint64_t addr)
{
	return (struct su_spot){ .space = SU_SPACE_PATCH, .addr = addr };
}

static uint64_t smaller_of(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* ---- code ---- */

static void add_part(struct su_maker *maker, entries *map, const struct su_routine *routine,
		     size_t p)
{
	const struct su_body *body = su_maker_body(maker, routine);
	const struct su_part *part = &routine->parts[p];
	uint64_t padding = su_maker_padding(maker->new_program, part->vaddr + part->size);

	if (body) {
		padding = smaller_of(padding, su_maker_body_padding(body, p));
		add_entry(map, SU_MAP_CODE, part->vaddr, part->size + padding,
			  in_patch(body->addr[p]));
		return;
	}
	const struct su_part *old = &routine->peer->parts[p];

	if (p >= routine->peer->part_count || old->size != part->size)
		return; /* start-up code of another toolchain */
	padding = smaller_of(padding, su_maker_padding(maker->old_program, old->vaddr + old->size));
	add_entry(map, SU_MAP_CODE, part->vaddr, part->size + padding, in_image(old->vaddr));
}

static void add_code(struct su_maker *maker, entries *map)
{
	const struct su_program *program = maker->new_program;

	for (size_t i = 0; i < program->routines.len; i++) {
		const struct su_routine *routine = &program->routines.at[i], *peer = routine->peer;
		bool body = su_maker_body(maker, routine) != NULL;

		if (!body && !peer)
			continue;
		for (size_t p = 0; p < routine->part_count; p++)
			add_part(maker, map, routine, p);
		if (body && peer && !peer->bypassed)
			add_entry(map, SU_MAP_ENTRY, routine->vaddr, 1, in_image(peer->vaddr));
	}
}

/* ---- named data ---- */

static bool placed_at(const struct su_maker *maker, uint64_t vaddr, struct su_spot *ret)
{
	void *stored = su_map_get_u64(maker->placed, vaddr);

	if (stored)
		*ret = in_patch((uint64_t)(uintptr_t)stored - 1);
	return stored != NULL;
}

/* New variables that only a later version may refer to have a place too. One with pointers that
 * lead nowhere has none. */
static bool place_new(struct su_maker *maker, struct su_datum *datum, struct su_spot *ret)
{
	uint64_t ignored;
	size_t pointers;

	if (placed_at(maker, datum->vaddr, ret))
		return true;
	su_image_relocs_in(maker->new_program->image, datum->vaddr, datum->size, &pointers);
	if (pointers || (datum->constant && datum->peer))
		return false;
	struct su_err *err = su_maker_place(maker, datum, &ignored);
	if (err) {
		su_err_destroy(err);
		return false;
	}
	return placed_at(maker, datum->vaddr, ret);
}

static void add_data(struct su_maker *maker, entries *map)
{
	struct su_program *program = maker->new_program;

	for (size_t i = 0; i < program->data.len; i++) {
		struct su_datum *datum = &program->data.at[i];
		struct su_spot spot;

		if (su_datum_stays(datum))
			add_entry(map, SU_MAP_DATA, datum->vaddr, datum->size,
				  in_image(datum->peer->vaddr));
		else if (place_new(maker, datum, &spot))
			add_entry(map, SU_MAP_DATA, datum->vaddr, datum->size, spot);
		else
			add_nowhere(map, datum->vaddr);
	}
}

/* ---- what is known by who refers to it ---- */

static bool is_nameless(const struct su_program *program, uint64_t vaddr)
{
	struct su_meaning meaning = su_program_meaning(program, vaddr);

	return (meaning.kind == SU_MEANS_ANONYMOUS || meaning.kind == SU_MEANS_LINKER ||
		(meaning.kind == SU_MEANS_IMPORT && !meaning.off));
}

static bool is_bound(struct su_maker *maker, const struct su_routine *user, uint64_t vaddr,
		     enum su_use use, uint64_t size, struct su_spot *ret)
{
	struct su_err *err = su_maker_bind(maker, user, vaddr, use, size, ret);
	bool bound = !err;

	su_err_destroy(err);
	return bound;
}

static uint64_t extent_of(const struct su_program *program, uint64_t vaddr)
{
	return su_program_meaning(program, vaddr).kind == SU_MEANS_ANONYMOUS
		       ? su_program_extent(program, vaddr)
		       : 1;
}

static void add_references(struct making *making, const struct su_routine *routine)
{
	const struct su_program *program = making->maker->new_program;
	const struct su_function *code = routine->code, *old = routine->peer->code;

	for (size_t i = 0; i < code->insn_count; i++) {
		for (int f = 0; f < 2; f++) {
			uint64_t to = code->insns[i].fields[f].target;
			uint64_t from = old->insns[i].fields[f].target;

			if (!code->insns[i].fields[f].size || !is_nameless(program, to))
				continue;
			add_entry(&making->all, SU_MAP_DATA, to,
				  smaller_of(extent_of(program, to),
					     extent_of(making->maker->old_program, from)),
				  in_image(from));
			su_map_put_u64(making->known, to, making);
		}
	}
}

/* Where a body's reference leads. The code that a body accesses a constant with does not make its
 * address, so where both differ the address counts. */
static void add_bound(struct making *making, const struct su_routine *routine, bool accesses)
{
	struct su_maker *maker = making->maker;
	const struct su_function *code = routine->code;

	for (size_t i = 0; i < code->insn_count; i++) {
		uint64_t size;
		enum su_use use = su_maker_use_of(&code->insns[i], &size);

		for (int f = 0; f < 2; f++) {
			uint64_t to = code->insns[i].fields[f].target;
			struct su_spot spot;

			if (!code->insns[i].fields[f].size || (use == SU_USE_ACCESS) != accesses ||
			    !is_nameless(maker->new_program, to) ||
			    su_map_get_u64(making->bound, to))
				continue;
			if (!(su_function_table_at(code, to) && placed_at(maker, to, &spot)) &&
			    !is_bound(maker, routine, to, use, size, &spot))
				continue;
			add_entry(&making->all, SU_MAP_DATA_NEW, to,
				  extent_of(maker->new_program, to), spot);
			su_map_put_u64(making->bound, to, making);
		}
	}
}

static void add_nameless(struct making *making)
{
	const struct su_program *program = making->maker->new_program;

	for (size_t i = 0; i < program->routines.len; i++) {
		const struct su_routine *routine = &program->routines.at[i];

		if (su_maker_body(making->maker, routine))
			add_bound(making, routine, false);
		else if (routine->peer && !routine->startup &&
			 routine->code->insn_count == routine->peer->code->insn_count)
			add_references(making, routine);
	}
	for (size_t i = 0; i < program->routines.len; i++) {
		if (su_maker_body(making->maker, &program->routines.at[i]))
			add_bound(making, &program->routines.at[i], true);
	}
}

/* What no code of the new version refers to, but that of a later one may. */
static void add_unused(struct making *making, uint64_t vaddr)
{
	const struct su_program *program = making->maker->new_program;
	struct su_spot spot;

	if (su_map_get_u64(making->known, vaddr) || su_map_get_u64(making->bound, vaddr) ||
	    !is_bound(making->maker, NULL, vaddr, SU_USE_ADDRESS, 0, &spot))
		return;
	add_entry(&making->all, SU_MAP_DATA_NEW, vaddr, extent_of(program, vaddr), spot);
	su_map_put_u64(making->bound, vaddr, making);
}

static void add_all_unused(struct making *making)
{
	const struct su_program *program = making->maker->new_program;

	for (size_t i = 0; i < program->anonymous.len; i++) {
		uint64_t vaddr = program->anonymous.at[i];

		if (su_program_meaning(program, vaddr).kind != SU_MEANS_ANONYMOUS)
			continue;
		if (su_program_string_at(program, vaddr))
			add_unused(making, vaddr);
		if (!su_map_get_u64(making->known, vaddr))
			add_nowhere(&making->all, vaddr);
	}
	for (size_t i = 0; i < program->image->symbol_count; i++) {
		uint64_t vaddr = program->image->symbols[i].vaddr;

		if (su_program_meaning(program, vaddr).kind == SU_MEANS_LINKER)
			add_unused(making, vaddr);
	}
}

/* ---- one table ---- */

static int compare_entries(const void *a, const void *b)
{
	const struct su_patch_map *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->vaddr != y->vaddr)
		return x->vaddr < y->vaddr ? -1 : 1;
	if (x->space != y->space)
		return x->space < y->space ? -1 : 1;
	return (x->addr > y->addr) - (x->addr < y->addr);
}

static bool moved_alike(const struct su_patch_map *a, const struct su_patch_map *b)
{
	return a->kind == b->kind && a->space == b->space && a->space != NOWHERE &&
	       a->addr - a->vaddr == b->addr - b->vaddr;
}

/* Of several entries for one address: one that says the same as all, or none. */
static struct su_patch_map settle_addresses(const struct su_patch_map *same, size_t count)
{
	struct su_patch_map entry = same[0];

	for (size_t i = 1; i < count; i++) {
		if (!moved_alike(&entry, &same[i]))
			entry.space = NOWHERE;
		else if (same[i].size > entry.size)
			entry.size = same[i].size;
	}
	return entry;
}

static bool is_neighbour(const struct su_patch_map *last, const struct su_patch_map *entry)
{
	uint64_t gap = entry->kind == SU_MAP_DATA ? GAP : 0;

	return entry->kind != SU_MAP_ENTRY && moved_alike(last, entry) &&
	       entry->vaddr <= last->vaddr + last->size + gap;
}

static void merge_entries(entries *map, struct su_patch_map entry)
{
	struct su_patch_map *last = map->len ? &map->at[map->len - 1] : NULL;

	if (last && is_neighbour(last, &entry)) {
		if (entry.vaddr + entry.size > last->vaddr + last->size)
			last->size = entry.vaddr + entry.size - last->vaddr;
		return;
	}
	if (last && last->kind == entry.kind && last->vaddr + last->size > entry.vaddr)
		last->size = entry.vaddr - last->vaddr; /* this one has a place of its own */
	su_vec_push(map, entry);
}

/* In two places for code that was left alone: for bodies there is no answer then either. */
static bool is_settled(struct making *making, const struct su_patch_map *entry)
{
	if (entry->space == NOWHERE && su_map_get_u64(making->known, entry->vaddr))
		su_map_put_u64(making->bound, entry->vaddr, making->known);
	return entry->kind != SU_MAP_DATA_NEW ||
	       su_map_get_u64(making->bound, entry->vaddr) != making->known;
}

/* The linker's `_end` may be the end of the image: no byte of it is there. */
static bool cut_to_image(const struct su_maker *maker, struct su_patch_map *entry)
{
	uint64_t high = maker->draft.head.image_high;

	if (entry->space == SU_SPACE_IMAGE && entry->addr + entry->size > high)
		entry->size = entry->addr < high ? high - entry->addr : 0;
	return entry->size && entry->space != NOWHERE;
}

static void write_map(struct making *making)
{
	entries *all = &making->all, map = { 0 };
	size_t count;

	if (all->len)
		qsort(all->at, all->len, sizeof(*all->at), compare_entries);
	for (size_t i = 0; i < all->len; i += count) {
		for (count = 1; i + count < all->len &&
				all->at[i + count].kind == all->at[i].kind &&
				all->at[i + count].vaddr == all->at[i].vaddr;)
			count++;
		struct su_patch_map entry = settle_addresses(&all->at[i], count);
		if (is_settled(making, &entry))
			merge_entries(&map, entry);
	}
	for (size_t i = 0; i < map.len; i++) {
		if (cut_to_image(making->maker, &map.at[i]))
			su_vec_push(&making->maker->draft.map, map.at[i]);
	}
	su_vec_deinit(&map);
}

void su_maker_add_map(struct su_maker *maker)
{
	struct making making = { .maker = maker };

	making.known = su_map_create();
	making.bound = su_map_create();
	add_code(maker, &making.all);
	add_data(maker, &making.all);
	add_nameless(&making);
	add_all_unused(&making);
	write_map(&making);
	su_map_destroy(making.known);
	su_map_destroy(making.bound);
	su_vec_deinit(&making.all);
}
