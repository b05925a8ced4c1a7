/*
 * From an address to its symbol in O(log n), nested and empty symbols included.
 *
 * The symbols that may answer are laid out once as disjoint ranges, each with the symbol that wins
 * there: a sweep over all starts and ends keeps the symbols that cover the current point in a heap
 * whose top starts last (of equal starts: the first alias).  A symbol of size zero counts as
 * covering its own address, and only where no sized symbol does: assembly functions without .size
 * are found, and a label inside of a function does not hide the function.
 */
#include <stdlib.h>

#include "elf/elf_private.h"

#include "base/search.h"

struct sweep {
	SU_VEC(const struct su_symbol *) heap;	  /* covers the point, or has ended below the top */
	SU_VEC(const struct su_symbol *) symbols; /* candidates, ascending by start */
	SU_VEC(uint64_t) points;		  /* starts and ends, ascending */
	SU_VEC(struct su_symbol_range) ranges;
};

static bool is_candidate(const struct su_symbol *symbol)
{
	if (symbol->shndx == SHN_UNDEF || symbol->shndx >= SHN_LORESERVE)
		return false;
	if (symbol->type == STT_NOTYPE)
		return symbol->size > 0;
	return symbol->type == STT_OBJECT || symbol->type == STT_FUNC;
}

static uint64_t end_of(const struct su_symbol *symbol)
{
	uint64_t size = symbol->size ? symbol->size : 1;

	return symbol->vaddr + size < symbol->vaddr ? UINT64_MAX : symbol->vaddr + size;
}

/* Whether `a` is to be reported rather than `b` where both cover. */
static bool wins_over(const struct su_symbol *a, const struct su_symbol *b)
{
	if (!a->size != !b->size)
		return a->size > 0;
	if (a->vaddr != b->vaddr)
		return a->vaddr > b->vaddr;
	return su_symbol_compare_aliases(a, b) < 0;
}

static void heap_swap(struct sweep *sweep, size_t i, size_t j)
{
	const struct su_symbol *kept = sweep->heap.at[i];

	sweep->heap.at[i] = sweep->heap.at[j];
	sweep->heap.at[j] = kept;
}

static void heap_push(struct sweep *sweep, const struct su_symbol *symbol)
{
	size_t i = sweep->heap.len;

	su_vec_push(&sweep->heap, symbol);
	while (i && wins_over(sweep->heap.at[i], sweep->heap.at[(i - 1) / 2])) {
		heap_swap(sweep, i, (i - 1) / 2);
		i = (i - 1) / 2;
	}
}

static void heap_pop(struct sweep *sweep)
{
	size_t i = 0;

	sweep->heap.at[0] = sweep->heap.at[--sweep->heap.len];
	for (;;) {
		size_t best = i;

		for (size_t child = 2 * i + 1; child <= 2 * i + 2; child++) {
			if (child < sweep->heap.len &&
			    wins_over(sweep->heap.at[child], sweep->heap.at[best]))
				best = child;
		}
		if (best == i)
			return;
		heap_swap(sweep, i, best);
		i = best;
	}
}

static int compare_points(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void collect_points(struct sweep *sweep, const struct su_image *image)
{
	for (size_t i = 0; i < image->symbol_count; i++) {
		const struct su_symbol *symbol = &image->symbols[i];

		if (!is_candidate(symbol))
			continue;
		su_vec_push(&sweep->symbols, symbol);
		su_vec_push(&sweep->points, symbol->vaddr);
		su_vec_push(&sweep->points, end_of(symbol));
	}
	if (sweep->points.len)
		qsort(sweep->points.at, sweep->points.len, sizeof(*sweep->points.at),
		      compare_points);
}

static void add_range(struct sweep *sweep, uint64_t vaddr, const struct su_symbol *symbol)
{
	if (sweep->ranges.len && sweep->ranges.at[sweep->ranges.len - 1].symbol == symbol)
		return;
	su_vec_push(&sweep->ranges, (struct su_symbol_range){ .vaddr = vaddr, .symbol = symbol });
}

static void run_sweep(struct sweep *sweep)
{
	size_t next = 0;

	for (size_t i = 0; i < sweep->points.len; i++) {
		uint64_t point = sweep->points.at[i];

		if (i && point == sweep->points.at[i - 1])
			continue;
		while (next < sweep->symbols.len && sweep->symbols.at[next]->vaddr == point)
			heap_push(sweep, sweep->symbols.at[next++]);
		while (sweep->heap.len && end_of(sweep->heap.at[0]) <= point)
			heap_pop(sweep);
		add_range(sweep, point, sweep->heap.len ? sweep->heap.at[0] : NULL);
	}
}

void su_image_index_symbols(struct su_image *image)
{
	struct su_image_private *priv = image->priv;
	struct sweep sweep = { 0 };

	collect_points(&sweep, image);
	run_sweep(&sweep);
	priv->ranges = su_arena_copy(priv->arena, sweep.ranges.at,
				     sweep.ranges.len * sizeof(*sweep.ranges.at));
	priv->range_count = sweep.ranges.len;
	su_vec_deinit(&sweep.heap);
	su_vec_deinit(&sweep.symbols);
	su_vec_deinit(&sweep.points);
	su_vec_deinit(&sweep.ranges);
}

const struct su_symbol *su_image_symbol_at(const struct su_image *image, uint64_t vaddr)
{
	const struct su_symbol_range *ranges = image->priv->ranges;
	size_t after = su_search_until(ranges, image->priv->range_count, vaddr, vaddr);

	return after ? ranges[after - 1].symbol : NULL;
}
