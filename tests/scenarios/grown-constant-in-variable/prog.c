/*
 * A variable that is kept points to a constant table from the start, and the table grows.
 *
 * before: first 10 n=\d+
 * expect: refuse
 * reason: constant 'table' .*its old address is kept: its address is in variable 'current'
 */
#include "support.h"

#ifdef NEW
static const long table[] = { 10, 20, 30 };
#else
static const long table[] = { 10, 20 };
#endif

const long *current = table;

NOINLINE static long last(void)
{
	return table[sizeof(table) / sizeof(table[0]) - 1 - opaque(0)];
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		if (last() < 20)
			printf("BAD\n");
		printf("first %ld n=%d\n", current[opaque(0)], n);
		tick();
	}
}
