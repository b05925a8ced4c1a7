/*
 * Reading bytes that are not to be trusted.
 *
 * A cursor is a position in a range of bytes. Every read is checked against the end of the range
 * and copies out, so that neither length nor alignment of a file's contents is ever assumed. A
 * failed read leaves both the cursor and the output as they were. The bytes are borrowed.
 */
#ifndef SU_BASE_CURSOR_H
#define SU_BASE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct su_cursor {
	const uint8_t *bytes;
	uint64_t size;
	uint64_t at; /* <= size */
};

/* At the start of `size` bytes; `bytes` may be NULL when size is 0. */
struct su_cursor su_cursor_init(const void *bytes, uint64_t size);

/* Whether [off, off + size) lies in [0, total), without overflow. */
bool su_range_fits(uint64_t off, uint64_t size, uint64_t total);

bool su_cursor_seek(struct su_cursor *cursor, uint64_t at) SU_MUST_CHECK;
/* Moves on by `count` bytes. */
bool su_cursor_skip(struct su_cursor *cursor, uint64_t count) SU_MUST_CHECK;
/* Copies the next `size` bytes to `ret` and moves on. */
bool su_cursor_read(struct su_cursor *cursor, void *ret, size_t size) SU_MUST_CHECK;
/* The `size` bytes at `off`, as a cursor of their own. */
bool su_cursor_slice(const struct su_cursor *cursor, uint64_t off, uint64_t size,
		     struct su_cursor *ret) SU_MUST_CHECK;
/* The string at `off`, or NULL when it does not end within the range. */
const char *su_cursor_string_at(const struct su_cursor *cursor, uint64_t off);
uint64_t su_cursor_left(const struct su_cursor *cursor);

#endif
