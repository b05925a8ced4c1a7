/* A bounds-checked reader: see cursor.h. */
#include "base/cursor.h"

#include <string.h>

struct su_cursor su_cursor_init(const void *bytes, uint64_t size)
{
	return (struct su_cursor){ .bytes = bytes, .size = size };
}

bool su_range_fits(uint64_t off, uint64_t size, uint64_t total)
{
	return off <= total && size <= total - off;
}

bool su_cursor_seek(struct su_cursor *cursor, uint64_t at)
{
	if (at > cursor->size)
		return false;
	cursor->at = at;
	return true;
}

bool su_cursor_skip(struct su_cursor *cursor, uint64_t count)
{
	if (count > su_cursor_left(cursor))
		return false;
	cursor->at += count;
	return true;
}

bool su_cursor_read(struct su_cursor *cursor, void *ret, size_t size)
{
	if (size > su_cursor_left(cursor))
		return false;
	if (size)
		memcpy(ret, cursor->bytes + cursor->at, size);
	cursor->at += size;
	return true;
}

bool su_cursor_slice(const struct su_cursor *cursor, uint64_t off, uint64_t size,
		     struct su_cursor *ret)
{
	if (!su_range_fits(off, size, cursor->size))
		return false;
	*ret = su_cursor_init(size ? cursor->bytes + off : NULL, size);
	return true;
}

const char *su_cursor_string_at(const struct su_cursor *cursor, uint64_t off)
{
	if (off >= cursor->size || !memchr(cursor->bytes + off, 0, cursor->size - off))
		return NULL;
	return (const char *)cursor->bytes + off;
}

uint64_t su_cursor_left(const struct su_cursor *cursor)
{
	return cursor->size - cursor->at;
}
