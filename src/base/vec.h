/*
 * A growable array of any type.
 *
 *	SU_VEC(int) numbers = {0};
 *	su_vec_push(&numbers, 42);
 *	for (size_t i = 0; i < numbers.len; i++) use(numbers.at[i]);
 *	su_vec_deinit(&numbers);
 *
 * Elements may move when it grows: keep indexes, not pointers, while pushing.
 */
#ifndef SU_BASE_VEC_H
#define SU_BASE_VEC_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define SU_VEC(type)                                                                               \
	struct {                                                                                   \
		type *at;                                                                          \
		size_t len, cap;                                                                   \
	}

/* Appends `value`. */
#define su_vec_push(vec, ...)                                                                      \
	((vec)->at = su_vec_grow((vec)->at, (vec)->len, &(vec)->cap, sizeof(*(vec)->at)),          \
	 (vec)->at[(vec)->len++] = (__VA_ARGS__))

/* Appends a zeroed element and gives its address, valid until the next push. */
#define su_vec_add(vec)                                                                            \
	((vec)->at = su_vec_grow((vec)->at, (vec)->len, &(vec)->cap, sizeof(*(vec)->at)),          \
	 su_vec_zero(&(vec)->at[(vec)->len++], sizeof(*(vec)->at)))

/* Of bytes: makes it at least `end` long with elements `byte`. */
#define su_vec_fill(vec, end, byte)                                                                \
	((vec)->at = su_vec_fill_bytes((vec)->at, &(vec)->len, &(vec)->cap, (end), (byte)))

/* By `compare`, as qsort(3) has it. */
#define su_vec_sort(vec, compare)                                                                  \
	((vec)->len ? qsort((vec)->at, (vec)->len, sizeof(*(vec)->at), (compare)) : (void)0)
/* Behind the last element; of an empty one NULL, to which nothing may be added (C17 6.5.6). */
#define su_vec_end(vec) ((vec)->len ? (vec)->at + (vec)->len : (vec)->at)
#define su_vec_deinit(vec) (free((vec)->at), (vec)->at = NULL, (vec)->len = (vec)->cap = 0)

void *su_vec_grow(void *at, size_t len, size_t *cap, size_t elem_size);
uint8_t *su_vec_fill_bytes(uint8_t *at, size_t *len, size_t *cap, size_t end, uint8_t byte);
void *su_vec_zero(void *elem, size_t elem_size);

#endif
