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

void *su_vec_zero(void *elem, size_t elem_size)
{
	return memset(elem, 0, elem_size);
}
