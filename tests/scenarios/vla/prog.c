/*
 * A variable-length array is live in the active changed function.
 *
 * before: old last=\d+ n=\d+
 * after: new last=\d+ n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

NOINLINE static int fill(int *values, int count)
{
	for (int i = 0; i < count; i++)
		values[i] = i;
	tick();
	return values[0];
}

NOINLINE static void step(int n)
{
	int count = 10 + n % 7;
	int values[count];

	fill(values, count);
#ifdef NEW
	printf("new last=%d n=%d\n", values[count - 1], n);
#else
	printf("old last=%d n=%d\n", values[count - 1], n);
#endif
	if (values[count - 1] != 9 + n % 7)
		printf("BAD last=%d\n", values[count - 1]);
}

int main(void)
{
	begin();
	for (int n = 0;; n++)
		step(n);
}
