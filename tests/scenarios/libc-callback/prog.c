/*
 * A changed comparison function is called by qsort(), and is active below libc's frames.
 *
 * before: order=1234 n=\d+
 * after: order=4321 n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

static int compare(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	tick();
#ifdef NEW
	return y - x;
#else
	return x - y;
#endif
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		int values[] = { 3, 1, 4, 2 };

		qsort(values, 4, sizeof(values[0]), compare);
		printf("order=%d%d%d%d n=%d\n", values[0], values[1], values[2], values[3], n);
	}
}
