/*
 * Records of a type that changes are on the heap, of a number that the process finds out, and known by
 * pointers without a type: no size of one is anywhere in the code.
 *
 * before: old sum=6
 * expect: refuse
 * reason: the layout of 'struct record'
 */
#include "support.h"

#include <stdlib.h>

struct record {
	long id;
#ifdef NEW
	long added;
#endif
	long value;
	long spare;
};

static void *kept;
static long count;

NOINLINE static void fill(struct record *record, long value)
{
	record->id = value;
	record->value = value;
}

NOINLINE static long sum(const struct record *records)
{
	long result = 0;

	for (long i = 0; i < count; i++)
		result += records[i].value;
	return result;
}

int main(void)
{
	begin();
	count = opaque(3);
	kept = malloc((size_t)count * sizeof(struct record));
	for (long i = 0; i < count; i++)
		fill((struct record *)kept + i, i + 1);
	for (;;) {
#ifdef NEW
		printf("new sum=%ld\n", sum(kept));
#else
		printf("old sum=%ld\n", sum(kept));
#endif
		tick();
	}
}
