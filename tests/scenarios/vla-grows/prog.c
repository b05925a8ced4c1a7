/*
 * A variable-length array is live in an active function whose fixed frame grows: the array is where
 * the new frame would have to be.
 *
 * before: old last=\d+ n=\d+
 * after: new last=\d+ n=\d+
 * sequence: \bn=(\d+)
 * expect: either
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
#ifdef NEW
	char text[200];
#endif

	fill(values, count);
	if (values[0] != 0 || values[count - 1] != 9 + n % 7)
		printf("BAD last=%d\n", values[count - 1]);
#ifdef NEW
	snprintf(text, sizeof(text), "last=%d", values[count - 1]);
	printf("new %s n=%d\n", text, n);
#else
	printf("old last=%d n=%d\n", values[count - 1], n);
#endif
}

int main(void)
{
	begin();
	for (int n = 0;; n++)
		step(n);
}
