/*
 * Cells and regions of a frame: see values.h for what they are.
 *
 * A root (frame_scan.h) names the object that it points into, by DWARF where that knows one;
 * otherwise the region goes from the root to the next thing known above it.  Direct accesses outside
 * of regions make cells; overlapping ones become one cell.
 */
#include "analysis/cells.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/frame_scan.h"
#include "analysis/states.h"

/* ---- regions ---- */

/* The frame variable of DWARF that `off` points into (or just past) before the instruction at
 * `vaddr`, where the registers hold `state`; -1: none. */
static int32_t local_at(const struct su_values *values, const uint32_t *state, int64_t off,
			uint64_t vaddr, int64_t *ret_off, uint64_t *ret_size)
{
	const struct su_local *locals;
	size_t count;
	int32_t found = -1;
	struct su_err *err = su_debug_locals(values->debug, values->entry, &locals, &count);

	if (err) {
		su_err_destroy(err);
		return -1;
	}
	for (size_t i = 0; i < count; i++) {
		if (!locals[i].size)
			continue;
		struct su_loc loc = su_values_location(
			values, state,
			su_debug_local_at(values->debug, values->entry, (uint32_t)i, vaddr));
		if (loc.kind != SU_LOC_FRAME || off < loc.off ||
		    off > loc.off + (int64_t)locals[i].size)
			continue;
		bool past_end = off == loc.off + (int64_t)locals[i].size;
		if (past_end && found >= 0)
			continue;
		found = (int32_t)i;
		*ret_off = loc.off;
		*ret_size = locals[i].size;
		if (!past_end)
			break;
	}
	return found;
}

/* The variable that a root points into.  Where its address is computed, DWARF may still have it in
 * a register (a parameter that was just stored); when the next call comes, it is in memory. */
static int32_t local_of_root(struct su_frame_scan *scan, const struct su_frame_root *root,
			     int64_t *ret_off, uint64_t *ret_size)
{
	struct su_values *values = scan->values;
	const struct su_function *code = values->code;
	const struct su_block *block = &code->blocks[code->block_of[root->insn]];
	int32_t local = -1;

	for (uint32_t i = root->insn; i < block->first + block->count && local < 0; i++) {
		su_values_before(values, i, scan->state);
		local = local_at(values, scan->state, root->off, code->insns[i].vaddr, ret_off,
				 ret_size);
		if (code->insns[i].opcode == SU_OPC_CALL)
			break;
	}
	return local;
}

static int compare_root(const void *a, const void *b)
{
	const struct su_frame_root *x = a, *y = b;

	return (x->off > y->off) - (x->off < y->off);
}

static int compare_region(const void *a, const void *b)
{
	const struct su_region *x = a, *y = b;

	return (x->off > y->off) - (x->off < y->off);
}

/* Where an object without a name that starts at `off` ends at the latest. */
static int64_t unnamed_end(const struct su_frame_scan *scan, int64_t off)
{
	int64_t end = off < 0 ? -8 : INT64_MAX; /* the return address */

	if (su_frame_base(off) == SU_FRAME_ALIGNED)
		end = SU_ALIGNED_BASE;

	for (size_t i = 0; i < scan->saved_offs.len; i++) {
		if (scan->saved_offs.at[i] > off && scan->saved_offs.at[i] < end)
			end = scan->saved_offs.at[i];
	}
	for (size_t i = 0; i < scan->roots.len; i++) {
		if (scan->roots.at[i].off > off && scan->roots.at[i].off < end)
			end = scan->roots.at[i].off;
	}
	for (size_t i = 0; i < scan->values->regions.len; i++) {
		const struct su_region *region = &scan->values->regions.at[i];

		if (region->off > off && region->off < end)
			end = region->off;
	}
	return end == INT64_MAX ? off + 8 : end;
}

static void add_region(struct su_values *values, struct su_region region)
{
	for (size_t i = 0; i < values->regions.len; i++) {
		struct su_region *known = &values->regions.at[i];

		if (known->off == region.off && known->size == region.size &&
		    known->local == region.local) {
			known->retained |= region.retained;
			return;
		}
	}
	su_vec_push(&values->regions, region);
}

static bool inside_region(struct su_values *values, int64_t off, bool retained)
{
	for (size_t i = 0; i < values->regions.len; i++) {
		struct su_region *region = &values->regions.at[i];

		if (off >= region->off && off < region->off + (int64_t)region->size) {
			region->retained |= retained;
			return true;
		}
	}
	return false;
}

static void make_regions(struct su_frame_scan *scan)
{
	struct su_values *values = scan->values;

	if (scan->roots.len)
		qsort(scan->roots.at, scan->roots.len, sizeof(struct su_frame_root), compare_root);
	for (size_t i = 0; i < scan->roots.len; i++) {
		const struct su_frame_root *root = &scan->roots.at[i];
		struct su_region region = { .retained = root->retained };

		region.local = local_of_root(scan, root, &region.off, &region.size);
		if (region.local >= 0)
			add_region(values, region);
	}
	for (size_t i = 0; i < scan->roots.len; i++) {
		const struct su_frame_root *root = &scan->roots.at[i];

		if (inside_region(values, root->off, root->retained))
			continue;
		if (root->off >= -8 && root->off < 0) /* the return address is no object */
			continue;
		add_region(values,
			   (struct su_region){
				   .off = root->off,
				   .size = (uint64_t)(unnamed_end(scan, root->off) - root->off),
				   .local = -1,
				   .retained = root->retained });
	}
	if (values->regions.len)
		qsort(values->regions.at, values->regions.len, sizeof(struct su_region),
		      compare_region);
}

/* ---- cells ---- */

static int compare_cell(const void *a, const void *b)
{
	const struct su_cell *x = a, *y = b;

	if (x->off != y->off)
		return (x->off > y->off) - (x->off < y->off);
	return (x->size < y->size) - (x->size > y->size);
}

static bool touches_region(const struct su_values *values, const struct su_cell *cell)
{
	for (size_t i = 0; i < values->regions.len; i++) {
		const struct su_region *region = &values->regions.at[i];

		if (cell->off < region->off + (int64_t)region->size &&
		    region->off < cell->off + (int64_t)cell->size)
			return true;
	}
	return false;
}

static void make_cells(struct su_frame_scan *scan)
{
	struct su_values *values = scan->values;
	struct su_cell *cells =
		su_arena_alloc(values->arena, (scan->accesses.len + 1) * sizeof(*cells));
	size_t count = 0;

	if (scan->accesses.len)
		qsort(scan->accesses.at, scan->accesses.len, sizeof(struct su_cell), compare_cell);
	for (size_t i = 0; i < scan->accesses.len; i++) {
		struct su_cell access = scan->accesses.at[i];
		struct su_cell *last = count ? &cells[count - 1] : NULL;

		if (last && access.off < last->off + (int64_t)last->size) {
			int64_t end = access.off + (int64_t)access.size;

			last->is_read |= access.is_read;
			last->is_loaded |= access.is_loaded;
			if (end > last->off + (int64_t)last->size)
				last->size = (uint32_t)(end - last->off);
		} else {
			cells[count++] = access;
		}
	}
	for (size_t i = 0; i < count; i++)
		cells[i].in_region = touches_region(values, &cells[i]);
	values->cells = cells;
	values->cell_count = count;
}

static uint64_t frame_fingerprint(const struct su_values *values)
{
	uint64_t hash = 0;

	for (size_t i = 0; i < values->regions.len; i++) {
		const struct su_region *region = &values->regions.at[i];
		int64_t parts[4] = { region->off, (int64_t)region->size, region->local,
				     region->retained };

		hash = su_hash(parts, sizeof(parts), hash);
	}
	for (size_t i = 0; i < values->code->insn_count; i++) {
		if (values->fixed_end[i] != SU_NO_OFF)
			hash = su_hash(&values->fixed_end[i], sizeof(int64_t), hash + i);
	}
	for (size_t i = 0; i < values->cell_count; i++) {
		const struct su_cell *cell = &values->cells[i];
		int64_t parts[4] = { cell->off, cell->size, cell->in_region, cell->is_loaded };

		hash = su_hash(parts, sizeof(parts), hash);
	}
	return hash;
}

bool su_frame_find(struct su_values *values, bool keep_regions)
{
	struct su_frame_scan scan = { .values = values };
	uint64_t before = frame_fingerprint(values);

	values->unknown = NULL;
	values->escape = (struct su_escape){ 0 };
	values->alignment = 0;
	su_dynamic_find(values);
	scan.state = su_alloc(values->loc_count * sizeof(*scan.state));
	su_frame_scan(&scan);
	if (!keep_regions)
		values->regions.len = 0;
	make_regions(&scan);
	make_cells(&scan);
	free(scan.state);
	su_vec_deinit(&scan.roots);
	su_vec_deinit(&scan.accesses);
	su_vec_deinit(&scan.saved_offs);
	return frame_fingerprint(values) != before;
}
