/*
 * A changed loop waits in poll() with a time-out that must neither restart nor end early.
 *
 * before: old ok=1 n=\d+
 * after: new ok=1 n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

#include <poll.h>
#include <time.h>
#include <unistd.h>

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(void)
{
	int ends[2];

	begin();
	if (pipe(ends) != 0)
		return 1;
	for (int n = 0;; n++) {
		struct pollfd wait = { .fd = ends[0], .events = POLLIN };
		double start = seconds();
		int status = poll(&wait, 1, 150);
		double took = seconds() - start;

		if (status != 0)
			printf("BAD poll=%d\n", status);
#ifdef NEW
		printf("new ok=%d n=%d\n", took > 0.149 && took < 5, n);
#else
		printf("old ok=%d n=%d\n", took > 0.149 && took < 5, n);
#endif
	}
}
