/*
 * Sixty-four threads are in a changed loop at once.
 *
 * before: w0 old n=\d+
 * before: w63 old n=\d+
 * after: w0 new n=\d+
 * after: w63 new n=\d+
 * sequence: (w\d+) \w+ n=(\d+)
 */
#include "support.h"

#include <pthread.h>

#define THREADS 64

static void *worker(void *arg)
{
	long id = (long)arg;

	for (int n = 0;; n++) {
		for (int i = 0; i < 10; i++)
			tick();
#ifdef NEW
		printf("w%ld new n=%d\n", id, n);
#else
		printf("w%ld old n=%d\n", id, n);
#endif
	}
	return NULL;
}

int main(void)
{
	pthread_t threads[THREADS];

	begin();
	for (long i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, worker, (void *)i);
	pthread_join(threads[0], NULL);
}
