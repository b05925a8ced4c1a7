/* Whose the pages of a mapping are: see pages.h. */
#include "process/pages.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/watch.h"

#define PAGE UINT64_C(4096)
#define MOST_PART (UINT64_C(64) << 20)
#define OF_FILE (UINT64_C(1) << 61)
#define SWAPPED (UINT64_C(1) << 62)
#define PRESENT (UINT64_C(1) << 63)

bool su_pages_part(pid_t pid, const struct su_mapping *mapping, struct su_file_part *ret)
{
	struct su_file_part part = { .offset = mapping->offset,
				     .size = mapping->end - mapping->start };

	if (!mapping->inode || mapping->shared || mapping->writable ||
	    !su_maps_file_id(pid, mapping, &part.file))
		return false;
	*ret = part;
	return true;
}

bool su_pages_same_part(const struct su_file_part *one, const struct su_file_part *other)
{
	return !memcmp(&one->file, &other->file, sizeof(one->file)) &&
	       one->offset == other->offset && one->size == other->size;
}

uint8_t *su_pages_read_part(pid_t pid, const struct su_mapping *mapping)
{
	size_t size = mapping->end - mapping->start;
	uint8_t *bytes = size <= MOST_PART ? su_alloc(size + 1) : NULL;
	int fd = bytes ? su_maps_open_file(pid, mapping) : -1;

	su_watch_begin();
	ssize_t got = fd >= 0 ? pread(fd, bytes, size, (off_t)mapping->offset) : -1;
	su_watch_end();
	if (fd >= 0)
		close(fd);
	/* The last page goes on with zeros. */
	if (got > 0 && (uint64_t)got > size - PAGE)
		return bytes;
	free(bytes);
	return NULL;
}

static bool is_own(uint64_t entry)
{
	return entry & SWAPPED || (entry & PRESENT && !(entry & OF_FILE));
}

bool su_pages_own(pid_t pid, const struct su_mapping *mapping, bool *ret)
{
	size_t count = (mapping->end - mapping->start) / PAGE, size = count * sizeof(uint64_t);
	off_t first = (off_t)(mapping->start / PAGE * sizeof(uint64_t));
	SU_FREE uint64_t *entries = su_alloc(size);
	int fd = su_maps_open_pages(pid);
	bool says = fd >= 0 && pread(fd, entries, size, first) == (ssize_t)size;

	if (fd >= 0)
		close(fd);
	for (size_t i = 0; i < count && says; i++)
		ret[i] = is_own(entries[i]);
	return says;
}

bool su_pages_none_own(pid_t pid, const struct su_mapping *mapping)
{
	size_t count = (mapping->end - mapping->start) / PAGE;
	SU_FREE bool *own = su_alloc(count);
	bool none = su_pages_own(pid, mapping, own);

	for (size_t i = 0; i < count && none; i++)
		none = !own[i];
	return none;
}
