/*
 * The loop of four worker threads changes while all four are in it; main waits in a join.
 *
 * before: w0 old n=\d+
 * before: w1 old n=\d+
 * before: w2 old n=\d+
 * before: w3 old n=\d+
 * after: w0 new fresh=\d+ n=\d+
 * after: w1 new fresh=\d+ n=\d+
 * after: w2 new fresh=\d+ n=\d+
 * after: w3 new fresh=\d+ n=\d+
 * sequence: (w\d) .*n=(\d+)
 */
#include "support.h"

#include <pthread.h>

static void *worker(void *arg)
{
	int id = (int)(long)arg;
	int n = 0;
#ifdef NEW
	int fresh = 0;
#endif

	for (;;) {
		tick();
#ifdef NEW
		fresh++;
		printf("w%d new fresh=%d n=%d\n", id, fresh, n);
#else
		printf("w%d old n=%d\n", id, n);
#endif
		n++;
	}
	return NULL;
}

int main(void)
{
	pthread_t threads[4];

	begin();
	for (long i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, worker, (void *)i);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
}
