/*
 * A thread waits, where it has no checkpoint, for a mutex that its holder keeps nearly all the
 * time.
 *
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 */
#include "waiting.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static inline void wait_for_it(void)
{
	pthread_mutex_lock(&lock);
	pthread_mutex_unlock(&lock);
}

static void serve(void)
{
	for (;;) {
		pthread_mutex_lock(&lock);
		nap(5000);
		pthread_mutex_unlock(&lock);
		nap(200);
	}
}
