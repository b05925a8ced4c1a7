/*
 * A changed loop sleeps in nanosleep(); the update neither shortens nor interrupts the sleep.
 *
 * before: old ok=1 n=\d+
 * after: new ok=1 n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

#include <time.h>

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		struct timespec nap = { .tv_nsec = 150 * 1000 * 1000 };
		double start = seconds();
		int status = nanosleep(&nap, NULL);
		double took = seconds() - start;

		if (status != 0)
			printf("BAD nanosleep=%d\n", status);
#ifdef NEW
		printf("new ok=%d n=%d\n", took > 0.1499 && took < 5, n);
#else
		printf("old ok=%d n=%d\n", took > 0.1499 && took < 5, n);
#endif
	}
}
