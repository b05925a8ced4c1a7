/*
 * Binary search.
 *
 *	static bool starts_before(const void *element, const void *key)
 *	...
 *	size_t first = su_search(list.at, list.len, sizeof(*list.at), &vaddr, starts_before);
 */
#ifndef SU_BASE_SEARCH_H
#define SU_BASE_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

/* How many elements of the array `at` lie before the key: it is sorted such that those come first.
 */
static inline size_t su_search(const void *at, size_t count, size_t size, const void *key,
			       bool (*lies_before)(const void *element, const void *key))
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (lies_before((const char *)at + middle * size, key))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

#endif
