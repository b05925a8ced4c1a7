/*
 * Threads that are created after the update run new code, from an unchanged creator.
 *
 * before: old thread n=\d+
 * after: new thread n=\d+
 * sequence: \bn=(\d+)
 * threads: vary
 */
#include "support.h"

#include <pthread.h>

static void *run(void *arg)
{
	tick();
#ifdef NEW
	printf("new thread n=%ld\n", (long)arg);
#else
	printf("old thread n=%ld\n", (long)arg);
#endif
	return NULL;
}

int main(void)
{
	begin();
	for (long n = 0;; n++) {
		pthread_t thread;

		if (pthread_create(&thread, NULL, run, (void *)n) != 0)
			printf("BAD create\n");
		pthread_join(thread, NULL);
	}
}
