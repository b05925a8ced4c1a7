/* A growable array: see vec.h. */
#include "base/vec.h"

#include <string.h>

#include "base/alloc.h"

void *su_vec_grow(void *at, size_t len, size_t *cap, size_t elem_size)
{
	if (len < *cap)
		return at;
	*cap = *cap ? *cap * 2 : 8;
	return su_realloc(at, *cap * elem_size);
}

uint8_t *su_vec_fill_bytes(uint8_t *at, size_t *len, size_t *cap, size_t end, uint8_t byte)
{
	if (*len >= end)
		return at;
	while (*cap < end)
		at = su_vec_grow(at, *cap, cap, 1);
	memset(at + *len, byte, end - *len);
	*len = end;
	return at;
}

void *su_vec_zero(void *elem, size_t elem_size)
{
	return memset(elem, 0, elem_size);
}
