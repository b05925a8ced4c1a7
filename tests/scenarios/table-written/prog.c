/*
 * A table grows of which the program has written one entry: what the new one starts with would undo
 * that.
 *
 * before: old second=5 n=\d+
 * expect: refuse
 * reason: variable 'table' .*has written to
 */
#include "support.h"

#ifdef NEW
static int table[] = { 1, 2, 3 };
#else
static int table[] = { 1, 2 };
#endif

NOINLINE static int last(void)
{
	return table[sizeof(table) / sizeof(table[0]) - 1 - opaque(0)];
}

int main(void)
{
	begin();
	table[opaque(1)] = 5;
	for (int n = 0;; n++) {
		if (last() == 3)
			printf("BAD last\n");
		printf("old second=%d n=%d\n", table[opaque(1)], n);
		tick();
	}
}
