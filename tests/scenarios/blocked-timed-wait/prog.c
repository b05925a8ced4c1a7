/*
 * A thread waits in pthread_cond_timedwait() with a deadline inside a changed loop; the deadline
 * is kept, so it ends neither early nor much late.
 *
 * before: old late=0 n=\d+
 * after: new late=0 n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;

NOINLINE static long milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int main(void)
{
	begin();
	pthread_mutex_lock(&lock);
	for (int n = 0;; n++) {
		long until = milliseconds() + 100;
		struct timespec deadline = { until / 1000, until % 1000 * 1000000 };
		int status = pthread_cond_timedwait(&never, &lock, &deadline);
		long late = milliseconds() - until;

		if (status != ETIMEDOUT)
			printf("BAD status=%d\n", status);
#ifdef NEW
		printf("new late=%d n=%d\n", late < 0 || late > 5000, n);
#else
		printf("old late=%d n=%d\n", late < 0 || late > 5000, n);
#endif
	}
}
