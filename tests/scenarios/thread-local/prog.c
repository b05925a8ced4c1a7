/*
 * Thread-local variables of changed functions keep their values in every thread.
 *
 * before: w0 old n=\d+
 * before: w1 old n=\d+
 * after: w0 new n=\d+
 * after: w1 new n=\d+
 * sequence: (w\d) \w+ n=(\d+)
 */
#include "support.h"

#include <pthread.h>

static __thread int count;
static __thread int start = 5;

NOINLINE static void step(int id)
{
#ifdef NEW
	printf("w%d new n=%d\n", id, start + count++);
#else
	printf("w%d old n=%d\n", id, start + count++);
#endif
	tick();
}

static void *worker(void *arg)
{
	for (;;)
		step((int)(long)arg);
	return NULL;
}

int main(void)
{
	pthread_t thread;

	begin();
	pthread_create(&thread, NULL, worker, (void *)1);
	worker((void *)0);
}
