/*
 * The active changed function aligns its frame to 64 bytes.
 *
 * before: old aligned=1 sum=\d+ n=\d+
 * after: new aligned=1 sum=\d+ n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

NOINLINE static int fill(int *values, int n)
{
	for (int i = 0; i < 16; i++)
		values[i] = n;
	tick();
	return 0;
}

NOINLINE static void step(int n)
{
	int values[16] __attribute__((aligned(64)));
	int sum = fill(values, n);
	int aligned = opaque((long)values) % 64 == 0;

	for (int i = 0; i < 16; i++)
		sum += values[i];
	if (sum != n * 16)
		printf("BAD sum=%d\n", sum);
#ifdef NEW
	printf("new aligned=%d sum=%d n=%d\n", aligned, sum, n);
#else
	printf("old aligned=%d sum=%d n=%d\n", aligned, sum, n);
#endif
}

int main(void)
{
	begin();
	for (int n = 0;; n++)
		step(n);
}
