/*
 * A thread waits, where it has no checkpoint, for a barrier: no holder is known.
 *
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 */
#include "waiting.h"

static pthread_barrier_t barrier;

__attribute__((constructor)) static void init(void)
{
	pthread_barrier_init(&barrier, NULL, 2);
}

static inline void wait_for_it(void)
{
	pthread_barrier_wait(&barrier);
}

static void serve(void)
{
	for (;;) {
		nap(3000);
		pthread_barrier_wait(&barrier);
	}
}
