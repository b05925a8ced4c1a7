/*
 * A recursion whose levels wait one in the other while three updates are made and taken back: each
 * activation comes from the version in which it was begun.
 *
 * versions: 4
 * lines: v{V} depth=\d+ sum=\d+
 */
#include "support.h"

NOINLINE static long descend(int depth, long sum)
{
	long here = depth * 3 + (VERSION >= 3 ? opaque(0) : 0);
#if VERSION % 2 == 0
	long twice = here * 2;
#endif

	tick();
	printf("v%d depth=%d sum=%ld\n", VERSION, depth, sum);
	if (depth < 60)
		sum = descend(depth + 1, sum + here);
	if (here != depth * 3)
		printf("BAD depth=%d\n", depth);
#if VERSION % 2 == 0
	if (twice != here * 2)
		printf("BAD twice\n");
#endif
	tick();
	return sum;
}

int main(void)
{
	begin();
	for (;;) {
		long sum = descend(0, 0);

		if (sum != 3 * 59 * 60 / 2)
			printf("BAD sum=%ld\n", sum);
	}
}
