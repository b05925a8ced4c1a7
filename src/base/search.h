/*
 * Binary search.
 *
 *	static bool starts_before(const void *element, const void *key)
 *	...
 *	size_t first = su_search(list.at, list.len, sizeof(*list.at), &vaddr, starts_before);
 *	size_t same_first = su_search_below(list.at, list.len, vaddr, vaddr);
 */
#ifndef SU_BASE_SEARCH_H
#define SU_BASE_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

static inline size_t su_search_u64(const void *at, size_t count, size_t size, size_t member,
				   uint64_t limit, bool with_limit)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		uint64_t value = *(const uint64_t *)((const char *)at + middle * size + member);

		if (value < limit || (value == limit && with_limit))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Of elements that are sorted by a uint64_t member: how many have one below `limit`, or up to it. */
#define su_search_below(at, count, member, limit)                                                  \
	su_search_u64(at, count, sizeof(*(at)), SU_OFFSET_OF_U64(at, member), limit, false)
#define su_search_until(at, count, member, limit)                                                  \
	su_search_u64(at, count, sizeof(*(at)), SU_OFFSET_OF_U64(at, member), limit, true)
/* What is taken the size of is there for its type alone. */
#define SU_OFFSET_OF_U64(at, member)                                                               \
	(offsetof(__typeof__(*(at)), member) + 0 * sizeof((const uint64_t *){ &(at)->member }))

#endif
