/*
 * A table grows, and memory from the heap holds the address of its last entry.
 *
 * before: old held=2 n=\d+
 * expect: refuse
 * reason: variable 'table' gets another place, and its address is held in memory
 */
#include "support.h"

#ifdef NEW
static int table[] = { 1, 2, 3 };
#else
static int table[] = { 1, 2 };
#endif

static int **holder;

NOINLINE static int *last(void)
{
	return &table[sizeof(table) / sizeof(table[0]) - 1 - opaque(0)];
}

int main(void)
{
	begin();
	holder = malloc(sizeof(*holder));
	*holder = last();
	for (int n = 0;; n++) {
		if (*last() == 3)
			printf("BAD last\n");
		printf("old held=%d n=%d\n", **holder, n);
		tick();
	}
}
