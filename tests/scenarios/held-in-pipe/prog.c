/*
 * A frame object moves while its address is under way in a pipe.
 *
 * before: old n=\d+
 * expect: refuse
 * reason: bytes under way in a pipe|is held in memory
 */
#include "moving.h"

#include <unistd.h>

static int ends[2];

static void put(struct record *record)
{
	if (write(ends[1], &record, sizeof(record)) != sizeof(record))
		abort();
}

NOINLINE static void count(void)
{
	struct record *record;

	if (read(ends[0], &record, sizeof(record)) != sizeof(record))
		abort();
	record->n++;
	put(record);
}

NOINLINE static void give(struct record *record)
{
	if (pipe(ends) != 0)
		abort();
	put(record);
}
