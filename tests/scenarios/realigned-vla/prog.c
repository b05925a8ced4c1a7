/*
 * The active changed function has both a realigned frame and a variable-length array.
 *
 * before: old sum=\d+ n=\d+
 * after: new sum=\d+ n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

NOINLINE static void fill(int *values, int count, int n)
{
	for (int i = 0; i < count; i++)
		values[i] = n;
	tick();
}

NOINLINE static void step(int n)
{
	int fixed[16] __attribute__((aligned(64)));
	int count = 10 + n % 7;
	int values[count];
	int sum = 0;

	fill(fixed, 16, n);
	fill(values, count, 1);
	for (int i = 0; i < 16; i++)
		sum += fixed[i];
	for (int i = 0; i < count; i++)
		sum += values[i];
	if (sum != 16 * n + count || opaque((long)fixed) % 64)
		printf("BAD sum=%d\n", sum);
#ifdef NEW
	printf("new sum=%d n=%d\n", sum, n);
#else
	printf("old sum=%d n=%d\n", sum, n);
#endif
}

int main(void)
{
	begin();
	for (int n = 0;; n++)
		step(n);
}
