/*
 * An active function of ten parameters changes; four of them are on the stack.
 *
 * before: old sum=55 n=\d+
 * after: new sum=1045 n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

NOINLINE static long sum(long a, long b, long c, long d, long e, long f, long g, long h, long i,
			 long j)
{
	tick();
#ifdef NEW
	return a + b + c + d + e + f + g + h + i + j * 100;
#else
	return a + b + c + d + e + f + g + h + i + j;
#endif
}

NOINLINE static void report(long value, int n)
{
#ifdef NEW
	printf("new sum=%ld n=%d\n", value, n);
#else
	printf("old sum=%ld n=%d\n", value, n);
#endif
}

int main(void)
{
	begin();
	for (int n = 0;; n++)
		report(sum(opaque(1), 2, 3, 4, 5, 6, 7, 8, 9, opaque(10)), n);
}
