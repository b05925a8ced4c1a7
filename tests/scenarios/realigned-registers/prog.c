/*
 * An active function with a realigned frame keeps fewer values across its calls than the new one
 * does, so the aligned part starts at another distance from the CFA. Both have arguments on the
 * stack.
 *
 * before: old sum=\d+ n=\d+
 * after: new sum=\d+ n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

struct block {
	long cells[8];
} __attribute__((aligned(64)));

NOINLINE static void fill(struct block *block, long n)
{
	for (int i = 0; i < 8; i++)
		block->cells[i] = n;
	if (opaque((long)block) % 64)
		printf("BAD alignment\n");
	tick();
}

NOINLINE static long step(long a, long b, long c, long d, long e, long f, long g, long h)
{
	struct block block;
	long sum = opaque(a) + b;
#ifdef NEW
	long more = opaque(c), yet = opaque(d), again = opaque(e);
#endif

	fill(&block, a);
	sum += opaque(g) + h;
#ifdef NEW
	sum += block.cells[opaque(7)] + more - c + yet - d + again - e;
#else
	sum += block.cells[opaque(7)];
#endif
	fill(&block, sum);
	return block.cells[opaque(3)] + c + d + e + f;
}

int main(void)
{
	begin();
	for (long n = 0;; n++) {
		long sum = step(n, 1, 2, 3, 4, 5, 6, 7);

		if (sum != 2 * n + 28)
			printf("BAD sum=%ld\n", sum);
#ifdef NEW
		printf("new sum=%ld n=%ld\n", sum, n);
#else
		printf("old sum=%ld n=%ld\n", sum, n);
#endif
	}
}
